// SPDX-License-Identifier: GPL-2.0-only
/* What a session looks like in a message. */
#include <linux/netdevice.h>

#include "netlink.h"
#include "pernet.h"

int ikemon_nl_endpoint(struct sk_buff *skb, int type,
		       const struct ikemon_endpoint *end, u8 family)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    nla_put(skb, IKEMON_A_ENDPOINT_ADDR, ikemon_addr_len(family),
		    &end->addr) ||
	    nla_put_be16(skb, IKEMON_A_ENDPOINT_PORT, end->port))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What is zero was not offered, or the message that has it was not seen. */
static int put_some_u16(struct sk_buff *skb, int type, u16 value)
{
	return value ? nla_put_u16(skb, type, value) : 0;
}

static int fill_suite(struct sk_buff *skb, const struct ikemon_suite *suite)
{
	struct nlattr *nest;
	unsigned int i;

	if (!suite->encr && !suite->ke)
		return 0;
	nest = nla_nest_start(skb, IKEMON_A_SESSION_SUITE);
	if (!nest ||
	    put_some_u16(skb, IKEMON_A_SUITE_ENCR, suite->encr) ||
	    put_some_u16(skb, IKEMON_A_SUITE_KEY_BITS, suite->key_bits) ||
	    put_some_u16(skb, IKEMON_A_SUITE_PRF, suite->prf) ||
	    put_some_u16(skb, IKEMON_A_SUITE_INTEG, suite->integ) ||
	    put_some_u16(skb, IKEMON_A_SUITE_KE, suite->ke) ||
	    put_some_u16(skb, IKEMON_A_SUITE_AUTH, suite->auth))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(suite->addke); i++)
		if (put_some_u16(skb, IKEMON_A_SUITE_ADD_KE, suite->addke[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* All that was offered, in short, and whether the suite is the choice. */
static int fill_offer(struct sk_buff *skb, const struct ikemon_neg *neg)
{
	if (neg->chosen && nla_put_flag(skb, IKEMON_A_SESSION_CHOSEN))
		return -EMSGSIZE;
	if (!neg->proposals)
		return 0;
	if (nla_put_u8(skb, IKEMON_A_SESSION_PROPOSALS, neg->proposals) ||
	    nla_put_u16(skb, IKEMON_A_SESSION_TRANSFORMS, neg->transforms) ||
	    nla_put_u32(skb, IKEMON_A_SESSION_OFFERED_WEAK, neg->weak))
		return -EMSGSIZE;
	return 0;
}

static int fill_flow(struct sk_buff *skb, int type,
		     const struct ikemon_neg *neg, enum ikemon_dir dir)
{
	const struct ikemon_frags *frags = ikemon_neg_frags(neg, dir);
	const struct ikemon_flow *flow = &neg->flow[dir];
	struct nlattr *nest;

	if (!flow->messages)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest ||
	    nla_put_u32(skb, IKEMON_A_TRANSCRIPT_MESSAGES, flow->messages) ||
	    nla_put_u32(skb, IKEMON_A_TRANSCRIPT_RETRANSMITS,
			flow->retransmits) ||
	    nla_put_u8(skb, IKEMON_A_TRANSCRIPT_EXCHANGE, flow->exchange) ||
	    nla_put_u32(skb, IKEMON_A_TRANSCRIPT_MESSAGE_ID,
			flow->message_id) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_TRANSCRIPT_FIRST_SEEN,
			      ikemon_nl_wall(flow->first)) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_TRANSCRIPT_LAST_SEEN,
			      ikemon_nl_wall(flow->last)) ||
	    nla_put_u32(skb, IKEMON_A_TRANSCRIPT_LARGEST, flow->largest) ||
	    nla_put_u32(skb, IKEMON_A_TRANSCRIPT_IP_FRAGMENTS,
			flow->ip_frags) ||
	    put_some_u16(skb, IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS,
			 frags ? hweight64(frags->seen) : 0) ||
	    put_some_u16(skb, IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS_TOTAL,
			 frags ? frags->total : 0))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Who: the keys and the ends. */
static int fill_identity(struct sk_buff *skb,
			 const struct ikemon_session *session)
{
	__be64 spi_i = cpu_to_be64(session->spi_i);
	__be64 spi_r = cpu_to_be64(session->spi_r);
	u64 parent = ikemon_session_parent(session);
	u8 family = session->family;

	if (ikemon_nl_put_u64(skb, IKEMON_A_SESSION_ID, session->id) ||
	    nla_put(skb, IKEMON_A_SESSION_SPI_I, sizeof(spi_i), &spi_i) ||
	    nla_put(skb, IKEMON_A_SESSION_SPI_R, sizeof(spi_r), &spi_r) ||
	    ikemon_nl_endpoint(skb, IKEMON_A_SESSION_INITIATOR,
			       &session->end[IKEMON_FROM_INITIATOR], family) ||
	    ikemon_nl_endpoint(skb, IKEMON_A_SESSION_RESPONDER,
			       &session->end[IKEMON_FROM_RESPONDER], family))
		return -EMSGSIZE;
	if (session->followed &&
	    ikemon_nl_endpoint(skb, IKEMON_A_SESSION_PROOF_ADDR,
			       ikemon_peer_end_const(session), family))
		return -EMSGSIZE;
	if (parent &&
	    ikemon_nl_put_u64(skb, IKEMON_A_SESSION_PARENT, parent))
		return -EMSGSIZE;
	return 0;
}

static int fill_device(struct sk_buff *skb, u32 ifindex, struct net *net)
{
	struct net_device *dev;

	if (nla_put_u32(skb, IKEMON_A_SESSION_IFINDEX, ifindex))
		return -EMSGSIZE;
	dev = ifindex ? dev_get_by_index_rcu(net, ifindex) : NULL;
	return dev ? nla_put_string(skb, IKEMON_A_SESSION_IFNAME, dev->name) :
		     0;
}

/* What stands: state and the last message. */
static int fill_state(struct sk_buff *skb, const struct ikemon_neg *neg)
{
	const struct ikemon_flow *flow = ikemon_neg_last_flow(neg);
	unsigned int i;

	if (nla_put_u8(skb, IKEMON_A_SESSION_VERSION, neg->version) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_STATE, neg->state) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_PROOF, neg->proof) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_REASON, neg->reason) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_LOCAL_ROLE, neg->role) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_EXCHANGE, flow->exchange) ||
	    nla_put_u32(skb, IKEMON_A_SESSION_MESSAGE_ID, flow->message_id) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_ENCAP, neg->encap) ||
	    nla_put_u32(skb, IKEMON_A_SESSION_FLAGS, neg->flags) ||
	    nla_put_u32(skb, IKEMON_A_SESSION_VENDORS, neg->vendors))
		return -EMSGSIZE;
	for (i = 0; i < min_t(unsigned int, neg->n_notify,
			      IKEMON_NEG_NOTIFIES); i++)
		if (nla_put_u16(skb, IKEMON_A_SESSION_NOTIFY, neg->notify[i]))
			return -EMSGSIZE;
	return fill_suite(skb, &neg->suite);
}

/* The first message of either end; ms. */
static u64 first_seen(const struct ikemon_neg *neg)
{
	u64 first = neg->since;
	int i;

	for (i = 0; i < IKEMON_DIRS; i++)
		if (neg->flow[i].messages)
			first = min_t(u64, first, neg->flow[i].first);
	return first;
}

/* An SA keeps a session that is up for as long as it is there itself. */
static int fill_expires(struct sk_buff *skb, const struct ikemon_session *s,
			const struct ikemon_conf *conf)
{
	s64 left = ikemon_neg_expiry(&s->neg, conf->timeout) - ikemon_now();
	u64 seconds = left > 0 ? DIV_ROUND_UP_ULL(left, MSEC_PER_SEC) : 0;

	if (s->sas && s->neg.state == IKEMON_STATE_ESTABLISHED)
		return 0;
	return nla_put_u32(skb, IKEMON_A_SESSION_EXPIRES,
			   min_t(u64, seconds, U32_MAX));
}

static int fill_times(struct sk_buff *skb, const struct ikemon_session *s,
		      const struct ikemon_conf *conf)
{
	if (ikemon_nl_put_u64(skb, IKEMON_A_SESSION_FIRST_SEEN,
			      ikemon_nl_wall(first_seen(&s->neg))) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_SESSION_LAST_SEEN,
			      ikemon_nl_wall(ikemon_neg_last(&s->neg))) ||
	    fill_expires(skb, s, conf))
		return -EMSGSIZE;
	return 0;
}

static int fill_children(struct sk_buff *skb, const struct ikemon_session *s)
{
	u8 child = s->sas ? IKEMON_CHILD_UP :
		   s->neg.flags & IKEMON_SESSION_FLAGS_NO_SA ?
		   IKEMON_CHILD_MISSING : IKEMON_CHILD_NONE;

	return nla_put_u32(skb, IKEMON_A_SESSION_SAS, s->sas) ?:
	       nla_put_u8(skb, IKEMON_A_SESSION_CHILD, child);
}

int ikemon_session_fill(struct sk_buff *skb,
			const struct ikemon_session *session,
			struct net *net, const struct ikemon_conf *conf)
{
	const struct ikemon_neg *neg = &session->neg;

	if (fill_identity(skb, session) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_VERDICT, session->verdict) ||
	    nla_put_u8(skb, IKEMON_A_SESSION_WOULD, session->would) ||
	    fill_children(skb, session) ||
	    fill_device(skb, session->ifindex, net) ||
	    fill_state(skb, neg) ||
	    fill_offer(skb, neg) ||
	    fill_flow(skb, IKEMON_A_SESSION_FROM_INITIATOR, neg,
		      IKEMON_FROM_INITIATOR) ||
	    fill_flow(skb, IKEMON_A_SESSION_FROM_RESPONDER, neg,
		      IKEMON_FROM_RESPONDER) ||
	    fill_times(skb, session, conf))
		return -EMSGSIZE;
	return 0;
}
