// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stopwatch's sender: frames are built in batches, and only sending them
 * is timed. Their way through the receiver is part of that, because a veth
 * hands a frame over on the CPU that sends it.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "../pkt/frame.h"
#include "../pkt/ikemsg.h"
#include "../pkt/tool.h"
#include "pool.h"

const char * const tool_name = "burst";

const char * const tool_usage =
"usage: burst [OPTION]... DEVICE MAC FROM[/LENGTH] TO\n"
"\n"
"Sends messages of ikepkt by DEVICE to the Ethernet address MAC and prints the\n"
"ns that one took. Sources are random ones of the prefix; SPI and nonce are new\n"
"each time.\n"
"  -k KIND     of message (init)   -P PROTOCOL  of IP, its number; without\n"
"              it UDP from port    -p PORT (500)  to  -d PORT (500)\n"
"  -c COUNT    so many (64)        -w COUNT  so many first, not timed (0)\n"
"  -r RATE     a second at most    -S SEED   of the random numbers (1)\n"
"  -n          behind the non-ESP marker\n"
"  -l OCTETS   of content in what is encrypted (128)\n"
"  -i SPI -R SPI  initiator's and responder's, hexadecimal, always the same\n"
"  -m ID       message ID of the first, each has the next\n"
"  -t TO       in ESP of the null cipher, UDP of so much content to there, as\n"
"              a tunnel has it\n"
"  -C OCTETS   of a COOKIE of nobody's\n"
"  -K          bring the COOKIE back that the first one is answered with\n"
"  -N COUNT    sources are the COUNT addresses from FROM on, and SPIs other\n"
"              than an opener's are those that \"adopt\" gave them\n"
"  -L          one at a time, one a ms; prints the median and the worst ns from\n"
"              when it was due until it had passed\n";

enum {
	BATCH = 64, BATCHES_MAX = 65536, UDP_HEADER = 8, SECOND = 1000000000,
	MILLISECOND = 1000000, COOKIE_MAX = 64, ESP_HEADER = 8, ETHERNET = 14,
	IPIP = 4, IPV6 = 41,
	NEXT_HEADER = 20, NEXT_HEADER4 = 23, CHECKSUM4 = 24,
};

struct options {
	struct msg_options msg;
	struct frame_udp u;
	unsigned int plen;
	unsigned int protocol;
	unsigned long count;
	unsigned long warm;
	unsigned long rate;
	struct frame_addr inner;
	bool tunnel;
	unsigned long pool;
	bool late;
	bool spi;
	bool ids;
	bool cookie;
};

static uint8_t ring[BATCH][FRAME_MAX];
static double took[BATCHES_MAX];

/* A random source of the prefix */
static struct frame_addr source(const struct options *o)
{
	unsigned int bits = o->u.to.v6 ? 128 : 32, i;
	struct frame_addr a = o->u.from;

	for (i = o->plen; i < bits; i++)
		if (random64() >> 63)
			a.a[i / 8] ^= 0x80 >> i % 8;
	return a;
}

/* One of the pool, if there is one. */
static struct frame_addr choose(struct options *o)
{
	struct frame_addr a = o->u.from;
	uint64_t k;

	if (!o->pool)
		return source(o);
	k = random64() % o->pool;
	frame_addr_add(&a, a.v6 ? 128 : 32, k);
	if (strcmp(o->msg.kind, "init")) {
		o->msg.spi_i = pool_spi(k);
		o->msg.spi_r = ~pool_spi(k);
	}
	return a;
}

/* What stands in place of UDP's header begins so much earlier. */
static size_t header(const struct options *o)
{
	return o->protocol ? UDP_HEADER : 0;
}

/*
 * Turn a frame of UDP into one of another protocol, of which all but the
 * number in the IP header is there. The sum over that header changes with it.
 */
static void set_protocol(uint8_t *frame, const struct options *o)
{
	uint32_t sum;

	if (o->u.to.v6) {
		frame[NEXT_HEADER] = o->protocol;
		return;
	}
	sum = frame[CHECKSUM4] << 8 | frame[CHECKSUM4 + 1];
	sum += frame[NEXT_HEADER4] + 0xffff - o->protocol;
	sum = (sum & 0xffff) + (sum >> 16);
	frame[CHECKSUM4] = sum >> 8;
	frame[CHECKSUM4 + 1] = sum;
	frame[NEXT_HEADER4] = o->protocol;
}

/* RFC 4303 section 2: a packet, filled up to four octets, and what it is. */
static size_t put_inner(uint8_t *esp, const struct options *o,
			const struct frame_link *link)
{
	static uint8_t frame[FRAME_MAX];
	struct frame_udp u = o->u;
	uint8_t *at = esp + ESP_HEADER;
	unsigned int pad, i;
	size_t len;

	u.to = o->inner;
	u.sport = 5353;
	u.dport = 53;
	u.len = o->msg.content;
	len = frame_build(frame, link, &u) - ETHERNET;
	memcpy(at, frame + ETHERNET, len);
	pad = -(len + 2) % 4;
	for (i = 1; i <= pad; i++)
		at[len++] = i;
	at[len++] = pad;
	at[len++] = u.to.v6 ? IPV6 : IPIP;
	return ESP_HEADER + len;
}

/* Return: octets of the frame. */
static size_t make(uint8_t *frame, struct options *o,
		   const struct frame_link *link)
{
	uint8_t data[MSG_MAX], *at = frame + frame_room(o->u.to.v6);
	struct frame_udp u = o->u;
	size_t len;

	if (!o->spi)
		o->msg.spi_i = random64() | 1;
	o->msg.nonce = random64() | 1;
	u.from = choose(o);
	len = msg_build(&o->msg, data);
	if (o->tunnel)
		len = put_inner(data, o, link);
	if (o->ids)
		o->msg.id++;
	u.len = len - header(o);
	memcpy(at, data + header(o), u.len);
	len = frame_build(frame, link, &u);
	if (!o->protocol)
		return len;
	memcpy(at - UDP_HEADER, data, UDP_HEADER);
	set_protocol(frame, o);
	return len;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * SECOND + t.tv_nsec;
}

/* Return: ns that it took. */
static double send_batch(int fd, struct mmsghdr *batch, unsigned int count)
{
	double start = now();
	unsigned int done = 0;
	int n;

	while (done < count) {
		n = sendmmsg(fd, batch + done, count - done, 0);
		if (n < 0)
			die("send");
		done += n;
	}
	return now() - start;
}

/* Not earlier than @n of them are due. */
static void pace(double start, unsigned long n, unsigned long rate)
{
	double left = rate ? start + (double)n * SECOND / rate - now() : 0;
	struct timespec t = { .tv_sec = left / SECOND };

	if (left <= 0)
		return;
	t.tv_nsec = left - (double)t.tv_sec * SECOND;
	nanosleep(&t, NULL);
}

/* Return: batches. What each took per packet goes to @ns if that is there. */
static unsigned int burst(struct options *o, const struct frame_link *link,
			  unsigned long count, double *ns)
{
	struct mmsghdr batch[BATCH] = { 0 };
	struct iovec iov[BATCH];
	unsigned int i, n = 0;
	double start = now(), t;

	while (n * BATCH < count && n < BATCHES_MAX) {
		for (i = 0; i < BATCH; i++) {
			iov[i].iov_base = ring[i];
			iov[i].iov_len = make(ring[i], o, link);
			batch[i].msg_hdr.msg_iov = &iov[i];
			batch[i].msg_hdr.msg_iovlen = 1;
		}
		t = send_batch(link->fd, batch, BATCH);
		if (ns)
			ns[n] = t / BATCH;
		n++;
		pace(start, (unsigned long)n * BATCH, o->rate);
	}
	return n;
}

/* Return: how many; to @ns how late each was. */
static unsigned int drip(struct options *o, const struct frame_link *link,
			 double *ns)
{
	double due = now() + MILLISECOND;
	unsigned int n = 0;
	size_t len;

	while (n < o->count && n < BATCHES_MAX) {
		len = make(ring[0], o, link);
		pace(due, 0, 1);
		if (send(link->fd, ring[0], len, 0) != (ssize_t)len)
			die("send");
		ns[n++] = now() - due;
		due += MILLISECOND;
		/* What waited behind another is that one's delay. */
		if (due < now())
			due = now() + MILLISECOND;
	}
	return n;
}

/* Ask once and wait for the COOKIE that comes back. */
static void fetch_cookie(struct options *o, const struct frame_link *link)
{
	struct pollfd p = { .fd = link->fd, .events = POLLIN };
	static uint8_t frame[FRAME_MAX], cookie[COOKIE_MAX];
	struct frame_udp u;
	struct msg_head h;
	ssize_t n;

	n = make(frame, o, link);
	if (send(link->fd, frame, n, 0) != n)
		die("send");
	while (poll(&p, 1, 10000) == 1) {
		n = recv(link->fd, frame, sizeof(frame), 0);
		if (n < 0 || !frame_parse(frame, n, &u) ||
		    !msg_read(&h, u.data, u.len, o->msg.marker) ||
		    h.notify != MSG_COOKIE || h.data_len > COOKIE_MAX)
			continue;
		memcpy(cookie, h.data, h.data_len);
		o->msg.cookie = cookie;
		o->msg.cookie_len = h.data_len;
		return;
	}
	errno = ETIMEDOUT;
	die("no COOKIE");
}

static void parse_message(struct options *o, int c)
{
	static const uint8_t zero[COOKIE_MAX];

	switch (c) {
	case 'k':
		o->msg.kind = optarg;
		if (!msg_known(optarg))
			wrong("no such kind", optarg);
		break;
	case 'n':
		o->msg.marker = true;
		break;
	case 'l':
		o->msg.content = number(optarg, 10, 1200);
		break;
	case 'i':
		o->msg.spi_i = number(optarg, 16, -1UL);
		o->spi = true;
		break;
	case 'R':
		o->msg.spi_r = number(optarg, 16, -1UL);
		break;
	case 'm':
		o->msg.id = number(optarg, 0, UINT32_MAX);
		o->ids = true;
		break;
	case 't':
		if (!frame_addr(&o->inner, optarg))
			wrong("no such address", optarg);
		o->tunnel = true;
		break;
	case 'C':
		o->msg.cookie = zero;
		o->msg.cookie_len = number(optarg, 10, COOKIE_MAX);
		break;
	case 'K':
		o->cookie = true;
		break;
	default:
		wrong("wrong option", "");
	}
}

static void parse_options(struct options *o, int argc, char **argv)
{
	static const char letters[] = "k:P:p:d:c:w:r:S:nl:i:R:m:t:C:KN:L";
	int c;

	while ((c = getopt(argc, argv, letters)) != -1) {
		switch (c) {
		case 'P':
			o->protocol = number(optarg, 10, 255);
			break;
		case 'p':
			o->u.sport = number(optarg, 10, 65535);
			break;
		case 'd':
			o->u.dport = number(optarg, 10, 65535);
			break;
		case 'c':
			o->count = number(optarg, 10, BATCH * BATCHES_MAX);
			break;
		case 'w':
			o->warm = number(optarg, 10, BATCH * BATCHES_MAX);
			break;
		case 'r':
			o->rate = number(optarg, 10, 10000000);
			break;
		case 'N':
			o->pool = number(optarg, 10, UINT32_MAX);
			break;
		case 'L':
			o->late = true;
			break;
		case 'S':
			seed_random(number(optarg, 0, -1UL) * 2);
			break;
		default:
			parse_message(o, c);
		}
	}
}

static void parse_addresses(struct options *o, char *from, const char *to)
{
	char *slash = strchr(from, '/');

	if (slash)
		*slash = 0;
	if (!frame_addr(&o->u.from, from))
		wrong("no such address", from);
	if (!frame_addr(&o->u.to, to) || o->u.to.v6 != o->u.from.v6)
		wrong("no such destination", to);
	o->plen = o->u.to.v6 ? 128 : 32;
	if (slash)
		o->plen = number(slash + 1, 10, o->plen);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The mean would tell of the timer's interrupts as well. */
static double median(double *ns, unsigned int n)
{
	qsort(ns, n, sizeof(*ns), by_size);
	return (ns[n / 2] + ns[(n - 1) / 2]) / 2;
}

int main(int argc, char **argv)
{
	static struct options o = {
		.msg = { .kind = "init", .content = 128, .fragment = 1,
			 .fragments = 2 },
		.u = { .sport = 500, .dport = 500 },
		.count = BATCH,
	};
	struct frame_link link;
	unsigned int i, n;
	double sum = 0;

	parse_options(&o, argc, argv);
	if (argc - optind != 4 || !o.count)
		wrong("wants DEVICE MAC FROM TO, not", argv[argc - 1]);
	parse_addresses(&o, argv[optind + 2], argv[optind + 3]);
	if (!frame_open(&link, argv[optind], argv[optind + 1], o.cookie))
		die(argv[optind]);
	if (o.cookie)
		fetch_cookie(&o, &link);
	if (o.late) {
		n = drip(&o, &link, took);
		printf("%.0f", median(took, n));
		printf(" %.0f\n", took[n - 1]);
		return 0;
	}
	burst(&o, &link, o.warm, NULL);
	n = burst(&o, &link, o.count, took);
	for (i = 0; i < n; i++)
		sum += took[i];
	printf("%.1f %.1f\n", median(took, n), sum / n);
	return 0;
}
