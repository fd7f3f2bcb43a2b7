// SPDX-License-Identifier: GPL-2.0-only
/*
 * What we hear of xfrm states. It registers as a key manager, as PF_KEY and
 * the netlink interface do, but never answers anything.
 */
#include "sa.h"

#include <net/xfrm.h>

#include "pernet.h"

enum { WALK_SLICE = 256 };	/* states looked at under the lock of all */

struct search {
	u32 mask;
	unsigned int left;	/* of this slice */
};

/* Return: what ends the walk, or this slice of it. */
static int look_for(struct search *search, u32 mask)
{
	if (mask & search->mask)
		return -EEXIST;
	return search->left-- ? 0 : -EAGAIN;
}

static int state_uses(struct xfrm_state *x, int count, void *search)
{
	return look_for(search, x->mark.m);
}

static int policy_uses(struct xfrm_policy *policy, int dir, int count,
		       void *search)
{
	return look_for(search, policy->mark.m);
}

static bool states_use(struct net *net, u32 mask)
{
	struct search search = { .mask = mask };
	struct xfrm_state_walk walk;
	int err;

	xfrm_state_walk_init(&walk, IPSEC_PROTO_ANY, NULL);
	do {
		cond_resched();
		search.left = WALK_SLICE;
		err = xfrm_state_walk(net, &walk, state_uses, &search);
	} while (err == -EAGAIN);
	xfrm_state_walk_done(&walk, net);
	return err == -EEXIST;
}

static bool policies_use(struct net *net, u32 mask)
{
	struct search search = { .mask = mask };
	struct xfrm_policy_walk walk;
	int err;

	xfrm_policy_walk_init(&walk, XFRM_POLICY_TYPE_ANY);
	do {
		cond_resched();
		search.left = WALK_SLICE;
		err = xfrm_policy_walk(net, &walk, policy_uses, &search);
	} while (err == -EAGAIN);
	xfrm_policy_walk_done(&walk, net);
	return err == -EEXIST;
}

bool ikemon_sa_uses_mark(struct net *net, u32 mask)
{
	return states_use(net, mask) || policies_use(net, mask);
}

static void copy_addr(union nf_inet_addr *to, const xfrm_address_t *from,
		      u16 family)
{
	memset(to, 0, sizeof(*to));
	if (family == AF_INET)
		to->ip = from->a4;
	else
		to->in6 = from->in6;
}

/* Return: false for what is no IPsec SA with an SPI. */
static bool copy_key(const struct xfrm_state *x, struct ikemon_sa_key *key)
{
	u16 family = x->props.family;

	if (!xfrm_id_proto_match(x->id.proto, IPSEC_PROTO_ANY) || !x->id.spi ||
	    (family != AF_INET && family != AF_INET6))
		return false;
	memset(key, 0, sizeof(*key));
	copy_addr(&key->daddr, &x->id.daddr, family);
	key->spi = x->id.spi;
	key->proto = x->id.proto;
	key->family = family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6;
	return true;
}

static void copy_alg(struct ikemon_alg *alg, const char *name,
		     unsigned int bits, unsigned int icv)
{
	strscpy(alg->name, name, sizeof(alg->name));
	alg->bits = min_t(unsigned int, bits, U16_MAX);
	alg->icv = min_t(unsigned int, icv, U16_MAX);
}

static void copy_algs(const struct xfrm_state *x, struct ikemon_alg *alg)
{
	if (x->aead)
		copy_alg(&alg[IKEMON_SA_AEAD], x->aead->alg_name,
			 x->aead->alg_key_len, x->aead->alg_icv_len);
	if (x->ealg)
		copy_alg(&alg[IKEMON_SA_ENCR], x->ealg->alg_name,
			 x->ealg->alg_key_len, 0);
	if (x->aalg)
		copy_alg(&alg[IKEMON_SA_AUTH], x->aalg->alg_name,
			 x->aalg->alg_key_len, x->aalg->alg_trunc_len);
	if (x->calg)
		copy_alg(&alg[IKEMON_SA_COMP], x->calg->alg_name, 0, 0);
}

static void copy_facts(const struct xfrm_state *x,
		       struct ikemon_sa_facts *facts)
{
	const struct xfrm_encap_tmpl *encap = x->encap;

	memset(facts, 0, sizeof(*facts));
	copy_addr(&facts->saddr, &x->props.saddr, x->props.family);
	facts->mark = x->mark.v;
	facts->mark_mask = x->mark.m;
	facts->reqid = x->props.reqid;
	facts->if_id = x->if_id;
	facts->mode = x->props.mode;
	facts->offload = x->xso.dev;
	facts->esn = x->props.flags & XFRM_STATE_ESN;
	if (encap) {
		facts->encap = true;
		facts->encap_src = encap->encap_sport;
		facts->encap_dst = encap->encap_dport;
	}
	copy_algs(x, facts->alg);
	facts->lifetime = x->lft;
}

static void copy_use(const struct xfrm_state *x, struct ikemon_sa_use *use)
{
	*use = (struct ikemon_sa_use) {
		.bytes = x->curlft.bytes,
		.packets = x->curlft.packets,
		.born = x->curlft.add_time,
		.first = x->curlft.use_time,
		.last = x->lastused,
		.replayed = x->stats.replay,
		.late = x->stats.replay_window,
		.broken = x->stats.integrity_failed,
	};
}

/*
 * xfrm takes the first whose mark fits, which may be another one with the same
 * SPI: one for any mark beside one for this mark. Bits that ours does not look
 * at may tell them apart; if not, nobody is found rather than the wrong one.
 */
static struct xfrm_state *find_state(struct net *net,
				     const struct ikemon_sa *sa)
{
	const u32 marks[] = {
		sa->facts.mark, sa->facts.mark | ~sa->facts.mark_mask,
	};
	u16 family = sa->key.family == NFPROTO_IPV4 ? AF_INET : AF_INET6;
	struct xfrm_state *x;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		x = xfrm_state_lookup(net, marks[i],
				      (const xfrm_address_t *)&sa->key.daddr,
				      sa->key.spi, sa->key.proto, family);
		if (!x || (x->mark.v == sa->facts.mark &&
			   x->mark.m == sa->facts.mark_mask))
			return x;
		xfrm_state_put(x);
	}
	return NULL;
}

bool ikemon_sa_use(struct net *net, const struct ikemon_sa *sa,
		   struct ikemon_sa_use *use)
{
	struct xfrm_state *x;

	*use = sa->use;
	if (sa->deleted)
		return true;
	x = find_state(net, sa);
	if (!x)
		return false;
	spin_lock_bh(&x->lock);
	xfrm_dev_state_update_stats(x);
	copy_use(x, use);
	spin_unlock_bh(&x->lock);
	xfrm_state_put(x);
	return true;
}

/* A state that is there. */
static void take_state(struct ikemon_run *run, const struct xfrm_state *x)
{
	struct ikemon_sa_facts facts;
	struct ikemon_sa_key key;

	if (!copy_key(x, &key))
		return;
	copy_facts(x, &facts);
	ikemon_sa_put(run, &key, &facts);
}

/* One that expires, or is gone. */
static void end_state(struct ikemon_run *run, const struct xfrm_state *x,
		      bool soft, bool hard)
{
	struct ikemon_sa_facts facts;
	struct ikemon_sa_key key;
	struct ikemon_sa_use use;

	if (!copy_key(x, &key))
		return;
	facts.mark = x->mark.v;
	facts.mark_mask = x->mark.m;
	if (soft) {
		ikemon_sa_expired(run, &key, &facts);
		return;
	}
	copy_use(x, &use);
	ikemon_sa_deleted(run, &key, &facts, &use, hard);
}

static void hear(struct ikemon_run *run, const struct xfrm_state *x,
		 const struct km_event *c)
{
	switch (c->event) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		take_state(run, x);
		break;
	case XFRM_MSG_DELSA:
		end_state(run, x, false, false);
		break;
	case XFRM_MSG_EXPIRE:
		end_state(run, x, !c->data.hard, true);
		break;
	}
}

/*
 * In any context but hard interrupts, perhaps under @x->lock, which is why
 * nothing is asked of xfrm here; rcu_read_lock() held.
 */
static int notify(struct xfrm_state *x, const struct km_event *c)
{
	const struct ikemon_net *inet;
	struct ikemon_run *run;

	if (c->event == XFRM_MSG_NEWAE)		/* for every few packets */
		return 0;
	inet = ikemon_pernet(x ? xs_net(x) : c->net);
	run = inet ? ikemon_run_get(inet) : NULL;
	if (!run)
		return 0;
	if (x) {
		hear(run, x, c);
	} else if (c->event == XFRM_MSG_FLUSHSA) {
		set_bit(IKEMON_SA_RESYNC, &run->sas.flags);
		ikemon_sa_kick(&run->sas);
	}
	return 0;
}

/*
 * A policy came or went; all of them went if there is none. An expiry tells
 * no namespace but that of the policy.
 */
static int notify_policy(struct xfrm_policy *policy, int dir,
			 const struct km_event *c)
{
	const struct ikemon_net *inet;
	struct ikemon_run *run;
	u32 mark;

	inet = ikemon_pernet(policy ? xp_net(policy) : c->net);
	run = inet ? ikemon_run_get(inet) : NULL;
	if (!run)
		return 0;
	mark = ikemon_conf_get(inet)->mark;
	if (mark && (!policy || policy->mark.m & mark))
		ikemon_sa_remark(&run->sas);
	return 0;
}

/* An error says that this manager does not negotiate. */
static int acquire(struct xfrm_state *x, struct xfrm_tmpl *tmpl,
		   struct xfrm_policy *policy)
{
	return -EOPNOTSUPP;
}

/* @dir stays what it is, negative: it was not taken, and the reason of whoever
 * was asked before stands.
 */
static struct xfrm_policy *compile_policy(struct sock *sk, int opt, u8 *data,
					  int len, int *dir)
{
	return NULL;
}

static struct xfrm_mgr observer = {
	.notify		= notify,
	.acquire	= acquire,
	.compile_policy	= compile_policy,
	.notify_policy	= notify_policy,
};

void ikemon_sa_observe(void)
{
	xfrm_register_km(&observer);
}

void ikemon_sa_ignore(void)
{
	xfrm_unregister_km(&observer);
	/* Whether that waits is the kernel's affair. */
	synchronize_rcu();
}

struct slice {
	struct ikemon_run *run;
	unsigned int left;
};

static int on_state(struct xfrm_state *x, int count, void *arg)
{
	struct slice *slice = arg;

	if (!slice->left--)
		return -EAGAIN;		/* the next slice begins with it */
	if (x->km.state == XFRM_STATE_VALID)
		take_state(slice->run, x);
	return 0;
}

void ikemon_sa_sync(struct ikemon_run *run)
{
	struct ikemon_sa_table *t = &run->sas;
	struct net *net = run->inet->net;
	struct slice slice = { .run = run };
	struct xfrm_state_walk walk;
	int err;

	clear_bit(IKEMON_SA_RESYNC, &t->flags);
	clear_bit(IKEMON_SA_REFUSED, &t->flags);
	WRITE_ONCE(t->round, t->round + 1);
	xfrm_state_walk_init(&walk, IPSEC_PROTO_ANY, NULL);
	do {
		cond_resched();
		slice.left = WALK_SLICE;
		rcu_read_lock();
		err = xfrm_state_walk(net, &walk, on_state, &slice);
		rcu_read_unlock();
	} while (err == -EAGAIN);
	xfrm_state_walk_done(&walk, net);
	ikemon_sa_drop_unseen(run);
	if (!test_bit(IKEMON_SA_REFUSED, &t->flags))
		set_bit(IKEMON_SA_COMPLETE, &t->flags);
	/* One may have been refused between; see refuse(). */
	if (test_bit(IKEMON_SA_REFUSED, &t->flags))
		clear_bit(IKEMON_SA_COMPLETE, &t->flags);
	t->synced = ikemon_now();
}
