// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hook where nf_ikemon has its own that drops everything: what it costs to
 * get there. For one namespace: insmod ikemon_bare.ko pid=PROCESS
 */

#include <linux/err.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/net_namespace.h>

enum { PRIORITY = -250 };

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "process in whose network namespace it drops");

static struct net *target;

static unsigned int bare_hook(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	return NF_DROP;
}

static const struct nf_hook_ops bare_ops[] = {
	{
		.hook		= bare_hook,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= PRIORITY,
	},
	{
		.hook		= bare_hook,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= PRIORITY,
	},
};

static int __init bare_init(void)
{
	int err;

	target = get_net_ns_by_pid(pid);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = nf_register_net_hooks(target, bare_ops, ARRAY_SIZE(bare_ops));
	if (err)
		put_net(target);
	return err;
}

static void __exit bare_exit(void)
{
	nf_unregister_net_hooks(target, bare_ops, ARRAY_SIZE(bare_ops));
	put_net(target);
}

module_init(bare_init);
module_exit(bare_exit);

MODULE_DESCRIPTION("Drops every packet of a network namespace, to be timed");
MODULE_LICENSE("GPL");
