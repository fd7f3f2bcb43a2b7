/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own IPsec SAs, and which session each of them came of. See
 * docs/locking.md.
 */
#ifndef IKEMON_SA_H
#define IKEMON_SA_H

#include <linux/llist.h>
#include <linux/netfilter.h>
#include <linux/nf_ikemon.h>
#include <linux/siphash.h>
#include <linux/workqueue.h>
#include <linux/xfrm.h>

#include "event.h"
#include "hash.h"
#include "table.h"

struct ikemon_conf;
struct ikemon_net;
struct ikemon_packet;
struct ikemon_run;
struct ikemon_session;
struct net;

enum ikemon_sa_limits {
	IKEMON_SA_CHAIN		= 4,	/* entries of a bucket when full */
	IKEMON_SA_PAIRS		= 16384, /* chains of the worker's */
	IKEMON_SA_LINGER_MS	= 30000,	/* a deleted SPI is known */
	IKEMON_SA_RETIE_MS	= 500,
	IKEMON_SA_QUIET_S	= 10,	/* after IKE no SPI is unknown */
	IKEMON_SA_SLOTS		= 4096,	/* addresses remembered, by hash */
	IKEMON_SA_MAPPING_MS	= 3000,	/* made anew with a new mapping */
	IKEMON_SA_NAME		= 32,	/* of an algorithm, with the zero */
};

/* What an SA may have an algorithm for. */
enum ikemon_sa_part {
	IKEMON_SA_AEAD,
	IKEMON_SA_ENCR,
	IKEMON_SA_AUTH,
	IKEMON_SA_COMP,
	IKEMON_SA_PARTS
};

/**
 * struct ikemon_alg - an algorithm of an SA
 * @name: the kernel's crypto name, cut if it is longer; empty for none
 * @bits: key length, a salt or nonce included
 * @icv: length of the integrity check value in bits, 0 where there is none
 */
struct ikemon_alg {
	char name[IKEMON_SA_NAME];
	u16 bits;
	u16 icv;
};

/**
 * struct ikemon_sa_key - by what a packet finds its SA
 * @daddr: outer destination
 * @spi: or CPI of IPComp
 * @proto: IPPROTO_ESP, IPPROTO_AH or IPPROTO_COMP
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6, of the outer addresses
 * @zero: hashed as octets: no padding may be left undefined
 */
struct ikemon_sa_key {
	union nf_inet_addr daddr;
	__be32 spi;
	u8 proto;
	u8 family;
	u16 zero;
};

/**
 * struct ikemon_sa_facts - what was copied from an xfrm state
 * @saddr: outer source
 * @mark: which packets it takes, with @mark_mask; part of its identity
 * @mark_mask: likewise
 * @reqid: what ties it to a policy
 * @if_id: of an xfrm interface, 0 without
 * @mode: XFRM_MODE_*
 * @offload: by hardware
 * @esn: RFC 4303 section 2.2.1
 * @encap: in UDP (RFC 3948)
 * @encap_src: port of @saddr then
 * @encap_dst: port of the destination then
 * @alg: by enum ikemon_sa_part
 * @lifetime: XFRM_INF for no limit
 */
struct ikemon_sa_facts {
	union nf_inet_addr saddr;
	u32 mark;
	u32 mark_mask;
	u32 reqid;
	u32 if_id;
	u8 mode;
	bool offload;
	bool esn;
	bool encap;
	__be16 encap_src;
	__be16 encap_dst;
	struct ikemon_alg alg[IKEMON_SA_PARTS];
	struct xfrm_lifetime_cfg lifetime;
};

/**
 * struct ikemon_sa_use - what went through an SA
 * @bytes: as xfrm counts them
 * @packets: likewise
 * @born: seconds of the wall clock, when xfrm got it
 * @first: likewise, 0 never
 * @last: likewise
 * @replayed: refused as repetitions
 * @late: refused as older than the replay window
 * @broken: refused by the integrity check
 */
struct ikemon_sa_use {
	u64 bytes;
	u64 packets;
	u64 born;
	u64 first;
	u64 last;
	u32 replayed;
	u32 late;
	u32 broken;
};

/**
 * struct ikemon_sa - one xfrm state
 * @node: in the table, by @key
 * @pair: the worker's, by both addresses and reqid
 * @todo_node: what the worker has to look at
 * @shown: all from @key to @last, what ikemon_sa_snapshot() copies
 * @key: never changes, nor does @id
 * @id: unique while the module is loaded
 * @facts: this and what follows is protected by the bucket's lock
 * @use: when it was deleted
 * @added: ms of ikemon_now()
 * @soft: likewise, of the soft expiry, 0 for none
 * @deleted: likewise, 0 while it lives; read without lock on the packet path
 * @hard: it was deleted because its time was over
 * @round: of the last reconciliation that saw it
 * @todo: enum ikemon_sa_todo
 * @queued: @todo_node is linked
 * @dir: enum ikemon_sa_dir
 * @session: id, 0 while it is tied to none
 * @spi_i: the session's, to find it by
 * @spi_r: likewise
 * @old_addr: for todo IKEMON_SA_TODO_MAPPED: where the peer was before
 * @old_port: likewise
 * @silent: ms of ikemon_now(), since when only the other way carries packets;
 *	0 if that is not so
 * @last: likewise, when the worker last found that it had carried more
 * @alone: the worker's, as the rest: ms, since when it carries packets and
 *	none came back, as far as it goes; 0 unknown
 * @seen: packets that the worker has seen it to have carried
 * @life: private to sa_watch.c
 * @counted: the session counts it
 * @rcu: freed after a grace period
 */
struct ikemon_sa {
	struct hlist_node node;
	struct hlist_node pair;
	struct llist_node todo_node;
	struct_group(shown,
		struct ikemon_sa_key key;
		u64 id;

		struct ikemon_sa_facts facts;
		struct ikemon_sa_use use;
		u64 added;
		u64 soft;
		u64 deleted;
		bool hard;
		u32 round;
		u8 todo;
		bool queued;
		u8 dir;
		u64 session;
		u64 spi_i;
		u64 spi_r;
		union nf_inet_addr old_addr;
		__be16 old_port;
		u64 silent;
		u64 last;
	);
	u64 alone;
	u64 seen;
	u8 life;
	bool counted;
	struct rcu_head rcu;
};

/* What is left to say of an SA; bits. */
enum ikemon_sa_todo {
	IKEMON_SA_TODO_ADDED	= BIT(0),
	IKEMON_SA_TODO_SOFT	= BIT(1),
	IKEMON_SA_TODO_DELETED	= BIT(2),
	IKEMON_SA_TODO_MAPPED	= BIT(3),
};

/* Bits of struct ikemon_sa_table.flags. */
enum ikemon_sa_flag {
	IKEMON_SA_RESYNC,	/* look at all states as soon as can be */
	IKEMON_SA_RETIE,	/* a session is there that some may be of */
	IKEMON_SA_COMPLETE,	/* every state is in the table */
	IKEMON_SA_USED,		/* there is, or was, one */
	IKEMON_SA_REFUSED,	/* one was not taken since the last look */
	IKEMON_SA_REMARK,	/* see whether one uses our mark */
	IKEMON_SA_MARKED,	/* one does, or a policy */
	IKEMON_SA_KICKED,	/* the worker is about to run */
};

/**
 * struct ikemon_sa_watch - where the worker stands with looking at all SAs
 * @bucket: next to look at
 * @began: ms of ikemon_now(), when it began this time
 * @next: likewise, when it goes on
 * @complete: it has been through once
 * @loose: the last time and this: bit N: there is an SA of no known session
 *	with an address of that hash; written by the worker, read by anybody
 * @now: which of the two is this time's
 */
struct ikemon_sa_watch {
	u32 bucket;
	u64 began;
	u64 next;
	bool complete;
	DECLARE_BITMAP(loose[2], IKEMON_SA_SLOTS);
	u8 now;
};

/**
 * struct ikemon_sa_table - the SAs of a namespace
 * @table: by key
 * @pair: IKEMON_SA_PAIRS chains, by both addresses; the worker's alone
 * @key: of the hashes
 * @hash_key: of those that packets wait for
 * @max: cap of @count
 * @count: entries
 * @live: those that are not deleted
 * @todo: what the worker has to look at
 * @heirs: sessions that took over another's SAs
 * @flags: enum ikemon_sa_flag
 * @round: number of the last reconciliation
 * @synced: ms of ikemon_now(), when it was
 * @swept: likewise, when what was deleted long ago was last looked for
 * @retie_at: likewise, when IKEMON_SA_RETIE is due
 * @ike_seen: by hash of an address: second of ikemon_now() in which it last
 *	spoke IKE; addresses may share a slot, which says less, never more
 * @said: likewise, in which an unknown SPI of it was last reported
 * @pace: of such reports, whatever the address
 * @watch: what the worker does again and again
 * @work: the worker
 */
struct ikemon_sa_table {
	struct ikemon_table table;
	struct hlist_head *pair;
	hsiphash_key_t key;
	struct ikemon_hash_key hash_key;
	u32 max;
	atomic_t count;
	atomic_t live;
	struct llist_head todo;
	struct llist_head heirs;
	unsigned long flags;
	u32 round;
	u64 synced;
	u64 swept;
	u64 retie_at;
	u32 *ike_seen;
	u32 *said;
	struct ikemon_pace pace;
	struct ikemon_sa_watch watch;
	struct delayed_work work;
};

/**
 * ikemon_sa_uses_mark() - do SAs or policies look at these bits of the mark?
 * @net: namespace
 * @mask: of skb->mark
 *
 * xfrm finds them by mark: who writes such bits sends a packet to another SA,
 * or past a policy. Process context, may sleep; walks all of them.
 */
bool ikemon_sa_uses_mark(struct net *net, u32 mask);

/* @max: how many there are at most, for the size. Return: 0 or -ENOMEM. */
int ikemon_sa_table_init(struct ikemon_sa_table *t, u32 max);
/* Nobody observes any more, the worker is stopped, no reader is left. */
void ikemon_sa_table_destroy(struct ikemon_net *inet,
			     struct ikemon_sa_table *t);

/**
 * ikemon_sa_put() - an xfrm state is there, perhaps changed
 * @run: where
 * @key: its keys
 * @facts: what it is
 *
 * Any context, also under the state's lock; rcu_read_lock() held. Takes the
 * bucket's lock.
 */
void ikemon_sa_put(struct ikemon_run *run, const struct ikemon_sa_key *key,
		   const struct ikemon_sa_facts *facts);

/**
 * ikemon_sa_expired() - the soft limit of an xfrm state is passed
 *
 * As ikemon_sa_put().
 */
void ikemon_sa_expired(struct ikemon_run *run, const struct ikemon_sa_key *key,
		       const struct ikemon_sa_facts *facts);

/**
 * ikemon_sa_deleted() - an xfrm state is gone
 * @use: what went through it
 * @hard: because its hard limit was passed
 *
 * As ikemon_sa_put().
 */
void ikemon_sa_deleted(struct ikemon_run *run, const struct ikemon_sa_key *key,
		       const struct ikemon_sa_facts *facts,
		       const struct ikemon_sa_use *use, bool hard);

/* The worker: delete what the last reconciliation did not see. */
void ikemon_sa_drop_unseen(struct ikemon_run *run);
/* The worker: free what lingered long enough. Return: is there more to come? */
bool ikemon_sa_free_old(struct ikemon_run *run);

/* Copy @sa under its bucket's lock. Caller holds rcu_read_lock(). */
void ikemon_sa_snapshot(const struct ikemon_sa_table *t, struct ikemon_sa *sa,
			struct ikemon_sa *copy);

/* The lock of its bucket, for what struct ikemon_sa says it protects. */
spinlock_t *ikemon_sa_lock(const struct ikemon_sa_table *t,
			   const struct ikemon_sa *sa);

/* Let the worker run with the next tick of the clock. Any context. */
void ikemon_sa_kick(struct ikemon_sa_table *t);

/**
 * ikemon_sa_use() - what went through an SA so far
 * @net: where
 * @sa: a copy
 * @use: takes it
 *
 * Of a deleted one what it was then. Takes the state's lock; no bucket lock
 * may be held.
 * Return: false if its state is not to be found.
 */
bool ikemon_sa_use(struct net *net, const struct ikemon_sa *sa,
		   struct ikemon_sa_use *use);

void ikemon_sa_work(struct work_struct *work);

/**
 * ikemon_sa_tie() - find the session of an SA, and prove it
 * @run: where
 * @sa: the SA
 * @copy: of it
 * @late: it was there before the session was known: that proves nothing
 *
 * The worker; rcu_read_lock() held. Session lock, bucket locks, one at a time.
 */
void ikemon_sa_tie(struct ikemon_run *run, struct ikemon_sa *sa,
		   const struct ikemon_sa *copy, bool late);
/*
 * The worker: @sa was made anew with the mapping that its peer has now, and is
 * of the session it was of, if that is still there. Return: is it?
 */
bool ikemon_sa_keep(struct ikemon_run *run, struct ikemon_sa *sa);
/* The worker: it no longer counts for its session. rcu_read_lock() held. */
void ikemon_sa_uncount(struct ikemon_run *run, struct ikemon_sa *sa);
/* The worker: give the SAs of rekeyed sessions to those that replaced them. */
void ikemon_sa_inherit_all(struct ikemon_run *run);
/* The worker: look for a session once more where there is none. */
void ikemon_sa_retie_all(struct ikemon_run *run);
/* The worker is stopped. */
void ikemon_sa_forget_heirs(struct ikemon_sa_table *t);

/* The worker: look at every xfrm state. Process context, may sleep. */
void ikemon_sa_sync(struct ikemon_run *run);

/**
 * ikemon_sa_pair() - the SAs that go from one address to another
 * @saddr: outer source
 * @daddr: outer destination
 * @like: with the reqid and interface of this one
 *
 * The worker. Others of the same hash are in the chain too.
 */
struct hlist_head *ikemon_sa_pair(const struct ikemon_sa_table *t,
				  const union nf_inet_addr *saddr,
				  const union nf_inet_addr *daddr,
				  const struct ikemon_sa_facts *like);

/* The worker: say something of it, as it is now. */
void ikemon_sa_say(struct ikemon_run *run, struct ikemon_sa *sa,
		   enum ikemon_sa_event event, __be32 old_spi);

/* The session of an SA if it is still there. rcu_read_lock() held. */
struct ikemon_session *ikemon_sa_session(const struct ikemon_run *run,
					 const struct ikemon_sa *sa);

/* The worker: it is there, for the first time or as one made anew. */
void ikemon_sa_watch_added(struct ikemon_run *run, struct ikemon_sa *sa,
			   const struct ikemon_sa *copy);

/**
 * ikemon_sa_watch() - look at what SAs carried, some at a time
 *
 * The worker; may sleep. Says what carries its first packet, and what carries
 * packets while none come back. The counters of the states are all it goes by:
 * with offload or GRO known SAs pass no hook.
 * Return: ms until it wants to be called again.
 */
u32 ikemon_sa_watch(struct ikemon_run *run);

/**
 * ikemon_sa_missing() - should a session have SAs by now, and has none?
 * @s: locked; long enough up, or about to fail
 *
 * False as long as it may have one that was tied to no session, and where
 * IPsec is not the kernel's: without SAs, or with unknown-spi off. Any context;
 * rcu_read_lock() held; takes no lock.
 */
bool ikemon_sa_missing(const struct ikemon_run *run,
		       const struct ikemon_session *s);

/**
 * ikemon_sa_start() - begin to follow the SAs of a namespace
 *
 * Process context; sleeps until all that are there are in the table.
 */
void ikemon_sa_start(struct ikemon_run *run);
/* The run is no longer to be found and a grace period has passed. */
void ikemon_sa_stop(struct ikemon_run *run);

/**
 * ikemon_sa_configured() - another configuration is in force
 * @run: where
 * @old: it was this one
 * @new: it is this one
 *
 * What had no room may have it now, and the mark may be one that is in use.
 * Process context, under ikemon_conf_mutex.
 */
void ikemon_sa_configured(struct ikemon_run *run,
			  const struct ikemon_conf *old,
			  const struct ikemon_conf *new);

/* See whether our mark is in use; the worker does. Any context. */
void ikemon_sa_remark(struct ikemon_sa_table *t);

/* Once a second: while our mark is in use, the alarm stays raised. */
void ikemon_sa_tick(struct ikemon_run *run);

/**
 * ikemon_sa_inherit() - a session goes on with the SAs of another
 * @parent: was rekeyed
 * @child: replaced it; its responder SPI is known
 *
 * Any context; allocates with GFP_ATOMIC if @parent has SAs.
 */
void ikemon_sa_inherit(struct ikemon_run *run,
		       const struct ikemon_session *parent,
		       const struct ikemon_session *child);

/* @peer speaks IKE with us at @now, ikemon_now(). Any context. */
void ikemon_sa_note_ike(struct ikemon_sa_table *t,
			const union nf_inet_addr *peer, u64 now);

/**
 * ikemon_sa_packet() - a packet of an SA, or of none
 * @p: its class is set
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @off: of its SPI (RFC 4303 section 2.1, RFC 4302 section 2.4)
 * @how: IKEMON_EVIDENCE_ENCAP if it came in UDP, else 0
 *
 * Nothing is unknown within 10 s of IKE with its sender, nor while the table
 * may lack an SA. What is not unknown is evidence of a session. Softirq or
 * process context, rcu_read_lock() held; for a known SPI without session in
 * want of proof, and an unknown one, takes no lock.
 * Return: enum ikemon_verdict.
 */
u8 ikemon_sa_packet(struct ikemon_packet *p, u8 proto, u32 off,
		    unsigned int how);

/**
 * ikemon_sa_retie() - a session was up before it was known, or has moved
 *
 * SAs that are tied to none may be its own. Any context; what comes of it comes
 * half a second later.
 */
void ikemon_sa_retie(struct ikemon_run *run);

int ikemon_sa_cache_init(void);
/* After rcu_barrier(). */
void ikemon_sa_cache_uninit(void);

/**
 * ikemon_sa_observe() - hear of xfrm states from now on
 *
 * After the pernet operations are registered: namespaces that are off return
 * at once.
 */
void ikemon_sa_observe(void);
/* Before they are unregistered. Waits for whoever is inside. */
void ikemon_sa_ignore(void);

#endif /* IKEMON_SA_H */
