// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The COOKIE of RFC 7296 section 2.6 and RFC 8019. A cookie is the version of
 * its secret and two hashes with independent keys, 128 bits, over who asks.
 */
#include <crypto/utils.h>
#include <linux/netfilter.h>

#include "cookie.h"
#include "walk.h"

enum cookie_fixed {
	NOTIFY_LEN	= 4,	/* RFC 7296 3.10: protocol, size, type */
	FIRST_OFF	= IKE_HDR_LEN + IKE_PAYLOAD_HDR_LEN,
	ADDR_LEN	= 16,
	HASH_LEN	= 8,
	/* RFC 7296 section 3.10: without SPI the protocol is ignored */
	NOTIFY_MASK	= 0x00ffffff,
	/* RFC 7296 section 2.10 */
	NONCE_MIN	= 16,
	NONCE_MAX	= 256,
	ANSWER_VERSION	= 0x20,	/* 2.0, RFC 7296 section 2.5 */
};

/* What is hashed; no holes. Of an IPv4 address the first four octets. */
struct cookie_input {
	u64 spi_i;
	u8 family;
	u8 version;
	u8 zero[2];
	u8 addr[ADDR_LEN];
	u8 end[4];
};

static u8 next_version(u8 version)
{
	return version < 255 ? version + 1 : 1;
}

void ikemon_cookie_rotate(struct ikemon_cookie_secrets *secrets,
			  const siphash_key_t key[2])
{
	u8 now = secrets->present & 1, next = !now;

	secrets->s[next].key[0] = key[0];
	secrets->s[next].key[1] = key[1];
	secrets->s[next].version = next_version(secrets->s[now].version);
	secrets->present = next;
}

static void make(const struct ikemon_cookie_secret *secret, const u8 *addr,
		 u8 family, u64 spi_i, u8 *cookie)
{
	struct cookie_input input = {
		.spi_i = spi_i, .family = family, .version = secret->version,
	};
	size_t len = family == NFPROTO_IPV4 ?
			     offsetof(struct cookie_input, addr) + 4 :
			     sizeof(input);
	unsigned int i;
	u64 hash;

	memcpy(input.addr, addr, ADDR_LEN);
	cookie[0] = secret->version;
	for (i = 0; i < 2; i++) {
		hash = siphash(&input, len, &secret->key[i]);
		put_unaligned_be64(hash, cookie + 1 + i * HASH_LEN);
	}
}

void ikemon_cookie_make(const struct ikemon_cookie_secrets *secrets,
			const u8 *addr, u8 family, u64 spi_i, u8 *cookie)
{
	make(&secrets->s[secrets->present & 1], addr, family, spi_i, cookie);
}

/*
 * The cookie that is the first payload, if it has the form of ours: a notify
 * without SPI and of our length. The payload it stands before is
 * returned in @next.
 */
static const u8 *first_cookie(const struct ikemon_view *view,
			      const struct ikemon_pkt *pkt, u8 *buf, u8 *next)
{
	const u8 *payload;

	if (pkt->next_payload != IKE2_PAYLOAD_NOTIFY ||
	    pkt->cookie_len != IKEMON_COOKIE_LEN ||
	    pkt->length < IKEMON_COOKIE_MESSAGE_LEN)
		return NULL;
	payload = ikemon_msg_get(view, pkt, IKE_HDR_LEN,
				 IKEMON_COOKIE_NOTIFY_LEN, buf);
	if (!payload ||
	    get_unaligned_be16(payload + 2) != IKEMON_COOKIE_NOTIFY_LEN ||
	    (get_unaligned_be32(payload + 4) & NOTIFY_MASK) != IKE2_N_COOKIE)
		return NULL;
	*next = payload[0];
	return payload + IKE_PAYLOAD_HDR_LEN + NOTIFY_LEN;
}

static const struct ikemon_cookie_secret *
secret_of(const struct ikemon_cookie_secrets *secrets, u8 version)
{
	unsigned int i;

	for (i = 0; version && i < ARRAY_SIZE(secrets->s); i++)
		if (secrets->s[i].version == version)
			return &secrets->s[i];
	return NULL;
}

bool ikemon_cookie_verify(const struct ikemon_cookie_secrets *secrets,
			  const u8 *addr, u8 family,
			  const struct ikemon_view *view,
			  const struct ikemon_pkt *pkt)
{
	u8 buf[IKEMON_COOKIE_NOTIFY_LEN], good[IKEMON_COOKIE_LEN], next;
	const struct ikemon_cookie_secret *secret;
	const u8 *cookie;

	if (!ikemon_opens_negotiation(pkt) || !ikemon_is_v2(pkt))
		return false;
	cookie = first_cookie(view, pkt, buf, &next);
	secret = cookie ? secret_of(secrets, cookie[0]) : NULL;
	if (!secret)
		return false;
	make(secret, addr, family, pkt->spi_i, good);
	return !crypto_memneq(cookie, good, sizeof(good));
}

static bool has_payload(const struct ikemon_pkt *pkt, u8 type)
{
	return pkt->payloads & BIT_ULL(type);
}

/* RFC 7296 section 1.2, RFC 5723 section 4.3.2 */
static bool is_complete(const struct ikemon_pkt *pkt)
{
	if (pkt->nonce_len < NONCE_MIN || pkt->nonce_len > NONCE_MAX)
		return false;
	if (pkt->exchange == IKE2_SESSION_RESUME)
		return ikemon_has_notify(pkt, IKE2_N_TICKET_OPAQUE);
	return pkt->sa_len >= PROPOSAL_LEN &&
	       has_payload(pkt, IKE2_PAYLOAD_KE) && pkt->ke_len;
}

/*
 * A request that begins a v2 negotiation, seen as a whole and sound. Daemons
 * pass over what stands behind it.
 */
static bool is_whole_request(const struct ikemon_pkt *pkt)
{
	return ikemon_opens_negotiation(pkt) && ikemon_is_v2(pkt) &&
	       pkt->spi_i && !pkt->cut && !pkt->partial && ikemon_is_sound(pkt);
}

bool ikemon_challengeable(const struct ikemon_pkt *pkt)
{
	u32 marker = ikemon_marker_len(pkt);

	return is_whole_request(pkt) && is_complete(pkt) &&
	       pkt->length + marker >=
	       2 * (IKEMON_COOKIE_MESSAGE_LEN + marker);
}

static void put_header(u8 *hdr, const struct ikemon_pkt *request)
{
	memset(hdr, 0, IKE_HDR_LEN);
	put_unaligned_be64(request->spi_i, hdr + IKE_HDR_SPI_I);
	hdr[IKE_HDR_NEXT_PAYLOAD] = IKE2_PAYLOAD_NOTIFY;
	hdr[IKE_HDR_VERSION] = ANSWER_VERSION;
	hdr[IKE_HDR_EXCHANGE] = request->exchange;
	hdr[IKE_HDR_FLAGS] = IKE2_FLAG_RESPONSE;
	put_unaligned_be32(IKEMON_COOKIE_MESSAGE_LEN, hdr + IKE_HDR_LENGTH);
}

/* Protocol and SPI size are 0: the type is the whole of four octets. */
static void put_cookie(u8 *payload, const u8 *cookie)
{
	memset(payload, 0, IKE_PAYLOAD_HDR_LEN);
	put_unaligned_be16(IKEMON_COOKIE_NOTIFY_LEN, payload + 2);
	payload += IKE_PAYLOAD_HDR_LEN;
	put_unaligned_be32(IKE2_N_COOKIE, payload);
	memcpy(payload + NOTIFY_LEN, cookie, IKEMON_COOKIE_LEN);
}

u32 ikemon_cookie_answer(u8 *buf, size_t size,
			 const struct ikemon_pkt *request, const u8 *cookie)
{
	u32 marker = ikemon_marker_len(request);

	if (size < marker + IKEMON_COOKIE_MESSAGE_LEN)
		return 0;
	memset(buf, 0, marker);
	put_header(buf + marker, request);
	put_cookie(buf + marker + IKE_HDR_LEN, cookie);
	return marker + IKEMON_COOKIE_MESSAGE_LEN;
}

/* A notify that forbids to strip what stands before it. */
static bool forbids(const struct ikemon_view *view,
		    const struct ikemon_pkt *pkt,
		    const struct ikemon_walk *walk)
{
	u8 buf[NOTIFY_LEN];
	const u8 *fixed;
	u16 type;

	if (walk->nested || walk->type != IKE2_PAYLOAD_NOTIFY)
		return false;
	fixed = walk->len < NOTIFY_LEN ? NULL :
		ikemon_msg_get(view, pkt, walk->off, NOTIFY_LEN, buf);
	if (!fixed)
		return true;
	type = get_unaligned_be16(fixed + 2);
	return type == IKE2_N_FULL_TRANSCRIPT_AUTH ||
	       (type == IKE2_N_COOKIE && walk->off != FIRST_OFF);
}

bool ikemon_cookie_strip(const struct ikemon_view *view,
			 const struct ikemon_pkt *pkt,
			 struct ikemon_strip *strip)
{
	u8 buf[IKEMON_COOKIE_NOTIFY_LEN], next;
	struct ikemon_walk walk;

	if (!is_whole_request(pkt) || !first_cookie(view, pkt, buf, &next))
		return false;
	ikemon_walk_start(&walk, pkt);
	while (ikemon_walk_next(&walk, pkt, view))
		if (forbids(view, pkt, &walk))
			return false;
	if (walk.bad || walk.cut)
		return false;
	strip->off = IKE_HDR_LEN;
	strip->len = IKEMON_COOKIE_NOTIFY_LEN;
	strip->new_length = pkt->length - IKEMON_COOKIE_NOTIFY_LEN;
	strip->first_payload = next;
	return true;
}

#ifdef IKEMON_SELFTEST
#include "selftest/cookie.c"
#endif
