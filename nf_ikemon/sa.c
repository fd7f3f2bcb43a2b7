// SPDX-License-Identifier: GPL-2.0-only
#include "sa.h"

#include <net/xfrm.h>

static int state_uses(struct xfrm_state *x, int count, void *mask)
{
	return x->mark.m & *(u32 *)mask ? -EEXIST : 0;
}

static int policy_uses(struct xfrm_policy *policy, int dir, int count,
		       void *mask)
{
	return policy->mark.m & *(u32 *)mask ? -EEXIST : 0;
}

bool ikemon_sa_uses_mark(struct net *net, u32 mask)
{
	struct xfrm_policy_walk policies;
	struct xfrm_state_walk states;
	int err;

	xfrm_state_walk_init(&states, IPSEC_PROTO_ANY, NULL);
	err = xfrm_state_walk(net, &states, state_uses, &mask);
	xfrm_state_walk_done(&states, net);
	if (err == -EEXIST)
		return true;
	xfrm_policy_walk_init(&policies, XFRM_POLICY_TYPE_ANY);
	err = xfrm_policy_walk(net, &policies, policy_uses, &mask);
	xfrm_policy_walk_done(&policies, net);
	return err == -EEXIST;
}
