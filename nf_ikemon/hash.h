/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A keyed hash for what is looked up with every packet. It costs a
 * multiplication for each word, where hsiphash costs a hundred instructions to
 * begin with.
 *
 * Sum of word times random number, upper half (Dietzfelbinger; Thorup, "High
 * Speed Hashing for Integers and Strings", section 3): whoever does not know
 * the key can do no better than chance, 2^-32 for two inputs that differ to
 * have the same hash. The key must not show: nothing of a hash is ever told.
 */
#ifndef IKEMON_HASH_H
#define IKEMON_HASH_H

#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/types.h>

enum ikemon_hash_limits {
	IKEMON_HASH_WORDS = 12,
};

/* All of it random. */
struct ikemon_hash_key {
	u64 add;
	u64 mul[IKEMON_HASH_WORDS];
};

/**
 * ikemon_hash() - hash octets
 * @key: secret
 * @data: aligned to 4, no padding undefined
 * @len: a multiple of 4, up to 4 * IKEMON_HASH_WORDS; known when it is built
 *
 * What has different lengths must have different keys. Any context.
 */
static __always_inline u32 ikemon_hash(const struct ikemon_hash_key *key,
				       const void *data, size_t len)
{
	const u32 *word = data;
	u64 sum = key->add;
	size_t i;

#pragma GCC unroll 12
	for (i = 0; i < len / sizeof(*word); i++)
		sum += key->mul[i] * word[i];
	return sum >> 32;
}

/*
 * For tables of what comes in rows, as addresses do: the hashes of a row are a
 * row as well, and would stand side by side. Any context.
 */
static __always_inline u32 ikemon_hash_spread(u32 hash)
{
	hash ^= hash >> 16;
	hash *= GOLDEN_RATIO_32;
	return hash ^ hash >> 15;
}

#endif /* IKEMON_HASH_H */
