/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hash table with a bucket array fixed at birth, RCU readers, and writers
 * that lock a bucket. Keyed by the owner: hsiphash over a key of its own.
 */
#ifndef IKEMON_TABLE_H
#define IKEMON_TABLE_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

enum ikemon_table_limits {
	IKEMON_TABLE_LOCKS	= 256,
	IKEMON_TABLE_BUCKETS_MIN = 256,
	IKEMON_TABLE_BUCKETS_MAX = 1 << 22,
	IKEMON_CHAIN_MAX	= 64,	/* a longer chain takes nothing new */
	IKEMON_TABLE_AHEAD	= 8,	/* buckets */
};

/* A link that knows only the next; what heads a chain is one as well. */
struct ikemon_link {
	struct ikemon_link __rcu *next;
};

/**
 * struct ikemon_table - buckets and their locks
 * @bucket: @mask + 1 chains; written under the lock of the bucket
 * @chain: the same where entries are linked by struct ikemon_link: what is
 *	taken out is searched for, so only for chains of bounded length
 * @mask: number of buckets less one
 * @lock: bucket N has lock N % IKEMON_TABLE_LOCKS; innermost, BH disabled
 */
struct ikemon_table {
	union {
		struct hlist_head *bucket;
		struct ikemon_link *chain;
	};
	u32 mask;
	spinlock_t *lock;	/* the chains of its buckets */
};

/* Process context, may sleep. Return: 0 or -ENOMEM. */
static inline int ikemon_table_init(struct ikemon_table *table, u32 entries)
{
	u32 buckets = clamp_t(u32, entries, IKEMON_TABLE_BUCKETS_MIN,
			      IKEMON_TABLE_BUCKETS_MAX);
	unsigned int i;

	buckets = roundup_pow_of_two(buckets);
	table->mask = buckets - 1;
	table->bucket = kvcalloc(buckets, sizeof(*table->bucket),
				 GFP_KERNEL_ACCOUNT);
	table->lock = kcalloc(IKEMON_TABLE_LOCKS, sizeof(*table->lock),
			      GFP_KERNEL_ACCOUNT);
	if (!table->bucket || !table->lock) {
		kvfree(table->bucket);
		kfree(table->lock);
		return -ENOMEM;
	}
	for (i = 0; i < IKEMON_TABLE_LOCKS; i++)
		spin_lock_init(&table->lock[i]);
	return 0;
}

/* Nobody uses the table any more and it is empty. */
static inline void ikemon_table_destroy(struct ikemon_table *table)
{
	kvfree(table->bucket);
	kfree(table->lock);
}

static inline struct hlist_head *
ikemon_table_bucket(const struct ikemon_table *table, u32 hash)
{
	return &table->bucket[hash & table->mask];
}

static inline struct ikemon_link *
ikemon_table_chain(const struct ikemon_table *table, u32 hash)
{
	return &table->chain[hash & table->mask];
}

static inline spinlock_t *
ikemon_table_lock(const struct ikemon_table *table, u32 hash)
{
	return &table->lock[hash & table->mask & (IKEMON_TABLE_LOCKS - 1)];
}

/* What follows, NULL if nothing does. rcu_read_lock() or the lock of the bucket
 * held; it may be taken out while it is looked at.
 */
static inline struct ikemon_link *
ikemon_link_next(const struct ikemon_link *link)
{
	return rcu_dereference_raw(link->next);
}

/* Lock of the bucket held. */
static inline void ikemon_chain_add(struct ikemon_link *head,
				    struct ikemon_link *link)
{
	rcu_assign_pointer(link->next, ikemon_link_next(head));
	rcu_assign_pointer(head->next, link);
}

/* Likewise. Readers who are at @link go on from it; nothing if it is not there.
 */
static inline void ikemon_chain_del(struct ikemon_link *head,
				    struct ikemon_link *link)
{
	struct ikemon_link *at = head, *next;

	while ((next = ikemon_link_next(at)) && next != link)
		at = next;
	if (next)
		rcu_assign_pointer(at->next, ikemon_link_next(link));
}

/* Have so many octets of an entry come from memory, while others are waited
 * for.
 */
static __always_inline void ikemon_prefetch(const void *entry, size_t octets)
{
	size_t i;

	for (i = 0; i < octets; i += L1_CACHE_BYTES)
		prefetch(entry + i);
}

/*
 * Who walks a whole table waits for memory more than for anything else: have
 * the first octets of the entry come that is some buckets ahead. Its link is
 * what it begins with.
 */
static __always_inline void
ikemon_table_look_ahead(const struct ikemon_table *table, u32 bucket,
			size_t octets)
{
	u32 ahead = (bucket + IKEMON_TABLE_AHEAD) & table->mask;
	const void *entry = rcu_access_pointer(table->chain[ahead].next);

	if (entry)
		ikemon_prefetch(entry, octets);
}

#endif /* IKEMON_TABLE_H */
