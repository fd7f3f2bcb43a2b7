// SPDX-License-Identifier: GPL-2.0-only
/* The commands block-*. */
#include <linux/ktime.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "budget.h"
#include "netlink.h"
#include "pernet.h"
#include "stray.h"

/* Which blocks a request is about. */
struct filter {
	struct ikemon_prefix prefix;
	u8 origins;	/* bit N: enum ikemon_block_origin */
};

/* What a dump is about. */
struct dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct filter filter;
	u32 max;
};

/* Where it stands: the operator's first. */
struct cursor {
	struct ikemon_source_cursor at;
	u32 index;
	u32 stray;
	u32 shown;
};

/* A block by offences: of a source, or one share of it. */
struct made {
	struct ikemon_source *source;
	const struct ikemon_record *record;
};

static int filter_parse(struct nlattr **tb, struct filter *filter,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *origin = tb[IKEMON_A_BLOCK_ORIGIN];

	filter->origins = origin ? BIT(nla_get_u8(origin)) :
				   BIT(IKEMON_BLOCK_ORIGIN_OPERATOR) |
				   BIT(IKEMON_BLOCK_ORIGIN_DYNAMIC);
	return ikemon_nl_prefix(tb[IKEMON_A_BLOCK_FILTER_PREFIX],
				&filter->prefix, extack);
}

static bool filter_has(const struct filter *filter,
		       enum ikemon_block_origin origin)
{
	return filter->origins & BIT(origin);
}

static int fill_times(struct sk_buff *skb, u64 since, u64 until)
{
	u64 now = ktime_get_real_ns();
	u64 left = until > now ? DIV_ROUND_UP_ULL(until - now, NSEC_PER_SEC) :
				 0;

	if (ikemon_nl_put_u64(skb, IKEMON_A_BLOCK_SINCE, since) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_BLOCK_UNTIL, until) ||
	    (until && nla_put_u32(skb, IKEMON_A_BLOCK_REMAINING,
				  min_t(u64, left, U32_MAX))))
		return -EMSGSIZE;
	return 0;
}

static int rule_fill(struct sk_buff *skb, const struct ikemon_rule *rule,
		     bool would)
{
	if (ikemon_nl_put_prefix(skb, IKEMON_A_BLOCK_PREFIX, &rule->prefix) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_ORIGIN,
		       IKEMON_BLOCK_ORIGIN_OPERATOR) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_BLOCK_PACKETS,
			      atomic64_read(&rule->packets)) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_WOULD, would) ||
	    fill_times(skb, rule->since, rule->until))
		return -EMSGSIZE;
	return 0;
}

static int fill_share(struct sk_buff *skb, const struct made *made)
{
	const struct ikemon_record *whole = &made->source->offender->record[0];

	if (made->record == whole)
		return 0;
	if (nla_put_be16(skb, IKEMON_A_BLOCK_PORT, made->record->port) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_SHARE,
		       made->record - whole - 1))
		return -EMSGSIZE;
	return 0;
}

/* The source's lock is held. */
static int record_fill(struct sk_buff *skb, const struct made *made)
{
	const struct ikemon_prefix prefix = ikemon_nl_prefix_of(made->source);
	const struct ikemon_record *record = made->record;

	if (ikemon_nl_put_prefix(skb, IKEMON_A_BLOCK_PREFIX, &prefix) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_ORIGIN,
		       IKEMON_BLOCK_ORIGIN_DYNAMIC) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_CLASS, record->class) ||
	    nla_put_u32(skb, IKEMON_A_BLOCK_OFFENCES, record->evidence) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_BLOCK_PACKETS,
			      atomic64_read(&record->packets)) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_WOULD, record->would) ||
	    fill_share(skb, made) ||
	    fill_times(skb, ikemon_nl_wall(record->since * 1000ULL),
		       ikemon_nl_wall(record->until * 1000ULL)))
		return -EMSGSIZE;
	return 0;
}

static int stray_show(struct sk_buff *skb, void *arg)
{
	const struct ikemon_stray *stray = arg;

	if (ikemon_nl_put_prefix(skb, IKEMON_A_BLOCK_PREFIX, &stray->prefix) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_ORIGIN,
		       IKEMON_BLOCK_ORIGIN_DYNAMIC) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_CLASS,
		       IKEMON_OFFENCE_UNKNOWN_SPI) ||
	    nla_put_u32(skb, IKEMON_A_BLOCK_OFFENCES, stray->evidence) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_BLOCK_PACKETS,
			      atomic64_read(&stray->packets)) ||
	    nla_put_u8(skb, IKEMON_A_BLOCK_WOULD, stray->would) ||
	    fill_times(skb, ikemon_nl_wall(stray->since * 1000ULL),
		       ikemon_nl_wall(stray->until * 1000ULL)))
		return -EMSGSIZE;
	return 0;
}

/* Of the configuration in force; NULL for none. rcu_read_lock() held. */
static const struct ikemon_conf *conf_of(const struct net *net)
{
	const struct ikemon_net *inet = ikemon_pernet(net);

	return inet ? ikemon_conf_get(inet) : NULL;
}

static int rule_show(struct sk_buff *skb, void *arg)
{
	const struct ikemon_conf *conf = conf_of(sock_net(skb->sk));

	return rule_fill(skb, arg, conf->mode != IKEMON_MODE_ENFORCE);
}

static int record_show(struct sk_buff *skb, void *arg)
{
	const struct made *made = arg;
	int err;

	spin_lock_bh(&made->source->lock);
	err = ikemon_nl_blocked(made->record) ? record_fill(skb, made) :
						-ENOENT;
	spin_unlock_bh(&made->source->lock);
	return err;
}

/* Return: 0 when there is no more, 1 to stop, or -EMSGSIZE. */
static int dump_rules(struct dump *dump, const struct ikemon_conf *conf)
{
	struct cursor *cursor = (void *)dump->cb->ctx;
	u64 now = ktime_get_real_ns();
	struct ikemon_rule *rule;
	int ret;

	while ((rule = ikemon_rules_at(conf->rules, IKEMON_RULE_BLOCK,
				       cursor->index))) {
		if (!ikemon_rule_over(rule, now) &&
		    ikemon_prefix_inside(&rule->prefix,
					 &dump->filter.prefix)) {
			if (cursor->shown >= dump->max)
				return 1;
			ret = ikemon_nl_dump_one(dump->skb, dump->cb,
						 IKEMON_CMD_BLOCK_GET,
						 rule_show, rule);
			if (ret < 0)
				return ret;
			cursor->shown += ret;
		}
		cursor->index++;
	}
	return 0;
}

/* Likewise; @shown goes on. */
static int dump_source(struct ikemon_source *source, const struct dump *dump,
		       u32 *shown)
{
	struct ikemon_offender *offender = READ_ONCE(source->offender);
	struct made made = { .source = source };
	unsigned int i;
	int ret;

	for (i = 0; offender && i < offender->records; i++) {
		if (*shown >= dump->max)
			return 1;
		made.record = &offender->record[i];
		ret = ikemon_nl_dump_one(dump->skb, dump->cb,
					 IKEMON_CMD_BLOCK_GET, record_show,
					 &made);
		if (ret < 0)
			return ret;
		*shown += ret;
	}
	return 0;
}

/* Return: 0 when there is no more, 1 to stop, or -EMSGSIZE. */
static int dump_strays(struct ikemon_run *run, struct dump *dump)
{
	struct cursor *cursor = (void *)dump->cb->ctx;
	struct ikemon_stray stray;
	int ret;

	for (; cursor->stray < IKEMON_STRAYS; cursor->stray++) {
		if (!ikemon_stray_blocked(run, cursor->stray, &stray) ||
		    !ikemon_prefix_inside(&stray.prefix, &dump->filter.prefix))
			continue;
		if (cursor->shown >= dump->max)
			return 1;
		ret = ikemon_nl_dump_one(dump->skb, dump->cb,
					 IKEMON_CMD_BLOCK_GET, stray_show,
					 &stray);
		if (ret < 0)
			return ret;
		cursor->shown += ret;
	}
	return 0;
}

/* All blocks of a source go into one message block, which has the room. */
static int dump_visit(struct ikemon_source *source, void *arg)
{
	struct dump *dump = arg;
	struct cursor *cursor = (void *)dump->cb->ctx;
	const struct ikemon_prefix prefix = ikemon_nl_prefix_of(source);
	void *mark = skb_tail_pointer(dump->skb);
	u32 shown = cursor->shown;
	int ret;

	if (!ikemon_prefix_inside(&prefix, &dump->filter.prefix))
		return 0;
	ret = dump_source(source, dump, &shown);
	if (ret < 0) {
		nlmsg_trim(dump->skb, mark);
		return ret;
	}
	cursor->shown = shown;
	return ret;
}

static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      void *arg)
{
	const struct net *net = sock_net(skb->sk);
	struct ikemon_run *run = ikemon_nl_run(net, NULL);
	const struct ikemon_conf *conf = conf_of(net);
	struct cursor *cursor = (void *)cb->ctx;
	struct dump *dump = arg;
	int ret = 0;

	cb->seq = conf ? conf->generation : 0;
	if (conf && filter_has(&dump->filter, IKEMON_BLOCK_ORIGIN_OPERATOR))
		ret = dump_rules(dump, conf);
	if (ret)
		return ret;
	if (!run || !filter_has(&dump->filter, IKEMON_BLOCK_ORIGIN_DYNAMIC))
		return 1;
	if (ikemon_strays_count(run))
		ret = dump_strays(run, dump);
	if (ret || !atomic_read(&run->sources.blocked))
		return ret ?: 1;
	return ikemon_nl_sources(run, &cursor->at, dump_visit, dump);
}

int ikemon_nl_block_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dump dump = { .skb = skb, .cb = cb };
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack) ?:
	      filter_parse(tb, &dump.filter, cb->extack);
	if (err)
		return err;
	dump.max = ikemon_nl_max(tb[IKEMON_A_BLOCK_MAX_COUNT]);
	return ikemon_nl_dump(skb, cb, dump_batch, &dump);
}

static int block_add(struct ikemon_rules_draft *draft, struct genl_info *info,
		     void *arg)
{
	return ikemon_draft_set(draft, IKEMON_RULE_BLOCK, arg, true,
				info->extack) ?: 1;
}

static bool is_enforced(const struct net *net)
{
	const struct ikemon_conf *conf;
	bool enforced;

	rcu_read_lock();
	conf = conf_of(net);
	enforced = conf && conf->mode == IKEMON_MODE_ENFORCE;
	rcu_read_unlock();
	return enforced;
}

static int add_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	struct ikemon_rule rule;
	int ret;

	ret = ikemon_nl_block_parse(info->attrs, &rule, info->extack);
	if (ret)
		return ret;
	if (ikemon_rule_over(&rule, rule.since)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[IKEMON_A_BLOCK_UNTIL],
				    "until is in the past");
		return -EINVAL;
	}
	ret = ikemon_nl_rules_change(info,
				     info->attrs[IKEMON_A_BLOCK_GENERATION],
				     block_add, &rule);
	return ret < 0 ? ret : rule_fill(msg, &rule,
					 !is_enforced(genl_info_net(info)));
}

int ikemon_nl_block_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, add_fill, info);
}

static int block_del(struct ikemon_rules_draft *draft, struct genl_info *info,
		     void *arg)
{
	struct ikemon_rule old;

	return ikemon_draft_del(draft, IKEMON_RULE_BLOCK, arg, &old);
}

/* Return: how many blocks were lifted. */
static u32 unblock_source(const struct net *net,
			  const struct ikemon_prefix *prefix)
{
	struct ikemon_source *source = NULL;
	struct ikemon_run *run;
	u32 n = 0;

	rcu_read_lock();
	run = ikemon_nl_run(net, NULL);
	if (run)
		source = ikemon_source_find(&run->sources, &prefix->addr,
					    prefix->family, prefix->plen);
	if (source)
		n = ikemon_budget_unblock(run->inet, &run->sources, source);
	if (run)
		n += ikemon_stray_unblock(run, prefix);
	rcu_read_unlock();
	return n;
}

static int del_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	struct ikemon_prefix prefix;
	int ret;
	u32 n;

	ret = ikemon_nl_prefix_must(info->attrs[IKEMON_A_BLOCK_PREFIX],
				    &prefix, info->extack);
	if (ret)
		return ret;
	ret = ikemon_nl_rules_change(info,
				     info->attrs[IKEMON_A_BLOCK_GENERATION],
				     block_del, &prefix);
	if (ret < 0)
		return ret;
	n = ret + unblock_source(genl_info_net(info), &prefix);
	if (n)
		return nla_put_u32(msg, IKEMON_A_BLOCK_FLUSHED, n);
	GENL_SET_ERR_MSG(info, "no block has this prefix");
	return -ENOENT;
}

int ikemon_nl_block_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, del_fill, info);
}

/* What a flush of the dynamic ones is about. */
struct sweep {
	struct ikemon_run *run;
	const struct filter *filter;
	u32 n;
};

static int flush_visit(struct ikemon_source *source, void *arg)
{
	struct sweep *sweep = arg;
	const struct ikemon_prefix prefix = ikemon_nl_prefix_of(source);

	if (ikemon_prefix_inside(&prefix, &sweep->filter->prefix) &&
	    ikemon_source_has_block(source))
		sweep->n += ikemon_budget_unblock(sweep->run->inet,
						  &sweep->run->sources,
						  source);
	return 0;
}

/* Return: how many blocks were lifted. */
static u32 flush_sources(const struct net *net, const struct filter *filter)
{
	struct ikemon_source_cursor cursor = {};
	struct sweep sweep = { .filter = filter };
	int done;

	rcu_read_lock();
	sweep.run = ikemon_nl_run(net, NULL);
	if (sweep.run)
		sweep.n = ikemon_strays_unblock(sweep.run, &filter->prefix);
	rcu_read_unlock();
	do {
		cond_resched();
		rcu_read_lock();
		sweep.run = ikemon_nl_run(net, NULL);
		done = !sweep.run ||
		       !atomic_read(&sweep.run->sources.blocked) ||
		       ikemon_nl_sources(sweep.run, &cursor, flush_visit,
					 &sweep);
		rcu_read_unlock();
	} while (!done);
	return sweep.n;
}

static int flush_rules(struct ikemon_rules_draft *draft,
		       struct genl_info *info, void *arg)
{
	const struct filter *filter = arg;

	if (!filter_has(filter, IKEMON_BLOCK_ORIGIN_OPERATOR))
		return 0;
	return ikemon_draft_flush(draft, IKEMON_RULE_BLOCK, &filter->prefix);
}

static int flush_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	struct filter filter;
	int ret;

	ret = filter_parse(info->attrs, &filter, info->extack);
	if (ret)
		return ret;
	ret = ikemon_nl_rules_change(info,
				     info->attrs[IKEMON_A_BLOCK_GENERATION],
				     flush_rules, &filter);
	if (ret < 0)
		return ret;
	if (filter_has(&filter, IKEMON_BLOCK_ORIGIN_DYNAMIC))
		ret += flush_sources(genl_info_net(info), &filter);
	return nla_put_u32(msg, IKEMON_A_BLOCK_FLUSHED, ret);
}

int ikemon_nl_block_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, flush_fill, info);
}
