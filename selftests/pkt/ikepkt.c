// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends IKE and NAT-T datagrams, good and bad ones, and can play the other
 * end as well: for tests of single packets, where a daemon is in the way.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ikemsg.h"
#include "tool.h"

const char * const tool_name = "ikepkt";

const char * const tool_usage =
"usage: ikepkt [OPTION]... KIND DESTINATION    send\n"
"       ikepkt [OPTION]... answer              answer until killed\n"
"\n"
"KIND   init main aggressive aggressive3 auth child info skf quick, keepalive\n"
"       esp, or a broken one: short length zero-spi version payload-length\n"
"       payload-count proposal notify fragment trailing\n"
"  -s ADDRESS  source, need not be this host's      -p PORT  source (500)\n"
"  -d PORT     destination (500)    -n  behind the non-ESP marker\n"
"  -i SPI -r SPI  initiator's and responder's, hexadecimal\n"
"  -x NUMBER   that the nonce is made of, not 0 (the same one always)\n"
"  -m ID       message ID           -R  as the responder, a response\n"
"  -l OCTETS   of content in auth, child, info, skf, quick, esp (128)\n"
"  -F N/TOTAL  number of the skf fragment\n"
"  -c COUNT    so many, each with an SPI of its own; -k  all with the same\n"
"  -g          hand them to the kernel as one burst (UDP GSO)\n"
"  -b          with a wrong UDP checksum\n"
"  -e          as IP protocol 50, not in UDP\n"
"  -N SOURCES  from so many addresses, -s and those that follow it\n"
"  -w          wait for the answer and print it\n"
"  -C          the same, then bring the COOKIE in it back and wait again\n"
"  -D DEVICE   bind the socket to it\n"
"  -a HOW      answer an IKE_SA_INIT: yes (default), cookie, no-proposal,\n"
"              invalid-ke, no\n";

struct options {
	struct msg_options msg;
	const char *source;
	const char *sport;
	const char *dport;
	const char *how;
	unsigned int count;
	bool keep;
	bool burst;
	bool plain_esp;
	unsigned int sources;
	bool bad_checksum;
	bool wait;
	bool cookie;
	const char *device;
};

static void resolve(const char *host, const char *port, int family,
		    struct sockaddr_storage *to, socklen_t *len)
{
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_DGRAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
	};
	struct addrinfo *info;

	if (getaddrinfo(host, port, &hints, &info))
		wrong("no such address and port", host ? host : port);
	memcpy(to, info->ai_addr, info->ai_addrlen);
	*len = info->ai_addrlen;
	freeaddrinfo(info);
}

/* A socket at the source address, which may be anybody's. */
static int open_socket(const struct options *o, int family)
{
	int one = 1, pmtu = IP_PMTUDISC_DONT, pmtu6 = IPV6_PMTUDISC_DONT;
	struct sockaddr_storage from;
	socklen_t len;
	int fd;

	fd = o->plain_esp ? socket(family, SOCK_RAW, IPPROTO_ESP) :
			    socket(family, SOCK_DGRAM, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (family == AF_INET) {
		setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof(one));
		setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &pmtu, sizeof(pmtu));
	} else {
		setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof(one));
		setsockopt(fd, SOL_IPV6, IPV6_MTU_DISCOVER, &pmtu6,
			   sizeof(pmtu6));
		setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	}
	if (o->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device,
				    strlen(o->device)))
		die("SO_BINDTODEVICE");
	resolve(o->source, o->sport, family, &from, &len);
	if (bind(fd, (struct sockaddr *)&from, len))
		die("bind");
	return fd;
}

/* IKE_SA_INIT and its like may be counted by their SPI; one send for each. */
static void send_each(const struct options *o, int fd)
{
	struct msg_options m = o->msg;
	uint8_t buf[MSG_MAX];
	unsigned int i;
	size_t len;

	for (i = 0; i < o->count; i++) {
		len = msg_build(&m, buf);
		if (send(fd, buf, len, 0) != (ssize_t)len)
			die("send");
		if (!o->keep)
			m.spi_i++;
	}
}

/* All in one send; the kernel cuts it (UDP_SEGMENT), or GRO rejoins it. */
static void send_burst(const struct options *o, int fd)
{
	static uint8_t buf[65000];
	struct msg_options m = o->msg;
	uint8_t one[MSG_MAX];
	size_t used = 0, len = 0;
	unsigned int i;
	int segment;

	for (i = 0; i < o->count; i++) {
		len = msg_build(&m, one);
		if (used + len > sizeof(buf)) {
			errno = EMSGSIZE;
			die("burst");
		}
		memcpy(buf + used, one, len);
		used += len;
		if (!o->keep)
			m.spi_i++;
	}
	segment = len;
	if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)))
		die("UDP_SEGMENT");
	if (send(fd, buf, used, 0) != (ssize_t)used)
		die("send");
}

/* With a UDP header of our own making. */
static void send_raw(const struct options *o, int family,
		     const struct sockaddr_storage *to, socklen_t tolen)
{
	uint8_t buf[sizeof(struct udphdr) + MSG_MAX];
	struct sockaddr_storage from, dst = *to;
	struct udphdr *udp = (struct udphdr *)buf;
	socklen_t len;
	size_t n;
	int fd;

	fd = socket(family, SOCK_RAW, IPPROTO_UDP);
	if (fd < 0)
		die("raw socket");
	resolve(o->source, "0", family, &from, &len);
	if (bind(fd, (struct sockaddr *)&from, len))
		die("bind");
	n = msg_build(&o->msg, buf + sizeof(*udp)) + sizeof(*udp);
	udp->source = htons(number(o->sport, 10, 65535));
	udp->dest = htons(number(o->dport, 10, 65535));
	udp->len = htons(n);
	udp->check = htons(0xdead);
	if (family == AF_INET6)
		((struct sockaddr_in6 *)&dst)->sin6_port = 0;
	if (sendto(fd, buf, n, 0, (struct sockaddr *)&dst, tolen) != (ssize_t)n)
		die("sendto");
	close(fd);
}

/* Of IPv4 only: -c datagrams of each address */
static void send_from_many(const struct options *o,
			   const struct sockaddr_storage *to, socklen_t len)
{
	struct options one = *o;
	char text[INET_ADDRSTRLEN];
	struct in_addr source;
	unsigned int i;
	int fd;

	if (!o->source || inet_pton(AF_INET, o->source, &source) != 1)
		wrong("no IPv4 source", o->source ? o->source : "");
	one.source = text;
	for (i = 0; i < o->sources; i++) {
		inet_ntop(AF_INET, &source, text, sizeof(text));
		fd = open_socket(&one, AF_INET);
		if (connect(fd, (const struct sockaddr *)to, len))
			die("connect");
		send_each(&one, fd);
		close(fd);
		source.s_addr = htonl(ntohl(source.s_addr) + 1);
	}
}

static size_t print_answer(const struct options *o, int fd, uint8_t *buf)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (poll(&p, 1, 10000) != 1) {
		errno = ETIMEDOUT;
		die("no answer");
	}
	len = recv(fd, buf, MSG_MAX, 0);
	if (len < 0)
		die("recv");
	msg_print(&o->msg, buf, len);
	return len;
}

enum { IKE_HEADER = 28, IKE_NEXT = 16, IKE_LENGTH = 24, NOTIFY = 41 };

/* The request again, with the notify of @answer before its payloads */
static void bring_back(const struct options *o, int fd, const uint8_t *answer,
		       size_t len)
{
	size_t skip = o->msg.marker ? 4 : 0, total, n;
	uint8_t buf[2 * MSG_MAX], *ike = buf + skip;
	uint32_t length;

	answer += skip;
	if (len < skip + IKE_HEADER || answer[IKE_NEXT] != NOTIFY) {
		errno = EBADMSG;
		die("no COOKIE");
	}
	n = len - skip - IKE_HEADER;
	total = msg_build(&o->msg, buf);
	memmove(ike + IKE_HEADER + n, ike + IKE_HEADER,
		total - skip - IKE_HEADER);
	memcpy(ike + IKE_HEADER, answer + IKE_HEADER, n);
	ike[IKE_HEADER] = ike[IKE_NEXT];
	ike[IKE_NEXT] = NOTIFY;
	length = htobe32(total - skip + n);
	memcpy(ike + IKE_LENGTH, &length, sizeof(length));
	if (send(fd, buf, total + n, 0) != (ssize_t)(total + n))
		die("send");
}

static void take_answers(const struct options *o, int fd)
{
	uint8_t buf[MSG_MAX];
	size_t len;

	len = print_answer(o, fd, buf);
	if (!o->cookie)
		return;
	bring_back(o, fd, buf, len);
	print_answer(o, fd, buf);
}

static void answer(const struct options *o)
{
	uint8_t in[MSG_MAX], out[MSG_MAX];
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int family, fd;
	ssize_t n;

	family = o->source && strchr(o->source, ':') ? AF_INET6 : AF_INET;
	fd = open_socket(o, family);
	for (;;) {
		len = sizeof(from);
		n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from,
			     &len);
		if (n < 0)
			continue;
		n = msg_answer(&o->msg, o->how, in, n, out);
		if (n)
			sendto(fd, out, n, 0, (struct sockaddr *)&from, len);
	}
}

static void parse_fragment(struct msg_options *m, char *arg)
{
	char *slash = strchr(arg, '/');

	if (!slash)
		wrong("no such fragment", arg);
	*slash = 0;
	m->fragment = number(arg, 10, 65535);
	m->fragments = number(slash + 1, 10, 65535);
}

static void parse_options(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv,
			   "s:p:d:ni:r:x:m:Rl:F:c:kgbeN:wCD:a:")) != -1) {
		switch (c) {
		case 's':
			o->source = optarg;
			break;
		case 'p':
			o->sport = optarg;
			break;
		case 'd':
			o->dport = optarg;
			break;
		case 'n':
			o->msg.marker = true;
			break;
		case 'i':
			o->msg.spi_i = number(optarg, 16, -1UL);
			break;
		case 'r':
			o->msg.spi_r = number(optarg, 16, -1UL);
			break;
		case 'x':
			o->msg.nonce = number(optarg, 10, -1UL);
			break;
		case 'm':
			o->msg.id = number(optarg, 0, UINT32_MAX);
			break;
		case 'R':
			o->msg.response = true;
			break;
		case 'l':
			o->msg.content = number(optarg, 10, 8000);
			break;
		case 'F':
			parse_fragment(&o->msg, optarg);
			break;
		case 'c':
			o->count = number(optarg, 10, 1000000);
			break;
		case 'k':
			o->keep = true;
			break;
		case 'g':
			o->burst = true;
			break;
		case 'e':
			o->plain_esp = true;
			break;
		case 'N':
			o->sources = number(optarg, 10, 65536);
			break;
		case 'b':
			o->bad_checksum = true;
			break;
		case 'w':
			o->wait = true;
			break;
		case 'C':
			o->wait = true;
			o->cookie = true;
			break;
		case 'D':
			o->device = optarg;
			break;
		case 'a':
			o->how = optarg;
			break;
		default:
			wrong("wrong option in", argv[optind - 1]);
		}
	}
}

int main(int argc, char **argv)
{
	struct options o = {
		.msg = { .content = 128, .fragment = 1, .fragments = 1 },
		.sport = "500", .dport = "500", .how = "yes", .count = 1,
	};
	struct sockaddr_storage to;
	socklen_t len;
	int fd;

	if (getrandom(&o.msg.spi_i, sizeof(o.msg.spi_i), 0) < 0)
		die("getrandom");
	parse_options(&o, argc, argv);
	if (optind < argc && !strcmp(argv[optind], "answer"))
		answer(&o);
	if (argc - optind != 2)
		wrong("wants KIND DESTINATION, not", argv[argc - 1]);
	o.msg.kind = argv[optind];
	if (!msg_known(o.msg.kind))
		wrong("no such kind", o.msg.kind);
	resolve(argv[optind + 1], o.dport, AF_UNSPEC, &to, &len);
	if (o.bad_checksum) {
		send_raw(&o, to.ss_family, &to, len);
		return 0;
	}
	if (o.sources) {
		send_from_many(&o, &to, len);
		return 0;
	}
	fd = open_socket(&o, to.ss_family);
	if (connect(fd, (struct sockaddr *)&to, len))
		die("connect");
	if (o.burst)
		send_burst(&o, fd);
	else
		send_each(&o, fd);
	if (o.wait)
		take_answers(&o, fd);
	return 0;
}
