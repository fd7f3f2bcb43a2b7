/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel compares secrets with, for the host. */
#ifndef UNIT_CRYPTO_UTILS_H
#define UNIT_CRYPTO_UTILS_H

#include <stddef.h>

static inline unsigned long crypto_memneq(const void *a, const void *b,
					  size_t size)
{
	const unsigned char *x = a, *y = b;
	unsigned char differ = 0;

	while (size--)
		differ |= *x++ ^ *y++;
	return differ;
}

#endif /* UNIT_CRYPTO_UTILS_H */
