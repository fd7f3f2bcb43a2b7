/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a request ended, and why the kernel refused it. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "nl_private.h"

enum { REFUSAL_TEXT = 256, REFUSAL_ATTR = 64 };

/**
 * struct refusal - what the kernel says about a request
 * @err: errno, 0 if it was taken
 * @text: its own words, exactly; may be a warning if @err is 0
 * @attr: name of the attribute it is about
 * @has_range: the attribute takes @min to @max
 */
struct refusal {
	int err;
	char text[REFUSAL_TEXT];
	char attr[REFUSAL_ATTR];
	bool has_range;
	uint64_t min;
	uint64_t max;
};

/* From NLMSG_ERROR or NLMSG_DONE, the answer to @request. */
void refusal_read(const struct nlmsghdr *nlh, const struct nlmsghdr *request,
		  struct refusal *r);

/* Reads it and complains. Return: enum ctl_exit. */
int refusal_status(const struct nl *nl, const struct nlmsghdr *nlh);

#endif /* REFUSAL_H */
