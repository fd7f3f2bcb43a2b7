// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nlfuzz [-s SEED] [-t SECONDS] [-n MESSAGES]
 *
 * Random netlink requests that are almost right: known commands and
 * attributes of the right or a wrong size, nests with holes, lengths that lie.
 * The kernel must answer every one, take some, refuse some, and live. The
 * seed is printed; with -n the run is the same again.
 */
#include "nlraw.h"

#include <time.h>

static struct nlraw m;
static struct nlraw_ack ack;
static uint64_t state;

/* splitmix64 */
static uint64_t rnd(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static unsigned int below(unsigned int n)
{
	return rnd() % n;
}

static bool one_in(unsigned int n)
{
	return !below(n);
}

/* What a command takes: attributes of a size, or nests. */
enum kind { U8, U32, U64, FLAG, PORT, PREFIX, LIMIT, BLOCK };

struct attr {
	uint8_t type;
	enum kind kind;
	uint32_t low, high;
};

static const struct attr conf_attr[] = {
	{ IKEMON_A_CONFIG_SCOPE, U8, 0, 1 },
	{ IKEMON_A_CONFIG_DEFRAG, U8, 0, 2 },
	{ IKEMON_A_CONFIG_MAX_SESSIONS, U32, 1, 5000 },
	{ IKEMON_A_CONFIG_MAX_SOURCES, U32, 1, 5000 },
	{ IKEMON_A_CONFIG_MAX_SAS, U32, 1, 5000 },
	{ IKEMON_A_CONFIG_SOURCE_PREFIX_V4, U8, 8, 32 },
	{ IKEMON_A_CONFIG_SOURCE_PREFIX_V6, U8, 16, 128 },
	{ IKEMON_A_CONFIG_TIMEOUT_NEW, U32, 1, 86400 },
	{ IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED, U32, 1, 86400 },
	{ IKEMON_A_CONFIG_TIMEOUT_SOURCE, U32, 1, 86400 },
	{ IKEMON_A_CONFIG_EVENT_RATE, U32, 1, 1000000 },
	{ IKEMON_A_CONFIG_DAEMON_UID, U32, 0, 3 },
	{ IKEMON_A_CONFIG_GENERATION, U32, 0, 3 },
	{ IKEMON_A_CONFIG_PORT, PORT, 0, 0 },
	{ IKEMON_A_CONFIG_CHECK, FLAG, 0, 0 },
	{ IKEMON_A_CONFIG_COOKIE, U8, 0, 2 },
	{ IKEMON_A_CONFIG_CHALLENGE, U8, 0, 2 },
	{ IKEMON_A_CONFIG_MIXED, U8, 0, 1 },
	{ IKEMON_A_CONFIG_CHALLENGE_GLOBAL, U32, 1, 300 },
	{ IKEMON_A_CONFIG_COOKIE_RATE, U32, 1, 1000000 },
	{ IKEMON_A_CONFIG_LIMIT_RATE, U32, 1, 1000000 },
	{ IKEMON_A_CONFIG_LIMIT_BURST, U32, 1, 1000000 },
	{ IKEMON_A_CONFIG_WIDE_PREFIX_V6, U8, 16, 128 },
	{ IKEMON_A_CONFIG_BLOCK_OFFENCES, U32, 1, 100 },
	{ IKEMON_A_CONFIG_BLOCK_LAMBDA, U32, 1, 1000000 },
	{ IKEMON_A_CONFIG_MALFORMED_RATE, U32, 0, 1000000 },
	{ IKEMON_A_CONFIG_UNKNOWN_SPI, U8, 0, 2 },
	{ IKEMON_A_CONFIG_MARK, U32, 0, 0xffffffff },
	{ IKEMON_A_CONFIG_EXEMPT_MARK, U32, 0, 3 },
	{ IKEMON_A_CONFIG_EXEMPT_MASK, U32, 0, 3 },
	{ IKEMON_A_CONFIG_LIMIT, LIMIT, 0, 0 },
	{ IKEMON_A_CONFIG_BLOCK, BLOCK, 0, 0 },
};

static const struct attr limit_attr[] = {
	{ IKEMON_A_LIMIT_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_LIMIT_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_LIMIT_KIND, U8, 0, 2 },
	{ IKEMON_A_LIMIT_RATE, U32, 0, 1000000 },
	{ IKEMON_A_LIMIT_BURST, U32, 0, 1000000 },
	{ IKEMON_A_LIMIT_HALF_OPEN, U32, 0, 16777216 },
	{ IKEMON_A_LIMIT_SESSIONS, U32, 0, 16777216 },
	{ IKEMON_A_LIMIT_FILTER_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_LIMIT_MAX_COUNT, U32, 1, 100 },
	{ IKEMON_A_LIMIT_GENERATION, U32, 0, 3 },
};

static const struct attr block_attr[] = {
	{ IKEMON_A_BLOCK_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_BLOCK_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_BLOCK_UNTIL, U64, 0, 0xffffffff },
	{ IKEMON_A_BLOCK_ORIGIN, U8, 0, 1 },
	{ IKEMON_A_BLOCK_FILTER_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_BLOCK_MAX_COUNT, U32, 1, 100 },
	{ IKEMON_A_BLOCK_GENERATION, U32, 0, 3 },
};

static const struct attr port_attr[] = {
	{ IKEMON_A_CONFIG_PORT, PORT, 0, 0 },
	{ IKEMON_A_CONFIG_GENERATION, U32, 0, 3 },
};

static const struct attr session_attr[] = {
	{ IKEMON_A_SESSION_ID, U64, 1, 2000 },
	{ IKEMON_A_SESSION_VERSION, U8, 1, 2 },
	{ IKEMON_A_SESSION_FILTER_STATES, U32, 0, 255 },
	{ IKEMON_A_SESSION_FILTER_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_SESSION_MAX_COUNT, U32, 1, 100 },
};

static const struct attr source_attr[] = {
	{ IKEMON_A_SOURCE_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_SOURCE_FILTER_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_SOURCE_MAX_COUNT, U32, 1, 100 },
};

static const struct attr sa_attr[] = {
	{ IKEMON_A_SA_ID, U64, 1, 2000 },
	{ IKEMON_A_SA_FILTER_SESSION, U64, 1, 2000 },
	{ IKEMON_A_SA_FILTER_SPI, U32, 0, 0xffffffff },
	{ IKEMON_A_SA_FILTER_PREFIX, PREFIX, 0, 0 },
	{ IKEMON_A_SA_MAX_COUNT, U32, 1, 100 },
};

static const struct {
	uint8_t cmd;
	const struct attr *attr;
	unsigned int n;
} command[] = {
	{ IKEMON_CMD_VERSION_GET, port_attr, ARRAY_SIZE(port_attr) },
	{ IKEMON_CMD_CONFIG_GET, conf_attr, ARRAY_SIZE(conf_attr) },
	{ IKEMON_CMD_CONFIG_SET, conf_attr, ARRAY_SIZE(conf_attr) },
	{ IKEMON_CMD_CONFIG_REPLACE, conf_attr, ARRAY_SIZE(conf_attr) },
	{ IKEMON_CMD_PORT_ADD, port_attr, ARRAY_SIZE(port_attr) },
	{ IKEMON_CMD_PORT_DEL, port_attr, ARRAY_SIZE(port_attr) },
	{ IKEMON_CMD_SESSION_GET, session_attr, ARRAY_SIZE(session_attr) },
	{ IKEMON_CMD_SESSION_GET, session_attr, ARRAY_SIZE(session_attr) },
	{ IKEMON_CMD_SESSION_FLUSH, session_attr, ARRAY_SIZE(session_attr) },
	{ IKEMON_CMD_SOURCE_GET, source_attr, ARRAY_SIZE(source_attr) },
	{ IKEMON_CMD_STATS_GET, source_attr, ARRAY_SIZE(source_attr) },
	{ IKEMON_CMD_LIMIT_SET, limit_attr, ARRAY_SIZE(limit_attr) },
	{ IKEMON_CMD_LIMIT_SET, limit_attr, ARRAY_SIZE(limit_attr) },
	{ IKEMON_CMD_LIMIT_DEL, limit_attr, ARRAY_SIZE(limit_attr) },
	{ IKEMON_CMD_LIMIT_GET, limit_attr, ARRAY_SIZE(limit_attr) },
	{ IKEMON_CMD_BLOCK_ADD, block_attr, ARRAY_SIZE(block_attr) },
	{ IKEMON_CMD_BLOCK_ADD, block_attr, ARRAY_SIZE(block_attr) },
	{ IKEMON_CMD_BLOCK_DEL, block_attr, ARRAY_SIZE(block_attr) },
	{ IKEMON_CMD_BLOCK_FLUSH, block_attr, ARRAY_SIZE(block_attr) },
	{ IKEMON_CMD_BLOCK_GET, block_attr, ARRAY_SIZE(block_attr) },
	{ IKEMON_CMD_SA_GET, sa_attr, ARRAY_SIZE(sa_attr) },
	{ IKEMON_CMD_SA_GET, sa_attr, ARRAY_SIZE(sa_attr) },
	{ IKEMON_CMD_ALARM_NTF, conf_attr, ARRAY_SIZE(conf_attr) },
	{ 77, session_attr, ARRAY_SIZE(session_attr) },
};

/* One time in eight the size is any but the right one. */
static void put_number(const struct attr *attr, uint16_t size)
{
	uint8_t any[64];
	uint64_t v = attr->low + rnd() % (attr->high - attr->low + 1ULL);
	unsigned int i;

	for (i = 0; i < sizeof(any); i++)
		any[i] = rnd();
	if (one_in(8))
		nlraw_put(&m, attr->type, any, below(sizeof(any)));
	else if (one_in(8))
		nlraw_put(&m, attr->type, any, size);
	else
		nlraw_put(&m, attr->type, &v, size);
}

static void put_port(uint16_t type)
{
	nlraw_nest(&m, one_in(16) ? type : NLA_F_NESTED | type);
	do {
		if (!one_in(8))
			nlraw_be16(&m, IKEMON_A_PORT_PORT, below(2000));
		if (!one_in(8))
			nlraw_u8(&m, IKEMON_A_PORT_KIND, below(4));
		if (one_in(8))
			nlraw_put(&m, below(20), &state, below(9));
	} while (one_in(8));
	nlraw_nest_end(&m);
}

static void put_prefix(uint16_t type)
{
	static const uint8_t zero[32];
	uint16_t len = one_in(8) ? below(sizeof(zero)) : one_in(2) ? 4 : 16;

	nlraw_nest(&m, one_in(16) ? type : NLA_F_NESTED | type);
	do {
		if (!one_in(8))
			nlraw_put(&m, IKEMON_A_PREFIX_ADDR,
				  one_in(4) ? (void *)&state : (void *)zero,
				  one_in(4) ? len % 8 : len);
		if (!one_in(8))
			nlraw_u8(&m, IKEMON_A_PREFIX_LEN, below(140));
	} while (one_in(8));
	nlraw_nest_end(&m);
}

static void put_attr(const struct attr *attr);

/* A rule of config-replace: attributes of the command that sets one. */
static void put_rule(uint16_t type, const struct attr *attr, unsigned int n)
{
	unsigned int i = below(4);

	nlraw_nest(&m, one_in(16) ? type : NLA_F_NESTED | type);
	if (!one_in(8))
		put_prefix(attr[0].type);
	while (i--)
		put_attr(&attr[one_in(8) ? below(n) : 2 + below(n - 5)]);
	nlraw_nest_end(&m);
}

static void put_attr(const struct attr *attr)
{
	switch (attr->kind) {
	case U8:
		put_number(attr, 1);
		break;
	case U32:
		put_number(attr, 4);
		break;
	case U64:
		put_number(attr, 8);
		break;
	case FLAG:
		nlraw_put(&m, attr->type, NULL, 0);
		break;
	case PORT:
		put_port(attr->type);
		break;
	case PREFIX:
		put_prefix(attr->type);
		break;
	case LIMIT:
		put_rule(attr->type, limit_attr, ARRAY_SIZE(limit_attr));
		break;
	case BLOCK:
		put_rule(attr->type, block_attr, ARRAY_SIZE(block_attr));
		break;
	}
}

/* Damage somewhere behind the header of the message. */
static void damage(void)
{
	unsigned int n = below(4) + 1;

	while (n-- && m.len > NLMSG_HDRLEN)
		m.buf[NLMSG_HDRLEN + below(m.len - NLMSG_HDRLEN)] ^=
			1 << below(8);
}

static void build(uint16_t family)
{
	unsigned int c = below(ARRAY_SIZE(command));
	unsigned int n = below(5);

	nlraw_begin(&m, family, command[c].cmd, one_in(3) ? NLM_F_DUMP : 0);
	while (n--)
		put_attr(&command[c].attr[below(command[c].n)]);
	if (one_in(10))
		nlraw_put(&m, rnd(), &m, below(200));
	/* Switching off and on is slow: now and then. */
	if (command[c].cmd == IKEMON_CMD_CONFIG_SET && one_in(10))
		nlraw_u8(&m, IKEMON_A_CONFIG_MODE, below(3));
	if (one_in(200))
		for (n = 0; n < 1000; n++)
			put_attr(&command[c].attr[below(command[c].n)]);
	if (one_in(4))
		damage();
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	unsigned long sent = 0, taken = 0, refused = 0, told = 0, max = -1UL;
	double end = seconds() + 10;
	uint64_t seed = time(NULL);
	int fd = nlraw_open(), opt;
	uint16_t family = nlraw_family(fd);

	while ((opt = getopt(argc, argv, "s:t:n:")) != -1) {
		switch (opt) {
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			end = seconds() + atoi(optarg);
			break;
		case 'n':
			max = strtoul(optarg, NULL, 0);
			break;
		default:
			return 1;
		}
	}
	if (!family)
		return 1;
	state = seed;
	printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	while (sent < max && (max != -1UL || seconds() < end)) {
		build(family);
		sent++;
		if (!nlraw_ask(fd, &m, &ack)) {
			printf("message %lu: no answer\n", sent);
			return 1;
		}
		taken += !ack.error;
		refused += !!ack.error;
		told += ack.error && ack.text[0];
	}
	printf("sent %lu taken %lu refused %lu told %lu\n", sent, taken,
	       refused, told);
	return taken && refused ? 0 : 1;
}
