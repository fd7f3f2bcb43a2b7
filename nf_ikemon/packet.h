/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hook knows of an skb, and what can be asked of it. */
#ifndef IKEMON_PACKET_H
#define IKEMON_PACKET_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/udp.h>

#include "session.h"

struct ikemon_net;
struct ikemon_run;

/**
 * struct ikemon_packet - one skb on its way through the hook
 * @skb: the packet
 * @state: where it is
 * @inet: its namespace
 * @run: its tables
 * @conf: the configuration, the same one for the whole packet
 * @thoff: offset of the transport header
 * @uh: UDP header, or a copy
 * @copy: the copy
 * @src: sender
 * @dst: receiver
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @out: our host sent it
 * @partial: the first of several IP fragments
 * @reassembled: it came in IP fragments and is whole again
 * @class: enum ikemon_mark
 */
struct ikemon_packet {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	struct ikemon_net *inet;
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	u32 thoff;
	const struct udphdr *uh;
	struct udphdr copy;
	struct ikemon_endpoint src;
	struct ikemon_endpoint dst;
	u8 family;
	bool out;
	bool partial;
	bool reassembled;
	u8 class;
};

/*
 * Was it in the hook before? A VRF runs the hooks for its ports and again for
 * itself; what goes over the loopback device was seen on its way out.
 */
bool ikemon_packet_seen(const struct sk_buff *skb,
			const struct nf_hook_state *state, u8 family);

/* Does it come in where nothing can have been in the hook before? */
static inline bool ikemon_packet_fresh(const struct nf_hook_state *state)
{
	return state->hook == NF_INET_PRE_ROUTING &&
	       !(state->in->flags & IFF_LOOPBACK) &&
	       !netif_is_l3_master(state->in);
}

/*
 * Tell nft chains from mangle on what came in: @class is of enum ikemon_mark.
 * Other bits are none of ours.
 */
static inline void ikemon_packet_mark(struct sk_buff *skb,
				      const struct ikemon_conf *conf, u8 class)
{
	u32 mask = conf->mark;

	if (mask && class)
		skb->mark = (skb->mark & ~mask) |
			    (((u32)class << __ffs(mask)) & mask);
}

/**
 * ikemon_addr_type_ipv4() - whose is an IPv4 address?
 * @net: where
 * @dev: device that stands for its VRF, may be NULL
 * @addr: the address
 *
 * An address of a device is found by a hash; what is routed to this host
 * without one, or is in another VRF too, only in the routing table.
 * rcu_read_lock() held, any context.
 * Return: RTN_LOCAL and so on.
 */
unsigned int ikemon_addr_type_ipv4(struct net *net,
				   const struct net_device *dev, __be32 addr);

/**
 * ikemon_addr_type_ipv6() - whose is an IPv6 address?
 * @net: where
 * @dev: device that stands for its VRF, may be NULL
 * @addr: no multicast address
 *
 * Likewise. Of a prefix that it routes a host has the anycast address of RFC
 * 4291 section 2.6.1 as well, which only the routing table knows.
 * rcu_read_lock() held, any context.
 * Return: RTN_LOCAL, RTN_ANYCAST if this host receives it, and others.
 */
unsigned int ikemon_addr_type_ipv6(struct net *net,
				   const struct net_device *dev,
				   const struct in6_addr *addr);

/**
 * ikemon_addr_is_ours() - does this host receive what is sent to an address?
 * @net: where
 * @dev: device that stands for its VRF, may be NULL
 * @addr: broadcast and multicast reach sockets as well
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * rcu_read_lock() held, any context.
 */
bool ikemon_addr_is_ours(struct net *net, const struct net_device *dev,
			 const union nf_inet_addr *addr, u8 family);

/* Would this host receive it? */
static inline bool ikemon_packet_to_us(const struct ikemon_packet *p)
{
	return ikemon_addr_is_ours(p->state->net, p->state->in ?: p->state->out,
				   &p->dst.addr, p->family);
}

/* May its socket speak for our side: root's, or the configured daemon's? */
bool ikemon_packet_ours(const struct ikemon_packet *p);

/*
 * Read the UDP header and say what the datagram should carry, 0 if it is none
 * of ours. On the way in the destination port decides; the source port only
 * helps to recognise the answers of others' responders.
 */
u8 ikemon_packet_port(struct ikemon_packet *p);

/* The @len octets at @off as the parser sees them. */
void ikemon_packet_view(const struct ikemon_packet *p,
			struct ikemon_view *view, u32 off, u32 len);

/*
 * True too for what has none to check: our own, of another guest of this
 * machine, GSO, a first fragment.
 */
bool ikemon_packet_checksum_ok(const struct ikemon_packet *p);

/**
 * ikemon_packet_sum_ok() - is the checksum of a UDP datagram right?
 * @skb: that came in; it has one, covering all of it from @uh to its end. The
 *	socket need not verify it again
 * @uh: in @skb; what follows it is side by side
 * @src: sender
 * @dst: receiver
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * For what the device has not verified (CHECKSUM_NONE). Any context.
 */
bool ikemon_packet_sum_ok(struct sk_buff *skb, const struct udphdr *uh,
			  const union nf_inet_addr *src,
			  const union nf_inet_addr *dst, u8 family);

/* Count an IKE message by its version. Any context. */
void ikemon_packet_count(const struct ikemon_packet *p,
			 const struct ikemon_pkt *pkt);

/* Count what is wrong with one. Any context. */
void ikemon_packet_count_bad(struct ikemon_net *inet, enum ikemon_bad bad);

#endif /* IKEMON_PACKET_H */
