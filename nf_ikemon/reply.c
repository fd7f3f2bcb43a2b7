// SPDX-License-Identifier: GPL-2.0-only
#include "reply.h"

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/sock.h>

#include "compat/udp_table.h"
#include "cookie.h"
#include "packet.h"

/**
 * struct answer - what goes back
 * @payload: octets behind the UDP header
 * @len: their number
 * @sport: the port that was asked
 * @dport: the port that asked
 */
struct answer {
	const void *payload;
	u32 len;
	__be16 sport;
	__be16 dport;
};

/*
 * The answer on its way to LOCAL_OUT, for the hook to recognise. A tunnel may
 * send it on inside another header: then it is longer.
 */
struct sending {
	const struct sk_buff *skb;
	u32 len;
};

static DEFINE_PER_CPU(struct sending, sending);

/* A VRF stands for its port once the packet is delivered. */
static int device_index(const struct ikemon_reply *to, int *port)
{
	int vrf = l3mdev_master_ifindex_rcu(to->in);

	*port = vrf && vrf != to->in->ifindex ? to->in->ifindex : 0;
	return vrf ?: to->in->ifindex;
}

static bool may_ipv4(const struct ikemon_reply *to, const struct udphdr *uh)
{
	const struct iphdr *iph = ip_hdr(to->skb);
	int dif, sdif;

	if (ipv4_is_multicast(iph->saddr) || ipv4_is_lbcast(iph->saddr) ||
	    ipv4_is_zeronet(iph->saddr) || ipv4_is_loopback(iph->saddr))
		return false;
	if (ikemon_addr_type_ipv4(to->net, to->in, iph->daddr) != RTN_LOCAL)
		return false;
	dif = device_index(to, &sdif);
	return __udp4_lib_lookup(to->net, iph->saddr, uh->source, iph->daddr,
				 uh->dest, dif, sdif,
				 ikemon_udp_table(to->net), NULL);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool may_ipv6(const struct ikemon_reply *to, const struct udphdr *uh)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(to->skb);
	int type = ipv6_addr_type(&ip6h->saddr);
	int dif, sdif;

	if (!(type & IPV6_ADDR_UNICAST) || type & IPV6_ADDR_LOOPBACK)
		return false;
	if (ikemon_addr_type_ipv6(to->net, to->in, &ip6h->daddr) != RTN_LOCAL ||
	    ipv6_chk_addr(to->net, &ip6h->saddr, to->in, 0))
		return false;
	dif = device_index(to, &sdif);
	return __udp6_lib_lookup(to->net, &ip6h->saddr, uh->source,
				 &ip6h->daddr, uh->dest, dif, sdif,
				 ikemon_udp_table(to->net), NULL);
}
#endif

/* A bridge hands us frames that are for other hosts as if they were ours. */
static bool for_other_host(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	const struct nf_bridge_info *bridge = nf_bridge_info_get(skb);

	if (bridge && bridge->pkt_otherhost)
		return true;
#endif
	return skb->pkt_type != PACKET_HOST;
}

bool ikemon_reply_may(const struct ikemon_reply *to)
{
	const struct udphdr *uh;
	struct udphdr copy;

	if (for_other_host(to->skb) || skb_is_gso(to->skb))
		return false;
	uh = skb_header_pointer(to->skb, to->thoff, sizeof(copy), &copy);
	if (!uh || !uh->source)
		return false;
	if (to->family == NFPROTO_IPV4)
		return may_ipv4(to, uh);
#if IS_ENABLED(CONFIG_IPV6)
	return may_ipv6(to, uh);
#else
	return false;
#endif
}

/* A datagram without checksum, with room for the IP header before it. */
static struct sk_buff *datagram_alloc(const struct dst_entry *dst, u32 ip_len,
				      const struct answer *a)
{
	u32 room = LL_RESERVED_SPACE(dst->dev) + ip_len;
	struct udphdr *uh;
	struct sk_buff *skb;

	skb = alloc_skb(room + sizeof(*uh) + a->len + dst->dev->needed_tailroom,
			GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_transport_header(skb);
	uh = skb_put(skb, sizeof(*uh));
	*uh = (struct udphdr) {
		.source = a->sport,
		.dest = a->dport,
		.len = htons(sizeof(*uh) + a->len),
	};
	skb_put_data(skb, a->payload, a->len);
	skb_push(skb, ip_len);
	skb_reset_network_header(skb);
	return skb;
}

static int transmit(struct net *net, struct sk_buff *skb,
		    int (*local_out)(struct net *net, struct sock *sk,
				     struct sk_buff *skb))
{
	int err;

	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	local_bh_disable();
	this_cpu_write(sending.len, skb->len);
	this_cpu_write(sending.skb, skb);
	err = local_out(net, NULL, skb);
	this_cpu_write(sending.skb, NULL);
	local_bh_enable();
	return err > 0 ? net_xmit_errno(err) : err;
}

/*
 * The flow decides by itself, no xfrm policy is asked. What is no other host's
 * address, but ours or a broadcast, has no unicast route.
 */
static struct rtable *route_ipv4(const struct ikemon_reply *to,
				 const struct answer *a, struct flowi4 *fl4)
{
	const struct iphdr *iph = ip_hdr(to->skb);
	struct rtable *rt;

	*fl4 = (struct flowi4) {
		.daddr = iph->saddr,
		.saddr = iph->daddr,
		.fl4_sport = a->sport,
		.fl4_dport = a->dport,
		.flowi4_proto = IPPROTO_UDP,
		.flowi4_oif = l3mdev_master_ifindex_rcu(to->in),
		.flowi4_mark = IP4_REPLY_MARK(to->net, to->skb->mark),
		.flowi4_uid = sock_net_uid(to->net, NULL),
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	rt = __ip_route_output_key(to->net, fl4);
	if (IS_ERR(rt) || rt->rt_type == RTN_UNICAST)
		return rt;
	ip_rt_put(rt);
	return ERR_PTR(-EHOSTUNREACH);
}

static void header_ipv4(struct sk_buff *skb, __be32 saddr, __be32 daddr)
{
	u32 len = skb->len - sizeof(struct iphdr);
	struct udphdr *uh = udp_hdr(skb);

	*ip_hdr(skb) = (struct iphdr) {
		.version = 4,
		.ihl = sizeof(struct iphdr) / 4,
		/* Never in fragments, so that the zero identifier is fine. */
		.frag_off = htons(IP_DF),
		.ttl = ip4_dst_hoplimit(skb_dst(skb)),
		.protocol = IPPROTO_UDP,
		.saddr = saddr,
		.daddr = daddr,
	};
	uh->check = csum_tcpudp_magic(saddr, daddr, len, IPPROTO_UDP,
				      csum_partial(uh, len, 0)) ?:
		    CSUM_MANGLED_0;
	IPCB(skb)->flags |= IPSKB_XFRM_TRANSFORMED;
}

static int send_ipv4(const struct ikemon_reply *to, const struct answer *a)
{
	struct sk_buff *skb;
	struct flowi4 fl4 __uninitialized;
	struct rtable *rt;

	rt = route_ipv4(to, a, &fl4);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	skb = datagram_alloc(&rt->dst, sizeof(struct iphdr), a);
	if (!skb) {
		ip_rt_put(rt);
		return -ENOMEM;
	}
	skb_dst_set(skb, &rt->dst);
	skb->mark = fl4.flowi4_mark;
	header_ipv4(skb, fl4.saddr, fl4.daddr);
	return transmit(to->net, skb, ip_local_out);
}

#if IS_ENABLED(CONFIG_IPV6)
/* What is link-local goes back where it came from, other than a VRF's. */
static int route_ipv6_oif(const struct ikemon_reply *to)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(to->skb);

	if ((ipv6_addr_type(&ip6h->saddr) | ipv6_addr_type(&ip6h->daddr)) &
	    IPV6_ADDR_LINKLOCAL)
		return to->in->ifindex;
	return l3mdev_master_ifindex_rcu(to->in);
}

static struct dst_entry *route_ipv6(const struct ikemon_reply *to,
				    const struct answer *a, struct flowi6 *fl6)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(to->skb);
	struct dst_entry *dst;
	int err;

	*fl6 = (struct flowi6) {
		.daddr = ip6h->saddr,
		.saddr = ip6h->daddr,
		.fl6_sport = a->sport,
		.fl6_dport = a->dport,
		.flowi6_proto = IPPROTO_UDP,
		.flowi6_oif = route_ipv6_oif(to),
		.flowi6_mark = IP6_REPLY_MARK(to->net, to->skb->mark),
		.flowi6_uid = sock_net_uid(to->net, NULL),
	};
	dst = ip6_route_output(to->net, NULL, fl6);
	err = dst->error;
	if (!err)
		return dst;
	dst_release(dst);
	return ERR_PTR(err);
}

static void header_ipv6(struct sk_buff *skb, const struct in6_addr *saddr,
			const struct in6_addr *daddr)
{
	struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u32 len = skb->len - sizeof(*ip6h);
	struct udphdr *uh = udp_hdr(skb);

	ip6_flow_hdr(ip6h, 0, 0);
	ip6h->payload_len = htons(len);
	ip6h->nexthdr = IPPROTO_UDP;
	ip6h->hop_limit = ip6_dst_hoplimit(skb_dst(skb));
	ip6h->saddr = *saddr;
	ip6h->daddr = *daddr;
	uh->check = csum_ipv6_magic(saddr, daddr, len, IPPROTO_UDP,
				    csum_partial(uh, len, 0)) ?:
		    CSUM_MANGLED_0;
	IP6CB(skb)->flags |= IP6SKB_XFRM_TRANSFORMED;
}

static int send_ipv6(const struct ikemon_reply *to, const struct answer *a)
{
	struct dst_entry *dst;
	struct sk_buff *skb;
	struct flowi6 fl6 __uninitialized;

	dst = route_ipv6(to, a, &fl6);
	if (IS_ERR(dst))
		return PTR_ERR(dst);
	skb = datagram_alloc(dst, sizeof(struct ipv6hdr), a);
	if (!skb) {
		dst_release(dst);
		return -ENOMEM;
	}
	skb_dst_set(skb, dst);
	skb->mark = fl6.flowi6_mark;
	header_ipv6(skb, &fl6.saddr, &fl6.daddr);
	return transmit(to->net, skb, ip6_local_out);
}
#endif

int ikemon_reply_send(const struct ikemon_reply *to, const void *payload,
		      u32 len)
{
	struct answer a = { .payload = payload, .len = len };
	const struct udphdr *uh;
	struct udphdr copy;

	uh = skb_header_pointer(to->skb, to->thoff, sizeof(copy), &copy);
	if (!uh || !len || len > IKEMON_REPLY_MAX)
		return -EINVAL;
	a.sport = uh->dest;
	a.dport = uh->source;
	if (to->family == NFPROTO_IPV4)
		return send_ipv4(to, &a);
#if IS_ENABLED(CONFIG_IPV6)
	return send_ipv6(to, &a);
#else
	return -EAFNOSUPPORT;
#endif
}

bool ikemon_reply_is(struct sk_buff *skb)
{
	if (skb != this_cpu_read(sending.skb) ||
	    skb->len != this_cpu_read(sending.len))
		return false;
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	return true;
}

/* Does IP say that there is just this packet, no padding, no jumbogram? */
static bool ip_length_is(const struct sk_buff *skb, u8 family)
{
	if (skb_network_offset(skb))
		return false;
	if (family == NFPROTO_IPV4)
		return ntohs(ip_hdr(skb)->tot_len) == skb->len;
	return ntohs(ipv6_hdr(skb)->payload_len) + sizeof(struct ipv6hdr) ==
	       skb->len;
}

/* Is there what is to be cut, from an IKE message at @ike? */
static bool strip_fits(const struct sk_buff *skb, u32 thoff, u32 ike,
		       const struct ikemon_strip *strip)
{
	const struct udphdr *uh;
	struct udphdr udp_copy;
	__be32 buf, *field;
	u32 udp_len, length;

	uh = skb_header_pointer(skb, thoff, sizeof(udp_copy), &udp_copy);
	field = skb_header_pointer(skb, ike + IKE_HDR_LENGTH, sizeof(buf),
				   &buf);
	if (!uh || !field)
		return false;
	udp_len = ntohs(uh->len);
	length = get_unaligned_be32(field);
	return udp_len <= skb->len - thoff && udp_len >= ike - thoff &&
	       length <= udp_len - (ike - thoff) &&
	       strip->off >= IKE_HDR_LEN && strip->off <= length &&
	       strip->len <= length - strip->off &&
	       strip->new_length == length - strip->len;
}

/*
 * Take @len octets at @at out: what stands before them moves up, with the link
 * layer's header, so that the rest may be wherever it is.
 */
static void cut(struct sk_buff *skb, u32 at, u32 len)
{
	bool mac = skb_mac_header_was_set(skb) &&
		   skb_mac_header(skb) < skb->data;
	u8 *start = mac ? skb_mac_header(skb) : skb->data;

	memmove(start + len, start, skb->data + at - start);
	__skb_pull(skb, len);
	skb->network_header += len;
	if (skb_transport_header_was_set(skb))
		skb->transport_header += len;
	if (mac)
		skb->mac_header += len;
	skb_metadata_clear(skb);
}

static void shorten_ip(struct sk_buff *skb, u8 family, u32 len)
{
	struct iphdr *iph = ip_hdr(skb);
	__be16 tot_len;

	if (family == NFPROTO_IPV6) {
		be16_add_cpu(&ipv6_hdr(skb)->payload_len, -len);
		return;
	}
	tot_len = htons(ntohs(iph->tot_len) - len);
	csum_replace2(&iph->check, iph->tot_len, tot_len);
	iph->tot_len = tot_len;
}

/* The sum over a datagram whose checksum field is 0 */
static __sum16 udp_checksum(const struct sk_buff *skb, u32 thoff, u8 family,
			    u32 len)
{
	__wsum sum = skb_checksum(skb, thoff, len, 0);

	if (family == NFPROTO_IPV4)
		return csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
					 len, IPPROTO_UDP, sum);
	return csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr,
			       len, IPPROTO_UDP, sum);
}

static void shorten_udp(struct sk_buff *skb, u32 thoff, u8 family, u32 len)
{
	struct udphdr *uh = (struct udphdr *)(skb->data + thoff);
	bool none = family == NFPROTO_IPV4 && !uh->check &&
		    skb->ip_summed != CHECKSUM_PARTIAL;

	be16_add_cpu(&uh->len, -len);
	/* What a device or the hook found out no longer holds. */
	skb->ip_summed = CHECKSUM_NONE;
	if (none)
		return;
	uh->check = 0;
	uh->check = udp_checksum(skb, thoff, family, ntohs(uh->len)) ?:
		    CSUM_MANGLED_0;
}

int ikemon_reply_strip(struct sk_buff *skb, u32 thoff, u8 family, bool marker,
		       const struct ikemon_strip *strip)
{
	u32 ike = thoff + sizeof(struct udphdr) +
		  (marker ? NATT_MARKER_LEN : 0);
	u8 *hdr;
	int err;

	if (skb_is_gso(skb) || !ip_length_is(skb, family) ||
	    !strip_fits(skb, thoff, ike, strip))
		return -EINVAL;
	err = skb_ensure_writable(skb, ike + strip->off + strip->len);
	if (err)
		return err;
	cut(skb, ike + strip->off, strip->len);
	hdr = skb->data + ike;
	hdr[IKE_HDR_NEXT_PAYLOAD] = strip->first_payload;
	put_unaligned_be32(strip->new_length, hdr + IKE_HDR_LENGTH);
	shorten_ip(skb, family, strip->len);
	shorten_udp(skb, thoff, family, strip->len);
	return 0;
}
