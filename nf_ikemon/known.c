// SPDX-License-Identifier: GPL-2.0-only
/*
 * The short way of an IKE message. The long one finds out what a message is,
 * whether it is for this host, and what it means where its session stands; of
 * the peer of an established session, which only shows that it is alive, all
 * that is known beforehand. What a block refuses has no other meaning than its
 * header's.
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
static bool known_message(struct ikemon_run *run,
			  const struct ikemon_conf *conf, struct sk_buff *skb,
			  const struct nf_hook_state *state,
			  const struct udphdr *uh, const u8 *msg)
{
	bool marker = msg != (const u8 *)(uh + 1);
	u32 len = skb_tail_pointer(skb) - msg;
	struct ikemon_endpoint src __uninitialized, dst __uninitialized;
	struct ikemon_ident id __uninitialized;
	struct ikemon_look look;
	struct ikemon_session *s;
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

static noinline bool known_blocked(struct ikemon_run *run,
				   const struct ikemon_conf *conf,
				   const struct sk_buff *skb,
				   const struct nf_hook_state *state,
				   const struct udphdr *uh, const u8 *msg)
{
	struct ikemon_net *inet = run->inet;
	struct ikemon_endpoint src __uninitialized, dst __uninitialized;
	atomic64_t *packets;

	if (!ikemon_is_opener(msg, skb->data + skb->len - msg))
		return false;
	set_ends(skb, state->pf, uh, &src, &dst);
	packets = ikemon_ladder_bar(run, conf, &src, state->pf, skb->mark);
	if (!packets || !ikemon_addr_is_ours(state->net, state->in, &dst.addr,
					     state->pf))
		return false;
	atomic64_inc(packets);
	ikemon_count(inet, PACKETS_IKE);
	if (msg[IKE_HDR_VERSION] >> 4 == 1)
		ikemon_count(inet, PACKETS_IKEV1);
	else
		ikemon_count(inet, PACKETS_IKEV2);
	ikemon_count(inet, DROPPED_BLOCKED);
	return true;
}

/* Can a message be read where it stands, and its checksum be verified? */
static bool is_readable(const struct sk_buff *skb, u8 family,
			const struct udphdr *uh)
{
	u16 fragment = family == NFPROTO_IPV4 ? IPCB(skb)->frag_max_size :
						IP6CB(skb)->frag_max_size;

	return !skb_is_nonlinear(skb) && !fragment && uh->check &&
	       skb->ip_summed != CHECKSUM_COMPLETE;
}

/* Is there anybody who may be blocked? */
static bool is_anybody_barred(const struct ikemon_run *run,
			      const struct ikemon_conf *conf)
{
	return conf->mode == IKEMON_MODE_ENFORCE &&
	       (conf->rules || atomic_read(&run->sources.blocked));
}

/* Openers, too, are asked whether they are known, and are not: at once. */
u8 ikemon_known_ike(struct ikemon_run *run, const struct ikemon_conf *conf,
		    struct sk_buff *skb, const struct nf_hook_state *state,
		    u32 thoff, bool marker)
{
	u32 off = thoff + sizeof(struct udphdr) +
		  (marker ? NATT_MARKER_LEN : 0);
	const struct udphdr *uh = (const void *)(skb->data + thoff);
	const u8 *msg = skb->data + off;

	if (off + IKE_HDR_LEN > skb_headlen(skb))
		return IKEMON_KNOWN_NOT;
	if (msg[IKE_HDR_NEXT_PAYLOAD] == IKE2_PAYLOAD_SK &&
	    msg[IKE_HDR_EXCHANGE] == IKE2_INFORMATIONAL)
		return is_readable(skb, state->pf, uh) &&
		       known_message(run, conf, skb, state, uh, msg) ?
			       IKEMON_KNOWN_PASSES : IKEMON_KNOWN_NOT;
	return is_anybody_barred(run, conf) &&
	       known_blocked(run, conf, skb, state, uh, msg) ?
		       IKEMON_KNOWN_BLOCKED : IKEMON_KNOWN_NOT;
}
