/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Bloom filter that forgets: was this seen before, and how long ago? For
 * first-packet drop and for "was challenged". Pure.
 *
 * A cell is the time when it was set, in ticks of 16 ms that wrap around
 * after 1048 s; 0 is empty. So that no old cell comes back to life, whoever
 * owns the filter must let ikemon_filter_clean() see every cell at least once
 * in IKEMON_FILTER_CLEAN_S.
 *
 * Several CPUs may use a filter at once without a lock. What they can lose is
 * an insertion: a key that is new to both, or a step of @load.
 */
#ifndef IKEMON_FILTER_H
#define IKEMON_FILTER_H

#include "pure.h"

enum ikemon_filter_limits {
	IKEMON_FILTER_CELLS	= 3,		/* of a key */
	IKEMON_FILTER_MAX_MS	= 60000,	/* oldest that counts */
	IKEMON_FILTER_CLEAN_S	= 512,
	IKEMON_FILTER_FULL	= 65536,	/* load: all cells are live */
};

/**
 * struct ikemon_filter - the filter
 * @cell: @mask + 1 of them, a power of two; the caller's memory
 * @mask: number of cells less one
 * @load: share of cells that are live, smoothed, 1/65536
 * @window: ticks a cell lived at the last check, for @load
 */
struct ikemon_filter {
	u16 *cell;
	u32 mask;
	u32 load;
	u32 window;
};

enum ikemon_seen {
	IKEMON_SEEN_NEW,	/* was not there, is now */
	IKEMON_SEEN_SOON,	/* is there, but not for long enough yet */
	IKEMON_SEEN_BEFORE,
};

/**
 * ikemon_filter_init() - an empty filter
 * @f: all of it is written
 * @cell: zeroed, stays the caller's
 * @cells: a power of two, up to 2^31
 */
void ikemon_filter_init(struct ikemon_filter *f, u16 *cell, u32 cells);

/**
 * ikemon_filter_check() - was it seen before? If not, now it is.
 * @f: the filter
 * @hash: of the key, 64 bits of a keyed hash
 * @now: ms
 * @min_ms: what was first seen less than that ago comes too soon
 * @max_ms: what was first seen longer ago is forgotten, up to
 *	IKEMON_FILTER_MAX_MS
 *
 * Times are exact to a tick of 16 ms. Live cells keep their older time, so
 * that who asks often does not have to wait longer. A key that was never seen
 * passes for one that was with the probability (@f->load / 65536)^3. Any
 * context, no lock.
 *
 * Return: enum ikemon_seen.
 */
enum ikemon_seen ikemon_filter_check(struct ikemon_filter *f, u64 hash,
				     u64 now, u32 min_ms, u32 max_ms);

/**
 * ikemon_filter_has() - was it seen in the last @max_ms?
 * @f: the filter; not changed
 * @hash: as in ikemon_filter_check()
 * @now: ms
 * @max_ms: up to IKEMON_FILTER_MAX_MS
 *
 * Any context, no lock.
 */
bool ikemon_filter_has(const struct ikemon_filter *f, u64 hash, u64 now,
		       u32 max_ms);

/**
 * ikemon_filter_clean() - empty cells that are too old, correct the load
 * @f: the filter
 * @from: first cell; wraps around
 * @n: how many; work is as much
 * @now: ms
 *
 * Any context, no lock; one caller at a time.
 */
void ikemon_filter_clean(struct ikemon_filter *f, u32 from, u32 n, u64 now);

/* More than half of its cells are live: it says "before" to one in eight that
 * it never saw, and soon to more. Any context.
 */
bool ikemon_filter_saturated(const struct ikemon_filter *f);

#ifdef IKEMON_SELFTEST
bool ikemon_filter_selftest(void);
#endif

#endif /* IKEMON_FILTER_H */
