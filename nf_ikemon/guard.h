/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the ladder knows of a namespace as a whole: is it under attack, who
 * was challenged, with which secrets; and the alarms that follow. Its memory
 * is of fixed size, whatever is sent to us.
 */
#ifndef IKEMON_GUARD_H
#define IKEMON_GUARD_H

#include <linux/atomic.h>
#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "cookie.h"
#include "filter.h"
#include "limit.h"
#include "sketch.h"

struct ikemon_conf;
struct ikemon_run;
struct ikemon_source;

/* What only so many a second may have. */
enum ikemon_guard_bucket {
	IKEMON_GUARD_COOKIE,		/* COOKIE answers */
	IKEMON_GUARD_FIRST,		/* let in by the first-packet filter */
	IKEMON_GUARD_FIRST_KNOWN,	/* likewise, known addresses */
	IKEMON_GUARD_UNKNOWN,		/* messages of unknown sessions */
	IKEMON_GUARD_UNKNOWN_KNOWN,	/* likewise, known addresses */
	IKEMON_GUARD_MALFORMED,
	IKEMON_GUARD_BUCKETS
};

/**
 * struct ikemon_silence - questions since the last answer
 * @since: second of ikemon_now() of the first one, 0 without one
 * @last: likewise, of the last one
 * @questions: how many
 */
struct ikemon_silence {
	u32 since;
	u32 last;
	atomic_t questions;
};

/**
 * struct ikemon_tally - one window of what proven sources did
 * @sources: that had a negotiation or an offence, not those of the next window
 * @offenders: those of them that offended, likewise
 * @successes: sessions that were established
 */
struct ikemon_tally {
	atomic_t sources;
	atomic_t offenders;
	atomic_t successes;
};

/**
 * struct ikemon_guard - what the ladder knows of a namespace
 * @key: of all hashes of sketches and filters
 * @secrets: of cookies; replaced by @tick
 * @unproven: negotiations of sources that are not proven; hot: challenged
 * @unknown: messages of unknown sessions, by source
 * @first: for first-packet drop
 * @challenged: who was sent a COOKIE, so that he is again
 * @missing: challenges of this second less those that were answered
 * @spent: unproven negotiations of the last seconds that our side refused or
 *	challenged: they hold nothing, but it had to deal with them
 * @lost: @missing of the last seconds, the older ones count less
 * @attack_until: second of ikemon_now() until which all are challenged
 * @mismatch_until: likewise, until which no COOKIE is sent
 * @suspended_until: likewise, until which mass-failure is raised
 * @daemon: negotiations let in, and our side's answers
 * @verified: likewise, those let in because of a COOKIE of ours
 * @fits: enum ikemon_cookie_mode in which the daemon was seen to answer them,
 *	0 none
 * @tally: of the present window and the one before, by parity
 * @window: number of the present one
 * @lock: protects @bucket; innermost
 * @bucket: by enum ikemon_guard_bucket
 * @tick: once a second: alarms, rotation of secrets, cleaning of filters
 * @ticks: how many
 * @run: whose it is
 */
struct ikemon_guard {
	siphash_key_t key;
	struct ikemon_guard_secrets __rcu *secrets;
	struct ikemon_sketch unproven;
	struct ikemon_sketch unknown;
	struct ikemon_filter first;
	struct ikemon_filter challenged;
	atomic_t missing;
	atomic_t spent;
	int lost;
	u32 attack_until;
	u32 mismatch_until;
	u32 suspended_until;
	struct ikemon_silence daemon;
	struct ikemon_silence verified;
	u8 fits;
	struct ikemon_tally tally[2];
	u32 window;
	spinlock_t lock;	/* bucket */
	struct ikemon_bucket bucket[IKEMON_GUARD_BUCKETS];
	struct delayed_work tick;
	u32 ticks;
	struct ikemon_run *run;
};

struct ikemon_guard_secrets {
	struct ikemon_cookie_secrets secrets;
	struct rcu_head rcu;
};

/* Process context, may sleep. Return: 0 or -ENOMEM. */
int ikemon_guard_init(struct ikemon_guard *guard, struct ikemon_run *run);
/* No packet is left that could use it. */
void ikemon_guard_destroy(struct ikemon_guard *guard);
/* Process context; the stop waits for the worker. */
void ikemon_guard_start(struct ikemon_guard *guard);
void ikemon_guard_stop(struct ikemon_guard *guard);

/**
 * ikemon_guard_take() - one more of what is bounded per second
 * @rate: of the configuration; the burst is as much, a second's worth
 *
 * Any context; takes the guard's lock.
 * Return: false if there was too much of it.
 */
bool ikemon_guard_take(struct ikemon_guard *guard,
		       enum ikemon_guard_bucket which, u32 rate, u64 now);

/* A keyed hash of a source, for the sketches. Any context. */
u64 ikemon_guard_source_key(const struct ikemon_guard *guard,
			    const union nf_inet_addr *prefix, u8 family,
			    u8 plen);

/**
 * ikemon_guard_message_key() - of a message of a source, for the filters
 * @source_key: nobody knows it, and so neither what comes of it
 * @what: tells its messages apart: a digest or an SPI
 *
 * Different for each of a source. Any context.
 */
u64 ikemon_guard_message_key(u64 source_key, u64 what);

/* Is everybody challenged now? Begins it if the thresholds say so. */
bool ikemon_guard_attacked(struct ikemon_run *run,
			   const struct ikemon_conf *conf, u64 now);

/**
 * ikemon_guard_challenge() - a negotiation was challenged, or answered that
 * @n: 1, or -1 for the answer
 *
 * While many of them stay without answer it is still an attack, although
 * none of it can become half-open. Any context, no lock.
 */
void ikemon_guard_challenge(struct ikemon_guard *guard, int n);

/* Our side refused or challenged a negotiation that is not proven. */
static inline void ikemon_guard_spent(struct ikemon_guard *guard)
{
	atomic_inc(&guard->spent);
}

/* Does the daemon not do with cookies what the mode expects? Any context. */
bool ikemon_guard_mismatch(const struct ikemon_guard *guard, u64 now);
/* The daemon answered without COOKIE what had lost ours (twostage). */
void ikemon_guard_mismatched(struct ikemon_guard *guard, u64 now);

/* Is it us, so that nobody is blocked while the alarm stands? Any context. */
bool ikemon_guard_suspends(const struct ikemon_run *run);

/**
 * ikemon_guard_let_in() - a message that begins a negotiation goes to our side
 * @verified: it brought a COOKIE of ours
 *
 * Any context, no lock; repetitions count too.
 */
void ikemon_guard_let_in(struct ikemon_guard *guard, bool verified, u64 now);
/* Our side answered one. @mode: enum ikemon_cookie_mode in force. */
void ikemon_guard_answered(struct ikemon_guard *guard, bool verified, u8 mode);

/* For the alarm mass-failure; any context, no lock. */
void ikemon_guard_seen(struct ikemon_run *run, struct ikemon_source *source,
		       bool offended);
void ikemon_guard_success(struct ikemon_guard *guard);

int ikemon_guard_queue_init(void);
void ikemon_guard_queue_uninit(void);

#endif /* IKEMON_GUARD_H */
