// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The world of ctl.h: functions of libmnl and libc that reach the kernel are
 * defined here and take precedence.
 */
#include "ctl.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nf_ikemon.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORTID = 77 };

/* A line of ours is freed soon, so that its next use is found all the same. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8";
}

static struct {
	struct ctl_world left;
	bool asked;		/* and not answered yet */
	bool dump;
	bool family;		/* what is asked is the number of the family */
	uint32_t seq;
} world;

struct mnl_socket {
	int fd;
};

void ctl_hold(bool condition, const char *what)
{
	if (condition)
		return;
	dprintf(STDERR_FILENO, "does not hold: %s\n", what);
	abort();
}

/* Netlink */

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	struct mnl_socket *sock = malloc(sizeof(*sock));

	sock->fd = open("/dev/null", O_RDWR | flags);
	hold(sock->fd >= 0);
	return sock;
}

int mnl_socket_close(struct mnl_socket *sock)
{
	close(sock->fd);
	free(sock);
	return 0;
}

int mnl_socket_bind(struct mnl_socket *sock, unsigned int groups, pid_t pid)
{
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *sock, int type, void *buf,
			  socklen_t len)
{
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *sock)
{
	return sock->fd;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *sock)
{
	return PORTID;
}

/* Every nest is full of whole attributes. */
static void check_attrs(const uint8_t *attrs, size_t len)
{
	const struct nlattr *attr;
	size_t step;

	for (; len; attrs += step, len -= step) {
		attr = (const void *)attrs;
		hold(mnl_attr_ok(attr, len));
		step = MNL_ALIGN(attr->nla_len);
		hold(step <= len);
		if (attr->nla_type & NLA_F_NESTED)
			check_attrs(mnl_attr_get_payload(attr),
				    mnl_attr_get_payload_len(attr));
	}
}

ssize_t mnl_socket_sendto(const struct mnl_socket *sock, const void *buf,
			  size_t len)
{
	const size_t head = MNL_NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlmsghdr *nlh = buf;

	hold(len >= head && nlh->nlmsg_len == len);
	hold(nlh->nlmsg_flags & NLM_F_REQUEST);
	check_attrs((const uint8_t *)buf + head, len - head);
	world.asked = true;
	world.dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	world.family = nlh->nlmsg_type == GENL_ID_CTRL;
	world.seq = nlh->nlmsg_seq;
	return len;
}

static struct nlmsghdr *begin(void *buf, uint16_t type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = world.seq;
	nlh->nlmsg_pid = PORTID;
	return nlh;
}

/* The end of an exchange, with these octets or as if all went well. */
static size_t put_end(void *buf, const void *octets, size_t len)
{
	static const uint8_t nothing[sizeof(struct nlmsgerr)];
	struct nlmsghdr *nlh;

	nlh = begin(buf, world.dump ? NLMSG_DONE : NLMSG_ERROR);
	nlh->nlmsg_flags = octets ? 0 : NLM_F_CAPPED;
	if (!octets) {
		octets = nothing;
		len = world.dump ? sizeof(int) : sizeof(nothing);
	}
	memcpy(mnl_nlmsg_put_extra_header(nlh, len), octets, len);
	world.asked = false;
	world.family = false;
	return MNL_ALIGN(nlh->nlmsg_len);
}

static size_t put_family(void *buf)
{
	static const char * const groups[] = {
		IKEMON_MCGRP_SESSION, IKEMON_MCGRP_ALARM, IKEMON_MCGRP_SOURCE,
		IKEMON_MCGRP_SA,
	};
	struct nlmsghdr *nlh = begin(buf, GENL_ID_CTRL);
	struct nlattr *list, *group;
	unsigned int i;

	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, CTL_FAMILY);
	list = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		group = mnl_attr_nest_start(nlh, i + 1);
		mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, i + 20);
		mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, groups[i]);
		mnl_attr_nest_end(nlh, group);
	}
	mnl_attr_nest_end(nlh, list);
	return nlh->nlmsg_len;
}

/* The next answer. Return: false if there is none. */
static bool next(uint8_t *how, const uint8_t **octets, size_t *len)
{
	struct ctl_world *left = &world.left;

	if (left->size < CTL_FRAME)
		return false;
	*how = left->answers[0];
	*len = left->answers[1] << 8 | left->answers[2];
	left->answers += CTL_FRAME;
	left->size -= CTL_FRAME;
	if (*len > left->size)
		*len = left->size;
	*octets = left->answers;
	left->answers += *len;
	left->size -= *len;
	return true;
}

static size_t put_answer(void *buf, uint8_t how, const uint8_t *octets,
			 size_t len)
{
	struct nlmsghdr *nlh = buf;
	struct genlmsghdr *genl;
	size_t n;

	if (how & CTL_BARE) {
		memset(buf, 0, MNL_ALIGN(len));
		memcpy(buf, octets, len);
		return MNL_ALIGN(len);
	}
	if (how & CTL_ACK) {
		n = put_end(buf, octets, len);
	} else {
		begin(buf, CTL_FAMILY);
		genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
		if (len) {
			genl->cmd = *octets++;
			len--;
		}
		memcpy(mnl_nlmsg_put_extra_header(nlh, len), octets, len);
		n = MNL_ALIGN(nlh->nlmsg_len);
	}
	if (how & CTL_FOREIGN)
		((uint8_t *)buf)[4 + how % 12] ^= 1;
	if (how & CTL_INTERRUPTED)
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	if (how & CTL_TLVS)
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (how & CTL_CUT)
		nlh->nlmsg_len += 1 + how % 64;
	return n;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *sock, void *buf,
			    size_t size)
{
	const uint8_t *octets;
	size_t len, used = 0;
	uint8_t how = 0;

	if (world.family) {
		used = put_family(buf);
		return used + put_end((uint8_t *)buf + used, NULL, 0);
	}
	do {
		if (size - used < 4096 || !next(&how, &octets, &len))
			break;
		if (len > 4000)
			len = 4000;
		if (how & CTL_OVERRUN && !used) {
			errno = ENOBUFS;
			return -1;
		}
		used += put_answer((uint8_t *)buf + used, how, octets, len);
	} while (how & CTL_MORE);
	if (used)
		return used;
	if (world.asked)
		return put_end(buf, NULL, 0);
	errno = EIO;
	return -1;
}

/* What "cookie test" asks */

int socket(int family, int type, int protocol)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	errno = EADDRNOTAVAIL;
	return -1;
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	return 0;
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	return len;
}

ssize_t recv(int fd, void *buf, size_t size, int flags)
{
	const uint8_t *octets;
	uint8_t how;
	size_t len;

	if (!next(&how, &octets, &len)) {
		errno = ECONNREFUSED;
		return -1;
	}
	if (len > size)
		len = size;
	memcpy(buf, octets, len);
	return len;
}

/* So that an answer can be known before the request. */
ssize_t getrandom(void *buf, size_t len, unsigned int flags)
{
	memset(buf, 0x11, len);
	return len;
}

int setns(int fd, int type)
{
	errno = EPERM;
	return -1;
}

/* What comes of it */

static void check_json(const char *text, size_t len)
{
	size_t flags = JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL;
	json_error_t error;
	json_t *value;

	while (len && isspace((unsigned char)*text))
		text++, len--;
	while (len) {
		value = json_loadb(text, len, flags, &error);
		if (!value)
			dprintf(STDERR_FILENO, "%s at %d: %.*s\n", error.text,
				error.position, (int)len, text);
		hold(value);
		json_decref(value);
		text += error.position;
		len -= error.position;
		while (len && isspace((unsigned char)*text))
			text++, len--;
	}
}

/* Nothing that a terminal would obey; JSON may have some of it in strings. */
static void check_text(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		hold(text[i] == '\n' || !iscntrl((unsigned char)text[i]));
		hold(i + 1 == len || text[i] != '\xc2' ||
		     (text[i + 1] & 0xe0) != 0x80);
	}
}

void ctl_run(const char **words, int n, const struct ctl_world *outside)
{
	FILE *out = stdout, *err = stderr, *in = stdin;
	char *text = NULL, *said = NULL;
	size_t len = 0, said_len = 0;
	sigset_t set;
	int status;

	memset(&world, 0, sizeof(world));
	world.left = *outside;
	stdout = open_memstream(&text, &len);
	stderr = open_memstream(&said, &said_len);
	stdin = outside->file_size ?
		fmemopen((void *)outside->file, outside->file_size, "r") :
		fopen("/dev/null", "r");
	hold(stdout && stderr && stdin);
	status = ikemonctl_main(n, (char **)words);
	fclose(stdout);
	fclose(stderr);
	fclose(stdin);
	stdout = out;
	stderr = err;
	stdin = in;
	hold(status >= 0 && status <= 3);
	hold(!status || said_len || len);
	check_text(said, said_len);
	if (!outside->json)
		check_text(text, len);
	else if (!status)
		check_json(text, len);
	free(text);
	free(said);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
