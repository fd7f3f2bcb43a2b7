// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "parse.h"

enum {
	NOBODY		= 65534,
	PORT_NATT	= 4500,
	SENDINGS	= 3,	/* of one message */
	ANSWER_MAX	= 4096,
	FOREIGN_LEN	= 17,	/* as long as those of the module */
};

/**
 * struct line - to the daemon
 * @fd: connected, so that nobody else's answer is taken
 * @marker: with the non-ESP marker
 * @ms: how long to wait for an answer
 */
struct line {
	int fd;
	bool marker;
	unsigned int ms;
};

static uint32_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* An address as the socket calls have it. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t set_address(const struct endpoint *end, union address *to)
{
	memset(to, 0, sizeof(*to));
	if (end->family == 4) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = htons(end->port);
		memcpy(&to->v4.sin_addr, end->addr, 4);
		return sizeof(to->v4);
	}
	to->v6.sin6_family = AF_INET6;
	to->v6.sin6_port = htons(end->port);
	memcpy(&to->v6.sin6_addr, end->addr, sizeof(end->addr));
	return sizeof(to->v6);
}

/*
 * As nobody: to the module, what root says from this host is our side's own
 * word, and this is not.
 */
static int nobodys_socket(int family)
{
	uid_t was = setfsuid(NOBODY);
	int fd, err;

	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = errno;
	setfsuid(was);
	return fd < 0 ? -err : fd;
}

/* A socket from @from, if given, to @to, if given; or an errno, negative. */
static int open_socket(const struct endpoint *from, const struct endpoint *to)
{
	int family = (from ? from : to)->family == 4 ? AF_INET : AF_INET6;
	union address address;
	socklen_t len;
	int fd, err = 0;

	fd = nobodys_socket(family);
	if (fd < 0)
		return fd;
	if (from) {
		len = set_address(from, &address);
		err = bind(fd, &address.any, len);
	}
	if (!err && to) {
		len = set_address(to, &address);
		err = connect(fd, &address.any, len);
	}
	if (!err)
		return fd;
	err = errno;
	close(fd);
	return -err;
}

static bool is_ours(const struct endpoint *end)
{
	struct endpoint from = *end;
	int fd;

	from.port = 0;
	fd = open_socket(&from, NULL);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/*
 * One of our own addresses is never asked from another of them: a daemon that
 * finds itself at both ends may not survive it (Libreswan 4.10 does not). All
 * of 127.0.0.0/8 is the loopback device, but hardly anything else than
 * 127.0.0.1 is an address that a daemon knows as its own; IPv6 has no such.
 */
static int open_line(const struct endpoint *to)
{
	static const uint8_t v6_loopback[16] = { [15] = 1 };
	struct endpoint from = { .family = 4 };
	int fd;

	if (!is_ours(to))
		return open_socket(NULL, to);
	if (to->family != 4)
		return memcmp(to->addr, v6_loopback, sizeof(v6_loopback)) ?
		       -EADDRINUSE : open_socket(NULL, to);
	if (getrandom(from.addr, 4, 0) != 4)
		return -errno;
	from.addr[0] = 127;
	from.addr[1] |= 1;
	from.addr[3] = 1 + from.addr[3] % 254;
	fd = open_socket(&from, to);
	/* Not ours after all, though it could be bound to. */
	return fd == -EINVAL ? open_socket(NULL, to) : fd;
}

static uint16_t error_notify(const struct ikemon_pkt *pkt)
{
	unsigned int i;

	for (i = 0; i < pkt->n_notify; i++)
		if (pkt->notify[i] <= IKE2_N_ERROR_LAST)
			return pkt->notify[i];
	return 0;
}

/* The octets of the COOKIE notify that comes first. */
static void take_cookie(const struct ikemon_view *view,
			const struct ikemon_pkt *pkt, struct probe_try *try)
{
	struct ikemon_walk walk;

	ikemon_walk_start(&walk, pkt);
	if (!ikemon_walk_next(&walk, pkt, view) ||
	    pkt->cookie_len > walk.len || pkt->cookie_len > INIT_COOKIE)
		return;
	memcpy(try->cookie, view->head + (pkt->marker ? NATT_MARKER_LEN : 0) +
	       walk.off + walk.len - pkt->cookie_len, pkt->cookie_len);
	try->cookie_len = pkt->cookie_len;
	try->outcome = PROBE_COOKIE;
}

/* Is this the answer to @init? Then @try says what it is. */
static void take_answer(const uint8_t *data, size_t len, bool marker,
			const struct init *init, struct probe_try *try)
{
	struct ikemon_view view = {
		.head = data, .head_len = len, .len = len,
	};
	struct ikemon_pkt pkt;

	ikemon_parse(&view, marker, &pkt);
	if (pkt.class != IKEMON_CLASS_IKE || !ikemon_is_v2(&pkt) ||
	    !ikemon_is_response(&pkt) || pkt.exchange != IKE2_SA_INIT ||
	    pkt.message_id || pkt.spi_i != get_unaligned_be64(init->spi))
		return;
	if (pkt.cookie_len) {
		take_cookie(&view, &pkt, try);
		return;
	}
	try->notify = error_notify(&pkt);
	if (try->notify || pkt.payloads & BIT_ULL(IKE2_PAYLOAD_SA))
		try->outcome = PROBE_ANSWERED;
}

/* Until there is an answer or @ms are over. Return: 0 or errno. */
static int wait_answer(const struct line *line, const struct init *init,
		       unsigned int ms, struct probe_try *try)
{
	struct pollfd fds = { .fd = line->fd, .events = POLLIN };
	uint32_t began = now_ms(), past;
	uint8_t data[ANSWER_MAX];
	ssize_t n;

	for (past = 0; past < ms && try->outcome == PROBE_SILENCE;
	     past = now_ms() - began) {
		if (poll(&fds, 1, ms - past) <= 0)
			continue;
		n = recv(line->fd, data, sizeof(data), MSG_DONTWAIT);
		if (n >= 0)
			take_answer(data, n, line->marker, init, try);
		else if (errno != EINTR && errno != EAGAIN)
			return errno;
	}
	return 0;
}

/* An answer of ICMP says that nobody listens; another error is ours. */
static int failed(int err, struct probe_try *try)
{
	if (err != ECONNREFUSED)
		return err;
	try->outcome = PROBE_CLOSED;
	return 0;
}

static int ask(const struct line *line, const struct init *init,
	       struct probe_try *try)
{
	uint8_t message[INIT_MESSAGE];
	unsigned int len = init_write(init, line->marker, message);
	uint32_t began = now_ms();
	int err = 0;

	try->outcome = PROBE_SILENCE;
	while (!err && try->outcome == PROBE_SILENCE &&
	       try->sent < SENDINGS) {
		try->sent++;
		if (send(line->fd, message, len, 0) < 0)
			err = errno;
		else
			err = wait_answer(line, init, line->ms / SENDINGS, try);
	}
	try->ms = now_ms() - began;
	return err ? failed(err, try) : 0;
}

/* Ask; if it demands a cookie of its own, once more with that. */
static int ask_twice(const struct line *line, struct init *init,
		     struct probe_try *first, struct probe_try *second)
{
	int err = ask(line, init, first);

	if (err || first->outcome != PROBE_COOKIE)
		return err;
	memcpy(init->cookie, first->cookie, first->cookie_len);
	init->cookie_len = first->cookie_len;
	return ask(line, init, second);
}

static int ask_all(const struct line *line, struct probe_try *step)
{
	struct init init;
	int err;

	init_fresh(&init);
	err = ask_twice(line, &init, &step[PROBE_PLAIN],
			&step[PROBE_PLAIN_OWN]);
	if (err || step[PROBE_PLAIN].outcome < PROBE_COOKIE)
		return err;
	init_fresh(&init);
	init.cookie_len = FOREIGN_LEN;
	err = ask_twice(line, &init, &step[PROBE_FOREIGN],
			&step[PROBE_FOREIGN_OWN]);
	if (err || step[PROBE_FOREIGN].outcome != PROBE_SILENCE)
		return err;
	init_fresh(&init);
	return ask(line, &init, &step[PROBE_CONTROL]);
}

int probe_run(const struct endpoint *to, unsigned int seconds,
	      struct probe *probe)
{
	struct line line = {
		.marker = to->port == PORT_NATT, .ms = seconds * 1000,
	};
	int err;

	memset(probe, 0, sizeof(*probe));
	line.fd = open_line(to);
	if (line.fd < 0)
		return -line.fd;
	err = ask_all(&line, probe->step);
	close(line.fd);
	return err;
}

enum probe_verdict probe_judge(const struct probe *probe)
{
	const struct probe_try *step = probe->step;

	switch (step[PROBE_FOREIGN].outcome) {
	case PROBE_ANSWERED:
		return PROBE_IGNORES;
	case PROBE_COOKIE:
		return step[PROBE_FOREIGN_OWN].outcome == PROBE_ANSWERED ?
		       PROBE_RETRIES : PROBE_BROKEN;
	case PROBE_SILENCE:
		break;
	default:
		return PROBE_UNKNOWN;
	}
	if (step[PROBE_CONTROL].outcome < PROBE_COOKIE)
		return PROBE_UNKNOWN;
	if (step[PROBE_PLAIN].outcome == PROBE_ANSWERED)
		return PROBE_REJECTS;
	return step[PROBE_PLAIN_OWN].outcome == PROBE_ANSWERED ?
	       PROBE_DEMANDS : PROBE_BROKEN;
}
