// SPDX-License-Identifier: GPL-2.0-only
/* The command source-get. */
#include <linux/netlink.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "netlink.h"
#include "pernet.h"

/*
 * Where a dump stands. Within a bucket sources are shown in the order of
 * their prefixes, for the reason given at the dump of sessions.
 */
struct cursor {
	struct ikemon_prefix last;	/* family 0: none of @bucket yet */
	u32 bucket;
	u32 shown;
};

static struct ikemon_prefix prefix_of(const struct ikemon_source *source)
{
	return (struct ikemon_prefix) {
		.addr = source->addr,
		.family = source->family,
		.plen = source->plen,
	};
}

static int source_fill(struct sk_buff *skb, struct ikemon_source *source)
{
	const struct ikemon_prefix prefix = prefix_of(source);

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
			      ikemon_nl_wall(READ_ONCE(source->last))))
		return -EMSGSIZE;
	return 0;
}

/* rcu_read_lock() held. */
static int get_fill(struct sk_buff *msg, const struct net *net,
		    const struct ikemon_prefix *prefix,
		    struct netlink_ext_ack *extack)
{
	const struct ikemon_net *inet = ikemon_pernet(net);
	const struct ikemon_run *run = inet ? ikemon_run_get(inet) : NULL;
	struct ikemon_source *source;

	if (!run) {
		NL_SET_ERR_MSG(extack,
			       "monitoring is off in this network namespace");
		return -ENOENT;
	}
	source = ikemon_source_find(&run->sources, &prefix->addr,
				    prefix->family, prefix->plen);
	if (!source) {
		NL_SET_ERR_MSG(extack, "no source has this prefix");
		return -ENOENT;
	}
	return source_fill(msg, source);
}

int ikemon_nl_source_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ikemon_prefix prefix;
	struct sk_buff *msg;
	void *hdr;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, IKEMON_A_SOURCE_PREFIX)) {
		GENL_SET_ERR_MSG(info, "no prefix given");
		return -EINVAL;
	}
	err = ikemon_nl_once(info->nlhdr, 0, info->extack);
	if (!err)
		err = ikemon_nl_prefix(info->attrs[IKEMON_A_SOURCE_PREFIX],
				       &prefix, info->extack);
	if (err)
		return err;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &ikemon_nl_family, 0,
				IKEMON_CMD_SOURCE_GET);
	rcu_read_lock();
	err = hdr ? get_fill(msg, genl_info_net(info), &prefix, info->extack) :
		    -EMSGSIZE;
	rcu_read_unlock();
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* The source of a bucket that comes after @last. rcu_read_lock() held. */
static struct ikemon_source *next_source(const struct hlist_head *bucket,
					 const struct ikemon_prefix *last,
					 struct ikemon_prefix *least)
{
	struct ikemon_source *source, *next = NULL;
	struct ikemon_prefix prefix;

	hlist_for_each_entry_rcu(source, bucket, node) {
		prefix = prefix_of(source);
		if (ikemon_prefix_cmp(&prefix, last) > 0 &&
		    (!next || ikemon_prefix_cmp(&prefix, least) < 0)) {
			next = source;
			*least = prefix;
		}
	}
	return next;
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    struct ikemon_source *source)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &ikemon_nl_family, NLM_F_MULTI,
			  IKEMON_CMD_SOURCE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (source_fill(skb, source)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

/* Return: 0 when the bucket is complete, 1 to stop, or -EMSGSIZE. */
static int dump_bucket(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct hlist_head *bucket,
		       const struct ikemon_prefix *filter, u32 max)
{
	struct cursor *cursor = (void *)cb->ctx;
	struct ikemon_source *source;
	struct ikemon_prefix next;

	while ((source = next_source(bucket, &cursor->last, &next))) {
		if (ikemon_prefix_inside(&next, filter)) {
			if (cursor->shown >= max)
				return 1;
			if (dump_one(skb, cb, source))
				return -EMSGSIZE;
			cursor->shown++;
		}
		cursor->last = next;
	}
	memset(&cursor->last, 0, sizeof(cursor->last));
	return 0;
}

/* Some buckets. Return: 0 there are more, 1 it is complete, or -EMSGSIZE. */
static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct ikemon_prefix *filter, u32 max)
{
	const struct ikemon_net *inet = ikemon_pernet(sock_net(skb->sk));
	const struct ikemon_run *run = inet ? ikemon_run_get(inet) : NULL;
	struct cursor *cursor = (void *)cb->ctx;
	unsigned int n;
	int ret;

	cb->seq = run ? ikemon_conf_get(inet)->generation : 0;
	for (n = 0; run && n < IKEMON_BUCKET_BATCH; n++) {
		if (cursor->bucket > run->sources.table.mask)
			return 1;
		ret = dump_bucket(skb, cb,
				  &run->sources.table.bucket[cursor->bucket],
				  filter, max);
		if (ret)
			return ret;
		cursor->bucket++;
	}
	return !run;
}

int ikemon_nl_source_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	const struct nlattr *count = tb[IKEMON_A_SOURCE_MAX_COUNT];
	struct ikemon_prefix filter;
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack);
	if (!err)
		err = ikemon_nl_prefix(tb[IKEMON_A_SOURCE_FILTER_PREFIX],
				       &filter, cb->extack);
	if (err)
		return err;
	do {
		cond_resched();
		rcu_read_lock();
		err = dump_batch(skb, cb, &filter,
				 count ? nla_get_u32(count) : U32_MAX);
		rcu_read_unlock();
	} while (!err);
	if (err < 0 && !skb->len)
		return err;
	return skb->len;
}
