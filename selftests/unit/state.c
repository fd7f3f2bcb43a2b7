// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of state, kind and answer. */
#include "kind.h"
#include "ktap.h"
#include "random.h"

static struct ikemon_neg neg;
static u32 next_digest;
static u64 now;

static const u32 timeout[IKEMON_STATE_CLOSED + 1] = {
	[IKEMON_STATE_NEW]		= 30,
	[IKEMON_STATE_CHALLENGED]	= 30,
	[IKEMON_STATE_HALF_OPEN]	= 30,
	[IKEMON_STATE_AUTHENTICATING]	= 60,
	[IKEMON_STATE_ESTABLISHED]	= 86400,
	[IKEMON_STATE_FAILED]		= 300,
	[IKEMON_STATE_CLOSED]		= 60,
};

static struct ikemon_pkt v2(u8 exchange, u8 flags, u32 mid, u64 spi_r)
{
	struct ikemon_pkt pkt = {
		.class = IKEMON_CLASS_IKE, .version = 2, .spi_i = 1,
		.spi_r = spi_r, .exchange = exchange, .flags = flags,
		.message_id = mid, .length = 200,
		.protected = exchange != 34 && exchange != 38,
	};

	if (exchange == 34)
		pkt.payloads = BIT_ULL(33) | BIT_ULL(40);
	return pkt;
}

static unsigned int step_as(struct ikemon_pkt pkt, bool ours, u32 digest)
{
	struct ikemon_look look = {
		.dir = ikemon_pkt_dir(&pkt), .ours = ours, .digest = digest,
		.now = now,
	};

	return ikemon_neg_step(&neg, &pkt, &look);
}

static unsigned int step(struct ikemon_pkt pkt)
{
	now += 10;
	return step_as(pkt, true, ++next_digest);
}

static struct ikemon_pkt init(void)
{
	return v2(34, 0x08, 0, 0);
}

static struct ikemon_pkt init_ok(void)
{
	return v2(34, 0x20, 0, 2);
}

static void start(enum ikemon_role role)
{
	struct ikemon_pkt pkt = init();

	now = 5000;
	ikemon_neg_init(&neg, &pkt, role, false, now);
}

static void test_bits(void)
{
	struct ikemon_pkt pkt;

	start(IKEMON_ROLE_NONE);
	EXPECT(step(init()) == 0);
	EXPECT(step(init()) == IKEMON_STEP_NEW_INIT);
	EXPECT(step_as(init(), true, next_digest) == IKEMON_STEP_RETRANSMIT);
	EXPECT(step(init_ok()) == (IKEMON_STEP_STATE | IKEMON_STEP_SPI_R));
	EXPECT(step(v2(35, 0x08, 1, 2)) ==
	       (IKEMON_STEP_STATE | IKEMON_STEP_SPI_R |
		IKEMON_STEP_PROTECTED));
	pkt = v2(35, 0x20, 1, 2);
	pkt.protected = false;
	EXPECT(step(pkt) == IKEMON_STEP_STRANGE);
	EXPECT(step(v2(99, 0x20, 1, 2)) ==
	       (IKEMON_STEP_STRANGE | IKEMON_STEP_PROTECTED));
	EXPECT(neg.flow[0].messages == 4 && neg.flow[0].retransmits == 1);
	EXPECT(neg.flow[1].messages == 3 && neg.flow[1].retransmits == 0);
	EXPECT(neg.flow[0].first == 5010 && neg.flow[0].largest == 200);
	ktap("what a step says it did, and the transcript");
}

/* The ring keeps the last few of each direction apart. */
static void test_retransmits(void)
{
	unsigned int i;

	start(IKEMON_ROLE_NONE);
	step(init());
	step(init_ok());
	for (i = 0; i < IKEMON_NEG_DIGESTS; i++)
		step_as(v2(35, 0x08, i + 1, 2), true, 1000 + i);
	for (i = 0; i < IKEMON_NEG_DIGESTS; i++)
		EXPECT(step_as(v2(35, 0x08, i + 1, 2), true, 1000 + i) ==
		       IKEMON_STEP_RETRANSMIT);
	EXPECT(step_as(v2(35, 0x20, 1, 2), true, 1000) !=
	       IKEMON_STEP_RETRANSMIT);
	EXPECT(step_as(v2(35, 0x08, 9, 2), true, 0) != IKEMON_STEP_RETRANSMIT);
	EXPECT(step_as(v2(35, 0x08, 9, 2), true, 0) == IKEMON_STEP_RETRANSMIT);
	for (i = 0; i < 70000; i++)
		step_as(v2(35, 0x08, 9, 2), true, 0);
	EXPECT(neg.flow[0].retransmits == 65535);
	EXPECT(step_as(v2(35, 0x08, 10, 2), true, 77) !=
	       IKEMON_STEP_RETRANSMIT);
	EXPECT(step_as(v2(35, 0x08, 10, 2), true, 77) ==
	       IKEMON_STEP_RETRANSMIT);
	ktap("repetitions are known, by direction, also after 65535 of them");
}

static struct ikemon_pkt fragment(u16 no, u16 total, u8 flags)
{
	struct ikemon_pkt pkt = v2(35, flags, 1, 2);

	pkt.frag_no = no;
	pkt.frag_total = total;
	return pkt;
}

static void test_fragments(void)
{
	unsigned int i;

	start(IKEMON_ROLE_NONE);
	step(init());
	step(init_ok());
	for (i = 1; i <= 40; i++)
		EXPECT(!(step(fragment(i, 40, 0x08)) &
			 IKEMON_STEP_RETRANSMIT));
	EXPECT(neg.frags[0].total == 40);
	EXPECT(neg.frags[0].seen == (1ULL << 40) - 1);
	for (i = 1; i <= 40; i++)
		EXPECT(step(fragment(i, 40, 0x08)) == IKEMON_STEP_RETRANSMIT);
	EXPECT(!(step(fragment(1, 20, 0x08)) & IKEMON_STEP_RETRANSMIT));
	EXPECT(neg.frags[0].seen == 1 && neg.frags[0].total == 20);
	EXPECT(!(step(fragment(65535, 65535, 0x08)) & IKEMON_STEP_RETRANSMIT));
	ktap("fragments: more than the ring has, repeated, cut smaller");
	step(fragment(1, 2, 0x20));
	EXPECT(ikemon_neg_answered(&neg));
	ktap("a fragmented answer is a large answer");
}

static void test_small_answer(void)
{
	static const struct {
		u16 encr, integ;
		u32 octets;
	} cases[] = {
		{ 12, 12, 80 },		/* measured: 80, success 128 */
		{ 12, 2, 76 },
		{ 12, 13, 88 },
		{ 12, 14, 96 },
		{ 3, 2, 68 },
		{ 18, 0, 64 },
		{ 20, 0, 72 },
		{ 28, 0, 72 },
		{ 30, 0, 64 },
		{ 13, 12, 72 },
		{ 0, 0, 80 },
		{ 999, 999, 80 },
	};
	struct ikemon_suite suite = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		suite.encr = cases[i].encr;
		suite.integ = cases[i].integ;
		EXPECT(ikemon_small_answer(&suite) == cases[i].octets);
	}
	ktap("how long an answer with nothing but an error may be");
}

static u8 state_after_answer(u32 length, bool more)
{
	struct ikemon_pkt pkt;

	start(IKEMON_ROLE_RESPONDER);
	step_as(init(), false, 1);
	pkt = init_ok();
	pkt.offers = 1;
	pkt.suite.encr = 12;
	pkt.suite.integ = 12;
	step(pkt);
	step_as(v2(35, 0x08, 1, 2), false, 2);
	pkt = v2(35, 0x20, 1, 2);
	pkt.length = length;
	step(pkt);
	if (more)
		step_as(v2(37, 0x08, 2, 2), false, 3);
	ikemon_neg_expire(&neg, timeout, now + 61000);
	return neg.state;
}

static void test_auth_failed(void)
{
	EXPECT(state_after_answer(80, false) == IKEMON_STATE_FAILED);
	EXPECT(neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	EXPECT(state_after_answer(81, false) == IKEMON_STATE_AUTHENTICATING);
	EXPECT(ikemon_neg_answered(&neg));
	EXPECT(state_after_answer(80, true) == IKEMON_STATE_FAILED);
	EXPECT(neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	ktap("an answer of 80 octets fails, whatever is said then; 81 do not");
}

/* When it is given up, ms after the answer of our side. */
static u64 given_up_after(enum ikemon_role role, unsigned int rounds)
{
	struct ikemon_pkt pkt;
	unsigned int i;

	start(role);
	step_as(init(), role == IKEMON_ROLE_INITIATOR, 1);
	step_as(init_ok(), role == IKEMON_ROLE_RESPONDER, 2);
	for (i = 0; i <= rounds; i++) {
		step_as(v2(35, 0x08, 1 + i, 2),
			role == IKEMON_ROLE_INITIATOR, 3 + 2 * i);
		pkt = v2(35, 0x20, 1 + i, 2);
		pkt.length = i == rounds ? 80 : 200;
		step_as(pkt, role == IKEMON_ROLE_RESPONDER, 4 + 2 * i);
	}
	if (neg.state == IKEMON_STATE_FAILED)
		return 0;
	return ikemon_neg_expiry(&neg, timeout) - neg.progress;
}

/* IKEv1; protected. */
static void step_v1(enum ikemon_dir dir, u8 exchange, u32 mid)
{
	struct ikemon_pkt pkt = v2(exchange, 0, mid, 2);
	struct ikemon_look look = {
		.dir = dir, .ours = dir == IKEMON_FROM_RESPONDER,
		.digest = ++next_digest, .now = now,
	};

	pkt.version = 1;
	ikemon_neg_step(&neg, &pkt, &look);
}

/* Aggressive Mode up to its third message. */
static void start_v1(void)
{
	struct ikemon_pkt pkt = v2(4, 0, 0, 0);

	pkt.version = 1;
	pkt.protected = false;
	now = 5000;
	ikemon_neg_init(&neg, &pkt, IKEMON_ROLE_RESPONDER, false, now);
	step_v1(IKEMON_FROM_RESPONDER, 4, 0);
	step_v1(IKEMON_FROM_INITIATOR, 4, 0);
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
}

static void test_complaint(void)
{
	u64 due;

	given_up_after(IKEMON_ROLE_RESPONDER, 1);
	due = ikemon_neg_expiry(&neg, timeout);
	now += 5000;
	step_as(v2(37, 0x08, 3, 2), false, ++next_digest);
	step_as(v2(37, 0x08, 4, 2), false, ++next_digest);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == due);
	EXPECT(ikemon_neg_expire(&neg, timeout, due) == 1);
	EXPECT(neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	ktap("who failed EAP gains no time by complaints");

	start_v1();
	step_v1(IKEMON_FROM_RESPONDER, 5, 9);
	due = ikemon_neg_expiry(&neg, timeout);
	EXPECT(due == now + 10000);
	now += 5000;
	step_v1(IKEMON_FROM_INITIATOR, 5, 10);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == due);
	start_v1();
	now += 10000;
	step_v1(IKEMON_FROM_RESPONDER, 5, 9);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 60000);
	ktap("Aggressive Mode is complained of at once; DPD comes later");
}

static void test_xauth(void)
{
	start_v1();
	step_v1(IKEMON_FROM_RESPONDER, 6, 70);
	step_v1(IKEMON_FROM_INITIATOR, 6, 70);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 60000);
	step_v1(IKEMON_FROM_RESPONDER, 6, 71);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 60000);
	step_v1(IKEMON_FROM_INITIATOR, 6, 71);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 10000);
	/* Who passed asks for his configuration. */
	step_v1(IKEMON_FROM_INITIATOR, 6, 72);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 60000);
	step_v1(IKEMON_FROM_RESPONDER, 6, 72);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 60000);
	ktap("XAuth ends with silence where it was told how it ended");
}

static void test_patience(void)
{
	EXPECT(given_up_after(IKEMON_ROLE_RESPONDER, 0) == 0);
	EXPECT(neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	EXPECT(given_up_after(IKEMON_ROLE_INITIATOR, 0) == 5000);
	EXPECT(given_up_after(IKEMON_ROLE_RESPONDER, 1) == 10000);
	EXPECT(given_up_after(IKEMON_ROLE_RESPONDER, 3) == 10000);
	ktap("a refusal of ours is one at once; of EAP after 10 s of silence");
}

static void test_proof(void)
{
	start(IKEMON_ROLE_NONE);
	step(init());
	step(init_ok());
	step(v2(35, 0x08, 1, 2));
	step(v2(35, 0x20, 1, 2));
	step(v2(37, 0x20, 2, 2));
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
	step(v2(37, 0x08, 2, 2));
	step(v2(37, 0x20, 3, 2));
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
	step(v2(37, 0x20, 2, 2));
	/* the same ID, but that answer was seen: another digest */
	EXPECT(neg.state == IKEMON_STATE_ESTABLISHED);
	EXPECT(neg.proof == IKEMON_PROOF_EXCHANGE);
	EXPECT(!ikemon_neg_prove(&neg, IKEMON_PROOF_ESP, now));
	EXPECT(neg.proof == IKEMON_PROOF_EXCHANGE);
	ktap("where nobody is our side, an answer needs its request");

	start(IKEMON_ROLE_RESPONDER);
	step_as(init(), false, 1);
	step_as(init_ok(), false, 2);
	EXPECT(neg.state == IKEMON_STATE_NEW);
	step_as(v2(36, 0x20, 2, 2), false, 3);
	EXPECT(neg.state == IKEMON_STATE_NEW);
	EXPECT(!(step_as(v2(36, 0x08, 2, 2), false, 4) &
		 IKEMON_STEP_PROTECTED));
	EXPECT(neg.state == IKEMON_STATE_NEW);
	EXPECT(ikemon_neg_prove(&neg, IKEMON_PROOF_ESP, now));
	EXPECT(neg.state == IKEMON_STATE_ESTABLISHED);
	ktap("what only claims to be our side proves nothing");
}

static void test_time(void)
{
	unsigned int i;

	start(IKEMON_ROLE_NONE);
	step(init());
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now + 30000);
	now += 10000;
	step_as(init(), true, next_digest);
	EXPECT(ikemon_neg_expiry(&neg, timeout) == now - 10000 + 30000);
	ktap("a repetition does not prolong");

	step(init_ok());
	step(v2(35, 0x08, 100, 2));
	for (i = 1; i < 100 && neg.state != IKEMON_STATE_FAILED; i++) {
		now += 50000;
		if (ikemon_neg_expire(&neg, timeout, now) > 0)
			break;
		step(v2(35, 0x08, i, 2));
	}
	EXPECT(i > 10 && i < 15);
	ktap("nor does anybody stay for ever who goes on slowly");
}

/* Messages that come at once on two CPUs may be told the time in any order. */
static void test_clock_behind(void)
{
	EXPECT(ikemon_is_past(20, 10, 10) && !ikemon_is_past(19, 10, 10));
	EXPECT(!ikemon_is_past(9, 10, 10) && ikemon_is_past(10, 10, 0));
	start(IKEMON_ROLE_RESPONDER);
	step(init());
	step(init_ok());
	step(v2(35, 0x08, 1, 2));
	step(v2(35, 0x20, 1, 2));
	now -= 4;
	step_as(v2(37, 0x08, 2, 2), false, ++next_digest);
	step(v2(37, 0x20, 2, 2));
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
	ktap("a farewell is one also if its clock is behind");
}

static void test_notifies(void)
{
	struct ikemon_pkt pkt = init();
	unsigned int i;

	start(IKEMON_ROLE_NONE);
	pkt.n_notify = IKEMON_MAX_NOTIFIES;
	for (i = 0; i < IKEMON_MAX_NOTIFIES; i++)
		pkt.notify[i] = 16388 + i / 2;
	step(pkt);
	EXPECT(neg.n_notify == 6 && neg.notify[5] == 16393);
	pkt = init();
	pkt.n_notify = IKEMON_MAX_NOTIFIES;
	for (i = 0; i < IKEMON_MAX_NOTIFIES; i++)
		pkt.notify[i] = 16400 + i;
	step(pkt);
	EXPECT(neg.n_notify == IKEMON_NEG_NOTIFIES);
	pkt = init_ok();
	pkt.payloads = 0;
	pkt.n_notify = 1;
	pkt.notify[0] = IKE2_N_NO_PROPOSAL_CHOSEN;
	step(pkt);
	EXPECT(neg.state == IKEMON_STATE_FAILED);
	EXPECT(neg.notify[IKEMON_NEG_NOTIFIES - 1] ==
	       IKE2_N_NO_PROPOSAL_CHOSEN);
	ktap("notifies once each, and the error is among them");
}

static void test_suite(void)
{
	struct ikemon_pkt pkt = init();

	start(IKEMON_ROLE_NONE);
	pkt.offers = 3;
	pkt.transforms = 30;
	pkt.weak = IKEMON_WEAK_3DES | IKEMON_WEAK_MD5;
	pkt.suite.encr = 20;
	step(pkt);
	EXPECT(neg.proposals == 3 && neg.transforms == 30 && !neg.chosen);
	EXPECT(neg.weak == (IKEMON_WEAK_3DES | IKEMON_WEAK_MD5));
	ktap("an offer is noted");
	pkt = init_ok();
	pkt.offers = 1;
	pkt.transforms = 4;
	pkt.weak = IKEMON_WEAK_3DES;
	pkt.suite.encr = 12;
	step(pkt);
	EXPECT(neg.suite.encr == 12 && neg.chosen && neg.proposals == 3);
	EXPECT(neg.weak == (IKEMON_WEAK_3DES | IKEMON_WEAK_MD5));
	pkt = init();
	pkt.offers = 2;
	pkt.weak = IKEMON_WEAK_SHA1;
	pkt.suite.encr = 20;
	EXPECT(step(pkt) == IKEMON_STEP_NEW_INIT);
	EXPECT(neg.suite.encr == 12 && neg.state == IKEMON_STATE_HALF_OPEN);
	EXPECT(neg.chosen && neg.proposals == 3);
	EXPECT(!(neg.weak & IKEMON_WEAK_SHA1));
	ktap("what was chosen is not forgotten for another offer");
}

static void test_adopted(void)
{
	struct ikemon_pkt pkt = v2(37, 0x20, 40, 2);

	now = 9000;
	ikemon_neg_init(&neg, &pkt, IKEMON_ROLE_NONE, true, now);
	EXPECT(neg.state == IKEMON_STATE_ESTABLISHED);
	EXPECT(neg.flags == IKEMON_SESSION_FLAGS_ADOPTED);
	step(pkt);
	EXPECT(neg.state == IKEMON_STATE_ESTABLISHED && !neg.awaiting);
	EXPECT(ikemon_neg_last(&neg) == now);
	EXPECT(ikemon_neg_expire(&neg, timeout, now + 86399999) == 0);
	EXPECT(ikemon_neg_expire(&neg, timeout, now + 86400000) == 1);
	EXPECT(neg.state == IKEMON_STATE_CLOSED &&
	       neg.reason == IKEMON_REASON_IDLE);
	EXPECT(ikemon_neg_prove(&neg, IKEMON_PROOF_ESP, now + 86400001));
	ktap("a session that was up before, idle, and awake again");
}

static void test_ip_fragments(void)
{
	struct ikemon_pkt pkt = init();
	struct ikemon_look look = { .ours = true, .ip_frag = true,
				    .digest = 5, .now = 5000 };

	start(IKEMON_ROLE_NONE);
	pkt.length = 100000;
	pkt.marker = true;
	ikemon_neg_step(&neg, &pkt, &look);
	EXPECT(neg.flow[0].ip_frags == 1 && neg.flow[0].largest == 65535);
	EXPECT(neg.flags == IKEMON_SESSION_FLAGS_IP_FRAGMENTS);
	EXPECT(neg.encap == IKEMON_ENCAP_UDP_ENCAP);
	ktap("IP fragments, largest size and encapsulation are kept");
}

/* Whatever was before, the short way ends where the long one does. */
static void test_alive(void)
{
	struct ikemon_neg before, slow;
	struct ikemon_ident id;
	struct ikemon_pkt pkt;
	unsigned int i;

	for (i = 0; i < 4000; i++) {
		struct ikemon_look look = { .digest = random64() };
		u64 dice = random64();

		if (i % 40 == 0) {
			start(i % 80 ? IKEMON_ROLE_INITIATOR :
				       IKEMON_ROLE_RESPONDER);
			step(init());
			step(init_ok());
			EXPECT(ikemon_neg_prove(&neg, IKEMON_PROOF_XFRM, now));
		}
		now += dice % 8 ? dice % 3000 : 20000;
		look.now = now;
		look.dir = neg.role == IKEMON_ROLE_INITIATOR;
		pkt = v2(37, (look.dir ? 0 : 0x08) | (dice & 0x20),
			 dice >> 60, 2);
		pkt.length = dice >> 40 & 0x1ffff;
		pkt.next_payload = IKE2_PAYLOAD_SK;
		ikemon_pkt_ident(&pkt, &id);
		before = neg;
		EXPECT(ikemon_neg_step(&neg, &pkt, &look) == 0);
		slow = neg;
		neg = before;
		ikemon_neg_alive(&neg, &id, &look);
		EXPECT(!memcmp(&neg, &slow, sizeof(neg)));
		if (dice >> 32 & 1)
			step(v2(36 + (dice & 1), look.dir ? 0x08 : 0,
				dice >> 60, 2));
	}
	ktap("a peer that lives, the short way");
}

/* Our side goes on with another negotiation than the one that is followed. */
static void test_anew(void)
{
	struct ikemon_pkt small = v2(35, 0x20, 1, 2);

	small.length = 60;
	start(IKEMON_ROLE_RESPONDER);
	step(init());
	step(init_ok());
	ikemon_neg_give_up(&neg, now);
	EXPECT(neg.state == IKEMON_STATE_HALF_OPEN);
	step_as(v2(35, 0x08, 1, 2), false, ++next_digest);
	ikemon_neg_give_up(&neg, now);
	EXPECT(neg.state == IKEMON_STATE_FAILED &&
	       neg.reason == IKEMON_REASON_TIMEOUT);
	ikemon_neg_anew(&neg, false, now);
	EXPECT(neg.state == IKEMON_STATE_NEW && !neg.reason);
	EXPECT(step(init_ok()) & IKEMON_STEP_STATE);
	EXPECT(neg.state == IKEMON_STATE_HALF_OPEN);
	step_as(v2(35, 0x08, 1, 2), false, ++next_digest);
	/* a round of EAP, after which a refusal is not seen at once */
	step(v2(35, 0x20, 1, 2));
	step_as(v2(35, 0x08, 2, 2), false, ++next_digest);
	small.message_id = 2;
	step(small);
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
	ikemon_neg_give_up(&neg, now);
	EXPECT(neg.state == IKEMON_STATE_FAILED &&
	       neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	ikemon_neg_anew(&neg, true, now);
	EXPECT(neg.state == IKEMON_STATE_AUTHENTICATING);
	small.message_id = 1;
	EXPECT(step(small) & IKEMON_STEP_STATE);
	EXPECT(neg.state == IKEMON_STATE_FAILED &&
	       neg.reason == IKEMON_REASON_AUTH_FAILED_SUSPECTED);
	ktap("a negotiation after another with the same SPI");
}

int main(void)
{
	EXPECT(ikemon_state_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_bits();
	test_retransmits();
	test_fragments();
	test_small_answer();
	test_auth_failed();
	test_patience();
	test_complaint();
	test_xauth();
	test_proof();
	test_time();
	test_clock_behind();
	test_notifies();
	test_suite();
	test_adopted();
	test_ip_fragments();
	test_alive();
	test_anew();
	return ktap_end();
}
