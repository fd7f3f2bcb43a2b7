// SPDX-License-Identifier: GPL-2.0-only
/* The commands limit-*, and the rules of config-replace. */
#include <linux/ktime.h>
#include <linux/netlink.h>
#include <net/sock.h>

#include "netlink.h"
#include "pernet.h"

/* What a dump is about. */
struct dump {
	struct ikemon_prefix filter;
	u32 max;
};

/* Where it stands. */
struct cursor {
	u32 index;
	u32 shown;
};

/* The numbers of a limit. */
static const struct {
	u8 attr;
	u8 offset;
} numbers[] = {
	{ IKEMON_A_LIMIT_RATE, offsetof(struct ikemon_rule, rate) },
	{ IKEMON_A_LIMIT_BURST, offsetof(struct ikemon_rule, burst) },
	{ IKEMON_A_LIMIT_HALF_OPEN, offsetof(struct ikemon_rule, half_open) },
	{ IKEMON_A_LIMIT_SESSIONS, offsetof(struct ikemon_rule, sessions) },
};

static int limit_parse(struct nlattr **tb, struct ikemon_rule *rule,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *nla;
	unsigned int i;

	memset(rule, 0, sizeof(*rule));
	if (tb[IKEMON_A_LIMIT_KIND])
		rule->limit_kind = nla_get_u8(tb[IKEMON_A_LIMIT_KIND]);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		nla = tb[numbers[i].attr];
		if (!nla)
			continue;
		if (rule->limit_kind != IKEMON_LIMIT_KIND_LIMIT) {
			NL_SET_ERR_MSG_ATTR(extack, nla,
					    "exempt and trusted take no numbers");
			return -EINVAL;
		}
		*(u32 *)((void *)rule + numbers[i].offset) = nla_get_u32(nla);
	}
	return ikemon_nl_prefix_must(tb[IKEMON_A_LIMIT_PREFIX], &rule->prefix,
				     extack);
}

static int limit_fill(struct sk_buff *skb, const struct ikemon_rule *rule)
{
	unsigned int i;

	if (ikemon_nl_put_prefix(skb, IKEMON_A_LIMIT_PREFIX, &rule->prefix) ||
	    nla_put_u8(skb, IKEMON_A_LIMIT_KIND, rule->limit_kind))
		return -EMSGSIZE;
	if (rule->limit_kind != IKEMON_LIMIT_KIND_LIMIT)
		return 0;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (nla_put(skb, numbers[i].attr, sizeof(u32),
			    (void *)rule + numbers[i].offset))
			return -EMSGSIZE;
	return 0;
}

int ikemon_nl_block_parse(struct nlattr **tb, struct ikemon_rule *rule,
			  struct netlink_ext_ack *extack)
{
	memset(rule, 0, sizeof(*rule));
	rule->since = ktime_get_real_ns();
	if (tb[IKEMON_A_BLOCK_UNTIL])
		rule->until = nla_get_u64(tb[IKEMON_A_BLOCK_UNTIL]);
	return ikemon_nl_prefix_must(tb[IKEMON_A_BLOCK_PREFIX], &rule->prefix,
				     extack);
}

/* One nest of config-replace. */
static int nest_limit(struct ikemon_rules_draft *draft,
		      const struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IKEMON_A_LIMIT_SESSIONS + 1];
	struct ikemon_rule rule;
	int err;

	err = nla_parse_nested(tb, IKEMON_A_LIMIT_SESSIONS, nest,
			       ikemon_limit_rule_nl_policy, extack) ?:
	      ikemon_nl_nest_once(nest, extack) ?:
	      limit_parse(tb, &rule, extack);
	return err ?: ikemon_draft_set(draft, IKEMON_RULE_LIMIT, &rule, false,
				       extack);
}

/* Likewise. A block whose time passed since the file was written is none. */
static int nest_block(struct ikemon_rules_draft *draft,
		      const struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IKEMON_A_BLOCK_UNTIL + 1];
	struct ikemon_rule rule;
	int err;

	err = nla_parse_nested(tb, IKEMON_A_BLOCK_UNTIL, nest,
			       ikemon_block_rule_nl_policy, extack) ?:
	      ikemon_nl_nest_once(nest, extack) ?:
	      ikemon_nl_block_parse(tb, &rule, extack);
	if (err || ikemon_rule_over(&rule, rule.since))
		return err;
	return ikemon_draft_set(draft, IKEMON_RULE_BLOCK, &rule, false,
				extack);
}

static int rules_parse(struct ikemon_rules_draft *draft,
		       struct genl_info *info)
{
	const struct nlattr *nla;
	int rem, err = 0;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) == IKEMON_A_CONFIG_LIMIT)
			err = nest_limit(draft, nla, info->extack);
		else if (nla_type(nla) == IKEMON_A_CONFIG_BLOCK)
			err = nest_block(draft, nla, info->extack);
		if (!err)
			continue;
		if (!info->extack->bad_attr)
			NL_SET_BAD_ATTR(info->extack, nla);
		return err;
	}
	return 0;
}

struct ikemon_rules *ikemon_nl_rules(struct genl_info *info)
{
	struct ikemon_rules_draft *draft = ikemon_draft_new(NULL, 0);
	int err = draft ? rules_parse(draft, info) : -ENOMEM;

	if (!err)
		return ikemon_draft_finish(draft, info->extack);
	ikemon_draft_free(draft);
	return ERR_PTR(err);
}

static int rules_apply(struct genl_info *info, struct ikemon_conf *conf,
		       struct ikemon_rules_draft *draft)
{
	int err;

	conf->rules = ikemon_draft_finish(draft, info->extack);
	if (IS_ERR(conf->rules))
		return PTR_ERR(conf->rules);
	err = ikemon_conf_apply(genl_info_net(info), conf, info->extack);
	ikemon_rules_put(conf->rules);
	return err;
}

/* Caller holds ikemon_conf_mutex. */
static int rules_change(struct genl_info *info,
			const struct nlattr *generation,
			int (*change)(struct ikemon_rules_draft *draft,
				      struct genl_info *info, void *arg),
			void *arg)
{
	struct ikemon_rules_draft *draft;
	struct ikemon_conf conf;
	int ret;

	ikemon_conf_begin(genl_info_net(info), &conf);
	ret = ikemon_nl_generation(&conf, generation, info->extack);
	if (ret)
		return ret;
	draft = ikemon_draft_new(conf.rules, ktime_get_real_ns());
	if (!draft)
		return -ENOMEM;
	ret = change(draft, info, arg);
	if (ret <= 0) {
		ikemon_draft_free(draft);
		return ret;
	}
	return rules_apply(info, &conf, draft) ?: ret;
}

int ikemon_nl_rules_change(struct genl_info *info,
			   const struct nlattr *generation,
			   int (*change)(struct ikemon_rules_draft *draft,
					 struct genl_info *info, void *arg),
			   void *arg)
{
	int ret;

	mutex_lock(&ikemon_conf_mutex);
	ret = rules_change(info, generation, change, arg);
	mutex_unlock(&ikemon_conf_mutex);
	return ret;
}

static int limit_set(struct ikemon_rules_draft *draft, struct genl_info *info,
		     void *arg)
{
	return ikemon_draft_set(draft, IKEMON_RULE_LIMIT, arg, true,
				info->extack) ?: 1;
}

static int limit_del(struct ikemon_rules_draft *draft, struct genl_info *info,
		     void *arg)
{
	struct ikemon_rule *rule = arg;
	struct ikemon_prefix prefix = rule->prefix;

	if (ikemon_draft_del(draft, IKEMON_RULE_LIMIT, &prefix, rule))
		return 1;
	GENL_SET_ERR_MSG(info, "no limit has this prefix");
	return -ENOENT;
}

static int limit_change(struct sk_buff *msg, struct genl_info *info,
			int (*change)(struct ikemon_rules_draft *draft,
				      struct genl_info *info, void *arg))
{
	struct ikemon_rule rule;
	int ret;

	ret = limit_parse(info->attrs, &rule, info->extack);
	if (ret)
		return ret;
	ret = ikemon_nl_rules_change(info,
				     info->attrs[IKEMON_A_LIMIT_GENERATION],
				     change, &rule);
	return ret < 0 ? ret : limit_fill(msg, &rule);
}

static int limit_set_fill(struct sk_buff *msg, void *arg)
{
	return limit_change(msg, arg, limit_set);
}

static int limit_del_fill(struct sk_buff *msg, void *arg)
{
	return limit_change(msg, arg, limit_del);
}

int ikemon_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, limit_set_fill,
			       info);
}

int ikemon_nl_limit_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, limit_del_fill,
			       info);
}

static int show_fill(struct sk_buff *skb, void *arg)
{
	return limit_fill(skb, arg);
}

/* All of them at once: they are few, and nothing of them waits. */
static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      void *arg)
{
	const struct ikemon_net *inet = ikemon_pernet(sock_net(skb->sk));
	const struct ikemon_conf *conf = inet ? ikemon_conf_get(inet) : NULL;
	struct cursor *cursor = (void *)cb->ctx;
	const struct dump *dump = arg;
	struct ikemon_rule *rule;
	int ret;

	cb->seq = conf ? conf->generation : 0;
	while (conf && cursor->shown < dump->max) {
		rule = ikemon_rules_at(conf->rules, IKEMON_RULE_LIMIT,
				       cursor->index);
		if (!rule)
			break;
		if (ikemon_prefix_inside(&rule->prefix, &dump->filter)) {
			ret = ikemon_nl_dump_one(skb, cb, IKEMON_CMD_LIMIT_GET,
						 show_fill, rule);
			if (ret < 0)
				return ret;
			cursor->shown += ret;
		}
		cursor->index++;
	}
	return 1;
}

int ikemon_nl_limit_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dump dump;
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack) ?:
	      ikemon_nl_prefix(tb[IKEMON_A_LIMIT_FILTER_PREFIX], &dump.filter,
			       cb->extack);
	if (err)
		return err;
	dump.max = ikemon_nl_max(tb[IKEMON_A_LIMIT_MAX_COUNT]);
	return ikemon_nl_dump(skb, cb, dump_batch, &dump);
}
