// SPDX-License-Identifier: GPL-2.0-or-later
/* Included by limit.c. */

static bool __init bucket_ok(void)
{
	struct ikemon_bucket b = {};
	u64 now = U32_MAX - 5;
	unsigned int i;

	/* 10 per second, 3 at once; the clock's low half wraps on the way */
	for (i = 0; i < 3; i++)
		if (!ikemon_bucket_take(&b, 10, 3, now))
			return false;
	return !ikemon_bucket_take(&b, 10, 3, now) &&
	       !ikemon_bucket_take(&b, 10, 3, now + 99) &&
	       ikemon_bucket_left(&b, 10, 3, now + 100) == 1 &&
	       ikemon_bucket_take(&b, 10, 3, now + 100) &&
	       !ikemon_bucket_take(&b, 10, 3, now + 50) &&
	       ikemon_bucket_left(&b, 10, 3, now + 86400000) == 3;
}

static bool __init block_ok(void)
{
	/* ln(31) / 0.08, ln(2) / 0.08, ln(2^32) / 0.001 */
	return ikemon_block_seconds(30, 80, 3600) == 43 &&
	       ikemon_block_seconds(1, 80, 3600) == 9 &&
	       ikemon_block_seconds(0, 80, 3600) == 1 &&
	       ikemon_block_seconds(30, 80, 40) == 40 &&
	       ikemon_block_seconds(U32_MAX, 1, U32_MAX) == 22181;
}

bool __init ikemon_limit_selftest(void)
{
	bool success = bucket_ok() && block_ok();

	if (success)
		pr_info("limit self-tests: pass\n");
	else
		pr_err("limit self-tests: FAIL\n");
	return success;
}
