/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	specs/ikemon.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_IKEMON_GEN_H
#define _LINUX_IKEMON_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/nf_ikemon.h>

/* Common nested types */
extern const struct nla_policy ikemon_block_rule_nl_policy[IKEMON_A_BLOCK_UNTIL + 1];
extern const struct nla_policy ikemon_limit_rule_nl_policy[IKEMON_A_LIMIT_SESSIONS + 1];
extern const struct nla_policy ikemon_port_nl_policy[IKEMON_A_PORT_KIND + 1];
extern const struct nla_policy ikemon_prefix_nl_policy[IKEMON_A_PREFIX_LEN + 1];

int ikemon_nl_version_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_config_replace_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_port_add_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_session_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int ikemon_nl_session_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_source_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_source_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int ikemon_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_limit_del_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_limit_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int ikemon_nl_block_add_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_block_del_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_block_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_block_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int ikemon_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info);
int ikemon_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	IKEMON_NLGRP_SESSION,
	IKEMON_NLGRP_ALARM,
	IKEMON_NLGRP_SOURCE,
	IKEMON_NLGRP_SA,
};

extern struct genl_family ikemon_nl_family;

#endif /* _LINUX_IKEMON_GEN_H */
