/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources: an IPv4 address or IPv6 prefix that begins negotiations.
 */
#ifndef IKEMON_SOURCE_H
#define IKEMON_SOURCE_H

#include <linux/atomic.h>
#include <linux/netfilter.h>

#include "hash.h"
#include "limit.h"
#include "policy.h"
#include "table.h"

struct ikemon_net;

enum ikemon_source_limits {
	IKEMON_SHARES		= 16,	/* of a source, by port hash */
	IKEMON_RECORDS		= 1 + IKEMON_SHARES,
	IKEMON_SHARES_HOSTILE	= 4,	/* so many blocked: all of it is */
	IKEMON_WIDE_FACTOR	= 16,	/* limits of a wide prefix, in times */
	IKEMON_OFFENCES		= IKEMON_OFFENCE_REKEY_STORM + 1,
};

/**
 * struct ikemon_record - what a source, or a share of it, did inside the
 *	window, and whether its negotiations are refused for that
 * @packets: dropped by the block, or would have been
 * @score: weighted offences, halved by every success and every window
 * @at: when it was last halved, or left 0, in seconds of ikemon_now()
 * @limited: likewise, of the last "over limit": one a second counts
 * @since: start of the block, likewise
 * @until: end of the block, likewise; 0 while there is none
 * @evidence: score when it began
 * @port: where the last offence came from, for a share
 * @class: enum ikemon_offence of the last
 * @would: made in monitor mode: only counts
 */
struct ikemon_record {
	atomic64_t packets;
	u32 score;
	u32 at;
	u32 limited;
	u32 since;
	u32 until;
	u32 evidence;
	__be16 port;
	u8 class;
	bool would;
};

/**
 * struct ikemon_offender - what is known of a source that has offended
 * @offence: since the source is known, by enum ikemon_offence, saturating
 * @records: entries of @record: one for a wide prefix, else IKEMON_RECORDS
 * @record: of the source as a whole, then of each share
 */
struct ikemon_offender {
	u32 offence[IKEMON_OFFENCES];
	u32 records;
	struct ikemon_record record[];
};

/**
 * struct ikemon_usage - how the shares of a source use it while it runs short
 * @at: second of ikemon_now() that @used is about
 * @used: proven negotiations of that second, by share, saturating
 */
struct ikemon_usage {
	u32 at;
	u16 used[IKEMON_SHARES];
};

/**
 * struct ikemon_source - one source
 * @node: in the table
 * @addr: host bits zero
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @plen: prefix length
 * @is_wide: a wide IPv6 prefix: holds what other sources are charged as well
 * @known: one of its negotiations with our side was established
 * @sessions: sessions in the table that it initiated; each holds the source.
 *	For a wide prefix: the sources in it
 * @last: ms of ikemon_now() when it was last heard of
 * @wide: the wide prefix around it, held; NULL without one
 * @half_open: those of them that are half-open or authenticating
 * @proven: sessions whose initiator was proven to be there
 * @proven_half_open: those of them that are half-open or authenticating
 * @up: sessions with our side that are established
 * @negotiations: begun
 * @established: of them
 * @failed: of them
 * @unknown_spi: ESP and AH packets with an SPI that no SA has
 * @first: ms of ikemon_now() when it was first heard of
 * @seen_in: window of the guard in which it was seen, see guard.h
 * @offended_in: likewise
 * @lock: protects what follows it. Innermost but for the events lock
 * @bucket: proven negotiations
 * @usage: NULL until its budget ran short; never for a wide prefix
 * @offender: NULL until there was an offence
 * @rcu: freed after a grace period
 *
 * There may be a million of them, so what few have is allocated apart; once
 * there it stays as long as the source does.
 *
 * A source is freed by the GC under its bucket's lock once @sessions is 0;
 * @sessions leaves 0 under that lock only.
 */
struct ikemon_source {
	struct hlist_node node;
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
	bool is_wide;
	bool known;
	atomic_t sessions;
	u64 last;
	struct ikemon_source *wide;
	atomic_t half_open;
	atomic_t proven;
	atomic_t proven_half_open;
	atomic_t up;
	atomic64_t negotiations;
	atomic64_t established;
	atomic64_t failed;
	atomic64_t unknown_spi;
	u64 first;
	u32 seen_in;
	u32 offended_in;

	spinlock_t lock;	/* what follows */
	struct ikemon_bucket bucket;
	struct ikemon_usage *usage;
	struct ikemon_offender *offender;
	struct rcu_head rcu;
};

/**
 * struct ikemon_source_table - the sources of a namespace
 * @table: by prefix
 * @hash_key: of the hashes of prefix and port
 * @count: entries
 * @blocked: sources and shares that have a block, over or not
 */
struct ikemon_source_table {
	struct ikemon_table table;
	struct ikemon_hash_key hash_key;
	atomic_t count;
	atomic_t blocked;
};

int ikemon_source_table_init(struct ikemon_source_table *t, u32 max);
/* No reader is left, every session is gone. */
void ikemon_source_table_destroy(struct ikemon_net *inet,
				 struct ikemon_source_table *t);

/**
 * ikemon_source_get() - the source of an address, made if need be
 * @addr: the whole address; cut to the configured prefix length
 *
 * Softirq or BH disabled. Takes a bucket lock.
 * Return: a source that is held until ikemon_source_put(), or NULL if the
 * table is full or memory is out (counted).
 */
struct ikemon_source *ikemon_source_get(struct ikemon_net *inet,
					struct ikemon_source_table *t,
					const struct ikemon_conf *conf,
					const union nf_inet_addr *addr,
					u8 family, u64 now);
void ikemon_source_put(struct ikemon_source *source);

/* Caller holds rcu_read_lock(). Exact prefix. */
struct ikemon_source *ikemon_source_find(const struct ikemon_source_table *t,
					 const union nf_inet_addr *addr,
					 u8 family, u8 plen);

/* The source or the wide prefix of an address, NULL if it is not known. Caller
 * holds rcu_read_lock().
 */
struct ikemon_source *ikemon_source_of(const struct ikemon_source_table *t,
				       const struct ikemon_conf *conf,
				       const union nf_inet_addr *addr,
				       u8 family);
struct ikemon_source *
ikemon_source_wide_of(const struct ikemon_source_table *t,
		      const struct ikemon_conf *conf,
		      const union nf_inet_addr *addr);

/* Has it a block, over or not, or a share of it? Then it is kept. Any context;
 * without the source's lock it is a hint.
 */
bool ikemon_source_has_block(const struct ikemon_source *source);

/**
 * ikemon_source_expire() - end blocks and free what is idle in a bucket
 * @timeout: seconds that a source without sessions is kept
 *
 * Locks only what has something to do. Process context, BH on,
 * rcu_read_lock() held.
 * Return: how many it freed.
 */
unsigned int ikemon_source_expire(struct ikemon_net *inet,
				  struct ikemon_source_table *t, u32 bucket,
				  u32 timeout, u64 now);

/* Does @addr lie in @prefix of @plen bits? */
bool ikemon_prefix_match(const union nf_inet_addr *addr,
			 const union nf_inet_addr *prefix, u8 family, u8 plen);
/* The first @plen bits, at most 32. A shift by 32 is undefined: 64 bits. */
static inline __be32 ikemon_mask_ipv4(u8 plen)
{
	return htonl((u32)(0xffffffffULL << (32 - plen)));
}

/* Clear the bits behind @plen: at most 128, of IPv4 32. */
void ikemon_prefix_cut_ipv6(union nf_inet_addr *addr, u8 plen);

static inline void ikemon_prefix_cut(union nf_inet_addr *addr, u8 family,
				     u8 plen)
{
	if (family != NFPROTO_IPV4) {
		ikemon_prefix_cut_ipv6(addr, plen);
		return;
	}
	*addr = (union nf_inet_addr) {
		.ip = addr->ip & ikemon_mask_ipv4(plen),
	};
}

int ikemon_source_init(void);
void ikemon_source_uninit(void);

#endif /* IKEMON_SOURCE_H */
