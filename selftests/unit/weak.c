// SPDX-License-Identifier: GPL-2.0-or-later
/* What is weak in an offer. */
#include "ktap.h"
#include "message.h"
#include "weak.h"

static struct message m;
static struct ikemon_pkt pkt;

/* By IANA's names: every number that is weak has one that says why. */
static const struct {
	u32 weak;
	const char *in_name[4];
} said[] = {
	{ IKEMON_WEAK_DES, { "DES" } },
	{ IKEMON_WEAK_3DES, { "3DES" } },
	{ IKEMON_WEAK_RC5, { "RC5" } },
	{ IKEMON_WEAK_IDEA, { "IDEA" } },
	{ IKEMON_WEAK_CAST, { "CAST" } },
	{ IKEMON_WEAK_BLOWFISH, { "BLOWFISH", "Blowfish" } },
	{ IKEMON_WEAK_NULL, { "ENCR_NULL" } },
	{ IKEMON_WEAK_MD5, { "MD5" } },
	{ IKEMON_WEAK_SHA1, { "SHA1", "SHA" } },
	{ IKEMON_WEAK_TIGER, { "TIGER", "Tiger" } },
	{ IKEMON_WEAK_DES_MAC, { "AUTH_DES_MAC" } },
	{ IKEMON_WEAK_MODP768, { "768-bit MODP" } },
	{ IKEMON_WEAK_MODP1024, { "1024-bit MODP" } },
	{ IKEMON_WEAK_MODP1536, { "1536-bit MODP" } },
	{ IKEMON_WEAK_MODP1024S160, { "1024-bit MODP, 160-bit" } },
	{ IKEMON_WEAK_MODP2048S224, { "2048-bit MODP, 224-bit" } },
	{ IKEMON_WEAK_MODP2048S256, { "2048-bit MODP, 256-bit" } },
};

static bool name_says(u32 weak, const char *name)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(said); i++)
		for (j = 0; said[i].weak == weak && said[i].in_name[j]; j++)
			if (strstr(name, said[i].in_name[j]))
				return true;
	return false;
}

static void test_registry(void)
{
	unsigned int version, part, id;
	u32 weak, seen = 0;
	const char *name;

	for (version = 1; version <= 2; version++) {
		for (part = 0; part < IKEMON_PARTS; part++) {
			for (id = 0; id <= U16_MAX; id++) {
				weak = ikemon_weak_transform(version, part,
							     id);
				if (!weak)
					continue;
				name = ikemon_transform_name(version, part,
							     id);
				EXPECT(name && name_says(weak, name));
				seen |= weak;
			}
		}
	}
	ktap("every number that is weak has a name that says so");
	for (id = 0; id < ARRAY_SIZE(said); id++)
		EXPECT(seen & said[id].weak);
	ktap("everything that can be weak is some number");
}

static void test_suite(void)
{
	struct ikemon_suite suite = { .encr = 12, .key_bits = 128, .prf = 5,
				      .integ = 12, .ke = 14, .auth = 1 };

	EXPECT(!ikemon_weak_suite(2, IKE2_SA_INIT, &suite));
	EXPECT(!ikemon_weak_key(0) && !ikemon_weak_key(128));
	suite.key_bits = 127;
	EXPECT(ikemon_weak_suite(2, 34, &suite) == IKEMON_WEAK_SHORT_KEY);
	suite.key_bits = 128;
	suite.prf = 1;
	suite.ke = 24;
	EXPECT(ikemon_weak_suite(2, IKE2_SA_INIT, &suite) ==
	       (IKEMON_WEAK_MD5 | IKEMON_WEAK_MODP2048S256));
	ktap("a suite is as weak as its parts");
}

/* An IKEv1 transform with these attributes and an offer of nothing else. */
static void v1_offer(u8 exchange, const char *weak, u32 len)
{
	begin(&m, false, 1, 0, IKE1_PAYLOAD_SA, 0x10, exchange, 0, 0);
	open_payload(&m, 0);
	put32(&m, 1);
	put32(&m, 1);
	open_payload(&m, 0);
	put(&m, "\1\1\0\2", 4);
	open_payload(&m, 3);
	put(&m, "\1\1\0\0", 4);
	put(&m, "\x80\1\0\7\x80\x0e\1\0\x80\2\0\4\x80\3\0\3\x80\4\0\x0e",
	    20);
	close_payload(&m);
	open_payload(&m, 0);
	put(&m, "\2\1\0\0", 4);
	put(&m, weak, len);
	close_payload(&m);
	close_payload(&m);
	close_payload(&m);
	finish(&m);
	parse_message(&m, &pkt);
}

static void test_weak_v1(void)
{
	static const char old[] = "\x80\1\0\5\x80\2\0\1\x80\3\0\1\x80\4\0\2";

	v1_offer(IKE1_MAIN, old, 16);
	EXPECT(!pkt.bad && pkt.suite.encr == 7 && pkt.suite.integ == 4);
	EXPECT(pkt.weak == (IKEMON_WEAK_3DES | IKEMON_WEAK_MD5 |
			    IKEMON_WEAK_MODP1024));
	ktap("what is weak in a later transform of IKEv1 is noted");
	v1_offer(IKE1_AGGRESSIVE, old, 16);
	EXPECT(pkt.weak == (IKEMON_WEAK_3DES | IKEMON_WEAK_MD5 |
			    IKEMON_WEAK_MODP1024 |
			    IKEMON_WEAK_AGGRESSIVE_PSK));
	v1_offer(IKE1_AGGRESSIVE, "\x80\3\xfd\xe9", 4);
	EXPECT(pkt.weak == IKEMON_WEAK_AGGRESSIVE_PSK);
	v1_offer(IKE1_AGGRESSIVE, "\x80\3\0\3", 4);
	EXPECT(!pkt.weak);
	ktap("Aggressive Mode is, with a pre-shared key");
	/* a long attribute that is longer than its transform */
	v1_offer(IKE1_MAIN, "\x80\2\0\2\0\x0c\0\5\x80\4\0\1", 12);
	EXPECT(!pkt.bad && !pkt.cut && pkt.weak == IKEMON_WEAK_SHA1);
	ktap("a later transform ends where its attributes are broken");
}

static void test_weak_v2(void)
{
	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, 0);
	open_proposal(&m, 2, 1, 3);
	transform(&m, 3, IKE2_TRANSFORM_ENCR, 20);
	transform(&m, 3, IKE2_TRANSFORM_KE, 31);
	transform(&m, 0, IKE2_TRANSFORM_KE, 22);
	close_payload(&m);
	open_proposal(&m, 0, 2, 5);
	transform(&m, 3, IKE2_TRANSFORM_ENCR, 3);
	open_payload(&m, 3);
	put(&m, "\1\0\0\7\x80\x0e\0\x40", 8);
	close_payload(&m);
	transform(&m, 3, IKE2_TRANSFORM_PRF, 2);
	transform(&m, 3, IKE2_TRANSFORM_INTEG, 3);
	transform(&m, 0, 200, 1);
	close_payload(&m);
	close_payload(&m);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(!pkt.bad && pkt.suite.encr == 20 && pkt.suite.ke == 31);
	EXPECT(!pkt.suite.key_bits && !pkt.suite.integ);
	EXPECT(pkt.weak == (IKEMON_WEAK_MODP1024S160 | IKEMON_WEAK_3DES |
			    IKEMON_WEAK_BLOWFISH | IKEMON_WEAK_SHORT_KEY |
			    IKEMON_WEAK_SHA1 | IKEMON_WEAK_DES_MAC));
	ktap("what is weak anywhere in an offer of IKEv2 is noted");
	begin_init(&m, IKE2_PAYLOAD_SA);
	open_payload(&m, 0);
	open_proposal(&m, 0, 1, 4);
	transform(&m, 3, IKE2_TRANSFORM_ENCR, 12);
	transform(&m, 3, IKE2_TRANSFORM_PRF, 5);
	transform(&m, 3, IKE2_TRANSFORM_INTEG, 12);
	transform(&m, 0, IKE2_TRANSFORM_KE, 14);
	close_payload(&m);
	close_payload(&m);
	finish(&m);
	parse_message(&m, &pkt);
	EXPECT(pkt.transforms == 4 && !pkt.weak);
	ktap("a good offer has nothing weak");
}

int main(void)
{
	test_registry();
	test_suite();
	test_weak_v1();
	test_weak_v2();
	return ktap_end();
}
