// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a message is to a negotiation: of all that IKEv1 and IKEv2 can say, one
 * of the few kinds that state.c has a table for.
 */
#include "kind.h"

static bool has_payload(const struct ikemon_pkt *pkt, u8 type)
{
	return pkt->payloads & BIT_ULL(type);
}

/* An error type of the message's own version. */
static bool has_error(const struct ikemon_pkt *pkt)
{
	u16 last = ikemon_is_v2(pkt) ? IKE2_N_ERROR_LAST : IKE1_N_ERROR_LAST;
	unsigned int i;

	for (i = 0; i < pkt->n_notify; i++)
		if (pkt->notify[i] && pkt->notify[i] <= last)
			return true;
	return false;
}

/* RFC 7296 sections 1.2 and 2.6, RFC 5685 section 4 */
static bool is_challenge(const struct ikemon_pkt *pkt)
{
	return ikemon_has_notify(pkt, IKE2_N_COOKIE) ||
	       ikemon_has_notify(pkt, IKE2_N_INVALID_KE_PAYLOAD) ||
	       ikemon_has_notify(pkt, IKE2_N_REDIRECT);
}

static enum kind kind_of_init(const struct ikemon_pkt *pkt,
			      enum ikemon_dir dir)
{
	if (pkt->protected || pkt->message_id)
		return KIND_OTHER;
	if (dir == IKEMON_FROM_INITIATOR)
		return pkt->spi_r || ikemon_is_response(pkt) ? KIND_OTHER :
							       KIND_INIT;
	if (!ikemon_is_response(pkt))
		return KIND_OTHER;
	/* RFC 5723 section 4.3.2: resumption has a nonce and no SA */
	if (pkt->spi_r && (has_payload(pkt, IKE2_PAYLOAD_SA) ||
			   has_payload(pkt, IKE2_PAYLOAD_NONCE)))
		return KIND_ANSWER;
	if (is_challenge(pkt))
		return KIND_CHALLENGE;
	if (has_error(pkt))
		return KIND_REFUSAL;
	return pkt->spi_r && pkt->cut ? KIND_ANSWER : KIND_OTHER;
}

static enum kind kind_of_auth(const struct ikemon_pkt *pkt,
			      enum ikemon_dir dir)
{
	bool response = ikemon_is_response(pkt);

	if (!pkt->protected || !pkt->spi_r)
		return KIND_OTHER;
	if (dir == IKEMON_FROM_INITIATOR)
		return response ? KIND_OTHER : KIND_AUTH;
	return response ? KIND_AUTH_ANSWER : KIND_OTHER;
}

/*
 * An initiator that does not take the responder for authentic says so in one
 * INFORMATIONAL exchange (RFC 7296 section 2.21.2), which is answered like
 * any other. The next one, or one that comes late, is no such thing.
 */
static bool may_be_farewell(const struct ikemon_neg *neg,
			    const struct ikemon_pkt *pkt, enum ikemon_dir dir)
{
	return pkt->exchange == IKE2_INFORMATIONAL &&
	       dir == IKEMON_FROM_RESPONDER && !(neg->steps & LIVES_ON) &&
	       neg->state <= IKEMON_STATE_AUTHENTICATING;
}

/*
 * An answer of our side proves that our side holds the SA. Where nobody is our
 * side, the wire must at least have shown what it answers.
 */
static bool is_proof(const struct ikemon_neg *neg,
		     const struct ikemon_pkt *pkt,
		     const struct ikemon_look *look)
{
	if (!look->ours || may_be_farewell(neg, pkt, look->dir))
		return false;
	return neg->role != IKEMON_ROLE_NONE ||
	       neg->flow[other_end(look->dir)].request ==
	       pkt->message_id + 1;
}

static enum kind kind_of_later(const struct ikemon_neg *neg,
			       const struct ikemon_pkt *pkt,
			       const struct ikemon_look *look)
{
	if (!pkt->protected || !pkt->spi_r)
		return KIND_OTHER;
	if (!ikemon_is_response(pkt))
		return KIND_LATER;
	return is_proof(neg, pkt, look) ? KIND_PROOF : KIND_LATER_ANSWER;
}

static enum kind kind_v2(const struct ikemon_neg *neg,
			 const struct ikemon_pkt *pkt,
			 const struct ikemon_look *look)
{
	switch (pkt->exchange) {
	case IKE2_SA_INIT:
	case IKE2_SESSION_RESUME:
		return kind_of_init(pkt, look->dir);
	case IKE2_AUTH:
	case IKE2_INTERMEDIATE:
	case IKE2_GSA_AUTH:
		return kind_of_auth(pkt, look->dir);
	case IKE2_CREATE_CHILD_SA:
	case IKE2_INFORMATIONAL:
	case IKE2_FOLLOWUP_KE:
		return kind_of_later(neg, pkt, look);
	}
	return KIND_OTHER;
}

/* Fragments are in clear, also those of a message that is not. */
static bool v1_protected(const struct ikemon_neg *neg,
			 const struct ikemon_pkt *pkt)
{
	return pkt->protected || (pkt->frag_no && neg->steps & SEEN_MM4);
}

static enum kind kind_of_main(const struct ikemon_neg *neg,
			      const struct ikemon_pkt *pkt,
			      enum ikemon_dir dir)
{
	if (!pkt->spi_r)
		return dir == IKEMON_FROM_INITIATOR && !pkt->protected ?
		       KIND_INIT : KIND_OTHER;
	if (v1_protected(neg, pkt))
		return dir == IKEMON_FROM_INITIATOR ? KIND_AUTH :
						      KIND_AUTH_ANSWER;
	if (dir == IKEMON_FROM_RESPONDER && has_payload(pkt, IKE1_PAYLOAD_SA))
		return KIND_ANSWER;
	return KIND_CARRY_ON;
}

/* AM3 may be in clear (RFC 2409 section 5). */
static enum kind kind_of_aggressive(const struct ikemon_pkt *pkt,
				    enum ikemon_dir dir)
{
	if (dir == IKEMON_FROM_RESPONDER)
		return pkt->spi_r ? KIND_ANSWER : KIND_OTHER;
	if (pkt->spi_r)
		return KIND_AUTH;
	return pkt->protected ? KIND_OTHER : KIND_INIT;
}

static struct ikemon_quick *quick_find(struct ikemon_neg *neg,
				       const struct ikemon_pkt *pkt,
				       enum ikemon_dir dir)
{
	struct ikemon_quick *quick;
	unsigned int i;

	for (i = 0; i < IKEMON_NEG_QUICK; i++) {
		quick = &neg->quick[i];
		if (quick->messages && quick->message_id == pkt->message_id)
			return quick;
	}
	quick = &neg->quick[neg->quick_next];
	neg->quick_next = (neg->quick_next + 1) % IKEMON_NEG_QUICK;
	quick->message_id = pkt->message_id;
	quick->from = other_end(dir);
	quick->messages = 0;
	return quick;
}

/*
 * RFC 2409 section 5.5: three messages, sent in turn. One of them is of our
 * side if anybody is, because what only claims to be never gets here.
 */
static enum kind kind_of_quick(struct ikemon_neg *neg,
			       const struct ikemon_pkt *pkt,
			       enum ikemon_dir dir)
{
	struct ikemon_quick *quick;

	if (!pkt->spi_r || !(pkt->protected || pkt->frag_no))
		return KIND_OTHER;
	quick = quick_find(neg, pkt, dir);
	if (quick->from != dir) {
		quick->from = dir;
		if (quick->messages < 3)
			quick->messages++;
	}
	return quick->messages == 3 ? KIND_PROOF : KIND_QUICK;
}

/*
 * Protected ones are DPD, delete, errors: all look the same. Who has
 * authenticated itself has keys and says nothing in clear.
 */
static enum kind kind_of_v1_info(const struct ikemon_neg *neg,
				 const struct ikemon_pkt *pkt,
				 enum ikemon_dir dir)
{
	if (pkt->protected)
		return pkt->spi_r ? KIND_LATER : KIND_OTHER;
	if (dir == IKEMON_FROM_RESPONDER && has_error(pkt) &&
	    !(neg->steps & AUTH_DONE))
		return KIND_ERROR;
	return KIND_OTHER;
}

static enum kind kind_v1(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
			 const struct ikemon_look *look)
{
	switch (pkt->exchange) {
	case IKE1_MAIN:
		return kind_of_main(neg, pkt, look->dir);
	case IKE1_AGGRESSIVE:
		return kind_of_aggressive(pkt, look->dir);
	case IKE1_TRANSACTION:
		return pkt->spi_r && pkt->protected ? KIND_EXTENDED :
						      KIND_OTHER;
	case IKE1_QUICK:
		return kind_of_quick(neg, pkt, look->dir);
	case IKE1_INFORMATIONAL:
		return kind_of_v1_info(neg, pkt, look->dir);
	}
	return KIND_OTHER;
}

/*
 * RFC 7296 section 2.5: who does not speak our version says so in his own,
 * to the first message.
 */
static enum kind kind_other_version(const struct ikemon_pkt *pkt,
				    enum ikemon_dir dir)
{
	if (dir == IKEMON_FROM_RESPONDER && !pkt->protected &&
	    ikemon_has_notify(pkt, IKE2_N_INVALID_MAJOR_VERSION))
		return KIND_REFUSAL;
	return KIND_OTHER;
}

enum kind ikemon_kind_of(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
			 const struct ikemon_look *look)
{
	if (pkt->version != neg->version)
		return kind_other_version(pkt, look->dir);
	if (pkt->version == 2)
		return kind_v2(neg, pkt, look);
	return kind_v1(neg, pkt, look);
}

bool ikemon_neg_takes_spi_r(const struct ikemon_neg *neg, u64 known,
			    const struct ikemon_pkt *pkt)
{
	if (!pkt->spi_r || !known || pkt->spi_r == known)
		return true;
	switch (neg->state) {
	case IKEMON_STATE_NEW:
	case IKEMON_STATE_CHALLENGED:
	case IKEMON_STATE_FAILED:
		return true;
	case IKEMON_STATE_HALF_OPEN:
		return neg->version == 2 &&
		       (pkt->exchange == IKE2_SA_INIT ||
			pkt->exchange == IKE2_AUTH ||
			pkt->exchange == IKE2_INTERMEDIATE);
	}
	return false;
}

bool ikemon_shows_session(const struct ikemon_pkt *pkt)
{
	if (!pkt->spi_r || !pkt->protected)
		return false;
	if (pkt->version == 2)
		return ikemon_is_response(pkt) &&
		       (pkt->exchange == IKE2_CREATE_CHILD_SA ||
			pkt->exchange == IKE2_INFORMATIONAL ||
			pkt->exchange == IKE2_FOLLOWUP_KE);
	return pkt->version == 1 && (pkt->exchange == IKE1_INFORMATIONAL ||
				     pkt->exchange == IKE1_QUICK);
}
