// SPDX-License-Identifier: GPL-2.0-only
#include "packet.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/addrconf.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/sock.h>

#include "pernet.h"

bool ikemon_packet_seen(const struct sk_buff *skb,
			const struct nf_hook_state *state, u8 family)
{
	bool slave;

	if (state->hook == NF_INET_LOCAL_OUT)
		return state->out && netif_is_l3_master(state->out);
	if (state->in->flags & IFF_LOOPBACK)
		return true;
	if (!netif_is_l3_master(state->in))
		return false;
	slave = family == NFPROTO_IPV4 ?
			IPCB(skb)->flags & IPSKB_L3SLAVE :
			IP6CB(skb)->flags & IP6SKB_L3SLAVE;
	return slave;
}

unsigned int ikemon_addr_type_ipv4(struct net *net,
				   const struct net_device *dev, __be32 addr)
{
	const struct net_device *has = __ip_dev_find(net, addr, false);

	if (has && has->flags & IFF_UP &&
	    (has == dev || l3mdev_master_ifindex_rcu(has) ==
			   l3mdev_master_ifindex_rcu(dev)))
		return RTN_LOCAL;
	return inet_addr_type_dev_table(net, dev, addr);
}

#if IS_ENABLED(CONFIG_IPV6)
static unsigned int route_type_ipv6(struct net *net,
				    const struct net_device *dev,
				    const struct in6_addr *addr)
{
	bool strict = dev && ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
	struct flowi6 fl6 = {
		.daddr = *addr,
		.flowi6_iif = dev ? dev->ifindex : LOOPBACK_IFINDEX,
	};
	struct fib6_result res = {};

	if (ipv6_stub->fib6_lookup(net, strict ? dev->ifindex : 0, &fl6, &res,
				   strict ? RT6_LOOKUP_F_IFACE : 0))
		return RTN_UNREACHABLE;
	return res.fib6_type;
}

unsigned int ikemon_addr_type_ipv6(struct net *net,
				   const struct net_device *dev,
				   const struct in6_addr *addr)
{
	/* Over loopback the device tells nothing. */
	if (dev && dev->flags & IFF_LOOPBACK)
		dev = NULL;
	return ipv6_chk_addr(net, addr, dev, 0) ?
		       RTN_LOCAL : route_type_ipv6(net, dev, addr);
}
#endif

bool ikemon_addr_is_ours(struct net *net, const struct net_device *dev,
			 const union nf_inet_addr *addr, u8 family)
{
	unsigned int type;

	if (family == NFPROTO_IPV4) {
		type = ikemon_addr_type_ipv4(net, dev, addr->ip);
		return type == RTN_LOCAL || type == RTN_BROADCAST ||
		       type == RTN_MULTICAST;
	}
	if (ipv6_addr_is_multicast(&addr->in6))
		return true;
#if IS_ENABLED(CONFIG_IPV6)
	type = ikemon_addr_type_ipv6(net, dev, &addr->in6);
	return type == RTN_LOCAL || type == RTN_ANYCAST;
#else
	return false;
#endif
}

bool ikemon_packet_ours(const struct ikemon_packet *p)
{
	const struct sock *sk = skb_to_full_sk(p->skb);
	struct net *net = p->state->net;
	kuid_t uid;

	if (!sk)
		return false;
	uid = sock_net_uid(net, sk);
	return uid_eq(uid, GLOBAL_ROOT_UID) ||
	       uid_eq(uid, make_kuid(net->user_ns, 0)) ||
	       (uid_valid(p->conf->daemon_uid) &&
		uid_eq(uid, p->conf->daemon_uid));
}

u8 ikemon_packet_port(struct ikemon_packet *p)
{
	p->uh = skb_header_pointer(p->skb, p->thoff, sizeof(p->copy), &p->copy);
	if (!p->uh)
		return 0;
	p->src.port = p->uh->source;
	p->dst.port = p->uh->dest;
	if (p->out)
		return ikemon_conf_port(p->conf, p->src.port) ?:
		       ikemon_conf_port(p->conf, p->dst.port);
	return ikemon_conf_port(p->conf, p->dst.port) ?:
	       ikemon_conf_port(p->conf, p->src.port);
}

static const void *pull(const struct ikemon_view *view, u32 off, u32 len,
			void *buf)
{
	return skb_header_pointer(view->ctx, view->ctx_off + off, len, buf);
}

void ikemon_packet_view(const struct ikemon_packet *p,
			struct ikemon_view *view, u32 off, u32 len)
{
	u32 head = skb_headlen(p->skb);

	*view = (struct ikemon_view) {
		.head = p->skb->data + off,
		.head_len = off < head ? min(len, head - off) : 0,
		.len = len,
		.partial = p->partial,
		.pull = pull,
		.ctx = p->skb,
		.ctx_off = off,
	};
}

static bool short_checksum_ok(const struct ikemon_packet *p, u32 len)
{
	__wsum sum = skb_checksum(p->skb, p->thoff, len, 0);

	if (p->family == NFPROTO_IPV4)
		return !csum_tcpudp_magic(p->src.addr.ip, p->dst.addr.ip, len,
					  IPPROTO_UDP, sum);
	return !csum_ipv6_magic(&p->src.addr.in6, &p->dst.addr.in6, len,
				IPPROTO_UDP, sum);
}

bool ikemon_packet_sum_ok(struct sk_buff *skb, const struct udphdr *uh,
			  const union nf_inet_addr *src,
			  const union nf_inet_addr *dst, u8 family)
{
	u32 len = ntohs(uh->len);
	__wsum sum = csum_partial(uh, len, 0);
	__sum16 rest;

	if (family == NFPROTO_IPV4)
		rest = csum_tcpudp_magic(src->ip, dst->ip, len, IPPROTO_UDP,
					 sum);
	else
		rest = csum_ipv6_magic(&src->in6, &dst->in6, len, IPPROTO_UDP,
				       sum);
	if (rest)
		return false;
	__skb_incr_checksum_unnecessary(skb);
	return true;
}

bool ikemon_packet_checksum_ok(const struct ikemon_packet *p)
{
	u32 len = ntohs(p->uh->len);

	/* What is still to be filled in is not asked for by a socket either. */
	if (p->out || p->partial || skb_is_gso(p->skb) ||
	    p->skb->ip_summed == CHECKSUM_PARTIAL)
		return true;
	if (!p->uh->check)
		return p->family == NFPROTO_IPV4;
	/* Octets behind the datagram are none of the checksum's. */
	if (len != p->skb->len - p->thoff)
		return short_checksum_ok(p, len);
	if (p->skb->ip_summed == CHECKSUM_NONE && !skb_is_nonlinear(p->skb))
		return ikemon_packet_sum_ok(p->skb, p->uh, &p->src.addr,
					    &p->dst.addr, p->family);
	return !nf_checksum(p->skb, p->state->hook, p->thoff, IPPROTO_UDP,
			    p->family);
}

void ikemon_packet_count(const struct ikemon_packet *p,
			 const struct ikemon_pkt *pkt)
{
	ikemon_count(p->inet, PACKETS_IKE);
	if (pkt->version == 1)
		ikemon_count(p->inet, PACKETS_IKEV1);
	else if (pkt->version == 2)
		ikemon_count(p->inet, PACKETS_IKEV2);
	else
		ikemon_count(p->inet, PACKETS_OTHER_VERSION);
}

void ikemon_packet_count_bad(struct ikemon_net *inet, enum ikemon_bad bad)
{
	static const u8 counter[IKEMON_BAD_N] = {
		[IKEMON_BAD_SHORT]	= IKEMON_COUNT_MALFORMED_SHORT,
		[IKEMON_BAD_LENGTH]	= IKEMON_COUNT_MALFORMED_LENGTH,
		[IKEMON_BAD_ZERO_SPI]	= IKEMON_COUNT_MALFORMED_ZERO_SPI,
		[IKEMON_BAD_VERSION]	= IKEMON_COUNT_MALFORMED_VERSION,
		[IKEMON_BAD_PAYLOAD_LENGTH] =
			IKEMON_COUNT_MALFORMED_PAYLOAD_LENGTH,
		[IKEMON_BAD_PAYLOAD_COUNT] =
			IKEMON_COUNT_MALFORMED_PAYLOAD_COUNT,
		[IKEMON_BAD_PROPOSAL]	= IKEMON_COUNT_MALFORMED_PROPOSAL,
		[IKEMON_BAD_NOTIFY]	= IKEMON_COUNT_MALFORMED_NOTIFY,
		[IKEMON_BAD_FRAGMENT]	= IKEMON_COUNT_MALFORMED_FRAGMENT,
		[IKEMON_BAD_TRAILING]	= IKEMON_COUNT_MALFORMED_TRAILING,
	};

	ikemon_count_at(inet, counter[bad]);
}
