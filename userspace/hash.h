/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A keyed hash of a few words. A capture comes from anybody: without the key
 * nobody can make one whose entries all land in one bucket.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

enum { HASH_WORDS = 16 };

struct hash_key {
	uint64_t k[HASH_WORDS + 1];
};

static inline void hash_init(struct hash_key *key)
{
	if (getrandom(key->k, sizeof(key->k), 0) != sizeof(key->k))
		abort();
}

/*
 * Multilinear: with random keys, two different lists of the same length have
 * the same upper 32 bits with a probability of 2^-32.
 */
static inline uint32_t hash_words(const struct hash_key *key,
				  const uint32_t *words, unsigned int n)
{
	uint64_t sum = key->k[HASH_WORDS];
	unsigned int i;

	for (i = 0; i < n && i < HASH_WORDS; i++)
		sum += key->k[i] * words[i];
	return sum >> 32;
}

static inline uint32_t hash_u64s(const struct hash_key *key, uint64_t a,
				 uint64_t b)
{
	uint32_t words[4] = { a, a >> 32, b, b >> 32 };

	return hash_words(key, words, 4);
}

#endif /* HASH_H */
