/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP packets and their fragments, as far as a capture needs them. */
#ifndef IP_H
#define IP_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"

enum ip_limits {
	IP_EXTENSIONS	= 16,	/* IPv6 extension headers walked */
	IP_TUNNELS	= 4,	/* authentication headers walked */
	FRAG_DATAGRAMS	= 128,	/* put together at a time */
	FRAG_SECONDS	= 30,
	FRAG_MAX	= 65535,
	FRAG_UNIT	= 8,
};

/**
 * struct ip_packet - one IP packet
 * @src: address, port 0
 * @dst: likewise
 * @protocol: of @data; of the whole if this is a fragment
 * @ah: an authentication header stood before it
 * @data: what follows the headers
 * @len: octets of it that there are
 * @sent: octets of it that were sent
 * @fragment: this is not the whole packet
 * @more: fragments follow
 * @offset: of @data in the whole
 * @id: of the whole
 */
struct ip_packet {
	struct endpoint src;
	struct endpoint dst;
	uint8_t protocol;
	bool ah;
	const uint8_t *data;
	uint32_t len;
	uint32_t sent;
	bool fragment;
	bool more;
	uint32_t offset;
	uint32_t id;
};

/* False if it is none that makes sense. */
bool ip_parse(const uint8_t *data, uint32_t len, struct ip_packet *p);

/**
 * struct whole - a packet put together
 * @frame: of the last fragment
 * @time: likewise, ns
 * @ip: @ip.data is valid until the next call
 * @complete: false: the first fragments only
 */
struct whole {
	uint64_t frame;
	uint64_t time;
	struct ip_packet ip;
	bool complete;
};

struct frags;

struct frags *frags_new(void);
void frags_free(struct frags *frags);

enum frag_result {
	FRAG_KEPT,
	FRAG_WHOLE,		/* @out is complete */
	FRAG_OVERLAP,		/* this and what it belongs to is dropped */
};

enum frag_result frags_add(struct frags *frags, const struct ip_packet *p,
			   uint64_t frame, uint64_t time, struct whole *out);

/**
 * frags_give_up() - take out what will not be completed
 * @frags: the fragments
 * @now: ns; what is younger than FRAG_SECONDS stays. UINT64_MAX: nothing does
 * @room: make room for one more, whatever its age
 * @out: what there is of it, from its beginning; @out->ip.len may be 0
 *
 * Return: false if there is no more.
 */
bool frags_give_up(struct frags *frags, uint64_t now, bool room,
		   struct whole *out);

#endif /* IP_H */
