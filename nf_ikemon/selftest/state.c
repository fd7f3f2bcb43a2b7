// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Included by state.c. Negotiations as lists of messages, each with the state
 * it must lead to, and what becomes of them when nothing more comes; run at
 * module load, and by the host unit tests.
 */

/* The messages that the lists below are made of. */
enum said {
	SAID_END,
	INIT,			/* IKE_SA_INIT request */
	INIT_AGAIN,		/* the same octets once more */
	INIT_OK,
	INIT_COOKIE,
	INIT_WRONG_KE,
	INIT_REDIRECT,
	INIT_NO_PROPOSAL,
	INIT_BAD_VERSION,
	RESUME,
	RESUME_OK,
	MORE_KE,		/* IKE_INTERMEDIATE */
	MORE_KE_OK,
	AUTH,
	AUTH_LARGE,
	AUTH_SHORT,		/* 80 octets: see answer.c */
	CHILD_I,		/* CREATE_CHILD_SA, by the initiator */
	CHILD_OK_R,
	INFO_R,			/* INFORMATIONAL, by the responder */
	INFO_OK_I,
	INFO_R_NEXT,		/* another one */
	INFO_I,
	INFO_OK_R,
	INFO_I_NEXT,
	INFO_OK_R_NEXT,
	CLEAR_ERROR_R,		/* an IKE_AUTH answer in clear */
	MM1, MM2, MM3, MM4, MM5, MM6,
	AM1, AM2, AM3,
	QM1, QM2, QM3,
	XAUTH_R, XAUTH_I,
	XTOLD_R, XTOLD_I,	/* how that ended, and that it is known */
	XMORE_R, XMORE_I,
	V1_CLEAR_ERROR_R,
	V1_INFO_R,
	FORGED_ANSWER,		/* our side's answer, not sent by our side */
	PROVE_XFRM,
	CLOSE_REKEYED,
	WAIT,			/* until something is due */
	SAIDS
};

enum said_from {
	I2,	/* initiator, IKEv2 */
	R2,
	I1,
	R1,
};

struct said_as {
	u8 from;
	u8 exchange;
	u8 flags;
	u8 mid;
	bool spi_r;
	bool protected;
	u16 length;
	u16 notify;
	u64 payloads;
};

#define REQ_I	IKE2_FLAG_INITIATOR
#define RSP_R	IKE2_FLAG_RESPONSE
#define RSP_I	(IKE2_FLAG_INITIATOR | IKE2_FLAG_RESPONSE)
#define E	IKE1_FLAG_ENCRYPTION
#define V2SA	BIT_ULL(IKE2_PAYLOAD_SA)
#define V1SA	BIT_ULL(IKE1_PAYLOAD_SA)
#define NI	BIT_ULL(IKE2_PAYLOAD_NONCE)

static const struct said_as said_as[SAIDS] __initconst = {
	[INIT]		= { I2, 34, REQ_I, 0, 0, 0, 240, 0, V2SA | NI },
	[INIT_AGAIN]	= { I2, 34, REQ_I, 0, 0, 0, 240, 0, V2SA | NI },
	[INIT_OK]	= { R2, 34, RSP_R, 0, 1, 0, 240, 0, V2SA | NI },
	[INIT_COOKIE]	= { R2, 34, RSP_R, 0, 0, 0, 53, IKE2_N_COOKIE, 0 },
	[INIT_WRONG_KE]	= { R2, 34, RSP_R, 0, 0, 0, 38,
			    IKE2_N_INVALID_KE_PAYLOAD, 0 },
	[INIT_REDIRECT]	= { R2, 34, RSP_R, 0, 0, 0, 60, IKE2_N_REDIRECT, 0 },
	[INIT_NO_PROPOSAL] = { R2, 34, RSP_R, 0, 0, 0, 36,
			       IKE2_N_NO_PROPOSAL_CHOSEN, 0 },
	[INIT_BAD_VERSION] = { R1, IKE1_INFORMATIONAL, 0, 9, 0, 0, 40,
			       IKE2_N_INVALID_MAJOR_VERSION, 0 },
	[RESUME]	= { I2, 38, REQ_I, 0, 0, 0, 200, 0, NI },
	[RESUME_OK]	= { R2, 38, RSP_R, 0, 1, 0, 100, 0, NI },
	[MORE_KE]	= { I2, 43, REQ_I, 1, 1, 1, 1300, 0, 0 },
	[MORE_KE_OK]	= { R2, 43, RSP_R, 1, 1, 1, 70, 0, 0 },
	[AUTH]		= { I2, 35, REQ_I, 1, 1, 1, 256, 0, 0 },
	[AUTH_LARGE]	= { R2, 35, RSP_R, 1, 1, 1, 128, 0, 0 },
	[AUTH_SHORT]	= { R2, 35, RSP_R, 1, 1, 1, 80, 0, 0 },
	[CHILD_I]	= { I2, 36, REQ_I, 2, 1, 1, 200, 0, 0 },
	[CHILD_OK_R]	= { R2, 36, RSP_R, 2, 1, 1, 200, 0, 0 },
	[INFO_R]	= { R2, 37, 0, 0, 1, 1, 80, 0, 0 },
	[INFO_OK_I]	= { I2, 37, RSP_I, 0, 1, 1, 80, 0, 0 },
	[INFO_R_NEXT]	= { R2, 37, 0, 1, 1, 1, 80, 0, 0 },
	[INFO_I]	= { I2, 37, REQ_I, 3, 1, 1, 80, 0, 0 },
	[INFO_OK_R]	= { R2, 37, RSP_R, 3, 1, 1, 80, 0, 0 },
	[INFO_I_NEXT]	= { I2, 37, REQ_I, 4, 1, 1, 80, 0, 0 },
	[INFO_OK_R_NEXT] = { R2, 37, RSP_R, 4, 1, 1, 80, 0, 0 },
	[CLEAR_ERROR_R]	= { R2, 35, RSP_R, 1, 1, 0, 36,
			    IKE2_N_AUTHENTICATION_FAILED, 0 },
	[MM1]		= { I1, IKE1_MAIN, 0, 0, 0, 0, 180, 0, V1SA },
	[MM2]		= { R1, IKE1_MAIN, 0, 0, 1, 0, 160, 0, V1SA },
	[MM3]		= { I1, IKE1_MAIN, 0, 0, 1, 0, 244, 0, 0 },
	[MM4]		= { R1, IKE1_MAIN, 0, 0, 1, 0, 244, 0, 0 },
	[MM5]		= { I1, IKE1_MAIN, E, 0, 1, 1, 108, 0, 0 },
	[MM6]		= { R1, IKE1_MAIN, E, 0, 1, 1, 76, 0, 0 },
	[AM1]		= { I1, IKE1_AGGRESSIVE, 0, 0, 0, 0, 380, 0, V1SA },
	[AM2]		= { R1, IKE1_AGGRESSIVE, 0, 0, 1, 0, 380, 0, V1SA },
	[AM3]		= { I1, IKE1_AGGRESSIVE, E, 0, 1, 1, 100, 0, 0 },
	[QM1]		= { I1, IKE1_QUICK, E, 77, 1, 1, 188, 0, 0 },
	[QM2]		= { R1, IKE1_QUICK, E, 77, 1, 1, 172, 0, 0 },
	[QM3]		= { I1, IKE1_QUICK, E, 77, 1, 1, 60, 0, 0 },
	[XAUTH_R]	= { R1, IKE1_TRANSACTION, E, 78, 1, 1, 76, 0, 0 },
	[XAUTH_I]	= { I1, IKE1_TRANSACTION, E, 78, 1, 1, 92, 0, 0 },
	[XTOLD_R]	= { R1, IKE1_TRANSACTION, E, 79, 1, 1, 76, 0, 0 },
	[XTOLD_I]	= { I1, IKE1_TRANSACTION, E, 79, 1, 1, 76, 0, 0 },
	[XMORE_R]	= { R1, IKE1_TRANSACTION, E, 80, 1, 1, 76, 0, 0 },
	[XMORE_I]	= { I1, IKE1_TRANSACTION, E, 80, 1, 1, 76, 0, 0 },
	[V1_CLEAR_ERROR_R] = { R1, IKE1_INFORMATIONAL, 0, 9, 0, 0, 40,
			       IKE2_N_NO_PROPOSAL_CHOSEN, 0 },
	[V1_INFO_R]	= { R1, IKE1_INFORMATIONAL, E, 10, 1, 1, 76, 0, 0 },
	[FORGED_ANSWER]	= { R2, 36, RSP_R, 2, 1, 1, 200, 0, 0 },
};

struct turn {
	u8 said;
	u8 end;		/* state and, of failed and closed, reason */
};

enum { TURNS = 14 };

struct state_case {
	u8 no;
	u8 role;
	struct turn turns[TURNS];
};

#define END(state, reason)	((state) << 4 | (reason))
#define NEW_	END(IKEMON_STATE_NEW, 0)
#define CHALL	END(IKEMON_STATE_CHALLENGED, 0)
#define HALF	END(IKEMON_STATE_HALF_OPEN, 0)
#define AUTHG	END(IKEMON_STATE_AUTHENTICATING, 0)
#define ESTAB	END(IKEMON_STATE_ESTABLISHED, 0)
#define FAIL(r)	END(IKEMON_STATE_FAILED, IKEMON_REASON_ ## r)
#define SHUT(r)	END(IKEMON_STATE_CLOSED, IKEMON_REASON_ ## r)
#define GONE	0
#define FWD	IKEMON_ROLE_NONE
#define INI	IKEMON_ROLE_INITIATOR
#define RES	IKEMON_ROLE_RESPONDER

static const struct state_case state_cases[] __initconst = {
	/* good ones */
	{ 1, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		    { AUTH_LARGE, AUTHG }, { CHILD_I, AUTHG },
		    { CHILD_OK_R, ESTAB }, { WAIT, SHUT(IDLE) },
		    { WAIT, GONE } } },
	{ 2, FWD, { { INIT, NEW_ }, { INIT_OK, HALF }, { MORE_KE, AUTHG },
		    { MORE_KE_OK, AUTHG }, { AUTH, AUTHG },
		    { AUTH_LARGE, AUTHG }, { INFO_R, AUTHG },
		    { INFO_OK_I, ESTAB } } },
	{ 3, INI, { { INIT, NEW_ }, { INIT_COOKIE, CHALL }, { INIT, CHALL },
		    { INIT_WRONG_KE, CHALL }, { INIT, CHALL },
		    { INIT_OK, HALF }, { AUTH, AUTHG }, { AUTH_LARGE, AUTHG },
		    { INFO_R, AUTHG }, { INFO_OK_I, ESTAB } } },
	{ 4, RES, { { RESUME, NEW_ }, { RESUME_OK, HALF }, { AUTH, AUTHG } } },
	{ 5, RES, { { INIT, NEW_ }, { INIT_AGAIN, NEW_ }, { INIT_OK, HALF },
		    { INIT_AGAIN, HALF }, { WAIT, FAIL(TIMEOUT) },
		    { INIT_AGAIN, FAIL(TIMEOUT) }, { WAIT, GONE } } },
	/* EAP: small answers in the middle mean nothing */
	{ 6, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		    { AUTH_LARGE, AUTHG }, { AUTH, AUTHG },
		    { AUTH_SHORT, AUTHG }, { AUTH, AUTHG },
		    { AUTH_SHORT, AUTHG }, { AUTH, AUTHG },
		    { AUTH_LARGE, AUTHG }, { CHILD_I, AUTHG },
		    { CHILD_OK_R, ESTAB } } },
	/* unanswered, abandoned */
	{ 7, RES, { { INIT, NEW_ }, { WAIT, FAIL(NO_ANSWER) },
		    { INIT_OK, HALF } } },
	{ 8, RES, { { INIT, NEW_ }, { INIT_COOKIE, CHALL },
		    { WAIT, FAIL(NO_ANSWER) }, { WAIT, GONE } } },
	{ 9, INI, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		    { WAIT, FAIL(NO_ANSWER) }, { AUTH_LARGE, AUTHG } } },
	/* authentication failure, as far as its size tells */
	{ 10, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_SHORT, FAIL(AUTH_FAILED_SUSPECTED) },
		     { PROVE_XFRM, ESTAB } } },
	{ 11, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_SHORT, FAIL(AUTH_FAILED_SUSPECTED) },
		     { CHILD_I, FAIL(AUTH_FAILED_SUSPECTED) } } },
	{ 37, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { MORE_KE, AUTHG },
		     { MORE_KE_OK, AUTHG }, { AUTH, AUTHG },
		     { AUTH_SHORT, FAIL(AUTH_FAILED_SUSPECTED) } } },
	/* a round of EAP or the end of it; what others say may be forged */
	{ 38, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { AUTH, AUTHG },
		     { AUTH_SHORT, AUTHG },
		     { WAIT, FAIL(AUTH_FAILED_SUSPECTED) },
		     { AUTH, AUTHG }, { AUTH_LARGE, AUTHG } } },
	{ 39, INI, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_SHORT, AUTHG },
		     { WAIT, FAIL(AUTH_FAILED_SUSPECTED) } } },
	/* refused; a forged refusal, before and after the true answer */
	{ 12, INI, { { INIT, NEW_ }, { INIT_NO_PROPOSAL, FAIL(ERROR_NOTIFY) },
		     { WAIT, GONE } } },
	{ 13, INI, { { INIT, NEW_ }, { INIT_NO_PROPOSAL, FAIL(ERROR_NOTIFY) },
		     { INIT_OK, HALF }, { INIT_NO_PROPOSAL, HALF },
		     { AUTH, AUTHG }, { CLEAR_ERROR_R, AUTHG },
		     { AUTH_LARGE, AUTHG }, { INFO_R, AUTHG },
		     { INFO_OK_I, ESTAB }, { CLEAR_ERROR_R, ESTAB },
		     { INIT_COOKIE, ESTAB }, { INIT, ESTAB } } },
	{ 14, INI, { { INIT, NEW_ }, { INIT_BAD_VERSION, FAIL(ERROR_NOTIFY) },
		     { INIT, NEW_ } } },
	{ 15, INI, { { INIT, NEW_ }, { INIT_REDIRECT, CHALL } } },
	/* late and out of order */
	{ 16, FWD, { { INIT, NEW_ }, { AUTH, AUTHG }, { INIT_OK, AUTHG },
		     { INIT_COOKIE, AUTHG }, { AUTH_LARGE, AUTHG } } },
	{ 17, FWD, { { INIT, NEW_ }, { INIT_OK, HALF }, { CHILD_OK_R, HALF },
		     { AUTH_LARGE, AUTHG }, { CHILD_OK_R, AUTHG } } },
	/* nobody but our side speaks for our side */
	{ 18, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { CHILD_I, AUTHG },
		     { FORGED_ANSWER, AUTHG }, { CHILD_OK_R, ESTAB } } },
	/* the far end's answers prove nothing to us */
	{ 19, INI, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { CHILD_I, AUTHG },
		     { CHILD_OK_R, AUTHG } } },
	/* replaced: the delete does not reopen it, its use does */
	{ 20, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { CHILD_I, AUTHG },
		     { CHILD_OK_R, ESTAB }, { CLOSE_REKEYED, SHUT(REKEYED) },
		     { INFO_I, SHUT(REKEYED) }, { INFO_OK_R, SHUT(REKEYED) },
		     { INFO_R, SHUT(REKEYED) }, { CHILD_OK_R, ESTAB } } },
	{ 32, RES, { { INIT, NEW_ }, { PROVE_XFRM, ESTAB },
		     { CLOSE_REKEYED, SHUT(REKEYED) },
		     { INFO_R, SHUT(REKEYED) }, { INFO_OK_I, SHUT(REKEYED) },
		     { INFO_I, SHUT(REKEYED) }, { INFO_OK_R, SHUT(REKEYED) },
		     { INFO_R_NEXT, ESTAB } } },
	{ 21, RES, { { INIT, NEW_ }, { PROVE_XFRM, ESTAB },
		     { CLOSE_REKEYED, SHUT(REKEYED) },
		     { PROVE_XFRM, SHUT(REKEYED) }, { WAIT, GONE } } },
	/* IKEv1 */
	{ 22, RES, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG }, { MM6, AUTHG },
		     { QM1, AUTHG }, { QM2, AUTHG }, { QM3, ESTAB } } },
	{ 23, INI, { { AM1, NEW_ }, { AM2, HALF }, { AM3, AUTHG },
		     { XAUTH_R, AUTHG }, { XAUTH_I, AUTHG }, { QM1, AUTHG },
		     { QM2, AUTHG }, { QM3, ESTAB } } },
	{ 24, FWD, { { MM1, NEW_ }, { V1_CLEAR_ERROR_R, FAIL(ERROR_NOTIFY) },
		     { MM2, HALF }, { WAIT, FAIL(TIMEOUT) }, { MM3, HALF },
		     { WAIT, FAIL(NO_ANSWER) } } },
	{ 25, RES, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG },
		     { V1_INFO_R, FAIL(AUTH_FAILED_SUSPECTED) } } },
	{ 40, RES, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG }, { MM6, AUTHG },
		     { XAUTH_R, AUTHG }, { XAUTH_I, AUTHG },
		     { V1_INFO_R, AUTHG },
		     { WAIT, FAIL(AUTH_FAILED_SUSPECTED) } } },
	/* XAuth: told and then nothing; not told; told and more said */
	{ 41, RES, { { AM1, NEW_ }, { AM2, HALF }, { AM3, AUTHG },
		     { XAUTH_R, AUTHG }, { XAUTH_I, AUTHG },
		     { XTOLD_R, AUTHG }, { XTOLD_I, AUTHG },
		     { WAIT, FAIL(AUTH_FAILED_SUSPECTED) } } },
	{ 42, RES, { { AM1, NEW_ }, { AM2, HALF }, { AM3, AUTHG },
		     { XAUTH_R, AUTHG }, { XAUTH_I, AUTHG },
		     { WAIT, FAIL(NO_ANSWER) } } },
	{ 43, RES, { { AM1, NEW_ }, { AM2, HALF }, { AM3, AUTHG },
		     { XAUTH_R, AUTHG }, { XAUTH_I, AUTHG },
		     { XTOLD_R, AUTHG }, { XTOLD_I, AUTHG },
		     { XMORE_R, AUTHG }, { XMORE_I, AUTHG },
		     { WAIT, FAIL(NO_ANSWER) } } },
	{ 26, RES, { { AM1, NEW_ }, { AM2, HALF }, { AM3, AUTHG },
		     { WAIT, FAIL(TIMEOUT) } } },
	{ 27, FWD, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG }, { QM1, AUTHG },
		     { QM3, AUTHG }, { QM2, AUTHG }, { QM3, ESTAB },
		     { V1_CLEAR_ERROR_R, ESTAB } } },
	/* who has keys says nothing in clear; errors before that count */
	{ 29, FWD, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG }, { MM6, AUTHG },
		     { V1_CLEAR_ERROR_R, AUTHG } } },
	{ 30, FWD, { { MM1, NEW_ }, { MM2, HALF }, { MM3, HALF },
		     { MM4, HALF }, { MM5, AUTHG },
		     { V1_CLEAR_ERROR_R, FAIL(ERROR_NOTIFY) },
		     { MM6, AUTHG } } },
	/* IKE_AUTH was lost on the way to us */
	{ 31, FWD, { { INIT, NEW_ }, { INIT_OK, HALF }, { CHILD_I, HALF },
		     { CHILD_OK_R, ESTAB } } },
	/* a large answer waits for proof as long as a session may be idle */
	/* a responder that asks has accepted; an initiator may complain */
	{ 33, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { INFO_R, ESTAB } } },
	{ 34, INI, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { INFO_I, AUTHG } } },
	/* the first INFORMATIONAL may be a complaint, the second is not */
	{ 35, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { INFO_I, AUTHG },
		     { INFO_OK_R, AUTHG },
		     { WAIT, FAIL(AUTH_FAILED_SUSPECTED) },
		     { INFO_I_NEXT, FAIL(AUTH_FAILED_SUSPECTED) },
		     { INFO_OK_R_NEXT, ESTAB } } },
	{ 36, FWD, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { INFO_I, AUTHG },
		     { INFO_OK_R, AUTHG }, { INFO_I_NEXT, AUTHG },
		     { INFO_OK_R_NEXT, ESTAB } } },
	{ 28, RES, { { INIT, NEW_ }, { INIT_OK, HALF }, { AUTH, AUTHG },
		     { AUTH_LARGE, AUTHG }, { WAIT, FAIL(TIMEOUT) } } },
};

static const u32 state_timeout[IKEMON_STATE_CLOSED + 1] __initconst = {
	[IKEMON_STATE_NEW]		= 30,
	[IKEMON_STATE_CHALLENGED]	= 20,
	[IKEMON_STATE_HALF_OPEN]	= 30,
	[IKEMON_STATE_AUTHENTICATING]	= 60,
	[IKEMON_STATE_ESTABLISHED]	= 86400,
	[IKEMON_STATE_FAILED]		= 300,
	[IKEMON_STATE_CLOSED]		= 60,
};

static u8 __init said_dir(u8 said)
{
	return said_as[said].from == I2 || said_as[said].from == I1 ?
	       IKEMON_FROM_INITIATOR : IKEMON_FROM_RESPONDER;
}

static void __init said_pkt(u8 said, struct ikemon_pkt *pkt)
{
	const struct said_as *as = &said_as[said];

	memset(pkt, 0, sizeof(*pkt));
	pkt->class = IKEMON_CLASS_IKE;
	pkt->version = as->from == I1 || as->from == R1 ? 1 : 2;
	pkt->spi_i = 1;
	pkt->spi_r = as->spi_r ? 2 : 0;
	pkt->exchange = as->exchange;
	pkt->flags = as->flags;
	pkt->message_id = as->mid;
	pkt->length = as->length;
	pkt->protected = as->protected;
	pkt->payloads = as->payloads;
	pkt->notify[0] = as->notify;
	pkt->n_notify = as->notify ? 1 : 0;
	/* AES-CBC with HMAC-SHA2-256-128, 3DES in IKEv1 */
	pkt->offers = as->payloads & (V2SA | V1SA) ? 1 : 0;
	pkt->suite.encr = pkt->offers ? 12 : 0;
	pkt->suite.integ = pkt->offers ? 12 : 0;
}

static bool __init said_by_us(const struct ikemon_neg *neg, u8 said, u8 dir)
{
	if (said == FORGED_ANSWER)
		return false;
	return neg->role == IKEMON_ROLE_NONE ||
	       (neg->role == IKEMON_ROLE_INITIATOR) ==
	       (dir == IKEMON_FROM_INITIATOR);
}

static void __init say(struct ikemon_neg *neg, u8 said, u64 now, u32 digest)
{
	struct ikemon_look look = { .now = now, .digest = digest };
	struct ikemon_pkt pkt;

	said_pkt(said, &pkt);
	look.dir = said_dir(said);
	look.ours = said_by_us(neg, said, look.dir);
	if (!neg->version)
		ikemon_neg_init(neg, &pkt, neg->role, false, now);
	ikemon_neg_step(neg, &pkt, &look);
}

/* Not a millisecond early. */
static u8 __init wait_due(struct ikemon_neg *neg, u64 *now)
{
	*now = ikemon_neg_expiry(neg, state_timeout);
	if (ikemon_neg_expire(neg, state_timeout, *now - 1))
		return 0xff;
	if (ikemon_neg_expire(neg, state_timeout, *now) < 0)
		return GONE;
	return END(neg->state, neg->reason);
}

static u8 __init turn_ends(struct ikemon_neg *neg, u8 said, u64 *now,
			   u32 digest)
{
	switch (said) {
	case WAIT:
		return wait_due(neg, now);
	case PROVE_XFRM:
		ikemon_neg_prove(neg, IKEMON_PROOF_XFRM, *now);
		break;
	case CLOSE_REKEYED:
		ikemon_neg_close(neg, IKEMON_REASON_REKEYED, *now);
		break;
	default:
		say(neg, said, *now, digest);
	}
	return END(neg->state, neg->reason);
}

/* Number of the message where it goes wrong, or 0. */
static unsigned int __init state_case_fails(const struct state_case *c)
{
	struct ikemon_neg neg = { .role = c->role };
	u64 now = 1000;
	unsigned int i;
	u32 digest;
	u8 said;

	for (i = 0; i < TURNS && c->turns[i].said; i++) {
		now += 100;
		said = c->turns[i].said;
		digest = said == INIT_AGAIN ? 1 : i + 1;
		if (turn_ends(&neg, said, &now, digest) != c->turns[i].end)
			return i + 1;
		if (neg.state == IKEMON_STATE_ESTABLISHED && !neg.proof)
			return i + 1;
	}
	return 0;
}

bool __init ikemon_state_selftest(void)
{
	bool success = true;
	unsigned int i, turn;

	for (i = 0; i < ARRAY_SIZE(state_cases); i++) {
		turn = state_case_fails(&state_cases[i]);
		if (!turn)
			continue;
		pr_err("state self-test %u: FAIL at message %u\n",
		       state_cases[i].no, turn);
		success = false;
	}
	if (success)
		pr_info("state self-tests: pass\n");
	return success;
}

#undef REQ_I
#undef RSP_R
#undef RSP_I
#undef E
#undef V2SA
#undef V1SA
#undef NI
#undef END
#undef NEW_
#undef CHALL
#undef HALF
#undef AUTHG
#undef ESTAB
#undef FAIL
#undef SHUT
#undef GONE
#undef FWD
#undef INI
#undef RES
