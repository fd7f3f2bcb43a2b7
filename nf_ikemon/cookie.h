/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The COOKIE of RFC 7296 section 2.6 and RFC 8019: make one, know it again,
 * lay out the answer that carries it, and say what to cut out of a request
 * that brings it back. Pure.
 */
#ifndef IKEMON_COOKIE_H
#define IKEMON_COOKIE_H

#include <linux/siphash.h>

#include "parse.h"

enum ikemon_cookie_lengths {
	IKEMON_COOKIE_LEN	= 17,	/* version, two hashes */
	/* generic header; protocol, SPI size, type; RFC 7296 3.10 */
	IKEMON_COOKIE_NOTIFY_LEN = 8 + IKEMON_COOKIE_LEN,
	/* from the IKE header on */
	IKEMON_COOKIE_MESSAGE_LEN = IKE_HDR_LEN + IKEMON_COOKIE_NOTIFY_LEN,
	/* what a buffer for ikemon_cookie_answer() must hold */
	IKEMON_COOKIE_ANSWER_MAX = NATT_MARKER_LEN + IKEMON_COOKIE_MESSAGE_LEN,
};

/**
 * struct ikemon_cookie_secret - what cookies are made with for a while
 * @key: independent of each other
 * @version: first octet of its cookies; 0: there is no secret
 */
struct ikemon_cookie_secret {
	siphash_key_t key[2];
	u8 version;
};

/**
 * struct ikemon_cookie_secrets - the present secret and the one before
 * @s: both
 * @present: index of the present one
 *
 * All zero there is no secret, and no cookie is valid.
 */
struct ikemon_cookie_secrets {
	struct ikemon_cookie_secret s[2];
	u8 present;
};

/**
 * ikemon_cookie_rotate() - a new secret; the present one becomes the one before
 * @secrets: changed; the caller keeps readers from it, or changes a copy and
 *	publishes that
 * @key: two new random keys
 *
 * To be called once before the first cookie is made, then every 60 to 120 s
 * (RFC 7296 section 2.6: a secret is changed often). A cookie is valid until
 * the second call after it was made.
 */
void ikemon_cookie_rotate(struct ikemon_cookie_secrets *secrets,
			  const siphash_key_t key[2]);

/**
 * ikemon_cookie_make() - the cookie of an initiator
 * @secrets: not changed
 * @addr: initiator's address, 16 octets; IPv4 first, then zeros
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @spi_i: of its IKE_SA_INIT
 * @cookie: IKEMON_COOKIE_LEN octets, written
 *
 * The port and the nonce have no part in it: NAT may change the one, and some
 * daemons the other, between two tries. The same until the next rotation.
 * Any context.
 */
void ikemon_cookie_make(const struct ikemon_cookie_secrets *secrets,
			const u8 *addr, u8 family, u64 spi_i, u8 *cookie);

/**
 * ikemon_cookie_verify() - does a request bring a cookie of ours?
 * @secrets: not changed
 * @addr: as in ikemon_cookie_make()
 * @family: likewise
 * @view: the datagram
 * @pkt: what ikemon_parse() read from it
 *
 * The cookie must be the first payload (RFC 7296 section 2.6), without SPI,
 * and of our length. Compared in constant time. Any context.
 *
 * Return: false also where there is no cookie, or one of the daemon's.
 */
bool ikemon_cookie_verify(const struct ikemon_cookie_secrets *secrets,
			  const u8 *addr, u8 family,
			  const struct ikemon_view *view,
			  const struct ikemon_pkt *pkt);

/**
 * ikemon_challengeable() - may this message be answered by a COOKIE?
 * @pkt: what ikemon_parse() read
 *
 * A whole, well-formed IKE_SA_INIT request with SA, KE and nonce, or
 * IKE_SESSION_RESUME request with nonce and ticket (RFC 5723 section 4.3.2),
 * at least twice as long as the answer, so that an answer never amplifies.
 * Any context.
 */
bool ikemon_challengeable(const struct ikemon_pkt *pkt);

/**
 * ikemon_cookie_answer() - lay out the answer to a request
 * @buf: the UDP payload, written
 * @size: of @buf; IKEMON_COOKIE_ANSWER_MAX is always enough
 * @request: a message that is ikemon_challengeable()
 * @cookie: IKEMON_COOKIE_LEN octets
 *
 * RFC 7296 sections 2.6 and 3.10: the initiator's SPI, responder SPI 0,
 * message ID 0, a single notify. With a non-ESP marker if the request had
 * one. Any context.
 *
 * Return: octets written, 0 if @size is too small.
 */
u32 ikemon_cookie_answer(u8 *buf, size_t size,
			 const struct ikemon_pkt *request, const u8 *cookie);

/**
 * struct ikemon_strip - how a request gets rid of its cookie
 * @off: first octet to cut, from the IKE header
 * @len: octets to cut; UDP and IP get shorter by as much
 * @new_length: IKE length field
 * @first_payload: next payload field of the IKE header
 */
struct ikemon_strip {
	u32 off;
	u32 len;
	u32 new_length;
	u8 first_payload;
};

/**
 * ikemon_cookie_strip() - plan the removal of our cookie
 * @view: the datagram
 * @pkt: what ikemon_parse() read from it, ikemon_cookie_verify() is true
 * @strip: written if true is returned
 *
 * Work is bounded by the limits of proto.h. Any context.
 *
 * Return: false if it must stay as it is: the message is no request that
 * opens a negotiation, is broken, too long to be looked at as a whole, or
 * partial, does not begin with a cookie like ours, has a second COOKIE, or
 * offers to authenticate the whole transcript (IKE2_N_FULL_TRANSCRIPT_AUTH).
 */
bool ikemon_cookie_strip(const struct ikemon_view *view,
			 const struct ikemon_pkt *pkt,
			 struct ikemon_strip *strip);

#ifdef IKEMON_SELFTEST
bool ikemon_cookie_selftest(void);
#endif

#endif /* IKEMON_COOKIE_H */
