// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Our side answers a crowd of peers of whom nobody saw how they began: each
 * answer makes a session that is up, by one packet. Runs where the daemon
 * would, as root, since what it says counts.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../pkt/frame.h"
#include "../pkt/ikemsg.h"
#include "../pkt/tool.h"
#include "pool.h"

const char * const tool_name = "adopt";

const char * const tool_usage =
"usage: adopt FROM FIRST_PEER COUNT\n";

enum { BATCH = 64, CONTENT = 64, PORT = 500 };

static uint8_t ring[BATCH][MSG_MAX];
static struct sockaddr_storage to[BATCH];

/* Return: octets of the address. */
static socklen_t address(struct sockaddr_storage *ss,
			 const struct frame_addr *addr)
{
	struct sockaddr_in6 *in6 = (void *)ss;
	struct sockaddr_in *in = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (addr->v6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(PORT);
		memcpy(&in6->sin6_addr, addr->a, 16);
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(PORT);
	memcpy(&in->sin_addr, addr->a, 4);
	return sizeof(*in);
}

static int open_socket(const char *from)
{
	struct sockaddr_storage ss;
	struct frame_addr addr;
	socklen_t len;
	int fd;

	if (!frame_addr(&addr, from))
		die(from);
	len = address(&ss, &addr);
	fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, len))
		die("socket");
	return fd;
}

/* The answer to peer number @k. */
static void answer(struct mmsghdr *m, struct iovec *iov, unsigned int i,
		   const struct frame_addr *first, uint64_t k)
{
	struct msg_options o = {
		.kind = "info", .response = true, .content = CONTENT,
		.spi_i = pool_spi(k), .spi_r = ~pool_spi(k),
	};
	struct frame_addr peer = *first;

	frame_addr_add(&peer, peer.v6 ? 128 : 32, k);
	m->msg_hdr.msg_name = &to[i];
	m->msg_hdr.msg_namelen = address(&to[i], &peer);
	iov->iov_base = ring[i];
	iov->iov_len = msg_build(&o, ring[i]);
	m->msg_hdr.msg_iov = iov;
	m->msg_hdr.msg_iovlen = 1;
}

static void send_all(int fd, struct mmsghdr *batch, unsigned int count)
{
	unsigned int done = 0;
	int n;

	while (done < count) {
		n = sendmmsg(fd, batch + done, count - done, 0);
		if (n < 0 && errno != ENOBUFS)
			die("send");
		done += n > 0 ? n : 0;
	}
}

int main(int argc, char **argv)
{
	struct mmsghdr batch[BATCH] = { 0 };
	struct iovec iov[BATCH];
	struct frame_addr first;
	unsigned int n = 0;
	uint64_t k, count;
	int fd;

	if (argc != 4)
		wrong("wants FROM FIRST_PEER COUNT, not", argv[argc - 1]);
	if (!frame_addr(&first, argv[2]))
		wrong("no such address", argv[2]);
	fd = open_socket(argv[1]);
	count = number(argv[3], 0, -1UL);
	for (k = 0; k < count; k++) {
		answer(&batch[n], &iov[n], n, &first, k);
		if (++n < BATCH && k + 1 < count)
			continue;
		send_all(fd, batch, n);
		n = 0;
	}
	return 0;
}
