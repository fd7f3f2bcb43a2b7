// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How authentication stands, as far as anybody without the keys can tell: by
 * how large an encrypted message can be that says no more than one error.
 */
#include "kind.h"

/* IV and ICV octets by transform ID of the IANA registry for IKEv2. */
struct octets {
	u8 id;
	u8 iv;
	u8 icv;
};

static const struct octets encr_octets[] = {
	{ 2, 8, 0 },		/* DES */
	{ 3, 8, 0 },		/* 3DES */
	{ 6, 8, 0 },		/* CAST */
	{ 7, 8, 0 },		/* Blowfish */
	{ 11, 0, 0 },		/* NULL */
	{ 12, 16, 0 },		/* AES-CBC */
	{ 13, 8, 0 },		/* AES-CTR */
	{ 14, 8, 8 },		/* AES-CCM-8 */
	{ 15, 8, 12 },
	{ 16, 8, 16 },
	{ 18, 8, 8 },		/* AES-GCM-8 */
	{ 19, 8, 12 },
	{ 20, 8, 16 },
	{ 23, 16, 0 },		/* Camellia-CBC */
	{ 24, 8, 0 },		/* Camellia-CTR */
	{ 25, 8, 8 },		/* Camellia-CCM-8 */
	{ 26, 8, 12 },
	{ 27, 8, 16 },
	{ 28, 8, 16 },		/* ChaCha20-Poly1305, RFC 7634 */
	{ 29, 0, 8 },		/* implicit IV, RFC 8750: CCM-8 */
	{ 30, 0, 16 },		/* GCM-16 */
	{ 31, 0, 16 },		/* ChaCha20-Poly1305 */
};

static const struct octets integ_octets[] = {
	{ 1, 0, 12 },		/* HMAC-MD5-96 */
	{ 2, 0, 12 },		/* HMAC-SHA1-96 */
	{ 3, 0, 8 },		/* DES-MAC */
	{ 5, 0, 12 },		/* AES-XCBC-96 */
	{ 6, 0, 16 },		/* HMAC-MD5-128 */
	{ 7, 0, 20 },		/* HMAC-SHA1-160 */
	{ 8, 0, 12 },		/* AES-CMAC-96 */
	{ 12, 0, 16 },		/* HMAC-SHA2-256-128 */
	{ 13, 0, 24 },		/* HMAC-SHA2-384-192 */
	{ 14, 0, 32 },		/* HMAC-SHA2-512-256 */
};

/* An error notify alone, RFC 7296 sections 3.10, 3.14. */
enum small_answer {
	SMALL_NOTIFY	= 8,	/* with its generic header, no SPI */
	SMALL_DATA	= 4,	/* AUTHENTICATION_FAILED has none */
	SMALL_PAD	= 1,	/* pad length */
	SMALL_BLOCK	= 16,	/* of the largest cipher */
	SMALL_IV	= 16,	/* for ciphers we do not know */
	SMALL_ICV	= 16,
};

static const struct octets *octets_find(const struct octets *table,
					unsigned int n, u16 id)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (table[i].id == id)
			return &table[i];
	return NULL;
}

/* What encryption with the chosen transforms adds. */
static u32 overhead(const struct ikemon_suite *suite)
{
	const struct octets *encr, *integ;

	encr = octets_find(encr_octets, ARRAY_SIZE(encr_octets), suite->encr);
	if (encr && encr->icv)
		return encr->iv + encr->icv;
	integ = octets_find(integ_octets, ARRAY_SIZE(integ_octets),
			    suite->integ);
	return (encr ? encr->iv : SMALL_IV) +
	       (integ ? integ->icv : SMALL_ICV);
}

/*
 * The largest message that says no more than one error. An answer that
 * completes authentication also has IDr and AUTH payloads: at least 32 octets
 * more before padding.
 */
u32 ikemon_small_answer(const struct ikemon_suite *suite)
{
	u32 plain = SMALL_NOTIFY + SMALL_DATA + SMALL_PAD;

	plain = (plain + SMALL_BLOCK - 1) / SMALL_BLOCK * SMALL_BLOCK;
	return IKE_HDR_LEN + IKE_PAYLOAD_HDR_LEN + overhead(suite) + plain;
}

/*
 * IKEv1 says in one protected Informational what went wrong; an answer that
 * completes authentication would have been a message of the exchange. One that
 * comes late may ask whether the peer lives.
 */
static void note_v1_later(struct ikemon_neg *neg,
			  const struct ikemon_look *look)
{
	if (look->dir == IKEMON_FROM_RESPONDER && !(neg->steps & AUTH_DONE) &&
	    !ikemon_is_past(look->now, neg->progress, IKEMON_NEG_FAREWELL_MS))
		neg->steps |= AUTH_SMALL;
}

/*
 * XAuth (draft-beaulieu-ike-xauth-02): the responder asks, is told, says how
 * that ended, and has it acknowledged. Who passed goes on, or is told his
 * configuration; who did not is told nothing more. Silence of the responder
 * after the first answer is another matter.
 */
static void note_extended(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
			  enum ikemon_dir dir)
{
	bool begun = pkt->message_id != neg->flow[other_end(dir)].message_id;

	if (neg->version != 1)
		return;
	if (dir == IKEMON_FROM_INITIATOR) {
		if (!begun && (neg->steps & (XAUTH_ASKED | XAUTH_TOLD)) ==
				      XAUTH_TOLD)
			neg->steps |= AUTH_SMALL;
	} else if (begun && neg->steps & XAUTH_TOLD) {
		neg->steps |= XAUTH_ASKED;
	} else if (begun) {
		if (neg->steps & XAUTH_ASKED)
			neg->steps |= XAUTH_TOLD;
		neg->steps ^= XAUTH_ASKED;
	}
}

static void note_v2_auth_answer(struct ikemon_neg *neg,
				const struct ikemon_pkt *pkt)
{
	/* an intermediate answer is not the last word */
	if (pkt->exchange == IKE2_INTERMEDIATE)
		return;
	if (pkt->frag_total < 2 &&
	    pkt->length <= ikemon_small_answer(&neg->suite))
		neg->steps |= AUTH_SMALL;
	else
		neg->steps |= AUTH_DONE | AUTH_ROUNDS;
}

/*
 * A peer of ours that goes on without an answer: it may complain (RFC 7296
 * section 2.21.2), or send junk to be kept for longer.
 */
static bool is_hearsay(const struct ikemon_neg *neg, enum kind kind,
		       enum ikemon_dir dir)
{
	if (neg->role != IKEMON_ROLE_RESPONDER || dir != IKEMON_FROM_INITIATOR)
		return false;
	return kind == KIND_QUICK ||
	       (kind == KIND_LATER && neg->version == 2);
}

void ikemon_note_auth(struct ikemon_neg *neg, const struct ikemon_pkt *pkt,
		      enum kind kind, const struct ikemon_look *look)
{
	enum ikemon_dir dir = look->dir;

	if (kind == KIND_LATER_ANSWER && dir == IKEMON_FROM_RESPONDER &&
	    pkt->exchange == IKE2_INFORMATIONAL && !(neg->steps & LIVES_ON)) {
		/* kind.c: perhaps the last that is heard of it */
		neg->steps |= LIVES_ON | AUTH_SMALL;
		neg->steps &= ~AUTH_DONE;
		return;
	}
	if (is_hearsay(neg, kind, dir))
		return;
	switch (kind) {
	case KIND_AUTH:
	case KIND_EXTENDED:
		neg->steps &= ~(AUTH_SMALL | AUTH_DONE);
		if (kind == KIND_EXTENDED)
			note_extended(neg, pkt, dir);
		break;
	case KIND_AUTH_ANSWER:
		neg->steps &= ~(AUTH_SMALL | AUTH_DONE);
		if (neg->version == 2)
			note_v2_auth_answer(neg, pkt);
		else
			neg->steps |= AUTH_DONE;
		break;
	case KIND_LATER:
		if (neg->version == 1) {
			note_v1_later(neg, look);
			break;
		}
		fallthrough;
	case KIND_LATER_ANSWER:
	case KIND_QUICK:
		neg->steps &= ~AUTH_SMALL;
		neg->steps |= AUTH_DONE;
		break;
	default:
		break;
	}
}

bool ikemon_is_refused(const struct ikemon_neg *neg)
{
	if (neg->state != IKEMON_STATE_AUTHENTICATING ||
	    !(neg->steps & AUTH_SMALL))
		return false;
	if (neg->version == 1)
		return neg->flow[IKEMON_FROM_INITIATOR].exchange == IKE1_MAIN;
	return ikemon_neg_last_flow(neg)->exchange == IKE2_AUTH &&
	       !(neg->steps & AUTH_ROUNDS);
}

/*
 * What ends rounds of EAP is as small, and so is what goes before their end.
 * What the peer says then that is no IKE_AUTH is a complaint. In IKEv1 who
 * passed goes on.
 */
static bool is_perhaps_refused(const struct ikemon_neg *neg)
{
	return neg->state == IKEMON_STATE_AUTHENTICATING &&
	       neg->steps & AUTH_SMALL &&
	       (neg->version == 1 ||
		neg->flow[IKEMON_FROM_RESPONDER].exchange == IKE2_AUTH);
}

u64 ikemon_patience(const struct ikemon_neg *neg, u64 time)
{
	u64 most = time;

	if (ikemon_is_refused(neg))
		most = IKEMON_NEG_REFUSED_MS;
	else if (is_perhaps_refused(neg))
		most = IKEMON_NEG_ROUND_MS;
	return time < most ? time : most;
}
