// SPDX-License-Identifier: GPL-2.0-only
/* What goes with the state of a session: gauges, events, offences, time. */
#include "session.h"

#include "budget.h"
#include "pernet.h"
#include "trace.h"

static bool is_half_open(u8 state)
{
	return state == IKEMON_STATE_HALF_OPEN ||
	       state == IKEMON_STATE_AUTHENTICATING;
}

static void gauge_source(struct ikemon_source *source,
			 const struct ikemon_session *s, u8 state, int sign)
{
	if (is_half_open(state))
		atomic_add(sign, &source->half_open);
	if (state == IKEMON_STATE_ESTABLISHED &&
	    s->neg.role != IKEMON_ROLE_NONE)
		atomic_add(sign, &source->up);
	if (!s->proven || state > IKEMON_STATE_ESTABLISHED)
		return;
	atomic_add(sign, &source->proven);
	if (is_half_open(state))
		atomic_add(sign, &source->proven_half_open);
}

void ikemon_session_gauge(struct ikemon_session_table *t,
			  struct ikemon_session *s, u8 state, int sign)
{
	struct ikemon_source *source;

	if (state == IKEMON_STATE_AUTHENTICATING && !ikemon_session_is_users(s))
		atomic_add(sign, &t->unproven);
	if (s->neg.role == IKEMON_ROLE_RESPONDER) {
		if (state == IKEMON_STATE_NEW)
			atomic_add(sign, &t->unanswered);
		if (is_half_open(state))
			atomic_add(sign, &t->half_open);
	}
	for (source = s->source; source; source = source->wide)
		gauge_source(source, s, state, sign);
}

void ikemon_session_count_floated(struct ikemon_session_table *t,
				  const struct ikemon_session *s, bool was)
{
	bool now = ikemon_session_floats(s);

	if (now != was)
		atomic_add(now ? 1 : -1, &t->floated);
}

void ikemon_session_set_nat(struct ikemon_session_table *t,
			    struct ikemon_session *s)
{
	bool floats = ikemon_session_floats(s);

	s->neg.flags |= IKEMON_SESSION_FLAGS_NAT;
	ikemon_session_count_floated(t, s, floats);
}

void ikemon_session_set_proven(struct ikemon_session_table *t,
			       struct ikemon_session *s)
{
	if (s->proven)
		return;
	ikemon_session_gauge(t, s, s->neg.state, -1);
	WRITE_ONCE(s->proven, true);
	s->neg.flags |= IKEMON_SESSION_FLAGS_PROVEN;
	ikemon_session_gauge(t, s, s->neg.state, 1);
}

/*
 * Both ends of what is forwarded may be made up: it speaks for its source as
 * little as it is held against it.
 */
static void on_established(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *s)
{
	struct ikemon_run *run = ikemon_run_of(t);

	ikemon_count(inet, SESSIONS_ESTABLISHED);
	if (!s->source)
		return;
	atomic64_inc(&s->source->established);
	if (s->neg.role == IKEMON_ROLE_NONE)
		return;
	WRITE_ONCE(s->source->known, true);
	ikemon_guard_success(&run->guard);
	ikemon_budget_success(&run->sources, s->source, s->init_peer.port);
}

static void count_state(struct ikemon_net *inet,
			struct ikemon_session_table *t,
			struct ikemon_session *s)
{
	switch (s->neg.state) {
	case IKEMON_STATE_ESTABLISHED:
		on_established(inet, t, s);
		break;
	case IKEMON_STATE_FAILED:
		ikemon_count(inet, SESSIONS_FAILED);
		if (s->source)
			atomic64_inc(&s->source->failed);
		break;
	case IKEMON_STATE_CLOSED:
		ikemon_count(inet, SESSIONS_CLOSED);
		break;
	}
}

static bool is_spent(const struct ikemon_session *s, u8 old)
{
	return old == IKEMON_STATE_NEW && !s->proven &&
	       s->neg.role == IKEMON_ROLE_RESPONDER &&
	       (s->neg.state == IKEMON_STATE_CHALLENGED ||
		s->neg.state == IKEMON_STATE_FAILED);
}

static bool is_suspected(const struct ikemon_session *s)
{
	return s->neg.state == IKEMON_STATE_FAILED &&
	       s->neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED;
}

/* Session lock held. It failed as far as the kernel knows, too. */
static void confirm_failure(struct ikemon_run *run, struct ikemon_session *s)
{
	if (is_suspected(s) && ikemon_sa_missing(run, s))
		s->neg.flags |= IKEMON_SESSION_FLAGS_NO_SA;
}

/*
 * Session lock held. What looks like a failure of authentication is blamed on
 * who is known to be there, at once: the next guess may come soon.
 */
static void blame(struct ikemon_net *inet, struct ikemon_run *run,
		  const struct ikemon_session *s)
{
	if (is_suspected(s) && s->neg.role == IKEMON_ROLE_RESPONDER &&
	    s->proven && s->source)
		ikemon_budget_offend(inet, run, s->source, &s->init_peer,
				     IKEMON_OFFENCE_AUTH_FAILED_SUSPECTED,
				     ikemon_now());
}

void ikemon_session_state_changed(struct ikemon_net *inet,
				  struct ikemon_session_table *t,
				  struct ikemon_session *s, u8 old)
{
	struct ikemon_run *run = ikemon_run_of(t);

	confirm_failure(run, s);
	ikemon_session_gauge(t, s, old, -1);
	ikemon_session_gauge(t, s, s->neg.state, 1);
	count_state(inet, t, s);
	if (is_spent(s, old))
		ikemon_guard_spent(&run->guard);
	s->esp_seen = 0;
	if (s->neg.state == IKEMON_STATE_ESTABLISHED)
		s->neg.flags &= ~IKEMON_SESSION_FLAGS_NO_SA;
	trace_ikemon_session_state(inet->net, s, old);
	ikemon_event_session(inet, s, IKEMON_EVENT_STATE, old);
	blame(inet, run, s);
}

bool ikemon_meter_take(struct ikemon_session *s, u16 *count, u32 rate,
		       u64 now)
{
	u32 second = ikemon_seconds(now);

	if (s->meter.second != second) {
		s->meter = (struct ikemon_meter) { .second = second };
		s->offended = false;
	}
	if (*count >= min_t(u32, rate, U16_MAX))
		return false;
	(*count)++;
	return true;
}

bool ikemon_meter_offends(struct ikemon_session *s)
{
	bool first = !s->offended;

	s->offended = true;
	return first;
}

/*
 * What a negotiation whose time is over says of its initiator, who is known to
 * be there and owed the next message. Our own silence is nobody's offence.
 * Return: enum ikemon_offence, 0 for none.
 */
static unsigned int offence_of(const struct ikemon_session *s, u8 old,
			       u8 awaiting)
{
	if (s->neg.role != IKEMON_ROLE_RESPONDER || !s->proven || !s->source ||
	    s->neg.state != IKEMON_STATE_FAILED)
		return 0;
	if (is_suspected(s) || awaiting != IKEMON_FROM_INITIATOR + 1)
		return 0;
	if (old == IKEMON_STATE_HALF_OPEN)
		return IKEMON_OFFENCE_EMPTY_HALF_OPEN;
	return old == IKEMON_STATE_AUTHENTICATING ? IKEMON_OFFENCE_SLOW : 0;
}

/* Session lock held, or a hint. */
static bool misses_child(const struct ikemon_run *run,
			 const struct ikemon_session *s, u64 now)
{
	return !(s->neg.flags & IKEMON_SESSION_FLAGS_NO_SA) &&
	       s->neg.proof == IKEMON_PROOF_EXCHANGE &&
	       now >= s->neg.since + IKEMON_CHILD_MS &&
	       ikemon_sa_missing(run, s);
}

/*
 * Our side left somebody waiting who did all that he had to: no offence, but if
 * it happens to many, something that our side asks is out of order.
 */
static bool is_left_waiting(const struct ikemon_session *s, u8 old)
{
	return s->neg.role == IKEMON_ROLE_RESPONDER && s->proven &&
	       s->source && old == IKEMON_STATE_AUTHENTICATING &&
	       s->neg.reason == IKEMON_REASON_NO_ANSWER;
}

/*
 * Session lock held. It is up and should have an SA by now, unless it is meant
 * to have none (RFC 6023).
 */
static void look_for_child(struct ikemon_net *inet, struct ikemon_run *run,
			   struct ikemon_session *s, u64 now)
{
	if (!misses_child(run, s, now))
		return;
	s->neg.flags |= IKEMON_SESSION_FLAGS_NO_SA;
	ikemon_event_session(inet, s, IKEMON_EVENT_CHILD, 0);
}

/*
 * Session lock held, not dead. A session that has an SA is not idle, whatever
 * was heard of it.
 */
static void session_age(struct ikemon_net *inet,
			struct ikemon_session_table *t,
			struct ikemon_session *s, const u32 *timeout, u64 now)
{
	u8 old = s->neg.state, awaiting = s->neg.awaiting;
	struct ikemon_run *run = ikemon_run_of(t);
	unsigned int offence;
	int due;

	if (old == IKEMON_STATE_ESTABLISHED)
		look_for_child(inet, run, s, now);
	if (s->sas && old == IKEMON_STATE_ESTABLISHED)
		return;
	due = ikemon_neg_expire(&s->neg, timeout, now);
	if (due < 0) {
		ikemon_session_unlink(inet, t, s, 0);
		ikemon_count(inet, SESSIONS_EXPIRED);
		return;
	}
	if (!due)
		return;
	ikemon_session_state_changed(inet, t, s, old);
	offence = offence_of(s, old, awaiting);
	if (offence)
		ikemon_budget_offend(inet, run, s->source,
				     &s->init_peer, offence, now);
	else if (is_left_waiting(s, old))
		ikemon_guard_seen(run, s->source, true);
}

/*
 * Would session_age() do anything? Most are not due for long: to lock them all
 * each second would cost more than their packets do. No lock is held, so
 * nothing is done before it is asked under lock.
 */
static bool may_be_due(const struct ikemon_run *run,
		       const struct ikemon_session *s, const u32 *timeout,
		       u64 now)
{
	if (s->neg.state == IKEMON_STATE_ESTABLISHED) {
		if (misses_child(run, s, now))
			return true;
		if (s->sas)
			return false;
	}
	return now >= ikemon_neg_expiry(&s->neg, timeout);
}

unsigned int ikemon_session_expire(struct ikemon_net *inet,
				   struct ikemon_session_table *t, u32 bucket,
				   const u32 *timeout, u64 now)
{
	const struct ikemon_run *run = ikemon_run_of(t);
	struct ikemon_session *s;
	unsigned int n = 0;

	for (s = ikemon_next_init(ikemon_table_chain(&t->init, bucket)); s;
	     s = ikemon_next_init(&s->by_init)) {
		/* A hint: what is just changing is looked at in a second. */
		if (!data_race(may_be_due(run, s, timeout, now)))
			continue;
		spin_lock_bh(&s->lock);
		if (!s->dead)
			session_age(inet, t, s, timeout, now);
		spin_unlock_bh(&s->lock);
		n++;
	}
	return n;
}
