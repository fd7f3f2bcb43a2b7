/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netfilter hooks: between raw (-300) and conntrack (-200), so that nft's
 * raw chains come first and everything from conntrack on comes after.
 */
#ifndef IKEMON_HOOK_H
#define IKEMON_HOOK_H

#include <linux/netfilter.h>

struct ikemon_net;

enum ikemon_hook_limits {
	IKEMON_HOOKS_MAX = 4,
};

/**
 * struct ikemon_hooks - what a namespace registered, until it is unregistered
 * @ops: the first @n are valid; private data is the struct ikemon_net
 * @n: how many
 */
struct ikemon_hooks {
	struct nf_hook_ops ops[IKEMON_HOOKS_MAX];
	unsigned int n;
};

/* Process context. The run of @inet is published. Return: 0 or an error. */
int ikemon_hook_register(struct ikemon_net *inet, struct ikemon_hooks *hooks);
/* Process context. Packets may still be inside until a grace period passed. */
void ikemon_hook_unregister(struct ikemon_net *inet,
			    const struct ikemon_hooks *hooks);

#endif /* IKEMON_HOOK_H */
