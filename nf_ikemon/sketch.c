// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A count-min sketch with conservative update: only cells that are below the
 * new estimate are raised, so that keys disturb each other as little as can
 * be (Estan and Varghese).
 */
#include "sketch.h"

enum sketch_units {
	MS_PER_S	= 1000,
	WINDOW_SHIFT	= 16,		/* in ikemon_sketch_cell.tally */
};

void ikemon_sketch_init(struct ikemon_sketch *s,
			struct ikemon_sketch_cell *cell, u32 cells)
{
	s->cell = cell;
	s->mask = cells - 1;
}

static struct ikemon_sketch_cell *cell_at(const struct ikemon_sketch *s,
					  u64 hash, unsigned int row)
{
	u32 at = (u32)hash + row * ((u32)(hash >> 32) | 1);

	return &s->cell[row * (s->mask + 1) + (at & s->mask)];
}

/* Comes again after 7.6 days; then an old count may count once more. */
static u32 window_of(u64 now)
{
	return (u32)div_u64(now, IKEMON_SKETCH_WINDOW_MS) << WINDOW_SHIFT;
}

static u32 count_of(const struct ikemon_sketch_cell *cell, u32 window)
{
	u32 tally = READ_ONCE(cell->tally);
	u32 count = tally & IKEMON_SKETCH_MAX;

	return tally - count == window ? count : 0;
}

u32 ikemon_sketch_add(struct ikemon_sketch *s, u64 hash, u64 now)
{
	struct ikemon_sketch_cell *cell[IKEMON_SKETCH_ROWS];
	u32 count[IKEMON_SKETCH_ROWS], least = IKEMON_SKETCH_MAX;
	u32 window = window_of(now);
	unsigned int row;

	for (row = 0; row < IKEMON_SKETCH_ROWS; row++) {
		cell[row] = cell_at(s, hash, row);
		count[row] = count_of(cell[row], window);
		if (count[row] < least)
			least = count[row];
	}
	if (least == IKEMON_SKETCH_MAX)
		return least;
	least++;
	for (row = 0; row < IKEMON_SKETCH_ROWS; row++)
		if (count[row] < least)
			WRITE_ONCE(cell[row]->tally, window | least);
	return least;
}

void ikemon_sketch_heat(struct ikemon_sketch *s, u64 hash, u64 until)
{
	u32 second = div_u64(until + MS_PER_S - 1, MS_PER_S);
	struct ikemon_sketch_cell *cell;
	unsigned int row;

	for (row = 0; row < IKEMON_SKETCH_ROWS; row++) {
		cell = cell_at(s, hash, row);
		if (READ_ONCE(cell->hot_until) < second)
			WRITE_ONCE(cell->hot_until, second);
	}
}

bool ikemon_sketch_hot(const struct ikemon_sketch *s, u64 hash, u64 now)
{
	u32 second = div_u64(now, MS_PER_S);
	unsigned int row;

	for (row = 0; row < IKEMON_SKETCH_ROWS; row++)
		if (READ_ONCE(cell_at(s, hash, row)->hot_until) <= second)
			return false;
	return true;
}

#ifdef IKEMON_SELFTEST
#include "selftest/sketch.c"
#endif
