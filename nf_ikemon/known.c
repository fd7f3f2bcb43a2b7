// SPDX-License-Identifier: GPL-2.0-only
/*
 * The short way of an IKE message. The long one finds out what a message is,
 * whether it is for this host, and what it means where its session stands; of
 * the peer of an established session, which only shows that it is alive, all
 * that is known beforehand.
 */
#include "known.h"

/* Session lock held. Does it come from where the peer is, to where we are? */
static bool is_between(const struct ikemon_session *s, enum ikemon_dir dir,
		       const struct ikemon_endpoint *src,
		       const struct ikemon_endpoint *dst)
{
	return s->followed && ikemon_endpoint_equal(src, &s->end[dir]) &&
	       ikemon_endpoint_equal(dst, &s->end[!dir]);
}

/*
 * Session lock held. May a message, if it is new, say no more than that its
 * session lives? From where our side last sent a protected message to there is
 * nothing to prove, to move or to learn of a NAT; a session that is up is not
 * barred; and what is for our side's end of it is for this host, unless that
 * lost the address since.
 */
static bool is_plain(const struct ikemon_session *s, enum ikemon_dir dir,
		     u8 encap)
{
	const struct ikemon_neg *neg = &s->neg;

	return !s->dead && neg->state == IKEMON_STATE_ESTABLISHED &&
	       neg->role != IKEMON_ROLE_NONE && neg->version == 2 &&
	       dir == ikemon_peer_side(neg->role) && neg->encap == encap &&
	       (s->proven || !s->answered);
}

/* Session lock held. What ikemon_session_track() does with a plain message. */
static bool take_plain(struct ikemon_session *s,
		       const struct ikemon_conf *conf,
		       const struct ikemon_ident *id,
		       const struct ikemon_look *look)
{
	if (ikemon_neg_knows(&s->neg, look->dir, look->digest) ||
	    !ikemon_meter_take(s, &s->meter.messages, conf->message_rate,
			       look->now))
		return false;
	ikemon_neg_alive(&s->neg, id, look);
	s->verdict = IKEMON_VERDICT_ACCEPT;
	s->would = false;
	return true;
}

static __always_inline void set_ends(const struct sk_buff *skb, u8 family,
				     const struct udphdr *uh,
				     struct ikemon_endpoint *src,
				     struct ikemon_endpoint *dst)
{
	if (family == NFPROTO_IPV4) {
		src->addr = (union nf_inet_addr) { .ip = ip_hdr(skb)->saddr };
		dst->addr = (union nf_inet_addr) { .ip = ip_hdr(skb)->daddr };
	} else {
		src->addr.in6 = ipv6_hdr(skb)->saddr;
		dst->addr.in6 = ipv6_hdr(skb)->daddr;
	}
	src->port = uh->source;
	dst->port = uh->dest;
}

/*
 * The checksum is verified like that of any other message: what is broken
 * must not take the place of one in the memory of those that were seen.
 */
bool ikemon_known_message(struct ikemon_run *run,
			  const struct ikemon_conf *conf, struct sk_buff *skb,
			  const struct nf_hook_state *state, u32 thoff,
			  bool marker)
{
	const struct udphdr *uh = (const void *)(skb->data + thoff);
	const u8 *msg = (const u8 *)(uh + 1) + (marker ? NATT_MARKER_LEN : 0);
	u32 len = skb_tail_pointer(skb) - msg;
	struct ikemon_endpoint src, dst;
	struct ikemon_session *s;
	struct ikemon_ident id;
	struct ikemon_look look;
	bool taken;

	if (!ikemon_is_sealed(msg, len))
		return false;
	ikemon_sealed_ident(msg, len, &id);
	s = ikemon_session_find_spi(&run->sessions, id.spi_i, id.spi_r);
	if (!s)
		return false;
	set_ends(skb, state->pf, uh, &src, &dst);
	if (!skb_csum_unnecessary(skb) &&
	    !ikemon_packet_sum_ok(skb, uh, &src.addr, &dst.addr, state->pf))
		return false;
	look.dir = id.flags & IKE2_FLAG_INITIATOR ? IKEMON_FROM_INITIATOR :
						    IKEMON_FROM_RESPONDER;
	look.ours = false;
	look.ip_frag = false;
	look.digest = ikemon_session_digest(&run->sessions, &id);
	look.now = ikemon_now();
	spin_lock_bh(&s->lock);
	taken = is_plain(s, look.dir, ikemon_neg_encap(marker)) &&
		is_between(s, look.dir, &src, &dst) &&
		take_plain(s, conf, &id, &look);
	if (taken) {
		s->ifindex = state->in->ifindex;
		WRITE_ONCE(s->from_port, src.port);
	}
	spin_unlock_bh(&s->lock);
	if (!taken)
		return false;
	ikemon_count(run->inet, PACKETS_IKE);
	ikemon_count(run->inet, PACKETS_IKEV2);
	ikemon_sa_note_ike(&run->sas, &src.addr, look.now);
	ikemon_packet_mark(skb, conf, IKEMON_MARK_ESTABLISHED);
	return true;
}
