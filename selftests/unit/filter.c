// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of filter. */
#include <stdlib.h>

#include "filter.h"
#include "ktap.h"
#include "random.h"

enum {
	CELLS	= 1 << 14,
	MIN	= 300,
	MAX	= 30000,
	TICK	= 16,
};

static u16 cell[CELLS];
static struct ikemon_filter filter;

static void start(void)
{
	memset(cell, 0, sizeof(cell));
	ikemon_filter_init(&filter, cell, CELLS);
}

static u32 live_cells(void)
{
	u32 n = 0, i;

	for (i = 0; i < CELLS; i++)
		n += cell[i] != 0;
	return n;
}

static enum ikemon_seen check(u64 key, u64 now)
{
	return ikemon_filter_check(&filter, key, now, MIN, MAX);
}

static bool has(u64 key, u64 now)
{
	return ikemon_filter_has(&filter, key, now, MAX);
}

/* The same at every phase of a tick, and where the stamp wraps or is 0. */
static void test_ages(void)
{
	u64 now, end, key;

	for (now = (1ULL << 40) - 3000, end = now + 6000; now < end; now += 7) {
		start();
		key = random64();
		EXPECT(!has(key, now));
		EXPECT(check(key, now) == IKEMON_SEEN_NEW);
		EXPECT(has(key, now));
		EXPECT(check(key, now) == IKEMON_SEEN_SOON);
		EXPECT(check(key, now + MIN - 2 * TICK) == IKEMON_SEEN_SOON);
		EXPECT(check(key, now + MIN + 2 * TICK) == IKEMON_SEEN_BEFORE);
		EXPECT(check(key, now + MAX - 2 * TICK) == IKEMON_SEEN_BEFORE);
		EXPECT(has(key, now + MAX - 2 * TICK));
		EXPECT(!has(key, now + MAX + 2 * TICK));
		EXPECT(check(key, now + MAX + 2 * TICK) == IKEMON_SEEN_NEW);
		EXPECT(check(key, now + MAX + 4 * TICK) == IKEMON_SEEN_SOON);
	}
	ktap("new, too soon, seen before, forgotten");
}

static void test_impatient(void)
{
	unsigned int i;

	start();
	EXPECT(check(5, 1000) == IKEMON_SEEN_NEW);
	for (i = 1; i < 28; i++)
		EXPECT(check(5, 1000 + i * 10) == IKEMON_SEEN_SOON);
	EXPECT(check(5, 1340) == IKEMON_SEEN_BEFORE);
	ktap("who asks often does not wait longer");
}

static void test_cells(void)
{
	static const u64 keys[] = {
		0, 7, 1ULL << 32, 2ULL << 32, ~0ULL, (u64)CELLS << 32,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		start();
		check(keys[i], 1000);
		EXPECT(live_cells() == IKEMON_FILTER_CELLS);
	}
	ktap("each key has three cells of its own");
}

/* Some cells of a key are others' and older: the youngest tells. */
static void test_youngest(void)
{
	u64 key = 1ULL << 32;		/* cells 0, 1, 2 */
	u64 other = (2ULL << 32) | 1;	/* cells 1, 4, 7 */

	start();
	EXPECT(check(other, 1000) == IKEMON_SEEN_NEW);
	EXPECT(!has(key, 21000));
	EXPECT(check(key, 21000) == IKEMON_SEEN_NEW);
	EXPECT(cell[1] == 1000 / TICK && cell[0] == 21000 / TICK);
	EXPECT(check(key, 21100) == IKEMON_SEEN_SOON);
	EXPECT(check(key, 21400) == IKEMON_SEEN_BEFORE);
	EXPECT(check(other, 21400) == IKEMON_SEEN_BEFORE);
	ktap("live cells keep their time, the youngest decides");
}

static void test_clock_behind(void)
{
	start();
	EXPECT(check(5, 100000) == IKEMON_SEEN_NEW);
	EXPECT(check(5, 99950) == IKEMON_SEEN_SOON);
	EXPECT(has(5, 99000));
	EXPECT(check(5, 100400) == IKEMON_SEEN_BEFORE);
	ktap("another CPU's clock may be behind");
}

/* Slices at the slowest pace that the rule allows, at any phase of it. */
static void test_clean(void)
{
	const u32 slices = 64, slice = CELLS / slices;
	const u64 pace = IKEMON_FILTER_CLEAN_S * 1000 / slices;
	u64 key, born, now;
	unsigned int i;
	u32 turn;

	for (i = 0; i < 100; i++) {
		start();
		key = random64();
		born = random64() >> 20;
		turn = random64();
		check(key, born);
		for (now = born; now < born + 2200000; now += pace) {
			ikemon_filter_clean(&filter, turn++ * slice, slice,
					    now);
			EXPECT(has(key, now) == (now <= born + MAX));
			EXPECT(has(key, now + pace / 2) ==
			       (now + pace / 2 <= born + MAX));
		}
	}
	for (i = 0; i < CELLS; i++)
		EXPECT(!cell[i]);
	ktap("what is forgotten never comes back");
}

static void test_clean_keeps(void)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++)
		check(mix64(i), 100000);
	ikemon_filter_clean(&filter, 5, CELLS, 100000 + MAX);
	for (i = 0; i < 1000; i++)
		EXPECT(has(mix64(i), 100000 + MAX - TICK));
	/* the largest age that may be asked for is one that counts */
	EXPECT(ikemon_filter_has(&filter, mix64(7), 100000 + 59000, U32_MAX));
	EXPECT(!ikemon_filter_has(&filter, mix64(7), 100000 + 61000, U32_MAX));
	ktap("cleaning leaves what is not old");
}

/* Fill to a share, compare the load with it, and the errors with its cube. */
static void fill_to(double share)
{
	u32 wrong = 0, i, probes = 200000;
	double live, rate;

	start();
	while (live_cells() < share * CELLS)
		for (i = 0; i < 100; i++)
			check(random64(), 100000);
	live = (double)live_cells() / CELLS;
	for (i = 0; i < probes; i++)
		wrong += has(random64(), 100000);
	rate = (double)wrong / probes;
	EXPECT(rate > live * live * live * 0.9 &&
	       rate < live * live * live * 1.1);
	EXPECT(filter.load > (live - 0.12) * IKEMON_FILTER_FULL &&
	       filter.load < (live + 0.08) * IKEMON_FILTER_FULL);
	ikemon_filter_clean(&filter, 0, CELLS, 100000);
	for (i = 0; i < 20; i++)
		ikemon_filter_clean(&filter, 0, CELLS, 100000);
	EXPECT(filter.load > (live - 0.01) * IKEMON_FILTER_FULL &&
	       filter.load < (live + 0.01) * IKEMON_FILTER_FULL);
	EXPECT(ikemon_filter_saturated(&filter) == (live > 0.5));
}

static void test_load(void)
{
	unsigned int i;

	fill_to(0.2);
	fill_to(0.48);
	fill_to(0.52);
	fill_to(0.8);
	EXPECT(ikemon_filter_saturated(&filter));
	/* no insertion any more: cleaning alone lets the load fall */
	for (i = 0; i < 20; i++)
		ikemon_filter_clean(&filter, i * 1024, 1024,
				    100000 + MAX + 1000);
	EXPECT(!ikemon_filter_saturated(&filter));
	ktap("load, errors and saturation");
}

static void test_full(void)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000000; i++)
		check(random64(), 100000);
	EXPECT(filter.load <= IKEMON_FILTER_FULL);
	EXPECT(filter.load > IKEMON_FILTER_FULL * 3 / 4);
	EXPECT(live_cells() == CELLS);
	EXPECT(check(random64(), 100000) == IKEMON_SEEN_SOON);
	/* and it forgets all that */
	EXPECT(check(random64(), 100000 + MAX + 2 * TICK) == IKEMON_SEEN_NEW);
	ktap("a flood fills it, and it recovers");
}

int main(void)
{
	EXPECT(ikemon_filter_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_ages();
	test_impatient();
	test_cells();
	test_youngest();
	test_clock_behind();
	test_clean();
	test_clean_keeps();
	test_load();
	test_full();
	return ktap_end();
}
