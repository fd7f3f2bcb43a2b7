// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on cookie: which request is answered and how, which cookie is
 * valid, what is cut out of a request. Inputs are those of fuzz.c.
 */
#include <stdlib.h>
#include <string.h>

#include "cookie.h"
#include "datagrams.h"
#include "libfuzzer.h"
#include "walk.h"

enum { FAMILY = 2 };

static const u8 addr[16] = { 192, 0, 2, 1 };

/* A datagram and what was read from it. */
struct seen {
	u8 *octets;
	struct ikemon_view view;
	struct ikemon_pkt pkt;
};

static void hold(bool condition)
{
	if (!condition)
		abort();
}

static const void *pull(const struct ikemon_view *view, u32 off, u32 len,
			void *buf)
{
	hold(off <= view->len && len <= view->len - off);
	memcpy(buf, (const u8 *)view->ctx + off, len);
	return buf;
}

/* Octets that end where their memory ends. */
static void look(struct seen *seen, const u8 *octets, u32 len, u8 how)
{
	seen->octets = malloc(len ? len : 1);
	memcpy(seen->octets, octets, len);
	seen->view = (struct ikemon_view){
		.head = seen->octets, .len = len, .ctx = seen->octets,
		.head_len = how & HOW_PIECES ? len / 2 : len, .pull = pull,
		.partial = how & HOW_PARTIAL,
	};
	ikemon_parse(&seen->view, how & HOW_NATT, &seen->pkt);
}

static void check_answer(const struct seen *seen, const u8 *cookie)
{
	u8 buf[IKEMON_COOKIE_ANSWER_MAX];
	struct seen answer;
	u32 len;

	if (!ikemon_challengeable(&seen->pkt))
		return;
	len = ikemon_cookie_answer(buf, sizeof(buf), &seen->pkt, cookie);
	hold(len && 2 * len <= seen->view.len);
	look(&answer, buf, len, seen->pkt.marker ? HOW_NATT : 0);
	hold(answer.pkt.class == IKEMON_CLASS_IKE && !answer.pkt.bad);
	hold(answer.pkt.marker == seen->pkt.marker);
	hold(answer.pkt.spi_i == seen->pkt.spi_i && !answer.pkt.spi_r);
	hold(answer.pkt.exchange == seen->pkt.exchange);
	hold(answer.pkt.cookie_len == IKEMON_COOKIE_LEN);
	hold(!ikemon_opens_negotiation(&answer.pkt));
	free(answer.octets);
}

static void cut(struct seen *seen, const struct ikemon_strip *strip)
{
	u32 marker = ikemon_marker_len(&seen->pkt);
	u8 *msg = seen->octets + marker;
	u32 end = seen->view.len - marker;	/* and what is behind it */

	hold(strip->off >= IKE_HDR_LEN && strip->off <= seen->pkt.length);
	hold(strip->len <= seen->pkt.length - strip->off);
	msg[IKE_HDR_NEXT_PAYLOAD] = strip->first_payload;
	put_unaligned_be32(strip->new_length, msg + IKE_HDR_LENGTH);
	memmove(msg + strip->off, msg + strip->off + strip->len,
		end - strip->off - strip->len);
}

/* Nothing changed but the cookie: the rest says what it said. */
static void compare(const struct ikemon_pkt *was, const struct ikemon_pkt *is)
{
	struct ikemon_pkt expect = *was;

	hold(is->class == IKEMON_CLASS_IKE && is->bad == was->bad && !is->cut);
	hold(is->length == was->length - IKEMON_COOKIE_NOTIFY_LEN);
	hold(!is->cookie_len && was->notify[0] == IKE2_N_COOKIE);
	if (was->n_notify < IKEMON_MAX_NOTIFIES) {
		hold(is->n_notify == was->n_notify - 1);
		hold(!memcmp(is->notify, was->notify + 1,
			     is->n_notify * sizeof(is->notify[0])));
	}
	if (!is->n_notify)
		expect.payloads &= ~BIT_ULL(IKE2_PAYLOAD_NOTIFY);
	hold(is->payloads == expect.payloads);
	hold(is->vendors == was->vendors && is->offers == was->offers);
	hold(is->transforms == was->transforms);
	hold(!memcmp(&is->suite, &was->suite, sizeof(is->suite)));
	hold(is->nonce_len == was->nonce_len && is->ke_len == was->ke_len);
	hold(is->spi_i == was->spi_i && is->flags == was->flags);
	hold(ikemon_opens_negotiation(is));
}

/* True if it was stripped; then @seen is what is left. */
static bool check_strip(struct seen *seen)
{
	struct ikemon_strip strip;
	struct seen rest;
	u32 len;
	u8 how;

	if (!ikemon_cookie_strip(&seen->view, &seen->pkt, &strip))
		return false;
	hold(!seen->view.partial);
	cut(seen, &strip);
	len = seen->view.len - strip.len;
	how = seen->pkt.marker ? HOW_NATT : 0;
	look(&rest, seen->octets, len, how);
	compare(&seen->pkt, &rest.pkt);
	/* a second cookie of ours would have been cut next */
	hold(!ikemon_cookie_strip(&rest.view, &rest.pkt, &strip));
	free(seen->octets);
	*seen = rest;
	return true;
}

/* May a request that brings no cookie be stripped after one was put in? */
static bool gets_bare(const struct seen *bare)
{
	struct ikemon_walk walk;
	const u8 *octets;
	u8 buf[4];

	ikemon_walk_start(&walk, &bare->pkt);
	while (ikemon_walk_next(&walk, &bare->pkt, &bare->view)) {
		if (walk.nested || walk.type != IKE2_PAYLOAD_NOTIFY)
			continue;
		octets = ikemon_msg_get(&bare->view, &bare->pkt, walk.off, 4,
					buf);
		switch (get_unaligned_be16(octets + 2)) {
		case IKE2_N_COOKIE:
		case IKE2_N_FULL_TRANSCRIPT_AUTH:
			return false;
		}
	}
	/* Who walks through all sees what is wrong in a second SA payload. */
	return !walk.bad && walk.count < IKEMON_MAX_PAYLOADS;
}

/* Put a cookie into a request as its sender would; then take it out again. */
static void check_round(const struct seen *bare,
			const struct ikemon_cookie_secrets *secrets,
			const u8 *cookie)
{
	const struct ikemon_pkt *pkt = &bare->pkt;
	u32 base = ikemon_marker_len(pkt) + IKE_HDR_LEN;
	u32 len = bare->view.len + IKEMON_COOKIE_NOTIFY_LEN;
	u8 *octets, *notify;
	struct seen with;

	if (!ikemon_opens_negotiation(pkt) || pkt->version != 2 || pkt->cut ||
	    pkt->partial || !ikemon_is_sound(pkt))
		return;
	octets = calloc(1, len);
	notify = octets + base;
	memcpy(octets, bare->octets, base);
	octets[base - IKE_HDR_LEN + IKE_HDR_NEXT_PAYLOAD] =
		IKE2_PAYLOAD_NOTIFY;
	put_unaligned_be32(pkt->length + IKEMON_COOKIE_NOTIFY_LEN,
			   octets + base - IKE_HDR_LEN + IKE_HDR_LENGTH);
	notify[0] = pkt->next_payload;
	put_unaligned_be16(IKEMON_COOKIE_NOTIFY_LEN, notify + 2);
	put_unaligned_be16(IKE2_N_COOKIE, notify + 6);
	memcpy(notify + 8, cookie, IKEMON_COOKIE_LEN);
	memcpy(notify + IKEMON_COOKIE_NOTIFY_LEN, bare->octets + base,
	       bare->view.len - base);
	look(&with, octets, len, pkt->marker ? HOW_NATT : 0);
	free(octets);
	hold(ikemon_cookie_verify(secrets, addr, FAMILY, &with.view,
				  &with.pkt));
	if (check_strip(&with)) {
		hold(gets_bare(bare) && with.view.len == bare->view.len);
		hold(!memcmp(with.octets, bare->octets, with.view.len));
	} else {
		hold(!gets_bare(bare));
	}
	free(with.octets);
}

static void take_datagram(const u8 *octets, u32 len, u8 how)
{
	static const siphash_key_t key[2] = { { { 1, 2 } }, { { 3, 4 } } };
	struct ikemon_cookie_secrets secrets = {};
	u8 cookie[IKEMON_COOKIE_LEN];
	struct seen seen;

	ikemon_cookie_rotate(&secrets, key);
	look(&seen, octets, len, how);
	ikemon_cookie_make(&secrets, addr, FAMILY, seen.pkt.spi_i, cookie);
	if (ikemon_cookie_verify(&secrets, addr, FAMILY, &seen.view,
				 &seen.pkt))
		hold(memmem(octets, len, cookie, sizeof(cookie)));
	check_answer(&seen, cookie);
	check_round(&seen, &secrets, cookie);
	check_strip(&seen);
	free(seen.octets);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct datagrams d = { .data = data, .size = size };

	while (datagrams_next(&d))
		take_datagram(d.octets, d.len, d.how);
	return 0;
}
