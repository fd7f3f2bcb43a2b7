/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generic netlink with the family ikemon. Every function that returns int
 * returns enum ctl_exit and has complained unless it is CTL_OK.
 */
#ifndef NL_H
#define NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

struct nl;

/* Multicast groups; bits for nl_listen(). */
enum nl_group {
	NL_GROUP_SESSION	= 1 << 0,
	NL_GROUP_ALARM		= 1 << 1,
	NL_GROUP_SOURCE		= 1 << 2,
	NL_GROUP_SA		= 1 << 3,
	NL_GROUPS		= 4,
};

/**
 * nl_netns() - go to another network namespace
 * @netns: name as of ip-netns(8), or a path if it has a slash
 */
int nl_netns(const char *netns);

/* Find the family, which loads the module if that can be done. */
int nl_open(struct nl **nl);
void nl_close(struct nl *nl);

/**
 * nl_request() - begin a request
 * @nl: holds the one request there can be at a time
 * @cmd: IKEMON_CMD_
 *
 * Return: for mnl_attr_put_*().
 */
struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd);

/* Takes one answer. Return: enum ctl_exit; another than CTL_OK ends it. A
 * listener may also return NL_STOP, which is CTL_OK for nl_listen().
 */
enum { NL_STOP = -1 };

typedef int (*nl_answer)(const struct nlmsghdr *nlh, void *data);

/* Send the request and wait until it is acknowledged. @answer may be NULL. */
int nl_do(struct nl *nl, nl_answer answer, void *data);

/**
 * nl_dump() - ask for a list
 *
 * A dump that the kernel says was interrupted is asked again, a few times;
 * the last one is handed over all the same, and CTL_PARTIAL returned. The
 * same goes for one that was too large to keep back.
 */
int nl_dump(struct nl *nl, nl_answer answer, void *data);

/**
 * nl_listen() - hand over events until SIGINT or SIGTERM
 * @groups: enum nl_group bits
 * @answer: gets each message; NULL for @nlh says that the socket overran and
 *	an unknown number was lost
 *
 * Return: CTL_PARTIAL if the socket overran.
 */
int nl_listen(struct nl *nl, unsigned int groups, nl_answer answer,
	      void *data);

/* The attributes of an answer and how many octets they have. */
const void *nl_attrs(const struct nlmsghdr *nlh, size_t *len);
/* Complains about an answer that is not as the spec says. */
int nl_malformed(void);

#endif /* NL_H */
