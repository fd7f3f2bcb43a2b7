/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A numbered crowd of peers, so that who makes their sessions and who sends
 * their messages need not tell each other: number K has the address so many
 * steps on, and these SPIs.
 */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>

/* splitmix64; never 0 for a number below 2^32 */
static inline uint64_t pool_spi(uint64_t k)
{
	k = (k + 1) * 0x9e3779b97f4a7c15ULL;
	k = (k ^ k >> 30) * 0xbf58476d1ce4e5b9ULL;
	k = (k ^ k >> 27) * 0x94d049bb133111ebULL;
	return k ^ k >> 31;
}

#endif /* POOL_H */
