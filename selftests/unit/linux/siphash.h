/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 of Aumasson and Bernstein, in the words of the kernel. */
#ifndef UNIT_LINUX_SIPHASH_H
#define UNIT_LINUX_SIPHASH_H

#include "pure.h"

#define siphash_key_t	struct siphash_key

struct siphash_key {
	u64 key[2];
};

static inline u64 sip_rotate(u64 value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void sip_rounds(u64 *v, unsigned int n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = sip_rotate(v[1], 13) ^ v[0];
		v[3] = sip_rotate(v[3], 16) ^ v[2];
		v[0] = sip_rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = sip_rotate(v[1], 17) ^ v[2];
		v[3] = sip_rotate(v[3], 21) ^ v[0];
		v[2] = sip_rotate(v[2], 32);
	}
}

static inline void sip_word(u64 *v, u64 word)
{
	v[3] ^= word;
	sip_rounds(v, 2);
	v[0] ^= word;
}

static inline u64 siphash(const void *data, size_t len,
			  const siphash_key_t *key)
{
	u64 v[4] = {
		0x736f6d6570736575ULL ^ key->key[0],
		0x646f72616e646f6dULL ^ key->key[1],
		0x6c7967656e657261ULL ^ key->key[0],
		0x7465646279746573ULL ^ key->key[1],
	};
	const u8 *octets = data;
	u64 word = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		word |= (u64)octets[i] << 8 * (i % 8);
		if (i % 8 == 7) {
			sip_word(v, word);
			word = 0;
		}
	}
	sip_word(v, word | (u64)len << 56);
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif /* UNIT_LINUX_SIPHASH_H */
