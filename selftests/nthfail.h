/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's switch of this task, by which its n-th allocation fails. */
#ifndef NTHFAIL_H
#define NTHFAIL_H

#include "nlraw.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of /proc/thread-self/fail-nth, once it is open. */
static int nth_fd = -1;

/* The @nth allocation from here on fails; 0: none. */
static void arm(int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(nth_fd, text, len, 0) != len)
		nlraw_die("fail-nth");
}

/* Return: how many allocations are left until one would have failed. */
static int disarm(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		nlraw_die("fail-nth");
	arm(0);
	return atoi(text);
}

#endif /* NTHFAIL_H */
