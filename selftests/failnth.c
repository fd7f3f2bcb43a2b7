// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LD_PRELOAD=failnth ikemonctl ...: before each of its requests to the family
 * goes out, the same request is made again and again, and the first, the
 * second, ... allocation of the kernel's on its way fails, until none is hit
 * any more. Written to descriptor 3: how many were hit, what came of it, and
 * what went wrong. The program itself notices nothing.
 *
 * A request that was refused must have changed nothing, by all that can be
 * asked of configuration, limits and blocks. One that was carried out all the
 * same, for the memory was to be had elsewhere or only the answer was lost, is
 * taken back by the request in the file FAILNTH_UNDO. FAILNTH_RECORD writes the
 * requests to a file instead.
 */
#define _GNU_SOURCE
#include "nthfail.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>

enum { MOST = 4000, STATE_MAX = 1 << 16 };

static ssize_t (*real_sendto)(int fd, const void *buf, size_t len, int flags,
			      const struct sockaddr *to, socklen_t to_len);
static int (*real_setsockopt)(int fd, int level, int name, const void *value,
			      socklen_t len);

static struct nlraw undo;
static unsigned int refused, done, lost;

static void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vdprintf(3, format, ap);
	va_end(ap);
}

/* ---- what is in force */

struct state {
	uint8_t buf[STATE_MAX];
	size_t len;
};

static void state_add(struct state *state, int fd, uint16_t family,
		      uint8_t cmd, uint16_t flags)
{
	static uint8_t buf[NLRAW_MAX];
	static struct nlraw m;
	const struct nlmsghdr *nlh;
	bool more = true;
	ssize_t n;

	nlraw_begin(&m, family, cmd, flags | NLM_F_ACK);
	nlraw_hdr(&m)->nlmsg_len = m.len;
	if (real_sendto(fd, m.buf, m.len, 0, NULL, 0) < 0)
		nlraw_die("state");
	while (more && (n = recv(fd, buf, sizeof(buf), 0)) > 0) {
		uint32_t left = n;

		for (nlh = (void *)buf; NLMSG_OK(nlh, left);
		     nlh = NLMSG_NEXT(nlh, left)) {
			if (nlh->nlmsg_type != family) {
				more = false;
				continue;
			}
			n = nlh->nlmsg_len - NLMSG_HDRLEN;
			if (state->len + n > STATE_MAX)
				nlraw_die("state too large");
			memcpy(state->buf + state->len, NLMSG_DATA(nlh), n);
			state->len += n;
		}
	}
}

static void state_get(struct state *state, uint16_t family)
{
	int fd = nlraw_open();

	state->len = 0;
	state_add(state, fd, family, IKEMON_CMD_CONFIG_GET, 0);
	state_add(state, fd, family, IKEMON_CMD_LIMIT_GET, NLM_F_DUMP);
	state_add(state, fd, family, IKEMON_CMD_BLOCK_GET, NLM_F_DUMP);
	close(fd);
}

static bool state_same(const struct state *a, const struct state *b)
{
	return a->len == b->len && !memcmp(a->buf, b->buf, a->len);
}

/* ---- one request */

enum outcome { REFUSED, DONE, LOST };

struct trial {
	int nth;		/* of the allocations that are left */
	bool hit;
	uint32_t replies;
};

/* Wait for the answer, with the rest of the allocations counted as well. */
static enum outcome answer(int fd, struct trial *t)
{
	static uint8_t buf[NLRAW_MAX];
	const struct nlmsghdr *nlh;
	int error;
	ssize_t n;

	for (;;) {
		if (t->nth)
			arm(t->nth);
		n = recv(fd, buf, sizeof(buf), 0);
		error = errno;
		if (t->nth) {
			t->nth = disarm();
			t->hit |= !t->nth;
		}
		if (n < 0 && error == EAGAIN) {
			say("no answer\n");
			return LOST;
		}
		if (n <= 0)
			return LOST;
		for (nlh = (void *)buf; NLMSG_OK(nlh, n);
		     nlh = NLMSG_NEXT(nlh, n)) {
			t->replies++;
			if (nlh->nlmsg_type != NLMSG_ERROR &&
			    nlh->nlmsg_type != NLMSG_DONE)
				continue;
			memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
			return error ? REFUSED : DONE;
		}
	}
}

static enum outcome try(const void *buf, size_t len, struct trial *t)
{
	int fd = nlraw_open();
	enum outcome outcome;
	ssize_t n;

	if (t->nth)
		arm(t->nth);
	n = real_sendto(fd, buf, len, 0, NULL, 0);
	if (t->nth) {
		t->nth = disarm();
		t->hit = !t->nth;
	}
	outcome = n < 0 ? REFUSED : answer(fd, t);
	close(fd);
	return outcome;
}

static void take_back(void)
{
	struct trial t = {};

	nlraw_hdr(&undo)->nlmsg_type = undo.nest[0];
	if (undo.len && try(undo.buf, undo.len, &t) != DONE)
		say("cannot be taken back\n");
}

static void sweep(const void *buf, size_t len)
{
	static struct state before, after;
	const struct nlmsghdr *nlh = buf;
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct trial whole = {}, t;
	enum outcome outcome;
	int n;

	undo.nest[0] = nlh->nlmsg_type;
	refused = 0;
	done = 0;
	lost = 0;
	if (dump)
		try(buf, len, &whole);
	state_get(&before, nlh->nlmsg_type);
	for (n = 1; n < MOST; n++) {
		t = (struct trial) { .nth = n };
		outcome = try(buf, len, &t);
		if (!t.hit)
			break;
		refused += outcome == REFUSED;
		done += outcome == DONE;
		lost += outcome == LOST;
		if (dump && outcome == DONE && t.replies != whole.replies)
			say("allocation %d: %u messages of %u, and no error\n",
			    n, t.replies, whole.replies);
		state_get(&after, nlh->nlmsg_type);
		if (outcome == REFUSED && !state_same(&before, &after))
			say("allocation %d: refused, but it changed\n", n);
		if (state_same(&before, &after))
			continue;
		take_back();
		state_get(&before, nlh->nlmsg_type);
	}
	state_get(&after, nlh->nlmsg_type);
	if (!state_same(&before, &after))
		take_back();
	say("swept %d: %u refused, %u done, %u lost\n", n - 1, refused, done,
	    lost);
}

/* ---- in place of the C library's */

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("FAILNTH_UNDO");
	FILE *f;

	real_sendto = dlsym(RTLD_NEXT, "sendto");
	real_setsockopt = dlsym(RTLD_NEXT, "setsockopt");
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (!path)
		return;
	f = fopen(path, "r");
	if (!f)
		nlraw_die(path);
	undo.len = fread(undo.buf, 1, sizeof(undo.buf), f);
	fclose(f);
}

static bool of_family(const void *buf, size_t len)
{
	const struct nlmsghdr *nlh = buf;

	return len >= NLMSG_HDRLEN && nlh->nlmsg_type > GENL_ID_CTRL;
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags,
	       const struct sockaddr *to, socklen_t to_len)
{
	const char *record = getenv("FAILNTH_RECORD");
	int out;

	if (of_family(buf, len) && record) {
		out = open(record, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (write(out, buf, len) != (ssize_t)len)
			nlraw_die(record);
		close(out);
	} else if (of_family(buf, len) && nth_fd >= 0) {
		sweep(buf, len);
	}
	return real_sendto(fd, buf, len, flags, to, to_len);
}

/* Joining a multicast group: it is joined, or an error says that it is not. */
int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int n, err, left, other;

	for (n = 1; level == SOL_NETLINK && name == NETLINK_ADD_MEMBERSHIP &&
	     nth_fd >= 0 && n < MOST; n++) {
		other = nlraw_open();
		arm(n);
		err = real_setsockopt(other, level, name, value, len);
		left = disarm();
		close(other);
		if (left) {
			say("swept %d: joining\n", n - 1);
			break;
		}
		refused += err < 0;
	}
	return real_setsockopt(fd, level, name, value, len);
}
