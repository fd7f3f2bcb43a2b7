/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IKE_SA_INIT request, as an initiator would write it. */
#ifndef INIT_H
#define INIT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto.h"

enum init_limits {
	INIT_MESSAGE	= 1024,
	INIT_NONCE	= 32,	/* RFC 7296 section 2.10: 16 to 256 */
	INIT_KE		= 96,	/* octets of a value of the group below */
	INIT_COOKIE	= 64,	/* RFC 7296 section 2.6: 1 to 64 */
	INIT_DIGEST	= 20,	/* SHA-1, RFC 7296 section 2.23 */
	/*
	 * 768-bit MODP. Hardly any daemon takes it, all know of it: what is
	 * asked for with it costs them no computation and leaves no half-open
	 * SA behind, for the answer is INVALID_KE_PAYLOAD.
	 */
	INIT_GROUP	= 1,
};

/**
 * struct init - what makes one negotiation differ from another
 * @spi: initiator SPI, not 0
 * @nonce: of the initiator
 * @ke: public value, below the prime of the group and above 1
 * @nat: what should be digests of both addresses; others say that there is a
 *	NAT, which is no harm
 * @cookie: of the COOKIE notify that stands first
 * @cookie_len: 0 for none
 */
struct init {
	uint8_t spi[8];
	uint8_t nonce[INIT_NONCE];
	uint8_t ke[INIT_KE];
	uint8_t nat[2][INIT_DIGEST];
	uint8_t cookie[INIT_COOKIE];
	uint8_t cookie_len;
};

/* All of it at random, without a cookie. */
void init_fresh(struct init *init);

/**
 * init_write() - the message
 * @init: what it is made of
 * @marker: with the non-ESP marker (RFC 3948 section 2.2) before it
 * @buf: takes the datagram
 *
 * RFC 7296 section 1.2: HDR, [N(COOKIE)], SA, KE, Ni, NAT detection.
 *
 * Return: octets of it.
 */
unsigned int init_write(const struct init *init, bool marker,
			uint8_t buf[INIT_MESSAGE]);

#endif /* INIT_H */
