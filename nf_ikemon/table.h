/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hash table with a bucket array fixed at birth, RCU readers, and writers
 * that lock a bucket. Keyed by the owner: hsiphash over a key of its own.
 */
#ifndef IKEMON_TABLE_H
#define IKEMON_TABLE_H

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

enum ikemon_table_limits {
	IKEMON_TABLE_LOCKS	= 256,
	IKEMON_TABLE_BUCKETS_MIN = 256,
	IKEMON_TABLE_BUCKETS_MAX = 1 << 22,
	IKEMON_CHAIN_MAX	= 64,	/* a longer chain takes nothing new */
};

/**
 * struct ikemon_table - buckets and their locks
 * @bucket: @mask + 1 chains; written under the lock of the bucket
 * @mask: number of buckets less one
 * @lock: bucket N has lock N % IKEMON_TABLE_LOCKS; innermost, BH disabled
 */
struct ikemon_table {
	struct hlist_head *bucket;
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

static inline spinlock_t *
ikemon_table_lock(const struct ikemon_table *table, u32 hash)
{
	return &table->lock[hash & table->mask & (IKEMON_TABLE_LOCKS - 1)];
}

#endif /* IKEMON_TABLE_H */
