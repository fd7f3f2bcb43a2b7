/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results of a host unit test, one line each. */
#ifndef UNIT_KTAP_H
#define UNIT_KTAP_H

#include <stdbool.h>
#include <stdio.h>

static int ktap_n, ktap_failed;
/* Of the result that is being worked out: where it first went wrong. */
static const char *ktap_fault;
static int ktap_fault_line;

#define EXPECT(condition) do {						\
	if (!(condition) && !ktap_fault) {				\
		ktap_fault = #condition;				\
		ktap_fault_line = __LINE__;				\
	}								\
} while (0)

static inline void ktap(const char *what)
{
	if (!ktap_n++)
		printf("KTAP version 1\n");
	if (ktap_fault)
		printf("# line %d: not so: %s\n", ktap_fault_line, ktap_fault);
	printf("%sok %d %s\n", ktap_fault ? "not " : "", ktap_n, what);
	if (ktap_fault)
		ktap_failed++;
	ktap_fault = NULL;
}

static inline int ktap_end(void)
{
	printf("1..%d\n", ktap_n);
	return ktap_failed ? 1 : 0;
}

#endif /* UNIT_KTAP_H */
