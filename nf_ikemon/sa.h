/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own IPsec SAs and policies, as far as they concern us. */
#ifndef IKEMON_SA_H
#define IKEMON_SA_H

#include <linux/types.h>

struct net;

/**
 * ikemon_sa_uses_mark() - do SAs or policies look at these bits of the mark?
 * @net: namespace
 * @mask: of skb->mark
 *
 * xfrm finds them by mark: who writes such bits sends a packet to another SA,
 * or past a policy. Process context; walks all of them.
 */
bool ikemon_sa_uses_mark(struct net *net, u32 mask);

#endif /* IKEMON_SA_H */
