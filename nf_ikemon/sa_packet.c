// SPDX-License-Identifier: GPL-2.0-only
/* ESP and AH as they come in: is there an SA for that? */
#include "sa_find.h"

#include <linux/ipv6.h>
#include <net/ip.h>

#include "ladder.h"
#include "packet.h"
#include "pernet.h"
#include "stray.h"

enum {
	SAY_EVERY_S	= 10,	/* an unknown SPI of one address */
};

static u32 *slot(const struct ikemon_sa_table *t, u32 *slots,
		 const union nf_inet_addr *addr)
{
	return &slots[ikemon_hash(&t->hash_key, addr, sizeof(*addr)) %
		      IKEMON_SA_SLOTS];
}

void ikemon_sa_note_ike(struct ikemon_sa_table *t,
			const union nf_inet_addr *peer, u64 now)
{
	u32 *seen = slot(t, t->ike_seen, peer);
	u32 second = ikemon_seconds(now);

	if (READ_ONCE(*seen) != second)
		WRITE_ONCE(*seen, second);
}

/* The SPIs of an SA under negotiation are not announced. */
static bool is_quiet(const struct ikemon_sa_table *t,
		     const union nf_inet_addr *peer)
{
	u32 seen = READ_ONCE(*slot(t, t->ike_seen, peer));

	return seen && ikemon_seconds(ikemon_now()) - seen < IKEMON_SA_QUIET_S;
}

/* May one more be said? Who forges addresses must not use up the events. */
static bool may_say(struct ikemon_sa_table *t, u32 *said)
{
	u32 now = ikemon_seconds(ikemon_now());

	if (READ_ONCE(*said) &&
	    !ikemon_is_past(now, READ_ONCE(*said), SAY_EVERY_S))
		return false;
	if (!ikemon_pace_take(&t->pace, now))
		return false;
	WRITE_ONCE(*said, now);
	return true;
}

static void say_unknown(const struct ikemon_packet *p,
			const struct ikemon_sa_key *key)
{
	struct ikemon_sa_table *t = &p->run->sas;
	struct ikemon_sa sa;

	if (!may_say(t, slot(t, t->said, &p->src.addr)))
		return;
	memset(&sa, 0, sizeof(sa));
	sa.key = *key;
	sa.facts.saddr = p->src.addr;
	ikemon_event_sa(p->inet, &sa, IKEMON_SA_EVENT_UNKNOWN_SPI, 0);
}

/* More of it from who sent too much? Return: enum ikemon_verdict. */
static u8 judge_unknown(const struct ikemon_packet *p,
			const struct ikemon_sa_key *key)
{
	if (p->conf->unknown_spi != IKEMON_UNKNOWN_SPI_BLOCK)
		return IKEMON_VERDICT_ACCEPT;
	switch (ikemon_stray_packet(p, key->spi)) {
	case IKEMON_BLOCKED:
		ikemon_count(p->inet, ESP_UNKNOWN_DROPPED);
		return IKEMON_VERDICT_DROP_BLOCKED;
	case IKEMON_BLOCKED_WOULD:
		ikemon_count(p->inet, ESP_UNKNOWN_WOULD_DROP);
		break;
	case IKEMON_BLOCKED_NOT:
		break;
	}
	return IKEMON_VERDICT_ACCEPT;
}

/* Return: enum ikemon_verdict. */
static u8 on_unknown(struct ikemon_packet *p, const struct ikemon_sa_key *key)
{
	struct ikemon_source *source;
	u8 verdict = judge_unknown(p, key);

	ikemon_count(p->inet, ESP_UNKNOWN);
	p->class = IKEMON_MARK_UNKNOWN_ESP;
	source = ikemon_source_of(&p->run->sources, p->conf, &p->src.addr,
				  p->family);
	if (source)
		atomic64_inc(&source->unknown_spi);
	if (verdict == IKEMON_VERDICT_ACCEPT)
		say_unknown(p, key);
	return verdict;
}

/* The keys that an SA for it has. Return: false if it is too short. */
static bool take_key(struct ikemon_sa_key *key, const struct ikemon_packet *p,
		     u8 proto, u32 off)
{
	const __be32 *spi;
	__be32 buf;

	spi = skb_header_pointer(p->skb, off, sizeof(buf), &buf);
	if (!spi)
		return false;
	memset(key, 0, sizeof(*key));
	key->spi = *spi;
	key->proto = proto;
	key->family = p->family;
	if (p->family == NFPROTO_IPV4)
		key->daddr.ip = p->dst.addr.ip;
	else
		key->daddr.in6 = p->dst.addr.in6;
	return true;
}

static bool is_unknown(struct ikemon_packet *p, const struct ikemon_sa_key *key)
{
	struct ikemon_sa_table *t = &p->run->sas;

	if (ikemon_sa_known(t, key)) {
		ikemon_count(p->inet, ESP_KNOWN);
		p->class = IKEMON_MARK_ESP;
		return false;
	}
	return p->conf->unknown_spi != IKEMON_UNKNOWN_SPI_OFF &&
	       test_bit(IKEMON_SA_COMPLETE, &t->flags) &&
	       !is_quiet(t, &p->src.addr) && ikemon_packet_to_us(p);
}

/*
 * Does what goes out in UDP speak for our side? What the kernel encrypted does,
 * whose packet ever it was; else it is somebody's own, as messages are.
 */
static bool is_our_word(const struct ikemon_packet *p)
{
	bool made_by_xfrm = p->family == NFPROTO_IPV4 ?
			IPCB(p->skb)->flags & IPSKB_XFRM_TRANSFORMED :
			IP6CB(p->skb)->flags & IP6SKB_XFRM_TRANSFORMED;

	return made_by_xfrm || ikemon_packet_ours(p);
}

/* ESP went by: what does it show of the two hosts? */
static void show_evidence(const struct ikemon_packet *p, unsigned int what)
{
	if (p->out) {
		if (what & IKEMON_EVIDENCE_ENCAP && !is_our_word(p))
			return;
		ikemon_session_evidence(p->inet, p->run, &p->dst, p->family,
					what | IKEMON_EVIDENCE_ESP_OUT);
		return;
	}
	ikemon_session_evidence(p->inet, p->run, &p->src, p->family,
				what | IKEMON_EVIDENCE_ESP_IN);
	if (p->conf->scope != IKEMON_SCOPE_ALL)
		return;
	what |= IKEMON_EVIDENCE_ESP_OUT | IKEMON_EVIDENCE_FORWARDED;
	ikemon_session_evidence(p->inet, p->run, &p->dst, p->family, what);
}

u8 ikemon_sa_packet(struct ikemon_packet *p, u8 proto, u32 off,
		    unsigned int how)
{
	struct ikemon_sa_key key;

	/* Where there never was an SA, IPsec is user space's. */
	if (!p->out && test_bit(IKEMON_SA_USED, &p->run->sas.flags) &&
	    take_key(&key, p, proto, off) && is_unknown(p, &key))
		return on_unknown(p, &key);
	/* Where nobody waits for it, it is not worth a call. */
	if (proto == IPPROTO_ESP && atomic_read(&p->run->sessions.unproven))
		show_evidence(p, how);
	return IKEMON_VERDICT_ACCEPT;
}
