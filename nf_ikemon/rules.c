// SPDX-License-Identifier: GPL-2.0-only
#include "rules.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "hash.h"
#include "limit.h"
#include "source.h"

enum {
	FAMILIES = 2,
	SPARE = 4,	/* slots of a table for each rule, at least */
};

/* @hash is of its prefix, so that only the rule that is meant is looked into */
struct rule_slot {
	struct ikemon_rule *rule;
	u32 hash;
};

/**
 * struct rule_index - the rules of one kind
 * @n: of them
 * @mask: slots - 1; most of them are empty
 * @n_length: by family: valid entries of @length
 * @length: by family: prefix lengths in use, the longest first
 * @sorted: in the order of prefixes
 * @slot: by hash; who finds his taken, takes the next
 */
struct rule_index {
	u32 n;
	u32 mask;
	u8 n_length[FAMILIES];
	u8 length[FAMILIES][IKEMON_RULES_LENGTHS];
	struct ikemon_rule **sorted;
	struct rule_slot *slot;
};

struct ikemon_rules {
	refcount_t users;
	struct ikemon_hash_key key;
	struct rcu_head rcu;
	struct rule_index index[IKEMON_RULE_KINDS];
};

struct draft_list {
	u32 n;
	struct ikemon_rule *rule[IKEMON_RULES_MAX];
};

struct ikemon_rules_draft {
	struct draft_list list[IKEMON_RULE_KINDS];
};

int ikemon_prefix_cmp(const struct ikemon_prefix *a,
		      const struct ikemon_prefix *b)
{
	int cmp;

	if (a->family != b->family)
		return a->family - b->family;
	cmp = memcmp(&a->addr, &b->addr, ikemon_addr_len(a->family));
	return cmp ?: a->plen - b->plen;
}

bool ikemon_prefix_inside(const struct ikemon_prefix *prefix,
			  const struct ikemon_prefix *filter)
{
	return filter->family == NFPROTO_UNSPEC ||
	       (filter->family == prefix->family &&
		filter->plen <= prefix->plen &&
		ikemon_prefix_match(&prefix->addr, &filter->addr,
				    filter->family, filter->plen));
}

static unsigned int family_index(u8 family)
{
	return family == NFPROTO_IPV6;
}

static u32 hash_ipv4(const struct ikemon_hash_key *key, __be32 addr, u8 plen)
{
	u32 word[] = { (__force u32)addr, plen };

	return ikemon_hash_spread(ikemon_hash(key, word, sizeof(word)));
}

static u32 rule_hash(const struct ikemon_hash_key *key,
		     const struct ikemon_prefix *prefix)
{
	struct {
		union nf_inet_addr addr;
		u32 plen;
	} of = { .addr = prefix->addr, .plen = prefix->plen };

	if (prefix->family == NFPROTO_IPV4)
		return hash_ipv4(key, prefix->addr.ip, prefix->plen);
	/* Never that of an IPv4 prefix, as if it had zeros behind it. */
	of.plen |= NFPROTO_IPV6 << 8;
	return ikemon_hash_spread(ikemon_hash(key, &of, sizeof(of)));
}

static bool is_prefix(const struct ikemon_prefix *a,
		      const struct ikemon_prefix *b)
{
	return a->plen == b->plen && a->family == b->family &&
	       nf_inet_addr_cmp(&a->addr, &b->addr);
}

static bool is_prefix_ipv4(const struct ikemon_prefix *a, __be32 addr, u8 plen)
{
	return a->addr.ip == addr && a->plen == plen &&
	       a->family == NFPROTO_IPV4;
}

static struct ikemon_rule *rule_find(const struct rule_index *index, u32 hash,
				     const struct ikemon_prefix *prefix)
{
	u32 i = hash & index->mask;

	for (; index->slot[i].rule; i = (i + 1) & index->mask)
		if (index->slot[i].hash == hash &&
		    is_prefix(&index->slot[i].rule->prefix, prefix))
			return index->slot[i].rule;
	return NULL;
}

static struct ikemon_rule *rule_find_ipv4(const struct rule_index *index,
					  u32 hash, __be32 addr, u8 plen)
{
	u32 i = hash & index->mask;

	for (; index->slot[i].rule; i = (i + 1) & index->mask)
		if (index->slot[i].hash == hash &&
		    is_prefix_ipv4(&index->slot[i].rule->prefix, addr, plen))
			return index->slot[i].rule;
	return NULL;
}

/* Most rules have no end, and need no clock. */
static bool is_over(const struct ikemon_rule *rule, u64 now)
{
	return rule->until &&
	       ikemon_rule_over(rule, now ?: ktime_get_coarse_real_ns());
}

static struct ikemon_rule *match_ipv4(const struct ikemon_rules *rules,
				      const struct rule_index *index,
				      __be32 addr, u64 now)
{
	struct ikemon_rule *rule;
	unsigned int i;
	u32 hash;
	u8 plen;

	for (i = 0; i < index->n_length[0]; i++) {
		plen = index->length[0][i];
		addr &= ikemon_mask_ipv4(plen);
		hash = hash_ipv4(&rules->key, addr, plen);
		rule = rule_find_ipv4(index, hash, addr, plen);
		if (rule && !is_over(rule, now))
			return rule;
	}
	return NULL;
}

static struct ikemon_rule *match_ipv6(const struct ikemon_rules *rules,
				      const struct rule_index *index,
				      const union nf_inet_addr *addr, u64 now)
{
	struct ikemon_prefix prefix = {
		.addr = *addr, .family = NFPROTO_IPV6,
	};
	struct ikemon_rule *rule;
	unsigned int i;

	for (i = 0; i < index->n_length[1]; i++) {
		prefix.plen = index->length[1][i];
		ikemon_prefix_cut(&prefix.addr, NFPROTO_IPV6, prefix.plen);
		rule = rule_find(index, rule_hash(&rules->key, &prefix),
				 &prefix);
		if (rule && !is_over(rule, now))
			return rule;
	}
	return NULL;
}

/*
 * The rule of the longest prefix whose time is not over. From the longest on:
 * what was cut stays cut.
 */
static struct ikemon_rule *rule_match(const struct ikemon_rules *rules,
				      enum ikemon_rule_kind kind,
				      const union nf_inet_addr *addr,
				      u8 family, u64 now)
{
	const struct rule_index *index;

	if (!rules)
		return NULL;
	index = &rules->index[kind];
	if (family == NFPROTO_IPV4)
		return match_ipv4(rules, index, addr->ip, now);
	return match_ipv6(rules, index, addr, now);
}

const struct ikemon_rule *ikemon_rules_limit(const struct ikemon_rules *rules,
					     const union nf_inet_addr *addr,
					     u8 family)
{
	/* It is always early enough for a limit. */
	return rule_match(rules, IKEMON_RULE_LIMIT, addr, family, 1);
}

struct ikemon_rule *ikemon_rules_block(const struct ikemon_rules *rules,
				       const union nf_inet_addr *addr,
				       u8 family, u64 now)
{
	return rule_match(rules, IKEMON_RULE_BLOCK, addr, family, now);
}

struct ikemon_rule *ikemon_rules_at(const struct ikemon_rules *rules,
				    enum ikemon_rule_kind kind, u32 index)
{
	return rules && index < rules->index[kind].n ?
		       rules->index[kind].sorted[index] : NULL;
}

struct ikemon_rules *ikemon_rules_get(struct ikemon_rules *rules)
{
	if (rules)
		refcount_inc(&rules->users);
	return rules;
}

/* Nobody can find it any more, as far as this user goes. */
static void rule_put(struct ikemon_rule *rule)
{
	if (refcount_dec_and_test(&rule->users))
		kfree(rule);
}

static void rules_free(struct ikemon_rules *rules)
{
	struct rule_index *index;
	u32 i;

	for (index = rules->index;
	     index < rules->index + IKEMON_RULE_KINDS; index++) {
		for (i = 0; i < index->n; i++)
			rule_put(index->sorted[i]);
		kvfree(index->sorted);
		kvfree(index->slot);
	}
	kfree(rules);
}

static void rules_free_rcu(struct rcu_head *rcu)
{
	rules_free(container_of(rcu, struct ikemon_rules, rcu));
}

void ikemon_rules_put(struct ikemon_rules *rules)
{
	if (rules && refcount_dec_and_test(&rules->users))
		call_rcu(&rules->rcu, rules_free_rcu);
}

static void draft_copy(struct draft_list *list, const struct rule_index *index,
		       u64 now)
{
	u32 i;

	for (i = 0; i < index->n; i++) {
		if (ikemon_rule_over(index->sorted[i], now))
			continue;
		refcount_inc(&index->sorted[i]->users);
		list->rule[list->n++] = index->sorted[i];
	}
}

struct ikemon_rules_draft *ikemon_draft_new(const struct ikemon_rules *from,
					    u64 now)
{
	struct ikemon_rules_draft *draft;
	int kind;

	draft = kvzalloc(sizeof(*draft), GFP_KERNEL_ACCOUNT);
	if (!draft)
		return NULL;
	for (kind = 0; from && kind < IKEMON_RULE_KINDS; kind++)
		draft_copy(&draft->list[kind], &from->index[kind], now);
	return draft;
}

void ikemon_draft_free(struct ikemon_rules_draft *draft)
{
	struct draft_list *list;
	u32 i;

	if (!draft)
		return;
	for (list = draft->list; list < draft->list + IKEMON_RULE_KINDS;
	     list++)
		for (i = 0; i < list->n; i++)
			rule_put(list->rule[i]);
	kvfree(draft);
}

/* Where @prefix is, or belongs. */
static u32 draft_place(const struct draft_list *list,
		       const struct ikemon_prefix *prefix, bool *found)
{
	u32 low = 0, high = list->n;

	*found = false;
	while (low < high) {
		u32 middle = (low + high) / 2;
		int cmp = ikemon_prefix_cmp(&list->rule[middle]->prefix,
					    prefix);

		if (!cmp) {
			*found = true;
			return middle;
		}
		if (cmp < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct ikemon_rule *rule_new(const struct ikemon_rule *from)
{
	struct ikemon_rule *rule = kmemdup(from, sizeof(*from),
					   GFP_KERNEL_ACCOUNT);

	if (rule) {
		atomic64_set(&rule->packets, 0);
		refcount_set(&rule->users, 1);
	}
	return rule;
}

static void draft_insert(struct draft_list *list, u32 at,
			 struct ikemon_rule *rule)
{
	memmove(&list->rule[at + 1], &list->rule[at],
		(list->n - at) * sizeof(list->rule[0]));
	list->rule[at] = rule;
	list->n++;
}

int ikemon_draft_set(struct ikemon_rules_draft *draft,
		     enum ikemon_rule_kind kind,
		     const struct ikemon_rule *rule, bool replace,
		     struct netlink_ext_ack *extack)
{
	struct draft_list *list = &draft->list[kind];
	struct ikemon_rule *new;
	bool found;
	u32 at = draft_place(list, &rule->prefix, &found);

	if (found && !replace) {
		NL_SET_ERR_MSG(extack, "prefix given twice");
		return -EEXIST;
	}
	if (!found && list->n == IKEMON_RULES_MAX) {
		NL_SET_ERR_MSG(extack, "1024 limits and 1024 blocks at most");
		return -ENOSPC;
	}
	new = rule_new(rule);
	if (!new)
		return -ENOMEM;
	if (found) {
		rule_put(list->rule[at]);
		list->rule[at] = new;
	} else {
		draft_insert(list, at, new);
	}
	return 0;
}

bool ikemon_draft_del(struct ikemon_rules_draft *draft,
		      enum ikemon_rule_kind kind,
		      const struct ikemon_prefix *prefix,
		      struct ikemon_rule *old)
{
	struct draft_list *list = &draft->list[kind];
	bool found;
	u32 at = draft_place(list, prefix, &found);

	if (!found)
		return false;
	/* Its packets are counted meanwhile. */
	*old = data_race(*list->rule[at]);
	rule_put(list->rule[at]);
	list->n--;
	memmove(&list->rule[at], &list->rule[at + 1],
		(list->n - at) * sizeof(list->rule[0]));
	return true;
}

u32 ikemon_draft_flush(struct ikemon_rules_draft *draft,
		       enum ikemon_rule_kind kind,
		       const struct ikemon_prefix *prefix)
{
	struct draft_list *list = &draft->list[kind];
	u32 i, kept = 0, n = list->n;

	for (i = 0; i < n; i++) {
		struct ikemon_rule *rule = list->rule[i];

		if (ikemon_prefix_inside(&rule->prefix, prefix))
			rule_put(rule);
		else
			list->rule[kept++] = rule;
	}
	list->n = kept;
	return n - kept;
}

static void index_slot(struct rule_index *index,
		       const struct ikemon_hash_key *key,
		       struct ikemon_rule *rule)
{
	u32 hash = rule_hash(key, &rule->prefix);
	u32 i = hash & index->mask;

	while (index->slot[i].rule)
		i = (i + 1) & index->mask;
	index->slot[i] = (struct rule_slot) { .rule = rule, .hash = hash };
}

/* Return: false if there are too many. */
static bool index_lengths(struct rule_index *index)
{
	DECLARE_BITMAP(used, FAMILIES * 256) = {};
	unsigned int f;
	u32 i;
	int plen;

	for (i = 0; i < index->n; i++)
		__set_bit(family_index(index->sorted[i]->prefix.family) * 256 +
			  index->sorted[i]->prefix.plen, used);
	for (f = 0; f < FAMILIES; f++) {
		for (plen = 128; plen >= 0; plen--) {
			if (!test_bit(f * 256 + plen, used))
				continue;
			if (index->n_length[f] == IKEMON_RULES_LENGTHS)
				return false;
			index->length[f][index->n_length[f]++] = plen;
		}
	}
	return true;
}

/* Takes the users of the list over. Return: 0, -ENOMEM or -ENOSPC. */
static int index_build(struct rule_index *index,
		       const struct ikemon_hash_key *key,
		       struct draft_list *list)
{
	u32 i, slots = roundup_pow_of_two(SPARE * list->n + 1);

	index->slot = kvcalloc(slots, sizeof(*index->slot),
			       GFP_KERNEL_ACCOUNT);
	index->sorted = kvcalloc(list->n + 1, sizeof(*index->sorted),
				 GFP_KERNEL_ACCOUNT);
	if (!index->slot || !index->sorted)
		return -ENOMEM;
	index->mask = slots - 1;
	index->n = list->n;
	list->n = 0;
	memcpy(index->sorted, list->rule, index->n * sizeof(list->rule[0]));
	for (i = 0; i < index->n; i++)
		index_slot(index, key, index->sorted[i]);
	return index_lengths(index) ? 0 : -ENOSPC;
}

static int rules_build(struct ikemon_rules *rules,
		       struct ikemon_rules_draft *draft)
{
	int kind, err = 0;

	refcount_set(&rules->users, 1);
	get_random_bytes(&rules->key, sizeof(rules->key));
	for (kind = 0; kind < IKEMON_RULE_KINDS && !err; kind++)
		err = index_build(&rules->index[kind], &rules->key,
				  &draft->list[kind]);
	return err;
}

struct ikemon_rules *ikemon_draft_finish(struct ikemon_rules_draft *draft,
					 struct netlink_ext_ack *extack)
{
	struct ikemon_rules *rules = NULL;
	int err = 0;

	if (draft->list[IKEMON_RULE_LIMIT].n ||
	    draft->list[IKEMON_RULE_BLOCK].n) {
		rules = kzalloc(sizeof(*rules), GFP_KERNEL_ACCOUNT);
		err = rules ? rules_build(rules, draft) : -ENOMEM;
	}
	ikemon_draft_free(draft);
	if (!err)
		return rules;
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack,
			       "33 different prefix lengths of IPv6 at most");
	if (rules)
		rules_free(rules);
	return ERR_PTR(err);
}

static u32 wider(u32 limit, u32 max)
{
	return min_t(u64, (u64)limit * IKEMON_WIDE_FACTOR, max);
}

void ikemon_limits_widen(struct ikemon_limits *limits)
{
	limits->rate = wider(limits->rate, IKEMON_RATE_MAX);
	limits->burst = wider(limits->burst, IKEMON_RATE_MAX);
	limits->half_open = wider(limits->half_open, S32_MAX);
	limits->sessions = wider(limits->sessions, S32_MAX);
}

const struct ikemon_rule *ikemon_limits_of(const struct ikemon_conf *conf,
					   const union nf_inet_addr *addr,
					   u8 family,
					   struct ikemon_limits *limits)
{
	const struct ikemon_rule *rule;

	rule = ikemon_rules_limit(conf->rules, addr, family);
	*limits = (struct ikemon_limits) {
		.rate = conf->limit_rate,
		.burst = conf->limit_burst,
		.half_open = conf->limit_half_open,
		.sessions = conf->limit_sessions,
	};
	if (!rule)
		return NULL;
	limits->rate = rule->rate ?: limits->rate;
	limits->burst = rule->burst ?: limits->burst;
	limits->half_open = rule->half_open ?: limits->half_open;
	limits->sessions = rule->sessions ?: limits->sessions;
	return rule;
}

#ifdef IKEMON_SELFTEST
#include "selftest/rules.c"
#endif
