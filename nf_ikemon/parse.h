/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the octets of a UDP datagram to a description of the IKE message in
 * it. Pure.
 */
#ifndef IKEMON_PARSE_H
#define IKEMON_PARSE_H

#include "proto.h"

/**
 * struct ikemon_view - the payload of one UDP datagram
 * @head: its first @head_len octets, side by side in memory
 * @head_len: at most @len
 * @len: octets of the datagram that there are
 * @partial: more octets follow that nobody has: the first of several IP
 *	fragments, or a frame cut by the capture length
 * @pull: copies @len octets at @off to @buf and returns @buf, or returns
 *	where they stand already, or NULL; called only for what is not all in
 *	@head. May be NULL if @head_len equals @len.
 * @ctx: for @pull
 * @ctx_off: for @pull
 */
struct ikemon_view {
	const u8 *head;
	u32 head_len;
	u32 len;
	bool partial;
	const void *(*pull)(const struct ikemon_view *view, u32 off, u32 len,
			    void *buf);
	const void *ctx;
	u32 ctx_off;
};

/* What a datagram on a watched port is. */
enum ikemon_class {
	IKEMON_CLASS_IKE,
	IKEMON_CLASS_KEEPALIVE,		/* RFC 3948 section 2.3 */
	IKEMON_CLASS_ESP,		/* ESP-in-UDP, RFC 3948 section 2.1 */
	IKEMON_CLASS_MALFORMED,		/* ikemon_pkt.bad says why */
};

/*
 * Why a datagram is not an IKE message (class MALFORMED), or, from
 * IKEMON_BAD_BODY on, what is wrong behind the header of one that is.
 */
enum ikemon_bad {
	IKEMON_BAD_NONE,
	IKEMON_BAD_SHORT,		/* shorter than the IKE header */
	IKEMON_BAD_LENGTH,		/* header length < 28 or > datagram */
	IKEMON_BAD_ZERO_SPI,		/* initiator SPI zero (RFC 7296 3.1) */
	IKEMON_BAD_VERSION,		/* major version 0 */
	IKEMON_BAD_BODY,
	/* payload < 4 or too long */
	IKEMON_BAD_PAYLOAD_LENGTH = IKEMON_BAD_BODY,
	IKEMON_BAD_PAYLOAD_COUNT,	/* more than IKEMON_MAX_PAYLOADS */
	IKEMON_BAD_PROPOSAL,		/* SA payload broken inside */
	IKEMON_BAD_NOTIFY,		/* notify shorter than it says */
	/* SKF number 0 or above total, first v1 fragment of other SPIs */
	IKEMON_BAD_FRAGMENT,
	IKEMON_BAD_TRAILING,		/* datagram longer than header length */
	IKEMON_BAD_N
};

/**
 * struct ikemon_suite - one combination of transforms
 *
 * Numbers of the IANA registry of the message's IKE version, 0 for none.
 * RFC 7296 section 3.3.2, RFC 2409 appendix A.
 */
struct ikemon_suite {
	u16 encr;
	u16 key_bits;
	u16 prf;
	u16 integ;	/* v1: hash algorithm */
	u16 ke;
	u16 auth;	/* v1: authentication method */
	u16 addke[IKEMON_MAX_ADDKE];	/* RFC 9370, type 6 to 12, by type */
};

/**
 * struct ikemon_pkt - what one datagram says in clear
 * @spi_i: initiator SPI (cookie in IKEv1), as a number
 * @spi_r: responder SPI
 * @payloads: bit N: a payload of type N was there, for N below 64
 * @message_id: as in the header
 * @length: IKE length field
 * @esp_spi: class ESP
 * @class: enum ikemon_class
 * @bad: enum ikemon_bad
 * @version: major version; above 2 the body is not looked at (R17)
 * @minor: minor version
 * @exchange: exchange type
 * @flags: as in the header
 * @next_payload: as in the header
 * @marker: a non-ESP marker stood before it
 * @protected: SK or SKF payload (v2), encryption bit (v1)
 * @cut: the limits of proto.h or a partial view ended the walk early
 * @partial: as in struct ikemon_view
 * @sa_off: of the body of the first SA payload, from the IKE header
 * @sa_len: its octets, 0 without one
 * @offers: proposals in the SA payload
 * @transforms: transforms in all of them
 * @n_notify: entries of @notify; more than IKEMON_MAX_NOTIFIES are dropped
 * @frag_no: SKF fragment number, or v1 fragment number
 * @frag_total: SKF total; v1: 0, or @frag_no when it is the last
 * @ke_group: group of the KE payload (v2)
 * @ke_len: octets of key exchange data
 * @nonce_len: octets of the nonce, 0 without one
 * @cookie_len: octets of a COOKIE notify that comes first (R2), else 0
 * @wanted_group: of an INVALID_KE_PAYLOAD notify (RFC 7296 section 1.2)
 * @vendors: enum ikemon_vendor bits of the uapi header
 * @weak: enum ikemon_weak bits, of all transforms in all proposals
 * @notify: types in order of appearance
 * @suite: first of each kind of transform in the first proposal; in a
 *	responder's message that is the choice
 * @tag: first 16 octets of the nonce, else the last 16 of the message (its
 *	ICV if protected); tells messages with equal headers apart (R6)
 */
struct ikemon_pkt {
	u64 spi_i;
	u64 spi_r;
	u64 payloads;
	u32 message_id;
	u32 length;
	u32 esp_spi;
	u32 sa_off;
	u16 sa_len;
	u8 class;
	u8 bad;
	u8 version;
	u8 minor;
	u8 exchange;
	u8 flags;
	u8 next_payload;
	bool marker;
	bool protected;
	bool cut;
	bool partial;
	u8 offers;
	u8 n_notify;
	u16 transforms;
	u16 frag_no;
	u16 frag_total;
	u16 ke_group;
	u16 ke_len;
	u16 nonce_len;
	u16 cookie_len;
	u16 wanted_group;
	u32 vendors;
	u32 weak;
	u16 notify[IKEMON_MAX_NOTIFIES];
	struct ikemon_suite suite;
	u8 tag[16];
};

/**
 * ikemon_natt_class() - what a datagram with NAT-T framing is
 * @octets: its first four, or all of it if it is shorter
 * @len: octets of all of it
 * @partial: more follow that nobody has
 *
 * RFC 3948 section 2. Any context.
 * Return: enum ikemon_class; IKE for what has the non-ESP marker.
 */
static inline u8 ikemon_natt_class(const u8 *octets, u32 len, bool partial)
{
	if (len == 1 && *octets == NATT_KEEPALIVE)
		return IKEMON_CLASS_KEEPALIVE;
	if (len < NATT_MARKER_LEN)
		return IKEMON_CLASS_MALFORMED;
	if (!get_unaligned_be32(octets))
		return IKEMON_CLASS_IKE;
	return len > NATT_ESP_HDR_LEN || partial ? IKEMON_CLASS_ESP :
						   IKEMON_CLASS_MALFORMED;
}

/**
 * ikemon_parse_header() - what kind of datagram, and its IKE header
 * @view: the datagram
 * @natt: it is on a port with NAT-T framing (marker, ESP, keepalive)
 * @pkt: all of it is written
 *
 * Reads 32 octets at most. Sets @class and, for IKE, what the header says.
 */
void ikemon_parse_header(const struct ikemon_view *view, bool natt,
			 struct ikemon_pkt *pkt);

/**
 * ikemon_parse_payloads() - read the payloads in clear behind the header
 * @view: the datagram that ikemon_parse_header() saw
 * @pkt: of class IKE; completed but for what an SA payload holds
 *
 * Work is bounded by the limits of proto.h. A broken body sets @pkt->bad to
 * IKEMON_BAD_BODY or above and leaves the class IKE: the header still counts.
 */
void ikemon_parse_payloads(const struct ikemon_view *view,
			   struct ikemon_pkt *pkt);

/**
 * ikemon_parse_offers() - read the proposals in the first SA payload
 * @view: the datagram that ikemon_parse_payloads() saw
 * @pkt: completed: proposals, transforms, and what is wrong with them
 *
 * Most of the work of reading an IKE_SA_INIT, which who is refused anyway is
 * not worth. Bounded likewise.
 */
void ikemon_parse_offers(const struct ikemon_view *view,
			 struct ikemon_pkt *pkt);

/* The whole message: header, payloads, proposals. */
void ikemon_parse(const struct ikemon_view *view, bool natt,
		  struct ikemon_pkt *pkt);

/**
 * struct ikemon_walk - a walk over the payloads in clear, sub-structures of
 *	SA payloads (2 proposal, 3 transform) included, in wire order
 * @type: of the payload found
 * @off: of its body, from the IKE header
 * @len: of its body
 * @nested: it is a sub-structure
 *
 * The other fields are the walk's own.
 */
struct ikemon_walk {
	u8 type;
	bool nested;
	u32 off;
	u32 len;

	u8 version;
	u8 depth;
	u8 bad;			/* enum ikemon_bad */
	bool cut;
	u8 next;		/* type of what stands at @pos, by level */
	u8 next_proposal;
	u8 next_transform;
	u16 count;
	u16 proposals;
	u16 transforms;
	u32 pos;
	u32 end;		/* where the structure of each level ends */
	u32 sa_end;
	u32 proposal_end;
};

void ikemon_walk_start(struct ikemon_walk *walk, const struct ikemon_pkt *pkt);
/* Instead: a walk over the sub-structures of @pkt->sa_off alone. */
void ikemon_walk_start_sa(struct ikemon_walk *walk,
			  const struct ikemon_pkt *pkt,
			  const struct ikemon_view *view);
bool ikemon_walk_next(struct ikemon_walk *walk, const struct ikemon_pkt *pkt,
		      const struct ikemon_view *view);

/* Message-identity octets for retransmit detection (R6): see @tag. */
struct ikemon_ident {
	u64 spi_i;
	u64 spi_r;
	u32 message_id;
	u32 length;
	u8 version;
	u8 exchange;
	u8 flags;
	u8 next_payload;
	u16 frag_no;
	u16 zero;
	u8 tag[16];
};

void ikemon_pkt_ident(const struct ikemon_pkt *pkt, struct ikemon_ident *id);

static inline bool ikemon_is_v2(const struct ikemon_pkt *pkt)
{
	return pkt->version == 2;
}

/* v2 only: sent as the answer to a request. */
static inline bool ikemon_is_response(const struct ikemon_pkt *pkt)
{
	return pkt->flags & IKE2_FLAG_RESPONSE;
}

/* v2 only: sent by the original initiator of the IKE SA. */
static inline bool ikemon_from_initiator(const struct ikemon_pkt *pkt)
{
	return pkt->flags & IKE2_FLAG_INITIATOR;
}

static inline bool ikemon_has_notify(const struct ikemon_pkt *pkt, u16 type)
{
	unsigned int i;

	for (i = 0; i < pkt->n_notify; i++)
		if (pkt->notify[i] == type)
			return true;
	return false;
}

/* Nothing is wrong in it, though there may be octets behind it. */
static inline bool ikemon_is_sound(const struct ikemon_pkt *pkt)
{
	return !pkt->bad || pkt->bad == IKEMON_BAD_TRAILING;
}

/* R10: a message that may open a negotiation. */
bool ikemon_opens_negotiation(const struct ikemon_pkt *pkt);

/**
 * ikemon_apes_opener() - may it pass for one with who looks at less?
 * @pkt: what ikemon_parse() read
 *
 * OpenIKED begins a negotiation for an IKE_SA_INIT of an initiator, whatever
 * its message ID, responder SPI and other flags are, charon for a fragment of
 * IKEv1 that says to be encrypted. No peer has a reason to send that.
 */
bool ikemon_apes_opener(const struct ikemon_pkt *pkt);

const char *ikemon_bad_name(enum ikemon_bad bad);

#ifdef IKEMON_SELFTEST
bool ikemon_parse_selftest(void);
#endif

#endif /* IKEMON_PARSE_H */
