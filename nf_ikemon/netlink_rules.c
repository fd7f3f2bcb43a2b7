// SPDX-License-Identifier: GPL-2.0-only
/* The commands limit-* and block-*. */
#include "netlink.h"

int ikemon_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_limit_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_limit_get_dumpit(struct sk_buff *skb,
		struct netlink_callback *cb)
{
	NL_SET_ERR_MSG(cb->extack, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_block_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_block_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_block_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	GENL_SET_ERR_MSG(info, "there are no rules yet");
	return -EOPNOTSUPP;
}

int ikemon_nl_block_get_dumpit(struct sk_buff *skb,
		struct netlink_callback *cb)
{
	NL_SET_ERR_MSG(cb->extack, "there are no rules yet");
	return -EOPNOTSUPP;
}
