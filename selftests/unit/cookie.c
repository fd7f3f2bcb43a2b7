// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of cookie, and of the SipHash that it has on the host. */
#include "cookie.h"
#include "ktap.h"
#include "message.h"
#include "random.h"

enum {
	IPV4	= 2,
	IPV6	= 10,
	COOKIE_OFF = IKE_HDR_LEN + 8,	/* of the cookie's octets */
};

#define SPI_I	0x1112131415161718ULL

static const u8 addr4[16] = { 192, 0, 2, 1 };
static struct ikemon_cookie_secrets secrets;
static struct message msg;

static void rotate(void)
{
	siphash_key_t key[2];
	unsigned int i;

	for (i = 0; i < 4; i++)
		key[i / 2].key[i % 2] = random64();
	ikemon_cookie_rotate(&secrets, key);
}

static void start(void)
{
	memset(&secrets, 0, sizeof(secrets));
	rotate();
}

/* The reference implementation's own vectors: key 00 01 .., input likewise. */
static void test_siphash(void)
{
	static const struct {
		size_t len;
		u64 hash;
	} vectors[] = {
		{ 0, 0x726fdb47dd0e0e31ULL }, { 1, 0x74f839c593dc67fdULL },
		{ 7, 0xab0200f58b01d137ULL }, { 8, 0x93f5f5799a932462ULL },
		{ 15, 0xa129ca6149be45e5ULL }, { 32, 0x7127512f72f27cceULL },
		{ 63, 0x958a324ceb064572ULL },
	};
	const siphash_key_t key = {
		{ 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL },
	};
	u8 input[64];
	unsigned int i;

	for (i = 0; i < sizeof(input); i++)
		input[i] = i;
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		EXPECT(siphash(input, vectors[i].len, &key) ==
		       vectors[i].hash);
	ktap("SipHash-2-4 gives the reference vectors");
}

static void make(const u8 *addr, u8 family, u64 spi_i, u8 *cookie)
{
	ikemon_cookie_make(&secrets, addr, family, spi_i, cookie);
}

static void test_make(void)
{
	const u8 other4[16] = { 192, 0, 2, 2 };
	u8 cookie[IKEMON_COOKIE_LEN], again[IKEMON_COOKIE_LEN];

	start();
	make(addr4, IPV4, SPI_I, cookie);
	make(addr4, IPV4, SPI_I, again);
	EXPECT(!memcmp(cookie, again, sizeof(cookie)));
	EXPECT(cookie[0] == secrets.s[secrets.present].version);
	EXPECT(memcmp(cookie + 1, cookie + 9, 8));
	make(addr4, IPV6, SPI_I, again);
	EXPECT(memcmp(cookie + 1, again + 1, 8));
	EXPECT(memcmp(cookie + 9, again + 9, 8));
	make(other4, IPV4, SPI_I, again);
	EXPECT(memcmp(cookie + 1, again + 1, 8));
	EXPECT(memcmp(cookie + 9, again + 9, 8));
	make(addr4, IPV4, SPI_I + 1, again);
	EXPECT(memcmp(cookie + 1, again + 1, 8));
	EXPECT(memcmp(cookie + 9, again + 9, 8));
	rotate();
	make(addr4, IPV4, SPI_I, again);
	EXPECT(memcmp(cookie, again, sizeof(cookie)));
	ktap("a cookie depends on address, family, SPI and secret");
}

/* SA, KE, nonce and a notify, behind what the caller puts first. */
static void put_rest(struct message *m)
{
	open_payload(m, IKE2_PAYLOAD_KE);
	open_proposal(m, 0, 1, 2);
	transform(m, 3, IKE2_TRANSFORM_ENCR, 12);
	transform(m, 0, IKE2_TRANSFORM_PRF, 5);
	close_payload(m);
	close_payload(m);
	open_payload(m, IKE2_PAYLOAD_NONCE);
	put32(m, 31 << 16);
	put_fill(m, 7, 32);
	close_payload(m);
	nonce(m, IKE2_PAYLOAD_NOTIFY);
	notify(m, 0, IKE2_N_FRAGMENTATION_SUPPORTED, "", 0);
	finish(m);
}

static void put_init(struct message *m, bool marker)
{
	begin(m, marker, SPI_I, 0, IKE2_PAYLOAD_SA, 0x20, IKE2_SA_INIT,
	      IKE2_FLAG_INITIATOR, 0);
	put_rest(m);
}

static void put_with_cookie(struct message *m, bool marker, const void *cookie,
			    u32 len)
{
	begin(m, marker, SPI_I, 0, IKE2_PAYLOAD_NOTIFY, 0x20, IKE2_SA_INIT,
	      IKE2_FLAG_INITIATOR, 0);
	notify(m, IKE2_PAYLOAD_SA, IKE2_N_COOKIE, cookie, len);
	put_rest(m);
}

static struct ikemon_view view_of(const struct message *m)
{
	return (struct ikemon_view){
		.head = m->data, .head_len = m->len, .len = m->len,
	};
}

static bool verify_as(const struct message *m, const u8 *addr, u8 family)
{
	struct ikemon_view view = view_of(m);
	struct ikemon_pkt pkt;

	ikemon_parse(&view, m->base != 0, &pkt);
	return ikemon_cookie_verify(&secrets, addr, family, &view, &pkt);
}

static bool verify(const struct message *m)
{
	return verify_as(m, addr4, IPV4);
}

static void test_verify(void)
{
	const u8 other4[16] = { 192, 0, 2, 2 };
	u8 cookie[IKEMON_COOKIE_LEN + 1] = {};
	unsigned int i;

	start();
	make(addr4, IPV4, SPI_I, cookie);
	put_with_cookie(&msg, true, cookie, IKEMON_COOKIE_LEN);
	EXPECT(verify(&msg));
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN);
	EXPECT(verify(&msg));
	EXPECT(!verify_as(&msg, other4, IPV4));
	EXPECT(!verify_as(&msg, addr4, IPV6));
	for (i = 0; i < IKEMON_COOKIE_LEN * 8; i++) {
		msg.data[COOKIE_OFF + i / 8] ^= 1 << i % 8;
		EXPECT(!verify(&msg));
		msg.data[COOKIE_OFF + i / 8] ^= 1 << i % 8;
	}
	EXPECT(verify(&msg));
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN - 1);
	EXPECT(!verify(&msg));
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN + 1);
	EXPECT(!verify(&msg));
	put_with_cookie(&msg, false, cookie, 0);
	EXPECT(!verify(&msg));
	put_init(&msg, false);
	EXPECT(!verify(&msg));
	ktap("a cookie is valid whole, and from whom it was given to");
}

/* Each octet of the message that says what it is. */
static void test_verify_form(void)
{
	u8 cookie[IKEMON_COOKIE_LEN];

	start();
	make(addr4, IPV4, SPI_I, cookie);
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN);
	msg.data[IKE_HDR_LEN + 4] = 1;		/* protocol */
	EXPECT(verify(&msg));
	msg.data[IKE_HDR_LEN + 4] = 0;
	msg.data[IKE_HDR_LEN + 5] = 1;		/* SPI size */
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_LEN + 5] = 0;
	msg.data[IKE_HDR_LEN + 7]++;		/* type */
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_LEN + 7]--;
	msg.data[IKE_HDR_FLAGS] |= IKE2_FLAG_RESPONSE;
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_FLAGS] = IKE2_FLAG_INITIATOR;
	msg.data[IKE_HDR_EXCHANGE] = IKE2_AUTH;
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_EXCHANGE] = IKE2_SA_INIT;
	msg.data[IKE_HDR_SPI_R] = 1;
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_SPI_R] = 0;
	msg.data[IKE_HDR_VERSION] = 0x10;
	EXPECT(!verify(&msg));
	msg.data[IKE_HDR_VERSION] = 0x20;
	EXPECT(verify(&msg));
	/* only as the first payload */
	begin_init(&msg, IKE2_PAYLOAD_NONCE);
	nonce(&msg, IKE2_PAYLOAD_NOTIFY);
	notify(&msg, 0, IKE2_N_COOKIE, cookie, sizeof(cookie));
	finish(&msg);
	EXPECT(!verify(&msg));
	ktap("a cookie is a notify of its form, first, in a request");
}

/* A cookie ends where its memory ends: nothing is read behind it. */
static void test_verify_short(void)
{
	u8 cookie[IKEMON_COOKIE_LEN];
	struct ikemon_pkt pkt;
	unsigned int len;

	start();
	make(addr4, IPV4, SPI_I, cookie);
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	for (len = 0; len <= msg.len; len++) {
		u8 *copy = malloc(len ? len : 1);
		struct ikemon_view view = {
			.head = copy, .head_len = len, .len = len,
			.partial = len < msg.len,
		};

		memcpy(copy, msg.data, len);
		ikemon_parse(&view, false, &pkt);
		EXPECT(ikemon_cookie_verify(&secrets, addr4, IPV4, &view,
					    &pkt) ==
		       (len >= IKEMON_COOKIE_MESSAGE_LEN));
		EXPECT(ikemon_challengeable(&pkt) == (len == msg.len));
		free(copy);
	}
	ktap("a cookie in a datagram that is cut anywhere");
}

static void test_rotate(void)
{
	u8 cookie[3][IKEMON_COOKIE_LEN] = {};
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++) {
		if (i)
			rotate();
		memcpy(cookie[2], cookie[1], IKEMON_COOKIE_LEN);
		memcpy(cookie[1], cookie[0], IKEMON_COOKIE_LEN);
		make(addr4, IPV4, SPI_I, cookie[0]);
		EXPECT(cookie[0][0]);
		put_with_cookie(&msg, false, cookie[0], IKEMON_COOKIE_LEN);
		EXPECT(verify(&msg));
		put_with_cookie(&msg, false, cookie[1], IKEMON_COOKIE_LEN);
		EXPECT(verify(&msg) == (i >= 1));
		put_with_cookie(&msg, false, cookie[2], IKEMON_COOKIE_LEN);
		EXPECT(!verify(&msg));
	}
	ktap("the present secret and the one before, and no other");
}

static void test_no_secret(void)
{
	u8 cookie[IKEMON_COOKIE_LEN];

	memset(&secrets, 0, sizeof(secrets));
	make(addr4, IPV4, SPI_I, cookie);
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	EXPECT(!verify(&msg));
	rotate();
	EXPECT(!verify(&msg));
	ktap("without a secret nothing is valid");
}

static bool challengeable(const struct message *m)
{
	struct ikemon_pkt pkt;

	parse_message(m, &pkt);
	return ikemon_challengeable(&pkt);
}

/* With one octet of the header changed. */
static bool changed(struct message *m, u32 off, u8 value)
{
	u8 before = m->data[m->base + off];
	bool answer;

	m->data[m->base + off] = value;
	answer = challengeable(m);
	m->data[m->base + off] = before;
	return answer;
}

static void test_challengeable(void)
{
	put_init(&msg, true);
	EXPECT(challengeable(&msg));
	put_init(&msg, false);
	put8(&msg, 0);			/* longer than it says */
	EXPECT(challengeable(&msg));
	put_init(&msg, false);
	EXPECT(challengeable(&msg));
	EXPECT(changed(&msg, IKE_HDR_FLAGS, IKE2_FLAG_INITIATOR | 0x10));
	EXPECT(changed(&msg, IKE_HDR_VERSION, 0x21));
	EXPECT(!changed(&msg, IKE_HDR_VERSION, 0x10));
	EXPECT(!changed(&msg, IKE_HDR_VERSION, 0x30));
	EXPECT(!changed(&msg, IKE_HDR_FLAGS, 0));
	EXPECT(!changed(&msg, IKE_HDR_FLAGS, IKE2_FLAG_INITIATOR |
					     IKE2_FLAG_RESPONSE));
	EXPECT(!changed(&msg, IKE_HDR_EXCHANGE, IKE2_AUTH));
	EXPECT(!changed(&msg, IKE_HDR_EXCHANGE, IKE2_SESSION_RESUME));
	EXPECT(!changed(&msg, IKE_HDR_MESSAGE_ID + 3, 1));
	EXPECT(!changed(&msg, IKE_HDR_SPI_R + 7, 1));
	EXPECT(!changed(&msg, IKE_HDR_LENGTH + 3, msg.len - 1));
	/* a payload less */
	EXPECT(!changed(&msg, IKE_HDR_LEN, IKE2_PAYLOAD_VENDOR));
	EXPECT(!changed(&msg, IKE_HDR_NEXT_PAYLOAD, IKE2_PAYLOAD_VENDOR));
	ktap("which IKE_SA_INIT may be challenged");
}

/* SA of one proposal or empty, KE of so many octets, nonce, vendor ID. */
static bool challengeable_with(bool proposal, u32 ke)
{
	begin_init(&msg, IKE2_PAYLOAD_SA);
	open_payload(&msg, IKE2_PAYLOAD_KE);
	if (proposal) {
		open_proposal(&msg, 0, 1, 0);
		close_payload(&msg);
	}
	close_payload(&msg);
	open_payload(&msg, IKE2_PAYLOAD_NONCE);
	put32(&msg, 31 << 16);
	put_fill(&msg, 7, ke);
	close_payload(&msg);
	nonce(&msg, IKE2_PAYLOAD_VENDOR);
	open_payload(&msg, 0);
	put_fill(&msg, 9, 40);
	close_payload(&msg);
	finish(&msg);
	return challengeable(&msg);
}

static void test_empty_payloads(void)
{
	EXPECT(challengeable_with(true, 32));
	EXPECT(!challengeable_with(false, 40));
	EXPECT(!challengeable_with(true, 0));
	ktap("an SA without proposal or a KE without key is no request");
}

static void put_resume(struct message *m, u16 type, u32 ticket)
{
	static const u8 octets[256];

	begin(m, false, SPI_I, 0, IKE2_PAYLOAD_NONCE, 0x20,
	      IKE2_SESSION_RESUME, IKE2_FLAG_INITIATOR, 0);
	nonce(m, IKE2_PAYLOAD_NOTIFY);
	notify(m, 0, type, octets, ticket);
	finish(m);
}

static void test_resume(void)
{
	struct ikemon_pkt pkt;
	u32 ticket;

	put_resume(&msg, IKE2_N_TICKET_OPAQUE, 100);
	EXPECT(challengeable(&msg));
	EXPECT(!changed(&msg, IKE_HDR_EXCHANGE, IKE2_SA_INIT));
	put_resume(&msg, 16409, 100);	/* TICKET_LT_OPAQUE, of an answer */
	EXPECT(!challengeable(&msg));
	for (ticket = 0; ticket < 100; ticket++) {
		put_resume(&msg, IKE2_N_TICKET_OPAQUE, ticket);
		parse_message(&msg, &pkt);
		EXPECT(ikemon_challengeable(&pkt) == (msg.len >= 2 * 53));
		/* the marker is part of what is sent and of what is answered */
		pkt.marker = true;
		EXPECT(ikemon_challengeable(&pkt) == (msg.len + 4 >= 2 * 57));
	}
	ktap("session resumption, and nothing is amplified");
}

static void test_nonce(void)
{
	static const struct {
		u32 len;
		bool good;
	} cases[] = {
		{ 0, false }, { 15, false }, { 16, true }, { 32, true },
		{ 256, true }, { 257, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(&msg, false, SPI_I, 0, IKE2_PAYLOAD_NONCE, 0x20,
		      IKE2_SESSION_RESUME, IKE2_FLAG_INITIATOR, 0);
		open_payload(&msg, IKE2_PAYLOAD_NOTIFY);
		put_fill(&msg, 9, cases[i].len);
		close_payload(&msg);
		open_payload(&msg, 0);
		put32(&msg, IKE2_N_TICKET_OPAQUE);
		put_fill(&msg, 8, 100);
		close_payload(&msg);
		finish(&msg);
		EXPECT(challengeable(&msg) == cases[i].good);
	}
	ktap("a nonce has 16 to 256 octets");
}

static void test_answer(void)
{
	static const u8 expect[] = {
		0, 0, 0, 0,
		0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
		0, 0, 0, 0, 0, 0, 0, 0,
		41, 0x20, 34, 0x20, 0, 0, 0, 0, 0, 0, 0, 53,
		0, 0, 0, 25, 0, 0, 0x40, 0x06,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	};
	const u8 *cookie = expect + sizeof(expect) - IKEMON_COOKIE_LEN;
	u8 buf[IKEMON_COOKIE_ANSWER_MAX + 1];
	struct ikemon_pkt request, answer;

	put_init(&msg, true);
	parse_message(&msg, &request);
	memset(buf, 0xaa, sizeof(buf));
	EXPECT(!ikemon_cookie_answer(buf, 56, &request, cookie));
	EXPECT(buf[0] == 0xaa);
	EXPECT(ikemon_cookie_answer(buf, 57, &request, cookie) == 57);
	EXPECT(!memcmp(buf, expect, sizeof(expect)) && buf[57] == 0xaa);
	request.marker = false;
	request.exchange = IKE2_SESSION_RESUME;
	memset(buf, 0xaa, sizeof(buf));
	EXPECT(!ikemon_cookie_answer(buf, 52, &request, cookie));
	EXPECT(ikemon_cookie_answer(buf, 53, &request, cookie) == 53);
	EXPECT(buf[IKE_HDR_EXCHANGE] == 38 && buf[53] == 0xaa);
	parse_octets(buf, 53, false, false, &answer);
	EXPECT(answer.class == IKEMON_CLASS_IKE && !answer.bad);
	EXPECT(answer.spi_i == SPI_I && !answer.spi_r && answer.length == 53);
	EXPECT(answer.cookie_len == IKEMON_COOKIE_LEN);
	EXPECT(answer.n_notify == 1 && !ikemon_opens_negotiation(&answer));
	ktap("the answer, octet by octet");
}

static bool plan(const struct message *m, struct ikemon_strip *strip)
{
	struct ikemon_view view = view_of(m);
	struct ikemon_pkt pkt;

	ikemon_parse(&view, m->base != 0, &pkt);
	return ikemon_cookie_strip(&view, &pkt, strip);
}

static void cut(struct message *m, const struct ikemon_strip *strip)
{
	u32 off = m->base + strip->off;

	m->data[m->base + IKE_HDR_NEXT_PAYLOAD] = strip->first_payload;
	set_length(m, strip->new_length);
	m->len -= strip->len;
	memmove(m->data + off, m->data + off + strip->len, m->len - off);
}

static void test_strip(void)
{
	static struct message bare;
	u8 cookie[IKEMON_COOKIE_LEN] = {};
	struct ikemon_strip strip;
	unsigned int marker;

	for (marker = 0; marker < 2; marker++) {
		put_init(&bare, marker);
		put_with_cookie(&msg, marker, cookie, sizeof(cookie));
		EXPECT(plan(&msg, &strip));
		cut(&msg, &strip);
		EXPECT(msg.len == bare.len &&
		       !memcmp(msg.data, bare.data, bare.len));
		EXPECT(!plan(&msg, &strip));
	}
	/* the reserved octet and the critical bit of the cookie go with it */
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	msg.data[IKE_HDR_LEN + 1] = 0x80;
	EXPECT(plan(&msg, &strip));
	ktap("without its cookie a request is what it was before");
}

static void put_more(u16 type, u32 behind)
{
	u8 cookie[IKEMON_COOKIE_LEN] = {};

	begin_init(&msg, IKE2_PAYLOAD_NOTIFY);
	notify(&msg, IKE2_PAYLOAD_NONCE, IKE2_N_COOKIE, cookie,
	       sizeof(cookie));
	nonce(&msg, IKE2_PAYLOAD_NOTIFY);
	while (behind--)
		notify(&msg, IKE2_PAYLOAD_NOTIFY, 16388, "", 0);
	notify(&msg, 0, type, "", 0);
	finish(&msg);
}

static void test_strip_refused(void)
{
	u8 cookie[IKEMON_COOKIE_LEN + 1] = {};
	struct ikemon_strip strip;
	unsigned int behind;

	for (behind = 0; behind < 61; behind++) {
		put_more(16389, behind);
		EXPECT(plan(&msg, &strip));
		put_more(IKE2_N_COOKIE, behind);
		EXPECT(!plan(&msg, &strip));
		put_more(IKE2_N_FULL_TRANSCRIPT_AUTH, behind);
		EXPECT(!plan(&msg, &strip));
	}
	put_more(16389, 62);		/* more than are looked at */
	EXPECT(!plan(&msg, &strip));
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN + 1);
	EXPECT(!plan(&msg, &strip));
	put_with_cookie(&msg, false, cookie, IKEMON_COOKIE_LEN - 1);
	EXPECT(!plan(&msg, &strip));
	ktap("two cookies, full transcript, foreign cookies: no strip");
}

static void test_strip_broken(void)
{
	u8 cookie[IKEMON_COOKIE_LEN] = {};
	struct ikemon_strip strip;
	struct ikemon_view view;
	struct ikemon_pkt pkt;

	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	view = view_of(&msg);
	view.partial = true;
	ikemon_parse(&view, false, &pkt);
	EXPECT(!ikemon_cookie_strip(&view, &pkt, &strip));
	put8(&msg, 0);			/* longer than it says */
	EXPECT(plan(&msg, &strip));
	EXPECT(strip.new_length == msg.len - 1 - IKEMON_COOKIE_NOTIFY_LEN);
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	msg.data[IKE_HDR_FLAGS] |= IKE2_FLAG_RESPONSE;
	EXPECT(!plan(&msg, &strip));
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	msg.data[msg.len - 5]++;	/* the last payload's length */
	EXPECT(!plan(&msg, &strip));
	put_with_cookie(&msg, false, cookie, sizeof(cookie));
	EXPECT(plan(&msg, &strip));
	ktap("broken, partial or no request: no strip");
}

int main(void)
{
	EXPECT(ikemon_cookie_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_siphash();
	test_make();
	test_verify();
	test_verify_form();
	test_verify_short();
	test_rotate();
	test_no_secret();
	test_challengeable();
	test_empty_payloads();
	test_resume();
	test_nonce();
	test_answer();
	test_strip();
	test_strip_refused();
	test_strip_broken();
	return ktap_end();
}
