// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nldump [-b OCTETS] [-w MILLISECONDS] [-v VERSION] [-s STATES] [-p PREFIX]
 *	  [-n COUNT] [-o]
 *
 * Dump the sessions of this namespace, one a line: id, version, state,
 * initiator's SPI. -b receives into a buffer of that size, so that the kernel
 * sends small messages; -w waits between two of them, so that the table
 * changes meanwhile; -o dumps sources: prefix, length, sessions, negotiations.
 * Status 3: the dump says that it is not consistent.
 */
#include "nlraw.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <poll.h>

static struct nlraw m;
static struct nlraw_ack ack;
static bool sources;

static void add_prefix(const char *text)
{
	uint16_t type = sources ? IKEMON_A_SOURCE_FILTER_PREFIX :
				  IKEMON_A_SESSION_FILTER_PREFIX;
	char addr[64];
	uint8_t raw[16];
	int plen, len;

	if (sscanf(text, "%63[^/]/%d", addr, &plen) != 2) {
		fprintf(stderr, "bad prefix\n");
		exit(1);
	}
	len = strchr(addr, ':') ? 16 : 4;
	inet_pton(len == 16 ? AF_INET6 : AF_INET, addr, raw);
	nlraw_nest(&m, NLA_F_NESTED | type);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, raw, len);
	nlraw_u8(&m, IKEMON_A_PREFIX_LEN, plen);
	nlraw_nest_end(&m);
}

static const uint8_t *value(const uint8_t *p, uint32_t len, uint16_t type)
{
	const struct nlattr *nla = nlraw_find(p, len, type);

	if (!nla) {
		fprintf(stderr, "attribute %u misses\n", type);
		exit(1);
	}
	return (const uint8_t *)nla + NLA_HDRLEN;
}

static uint64_t u64_of(const uint8_t *p, uint32_t len, uint16_t type)
{
	uint64_t v;

	memcpy(&v, value(p, len, type), sizeof(v));
	return v;
}

static uint32_t u32_of(const uint8_t *p, uint32_t len, uint16_t type)
{
	uint32_t v;

	memcpy(&v, value(p, len, type), sizeof(v));
	return v;
}

static void show_session(const uint8_t *p, uint32_t len)
{
	const uint8_t *spi = value(p, len, IKEMON_A_SESSION_SPI_I);
	int i;

	printf("%" PRIu64 " %u %u ", u64_of(p, len, IKEMON_A_SESSION_ID),
	       *value(p, len, IKEMON_A_SESSION_VERSION),
	       *value(p, len, IKEMON_A_SESSION_STATE));
	for (i = 0; i < 8; i++)
		printf("%02x", spi[i]);
	putchar('\n');
}

static void show_source(const uint8_t *p, uint32_t len)
{
	const struct nlattr *nest = nlraw_find(p, len, IKEMON_A_SOURCE_PREFIX);
	const uint8_t *in = value(p, len, IKEMON_A_SOURCE_PREFIX);
	uint32_t in_len = nest->nla_len - NLA_HDRLEN;
	const struct nlattr *a = nlraw_find(in, in_len, IKEMON_A_PREFIX_ADDR);
	char addr[64] = "?";

	if (!a)
		exit(1);
	inet_ntop(a->nla_len == NLA_HDRLEN + 4 ? AF_INET : AF_INET6,
		  (const uint8_t *)a + NLA_HDRLEN, addr, sizeof(addr));
	printf("%s %u %u %" PRIu64 "\n", addr,
	       *value(in, in_len, IKEMON_A_PREFIX_LEN),
	       u32_of(p, len, IKEMON_A_SOURCE_SESSIONS),
	       u64_of(p, len, IKEMON_A_SOURCE_NEGOTIATIONS));
}

/* Return: true at the end of the dump. */
static bool take(const struct nlmsghdr *nlh)
{
	const uint8_t *p = (const uint8_t *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;

	if (nlraw_take(&ack, nlh))
		return true;
	if (sources)
		show_source(p, nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	else
		show_session(p, nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	return false;
}

static void dump(int fd, size_t size, int pause)
{
	uint8_t *buf = malloc(size);
	const struct nlmsghdr *nlh;
	ssize_t n;

	nlraw_send(fd, &m, 1);
	for (;;) {
		n = recv(fd, buf, size, MSG_TRUNC);
		if (n < 0)
			nlraw_die("receive");
		if ((size_t)n > size) {
			fprintf(stderr, "a message of %zd octets\n", n);
			exit(1);
		}
		for (nlh = (void *)buf; NLMSG_OK(nlh, n);
		     nlh = NLMSG_NEXT(nlh, n))
			if (take(nlh)) {
				free(buf);
				return;
			}
		poll(NULL, 0, pause);
	}
}

int main(int argc, char **argv)
{
	const char *prefix = NULL;
	unsigned long size = 32768, version = 0, states = 0, max = 0;
	int opt, fd = nlraw_open(), pause = 0;
	uint16_t family = nlraw_family(fd);

	/* The kernel remembers how much a socket was ready to receive. */
	close(fd);
	fd = nlraw_open();
	while ((opt = getopt(argc, argv, "b:w:v:s:p:n:o")) != -1) {
		switch (opt) {
		case 'b':
			size = strtoul(optarg, NULL, 0);
			break;
		case 'w':
			pause = atoi(optarg);
			break;
		case 'v':
			version = strtoul(optarg, NULL, 0);
			break;
		case 's':
			states = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			prefix = optarg;
			break;
		case 'n':
			max = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			sources = true;
			break;
		default:
			return 1;
		}
	}
	nlraw_begin(&m, family, sources ? IKEMON_CMD_SOURCE_GET :
					  IKEMON_CMD_SESSION_GET, NLM_F_DUMP);
	if (version)
		nlraw_u8(&m, IKEMON_A_SESSION_VERSION, version);
	if (states)
		nlraw_u32(&m, IKEMON_A_SESSION_FILTER_STATES, states);
	if (prefix)
		add_prefix(prefix);
	if (max)
		nlraw_u32(&m, sources ? IKEMON_A_SOURCE_MAX_COUNT :
					IKEMON_A_SESSION_MAX_COUNT, max);
	ack.miss = -1;
	dump(fd, size, pause);
	if (ack.error) {
		fprintf(stderr, "%s: %s\n", strerror(-ack.error), ack.text);
		return 2;
	}
	return ack.interrupted ? 3 : 0;
}
