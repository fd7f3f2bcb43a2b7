// SPDX-License-Identifier: GPL-2.0-only
/* The command source-get, and what a source looks like. */
#include <linux/netlink.h>
#include <net/sock.h>

#include "budget.h"
#include "netlink.h"
#include "pernet.h"
#include "rules.h"
#include "stray.h"

/* Where a dump stands. */
struct cursor {
	struct ikemon_source_cursor at;
	u32 shown;
};

/* What a dump is about. */
struct dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	const struct ikemon_conf *conf;
	struct ikemon_prefix filter;
	u32 max;
};

struct ikemon_prefix ikemon_nl_prefix_of(const struct ikemon_source *source)
{
	return (struct ikemon_prefix) {
		.addr = source->addr,
		.family = source->family,
		.plen = source->plen,
	};
}

static int fill_counts(struct sk_buff *skb, struct ikemon_source *source)
{
	const struct ikemon_prefix prefix = ikemon_nl_prefix_of(source);

	if (ikemon_nl_put_prefix(skb, IKEMON_A_SOURCE_PREFIX, &prefix) ||
	    nla_put_u32(skb, IKEMON_A_SOURCE_SESSIONS,
			atomic_read(&source->sessions)) ||
	    nla_put_u32(skb, IKEMON_A_SOURCE_HALF_OPEN,
			atomic_read(&source->half_open)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_NEGOTIATIONS,
			      atomic64_read(&source->negotiations)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_ESTABLISHED,
			      atomic64_read(&source->established)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_FAILED,
			      atomic64_read(&source->failed)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_FIRST_SEEN,
			      ikemon_nl_wall(READ_ONCE(source->first))) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_LAST_SEEN,
			      ikemon_nl_wall(READ_ONCE(source->last))) ||
	    nla_put_u32(skb, IKEMON_A_SOURCE_PROVEN,
			atomic_read(&source->proven)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_UNKNOWN_SPI,
			      atomic64_read(&source->unknown_spi)) ||
	    (source->is_wide && nla_put_flag(skb, IKEMON_A_SOURCE_WIDE)))
		return -EMSGSIZE;
	return 0;
}

static int fill_offences(struct sk_buff *skb,
			 const struct ikemon_source *source)
{
	const struct ikemon_offender *offender = source->offender;
	struct nlattr *nest;
	unsigned int class;

	if (!offender)
		return nla_put_u32(skb, IKEMON_A_SOURCE_SCORE, 0);
	for (class = IKEMON_OFFENCE_OVER_LIMIT; class < IKEMON_OFFENCES;
	     class++) {
		if (!offender->offence[class])
			continue;
		nest = nla_nest_start(skb, IKEMON_A_SOURCE_OFFENCE);
		if (!nest ||
		    nla_put_u8(skb, IKEMON_A_OFFENCE_CLASS, class) ||
		    nla_put_u32(skb, IKEMON_A_OFFENCE_COUNT,
				offender->offence[class]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return nla_put_u32(skb, IKEMON_A_SOURCE_SCORE,
			   offender->record[0].score);
}

bool ikemon_nl_blocked(const struct ikemon_record *record)
{
	return record->until * 1000ULL > ikemon_now();
}

/* The block that lasts longest of the shares; @n becomes how many there are. */
static const struct ikemon_record *
longest_share(const struct ikemon_offender *offender, u8 *n)
{
	const struct ikemon_record *record, *longest = NULL;
	unsigned int i;

	*n = 0;
	for (i = 1; i < offender->records; i++) {
		record = &offender->record[i];
		if (!ikemon_nl_blocked(record))
			continue;
		(*n)++;
		if (!longest || record->until > longest->until)
			longest = record;
	}
	return longest;
}

static int fill_block(struct sk_buff *skb, const struct ikemon_source *source)
{
	const struct ikemon_offender *offender = source->offender;
	const struct ikemon_record *record;
	u8 shares = 0;

	if (!offender)
		return 0;
	record = &offender->record[0];
	if (!ikemon_nl_blocked(record))
		record = longest_share(offender, &shares);
	if (!record)
		return 0;
	if (ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_BLOCKED_UNTIL,
			      ikemon_nl_wall(record->until * 1000ULL)) ||
	    nla_put_u8(skb, IKEMON_A_SOURCE_BLOCK_CLASS, record->class) ||
	    nla_put_u8(skb, IKEMON_A_SOURCE_BLOCK_WOULD, record->would) ||
	    (shares &&
	     nla_put_u8(skb, IKEMON_A_SOURCE_BLOCKED_SHARES, shares)))
		return -EMSGSIZE;
	return 0;
}

static int fill_limit(struct sk_buff *skb, const struct ikemon_source *source,
		      const struct ikemon_conf *conf)
{
	const struct ikemon_rule *rule;
	struct ikemon_limits limits;
	struct nlattr *nest;

	rule = ikemon_limits_of(conf, &source->addr, source->family, &limits);
	if (source->is_wide)
		ikemon_limits_widen(&limits);
	nest = nla_nest_start(skb, IKEMON_A_SOURCE_LIMIT);
	if (!nest ||
	    (rule && ikemon_nl_put_prefix(skb, IKEMON_A_LIMIT_PREFIX,
					  &rule->prefix)) ||
	    nla_put_u8(skb, IKEMON_A_LIMIT_KIND,
		       rule ? rule->limit_kind : IKEMON_LIMIT_KIND_LIMIT) ||
	    nla_put_u32(skb, IKEMON_A_LIMIT_RATE, limits.rate) ||
	    nla_put_u32(skb, IKEMON_A_LIMIT_BURST, limits.burst) ||
	    nla_put_u32(skb, IKEMON_A_LIMIT_HALF_OPEN, limits.half_open) ||
	    nla_put_u32(skb, IKEMON_A_LIMIT_SESSIONS, limits.sessions))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return nla_put_u32(skb, IKEMON_A_SOURCE_TOKENS,
			   ikemon_bucket_left(&source->bucket, limits.rate,
					      limits.burst, ikemon_now()));
}

int ikemon_source_fill(struct sk_buff *skb, struct ikemon_source *source,
		       const struct ikemon_conf *conf)
{
	if (fill_counts(skb, source) || fill_offences(skb, source) ||
	    fill_block(skb, source) || fill_limit(skb, source, conf))
		return -EMSGSIZE;
	return 0;
}

/* There may be no such source: it need not have begun a negotiation. */
int ikemon_stray_fill(struct sk_buff *skb, const struct ikemon_stray *stray)
{
	if (ikemon_nl_put_prefix(skb, IKEMON_A_SOURCE_PREFIX, &stray->prefix) ||
	    nla_put_u32(skb, IKEMON_A_SOURCE_SCORE, stray->evidence) ||
	    nla_put_u8(skb, IKEMON_A_SOURCE_BLOCK_CLASS,
		       IKEMON_OFFENCE_UNKNOWN_SPI) ||
	    nla_put_u8(skb, IKEMON_A_SOURCE_BLOCK_WOULD, stray->would))
		return -EMSGSIZE;
	return stray->until ?
		       ikemon_nl_put_u64(skb, IKEMON_A_SOURCE_BLOCKED_UNTIL,
					 ikemon_nl_wall(stray->until *
							1000ULL)) : 0;
}

static int locked_fill(struct sk_buff *skb, struct ikemon_source *source,
		       const struct ikemon_conf *conf)
{
	int err;

	spin_lock_bh(&source->lock);
	err = ikemon_source_fill(skb, source, conf);
	spin_unlock_bh(&source->lock);
	return err;
}

/* rcu_read_lock() held. */
static int find_fill(struct sk_buff *msg, struct genl_info *info,
		     const struct ikemon_prefix *prefix)
{
	const struct net *net = genl_info_net(info);
	const struct ikemon_run *run = ikemon_nl_run(net, info->extack);
	struct ikemon_source *source;

	if (!run)
		return -ENOENT;
	source = ikemon_source_find(&run->sources, &prefix->addr,
				    prefix->family, prefix->plen);
	if (!source) {
		GENL_SET_ERR_MSG(info, "no source has this prefix");
		return -ENOENT;
	}
	return locked_fill(msg, source, ikemon_conf_get(run->inet));
}

static int get_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	struct ikemon_prefix prefix;
	int err;

	err = ikemon_nl_prefix(info->attrs[IKEMON_A_SOURCE_PREFIX], &prefix,
			       info->extack);
	if (err)
		return err;
	rcu_read_lock();
	err = find_fill(msg, info, &prefix);
	rcu_read_unlock();
	return err;
}

int ikemon_nl_source_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, IKEMON_A_SOURCE_PREFIX)) {
		GENL_SET_ERR_MSG(info, "no prefix given");
		return -EINVAL;
	}
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, get_fill, info);
}

/* The source of a bucket that comes after @last. rcu_read_lock() held. */
static struct ikemon_source *next_source(const struct hlist_head *bucket,
					 const struct ikemon_prefix *last,
					 struct ikemon_prefix *least)
{
	struct ikemon_source *source, *next = NULL;
	struct ikemon_prefix prefix;

	hlist_for_each_entry_rcu(source, bucket, node) {
		prefix = ikemon_nl_prefix_of(source);
		if (ikemon_prefix_cmp(&prefix, last) > 0 &&
		    (!next || ikemon_prefix_cmp(&prefix, least) < 0)) {
			next = source;
			*least = prefix;
		}
	}
	return next;
}

int ikemon_nl_sources(const struct ikemon_run *run,
		      struct ikemon_source_cursor *cursor,
		      int (*visit)(struct ikemon_source *source, void *arg),
		      void *arg)
{
	const struct ikemon_table *table = &run->sources.table;
	struct ikemon_source *source;
	struct ikemon_prefix next;
	unsigned int n;
	int ret;

	for (n = 0; n < IKEMON_BUCKET_BATCH; n++) {
		if (cursor->bucket > table->mask)
			return 1;
		while ((source = next_source(&table->bucket[cursor->bucket],
					     &cursor->last, &next))) {
			ret = visit(source, arg);
			if (ret)
				return ret;
			cursor->last = next;
		}
		memset(&cursor->last, 0, sizeof(cursor->last));
		cursor->bucket++;
	}
	return 0;
}

/* What one message of the dump is made of. */
struct show {
	struct ikemon_source *source;
	const struct ikemon_conf *conf;
};

static int show_fill(struct sk_buff *skb, void *arg)
{
	const struct show *show = arg;

	return locked_fill(skb, show->source, show->conf);
}

static int dump_visit(struct ikemon_source *source, void *arg)
{
	struct dump *dump = arg;
	struct cursor *cursor = (void *)dump->cb->ctx;
	const struct ikemon_prefix prefix = ikemon_nl_prefix_of(source);
	struct show show = { .source = source, .conf = dump->conf };
	int ret;

	if (!ikemon_prefix_inside(&prefix, &dump->filter))
		return 0;
	if (cursor->shown >= dump->max)
		return 1;
	ret = ikemon_nl_dump_one(dump->skb, dump->cb, IKEMON_CMD_SOURCE_GET,
				 show_fill, &show);
	if (ret < 0)
		return ret;
	cursor->shown += ret;
	return 0;
}

static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      void *arg)
{
	const struct ikemon_run *run = ikemon_nl_run(sock_net(skb->sk), NULL);
	struct cursor *cursor = (void *)cb->ctx;
	struct dump *dump = arg;

	cb->seq = 0;
	if (!run)
		return 1;
	dump->conf = ikemon_conf_get(run->inet);
	cb->seq = dump->conf->generation;
	return ikemon_nl_sources(run, &cursor->at, dump_visit, dump);
}

int ikemon_nl_source_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dump dump = { .skb = skb, .cb = cb };
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack) ?:
	      ikemon_nl_prefix(tb[IKEMON_A_SOURCE_FILTER_PREFIX],
			       &dump.filter, cb->extack);
	if (err)
		return err;
	dump.max = ikemon_nl_max(tb[IKEMON_A_SOURCE_MAX_COUNT]);
	return ikemon_nl_dump(skb, cb, dump_batch, &dump);
}
