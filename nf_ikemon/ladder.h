/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ladder (RFC 8019 in spirit): what is done with a message, from what it
 * is and what is known of its source and its session. In mode monitor it says
 * what would be done.
 */
#ifndef IKEMON_LADDER_H
#define IKEMON_LADDER_H

#include "track.h"

/**
 * ikemon_ladder_admit() - may a message be looked at beyond its header?
 * @meet: the message; its verdict is set, and whether it is trusted
 *
 * Says no to who begins a negotiation with us and is blocked.
 * rcu_read_lock() held, any context; takes no lock.
 * Return: true if it goes on.
 */
bool ikemon_ladder_admit(struct ikemon_meet *meet);

/**
 * ikemon_ladder_bar() - the block that ikemon_ladder_admit() would refuse by
 * @run: of the namespace
 * @conf: in force
 * @from: who begins a negotiation with us
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @mark: of the packet
 *
 * rcu_read_lock() held, any context; takes no lock.
 * Return: where it counts what it refuses, which is left to the caller; NULL
 * without one, and in mode monitor.
 */
atomic64_t *ikemon_ladder_bar(struct ikemon_run *run,
			      const struct ikemon_conf *conf,
			      const struct ikemon_endpoint *from, u8 family,
			      u32 mark);

/**
 * ikemon_ladder_open() - judge a message that begins a negotiation with us
 * @meet: the message, admitted; its verdict is set, and what proves it
 * @s: the session that it would belong to, NULL for a new one. Not locked:
 *	what is read of it is a hint
 *
 * Completes @meet->opener if it goes on. Who is let in with a broken SA payload
 * is malformed: its verdict is set, and there is to be no session of it.
 * rcu_read_lock() held, any context; takes locks of sources and of the guard.
 * Return: true if it goes on to the daemon.
 */
bool ikemon_ladder_open(struct ikemon_meet *meet, struct ikemon_session *s);

/**
 * ikemon_ladder_message() - judge a later message of a session
 * @meet: the message; its verdict is set
 * @s: its session, locked and alive
 * @dir: which end of it sent the message
 *
 * Only the session's own rates count here, never those of its source or of
 * all. Return: true if it goes on.
 */
bool ikemon_ladder_message(struct ikemon_meet *meet, struct ikemon_session *s,
			   enum ikemon_dir dir);

/**
 * ikemon_ladder_refuse() - say the verdict of a message, and count it
 * @meet: the message
 * @verdict: one that drops it
 *
 * For ladder.c and ladder_unproven.c. Any context.
 * Return: true if it goes on all the same, since the mode is monitor.
 */
bool ikemon_ladder_refuse(struct ikemon_meet *meet,
			  enum ikemon_verdict verdict);

/**
 * ikemon_ladder_unproven() - judge an opener that proves nothing
 * @meet: the message; its verdict is set
 *
 * For ladder.c. rcu_read_lock() held, any context; takes the guard's lock.
 * Return: as above.
 */
bool ikemon_ladder_unproven(struct ikemon_meet *meet);

/**
 * ikemon_ladder_doubts() - is what is broken refused now?
 * @meet: the message
 *
 * For ladder.c. While the challenge is on for all, or too much of it came from
 * its source, which has a count of its own for that. rcu_read_lock() held, any
 * context; takes no lock.
 */
bool ikemon_ladder_doubts(struct ikemon_meet *meet);

/* Judge a message with SPIs that no session knows. Return: as above. */
bool ikemon_ladder_unknown(struct ikemon_meet *meet);

/*
 * Judge what is malformed or of an unknown version: a daemon may make more of
 * it than we do. Return: as above.
 */
bool ikemon_ladder_malformed(struct ikemon_meet *meet);

/**
 * ikemon_ladder_prove() - the initiator of a session is there for sure
 * @s: locked; not yet proven
 *
 * Charges the source for a negotiation that came in unproven.
 */
void ikemon_ladder_prove(const struct ikemon_meet *meet,
			 struct ikemon_session *s);

/* Session lock held: does it come from the address that our side's answers go
 * to, where alone the SPI in them is known?
 */
bool ikemon_ladder_from_peer(const struct ikemon_meet *meet,
			     const struct ikemon_session *s);

/* Of the COOKIE that a message has as its first payload, 0 without one. */
u32 ikemon_ladder_cookie_digest(const struct ikemon_meet *meet);

/* What class of traffic it is, for the mark; see docs/nftables.md. */
enum ikemon_mark {
	IKEMON_MARK_NONE,
	IKEMON_MARK_NEW,
	IKEMON_MARK_PROVEN,
	IKEMON_MARK_HALF_OPEN,
	IKEMON_MARK_AUTHENTICATING,
	IKEMON_MARK_ESTABLISHED,
	IKEMON_MARK_ESP,
	IKEMON_MARK_KEEPALIVE,
	IKEMON_MARK_LIMITED,
	IKEMON_MARK_BLOCKED,
	IKEMON_MARK_UNKNOWN_ESP,
	IKEMON_MARK_MALFORMED,
	IKEMON_MARK_UNKNOWN_SESSION,
};

/* The class of a message of a session. */
u8 ikemon_ladder_mark(const struct ikemon_session *s);

#endif /* IKEMON_LADDER_H */
