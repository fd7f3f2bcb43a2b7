// SPDX-License-Identifier: GPL-2.0-or-later
/* Included by sketch.c. */

enum { SKETCH_TEST_CELLS = 8 };

bool __init ikemon_sketch_selftest(void)
{
	struct ikemon_sketch_cell cell[IKEMON_SKETCH_ROWS *
				       SKETCH_TEST_CELLS] = {};
	u64 key = 0x123456789abcdefULL, now = 1234567890000ULL;
	struct ikemon_sketch s;
	bool success;

	ikemon_sketch_init(&s, cell, SKETCH_TEST_CELLS);
	success = ikemon_sketch_add(&s, key, now) == 1 &&
		  ikemon_sketch_add(&s, key, now + 9999) == 2 &&
		  ikemon_sketch_add(&s, ~key, now) == 1 &&
		  ikemon_sketch_add(&s, key, now + 10000) == 1 &&
		  !ikemon_sketch_hot(&s, key, now);
	ikemon_sketch_heat(&s, key, now + 5500);
	ikemon_sketch_heat(&s, key, now + 1000);
	success = success && ikemon_sketch_hot(&s, key, now + 5499) &&
		  !ikemon_sketch_hot(&s, ~key, now) &&
		  !ikemon_sketch_hot(&s, key, now + 6000);
	if (success)
		pr_info("sketch self-tests: pass\n");
	else
		pr_err("sketch self-tests: FAIL\n");
	return success;
}
