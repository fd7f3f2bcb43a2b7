/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The short way of what belongs to an SA or a session that is known: most of
 * what a gateway sees; and of who is blocked, who is to cost little. All that
 * it does is what the long way, from hook.c on, does with the same packet; what
 * is not plain it leaves to that, before it has changed anything. Inline, for
 * it is no more than a few comparisons.
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

enum ikemon_known {
	IKEMON_KNOWN_NOT,	/* the long way has to find out, undisturbed */
	IKEMON_KNOWN_PASSES,	/* is counted and has its mark */
	IKEMON_KNOWN_BLOCKED,	/* to be dropped, is counted */
};

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
static __always_inline u8 ikemon_known_keepalive(const struct ikemon_way *w)
{
	if (atomic_read(&w->run->sessions.floated))
		return IKEMON_KNOWN_NOT;
	ikemon_count(w->inet, PACKETS_KEEPALIVE);
	ikemon_packet_mark(w->skb, w->conf, IKEMON_MARK_KEEPALIVE);
	return IKEMON_KNOWN_PASSES;
}

/**
 * ikemon_known_ike() - an IKE message that takes the short way
 * @run: of its namespace
 * @conf: likewise
 * @skb: UDP, of the length that its header says; that header, and the marker,
 *	stand side by side
 * @state: where it is, which is on its way in
 * @thoff: of UDP
 * @marker: a non-ESP marker is there
 *
 * By which a peer shows that it is alive: a new INFORMATIONAL message (RFC 7296
 * section 1.4) of the peer of an established session, from where it is to where
 * our side is. Or which is refused: it begins a negotiation with this host, and
 * its sender is blocked, as ikemon_ladder_admit() says. rcu_read_lock() held;
 * any context; takes the lock of the session.
 * Return: enum ikemon_known.
 */
u8 ikemon_known_ike(struct ikemon_run *run, const struct ikemon_conf *conf,
		    struct sk_buff *skb, const struct nf_hook_state *state,
		    u32 thoff, bool marker);

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

static __always_inline u8 ikemon_known_udp(const struct ikemon_way *w)
{
	bool natt;

	switch (ikemon_way_class(w, &natt)) {
	case IKEMON_CLASS_ESP:
		if (!ikemon_known_spi(w, *(const __be32 *)
				      ikemon_way_at(w, sizeof(struct udphdr))))
			return IKEMON_KNOWN_NOT;
		ikemon_count(w->inet, PACKETS_ESP_IN_UDP);
		return IKEMON_KNOWN_PASSES;
	case IKEMON_CLASS_KEEPALIVE:
		return ikemon_known_keepalive(w);
	case IKEMON_CLASS_IKE:
		return ikemon_known_ike(w->run, w->conf, w->skb, w->state,
					w->thoff, natt);
	}
	return IKEMON_KNOWN_NOT;
}

static __always_inline u8 ikemon_known_esp(const struct ikemon_way *w)
{
	if (!ikemon_way_has(w, sizeof(__be32)) ||
	    !ikemon_known_spi(w, *(const __be32 *)ikemon_way_at(w, 0)))
		return IKEMON_KNOWN_NOT;
	ikemon_count(w->inet, PACKETS_ESP);
	return IKEMON_KNOWN_PASSES;
}

/**
 * ikemon_known() - is a packet what is seen most, and all done with it?
 * @w: no fragment; run may be NULL
 * @protocol: of what stands at its thoff
 *
 * ESP of a known SA, in UDP or not (RFC 4303, RFC 3948), NAT keepalives that
 * show nothing, and what ikemon_known_ike() knows. rcu_read_lock() held; any
 * context.
 *
 * Return: enum ikemon_known.
 */
static __always_inline u8 ikemon_known(const struct ikemon_way *w, u8 protocol)
{
	if (!ikemon_packet_fresh(w->state) || !w->run)
		return IKEMON_KNOWN_NOT;
	if (protocol == IPPROTO_ESP)
		return ikemon_known_esp(w);
	return protocol == IPPROTO_UDP ? ikemon_known_udp(w) : IKEMON_KNOWN_NOT;
}

#endif /* IKEMON_KNOWN_H */
