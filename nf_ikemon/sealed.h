/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The short way to know a message of which all but the header is in an SK
 * payload (RFC 7296 section 3.14), as those of an IKE SA that is up are, and
 * one that begins a negotiation. Pure.
 */
#ifndef IKEMON_SEALED_H
#define IKEMON_SEALED_H

#include "parse.h"

enum ikemon_sealed_parts {
	IKEMON_SEALED_MIN = IKE_HDR_LEN + IKE_PAYLOAD_HDR_LEN,
};

/**
 * ikemon_is_sealed() - is a datagram such a message, and nothing else?
 * @msg: its octets from the IKE header on
 * @len: how many
 *
 * Any context. Return: false if it is another message, a fragment of one (RFC
 * 7383), malformed, or longer or shorter than it says.
 */
static inline bool ikemon_is_sealed(const u8 *msg, u32 len)
{
	const u8 *payload = msg + IKE_HDR_LEN;

	return len >= IKEMON_SEALED_MIN &&
	       msg[IKE_HDR_NEXT_PAYLOAD] == IKE2_PAYLOAD_SK &&
	       msg[IKE_HDR_VERSION] >> 4 == 2 &&
	       get_unaligned_be32(msg + IKE_HDR_LENGTH) == len &&
	       get_unaligned_be16(payload + 2) == len - IKE_HDR_LEN &&
	       get_unaligned_be64(msg + IKE_HDR_SPI_I);
}

/**
 * ikemon_sealed_ident() - what ikemon_pkt_ident() says of it
 * @msg: for which ikemon_is_sealed() is true
 * @len: of it
 * @id: all of it is written
 *
 * Any context.
 */
static inline void ikemon_sealed_ident(const u8 *msg, u32 len,
				       struct ikemon_ident *id)
{
	id->spi_i = get_unaligned_be64(msg + IKE_HDR_SPI_I);
	id->spi_r = get_unaligned_be64(msg + IKE_HDR_SPI_R);
	id->message_id = get_unaligned_be32(msg + IKE_HDR_MESSAGE_ID);
	id->length = len;
	id->version = 2;
	id->exchange = msg[IKE_HDR_EXCHANGE];
	id->flags = msg[IKE_HDR_FLAGS];
	id->next_payload = IKE2_PAYLOAD_SK;
	id->frag_no = 0;
	id->zero = 0;
	memcpy(id->tag, msg + len - sizeof(id->tag), sizeof(id->tag));
}

/**
 * ikemon_is_opener() - does a datagram begin a negotiation?
 * @msg: its octets from the IKE header on, which is there
 * @len: how many there are
 *
 * What ikemon_opens_negotiation() says of the header that
 * ikemon_parse_header() reads; nothing behind it is looked at. Any context.
 */
static inline bool ikemon_is_opener(const u8 *msg, u32 len)
{
	u32 length = get_unaligned_be32(msg + IKE_HDR_LENGTH);
	u8 exchange = msg[IKE_HDR_EXCHANGE], flags = msg[IKE_HDR_FLAGS];

	if (get_unaligned_be64(msg + IKE_HDR_SPI_R) ||
	    get_unaligned_be32(msg + IKE_HDR_MESSAGE_ID) ||
	    length < IKE_HDR_LEN || length > len ||
	    !get_unaligned_be64(msg + IKE_HDR_SPI_I))
		return false;
	if (msg[IKE_HDR_VERSION] >> 4 == 1)
		return (exchange == IKE1_MAIN || exchange == IKE1_AGGRESSIVE) &&
		       !(flags & IKE1_FLAG_ENCRYPTION);
	return msg[IKE_HDR_VERSION] >> 4 == 2 &&
	       (exchange == IKE2_SA_INIT || exchange == IKE2_SESSION_RESUME) &&
	       (flags & (IKE2_FLAG_INITIATOR | IKE2_FLAG_RESPONSE)) ==
	       IKE2_FLAG_INITIATOR &&
	       msg[IKE_HDR_NEXT_PAYLOAD] != IKE2_PAYLOAD_SK &&
	       msg[IKE_HDR_NEXT_PAYLOAD] != IKE2_PAYLOAD_SKF;
}

#endif /* IKEMON_SEALED_H */
