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

struct ikemon_net;
struct ikemon_session;

/**
 * struct ikemon_events - what a namespace has said
 * @lock: protects all of it and the order of what is sent
 * @session_seq: of group session, counts what was suppressed as well
 * @alarm_seq: of group alarm
 * @refill: ns of the last refill of @tokens
 * @tokens: session events that may be sent now
 * @suppressed: session events not sent since the last one that was
 * @raised: bit N: alarm N is raised
 * @amount: by alarm: how much since it was raised
 * @held: by alarm: ns, when it was last raised or raised again
 */
struct ikemon_events {
	spinlock_t lock;	/* all of it but @amount and @held */
	u64 session_seq;
	u64 alarm_seq;
	u64 refill;
	u32 tokens;
	u32 suppressed;
	u32 raised;
	atomic_t amount[IKEMON_ALARM_EVENTS_LOST + 1];
	u64 held[IKEMON_ALARM_EVENTS_LOST + 1];
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
 * ikemon_alarm_raise() - a condition holds (again)
 *
 * Sends one event when it was not raised. Any context; does not sleep.
 */
void ikemon_alarm_raise(struct ikemon_net *inet, enum ikemon_alarm alarm);

/* About once a second: clears the alarms that were not raised for a while. */
void ikemon_events_tick(struct ikemon_net *inet);

#endif /* IKEMON_EVENT_H */
