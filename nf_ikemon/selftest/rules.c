// SPDX-License-Identifier: GPL-2.0-only
/* Included by rules.c: lookups against a walk over all rules. */
#include "selftest.h"

enum {
	TEST_RULES = 300,
	TEST_LOOKUPS = 2000,
	TEST_NOW = 1000,
};

/* Few values of few octets, so that prefixes lie in each other. */
static void __init test_addr(union nf_inet_addr *addr, u8 family)
{
	unsigned int i;

	memset(addr, 0, sizeof(*addr));
	for (i = 0; i < ikemon_addr_len(family); i++)
		((u8 *)addr)[i] = get_random_u32() % 4 ? 0 : 0x80;
}

static u8 __init test_family(void)
{
	return get_random_u32() % 2 ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

static int __init test_add(struct ikemon_rules_draft *draft,
			   enum ikemon_rule_kind kind)
{
	struct ikemon_rule rule = {
		.prefix.family = test_family(),
		.until = get_random_u32() % 3 * TEST_NOW,
	};
	struct ikemon_prefix *prefix = &rule.prefix;
	u32 lengths = prefix->family == NFPROTO_IPV4 ? 33 : 17;

	prefix->plen = get_random_u32() % lengths;
	if (prefix->family == NFPROTO_IPV6)
		prefix->plen *= 8;
	test_addr(&prefix->addr, prefix->family);
	ikemon_prefix_cut(&prefix->addr, prefix->family, prefix->plen);
	return ikemon_draft_set(draft, kind, &rule, true, NULL);
}

static struct ikemon_rules * __init test_rules(void)
{
	struct ikemon_rules_draft *draft = ikemon_draft_new(NULL, 0);
	int i, err = draft ? 0 : -ENOMEM;

	for (i = 0; i < TEST_RULES && !err; i++)
		err = test_add(draft, i % IKEMON_RULE_KINDS);
	if (!err)
		return ikemon_draft_finish(draft, NULL);
	ikemon_draft_free(draft);
	return ERR_PTR(err);
}

static const struct ikemon_rule * __init
test_scan(const struct ikemon_rules *rules, enum ikemon_rule_kind kind,
	  const union nf_inet_addr *addr, u8 family, u64 now)
{
	const struct ikemon_rule *rule, *best = NULL;
	u32 i;

	for (i = 0; (rule = ikemon_rules_at(rules, kind, i)); i++)
		if (rule->prefix.family == family &&
		    !ikemon_rule_over(rule, now) &&
		    ikemon_prefix_match(addr, &rule->prefix.addr, family,
					rule->prefix.plen) &&
		    (!best || best->prefix.plen < rule->prefix.plen))
			best = rule;
	return best;
}

static bool __init test_lookups(const struct ikemon_rules *rules)
{
	union nf_inet_addr addr;
	int i, found = 0;
	u8 family;

	for (i = 0; i < TEST_LOOKUPS; i++) {
		const struct ikemon_rule *limit, *block;

		family = test_family();
		test_addr(&addr, family);
		limit = ikemon_rules_limit(rules, &addr, family);
		block = ikemon_rules_block(rules, &addr, family, TEST_NOW);
		if (limit != test_scan(rules, IKEMON_RULE_LIMIT, &addr,
				       family, 0) ||
		    block != test_scan(rules, IKEMON_RULE_BLOCK, &addr,
				       family, TEST_NOW))
			return false;
		found += limit && block;
	}
	/* Lest it finds nothing where it should. */
	return found && !ikemon_rules_limit(NULL, &addr, family);
}

/* A copy has the same rules, but for blocks that are over, in order. */
static bool __init test_copy(const struct ikemon_rules *rules)
{
	struct ikemon_rules_draft *draft = ikemon_draft_new(rules, TEST_NOW);
	const struct ikemon_rule *rule, *last = NULL;
	struct ikemon_rules *copy;
	bool ok = true;
	u32 i, n = 0;

	copy = draft ? ikemon_draft_finish(draft, NULL) : ERR_PTR(-ENOMEM);
	if (IS_ERR(copy))
		return false;
	for (i = 0; (rule = ikemon_rules_at(rules, IKEMON_RULE_BLOCK, i)); i++)
		if (!ikemon_rule_over(rule, TEST_NOW))
			ok &= rule == ikemon_rules_at(copy, IKEMON_RULE_BLOCK,
						      n++);
	ok &= n < i && !ikemon_rules_at(copy, IKEMON_RULE_BLOCK, n);
	for (i = 0; (rule = ikemon_rules_at(copy, IKEMON_RULE_LIMIT, i)); i++) {
		ok &= !last || ikemon_prefix_cmp(&last->prefix,
						 &rule->prefix) < 0;
		last = rule;
	}
	ikemon_rules_put(copy);
	return ok;
}

bool __init ikemon_rules_selftest(void)
{
	struct ikemon_rules *rules = test_rules();
	bool ok;

	if (IS_ERR(rules))
		return false;
	ok = test_lookups(rules) && test_copy(rules);
	ikemon_rules_put(rules);
	/* What is freed later must find the module still there. */
	rcu_barrier();
	if (ok)
		pr_info("rules self-tests: pass\n");
	else
		pr_err("rules self-tests: FAIL\n");
	return ok;
}
