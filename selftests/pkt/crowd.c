// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Thousands of honest initiators in one process: each retransmits, takes
 * challenges and goes on as a daemon would. With -r the other end, where
 * thousands of real Diffie-Hellman exchanges would take too long.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"
#include "tool.h"

const char * const tool_name = "crowd";

const char * const tool_usage =
"usage: crowd [OPTION]... DEVICE MAC FROM GATEWAY   initiators\n"
"       crowd -r [-l OCTETS] [-a HOW]               a responder, until SIGTERM\n"
"\n"
"Frames go out by DEVICE to the Ethernet address MAC. The addresses FROM and\n"
"those that follow it (of IPv6 the /64s) must be routed to DEVICE and belong\n"
"to nobody there.\n"
"  -n COUNT     initiators (1)      -b COUNT  of these share FROM, by port (0)\n"
"  -P LENGTH    prefix length of the step to the next address (32, 64)\n"
"  -p PORT      source of those with an address of their own (500, 4500)\n"
"  -w MS        they begin spread over this time (0)\n"
"  -t MS -x HUNDREDTHS -T TRIES   retransmission: first after, each later by,\n"
"               how many messages at most (500, 180, 6)\n"
"  -a TRIES     of an IKE_AUTH, of the third message of Main Mode (3); 0: none\n"
"  -A           the answer to it is wanted; without, silence will do\n"
"  -c OCTETS    an encrypted answer with less is a refusal (100)\n"
"  -1           IKEv1 Main Mode     -4  port 4500, non-ESP marker\n"
"  -g GROUP     they try first, 14 to 16 (14)\n"
"  -N           a new nonce after INVALID_KE_PAYLOAD\n"
"  -R ROUNDS    begin anew so often when it failed (1)   -W MS  pause (1000)\n"
"  -L SECONDS   at most so long (60)\n"
"  -v           report each\n"
"  -r           answer; -l OCTETS in a protected answer, 0: give none (128);\n"
"               -a HOW  IKE_SA_INIT is answered: yes, cookie, no, ...\n";

enum { PEERS_MAX = 65536, TICK = 10 };

/**
 * struct options - of the whole run
 * @peer: how each behaves
 * @responder: with -r
 * @count: initiators
 * @behind: of these, that share one address
 * @plen: step between addresses
 * @port: source
 * @spread: ms
 * @limit: seconds
 * @each: report each
 * @respond: -r
 */
struct options {
	struct crowd_options peer;
	struct responder_options responder;
	unsigned int count;
	unsigned int behind;
	unsigned int plen;
	unsigned int port;
	unsigned int spread;
	unsigned int limit;
	bool each;
	bool respond;
};

static struct peer *peers;
static struct frame_link wire;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

static void make_peers(const struct options *o, const struct frame_addr *from)
{
	uint64_t start = now_ms() + TICK;
	struct peer *p;
	unsigned int i;

	peers = calloc(o->count, sizeof(*peers));
	if (!peers)
		die("memory");
	for (i = 0; i < o->count; i++) {
		p = &peers[i];
		p->addr = *from;
		p->port = o->port;
		p->spi_i = i;
		p->due = start + (uint64_t)o->spread * i / o->count;
		if (i < o->behind)
			p->port = 1024 + i;
		else
			frame_addr_add(&p->addr, o->plen,
				       i - o->behind + !!o->behind);
	}
}

static void transmit(const struct options *o, const struct peer *p,
		     const uint8_t *data, size_t len)
{
	uint16_t port = o->peer.marker ? 4500 : 500;
	uint8_t frame[FRAME_MAX];
	struct frame_udp u = {
		.from = p->addr, .to = o->peer.gateway, .sport = p->port,
		.dport = port, .len = len,
	};

	if (!len || frame_room(u.to.v6) + len > sizeof(frame))
		return;
	memcpy(frame + frame_room(u.to.v6), data, len);
	len = frame_build(frame, &wire, &u);
	/* What is lost here is lost as on any wire: it comes again. */
	send(wire.fd, frame, len, 0);
}

static void receive(const struct options *o, uint64_t now)
{
	size_t skip = o->peer.marker ? 4 : 0;
	uint8_t frame[FRAME_MAX], out[MSG_MAX];
	struct frame_udp u;
	struct peer *p;
	unsigned int i;
	ssize_t len;

	while ((len = recv(wire.fd, frame, sizeof(frame), MSG_DONTWAIT)) > 0) {
		if (!frame_parse(frame, len, &u) || u.len < skip + 8 ||
		    !frame_addr_equal(&u.from, &o->peer.gateway))
			continue;
		i = u.data[skip + 5] << 16 | u.data[skip + 6] << 8 |
		    u.data[skip + 7];
		if (i >= o->count)
			continue;
		p = &peers[i];
		if (frame_addr_equal(&u.to, &p->addr) && u.dport == p->port)
			transmit(o, p, out,
				 peer_answer(p, &o->peer, now, u.data, u.len,
					     out));
	}
}

/* Return: that somebody is still at it. */
static bool tick(const struct options *o, uint64_t now)
{
	uint8_t out[MSG_MAX];
	bool busy = false;
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		struct peer *p = &peers[i];

		if (p->state == PEER_DONE || p->state == PEER_FAILED)
			continue;
		busy = true;
		transmit(o, p, out, peer_due(p, &o->peer, now, out));
	}
	return busy;
}

static void run(const struct options *o)
{
	struct itimerspec t = { { 0, TICK * 1000000 }, { 0, 1 } };
	uint64_t end = now_ms() + o->limit * 1000ULL, expired;
	struct epoll_event e = { .events = EPOLLIN };
	int poll = epoll_create1(0), timer;
	bool busy = true;

	timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	timerfd_settime(timer, 0, &t, NULL);
	e.data.fd = timer;
	if (epoll_ctl(poll, EPOLL_CTL_ADD, timer, &e))
		die("epoll");
	e.data.fd = wire.fd;
	if (epoll_ctl(poll, EPOLL_CTL_ADD, wire.fd, &e))
		die("epoll");
	while (busy && now_ms() < end) {
		if (epoll_wait(poll, &e, 1, 1000) != 1)
			continue;
		if (e.data.fd == wire.fd)
			receive(o, now_ms());
		else if (read(timer, &expired, sizeof(expired)) > 0)
			busy = tick(o, now_ms());
	}
}

static int by_time(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

static void report_each(const struct options *o)
{
	char text[46];
	unsigned int i;

	printf(", \"peers\": [");
	for (i = 0; i < o->count; i++) {
		const struct peer *p = &peers[i];

		printf("%s\n{\"addr\": \"%s\", \"port\": %u, \"spi_i\": \"%016llx\", \"spi_r\": \"%016llx\", \"answered\": %s, \"authenticated\": %s, \"cookies\": %u, \"groups\": %u, \"sent\": %u, \"notify\": %u, \"ms\": %u}",
		       i ? "," : "", frame_addr_text(&p->addr, text), p->port,
		       (unsigned long long)p->spi_i,
		       (unsigned long long)p->spi_r,
		       p->answered ? "true" : "false",
		       p->authenticated ? "true" : "false", p->cookies,
		       p->groups, p->sent, p->notify, p->took);
	}
	printf("]");
}

static void report(const struct options *o, double seconds)
{
	unsigned int *took = calloc(o->count, sizeof(*took));
	unsigned long answered = 0, authenticated = 0, refused = 0, failed = 0;
	unsigned long sent = 0, again = 0, cookies = 0, groups = 0;
	unsigned int i, n = 0;

	if (!took)
		die("memory");
	for (i = 0; i < o->count; i++) {
		const struct peer *p = &peers[i];

		answered += !!p->answered;
		authenticated += p->authenticated;
		refused += p->refused;
		failed += p->state != PEER_DONE;
		sent += p->sent;
		again += p->retransmits;
		cookies += p->cookies;
		groups += p->groups;
		if (p->answered)
			took[n++] = p->took;
	}
	qsort(took, n, sizeof(*took), by_time);
	printf("{\"initiators\": %u, \"answered\": %lu, \"authenticated\": %lu, \"refused\": %lu, \"failed\": %lu, \"sent\": %lu, \"retransmits\": %lu, \"cookies\": %lu, \"groups\": %lu, \"median_ms\": %u, \"worst_ms\": %u, \"seconds\": %.3f",
	       o->count, answered, authenticated, refused, failed, sent, again,
	       cookies, groups, n ? took[n / 2] : 0, n ? took[n - 1] : 0,
	       seconds);
	if (o->each)
		report_each(o);
	printf("}\n");
	free(took);
}

static void parse_crowd(struct options *o, int c)
{
	switch (c) {
	case 'n':
		o->count = number(optarg, 10, PEERS_MAX);
		break;
	case 'b':
		o->behind = number(optarg, 10, 60000);
		break;
	case 'P':
		o->plen = number(optarg, 10, 128);
		break;
	case 'p':
		o->port = number(optarg, 10, 65535);
		break;
	case 'w':
		o->spread = number(optarg, 10, 3600000);
		break;
	case 'L':
		o->limit = number(optarg, 10, 3600);
		break;
	case 'v':
		o->each = true;
		break;
	case 'r':
		o->respond = true;
		break;
	case 'l':
		o->responder.content = number(optarg, 10, 8000);
		break;
	default:
		wrong("wrong option", "");
	}
}

static void parse_times(struct options *o, int c)
{
	switch (c) {
	case 't':
		o->peer.timeout = number(optarg, 10, 60000);
		break;
	case 'x':
		o->peer.factor = number(optarg, 10, 1000);
		break;
	case 'T':
		o->peer.tries = number(optarg, 10, 20);
		break;
	case 'R':
		o->peer.rounds = number(optarg, 10, 100000);
		break;
	case 'W':
		o->peer.pause = number(optarg, 10, 3600000);
		break;
	default:
		parse_crowd(o, c);
	}
}

static void parse_options(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv,
			   "n:b:P:p:w:t:x:T:a:Ac:14g:NR:W:L:vrl:")) != -1) {
		switch (c) {
		case 'a':
			o->responder.how = optarg;
			break;
		case 'A':
			o->peer.auth = true;
			break;
		case 'c':
			o->peer.content = number(optarg, 10, 8000);
			break;
		case '1':
			o->peer.version = 1;
			break;
		case '4':
			o->peer.marker = true;
			break;
		case 'g':
			o->peer.group = number(optarg, 10, 16);
			break;
		case 'N':
			o->peer.new_nonce = true;
			break;
		default:
			parse_times(o, c);
		}
	}
}

int main(int argc, char **argv)
{
	struct options o = {
		.peer = { .version = 2, .group = 14, .timeout = 500,
			  .factor = 180, .tries = 6, .auth_tries = 3,
			  .content = 100, .rounds = 1, .pause = 1000 },
		.responder = { .content = 128 }, .count = 1, .limit = 60,
	};
	struct frame_addr from;
	uint64_t start;

	parse_options(&o, argc, argv);
	if (o.respond) {
		if (!o.responder.how)
			o.responder.how = "yes";
		return responder(&o.responder);
	}
	if (o.responder.how)
		o.peer.auth_tries = number(o.responder.how, 10, 20);
	if (argc - optind != 4)
		wrong("wants DEVICE MAC FROM GATEWAY, not", argv[argc - 1]);
	if (!frame_addr(&from, argv[optind + 2]))
		wrong("no such address", argv[optind + 2]);
	if (!frame_addr(&o.peer.gateway, argv[optind + 3]) ||
	    o.peer.gateway.v6 != from.v6)
		wrong("no such address", argv[optind + 3]);
	if (!o.count || o.behind > o.count || o.peer.group < 14)
		wrong("no such number in", argv[0]);
	if (!o.plen)
		o.plen = from.v6 ? 64 : 32;
	if (!o.port)
		o.port = o.peer.marker ? 4500 : 500;
	if (!frame_open(&wire, argv[optind], argv[optind + 1], true))
		die(argv[optind]);
	make_peers(&o, &from);
	start = now_ms();
	run(&o);
	report(&o, (now_ms() - start) / 1000.0);
	return 0;
}
