// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nlsub [-n COUNT] [-t SECONDS] GROUP
 *
 * Join a multicast group of the family in this namespace. Prints "joined", or
 * "refused ERROR" and ends with status 2. Then one line an event, until COUNT
 * came or SECONDS passed without one:
 *
 *	session EVENT SEQ SUPPRESSED STATE SPI
 *	alarm ALARM SEQ SUPPRESSED RAISED
 *	source EVENT SEQ SUPPRESSED SCORE
 */
#include "nlraw.h"

#include <inttypes.h>

static struct nlraw m;
static struct nlraw_ack ack;

static uint16_t type_of(const struct nlattr *nla)
{
	return nla->nla_type & NLA_TYPE_MASK;
}

static uint64_t number(const uint8_t *p, uint32_t len, uint16_t type)
{
	const struct nlattr *nla = nlraw_find(p, len, type);
	uint64_t v64 = 0;
	uint32_t v32;

	if (!nla)
		return 0;
	switch (nla->nla_len - NLA_HDRLEN) {
	case 1:
		return *((const uint8_t *)nla + NLA_HDRLEN);
	case 4:
		memcpy(&v32, (const uint8_t *)nla + NLA_HDRLEN, 4);
		return v32;
	case 8:
		memcpy(&v64, (const uint8_t *)nla + NLA_HDRLEN, 8);
	}
	return v64;
}

/* The number of group @name from the family's description; 0 none. */
static uint32_t group_id(int fd, const char *name)
{
	const struct nlattr *groups, *group, *nla;
	const uint8_t *p;
	uint32_t len, step;

	nlraw_begin(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nlraw_put(&m, CTRL_ATTR_FAMILY_NAME, IKEMON_FAMILY_NAME,
		  sizeof(IKEMON_FAMILY_NAME));
	if (!nlraw_ask(fd, &m, &ack) || ack.error)
		return 0;
	groups = nlraw_find(ack.reply, ack.reply_len, CTRL_ATTR_MCAST_GROUPS);
	if (!groups)
		return 0;
	p = (const uint8_t *)groups + NLA_HDRLEN;
	len = groups->nla_len - NLA_HDRLEN;
	while (len >= NLA_HDRLEN) {
		group = (const struct nlattr *)p;
		nla = nlraw_find(p + NLA_HDRLEN, group->nla_len - NLA_HDRLEN,
				 CTRL_ATTR_MCAST_GRP_NAME);
		if (nla && type_of(nla) == CTRL_ATTR_MCAST_GRP_NAME &&
		    !strcmp((const char *)nla + NLA_HDRLEN, name))
			return number(p + NLA_HDRLEN,
				      group->nla_len - NLA_HDRLEN,
				      CTRL_ATTR_MCAST_GRP_ID);
		step = NLA_ALIGN(group->nla_len);
		if (step >= len)
			return 0;
		len -= step;
		p += step;
	}
	return 0;
}

static void show(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	const uint8_t *p = (const uint8_t *)(genl + 1);
	uint32_t len = nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
	const struct nlattr *spi;
	int i;

	if (genl->cmd == IKEMON_CMD_ALARM_NTF) {
		printf("alarm %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		       "\n",
		       number(p, len, IKEMON_A_ALARM_ALARM),
		       number(p, len, IKEMON_A_ALARM_SEQ),
		       number(p, len, IKEMON_A_ALARM_SUPPRESSED),
		       number(p, len, IKEMON_A_ALARM_RAISED));
		return;
	}
	if (genl->cmd == IKEMON_CMD_SOURCE_NTF) {
		printf("source %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		       "\n",
		       number(p, len, IKEMON_A_SOURCE_EVENT),
		       number(p, len, IKEMON_A_SOURCE_SEQ),
		       number(p, len, IKEMON_A_SOURCE_SUPPRESSED),
		       number(p, len, IKEMON_A_SOURCE_SCORE));
		return;
	}
	printf("session %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " ",
	       number(p, len, IKEMON_A_SESSION_EVENT),
	       number(p, len, IKEMON_A_SESSION_SEQ),
	       number(p, len, IKEMON_A_SESSION_SUPPRESSED),
	       number(p, len, IKEMON_A_SESSION_STATE));
	spi = nlraw_find(p, len, IKEMON_A_SESSION_SPI_I);
	for (i = 0; spi && i < 8; i++)
		printf("%02x", ((const uint8_t *)spi)[NLA_HDRLEN + i]);
	putchar('\n');
}

static void listen_for(int fd, long count)
{
	static uint8_t buf[NLRAW_MAX];
	const struct nlmsghdr *nlh;
	ssize_t n;

	while (count > 0) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0 && errno == ENOBUFS) {
			puts("overrun");
			continue;
		}
		if (n < 0)
			return;
		for (nlh = (void *)buf; NLMSG_OK(nlh, n);
		     nlh = NLMSG_NEXT(nlh, n)) {
			show(nlh);
			count--;
		}
	}
}

int main(int argc, char **argv)
{
	struct timeval limit = { .tv_sec = 20 };
	int fd = nlraw_open(), opt, size = 4 << 20;
	long count = -1;
	uint32_t group;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((opt = getopt(argc, argv, "n:t:")) != -1) {
		if (opt == 'n')
			count = atol(optarg);
		else if (opt == 't')
			limit.tv_sec = atol(optarg);
		else
			return 1;
	}
	if (optind >= argc)
		return 1;
	group = group_id(fd, argv[optind]);
	if (!group) {
		fprintf(stderr, "no group %s\n", argv[optind]);
		return 1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group))) {
		printf("refused %s\n", strerror(errno));
		return 2;
	}
	puts("joined");
	if (count)
		listen_for(fd, count < 0 ? 0x7fffffff : count);
	return 0;
}
