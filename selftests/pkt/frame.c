// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING	23
#endif

enum { ETHER = 14, IP4 = 20, IP6 = 40, UDP = 8, TTL = 64 };

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static unsigned int get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

bool frame_open(struct frame_link *link, const char *device, const char *mac,
		bool listen)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	struct ifreq ifr = { 0 };
	int one = 1, room = 16 << 20;

	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &link->to[0],
		   &link->to[1], &link->to[2], &link->to[3], &link->to[4],
		   &link->to[5]) != 6)
		return false;
	link->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (link->fd < 0)
		return false;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", device);
	if (ioctl(link->fd, SIOCGIFHWADDR, &ifr))
		return false;
	memcpy(link->from, ifr.ifr_hwaddr.sa_data, sizeof(link->from));
	at.sll_ifindex = if_nametoindex(device);
	at.sll_protocol = listen ? htons(ETH_P_ALL) : 0;
	/* There is no queue to wait in, and none is wanted. */
	setsockopt(link->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
		   sizeof(one));
	setsockopt(link->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
		   sizeof(one));
	setsockopt(link->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return !bind(link->fd, (struct sockaddr *)&at, sizeof(at));
}

size_t frame_room(bool v6)
{
	return ETHER + (v6 ? IP6 : IP4) + UDP;
}

/* One's complement sum, any even part of it at a time. */
static uint64_t sum(uint64_t s, const uint8_t *p, size_t len)
{
	uint32_t word;

	for (; len >= 4; p += 4, len -= 4) {
		memcpy(&word, p, 4);
		s += word;
	}
	word = 0;
	memcpy(&word, p, len);
	return s + word;
}

static void put_sum(uint8_t *p, uint64_t s)
{
	uint16_t folded;

	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	folded = ~s;
	if (!folded)
		folded = 0xffff;
	memcpy(p, &folded, 2);
}

static void build_ip4(uint8_t *ip, const struct frame_udp *u)
{
	memset(ip, 0, IP4);
	ip[0] = 0x45;
	put16(ip + 2, IP4 + UDP + u->len);
	ip[6] = 0x40;			/* don't fragment */
	ip[8] = TTL;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, u->from.a, 4);
	memcpy(ip + 16, u->to.a, 4);
	put_sum(ip + 10, sum(0, ip, IP4));
}

static void build_ip6(uint8_t *ip, const struct frame_udp *u)
{
	memset(ip, 0, 8);
	ip[0] = 0x60;
	put16(ip + 4, UDP + u->len);
	ip[6] = IPPROTO_UDP;
	ip[7] = TTL;
	memcpy(ip + 8, u->from.a, 16);
	memcpy(ip + 24, u->to.a, 16);
}

size_t frame_build(uint8_t *buf, const struct frame_link *link,
		   const struct frame_udp *u)
{
	uint8_t *ip = buf + ETHER, *udp = ip + (u->to.v6 ? IP6 : IP4);
	size_t octets = u->to.v6 ? 16 : 4;
	uint64_t s;

	memcpy(buf, link->to, 6);
	memcpy(buf + 6, link->from, 6);
	put16(buf + 12, u->to.v6 ? ETH_P_IPV6 : ETH_P_IP);
	if (u->to.v6)
		build_ip6(ip, u);
	else
		build_ip4(ip, u);
	put16(udp, u->sport);
	put16(udp + 2, u->dport);
	put16(udp + 4, UDP + u->len);
	put16(udp + 6, 0);
	s = sum(htons(IPPROTO_UDP), udp + 4, 2);
	s = sum(s, u->from.a, octets);
	s = sum(s, u->to.a, octets);
	put_sum(udp + 6, sum(s, udp, UDP + u->len));
	return udp + UDP + u->len - buf;
}

bool frame_parse(uint8_t *buf, size_t len, struct frame_udp *u)
{
	uint8_t *ip = buf + ETHER, *udp;
	size_t octets, at;

	if (len < ETHER + IP4 + UDP)
		return false;
	u->from.v6 = get16(buf + 12) == ETH_P_IPV6;
	u->to.v6 = u->from.v6;
	if (!u->to.v6 && get16(buf + 12) != ETH_P_IP)
		return false;
	if (u->to.v6 && len < ETHER + IP6 + UDP)
		return false;
	if (ip[u->to.v6 ? 6 : 9] != IPPROTO_UDP)
		return false;
	at = u->to.v6 ? IP6 : (ip[0] & 15) * 4U;
	octets = u->to.v6 ? 16 : 4;
	memset(u->from.a, 0, sizeof(u->from.a));
	memset(u->to.a, 0, sizeof(u->to.a));
	memcpy(u->from.a, ip + (u->to.v6 ? 8 : 12), octets);
	memcpy(u->to.a, ip + (u->to.v6 ? 24 : 16), octets);
	if (ETHER + at + UDP > len)
		return false;
	udp = ip + at;
	u->sport = get16(udp);
	u->dport = get16(udp + 2);
	if (get16(udp + 4) < UDP || ETHER + at + get16(udp + 4) > len)
		return false;
	u->len = get16(udp + 4) - UDP;
	u->data = udp + UDP;
	return true;
}

bool frame_addr(struct frame_addr *addr, const char *text)
{
	memset(addr, 0, sizeof(*addr));
	addr->v6 = strchr(text, ':');
	return inet_pton(addr->v6 ? AF_INET6 : AF_INET, text, addr->a) == 1;
}

void frame_addr_add(struct frame_addr *addr, unsigned int plen, uint64_t n)
{
	unsigned int octet = (plen - 1) / 8;

	n <<= 8 * (octet + 1) - plen;
	do {
		n += addr->a[octet];
		addr->a[octet] = n;
		n >>= 8;
	} while (n && octet--);
}

bool frame_addr_equal(const struct frame_addr *a, const struct frame_addr *b)
{
	return a->v6 == b->v6 && !memcmp(a->a, b->a, sizeof(a->a));
}

const char *frame_addr_text(const struct frame_addr *addr, char *buf)
{
	return inet_ntop(addr->v6 ? AF_INET6 : AF_INET, addr->a, buf, 46);
}
