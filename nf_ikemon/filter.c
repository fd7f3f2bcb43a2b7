// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A Bloom filter that forgets. Ages are differences of wrapping stamps; the
 * rule in filter.h keeps them far from where they would wrap.
 */
#include "filter.h"

enum filter_time {
	TICK_SHIFT	= 4,		/* 16 ms */
	AHEAD		= 0xff00,	/* from here on: set by a CPU ahead */
	SAMPLE_SHIFT	= 8,		/* weight of one cell in the load */
	SLICE_SHIFT	= 2,		/* and of a slice that is cleaned */
	SLICE_MIN	= 64,		/* cells that tell something */
};

struct cells {
	u32 at[IKEMON_FILTER_CELLS];
	u32 sample;			/* one more, nobody's, for the load */
};

static u16 ticks(u32 ms)
{
	if (ms > IKEMON_FILTER_MAX_MS)
		ms = IKEMON_FILTER_MAX_MS;
	return ms >> TICK_SHIFT;
}

/* Never 0, which is empty. */
static u16 stamp(u64 now)
{
	u16 tick = now >> TICK_SHIFT;

	return tick ? tick : 1;
}

/* All from one hash, as good as of several (Kirsch and Mitzenmacher). */
static void find_cells(const struct ikemon_filter *f, u64 hash,
		       struct cells *cells)
{
	u32 step = (u32)(hash >> 32) | 1;
	u32 at = hash;
	unsigned int i;

	for (i = 0; i < IKEMON_FILTER_CELLS; i++, at += step)
		cells->at[i] = at & f->mask;
	cells->sample = at & f->mask;
}

static u16 age_of(u16 cell, u16 now)
{
	u16 age = now - cell;

	return age < AHEAD ? age : 0;
}

static bool is_live(u16 cell, u16 now, u16 max)
{
	return cell && age_of(cell, now) <= max;
}

static bool cell_live(const struct ikemon_filter *f, u32 at, u16 now, u16 max)
{
	return is_live(READ_ONCE(f->cell[at]), now, max);
}

static void sample_load(struct ikemon_filter *f, u32 at, u16 now, u16 max)
{
	u32 load = READ_ONCE(f->load);

	load -= load >> SAMPLE_SHIFT;
	if (cell_live(f, at, now, max))
		load += IKEMON_FILTER_FULL >> SAMPLE_SHIFT;
	WRITE_ONCE(f->load, load);
	if (READ_ONCE(f->window) != max)
		WRITE_ONCE(f->window, max);
}

void ikemon_filter_init(struct ikemon_filter *f, u16 *cell, u32 cells)
{
	memset(f, 0, sizeof(*f));
	f->cell = cell;
	f->mask = cells - 1;
	f->window = ticks(IKEMON_FILTER_MAX_MS);
}

enum ikemon_seen ikemon_filter_check(struct ikemon_filter *f, u64 hash,
				     u64 now, u32 min_ms, u32 max_ms)
{
	u16 max = ticks(max_ms), tick = stamp(now), youngest = U16_MAX;
	bool fresh = false;
	struct cells cells;
	unsigned int i;
	u16 cell, age;

	find_cells(f, hash, &cells);
	for (i = 0; i < IKEMON_FILTER_CELLS; i++) {
		cell = READ_ONCE(f->cell[cells.at[i]]);
		if (!is_live(cell, tick, max)) {
			if (!fresh)
				sample_load(f, cells.sample, tick, max);
			WRITE_ONCE(f->cell[cells.at[i]], tick);
			fresh = true;
			continue;
		}
		age = age_of(cell, tick);
		if (age < youngest)
			youngest = age;
	}
	if (fresh)
		return IKEMON_SEEN_NEW;
	return youngest << TICK_SHIFT < min_ms ? IKEMON_SEEN_SOON :
						 IKEMON_SEEN_BEFORE;
}

bool ikemon_filter_has(const struct ikemon_filter *f, u64 hash, u64 now,
		       u32 max_ms)
{
	u16 max = ticks(max_ms), tick = stamp(now);
	struct cells cells;
	unsigned int i;

	find_cells(f, hash, &cells);
	for (i = 0; i < IKEMON_FILTER_CELLS; i++)
		if (!cell_live(f, cells.at[i], tick, max))
			return false;
	return true;
}

/* Insertions tell the load only as long as there are some. */
static void slice_load(struct ikemon_filter *f, u32 live, u32 n)
{
	u32 load = READ_ONCE(f->load);

	load -= load >> SLICE_SHIFT;
	load += (u32)div_u64((u64)live * IKEMON_FILTER_FULL, n) >> SLICE_SHIFT;
	WRITE_ONCE(f->load, load);
}

void ikemon_filter_clean(struct ikemon_filter *f, u32 from, u32 n, u64 now)
{
	u16 max = ticks(IKEMON_FILTER_MAX_MS), window = READ_ONCE(f->window);
	u16 tick = stamp(now), cell;
	u32 live = 0, i;

	for (i = 0; i < n; i++) {
		u16 *at = &f->cell[(from + i) & f->mask];

		cell = READ_ONCE(*at);
		live += is_live(cell, tick, window);
		if (cell && !is_live(cell, tick, max))
			WRITE_ONCE(*at, 0);
	}
	if (n >= SLICE_MIN)
		slice_load(f, live, n);
}

bool ikemon_filter_saturated(const struct ikemon_filter *f)
{
	return READ_ONCE(f->load) > IKEMON_FILTER_FULL / 2;
}

#ifdef IKEMON_SELFTEST
#include "selftest/filter.c"
#endif
