// SPDX-License-Identifier: GPL-2.0-only
#include "stray.h"

#include <linux/bitmap.h>
#include <linux/random.h>

#include "compat/trylock.h"
#include "packet.h"
#include "pernet.h"

/* Whose packet it is. */
struct sender {
	struct ikemon_prefix prefix;
	unsigned long key;
	u32 now;	/* second */
};

/* Keys are hashed as octets: no padding may be left undefined. */
struct stray_key {
	union nf_inet_addr addr;
	u32 family;
	u32 plen;
};

static unsigned long key_of(const struct ikemon_strays *strays,
			    const struct ikemon_prefix *prefix)
{
	struct stray_key key = {
		.addr = prefix->addr, .family = prefix->family,
		.plen = prefix->plen,
	};

	return (unsigned long)siphash(&key, sizeof(key), &strays->key) ?: 1;
}

static struct ikemon_stray_set *set_of(struct ikemon_strays *strays,
				       unsigned long key)
{
	return &strays->set[key % IKEMON_STRAY_SETS];
}

static void sender_init(struct sender *sender,
			const struct ikemon_strays *strays,
			const struct ikemon_packet *p)
{
	sender->prefix.addr = p->src.addr;
	sender->prefix.family = p->family;
	sender->prefix.plen = ikemon_conf_source_plen(p->conf, p->family);
	ikemon_prefix_cut(&sender->prefix.addr, p->family,
			  sender->prefix.plen);
	sender->key = key_of(strays, &sender->prefix);
	sender->now = ikemon_seconds(ikemon_now());
}

/* Without lock a place may become another's just then; no harm is done. */
static struct ikemon_stray *find(struct ikemon_stray_set *set,
				 unsigned long key)
{
	unsigned int i;

	for (i = 0; i < IKEMON_STRAY_WAYS; i++)
		/* Pairs with take_place(). */
		if (smp_load_acquire(&set->way[i].key) == key)
			return &set->way[i];
	return NULL;
}

static bool is_blocked(const struct ikemon_stray *stray, u32 now)
{
	/* Pairs with block(): what kind of block it is may be looked at. */
	u32 until = smp_load_acquire(&stray->until);

	return until && now < until;
}

/* Set lock held. How much would be lost with it, 0 nothing. */
static u32 worth(const struct ikemon_stray *stray, u32 window, u32 now)
{
	if (stray->until)
		return U32_MAX;
	if (!stray->key ||
	    ikemon_is_past(now, READ_ONCE(stray->began), window))
		return 0;
	return atomic_read(&stray->count);
}

/* Set lock held. Return: the place worth least, NULL if all have a block. */
static struct ikemon_stray *choose(struct ikemon_stray_set *set, u32 window,
				   u32 now)
{
	struct ikemon_stray *best = NULL;
	u32 least = U32_MAX, value;
	unsigned int i;

	for (i = 0; i < IKEMON_STRAY_WAYS; i++) {
		value = worth(&set->way[i], window, now);
		if (value >= least)
			continue;
		least = value;
		best = &set->way[i];
	}
	return best;
}

static void forget_window(struct ikemon_stray *stray)
{
	unsigned int i;

	atomic_set(&stray->count, 0);
	/* Others set bits meanwhile. */
	for (i = 0; i < ARRAY_SIZE(stray->spis); i++)
		WRITE_ONCE(stray->spis[i], 0);
}

/* Set lock held. */
static void take_place(struct ikemon_stray *stray,
		       const struct sender *sender)
{
	WRITE_ONCE(stray->key, 0);
	forget_window(stray);
	WRITE_ONCE(stray->began, sender->now);
	stray->prefix = sender->prefix;
	/* Pairs with find(). */
	smp_store_release(&stray->key, sender->key);
}

/* Return: its place, NULL if there is none, or others are at it just now. */
static struct ikemon_stray *enter(struct ikemon_stray_set *set,
				  const struct sender *sender, u32 window)
{
	struct ikemon_stray *stray;

	if (!ikemon_trylock_bh(&set->lock))
		return NULL;
	stray = find(set, sender->key);
	if (!stray) {
		stray = choose(set, window, sender->now);
		if (stray)
			take_place(stray, sender);
	}
	spin_unlock_bh(&set->lock);
	return stray;
}

/* CPUs that race lose a count. Return: packets in the window. */
static int note(struct ikemon_stray *stray, const struct ikemon_strays *strays,
		__be32 spi, u32 window, u32 now)
{
	u32 began = READ_ONCE(stray->began);
	unsigned int bit = (u32)siphash_1u32((__force u32)spi, &strays->key) %
			   IKEMON_STRAY_SPIS;

	if (ikemon_is_past(now, began, window) &&
	    cmpxchg(&stray->began, began, now) == began)
		forget_window(stray);
	if (!test_bit(bit, stray->spis))
		set_bit(bit, stray->spis);
	if (atomic_read(&stray->count) < IKEMON_STRAY_BEGIN)
		return atomic_inc_return(&stray->count);
	return IKEMON_STRAY_BEGIN;
}

/*
 * Who forges addresses must not use up the events of others: beyond some a
 * second they only count as suppressed.
 */
static void say(struct ikemon_net *inet, struct ikemon_strays *strays,
		const struct ikemon_stray *stray,
		enum ikemon_source_event event)
{
	ikemon_event_stray(inet, stray, event,
			   ikemon_pace_take(&strays->pace,
					    ikemon_seconds(ikemon_now())));
}

/* Set lock held. */
static void block(const struct ikemon_packet *p, struct ikemon_strays *strays,
		  struct ikemon_stray *stray, u32 now)
{
	const struct ikemon_conf *conf = p->conf;

	if (!stray->until)
		atomic_inc(&strays->blocked);
	stray->since = now;
	/* One that is just coming may count or not. */
	stray->evidence = data_race(bitmap_weight(stray->spis,
						  IKEMON_STRAY_SPIS));
	WRITE_ONCE(stray->would, conf->mode != IKEMON_MODE_ENFORCE);
	atomic64_set(&stray->packets, 0);
	/* Pairs with is_blocked(), without lock. */
	smp_store_release(&stray->until, now +
			  ikemon_block_seconds(stray->evidence,
					       conf->block_lambda,
					       conf->block_max));
	if (stray->would)
		ikemon_count(p->inet, WOULD_BLOCK);
	else
		ikemon_count(p->inet, BLOCKS);
	say(p->inet, strays, stray, IKEMON_SOURCE_EVENT_BLOCKED);
}

static void begin(const struct ikemon_packet *p, struct ikemon_strays *strays,
		  struct ikemon_stray *stray, const struct sender *sender)
{
	struct ikemon_stray_set *set = set_of(strays, sender->key);

	if (!ikemon_trylock_bh(&set->lock))
		return;
	if (stray->key == sender->key && !is_blocked(stray, sender->now))
		block(p, strays, stray, sender->now);
	spin_unlock_bh(&set->lock);
}

/* Does the operator let all of it pass? */
static bool is_exempt(const struct ikemon_packet *p)
{
	const struct ikemon_conf *conf = p->conf;
	const struct ikemon_rule *rule;

	if (conf->exempt_mask &&
	    (p->skb->mark & conf->exempt_mask) == conf->exempt_mark)
		return true;
	rule = ikemon_rules_limit(conf->rules, &p->src.addr, p->family);
	return rule && rule->limit_kind != IKEMON_LIMIT_KIND_LIMIT;
}

enum ikemon_blocked ikemon_stray_packet(const struct ikemon_packet *p,
					__be32 spi)
{
	struct ikemon_strays *strays = rcu_dereference(p->run->strays);
	u32 window = p->conf->block_window;
	struct ikemon_stray_set *set;
	struct ikemon_stray *stray;
	struct sender sender;

	if (!strays || is_exempt(p))
		return IKEMON_BLOCKED_NOT;
	sender_init(&sender, strays, p);
	set = set_of(strays, sender.key);
	stray = find(set, sender.key) ?: enter(set, &sender, window);
	if (!stray) {
		ikemon_count(p->inet, ESP_UNKNOWN_UNTRACKED);
		return IKEMON_BLOCKED_NOT;
	}
	if (note(stray, strays, spi, window, sender.now) >=
	    IKEMON_STRAY_BEGIN && !is_blocked(stray, sender.now))
		begin(p, strays, stray, &sender);
	if (!is_blocked(stray, sender.now))
		return IKEMON_BLOCKED_NOT;
	atomic64_inc(&stray->packets);
	return READ_ONCE(stray->would) ||
	       p->conf->mode != IKEMON_MODE_ENFORCE ?
		       IKEMON_BLOCKED_WOULD : IKEMON_BLOCKED;
}

/* Set lock held; it has a block. */
static void unblock(struct ikemon_run *run, struct ikemon_strays *strays,
		    struct ikemon_stray *stray)
{
	WRITE_ONCE(stray->until, 0);
	atomic_dec(&strays->blocked);
	say(run->inet, strays, stray, IKEMON_SOURCE_EVENT_UNBLOCKED);
}

/* Is the time of its block over? */
static bool is_over(const struct ikemon_stray *stray, u32 now)
{
	return READ_ONCE(stray->until) && !is_blocked(stray, now);
}

void ikemon_strays_age(struct ikemon_run *run)
{
	struct ikemon_strays *strays = rcu_dereference(run->strays);
	u32 now = ikemon_seconds(ikemon_now());
	struct ikemon_stray_set *set;
	struct ikemon_stray *stray;
	unsigned int i;

	if (!strays || !atomic_read(&strays->blocked))
		return;
	for (i = 0; i < IKEMON_STRAYS; i++) {
		set = &strays->set[i / IKEMON_STRAY_WAYS];
		stray = &set->way[i % IKEMON_STRAY_WAYS];
		if (!is_over(stray, now))
			continue;
		spin_lock_bh(&set->lock);
		if (is_over(stray, now))
			unblock(run, strays, stray);
		spin_unlock_bh(&set->lock);
	}
}

/* Set lock held. Also what was not enough for a block is forgotten. */
static unsigned int forget(struct ikemon_run *run,
			   struct ikemon_strays *strays,
			   struct ikemon_stray *stray)
{
	forget_window(stray);
	if (!stray->until)
		return 0;
	unblock(run, strays, stray);
	return 1;
}

unsigned int ikemon_strays_unblock(struct ikemon_run *run,
				   const struct ikemon_prefix *filter)
{
	struct ikemon_strays *strays = rcu_dereference(run->strays);
	struct ikemon_stray_set *set;
	struct ikemon_stray *stray;
	unsigned int i, n = 0;

	for (i = 0; strays && i < IKEMON_STRAYS; i++) {
		set = &strays->set[i / IKEMON_STRAY_WAYS];
		stray = &set->way[i % IKEMON_STRAY_WAYS];
		if (!READ_ONCE(stray->key))
			continue;
		spin_lock_bh(&set->lock);
		if (ikemon_prefix_inside(&stray->prefix, filter))
			n += forget(run, strays, stray);
		spin_unlock_bh(&set->lock);
	}
	return n;
}

unsigned int ikemon_stray_unblock(struct ikemon_run *run,
				  const struct ikemon_prefix *prefix)
{
	struct ikemon_strays *strays = rcu_dereference(run->strays);
	struct ikemon_stray_set *set;
	struct ikemon_stray *stray;
	unsigned int n = 0;
	unsigned long key;

	if (!strays)
		return 0;
	key = key_of(strays, prefix);
	set = set_of(strays, key);
	spin_lock_bh(&set->lock);
	stray = find(set, key);
	if (stray)
		n = forget(run, strays, stray);
	spin_unlock_bh(&set->lock);
	return n;
}

bool ikemon_stray_blocked(struct ikemon_run *run, unsigned int index,
			  struct ikemon_stray *copy)
{
	struct ikemon_strays *strays = rcu_dereference(run->strays);
	struct ikemon_stray_set *set;
	const struct ikemon_stray *stray;

	if (!strays)
		return false;
	set = &strays->set[index / IKEMON_STRAY_WAYS];
	stray = &set->way[index % IKEMON_STRAY_WAYS];
	if (!READ_ONCE(stray->until))
		return false;
	spin_lock_bh(&set->lock);
	copy->prefix = stray->prefix;
	copy->since = stray->since;
	copy->until = stray->until;
	copy->evidence = stray->evidence;
	copy->would = stray->would;
	atomic64_set(&copy->packets, atomic64_read(&stray->packets));
	spin_unlock_bh(&set->lock);
	return is_blocked(copy, ikemon_seconds(ikemon_now()));
}

unsigned int ikemon_strays_count(const struct ikemon_run *run)
{
	const struct ikemon_strays *strays = rcu_dereference(run->strays);

	return strays ? atomic_read(&strays->blocked) : 0;
}

int ikemon_strays_ready(struct ikemon_run *run, const struct ikemon_conf *conf,
			struct netlink_ext_ack *extack)
{
	struct ikemon_strays *strays;
	unsigned int i;

	if (conf->unknown_spi != IKEMON_UNKNOWN_SPI_BLOCK ||
	    rcu_access_pointer(run->strays))
		return 0;
	strays = kvzalloc(sizeof(*strays), GFP_KERNEL_ACCOUNT);
	if (!strays) {
		NL_SET_ERR_MSG(extack, "no memory for unknown-spi block");
		return -ENOMEM;
	}
	get_random_bytes(&strays->key, sizeof(strays->key));
	for (i = 0; i < IKEMON_STRAY_SETS; i++)
		spin_lock_init(&strays->set[i].lock);
	rcu_assign_pointer(run->strays, strays);
	return 0;
}

void ikemon_strays_configured(struct ikemon_run *run,
			      const struct ikemon_conf *old,
			      const struct ikemon_conf *new)
{
	const struct ikemon_prefix all = {};

	if (old->unknown_spi != IKEMON_UNKNOWN_SPI_BLOCK ||
	    new->unknown_spi == IKEMON_UNKNOWN_SPI_BLOCK)
		return;
	rcu_read_lock();
	ikemon_strays_unblock(run, &all);
	rcu_read_unlock();
}

void ikemon_strays_free(struct ikemon_run *run)
{
	kvfree(rcu_dereference_protected(run->strays, true));
}
