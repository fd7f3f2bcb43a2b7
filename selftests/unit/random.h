/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that look random and are the same in every run (splitmix64). */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H

#include "pure.h"

static u64 random_state = 1;

static inline u64 mix64(u64 value)
{
	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
	return value ^ value >> 31;
}

static inline u64 random64(void)
{
	random_state += 0x9e3779b97f4a7c15ULL;
	return mix64(random_state);
}

#endif /* UNIT_RANDOM_H */
