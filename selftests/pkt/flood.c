// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends what an attacker who forges addresses would: openers of negotiations
 * and junk, by the hundred thousand, as frames that are made in advance but
 * for what differs from one to the next. Bounded in number and time.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "frame.h"
#include "ikemsg.h"
#include "tool.h"

const char * const tool_name = "flood";

const char * const tool_usage =
"usage: flood [OPTION]... DEVICE MAC DESTINATION...\n"
"\n"
"Frames leave by DEVICE to the Ethernet address MAC; several DESTINATIONs take\n"
"turns. Each message has new SPIs and a new nonce unless told otherwise.\n"
"  -k KIND,...  what takes turns: those of ikepkt, and forged (an IKE_SA_INIT\n"
"               with a cookie of nobody), unknown (INFORMATIONAL of no\n"
"               session), malformed (every broken kind)     (init)\n"
"  -c COUNT     so many (1000)      -t SECONDS  at most so long (60); SIGTERM\n"
"               ends it sooner\n"
"  -r RATE      a second; 0: as fast as it goes (0)\n"
"  -s PREFIX    sources are random ones of this; several take turns (any)\n"
"  -p PORT      source, 0: random (500)   -d PORT  destination (500)\n"
"  -n           behind the non-ESP marker\n"
"  -i SPI -R SPI  initiator's and responder's, hexadecimal, always the same\n"
"  -m ID        message ID of the first, each has the next   (0 or 1)\n"
"  -l OCTETS    of content in what is encrypted (128)\n"
"  -C OCTETS    of a forged cookie (16)\n"
"  -S SEED      of the random numbers, to have the same again\n";

enum {
	KINDS_MAX = 32, PREFIXES_MAX = 8, DESTINATIONS_MAX = 4,
	TEMPLATES_MAX = 256, BATCH = 64, FIELD = 32,
};

static const char * const malformed[] = {
	"short", "length", "zero-spi", "version", "payload-length",
	"payload-count", "proposal", "notify", "fragment", "trailing",
};

struct prefix {
	struct frame_addr addr;
	unsigned int plen;
};

struct options {
	const char *kinds[KINDS_MAX];
	unsigned int kind_count;
	struct prefix prefixes[PREFIXES_MAX];
	unsigned int prefix_count;
	struct frame_addr to[DESTINATIONS_MAX];
	unsigned int to_count;
	unsigned long count;
	unsigned long rate;
	unsigned long seconds;
	unsigned int sport;
	unsigned int dport;
	bool ids;
	bool spi_i;
	bool spi_r;
	unsigned int cookie_len;
	uint64_t seed;
	struct msg_options msg;
};

/**
 * struct template - a message, and where in it one differs from the next
 * @kind: index in struct options
 * @u: its datagram; all but source and port stand
 * @data: the message
 * @spi_i: has one that may be new
 * @spi_r: likewise
 * @ids: has a message ID that may count
 * @cookie: octets of a forged cookie
 * @random: FIELD octets that are random, 0 for none
 */
struct template {
	unsigned int kind;
	struct frame_udp u;
	uint8_t data[FRAME_MAX];
	bool spi_i;
	bool spi_r;
	bool ids;
	unsigned int cookie;
	size_t random;
};

/**
 * struct turn - what one of those that take turns sends
 * @first: of its templates
 * @count: of these, which take turns in turn
 */
struct turn {
	unsigned int first;
	unsigned int count;
};

static struct template templates[TEMPLATES_MAX];
static unsigned int template_count;
static struct turn turns[KINDS_MAX * DESTINATIONS_MAX];
static unsigned int turn_count;
static uint8_t ring[BATCH][FRAME_MAX];

static void put64(uint8_t *p, uint64_t v)
{
	int i;

	for (i = 7; i >= 0; i--, v >>= 8)
		p[i] = v;
}

/* Where the message has FIELD octets that say nothing; the last of a run. */
static size_t find_fill(const uint8_t *data, size_t len, uint8_t fill)
{
	size_t at, run = 0, found = 0;

	for (at = 0; at < len; at++) {
		run = data[at] == fill ? run + 1 : 0;
		if (run >= FIELD)
			found = at + 1 - FIELD;
	}
	return found;
}

static void find_fields(struct template *t, const struct options *o)
{
	size_t skip = o->msg.marker ? 4 : 0;
	const uint8_t *h = t->data + skip;
	static const uint8_t zero[8];

	if (t->u.len < skip + 28)
		return;
	t->spi_i = !o->spi_i && memcmp(h, zero, 8);
	t->spi_r = !o->spi_r && memcmp(h + 8, zero, 8);
	t->ids = o->ids;
	t->random = find_fill(t->data, t->u.len, MSG_FILL_NONCE);
	if (!t->random)
		t->random = find_fill(t->data, t->u.len, MSG_FILL_SEALED);
}

/* What comes later in a negotiation has a responder SPI and an ID. */
static bool is_later(const char *kind)
{
	static const char * const later[] = {
		"auth", "child", "info", "skf", "quick", "main3",
	};
	unsigned int i;

	for (i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (!strcmp(kind, later[i]))
			return true;
	return false;
}

static void add_template(const struct options *o, unsigned int kind,
			 const char *build, const struct frame_addr *to)
{
	static uint8_t cookie[64], buf[MSG_MAX];
	struct template *t = &templates[template_count];
	struct msg_options m = o->msg;
	size_t len;

	m.kind = build;
	memset(cookie, 0x77, sizeof(cookie));
	if (!strcmp(o->kinds[kind], "forged")) {
		m.cookie = cookie;
		m.cookie_len = o->cookie_len;
		t->cookie = o->cookie_len;
	}
	if (is_later(build)) {
		m.spi_r = o->spi_r ? m.spi_r : 1;
		m.id = o->ids ? m.id : 1;
	}
	len = msg_build(&m, buf);
	if (frame_room(to->v6) + len > FRAME_MAX)
		wrong("too long:", build);
	if (template_count++ == TEMPLATES_MAX)
		wrong("too many kinds with", build);
	memcpy(t->data, buf, len);
	t->kind = kind;
	t->u = (struct frame_udp){ .to = *to, .sport = o->sport,
				   .dport = o->dport, .len = len };
	t->u.from.v6 = to->v6;
	find_fields(t, o);
}

static void add_turn(const struct options *o, unsigned int k,
		     const struct frame_addr *to)
{
	struct turn *turn = &turns[turn_count++];
	const char *kind = o->kinds[k];
	unsigned int i;

	turn->first = template_count;
	if (!strcmp(kind, "forged")) {
		add_template(o, k, "init", to);
	} else if (!strcmp(kind, "unknown")) {
		add_template(o, k, "info", to);
	} else if (strcmp(kind, "malformed")) {
		add_template(o, k, kind, to);
	} else {
		for (i = 0; i < sizeof(malformed) / sizeof(*malformed); i++)
			add_template(o, k, malformed[i], to);
	}
	turn->count = template_count - turn->first;
}

static void make_templates(const struct options *o)
{
	unsigned int k, d;

	for (k = 0; k < o->kind_count; k++)
		for (d = 0; d < o->to_count; d++)
			add_turn(o, k, &o->to[d]);
}

/* A unicast address of the whole Internet. */
static void any_address(struct frame_addr *a)
{
	put64(a->a, random64());
	put64(a->a + 8, random64());
	if (a->v6)
		a->a[0] = 0x20 | (a->a[0] & 0x0f);
	else
		a->a[0] = 1 + a->a[0] % 126;
	if (!a->v6)
		memset(a->a + 4, 0, 12);
}

static void prefix_address(struct frame_addr *a, const struct prefix *p)
{
	unsigned int bits = a->v6 ? 128 : 32, i, keep;
	uint8_t any[16];

	put64(any, random64());
	put64(any + 8, random64());
	for (i = 0; i < bits / 8; i++) {
		keep = p->plen >= 8 * (i + 1) ? 8 :
		       p->plen > 8 * i ? p->plen - 8 * i : 0;
		a->a[i] = (p->addr.a[i] & ~(0xff >> keep)) |
			  (any[i] & (0xff >> keep));
	}
}

static void new_source(struct frame_addr *a, const struct options *o,
		       unsigned long n)
{
	unsigned int i, fit = 0;

	for (i = 0; i < o->prefix_count; i++)
		fit += o->prefixes[i].addr.v6 == a->v6;
	if (!fit) {
		any_address(a);
		return;
	}
	fit = n % fit;
	for (i = 0; o->prefixes[i].addr.v6 != a->v6 || fit; i++)
		fit -= o->prefixes[i].addr.v6 == a->v6;
	prefix_address(a, &o->prefixes[i]);
}

static struct template *choose(unsigned long n)
{
	const struct turn *turn = &turns[n % turn_count];

	return &templates[turn->first + n / turn_count % turn->count];
}

/* Message @n of a flood, in its place of the ring. Return: octets. */
static size_t make(uint8_t *frame, const struct options *o,
		   const struct frame_link *link, unsigned long n)
{
	struct template *t = choose(n);
	uint8_t *data = frame + frame_room(t->u.to.v6);
	uint8_t *h = data + (o->msg.marker ? 4 : 0);
	unsigned int i;
	uint32_t id;

	memcpy(data, t->data, t->u.len);
	new_source(&t->u.from, o, n / turn_count);
	if (!o->sport)
		t->u.sport = 1024 + random64() % 64000;
	if (t->spi_i)
		put64(h, random64() | 1);
	if (t->spi_r)
		put64(h + 8, random64() | 1);
	for (i = 0; t->random && i < FIELD; i += 8)
		put64(data + t->random + i, random64());
	if (t->ids) {
		id = __builtin_bswap32(o->msg.id + n / turn_count);
		memcpy(h + 20, &id, 4);
	}
	for (i = 0; i < t->cookie; i++)
		h[36 + i] = random64() >> 56;
	return frame_build(frame, link, &t->u);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Not earlier than message @n is due. */
static void pace(double start, unsigned long n, unsigned long rate)
{
	double left = rate ? start + (double)n / rate - now() : 0;
	struct timespec t = { .tv_sec = left };

	if (left <= 0)
		return;
	t.tv_nsec = (left - t.tv_sec) * 1e9;
	nanosleep(&t, NULL);
}

static void send_batch(const struct frame_link *link, struct mmsghdr *batch,
		       unsigned int count)
{
	unsigned int done = 0, tries = 0;
	int n;

	while (done < count && tries < 1000) {
		n = sendmmsg(link->fd, batch + done, count - done, 0);
		if (n > 0)
			done += n;
		else if (errno != ENOBUFS && errno != EAGAIN)
			die("send");
		tries += n <= 0;
	}
	if (done < count)
		die("send");
}

/* By SIGTERM, which main() has blocked. */
static bool told_to_end(void)
{
	sigset_t set;

	return !sigpending(&set) && sigismember(&set, SIGTERM);
}

static void flood(const struct options *o, const struct frame_link *link)
{
	static unsigned long sent[KINDS_MAX];
	struct mmsghdr batch[BATCH] = { 0 };
	struct iovec iov[BATCH];
	unsigned int i, size = BATCH, burst;
	double start = now();
	unsigned long n = 0;

	/* Small batches at small rates: a burst is no rate. */
	burst = o->rate ? o->rate / 100 + 1 : BATCH;
	if (burst < size)
		size = burst;
	while (n < o->count && now() < start + o->seconds && !told_to_end()) {
		for (i = 0; i < size && n < o->count; i++, n++) {
			iov[i].iov_base = ring[i];
			iov[i].iov_len = make(ring[i], o, link, n);
			batch[i].msg_hdr.msg_iov = &iov[i];
			batch[i].msg_hdr.msg_iovlen = 1;
			sent[choose(n)->kind]++;
		}
		send_batch(link, batch, i);
		pace(start, n, o->rate);
	}
	printf("{\"sent\": %lu, \"seconds\": %.3f, \"kinds\": {", n,
	       now() - start);
	for (i = 0; i < o->kind_count; i++)
		printf("%s\"%s\": %lu", i ? ", " : "", o->kinds[i], sent[i]);
	printf("}}\n");
}

static void parse_kinds(struct options *o, char *arg)
{
	char *kind;

	o->kind_count = 0;
	for (kind = strtok(arg, ","); kind; kind = strtok(NULL, ",")) {
		if (!msg_known(kind) && strcmp(kind, "forged") &&
		    strcmp(kind, "unknown") && strcmp(kind, "malformed"))
			wrong("no such kind", kind);
		if (o->kind_count == KINDS_MAX)
			wrong("too many kinds with", kind);
		o->kinds[o->kind_count++] = kind;
	}
	if (!o->kind_count)
		wrong("no kind in", "");
}

static void parse_prefix(struct options *o, char *arg)
{
	struct prefix *p = &o->prefixes[o->prefix_count];
	char *slash = strchr(arg, '/');

	if (o->prefix_count++ == PREFIXES_MAX)
		wrong("too many prefixes with", arg);
	if (slash)
		*slash = 0;
	if (!frame_addr(&p->addr, arg))
		wrong("no such address", arg);
	p->plen = p->addr.v6 ? 128 : 32;
	if (slash)
		p->plen = number(slash + 1, 10, p->plen);
}

static void parse_message(struct options *o, int c)
{
	switch (c) {
	case 'n':
		o->msg.marker = true;
		break;
	case 'i':
		o->msg.spi_i = number(optarg, 16, -1UL);
		o->spi_i = true;
		break;
	case 'R':
		o->msg.spi_r = number(optarg, 16, -1UL);
		o->spi_r = true;
		break;
	case 'm':
		o->msg.id = number(optarg, 0, UINT32_MAX);
		o->ids = true;
		break;
	case 'l':
		o->msg.content = number(optarg, 10, 1200);
		break;
	case 'C':
		o->cookie_len = number(optarg, 10, 64);
		break;
	default:
		wrong("wrong option", "");
	}
}

static void parse_options(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "k:c:t:r:s:p:d:ni:R:m:l:C:S:")) != -1) {
		switch (c) {
		case 'k':
			parse_kinds(o, optarg);
			break;
		case 'c':
			o->count = number(optarg, 10, 10000000);
			break;
		case 't':
			o->seconds = number(optarg, 10, 3600);
			break;
		case 'r':
			o->rate = number(optarg, 10, 10000000);
			break;
		case 's':
			parse_prefix(o, optarg);
			break;
		case 'p':
			o->sport = number(optarg, 10, 65535);
			break;
		case 'd':
			o->dport = number(optarg, 10, 65535);
			break;
		case 'S':
			o->seed = number(optarg, 0, -1UL);
			break;
		default:
			parse_message(o, c);
		}
	}
}

int main(int argc, char **argv)
{
	static struct options o = {
		.kinds = { "init" }, .kind_count = 1, .count = 1000,
		.seconds = 60, .sport = 500, .dport = 500, .cookie_len = 16,
		.msg = { .content = 128, .fragment = 1, .fragments = 2,
			 .spi_i = 1, .id = 0 },
	};
	struct frame_link link;
	sigset_t end;
	int i;

	if (getrandom(&o.seed, sizeof(o.seed), 0) < 0)
		die("getrandom");
	parse_options(&o, argc, argv);
	if (argc - optind < 3 || argc - optind > 2 + DESTINATIONS_MAX)
		wrong("wants DEVICE MAC DESTINATION..., not", argv[argc - 1]);
	for (i = optind + 2; i < argc; i++)
		if (!frame_addr(&o.to[o.to_count++], argv[i]))
			wrong("no such address", argv[i]);
	seed_random(o.seed);
	if (!frame_open(&link, argv[optind], argv[optind + 1], false))
		die(argv[optind]);
	make_templates(&o);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	flood(&o, &link);
	return 0;
}
