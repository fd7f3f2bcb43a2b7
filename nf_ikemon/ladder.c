// SPDX-License-Identifier: GPL-2.0-only
#include "ladder.h"

#include "budget.h"
#include "packet.h"
#include "pernet.h"
#include "rules.h"
#include "walk.h"

enum ladder_limits {
	FREE_INITS	= 5,		/* answers to one challenge, R10 */
	REPEATS		= 5,		/* per second and session */
	ELSEWHERE	= 10,		/* likewise, from other addresses */
	COOKIE_MAX	= 64,		/* octets, RFC 7296 section 2.6 */
};

/* What the verdict is called where it is counted, in each mode. */
static const struct {
	u8 counter;
	u8 would;
} counters[] = {
	[IKEMON_VERDICT_CHALLENGE_COOKIE] = {
		IKEMON_COUNT_CHALLENGED_COOKIE, IKEMON_COUNT_WOULD_CHALLENGE },
	[IKEMON_VERDICT_FIRST_DROP] = {
		IKEMON_COUNT_FIRST_DROPPED, IKEMON_COUNT_WOULD_CHALLENGE },
	[IKEMON_VERDICT_DROP_LIMIT] = {
		IKEMON_COUNT_DROPPED_LIMIT, IKEMON_COUNT_WOULD_LIMIT },
	[IKEMON_VERDICT_DROP_BLOCKED] = {
		IKEMON_COUNT_DROPPED_BLOCKED, IKEMON_COUNT_WOULD_DROP_BLOCKED },
	[IKEMON_VERDICT_DROP_RATE] = {
		IKEMON_COUNT_DROPPED_RATE, IKEMON_COUNT_WOULD_DROP_RATE },
	[IKEMON_VERDICT_DROP_MALFORMED] = {
		IKEMON_COUNT_DROPPED_MALFORMED,
		IKEMON_COUNT_WOULD_DROP_MALFORMED },
};

bool ikemon_ladder_refuse(struct ikemon_meet *meet,
			  enum ikemon_verdict verdict)
{
	meet->verdict = verdict;
	meet->would = meet->conf->mode != IKEMON_MODE_ENFORCE;
	ikemon_count_at(meet->inet, meet->would ? counters[verdict].would :
						  counters[verdict].counter);
	return meet->would;
}

static bool is_exempt_mark(const struct ikemon_conf *conf, u32 mark)
{
	return conf->exempt_mask && (mark & conf->exempt_mask) ==
				    conf->exempt_mark;
}

/* Of an address. Return: enum ikemon_limit_kind. */
static u8 kind_of(const struct ikemon_conf *conf,
		  const union nf_inet_addr *addr, u8 family)
{
	const struct ikemon_rule *rule = NULL;

	if (conf->rules)
		rule = ikemon_rules_limit(conf->rules, addr, family);
	return rule ? rule->limit_kind : IKEMON_LIMIT_KIND_LIMIT;
}

/* The limits of an address. Return: enum ikemon_limit_kind. */
static u8 limits_of(const struct ikemon_conf *conf,
		    const union nf_inet_addr *addr, u8 family,
		    struct ikemon_limits *limits)
{
	const struct ikemon_rule *rule;

	rule = ikemon_limits_of(conf, addr, family, limits);
	return rule ? rule->limit_kind : IKEMON_LIMIT_KIND_LIMIT;
}

static void offend(const struct ikemon_meet *meet,
		   struct ikemon_source *source,
		   const struct ikemon_endpoint *from, unsigned int class)
{
	ikemon_budget_offend(meet->inet, meet->run, source, from, class,
			     meet->now);
}

/*
 * One more proven negotiation of @from. A source that the table has no room
 * for is charged nowhere and passes: the sessions it may have are bounded.
 */
static bool charge(const struct ikemon_meet *meet,
		   const struct ikemon_endpoint *from,
		   const struct ikemon_limits *limits)
{
	struct ikemon_source_table *t = &meet->run->sources;
	struct ikemon_source *source;
	bool ok;

	source = ikemon_source_get(meet->inet, t, meet->conf, &from->addr,
				   meet->family, meet->now);
	if (!source)
		return true;
	ikemon_guard_seen(meet->run, source, false);
	ok = ikemon_budget_charge(t, source, limits, from->port, meet->now);
	if (!ok)
		offend(meet, source, from, IKEMON_OFFENCE_OVER_LIMIT);
	ikemon_source_put(source);
	return ok;
}

/*
 * Are negotiations of @from refused, because of a block of the operator or of
 * its own making? @packets: where the block, in force or not, counts them.
 */
static bool is_refused(struct ikemon_run *run, const struct ikemon_conf *conf,
		       const struct ikemon_endpoint *from, u8 family, u8 kind,
		       u64 now, atomic64_t **packets)
{
	struct ikemon_rule *rule = NULL;

	if (conf->rules)
		rule = ikemon_rules_block(conf->rules, &from->addr, family, 0);
	if (rule) {
		*packets = &rule->packets;
		return true;
	}
	if (kind != IKEMON_LIMIT_KIND_LIMIT)
		return false;
	switch (ikemon_budget_blocked(run, conf, from, family, now, packets)) {
	case IKEMON_BLOCKED:
		return true;
	case IKEMON_BLOCKED_WOULD:
		return conf->mode != IKEMON_MODE_ENFORCE;
	default:
		return false;
	}
}

static bool is_blocked(const struct ikemon_meet *meet,
		       const struct ikemon_endpoint *from, u8 kind)
{
	atomic64_t *packets = NULL;
	bool blocked;

	blocked = is_refused(meet->run, meet->conf, from, meet->family, kind,
			     meet->now, &packets);
	if (packets)
		atomic64_inc(packets);
	return blocked;
}

atomic64_t *ikemon_ladder_bar(struct ikemon_run *run,
			      const struct ikemon_conf *conf,
			      const struct ikemon_endpoint *from, u8 family,
			      u32 mark)
{
	atomic64_t *packets;
	u64 now;
	u8 kind;

	if (conf->mode != IKEMON_MODE_ENFORCE || is_exempt_mark(conf, mark))
		return NULL;
	kind = kind_of(conf, &from->addr, family);
	now = atomic_read(&run->sources.blocked) ? ikemon_now() : 0;
	return kind != IKEMON_LIMIT_KIND_TRUSTED &&
	       is_refused(run, conf, from, family, kind, now, &packets) ?
		       packets : NULL;
}

u32 ikemon_ladder_cookie_digest(const struct ikemon_meet *meet)
{
	const struct ikemon_pkt *pkt = meet->pkt;
	u8 buf[COOKIE_MAX];
	const u8 *cookie;

	if (!pkt->cookie_len || pkt->cookie_len > COOKIE_MAX)
		return 0;
	cookie = ikemon_msg_get(meet->view, pkt,
				IKE_HDR_LEN + IKE_PAYLOAD_HDR_LEN +
				IKE_NOTIFY_HDR_LEN, pkt->cookie_len, buf);
	if (!cookie)
		return 0;
	return hsiphash(cookie, pkt->cookie_len, &meet->run->sessions.key) ?:
	       1;
}

/* Does the message bring back a COOKIE, ours or the daemon's? */
static bool is_proven(struct ikemon_meet *meet, const struct ikemon_session *s)
{
	const struct ikemon_guard_secrets *secrets;
	const u8 *addr = (const u8 *)&meet->src.addr;
	u32 digest;

	if (!meet->pkt->cookie_len)
		return false;
	secrets = rcu_dereference(meet->run->guard.secrets);
	meet->cookie_ours = ikemon_cookie_verify(&secrets->secrets, addr,
						 meet->family, meet->view,
						 meet->pkt);
	if (meet->cookie_ours) {
		ikemon_count(meet->inet, COOKIES_VALID);
		return true;
	}
	/* Never changes, but stands in a word with what does. */
	digest = s && !data_race(ikemon_session_adopted(s)) ?
			 READ_ONCE(s->cookie_digest) : 0;
	if (digest && digest == ikemon_ladder_cookie_digest(meet)) {
		ikemon_count(meet->inet, COOKIES_DAEMON);
		return true;
	}
	ikemon_count(meet->inet, COOKIES_INVALID);
	return false;
}

/* An answer to what our side asked for is not a negotiation more (R9, R10). */
static bool is_free(const struct ikemon_session *s)
{
	return s && READ_ONCE(s->neg.state) == IKEMON_STATE_CHALLENGED &&
	       READ_ONCE(s->free_inits) < FREE_INITS;
}

static bool open_proven(struct ikemon_meet *meet)
{
	struct ikemon_limits limits __uninitialized;
	u8 kind;

	meet->proven = true;
	meet->charged = true;
	ikemon_count(meet->inet, NEGOTIATIONS_PROVEN);
	kind = limits_of(meet->conf, &meet->src.addr, meet->family, &limits);
	if (meet->free || kind != IKEMON_LIMIT_KIND_LIMIT ||
	    charge(meet, &meet->src, &limits)) {
		if (meet->cookie_ours)
			ikemon_guard_challenge(&meet->run->guard, -1);
		return true;
	}
	return ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_LIMIT);
}

/* The same message again keeps its verdict, but not at any rate. */
static bool open_again(struct ikemon_meet *meet, struct ikemon_session *s)
{
	bool ok;

	spin_lock_bh(&s->lock);
	ok = ikemon_meter_take(s, &s->meter.repeats, REPEATS,
			       meet->now);
	spin_unlock_bh(&s->lock);
	return ok || ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_RATE);
}

bool ikemon_ladder_admit(struct ikemon_meet *meet)
{
	u8 kind;

	if (!meet->opener)
		return true;
	kind = kind_of(meet->conf, &meet->src.addr, meet->family);
	meet->trusted = kind == IKEMON_LIMIT_KIND_TRUSTED ||
			is_exempt_mark(meet->conf, meet->mark);
	return meet->trusted || !is_blocked(meet, &meet->src, kind) ||
	       ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_BLOCKED);
}

/* Return: true if it goes on to our side. */
static bool may_open(struct ikemon_meet *meet, struct ikemon_session *s)
{
	bool proven;

	if (meet->trusted) {
		ikemon_count(meet->inet, PASSED_TRUSTED);
		meet->charged = true;
		return true;
	}
	if (meet->would)
		return true;
	proven = is_proven(meet, s);
	/* A hint: which of two at once is the repetition, nobody can say. */
	if (s && data_race(ikemon_neg_knows(&s->neg, IKEMON_FROM_INITIATOR,
					    meet->digest)))
		return open_again(meet, s);
	meet->free = is_free(s);
	if (proven)
		return open_proven(meet);
	if (meet->free)
		return true;
	return ikemon_ladder_unproven(meet);
}

/* Return: true if it goes on. */
static bool pass_malformed(struct ikemon_meet *meet)
{
	meet->class = IKEMON_MARK_MALFORMED;
	return ikemon_guard_take(&meet->run->guard, IKEMON_GUARD_MALFORMED,
				 meet->conf->malformed_rate, meet->now) ||
	       ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_MALFORMED);
}

/* What it proposes is read of who is let in; nobody else is worth that. */
static bool is_sound(struct ikemon_meet *meet)
{
	struct ikemon_pkt *pkt = meet->opener;

	ikemon_parse_offers(meet->view, pkt);
	if (pkt->bad != IKEMON_BAD_PROPOSAL)
		return true;
	ikemon_packet_count_bad(meet->inet, pkt->bad);
	pass_malformed(meet);
	return false;
}

bool ikemon_ladder_open(struct ikemon_meet *meet, struct ikemon_session *s)
{
	return may_open(meet, s) && is_sound(meet);
}

void ikemon_ladder_prove(const struct ikemon_meet *meet,
			 struct ikemon_session *s)
{
	struct ikemon_limits limits __uninitialized;
	bool charged = s->charged;
	u8 kind;

	ikemon_session_set_proven(&meet->run->sessions, s);
	if (charged)
		return;
	s->charged = true;
	kind = limits_of(meet->conf, &s->init_peer.addr, s->family, &limits);
	if (kind == IKEMON_LIMIT_KIND_LIMIT &&
	    !charge(meet, &s->init_peer, &limits))
		ikemon_count(meet->inet, LIMITED_LATE);
}

bool ikemon_ladder_from_peer(const struct ikemon_meet *meet,
			     const struct ikemon_session *s)
{
	const struct ikemon_endpoint *peer =
		s->followed ? ikemon_peer_end_const(s) : &s->init_peer;

	return nf_inet_addr_cmp(&meet->src.addr, &peer->addr);
}

static bool is_rekey(const struct ikemon_meet *meet)
{
	return meet->pkt->version == 2 &&
	       meet->pkt->exchange == IKE2_CREATE_CHILD_SA &&
	       !ikemon_is_response(meet->pkt);
}

/* Too much of it: an offence if its initiator is known to be there. */
static bool too_much(struct ikemon_meet *meet, struct ikemon_session *s,
		     unsigned int class)
{
	if (s->source && s->proven && ikemon_meter_offends(s))
		offend(meet, s->source, &s->init_peer, class);
	return ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_RATE);
}

/* A block also ends what has not come to anything yet. */
static bool is_barred(struct ikemon_meet *meet, const struct ikemon_session *s)
{
	u8 kind;

	if (s->neg.role != IKEMON_ROLE_RESPONDER ||
	    s->neg.state == IKEMON_STATE_ESTABLISHED ||
	    s->neg.state == IKEMON_STATE_CLOSED ||
	    !(meet->conf->rules || atomic_read(&meet->run->sources.blocked)))
		return false;
	kind = kind_of(meet->conf, &s->init_peer.addr, s->family);
	return kind != IKEMON_LIMIT_KIND_TRUSTED &&
	       !is_exempt_mark(meet->conf, meet->mark) &&
	       is_blocked(meet, &s->init_peer, kind);
}

bool ikemon_ladder_message(struct ikemon_meet *meet, struct ikemon_session *s,
			   enum ikemon_dir dir)
{
	struct ikemon_meter *meter = &s->meter;

	if (meet->out || s->neg.role == IKEMON_ROLE_NONE)
		return true;
	if (is_barred(meet, s))
		return ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_BLOCKED);
	if (!ikemon_ladder_from_peer(meet, s))
		return ikemon_meter_take(s, &meter->elsewhere, ELSEWHERE,
					 meet->now) ||
		       ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_RATE);
	if (!ikemon_meter_take(s, &meter->messages,
			       meet->conf->message_rate, meet->now))
		return too_much(meet, s, IKEMON_OFFENCE_RETRANSMIT_STORM);
	if (ikemon_neg_repeats(&s->neg, meet->pkt, dir, meet->digest) &&
	    !ikemon_meter_take(s, &meter->repeats, REPEATS, meet->now))
		return too_much(meet, s, IKEMON_OFFENCE_RETRANSMIT_STORM);
	if (is_rekey(meet) &&
	    !ikemon_meter_take(s, &meter->rekeys, meet->conf->rekey_rate,
			       meet->now))
		return too_much(meet, s, IKEMON_OFFENCE_REKEY_STORM);
	return true;
}

bool ikemon_ladder_malformed(struct ikemon_meet *meet)
{
	u8 kind = kind_of(meet->conf, &meet->src.addr, meet->family);

	meet->class = IKEMON_MARK_MALFORMED;
	if (kind == IKEMON_LIMIT_KIND_TRUSTED ||
	    is_exempt_mark(meet->conf, meet->mark))
		return pass_malformed(meet);
	/* Of an opener that was asked before, see ikemon_ladder_admit(). */
	if (!meet->opener && is_blocked(meet, &meet->src, kind))
		return ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_BLOCKED);
	if (ikemon_ladder_doubts(meet))
		return ikemon_ladder_refuse(meet,
					    IKEMON_VERDICT_DROP_MALFORMED);
	return pass_malformed(meet);
}

u8 ikemon_ladder_mark(const struct ikemon_session *s)
{
	switch (s->neg.state) {
	case IKEMON_STATE_HALF_OPEN:
		return IKEMON_MARK_HALF_OPEN;
	case IKEMON_STATE_AUTHENTICATING:
		return IKEMON_MARK_AUTHENTICATING;
	case IKEMON_STATE_ESTABLISHED:
		return IKEMON_MARK_ESTABLISHED;
	default:
		return s->proven ? IKEMON_MARK_PROVEN : IKEMON_MARK_NEW;
	}
}
