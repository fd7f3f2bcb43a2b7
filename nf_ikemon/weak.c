// SPDX-License-Identifier: GPL-2.0-or-later
#include "weak.h"

static u32 weak_v1_encr(u16 id)
{
	switch (id) {
	case 1:
		return IKEMON_WEAK_DES;
	case 2:
		return IKEMON_WEAK_IDEA;
	case 3:
		return IKEMON_WEAK_BLOWFISH;
	case 4:
		return IKEMON_WEAK_RC5;
	case 5:
		return IKEMON_WEAK_3DES;
	case 6:
		return IKEMON_WEAK_CAST;
	}
	return 0;
}

static u32 weak_v2_encr(u16 id)
{
	switch (id) {
	case 1:		/* ENCR_DES_IV64 */
	case 2:
	case 9:		/* ENCR_DES_IV32 */
		return IKEMON_WEAK_DES;
	case 3:
		return IKEMON_WEAK_3DES;
	case 4:
		return IKEMON_WEAK_RC5;
	case 5:
	case 8:		/* ENCR_3IDEA */
		return IKEMON_WEAK_IDEA;
	case 6:
		return IKEMON_WEAK_CAST;
	case 7:
		return IKEMON_WEAK_BLOWFISH;
	case 11:
		return IKEMON_WEAK_NULL;
	}
	return 0;
}

/* The PRFs of IKEv2 and the hashes of IKEv1 begin alike. */
static u32 weak_hash(u16 id)
{
	switch (id) {
	case 1:
		return IKEMON_WEAK_MD5;
	case 2:
		return IKEMON_WEAK_SHA1;
	case 3:
		return IKEMON_WEAK_TIGER;
	}
	return 0;
}

static u32 weak_v2_integ(u16 id)
{
	switch (id) {
	case 1:
	case 4:		/* AUTH_KPDK_MD5 */
	case 6:		/* AUTH_HMAC_MD5_128 */
		return IKEMON_WEAK_MD5;
	case 2:
	case 7:		/* AUTH_HMAC_SHA1_160 */
		return IKEMON_WEAK_SHA1;
	case 3:
		return IKEMON_WEAK_DES_MAC;
	}
	return 0;
}

/* Both versions number the groups alike. */
static u32 weak_ke(u16 id)
{
	switch (id) {
	case 1:
		return IKEMON_WEAK_MODP768;
	case 2:
		return IKEMON_WEAK_MODP1024;
	case 5:
		return IKEMON_WEAK_MODP1536;
	case 22:
		return IKEMON_WEAK_MODP1024S160;
	case 23:
		return IKEMON_WEAK_MODP2048S224;
	case 24:
		return IKEMON_WEAK_MODP2048S256;
	}
	return 0;
}

u32 ikemon_weak_transform(u8 version, enum ikemon_part part, u16 id)
{
	switch (part) {
	case IKEMON_PART_ENCR:
		return version == 1 ? weak_v1_encr(id) : weak_v2_encr(id);
	case IKEMON_PART_PRF:
		return version == 1 ? 0 : weak_hash(id);
	case IKEMON_PART_INTEG:
		return version == 1 ? weak_hash(id) : weak_v2_integ(id);
	case IKEMON_PART_KE:
		return weak_ke(id);
	default:
		return 0;
	}
}

/* RFC 2409 section 5.4, draft-beaulieu-ike-xauth-02 section 7.2 */
static bool by_psk(u16 auth)
{
	return auth == 1 || auth == 65001 || auth == 65002;
}

u32 ikemon_weak_suite(u8 version, u8 exchange,
		      const struct ikemon_suite *suite)
{
	u32 weak = ikemon_weak_key(suite->key_bits);

	weak |= ikemon_weak_transform(version, IKEMON_PART_ENCR, suite->encr);
	weak |= ikemon_weak_transform(version, IKEMON_PART_PRF, suite->prf);
	weak |= ikemon_weak_transform(version, IKEMON_PART_INTEG,
				      suite->integ);
	weak |= ikemon_weak_transform(version, IKEMON_PART_KE, suite->ke);
	if (version == 1 && exchange == IKE1_AGGRESSIVE && by_psk(suite->auth))
		weak |= IKEMON_WEAK_AGGRESSIVE_PSK;
	return weak;
}
