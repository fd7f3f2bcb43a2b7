// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of one negotiation. A message is first put into one of a few
 * kinds, then a table says what that kind does where the negotiation stands.
 */
#include "kind.h"
#include "moves.h"

/* Who owes the next message, once this one is in. */
static inline void note_awaiting(struct ikemon_neg *neg, enum kind kind,
				 enum ikemon_dir dir)
{
	bool done = kind == KIND_LATER_ANSWER || kind == KIND_PROOF ||
		    (kind == KIND_AUTH_ANSWER && neg->steps & AUTH_DONE);
	u8 exchange = ikemon_neg_last_flow(neg)->exchange;
	bool alone = neg->version == 1 && (kind == KIND_LATER ||
		     (kind == KIND_AUTH && exchange == IKE1_AGGRESSIVE));

	neg->awaiting = done || alone ? 0 : other_end(dir) + 1;
}

/* Of KIND_LATER. */
static inline void note_later(struct ikemon_neg *neg, u32 message_id,
			      const struct ikemon_look *look)
{
	if (ikemon_is_past(look->now, neg->progress, IKEMON_NEG_FAREWELL_MS))
		neg->steps |= LIVES_ON;
	if (neg->version == 2)
		neg->flow[look->dir].request = message_id + 1;
}

static void note_request(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
			 enum kind kind, const struct ikemon_look *look)
{
	enum ikemon_dir dir = look->dir;

	if (kind == KIND_LATER)
		note_later(neg, pkt->message_id, look);
	if (kind == KIND_CARRY_ON && dir == IKEMON_FROM_RESPONDER)
		neg->steps |= SEEN_MM4;
	if ((kind == KIND_LATER_ANSWER || kind == KIND_PROOF) &&
	    pkt->exchange == IKE2_CREATE_CHILD_SA)
		neg->steps |= CHILD_ANSWERED;
}

static bool is_error_type(const struct ikemon_neg *neg, u16 type)
{
	return type && type <= (neg->version == 1 ? IKE1_N_ERROR_LAST :
						    IKE2_N_ERROR_LAST);
}

/* First appearance; an error is worth more than the last of many others. */
static void note_notify(struct ikemon_neg *neg, u16 type)
{
	unsigned int i;

	for (i = 0; i < neg->n_notify; i++)
		if (neg->notify[i] == type)
			return;
	if (neg->n_notify < IKEMON_NEG_NOTIFIES)
		neg->notify[neg->n_notify++] = type;
	else if (is_error_type(neg, type))
		neg->notify[IKEMON_NEG_NOTIFIES - 1] = type;
}

/* What is told in clear before keys: taken in while nothing is proven. */
static void note_offer(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		       enum kind kind)
{
	unsigned int i;

	for (i = 0; i < pkt->n_notify; i++)
		note_notify(neg, pkt->notify[i]);
	neg->vendors |= pkt->vendors;
	if (!pkt->offers || (kind != KIND_INIT && kind != KIND_ANSWER))
		return;
	neg->suite = pkt->suite;
	neg->chosen = kind == KIND_ANSWER;
	if (neg->chosen)
		return;
	neg->weak |= pkt->weak;
	neg->proposals = pkt->offers;
	neg->transforms = pkt->transforms;
}

static void enter(struct ikemon_neg *neg, enum ikemon_state state, u64 now)
{
	/* Some look without lock at what stands here. */
	WRITE_ONCE(neg->state, state);
	neg->reason = IKEMON_REASON_NONE;
	neg->since = now;
	neg->steps &= ~(CLOSING_I | CLOSING_R);
}

static void fail(struct ikemon_neg *neg, enum ikemon_reason reason, u64 now)
{
	enter(neg, IKEMON_STATE_FAILED, now);
	neg->reason = reason;
	neg->awaiting = 0;
}

static void establish(struct ikemon_neg *neg, enum ikemon_proof proof, u64 now)
{
	enter(neg, IKEMON_STATE_ESTABLISHED, now);
	neg->proof = proof;
}

/*
 * RFC 7296 section 2.8: an IKE SA that was replaced is deleted by one
 * INFORMATIONAL exchange. What our side says beyond that shows that it still
 * uses it. @request tells the two ends' exchanges apart.
 */
static bool reopens(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		    const struct ikemon_look *look, enum kind kind)
{
	enum ikemon_dir by = look->dir;
	u16 seen;

	if (pkt->version == 2 && ikemon_is_response(pkt))
		by = other_end(by);
	seen = by == IKEMON_FROM_INITIATOR ? CLOSING_I : CLOSING_R;
	if (pkt->exchange == IKE2_INFORMATIONAL ||
	    pkt->exchange == IKE1_INFORMATIONAL) {
		if (!(neg->steps & seen)) {
			neg->steps |= seen;
			neg->flow[by].request = pkt->message_id + 1;
			return false;
		}
		if (neg->flow[by].request == pkt->message_id + 1)
			return false;
	}
	return look->ours && pkt->protected && kind != KIND_OTHER;
}

static void apply(struct ikemon_neg *neg, const struct move *move, u64 now)
{
	if (move->does & REASON)
		fail(neg, IKEMON_REASON_ERROR_NOTIFY, now);
	else if (move->does & PROOF)
		establish(neg, IKEMON_PROOF_EXCHANGE, now);
	else if (move->to)
		enter(neg, move->to, now);
}

/*
 * Our side, as the responder, has a request of its own once it took the other
 * for authentic (RFC 7296 section 1.4), and not before. An initiator may have
 * one to say that it did not (section 2.21.2).
 */
static bool goes_on(const struct ikemon_neg *neg,
		    const struct ikemon_look *look, enum kind kind)
{
	return neg->version == 2 && kind == KIND_LATER && look->ours &&
	       neg->role == IKEMON_ROLE_RESPONDER &&
	       look->dir == IKEMON_FROM_RESPONDER;
}

/* A message that was not seen before and is of the end it claims to be of. */
static unsigned int advance(struct ikemon_neg *neg,
			    const struct ikemon_pkt *pkt,
			    const struct ikemon_look *look)
{
	enum kind kind = ikemon_kind_of(neg, pkt, look);
	const struct move *move = &moves[neg->state][kind];
	u8 before = neg->state;
	unsigned int step = 0;

	if (look->ours && pkt->protected)
		step |= IKEMON_STEP_PROTECTED;
	if (move->does & AGAIN && neg->flow[look->dir].messages > 1)
		step |= IKEMON_STEP_NEW_INIT;
	if (move->does & STRANGE) {
		/* what went before it may only not have come by here */
		note_request(neg, pkt, kind, look);
		return step | IKEMON_STEP_STRANGE;
	}
	if (move->does & LATE)
		return step;
	if (move->does & REOPEN && !reopens(neg, pkt, look, kind))
		return step;
	if (neg->state != IKEMON_STATE_ESTABLISHED) {
		note_offer(neg, pkt, kind);
		ikemon_note_auth(neg, pkt, kind, look);
	}
	note_request(neg, pkt, kind, look);
	if (move->does & REOPEN)
		establish(neg, neg->proof, look->now);
	else
		apply(neg, move, look->now);
	if (neg->state == IKEMON_STATE_AUTHENTICATING &&
	    goes_on(neg, look, kind))
		establish(neg, IKEMON_PROOF_EXCHANGE, look->now);
	/* Of our own side there is no true answer to wait for. */
	if (look->ours && look->dir == IKEMON_FROM_RESPONDER &&
	    neg->role == IKEMON_ROLE_RESPONDER && ikemon_is_refused(neg))
		fail(neg, IKEMON_REASON_AUTH_FAILED_SUSPECTED, look->now);
	if (!ikemon_is_complaint(neg, kind, look->dir))
		neg->progress = look->now;
	if (neg->state != IKEMON_STATE_FAILED)
		note_awaiting(neg, kind, look->dir);
	if (neg->state != before)
		step |= IKEMON_STEP_STATE;
	if (move->does & SPI_R && pkt->spi_r)
		step |= IKEMON_STEP_SPI_R;
	return step;
}

static inline void count_message(struct ikemon_neg *neg,
				 const struct ikemon_look *look,
				 u32 message_id, u8 exchange, u32 length)
{
	struct ikemon_flow *flow = &neg->flow[look->dir];
	u16 size = length < U16_MAX ? length : U16_MAX;

	if (!flow->messages)
		flow->first = look->now;
	if (flow->messages < U32_MAX)
		flow->messages++;
	flow->last = look->now;
	flow->message_id = message_id;
	flow->exchange = exchange;
	if (flow->largest < size)
		flow->largest = size;
	neg->last = look->dir;
	if (look->ip_frag) {
		flow->ip_frags += flow->ip_frags < U16_MAX;
		neg->flags |= IKEMON_SESSION_FLAGS_IP_FRAGMENTS;
	}
}

/*
 * RFC 7383: a message may have more fragments than the ring has digests. The
 * same number of the same message of the same total is a repetition (2.6.1).
 */
static bool fragment_seen(struct ikemon_frags *frags,
			  const struct ikemon_pkt *pkt)
{
	u8 flags = pkt->flags & IKE2_FLAG_RESPONSE;
	u64 bit = BIT_ULL((pkt->frag_no - 1) & 63);

	if (!frags->total || frags->message_id != pkt->message_id ||
	    frags->total != pkt->frag_total || frags->flags != flags) {
		frags->message_id = pkt->message_id;
		frags->total = pkt->frag_total;
		frags->flags = flags;
		frags->seen = 0;
	}
	if (frags->seen & bit)
		return true;
	frags->seen |= bit;
	return false;
}

/* Is it known as a fragment, rather than by its digest? */
static bool by_fragment(const struct ikemon_neg *neg,
			const struct ikemon_pkt *pkt)
{
	return neg->version == 2 && pkt->version == 2 && pkt->frag_no &&
	       pkt->frag_no <= 64;
}

/* R6: a repetition is the same octets, known by a keyed hash of some. */
static bool digest_known(const struct ikemon_flow *flow, u32 digest)
{
	unsigned int i;

	for (i = 0; i < IKEMON_NEG_DIGESTS; i++)
		if (flow->digest[i] == (digest ? digest : 1))
			return true;
	return false;
}

static void digest_add(struct ikemon_flow *flow, u32 digest)
{
	flow->digest[flow->digest_next] = digest ? digest : 1;
	flow->digest_next = (flow->digest_next + 1) % IKEMON_NEG_DIGESTS;
}

static bool digest_seen(struct ikemon_flow *flow, u32 digest)
{
	if (digest_known(flow, digest))
		return true;
	digest_add(flow, digest);
	return false;
}

static bool is_retransmit(struct ikemon_neg *neg,
			  const struct ikemon_pkt *pkt,
			  const struct ikemon_look *look)
{
	struct ikemon_flow *flow = &neg->flow[look->dir];
	bool seen;

	if (by_fragment(neg, pkt))
		seen = fragment_seen(&neg->frags[look->dir], pkt);
	else
		seen = digest_seen(flow, look->digest);
	flow->retransmits += seen && flow->retransmits < U16_MAX;
	return seen;
}

bool ikemon_neg_knows(const struct ikemon_neg *neg, enum ikemon_dir dir,
		      u32 digest)
{
	return digest_known(&neg->flow[dir], digest);
}

bool ikemon_neg_repeats(const struct ikemon_neg *neg,
			const struct ikemon_pkt *pkt, enum ikemon_dir dir,
			u32 digest)
{
	struct ikemon_frags copy;

	if (!by_fragment(neg, pkt))
		return digest_known(&neg->flow[dir], digest);
	copy = neg->frags[dir];
	return fragment_seen(&copy, pkt);
}

/* It claims to be of our end, but our side's daemon did not send it. */
static bool is_impostor(const struct ikemon_neg *neg,
			const struct ikemon_look *look)
{
	if (look->ours)
		return false;
	return (neg->role == IKEMON_ROLE_INITIATOR &&
		look->dir == IKEMON_FROM_INITIATOR) ||
	       (neg->role == IKEMON_ROLE_RESPONDER &&
		look->dir == IKEMON_FROM_RESPONDER);
}

unsigned int ikemon_neg_step(struct ikemon_neg *neg,
			     const struct ikemon_pkt *pkt,
			     const struct ikemon_look *look)
{
	count_message(neg, look, pkt->message_id, pkt->exchange, pkt->length);
	neg->encap = ikemon_neg_encap(pkt->marker);
	if (is_impostor(neg, look))
		return IKEMON_STEP_STRANGE;
	if (is_retransmit(neg, pkt, look))
		return IKEMON_STEP_RETRANSMIT;
	return advance(neg, pkt, look);
}

void ikemon_neg_alive(struct ikemon_neg *neg, const struct ikemon_ident *id,
		      const struct ikemon_look *look)
{
	bool response = id->flags & IKE2_FLAG_RESPONSE;

	count_message(neg, look, id->message_id, id->exchange, id->length);
	digest_add(&neg->flow[look->dir], look->digest);
	if (!response)
		note_later(neg, id->message_id, look);
	neg->progress = look->now;
	note_awaiting(neg, response ? KIND_LATER_ANSWER : KIND_LATER,
		      look->dir);
}

void ikemon_neg_init(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		     enum ikemon_role role, bool adopted, u64 now)
{
	memset(neg, 0, sizeof(*neg));
	neg->version = pkt->version;
	neg->role = role;
	neg->progress = now;
	enter(neg, IKEMON_STATE_NEW, now);
	neg->awaiting = IKEMON_FROM_RESPONDER + 1;
	if (adopted) {
		establish(neg, IKEMON_PROOF_EXCHANGE, now);
		neg->flags |= IKEMON_SESSION_FLAGS_ADOPTED;
		neg->awaiting = 0;
	}
}

bool ikemon_neg_prove(struct ikemon_neg *neg, enum ikemon_proof proof, u64 now)
{
	if (neg->state == IKEMON_STATE_ESTABLISHED)
		return false;
	/* traffic of a child SA goes on when another IKE SA inherited it */
	if (neg->state == IKEMON_STATE_CLOSED &&
	    neg->reason != IKEMON_REASON_IDLE)
		return false;
	establish(neg, proof, now);
	neg->progress = now;
	neg->awaiting = 0;
	return true;
}

void ikemon_neg_close(struct ikemon_neg *neg, enum ikemon_reason reason,
		      u64 now)
{
	enter(neg, IKEMON_STATE_CLOSED, now);
	neg->reason = reason;
	neg->awaiting = 0;
}

void ikemon_neg_give_up(struct ikemon_neg *neg, u64 now)
{
	if (neg->state == IKEMON_STATE_AUTHENTICATING)
		fail(neg, neg->steps & AUTH_SMALL ?
				  IKEMON_REASON_AUTH_FAILED_SUSPECTED :
				  IKEMON_REASON_TIMEOUT, now);
}

void ikemon_neg_anew(struct ikemon_neg *neg, bool keys, u64 now)
{
	enter(neg, keys ? IKEMON_STATE_AUTHENTICATING : IKEMON_STATE_NEW, now);
	neg->steps = 0;
	neg->progress = now;
	neg->awaiting = IKEMON_FROM_RESPONDER + 1;
}

bool ikemon_neg_answered(const struct ikemon_neg *neg)
{
	return neg->state == IKEMON_STATE_AUTHENTICATING &&
	       neg->steps & AUTH_DONE;
}

bool ikemon_neg_may_be_rekeyed(const struct ikemon_neg *neg)
{
	u8 exchange = ikemon_neg_last_flow(neg)->exchange;

	return neg->version == 2 && neg->steps & CHILD_ANSWERED &&
	       (exchange == IKE2_CREATE_CHILD_SA ||
		exchange == IKE2_INFORMATIONAL);
}

u64 ikemon_neg_last(const struct ikemon_neg *neg)
{
	u64 last = neg->since;
	unsigned int i;

	for (i = 0; i < IKEMON_DIRS; i++)
		if (neg->flow[i].last > last)
			last = neg->flow[i].last;
	return last;
}

/*
 * How often the time of a state may begin anew because the negotiation goes
 * on; 0 never, so that nobody stays in one by sending a little now and then.
 */
static const u8 extends[IKEMON_STATES] = {
	[IKEMON_STATE_NEW]		= 4,
	[IKEMON_STATE_CHALLENGED]	= 4,
	[IKEMON_STATE_HALF_OPEN]	= 4,
	[IKEMON_STATE_AUTHENTICATING]	= 10,	/* EAP, somebody types */
};

const u32 ikemon_timeout_default[IKEMON_STATES] = {
	[IKEMON_STATE_NEW]		= 30,
	[IKEMON_STATE_CHALLENGED]	= 30,
	[IKEMON_STATE_HALF_OPEN]	= 30,
	[IKEMON_STATE_AUTHENTICATING]	= 60,
	[IKEMON_STATE_ESTABLISHED]	= 24 * 60 * 60,
	[IKEMON_STATE_FAILED]		= 300,
	[IKEMON_STATE_CLOSED]		= 60,
};

u64 ikemon_neg_expiry(const struct ikemon_neg *neg, const u32 *timeout)
{
	u64 time = timeout[neg->state] * 1000ULL;
	u64 due, last;

	if (neg->state == IKEMON_STATE_ESTABLISHED || ikemon_neg_answered(neg))
		return neg->progress +
		       timeout[IKEMON_STATE_ESTABLISHED] * 1000ULL;
	if (!extends[neg->state])
		return neg->since + time;
	last = neg->since + extends[neg->state] * time;
	due = neg->progress + ikemon_patience(neg, time);
	return due < last ? due : last;
}

/* Whose silence ended it. */
static enum ikemon_reason silence(const struct ikemon_neg *neg)
{
	if (neg->state == IKEMON_STATE_CHALLENGED)
		return IKEMON_REASON_NO_ANSWER;
	if (neg->state == IKEMON_STATE_AUTHENTICATING &&
	    neg->steps & AUTH_SMALL)
		return IKEMON_REASON_AUTH_FAILED_SUSPECTED;
	return neg->awaiting == IKEMON_FROM_RESPONDER + 1 ?
	       IKEMON_REASON_NO_ANSWER : IKEMON_REASON_TIMEOUT;
}

int ikemon_neg_expire(struct ikemon_neg *neg, const u32 *timeout, u64 now)
{
	if (now < ikemon_neg_expiry(neg, timeout))
		return 0;
	switch (neg->state) {
	case IKEMON_STATE_FAILED:
	case IKEMON_STATE_CLOSED:
		return -1;
	case IKEMON_STATE_ESTABLISHED:
		ikemon_neg_close(neg, IKEMON_REASON_IDLE, now);
		return 1;
	}
	fail(neg, silence(neg), now);
	return 1;
}

#ifdef IKEMON_SELFTEST
#include "selftest/state.c"
#endif
