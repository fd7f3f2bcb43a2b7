/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire format of IKE and NAT-T: numbers with the RFC section they come
 * from, and the limits of how much of a message is looked at.
 */
#ifndef IKEMON_PROTO_H
#define IKEMON_PROTO_H

#include "pure.h"

/* RFC 7296 section 3.1, RFC 2408 section 3.1 */
enum ikemon_header {
	IKE_HDR_SPI_I		= 0,
	IKE_HDR_SPI_R		= 8,
	IKE_HDR_NEXT_PAYLOAD	= 16,
	IKE_HDR_VERSION		= 17,
	IKE_HDR_EXCHANGE	= 18,
	IKE_HDR_FLAGS		= 19,
	IKE_HDR_MESSAGE_ID	= 20,
	IKE_HDR_LENGTH		= 24,
	IKE_HDR_LEN		= 28,
	IKE_PAYLOAD_HDR_LEN	= 4,	/* generic payload header, 3.2 */
	IKE_NOTIFY_HDR_LEN	= 4,	/* after the generic one, 3.10 */
	IKE_SKF_HDR_LEN		= 8,	/* RFC 7383 section 2.5 */
	NATT_MARKER_LEN		= 4,	/* RFC 3948 section 2.2 */
	NATT_KEEPALIVE		= 0xff,	/* RFC 3948 section 2.3 */
	NATT_ESP_HDR_LEN	= 8,	/* RFC 4303 section 2: SPI, number */
};

/* RFC 7296 section 3.1 */
enum ikemon_v2_flags {
	IKE2_FLAG_INITIATOR	= 0x08,
	IKE2_FLAG_VERSION	= 0x10,
	IKE2_FLAG_RESPONSE	= 0x20,
};

/* RFC 2408 section 3.1 */
enum ikemon_v1_flags {
	IKE1_FLAG_ENCRYPTION	= 0x01,
	IKE1_FLAG_COMMIT	= 0x02,
	IKE1_FLAG_AUTH_ONLY	= 0x04,
};

enum ikemon_exchange {
	/* RFC 2408 section 3.1, RFC 2409 section 5.5 */
	IKE1_BASE		= 1,
	IKE1_MAIN		= 2,	/* Identity Protection */
	IKE1_AUTH_ONLY		= 3,
	IKE1_AGGRESSIVE		= 4,
	IKE1_INFORMATIONAL	= 5,
	IKE1_TRANSACTION	= 6,	/* mode-config, XAUTH */
	IKE1_QUICK		= 32,
	IKE1_NEW_GROUP		= 33,
	/* RFC 7296 section 3.1 */
	IKE2_SA_INIT		= 34,
	IKE2_AUTH		= 35,
	IKE2_CREATE_CHILD_SA	= 36,
	IKE2_INFORMATIONAL	= 37,
	IKE2_SESSION_RESUME	= 38,	/* RFC 5723 */
	IKE2_GSA_AUTH		= 39,	/* RFC 9838 */
	IKE2_GSA_REGISTRATION	= 40,
	IKE2_GSA_REKEY		= 41,
	IKE2_INTERMEDIATE	= 43,	/* RFC 9242 */
	IKE2_FOLLOWUP_KE	= 44,	/* RFC 9370 */
};

enum ikemon_payload {
	IKE_PAYLOAD_NONE	= 0,
	/* RFC 2408 section 3.1 */
	IKE1_PAYLOAD_SA		= 1,
	IKE1_PAYLOAD_PROPOSAL	= 2,
	IKE1_PAYLOAD_TRANSFORM	= 3,
	IKE1_PAYLOAD_KE		= 4,
	IKE1_PAYLOAD_ID		= 5,
	IKE1_PAYLOAD_CERT	= 6,
	IKE1_PAYLOAD_CERTREQ	= 7,
	IKE1_PAYLOAD_HASH	= 8,
	IKE1_PAYLOAD_SIG	= 9,
	IKE1_PAYLOAD_NONCE	= 10,
	IKE1_PAYLOAD_NOTIFY	= 11,
	IKE1_PAYLOAD_DELETE	= 12,
	IKE1_PAYLOAD_VENDOR	= 13,
	IKE1_PAYLOAD_ATTRIBUTES	= 14,
	IKE1_PAYLOAD_NATD	= 20,	/* RFC 3947 section 3.2 */
	IKE1_PAYLOAD_NATOA	= 21,
	IKE1_PAYLOAD_NATD_DRAFT	= 130,
	IKE1_PAYLOAD_NATOA_DRAFT = 131,
	IKE1_PAYLOAD_FRAGMENT	= 132,	/* Cisco, strongSwan, Libreswan */
	/* RFC 7296 section 3.2 */
	IKE2_PAYLOAD_SA		= 33,
	IKE2_PAYLOAD_KE		= 34,
	IKE2_PAYLOAD_IDI	= 35,
	IKE2_PAYLOAD_IDR	= 36,
	IKE2_PAYLOAD_CERT	= 37,
	IKE2_PAYLOAD_CERTREQ	= 38,
	IKE2_PAYLOAD_AUTH	= 39,
	IKE2_PAYLOAD_NONCE	= 40,
	IKE2_PAYLOAD_NOTIFY	= 41,
	IKE2_PAYLOAD_DELETE	= 42,
	IKE2_PAYLOAD_VENDOR	= 43,
	IKE2_PAYLOAD_SK		= 46,
	IKE2_PAYLOAD_SKF	= 53,	/* RFC 7383 */
	IKE2_PAYLOAD_PUZZLE	= 54,	/* RFC 8019 */
};

/* RFC 7296 section 3.3.2, RFC 9370 section 2.2.1 */
enum ikemon_transform {
	IKE2_TRANSFORM_ENCR	= 1,
	IKE2_TRANSFORM_PRF	= 2,
	IKE2_TRANSFORM_INTEG	= 3,
	IKE2_TRANSFORM_KE	= 4,
	IKE2_TRANSFORM_ESN	= 5,
	IKE2_TRANSFORM_ADDKE1	= 6,
	IKE2_TRANSFORM_ADDKE7	= 12,
	IKE2_ATTR_KEY_LENGTH	= 14,	/* RFC 7296 section 3.3.5 */
};

/* RFC 2409 appendix A */
enum ikemon_v1_attribute {
	IKE1_ATTR_ENCR		= 1,
	IKE1_ATTR_HASH		= 2,
	IKE1_ATTR_AUTH		= 3,
	IKE1_ATTR_GROUP		= 4,
	IKE1_ATTR_PRF		= 13,
	IKE1_ATTR_KEY_LENGTH	= 14,
	IKE_ATTR_FORMAT_TV	= 0x8000,
};

/* Notify types that decide something here; all names are in notify.h. */
enum ikemon_notify {
	IKE2_N_INVALID_MAJOR_VERSION	= 5,
	IKE2_N_NO_PROPOSAL_CHOSEN	= 14,
	IKE2_N_INVALID_KE_PAYLOAD	= 17,
	IKE2_N_AUTHENTICATION_FAILED	= 24,
	IKE2_N_ERROR_LAST		= 16383, /* 3.10.1: errors up to here */
	IKE2_N_NAT_DETECTION_SOURCE_IP	= 16388,
	IKE2_N_NAT_DETECTION_DESTINATION_IP = 16389,
	IKE2_N_COOKIE			= 16390,
	IKE2_N_REDIRECT			= 16407, /* RFC 5685 */
	IKE2_N_TICKET_OPAQUE		= 16413, /* RFC 5723 */
	IKE2_N_FRAGMENTATION_SUPPORTED	= 16430,
	/*
	 * IKE_SA_INIT_FULL_TRANSCRIPT_AUTH, early allocation by IANA for
	 * draft-ietf-ipsecme-ikev2-downgrade-prevention: AUTH then covers the
	 * IKE_SA_INIT messages of both ends, as both ends have seen them.
	 */
	IKE2_N_FULL_TRANSCRIPT_AUTH	= 16447,
	IKE1_N_ERROR_LAST		= 8191,	 /* RFC 2408 3.14.1 */
};

/*
 * How much of a message is looked at. Real ones stay far below: the largest
 * INIT of the daemons has about 100 transforms. What lies beyond is not an
 * error of the message; it is only not described (ikemon_pkt.cut).
 */
enum ikemon_parse_limits {
	IKEMON_MAX_PAYLOADS	= 64,
	IKEMON_MAX_PROPOSALS	= 32,
	IKEMON_MAX_TRANSFORMS	= 512,
	IKEMON_MAX_ATTRIBUTES	= 16,	/* of one transform */
	IKEMON_MAX_NOTIFIES	= 12,
	IKEMON_MAX_ADDKE	= 7,
};

#endif /* IKEMON_PROTO_H */
