/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a vendor ID is of. Pure. */
#ifndef IKEMON_VENDOR_H
#define IKEMON_VENDOR_H

#include <linux/nf_ikemon.h>

#include "pure.h"

enum { IKEMON_VENDOR_OCTETS = 20 };	/* that tell the longest one */

/**
 * ikemon_vendor_of() - who a vendor ID is of
 * @id: its first @have octets
 * @have: all of it, or IKEMON_VENDOR_OCTETS if it is longer
 * @len: of the whole
 *
 * RFC 7296 section 3.12, RFC 2408 section 3.16.
 * Return: a bit of enum ikemon_vendor.
 */
u32 ikemon_vendor_of(const u8 *id, u32 have, u32 len);

#endif /* IKEMON_VENDOR_H */
