// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <linux/moduleparam.h>
#include <linux/random.h>

#include "budget.h"
#include "pernet.h"
#include "quota.h"

static struct kmem_cache *source_cache;

static struct ikemon_quota quota = { .max = IKEMON_QUOTA_DEFAULT };
module_param_named(userns_sources, quota.max, uint, 0644);
MODULE_PARM_DESC(userns_sources, "Sources that all network namespaces of user namespaces may have together (65536)");

struct source_key {
	union nf_inet_addr addr;
	u32 plen;
	u32 family;
};

static u32 source_hash(const struct ikemon_source_table *t,
		       const union nf_inet_addr *addr, u8 family, u8 plen)
{
	struct source_key key = {
		.addr = *addr, .plen = plen, .family = family,
	};
	u32 word[] = { (__force u32)addr->ip, plen };
	u32 hash;

	/* Other lengths, but equal hashes do no harm here. */
	if (family == NFPROTO_IPV4)
		hash = ikemon_hash(&t->hash_key, word, sizeof(word));
	else
		hash = ikemon_hash(&t->hash_key, &key, sizeof(key));
	return ikemon_hash_spread(hash);
}

void ikemon_prefix_cut_ipv6(union nf_inet_addr *addr, u8 plen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr->all); i++) {
		unsigned int bits = min_t(unsigned int, plen, 32);

		addr->all[i] &= (__force u32)ikemon_mask_ipv4(bits);
		plen -= bits;
	}
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

struct ikemon_source *ikemon_source_of(const struct ikemon_source_table *t,
				       const struct ikemon_conf *conf,
				       const union nf_inet_addr *addr,
				       u8 family)
{
	union nf_inet_addr prefix = *addr;
	u8 plen = ikemon_conf_source_plen(conf, family);

	ikemon_prefix_cut(&prefix, family, plen);
	return ikemon_source_find(t, &prefix, family, plen);
}

struct ikemon_source *
ikemon_source_wide_of(const struct ikemon_source_table *t,
		      const struct ikemon_conf *conf,
		      const union nf_inet_addr *addr)
{
	union nf_inet_addr prefix = *addr;

	ikemon_prefix_cut(&prefix, NFPROTO_IPV6, conf->wide_plen6);
	return ikemon_source_find(t, &prefix, NFPROTO_IPV6, conf->wide_plen6);
}

/* What is to be found or made. */
struct wanted {
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
	bool is_wide;
	u32 hash;
	u64 now;
};

static void wanted_init(struct wanted *wanted,
			const struct ikemon_source_table *t,
			const union nf_inet_addr *addr, u8 family, u8 plen,
			u64 now)
{
	*wanted = (struct wanted) {
		.addr = *addr, .family = family, .plen = plen, .now = now,
	};
	ikemon_prefix_cut(&wanted->addr, family, plen);
	wanted->hash = source_hash(t, &wanted->addr, family, plen);
}

static struct ikemon_source *source_new(const struct wanted *wanted)
{
	struct ikemon_source *source;

	source = kmem_cache_zalloc(source_cache, GFP_ATOMIC);
	if (!source)
		return NULL;
	spin_lock_init(&source->lock);
	source->addr = wanted->addr;
	source->family = wanted->family;
	source->plen = wanted->plen;
	source->is_wide = wanted->is_wide;
	source->first = wanted->now;
	source->last = wanted->now;
	return source;
}

static void source_free_rcu(struct rcu_head *rcu)
{
	struct ikemon_source *source =
		container_of(rcu, struct ikemon_source, rcu);

	kfree(source->usage);
	kfree(source->offender);
	kmem_cache_free(source_cache, source);
}

bool ikemon_source_has_block(const struct ikemon_source *source)
{
	const struct ikemon_offender *offender = READ_ONCE(source->offender);
	unsigned int i;

	for (i = 0; offender && i < offender->records; i++)
		if (READ_ONCE(offender->record[i].until))
			return true;
	return false;
}

/*
 * Nobody holds it, and nothing is held against it. Bucket lock held, or this
 * is no more than a hint.
 */
static bool source_is_idle(const struct ikemon_source *source)
{
	/* Pairs with ikemon_source_put(): a block that began before that. */
	return !atomic_read_acquire(&source->sessions) &&
	       !ikemon_source_has_block(source);
}

/* Bucket lock held. Its place in the table becomes the caller's. */
static void source_unlink(struct ikemon_source *source)
{
	hlist_del_rcu(&source->node);
	if (source->wide)
		ikemon_source_put(source->wide);
	call_rcu(&source->rcu, source_free_rcu);
}

/*
 * Bucket lock held. A source is evicted from the newcomer's own chain: other
 * locks must not be taken here, and each newcomer looks into another.
 */
static bool evict_one(struct ikemon_net *inet, struct hlist_head *bucket)
{
	struct ikemon_source *source, *victim = NULL;

	hlist_for_each_entry(source, bucket, node)
		if (source_is_idle(source) &&
		    (!victim || READ_ONCE(source->last) <
				READ_ONCE(victim->last)))
			victim = source;
	if (!victim)
		return false;
	source_unlink(victim);
	ikemon_count(inet, SOURCES_EVICTED);
	return true;
}

/* Bucket lock held. Take a place in the table. */
static bool reserve(struct ikemon_net *inet, struct ikemon_source_table *t,
		    struct hlist_head *bucket, unsigned int chain, u32 max)
{
	if (chain < IKEMON_CHAIN_MAX &&
	    ikemon_quota_take(&quota, inet->net, &t->count, max))
		return true;
	ikemon_alarm_raise(inet, IKEMON_ALARM_TABLE_FULL);
	if (evict_one(inet, bucket))
		return true;
	ikemon_count(inet, SOURCES_REFUSED);
	return false;
}

/* Bucket lock held. @wide, held by the caller, is around it; NULL for none. */
static struct ikemon_source *insert(struct ikemon_net *inet,
				    struct ikemon_source_table *t,
				    const struct wanted *wanted,
				    struct hlist_head *bucket,
				    struct ikemon_source *wide)
{
	struct ikemon_source *source = source_new(wanted);

	if (!source) {
		ikemon_quota_give(&quota, inet->net, &t->count);
		ikemon_count(inet, NO_MEMORY);
		return NULL;
	}
	if (wide)
		atomic_inc(&wide->sessions);
	source->wide = wide;
	hlist_add_head_rcu(&source->node, bucket);
	ikemon_count(inet, SOURCES_NEW);
	return source;
}

/* Return: held, or NULL (counted). @fresh: it was made. */
static struct ikemon_source *hold(struct ikemon_net *inet,
				  struct ikemon_source_table *t,
				  const struct wanted *wanted, u32 max,
				  struct ikemon_source *wide)
{
	struct hlist_head *bucket = ikemon_table_bucket(&t->table,
							wanted->hash);
	spinlock_t *lock = ikemon_table_lock(&t->table, wanted->hash);
	struct ikemon_source *source;
	unsigned int chain = 0;

	spin_lock_bh(lock);
	hlist_for_each_entry(source, bucket, node) {
		if (source_is(source, &wanted->addr, wanted->family,
			      wanted->plen))
			goto found;
		chain++;
	}
	source = reserve(inet, t, bucket, chain, max) ?
			 insert(inet, t, wanted, bucket, wide) : NULL;
found:
	if (source) {
		atomic_inc(&source->sessions);
		WRITE_ONCE(source->last, wanted->now);
	}
	spin_unlock_bh(lock);
	return source;
}

struct ikemon_source *ikemon_source_get(struct ikemon_net *inet,
					struct ikemon_source_table *t,
					const struct ikemon_conf *conf,
					const union nf_inet_addr *addr,
					u8 family, u64 now)
{
	struct ikemon_source *source, *wide = NULL;
	struct wanted wanted;
	u8 plen = ikemon_conf_source_plen(conf, family);

	if (family == NFPROTO_IPV6 && conf->wide_plen6 < plen) {
		wanted_init(&wanted, t, addr, family, conf->wide_plen6, now);
		wanted.is_wide = true;
		wide = hold(inet, t, &wanted, conf->max_sources, NULL);
		if (!wide)
			return NULL;
	}
	wanted_init(&wanted, t, addr, family, plen, now);
	source = hold(inet, t, &wanted, conf->max_sources, wide);
	if (wide)
		ikemon_source_put(wide);
	return source;
}

void ikemon_source_put(struct ikemon_source *source)
{
	/* Pairs with source_is_idle(). */
	atomic_fetch_dec_release(&source->sessions);
}

/* Bucket lock held, or a hint. */
static bool source_is_over(const struct ikemon_source *source, u32 timeout,
			   u64 now)
{
	return now >= READ_ONCE(source->last) + timeout * 1000ULL &&
	       source_is_idle(source);
}

/* Return: how many it freed. */
static unsigned int free_idle(struct ikemon_net *inet,
			      struct ikemon_source_table *t, u32 bucket,
			      u32 timeout, u64 now)
{
	struct hlist_head *head = ikemon_table_bucket(&t->table, bucket);
	spinlock_t *lock = ikemon_table_lock(&t->table, bucket);
	struct ikemon_source *source;
	struct hlist_node *next;
	unsigned int n = 0;

	spin_lock_bh(lock);
	hlist_for_each_entry_safe(source, next, head, node) {
		if (!source_is_over(source, timeout, now))
			continue;
		source_unlink(source);
		ikemon_quota_give(&quota, inet->net, &t->count);
		ikemon_count(inet, SOURCES_EXPIRED);
		n++;
	}
	spin_unlock_bh(lock);
	return n;
}

unsigned int ikemon_source_expire(struct ikemon_net *inet,
				  struct ikemon_source_table *t, u32 bucket,
				  u32 timeout, u64 now)
{
	struct hlist_head *head = ikemon_table_bucket(&t->table, bucket);
	bool blocked = atomic_read(&t->blocked);
	struct ikemon_source *source;
	bool over = false;

	hlist_for_each_entry_rcu(source, head, node) {
		if (blocked && ikemon_source_has_block(source))
			ikemon_budget_age(inet, t, source, now);
		over |= source_is_over(source, timeout, now);
	}
	return over ? free_idle(inet, t, bucket, timeout, now) : 0;
}

int ikemon_source_table_init(struct ikemon_source_table *t, u32 max)
{
	get_random_bytes(&t->hash_key, sizeof(t->hash_key));
	atomic_set(&t->count, 0);
	atomic_set(&t->blocked, 0);
	return ikemon_table_init(&t->table, max);
}

void ikemon_source_table_destroy(struct ikemon_net *inet,
				 struct ikemon_source_table *t)
{
	struct ikemon_source *source;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i <= t->table.mask; i++) {
		hlist_for_each_entry_safe(source, next, &t->table.bucket[i],
					  node) {
			hlist_del(&source->node);
			ikemon_quota_give(&quota, inet->net, &t->count);
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
	ikemon_quota_end(&quota);
	kmem_cache_destroy(source_cache);
}
