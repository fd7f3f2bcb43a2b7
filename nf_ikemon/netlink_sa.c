// SPDX-License-Identifier: GPL-2.0-only
/* The command sa-get, and what an SA looks like. */
#include <linux/netlink.h>
#include <net/sock.h>

#include "netlink.h"
#include "pernet.h"

/* Which SAs a request is about. */
struct filter {
	u64 session;	/* 0 any */
	__be32 spi;	/* 0 any */
	bool deleted;
	struct ikemon_prefix prefix;
};

/* As in netlink_session.c. */
struct cursor {
	u64 id;
	u32 bucket;
	u32 shown;
};

struct dump {
	struct ikemon_run *run;
	struct filter filter;
	u32 max;
};

static int fill_who(struct sk_buff *skb, const struct ikemon_sa_key *key,
		    const union nf_inet_addr *saddr)
{
	u32 len = ikemon_addr_len(key->family);

	if (nla_put_u8(skb, IKEMON_A_SA_PROTO, key->proto) ||
	    nla_put_be32(skb, IKEMON_A_SA_SPI, key->spi) ||
	    nla_put(skb, IKEMON_A_SA_SRC, len, saddr) ||
	    nla_put(skb, IKEMON_A_SA_DST, len, &key->daddr))
		return -EMSGSIZE;
	return 0;
}

static int fill_algs(struct sk_buff *skb, const struct ikemon_alg *alg)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < IKEMON_SA_PARTS; i++) {
		if (!*alg[i].name)
			continue;
		nest = nla_nest_start(skb, IKEMON_A_SA_ALG);
		if (!nest ||
		    nla_put_u8(skb, IKEMON_A_SA_ALG_PART, i) ||
		    nla_put_string(skb, IKEMON_A_SA_ALG_NAME, alg[i].name) ||
		    nla_put_u32(skb, IKEMON_A_SA_ALG_BITS, alg[i].bits) ||
		    nla_put_u32(skb, IKEMON_A_SA_ALG_ICV_BITS, alg[i].icv))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/* Seconds have 0 for no limit, the others XFRM_INF. */
static int put_limit(struct sk_buff *skb, int type, u64 value)
{
	return value && value != XFRM_INF ?
	       ikemon_nl_put_u64(skb, type, value) : 0;
}

static int fill_lifetime(struct sk_buff *skb,
			 const struct xfrm_lifetime_cfg *l)
{
	struct nlattr *nest = nla_nest_start(skb, IKEMON_A_SA_LIFETIME);

	if (!nest ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_SOFT_BYTES,
		      l->soft_byte_limit) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_HARD_BYTES,
		      l->hard_byte_limit) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_SOFT_PACKETS,
		      l->soft_packet_limit) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_HARD_PACKETS,
		      l->hard_packet_limit) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_SOFT_SECONDS,
		      l->soft_add_expires_seconds) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_HARD_SECONDS,
		      l->hard_add_expires_seconds) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_SOFT_USE_SECONDS,
		      l->soft_use_expires_seconds) ||
	    put_limit(skb, IKEMON_A_SA_LIFETIME_HARD_USE_SECONDS,
		      l->hard_use_expires_seconds))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What not every SA has. */
static int fill_options(struct sk_buff *skb,
			const struct ikemon_sa_facts *facts)
{
	if (facts->if_id &&
	    nla_put_u32(skb, IKEMON_A_SA_IF_ID, facts->if_id))
		return -EMSGSIZE;
	if (facts->mark_mask &&
	    (nla_put_u32(skb, IKEMON_A_SA_MARK, facts->mark) ||
	     nla_put_u32(skb, IKEMON_A_SA_MARK_MASK, facts->mark_mask)))
		return -EMSGSIZE;
	if (facts->encap &&
	    (nla_put_be16(skb, IKEMON_A_SA_ENCAP_SPORT, facts->encap_src) ||
	     nla_put_be16(skb, IKEMON_A_SA_ENCAP_DPORT, facts->encap_dst)))
		return -EMSGSIZE;
	if (facts->offload && nla_put_flag(skb, IKEMON_A_SA_OFFLOAD))
		return -EMSGSIZE;
	return facts->esn ? nla_put_flag(skb, IKEMON_A_SA_ESN) : 0;
}

/* Seconds of the wall clock, in which xfrm counts. */
static int put_seconds(struct sk_buff *skb, int type, u64 seconds)
{
	return seconds ? ikemon_nl_put_u64(skb, type, seconds * NSEC_PER_SEC) :
			 0;
}

static int put_ms(struct sk_buff *skb, int type, u64 ms)
{
	return ms ? ikemon_nl_put_u64(skb, type, ikemon_nl_wall(ms)) : 0;
}

/* How long it took to be used, and has not been. */
static int fill_silence(struct sk_buff *skb, const struct ikemon_sa *sa,
			const struct ikemon_sa_use *use)
{
	s64 idle = ktime_get_real_seconds() - max(use->last, use->born);
	u64 now = ikemon_now();

	if (use->packets && use->first >= use->born &&
	    nla_put_u32(skb, IKEMON_A_SA_FIRST_AFTER, use->first - use->born))
		return -EMSGSIZE;
	if (sa->deleted)
		return 0;
	if (sa->last)	/* a device need not say when it used it */
		idle = min_t(s64, idle, div_u64(now - sa->last, MSEC_PER_SEC));
	if (nla_put_u32(skb, IKEMON_A_SA_IDLE, clamp_t(s64, idle, 0, U32_MAX)))
		return -EMSGSIZE;
	if (!sa->silent)
		return 0;
	return nla_put_u32(skb, IKEMON_A_SA_SILENT,
			   div_u64(now - sa->silent, MSEC_PER_SEC));
}

static int fill_use(struct sk_buff *skb, struct net *net,
		    const struct ikemon_sa *sa)
{
	struct ikemon_sa_use use;

	if (!ikemon_sa_use(net, sa, &use))
		return 0;
	if (ikemon_nl_put_u64(skb, IKEMON_A_SA_BYTES, use.bytes) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SA_PACKETS, use.packets) ||
	    nla_put_u32(skb, IKEMON_A_SA_REPLAYED, use.replayed) ||
	    nla_put_u32(skb, IKEMON_A_SA_LATE, use.late) ||
	    nla_put_u32(skb, IKEMON_A_SA_BROKEN, use.broken) ||
	    put_seconds(skb, IKEMON_A_SA_FIRST_USED, use.first) ||
	    put_seconds(skb, IKEMON_A_SA_LAST_USED, use.last))
		return -EMSGSIZE;
	return fill_silence(skb, sa, &use);
}

int ikemon_sa_fill_old(struct sk_buff *skb, const struct ikemon_sa *sa)
{
	if (nla_put(skb, IKEMON_A_SA_OLD_ADDR, ikemon_addr_len(sa->key.family),
		    &sa->old_addr))
		return -EMSGSIZE;
	return nla_put_be16(skb, IKEMON_A_SA_OLD_PORT, sa->old_port);
}

int ikemon_sa_fill(struct sk_buff *skb, const struct ikemon_sa *sa,
		   struct net *net)
{
	if (!sa->id)	/* a packet without SA */
		return fill_who(skb, &sa->key, &sa->facts.saddr);
	if (ikemon_nl_put_u64(skb, IKEMON_A_SA_ID, sa->id) ||
	    fill_who(skb, &sa->key, &sa->facts.saddr) ||
	    nla_put_u8(skb, IKEMON_A_SA_DIR, sa->dir) ||
	    nla_put_u8(skb, IKEMON_A_SA_MODE, sa->facts.mode) ||
	    (sa->session &&
	     ikemon_nl_put_u64(skb, IKEMON_A_SA_SESSION, sa->session)) ||
	    nla_put_u32(skb, IKEMON_A_SA_REQID, sa->facts.reqid) ||
	    fill_options(skb, &sa->facts) ||
	    fill_algs(skb, sa->facts.alg) ||
	    fill_lifetime(skb, &sa->facts.lifetime) ||
	    fill_use(skb, net, sa) ||
	    put_ms(skb, IKEMON_A_SA_ADDED, sa->added) ||
	    put_ms(skb, IKEMON_A_SA_EXPIRED_SOFT, sa->soft) ||
	    put_ms(skb, IKEMON_A_SA_DELETED, sa->deleted))
		return -EMSGSIZE;
	return 0;
}

static bool filter_match(const struct ikemon_sa *sa,
			 const struct filter *filter)
{
	const struct ikemon_prefix *prefix = &filter->prefix;

	if ((sa->deleted && !filter->deleted) ||
	    (filter->session && filter->session != sa->session) ||
	    (filter->spi && filter->spi != sa->key.spi))
		return false;
	if (prefix->family == NFPROTO_UNSPEC)
		return true;
	return prefix->family == sa->key.family &&
	       (ikemon_prefix_match(&sa->key.daddr, &prefix->addr,
				    prefix->family, prefix->plen) ||
		ikemon_prefix_match(&sa->facts.saddr, &prefix->addr,
				    prefix->family, prefix->plen));
}

/* rcu_read_lock() held. */
static struct ikemon_sa *by_id(const struct ikemon_sa_table *t, u64 id)
{
	struct ikemon_sa *sa;
	u32 i;

	for (i = 0; i <= t->table.mask; i++)
		hlist_for_each_entry_rcu(sa, &t->table.bucket[i], node)
			if (sa->id == id)
				return sa;
	return NULL;
}

/* Return: 0, -ENOENT if it is gone, or -EMSGSIZE. rcu_read_lock() held. */
static int find_fill(struct sk_buff *msg, struct genl_info *info, u64 id)
{
	struct net *net = genl_info_net(info);
	const struct ikemon_run *run = ikemon_nl_run(net, info->extack);
	struct ikemon_sa *sa, copy;

	if (!run)
		return -ENOENT;
	sa = by_id(&run->sas, id);
	if (!sa) {
		GENL_SET_ERR_MSG(info, "no SA has this id");
		return -ENOENT;
	}
	ikemon_sa_snapshot(&run->sas, sa, &copy);
	return ikemon_sa_fill(msg, &copy, net);
}

static int get_fill(struct sk_buff *msg, void *arg)
{
	struct genl_info *info = arg;
	int err;

	rcu_read_lock();
	err = find_fill(msg, info, nla_get_u64(info->attrs[IKEMON_A_SA_ID]));
	rcu_read_unlock();
	return err;
}

int ikemon_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, IKEMON_A_SA_ID)) {
		GENL_SET_ERR_MSG(info, "no SA id given");
		return -EINVAL;
	}
	return ikemon_nl_once(info->nlhdr, 0, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, get_fill, info);
}

/* The SA of a bucket that comes after @id. rcu_read_lock() held. */
static struct ikemon_sa *next_by_id(const struct hlist_head *bucket, u64 id)
{
	struct ikemon_sa *sa, *next = NULL;

	hlist_for_each_entry_rcu(sa, bucket, node)
		if (sa->id > id && (!next || sa->id < next->id))
			next = sa;
	return next;
}

/* What one message of the dump is made of. */
struct show {
	struct ikemon_sa *sa;
	const struct dump *dump;
};

static int show_fill(struct sk_buff *skb, void *arg)
{
	const struct show *show = arg;
	struct ikemon_sa copy;

	ikemon_sa_snapshot(&show->dump->run->sas, show->sa, &copy);
	if (!filter_match(&copy, &show->dump->filter))
		return -ENOENT;
	return ikemon_sa_fill(skb, &copy, sock_net(skb->sk));
}

/* Return: 0 when the bucket is complete, 1 to stop, or -EMSGSIZE. */
static int dump_bucket(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct hlist_head *bucket,
		       const struct dump *dump)
{
	struct cursor *cursor = (void *)cb->ctx;
	struct show show = { .dump = dump };
	int ret;

	while ((show.sa = next_by_id(bucket, cursor->id))) {
		if (cursor->shown >= dump->max)
			return 1;
		ret = ikemon_nl_dump_one(skb, cb, IKEMON_CMD_SA_GET,
					 show_fill, &show);
		if (ret < 0)
			return ret;
		cursor->shown += ret;
		cursor->id = show.sa->id;
	}
	cursor->id = 0;
	return 0;
}

static int dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		      void *arg)
{
	struct ikemon_run *run = ikemon_nl_run(sock_net(skb->sk), NULL);
	struct cursor *cursor = (void *)cb->ctx;
	const struct ikemon_table *table;
	struct dump *dump = arg;
	unsigned int n;
	int ret;

	cb->seq = 0;
	if (!run)
		return 1;
	cb->seq = ikemon_conf_get(run->inet)->generation;
	dump->run = run;
	table = &run->sas.table;
	for (n = 0; n < IKEMON_BUCKET_BATCH; n++) {
		if (cursor->bucket > table->mask)
			return 1;
		ret = dump_bucket(skb, cb, &table->bucket[cursor->bucket],
				  dump);
		if (ret)
			return ret;
		cursor->bucket++;
	}
	return 0;
}

int ikemon_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dump dump = { };
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct cursor);

	err = ikemon_nl_once(cb->nlh, 0, cb->extack) ?:
	      ikemon_nl_prefix(tb[IKEMON_A_SA_FILTER_PREFIX],
			       &dump.filter.prefix, cb->extack);
	if (err)
		return err;
	if (tb[IKEMON_A_SA_FILTER_SESSION])
		dump.filter.session =
			nla_get_u64(tb[IKEMON_A_SA_FILTER_SESSION]);
	if (tb[IKEMON_A_SA_FILTER_SPI])
		dump.filter.spi = nla_get_be32(tb[IKEMON_A_SA_FILTER_SPI]);
	dump.filter.deleted = tb[IKEMON_A_SA_FILTER_DELETED];
	dump.max = ikemon_nl_max(tb[IKEMON_A_SA_MAX_COUNT]);
	return ikemon_nl_dump(skb, cb, dump_batch, &dump);
}
