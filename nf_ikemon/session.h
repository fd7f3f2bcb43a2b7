/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The session table. See docs/locking.md for who may touch what.
 */
#ifndef IKEMON_SESSION_H
#define IKEMON_SESSION_H

#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/timekeeping.h>

#include "hash.h"
#include "policy.h"
#include "source.h"
#include "state.h"
#include "table.h"

struct ikemon_meet;
struct ikemon_net;

enum ikemon_session_limits {
	IKEMON_CHILD_MS	= 20000, /* so long after IKE is up its SAs may come */
};

struct ikemon_endpoint {
	union nf_inet_addr addr;
	__be16 port;
};

/**
 * struct ikemon_meter - what a session did in this second
 * @second: of ikemon_now()
 * @messages: from its peer
 * @repeats: of messages that were seen already
 * @rekeys: CREATE_CHILD_SA requests
 * @elsewhere: messages from other addresses
 */
struct ikemon_meter {
	u32 second;
	u16 messages;
	u16 repeats;
	u16 rekeys;
	u16 elsewhere;
};

/**
 * struct ikemon_session - one IKE SA negotiation and its life
 * @by_init: in table init, by initiator SPI and the peer's first address
 * @by_spi: in table spi once @spi_r is known
 * @spi_i: initiator SPI; never changes, nor do @id, @family, @init_peer and
 *	@source
 * @spi_r: responder SPI, 0 while unknown
 * @lock: protects what is none of these. Bucket locks nest inside
 * @sas: SAs that came of it, counted by the worker of the SA table
 * @neg: where the negotiation stands
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @had_sas: it had an SA; without any now it is probably deleted
 * @proven: the initiator has shown that it receives what we send there
 * @free_inits: times that its initiator answered what our side asked for
 * @id: unique while the module is loaded
 * @source: held; NULL if our side is the initiator
 * @ifindex: of the last message received
 * @end: initiator and responder, by enum ikemon_dir
 * @init_peer: the peer when the session began; key of @by_init
 * @meter: what it did in this second
 * @cookie_digest: of the COOKIE that our side sent last, 0 without one
 * @after_parent: if it was adopted: by how much its id is above that of the
 *	session that it rekeyed, 0 for none; see ikemon_session_parent()
 * @from_port: of the last message from the peer's address: it goes on from
 *	another port before our side answers there
 * @verdict: enum ikemon_verdict of the last message
 * @dead: unlinked; leave it alone
 * @esp_seen: bit 0: ESP from the peer, bit 1: ESP to it, while unproven
 * @hashed_spi: @by_spi is linked
 * @followed: our side sent a new protected message to the peer's end of now
 * @would: @verdict is what mode enforce would do
 * @offended: something was too much in the second of @meter, which is said
 *	once
 * @charged: its source was charged for it, or need not be
 * @answered: our side chose @spi_r
 * @by_cookie: it came in by a COOKIE of ours
 * @stripped: which the daemon did not get
 * @by_peer: in table peer, by the peer's address of now; walked under the
 *	bucket's lock only
 * @rcu: freed after a grace period, when it is in no table
 *
 * There may be a million of them. A look-up and each second's look of the GC
 * read the first 64 octets, which end behind the head of @neg.
 */
struct ikemon_session {
	struct ikemon_link by_init;
	struct ikemon_link by_spi;
	u64 spi_i;
	u64 spi_r;
	spinlock_t lock;	/* see above */
	u32 sas;
	struct ikemon_neg neg;

	u64 id;
	struct ikemon_source *source;
	u8 family;
	bool had_sas;
	bool proven;
	u8 free_inits;
	u32 ifindex;
	struct ikemon_endpoint end[IKEMON_DIRS];
	struct ikemon_endpoint init_peer;
	struct ikemon_meter meter;
	union {
		u32 cookie_digest;
		u32 after_parent;
	};
	__be16 from_port;
	u8 verdict : 5;
	u8 dead : 1;
	u8 esp_seen : 2;
	u8 hashed_spi : 1;
	u8 followed : 1;
	u8 would : 1;
	u8 offended : 1;
	u8 charged : 1;
	u8 answered : 1;
	u8 by_cookie : 1;
	u8 stripped : 1;
	union {
		struct hlist_node by_peer;
		struct rcu_head rcu;
	};
};

static_assert(BIT(5) > IKEMON_VERDICT_DROP_MALFORMED);

/**
 * struct ikemon_session_table - the sessions of a namespace
 * @init: every session
 * @spi: those whose responder SPI is known, but for local users'
 * @peer: every session but local users'
 * @key: of the hashes
 * @hash_key: of those that messages of known sessions wait for
 * @count: entries
 * @unproven: sessions in state authenticating: while there is none, ESP
 *	proves nothing to anybody
 * @floated: those of which ikemon_session_floats() is true: while there is
 *	none, a keepalive shows nothing to anybody
 * @users: those of local users who do not speak for our side
 * @unanswered: negotiations with our side that it has not answered
 * @half_open: those that have a half-open slot at it
 * @changes: insertions and removals
 */
struct ikemon_session_table {
	struct ikemon_table init;
	struct ikemon_table spi;
	struct ikemon_table peer;
	hsiphash_key_t key;
	struct ikemon_hash_key hash_key;
	atomic_t count;
	atomic_t unproven;
	atomic_t floated;
	atomic_t users;
	atomic_t unanswered;
	atomic_t half_open;
	atomic_t changes;
};

/*
 * The clock of sessions and sources: ms since boot, suspend included. It goes
 * on with each tick of the kernel's; to read the hardware's would cost more
 * than a lookup does.
 */
static inline u64 ikemon_now(void)
{
	return ktime_to_ms(ktime_get_coarse_boottime());
}

/* Its seconds, of @now in ms; enough for 136 years. */
static inline u32 ikemon_seconds(u64 now)
{
	return div_u64(now, MSEC_PER_SEC);
}

/* The next session of a chain of table init, of table spi; NULL at the end. See
 * ikemon_link_next().
 */
static inline struct ikemon_session *
ikemon_next_init(const struct ikemon_link *at)
{
	struct ikemon_link *link = ikemon_link_next(at);

	return link ? container_of(link, struct ikemon_session, by_init) : NULL;
}

static inline struct ikemon_session *
ikemon_next_spi(const struct ikemon_link *at)
{
	struct ikemon_link *link = ikemon_link_next(at);

	return link ? container_of(link, struct ikemon_session, by_spi) : NULL;
}

static inline bool ikemon_endpoint_equal(const struct ikemon_endpoint *a,
					 const struct ikemon_endpoint *b)
{
	return a->port == b->port && nf_inet_addr_cmp(&a->addr, &b->addr);
}

/* The end that is not this host; the initiator if neither is. */
static inline enum ikemon_dir ikemon_peer_side(u8 role)
{
	return role == IKEMON_ROLE_INITIATOR ? IKEMON_FROM_RESPONDER :
					       IKEMON_FROM_INITIATOR;
}

static inline struct ikemon_endpoint *ikemon_peer_end(struct ikemon_session *s)
{
	return &s->end[ikemon_peer_side(s->neg.role)];
}

/* By what a repetition of a message is known (R6). */
static __always_inline u32
ikemon_session_digest(const struct ikemon_session_table *t,
		      const struct ikemon_ident *ident)
{
	return ikemon_hash(&t->hash_key, ident, sizeof(*ident));
}

static inline const struct ikemon_endpoint *
ikemon_peer_end_const(const struct ikemon_session *s)
{
	return &s->end[ikemon_peer_side(s->neg.role)];
}

/*
 * Is it of a local user who does not speak for our side? He chooses what is in
 * it, so it is in no table but that of all, where nothing is found by chance.
 * Session lock held: it never changes, but stands in a word with what does.
 */
static inline bool ikemon_session_is_users(const struct ikemon_session *s)
{
	return s->neg.flags & IKEMON_SESSION_FLAGS_LOCAL_USER;
}

/* Session lock held: would a keepalive show something of it? */
static inline bool ikemon_session_floats(const struct ikemon_session *s)
{
	return s->neg.encap == IKEMON_ENCAP_UDP_ENCAP &&
	       !(s->neg.flags & IKEMON_SESSION_FLAGS_NAT) &&
	       !ikemon_session_is_users(s);
}

static inline bool ikemon_session_adopted(const struct ikemon_session *s)
{
	return s->neg.flags & IKEMON_SESSION_FLAGS_ADOPTED;
}

/* Id of the session that it rekeyed, 0 for none. */
static inline u64 ikemon_session_parent(const struct ikemon_session *s)
{
	return ikemon_session_adopted(s) && s->after_parent ?
		       s->id - s->after_parent : 0;
}

int ikemon_session_table_init(struct ikemon_session_table *t, u32 max);
/* No hook, no GC, no reader is left. Process context. */
void ikemon_session_table_destroy(struct ikemon_net *inet,
				  struct ikemon_session_table *t);

/* Caller holds rcu_read_lock(). */
struct ikemon_session *
ikemon_session_find_init(const struct ikemon_session_table *t, u64 spi_i,
			 const struct ikemon_endpoint *peer, u8 family);

/*
 * Caller holds rcu_read_lock(). A session whose responder chose anew is linked
 * into another chain at once, so a reader may be led there and miss what is
 * behind it here: one message is then taken for one of an unknown session.
 */
struct ikemon_session *
ikemon_session_find_spi(const struct ikemon_session_table *t, u64 spi_i,
			u64 spi_r);

/**
 * ikemon_session_only() - the one session of an address that fits
 * @addr: of the peer
 * @match: says which fit; called under a bucket lock, must not lock the
 *	session and reads of it what may just be changing
 * @arg: for @match
 *
 * Looks at a limited number of sessions. Caller holds rcu_read_lock().
 * Return: NULL if there are none, several, or too many to look at.
 */
struct ikemon_session *
ikemon_session_only(const struct ikemon_session_table *t,
		    const union nf_inet_addr *addr,
		    bool (*match)(struct ikemon_session *s, const void *arg),
		    const void *arg);

/* Is there any that fits? True too if there are too many to look at. */
bool ikemon_session_any(const struct ikemon_session_table *t,
			const union nf_inet_addr *addr,
			bool (*match)(struct ikemon_session *s,
				      const void *arg),
			const void *arg);

/* Session lock held: one more of what may be done @rate times a second, by
 * @count of its meter.
 */
bool ikemon_meter_take(struct ikemon_session *s, u16 *count, u32 rate,
		       u64 now);
/* Session lock held: true the first time in this second. */
bool ikemon_meter_offends(struct ikemon_session *s);

/* Session lock held: count it in (@sign 1) or out (-1) of what @state is in. */
void ikemon_session_gauge(struct ikemon_session_table *t,
			  struct ikemon_session *s, u8 state, int sign);

/* Session lock held, not dead: take it out of all tables. */
void ikemon_session_unlink(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *s, u8 reason);

/**
 * ikemon_session_evict() - give up a session for a newcomer
 * @hash: of the newcomer in table init; the victim is near it
 * @forwarded: nobody is our side of the newcomer
 *
 * rcu_read_lock() held, any context; takes the victim's lock.
 * Return: false if there is none worth less.
 */
bool ikemon_session_evict(struct ikemon_net *inet,
			  struct ikemon_session_table *t, u32 hash,
			  bool forwarded);

/* Session lock held, not dead: @was is what ikemon_session_floats() said before
 * something changed.
 */
void ikemon_session_count_floated(struct ikemon_session_table *t,
				  const struct ikemon_session *s, bool was);

/* Session lock held, not dead: there is a NAT between the two. */
void ikemon_session_set_nat(struct ikemon_session_table *t,
			    struct ikemon_session *s);

/* Session lock held: its initiator is known to be there from now on. */
void ikemon_session_set_proven(struct ikemon_session_table *t,
			       struct ikemon_session *s);

/**
 * ikemon_session_begin() - a new session for a message
 * @meet: the message
 * @dir: which end sent it
 * @role: enum ikemon_role
 * @adopted: it was up before; its responder SPI is the message's
 * @parent: id of the session that it rekeyed, 0 for none
 *
 * rcu_read_lock() held; any context; allocates with GFP_ATOMIC.
 * Return: the session, which may be one that another CPU just began for the
 * same message, or NULL if the table is full or memory is out (counted).
 */
struct ikemon_session *ikemon_session_begin(const struct ikemon_meet *meet,
					    enum ikemon_dir dir, u8 role,
					    bool adopted, u64 parent);

/* Session lock held: the responder chose its SPI, maybe anew. */
void ikemon_session_set_spi_r(struct ikemon_session_table *t,
			      struct ikemon_session *s, u64 spi_r);

/* Session lock held: the peer is elsewhere now. */
void ikemon_session_set_peer(struct ikemon_session_table *t,
			     struct ikemon_session *s,
			     const struct ikemon_endpoint *peer);

/* Session lock held: the state is no longer @old. Counts and reports it. */
void ikemon_session_state_changed(struct ikemon_net *inet,
				  struct ikemon_session_table *t,
				  struct ikemon_session *s, u8 old);

/* Caller holds rcu_read_lock(). NULL if there is none. */
struct ikemon_session *
ikemon_session_by_id(const struct ikemon_session_table *t, u64 id);

/**
 * ikemon_session_remove() - take a session out of the table
 * @reason: enum ikemon_reason, 0 leaves the one it has
 *
 * rcu_read_lock() held; any context. Reports it unless it was gone already.
 * Return: true if it was this call that removed it.
 */
bool ikemon_session_remove(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *session, u8 reason);

/**
 * ikemon_session_expire() - time passes for one bucket of table init
 * @timeout: seconds, by enum ikemon_state
 *
 * Reads without a lock and locks only what may be due: a session that another
 * CPU is just changing may have to wait for the next time. Process context, BH
 * enabled, rcu_read_lock() held.
 * Return: how many it locked.
 */
unsigned int ikemon_session_expire(struct ikemon_net *inet,
				   struct ikemon_session_table *t, u32 bucket,
				   const u32 *timeout, u64 now);

int ikemon_session_init(void);
void ikemon_session_uninit(void);

#endif /* IKEMON_SESSION_H */
