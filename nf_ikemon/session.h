/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The session table. See docs/locking.md for who may touch what.
 */
#ifndef IKEMON_SESSION_H
#define IKEMON_SESSION_H

#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/timekeeping.h>

#include "policy.h"
#include "source.h"
#include "state.h"
#include "table.h"

struct ikemon_net;
struct ikemon_run;

struct ikemon_endpoint {
	union nf_inet_addr addr;
	__be16 port;
};

/**
 * struct ikemon_session - one IKE SA negotiation and its life
 * @by_init: in table init, by initiator SPI and the peer's first address
 * @by_spi: in table spi once @spi_r is known
 * @by_peer: in table peer, by the peer's address of now
 * @lock: protects what follows it. Bucket locks nest inside
 * @dead: unlinked; leave it alone
 * @hashed_spi: @by_spi is linked
 * @family: never changes, nor do the fields up to @source
 * @spi_i: initiator SPI
 * @init_peer: the peer when the session began; key of @by_init
 * @id: unique while the module is loaded
 * @source: held; NULL if our side is the initiator
 * @spi_r: responder SPI, 0 while unknown
 * @end: initiator and responder, by enum ikemon_dir
 * @proof_end: where our side last sent a new protected message; port 0 until
 *	then
 * @esp_seen: bit 0: ESP from the peer, bit 1: ESP to it, while unproven
 * @ifindex: of the last message received
 * @parent: id of the session that this one rekeyed, 0 for none
 * @neg: where the negotiation stands
 * @rcu: freed after a grace period
 */
struct ikemon_session {
	struct hlist_node by_init;
	struct hlist_node by_spi;
	struct hlist_node by_peer;

	u64 spi_i;
	struct ikemon_endpoint init_peer;
	u64 id;
	struct ikemon_source *source;
	u8 family;

	spinlock_t lock;	/* what follows */
	bool dead;
	bool hashed_spi;
	u8 esp_seen;
	u32 ifindex;
	u64 spi_r;
	u64 parent;
	struct ikemon_endpoint end[IKEMON_DIRS];
	struct ikemon_endpoint proof_end;
	struct ikemon_neg neg;
	struct rcu_head rcu;
};

/**
 * struct ikemon_session_table - the sessions of a namespace
 * @init: every session
 * @spi: those whose responder SPI is known
 * @peer: every session
 * @key: of the hashes
 * @count: entries
 * @unproven: sessions in state authenticating: while there is none, ESP
 *	proves nothing to anybody
 * @changes: insertions and removals
 * @refused: ikemon_now() of the last refusal or eviction, 0 never
 */
struct ikemon_session_table {
	struct ikemon_table init;
	struct ikemon_table spi;
	struct ikemon_table peer;
	hsiphash_key_t key;
	atomic_t count;
	atomic_t unproven;
	atomic_t changes;
	u64 refused;
};

/**
 * struct ikemon_meet - one IKE message where it met us
 * @inet: the namespace
 * @run: its tables
 * @conf: its configuration
 * @pkt: the message, parsed
 * @src: who sent it
 * @dst: to whom
 * @now: ikemon_now()
 * @digest: of the message
 * @ifindex: it came in by; 0 if we sent it
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @out: our host sent it
 * @local: one end of it is this host
 * @may_open: it may begin a session
 * @ip_frag: it came in IP fragments
 */
struct ikemon_meet {
	struct ikemon_net *inet;
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	const struct ikemon_pkt *pkt;
	struct ikemon_endpoint src;
	struct ikemon_endpoint dst;
	u64 now;
	u32 digest;
	u32 ifindex;
	u8 family;
	bool out;
	bool local;
	bool may_open;
	bool ip_frag;
};

/* The clock of sessions and sources: ms since boot, suspend included. */
static inline u64 ikemon_now(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

int ikemon_session_table_init(struct ikemon_session_table *t, u32 max);
/* No hook, no GC, no reader is left. Process context. */
void ikemon_session_table_destroy(struct ikemon_net *inet,
				  struct ikemon_session_table *t);

/**
 * ikemon_session_track() - take a message into the table
 * @meet: the message
 *
 * Finds the session, or begins one, and counts and reports what happened.
 * rcu_read_lock() held; any context; takes session and bucket locks.
 */
void ikemon_session_track(const struct ikemon_meet *meet);

/* What a packet that is not IKE shows of a peer. */
enum ikemon_evidence {
	IKEMON_EVIDENCE_ESP_IN	= BIT(0),
	IKEMON_EVIDENCE_ESP_OUT	= BIT(1),
	IKEMON_EVIDENCE_BOTH	= BIT(0) | BIT(1),
	IKEMON_EVIDENCE_KEEPALIVE = BIT(2),	/* RFC 3948: a NAT is there */
	IKEMON_EVIDENCE_ENCAP	= BIT(3),	/* ESP came in UDP */
	IKEMON_EVIDENCE_FORWARDED = BIT(4),	/* not from or for this host */
};

/**
 * ikemon_session_evidence() - ESP or a keepalive passed
 * @peer: the other host; port 0 for ESP without UDP
 * @what: bits of enum ikemon_evidence
 *
 * ESP both ways proves the one unproven session with that peer; if there are
 * several it proves nothing. rcu_read_lock() held; any context.
 */
void ikemon_session_evidence(struct ikemon_net *inet, struct ikemon_run *run,
			     const struct ikemon_endpoint *peer, u8 family,
			     unsigned int what);

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

/* Expires one bucket of table init. Process context, BH enabled. */
void ikemon_session_expire(struct ikemon_net *inet,
			   struct ikemon_session_table *t, u32 bucket,
			   const u32 *timeout, u64 now);

/* Once per GC round: clears the alarm of a table that is full no longer. */
void ikemon_session_table_tick(struct ikemon_net *inet,
			       struct ikemon_session_table *t);

int ikemon_session_init(void);
void ikemon_session_uninit(void);

#endif /* IKEMON_SESSION_H */
