// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on parse and state. An input is a list of datagrams of one
 * negotiation, see datagrams.h. The first one's upper bits are the role, those
 * of the others say that they came in IP fragments. An odd number in them also
 * says that only what is side by side in memory can be read.
 *
 * Not only crashes count: what must hold whatever comes is checked.
 */
#include <stdlib.h>
#include <string.h>

#include "datagrams.h"
#include "libfuzzer.h"
#include "state.h"

enum { PAUSE = 10000 };

static const u32 timeout[IKEMON_STATE_CLOSED + 1] = {
	0, 30, 30, 30, 60, 86400, 300, 60,
};

struct run {
	struct ikemon_neg neg;
	bool begun;
	bool forgotten;
	u64 now;
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

static const void *pull_nothing(const struct ikemon_view *view, u32 off,
				u32 len, void *buf)
{
	pull(view, off, len, buf);
	return NULL;
}

static void check_pkt(const struct ikemon_view *view,
		      const struct ikemon_pkt *pkt)
{
	hold(pkt->class <= IKEMON_CLASS_MALFORMED && pkt->bad < IKEMON_BAD_N);
	hold(pkt->n_notify <= IKEMON_MAX_NOTIFIES);
	hold(pkt->offers <= IKEMON_MAX_PROPOSALS);
	hold(pkt->transforms <= IKEMON_MAX_TRANSFORMS);
	if (pkt->class == IKEMON_CLASS_MALFORMED)
		hold(pkt->bad && pkt->bad < IKEMON_BAD_BODY);
	else
		hold(!pkt->bad || pkt->bad >= IKEMON_BAD_BODY);
	if (pkt->class != IKEMON_CLASS_IKE)
		return;
	hold(pkt->spi_i && pkt->version && pkt->length >= IKE_HDR_LEN);
	hold(view->partial || pkt->length <= view->len);
	hold(pkt->nonce_len <= pkt->length && pkt->ke_len <= pkt->length);
	hold(pkt->sa_off + pkt->sa_len <= pkt->length);
}

static u32 digest(const struct ikemon_pkt *pkt)
{
	struct ikemon_ident id;
	const u8 *p = (const u8 *)&id;
	u32 hash = 2166136261U;
	size_t i;

	ikemon_pkt_ident(pkt, &id);
	for (i = 0; i < sizeof(id); i++)
		hash = (hash ^ p[i]) * 16777619;
	return hash;
}

static void check_neg(const struct ikemon_neg *neg)
{
	hold(neg->state >= IKEMON_STATE_NEW &&
	     neg->state <= IKEMON_STATE_CLOSED);
	hold(neg->n_notify <= IKEMON_NEG_NOTIFIES);
	hold((neg->state == IKEMON_STATE_ESTABLISHED) <= (neg->proof != 0));
	hold((neg->state == IKEMON_STATE_FAILED ||
	      neg->state == IKEMON_STATE_CLOSED) == (neg->reason != 0));
	hold(neg->awaiting <= IKEMON_DIRS);
	hold(ikemon_neg_last(neg) >= neg->since);
}

static void begin(struct run *run, const struct ikemon_pkt *pkt, u8 role)
{
	ikemon_neg_init(&run->neg, pkt, role % (IKEMON_ROLE_RESPONDER + 1),
			!ikemon_opens_negotiation(pkt), run->now);
	run->begun = true;
	run->forgotten = false;
	check_neg(&run->neg);
}

/* What is asked of a negotiation before the message is taken in. */
static void ask(const struct ikemon_neg *was, const struct ikemon_pkt *pkt,
		const struct ikemon_look *look)
{
	struct ikemon_neg neg = *was;

	ikemon_shows_session(pkt);
	ikemon_neg_may_be_rekeyed(&neg);
	ikemon_neg_takes_spi_r(&neg, 0, pkt);
	ikemon_neg_takes_spi_r(&neg, 9, pkt);
	if (ikemon_neg_knows(&neg, look->dir, look->digest) &&
	    !pkt->frag_no)
		hold(ikemon_neg_repeats(&neg, pkt, look->dir, look->digest));
	hold(!memcmp(&neg, was, sizeof(neg)));
}

static void take_message(struct run *run, const struct ikemon_pkt *pkt,
			 const struct datagrams *d)
{
	struct ikemon_look look = {
		.ours = d->how & HOW_OURS, .ip_frag = d->more & 2,
		.digest = digest(pkt), .now = run->now,
	};
	unsigned int step;
	bool repeats;
	u8 before;

	if (!run->begun || run->forgotten) {
		if (!ikemon_opens_negotiation(pkt) && !(d->how & HOW_PROVE))
			return;
		begin(run, pkt, d->more);
	}
	before = run->neg.state;
	look.dir = pkt->version == 2 ? ikemon_pkt_dir(pkt) :
		   d->how & HOW_RESPONDER ? IKEMON_FROM_RESPONDER :
					    IKEMON_FROM_INITIATOR;
	ask(&run->neg, pkt, &look);
	repeats = ikemon_neg_repeats(&run->neg, pkt, look.dir, look.digest);
	step = ikemon_neg_step(&run->neg, pkt, &look);
	/* nothing on the wire ends what is established */
	if (before == IKEMON_STATE_ESTABLISHED)
		hold(run->neg.state == IKEMON_STATE_ESTABLISHED);
	/* a state changes if and only if it says so */
	hold(!!(step & IKEMON_STEP_STATE) == (before != run->neg.state));
	if (step & IKEMON_STEP_RETRANSMIT)
		hold(step == IKEMON_STEP_RETRANSMIT && repeats);
	else if (repeats)
		hold(step == IKEMON_STEP_STRANGE);
	/* with somebody as our side, what he did not say proves nothing */
	if (!look.ours && run->neg.role && pkt->version == 2 &&
	    before != IKEMON_STATE_ESTABLISHED)
		hold(run->neg.state != IKEMON_STATE_ESTABLISHED);
	check_neg(&run->neg);
}

/* Until the state's time is over, or only some seconds. */
static void pass_time(struct run *run, bool all)
{
	u64 due = ikemon_neg_expiry(&run->neg, timeout);

	if (!all) {
		run->now += PAUSE;
	} else if (due > run->now) {
		hold(!ikemon_neg_expire(&run->neg, timeout, due - 1));
		run->now = due;
	}
	run->forgotten = ikemon_neg_expire(&run->neg, timeout, run->now) < 0;
	if (!run->forgotten)
		check_neg(&run->neg);
}

/* Whole or in pieces, it says the same; unless the pieces cannot be had. */
static void read_datagram(const struct datagrams *d, struct ikemon_pkt *pkt)
{
	u32 head = d->how & HOW_PIECES ? d->len / 2 : d->len;
	struct ikemon_view view = {
		.head_len = head, .len = d->len,
		.pull = d->more & 1 ? pull_nothing : pull,
		.partial = d->how & HOW_PARTIAL,
	};
	u8 *copy = malloc(head ? head : 1);
	u8 *whole = malloc(d->len ? d->len : 1);
	struct ikemon_pkt again;

	memcpy(copy, d->octets, head);
	memcpy(whole, d->octets, d->len);
	view.head = copy;
	view.ctx = whole;
	ikemon_parse(&view, d->how & HOW_NATT, pkt);
	check_pkt(&view, pkt);
	view.pull = pull;
	view.head = whole;
	view.head_len = d->len;
	ikemon_parse(&view, d->how & HOW_NATT, &again);
	check_pkt(&view, &again);
	if (!(d->more & 1))
		hold(!memcmp(pkt, &again, sizeof(again)));
	free(whole);
	free(copy);
}

static void take_datagram(struct run *run, const struct datagrams *d)
{
	struct ikemon_pkt pkt;

	read_datagram(d, &pkt);
	run->now += 10;
	if (pkt.class == IKEMON_CLASS_IKE)
		take_message(run, &pkt, d);
	if (!run->begun || run->forgotten)
		return;
	if (d->how & HOW_PROVE)
		ikemon_neg_prove(&run->neg, IKEMON_PROOF_XFRM, run->now);
	if (d->how & HOW_CLOSE && run->neg.state == IKEMON_STATE_ESTABLISHED)
		ikemon_neg_close(&run->neg, IKEMON_REASON_REKEYED, run->now);
	if (d->how & HOW_WAIT)
		pass_time(run, !(d->how & HOW_PIECES));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct datagrams d = { .data = data, .size = size };
	struct run run = { .now = 1000 };

	while (datagrams_next(&d))
		take_datagram(&run, &d);
	return 0;
}
