// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <sys/random.h>

#include "crowd.h"

enum { CHALLENGES_MAX = 10, EXCH_MAIN = 2, NOTIFY_ERROR_MAX = 16383 };

static uint64_t random64(void)
{
	uint64_t v = 0;

	while (!v)
		if (getrandom(&v, sizeof(v), 0) < 0)
			v = 1;
	return v;
}

static size_t build(const struct peer *p, const struct crowd_options *o,
		    uint8_t *out)
{
	struct msg_options m = {
		.kind = "init", .spi_i = p->spi_i, .marker = o->marker,
		.content = 128, .group = p->group, .nonce = p->nonce,
	};

	if (p->cookie_len) {
		m.cookie = p->cookie;
		m.cookie_len = p->cookie_len;
	}
	if (o->version == 1)
		m.kind = p->state == PEER_INIT ? "main" : "main3";
	else if (p->state == PEER_AUTH)
		m.kind = "auth";
	if (p->state == PEER_AUTH) {
		m.spi_r = p->spi_r;
		m.id = o->version == 2;
	}
	return msg_build(&m, out);
}

/* The first of a message: a new one, or one that brings what was asked. */
static size_t say(struct peer *p, const struct crowd_options *o, uint64_t now,
		  uint8_t *out)
{
	p->tries = 1;
	p->wait = o->timeout;
	p->due = now + p->wait;
	p->sent++;
	return build(p, o, out);
}

static size_t begin(struct peer *p, const struct crowd_options *o,
		    uint64_t now, uint8_t *out)
{
	p->state = PEER_INIT;
	p->round++;
	p->began = now;
	/* The low bits say which peer it is. */
	p->spi_i = (random64() & ~0xffffffULL) | (p->spi_i & 0xffffff);
	p->spi_r = 0;
	p->nonce = random64();
	p->group = o->group;
	p->cookie_len = 0;
	return say(p, o, now, out);
}

static void give_up(struct peer *p, const struct crowd_options *o, uint64_t now)
{
	p->state = p->round < o->rounds ? PEER_WAITS : PEER_FAILED;
	p->due = now + o->pause;
}

size_t peer_due(struct peer *p, const struct crowd_options *o, uint64_t now,
		uint8_t *out)
{
	unsigned int tries;

	if (p->state == PEER_DONE || p->state == PEER_FAILED || now < p->due)
		return 0;
	if (p->state == PEER_WAITS)
		return begin(p, o, now, out);
	tries = p->state == PEER_AUTH ? o->auth_tries : o->tries;
	if (p->tries < tries) {
		p->tries++;
		p->wait = p->wait * o->factor / 100;
		p->due = now + p->wait;
		p->sent++;
		p->retransmits++;
		return build(p, o, out);
	}
	if (p->state == PEER_AUTH && !o->auth)
		p->state = PEER_DONE;
	else
		give_up(p, o, now);
	return 0;
}

/* RFC 7296 section 2.6: again, with the cookie, all else unchanged. */
static size_t take_cookie(struct peer *p, const struct crowd_options *o,
			  uint64_t now, const struct msg_head *h, uint8_t *out)
{
	if (!h->data_len || h->data_len > sizeof(p->cookie) ||
	    p->cookies >= CHALLENGES_MAX * p->round)
		return 0;
	/* The answer to a retransmission of what this one answered. */
	if (p->cookie_len == h->data_len &&
	    !memcmp(p->cookie, h->data, h->data_len))
		return 0;
	memcpy(p->cookie, h->data, h->data_len);
	p->cookie_len = h->data_len;
	p->cookies++;
	return say(p, o, now, out);
}

/* RFC 7296 section 1.2 and 2.6.1: the cookie is kept. */
static size_t take_group(struct peer *p, const struct crowd_options *o,
			 uint64_t now, const struct msg_head *h, uint8_t *out)
{
	unsigned int group;

	if (h->data_len != 2)
		return 0;
	group = h->data[0] << 8 | h->data[1];
	if (group < 14 || group > 16 || group == p->group)
		return 0;
	p->group = group;
	p->groups++;
	if (o->new_nonce)
		p->nonce = random64();
	return say(p, o, now, out);
}

static size_t take_init(struct peer *p, const struct crowd_options *o,
			uint64_t now, const struct msg_head *h, uint8_t *out)
{
	if (h->exchange != (o->version == 1 ? EXCH_MAIN : MSG_EXCH_INIT))
		return 0;
	if (o->version == 2 && !h->response)
		return 0;
	if (!h->spi_r && h->notify == MSG_COOKIE)
		return take_cookie(p, o, now, h, out);
	if (!h->spi_r && h->notify == MSG_INVALID_KE)
		return take_group(p, o, now, h, out);
	if (h->notify && h->notify <= NOTIFY_ERROR_MAX) {
		p->notify = h->notify;
		give_up(p, o, now);
		return 0;
	}
	if (!h->spi_r)
		return 0;
	p->spi_r = h->spi_r;
	p->answered++;
	p->took = now - p->began;
	p->state = o->auth_tries ? PEER_AUTH : PEER_DONE;
	return o->auth_tries ? say(p, o, now, out) : 0;
}

static void take_auth(struct peer *p, const struct crowd_options *o,
		      uint64_t now, const struct msg_head *h)
{
	if (h->spi_r != p->spi_r)
		return;
	if (o->version == 2 && (h->exchange != MSG_EXCH_AUTH || !h->response))
		return;
	if (o->version == 2 && h->len < 32 + o->content) {
		p->refused++;
		give_up(p, o, now);
		return;
	}
	p->authenticated = true;
	p->took = now - p->began;
	p->state = PEER_DONE;
}

size_t peer_answer(struct peer *p, const struct crowd_options *o, uint64_t now,
		   const uint8_t *in, size_t len, uint8_t *out)
{
	struct msg_head h;

	if (!msg_read(&h, in, len, o->marker) || h.spi_i != p->spi_i ||
	    h.version != o->version)
		return 0;
	if (p->state == PEER_INIT)
		return take_init(p, o, now, &h, out);
	/* Before MM4 there may be MM2 once more: that is too short. */
	if (p->state == PEER_AUTH && (o->version == 2 || h.len > 256))
		take_auth(p, o, now, &h);
	return 0;
}
