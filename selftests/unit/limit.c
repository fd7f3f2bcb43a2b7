// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of limit. */
#include <math.h>

#include "limit.h"
#include "ktap.h"
#include "random.h"

enum { TOO_MANY = 2000000 };

/* Takes all there is. */
static u32 drain(struct ikemon_bucket *b, u32 rate, u32 burst, u64 now)
{
	u32 n = 0;

	while (n < TOO_MANY && ikemon_bucket_take(b, rate, burst, now))
		n++;
	return n;
}

static void test_full(void)
{
	static const u64 times[] = {
		0, 1, 59999, 60001, 0x7fffffff, 0x80000000, 0xfffeffff,
		0xffffff00, 0xffffffff, 0x100000000, 0x123456789abcdef,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		struct ikemon_bucket b = {};

		EXPECT(ikemon_bucket_left(&b, 1, 200, times[i]) == 200);
		EXPECT(drain(&b, 1, 200, times[i]) == 200);
		EXPECT(ikemon_bucket_left(&b, 1, 200, times[i]) == 0);
		EXPECT(drain(&b, 1, 200, times[i] + 999) == 0);
		EXPECT(drain(&b, 1, 200, times[i] + 1000) == 1);
	}
	ktap("a zeroed bucket is full whatever the time is");
}

static void test_extremes(void)
{
	struct ikemon_bucket b = {};
	u32 n = 0;

	EXPECT(drain(&b, 1000000, 1000000, 5) == 1000000);
	EXPECT(ikemon_bucket_left(&b, 1000000, 1000000, 6) == 1000);
	EXPECT(drain(&b, 1000000, 1000000, 1ULL << 31) == 1000000);
	EXPECT(drain(&b, 1000000, 1000000, (1ULL << 32) - 100000) == 1000000);
	/* out of range: clamped, not overflowed */
	EXPECT(ikemon_bucket_left(&b, U32_MAX, U32_MAX, 1ULL << 33) ==
	       1000000);
	/* 4295 ms at that rate are a little more than 2^32 1/1000 tokens */
	b = (struct ikemon_bucket){ .spent = 1000000000 };
	EXPECT(ikemon_bucket_left(&b, 1000000, 1000000, 4295) == 1000000);
	b = (struct ikemon_bucket){ .spent = U32_MAX };
	EXPECT(ikemon_bucket_left(&b, 1, 5, 0) == 0);
	EXPECT(!ikemon_bucket_take(&b, 1, 5, 0));
	EXPECT(drain(&b, 1, 5, 5000) == 5);
	EXPECT(!ikemon_bucket_take(&b, 0, 5, 1 << 20));
	EXPECT(!ikemon_bucket_take(&b, 5, 0, 1 << 20));
	EXPECT(ikemon_bucket_left(&b, 0, 5, 1 << 20) == 0);
	EXPECT(ikemon_bucket_left(&b, 5, 0, 1 << 20) == 0);
	/* the smallest bucket */
	b = (struct ikemon_bucket){};
	for (u64 now = 0; now < 10000; now++)
		n += ikemon_bucket_take(&b, 1, 1, now);
	EXPECT(n == 10);
	ktap("largest and smallest rates and bursts");
}

/* Whatever the pace of asking, burst + rate * time and no more pass. */
static void test_rate(void)
{
	unsigned int i;

	for (i = 0; i < 200; i++) {
		u32 rate = 1 + random64() % (i % 2 ? 20 : 5000);
		u32 burst = 1 + random64() % 300, n, steps = 2000;
		u64 start = random64() >> (random64() % 40), now = start;
		struct ikemon_bucket b = {};
		double most;

		n = drain(&b, rate, burst, now);
		while (steps--) {
			now += random64() % 50;
			n += drain(&b, rate, burst, now);
		}
		most = burst + rate * (now - start) / 1000.0;
		EXPECT(n <= most);
		/* never full in between, if it holds a step and a token */
		if (burst > 1 + rate * 50.0 / 1000)
			EXPECT(n > most - 1);
	}
	ktap("what passes is burst and rate, to the token");
}

static void test_clock(void)
{
	struct ikemon_bucket b = {};
	u64 now = 1ULL << 40;

	EXPECT(drain(&b, 10, 5, now) == 5);
	/* another CPU's clock: nothing refilled, nothing refilled twice */
	EXPECT(drain(&b, 10, 5, now - 40) == 0);
	EXPECT(drain(&b, 10, 5, now - 60000) == 0);
	EXPECT(drain(&b, 10, 5, now + 99) == 0);
	EXPECT(drain(&b, 10, 5, now + 100) == 1);
	/* a clock that jumped: at most full, and it goes on */
	EXPECT(drain(&b, 10, 5, now - 10000000) <= 5);
	EXPECT(drain(&b, 10, 5, now - 10000000) == 0);
	EXPECT(drain(&b, 10, 5, now - 10000000 + 200) == 2);
	/* 30 days, more than 2^31 ms */
	EXPECT(drain(&b, 10, 5, now + 30 * 86400000ULL) == 5);
	/* a whole turn of the stamp: less than was due, and it goes on */
	EXPECT(drain(&b, 10, 5, now + 30 * 86400000ULL + (1ULL << 32)) == 0);
	EXPECT(drain(&b, 10, 5, now + 30 * 86400000ULL + (1ULL << 32) + 100) ==
	       1);
	ktap("the clock goes back, jumps, wraps");
}

static void test_changed(void)
{
	struct ikemon_bucket b = {};

	EXPECT(drain(&b, 1, 1000, 0) == 1000);
	/* a smaller burst: the debt shrinks with it */
	EXPECT(drain(&b, 1, 2, 1000) == 1);
	EXPECT(drain(&b, 1, 2, 3000) == 2);
	/* a larger one: the new room is there at once */
	EXPECT(drain(&b, 1, 10, 3000) == 8);
	EXPECT(ikemon_bucket_left(&b, 100, 10, 3050) == 5);
	EXPECT(ikemon_bucket_left(&b, 100, 10, 3059) == 5);
	EXPECT(ikemon_bucket_left(&b, 100, 10, 3060) == 6);
	ktap("rate and burst may change between two calls");
}

static bool block_right(u32 offences, u32 lambda)
{
	double t = log(offences + 1.0) / (lambda / 1000.0);
	u32 seconds = ikemon_block_seconds(offences, lambda, U32_MAX);

	if (t < 1.5)
		return seconds == 1 || (seconds == 2 && t > 1.499);
	/* rounded to a second; the logarithm itself to a thousandth */
	return fabs(seconds - t) <= 0.5 + t / 1000;
}

static void test_block(void)
{
	static const u32 lambdas[] = { 1, 2, 7, 80, 999, 1000000 };
	unsigned int i, l;
	u64 n;

	for (l = 0; l < ARRAY_SIZE(lambdas); l++) {
		for (n = 0; n < 100000; n++)
			EXPECT(block_right(n, lambdas[l]));
		for (n = 1; n <= U32_MAX; n += n / 1000 + 1)
			EXPECT(block_right(n, lambdas[l]));
		for (i = 0; i < 32; i++) {
			EXPECT(block_right((1U << i) - 1, lambdas[l]));
			EXPECT(block_right(1U << i, lambdas[l]));
		}
		EXPECT(block_right(U32_MAX, lambdas[l]));
	}
	for (i = 0; i < 1000000; i++)
		EXPECT(block_right(random64(), 1 + random64() % 1000000));
	ktap("block times against libm");
}

static void test_block_bounds(void)
{
	u32 n, last = 0, seconds;

	EXPECT(ikemon_block_seconds(0, 80, 3600) == 1);
	EXPECT(ikemon_block_seconds(30, 80, 3600) == 43);
	EXPECT(ikemon_block_seconds(30, 80, 42) == 42);
	EXPECT(ikemon_block_seconds(30, 80, 1) == 1);
	EXPECT(ikemon_block_seconds(30, 0, 3600) == 3434);
	for (n = 0; n < 1000000; n++) {
		seconds = ikemon_block_seconds(n, 1, U32_MAX);
		EXPECT(seconds >= last);
		last = seconds;
	}
	ktap("block times have bounds and never fall");
}

int main(void)
{
	EXPECT(ikemon_limit_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_full();
	test_extremes();
	test_rate();
	test_clock();
	test_changed();
	test_block();
	test_block_bounds();
	return ktap_end();
}
