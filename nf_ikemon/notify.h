/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IANA's names for the numbers in IKE messages, by IKE major version (1 or 2).
 * Pure; for the tool, the kernel has no use for them. NULL: no name known.
 */
#ifndef IKEMON_NOTIFY_H
#define IKEMON_NOTIFY_H

#include "proto.h"

/* What a transform, or an attribute of IKEv1, is about. */
enum ikemon_part {
	IKEMON_PART_ENCR,
	IKEMON_PART_PRF,
	IKEMON_PART_INTEG,	/* IKEv1: hash */
	IKEMON_PART_KE,		/* IKEv1: group */
	IKEMON_PART_AUTH,	/* IKEv1 only */
	IKEMON_PARTS
};

const char *ikemon_notify_name(u8 version, u16 type);
const char *ikemon_exchange_name(u8 version, u8 exchange);
const char *ikemon_payload_name(u8 version, u8 type);
const char *ikemon_transform_name(u8 version, enum ikemon_part part, u16 id);

/* Of one bit of enum ikemon_vendor. */
const char *ikemon_vendor_name(u32 bit);

#endif /* IKEMON_NOTIFY_H */
