/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of something is let through, and for how long a source is blocked.
 * Pure.
 */
#ifndef IKEMON_LIMIT_H
#define IKEMON_LIMIT_H

#include "pure.h"

enum ikemon_limit_range {
	IKEMON_RATE_MAX		= 1000000,	/* per second */
	IKEMON_BURST_MAX	= 1000000,
	IKEMON_LAMBDA_MAX	= 1000000,	/* 1/1000 per second */
	/* a clock that is behind by no more is another CPU's */
	IKEMON_BUCKET_BEHIND_MS	= 60000,
};

/**
 * struct ikemon_bucket - a token bucket
 * @spent: 1/1000 tokens taken and not yet refilled
 * @stamp: low 32 bits of the ms @spent is of
 *
 * All zero is a full bucket. It knows no rate and no burst: both may differ
 * from call to call.
 */
struct ikemon_bucket {
	u32 spent;
	u32 stamp;
};

/**
 * ikemon_bucket_take() - take one token
 * @b: the bucket; the caller keeps others from it
 * @rate: tokens refilled per second, up to IKEMON_RATE_MAX; 0 lets nothing
 *	through
 * @burst: tokens that it holds, up to IKEMON_BURST_MAX; 0 likewise
 * @now: ms
 *
 * A clock that goes back a little (IKEMON_BUCKET_BEHIND_MS) refills nothing.
 * After more than 49 days without use less may have been refilled than was
 * due, never more. Any context.
 *
 * Return: false if there was none to take.
 */
bool ikemon_bucket_take(struct ikemon_bucket *b, u32 rate, u32 burst, u64 now);

/**
 * ikemon_bucket_left() - how many tokens could be taken now
 * @b: the bucket; not changed
 * @rate: as in ikemon_bucket_take()
 * @burst: likewise
 * @now: ms
 *
 * Any context; without a lock it is a hint.
 *
 * Return: whole tokens.
 */
u32 ikemon_bucket_left(const struct ikemon_bucket *b, u32 rate, u32 burst,
		       u64 now);

/**
 * ikemon_block_seconds() - how long to block who offended
 * @offences: N, any number
 * @lambda: 1/1000 per second, 1 to IKEMON_LAMBDA_MAX
 * @max: seconds, at least 1
 *
 * T = ln(N + 1) / lambda to the nearest second, at least 1, at most @max. Any
 * context.
 *
 * Return: seconds.
 */
u32 ikemon_block_seconds(u32 offences, u32 lambda, u32 max);

#ifdef IKEMON_SELFTEST
bool ikemon_limit_selftest(void);
#endif

#endif /* IKEMON_LIMIT_H */
