// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of parse and walk. */
#include <stdint.h>

#include "capture.h"
#include "ktap.h"
#include "message.h"
#include "sealed.h"
#include <linux/nf_ikemon.h>

static struct message m;
static struct ikemon_pkt pkt;

static void big_init(struct message *to)
{
	begin_init(to, IKE2_PAYLOAD_SA);
	open_payload(to, IKE2_PAYLOAD_KE);
	open_proposal(to, 2, 1, 3);
	open_payload(to, 3);
	put(to, "\1\0\0\x0c\x80\x0e\0\x80", 8);
	close_payload(to);
	transform(to, 3, 3, 12);
	transform(to, 0, 4, 31);
	close_payload(to);
	open_proposal(to, 0, 2, 1);
	transform(to, 0, 1, 20);
	close_payload(to);
	close_payload(to);
	payload(to, IKE2_PAYLOAD_NONCE, "\0\x1f\0\0key", 7);
	nonce(to, IKE2_PAYLOAD_NOTIFY);
	notify(to, IKE2_PAYLOAD_VENDOR, 16388, "hash", 4);
	payload(to, 0, "\x88\x2f\xe5\x6d", 4);
	finish(to);
}

/* Whatever part of a good message there is: an error or a cut, no more. */
static void test_every_length(void)
{
	u32 len, full;

	big_init(&m);
	full = m.len;
	parse_message(&m, &pkt);
	EXPECT(pkt.class == IKEMON_CLASS_IKE && !pkt.bad && !pkt.cut);
	for (len = 0; len < full; len++) {
		parse_octets(m.data, len, false, false, &pkt);
		EXPECT(pkt.class == IKEMON_CLASS_MALFORMED);
		EXPECT(pkt.bad == (len < IKE_HDR_LEN ? IKEMON_BAD_SHORT :
						      IKEMON_BAD_LENGTH));
		parse_octets(m.data, len, false, true, &pkt);
		if (len >= IKE_HDR_LEN)
			EXPECT(pkt.class == IKEMON_CLASS_IKE && !pkt.bad);
	}
	ktap("a message cut anywhere is malformed, or partial");
	for (len = IKE_HDR_LEN; len < full; len++) {
		set_length(&m, len);
		parse_octets(m.data, len, false, false, &pkt);
		EXPECT(pkt.class == IKEMON_CLASS_IKE && pkt.bad);
		parse_octets(m.data, full, false, false, &pkt);
		EXPECT(pkt.class == IKEMON_CLASS_IKE && pkt.bad);
	}
	ktap("a length field that is too short is always noticed");
}

static void test_every_octet(void)
{
	u32 at;
	int value;

	big_init(&m);
	for (at = 0; at < m.len; at++) {
		u8 was = m.data[at];

		for (value = 0; value < 256; value++) {
			m.data[at] = value;
			parse_message(&m, &pkt);
			parse_octets(m.data, m.len, true, false, &pkt);
		}
		m.data[at] = was;
	}
	ktap("any value of any octet is survived");
}

/* Where the short way takes a message, it says of it what the long one does. */
static bool sealed_as_parsed(const struct message *s)
{
	struct ikemon_ident id, parsed;

	if (!ikemon_is_sealed(s->data, s->len))
		return false;
	parse_octets(s->data, s->len, false, false, &pkt);
	ikemon_sealed_ident(s->data, s->len, &id);
	ikemon_pkt_ident(&pkt, &parsed);
	EXPECT(pkt.class == IKEMON_CLASS_IKE && !pkt.bad && pkt.protected);
	EXPECT(!pkt.frag_no && !memcmp(&id, &parsed, sizeof(id)));
	return true;
}

static void test_sealed(void)
{
	unsigned int taken = 0;
	u32 at, len;
	int value;
	u8 was;

	begin_init(&m, IKE2_PAYLOAD_SK);
	put8(&m, 41);
	put8(&m, 0);
	put16(&m, 60);
	for (at = 0; at < 56; at++)
		put8(&m, at);
	finish(&m);
	EXPECT(sealed_as_parsed(&m));
	for (at = 0; at < m.len; at++) {
		was = m.data[at];
		for (value = 0; value < 256; value++) {
			m.data[at] = value;
			taken += sealed_as_parsed(&m);
		}
		m.data[at] = was;
	}
	EXPECT(taken > 56 * 256);
	len = m.len;
	for (m.len = 0; m.len <= len; m.len++)
		EXPECT(sealed_as_parsed(&m) == (m.len == len));
	ktap("a sealed message is known without a walk, and no other");
}

/* Is the header's word that of who read it into a description? */
static bool opener_as_parsed(const struct message *s)
{
	bool is = s->len >= IKE_HDR_LEN && ikemon_is_opener(s->data, s->len);
	struct ikemon_view view = {
		.head = s->data, .head_len = s->len, .len = s->len,
	};

	ikemon_parse_header(&view, false, &pkt);
	EXPECT(is == ikemon_opens_negotiation(&pkt));
	return is;
}

static void test_opener(void)
{
	static const u8 version[] = { 0x20, 0x10 };
	unsigned int i, value, taken = 0;
	u32 at, len;
	u8 was;

	for (i = 0; i < 2; i++) {
		big_init(&m);
		m.data[IKE_HDR_VERSION] = version[i];
		for (at = 0; at < IKE_HDR_LEN; at++) {
			was = m.data[at];
			for (value = 0; value < 256; value++) {
				m.data[at] = value;
				taken += opener_as_parsed(&m);
			}
			m.data[at] = was;
		}
		for (value = 0; value < 65536; value++) {
			m.data[IKE_HDR_EXCHANGE] = value;
			m.data[IKE_HDR_FLAGS] = value >> 8;
			taken += opener_as_parsed(&m);
		}
	}
	EXPECT(taken > 256);
	big_init(&m);
	len = m.len;
	for (m.len = 0; m.len <= len; m.len++)
		EXPECT(opener_as_parsed(&m) == (m.len == len));
	ktap("an opener is known by its header alone, and nothing else");
}

static void test_limits(void)
{
	unsigned int i;

	begin_init(&m, IKE2_PAYLOAD_NOTIFY);
	for (i = 0; i < IKEMON_MAX_PAYLOADS; i++)
		notify(&m, i + 1 < IKEMON_MAX_PAYLOADS ? 41 : 0, i + 1, "", 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.n_notify == IKEMON_MAX_NOTIFIES);
	EXPECT(pkt.notify[IKEMON_MAX_NOTIFIES - 1] == IKEMON_MAX_NOTIFIES);
	ktap("as many payloads as the limit, and the first notifies");

	begin_init(&m, IKE2_PAYLOAD_NOTIFY);
	for (i = 0; i <= IKEMON_MAX_PAYLOADS; i++)
		notify(&m, i < IKEMON_MAX_PAYLOADS ? 41 : 0, i + 1, "", 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.bad == IKEMON_BAD_PAYLOAD_COUNT);
	ktap("one payload more");

	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, IKE2_PAYLOAD_NONCE);
	for (i = 0; i <= IKEMON_MAX_PROPOSALS; i++) {
		open_proposal(&m, i < IKEMON_MAX_PROPOSALS ? 2 : 0, i + 1, 1);
		transform(&m, 0, 1, 12);
		close_payload(&m);
	}
	close_payload(&m);
	nonce(&m, 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.cut && pkt.offers == IKEMON_MAX_PROPOSALS);
	EXPECT(pkt.nonce_len == 20);
	ktap("more proposals than the limit are cut, what follows is read");
}

static void test_transform_limits(void)
{
	unsigned int i;

	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, IKE2_PAYLOAD_NONCE);
	open_proposal(&m, 0, 1, 255);
	for (i = 0; i <= IKEMON_MAX_TRANSFORMS; i++)
		transform(&m, i < IKEMON_MAX_TRANSFORMS ? 3 : 0, 4, i + 1);
	close_payload(&m);
	close_payload(&m);
	nonce(&m, 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.cut);
	EXPECT(pkt.transforms == IKEMON_MAX_TRANSFORMS);
	EXPECT(pkt.suite.ke == 1 && pkt.nonce_len == 20);
	ktap("more transforms than the limit are cut, what follows is read");

	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, 0);
	open_proposal(&m, 0, 1, 1);
	open_payload(&m, 0);
	put(&m, "\1\0\0\x0c", 4);
	for (i = 0; i < 10000; i++)
		put(&m, "\x80\x63\0\1", 4);
	close_payload(&m);
	close_payload(&m);
	close_payload(&m);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.cut && pkt.suite.encr == 12);
	ktap("more attributes than the limit are cut");
}

static void test_v1(void)
{
	begin(&m, false, 1, 0, IKE1_PAYLOAD_SA, 0x10, IKE1_MAIN, 0, 0);
	open_payload(&m, IKE1_PAYLOAD_VENDOR);
	put32(&m, 1);
	put32(&m, 1);
	open_payload(&m, 0);
	put(&m, "\1\1\0\2", 4);
	open_payload(&m, 3);
	put(&m, "\1\1\0\0", 4);
	put(&m, "\x80\1\0\7\x80\x0e\1\0\x80\2\0\4\x80\3\xfd\xe9\x80\4\0\x0e",
	    20);
	/* a life in seconds, as a long attribute */
	put(&m, "\x80\x0b\0\1\0\x0c\0\4\0\1\x51\x80", 12);
	close_payload(&m);
	open_payload(&m, 0);
	put(&m, "\2\1\0\0\x80\1\0\5", 8);
	close_payload(&m);
	close_payload(&m);
	close_payload(&m);
	payload(&m, 0, "\x09\0\x26\x89\xdf\xd6\xb7\x12", 8);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.class == IKEMON_CLASS_IKE && !pkt.bad);
	EXPECT(pkt.offers == 1 && pkt.transforms == 2);
	EXPECT(pkt.suite.encr == 7 && pkt.suite.key_bits == 256);
	EXPECT(pkt.suite.integ == 4 && pkt.suite.auth == 65001);
	EXPECT(pkt.suite.ke == 14 && pkt.vendors == IKEMON_VENDOR_XAUTH);
	EXPECT(ikemon_opens_negotiation(&pkt));
	ktap("an IKEv1 offer with short and long attributes");

	m.data[19] = IKE1_FLAG_ENCRYPTION;
	parse_message(&m, &pkt);
	EXPECT(pkt.protected && !pkt.offers && !pkt.payloads && !pkt.bad);
	EXPECT(!ikemon_opens_negotiation(&pkt));
	ktap("the same with the encryption bit is opaque");
}

static void test_additional_ke(void)
{
	unsigned int i;

	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, 0);
	open_proposal(&m, 0, 1, 16);
	for (i = 6; i <= 12; i++) {
		transform(&m, 3, i, 30 + i);
		transform(&m, 3, i, 0);	/* the first counts */
	}
	transform(&m, 3, 13, 7);
	transform(&m, 0, 255, 7);
	close_payload(&m);
	close_payload(&m);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.transforms == 16);
	for (i = 0; i < IKEMON_MAX_ADDKE; i++)
		EXPECT(pkt.suite.addke[i] == 36 + i);
	ktap("additional key exchanges, RFC 9370, and types nobody knows");
}

static void test_cookie(void)
{
	begin_init(&m, IKE2_PAYLOAD_NOTIFY);
	notify(&m, IKE2_PAYLOAD_NONCE, IKE2_N_COOKIE, "0123456789abcdefg", 17);
	nonce(&m, 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.cookie_len == 17 && ikemon_opens_negotiation(&pkt));
	begin_init(&m, IKE2_PAYLOAD_NONCE);
	nonce(&m, IKE2_PAYLOAD_NOTIFY);
	notify(&m, 0, IKE2_N_COOKIE, "0123456789abcdefg", 17);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.cookie_len && ikemon_has_notify(&pkt, IKE2_N_COOKIE));
	ktap("a cookie counts as the first payload only");

	begin_init(&m, IKE2_PAYLOAD_NOTIFY);
	notify(&m, 0, IKE2_N_INVALID_KE_PAYLOAD, "\0\x13", 2);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.wanted_group == 19 && !pkt.bad);
	begin_init(&m, IKE2_PAYLOAD_NOTIFY);
	notify(&m, 0, IKE2_N_INVALID_KE_PAYLOAD, "", 0);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.wanted_group && !pkt.bad);
	ktap("the group that is wanted instead, and its absence");
}

/* Who is refused is refused whatever it proposes. */
static void test_offers(void)
{
	struct ikemon_view view = { .head = m.data };
	const u32 proposal = IKE_HDR_LEN + IKE_PAYLOAD_HDR_LEN;

	big_init(&m);
	view.head_len = m.len;
	view.len = m.len;
	ikemon_parse_header(&view, false, &pkt);
	ikemon_parse_payloads(&view, &pkt);
	EXPECT(!pkt.bad && !pkt.offers && !pkt.transforms && !pkt.suite.encr);
	EXPECT(pkt.sa_off == proposal && pkt.sa_len == 2 * 8 + 12 + 3 * 8);
	EXPECT(pkt.nonce_len == 20 && pkt.n_notify == 1 && pkt.vendors);
	ikemon_parse_offers(&view, &pkt);
	EXPECT(!pkt.bad && pkt.offers == 2 && pkt.transforms == 4);
	EXPECT(pkt.suite.encr == 12 && pkt.suite.ke == 31);
	ktap("proposals are read when they are asked for");

	m.data[proposal + 2] = 0xff;
	ikemon_parse_header(&view, false, &pkt);
	ikemon_parse_payloads(&view, &pkt);
	EXPECT(!pkt.bad && pkt.nonce_len == 20);
	ikemon_parse_offers(&view, &pkt);
	EXPECT(pkt.bad == IKEMON_BAD_PROPOSAL && !pkt.offers);
	ktap("and only then are broken ones");
}

static void test_opens(void)
{
	static const struct {
		u8 exchange, flags, spi_r, mid;
		u8 version;
		bool opens, apes;
	} cases[] = {
		{ 34, 0x08, 0, 0, 2, true, false },
		{ 38, 0x08, 0, 0, 2, true, false },
		{ 34, 0x09, 0, 0, 2, true, false },
		{ 34, 0x28, 0, 0, 2, false, true },
		{ 34, 0x00, 0, 0, 2, false, false },
		{ 34, 0x20, 1, 0, 2, false, false },
		{ 34, 0x08, 1, 0, 2, false, true },
		{ 34, 0x08, 0, 1, 2, false, true },
		{ 38, 0x08, 1, 1, 2, false, true },
		{ 35, 0x08, 0, 0, 2, false, false },
		{ 43, 0x08, 0, 0, 2, false, false },
		{ 34, 0x08, 0, 0, 3, false, false },
		{ 2, 0, 0, 0, 1, true, false },
		{ 4, 0, 0, 0, 1, true, false },
		{ 2, 1, 0, 0, 1, false, true },
		{ 4, 0, 0, 1, 1, false, true },
		{ 2, 0, 1, 0, 1, false, false },
		{ 2, 1, 1, 0, 1, false, false },
		{ 5, 0, 0, 1, 1, false, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(&m, i & 1, 5, cases[i].spi_r, 0, cases[i].version << 4,
		      cases[i].exchange, cases[i].flags, cases[i].mid);
		finish(&m);
		parse_message(&m, &pkt);
		EXPECT(ikemon_opens_negotiation(&pkt) == cases[i].opens);
		EXPECT(ikemon_apes_opener(&pkt) == cases[i].apes);
	}
	ktap("what opens a negotiation, and what only looks like it");
}

static void test_ident(void)
{
	struct ikemon_ident a, b;

	big_init(&m);
	parse_message(&m, &pkt);
	ikemon_pkt_ident(&pkt, &a);
	m.data[m.len - 1] ^= 1;		/* not in the nonce */
	parse_message(&m, &pkt);
	ikemon_pkt_ident(&pkt, &b);
	EXPECT(!memcmp(&a, &b, sizeof(a)));
	begin(&m, true, 5, 6, IKE2_PAYLOAD_SK, 0x20, 35, 8, 1);
	payload(&m, 0, "0123456789abcdefghijklmnopqrstuv", 32);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.marker && !memcmp(pkt.tag, "ghijklmnopqrstuv", 16));
	ikemon_pkt_ident(&pkt, &a);
	m.data[m.len - 1] ^= 1;
	parse_message(&m, &pkt);
	ikemon_pkt_ident(&pkt, &b);
	EXPECT(memcmp(&a, &b, sizeof(a)));
	ktap("nonce or end of a message identify it");
}

/* A view whose octets come in pieces, as those of a paged skb do. */
struct pieces {
	const u8 *data;
	u32 len;
};

static const void *pull(const struct ikemon_view *view, u32 off, u32 len,
			void *buf)
{
	const struct pieces *pieces = view->ctx;

	if (off > pieces->len || len > pieces->len - off)
		return NULL;
	memcpy(buf, pieces->data + off, len);
	return buf;
}

static bool same_in_pieces(const u8 *data, u32 len, bool natt, bool partial,
			   u32 head_len)
{
	struct pieces pieces = { data, len };
	struct ikemon_view view = {
		.len = len, .partial = partial, .pull = pull, .ctx = &pieces,
	};
	struct ikemon_pkt whole, parts;
	u8 *head;

	if (head_len > len)
		head_len = len;
	head = malloc(head_len ? head_len : 1);
	memcpy(head, data, head_len);
	view.head = head;
	view.head_len = head_len;
	parse_octets(data, len, natt, partial, &whole);
	ikemon_parse(&view, natt, &parts);
	free(head);
	return !memcmp(&whole, &parts, sizeof(whole));
}

static u64 datagrams;

static void take_udp(void *ctx, const struct datagram *d)
{
	static const u32 heads[] = { 0, 1, 4, 27, 28, 29, 31, 32, 33, 60, 200 };
	unsigned int i;

	(void)ctx;
	datagrams++;
	for (i = 0; i < ARRAY_SIZE(heads) * 2; i++)
		EXPECT(same_in_pieces(d->data, d->len, i & 1, d->partial,
				      heads[i / 2]));
}

static void take_tcp(void *ctx, uint16_t sport, uint16_t dport)
{
	(void)ctx;
	(void)sport;
	(void)dport;
}

static void test_pieces(int n, char **files)
{
	struct capture_sink sink = { take_udp, take_tcp, NULL };
	char error[CAPTURE_ERROR];
	struct capture *capture;
	u32 head;
	int i;

	big_init(&m);
	for (head = 0; head <= m.len; head++)
		EXPECT(same_in_pieces(m.data, m.len, false, false, head));
	ktap("a message in two pieces reads as in one");
	for (i = 0; i < n; i++) {
		capture = capture_open(files[i], error);
		EXPECT(capture);
		if (!capture)
			continue;
		EXPECT(capture_read(capture, &sink, error));
		capture_close(capture);
	}
	if (n) {
		EXPECT(datagrams > 0);
		printf("# %llu datagrams of %d captures\n",
		       (unsigned long long)datagrams, n);
		ktap("every datagram of the captures, likewise");
	}
}

static void test_vendors(void)
{
	static const struct {
		const char *id;
		u32 len, vendor;
	} cases[] = {
		{ "OE-Libreswan-4.10", 17, IKEMON_VENDOR_LIBRESWAN },
		{ "OpenIKED-7.2", 12, IKEMON_VENDOR_OPENIKED },
		{ "OEplutounit0", 12, IKEMON_VENDOR_OPENSWAN },
		{ "OEplutounit01", 13, IKEMON_VENDOR_UNKNOWN },
		{ "CISCO-DELETE-REASON", 19,
		  IKEMON_VENDOR_CISCO_DELETE_REASON },
		{ "Opportunistic IPsec", 19, IKEMON_VENDOR_OPPORTUNISTIC },
		{ "", 0, IKEMON_VENDOR_UNKNOWN },
		{ "\x09\0\x26\x89\xdf\xd6\xb7\x12", 8, IKEMON_VENDOR_XAUTH },
		{ "\x09\0\x26\x89\xdf\xd6\xb7", 7, IKEMON_VENDOR_UNKNOWN },
		{ "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\1\0",
		  16, IKEMON_VENDOR_DPD },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin_init(&m, IKE2_PAYLOAD_VENDOR);
		payload(&m, 0, cases[i].id, cases[i].len);
		finish(&m);
		parse_message(&m, &pkt);
		EXPECT(pkt.vendors == cases[i].vendor && !pkt.bad);
	}
	ktap("vendor IDs by name");
}

static void test_names(void)
{
	unsigned int i, j;

	for (i = 0; i < IKEMON_BAD_N; i++)
		for (j = 0; j < i; j++)
			EXPECT(strcmp(ikemon_bad_name(i), ikemon_bad_name(j)));
	EXPECT(!strcmp(ikemon_bad_name(IKEMON_BAD_N), "unknown"));
	ktap("every fault has a name of its own");
}

int main(int argc, char **argv)
{
	EXPECT(ikemon_parse_selftest());
	ktap("the selftests that the module runs when it is loaded");
	test_every_length();
	test_every_octet();
	test_sealed();
	test_opener();
	test_limits();
	test_transform_limits();
	test_v1();
	test_additional_ke();
	test_cookie();
	test_offers();
	test_opens();
	test_ident();
	test_vendors();
	test_names();
	test_pieces(argc - 1, argv + 1);
	return ktap_end();
}
