/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of one negotiation: what a message means where the negotiation
 * stands, and how long it may stand there. Pure: no table, no lock, no clock.
 */
#ifndef IKEMON_STATE_H
#define IKEMON_STATE_H

#include "parse.h"
#include <linux/nf_ikemon.h>

/* Which end of the negotiation said it. */
enum ikemon_dir {
	IKEMON_FROM_INITIATOR,
	IKEMON_FROM_RESPONDER,
	IKEMON_DIRS
};

enum ikemon_neg_limits {
	IKEMON_STATES		= IKEMON_STATE_CLOSED + 1,
	IKEMON_NEG_NOTIFIES	= 8,
	IKEMON_NEG_DIGESTS	= 4,	/* messages a retransmit is known by */
	IKEMON_NEG_QUICK	= 4,	/* Quick Modes followed side by side */
	IKEMON_NEG_FAREWELL_MS	= 10000, /* a complaint comes sooner */
	IKEMON_NEG_REFUSED_MS	= 5000,	/* so long for what contradicts it */
	IKEMON_NEG_ROUND_MS	= 10000, /* who goes on with EAP does sooner */
};

/**
 * struct ikemon_flow - the transcript of one direction
 * @first: ms, clock of the caller; valid if @messages
 * @retransmits: messages that were repetitions, saturating
 * @last: likewise
 * @ip_frags: messages that came in IP fragments, saturating
 * @messages: retransmissions included
 * @message_id: of the last message
 * @request: message ID + 1 of the last request of those whose answer is a
 *	proof (36, 37, 44), 0 without one
 * @digest: of the last messages that were no repetition, oldest at
 *	@digest_next; 0 for none
 * @largest: octets, IKE header included, saturating
 * @exchange: of the last message
 * @digest_next: private to state.c
 */
struct ikemon_flow {
	u64 first : 48;
	u64 retransmits : 16;
	u64 last : 48;
	u64 ip_frags : 16;
	u32 messages;
	u32 message_id;
	u32 request;
	u32 digest[IKEMON_NEG_DIGESTS];
	u16 largest;
	u8 exchange;
	u8 digest_next;
};

/**
 * struct ikemon_frags - SKF fragments (RFC 7383) of one direction
 * @seen: bit N: fragment N+1 of @message_id, the first 64
 * @message_id: that @seen is about
 * @total: of fragments, as the last one said; 0 before there was any
 * @flags: of the header: request or response
 */
struct ikemon_frags {
	u64 seen;
	u32 message_id;
	u16 total;
	u8 flags;
};

/* How far a Quick Mode (RFC 2409 section 5.5) got: its message ID, who began
 * it, and how many of its three messages were seen.
 */
struct ikemon_quick {
	u32 message_id;
	u8 from;
	u8 messages;
};

/**
 * struct ikemon_neg - where a negotiation stands
 * @state: enum ikemon_state
 * @proof: enum ikemon_proof
 * @reason: enum ikemon_reason
 * @role: enum ikemon_role, which end this host is
 * @version: IKE major version
 * @last: enum ikemon_dir of the last message, see ikemon_neg_last_flow()
 * @encap: enum ikemon_encap of the last message
 * @awaiting: enum ikemon_dir + 1 of the end that owes an answer, 0 nobody
 * @since: ms when @state was entered
 * @flags: enum ikemon_session_flags
 * @progress: ms of the last message that carried the negotiation on: neither
 *	a repetition nor out of place
 * @steps: private to state.c: which landmarks were passed
 * @flow: by enum ikemon_dir
 * @quick: IKEv1, private to state.c
 * @frags: IKEv2, by enum ikemon_dir
 * @vendors: enum ikemon_vendor
 * @weak: enum ikemon_weak, of all that the initiator offered
 * @transforms: in its last offer
 * @proposals: likewise
 * @chosen: @suite is what the responder chose
 * @notify: types seen in clear, first appearance
 * @suite: offered, then chosen
 *
 * What is looked at for each message and each second comes first.
 */
struct ikemon_neg {
	u8 state;
	u8 proof;
	u8 reason;
	u8 role;
	u8 version;
	u8 last;
	u8 encap;
	u8 awaiting;
	u64 since : 48;
	u64 flags : 16;
	u64 progress : 48;
	u64 steps : 16;
	struct ikemon_flow flow[IKEMON_DIRS];
	union {
		struct ikemon_quick quick[IKEMON_NEG_QUICK];
		struct ikemon_frags frags[IKEMON_DIRS];
	};
	u32 vendors;
	u32 weak;
	u16 transforms;
	u8 proposals;
	u8 n_notify : 4;
	u8 quick_next : 2;
	u8 chosen : 1;
	u16 notify[IKEMON_NEG_NOTIFIES];
	struct ikemon_suite suite;
};

/**
 * struct ikemon_look - how a message came to us
 * @dir: which end of the negotiation sent it
 * @ours: it was sent by our side's IKE daemon (LOCAL_OUT, trusted socket), or
 *	nobody is our side (forwarded, capture) and the wire is all there is
 * @ip_frag: it came in IP fragments
 * @digest: of the message, by a keyed hash of struct ikemon_ident
 * @now: ms
 */
struct ikemon_look {
	enum ikemon_dir dir;
	bool ours;
	bool ip_frag;
	u32 digest;
	u64 now;
};

/* What ikemon_neg_step() did; bits. */
enum ikemon_step {
	IKEMON_STEP_RETRANSMIT	= BIT(0),	/* nothing else changed */
	IKEMON_STEP_STATE	= BIT(1),	/* @state differs */
	IKEMON_STEP_NEW_INIT	= BIT(2),	/* same SPIi tried anew (R9) */
	IKEMON_STEP_SPI_R	= BIT(3),	/* responder chose its SPI */
	IKEMON_STEP_PROTECTED	= BIT(4),	/* ours, new, protected */
	IKEMON_STEP_STRANGE	= BIT(5),	/* fits nowhere; only counted */
};

/**
 * ikemon_pkt_dir() - which end of the negotiation sent a v2 message
 * @pkt: of class IKE, version 2
 *
 * IKEv1 has no such bit (RFC 2408 section 3.1): the caller must compare
 * addresses.
 */
static inline enum ikemon_dir ikemon_pkt_dir(const struct ikemon_pkt *pkt)
{
	return ikemon_from_initiator(pkt) ? IKEMON_FROM_INITIATOR :
					    IKEMON_FROM_RESPONDER;
}

/**
 * ikemon_neg_init() - a negotiation that begins with @pkt
 * @neg: all of it is written
 * @pkt: a message that ikemon_opens_negotiation(), or of a session that was
 *	up before we were
 * @role: enum ikemon_role
 * @adopted: the latter: it starts as established, proof exchange
 * @now: ms
 *
 * Does not count @pkt; call ikemon_neg_step() with it next.
 */
void ikemon_neg_init(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		     enum ikemon_role role, bool adopted, u64 now);

/**
 * ikemon_neg_step() - take in one more message
 * @neg: where the negotiation stands; changed
 * @pkt: parsed whole, SPIs match the negotiation
 * @look: how it came
 *
 * Only evidence moves a negotiation: an established one is never ended,
 * weakened or re-judged by anything that could be forged.
 *
 * Return: bits of enum ikemon_step.
 */
unsigned int ikemon_neg_step(struct ikemon_neg *neg,
			     const struct ikemon_pkt *pkt,
			     const struct ikemon_look *look);

/**
 * ikemon_neg_alive() - what ikemon_neg_step() does when nothing is new but that
 *	the peer lives
 * @neg: established, version 2, our side is the other end; changed
 * @id: of a protected INFORMATIONAL message of @look's end, no fragment, in
 *	the encapsulation of the last one
 * @look: how it came; not ours, not in IP fragments, its digest is none that
 *	ikemon_neg_knows()
 *
 * The same for less.
 */
void ikemon_neg_alive(struct ikemon_neg *neg, const struct ikemon_ident *id,
		      const struct ikemon_look *look);

/**
 * ikemon_neg_prove() - evidence from beside the wire
 * @neg: changed if it was not established
 * @proof: IKEMON_PROOF_ESP or IKEMON_PROOF_XFRM
 * @now: ms
 *
 * Return: true if the state changed.
 */
bool ikemon_neg_prove(struct ikemon_neg *neg, enum ikemon_proof proof, u64 now);

/**
 * ikemon_neg_close() - it ends for a reason that is not on the wire
 * @neg: any but a new one
 * @reason: IKEMON_REASON_REKEYED or another of those a session is closed for
 * @now: ms
 *
 * One INFORMATIONAL exchange of either end may follow (RFC 7296 section 2.8:
 * the delete of what was replaced); if our side says more, it is established
 * again.
 */
void ikemon_neg_close(struct ikemon_neg *neg, enum ikemon_reason reason,
		      u64 now);

/**
 * ikemon_neg_give_up() - the initiator goes on with another negotiation
 * @neg: changed if it was authenticating: it failed, as far as it got
 * @now: ms
 */
void ikemon_neg_give_up(struct ikemon_neg *neg, u64 now);

/**
 * ikemon_neg_anew() - it is about another negotiation from now on
 * @neg: not established; all that it remembers of authentication is forgotten
 * @keys: that one is as far as that its messages are protected
 * @now: ms
 */
void ikemon_neg_anew(struct ikemon_neg *neg, bool keys, u64 now);

/* Has the responder's last answer completed authentication, as far as its
 * size tells (see answer.c)? Such a negotiation waits for proof, not
 * for a message, and does not time out as failed.
 */
bool ikemon_neg_answered(const struct ikemon_neg *neg);

/*
 * May an IKE SA have been rekeyed in it (RFC 7296 section 1.3.2)? What a
 * CREATE_CHILD_SA exchange was for is encrypted, so this says only that there
 * was one, and that nobody went on to use the old IKE SA for more than its
 * deletion. Reads without lock what may change: a hint.
 */
bool ikemon_neg_may_be_rekeyed(const struct ikemon_neg *neg);

/**
 * ikemon_neg_takes_spi_r() - may a message with another responder SPI belong?
 * @neg: where the negotiation stands
 * @known: responder SPI of the negotiation, 0 if none is known
 * @pkt: same initiator SPI, sent between the same two hosts
 *
 * As long as nothing is proven anybody may answer an IKE_SA_INIT, and of
 * several answers that one counts with which the initiator goes on.
 */
bool ikemon_neg_takes_spi_r(const struct ikemon_neg *neg, u64 known,
			    const struct ikemon_pkt *pkt);

/**
 * ikemon_shows_session() - may a message show a session that was up before?
 *
 * That it is our side that says it is for the caller to know.
 */
bool ikemon_shows_session(const struct ikemon_pkt *pkt);

/**
 * ikemon_neg_knows() - is it one of the last messages of that end?
 * @digest: of the message, as in struct ikemon_look
 *
 * Changes nothing. Without a lock it is a hint.
 */
bool ikemon_neg_knows(const struct ikemon_neg *neg, enum ikemon_dir dir,
		      u32 digest);

/* Likewise, a fragment of RFC 7383 included: would it be a retransmit? */
bool ikemon_neg_repeats(const struct ikemon_neg *neg,
			const struct ikemon_pkt *pkt, enum ikemon_dir dir,
			u32 digest);

/* enum ikemon_encap of a message with or without a non-ESP marker. */
static inline u8 ikemon_neg_encap(bool marker)
{
	return marker ? IKEMON_ENCAP_UDP_ENCAP : IKEMON_ENCAP_UDP;
}

/* Of the last message in either direction. */
static inline const struct ikemon_flow *
ikemon_neg_last_flow(const struct ikemon_neg *neg)
{
	return &neg->flow[neg->last];
}

/* The last fragments of that end, NULL if it sent none. */
static inline const struct ikemon_frags *
ikemon_neg_frags(const struct ikemon_neg *neg, enum ikemon_dir dir)
{
	return neg->version == 2 && neg->frags[dir].total ? &neg->frags[dir] :
							    NULL;
}

/* Last time either end said anything, ms. */
u64 ikemon_neg_last(const struct ikemon_neg *neg);

/* Seconds, by enum ikemon_state, until an operator says otherwise. */
extern const u32 ikemon_timeout_default[IKEMON_STATES];

/**
 * ikemon_neg_expiry() - when the present state ends if nothing more is seen
 * @neg: the negotiation
 * @timeout: seconds, by enum ikemon_state
 *
 * Return: ms, clock of the caller.
 */
u64 ikemon_neg_expiry(const struct ikemon_neg *neg, const u32 *timeout);

/**
 * ikemon_neg_expire() - time passes
 * @neg: may become failed or closed
 * @timeout: seconds, by enum ikemon_state
 * @now: ms
 *
 * Return: 0 nothing is due, 1 the state changed, -1 its time as failed or
 * closed is over: forget it.
 */
int ikemon_neg_expire(struct ikemon_neg *neg, const u32 *timeout, u64 now);

/* Has a half-open slot at the responder: half-open or authenticating. */
static inline bool ikemon_neg_half_open(const struct ikemon_neg *neg)
{
	return neg->state == IKEMON_STATE_HALF_OPEN ||
	       neg->state == IKEMON_STATE_AUTHENTICATING;
}

const char *ikemon_state_name(enum ikemon_state state);
const char *ikemon_proof_name(enum ikemon_proof proof);
const char *ikemon_reason_name(enum ikemon_reason reason);

#ifdef IKEMON_SELFTEST
bool ikemon_state_selftest(void);
#endif

#endif /* IKEMON_STATE_H */
