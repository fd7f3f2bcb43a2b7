// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crowd.h"

enum { SOCKETS = 4, END = SOCKETS };	/* END: told to end */

/* The answer must leave from the address that was asked. */
static int open_socket(bool v6, uint16_t port)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port) };
	struct sockaddr_in a4 = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int one = 1, room = 8 << 20, fd;

	fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (v6) {
		setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &one, sizeof(one));
		setsockopt(fd, SOL_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	} else {
		setsockopt(fd, SOL_IP, IP_PKTINFO, &one, sizeof(one));
	}
	if (bind(fd, v6 ? (void *)&a6 : (void *)&a4,
		 v6 ? sizeof(a6) : sizeof(a4)))
		return -1;
	return fd;
}

/* Of IPv4 the address is in ipi_spec_dst, which is what is sent from. */
static void answer_from(struct msghdr *m)
{
	struct cmsghdr *c;
	struct in6_pktinfo *p6;
	struct in_pktinfo *p4;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_PKTINFO) {
			p4 = (void *)CMSG_DATA(c);
			p4->ipi_ifindex = 0;
		}
		if (c->cmsg_level == SOL_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			p6 = (void *)CMSG_DATA(c);
			p6->ipi6_ifindex = 0;
		}
	}
}

/* Return: exchange of the message that was there, answered or not; -1 none. */
static int serve(int fd, bool marker, const struct responder_options *o)
{
	uint8_t in[MSG_MAX], out[MSG_MAX], control[256];
	struct msg_options m = { .content = o->content, .marker = marker };
	struct sockaddr_storage peer;
	struct iovec iov = { in, sizeof(in) };
	struct msghdr msg = {
		.msg_name = &peer, .msg_namelen = sizeof(peer),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct msg_head h;
	ssize_t n;

	n = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return -1;
	if (!msg_read(&h, in, n, marker))
		return 0;
	if (h.spi_r && !o->content)
		return h.exchange;
	iov.iov_base = out;
	iov.iov_len = msg_answer(&m, o->how, in, n, out);
	if (iov.iov_len) {
		answer_from(&msg);
		sendmsg(fd, &msg, 0);
	}
	return h.exchange;
}

int responder(const struct responder_options *o)
{
	static unsigned long count[256];
	struct pollfd p[SOCKETS + 1];
	sigset_t end;
	int i, exchange;

	for (i = 0; i < SOCKETS; i++) {
		p[i].events = POLLIN;
		p[i].fd = open_socket(i & 1, i & 2 ? 4500 : 500);
		if (p[i].fd < 0) {
			fprintf(stderr, "crowd: port %d: %s\n",
				i & 2 ? 4500 : 500, strerror(errno));
			return 1;
		}
	}
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	p[END].fd = signalfd(-1, &end, 0);
	p[END].events = POLLIN;
	p[END].revents = 0;
	while (!p[END].revents) {
		if (poll(p, SOCKETS + 1, -1) <= 0)
			continue;
		for (i = 0; i < SOCKETS; i++) {
			if (!p[i].revents)
				continue;
			exchange = serve(p[i].fd, i & 2, o);
			if (exchange >= 0)
				count[exchange]++;
		}
	}
	printf("{\"main\": %lu, \"aggressive\": %lu, \"init\": %lu, \"auth\": %lu, \"child\": %lu, \"info\": %lu}\n",
	       count[2], count[4], count[34], count[35], count[36], count[37]);
	return 0;
}
