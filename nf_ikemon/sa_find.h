/* SPDX-License-Identifier: GPL-2.0-only */
/* How an SA is found by what a packet says: each packet of ESP pays for it. */
#ifndef IKEMON_SA_FIND_H
#define IKEMON_SA_FIND_H

#include "sa.h"

static __always_inline u32 ikemon_sa_hash(const struct ikemon_sa_table *t,
					  const struct ikemon_sa_key *key)
{
	return ikemon_hash(&t->hash_key, key, sizeof(*key));
}

/* Word by word, so that a key which a packet is made into needs no memory. */
static __always_inline bool
ikemon_sa_key_equal(const struct ikemon_sa_key *a,
		    const struct ikemon_sa_key *b)
{
	return a->spi == b->spi && a->daddr.all[0] == b->daddr.all[0] &&
	       a->daddr.all[1] == b->daddr.all[1] &&
	       a->daddr.all[2] == b->daddr.all[2] &&
	       a->daddr.all[3] == b->daddr.all[3] &&
	       a->proto == b->proto && a->family == b->family;
}

/* Is there an SA with these keys, or was there just now? RCU; no lock. */
static __always_inline bool
ikemon_sa_known(const struct ikemon_sa_table *t,
		const struct ikemon_sa_key *key)
{
	const struct hlist_head *bucket =
		ikemon_table_bucket(&t->table, ikemon_sa_hash(t, key));
	const struct ikemon_sa *sa;

	hlist_for_each_entry_rcu(sa, bucket, node)
		if (ikemon_sa_key_equal(&sa->key, key))
			return true;
	return false;
}

#endif /* IKEMON_SA_FIND_H */
