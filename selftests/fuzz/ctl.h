/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ikemonctl in a world of its own: no kernel, no network, no other namespace.
 * What it would read from there is what the fuzzer says.
 */
#ifndef FUZZ_CTL_H
#define FUZZ_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CTL_FAMILY = 33 };

/* How a message of the kernel comes; bits. */
enum ctl_how {
	CTL_MORE	= 0x01,	/* another one is in the same datagram */
	CTL_ACK		= 0x02,	/* ends the exchange: octets are what it says */
	CTL_FOREIGN	= 0x04,	/* of another sequence, port or family */
	CTL_INTERRUPTED	= 0x08,	/* NLM_F_DUMP_INTR */
	CTL_TLVS	= 0x10,	/* NLM_F_ACK_TLVS */
	CTL_CUT		= 0x20,	/* its length says more than there is */
	CTL_OVERRUN	= 0x40,	/* ENOBUFS in its place */
	CTL_BARE	= 0x80,	/* octets are all of it, its header too */
	CTL_FRAME	= 3,
};

/**
 * struct ctl_world - what is outside
 * @answers: of the kernel, or of the daemon that "cookie test" asks: each one
 *	octet of enum ctl_how, two of length, the octets
 * @size: of @answers
 * @file: what standard input has, may be NULL
 * @file_size: of @file
 * @json: what it says must be JSON, if all goes well
 */
struct ctl_world {
	const uint8_t *answers;
	size_t size;
	const void *file;
	size_t file_size;
	bool json;
};

/**
 * ctl_run() - one run of ikemonctl
 * @words: the first is its name; their order may be changed
 * @n: how many
 *
 * What must hold whatever comes is checked: what it sends is well formed, its
 * JSON is JSON, its text has no control characters, and who fails says why.
 */
void ctl_run(const char **words, int n, const struct ctl_world *world);

/* main() of ikemonctl.c, and what the sanitizer asks us. */
int ikemonctl_main(int argc, char **argv);
const char *__asan_default_options(void);

/* What must hold; the condition is said before it ends. */
void ctl_hold(bool condition, const char *what);
#define hold(condition)	ctl_hold(condition, #condition)

#endif /* FUZZ_CTL_H */
