// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IANA's names: registries "Internet Key Exchange Version 2 (IKEv2)
 * Parameters", "Internet Key Exchange (IKE) Attributes" and "'Magic Numbers'
 * for ISAKMP Protocol".
 */
#include "notify.h"
#include <linux/nf_ikemon.h>

/* Lists end with a nameless one. */
struct named {
	u16 number;
	const char *name;
};

static const struct named v2_notifies[] = {
	{ 1, "UNSUPPORTED_CRITICAL_PAYLOAD" },
	{ 4, "INVALID_IKE_SPI" },
	{ 5, "INVALID_MAJOR_VERSION" },
	{ 7, "INVALID_SYNTAX" },
	{ 9, "INVALID_MESSAGE_ID" },
	{ 11, "INVALID_SPI" },
	{ 14, "NO_PROPOSAL_CHOSEN" },
	{ 17, "INVALID_KE_PAYLOAD" },
	{ 24, "AUTHENTICATION_FAILED" },
	{ 34, "SINGLE_PAIR_REQUIRED" },
	{ 35, "NO_ADDITIONAL_SAS" },
	{ 36, "INTERNAL_ADDRESS_FAILURE" },
	{ 37, "FAILED_CP_REQUIRED" },
	{ 38, "TS_UNACCEPTABLE" },
	{ 39, "INVALID_SELECTORS" },
	{ 40, "UNACCEPTABLE_ADDRESSES" },
	{ 41, "UNEXPECTED_NAT_DETECTED" },
	{ 42, "USE_ASSIGNED_HoA" },
	{ 43, "TEMPORARY_FAILURE" },
	{ 44, "CHILD_SA_NOT_FOUND" },
	{ 45, "INVALID_GROUP_ID" },
	{ 46, "AUTHORIZATION_FAILED" },
	{ 47, "STATE_NOT_FOUND" },
	{ 48, "TS_MAX_QUEUE" },
	{ 49, "REGISTRATION_FAILED" },
	{ 16384, "INITIAL_CONTACT" },
	{ 16385, "SET_WINDOW_SIZE" },
	{ 16386, "ADDITIONAL_TS_POSSIBLE" },
	{ 16387, "IPCOMP_SUPPORTED" },
	{ 16388, "NAT_DETECTION_SOURCE_IP" },
	{ 16389, "NAT_DETECTION_DESTINATION_IP" },
	{ 16390, "COOKIE" },
	{ 16391, "USE_TRANSPORT_MODE" },
	{ 16392, "HTTP_CERT_LOOKUP_SUPPORTED" },
	{ 16393, "REKEY_SA" },
	{ 16394, "ESP_TFC_PADDING_NOT_SUPPORTED" },
	{ 16395, "NON_FIRST_FRAGMENTS_ALSO" },
	{ 16396, "MOBIKE_SUPPORTED" },
	{ 16397, "ADDITIONAL_IP4_ADDRESS" },
	{ 16398, "ADDITIONAL_IP6_ADDRESS" },
	{ 16399, "NO_ADDITIONAL_ADDRESSES" },
	{ 16400, "UPDATE_SA_ADDRESSES" },
	{ 16401, "COOKIE2" },
	{ 16402, "NO_NATS_ALLOWED" },
	{ 16403, "AUTH_LIFETIME" },
	{ 16404, "MULTIPLE_AUTH_SUPPORTED" },
	{ 16405, "ANOTHER_AUTH_FOLLOWS" },
	{ 16406, "REDIRECT_SUPPORTED" },
	{ 16407, "REDIRECT" },
	{ 16408, "REDIRECTED_FROM" },
	{ 16409, "TICKET_LT_OPAQUE" },
	{ 16410, "TICKET_REQUEST" },
	{ 16411, "TICKET_ACK" },
	{ 16412, "TICKET_NACK" },
	{ 16413, "TICKET_OPAQUE" },
	{ 16414, "LINK_ID" },
	{ 16415, "USE_WESP_MODE" },
	{ 16416, "ROHC_SUPPORTED" },
	{ 16417, "EAP_ONLY_AUTHENTICATION" },
	{ 16418, "CHILDLESS_IKEV2_SUPPORTED" },
	{ 16419, "QUICK_CRASH_DETECTION" },
	{ 16420, "IKEV2_MESSAGE_ID_SYNC_SUPPORTED" },
	{ 16421, "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED" },
	{ 16422, "IKEV2_MESSAGE_ID_SYNC" },
	{ 16423, "IPSEC_REPLAY_COUNTER_SYNC" },
	{ 16424, "SECURE_PASSWORD_METHODS" },
	{ 16425, "PSK_PERSIST" },
	{ 16426, "PSK_CONFIRM" },
	{ 16427, "ERX_SUPPORTED" },
	{ 16428, "IFOM_CAPABILITY" },
	{ 16429, "GROUP_SENDER" },
	{ 16430, "IKEV2_FRAGMENTATION_SUPPORTED" },
	{ 16431, "SIGNATURE_HASH_ALGORITHMS" },
	{ 16432, "CLONE_IKE_SA_SUPPORTED" },
	{ 16433, "CLONE_IKE_SA" },
	{ 16434, "PUZZLE" },
	{ 16435, "USE_PPK" },
	{ 16436, "PPK_IDENTITY" },
	{ 16437, "NO_PPK_AUTH" },
	{ 16438, "INTERMEDIATE_EXCHANGE_SUPPORTED" },
	{ 16439, "IP4_ALLOWED" },
	{ 16440, "IP6_ALLOWED" },
	{ 16441, "ADDITIONAL_KEY_EXCHANGE" },
	{ 16442, "USE_AGGFRAG" },
	{ 16443, "SUPPORTED_AUTH_METHODS" },
	{ 16444, "SA_RESOURCE_INFO" },
	{ 16445, "USE_PPK_INT" },
	{ 16446, "PPK_IDENTITY_KEY" },
	{ }
};

/* RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706 section 5.2 */
static const struct named v1_notifies[] = {
	{ 1, "INVALID-PAYLOAD-TYPE" },
	{ 2, "DOI-NOT-SUPPORTED" },
	{ 3, "SITUATION-NOT-SUPPORTED" },
	{ 4, "INVALID-COOKIE" },
	{ 5, "INVALID-MAJOR-VERSION" },
	{ 6, "INVALID-MINOR-VERSION" },
	{ 7, "INVALID-EXCHANGE-TYPE" },
	{ 8, "INVALID-FLAGS" },
	{ 9, "INVALID-MESSAGE-ID" },
	{ 10, "INVALID-PROTOCOL-ID" },
	{ 11, "INVALID-SPI" },
	{ 12, "INVALID-TRANSFORM-ID" },
	{ 13, "ATTRIBUTES-NOT-SUPPORTED" },
	{ 14, "NO-PROPOSAL-CHOSEN" },
	{ 15, "BAD-PROPOSAL-SYNTAX" },
	{ 16, "PAYLOAD-MALFORMED" },
	{ 17, "INVALID-KEY-INFORMATION" },
	{ 18, "INVALID-ID-INFORMATION" },
	{ 19, "INVALID-CERT-ENCODING" },
	{ 20, "INVALID-CERTIFICATE" },
	{ 21, "CERT-TYPE-UNSUPPORTED" },
	{ 22, "INVALID-CERT-AUTHORITY" },
	{ 23, "INVALID-HASH-INFORMATION" },
	{ 24, "AUTHENTICATION-FAILED" },
	{ 25, "INVALID-SIGNATURE" },
	{ 26, "ADDRESS-NOTIFICATION" },
	{ 27, "NOTIFY-SA-LIFETIME" },
	{ 28, "CERTIFICATE-UNAVAILABLE" },
	{ 29, "UNSUPPORTED-EXCHANGE-TYPE" },
	{ 30, "UNEQUAL-PAYLOAD-LENGTHS" },
	{ 16384, "CONNECTED" },
	{ 24576, "RESPONDER-LIFETIME" },
	{ 24577, "REPLAY-STATUS" },
	{ 24578, "INITIAL-CONTACT" },
	{ 36136, "R-U-THERE" },
	{ 36137, "R-U-THERE-ACK" },
	{ 40501, "LOAD-BALANCE" },	/* Cisco */
	{ }
};

static const struct named v2_exchanges[] = {
	{ 34, "IKE_SA_INIT" },
	{ 35, "IKE_AUTH" },
	{ 36, "CREATE_CHILD_SA" },
	{ 37, "INFORMATIONAL" },
	{ 38, "IKE_SESSION_RESUME" },
	{ 39, "GSA_AUTH" },
	{ 40, "GSA_REGISTRATION" },
	{ 41, "GSA_REKEY" },
	{ 42, "GSA_INBAND_REKEY" },
	{ 43, "IKE_INTERMEDIATE" },
	{ 44, "IKE_FOLLOWUP_KE" },
	{ }
};

static const struct named v1_exchanges[] = {
	{ 1, "Base" },
	{ 2, "Identity Protection" },
	{ 3, "Authentication Only" },
	{ 4, "Aggressive" },
	{ 5, "Informational" },
	{ 6, "Transaction" },
	{ 32, "Quick Mode" },
	{ 33, "New Group Mode" },
	{ }
};

static const struct named v2_payloads[] = {
	{ 33, "SA" },
	{ 34, "KE" },
	{ 35, "IDi" },
	{ 36, "IDr" },
	{ 37, "CERT" },
	{ 38, "CERTREQ" },
	{ 39, "AUTH" },
	{ 40, "Nonce" },
	{ 41, "N" },
	{ 42, "D" },
	{ 43, "V" },
	{ 44, "TSi" },
	{ 45, "TSr" },
	{ 46, "SK" },
	{ 47, "CP" },
	{ 48, "EAP" },
	{ 49, "GSPM" },
	{ 50, "IDg" },
	{ 51, "GSA" },
	{ 52, "KD" },
	{ 53, "SKF" },
	{ 54, "PS" },
	{ }
};

static const struct named v1_payloads[] = {
	{ 1, "SA" },
	{ 2, "P" },
	{ 3, "T" },
	{ 4, "KE" },
	{ 5, "ID" },
	{ 6, "CERT" },
	{ 7, "CR" },
	{ 8, "HASH" },
	{ 9, "SIG" },
	{ 10, "NONCE" },
	{ 11, "N" },
	{ 12, "D" },
	{ 13, "VID" },
	{ 14, "ATTRIBUTES" },
	{ 15, "SAK" },
	{ 16, "SAT" },
	{ 17, "KD" },
	{ 18, "SEQ" },
	{ 19, "POP" },
	{ 20, "NAT-D" },
	{ 21, "NAT-OA" },
	{ 22, "GAP" },
	{ 130, "NAT-D (draft)" },
	{ 131, "NAT-OA (draft)" },
	{ 132, "FRAGMENT" },
	{ }
};

static const struct named v2_encr[] = {
	{ 1, "ENCR_DES_IV64" },
	{ 2, "ENCR_DES" },
	{ 3, "ENCR_3DES" },
	{ 4, "ENCR_RC5" },
	{ 5, "ENCR_IDEA" },
	{ 6, "ENCR_CAST" },
	{ 7, "ENCR_BLOWFISH" },
	{ 8, "ENCR_3IDEA" },
	{ 9, "ENCR_DES_IV32" },
	{ 11, "ENCR_NULL" },
	{ 12, "ENCR_AES_CBC" },
	{ 13, "ENCR_AES_CTR" },
	{ 14, "ENCR_AES_CCM_8" },
	{ 15, "ENCR_AES_CCM_12" },
	{ 16, "ENCR_AES_CCM_16" },
	{ 18, "ENCR_AES_GCM_8" },
	{ 19, "ENCR_AES_GCM_12" },
	{ 20, "ENCR_AES_GCM_16" },
	{ 21, "ENCR_NULL_AUTH_AES_GMAC" },
	{ 23, "ENCR_CAMELLIA_CBC" },
	{ 24, "ENCR_CAMELLIA_CTR" },
	{ 25, "ENCR_CAMELLIA_CCM_8" },
	{ 26, "ENCR_CAMELLIA_CCM_12" },
	{ 27, "ENCR_CAMELLIA_CCM_16" },
	{ 28, "ENCR_CHACHA20_POLY1305" },
	{ 29, "ENCR_AES_CCM_8_IIV" },
	{ 30, "ENCR_AES_GCM_16_IIV" },
	{ 31, "ENCR_CHACHA20_POLY1305_IIV" },
	{ 32, "ENCR_KUZNYECHIK_MGM_KTREE" },
	{ 33, "ENCR_MAGMA_MGM_KTREE" },
	{ 34, "ENCR_KUZNYECHIK_MGM_MAC_KTREE" },
	{ 35, "ENCR_MAGMA_MGM_MAC_KTREE" },
	{ }
};

static const struct named v2_prf[] = {
	{ 1, "PRF_HMAC_MD5" },
	{ 2, "PRF_HMAC_SHA1" },
	{ 3, "PRF_HMAC_TIGER" },
	{ 4, "PRF_AES128_XCBC" },
	{ 5, "PRF_HMAC_SHA2_256" },
	{ 6, "PRF_HMAC_SHA2_384" },
	{ 7, "PRF_HMAC_SHA2_512" },
	{ 8, "PRF_AES128_CMAC" },
	{ 9, "PRF_HMAC_STREEBOG_512" },
	{ }
};

static const struct named v2_integ[] = {
	{ 1, "AUTH_HMAC_MD5_96" },
	{ 2, "AUTH_HMAC_SHA1_96" },
	{ 3, "AUTH_DES_MAC" },
	{ 4, "AUTH_KPDK_MD5" },
	{ 5, "AUTH_AES_XCBC_96" },
	{ 6, "AUTH_HMAC_MD5_128" },
	{ 7, "AUTH_HMAC_SHA1_160" },
	{ 8, "AUTH_AES_CMAC_96" },
	{ 9, "AUTH_AES_128_GMAC" },
	{ 10, "AUTH_AES_192_GMAC" },
	{ 11, "AUTH_AES_256_GMAC" },
	{ 12, "AUTH_HMAC_SHA2_256_128" },
	{ 13, "AUTH_HMAC_SHA2_384_192" },
	{ 14, "AUTH_HMAC_SHA2_512_256" },
	{ }
};

static const struct named v2_ke[] = {
	{ 1, "768-bit MODP" },
	{ 2, "1024-bit MODP" },
	{ 5, "1536-bit MODP" },
	{ 14, "2048-bit MODP" },
	{ 15, "3072-bit MODP" },
	{ 16, "4096-bit MODP" },
	{ 17, "6144-bit MODP" },
	{ 18, "8192-bit MODP" },
	{ 19, "256-bit random ECP" },
	{ 20, "384-bit random ECP" },
	{ 21, "521-bit random ECP" },
	{ 22, "1024-bit MODP, 160-bit subgroup" },
	{ 23, "2048-bit MODP, 224-bit subgroup" },
	{ 24, "2048-bit MODP, 256-bit subgroup" },
	{ 25, "192-bit random ECP" },
	{ 26, "224-bit random ECP" },
	{ 27, "brainpoolP224r1" },
	{ 28, "brainpoolP256r1" },
	{ 29, "brainpoolP384r1" },
	{ 30, "brainpoolP512r1" },
	{ 31, "Curve25519" },
	{ 32, "Curve448" },
	{ 33, "GOST3410_2012_256" },
	{ 34, "GOST3410_2012_512" },
	{ 35, "ml-kem-512" },
	{ 36, "ml-kem-768" },
	{ 37, "ml-kem-1024" },
	{ }
};

/* RFC 2409 appendix A and the registry that continues it */
static const struct named v1_encr[] = {
	{ 1, "DES-CBC" },
	{ 2, "IDEA-CBC" },
	{ 3, "Blowfish-CBC" },
	{ 4, "RC5-R16-B64-CBC" },
	{ 5, "3DES-CBC" },
	{ 6, "CAST-CBC" },
	{ 7, "AES-CBC" },
	{ 8, "CAMELLIA-CBC" },
	{ }
};

static const struct named v1_hash[] = {
	{ 1, "MD5" },
	{ 2, "SHA" },
	{ 3, "Tiger" },
	{ 4, "SHA2-256" },
	{ 5, "SHA2-384" },
	{ 6, "SHA2-512" },
	{ }
};

/* 3 and 4 are EC2N groups in IKEv1; the others are those of IKEv2. */
static const struct named v1_group[] = {
	{ 3, "EC2N 155" },
	{ 4, "EC2N 185" },
	{ }
};

static const struct named v1_auth[] = {
	{ 1, "pre-shared key" },
	{ 2, "DSS signatures" },
	{ 3, "RSA signatures" },
	{ 4, "encryption with RSA" },
	{ 5, "revised encryption with RSA" },
	{ 8, "revised encryption with ElGamal" },
	{ 9, "ECDSA with SHA-256 on P-256" },
	{ 10, "ECDSA with SHA-384 on P-384" },
	{ 11, "ECDSA with SHA-512 on P-521" },
	{ 64221, "HybridInitRSA" },
	{ 64222, "HybridRespRSA" },
	{ 64223, "HybridInitDSS" },
	{ 64224, "HybridRespDSS" },
	{ 65001, "XAUTHInitPreShared" },
	{ 65002, "XAUTHRespPreShared" },
	{ 65003, "XAUTHInitDSS" },
	{ 65004, "XAUTHRespDSS" },
	{ 65005, "XAUTHInitRSA" },
	{ 65006, "XAUTHRespRSA" },
	{ 65007, "XAUTHInitRSAEncryption" },
	{ 65008, "XAUTHRespRSAEncryption" },
	{ 65009, "XAUTHInitRSARevisedEncryption" },
	{ 65010, "XAUTHRespRSARevisedEncryption" },
	{ }
};

static const char *find(const struct named *names, u16 number)
{
	for (; names && names->name; names++)
		if (names->number == number)
			return names->name;
	return NULL;
}

/* Where the registries of the two versions stand in the tables below. */
static unsigned int version_index(u8 version)
{
	return version == 1 ? 0 : 1;
}

const char *ikemon_notify_name(u8 version, u16 type)
{
	static const struct named * const lists[] = {
		v1_notifies, v2_notifies,
	};

	return find(lists[version_index(version)], type);
}

const char *ikemon_exchange_name(u8 version, u8 exchange)
{
	static const struct named * const lists[] = {
		v1_exchanges, v2_exchanges,
	};

	return find(lists[version_index(version)], exchange);
}

const char *ikemon_payload_name(u8 version, u8 type)
{
	static const struct named * const lists[] = {
		v1_payloads, v2_payloads,
	};

	return find(lists[version_index(version)], type);
}

const char *ikemon_transform_name(u8 version, enum ikemon_part part, u16 id)
{
	static const struct named * const lists[IKEMON_PARTS][2] = {
		[IKEMON_PART_ENCR]	= { v1_encr, v2_encr },
		[IKEMON_PART_PRF]	= { NULL, v2_prf },
		[IKEMON_PART_INTEG]	= { v1_hash, v2_integ },
		[IKEMON_PART_KE]	= { v1_group, v2_ke },
		[IKEMON_PART_AUTH]	= { v1_auth, NULL },
	};
	const char *name;

	if ((unsigned int)part >= IKEMON_PARTS)
		return NULL;
	name = find(lists[part][version_index(version)], id);
	if (!name && part == IKEMON_PART_KE)
		name = find(lists[part][1], id);
	return name;
}

const char *ikemon_vendor_name(u32 bit)
{
	switch (bit) {
	case IKEMON_VENDOR_STRONGSWAN:
		return "strongSwan";
	case IKEMON_VENDOR_LIBRESWAN:
		return "Libreswan";
	case IKEMON_VENDOR_OPENSWAN:
		return "Openswan";
	case IKEMON_VENDOR_OPENIKED:
		return "OpenIKED";
	case IKEMON_VENDOR_WINDOWS:
		return "Windows";
	case IKEMON_VENDOR_CISCO_UNITY:
		return "Cisco Unity";
	case IKEMON_VENDOR_CISCO_DELETE_REASON:
		return "Cisco delete reason";
	case IKEMON_VENDOR_CISCO_FRAGMENTATION:
		return "IKE fragmentation";
	case IKEMON_VENDOR_XAUTH:
		return "XAUTH";
	case IKEMON_VENDOR_DPD:
		return "Dead Peer Detection";
	case IKEMON_VENDOR_NAT_T_RFC3947:
		return "NAT-T (RFC 3947)";
	case IKEMON_VENDOR_NAT_T_DRAFT:
		return "NAT-T (draft)";
	case IKEMON_VENDOR_JUNIPER:
		return "Juniper";
	case IKEMON_VENDOR_FORTINET:
		return "Fortinet";
	case IKEMON_VENDOR_CHECKPOINT:
		return "Check Point";
	case IKEMON_VENDOR_RACOON:
		return "racoon";
	case IKEMON_VENDOR_APPLE:
		return "Apple";
	case IKEMON_VENDOR_OPPORTUNISTIC:
		return "opportunistic";
	case IKEMON_VENDOR_UNKNOWN:
		return "unknown";
	}
	return NULL;
}
