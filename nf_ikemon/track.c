// SPDX-License-Identifier: GPL-2.0-only
#include "track.h"

#include "ladder.h"
#include "pernet.h"

enum track_limits {
	REKEY_ID_MAX	= 2,	/* message IDs of a new IKE SA start at 0 */
};

/* Session lock held. Our side sent a new protected message to @peer. */
static void follow_peer(const struct ikemon_meet *meet,
			struct ikemon_session_table *t,
			struct ikemon_session *s, enum ikemon_dir dir)
{
	enum ikemon_dir side = ikemon_peer_side(s->neg.role);
	const struct ikemon_endpoint *peer = dir == side ? &meet->src :
							   &meet->dst;
	const struct ikemon_endpoint old = s->end[side];
	bool moved = !ikemon_endpoint_equal(&old, peer);

	s->end[!side] = dir == side ? meet->dst : meet->src;
	s->followed = true;
	if (!moved)
		return;
	ikemon_session_set_peer(t, s, peer);
	/* SAs are added before the message that shows us where the peer is. */
	ikemon_sa_retie(meet->run);
	/* The float from the IKE to the NAT-T port is part of every IKE_AUTH
	 * behind a NAT; news is what happens to a session that is up.
	 */
	if (s->neg.state != IKEMON_STATE_ESTABLISHED)
		return;
	s->neg.flags |= IKEMON_SESSION_FLAGS_MOVED;
	ikemon_count(meet->inet, SESSIONS_MOVED);
	ikemon_event_moved(meet->inet, s, &old);
	ikemon_sa_retie(meet->run);
}

/* A peer that speaks NAT-T from another port than ours is behind a NAT. */
static void notice_nat(const struct ikemon_meet *meet,
		       struct ikemon_session *s)
{
	if (s->neg.encap == IKEMON_ENCAP_UDP_ENCAP &&
	    !ikemon_conf_port(meet->conf, ikemon_peer_end(s)->port))
		s->neg.flags |= IKEMON_SESSION_FLAGS_NAT;
}

/* Session lock held. The answer of our side to what begins a negotiation. */
static void take_answer(const struct ikemon_meet *meet,
			struct ikemon_session *s)
{
	u32 cookie = ikemon_ladder_cookie_digest(meet);

	ikemon_guard_answered(&meet->run->guard, s->by_cookie,
			      meet->conf->cookie);
	if (cookie)
		WRITE_ONCE(s->cookie_digest, cookie);
	else if (s->stripped && !s->cookie_digest)
		ikemon_guard_mismatched(&meet->run->guard, meet->now);
}

/* Session lock held. What it shows of the two hosts, before it is taken in. */
static void take_proof(const struct ikemon_meet *meet,
		       struct ikemon_session *s, enum ikemon_dir dir)
{
	if (s->neg.role != IKEMON_ROLE_RESPONDER)
		return;
	if (meet->out) {
		if (s->neg.state < IKEMON_STATE_AUTHENTICATING)
			take_answer(meet, s);
		return;
	}
	if (meet->opened) {
		s->charged |= meet->charged;
		s->by_cookie |= meet->cookie_ours;
		s->stripped |= meet->strip;
		WRITE_ONCE(s->free_inits, s->free_inits + meet->free);
		if (meet->proven)
			ikemon_session_set_proven(&meet->run->sessions, s);
		return;
	}
	if (!s->proven && s->answered && meet->pkt->spi_r == s->spi_r &&
	    dir == IKEMON_FROM_INITIATOR && ikemon_ladder_from_peer(meet, s))
		ikemon_ladder_prove(meet, s);
}

/* Session lock held. */
static void take_spi_r(const struct ikemon_meet *meet,
		       struct ikemon_session *s)
{
	if (meet->out)
		s->answered = true;
	else if (meet->pkt->spi_r != s->spi_r)
		s->answered = false;
	ikemon_session_set_spi_r(&meet->run->sessions, s, meet->pkt->spi_r);
}

/*
 * Session lock held, or a hint. Does our side answer another negotiation that
 * its initiator began with the SPI of this one? It should not (RFC 7296 section
 * 2.6), unless what it does is not to be seen. Of those with one SPI that one
 * is followed which our side goes on with.
 */
static bool begins_anew(const struct ikemon_meet *meet,
			const struct ikemon_session *s)
{
	const struct ikemon_neg *neg = &s->neg;

	if (!meet->out || meet->local_user || !meet->pkt->spi_r || !s->spi_r ||
	    meet->pkt->spi_r == s->spi_r || neg->role != IKEMON_ROLE_RESPONDER)
		return false;
	return neg->state == IKEMON_STATE_AUTHENTICATING ||
	       neg->state == IKEMON_STATE_FAILED ||
	       (neg->state == IKEMON_STATE_HALF_OPEN && neg->version == 1);
}

/* Session lock held. */
static void begin_anew(const struct ikemon_meet *meet,
		       struct ikemon_session_table *t,
		       struct ikemon_session *s)
{
	u8 old = s->neg.state;

	ikemon_neg_give_up(&s->neg, meet->now);
	if (s->neg.state != old)
		ikemon_session_state_changed(meet->inet, t, s, old);
	old = s->neg.state;
	ikemon_neg_anew(&s->neg, meet->pkt->protected, meet->now);
	ikemon_session_state_changed(meet->inet, t, s, old);
	take_spi_r(meet, s);
}

/* Session lock held. It came from outside. */
static void note_arrival(const struct ikemon_meet *meet,
			 struct ikemon_session *s)
{
	s->ifindex = meet->ifindex;
	if (nf_inet_addr_cmp(&ikemon_peer_end(s)->addr, &meet->src.addr))
		WRITE_ONCE(s->from_port, meet->src.port);
}

/* Session lock held. */
static void session_take(const struct ikemon_meet *meet,
			 struct ikemon_session *s, enum ikemon_dir dir)
{
	struct ikemon_session_table *t = &meet->run->sessions;
	struct ikemon_look look = {
		.dir = dir,
		.ours = meet->out || s->neg.role == IKEMON_ROLE_NONE,
		.ip_frag = meet->ip_frag,
		.digest = meet->digest,
		.now = meet->now,
	};
	bool floats = ikemon_session_floats(s);
	unsigned int step;
	u8 old;

	if (begins_anew(meet, s))
		begin_anew(meet, t, s);
	take_proof(meet, s, dir);
	old = s->neg.state;
	step = ikemon_neg_step(&s->neg, meet->pkt, &look);
	if (!meet->out)
		note_arrival(meet, s);
	if (meet->ip_frag)
		s->neg.flags |= IKEMON_SESSION_FLAGS_IP_FRAGMENTS;
	if (step & IKEMON_STEP_RETRANSMIT)
		ikemon_count(meet->inet, RETRANSMITS);
	if (step & IKEMON_STEP_STRANGE)
		ikemon_count(meet->inet, STRANGE);
	if (step & IKEMON_STEP_SPI_R)
		take_spi_r(meet, s);
	if (step & IKEMON_STEP_PROTECTED)
		follow_peer(meet, t, s, dir);
	notice_nat(meet, s);
	ikemon_session_count_floated(t, s, floats);
	if (step & IKEMON_STEP_NEW_INIT && s->source)
		atomic64_inc(&s->source->negotiations);
	if (step & IKEMON_STEP_STATE)
		ikemon_session_state_changed(meet->inet, t, s, old);
}

/* Which end of @s sent a message? false: neither can have. */
static bool direction_of(const struct ikemon_meet *meet,
			 const struct ikemon_session *s, enum ikemon_dir *dir)
{
	const struct ikemon_endpoint *initiator =
		&s->end[IKEMON_FROM_INITIATOR];
	const struct ikemon_endpoint *responder =
		&s->end[IKEMON_FROM_RESPONDER];
	u8 role = READ_ONCE(s->neg.role);
	enum ikemon_dir by_host;

	if (role != IKEMON_ROLE_NONE) {
		by_host = ikemon_peer_side(role);
		if (meet->out)
			by_host = !by_host;
		if (meet->pkt->version == 2 &&
		    ikemon_pkt_dir(meet->pkt) != by_host)
			return false;
		*dir = by_host;
		return true;
	}
	if (meet->pkt->version == 2)
		*dir = ikemon_pkt_dir(meet->pkt);
	else if (ikemon_endpoint_equal(&meet->src, initiator))
		*dir = IKEMON_FROM_INITIATOR;
	else if (ikemon_endpoint_equal(&meet->src, responder))
		*dir = IKEMON_FROM_RESPONDER;
	else
		*dir = nf_inet_addr_cmp(&meet->src.addr, &responder->addr) ?
			       IKEMON_FROM_RESPONDER : IKEMON_FROM_INITIATOR;
	return true;
}

static struct ikemon_session *session_find(const struct ikemon_meet *meet)
{
	const struct ikemon_session_table *t = &meet->run->sessions;
	u64 spi_i = meet->pkt->spi_i;
	u64 spi_r = meet->pkt->spi_r;
	struct ikemon_session *s;

	s = spi_r ? ikemon_session_find_spi(t, spi_i, spi_r) : NULL;
	if (!s && !(meet->local && meet->out))
		s = ikemon_session_find_init(t, spi_i, &meet->src,
					     meet->family);
	if (!s && !(meet->local && !meet->out))
		s = ikemon_session_find_init(t, spi_i, &meet->dst,
					     meet->family);
	return s;
}

struct parent_search {
	const struct ikemon_endpoint *peer;
	const struct ikemon_endpoint *other;
	u8 family;
	bool forwarded;
};

/*
 * Is it what a new IKE SA may replace? What is forwarded, and may be made up,
 * replaces nothing that our side has.
 */
static bool may_be_parent(struct ikemon_session *s, const void *arg)
{
	const struct parent_search *search = arg;
	enum ikemon_dir side = ikemon_peer_side(s->neg.role);

	return READ_ONCE(s->neg.state) == IKEMON_STATE_ESTABLISHED &&
	       s->family == search->family &&
	       search->forwarded == (s->neg.role == IKEMON_ROLE_NONE) &&
	       ikemon_endpoint_equal(&s->end[side], search->peer) &&
	       ikemon_endpoint_equal(&s->end[!side], search->other) &&
	       ikemon_neg_may_be_rekeyed(&s->neg);
}

/*
 * The session between the same endpoints that a new pair of SPIs rekeyed: it
 * had a CREATE_CHILD_SA exchange and there is no other that had.
 */
static struct ikemon_session *find_parent(const struct ikemon_meet *meet,
					  const struct ikemon_endpoint *peer)
{
	struct parent_search search = {
		.peer = peer, .family = meet->family,
		.other = peer == &meet->src ? &meet->dst : &meet->src,
		.forwarded = !meet->local,
	};

	if (meet->pkt->version != 2 || meet->pkt->message_id > REKEY_ID_MAX)
		return NULL;
	return ikemon_session_only(&meet->run->sessions, &peer->addr,
				   may_be_parent, &search);
}

static void close_parent(const struct ikemon_meet *meet,
			 struct ikemon_session *parent)
{
	spin_lock_bh(&parent->lock);
	if (!parent->dead && parent->neg.state == IKEMON_STATE_ESTABLISHED) {
		ikemon_neg_close(&parent->neg, IKEMON_REASON_REKEYED,
				 meet->now);
		ikemon_session_state_changed(meet->inet, &meet->run->sessions,
					     parent,
					     IKEMON_STATE_ESTABLISHED);
	}
	spin_unlock_bh(&parent->lock);
}

static struct ikemon_session *adopt(const struct ikemon_meet *meet,
				    enum ikemon_dir *dir)
{
	const struct ikemon_endpoint *peer;
	struct ikemon_session *s, *parent;
	u8 role = IKEMON_ROLE_NONE;

	/* IKEv1 does not say who began; a peer is taken to have. */
	*dir = meet->pkt->version == 2 ? ikemon_pkt_dir(meet->pkt) :
					 IKEMON_FROM_RESPONDER;
	if (meet->local)
		role = *dir == IKEMON_FROM_INITIATOR ? IKEMON_ROLE_INITIATOR :
						       IKEMON_ROLE_RESPONDER;
	peer = *dir == ikemon_peer_side(role) ? &meet->src : &meet->dst;
	parent = find_parent(meet, peer);
	s = ikemon_session_begin(meet, *dir, role, true,
				 parent ? parent->id : 0);
	if (s)
		ikemon_sa_retie(meet->run);
	if (s && parent) {
		ikemon_sa_inherit(meet->run, parent, s);
		close_parent(meet, parent);
	}
	return s;
}

/* Begin a session for a message that belongs to none, if it deserves one. */
static struct ikemon_session *session_make(const struct ikemon_meet *meet,
					   enum ikemon_dir *dir)
{
	u8 role = IKEMON_ROLE_NONE;

	if (ikemon_opens_negotiation(meet->pkt)) {
		if (!meet->may_open)
			return NULL;
		if (meet->local)
			role = meet->out ? IKEMON_ROLE_INITIATOR :
					   IKEMON_ROLE_RESPONDER;
		*dir = IKEMON_FROM_INITIATOR;
		return ikemon_session_begin(meet, *dir, role, false, 0);
	}
	if (meet->local_user)
		return NULL;
	if (!meet->pkt->spi_r) {
		ikemon_count(meet->inet, NO_SESSION);
		return NULL;
	}
	ikemon_count(meet->inet, UNKNOWN_SESSION);
	if (!meet->may_adopt || !ikemon_shows_session(meet->pkt))
		return NULL;
	return adopt(meet, dir);
}

/* Does it come from outside to our own daemon? */
static bool is_to_us(const struct ikemon_meet *meet)
{
	return meet->local && !meet->out;
}

/* Return: true if it goes on. @s may be NULL. */
static bool judge(struct ikemon_meet *meet, struct ikemon_session *s)
{
	if (!is_to_us(meet))
		return true;
	if (meet->opener) {
		meet->opened = ikemon_ladder_open(meet, s);
		meet->strip = meet->opened && meet->cookie_ours &&
			      meet->conf->mode == IKEMON_MODE_ENFORCE &&
			      meet->conf->cookie ==
				      IKEMON_COOKIE_MODE_TWOSTAGE &&
			      !ikemon_guard_mismatch(&meet->run->guard,
						     meet->now);
		if (meet->opened)
			ikemon_guard_let_in(&meet->run->guard,
					    meet->cookie_ours, meet->now);
		return meet->opened;
	}
	return s || ikemon_ladder_unknown(meet);
}

/*
 * Session lock held. What a local user says is no word of our side, nor the
 * other way round.
 */
static bool may_speak(const struct ikemon_meet *meet,
		      const struct ikemon_session *s)
{
	return !meet->out || ikemon_session_is_users(s) == meet->local_user;
}

static void take(struct ikemon_meet *meet, struct ikemon_session *s,
		 enum ikemon_dir dir)
{
	spin_lock_bh(&s->lock);
	if (!s->dead && may_speak(meet, s)) {
		if (meet->opened || ikemon_ladder_message(meet, s, dir))
			session_take(meet, s, dir);
		s->verdict = meet->verdict;
		s->would = meet->would;
		meet->class = ikemon_ladder_mark(s);
	}
	spin_unlock_bh(&s->lock);
}

void ikemon_session_track(struct ikemon_meet *meet)
{
	enum ikemon_dir dir = IKEMON_FROM_INITIATOR;
	struct ikemon_session *s = session_find(meet);

	/* What is between these hosts may just be changing: then it is told by
	 * what was or what will be. It is all seen again under lock.
	 */
	if (s && !data_race(direction_of(meet, s, &dir))) {
		ikemon_count(meet->inet, STRANGE);
		if (is_to_us(meet))
			ikemon_ladder_unknown(meet);
		return;
	}
	/* Likewise. */
	if (s && !data_race(ikemon_neg_takes_spi_r(&s->neg, s->spi_r,
						   meet->pkt) ||
			    begins_anew(meet, s)))
		s = NULL;
	if (!judge(meet, s))
		return;
	if (!s)
		s = session_make(meet, &dir);
	if (s)
		take(meet, s, dir);
}

struct witness {
	const struct ikemon_endpoint *peer;
	unsigned int what;
	u8 family;
};

/* May it be the session whose ESP or keepalive was seen? */
static bool is_candidate(struct ikemon_session *s, const void *arg)
{
	const struct witness *witness = arg;
	u8 state = READ_ONCE(s->neg.state);

	if (s->family != witness->family ||
	    (witness->peer->port &&
	     ikemon_peer_end(s)->port != witness->peer->port))
		return false;
	if (witness->what & IKEMON_EVIDENCE_FORWARDED &&
	    s->neg.role != IKEMON_ROLE_NONE)
		return false;
	return state == IKEMON_STATE_AUTHENTICATING ||
	       state == IKEMON_STATE_ESTABLISHED;
}

/* Session lock held. */
static void take_evidence(struct ikemon_net *inet,
			  struct ikemon_session_table *t,
			  struct ikemon_session *s, unsigned int what)
{
	u8 old = s->neg.state;

	if (what & (IKEMON_EVIDENCE_KEEPALIVE | IKEMON_EVIDENCE_ENCAP))
		ikemon_session_set_nat(t, s);
	s->esp_seen |= what & IKEMON_EVIDENCE_BOTH;
	if (s->esp_seen == IKEMON_EVIDENCE_BOTH &&
	    ikemon_neg_prove(&s->neg, IKEMON_PROOF_ESP, ikemon_now()))
		ikemon_session_state_changed(inet, t, s, old);
}

void ikemon_session_evidence(struct ikemon_net *inet, struct ikemon_run *run,
			     const struct ikemon_endpoint *peer, u8 family,
			     unsigned int what)
{
	struct witness witness = {
		.peer = peer, .what = what, .family = family,
	};
	struct ikemon_session_table *t = &run->sessions;
	struct ikemon_session *s;

	if (!atomic_read(what & IKEMON_EVIDENCE_KEEPALIVE ? &t->floated :
							    &t->unproven))
		return;
	s = ikemon_session_only(t, &peer->addr, is_candidate, &witness);
	if (!s)
		return;
	spin_lock_bh(&s->lock);
	if (!s->dead)
		take_evidence(inet, t, s, what);
	spin_unlock_bh(&s->lock);
}

