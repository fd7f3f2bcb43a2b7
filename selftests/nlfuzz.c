// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nlfuzz [-s SEED] [-t SECONDS] [-n MESSAGES]
 *
 * Random netlink requests that are almost right: every command and every
 * attribute of the specification (nlfuzz_spec.h), of the right or a wrong size
 * and value, nests with holes, nests in nests, lengths that lie. The kernel
 * must answer every one, take some, refuse some, and live. The seed is
 * printed; with -n the run is the same again.
 */
#include "nlraw.h"

#include <time.h>

static struct nlraw m;
static struct nlraw_ack ack;
static uint64_t state;

enum { DEPTH = 5, DEEP = 60, LARGE = 100000 };

enum kind {
	U8, U16, U32, U64, BE16, BE32, BE64, BINARY, STRING, FLAG, NEST,
};

static const uint8_t sizes[] = {
	[U8] = 1, [U16] = 2, [U32] = 4, [U64] = 8, [BE16] = 2, [BE32] = 4,
	[BE64] = 8,
};

/**
 * struct attr - an attribute of the specification
 * @type: its number
 * @kind: enum kind
 * @set: enum set, of what is in it
 * @rare: seldom to be sent
 * @low: smallest value
 * @high: largest
 */
struct attr {
	uint16_t type;
	uint8_t kind;
	uint8_t set;
	bool rare;
	uint64_t low, high;
};

struct attrs {
	const struct attr *attr;
	unsigned int n;
};

/**
 * struct command - a request of the specification
 * @cmd: its number
 * @dump: asked with NLM_F_DUMP
 * @set: enum set
 * @takes: attributes that it knows
 * @n: how many
 */
struct command {
	uint8_t cmd;
	bool dump;
	uint8_t set;
	const uint8_t *takes;
	unsigned int n;
};

#define A(name, kind, set, rare, low, high) \
	{ IKEMON_A_##name, kind, set, rare, low, high }

#include "nlfuzz_spec.h"

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

/* Mostly in range, and then mostly small; else at its edges, or anything. */
static uint64_t value(const struct attr *attr)
{
	uint64_t range = attr->high - attr->low;

	switch (below(12)) {
	case 0:
		return rnd();
	case 1:
		return attr->low - below(2);
	case 2:
		return attr->high + below(2);
	case 3:
		return range == UINT64_MAX ? rnd() :
					     attr->low + rnd() % (range + 1);
	default:
		return attr->low + below(range < 9 ? range + 1 : 9);
	}
}

static void put_number(const struct attr *attr)
{
	unsigned int size = sizes[attr->kind], i;
	uint64_t v = value(attr);
	uint8_t any[64];

	for (i = 0; i < sizeof(any); i++)
		any[i] = rnd();
	if (one_in(16)) {
		nlraw_put(&m, attr->type, any, below(sizeof(any)));
		return;
	}
	if (attr->kind >= BE16)
		v = __builtin_bswap64(v) >> (64 - 8 * size);
	nlraw_put(&m, attr->type, &v, size);
}

/* Addresses for the most part; zero, so that they fit any prefix length. */
static void put_octets(const struct attr *attr)
{
	static const char text[] = "\x1b[31mno text\xff";
	uint8_t octets[64] = { 0 };
	unsigned int i, n = one_in(2) ? 4 : 16;

	if (attr->kind == STRING)
		memcpy(octets, text, sizeof(text));
	if (one_in(16))
		n = below(sizeof(octets));
	if (one_in(3))
		for (i = 0; i < n; i++)
			octets[i] = rnd();
	if (n == 4 && one_in(2))
		memcpy(octets, "\xc0\0\2\1", 4);
	nlraw_put(&m, attr->type, octets, n);
}

static void put_attr(const struct attr *attr, unsigned int depth);

/* What belongs in it, most of it and in order; now and then something else. */
static void put_nest(const struct attr *attr, unsigned int depth)
{
	const struct attrs *in = &sets[attr->set];
	unsigned int i, holes = one_in(2) ? 8 : 2;

	nlraw_nest(&m, one_in(16) ? attr->type : NLA_F_NESTED | attr->type);
	for (i = 0; i < in->n && depth < DEPTH; i++)
		if (!one_in(holes))
			put_attr(&in->attr[i], depth + 1);
	if (one_in(8) && depth < DEPTH)
		put_attr(&in->attr[below(in->n)], depth + 1);
	nlraw_nest_end(&m);
}

static void put_attr(const struct attr *attr, unsigned int depth)
{
	struct attr as = *attr;

	if (one_in(64))
		as.type = below(80);
	if (one_in(64))
		as.kind = below(NEST);
	switch (as.kind) {
	case NEST:
		put_nest(&as, depth);
		break;
	case BINARY:
	case STRING:
		put_octets(&as);
		break;
	case FLAG:
		nlraw_put(&m, as.type, &state, one_in(16) ? below(9) : 0);
		break;
	default:
		put_number(&as);
	}
}

/* Deeper than anybody reads. */
static void put_deep(uint16_t type)
{
	uint32_t start[DEEP];
	unsigned int i;

	for (i = 0; i < DEEP; i++) {
		start[i] = m.len;
		nlraw_put(&m, NLA_F_NESTED | type, NULL, 0);
	}
	while (i--)
		((struct nlattr *)(m.buf + start[i]))->nla_len =
			m.len - start[i];
}

static const struct attr *by_type(const struct attrs *set, uint8_t type)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		if (set->attr[i].type == type)
			return &set->attr[i];
	return &set->attr[0];
}

/* One that the command knows, or another of its set, or any there is. */
static const struct attr *pick(const struct command *c)
{
	const struct attrs *set = &sets[c->set];
	const struct attr *attr;

	if (one_in(24))
		set = &sets[below(ARRAY_SIZE(sets))];
	do
		attr = c->n && !one_in(8) ?
		       by_type(&sets[c->set], c->takes[below(c->n)]) :
		       &set->attr[below(set->n)];
	while (attr->rare && !one_in(6));
	return attr;
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
	const struct command *c = &commands[below(ARRAY_SIZE(commands))];
	uint8_t cmd = one_in(64) ? rnd() : c->cmd;
	bool dump = one_in(16) ? one_in(2) : c->dump;
	unsigned int n = one_in(16) ? below(20) : below(5);
	struct genlmsghdr *genl;

	nlraw_begin(&m, family, cmd, dump ? NLM_F_DUMP : 0);
	genl = (void *)(m.buf + NLMSG_HDRLEN);
	if (one_in(64))
		genl->version = rnd();
	/* what most cannot do without stands first in the specification */
	if (c->n && !one_in(3))
		put_attr(by_type(&sets[c->set], c->takes[0]), 0);
	while (n--)
		put_attr(pick(c), 0);
	if (one_in(200))
		for (n = 0; n < 1000 && m.len < LARGE; n++)
			put_attr(pick(c), 3);
	if (one_in(100))
		put_deep(pick(c)->type);
	if (one_in(8))
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
