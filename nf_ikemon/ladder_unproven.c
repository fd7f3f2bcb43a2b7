// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ladder for what is not proven, and may come from anybody: openers, and
 * messages with SPIs that no session knows. What is remembered of them is of
 * fixed size, in sketches and filters.
 */
#include "ladder.h"

#include "pernet.h"

enum unproven_limits {
	FIRST_MIN_MS	= 300,		/* a repetition comes no sooner */
	FIRST_MAX_MS	= 30000,
	FIRST_FREE	= 10,		/* rate while not saturated, in times */
	STICKY_MS	= 20000,	/* challenged once, challenged again */
	UNKNOWN_SOURCE	= 500,		/* of one source in 10 s */
	BROKEN		= 1,		/* what is counted apart of a source */
};

/* Is the source one that has had an established session with us lately? */
static bool is_known(const struct ikemon_meet *meet)
{
	const struct ikemon_source *source;

	source = ikemon_source_of(&meet->run->sources, meet->conf,
				  &meet->src.addr, meet->family);
	return source && READ_ONCE(source->known);
}

static u64 prefix_key(const struct ikemon_meet *meet, u8 plen)
{
	union nf_inet_addr prefix = meet->src.addr;

	ikemon_prefix_cut(&prefix, meet->family, plen);
	return ikemon_guard_source_key(&meet->run->guard, &prefix,
				       meet->family, plen);
}

/* Hashed once for each message. */
static u64 source_key(struct ikemon_meet *meet)
{
	if (!meet->source_key)
		meet->source_key =
			prefix_key(meet, ikemon_conf_source_plen(meet->conf,
								 meet->family));
	return meet->source_key;
}

/*
 * First-packet drop: who sends the same again receives what we do not send,
 * or at least waits as one who does.
 */
static bool came_back(struct ikemon_meet *meet)
{
	u64 key = ikemon_guard_message_key(source_key(meet), meet->digest);

	return ikemon_filter_check(&meet->run->guard.first, key, meet->now,
				   FIRST_MIN_MS, FIRST_MAX_MS) ==
	       IKEMON_SEEN_BEFORE;
}

/* Return: true if who came back goes on, and there are not too many. */
static bool may_come_back(struct ikemon_meet *meet)
{
	struct ikemon_guard *guard = &meet->run->guard;
	u32 rate = meet->conf->first_drop_rate;

	if (!came_back(meet))
		return false;
	if (!ikemon_filter_saturated(&guard->first))
		rate = min_t(u32, rate * FIRST_FREE, IKEMON_RATE_MAX);
	if (is_known(meet) && ikemon_guard_take(guard, IKEMON_GUARD_FIRST_KNOWN,
						rate, meet->now))
		return true;
	return ikemon_guard_take(guard, IKEMON_GUARD_FIRST, rate, meet->now);
}

static bool takes_cookie(const struct ikemon_meet *meet)
{
	return meet->conf->cookie != IKEMON_COOKIE_MODE_OFF &&
	       ikemon_challengeable(meet->pkt) &&
	       !ikemon_guard_mismatch(&meet->run->guard, meet->now);
}

/* R7: who repeats himself has the same SPI. */
static u64 sticky_key(struct ikemon_meet *meet)
{
	return ikemon_guard_message_key(source_key(meet), meet->pkt->spi_i);
}

/*
 * Return: true if it goes on. In mode monitor it goes on anyway, and nobody
 * will answer a challenge that was not made.
 */
static bool challenge(struct ikemon_meet *meet)
{
	struct ikemon_guard *guard = &meet->run->guard;
	bool cookie = takes_cookie(meet);
	int one = meet->conf->mode == IKEMON_MODE_ENFORCE;

	/* A COOKIE is no way in: of those there may be more. */
	if (cookie ? meet->conf->mixed && !came_back(meet) :
		     !may_come_back(meet)) {
		ikemon_guard_challenge(guard, one);
		return ikemon_ladder_refuse(meet, IKEMON_VERDICT_FIRST_DROP);
	}
	if (!cookie) {
		ikemon_guard_challenge(guard, -one);
		ikemon_count(meet->inet, FIRST_PASSED);
		return true;
	}
	if (!meet->conf->mixed)
		ikemon_guard_challenge(guard, one);
	/* R7: he gets the same answer while he may still repeat himself. */
	ikemon_filter_check(&guard->challenged,
			    sticky_key(meet), meet->now, 0, STICKY_MS);
	return ikemon_ladder_refuse(meet, IKEMON_VERDICT_CHALLENGE_COOKIE);
}

/* Counts against a prefix. Return: true if it is challenged. */
static bool is_hot(const struct ikemon_meet *meet, u64 key, u32 factor)
{
	struct ikemon_guard *guard = &meet->run->guard;

	if (ikemon_sketch_add(&guard->unproven, key, meet->now) >
	    (u64)meet->conf->challenge_source * factor)
		ikemon_sketch_heat(&guard->unproven, key, meet->now +
				   meet->conf->challenge_hold * 1000ULL);
	return ikemon_sketch_hot(&guard->unproven, key, meet->now);
}

static bool is_source_hot(struct ikemon_meet *meet)
{
	bool hot = is_hot(meet, source_key(meet), 1);

	if (meet->family == NFPROTO_IPV4)
		return hot;
	return is_hot(meet, prefix_key(meet, meet->conf->wide_plen6),
		      IKEMON_WIDE_FACTOR) || hot;
}

static bool was_challenged(struct ikemon_meet *meet)
{
	return meet->conf->cookie != IKEMON_COOKIE_MODE_OFF &&
	       ikemon_filter_has(&meet->run->guard.challenged,
				 sticky_key(meet), meet->now, STICKY_MS);
}

/* For what @who says it did, or for what all do; then nobody is charged. */
static __always_inline bool is_doubted(struct ikemon_meet *meet,
				       bool (*who)(struct ikemon_meet *meet))
{
	switch (meet->conf->challenge) {
	case IKEMON_CHALLENGE_MODE_ALWAYS:
		return true;
	case IKEMON_CHALLENGE_MODE_NEVER:
		return false;
	default:
		return ikemon_guard_attacked(meet->run, meet->conf,
					     meet->now) || who(meet);
	}
}

static bool is_source_challenged(struct ikemon_meet *meet)
{
	return is_source_hot(meet) || was_challenged(meet);
}

/* Who is not proven is challenged when this says so. */
static bool is_challenge_on(struct ikemon_meet *meet)
{
	return is_doubted(meet, is_source_challenged);
}

static bool sends_broken(struct ikemon_meet *meet)
{
	return is_hot(meet, ikemon_guard_message_key(source_key(meet), BROKEN),
		      1);
}

bool ikemon_ladder_doubts(struct ikemon_meet *meet)
{
	return is_doubted(meet, sends_broken);
}

bool ikemon_ladder_unproven(struct ikemon_meet *meet)
{
	if (is_challenge_on(meet) && !challenge(meet))
		return false;
	ikemon_count(meet->inet, NEGOTIATIONS_UNPROVEN);
	return true;
}

/*
 * A peer whose IKE SA was rekeyed has SPIs that nobody saw, and repeats what
 * is not answered; whoever fills its budget from elsewhere makes up new ones.
 */
static bool insists(struct ikemon_meet *meet)
{
	u64 key = ikemon_guard_message_key(source_key(meet), meet->digest);

	return is_known(meet) &&
	       ikemon_filter_check(&meet->run->guard.challenged, key,
				   meet->now, FIRST_MIN_MS, FIRST_MAX_MS) ==
	       IKEMON_SEEN_BEFORE;
}

bool ikemon_ladder_unknown(struct ikemon_meet *meet)
{
	struct ikemon_guard *guard = &meet->run->guard;
	u32 rate = meet->conf->unknown_rate / 2 ?: 1;

	meet->class = IKEMON_MARK_UNKNOWN_SESSION;
	if (ikemon_sketch_add(&guard->unknown, source_key(meet), meet->now) >
	    UNKNOWN_SOURCE && !insists(meet))
		return ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_RATE);
	if (is_known(meet) &&
	    ikemon_guard_take(guard, IKEMON_GUARD_UNKNOWN_KNOWN, rate,
			      meet->now))
		return true;
	return ikemon_guard_take(guard, IKEMON_GUARD_UNKNOWN, rate,
				 meet->now) ||
	       ikemon_ladder_refuse(meet, IKEMON_VERDICT_DROP_RATE);
}
