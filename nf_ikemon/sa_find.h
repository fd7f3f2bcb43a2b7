/* SPDX-License-Identifier: GPL-2.0-only */
/* How an SA is found by what a packet says: each packet of ESP pays for it. */
#ifndef IKEMON_SA_FIND_H
#define IKEMON_SA_FIND_H

#include "sa.h"

static inline u32 ikemon_sa_hash(const struct ikemon_sa_table *t,
				 const struct ikemon_sa_key *key)
{
	return ikemon_hash(&t->hash_key, key, sizeof(*key));
}

static inline bool ikemon_sa_key_equal(const struct ikemon_sa_key *a,
				       const struct ikemon_sa_key *b)
{
	return a->spi == b->spi && a->proto == b->proto &&
	       a->family == b->family && nf_inet_addr_cmp(&a->daddr, &b->daddr);
}

/* Is there an SA with these keys, or was there just now? RCU; no lock. */
static inline bool ikemon_sa_known(const struct ikemon_sa_table *t,
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
