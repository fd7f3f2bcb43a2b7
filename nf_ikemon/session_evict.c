// SPDX-License-Identifier: GPL-2.0-only
/* Which session goes for a newcomer when the table is full. */
#include "session.h"

#include "pernet.h"

enum evict_limits {
	EVICT_BUCKETS	= 8,	/* looked at for a victim */
	EVICT_ENTRIES	= 64,
};

/* Has nobody but an initiator said anything in it who may be forged? */
static bool is_hearsay(const struct ikemon_session *s)
{
	return s->neg.role == IKEMON_ROLE_RESPONDER && !READ_ONCE(s->proven);
}

/*
 * Who may be evicted for a newcomer, cheapest loss first; 0 nobody. Who is
 * proven is worth more than who may be forged. What is forwarded may all be
 * made up: it makes room for us in any state, and nobody of ours for it.
 */
static unsigned int evict_rank(const struct ikemon_session *s, bool forwarded)
{
	static const u8 rank[IKEMON_STATES] = {
		[IKEMON_STATE_CLOSED]		= 6,
		[IKEMON_STATE_FAILED]		= 6,
		[IKEMON_STATE_NEW]		= 4,
		[IKEMON_STATE_CHALLENGED]	= 4,
		[IKEMON_STATE_HALF_OPEN]	= 2,
	};
	bool theirs = s->neg.role == IKEMON_ROLE_NONE;
	u8 state = READ_ONCE(s->neg.state);

	if (forwarded && !theirs)
		return 0;
	if (rank[state])
		return rank[state] - READ_ONCE(s->proven);
	if (theirs)
		return forwarded ? 0 : rank[IKEMON_STATE_HALF_OPEN];
	/* With an SPI that our side never said, it is forged as the first. */
	return state == IKEMON_STATE_AUTHENTICATING && is_hearsay(s) ?
		       rank[IKEMON_STATE_HALF_OPEN] : 0;
}

static bool evict_rather(struct ikemon_session *a, struct ikemon_session *b,
			 bool forwarded)
{
	unsigned int rank_a = evict_rank(a, forwarded);
	unsigned int rank_b = b ? evict_rank(b, forwarded) : 0;

	if (rank_a != rank_b)
		return rank_a > rank_b;
	return rank_a && ikemon_neg_last(&a->neg) < ikemon_neg_last(&b->neg);
}

/*
 * The states are read without lock: a better victim may be missed, and whether
 * this one still may go is seen again under its lock.
 */
bool ikemon_session_evict(struct ikemon_net *inet,
			  struct ikemon_session_table *t, u32 hash,
			  bool forwarded)
{
	struct ikemon_session *s, *victim = NULL;
	unsigned int seen = 0;
	bool evicted = false;
	unsigned int i;

	for (i = 0; i < EVICT_BUCKETS && seen < EVICT_ENTRIES; i++) {
		s = ikemon_next_init(ikemon_table_chain(&t->init, hash + i));
		for (; s; s = ikemon_next_init(&s->by_init)) {
			if (seen++ >= EVICT_ENTRIES)
				break;
			/* A guess, see above. */
			if (data_race(evict_rather(s, victim, forwarded)))
				victim = s;
		}
	}
	if (!victim)
		return false;

	spin_lock_bh(&victim->lock);
	if (!victim->dead && evict_rank(victim, forwarded)) {
		ikemon_session_unlink(inet, t, victim,
				      IKEMON_REASON_EVICTED);
		evicted = true;
	}
	spin_unlock_bh(&victim->lock);
	if (evicted)
		ikemon_count(inet, SESSIONS_EVICTED);
	return evicted;
}
