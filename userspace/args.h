/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to values. Pure and strict: the whole word or nothing, decimal
 * only, no sign, no blank, no leading zero, nothing out of range. On failure
 * nothing is written.
 */
#ifndef ARGS_H
#define ARGS_H

#include "model.h"

bool arg_u64(const char *word, uint64_t min, uint64_t max, uint64_t *value);
bool arg_u32(const char *word, uint32_t min, uint32_t max, uint32_t *value);

/* 30, 30s, 5m, 2h, 1d; the result and the range are in seconds. */
bool arg_seconds(const char *word, uint32_t min, uint32_t max,
		 uint32_t *seconds);

/* 1000 or 1000/s */
bool arg_rate(const char *word, uint32_t min, uint32_t max, uint32_t *rate);

/* 80 or 80/1000s: so many thousandths per second. */
bool arg_lambda(const char *word, uint32_t min, uint32_t max, uint32_t *value);

/* 0x00ff0000: hexadecimal, 8 digits at most; a lone 0 is taken too. */
bool arg_mark(const char *word, uint32_t *mark);

/* c0ffee01 or 0xc0ffee01, as ip(8) and swanctl(8) have it; not 0. */
bool arg_spi(const char *word, uint32_t *spi);

/* 2026-11-24T10:00:00.5Z, RFC 3339: ns since the Unix epoch, not 0. */
bool arg_time(const char *word, uint64_t *ns);

/* 1 to 65535 */
bool arg_port(const char *word, uint16_t *port);

enum arg_prefix {
	ARG_PREFIX_OK,
	ARG_PREFIX_BAD,
	ARG_PREFIX_HOST_BITS,	/* written, with the bits cleared */
};

/* 192.0.2.0/24, 2001:db8::/32; an address alone is a whole one. */
enum arg_prefix arg_prefix(const char *word, struct prefix *prefix);

/* 192.0.2.1, 192.0.2.1:4500, 2001:db8::1, [2001:db8::1]:4500 */
bool arg_endpoint(const char *word, uint16_t port, struct endpoint *end);

/* new,half-open: bit N of @mask asks for state N. */
bool arg_states(const char *word, uint32_t *mask);

#endif /* ARGS_H */
