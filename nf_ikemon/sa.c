// SPDX-License-Identifier: GPL-2.0-only
/* The table of SAs. */
#include "sa_find.h"

#include <linux/moduleparam.h>
#include <linux/random.h>

#include "pernet.h"
#include "quota.h"

enum {
	SA_BATCH = 256,		/* buckets looked at before others run */
	SA_SWEEP_MS = 1000,
};

static struct kmem_cache *sa_cache;
static atomic64_t sa_ids = ATOMIC64_INIT(0);

static struct ikemon_quota quota = { .max = IKEMON_QUOTA_DEFAULT };
module_param_named(userns_sas, quota.max, uint, 0644);
MODULE_PARM_DESC(userns_sas, "SAs that are known of all network namespaces of user namespaces together (65536)");

spinlock_t *ikemon_sa_lock(const struct ikemon_sa_table *t,
			   const struct ikemon_sa *sa)
{
	return ikemon_table_lock(&t->table, ikemon_sa_hash(t, &sa->key));
}

void ikemon_sa_snapshot(const struct ikemon_sa_table *t, struct ikemon_sa *sa,
			struct ikemon_sa *copy)
{
	spinlock_t *lock = ikemon_sa_lock(t, sa);

	spin_lock_bh(lock);
	copy->shown = sa->shown;
	spin_unlock_bh(lock);
}

void ikemon_sa_kick(struct ikemon_sa_table *t)
{
	/* One run for all that comes until then. */
	if (!test_and_set_bit(IKEMON_SA_KICKED, &t->flags))
		mod_delayed_work(system_unbound_wq, &t->work, 1);
}

/* Bucket lock held. */
static void tell_worker(struct ikemon_sa_table *t, struct ikemon_sa *sa,
			enum ikemon_sa_todo todo)
{
	sa->todo |= todo;
	if (sa->queued)
		return;
	sa->queued = true;
	llist_add(&sa->todo_node, &t->todo);
}

/* Bucket lock held. @chain becomes how many entries there are. */
static struct ikemon_sa *find(struct hlist_head *bucket,
			      const struct ikemon_sa_key *key,
			      const struct ikemon_sa_facts *facts,
			      unsigned int *chain)
{
	struct ikemon_sa *sa;

	*chain = 0;
	hlist_for_each_entry(sa, bucket, node) {
		if (ikemon_sa_key_equal(&sa->key, key) &&
		    sa->facts.mark == facts->mark &&
		    sa->facts.mark_mask == facts->mark_mask)
			return sa;
		(*chain)++;
	}
	return NULL;
}

static struct ikemon_sa *sa_alloc(struct ikemon_net *inet,
				  struct ikemon_sa_table *t,
				  const struct ikemon_sa_key *key)
{
	struct ikemon_sa *sa;

	if (!ikemon_quota_take(&quota, inet->net, &t->count,
			       READ_ONCE(t->max)))
		return NULL;
	sa = kmem_cache_zalloc(sa_cache, GFP_ATOMIC);
	if (!sa) {
		ikemon_quota_give(&quota, inet->net, &t->count);
		ikemon_count(inet, NO_MEMORY);
		return NULL;
	}
	sa->key = *key;
	sa->id = atomic64_inc_return(&sa_ids);
	INIT_HLIST_NODE(&sa->pair);
	return sa;
}

/* Bucket lock held. It is there, for the first time or again. */
static void sa_begin(struct ikemon_net *inet, struct ikemon_sa_table *t,
		     struct ikemon_sa *sa)
{
	WRITE_ONCE(sa->added, ikemon_now());
	sa->soft = 0;
	sa->hard = false;
	WRITE_ONCE(sa->deleted, 0);
	atomic_inc(&t->live);
	if (!test_bit(IKEMON_SA_USED, &t->flags))
		set_bit(IKEMON_SA_USED, &t->flags);
	ikemon_count(inet, SAS_ADDED);
	tell_worker(t, sa, IKEMON_SA_TODO_ADDED);
}

/* Bucket lock held. */
static void sa_end(struct ikemon_net *inet, struct ikemon_sa_table *t,
		   struct ikemon_sa *sa)
{
	WRITE_ONCE(sa->deleted, max_t(u64, ikemon_now(), 1));
	atomic_dec(&t->live);
	ikemon_count(inet, SAS_DELETED);
	tell_worker(t, sa, IKEMON_SA_TODO_DELETED);
}

/* Is the peer's end of it elsewhere than it was? Bucket lock held. */
static bool is_remapped(const struct ikemon_sa *sa,
			const struct ikemon_sa_facts *now)
{
	const struct ikemon_sa_facts *was = &sa->facts;

	if (!was->encap || !now->encap ||
	    (sa->deleted &&
	     ikemon_now() - sa->deleted >= IKEMON_SA_MAPPING_MS))
		return false;
	if (sa->dir == IKEMON_SA_DIR_OUT)
		return was->encap_dst != now->encap_dst;
	return was->encap_src != now->encap_src ||
	       !nf_inet_addr_cmp(&was->saddr, &now->saddr);
}

/* Bucket lock held. */
static void take_facts(struct ikemon_sa_table *t, struct ikemon_sa *sa,
		       const struct ikemon_sa_facts *facts)
{
	bool out = sa->dir == IKEMON_SA_DIR_OUT;

	if (!memcmp(&sa->facts, facts, sizeof(*facts)))
		return;
	if (is_remapped(sa, facts) && !(sa->todo & IKEMON_SA_TODO_MAPPED)) {
		sa->old_addr = out ? sa->key.daddr : sa->facts.saddr;
		sa->old_port = out ? sa->facts.encap_dst :
				     sa->facts.encap_src;
		tell_worker(t, sa, IKEMON_SA_TODO_MAPPED);
	}
	sa->facts = *facts;
}

/* Without this one nothing can be said of what is not in the table. */
static void refuse(struct ikemon_net *inet, struct ikemon_sa_table *t)
{
	set_bit(IKEMON_SA_REFUSED, &t->flags);
	clear_bit(IKEMON_SA_COMPLETE, &t->flags);
	ikemon_count(inet, SAS_REFUSED);
	ikemon_alarm_raise(inet, IKEMON_ALARM_TABLE_FULL);
}

/* Bucket lock held. Return: NULL if there is no room. */
static struct ikemon_sa *find_or_make(struct ikemon_run *run, u32 hash,
				      const struct ikemon_sa_key *key,
				      const struct ikemon_sa_facts *facts)
{
	struct ikemon_sa_table *t = &run->sas;
	struct hlist_head *bucket = ikemon_table_bucket(&t->table, hash);
	unsigned int chain;
	struct ikemon_sa *sa = find(bucket, key, facts, &chain);

	if (sa) {
		take_facts(t, sa, facts);
		if (sa->deleted)
			sa_begin(run->inet, t, sa);
		return sa;
	}
	sa = chain < IKEMON_CHAIN_MAX ? sa_alloc(run->inet, t, key) : NULL;
	if (!sa)
		return NULL;
	sa->facts = *facts;
	sa_begin(run->inet, t, sa);
	hlist_add_head_rcu(&sa->node, bucket);
	return sa;
}

static bool uses_our_mark(const struct ikemon_run *run,
			  const struct ikemon_sa_facts *facts)
{
	return facts->mark_mask & ikemon_conf_get(run->inet)->mark;
}

void ikemon_sa_put(struct ikemon_run *run, const struct ikemon_sa_key *key,
		   const struct ikemon_sa_facts *facts)
{
	struct ikemon_sa_table *t = &run->sas;
	u32 hash = ikemon_sa_hash(t, key);
	bool refused = false, queued = false;
	struct ikemon_sa *sa;

	spin_lock_bh(ikemon_table_lock(&t->table, hash));
	sa = find_or_make(run, hash, key, facts);
	if (sa) {
		sa->round = READ_ONCE(t->round);
		queued = sa->queued;
	} else {
		refused = true;
	}
	spin_unlock_bh(ikemon_table_lock(&t->table, hash));
	if (refused)
		refuse(run->inet, t);
	if (uses_our_mark(run, facts) && !test_bit(IKEMON_SA_MARKED, &t->flags))
		ikemon_sa_remark(t);
	else if (queued)
		ikemon_sa_kick(t);
}

void ikemon_sa_expired(struct ikemon_run *run, const struct ikemon_sa_key *key,
		       const struct ikemon_sa_facts *facts)
{
	struct ikemon_sa_table *t = &run->sas;
	u32 hash = ikemon_sa_hash(t, key);
	struct ikemon_sa *sa;
	unsigned int chain;

	spin_lock_bh(ikemon_table_lock(&t->table, hash));
	sa = find(ikemon_table_bucket(&t->table, hash), key, facts, &chain);
	if (sa && !sa->deleted) {
		sa->soft = ikemon_now();
		tell_worker(t, sa, IKEMON_SA_TODO_SOFT);
	}
	spin_unlock_bh(ikemon_table_lock(&t->table, hash));
	if (sa)
		ikemon_sa_kick(t);
}

void ikemon_sa_deleted(struct ikemon_run *run, const struct ikemon_sa_key *key,
		       const struct ikemon_sa_facts *facts,
		       const struct ikemon_sa_use *use, bool hard)
{
	struct ikemon_sa_table *t = &run->sas;
	u32 hash = ikemon_sa_hash(t, key);
	struct ikemon_sa *sa;
	unsigned int chain;

	spin_lock_bh(ikemon_table_lock(&t->table, hash));
	sa = find(ikemon_table_bucket(&t->table, hash), key, facts, &chain);
	if (sa && !sa->deleted) {
		sa->use = *use;
		sa->hard = hard;
		sa_end(run->inet, t, sa);
	}
	spin_unlock_bh(ikemon_table_lock(&t->table, hash));
	if (uses_our_mark(run, facts))
		ikemon_sa_remark(t);
	else if (sa)
		ikemon_sa_kick(t);
}

/* Calls @visit for each SA under its bucket's lock. May sleep between. */
static void visit_all(struct ikemon_run *run,
		      void (*visit)(struct ikemon_run *run,
				    struct ikemon_sa *sa, void *arg),
		      void *arg)
{
	struct ikemon_table *table = &run->sas.table;
	struct hlist_node *next;
	struct ikemon_sa *sa;
	u32 i;

	for (i = 0; i <= table->mask; i++) {
		if (i % SA_BATCH == 0)
			cond_resched();
		if (hlist_empty(&table->bucket[i]))
			continue;
		spin_lock_bh(ikemon_table_lock(table, i));
		hlist_for_each_entry_safe(sa, next, &table->bucket[i], node)
			visit(run, sa, arg);
		spin_unlock_bh(ikemon_table_lock(table, i));
	}
}

static void drop_unseen(struct ikemon_run *run, struct ikemon_sa *sa,
			void *arg)
{
	if (!sa->deleted && sa->round != run->sas.round)
		sa_end(run->inet, &run->sas, sa);
}

void ikemon_sa_drop_unseen(struct ikemon_run *run)
{
	visit_all(run, drop_unseen, NULL);
}

static void sa_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(sa_cache, container_of(rcu, struct ikemon_sa, rcu));
}

/* Bucket lock held, or nobody else is there. */
static void sa_unlink(struct ikemon_net *inet, struct ikemon_sa_table *t,
		      struct ikemon_sa *sa)
{
	hlist_del_rcu(&sa->node);
	hlist_del_init(&sa->pair);
	ikemon_quota_give(&quota, inet->net, &t->count);
	call_rcu(&sa->rcu, sa_free_rcu);
}

static void free_old(struct ikemon_run *run, struct ikemon_sa *sa, void *now)
{
	if (sa->deleted && !sa->queued &&
	    *(u64 *)now - sa->deleted >= IKEMON_SA_LINGER_MS)
		sa_unlink(run->inet, &run->sas, sa);
}

bool ikemon_sa_free_old(struct ikemon_run *run)
{
	struct ikemon_sa_table *t = &run->sas;
	u64 now = ikemon_now();

	if (atomic_read(&t->count) == atomic_read(&t->live))
		return false;
	if (now - t->swept < SA_SWEEP_MS)
		return true;
	t->swept = now;
	visit_all(run, free_old, &now);
	return atomic_read(&t->count) != atomic_read(&t->live);
}

int ikemon_sa_table_init(struct ikemon_sa_table *t, u32 max)
{
	get_random_bytes(&t->key, sizeof(t->key));
	get_random_bytes(&t->hash_key, sizeof(t->hash_key));
	t->max = max;
	init_llist_head(&t->todo);
	init_llist_head(&t->heirs);
	INIT_DELAYED_WORK(&t->work, ikemon_sa_work);
	t->pair = kvcalloc(IKEMON_SA_PAIRS, sizeof(*t->pair),
			   GFP_KERNEL_ACCOUNT);
	t->ike_seen = kvcalloc(IKEMON_SA_SLOTS, sizeof(*t->ike_seen),
			       GFP_KERNEL_ACCOUNT);
	t->said = kvcalloc(IKEMON_SA_SLOTS, sizeof(*t->said),
			   GFP_KERNEL_ACCOUNT);
	if (!t->pair || !t->ike_seen || !t->said)
		goto no_memory;
	if (ikemon_table_init(&t->table,
			      DIV_ROUND_UP(max, IKEMON_SA_CHAIN)))
		goto no_memory;
	return 0;

no_memory:
	kvfree(t->said);
	kvfree(t->ike_seen);
	kvfree(t->pair);
	return -ENOMEM;
}

void ikemon_sa_table_destroy(struct ikemon_net *inet,
			     struct ikemon_sa_table *t)
{
	struct hlist_node *next;
	struct ikemon_sa *sa;
	u32 i;

	for (i = 0; i <= t->table.mask; i++) {
		hlist_for_each_entry_safe(sa, next, &t->table.bucket[i], node)
			sa_unlink(inet, t, sa);
		if (i % SA_BATCH == 0)
			cond_resched();
	}
	ikemon_table_destroy(&t->table);
	kvfree(t->said);
	kvfree(t->ike_seen);
	kvfree(t->pair);
}

int ikemon_sa_cache_init(void)
{
	sa_cache = KMEM_CACHE(ikemon_sa, 0);
	return sa_cache ? 0 : -ENOMEM;
}

void ikemon_sa_cache_uninit(void)
{
	ikemon_quota_end(&quota);
	kmem_cache_destroy(sa_cache);
}
