// SPDX-License-Identifier: GPL-2.0-or-later
#include "ikemsg.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* RFC 7296 section 3.1 and 3.2, RFC 2408 section 3.1. */
enum {
	EXCH_MAIN = 2, EXCH_AGGRESSIVE = 4, EXCH_QUICK = 32,
	EXCH_INIT = MSG_EXCH_INIT, EXCH_AUTH, EXCH_CHILD, EXCH_INFO,
	FLAG_V1_ENCRYPTED = 0x01, FLAG_INITIATOR = 0x08, FLAG_RESPONSE = 0x20,
	V1_SA = 1, V1_KE = 4, V1_ID = 5, V1_HASH = 8, V1_NONCE = 10,
	SA = 33, KE = 34, NONCE = 40, NOTIFY = 41, VENDOR = 43, SK = 46,
	SKF = 53,
	INVALID_KE = MSG_INVALID_KE, NO_PROPOSAL = 14, COOKIE = MSG_COOKIE,
	HEADER = 28, GROUP14 = 256,
};

/**
 * struct writer - a message under construction
 * @at: next octet
 * @next: where the type of the next payload belongs
 * @begin: of the IKE header
 */
struct writer {
	uint8_t *at;
	uint8_t *next;
	uint8_t *begin;
};

static void put(struct writer *w, uint64_t value, unsigned int octets)
{
	while (octets--)
		*w->at++ = value >> (8 * octets);
}

static void fill(struct writer *w, uint8_t value, unsigned int octets)
{
	memset(w->at, value, octets);
	w->at += octets;
}

static void begin(struct writer *w, uint8_t *buf, const struct msg_options *o,
		  uint8_t exchange)
{
	bool v1 = exchange < EXCH_INIT;

	w->at = buf;
	if (o->marker)
		put(w, 0, 4);
	w->begin = w->at;
	put(w, o->spi_i, 8);
	put(w, o->spi_r, 8);
	w->next = w->at;
	put(w, 0, 1);
	put(w, v1 ? 0x10 : 0x20, 1);
	put(w, exchange, 1);
	put(w, v1 ? 0 : o->response ? FLAG_RESPONSE : FLAG_INITIATOR, 1);
	put(w, o->id, 4);
	put(w, 0, 4);
}

static void payload(struct writer *w, uint8_t type, unsigned int body)
{
	*w->next = type;
	w->next = w->at;
	put(w, 0, 2);
	put(w, body + 4, 2);
}

static size_t end(struct writer *w, const uint8_t *buf)
{
	uint32_t len = htobe32(w->at - w->begin);

	memcpy(w->begin + 24, &len, 4);
	return w->at - buf;
}

static void put_transform(struct writer *w, bool last, uint8_t type,
			  uint16_t id, uint16_t bits)
{
	put(w, last ? 0 : 3, 1);
	put(w, 0, 1);
	put(w, bits ? 12 : 8, 2);
	put(w, type, 1);
	put(w, 0, 1);
	put(w, id, 2);
	if (bits)
		put(w, 0x800e0000 | bits, 4);
}

/* AES-CBC-128, PRF-HMAC-SHA2-256, HMAC-SHA2-256-128, 2048-bit MODP. */
static void put_sa(struct writer *w, unsigned int group)
{
	bool more = group != 14;
	unsigned int len = 44 + (more ? 8 : 0);

	payload(w, SA, len);
	put(w, 0, 2);
	put(w, len, 2);
	put(w, 0x01010000 | (more ? 5 : 4), 4);
	put_transform(w, false, 1, 12, 128);
	put_transform(w, false, 2, 5, 0);
	put_transform(w, false, 3, 12, 0);
	if (more)
		put_transform(w, false, 4, group, 0);
	put_transform(w, true, 4, 14, 0);
}

/* A power of two is a sound public value of these groups. */
static void put_public(struct writer *w, unsigned int octets)
{
	fill(w, 0, octets - 128);
	put(w, 1, 1);
	fill(w, 0, 127);
}

static void put_nonce(struct writer *w, uint8_t type, uint64_t nonce)
{
	unsigned int i;

	payload(w, type, 32);
	for (i = 0; i < 4 && nonce; i++)
		put(w, nonce * (2 * i + 1), 8);
	if (!nonce)
		fill(w, MSG_FILL_NONCE, 32);
}

static void put_init(struct writer *w, const struct msg_options *o)
{
	unsigned int group = o->group ? o->group : 14;
	unsigned int octets = GROUP14 + (group - 14) * 128;

	put_sa(w, group);
	payload(w, KE, 4 + octets);
	put(w, group, 2);
	put(w, 0, 2);
	put_public(w, octets);
	put_nonce(w, NONCE, o->nonce);
}

/* RFC 2409 appendix A: AES-CBC-128, SHA2-256, group 14, pre-shared key. */
static void put_v1_sa(struct writer *w)
{
	payload(w, V1_SA, 8 + 44);
	put(w, 1, 4);			/* DOI: IPsec */
	put(w, 1, 4);			/* situation: identity only */
	put(w, 0, 2);
	put(w, 44, 2);
	put(w, 0x01010001, 4);
	put(w, 0, 2);
	put(w, 36, 2);
	put(w, 0x01010000, 4);		/* number 1, KEY_IKE */
	put(w, 0x80010007, 4);
	put(w, 0x800e0080, 4);
	put(w, 0x80020004, 4);
	put(w, 0x80030001, 4);
	put(w, 0x8004000e, 4);
	put(w, 0x800b0001, 4);
	put(w, 0x800c7080, 4);
}

static void put_v1_exchange(struct writer *w, uint64_t nonce)
{
	payload(w, V1_KE, GROUP14);
	put_public(w, GROUP14);
	put_nonce(w, V1_NONCE, nonce);
}

static void put_v1_aggressive(struct writer *w, uint64_t nonce, bool response)
{
	put_v1_sa(w);
	put_v1_exchange(w, nonce);
	payload(w, V1_ID, 8);
	put(w, 0x01000000, 4);
	put(w, 0xc0000201, 4);
	if (response) {
		payload(w, V1_HASH, 32);
		fill(w, MSG_FILL_SEALED, 32);
	}
}

static void put_sealed(struct writer *w, unsigned int content)
{
	payload(w, SK, content);
	fill(w, MSG_FILL_SEALED, content);
}

static void put_notify(struct writer *w, uint16_t type, unsigned int data)
{
	payload(w, NOTIFY, 4 + data);
	put(w, 0, 2);
	put(w, type, 2);
	fill(w, 14, data);
}

static size_t build_init(const struct msg_options *o, uint8_t *buf)
{
	struct writer w;

	begin(&w, buf, o, EXCH_INIT);
	if (o->cookie) {
		put_notify(&w, COOKIE, o->cookie_len);
		memcpy(w.at - o->cookie_len, o->cookie, o->cookie_len);
	}
	put_init(&w, o);
	return end(&w, buf);
}

static size_t build_v1(const struct msg_options *o, uint8_t *buf)
{
	struct writer w;

	if (!strcmp(o->kind, "main")) {
		begin(&w, buf, o, EXCH_MAIN);
		put_v1_sa(&w);
	} else if (!strcmp(o->kind, "main3")) {
		begin(&w, buf, o, EXCH_MAIN);
		put_v1_exchange(&w, o->nonce);
	} else {
		begin(&w, buf, o, EXCH_AGGRESSIVE);
		put_v1_aggressive(&w, o->nonce, o->response);
	}
	return end(&w, buf);
}

static size_t build_sealed(const struct msg_options *o, uint8_t *buf)
{
	static const struct {
		const char *kind;
		uint8_t exchange;
	} sealed[] = {
		{ "auth", EXCH_AUTH }, { "child", EXCH_CHILD },
		{ "info", EXCH_INFO }, { "quick", EXCH_QUICK },
		{ "aggressive3", EXCH_AGGRESSIVE },
	};
	struct writer w;
	unsigned int i = 0;

	while (strcmp(o->kind, sealed[i].kind))
		i++;
	begin(&w, buf, o, sealed[i].exchange);
	if (sealed[i].exchange < EXCH_INIT) {
		w.begin[16] = V1_HASH;
		w.begin[19] = FLAG_V1_ENCRYPTED;
		fill(&w, MSG_FILL_SEALED, o->content);
	} else {
		put_sealed(&w, o->content);
	}
	return end(&w, buf);
}

static size_t build_skf(const struct msg_options *o, uint8_t *buf)
{
	struct writer w;

	begin(&w, buf, o, EXCH_AUTH);
	payload(&w, SKF, 4 + o->content);
	put(&w, o->fragment, 2);
	put(&w, o->fragments, 2);
	fill(&w, MSG_FILL_SEALED, o->content);
	return end(&w, buf);
}

static size_t build_keepalive(const struct msg_options *o, uint8_t *buf)
{
	(void)o;
	buf[0] = 0xff;
	return 1;
}

static size_t build_esp(const struct msg_options *o, uint8_t *buf)
{
	struct writer w = { .at = buf };

	put(&w, o->spi_i, 4);
	put(&w, o->id, 4);
	fill(&w, MSG_FILL_SEALED, o->content);
	return w.at - buf;
}

/* The broken ones, each in one way only. */
static size_t build_broken(const struct msg_options *o, uint8_t *buf)
{
	const char *how = o->kind;
	struct writer w;
	size_t len, i;

	begin(&w, buf, o, EXCH_INIT);
	if (!strcmp(how, "payload-count")) {
		for (i = 0; i < 65; i++)
			payload(&w, VENDOR, 0);
	} else if (!strcmp(how, "notify")) {
		put_notify(&w, COOKIE, 8);
		w.begin[HEADER + 5] = 200;	/* SPI size */
	} else if (!strcmp(how, "fragment")) {
		w.begin[18] = EXCH_AUTH;
		payload(&w, SKF, 68);
		put(&w, 3, 2);
		put(&w, 2, 2);
		fill(&w, MSG_FILL_SEALED, 64);
	} else {
		put_init(&w, o);
	}
	len = end(&w, buf);
	if (!strcmp(how, "short"))
		return w.begin - buf + 20;
	if (!strcmp(how, "length"))
		w.begin[26] = 0x7f;
	if (!strcmp(how, "zero-spi"))
		memset(w.begin, 0, 8);
	if (!strcmp(how, "version"))
		w.begin[17] = 0;
	if (!strcmp(how, "payload-length"))
		w.begin[HEADER + 3] = 3;
	if (!strcmp(how, "proposal"))
		w.begin[HEADER + 7] = 45;
	if (!strcmp(how, "trailing")) {
		memset(buf + len, 0, 7);
		len += 7;
	}
	return len;
}

static const struct {
	const char *kind;
	size_t (*build)(const struct msg_options *o, uint8_t *buf);
} kinds[] = {
	{ "init", build_init },
	{ "main", build_v1 },
	{ "main3", build_v1 },
	{ "aggressive", build_v1 },
	{ "aggressive3", build_sealed },
	{ "auth", build_sealed },
	{ "child", build_sealed },
	{ "info", build_sealed },
	{ "quick", build_sealed },
	{ "skf", build_skf },
	{ "keepalive", build_keepalive },
	{ "esp", build_esp },
	{ "short", build_broken },
	{ "length", build_broken },
	{ "zero-spi", build_broken },
	{ "version", build_broken },
	{ "payload-length", build_broken },
	{ "payload-count", build_broken },
	{ "proposal", build_broken },
	{ "notify", build_broken },
	{ "fragment", build_broken },
	{ "trailing", build_broken },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static unsigned int find(const char *kind)
{
	unsigned int i = 0;

	while (i < KINDS && strcmp(kind, kinds[i].kind))
		i++;
	return i;
}

bool msg_known(const char *kind)
{
	return find(kind) < KINDS;
}

size_t msg_build(const struct msg_options *o, uint8_t *buf)
{
	return kinds[find(o->kind)].build(o, buf);
}

/* The first notify, if one comes before anything encrypted. */
static bool read_notify(struct msg_head *h, const uint8_t *buf, size_t len)
{
	uint8_t type = buf[16];
	size_t at = HEADER, n;

	while (type && type != SK && type != SKF) {
		if (at + 4 > len)
			return false;
		n = buf[at + 2] << 8 | buf[at + 3];
		if (n < 4 || n > len - at)
			return false;
		if (type == NOTIFY && n >= 8 && !buf[at + 5]) {
			h->notify = buf[at + 6] << 8 | buf[at + 7];
			h->data = buf + at + 8;
			h->data_len = n - 8;
			return true;
		}
		type = buf[at];
		at += n;
	}
	return true;
}

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static void put_invalid_ke(struct writer *w)
{
	put_notify(w, INVALID_KE, 2);
	w->at[-2] = 0;			/* group 14 */
}

/* Answers to IKE_SA_INIT that keep no state name no SPI (RFC 7296 2.6). */
static void answer_init(struct writer *w, struct msg_options *o, uint8_t *out,
			const char *how, bool has_cookie)
{
	bool yes = !strcmp(how, "yes") ||
		   (!strcmp(how, "cookie") && has_cookie);

	if (!yes)
		o->spi_r = 0;
	begin(w, out, o, EXCH_INIT);
	if (yes)
		put_init(w, o);
	else if (!strcmp(how, "cookie"))
		put_notify(w, COOKIE, 24);
	else if (!strcmp(how, "no-proposal"))
		put_notify(w, NO_PROPOSAL, 0);
	else
		put_invalid_ke(w);
}

static void answer_v1(struct writer *w, const struct msg_options *o,
		      uint8_t *out, uint8_t exchange, uint8_t flags, bool first)
{
	begin(w, out, o, exchange);
	if (flags & FLAG_V1_ENCRYPTED) {
		w->begin[16] = V1_HASH;
		w->begin[19] = FLAG_V1_ENCRYPTED;
		fill(w, MSG_FILL_SEALED, o->content);
	} else if (exchange == EXCH_AGGRESSIVE) {
		put_v1_aggressive(w, o->nonce, true);
	} else if (first) {
		put_v1_sa(w);
	} else {
		put_v1_exchange(w, o->nonce);
	}
}

size_t msg_answer(const struct msg_options *o, const char *how,
		  const uint8_t *in, size_t len, uint8_t *out)
{
	size_t skip = o->marker ? 4 : 0;
	struct msg_options reply = *o;
	const uint8_t *h = in + skip;
	struct writer w;

	if (len < skip + HEADER || !strcmp(how, "no"))
		return 0;
	reply.spi_i = get64(h);
	reply.spi_r = get64(h + 8);
	reply.response = true;
	memcpy(&reply.id, h + 20, 4);
	reply.id = be32toh(reply.id);
	if (!reply.spi_r)
		reply.spi_r = o->spi_r ? o->spi_r : ~reply.spi_i;
	if (h[17] == 0x10) {
		answer_v1(&w, &reply, out, h[18], h[19], !get64(h + 8));
	} else if (h[19] & FLAG_RESPONSE) {
		return 0;
	} else if (h[18] == EXCH_INIT) {
		answer_init(&w, &reply, out, how, h[16] == NOTIFY);
	} else {
		begin(&w, out, &reply, h[18]);
		put_sealed(&w, o->content);
	}
	return end(&w, out);
}

bool msg_read(struct msg_head *h, const uint8_t *buf, size_t len, bool marker)
{
	size_t skip = marker ? 4 : 0;

	if (len < skip + HEADER)
		return false;
	buf += skip;
	len -= skip;
	memset(h, 0, sizeof(*h));
	h->spi_i = get64(buf);
	h->spi_r = get64(buf + 8);
	h->version = buf[17] >> 4;
	h->exchange = buf[18];
	h->response = buf[19] & FLAG_RESPONSE;
	memcpy(&h->id, buf + 20, 4);
	h->id = be32toh(h->id);
	h->len = len;
	return h->version == 1 || read_notify(h, buf, len);
}

void msg_print(const struct msg_options *o, const uint8_t *buf, size_t len)
{
	size_t skip = o->marker ? 4 : 0;

	if (len < skip + HEADER) {
		printf("short %zu\n", len);
		return;
	}
	buf += skip;
	printf("exchange %u spi_r %016" PRIx64 " payload %u length %zu\n",
	       buf[18], get64(buf + 8), buf[16], len - skip);
}
