// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large an encrypted message can be that says no more than one error: what
 * tells a failed authentication from a good one, as far as anybody without the
 * keys can tell.
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
