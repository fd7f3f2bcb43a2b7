// SPDX-License-Identifier: GPL-2.0-only
#include "netlink.h"

#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/sched.h>

#include "pernet.h"
#include "version.h"

enum {
	/* Counts what was appended to the spec since the first release. */
	IKEMON_ABI = 5,
};

/*
 * The generated groups are open to anybody. The flag asks for CAP_NET_ADMIN
 * in the user namespace that owns the network namespace, as the commands do.
 */
static const struct genl_multicast_group mcgrps[] = {
	[IKEMON_NLGRP_SESSION] = {
		.name = IKEMON_MCGRP_SESSION,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
	[IKEMON_NLGRP_ALARM] = {
		.name = IKEMON_MCGRP_ALARM,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
	[IKEMON_NLGRP_SOURCE] = {
		.name = IKEMON_MCGRP_SOURCE,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
	[IKEMON_NLGRP_SA] = {
		.name = IKEMON_MCGRP_SA,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

static bool netlink_up;

bool ikemon_netlink_up(void)
{
	return READ_ONCE(netlink_up);
}

static int once(const struct nlattr *head, int len, u64 multi,
		struct netlink_ext_ack *extack)
{
	const struct nlattr *nla;
	u64 seen = 0;
	int rem;

	BUILD_BUG_ON(IKEMON_A_SESSION_MAX >= 64 || IKEMON_A_CONFIG_MAX >= 64 ||
		     IKEMON_A_SOURCE_MAX >= 64 || IKEMON_A_BLOCK_MAX >= 64 ||
		     IKEMON_A_SA_MAX >= 64);

	nla_for_each_attr(nla, head, len, rem) {
		unsigned int type = nla_type(nla);

		if (type >= 64 || multi & BIT_ULL(type))
			continue;
		if (seen & BIT_ULL(type)) {
			NL_SET_ERR_MSG_ATTR(extack, nla,
					    "attribute given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
	}
	return 0;
}

int ikemon_nl_once(const struct nlmsghdr *nlh, u64 multi,
		   struct netlink_ext_ack *extack)
{
	return once(nlmsg_attrdata(nlh, GENL_HDRLEN),
		    nlmsg_attrlen(nlh, GENL_HDRLEN), multi, extack);
}

int ikemon_nl_nest_once(const struct nlattr *nest,
			struct netlink_ext_ack *extack)
{
	return once(nla_data(nest), nla_len(nest), 0, extack);
}

int ikemon_nl_none(const struct genl_info *info)
{
	if (!nlmsg_attrlen(info->nlhdr, GENL_HDRLEN))
		return 0;
	GENL_SET_ERR_MSG(info, "this command takes no attribute");
	return -EINVAL;
}

int ikemon_nl_generation(const struct ikemon_conf *conf,
			 const struct nlattr *nla,
			 struct netlink_ext_ack *extack)
{
	if (!nla || nla_get_u32(nla) == conf->generation)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "the configuration was changed meanwhile: generation is another");
	return -EAGAIN;
}

static int prefix_check(const struct ikemon_prefix *prefix,
			const struct nlattr *nest,
			struct netlink_ext_ack *extack)
{
	union nf_inet_addr cut = prefix->addr;

	if (prefix->plen > ikemon_addr_len(prefix->family) * 8) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "prefix is longer than the address");
		return -EINVAL;
	}
	ikemon_prefix_cut(&cut, prefix->family, prefix->plen);
	if (memcmp(&cut, &prefix->addr, sizeof(cut))) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "bits behind the prefix must be zero");
		return -EINVAL;
	}
	return 0;
}

int ikemon_nl_prefix(const struct nlattr *nest, struct ikemon_prefix *prefix,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IKEMON_A_PREFIX_LEN + 1];
	int err;

	memset(prefix, 0, sizeof(*prefix));
	if (!nest)
		return 0;
	err = nla_parse_nested(tb, IKEMON_A_PREFIX_LEN, nest,
			       ikemon_prefix_nl_policy, extack);
	if (err)
		return err;
	err = ikemon_nl_nest_once(nest, extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, IKEMON_A_PREFIX_ADDR) ||
	    NL_REQ_ATTR_CHECK(extack, nest, tb, IKEMON_A_PREFIX_LEN)) {
		NL_SET_ERR_MSG(extack, "prefix needs an address and a length");
		return -EINVAL;
	}
	switch (nla_len(tb[IKEMON_A_PREFIX_ADDR])) {
	case sizeof(struct in_addr):
		prefix->family = NFPROTO_IPV4;
		break;
	case sizeof(struct in6_addr):
		prefix->family = NFPROTO_IPV6;
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, tb[IKEMON_A_PREFIX_ADDR],
				    "address must have 4 or 16 octets");
		return -EINVAL;
	}
	nla_memcpy(&prefix->addr, tb[IKEMON_A_PREFIX_ADDR],
		   sizeof(prefix->addr));
	prefix->plen = nla_get_u8(tb[IKEMON_A_PREFIX_LEN]);
	return prefix_check(prefix, nest, extack);
}

int ikemon_nl_prefix_must(const struct nlattr *nest,
			  struct ikemon_prefix *prefix,
			  struct netlink_ext_ack *extack)
{
	if (!nest) {
		NL_SET_ERR_MSG(extack, "no prefix given");
		return -EINVAL;
	}
	return ikemon_nl_prefix(nest, prefix, extack);
}

int ikemon_nl_put_prefix(struct sk_buff *skb, int type,
			 const struct ikemon_prefix *prefix)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    nla_put(skb, IKEMON_A_PREFIX_ADDR, ikemon_addr_len(prefix->family),
		    &prefix->addr) ||
	    nla_put_u8(skb, IKEMON_A_PREFIX_LEN, prefix->plen))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* By the offset of the two clocks: the same each time it is asked. */
u64 ikemon_nl_wall(u64 ms)
{
	ktime_t boot = ktime_mono_to_any(0, TK_OFFS_BOOT);
	ktime_t real = ktime_mono_to_any(0, TK_OFFS_REAL);

	return ms * NSEC_PER_MSEC + ktime_to_ns(ktime_sub(real, boot));
}

int ikemon_nl_reply(struct genl_info *info, size_t size,
		    int (*fill)(struct sk_buff *msg, void *arg), void *arg)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = genlmsg_new(size, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &ikemon_nl_family, 0,
				info->genlhdr->cmd);
	err = hdr ? fill(msg, arg) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int ikemon_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   int (*batch)(struct sk_buff *skb,
				struct netlink_callback *cb, void *arg),
		   void *arg)
{
	int err;

	do {
		cond_resched();
		rcu_read_lock();
		err = batch(skb, cb, arg);
		rcu_read_unlock();
	} while (!err);
	if (err < 0 && !skb->len)
		return err;
	return skb->len;
}

int ikemon_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		       u8 cmd, int (*fill)(struct sk_buff *msg, void *arg),
		       void *arg)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &ikemon_nl_family,
				NLM_F_MULTI, cmd);
	int err = hdr ? fill(skb, arg) : -EMSGSIZE;

	if (err) {
		if (hdr)
			genlmsg_cancel(skb, hdr);
		return err == -ENOENT ? 0 : err;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 1;
}

struct ikemon_run *ikemon_nl_run(const struct net *net,
				 struct netlink_ext_ack *extack)
{
	const struct ikemon_net *inet = ikemon_pernet(net);
	struct ikemon_run *run = inet ? ikemon_run_get(inet) : NULL;

	if (!run)
		NL_SET_ERR_MSG(extack,
			       "monitoring is off in this network namespace");
	return run;
}

static int version_fill(struct sk_buff *msg, void *arg)
{
	if (nla_put_string(msg, IKEMON_A_VERSION_MODULE, IKEMON_VERSION) ||
	    nla_put_u32(msg, IKEMON_A_VERSION_ABI, IKEMON_ABI))
		return -EMSGSIZE;
	return 0;
}

int ikemon_nl_version_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_none(info) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, version_fill, NULL);
}

int __init ikemon_netlink_init(void)
{
	int err;

	ikemon_nl_family.mcgrps = mcgrps;
	err = genl_register_family(&ikemon_nl_family);
	if (!err)
		WRITE_ONCE(netlink_up, true);
	return err;
}

/* Events may still happen; none of them uses the family after this. */
void ikemon_netlink_uninit(void)
{
	WRITE_ONCE(netlink_up, false);
	synchronize_rcu();
	genl_unregister_family(&ikemon_nl_family);
}
