// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "challenge.h"
#include "known.h"
#include "ladder.h"
#include "packet.h"
#include "pernet.h"
#include "reply.h"
#include "trace.h"

enum hook_limits {
	HOOK_PRIORITY	= -250,	/* after raw (-300), before conntrack (-200) */
	AH_SPI		= 4,	/* RFC 4302 section 2 */
	SEGMENTS_MAX	= 128,	/* of an aggregate, UDP_MAX_SEGMENTS */
};

/* What is refused, or would be, is of its own class. */
static u8 class_of(const struct ikemon_meet *meet)
{
	switch (meet->verdict) {
	case IKEMON_VERDICT_DROP_LIMIT:
	case IKEMON_VERDICT_DROP_RATE:
		return IKEMON_MARK_LIMITED;
	case IKEMON_VERDICT_DROP_BLOCKED:
		return IKEMON_MARK_BLOCKED;
	default:
		return meet->class;
	}
}

/* Whose negotiation is it, and is it one that we look at? */
static bool place(struct ikemon_packet *p, struct ikemon_pkt *pkt,
		  struct ikemon_meet *meet)
{
	bool to_us = ikemon_packet_to_us(p);

	if (p->out) {
		/* Over the loopback device both ends are ours: neither is. */
		meet->local = !to_us;
		meet->may_open = true;
		meet->may_adopt = ikemon_conf_port(p->conf, p->src.port);
		if (ikemon_packet_ours(p))
			return true;
		ikemon_count(p->inet, LOCAL_UNTRUSTED);
		meet->local_user = true;
		meet->may_adopt = false;
		return !to_us;
	}
	meet->local = to_us;
	meet->may_open = ikemon_conf_port(p->conf, p->dst.port);
	meet->may_adopt = !to_us;
	if (to_us && meet->may_open && ikemon_opens_negotiation(pkt))
		meet->opener = pkt;
	if (to_us || p->conf->scope == IKEMON_SCOPE_ALL)
		return true;
	ikemon_count(p->inet, NOT_LOCAL);
	return false;
}

/* A message of which the header, or not even that, is to be read. */
static bool on_malformed(const struct ikemon_packet *p,
			 struct ikemon_meet *meet)
{
	if (p->out || !meet->local)
		return true;
	return ikemon_ladder_malformed(meet);
}

/* Would a lax daemon of ours begin a negotiation for it? */
static bool is_aping(const struct ikemon_packet *p,
		     const struct ikemon_pkt *pkt,
		     const struct ikemon_meet *meet)
{
	if (p->out || !meet->local || !ikemon_apes_opener(pkt))
		return false;
	ikemon_count(p->inet, STRANGE);
	return true;
}

/*
 * Who is blocked is not worth more than the header: a corrupt datagram reaches
 * no daemon, so that to refuse it unsummed costs nobody anything.
 */
static void judge_ike(struct ikemon_packet *p, const struct ikemon_view *view,
		      struct ikemon_pkt *pkt, struct ikemon_meet *meet)
{
	struct ikemon_ident ident __uninitialized;

	if (!ikemon_ladder_admit(meet))
		return;
	if (!ikemon_packet_checksum_ok(p)) {
		ikemon_count(p->inet, BAD_CHECKSUM);
		return;
	}
	if (pkt->version > 2) {
		on_malformed(p, meet);
		return;
	}
	ikemon_parse_payloads(view, pkt);
	if (!meet->opener)
		ikemon_parse_offers(view, pkt);
	if (pkt->bad)
		ikemon_packet_count_bad(p->inet, pkt->bad);
	if (!ikemon_is_sound(pkt) || is_aping(p, pkt, meet)) {
		on_malformed(p, meet);
		return;
	}
	ikemon_pkt_ident(pkt, &ident);
	meet->digest = ikemon_session_digest(&p->run->sessions, &ident);
	ikemon_session_track(meet);
	/* SPIs under negotiation are not announced. Refused, there are none. */
	if (meet->verdict == IKEMON_VERDICT_ACCEPT || meet->would)
		ikemon_sa_note_ike(&p->run->sas, p->out ? &p->dst.addr :
							  &p->src.addr,
				   meet->now);
}

static u8 on_ike(struct ikemon_packet *p, const struct ikemon_view *view,
		 struct ikemon_pkt *pkt)
{
	struct ikemon_meet meet = {
		.inet = p->inet, .run = p->run, .conf = p->conf, .pkt = pkt,
		.src = p->src, .dst = p->dst, .now = ikemon_now(),
		.ifindex = p->out ? 0 : p->state->in->ifindex,
		.family = p->family, .out = p->out,
		.ip_frag = p->partial || p->reassembled,
		.view = view, .mark = p->skb->mark,
		.verdict = IKEMON_VERDICT_ACCEPT,
	};

	ikemon_packet_count(p, pkt);
	if (!place(p, pkt, &meet))
		return IKEMON_VERDICT_ACCEPT;
	judge_ike(p, view, pkt, &meet);
	p->class = class_of(&meet);
	if (meet.would)
		return IKEMON_VERDICT_ACCEPT;
	if (meet.verdict == IKEMON_VERDICT_CHALLENGE_COOKIE)
		ikemon_challenge_send(p, &meet);
	if (meet.strip)
		ikemon_challenge_strip(p, &meet);
	return meet.verdict;
}

static u8 on_esp_in_udp(struct ikemon_packet *p, u32 off)
{
	ikemon_count(p->inet, PACKETS_ESP_IN_UDP);
	return ikemon_sa_packet(p, IPPROTO_ESP, off, IKEMON_EVIDENCE_ENCAP);
}

static void on_keepalive(struct ikemon_packet *p)
{
	ikemon_count(p->inet, PACKETS_KEEPALIVE);
	p->class = IKEMON_MARK_KEEPALIVE;
	if (p->out && !ikemon_packet_ours(p))
		return;
	ikemon_session_evidence(p->inet, p->run, p->out ? &p->dst : &p->src,
				p->family, IKEMON_EVIDENCE_KEEPALIVE);
}

/* What is not even an IKE header. */
static u8 on_garbage(struct ikemon_packet *p, const struct ikemon_pkt *pkt)
{
	struct ikemon_meet meet = {
		.inet = p->inet, .run = p->run, .conf = p->conf, .pkt = pkt,
		.src = p->src, .dst = p->dst, .now = ikemon_now(),
		.family = p->family, .out = p->out, .mark = p->skb->mark,
		.verdict = IKEMON_VERDICT_ACCEPT,
	};

	ikemon_packet_count_bad(p->inet, pkt->bad);
	meet.local = !p->out && ikemon_packet_to_us(p);
	on_malformed(p, &meet);
	p->class = class_of(&meet);
	return meet.would ? IKEMON_VERDICT_ACCEPT : meet.verdict;
}

/*
 * ESP and keepalives need no more than their first octets. False: it is
 * something else, these are not within reach, or somebody traces messages.
 */
static bool on_framing(struct ikemon_packet *p, u32 off, u32 len, u8 *verdict)
{
	if (off + min_t(u32, len, NATT_MARKER_LEN) > skb_headlen(p->skb) ||
	    trace_ikemon_verdict_enabled())
		return false;
	switch (ikemon_natt_class(p->skb->data + off, len, p->partial)) {
	case IKEMON_CLASS_ESP:
		*verdict = on_esp_in_udp(p, off);
		return true;
	case IKEMON_CLASS_KEEPALIVE:
		on_keepalive(p);
		return true;
	}
	return false;
}

/*
 * Its description is large: who needs none has a stack without it. It is
 * zeroed where it is written, which need not be done before as well.
 */
static noinline u8 on_message(struct ikemon_packet *p, bool natt, u32 off,
			      u32 len)
{
	u8 verdict = IKEMON_VERDICT_ACCEPT;
	struct ikemon_view view __uninitialized;
	struct ikemon_pkt pkt __uninitialized;

	ikemon_packet_view(p, &view, off, len);
	ikemon_parse_header(&view, natt, &pkt);
	switch (pkt.class) {
	case IKEMON_CLASS_IKE:
		verdict = on_ike(p, &view, &pkt);
		break;
	case IKEMON_CLASS_ESP:
		verdict = on_esp_in_udp(p, off);
		break;
	case IKEMON_CLASS_KEEPALIVE:
		on_keepalive(p);
		break;
	case IKEMON_CLASS_MALFORMED:
		verdict = on_garbage(p, &pkt);
		break;
	}
	trace_ikemon_verdict(p->state->net, &pkt, p->out, verdict);
	return verdict;
}

/* One UDP payload of @len octets at @off. Return: enum ikemon_verdict. */
static u8 on_datagram(struct ikemon_packet *p, bool natt, u32 off, u32 len)
{
	u8 verdict = IKEMON_VERDICT_ACCEPT;

	if (natt && on_framing(p, off, len, &verdict))
		return verdict;
	return on_message(p, natt, off, len);
}

/* What the UDP header alone shows. */
static const struct ikemon_pkt short_pkt = {
	.class = IKEMON_CLASS_MALFORMED, .bad = IKEMON_BAD_SHORT,
};

static const struct ikemon_pkt long_pkt = {
	.class = IKEMON_CLASS_MALFORMED, .bad = IKEMON_BAD_LENGTH,
};

/*
 * Other GSO packets are one datagram: what is cut later is the IP packet, or
 * the stream inside ESP.
 */
static bool is_aggregate(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type &
				  (SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST);
}

/*
 * Several datagrams of equal size but the last, merged by GRO or sent so. They
 * get one verdict: refused if each of them is.
 */
static u8 on_aggregate(struct ikemon_packet *p, bool natt, u32 off)
{
	u32 size = skb_shinfo(p->skb)->gso_size;
	u8 verdict = IKEMON_VERDICT_ACCEPT, one;
	bool accept = false;
	u32 end = p->skb->len;
	unsigned int i;

	ikemon_count(p->inet, AGGREGATES);
	for (i = 0; i < SEGMENTS_MAX && size && off < end; i++) {
		one = on_datagram(p, natt, off, min(size, end - off));
		accept |= one == IKEMON_VERDICT_ACCEPT;
		verdict = one;
		off += size;
	}
	return accept ? IKEMON_VERDICT_ACCEPT : verdict;
}

static u8 on_udp(struct ikemon_packet *p)
{
	u32 off = p->thoff + sizeof(struct udphdr);
	u8 kind = ikemon_packet_port(p);
	bool natt = kind == IKEMON_PORT_KIND_NATT;
	u32 have, says;

	if (likely(!kind))
		return IKEMON_VERDICT_ACCEPT;
	if (p->partial)
		ikemon_count(p->inet, FRAGMENTS_FIRST);
	have = p->skb->len - off;
	if (is_aggregate(p->skb))
		return on_aggregate(p, natt, off);
	if (skb_is_gso(p->skb))
		return on_datagram(p, natt, off, have);
	says = ntohs(p->uh->len);
	if (says < sizeof(struct udphdr))
		return on_garbage(p, &short_pkt);
	says -= sizeof(struct udphdr);
	if (says > have && !p->partial)
		return on_garbage(p, &long_pkt);
	return on_datagram(p, natt, off, min(have, says));
}

/* Return: enum ikemon_verdict. */
static u8 on_ipsec(struct ikemon_packet *p, u8 protocol)
{
	if (protocol == IPPROTO_AH) {
		ikemon_count(p->inet, PACKETS_AH);
		return ikemon_sa_packet(p, protocol, p->thoff + AH_SPI, 0);
	}
	ikemon_count(p->inet, PACKETS_ESP);
	return ikemon_sa_packet(p, protocol, p->thoff, 0);
}

/*
 * Addresses are set. The transport header is at thoff and UDP, ESP or AH.
 * Return: enum ikemon_verdict.
 */
static u8 watch(struct ikemon_packet *p, u8 protocol)
{
	u8 verdict = IKEMON_VERDICT_ACCEPT;

	if (ikemon_packet_seen(p->skb, p->state, p->family))
		return verdict;
	p->run = ikemon_run_get(p->inet);
	if (!p->run)
		return verdict;
	p->conf = ikemon_conf_get(p->inet);
	if (p->out && ikemon_reply_is(p->skb))
		return verdict;
	verdict = protocol == IPPROTO_UDP ? on_udp(p) : on_ipsec(p, protocol);
	if (!p->out)
		ikemon_packet_mark(p->skb, p->conf, p->class);
	return verdict;
}

/* The one place where a verdict becomes netfilter's. */
static unsigned int nf_verdict(u8 verdict)
{
	switch (verdict) {
	case IKEMON_VERDICT_CHALLENGE_COOKIE:
	case IKEMON_VERDICT_FIRST_DROP:
	case IKEMON_VERDICT_DROP_LIMIT:
	case IKEMON_VERDICT_DROP_BLOCKED:
	case IKEMON_VERDICT_DROP_RATE:
	case IKEMON_VERDICT_DROP_MALFORMED:
		return NF_DROP;
	default:
		return NF_ACCEPT;
	}
}

/* What is looked at, by the protocol of the IP header. */
static bool is_ours(int protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_ESP ||
	       protocol == IPPROTO_AH;
}

/*
 * The first look, which all that passes through the host pays for. False: it
 * may be ours, or cannot be seen from here.
 */
static __always_inline bool is_other_udp(const struct ikemon_net *inet,
					 const struct sk_buff *skb,
					 const void *transport)
{
	const struct udphdr *uh = transport;

	return (const u8 *)(uh + 1) <= skb_tail_pointer(skb) &&
	       ikemon_conf_others(ikemon_conf_get(inet), uh->source, uh->dest);
}

/* All but the addresses and what watch() and ikemon_packet_port() find. */
static void packet_begin(struct ikemon_packet *p, struct ikemon_net *inet,
			 struct sk_buff *skb, const struct nf_hook_state *state,
			 u8 family)
{
	p->skb = skb;
	p->state = state;
	p->inet = inet;
	p->uh = NULL;
	p->src.port = 0;
	p->dst.port = 0;
	p->family = family;
	p->out = state->hook == NF_INET_LOCAL_OUT;
	p->class = 0;
}

static noinline unsigned int look_ipv4(struct ikemon_net *inet,
				       struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct ikemon_packet p __uninitialized;

	if (iph->frag_off & htons(IP_OFFSET)) {
		ikemon_count(inet, FRAGMENTS_LATER);
		return NF_ACCEPT;
	}
	packet_begin(&p, inet, skb, state, NFPROTO_IPV4);
	p.src.addr = (union nf_inet_addr) { .ip = iph->saddr };
	p.dst.addr = (union nf_inet_addr) { .ip = iph->daddr };
	p.thoff = skb_network_offset(skb) + ip_hdrlen(skb);
	p.partial = ip_is_fragment(iph);
	p.reassembled = IPCB(skb)->frag_max_size;
	return nf_verdict(watch(&p, iph->protocol));
}

/*
 * What has no header between IP and ESP or UDP may be a known one. Return: enum
 * ikemon_known.
 */
static __always_inline u8 look_known(struct ikemon_net *inet,
				     struct sk_buff *skb,
				     const struct nf_hook_state *state,
				     u8 family, u8 protocol, u32 hlen)
{
	const struct ikemon_way way = {
		.inet = inet, .run = ikemon_run_get(inet),
		.conf = ikemon_conf_get(inet), .skb = skb, .state = state,
		.thoff = skb_network_offset(skb) + hlen, .family = family,
	};

	return ikemon_known(&way, protocol);
}

static noinline unsigned int find_ipv4(struct ikemon_net *inet,
				       struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	u8 known = look_known(inet, skb, state, NFPROTO_IPV4,
			      ip_hdr(skb)->protocol,
			      ip_hdrlen(skb));

	if (known == IKEMON_KNOWN_NOT)
		return look_ipv4(inet, skb, state);
	return known == IKEMON_KNOWN_BLOCKED ? NF_DROP : NF_ACCEPT;
}

static unsigned int hook_ipv4(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (!is_ours(iph->protocol))
		return NF_ACCEPT;
	if (ip_is_fragment(iph))
		return look_ipv4(priv, skb, state);
	if (iph->protocol == IPPROTO_UDP &&
	    is_other_udp(priv, skb, (const void *)iph + ip_hdrlen(skb)))
		return NF_ACCEPT;
	return find_ipv4(priv, skb, state);
}

#if IS_ENABLED(CONFIG_IPV6)
static noinline unsigned int look_ipv6(struct ikemon_net *inet,
				       struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	unsigned int thoff = 0;
	unsigned short frag = 0;
	struct ikemon_packet p __uninitialized;
	int protocol, flags = IP6_FH_F_AUTH;	/* stops at AH as well */

	/* -ENOENT is the answer for a later fragment as for a broken chain. */
	protocol = ipv6_find_hdr(skb, &thoff, -1, &frag, &flags);
	if (frag & IP6_OFFSET || protocol < 0) {
		if (frag && is_ours(protocol))
			ikemon_count(inet, FRAGMENTS_LATER);
		return NF_ACCEPT;
	}
	if (!is_ours(protocol))
		return NF_ACCEPT;
	packet_begin(&p, inet, skb, state, NFPROTO_IPV6);
	p.src.addr.in6 = ip6h->saddr;
	p.dst.addr.in6 = ip6h->daddr;
	p.thoff = thoff;
	p.partial = flags & IP6_FH_F_FRAG;
	p.reassembled = IP6CB(skb)->frag_max_size;
	return nf_verdict(watch(&p, protocol));
}

static noinline unsigned int find_ipv6(struct ikemon_net *inet,
				       struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	u8 known = look_known(inet, skb, state, NFPROTO_IPV6,
			      ipv6_hdr(skb)->nexthdr,
			      sizeof(struct ipv6hdr));

	if (known == IKEMON_KNOWN_NOT)
		return look_ipv6(inet, skb, state);
	return known == IKEMON_KNOWN_BLOCKED ? NF_DROP : NF_ACCEPT;
}

/* Without extension headers there is nothing to search for. */
static unsigned int hook_ipv6(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u8 next = ip6h->nexthdr;

	if (next == IPPROTO_TCP || next == IPPROTO_ICMPV6)
		return NF_ACCEPT;
	if (next == IPPROTO_UDP && is_other_udp(priv, skb, ip6h + 1))
		return NF_ACCEPT;
	return find_ipv6(priv, skb, state);
}
#endif

static void hook_set(struct nf_hook_ops *ops, struct ikemon_net *inet,
		     nf_hookfn *hook, u8 pf, unsigned int hooknum)
{
	*ops = (struct nf_hook_ops) {
		.hook		= hook,
		.priv		= inet,
		.pf		= pf,
		.hooknum	= hooknum,
		.priority	= HOOK_PRIORITY,
	};
}

int ikemon_hook_register(struct ikemon_net *inet, struct ikemon_hooks *hooks)
{
	struct nf_hook_ops *ops = hooks->ops;

	hook_set(ops++, inet, hook_ipv4, NFPROTO_IPV4, NF_INET_PRE_ROUTING);
	hook_set(ops++, inet, hook_ipv4, NFPROTO_IPV4, NF_INET_LOCAL_OUT);
#if IS_ENABLED(CONFIG_IPV6)
	hook_set(ops++, inet, hook_ipv6, NFPROTO_IPV6, NF_INET_PRE_ROUTING);
	hook_set(ops++, inet, hook_ipv6, NFPROTO_IPV6, NF_INET_LOCAL_OUT);
#endif
	hooks->n = ops - hooks->ops;
	return nf_register_net_hooks(inet->net, hooks->ops, hooks->n);
}

void ikemon_hook_unregister(struct ikemon_net *inet,
			    const struct ikemon_hooks *hooks)
{
	nf_unregister_net_hooks(inet->net, hooks->ops, hooks->n);
}
