/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules of the operator, by prefix: limits and blocks. A set of rules belongs
 * to a configuration snapshot, is never changed once published, and is shared
 * by the snapshots that do not differ in it.
 */
#ifndef IKEMON_RULES_H
#define IKEMON_RULES_H

#include <linux/atomic.h>
#include <linux/netfilter.h>
#include <linux/nf_ikemon.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct ikemon_conf;
struct netlink_ext_ack;
struct ikemon_rules;
struct ikemon_rules_draft;

enum ikemon_rules_limits {
	IKEMON_RULES_MAX	= 1024,	/* of each kind */
	IKEMON_RULES_LENGTHS	= 33,	/* of prefixes, by kind and family */
};

enum ikemon_rule_kind {
	IKEMON_RULE_LIMIT,
	IKEMON_RULE_BLOCK,
	IKEMON_RULE_KINDS
};

/* Host bits are zero; family NFPROTO_UNSPEC stands for none. */
struct ikemon_prefix {
	union nf_inet_addr addr;
	u8 family;
	u8 plen;
};

/**
 * struct ikemon_rule - what holds for a prefix
 * @prefix: which
 * @limit_kind: enum ikemon_limit_kind; limits only, as the next four
 * @rate: proven negotiations per second; 0 as configured, as the next three
 * @burst: proven negotiations at once
 * @half_open: proven half-open negotiations
 * @sessions: proven sessions
 * @since: wall clock in ns when it was set; blocks only, as what follows
 * @until: wall clock in ns when it ends, 0 for ever
 * @packets: that it refused, or would have; who enforces it counts
 * @users: sets and drafts that it is in
 *
 * All but @packets and @users is constant.
 */
struct ikemon_rule {
	struct ikemon_prefix prefix;
	u8 limit_kind;
	u32 rate;
	u32 burst;
	u32 half_open;
	u32 sessions;
	u64 since;
	u64 until;
	atomic64_t packets;
	refcount_t users;
};

/**
 * ikemon_rules_limit() - the limit for an address
 * @rules: of the configuration in force, NULL is none
 * @addr: IPv4 in the first word, or IPv6
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Any context, rcu_read_lock() held, until the rule is done with as well.
 * Costs a hash probe per prefix length in use.
 * Return: the one of the longest prefix, NULL if there is none.
 */
const struct ikemon_rule *ikemon_rules_limit(const struct ikemon_rules *rules,
					     const union nf_inet_addr *addr,
					     u8 family);

/**
 * ikemon_rules_block() - the operator's block that an address is in
 * @rules: likewise
 * @addr: likewise
 * @family: likewise
 * @now: wall clock in ns, 0 to have it read if need be; a block whose time is
 *	over does not count
 *
 * As ikemon_rules_limit(). Count the packet in @packets of the rule.
 * Return: one of them, NULL if there is none.
 */
struct ikemon_rule *ikemon_rules_block(const struct ikemon_rules *rules,
				       const union nf_inet_addr *addr,
				       u8 family, u64 now);

/**
 * ikemon_rules_at() - one after the other, in the order of prefixes
 * @index: from 0
 *
 * IPv4 first, by address, the shorter prefix first. Blocks whose time is over
 * are still there. Same context as ikemon_rules_limit().
 * Return: NULL after the last.
 */
struct ikemon_rule *ikemon_rules_at(const struct ikemon_rules *rules,
				    enum ikemon_rule_kind kind, u32 index);

/* Is the time of a block over? @now is the wall clock in ns. */
static inline bool ikemon_rule_over(const struct ikemon_rule *rule, u64 now)
{
	return rule->until && rule->until <= now;
}

/* Another user of a set; NULL is fine. Caller has one, or ikemon_conf_mutex. */
struct ikemon_rules *ikemon_rules_get(struct ikemon_rules *rules);

/* One user less; the last frees it after a grace period. Any context. */
void ikemon_rules_put(struct ikemon_rules *rules);

/**
 * ikemon_draft_new() - begin a changed copy of a set
 * @from: the set, whose user the caller is; NULL for none
 * @now: wall clock in ns; blocks whose time is over are left behind
 *
 * Process context; may sleep.
 * Return: a draft to be given to ikemon_draft_finish() or
 * ikemon_draft_free(), or NULL without memory.
 */
struct ikemon_rules_draft *ikemon_draft_new(const struct ikemon_rules *from,
					    u64 now);
void ikemon_draft_free(struct ikemon_rules_draft *draft);

/**
 * ikemon_draft_set() - one more rule, or another for its prefix
 * @kind: of the rule
 * @rule: copied but for @packets and @users; host bits are zero
 * @replace: the prefix may have a rule already
 * @extack: says why not
 *
 * Process context; may sleep.
 * Return: 0, -EEXIST, -ENOSPC with IKEMON_RULES_MAX rules, or -ENOMEM.
 */
int ikemon_draft_set(struct ikemon_rules_draft *draft,
		     enum ikemon_rule_kind kind,
		     const struct ikemon_rule *rule, bool replace,
		     struct netlink_ext_ack *extack);

/* Take the rule of exactly this prefix out, into @old. Return: is there one? */
bool ikemon_draft_del(struct ikemon_rules_draft *draft,
		      enum ikemon_rule_kind kind,
		      const struct ikemon_prefix *prefix,
		      struct ikemon_rule *old);

/* Take out what lies inside a prefix; family NFPROTO_UNSPEC: all. Return: n. */
u32 ikemon_draft_flush(struct ikemon_rules_draft *draft,
		       enum ikemon_rule_kind kind,
		       const struct ikemon_prefix *prefix);

/**
 * ikemon_draft_finish() - make a set of a draft
 * @draft: is gone afterwards, also on error
 * @extack: says why not
 *
 * Process context; may sleep.
 * Return: a set with one user, NULL for one without rules, ERR_PTR(-ENOMEM),
 * or ERR_PTR(-ENOSPC) with more than IKEMON_RULES_LENGTHS prefix lengths.
 */
struct ikemon_rules *ikemon_draft_finish(struct ikemon_rules_draft *draft,
					 struct netlink_ext_ack *extack);

/* Octets of an address, 0 for a family that is none. */
static inline int ikemon_addr_len(u8 family)
{
	return family == NFPROTO_IPV4 ? sizeof(struct in_addr) :
	       family == NFPROTO_IPV6 ? sizeof(struct in6_addr) : 0;
}

/* The order of ikemon_rules_at(); a prefix without family is first. */
int ikemon_prefix_cmp(const struct ikemon_prefix *a,
		      const struct ikemon_prefix *b);

/* Does @prefix lie in @filter, which may be none? */
bool ikemon_prefix_inside(const struct ikemon_prefix *prefix,
			  const struct ikemon_prefix *filter);

/**
 * struct ikemon_limits - the budget of a source
 * @rate: proven negotiations per second
 * @burst: of them, at once
 * @half_open: proven half-open negotiations at any time
 * @sessions: proven sessions at any time
 */
struct ikemon_limits {
	u32 rate;
	u32 burst;
	u32 half_open;
	u32 sessions;
};

/**
 * ikemon_limits_of() - the limits of an address
 * @conf: in force
 * @addr: IPv4 in the first word, or IPv6
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @limits: those of the rule, or as configured
 *
 * Any context, rcu_read_lock() held.
 * Return: the rule, which may be of another kind, or NULL without one.
 */
const struct ikemon_rule *ikemon_limits_of(const struct ikemon_conf *conf,
					   const union nf_inet_addr *addr,
					   u8 family,
					   struct ikemon_limits *limits);

/* From those of a source to those of a wide prefix. */
void ikemon_limits_widen(struct ikemon_limits *limits);

#endif /* IKEMON_RULES_H */
