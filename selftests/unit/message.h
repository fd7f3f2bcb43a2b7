/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IKE messages made by hand, octet by octet, right or wrong. */
#ifndef UNIT_MESSAGE_H
#define UNIT_MESSAGE_H

#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { MESSAGE_MAX = 65536 };

struct message {
	u8 data[MESSAGE_MAX];
	u32 len;
	u32 base;		/* of the IKE header */
	u32 open[4];		/* where lengths are to be filled in */
	unsigned int depth;
};

static inline void put(struct message *m, const void *data, u32 len)
{
	if (m->len + len > sizeof(m->data))
		abort();
	memcpy(m->data + m->len, data, len);
	m->len += len;
}

static inline void put8(struct message *m, u8 value)
{
	put(m, &value, 1);
}

static inline void put16(struct message *m, u16 value)
{
	put8(m, value >> 8);
	put8(m, value);
}

static inline void put32(struct message *m, u32 value)
{
	put16(m, value >> 16);
	put16(m, value);
}

static inline void put_fill(struct message *m, u8 value, u32 n)
{
	while (n--)
		put8(m, value);
}

static inline void set_length(struct message *m, u32 length)
{
	u8 *at = m->data + m->base + IKE_HDR_LENGTH;

	at[0] = length >> 24;
	at[1] = length >> 16;
	at[2] = length >> 8;
	at[3] = length;
}

static inline void begin(struct message *m, bool marker, u64 spi_i, u64 spi_r,
			 u8 next, u8 version, u8 exchange, u8 flags, u32 mid)
{
	m->len = 0;
	m->depth = 0;
	if (marker)
		put32(m, 0);
	m->base = m->len;
	put32(m, spi_i >> 32);
	put32(m, spi_i);
	put32(m, spi_r >> 32);
	put32(m, spi_r);
	put8(m, next);
	put8(m, version);
	put8(m, exchange);
	put8(m, flags);
	put32(m, mid);
	put32(m, 0);
}

static inline void begin_init(struct message *m, u8 next)
{
	begin(m, false, 0x1112131415161718ULL, 0, next, 0x20, IKE2_SA_INIT,
	      IKE2_FLAG_INITIATOR, 0);
}

/* A payload or sub-structure, up to close(). */
static inline void open_payload(struct message *m, u8 next)
{
	m->open[m->depth++] = m->len;
	put8(m, next);
	put8(m, 0);
	put16(m, 0);
}

static inline void close_payload(struct message *m)
{
	u32 at = m->open[--m->depth];
	u32 len = m->len - at;

	m->data[at + 2] = len >> 8;
	m->data[at + 3] = len;
}

static inline void payload(struct message *m, u8 next, const void *body,
			   u32 len)
{
	open_payload(m, next);
	put(m, body, len);
	close_payload(m);
}

static inline void nonce(struct message *m, u8 next)
{
	payload(m, next, "0123456789abcdefghij", 20);
}

static inline void notify(struct message *m, u8 next, u16 type,
			  const void *data, u32 len)
{
	open_payload(m, next);
	put16(m, 0);
	put16(m, type);
	put(m, data, len);
	close_payload(m);
}

/* Header, protocol IKE, no SPI. */
static inline void open_proposal(struct message *m, u8 next, u8 no,
				 u8 transforms)
{
	open_payload(m, next);
	put8(m, no);
	put8(m, 1);
	put8(m, 0);
	put8(m, transforms);
}

static inline void transform(struct message *m, u8 next, u8 type, u16 id)
{
	open_payload(m, next);
	put8(m, type);
	put8(m, 0);
	put16(m, id);
	close_payload(m);
}

static inline void finish(struct message *m)
{
	set_length(m, m->len - m->base);
}

/*
 * Parse octets that end where their memory ends, so that a sanitizer sees one
 * read too many.
 */
static inline void parse_octets(const void *data, u32 len, bool natt,
				bool partial, struct ikemon_pkt *pkt)
{
	u8 *copy = malloc(len ? len : 1);
	struct ikemon_view view = {
		.head = copy, .head_len = len, .len = len, .partial = partial,
	};

	memcpy(copy, data, len);
	ikemon_parse(&view, natt, pkt);
	free(copy);
}

static inline void parse_message(const struct message *m,
				 struct ikemon_pkt *pkt)
{
	parse_octets(m->data, m->len, m->base != 0, false, pkt);
}

#endif /* UNIT_MESSAGE_H */
