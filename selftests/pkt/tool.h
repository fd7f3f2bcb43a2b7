/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the senders have in common: how they give up, the numbers they are
 * given and the random ones they make up.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdint.h>

/* Of the program, for die() and wrong(): each defines them. */
extern const char * const tool_name;
extern const char * const tool_usage;

/* Say what failed, and errno's text; end with status 1. */
__attribute__((noreturn)) void die(const char *what);

/* Say what is wrong with the argument @arg, and the usage; status 1. */
__attribute__((noreturn)) void wrong(const char *what, const char *arg);

/* Return: the number @arg of that base, 0 to @max; anything else is wrong. */
unsigned long number(const char *arg, int base, unsigned long max);

/* The same seed, the same random numbers. */
void seed_random(uint64_t seed);

/*
 * random64() - xorshift64*: fast, and good enough to look unlike one another
 *
 * Return: of no use as a secret.
 */
uint64_t random64(void);

#endif /* TOOL_H */
