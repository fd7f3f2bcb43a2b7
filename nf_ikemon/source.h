/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources: an IPv4 address or IPv6 prefix that begins negotiations.
 */
#ifndef IKEMON_SOURCE_H
#define IKEMON_SOURCE_H

#include <linux/atomic.h>
#include <linux/netfilter.h>
#include <linux/siphash.h>

#include "policy.h"
#include "table.h"

struct ikemon_net;

/**
 * struct ikemon_source - one source
 * @node: in the table
 * @addr: host bits zero
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @plen: prefix length
 * @sessions: sessions in the table that it initiated; each holds the source
 * @half_open: those of them that are half-open or authenticating
 * @negotiations: begun
 * @established: of them
 * @failed: of them
 * @first: ms of ikemon_now()
 * @last: likewise
 *
 * A source is freed by the GC under its bucket's lock once @sessions is 0;
 * @sessions leaves 0 under that lock only.
 */
struct ikemon_source {
	struct hlist_node node;
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
	atomic_t sessions;
	atomic_t half_open;
	atomic64_t negotiations;
	atomic64_t established;
	atomic64_t failed;
	u64 first;
	u64 last;
	struct rcu_head rcu;
};

/**
 * struct ikemon_source_table - the sources of a namespace
 * @table: by prefix
 * @key: of the hash
 * @count: entries
 */
struct ikemon_source_table {
	struct ikemon_table table;
	hsiphash_key_t key;
	atomic_t count;
};

int ikemon_source_table_init(struct ikemon_source_table *t, u32 max);
/* No reader is left, every session is gone. */
void ikemon_source_table_destroy(struct ikemon_source_table *t);

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

/* Frees what is idle in one bucket. Process context, BH enabled. */
void ikemon_source_expire(struct ikemon_net *inet,
			  struct ikemon_source_table *t, u32 bucket,
			  u32 timeout, u64 now);

/* Does @addr lie in @prefix of @plen bits? */
bool ikemon_prefix_match(const union nf_inet_addr *addr,
			 const union nf_inet_addr *prefix, u8 family, u8 plen);
/* Clear the bits behind @plen. */
void ikemon_prefix_cut(union nf_inet_addr *addr, u8 family, u8 plen);

int ikemon_source_init(void);
void ikemon_source_uninit(void);

#endif /* IKEMON_SOURCE_H */
