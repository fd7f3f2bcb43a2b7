// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on parse and state. An input is a list of datagrams of one
 * negotiation: two octets of length, one that says how it comes, the octets.
 *
 * Not only crashes count: what must hold whatever comes is checked.
 */
#include <stdlib.h>
#include <string.h>

#include "state.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

enum how {
	HOW_NATT	= 0x01,
	HOW_PARTIAL	= 0x02,
	HOW_OURS	= 0x04,
	HOW_RESPONDER	= 0x08,	/* IKEv1 has no bit for it */
	HOW_PIECES	= 0x10,
	HOW_WAIT	= 0x20,
	HOW_PROVE	= 0x40,
	HOW_CLOSE	= 0x80,
	FRAME		= 3,
};

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

static void take_message(struct run *run, const struct ikemon_pkt *pkt, u8 how)
{
	struct ikemon_look look = {
		.ours = how & HOW_OURS, .digest = digest(pkt),
		.now = run->now,
	};
	u8 before = run->neg.state;
	unsigned int step;

	if (!run->begun || run->forgotten) {
		if (!ikemon_opens_negotiation(pkt) && !(how & HOW_PROVE))
			return;
		ikemon_neg_init(&run->neg, pkt, how >> 6 ? how >> 6 & 3 : 0,
				!ikemon_opens_negotiation(pkt), run->now);
		if (run->neg.role > IKEMON_ROLE_RESPONDER)
			run->neg.role = IKEMON_ROLE_NONE;
		run->begun = true;
		run->forgotten = false;
		before = run->neg.state;
	}
	look.dir = pkt->version == 2 ? ikemon_pkt_dir(pkt) :
		   how & HOW_RESPONDER ? IKEMON_FROM_RESPONDER :
					 IKEMON_FROM_INITIATOR;
	step = ikemon_neg_step(&run->neg, pkt, &look);
	/* nothing on the wire ends what is established */
	if (before == IKEMON_STATE_ESTABLISHED)
		hold(run->neg.state == IKEMON_STATE_ESTABLISHED);
	/* a state changes if and only if it says so */
	hold(!!(step & IKEMON_STEP_STATE) == (before != run->neg.state));
	if (step & IKEMON_STEP_RETRANSMIT)
		hold(step == IKEMON_STEP_RETRANSMIT);
	/* with somebody as our side, what he did not say proves nothing */
	if (!look.ours && run->neg.role && pkt->version == 2 &&
	    before != IKEMON_STATE_ESTABLISHED)
		hold(run->neg.state != IKEMON_STATE_ESTABLISHED);
	check_neg(&run->neg);
}

static void pass_time(struct run *run)
{
	u64 due = ikemon_neg_expiry(&run->neg, timeout);

	if (due > run->now) {
		hold(!ikemon_neg_expire(&run->neg, timeout, due - 1));
		run->now = due;
	}
	run->forgotten = ikemon_neg_expire(&run->neg, timeout, run->now) < 0;
	if (!run->forgotten)
		check_neg(&run->neg);
}

static void take_datagram(struct run *run, const u8 *octets, u32 len, u8 how)
{
	u32 head = how & HOW_PIECES ? len / 2 : len;
	struct ikemon_view view = {
		.head_len = head, .len = len, .partial = how & HOW_PARTIAL,
		.pull = pull, .ctx = octets,
	};
	struct ikemon_pkt pkt, again;
	u8 *copy = malloc(head ? head : 1);

	memcpy(copy, octets, head);
	view.head = copy;
	ikemon_parse(&view, how & HOW_NATT, &pkt);
	check_pkt(&view, &pkt);
	view.head = octets;
	view.head_len = len;
	ikemon_parse(&view, how & HOW_NATT, &again);
	hold(!memcmp(&pkt, &again, sizeof(pkt)));
	free(copy);
	run->now += 10;
	if (pkt.class == IKEMON_CLASS_IKE)
		take_message(run, &pkt, how);
	if (!run->begun || run->forgotten)
		return;
	if (how & HOW_PROVE)
		ikemon_neg_prove(&run->neg, IKEMON_PROOF_XFRM, run->now);
	if (how & HOW_CLOSE && run->neg.state == IKEMON_STATE_ESTABLISHED)
		ikemon_neg_close(&run->neg, IKEMON_REASON_REKEYED, run->now);
	if (how & HOW_WAIT)
		pass_time(run);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct run run = { .now = 1000 };
	u32 len;
	u8 how;

	while (size >= FRAME) {
		len = get_unaligned_be16(data);
		how = data[2];
		data += FRAME;
		size -= FRAME;
		if (len > size)
			len = size;
		take_datagram(&run, data, len, how);
		data += len;
		size -= len;
	}
	return 0;
}
