// SPDX-License-Identifier: GPL-2.0-or-later
/* Included by filter.c. */

enum { FILTER_TEST_CELLS = 64 };

static bool __init seen_ok(struct ikemon_filter *f, u64 key, u64 now)
{
	return ikemon_filter_check(f, key, now, 300, 30000) ==
			IKEMON_SEEN_NEW &&
	       ikemon_filter_check(f, key, now + 250, 300, 30000) ==
			IKEMON_SEEN_SOON &&
	       ikemon_filter_check(f, key, now + 350, 300, 30000) ==
			IKEMON_SEEN_BEFORE &&
	       ikemon_filter_has(f, key, now + 29900, 30000) &&
	       !ikemon_filter_has(f, ~key, now + 29900, 30000) &&
	       !ikemon_filter_has(f, key, now + 30100, 30000) &&
	       ikemon_filter_check(f, key, now + 30100, 300, 30000) ==
			IKEMON_SEEN_NEW;
}

/* After 1048 s the stamps come again; what was cleaned does not. */
static bool __init clean_ok(struct ikemon_filter *f, u64 key, u64 now)
{
	ikemon_filter_clean(f, 0, FILTER_TEST_CELLS, now + 100000);
	return !ikemon_filter_has(f, key, now + 30100 + (1 << 20), 30000);
}

bool __init ikemon_filter_selftest(void)
{
	u16 cell[FILTER_TEST_CELLS] = {};
	u64 key = 0x123456789abcdefULL, now = (1ULL << 32) - 10000;
	struct ikemon_filter f;
	bool success;

	ikemon_filter_init(&f, cell, FILTER_TEST_CELLS);
	success = seen_ok(&f, key, now) && clean_ok(&f, key, now) &&
		  !ikemon_filter_saturated(&f);
	if (success)
		pr_info("filter self-tests: pass\n");
	else
		pr_err("filter self-tests: FAIL\n");
	return success;
}
