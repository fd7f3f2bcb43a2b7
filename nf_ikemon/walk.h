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

#endif /* IKEMON_WALK_H */
