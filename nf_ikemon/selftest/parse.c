// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Included by parse.c. Datagrams made by hand after the RFCs, each with what
 * must be read from it; run at module load, and by the host unit tests.
 */

struct parse_case {
	u8 no;
	bool natt;
	bool partial;
	u8 len;			/* of @data */
	const char *data;	/* the datagram */
	u8 class;
	u8 bad;
	bool protected;
	bool cut;
};

#define SPI_I	"\x11\x12\x13\x14\x15\x16\x17\x18"
#define SPI_R	"\x21\x22\x23\x24\x25\x26\x27\x28"
#define SPI_0	"\0\0\0\0\0\0\0\0"
#define MARKER	"\0\0\0\0"
/* up to the length field */
#define V2_INIT(next)	SPI_I SPI_0 next "\x20\x22\x08\0\0\0\0"
#define V2_AUTH(next)	SPI_I SPI_R next "\x20\x23\x08\0\0\0\1"
#define V1_MAIN(next)	SPI_I SPI_0 next "\x10\x02\0\0\0\0\0"
#define LEN(octet)	"\0\0\0" octet

#define T(no, natt, data, class, bad) \
	{ no, natt, false, sizeof(data) - 1, data, \
	  IKEMON_CLASS_ ## class, IKEMON_BAD_ ## bad, false, false }
#define TX(no, natt, partial, data, class, bad, protected, cut) \
	{ no, natt, partial, sizeof(data) - 1, data, \
	  IKEMON_CLASS_ ## class, IKEMON_BAD_ ## bad, protected, cut }

/* payloads: next, reserved, length, body */
#define NONCE(next)	next "\0\0\0240123456789abcdef"
#define TRANSFORM(next, type, id)	next "\0\0\x08" type "\0\0" id

static const struct parse_case parse_cases[] __initconst = {
	/* RFC 3948 section 2 */
	T(1, true, "\xff", KEEPALIVE, NONE),
	T(2, false, "\xff", MALFORMED, SHORT),
	T(3, true, "\xfe", MALFORMED, SHORT),
	T(4, true, "", MALFORMED, SHORT),
	T(5, true, "\1\2\3\4\0\0\0\1x", ESP, NONE),
	T(6, true, "\1\2\3\4\0\0\0\1", MALFORMED, SHORT),
	TX(7, true, true, "\1\2\3\4", ESP, NONE, false, false),
	T(8, true, MARKER, MALFORMED, SHORT),
	T(9, true, MARKER V2_INIT("\0") LEN("\x1c"), IKE, NONE),
	T(10, false, MARKER V2_INIT("\0") LEN("\x1c"), MALFORMED, LENGTH),

	/* RFC 7296 section 3.1 */
	T(11, false, V2_INIT("\0") LEN("\x1c"), IKE, NONE),
	T(12, false, V2_INIT("\0") "\0\0\0", MALFORMED, SHORT),
	T(13, false, V2_INIT("\0") LEN("\x1b"), MALFORMED, LENGTH),
	T(14, false, V2_INIT("\0") LEN("\x1d"), MALFORMED, LENGTH),
	T(15, false, V2_INIT("\0") "\xff\xff\xff\xff", MALFORMED, LENGTH),
	TX(16, false, true, V2_INIT("\x28") LEN("\x30"), IKE, NONE,
	   false, true),
	T(17, false, SPI_0 SPI_0 "\0\x20\x22\x08\0\0\0\0" LEN("\x1c"),
	  MALFORMED, ZERO_SPI),
	T(18, false, SPI_I SPI_0 "\0\x02\x22\x08\0\0\0\0" LEN("\x1c"),
	  MALFORMED, VERSION),
	/* a version nobody knows yet: not judged (R17) */
	T(19, false, SPI_I SPI_0 "\x99\x30\x22\x08\0\0\0\0" LEN("\x1e") "xx",
	  IKE, NONE),
	T(20, false, V2_INIT("\0") LEN("\x1c") "x", IKE, TRAILING),

	/* generic payload header, section 3.2 */
	T(21, false, V2_INIT("\x28") LEN("\x30") NONCE("\0"), IKE, NONE),
	T(22, false, V2_INIT("\x28") LEN("\x1f") "\0\0\0", IKE,
	  PAYLOAD_LENGTH),
	T(23, false, V2_INIT("\x28") LEN("\x20") "\0\0\0\3", IKE,
	  PAYLOAD_LENGTH),
	T(24, false, V2_INIT("\x28") LEN("\x20") "\0\0\0\4", IKE, NONE),
	T(25, false, V2_INIT("\x28") LEN("\x20") "\0\0\0\5", IKE,
	  PAYLOAD_LENGTH),
	T(26, false, V2_INIT("\x28") LEN("\x1c"), IKE, PAYLOAD_LENGTH),
	/* an unknown payload with the critical bit is passed over */
	T(27, false, V2_INIT("\xc8") LEN("\x34") "\x28\x80\0\4" NONCE("\0"),
	  IKE, NONE),
	TX(28, false, true, V2_INIT("\x28") LEN("\xff") NONCE("\x28"), IKE,
	   NONE, false, true),

	/* SK ends what is in clear, whatever its next payload says */
	TX(29, false, false, V2_AUTH("\x2e") LEN("\x22") "\x27\0\0\6xx", IKE,
	   NONE, true, false),
	TX(30, false, false, V2_AUTH("\x35") LEN("\x24") "\x27\0\0\x08"
	   "\0\1\0\2", IKE, NONE, true, false),
	TX(31, false, false, V2_AUTH("\x35") LEN("\x24") "\x27\0\0\x08"
	   "\0\3\0\2", IKE, FRAGMENT, true, false),
	TX(32, false, false, V2_AUTH("\x35") LEN("\x24") "\x27\0\0\x08"
	   "\0\0\0\2", IKE, FRAGMENT, true, false),
	TX(33, false, false, V2_AUTH("\x35") LEN("\x23") "\x27\0\0\7"
	   "\0\1\0", IKE, FRAGMENT, true, false),

	/* notify, section 3.10 */
	T(34, false, V2_INIT("\x29") LEN("\x24") "\0\0\0\x08\0\0\0\x0e", IKE,
	  NONE),
	T(35, false, V2_INIT("\x29") LEN("\x23") "\0\0\0\7\0\0\0", IKE,
	  NOTIFY),
	T(36, false, V2_INIT("\x29") LEN("\x24") "\0\0\0\x08\0\1\0\x0e", IKE,
	  NOTIFY),

	/* SA, section 3.3 */
	T(37, false, V2_INIT("\x21") LEN("\x20") "\0\0\0\4", IKE, NONE),
	T(38, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\0\1" TRANSFORM("\0", "\1", "\x0c"), IKE, NONE),
	/* proposal a little too long, transform likewise */
	T(39, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x11\1\1\0\1" TRANSFORM("\0", "\1", "\x0c"), IKE, PROPOSAL),
	T(40, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\0\1\0\0\0\x09\1\0\0\x0c", IKE, PROPOSAL),
	T(41, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\0\1\0\0\0\7\1\0\0\x0c", IKE, PROPOSAL),
	/* SPI larger than the proposal */
	T(42, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\x09\1" TRANSFORM("\0", "\1", "\x0c"), IKE,
	  PROPOSAL),
	/* another transform promised, none there */
	T(43, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\0\2" TRANSFORM("\3", "\1", "\x0c"), IKE, PROPOSAL),
	T(44, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\2\0\0\x10\1\1\0\1" TRANSFORM("\0", "\1", "\x0c"), IKE, PROPOSAL),
	/* neither last nor a proposal, neither last nor a transform */
	T(45, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\1\0\0\x10\1\1\0\1" TRANSFORM("\0", "\1", "\x0c"), IKE, PROPOSAL),
	T(46, false, V2_INIT("\x21") LEN("\x30") "\0\0\0\x14"
	  "\0\0\0\x10\1\1\0\1" TRANSFORM("\2", "\1", "\x0c"), IKE, PROPOSAL),
	/* attribute of three octets; TLV longer than its transform */
	T(47, false, V2_INIT("\x21") LEN("\x33") "\0\0\0\x17"
	  "\0\0\0\x13\1\1\0\1\0\0\0\x0b\1\0\0\x0c\x80\x0e\1", IKE,
	  PROPOSAL),
	T(48, false, V2_INIT("\x21") LEN("\x34") "\0\0\0\x18"
	  "\0\0\0\x14\1\1\0\1\0\0\0\x0c\1\0\0\x0c\0\x0e\0\1", IKE,
	  PROPOSAL),

	/* IKEv1: DOI and situation first; the encrypted is opaque */
	T(49, false, V1_MAIN("\1") LEN("\x27") "\0\0\0\x0b\0\0\0\1\0\0\0",
	  IKE, PROPOSAL),
	T(50, false, V1_MAIN("\1") LEN("\x28") "\0\0\0\x0c\0\0\0\1\0\0\0\1",
	  IKE, NONE),
	TX(51, false, false, SPI_I SPI_R "\5\x10\2\1\0\0\0\0" LEN("\x1e")
	   "xx", IKE, NONE, true, false),
	T(52, false, SPI_I SPI_R "\x0b\x10\5\0\0\0\0\1" LEN("\x27")
	  "\0\0\0\x0b\0\0\0\1\1\0\0", IKE, NOTIFY),
	T(53, false, SPI_I SPI_R "\x0b\x10\5\0\0\0\0\1" LEN("\x28")
	  "\0\0\0\x0c\0\0\0\1\1\1\0\x0e", IKE, NOTIFY),
	/* a v1 fragment, and one with number 0 */
	T(54, false, SPI_I SPI_R "\x84\x10\2\0\0\0\0\0" LEN("\x25")
	  "\0\0\0\x09\0\1\2\1x", IKE, NONE),
	T(55, false, SPI_I SPI_R "\x84\x10\2\0\0\0\0\0" LEN("\x24")
	  "\0\0\0\x08\0\1\0\1", IKE, FRAGMENT),
	/* the first, of the same SPIs, of others, without any */
	T(56, false, SPI_I SPI_R "\x84\x10\2\0\0\0\0\0" LEN("\x34")
	  "\0\0\0\x18\0\1\1\0" SPI_I SPI_R, IKE, NONE),
	T(57, false, SPI_I SPI_R "\x84\x10\2\0\0\0\0\0" LEN("\x34")
	  "\0\0\0\x18\0\1\1\0" SPI_R SPI_0, IKE, FRAGMENT),
	T(58, false, SPI_I SPI_R "\x84\x10\2\0\0\0\0\0" LEN("\x33")
	  "\0\0\0\x17\0\1\1\0" SPI_I "\x21\x22\x23\x24\x25\x26\x27",
	  IKE, FRAGMENT),
};

#undef T
#undef TX

static bool __init parse_case_ok(const struct parse_case *c)
{
	struct ikemon_view view = {
		.head = (const u8 *)c->data,
		.head_len = c->len,
		.len = c->len,
		.partial = c->partial,
	};
	struct ikemon_pkt pkt;

	ikemon_parse(&view, c->natt, &pkt);
	return pkt.class == c->class && pkt.bad == c->bad &&
	       pkt.protected == c->protected && pkt.cut == c->cut;
}

/* Everything that one good message says. */
static bool __init parse_init_ok(void)
{
	static const char data[] __initconst =
		V2_INIT("\x21") LEN("\xa0")
		/* SA of two proposals: 44 + 20 octets */
		"\x22\0\0\x44"
		"\2\0\0\x2c\1\1\0\4"
		"\3\0\0\x0c\1\0\0\x14\x80\x0e\1\0"	/* GCM16, 256 */
		TRANSFORM("\3", "\2", "\5")
		TRANSFORM("\3", "\4", "\x1f")
		TRANSFORM("\0", "\6", "\x24")		/* ADDKE1 36 */
		"\0\0\0\x14\2\1\0\1"
		"\0\0\0\x0c\1\0\0\x0c\x80\x0e\0\x80"
		"\x28\0\0\x0c\0\x1f\0\0abcd"		/* KE */
		NONCE("\x29")
		"\x2b\0\0\x08\0\0\x40\x04"		/* notify 16388 */
		"\0\0\0\x18\x88\x2f\xe5\x6d\x6f\xd2\x0d\xbc"
		"\x22\x51\x61\x3b\x2e\xbe\x5b\xebmore";
	struct ikemon_view view = {
		.head = (const u8 *)data,
		.head_len = sizeof(data) - 1,
		.len = sizeof(data) - 1,
	};
	struct ikemon_pkt pkt;

	ikemon_parse(&view, false, &pkt);
	return pkt.class == IKEMON_CLASS_IKE && pkt.bad == IKEMON_BAD_NONE &&
	       pkt.spi_i == 0x1112131415161718ULL && !pkt.spi_r &&
	       pkt.version == 2 && pkt.exchange == IKE2_SA_INIT &&
	       pkt.offers == 2 && pkt.transforms == 5 &&
	       pkt.suite.encr == 20 && pkt.suite.key_bits == 256 &&
	       pkt.suite.prf == 5 && !pkt.suite.integ && pkt.suite.ke == 31 &&
	       pkt.suite.addke[0] == 36 && pkt.ke_group == 31 &&
	       pkt.ke_len == 4 && pkt.nonce_len == 16 && pkt.n_notify == 1 &&
	       pkt.notify[0] == IKE2_N_NAT_DETECTION_SOURCE_IP &&
	       pkt.vendors == IKEMON_VENDOR_STRONGSWAN &&
	       !memcmp(pkt.tag, "0123456789abcdef", sizeof(pkt.tag)) &&
	       ikemon_opens_negotiation(&pkt);
}

bool __init ikemon_parse_selftest(void)
{
	bool success = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parse_cases); i++) {
		if (parse_case_ok(&parse_cases[i]))
			continue;
		pr_err("parse self-test %u: FAIL\n", parse_cases[i].no);
		success = false;
	}
	if (!parse_init_ok()) {
		pr_err("parse self-test of a whole message: FAIL\n");
		success = false;
	}
	if (success)
		pr_info("parse self-tests: pass\n");
	return success;
}

#undef SPI_I
#undef SPI_R
#undef SPI_0
#undef MARKER
#undef V2_INIT
#undef V2_AUTH
#undef V1_MAIN
#undef LEN
#undef NONCE
#undef TRANSFORM
