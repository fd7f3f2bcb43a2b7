/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Multicast events. They may be lost and say so; dumps are the truth.
 */
#ifndef IKEMON_EVENT_H
#define IKEMON_EVENT_H

#include <linux/atomic.h>
#include <linux/nf_ikemon.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "limit.h"

struct ikemon_endpoint;
struct ikemon_net;
struct ikemon_sa;
struct ikemon_session;
struct ikemon_source;
struct ikemon_stray;

enum ikemon_event_limits {
	/* Bound of an array by enum ikemon_alarm. */
	IKEMON_ALARMS	= IKEMON_ALARM_MARK_IN_USE + 1,
	/* Likewise by multicast group. */
	IKEMON_GROUPS	= 4,
	IKEMON_PACE	= 16,
};

/**
 * struct ikemon_pace - what anybody who forges addresses can make us say
 * @second: of ikemon_now()
 * @said: how much in it
 */
struct ikemon_pace {
	u32 second;
	atomic_t said;
};

/**
 * ikemon_pace_take() - may one more be said?
 * @now: second of ikemon_now()
 *
 * Any context. CPUs that race at the turn of a second may say a few more.
 * Return: true for the first IKEMON_PACE of a second.
 */
static inline bool ikemon_pace_take(struct ikemon_pace *pace, u32 now)
{
	if (READ_ONCE(pace->second) != now) {
		WRITE_ONCE(pace->second, now);
		atomic_set(&pace->said, 0);
	}
	return atomic_read(&pace->said) < IKEMON_PACE &&
	       atomic_inc_return(&pace->said) <= IKEMON_PACE;
}

/**
 * struct ikemon_event_group - what was said to one multicast group
 * @seq: counts what was suppressed as well
 * @suppressed: events not sent since the last one that was
 */
struct ikemon_event_group {
	u64 seq;
	u32 suppressed;
};

/**
 * struct ikemon_events - what a namespace has said
 * @lock: protects all of it and the order of what is sent
 * @group: by IKEMON_NLGRP_*
 * @bucket: of session, source and SA events
 * @raised: bit N: alarm N is raised
 * @amount: by alarm: how much since it was raised
 * @held: by alarm: ns, when it was last raised or raised again
 */
struct ikemon_events {
	spinlock_t lock;	/* all of it but @amount and @held */
	struct ikemon_event_group group[IKEMON_GROUPS];
	struct ikemon_bucket bucket;
	u32 raised;
	atomic_t amount[IKEMON_ALARMS];
	u64 held[IKEMON_ALARMS];
};

/* How long a condition must be over before its alarm is cleared. */
#define IKEMON_ALARM_HOLD_MS	10000

void ikemon_events_init(struct ikemon_events *events);

/**
 * ikemon_event_session() - say that something happened to a session
 * @inet: where
 * @session: its lock is held by the caller, or nobody else can reach it
 * @event: what
 * @old_state: enum ikemon_state, for event state
 *
 * Any context; does not sleep. Costs nothing without a listener. Above the
 * configured rate only counts. Session lock -> events lock.
 */
void ikemon_event_session(struct ikemon_net *inet,
			  const struct ikemon_session *session,
			  enum ikemon_event event, u8 old_state);

/**
 * ikemon_event_moved() - say that the peer of a session is elsewhere
 * @old: where it was
 *
 * Event moved; as ikemon_event_session().
 */
void ikemon_event_moved(struct ikemon_net *inet,
			const struct ikemon_session *session,
			const struct ikemon_endpoint *old);

/**
 * ikemon_event_source() - say that something happened to a source
 * @inet: where
 * @source: its lock is held by the caller
 * @event: what
 *
 * As ikemon_event_session(), whose rate it shares. Source lock -> events
 * lock.
 */
void ikemon_event_source(struct ikemon_net *inet, struct ikemon_source *source,
			 enum ikemon_source_event event);

/**
 * ikemon_event_stray() - say that the unknown SPIs of a source are blocked
 * @inet: where
 * @stray: the lock of its set is held by the caller
 * @event: what
 * @may: else it only counts as suppressed
 *
 * As ikemon_event_session(), whose rate it shares. Set lock -> events lock.
 */
void ikemon_event_stray(struct ikemon_net *inet,
			const struct ikemon_stray *stray,
			enum ikemon_source_event event, bool may);

/**
 * ikemon_event_sa() - say that something happened to an SA
 * @inet: where
 * @sa: a copy
 * @event: what
 * @old_spi: that it replaces, for event rekeyed, else 0
 *
 * As ikemon_event_session(), whose rate it shares. Takes the lock of the xfrm
 * state, before that of the events.
 */
void ikemon_event_sa(struct ikemon_net *inet, const struct ikemon_sa *sa,
		     enum ikemon_sa_event event, __be32 old_spi);

/**
 * ikemon_alarm_raise() - a condition holds (again)
 *
 * Sends one event when it was not raised; no rate suppresses it. Any context;
 * does not sleep.
 */
void ikemon_alarm_raise(struct ikemon_net *inet, enum ikemon_alarm alarm);
/* Any context, no lock. */
bool ikemon_alarm_stands(const struct ikemon_net *inet,
			 enum ikemon_alarm alarm);

/* About once a second: clears the alarms that were not raised for a while. */
void ikemon_events_tick(struct ikemon_net *inet);

/*
 * Clears them all, since nobody watches any more. Process context, after the
 * last packet and the last tick.
 */
void ikemon_events_quiet(struct ikemon_net *inet);

#endif /* IKEMON_EVENT_H */
