// SPDX-License-Identifier: GPL-2.0-or-later
/* Included by cookie.c. */

enum cookie_test {
	TEST_FAMILY	= 2,
	TEST_NONCE	= 20,
	TEST_COOKIE	= FIRST_OFF + NOTIFY_LEN,	/* where it stands */
	TEST_LEN	= IKEMON_COOKIE_MESSAGE_LEN + IKE_PAYLOAD_HDR_LEN +
			  TEST_NONCE,
};

static const siphash_key_t test_keys[2] __initconst = {
	{ .key = { 1, 2 } }, { .key = { 3, 4 } },
};

static const u8 test_addr[ADDR_LEN] __initconst = { 192, 0, 2, 1 };

/* The answer to a request, turned into a request with a nonce behind it. */
static void __init put_request(u8 *msg, const u8 *cookie)
{
	struct ikemon_pkt request = {
		.spi_i = 0x1112131415161718ULL, .exchange = IKE2_SA_INIT,
	};

	memset(msg, 0, TEST_LEN);
	ikemon_cookie_answer(msg, TEST_LEN, &request, cookie);
	msg[IKE_HDR_FLAGS] = IKE2_FLAG_INITIATOR;
	msg[IKE_HDR_LENGTH + 3] = TEST_LEN;
	msg[IKE_HDR_LEN] = IKE2_PAYLOAD_NONCE;
	msg[IKEMON_COOKIE_MESSAGE_LEN + 3] = IKE_PAYLOAD_HDR_LEN + TEST_NONCE;
}

static bool __init verify_ok(const struct ikemon_cookie_secrets *secrets,
			     const u8 *msg)
{
	struct ikemon_view view = {
		.head = msg, .head_len = TEST_LEN, .len = TEST_LEN,
	};
	struct ikemon_pkt pkt;

	ikemon_parse(&view, false, &pkt);
	return ikemon_cookie_verify(secrets, test_addr, TEST_FAMILY, &view,
				    &pkt);
}

static bool __init rotate_ok(u8 *msg)
{
	struct ikemon_cookie_secrets secrets = {};

	ikemon_cookie_rotate(&secrets, test_keys);
	ikemon_cookie_make(&secrets, test_addr, TEST_FAMILY,
			   0x1112131415161718ULL, msg + TEST_COOKIE);
	if (!verify_ok(&secrets, msg))
		return false;
	msg[TEST_COOKIE + IKEMON_COOKIE_LEN - 1] ^= 1;
	if (verify_ok(&secrets, msg))
		return false;
	msg[TEST_COOKIE + IKEMON_COOKIE_LEN - 1] ^= 1;
	ikemon_cookie_rotate(&secrets, test_keys);
	if (!verify_ok(&secrets, msg))
		return false;
	ikemon_cookie_rotate(&secrets, test_keys);
	return !verify_ok(&secrets, msg);
}

static bool __init strip_ok(const u8 *msg)
{
	struct ikemon_view view = {
		.head = msg, .head_len = TEST_LEN, .len = TEST_LEN,
	};
	struct ikemon_strip strip;
	struct ikemon_pkt pkt;

	ikemon_parse(&view, false, &pkt);
	return ikemon_cookie_strip(&view, &pkt, &strip) &&
	       strip.off == IKE_HDR_LEN &&
	       strip.len == IKEMON_COOKIE_NOTIFY_LEN &&
	       strip.new_length == TEST_LEN - IKEMON_COOKIE_NOTIFY_LEN &&
	       strip.first_payload == IKE2_PAYLOAD_NONCE;
}

bool __init ikemon_cookie_selftest(void)
{
	u8 msg[TEST_LEN], none[IKEMON_COOKIE_LEN] = {};
	bool success;

	put_request(msg, none);
	success = rotate_ok(msg) && strip_ok(msg);
	if (success)
		pr_info("cookie self-tests: pass\n");
	else
		pr_err("cookie self-tests: FAIL\n");
	return success;
}
