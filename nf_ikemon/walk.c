// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From payload to payload of an IKE message. Every read goes through
 * ikemon_view_get(), which knows where the datagram ends.
 */
#include "walk.h"

enum walk_depth {
	AT_PAYLOAD,
	AT_PROPOSAL,
	AT_TRANSFORM,
};

/* Nothing behind the header is in clear, or nobody knows its form. */
static bool body_opaque(const struct ikemon_pkt *pkt)
{
	if (pkt->class != IKEMON_CLASS_IKE || pkt->version > 2)
		return true;
	/* a fragment is in clear, whatever the bit says of what it holds */
	return pkt->version == 1 && pkt->protected &&
	       pkt->next_payload != IKE1_PAYLOAD_FRAGMENT;
}

void ikemon_walk_start(struct ikemon_walk *walk, const struct ikemon_pkt *pkt)
{
	memset(walk, 0, sizeof(*walk));
	walk->version = pkt->version;
	if (body_opaque(pkt))
		return;
	walk->next = pkt->next_payload;
	walk->pos = IKE_HDR_LEN;
	walk->end = pkt->length;
}

/* Leaves the SA payload for what follows it. */
static void leave_sa(struct ikemon_walk *walk)
{
	walk->depth = AT_PAYLOAD;
	walk->pos = walk->sa_end;
}

/* Goes into an SA payload, so that its first proposal comes next. */
static void enter_sa(struct ikemon_walk *walk, const struct ikemon_pkt *pkt,
		     const struct ikemon_view *view)
{
	u8 buf[V1_SA_LEN];
	const u8 *fixed;
	u32 skip = 0;

	walk->sa_end = walk->off + walk->len;
	if (walk->version == 1) {
		skip = V1_SA_LEN;
		if (walk->len < skip) {
			ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
			return;
		}
		fixed = ikemon_msg_get(view, pkt, walk->off, V1_SA_LEN, buf);
		if (!fixed) {
			walk->cut = true;
			return;
		}
		/* labelled situations are longer and no daemon sends them */
		if (get_unaligned_be32(fixed) != V1_DOI_IPSEC ||
		    get_unaligned_be32(fixed + 4) != V1_SIT_IDENTITY)
			return;
	}
	if (walk->len == skip)
		return;
	walk->pos = walk->off + skip;
	walk->depth = AT_PROPOSAL;
	walk->next_proposal = SUB_PROPOSAL;
}

void ikemon_walk_start_sa(struct ikemon_walk *walk,
			  const struct ikemon_pkt *pkt,
			  const struct ikemon_view *view)
{
	memset(walk, 0, sizeof(*walk));
	walk->version = pkt->version;
	walk->off = pkt->sa_off;
	walk->len = pkt->sa_len;
	enter_sa(walk, pkt, view);
}

/* Goes into a proposal, so that its first transform comes next. */
static void enter_proposal(struct ikemon_walk *walk,
			   const struct ikemon_pkt *pkt,
			   const struct ikemon_view *view)
{
	const u32 fixed_len = PROPOSAL_LEN - IKE_PAYLOAD_HDR_LEN;
	u8 buf[PROPOSAL_LEN - IKE_PAYLOAD_HDR_LEN];
	const u8 *fixed;
	u32 spi_len;

	walk->proposal_end = walk->off + walk->len;
	walk->pos = walk->proposal_end;
	if (walk->len < fixed_len) {
		ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
		return;
	}
	fixed = ikemon_msg_get(view, pkt, walk->off, fixed_len, buf);
	if (!fixed) {
		walk->cut = true;
		return;
	}
	/* proposal number, protocol, SPI size, number of transforms */
	spi_len = fixed[2];
	if (spi_len > walk->len - fixed_len) {
		ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
		return;
	}
	if (!fixed[3])
		return;
	walk->pos = walk->off + fixed_len + spi_len;
	walk->depth = AT_TRANSFORM;
	walk->next_transform = SUB_TRANSFORM;
}

static bool walk_transform(struct ikemon_walk *walk,
			   const struct ikemon_pkt *pkt,
			   const struct ikemon_view *view)
{
	const u32 fixed_len = TRANSFORM_LEN - IKE_PAYLOAD_HDR_LEN;

	/* whatever happens: the next proposal stands where this one ends */
	if (walk->next_transform != SUB_TRANSFORM) {
		if (walk->next_transform != SUB_LAST)
			ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
		goto leave;
	}
	if (walk->transforms == IKEMON_MAX_TRANSFORMS) {
		walk->cut = true;
		goto leave;
	}
	if (!ikemon_walk_header(walk, pkt, view, walk->proposal_end,
				&walk->next_transform, IKEMON_BAD_PROPOSAL))
		goto leave;
	if (walk->len < fixed_len) {
		ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
		goto leave;
	}
	walk->transforms++;
	walk->type = SUB_TRANSFORM;
	walk->nested = true;
	walk->pos = walk->off + walk->len;
	return true;

leave:
	walk->depth = AT_PROPOSAL;
	walk->pos = walk->proposal_end;
	return false;
}

static bool walk_proposal(struct ikemon_walk *walk,
			  const struct ikemon_pkt *pkt,
			  const struct ikemon_view *view)
{
	if (walk->next_proposal != SUB_PROPOSAL) {
		if (walk->next_proposal != SUB_LAST)
			ikemon_walk_bad(walk, IKEMON_BAD_PROPOSAL);
		goto leave;
	}
	if (walk->proposals == IKEMON_MAX_PROPOSALS) {
		walk->cut = true;
		goto leave;
	}
	if (!ikemon_walk_header(walk, pkt, view, walk->sa_end,
				&walk->next_proposal, IKEMON_BAD_PROPOSAL))
		goto leave;
	walk->proposals++;
	walk->type = SUB_PROPOSAL;
	walk->nested = true;
	enter_proposal(walk, pkt, view);
	return true;

leave:
	leave_sa(walk);
	return false;
}

static bool is_sa(const struct ikemon_walk *walk)
{
	return walk->type == (walk->version == 1 ? IKE1_PAYLOAD_SA :
						   IKE2_PAYLOAD_SA);
}

static bool walk_payload(struct ikemon_walk *walk,
			 const struct ikemon_pkt *pkt,
			 const struct ikemon_view *view)
{
	if (!ikemon_walk_payload(walk, pkt, view))
		return false;
	if (is_sa(walk))
		enter_sa(walk, pkt, view);
	return true;
}

/*
 * Each turn of the loop either finds something or goes one level up, and each
 * find is counted against a limit: bounded without recursion.
 */
bool ikemon_walk_next(struct ikemon_walk *walk, const struct ikemon_pkt *pkt,
		      const struct ikemon_view *view)
{
	if (walk->depth == AT_TRANSFORM && walk_transform(walk, pkt, view))
		return true;
	if (walk->depth == AT_PROPOSAL && walk_proposal(walk, pkt, view))
		return true;
	return walk_payload(walk, pkt, view);
}
