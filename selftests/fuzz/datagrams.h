/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inputs of fuzz.c and cookie.c: a list of datagrams, each two octets of
 * length, one that says how it comes, the octets. The upper two bits of the
 * length say more of it.
 */
#ifndef FUZZ_DATAGRAMS_H
#define FUZZ_DATAGRAMS_H

#include "proto.h"

enum frame {
	FRAME		= 3,
	FRAME_LEN	= 0x3fff,
	FRAME_MORE	= 14,	/* shift */
};

enum how {
	HOW_NATT	= 0x01,
	HOW_PARTIAL	= 0x02,
	HOW_OURS	= 0x04,
	HOW_RESPONDER	= 0x08,	/* IKEv1 has no bit for it */
	HOW_PIECES	= 0x10,
	HOW_WAIT	= 0x20,
	HOW_PROVE	= 0x40,
	HOW_CLOSE	= 0x80,
};

/**
 * struct datagrams - where we are in an input
 * @data: what is left
 * @size: of it
 * @octets: the datagram
 * @len: of it
 * @how: enum how
 * @more: 0 to 3
 */
struct datagrams {
	const u8 *data;
	size_t size;
	const u8 *octets;
	u32 len;
	u8 how;
	u8 more;
};

static inline bool datagrams_next(struct datagrams *d)
{
	u16 len;

	if (d->size < FRAME)
		return false;
	len = get_unaligned_be16(d->data);
	d->how = d->data[2];
	d->more = len >> FRAME_MORE;
	d->data += FRAME;
	d->size -= FRAME;
	d->octets = d->data;
	d->len = len & FRAME_LEN;
	if (d->len > d->size)
		d->len = d->size;
	d->data += d->len;
	d->size -= d->len;
	return true;
}

#endif /* FUZZ_DATAGRAMS_H */
