/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only file that builds, sends or rewrites a packet: the stateless answer
 * to an unproven request (RFC 7296 section 2.6), and taking our cookie out of
 * the retry that brings it back.
 */
#ifndef IKEMON_REPLY_H
#define IKEMON_REPLY_H

#include <linux/types.h>

struct ikemon_strip;
struct net;
struct net_device;
struct sk_buff;

enum ikemon_reply_limits {
	/* Octets of a UDP payload sent: marker, header, notify, cookie of 64 */
	IKEMON_REPLY_MAX	= 256,
};

/**
 * struct ikemon_reply - a request as the PRE_ROUTING hook has it
 * @net: the namespace of the hook
 * @skb: the request; the network header is linear, the rest need not be
 * @in: the device it came in by: nf_hook_state.in, a VRF's port, not the VRF
 * @thoff: offset of the UDP header from skb->data, in octets
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Neither @skb nor its mark is changed. Use it before the class is written to
 * the mark: the answer is routed by the mark that the request came with, if
 * the operator has that reflected (sysctl fwmark_reflect).
 */
struct ikemon_reply {
	struct net *net;
	struct sk_buff *skb;
	const struct net_device *in;
	u32 thoff;
	u8 family;
};

/**
 * ikemon_reply_may() - would a daemon answer this request?
 * @to: the request, its UDP checksum verified
 *
 * It would if the frame was for this host alone, sender and receiver are
 * unicast addresses, the receiver ours, the source port is not 0, and a UDP
 * socket would get the datagram here (also one bound to the wildcard address,
 * to the device or to its VRF). False for GSO packets.
 * Rules of the firewall from conntrack on are not asked. That the sender is not
 * ours is for the route of the answer to say.
 *
 * rcu_read_lock() held; any context; takes no lock, allocates nothing.
 *
 * Return: whether it may be answered.
 */
bool ikemon_reply_may(const struct ikemon_reply *to);

/**
 * ikemon_reply_send() - answer a request with one UDP datagram
 * @to: the request, for which ikemon_reply_may() said yes
 * @payload: what the datagram carries, with the non-ESP marker if need be
 * @len: octets of @payload, 1..IKEMON_REPLY_MAX
 *
 * From the address and port that were asked to those that asked, by a route of
 * its own, through LOCAL_OUT and POST_ROUTING. Conntrack does not track it and
 * no IPsec policy encrypts it, as with a daemon's own socket.
 *
 * rcu_read_lock() held; any context; allocates one small packet.
 *
 * Return: 0 once the device or its queue has it, -EINVAL for a wrong @len or
 * no UDP header, -ENOMEM, -ENOBUFS if a queue was full, -EPERM if the firewall
 * dropped it, -EMSGSIZE, -EHOSTUNREACH, -ENETUNREACH and other errors of the
 * route lookup.
 */
int ikemon_reply_send(const struct ikemon_reply *to, const void *payload,
		      u32 len);

/**
 * ikemon_reply_is() - is this packet one that ikemon_reply_send() sends?
 * @skb: a packet in our LOCAL_OUT hook
 *
 * Our hook has to ignore it, and to ask before conntrack's hook: in a VRF the
 * packet has lost its untracked state on the way, which is set again here.
 * A packet that the operator's raw chain put into a userspace queue is not
 * recognised when it comes back.
 *
 * Any context in which the hook runs; takes no lock.
 *
 * Return: whether it is.
 */
bool ikemon_reply_is(struct sk_buff *skb);

/**
 * ikemon_reply_strip() - cut octets out of an IKE message
 * @skb: the packet in PRE_ROUTING, its UDP checksum verified; cloned or
 *	non-linear, not shared
 * @thoff: offset of the UDP header from skb->data, in octets
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @marker: a non-ESP marker stands before the IKE header (RFC 3948 2.2)
 * @strip: what to cut, counted from the IKE header, and what the IKE header
 *	says afterwards
 *
 * Corrects the IKE header, the UDP and IP lengths and the checksums; a UDP/IPv4
 * datagram without a checksum stays without one (RFC 768).
 *
 * Every pointer into @skb that the caller holds is stale afterwards, in case of
 * an error too; offsets from skb->data to what stands before the cut remain.
 *
 * Softirq; may reallocate the linear part of @skb.
 *
 * Return: 0, -EINVAL if @strip does not fit the message or @skb is GSO,
 * -ENOMEM. After an error the octets of the packet are as they were.
 */
int ikemon_reply_strip(struct sk_buff *skb, u32 thoff, u8 family, bool marker,
		       const struct ikemon_strip *strip);

#endif /* IKEMON_REPLY_H */
