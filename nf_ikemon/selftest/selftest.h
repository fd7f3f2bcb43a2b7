/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests that the module runs on itself when it is built with them. */
#ifndef IKEMON_SELFTEST_H
#define IKEMON_SELFTEST_H

#include <linux/types.h>

#ifdef IKEMON_SELFTEST

bool ikemon_parse_selftest(void);
bool ikemon_state_selftest(void);
bool ikemon_limit_selftest(void);
bool ikemon_filter_selftest(void);
bool ikemon_sketch_selftest(void);
bool ikemon_cookie_selftest(void);
bool ikemon_rules_selftest(void);

/* At load, process context. A failure makes the load fail. */
static inline bool ikemon_selftest(void)
{
	return ikemon_parse_selftest() && ikemon_state_selftest() &&
	       ikemon_limit_selftest() && ikemon_filter_selftest() &&
	       ikemon_sketch_selftest() && ikemon_cookie_selftest() &&
	       ikemon_rules_selftest();
}

#else

static inline bool ikemon_selftest(void)
{
	return true;
}

#endif

#endif /* IKEMON_SELFTEST_H */
