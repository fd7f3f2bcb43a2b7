/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IKE messages for ikepkt, flood and crowd. Written from the RFCs and not from
 * the module's proto.h, so that a wrong number there is not repeated here.
 */
#ifndef IKEMSG_H
#define IKEMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MSG_MAX = 9000,
	/* Where nothing is said */
	MSG_FILL_NONCE = 0x5a, MSG_FILL_SEALED = 0xc3,
	MSG_EXCH_INIT = 34, MSG_EXCH_AUTH = 35,
	MSG_INVALID_KE = 17, MSG_COOKIE = 16390,
};

/**
 * struct msg_options - what to build
 * @kind: name, see usage of ikepkt
 * @spi_i: host byte order
 * @spi_r: likewise; 0 for none
 * @id: message ID
 * @content: octets in an encrypted payload or ESP
 * @fragment: number of an SKF
 * @fragments: total
 * @marker: with the non-ESP marker
 * @response: from the responder, a response
 * @cookie: first in an IKE_SA_INIT, NULL for none (RFC 7296 section 2.6)
 * @cookie_len: its octets
 * @group: MODP group of the KE payload of an IKE_SA_INIT: 14, 15 or 16; other
 *	than 14 the proposal offers it beside 14. 0 for 14
 * @nonce: that the nonce is made of; 0 for the same one always
 */
struct msg_options {
	const char *kind;
	uint64_t spi_i;
	uint64_t spi_r;
	uint32_t id;
	unsigned int content;
	unsigned int fragment;
	unsigned int fragments;
	bool marker;
	bool response;
	const uint8_t *cookie;
	unsigned int cookie_len;
	unsigned int group;
	uint64_t nonce;
};

/**
 * struct msg_head - what an initiator reads in an answer
 * @spi_i: host byte order
 * @spi_r: likewise
 * @id: message ID
 * @version: major
 * @exchange: type
 * @response: from the responder
 * @notify: type of the first notify in clear, 0 for none
 * @data: of that notify
 * @data_len: octets
 * @len: octets of the whole message
 */
struct msg_head {
	uint64_t spi_i;
	uint64_t spi_r;
	uint32_t id;
	uint8_t version;
	uint8_t exchange;
	bool response;
	uint16_t notify;
	const uint8_t *data;
	unsigned int data_len;
	size_t len;
};

bool msg_known(const char *kind);

/* Return: octets written to @buf of MSG_MAX. */
size_t msg_build(const struct msg_options *o, uint8_t *buf);

/* Return: octets of an answer in @out of MSG_MAX, 0 for none. */
size_t msg_answer(const struct msg_options *o, const char *how,
		  const uint8_t *in, size_t len, uint8_t *out);

/* Return: false if it is no IKE message, or broken where @h would look. */
bool msg_read(struct msg_head *h, const uint8_t *buf, size_t len, bool marker);

void msg_print(const struct msg_options *o, const uint8_t *buf, size_t len);

#endif /* IKEMSG_H */
