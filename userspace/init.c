// SPDX-License-Identifier: GPL-2.0-or-later
#include "init.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* IANA, Internet Key Exchange Version 2 (IKEv2) Parameters */
enum {
	PROTOCOL_IKE	= 1,
	VERSION_2	= 0x20,
	ENCR_3DES	= 3,
	ENCR_AES_CBC	= 12,
	ENCR_AES_GCM_16	= 20,
	ENCR_CHACHA20	= 28,
};

struct transform {
	uint8_t type;
	uint8_t id;
	uint16_t key_bits;
};

#define ENCR(id, bits)	{ IKE2_TRANSFORM_ENCR, id, bits }
#define PRF(id)		{ IKE2_TRANSFORM_PRF, id, 0 }
#define INTEG(id)	{ IKE2_TRANSFORM_INTEG, id, 0 }
#define KE(id)		{ IKE2_TRANSFORM_KE, id, 0 }

static const struct transform with_integrity[] = {
	ENCR(ENCR_AES_CBC, 256), ENCR(ENCR_AES_CBC, 192),
	ENCR(ENCR_AES_CBC, 128), ENCR(ENCR_3DES, 0),
	INTEG(12), INTEG(13), INTEG(14), INTEG(2),
};

static const struct transform combined[] = {
	ENCR(ENCR_AES_GCM_16, 256), ENCR(ENCR_AES_GCM_16, 192),
	ENCR(ENCR_AES_GCM_16, 128), ENCR(ENCR_CHACHA20, 0),
};

/* What either can have: SHA-2 and SHA-1; MODP, ECP and Curve25519. */
static const struct transform common[] = {
	PRF(5), PRF(6), PRF(7), PRF(2),
	KE(14), KE(31), KE(19), KE(20), KE(21), KE(15), KE(16), KE(5), KE(2),
	KE(INIT_GROUP),
};

/**
 * struct writer - a message on its way
 * @at: where the next octet goes
 * @next: the next payload field to fill in
 */
struct writer {
	uint8_t *at;
	uint8_t *next;
};

static void put8(struct writer *w, unsigned int value)
{
	*w->at++ = value;
}

static void put16(struct writer *w, unsigned int value)
{
	put8(w, value >> 8);
	put8(w, value);
}

static void put(struct writer *w, const void *data, size_t len)
{
	memcpy(w->at, data, len);
	w->at += len;
}

static void zeros(struct writer *w, size_t len)
{
	memset(w->at, 0, len);
	w->at += len;
}

static void set16(uint8_t *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* Begins a payload; payload_end() with the result writes its length. */
static uint8_t *payload(struct writer *w, uint8_t type)
{
	uint8_t *start = w->at;

	*w->next = type;
	w->next = start;
	zeros(w, IKE_PAYLOAD_HDR_LEN);
	return start;
}

static void payload_end(const struct writer *w, uint8_t *start)
{
	set16(start + 2, w->at - start);
}

/* RFC 7296 section 3.3.2 */
static void put_transform(struct writer *w, const struct transform *t,
			  bool last)
{
	put16(w, last ? 0 : 3 << 8);
	put16(w, t->key_bits ? 12 : 8);
	put16(w, t->type << 8);
	put16(w, t->id);
	if (!t->key_bits)
		return;
	put16(w, IKE_ATTR_FORMAT_TV | IKE2_ATTR_KEY_LENGTH);
	put16(w, t->key_bits);
}

/* RFC 7296 section 3.3.1; the common ones come behind those given. */
static void put_proposal(struct writer *w, unsigned int number,
			 const struct transform *t, unsigned int n, bool last)
{
	uint8_t *start = w->at;
	unsigned int i;

	put16(w, last ? 0 : 2 << 8);
	put16(w, 0);
	put8(w, number);
	put8(w, PROTOCOL_IKE);
	put8(w, 0);
	put8(w, n + ARRAY_SIZE(common));
	for (i = 0; i < n; i++)
		put_transform(w, &t[i], false);
	for (i = 0; i < ARRAY_SIZE(common); i++)
		put_transform(w, &common[i], i + 1 == ARRAY_SIZE(common));
	payload_end(w, start);
}

static void put_notify(struct writer *w, uint16_t type, const void *data,
		       size_t len)
{
	uint8_t *start = payload(w, IKE2_PAYLOAD_NOTIFY);

	put16(w, 0);
	put16(w, type);
	put(w, data, len);
	payload_end(w, start);
}

static void put_sa(struct writer *w)
{
	uint8_t *start = payload(w, IKE2_PAYLOAD_SA);

	put_proposal(w, 1, with_integrity, ARRAY_SIZE(with_integrity), false);
	put_proposal(w, 2, combined, ARRAY_SIZE(combined), true);
	payload_end(w, start);
}

static void put_ke(struct writer *w, const struct init *init)
{
	uint8_t *start = payload(w, IKE2_PAYLOAD_KE);

	put16(w, INIT_GROUP);
	put16(w, 0);
	put(w, init->ke, sizeof(init->ke));
	payload_end(w, start);
}

static void put_nonce(struct writer *w, const struct init *init)
{
	uint8_t *start = payload(w, IKE2_PAYLOAD_NONCE);

	put(w, init->nonce, sizeof(init->nonce));
	payload_end(w, start);
}

static void put_header(struct writer *w, const struct init *init)
{
	put(w, init->spi, sizeof(init->spi));
	zeros(w, sizeof(init->spi));
	w->next = w->at;
	put8(w, 0);
	put8(w, VERSION_2);
	put8(w, IKE2_SA_INIT);
	put8(w, IKE2_FLAG_INITIATOR);
	zeros(w, IKE_HDR_LEN - IKE_HDR_MESSAGE_ID);
}

void init_fresh(struct init *init)
{
	if (getrandom(init, sizeof(*init), 0) != sizeof(*init))
		abort();
	init->spi[0] |= 1;
	/* The prime begins with 64 ones. */
	init->ke[0] = (init->ke[0] & 0x7f) | 1;
	init->cookie_len = 0;
}

unsigned int init_write(const struct init *init, bool marker,
			uint8_t buf[INIT_MESSAGE])
{
	struct writer w = { .at = buf };
	uint8_t *message;

	if (marker)
		zeros(&w, NATT_MARKER_LEN);
	message = w.at;
	put_header(&w, init);
	if (init->cookie_len)
		put_notify(&w, IKE2_N_COOKIE, init->cookie, init->cookie_len);
	put_sa(&w);
	put_ke(&w, init);
	put_nonce(&w, init);
	put_notify(&w, IKE2_N_NAT_DETECTION_SOURCE_IP, init->nat[0],
		   sizeof(init->nat[0]));
	put_notify(&w, IKE2_N_NAT_DETECTION_DESTINATION_IP, init->nat[1],
		   sizeof(init->nat[1]));
	set16(message + IKE_HDR_LENGTH + 2, w.at - message);
	return w.at - buf;
}
