// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of the names. */
#include <string.h>

#include "ktap.h"
#include "notify.h"

static bool is(const char *got, const char *want)
{
	return got && want ? !strcmp(got, want) : got == want;
}

int main(void)
{
	unsigned int bit, i;

	EXPECT(is(ikemon_notify_name(2, 24), "AUTHENTICATION_FAILED"));
	EXPECT(is(ikemon_notify_name(1, 24), "AUTHENTICATION-FAILED"));
	EXPECT(is(ikemon_notify_name(2, 16390), "COOKIE"));
	EXPECT(is(ikemon_notify_name(1, 36136), "R-U-THERE"));
	EXPECT(is(ikemon_notify_name(2, 0), NULL));
	EXPECT(is(ikemon_notify_name(2, 65535), NULL));
	for (i = 16384; i <= 16446; i++)
		EXPECT(ikemon_notify_name(2, i));
	ktap("notifies");

	EXPECT(is(ikemon_exchange_name(2, 34), "IKE_SA_INIT"));
	EXPECT(is(ikemon_exchange_name(2, 44), "IKE_FOLLOWUP_KE"));
	EXPECT(is(ikemon_exchange_name(1, 2), "Identity Protection"));
	EXPECT(is(ikemon_exchange_name(1, 34), NULL));
	EXPECT(is(ikemon_payload_name(2, 53), "SKF"));
	EXPECT(is(ikemon_payload_name(1, 132), "FRAGMENT"));
	ktap("exchanges and payloads");

	EXPECT(is(ikemon_transform_name(2, IKEMON_PART_ENCR, 20),
		  "ENCR_AES_GCM_16"));
	EXPECT(is(ikemon_transform_name(2, IKEMON_PART_KE, 36), "ml-kem-768"));
	EXPECT(is(ikemon_transform_name(1, IKEMON_PART_KE, 14),
		  "2048-bit MODP"));
	EXPECT(is(ikemon_transform_name(1, IKEMON_PART_AUTH, 1),
		  "pre-shared key"));
	EXPECT(is(ikemon_transform_name(1, IKEMON_PART_PRF, 1), NULL));
	EXPECT(is(ikemon_transform_name(2, IKEMON_PART_AUTH, 1), NULL));
	EXPECT(is(ikemon_transform_name(2, IKEMON_PARTS, 1), NULL));
	ktap("transforms of both versions");

	for (bit = 1; bit <= 262144; bit <<= 1)
		EXPECT(ikemon_vendor_name(bit));
	EXPECT(is(ikemon_vendor_name(524288), NULL));
	ktap("vendors");
	return ktap_end();
}
