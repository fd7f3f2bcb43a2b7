// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", tool_name, what, strerror(errno));
	exit(1);
}

void wrong(const char *what, const char *arg)
{
	fprintf(stderr, "%s: %s '%s'\n%s", tool_name, what, arg, tool_usage);
	exit(1);
}

unsigned long number(const char *arg, int base, unsigned long max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(arg, &end, base);
	if (errno || !*arg || *end || n > max)
		wrong("no such number", arg);
	return n;
}

void seed_random(uint64_t seed)
{
	state = seed | 1;
}

uint64_t random64(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}
