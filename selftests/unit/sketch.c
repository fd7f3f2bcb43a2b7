// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of sketch. */
#include <stdlib.h>

#include "sketch.h"
#include "ktap.h"
#include "random.h"

enum {
	CELLS	= 4096,		/* of a row */
	KEYS	= 20000,
};

static struct ikemon_sketch_cell cell[IKEMON_SKETCH_ROWS * CELLS];
static struct ikemon_sketch sketch;

static void start(void)
{
	memset(cell, 0, sizeof(cell));
	ikemon_sketch_init(&sketch, cell, CELLS);
}

static u32 add(u64 key, u64 now)
{
	return ikemon_sketch_add(&sketch, key, now);
}

static void test_few(void)
{
	unsigned int key, i;

	start();
	for (i = 1; i <= 50; i++)
		for (key = 0; key < 20; key++)
			EXPECT(add(mix64(key), 5000) == i);
	ktap("a few keys are counted exactly");
}

/* Many more keys than cells: too much is possible, too little is not. */
static void test_many(void)
{
	static u32 truth[KEYS];
	u32 i, key, seen, wrong = 0;

	start();
	for (i = 0; i < 10 * KEYS; i++) {
		/* a few of them often */
		key = random64() % (random64() % 4 ? 40 : KEYS);
		truth[key]++;
		seen = add(mix64(key), 5000);
		EXPECT(seen >= truth[key]);
		/* the frequent ones do not suffer from the rare ones */
		if (truth[key] >= 200)
			wrong += seen > truth[key] * 11 / 10;
	}
	EXPECT(truth[0] > 1000);
	EXPECT(wrong < 100);
	ktap("estimates are never too low, and good where it matters");
}

static void test_window(void)
{
	u64 start_of, key = random64();
	unsigned int i;

	start();
	for (i = 0; i < 200; i++) {
		start_of = (random64() >> 24) / 10000 * 10000;
		start();
		EXPECT(add(key, start_of) == 1);
		EXPECT(add(key, start_of + 9999) == 2);
		EXPECT(add(key, start_of + 10000) == 1);
		EXPECT(add(key, start_of + 10001) == 2);
		EXPECT(add(key, start_of + 655350000) == 1);
	}
	ktap("each window of 10 s counts anew");
}

static void test_saturation(void)
{
	u32 i;

	start();
	for (i = 1; i < 65535; i++)
		add(3, 20000);
	EXPECT(add(3, 20000) == 65535);
	EXPECT(add(3, 20000) == 65535);
	EXPECT(add(3, 29999) == 65535);
	EXPECT(add(3, 30000) == 1);
	ktap("counts end at 65535 and leave the window alone");
}

static void test_hot(void)
{
	u64 now = 1ULL << 41;		/* 70 years */
	u32 i, wrong = 0;

	start();
	EXPECT(!ikemon_sketch_hot(&sketch, 1, 0));
	EXPECT(!ikemon_sketch_hot(&sketch, 1, now));
	now = now / 1000 * 1000;
	ikemon_sketch_heat(&sketch, 1, now + 10500);
	EXPECT(ikemon_sketch_hot(&sketch, 1, now));
	EXPECT(ikemon_sketch_hot(&sketch, 1, now + 10499));
	EXPECT(!ikemon_sketch_hot(&sketch, 1, now + 11000));
	ikemon_sketch_heat(&sketch, 1, now + 2000);
	EXPECT(ikemon_sketch_hot(&sketch, 1, now + 10499));
	ikemon_sketch_heat(&sketch, 1, now + 20000);
	EXPECT(ikemon_sketch_hot(&sketch, 1, now + 19999));
	EXPECT(!ikemon_sketch_hot(&sketch, 1, now + 20000));
	for (i = 0; i < 400; i++)
		ikemon_sketch_heat(&sketch, random64(), now + 10000);
	for (i = 0; i < 100000; i++)
		wrong += ikemon_sketch_hot(&sketch, random64(), now);
	/* 1 in 10 cells is hot: 1 in 10000 keys */
	EXPECT(wrong < 40);
	/* marks and counts are apart */
	EXPECT(add(1, now) == 1);
	EXPECT(ikemon_sketch_hot(&sketch, 1, now));
	ktap("a hot key is hot until its time, and hardly another");
}

static void test_smallest(void)
{
	struct ikemon_sketch_cell one[IKEMON_SKETCH_ROWS] = {};
	struct ikemon_sketch s;

	ikemon_sketch_init(&s, one, 1);
	EXPECT(ikemon_sketch_add(&s, ~0ULL, 1) == 1);
	EXPECT(ikemon_sketch_add(&s, 0x8000000000000000ULL, 1) == 2);
	ikemon_sketch_heat(&s, ~0ULL, 5000);
	EXPECT(ikemon_sketch_hot(&s, 0, 1000));
	ktap("a sketch of one cell a row");
}

int main(void)
{
	EXPECT(ikemon_sketch_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_few();
	test_many();
	test_window();
	test_saturation();
	test_hot();
	test_smallest();
	return ktap_end();
}
