/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The short way of what belongs to an SA or a session that is known: most of
 * what a gateway sees. All that it does is what the long way, from hook.c on,
 * does with the same packet; what is not plain it leaves to that, before it has
 * changed anything. Inline, for it is no more than a few comparisons.
 */
#ifndef IKEMON_KNOWN_H
#define IKEMON_KNOWN_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "ladder.h"
#include "packet.h"
#include "pernet.h"
#include "sa_find.h"
#include "sealed.h"
#include "trace.h"

/**
 * struct ikemon_way - a packet on the short way
 * @inet: its namespace
 * @run: its tables
 * @conf: the configuration, the same one for the whole packet
 * @skb: the packet
 * @state: where it is
 * @thoff: of ESP or UDP
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6; known when it is built
 */
struct ikemon_way {
	struct ikemon_net *inet;
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	u32 thoff;
	u8 family;
};

static __always_inline const void *ikemon_way_at(const struct ikemon_way *w,
						 u32 off)
{
	return w->skb->data + w->thoff + off;
}

/* Are there so many octets from the transport header on, side by side? */
static __always_inline bool ikemon_way_has(const struct ikemon_way *w, u32 len)
{
	return w->thoff + len <= skb_headlen(w->skb);
}

/* While there is a session that ESP could prove, it is more than known. */
static __always_inline bool ikemon_known_spi(const struct ikemon_way *w,
					     __be32 spi)
{
	struct ikemon_sa_key key = {
		.spi = spi, .proto = IPPROTO_ESP, .family = w->family,
	};

	if (w->family == NFPROTO_IPV4)
		key.daddr.ip = ip_hdr(w->skb)->daddr;
	else
		key.daddr.in6 = ipv6_hdr(w->skb)->daddr;
	if (atomic_read(&w->run->sessions.unproven) ||
	    !ikemon_sa_known(&w->run->sas, &key))
		return false;
	ikemon_count(w->inet, ESP_KNOWN);
	ikemon_packet_mark(w->skb, w->conf, IKEMON_MARK_ESP);
	return true;
}

/* While a session may be behind a NAT of which nothing was seen, likewise. */
static __always_inline bool ikemon_known_keepalive(const struct ikemon_way *w)
{
	if (atomic_read(&w->run->sessions.floated))
		return false;
	ikemon_count(w->inet, PACKETS_KEEPALIVE);
	ikemon_packet_mark(w->skb, w->conf, IKEMON_MARK_KEEPALIVE);
	return true;
}

/**
 * ikemon_known_message() - a message by which a peer shows that it is alive
 * @run: of its namespace
 * @conf: likewise
 * @skb: UDP, side by side; checksum and lengths there to be read; it looks like
 *	a sealed INFORMATIONAL message
 * @state: where it is, which is on its way in
 * @thoff: of UDP
 * @marker: a non-ESP marker is there
 *
 * A new INFORMATIONAL message (RFC 7296 section 1.4) of the peer of an
 * established session, from where it is to where our side is. rcu_read_lock()
 * held; any context; takes the lock of the session.
 * Return: true if that is all, and all done; false, and nothing done, if not.
 */
bool ikemon_known_message(struct ikemon_run *run,
			  const struct ikemon_conf *conf, struct sk_buff *skb,
			  const struct nf_hook_state *state, u32 thoff,
			  bool marker);

/* Can a message be read where it stands, and its checksum be verified? */
static __always_inline bool ikemon_way_readable(const struct ikemon_way *w)
{
	const struct udphdr *uh = ikemon_way_at(w, 0);
	u16 fragment = w->family == NFPROTO_IPV4 ?
			       IPCB(w->skb)->frag_max_size :
			       IP6CB(w->skb)->frag_max_size;

	return !skb_is_nonlinear(w->skb) && !fragment && uh->check &&
	       w->skb->ip_summed != CHECKSUM_COMPLETE;
}

/* Openers, too, are asked whether they are known, and are not: at once. */
static __always_inline bool ikemon_way_sealed(const struct ikemon_way *w,
					      bool natt)
{
	u32 off = sizeof(struct udphdr) + (natt ? NATT_MARKER_LEN : 0);
	const u8 *msg = ikemon_way_at(w, off);

	return ikemon_way_has(w, off + IKE_HDR_LEN) &&
	       msg[IKE_HDR_NEXT_PAYLOAD] == IKE2_PAYLOAD_SK &&
	       msg[IKE_HDR_EXCHANGE] == IKE2_INFORMATIONAL;
}

/*
 * Return: enum ikemon_class; MALFORMED for all that the long way has to look
 * at, whatever it is.
 */
static __always_inline u8 ikemon_way_class(const struct ikemon_way *w,
					   bool *natt)
{
	const struct udphdr *uh = ikemon_way_at(w, 0);
	u32 have = w->skb->len - w->thoff;
	u32 len = have - sizeof(*uh);
	u8 kind;

	if (!ikemon_way_has(w, sizeof(*uh)) || ntohs(uh->len) != have ||
	    skb_is_gso(w->skb) || trace_ikemon_verdict_enabled())
		return IKEMON_CLASS_MALFORMED;
	kind = ikemon_conf_port(w->conf, uh->dest);
	*natt = kind == IKEMON_PORT_KIND_NATT;
	if (!*natt)
		return kind ? IKEMON_CLASS_IKE : IKEMON_CLASS_MALFORMED;
	if (!ikemon_way_has(w, sizeof(*uh) + min_t(u32, len, NATT_MARKER_LEN)))
		return IKEMON_CLASS_MALFORMED;
	return ikemon_natt_class(ikemon_way_at(w, sizeof(*uh)), len, false);
}

static __always_inline bool ikemon_known_udp(const struct ikemon_way *w)
{
	bool natt;

	switch (ikemon_way_class(w, &natt)) {
	case IKEMON_CLASS_ESP:
		if (!ikemon_known_spi(w, *(const __be32 *)
				      ikemon_way_at(w, sizeof(struct udphdr))))
			return false;
		ikemon_count(w->inet, PACKETS_ESP_IN_UDP);
		return true;
	case IKEMON_CLASS_KEEPALIVE:
		return ikemon_known_keepalive(w);
	case IKEMON_CLASS_IKE:
		return ikemon_way_sealed(w, natt) && ikemon_way_readable(w) &&
		       ikemon_known_message(w->run, w->conf, w->skb, w->state,
					    w->thoff, natt);
	}
	return false;
}

static __always_inline bool ikemon_known_esp(const struct ikemon_way *w)
{
	if (!ikemon_way_has(w, sizeof(__be32)) ||
	    !ikemon_known_spi(w, *(const __be32 *)ikemon_way_at(w, 0)))
		return false;
	ikemon_count(w->inet, PACKETS_ESP);
	return true;
}

/**
 * ikemon_known() - is a packet what is seen most, and all done with it?
 * @w: no fragment; run may be NULL
 * @protocol: of what stands at its thoff
 *
 * ESP of a known SA, in UDP or not (RFC 4303, RFC 3948), NAT keepalives that
 * show nothing, and what ikemon_known_message() takes. rcu_read_lock() held;
 * any context.
 *
 * Return: true if it passes, is counted and has its mark; false if the long
 * way has to find out, of which nothing has been done then.
 */
static __always_inline bool ikemon_known(const struct ikemon_way *w,
					 u8 protocol)
{
	if (!ikemon_packet_fresh(w->state) || !w->run)
		return false;
	if (protocol == IPPROTO_ESP)
		return ikemon_known_esp(w);
	return protocol == IPPROTO_UDP && ikemon_known_udp(w);
}

#endif /* IKEMON_KNOWN_H */
