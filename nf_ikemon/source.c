// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <linux/random.h>

#include "pernet.h"

static struct kmem_cache *source_cache;

struct source_key {
	union nf_inet_addr addr;
	u32 family;
	u32 plen;
};

static u32 source_hash(const struct ikemon_source_table *t,
		       const union nf_inet_addr *addr, u8 family, u8 plen)
{
	struct source_key key = {
		.addr = *addr, .family = family, .plen = plen,
	};

	return hsiphash(&key, sizeof(key), &t->key);
}

void ikemon_prefix_cut(union nf_inet_addr *addr, u8 family, u8 plen)
{
	unsigned int words = family == NFPROTO_IPV4 ? 1 : 4;
	unsigned int i;

	for (i = 0; i < words; i++) {
		unsigned int bits = min_t(unsigned int, plen, 32);
		/* A shift by 32 is undefined, hence 64 bits. */
		u32 mask = (u32)(0xffffffffULL << (32 - bits));

		addr->all[i] &= (__force u32)htonl(mask);
		plen -= bits;
	}
	for (; i < ARRAY_SIZE(addr->all); i++)
		addr->all[i] = 0;
}

bool ikemon_prefix_match(const union nf_inet_addr *addr,
			 const union nf_inet_addr *prefix, u8 family, u8 plen)
{
	union nf_inet_addr cut = *addr;

	ikemon_prefix_cut(&cut, family, plen);
	return nf_inet_addr_cmp(&cut, prefix);
}

static bool source_is(const struct ikemon_source *source,
		      const union nf_inet_addr *addr, u8 family, u8 plen)
{
	return source->family == family && source->plen == plen &&
	       nf_inet_addr_cmp(&source->addr, addr);
}

struct ikemon_source *ikemon_source_find(const struct ikemon_source_table *t,
					 const union nf_inet_addr *addr,
					 u8 family, u8 plen)
{
	u32 hash = source_hash(t, addr, family, plen);
	struct ikemon_source *source;

	hlist_for_each_entry_rcu(source, ikemon_table_bucket(&t->table, hash),
				 node)
		if (source_is(source, addr, family, plen))
			return source;
	return NULL;
}

static struct ikemon_source *source_new(const union nf_inet_addr *addr,
					u8 family, u8 plen, u64 now)
{
	struct ikemon_source *source;

	source = kmem_cache_zalloc(source_cache, GFP_ATOMIC);
	if (!source)
		return NULL;
	source->addr = *addr;
	source->family = family;
	source->plen = plen;
	source->first = now;
	source->last = now;
	return source;
}

struct ikemon_source *ikemon_source_get(struct ikemon_net *inet,
					struct ikemon_source_table *t,
					const struct ikemon_conf *conf,
					const union nf_inet_addr *addr,
					u8 family, u64 now)
{
	u8 plen = family == NFPROTO_IPV4 ? conf->source_plen4 :
					   conf->source_plen6;
	union nf_inet_addr prefix = *addr;
	struct ikemon_source *source;
	struct hlist_head *bucket;
	unsigned int chain = 0;
	spinlock_t *lock;	/* of the bucket */
	u32 hash;

	ikemon_prefix_cut(&prefix, family, plen);
	hash = source_hash(t, &prefix, family, plen);
	bucket = ikemon_table_bucket(&t->table, hash);
	lock = ikemon_table_lock(&t->table, hash);

	spin_lock_bh(lock);
	hlist_for_each_entry(source, bucket, node) {
		if (source_is(source, &prefix, family, plen))
			goto found;
		chain++;
	}
	if (chain >= IKEMON_CHAIN_MAX ||
	    atomic_inc_return(&t->count) > conf->max_sources) {
		if (chain < IKEMON_CHAIN_MAX)
			atomic_dec(&t->count);
		spin_unlock_bh(lock);
		ikemon_alarm_raise(inet, IKEMON_ALARM_TABLE_FULL);
		ikemon_count(inet, SOURCES_REFUSED);
		return NULL;
	}
	source = source_new(&prefix, family, plen, now);
	if (!source) {
		atomic_dec(&t->count);
		spin_unlock_bh(lock);
		ikemon_count(inet, NO_MEMORY);
		return NULL;
	}
	hlist_add_head_rcu(&source->node, bucket);
	ikemon_count(inet, SOURCES_NEW);
found:
	atomic_inc(&source->sessions);
	WRITE_ONCE(source->last, now);
	spin_unlock_bh(lock);
	return source;
}

void ikemon_source_put(struct ikemon_source *source)
{
	atomic_dec(&source->sessions);
}

static void source_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(source_cache,
			container_of(rcu, struct ikemon_source, rcu));
}

void ikemon_source_expire(struct ikemon_net *inet,
			  struct ikemon_source_table *t, u32 bucket,
			  u32 timeout, u64 now)
{
	struct hlist_head *head = ikemon_table_bucket(&t->table, bucket);
	spinlock_t *lock = ikemon_table_lock(&t->table, bucket);
	struct ikemon_source *source;
	struct hlist_node *next;

	if (hlist_empty(head))
		return;
	spin_lock_bh(lock);
	hlist_for_each_entry_safe(source, next, head, node) {
		if (atomic_read(&source->sessions) ||
		    now < READ_ONCE(source->last) + timeout * 1000ULL)
			continue;
		hlist_del_rcu(&source->node);
		atomic_dec(&t->count);
		call_rcu(&source->rcu, source_free_rcu);
		ikemon_count(inet, SOURCES_EXPIRED);
	}
	spin_unlock_bh(lock);
}

int ikemon_source_table_init(struct ikemon_source_table *t, u32 max)
{
	get_random_bytes(&t->key, sizeof(t->key));
	atomic_set(&t->count, 0);
	return ikemon_table_init(&t->table, max);
}

void ikemon_source_table_destroy(struct ikemon_source_table *t)
{
	struct ikemon_source *source;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i <= t->table.mask; i++) {
		hlist_for_each_entry_safe(source, next, &t->table.bucket[i],
					  node) {
			hlist_del(&source->node);
			call_rcu(&source->rcu, source_free_rcu);
		}
		cond_resched();
	}
	ikemon_table_destroy(&t->table);
}

int ikemon_source_init(void)
{
	source_cache = KMEM_CACHE(ikemon_source, 0);
	return source_cache ? 0 : -ENOMEM;
}

void ikemon_source_uninit(void)
{
	kmem_cache_destroy(source_cache);
}
