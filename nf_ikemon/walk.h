/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What walk.c and parse.c share; everybody else includes parse.h. */
#ifndef IKEMON_WALK_H
#define IKEMON_WALK_H

#include "parse.h"

/* RFC 7296 section 3.3: a sub-structure follows, or none. */
enum substructure {
	SUB_LAST	= 0,
	SUB_PROPOSAL	= 2,
	SUB_TRANSFORM	= 3,
	PROPOSAL_LEN	= 8,	/* RFC 7296 3.3.1, RFC 2408 3.5 */
	TRANSFORM_LEN	= 8,	/* RFC 7296 3.3.2, RFC 2408 3.6 */
	V1_SA_LEN	= 8,	/* DOI and situation, RFC 2407 4.6.1 */
	V1_DOI_IPSEC	= 1,
	V1_SIT_IDENTITY	= 1,	/* nothing follows the situation */
	ATTR_LEN	= 4,
};

static inline u32 ikemon_marker_len(const struct ikemon_pkt *pkt)
{
	return pkt->marker ? NATT_MARKER_LEN : 0;
}

/*
 * The @len octets at @off of the datagram, where they stand or in @buf. NULL:
 * there are not so many. All reads go through here, and most end at once.
 */
static inline const void *ikemon_view_get(const struct ikemon_view *view,
					  u32 off, u32 len, void *buf)
{
	if (off <= view->head_len && len <= view->head_len - off)
		return view->head + off;
	if (off > view->len || len > view->len - off)
		return NULL;
	return view->pull ? view->pull(view, off, len, buf) : NULL;
}

/* The same in octets of the message, counted from the IKE header. */
static inline const u8 *ikemon_msg_get(const struct ikemon_view *view,
				       const struct ikemon_pkt *pkt, u32 off,
				       u32 len, void *buf)
{
	return ikemon_view_get(view, off + ikemon_marker_len(pkt), len, buf);
}

/* The first thing wrong is the one that is told. */
static inline void ikemon_walk_bad(struct ikemon_walk *walk,
				   enum ikemon_bad bad)
{
	if (!walk->bad)
		walk->bad = bad;
}

/*
 * The generic header at @walk->pos, payload or sub-structure alike (RFC 7296
 * section 3.2, RFC 2408 section 3.2): next type, reserved, length. @end is
 * where the enclosing structure ends. False: the walk cannot go on there.
 */
static __always_inline bool ikemon_walk_header(struct ikemon_walk *walk,
					       const struct ikemon_pkt *pkt,
					       const struct ikemon_view *view,
					       u32 end, u8 *next,
					       enum ikemon_bad bad)
{
	u8 buf[IKE_PAYLOAD_HDR_LEN];
	const u8 *hdr;
	u32 len;

	if (end - walk->pos < IKE_PAYLOAD_HDR_LEN) {
		ikemon_walk_bad(walk, bad);
		return false;
	}
	hdr = ikemon_msg_get(view, pkt, walk->pos, IKE_PAYLOAD_HDR_LEN, buf);
	if (!hdr) {
		walk->cut = true;
		return false;
	}
	*next = hdr[0];
	len = get_unaligned_be16(hdr + 2);
	if (len < IKE_PAYLOAD_HDR_LEN || len > end - walk->pos) {
		ikemon_walk_bad(walk, bad);
		return false;
	}
	walk->off = walk->pos + IKE_PAYLOAD_HDR_LEN;
	walk->len = len - IKE_PAYLOAD_HDR_LEN;
	return true;
}

/* RFC 7296 section 3.14: what "follows" is inside, encrypted. */
static inline bool ikemon_walk_ends(const struct ikemon_walk *walk)
{
	return walk->version == 2 && (walk->type == IKE2_PAYLOAD_SK ||
				      walk->type == IKE2_PAYLOAD_SKF);
}

/*
 * The next payload, whatever is in it, for who wants no sub-structures. All in
 * one: an opener has some, and each costs.
 */
static __always_inline bool ikemon_walk_payload(struct ikemon_walk *walk,
						const struct ikemon_pkt *pkt,
						const struct ikemon_view *view)
{
	u8 type = walk->next;

	if (type == IKE_PAYLOAD_NONE)
		return false;
	if (walk->count == IKEMON_MAX_PAYLOADS) {
		ikemon_walk_bad(walk, IKEMON_BAD_PAYLOAD_COUNT);
		walk->next = IKE_PAYLOAD_NONE;
		return false;
	}
	if (!ikemon_walk_header(walk, pkt, view, walk->end, &walk->next,
				IKEMON_BAD_PAYLOAD_LENGTH)) {
		walk->next = IKE_PAYLOAD_NONE;
		return false;
	}
	walk->count++;
	walk->type = type;
	walk->nested = false;
	walk->pos = walk->off + walk->len;
	if (ikemon_walk_ends(walk))
		walk->next = IKE_PAYLOAD_NONE;
	return true;
}

#endif /* IKEMON_WALK_H */
