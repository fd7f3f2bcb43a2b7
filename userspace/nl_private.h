/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of nl share. */
#ifndef NL_PRIVATE_H
#define NL_PRIVATE_H

#include "model.h"
#include "nl.h"

/* A whole ruleset is one request: so many limits and blocks, of 128 octets. */
enum {
	NL_REQUEST	= (8 << 10) + 2 * MODEL_RULES * 128,
	NL_ANSWER	= 32 << 10,
};

/**
 * struct nl - a connection
 * @sock: requests; events come on a socket of their own
 * @family: number of the family, 0 unknown
 * @group: numbers of the multicast groups, by bit of enum nl_group
 * @seq: of the last request
 * @nlh: the request, in @request
 */
struct nl {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t group[NL_GROUPS];
	uint32_t seq;
	struct nlmsghdr *nlh;
	uint8_t request[NL_REQUEST] __attribute__((aligned(8)));
	uint8_t answer[NL_ANSWER] __attribute__((aligned(8)));
};

/*
 * Is all of a message within @len? mnl_nlmsg_ok() compares with a sign, and
 * takes a length above INT_MAX for a small one.
 */
static inline bool nl_message_ok(const struct nlmsghdr *nlh, int len)
{
	return mnl_nlmsg_ok(nlh, len) && nlh->nlmsg_len <= (size_t)len;
}

/* A bound socket, or NULL; complains. */
struct mnl_socket *nl_socket(void);

#endif /* NL_PRIVATE_H */
