/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kind.c, answer.c and state.c share; everybody else includes state.h. */
#ifndef IKEMON_KIND_H
#define IKEMON_KIND_H

#include "state.h"

/*
 * What a message is to a negotiation. IKEv1 has no request and response; its
 * messages are put where they do the same.
 */
enum kind {
	KIND_OTHER,		/* tells nothing */
	KIND_INIT,		/* IKE_SA_INIT, MM1, AM1 */
	KIND_ANSWER,		/* with an SPI of the responder: MM2, AM2 */
	KIND_CHALLENGE,		/* COOKIE, INVALID_KE_PAYLOAD, REDIRECT */
	KIND_REFUSAL,		/* error in clear that answers KIND_INIT */
	KIND_ERROR,		/* IKEv1: error in clear at any time */
	KIND_CARRY_ON,		/* MM3, MM4 */
	KIND_AUTH,		/* IKE_INTERMEDIATE, IKE_AUTH; MM5, AM3 */
	KIND_AUTH_ANSWER,	/* likewise; MM6 */
	KIND_EXTENDED,		/* Transaction: XAUTH, mode-config */
	KIND_LATER,		/* request of what comes after IKE_AUTH */
	KIND_LATER_ANSWER,	/* and an answer that proves nothing */
	KIND_QUICK,		/* Quick Mode under way */
	KIND_PROOF,		/* our side answered; Quick Mode completed */
	KINDS
};

/* ikemon_neg.steps */
enum landmark {
	SEEN_MM4	= BIT(0),
	AUTH_SMALL	= BIT(1),	/* last answer: no more than an error */
	AUTH_DONE	= BIT(2),	/* last answer: more, or they went on */
	CLOSING_I	= BIT(3),	/* initiator asked since the close */
	CLOSING_R	= BIT(4),
	CHILD_ANSWERED	= BIT(5),	/* CREATE_CHILD_SA, maybe a rekey */
	LIVES_ON	= BIT(6),	/* INFORMATIONAL is no farewell now */
	AUTH_ROUNDS	= BIT(7),	/* IKE_AUTH was answered with more */
	/* of IKEv1, which has none of the two: Transactions that we began */
	XAUTH_ASKED	= CHILD_ANSWERED,	/* one, or more than two */
	XAUTH_TOLD	= AUTH_ROUNDS,		/* two, or more */
};

static inline enum ikemon_dir other_end(enum ikemon_dir dir)
{
	return dir == IKEMON_FROM_INITIATOR ? IKEMON_FROM_RESPONDER :
					      IKEMON_FROM_INITIATOR;
}

/* Changes nothing but @neg->quick. */
enum kind ikemon_kind_of(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
			 const struct ikemon_look *look);

/* Octets, IKE header included, see answer.c. */
u32 ikemon_small_answer(const struct ikemon_suite *suite);

/*
 * How authentication stands after @pkt. Only the last answer counts: in EAP
 * (RFC 7296 section 2.16) rounds of small messages go before it.
 */
void ikemon_note_auth(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		      enum kind kind, const struct ikemon_look *look);

/*
 * Is it what a peer that may have been refused says beside the exchange? It
 * may complain (RFC 7296 section 2.21.2), or play for time.
 */
static inline bool ikemon_is_complaint(const struct ikemon_neg *neg,
				       enum kind kind, enum ikemon_dir dir)
{
	return neg->steps & AUTH_SMALL && kind == KIND_LATER &&
	       dir == IKEMON_FROM_INITIATOR;
}

/*
 * Was authentication refused? The first answer to IKE_AUTH says no more than
 * one error: a round of EAP would have begun with a larger one, which also
 * says who answers (RFC 7296 section 2.16). Main Mode's third request is
 * answered by an Informational (RFC 2409 section 5).
 */
bool ikemon_is_refused(const struct ikemon_neg *neg);

/* How many of @time, ms, a negotiation may stand still. */
u64 ikemon_patience(const struct ikemon_neg *neg, u64 time);

#endif /* IKEMON_KIND_H */
