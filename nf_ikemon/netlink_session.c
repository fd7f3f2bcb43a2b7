// SPDX-License-Identifier: GPL-2.0-only
/* The commands session-get and session-flush. */
#include <linux/netlink.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "netlink.h"
#include "pernet.h"

#define STATES_ALL	(BIT(IKEMON_STATES) - BIT(IKEMON_STATE_NEW))

/* Which sessions a request is about. */
struct filter {
	u32 states;	/* bit N: state N */
	u8 version;	/* 0 any */
	struct ikemon_prefix prefix;
};

/* What a dump is about. */
struct dump {
	struct filter filter;
	const struct ikemon_conf *conf;
	u32 max;
};

/*
 * Where a dump stands. Within a bucket sessions are shown in the order of
 * their ids, so that whatever else comes and goes, nothing is shown twice or
 * left out where a message ended.
 */
struct cursor {
	u64 id;		/* the last one shown of @bucket */
	u32 bucket;
	u32 shown;
};

static int filter_parse(struct nlattr **tb, struct filter *filter,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *states = tb[IKEMON_A_SESSION_FILTER_STATES];

	filter->states = states ? nla_get_u32(states) : STATES_ALL;
	filter->version = tb[IKEMON_A_SESSION_VERSION] ?
			  nla_get_u8(tb[IKEMON_A_SESSION_VERSION]) : 0;
	if (!(filter->states & STATES_ALL)) {
		NL_SET_ERR_MSG_ATTR(extack, states,
				    "filter-states names no state that there is");
		return -EINVAL;
	}
	return ikemon_nl_prefix(tb[IKEMON_A_SESSION_FILTER_PREFIX],
				&filter->prefix, extack);
}

static bool filter_end(const struct ikemon_session *session,
		       enum ikemon_dir dir, const struct ikemon_prefix *prefix)
{
	return ikemon_prefix_match(&session->end[dir].addr, &prefix->addr,
				   prefix->family, prefix->plen);
}

/* Caller holds the session's lock. */
static bool filter_match(const struct ikemon_session *session,
			 const struct filter *filter)
{
	const struct ikemon_prefix *prefix = &filter->prefix;

	if (session->dead || !(filter->states & BIT(session->neg.state)) ||
	    (filter->version && filter->version != session->neg.version))
		return false;
	if (prefix->family == NFPROTO_UNSPEC)
		return true;
	return prefix->family == session->family &&
	       (filter_end(session, IKEMON_FROM_INITIATOR, prefix) ||
		filter_end(session, IKEMON_FROM_RESPONDER, prefix));
}

/* Return: 0, -ENOENT if it is gone, or -EMSGSIZE. rcu_read_lock() held. */
static int find_fill(struct sk_buff *msg, struct genl_info *info, u64 id)
{
	struct net *net = genl_info_net(info);
	const struct ikemon_run *run = ikemon_nl_run(net, info->extack);
	struct ikemon_session *session;
	int err = -ENOENT;

	if (!run)
		return -ENOENT;
	session = ikemon_session_by_id(&run->sessions, id);
	if (session) {
		spin_lock_bh(&session->lock);
		if (!session->dead)
			err = ikemon_session_fill(msg, session, net,
						  ikemon_conf_get(run->inet));
		spin_unlock_bh(&session->lock);
	}
	if (err == -ENOENT)
		GENL_SET_ERR_MSG(info, "no session has this id");
	return err;
}

static int get_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	int err;

	rcu_read_lock();
	err = find_fill(msg, info,
			nla_get_u64(info->attrs[IKEMON_A_SESSION_ID]));
	rcu_read_unlock();
	return err;
}

int ikemon_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, IKEMON_A_SESSION_ID)) {
		GENL_SET_ERR_MSG(info, "no session id given");
		return -EINVAL;
	}
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, get_fill, info);
}

/* The session of a bucket that comes after @id. rcu_read_lock() held. */
static struct ikemon_session *next_by_id(const struct ikemon_link *chain,
					 u64 id)
{
	struct ikemon_session *session, *next = NULL;

	for (session = ikemon_next_init(chain); session;
	     session = ikemon_next_init(&session->by_init))
		if (session->id > id && (!next || session->id < next->id))
			next = session;
	return next;
}

/* What one message of the dump is made of. */
struct show {
	struct ikemon_session *session;
	const struct dump *dump;
};

static int show_fill(struct sk_buff *skb, void *arg)
{
	const struct show *show = arg;
	struct ikemon_session *session = show->session;
	int err;

	spin_lock_bh(&session->lock);
	err = filter_match(session, &show->dump->filter) ?
	      ikemon_session_fill(skb, session, sock_net(skb->sk),
				  show->dump->conf) : -ENOENT;
	spin_unlock_bh(&session->lock);
	return err;
}

/* Return: 0 when the bucket is complete, 1 to stop, or -EMSGSIZE. */
static int dump_bucket(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct ikemon_link *chain,
		       const struct dump *dump)
{
	struct cursor *cursor = (void *)cb->ctx;
	struct show show = { .dump = dump };
	int ret;

	while ((show.session = next_by_id(chain, cursor->id))) {
		if (cursor->shown >= dump->max)
			return 1;
		ret = ikemon_nl_dump_one(skb, cb, IKEMON_CMD_SESSION_GET,
					 show_fill, &show);
		if (ret < 0)
			return ret;
		cursor->shown += ret;
		cursor->id = show.session->id;
	}
	cursor->id = 0;
	return 0;
}

static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      void *arg)
{
	const struct ikemon_run *run = ikemon_nl_run(sock_net(skb->sk), NULL);
	struct cursor *cursor = (void *)cb->ctx;
	const struct ikemon_table *table;
	struct dump *dump = arg;
	unsigned int n;
	int ret;

	/* Switched off there is no table, on again it is another. */
	cb->seq = 0;
	if (!run)
		return 1;
	dump->conf = ikemon_conf_get(run->inet);
	cb->seq = dump->conf->generation;
	table = &run->sessions.init;
	for (n = 0; n < IKEMON_BUCKET_BATCH; n++) {
		if (cursor->bucket > table->mask)
			return 1;
		ikemon_table_look_ahead(table, cursor->bucket,
					sizeof(struct ikemon_session));
		ret = dump_bucket(skb, cb, &table->chain[cursor->bucket],
				  dump);
		if (ret)
			return ret;
		cursor->bucket++;
	}
	return 0;
}

int ikemon_nl_session_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dump dump;
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack) ?:
	      filter_parse(tb, &dump.filter, cb->extack);
	if (err)
		return err;
	dump.max = ikemon_nl_max(tb[IKEMON_A_SESSION_MAX_COUNT]);
	return ikemon_nl_dump(skb, cb, dump_batch, &dump);
}

/* Return: was it there? rcu_read_lock() held. */
static bool flush_one(struct ikemon_net *inet, struct ikemon_run *run,
		      struct ikemon_session *session)
{
	if (!ikemon_session_remove(inet, &run->sessions, session,
				   IKEMON_REASON_FLUSHED))
		return false;
	ikemon_count(inet, SESSIONS_FLUSHED);
	return true;
}

/* Return: how many there were. rcu_read_lock() held. */
static u32 flush_bucket(struct ikemon_net *inet, struct ikemon_run *run,
			const struct ikemon_link *chain,
			const struct filter *filter)
{
	struct ikemon_session *session;
	u32 n = 0;
	bool match;

	for (session = ikemon_next_init(chain); session;
	     session = ikemon_next_init(&session->by_init)) {
		spin_lock_bh(&session->lock);
		match = filter_match(session, filter);
		spin_unlock_bh(&session->lock);
		if (match)
			n += flush_one(inet, run, session);
	}
	return n;
}

/* Some buckets. Return: are there more? rcu_read_lock() held. */
static bool flush_batch(struct net *net, const struct filter *filter,
			u32 *bucket, u32 *flushed)
{
	struct ikemon_run *run = ikemon_nl_run(net, NULL);
	unsigned int n;

	for (n = 0; run && n < IKEMON_BUCKET_BATCH; n++) {
		if (*bucket > run->sessions.init.mask)
			return false;
		*flushed += flush_bucket(run->inet, run,
					 &run->sessions.init.chain[*bucket],
					 filter);
		(*bucket)++;
	}
	return run;
}

static u32 flush_all(struct net *net, const struct filter *filter)
{
	u32 bucket = 0, flushed = 0;
	bool more;

	do {
		cond_resched();
		rcu_read_lock();
		more = flush_batch(net, filter, &bucket, &flushed);
		rcu_read_unlock();
	} while (more);
	return flushed;
}

/* Return: 0 or -ENOENT. */
static int flush_id(struct net *net, u64 id, struct netlink_ext_ack *extack)
{
	struct ikemon_session *session;
	struct ikemon_run *run;
	int err = -ENOENT;

	rcu_read_lock();
	run = ikemon_nl_run(net, extack);
	if (run) {
		session = ikemon_session_by_id(&run->sessions, id);
		if (session && flush_one(run->inet, run, session))
			err = 0;
		else
			NL_SET_ERR_MSG(extack, "no session has this id");
	}
	rcu_read_unlock();
	return err;
}

static int flush(struct genl_info *info, u32 *flushed)
{
	struct nlattr **tb = info->attrs;
	struct net *net = genl_info_net(info);
	struct filter filter;
	int ret;

	ret = filter_parse(tb, &filter, info->extack);
	if (ret)
		return ret;
	if (!tb[IKEMON_A_SESSION_ID]) {
		*flushed = flush_all(net, &filter);
		return 0;
	}
	if (tb[IKEMON_A_SESSION_VERSION] ||
	    tb[IKEMON_A_SESSION_FILTER_STATES] ||
	    tb[IKEMON_A_SESSION_FILTER_PREFIX]) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[IKEMON_A_SESSION_ID],
				    "give an id or a filter, not both");
		return -EINVAL;
	}
	*flushed = 1;
	return flush_id(net, nla_get_u64(tb[IKEMON_A_SESSION_ID]),
			info->extack);
}

static int flush_fill(struct sk_buff *msg, void *arg)
{
	u32 flushed;
	int err = flush(arg, &flushed);

	return err ?: nla_put_u32(msg, IKEMON_A_SESSION_FLUSHED, flushed);
}

int ikemon_nl_session_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, flush_fill, info);
}
