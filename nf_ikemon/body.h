/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What parse.c and offer.c share; everybody else includes parse.h. */
#ifndef IKEMON_BODY_H
#define IKEMON_BODY_H

#include "walk.h"

/**
 * struct body - what is being read
 * @walk: where in the message
 * @view: its octets
 * @pkt: what they say
 * @kinds: transform types of the first proposal seen so far
 * @tagged: a nonce was seen
 */
struct body {
	struct ikemon_walk walk;
	const struct ikemon_view *view;
	struct ikemon_pkt *pkt;
	u16 kinds;
	bool tagged;
};

static inline const u8 *body_get(const struct body *body, u32 off, u32 len,
				 void *buf)
{
	if (off > body->walk.len || len > body->walk.len - off)
		return NULL;
	return ikemon_msg_get(body->view, body->pkt, body->walk.off + off, len,
			      buf);
}

/* The fixed part of a payload: too short in the message, or only here? */
static inline const u8 *body_fixed(struct body *body, u32 len, void *buf,
				   enum ikemon_bad bad)
{
	const u8 *fixed = body_get(body, 0, len, buf);

	if (!fixed && body->walk.len < len)
		ikemon_walk_bad(&body->walk, bad);
	else if (!fixed)
		body->walk.cut = true;
	return fixed;
}

#endif /* IKEMON_BODY_H */
