/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netfilter hooks: between raw (-300) and conntrack (-200), so that nft's
 * raw chains come first and everything from conntrack on comes after.
 */
#ifndef IKEMON_HOOK_H
#define IKEMON_HOOK_H

struct net;

/* Process context. The run of @net is published. Return: 0 or an error. */
int ikemon_hook_register(struct net *net);
/* Process context. Packets may still be inside until a grace period passed. */
void ikemon_hook_unregister(struct net *net);

#endif /* IKEMON_HOOK_H */
