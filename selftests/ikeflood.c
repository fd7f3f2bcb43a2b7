// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikeflood [-1] [-s FIRST] [-n COUNT] [-r RATE] [-a SOURCES] FROM TO [PORT]
 *
 * Send COUNT first messages of IKE negotiations, each with an SPI of its own,
 * from UDP port 500 of SOURCES addresses to address TO. The addresses are FROM
 * and those that follow it; of IPv6 it is the /64 that follows. -1: IKEv1 Main
 * Mode. RATE: messages a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef IPV6_TRANSPARENT
#define IPV6_TRANSPARENT	75
#endif

#define SOURCES_MAX	256

static void die(const char *what)
{
	fprintf(stderr, "ikeflood: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* An IKE header and a nonce: enough to begin, RFC 7296 section 3.1. */
static size_t message(uint8_t *p, uint64_t spi, int version)
{
	static const uint8_t v2[12] = { 40, 0x20, 34, 0x08, 0, 0, 0, 0,
					0, 0, 0, 64 };
	static const uint8_t v1[12] = { 10, 0x10, 2, 0, 0, 0, 0, 0,
					0, 0, 0, 64 };
	int i;

	memset(p, 0, 64);
	for (i = 0; i < 8; i++)
		p[i] = spi >> (56 - 8 * i);
	memcpy(p + 16, version == 1 ? v1 : v2, sizeof(v2));
	p[31] = 36;
	memcpy(p + 32, p, 8);
	return 64;
}

static int source_socket(const char *from, unsigned int n, const char *to,
			 const char *port)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(500) };
	struct sockaddr_in a4 = { .sin_family = AF_INET,
				  .sin_port = htons(500) };
	int v6 = !!strchr(from, ':'), one = 1, fd;
	const struct sockaddr *a = v6 ? (void *)&a6 : (void *)&a4;
	socklen_t len = v6 ? sizeof(a6) : sizeof(a4);

	fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, from, &a4.sin_addr);
	inet_pton(AF_INET6, from, &a6.sin6_addr);
	a4.sin_addr.s_addr = htonl(ntohl(a4.sin_addr.s_addr) + n);
	a6.sin6_addr.s6_addr[7] += n;
	/* Addresses that this host does not have will do as well. */
	setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof(one));
	setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, a, len))
		die("bind");
	inet_pton(AF_INET, to, &a4.sin_addr);
	inet_pton(AF_INET6, to, &a6.sin6_addr);
	a4.sin_port = htons(atoi(port));
	a6.sin6_port = htons(atoi(port));
	if (connect(fd, a, len))
		die("connect");
	return fd;
}

/* Not faster than asked: sleep until the time of message @n. */
static void pace(const struct timespec *start, unsigned long n,
		 unsigned long rate)
{
	struct timespec t = *start;

	if (!rate)
		return;
	t.tv_sec += n / rate;
	t.tv_nsec += n % rate * 1000000000ULL / rate;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int main(int argc, char **argv)
{
	unsigned long first = 1, count = 1, rate = 0, sources = 1, i;
	int fd[SOURCES_MAX], version = 2, opt, tries;
	struct timespec start;
	uint8_t buf[64];
	size_t len;

	while ((opt = getopt(argc, argv, "1s:n:r:a:")) != -1) {
		switch (opt) {
		case '1':
			version = 1;
			break;
		case 's':
			first = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			count = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			rate = strtoul(optarg, NULL, 0);
			break;
		case 'a':
			sources = strtoul(optarg, NULL, 0);
			break;
		default:
			return 1;
		}
	}
	if (argc - optind < 2 || !sources || sources > SOURCES_MAX) {
		fprintf(stderr, "usage: ikeflood [-1] [-s FIRST] [-n COUNT] [-r RATE] [-a SOURCES] FROM TO [PORT]\n");
		return 1;
	}
	for (i = 0; i < sources; i++)
		fd[i] = source_socket(argv[optind], i, argv[optind + 1],
				      argc - optind > 2 ? argv[optind + 2] :
							  "500");
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < count; i++) {
		len = message(buf, first + i, version);
		/* Nobody listens there: the answer is an ICMP error. */
		for (tries = 0; tries < 100; tries++)
			if (send(fd[i % sources], buf, len, 0) >= 0)
				break;
		if (tries == 100)
			die("send");
		pace(&start, i + 1, rate);
	}
	return 0;
}
