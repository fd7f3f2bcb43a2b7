/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IKE messages for ikepkt. Written from the RFCs and not from the module's
 * proto.h, so that a wrong number there is not repeated here.
 */
#ifndef IKEMSG_H
#define IKEMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MSG_MAX = 9000 };

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
};

bool msg_known(const char *kind);

/* Return: octets written to @buf of MSG_MAX. */
size_t msg_build(const struct msg_options *o, uint8_t *buf);

/* Return: octets of an answer in @out of MSG_MAX, 0 for none. */
size_t msg_answer(const struct msg_options *o, const char *how,
		  const uint8_t *in, size_t len, uint8_t *out);

void msg_print(const struct msg_options *o, const uint8_t *buf, size_t len);

#endif /* IKEMSG_H */
