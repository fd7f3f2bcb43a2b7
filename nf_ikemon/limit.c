// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much of something is let through, and for how long a source is blocked.
 * Integer arithmetic alone; nothing is divided by more than 32 bits.
 */
#include "limit.h"

enum limit_units {
	TOKEN		= 1000,		/* of ikemon_bucket.spent */
	LN2		= 45426,	/* ln(2) * 65536 */
	LOG_BITS	= 16,		/* behind the point */
};

static u32 at_most(u32 value, u32 max)
{
	return value < max ? value : max;
}

/* Is @now before @b->stamp, as another CPU's clock may be? */
static bool is_behind(const struct ikemon_bucket *b, u32 now)
{
	u32 behind = b->stamp - now;

	return behind && behind <= IKEMON_BUCKET_BEHIND_MS;
}

/*
 * What is still spent at @now. A rate of N per second is N 1/1000 tokens per
 * ms, so that nothing is lost in rounding however often this is asked.
 */
static u32 spent_at(const struct ikemon_bucket *b, u32 rate, u32 burst,
		    u32 now)
{
	u32 spent = at_most(b->spent, burst * TOKEN);
	u64 refill;

	if (is_behind(b, now))
		return spent;
	refill = (u64)(now - b->stamp) * rate;
	return refill < spent ? spent - (u32)refill : 0;
}

bool ikemon_bucket_take(struct ikemon_bucket *b, u32 rate, u32 burst, u64 now)
{
	u32 spent;

	rate = at_most(rate, IKEMON_RATE_MAX);
	burst = at_most(burst, IKEMON_BURST_MAX);
	if (!rate || !burst)
		return false;
	spent = spent_at(b, rate, burst, now);
	if (!spent || !is_behind(b, now))
		b->stamp = now;
	b->spent = spent;
	if (spent > (burst - 1) * TOKEN)
		return false;
	b->spent += TOKEN;
	return true;
}

u32 ikemon_bucket_left(const struct ikemon_bucket *b, u32 rate, u32 burst,
		       u64 now)
{
	rate = at_most(rate, IKEMON_RATE_MAX);
	burst = at_most(burst, IKEMON_BURST_MAX);
	if (!rate)
		return 0;
	return (burst * TOKEN - spent_at(b, rate, burst, now)) / TOKEN;
}

/*
 * log2(@value) with LOG_BITS bits behind the point, @value not 0. Squaring
 * doubles the logarithm: where the square passes 2, the next bit is set.
 */
static u32 log2_fixed(u32 value)
{
	u32 log = 31 << LOG_BITS;
	unsigned int i;
	u64 square;

	for (; !(value & BIT(31)); value <<= 1)
		log -= 1 << LOG_BITS;
	for (i = 1; i <= LOG_BITS; i++) {
		square = (u64)value * value >> 31;
		if (square >> 32) {
			log += 1 << (LOG_BITS - i);
			square >>= 1;
		}
		value = (u32)square;
	}
	return log;
}

u32 ikemon_block_seconds(u32 offences, u32 lambda, u32 max)
{
	u32 value = offences < U32_MAX ? offences + 1 : U32_MAX;
	u32 ln = (u64)log2_fixed(value) * LN2 >> 16;
	u32 seconds;

	if (!lambda)
		lambda = 1;
	/* ln(2^32) * 1000 * 65536 is below 2^31 */
	seconds = (ln * 1000 / lambda + (1 << 15)) >> 16;
	if (!seconds)
		seconds = 1;
	return at_most(seconds, max);
}

#ifdef IKEMON_SELFTEST
#include "selftest/limit.c"
#endif
