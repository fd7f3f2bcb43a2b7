/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet frames with UDP in IPv4 or IPv6 from anybody to anybody, for flood
 * and crowd: what does not come from a socket of this host.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_MAX = 1514 };

/**
 * struct frame_addr - an IP address
 * @v6: IPv6
 * @a: network order; the first four octets of IPv4
 */
struct frame_addr {
	bool v6;
	uint8_t a[16];
};

/**
 * struct frame_link - the device that frames leave by
 * @fd: packet socket
 * @from: its Ethernet address
 * @to: of the gateway at its other end
 */
struct frame_link {
	int fd;
	uint8_t from[6];
	uint8_t to[6];
};

/**
 * struct frame_udp - what a frame carries
 * @from: source
 * @to: destination
 * @sport: host byte order
 * @dport: likewise
 * @data: the datagram
 * @len: its octets
 */
struct frame_udp {
	struct frame_addr from;
	struct frame_addr to;
	uint16_t sport;
	uint16_t dport;
	uint8_t *data;
	size_t len;
};

/* A packet socket at @device; @listen: that frames are read from as well. */
bool frame_open(struct frame_link *link, const char *device, const char *mac,
		bool listen);

/* Return: where in a frame its datagram begins. */
size_t frame_room(bool v6);

/*
 * frame_build() - put headers before a datagram that stands in its place
 *
 * @u.len octets are there, frame_room() after @buf; @u.data is not used.
 * Return: octets of the frame.
 */
size_t frame_build(uint8_t *buf, const struct frame_link *link,
		   const struct frame_udp *u);

/* Return: false if there is no whole UDP datagram in it. */
bool frame_parse(uint8_t *buf, size_t len, struct frame_udp *u);

/* Return: false if @text is no address. */
bool frame_addr(struct frame_addr *addr, const char *text);

/* Let @addr be the one @n steps of prefix length @plen further on. */
void frame_addr_add(struct frame_addr *addr, unsigned int plen, uint64_t n);

bool frame_addr_equal(const struct frame_addr *a, const struct frame_addr *b);

/* Return: @addr as text, in a buffer of 46 octets. */
const char *frame_addr_text(const struct frame_addr *addr, char *buf);

#endif /* FRAME_H */
