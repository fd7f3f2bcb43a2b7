/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A count-min sketch with conservative update: how often was a key seen in
 * this window of 10 s, in memory that does not grow with the keys. A key can
 * also be marked hot for a while. Pure.
 *
 * An estimate is never too low, but for races: several CPUs may use a sketch
 * at once without a lock, and can lose an addition, or a mark made by two at
 * the same instant.
 */
#ifndef IKEMON_SKETCH_H
#define IKEMON_SKETCH_H

#include "pure.h"

enum ikemon_sketch_limits {
	IKEMON_SKETCH_ROWS	= 4,
	IKEMON_SKETCH_WINDOW_MS	= 10000,
	IKEMON_SKETCH_MAX	= 65535,	/* counts end here */
};

/**
 * struct ikemon_sketch_cell - one cell
 * @tally: count in the low half, window it is of in the high half, so that
 *	both are read and written at once
 * @hot_until: seconds, rounded up; 0 never was
 */
struct ikemon_sketch_cell {
	u32 tally;
	u32 hot_until;
};

/**
 * struct ikemon_sketch - the sketch
 * @cell: IKEMON_SKETCH_ROWS rows of @mask + 1 cells; the caller's memory
 * @mask: cells of a row less one; a power of two of them
 */
struct ikemon_sketch {
	struct ikemon_sketch_cell *cell;
	u32 mask;
};

/**
 * ikemon_sketch_init() - an empty sketch
 * @s: all of it is written
 * @cell: IKEMON_SKETCH_ROWS * @cells of them, zeroed, stay the caller's
 * @cells: of one row, a power of two, up to 2^29
 */
void ikemon_sketch_init(struct ikemon_sketch *s,
			struct ikemon_sketch_cell *cell, u32 cells);

/**
 * ikemon_sketch_add() - count a key
 * @s: the sketch
 * @hash: of the key, 64 bits of a keyed hash
 * @now: ms
 *
 * Any context, no lock.
 *
 * Return: how often at most it was seen in this window, this time included,
 * up to IKEMON_SKETCH_MAX.
 */
u32 ikemon_sketch_add(struct ikemon_sketch *s, u64 hash, u64 now);

/**
 * ikemon_sketch_heat() - mark a key
 * @s: the sketch
 * @hash: as in ikemon_sketch_add()
 * @until: ms, rounded up to a second; an earlier time shortens nothing
 *
 * Any context, no lock.
 */
void ikemon_sketch_heat(struct ikemon_sketch *s, u64 hash, u64 until);

/**
 * ikemon_sketch_hot() - is a key marked?
 * @s: the sketch
 * @hash: as in ikemon_sketch_add()
 * @now: ms
 *
 * Any context, no lock.
 *
 * Return: true if it is, or if all its cells are by others' marks.
 */
bool ikemon_sketch_hot(const struct ikemon_sketch *s, u64 hash, u64 now);

#ifdef IKEMON_SELFTEST
bool ikemon_sketch_selftest(void);
#endif

#endif /* IKEMON_SKETCH_H */
