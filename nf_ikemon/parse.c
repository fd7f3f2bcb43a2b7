// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the octets of a UDP datagram to a description of the IKE message in
 * it. How payload follows payload is in walk.c, what is proposed in offer.c;
 * here is what the others say.
 */
#include "body.h"
#include "vendor.h"

enum fixed_parts {
	KE_LEN		= 4,	/* RFC 7296 3.4: group, reserved */
	NOTIFY_LEN	= 4,	/* RFC 7296 3.10: protocol, size, type */
	V1_NOTIFY_LEN	= 8,	/* RFC 2408 3.14: DOI before them */
	FRAGMENT_LEN	= 4,	/* RFC 7383 2.5: number, total */
};

/* Octets of the message that there are. */
static u32 msg_end(const struct ikemon_view *view,
		   const struct ikemon_pkt *pkt)
{
	u32 have = view->len - ikemon_marker_len(pkt);

	return have < pkt->length ? have : pkt->length;
}

static void malformed(struct ikemon_pkt *pkt, enum ikemon_bad bad)
{
	pkt->class = IKEMON_CLASS_MALFORMED;
	pkt->bad = bad;
}

/*
 * RFC 3948 section 2: what is no message behind the non-ESP marker on a port
 * with NAT-T framing. True if @pkt is complete.
 */
static bool natt_framing(const struct ikemon_view *view,
			 struct ikemon_pkt *pkt)
{
	u32 have = view->len < NATT_MARKER_LEN ? view->len : NATT_MARKER_LEN;
	u8 buf[NATT_MARKER_LEN];
	const u8 *octets = ikemon_view_get(view, 0, have, buf);

	pkt->class = octets ? ikemon_natt_class(octets, view->len,
						view->partial) :
			      IKEMON_CLASS_MALFORMED;
	if (pkt->class == IKEMON_CLASS_MALFORMED)
		pkt->bad = IKEMON_BAD_SHORT;
	if (octets && have == NATT_MARKER_LEN)
		pkt->esp_spi = get_unaligned_be32(octets);
	pkt->marker = pkt->class == IKEMON_CLASS_IKE;
	return !pkt->marker;
}

static enum ikemon_bad check_header(const struct ikemon_view *view,
				    const struct ikemon_pkt *pkt)
{
	u32 have = view->len - ikemon_marker_len(pkt);

	if (pkt->length < IKE_HDR_LEN ||
	    (pkt->length > have && !view->partial))
		return IKEMON_BAD_LENGTH;
	if (!pkt->spi_i)
		return IKEMON_BAD_ZERO_SPI;
	if (!pkt->version)
		return IKEMON_BAD_VERSION;
	return IKEMON_BAD_NONE;
}

void ikemon_parse_header(const struct ikemon_view *view, bool natt,
			 struct ikemon_pkt *pkt)
{
	u8 buf[IKE_HDR_LEN];
	const u8 *hdr;
	u8 bad;

	memset(pkt, 0, sizeof(*pkt));
	pkt->partial = view->partial;
	if (natt && natt_framing(view, pkt))
		return;
	hdr = ikemon_msg_get(view, pkt, 0, IKE_HDR_LEN, buf);
	if (!hdr) {
		malformed(pkt, IKEMON_BAD_SHORT);
		return;
	}
	pkt->spi_i = get_unaligned_be64(hdr + IKE_HDR_SPI_I);
	pkt->spi_r = get_unaligned_be64(hdr + IKE_HDR_SPI_R);
	pkt->next_payload = hdr[IKE_HDR_NEXT_PAYLOAD];
	pkt->version = hdr[IKE_HDR_VERSION] >> 4;
	pkt->minor = hdr[IKE_HDR_VERSION] & 0x0f;
	pkt->exchange = hdr[IKE_HDR_EXCHANGE];
	pkt->flags = hdr[IKE_HDR_FLAGS];
	pkt->message_id = get_unaligned_be32(hdr + IKE_HDR_MESSAGE_ID);
	pkt->length = get_unaligned_be32(hdr + IKE_HDR_LENGTH);
	pkt->class = IKEMON_CLASS_IKE;
	if (pkt->version == 1)
		pkt->protected = pkt->flags & IKE1_FLAG_ENCRYPTION;
	else if (pkt->version == 2)
		pkt->protected = pkt->next_payload == IKE2_PAYLOAD_SK ||
				 pkt->next_payload == IKE2_PAYLOAD_SKF;
	bad = check_header(view, pkt);
	if (bad)
		malformed(pkt, bad);
}

/* What is in the first one is read later, if it is. */
static void read_sa(struct body *body)
{
	if (body->pkt->sa_len)
		return;
	body->pkt->sa_off = body->walk.off;
	body->pkt->sa_len = body->walk.len;
}

static u16 clamp_u16(u32 len)
{
	return len < U16_MAX ? len : U16_MAX;
}

static void read_v2_ke(struct body *body)
{
	u8 buf[KE_LEN];
	const u8 *fixed;

	fixed = body_fixed(body, KE_LEN, buf, IKEMON_BAD_PAYLOAD_LENGTH);
	if (!fixed)
		return;
	body->pkt->ke_group = get_unaligned_be16(fixed);
	body->pkt->ke_len = clamp_u16(body->walk.len - KE_LEN);
}

static void read_v1_ke(struct body *body)
{
	body->pkt->ke_len = clamp_u16(body->walk.len);
}

/* The first nonce also identifies the message. */
static void read_nonce(struct body *body)
{
	u32 len = body->walk.len;
	u8 buf[sizeof(body->pkt->tag)];
	const u8 *octets;

	if (body->pkt->nonce_len || !len)
		return;
	body->pkt->nonce_len = clamp_u16(len);
	if (len > sizeof(buf))
		len = sizeof(buf);
	octets = body_get(body, 0, len, buf);
	if (!octets) {
		body->walk.cut = true;
		return;
	}
	/* A length that is known is no loop. */
	if (len == sizeof(body->pkt->tag))
		memcpy(body->pkt->tag, octets, sizeof(body->pkt->tag));
	else
		memcpy(body->pkt->tag, octets, len);
	body->tagged = true;
}

static void add_notify(struct ikemon_pkt *pkt, u16 type)
{
	if (pkt->n_notify < IKEMON_MAX_NOTIFIES)
		pkt->notify[pkt->n_notify++] = type;
}

static void read_v2_notify(struct body *body)
{
	u8 buf[NOTIFY_LEN], data[2];
	const u8 *fixed;
	u32 off;
	u16 type;

	fixed = body_fixed(body, NOTIFY_LEN, buf, IKEMON_BAD_NOTIFY);
	if (!fixed)
		return;
	type = get_unaligned_be16(fixed + 2);
	off = NOTIFY_LEN + fixed[1];
	add_notify(body->pkt, type);
	if (off > body->walk.len) {
		ikemon_walk_bad(&body->walk, IKEMON_BAD_NOTIFY);
		return;
	}
	/* RFC 7296 section 2.6: the first payload, or it is no cookie */
	if (type == IKE2_N_COOKIE && body->walk.count == 1)
		body->pkt->cookie_len = clamp_u16(body->walk.len - off);
	if (type != IKE2_N_INVALID_KE_PAYLOAD)
		return;
	fixed = body_get(body, off, sizeof(data), data);
	if (fixed)
		body->pkt->wanted_group = get_unaligned_be16(fixed);
}

static void read_v1_notify(struct body *body)
{
	u8 buf[V1_NOTIFY_LEN];
	const u8 *fixed;

	fixed = body_fixed(body, V1_NOTIFY_LEN, buf, IKEMON_BAD_NOTIFY);
	if (!fixed)
		return;
	add_notify(body->pkt, get_unaligned_be16(fixed + 6));
	if (fixed[5] > body->walk.len - V1_NOTIFY_LEN)
		ikemon_walk_bad(&body->walk, IKEMON_BAD_NOTIFY);
}

static void read_vendor(struct body *body)
{
	u32 have = body->walk.len < IKEMON_VENDOR_OCTETS ? body->walk.len :
							   IKEMON_VENDOR_OCTETS;
	u8 buf[IKEMON_VENDOR_OCTETS];
	const u8 *id = body_get(body, 0, have, buf);

	if (id)
		body->pkt->vendors |= ikemon_vendor_of(id, have,
						       body->walk.len);
	else
		body->walk.cut = true;
}

static void read_sk(struct body *body)
{
	body->pkt->protected = true;
}

/* RFC 7383 section 2.5 */
static void read_skf(struct body *body)
{
	struct ikemon_pkt *pkt = body->pkt;
	u8 buf[FRAGMENT_LEN];
	const u8 *fixed;

	pkt->protected = true;
	fixed = body_fixed(body, FRAGMENT_LEN, buf, IKEMON_BAD_FRAGMENT);
	if (!fixed)
		return;
	pkt->frag_no = get_unaligned_be16(fixed);
	pkt->frag_total = get_unaligned_be16(fixed + 2);
	if (!pkt->frag_no || pkt->frag_no > pkt->frag_total)
		ikemon_walk_bad(&body->walk, IKEMON_BAD_FRAGMENT);
}

/*
 * The first fragment begins with the header of the message that it is a part
 * of. charon takes whatever is there for a message that came by itself.
 */
static void check_v1_whole(struct body *body)
{
	u8 buf[FRAGMENT_LEN + IKE_HDR_NEXT_PAYLOAD];
	const struct ikemon_pkt *pkt = body->pkt;
	const u8 *fixed;

	fixed = body_fixed(body, sizeof(buf), buf, IKEMON_BAD_FRAGMENT);
	if (!fixed)
		return;
	fixed += FRAGMENT_LEN;
	if (get_unaligned_be64(fixed + IKE_HDR_SPI_I) != pkt->spi_i ||
	    get_unaligned_be64(fixed + IKE_HDR_SPI_R) != pkt->spi_r)
		ikemon_walk_bad(&body->walk, IKEMON_BAD_FRAGMENT);
}

/* Fragment ID, number, and whether it is the last. */
static void read_v1_fragment(struct body *body)
{
	struct ikemon_pkt *pkt = body->pkt;
	u8 buf[FRAGMENT_LEN];
	const u8 *fixed;

	fixed = body_fixed(body, FRAGMENT_LEN, buf, IKEMON_BAD_FRAGMENT);
	if (!fixed)
		return;
	pkt->frag_no = fixed[2];
	pkt->frag_total = fixed[3] & 1 ? fixed[2] : 0;
	if (!pkt->frag_no)
		ikemon_walk_bad(&body->walk, IKEMON_BAD_FRAGMENT);
	else if (pkt->frag_no == 1)
		check_v1_whole(body);
}

typedef void (*reader)(struct body *body);

static const reader v1_readers[] = {
	[IKE1_PAYLOAD_SA]		= read_sa,
	[IKE1_PAYLOAD_KE]		= read_v1_ke,
	[IKE1_PAYLOAD_NONCE]		= read_nonce,
	[IKE1_PAYLOAD_NOTIFY]		= read_v1_notify,
	[IKE1_PAYLOAD_VENDOR]		= read_vendor,
	[IKE1_PAYLOAD_FRAGMENT]		= read_v1_fragment,
};

static const reader v2_readers[] = {
	[IKE2_PAYLOAD_SA]		= read_sa,
	[IKE2_PAYLOAD_KE]		= read_v2_ke,
	[IKE2_PAYLOAD_NONCE]		= read_nonce,
	[IKE2_PAYLOAD_NOTIFY]		= read_v2_notify,
	[IKE2_PAYLOAD_VENDOR]		= read_vendor,
	[IKE2_PAYLOAD_SK]		= read_sk,
	[IKE2_PAYLOAD_SKF]		= read_skf,
};

static void read_payload(struct body *body)
{
	const struct ikemon_walk *walk = &body->walk;
	reader read = NULL;

	if (walk->type < 64)
		body->pkt->payloads |= BIT_ULL(walk->type);
	if (walk->version == 1 && walk->type < ARRAY_SIZE(v1_readers))
		read = v1_readers[walk->type];
	else if (walk->version == 2 && walk->type < ARRAY_SIZE(v2_readers))
		read = v2_readers[walk->type];
	if (read)
		read(body);
}

/* Without a nonce, the end of the message identifies it: its ICV, if any. */
static void tag_from_end(const struct ikemon_view *view,
			 struct ikemon_pkt *pkt)
{
	u32 end = msg_end(view, pkt);
	u8 buf[sizeof(pkt->tag)];
	const u8 *octets;

	octets = ikemon_msg_get(view, pkt, end - sizeof(buf), sizeof(buf), buf);
	if (octets)
		memcpy(pkt->tag, octets, sizeof(buf));
}

void ikemon_parse_payloads(const struct ikemon_view *view,
			   struct ikemon_pkt *pkt)
{
	struct body body = { .view = view, .pkt = pkt };

	if (pkt->class != IKEMON_CLASS_IKE)
		return;
	ikemon_walk_start(&body.walk, pkt);
	while (ikemon_walk_payload(&body.walk, pkt, view))
		read_payload(&body);
	pkt->bad = body.walk.bad;
	pkt->cut = body.walk.cut;
	if (!pkt->bad && pkt->length < view->len - ikemon_marker_len(pkt))
		pkt->bad = IKEMON_BAD_TRAILING;
	if (!body.tagged)
		tag_from_end(view, pkt);
}

void ikemon_parse(const struct ikemon_view *view, bool natt,
		  struct ikemon_pkt *pkt)
{
	ikemon_parse_header(view, natt, pkt);
	ikemon_parse_payloads(view, pkt);
	ikemon_parse_offers(view, pkt);
}

void ikemon_pkt_ident(const struct ikemon_pkt *pkt, struct ikemon_ident *id)
{
	memset(id, 0, sizeof(*id));
	id->spi_i = pkt->spi_i;
	id->spi_r = pkt->spi_r;
	id->message_id = pkt->message_id;
	id->length = pkt->length;
	id->version = pkt->version;
	id->exchange = pkt->exchange;
	id->flags = pkt->flags;
	id->next_payload = pkt->next_payload;
	id->frag_no = pkt->frag_no;
	memcpy(id->tag, pkt->tag, sizeof(id->tag));
}

bool ikemon_opens_negotiation(const struct ikemon_pkt *pkt)
{
	if (pkt->class != IKEMON_CLASS_IKE || pkt->spi_r || pkt->message_id ||
	    pkt->protected)
		return false;
	if (pkt->version == 1)
		return pkt->exchange == IKE1_MAIN ||
		       pkt->exchange == IKE1_AGGRESSIVE;
	return pkt->version == 2 &&
	       (pkt->exchange == IKE2_SA_INIT ||
		pkt->exchange == IKE2_SESSION_RESUME) &&
	       ikemon_from_initiator(pkt) && !ikemon_is_response(pkt);
}

bool ikemon_apes_opener(const struct ikemon_pkt *pkt)
{
	if (pkt->class != IKEMON_CLASS_IKE || ikemon_opens_negotiation(pkt))
		return false;
	if (pkt->version == 1)
		return !pkt->spi_r && (pkt->exchange == IKE1_MAIN ||
				       pkt->exchange == IKE1_AGGRESSIVE);
	return pkt->version == 2 &&
	       (pkt->exchange == IKE2_SA_INIT ||
		pkt->exchange == IKE2_SESSION_RESUME) &&
	       ikemon_from_initiator(pkt);
}

const char *ikemon_bad_name(enum ikemon_bad bad)
{
	static const char * const names[IKEMON_BAD_N] = {
		[IKEMON_BAD_NONE]		= "none",
		[IKEMON_BAD_SHORT]		= "short",
		[IKEMON_BAD_LENGTH]		= "length",
		[IKEMON_BAD_ZERO_SPI]		= "zero-spi",
		[IKEMON_BAD_VERSION]		= "version",
		[IKEMON_BAD_PAYLOAD_LENGTH]	= "payload-length",
		[IKEMON_BAD_PAYLOAD_COUNT]	= "payload-count",
		[IKEMON_BAD_PROPOSAL]		= "proposal",
		[IKEMON_BAD_NOTIFY]		= "notify",
		[IKEMON_BAD_FRAGMENT]		= "fragment",
		[IKEMON_BAD_TRAILING]		= "trailing",
	};

	return (unsigned int)bad < IKEMON_BAD_N ? names[bad] : "unknown";
}

#ifdef IKEMON_SELFTEST
#include "selftest/parse.c"
#endif
