/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which transforms are weak or withdrawn. Pure. What is said of each, and by
 * which RFC, is in userspace/audit_rules.c.
 */
#ifndef IKEMON_WEAK_H
#define IKEMON_WEAK_H

#include <linux/nf_ikemon.h>

#include "notify.h"
#include "parse.h"

/* Bits of a key below which it is short; RFC 8247 section 3.1 wants 128. */
enum { IKEMON_KEY_BITS_MIN = 128 };

/**
 * ikemon_weak_transform() - what is wrong with a transform
 * @version: IKE major version, whose registry @id is of
 * @part: what the transform is for
 * @id: IANA's number
 *
 * RFC 8247 section 3, RFC 9395 section 5.
 * Return: bits of enum ikemon_weak, 0 if nothing is.
 */
u32 ikemon_weak_transform(u8 version, enum ikemon_part part, u16 id);

/* The bit of a key length in bits; 0 bits is none given. */
static inline u32 ikemon_weak_key(u16 bits)
{
	return bits && bits < IKEMON_KEY_BITS_MIN ? IKEMON_WEAK_SHORT_KEY : 0;
}

/**
 * ikemon_weak_suite() - what is wrong with a suite
 * @version: IKE major version
 * @exchange: type of the exchange that it is negotiated in
 * @suite: transforms, 0 for none
 *
 * As ikemon_weak_transform(), for all of them together.
 */
u32 ikemon_weak_suite(u8 version, u8 exchange,
		      const struct ikemon_suite *suite);

#endif /* IKEMON_WEAK_H */
