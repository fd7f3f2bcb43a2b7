// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on what ikemonctl makes of answers: an input is two octets that
 * say what is asked, and messages as in ctl.h.
 */
#include "ctl.h"
#include "libfuzzer.h"

#include <linux/netlink.h>
#include <string.h>

enum what { WHAT_JSON = 1, WHAT_DETAIL = 2, WHAT_PRETTY = 4, WHAT_LEN = 2 };

/* By the second octet; the order is that of corpus_ctl.py. */
static const char * const lines[][7] = {
	{ NULL },
	{ "session", "show" },
	{ "session", "show", "id", "1" },
	{ "session", "flush", "all" },
	{ "sa", "show" },
	{ "sa", "show", "id", "1" },
	{ "source", "show" },
	{ "limit", "show" },
	{ "limit", "set", "192.0.2.0/24", "rate", "5" },
	{ "block", "show" },
	{ "block", "flush" },
	{ "stats", "show" },
	{ "config", "show" },
	{ "config", "set", "mode", "off", "mark", "1" },
	{ "port", "show" },
	{ "audit" },
	{ "monitor" },
	{ "monitor", "all", "max", "3" },
	{ "ruleset", "show" },
	{ "version" },
	{ "cookie", "test", "192.0.2.1" },
	{ "cookie", "test", "192.0.2.1:4500" },
};

enum { LINES = sizeof(lines) / sizeof(*lines) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctl_world world = { 0 };
	const char *words[12] = { "ikemonctl" };
	const char * const *line;
	int n = 1;

	if (size < WHAT_LEN)
		return -1;
	world.answers = data + WHAT_LEN;
	world.size = size - WHAT_LEN;
	world.json = data[0] & (WHAT_JSON | WHAT_PRETTY);
	if (data[0] & WHAT_JSON)
		words[n++] = "-j";
	if (data[0] & WHAT_DETAIL)
		words[n++] = "-s";
	if (data[0] & WHAT_PRETTY)
		words[n++] = "-p";
	for (line = lines[data[1] % LINES]; *line; line++)
		words[n++] = *line;
	ctl_run(words, n, &world);
	return 0;
}

/* Changes that leave messages and attributes whole most of the time. */

static uint32_t state;

static uint32_t below(uint32_t n)
{
	return fuzz_below(&state, n);
}

/* Lengths of attributes and of what is in nests. */
static void mend_attrs(uint8_t *p, size_t len, unsigned int depth)
{
	struct nlattr nla;
	size_t step;

	for (; len >= NLA_HDRLEN; p += step, len -= step) {
		memcpy(&nla, p, sizeof(nla));
		if (nla.nla_len < NLA_HDRLEN || nla.nla_len > len) {
			nla.nla_len = below(2) && len > 8 ? 8 : len;
			memcpy(p, &nla, sizeof(nla));
		}
		if (nla.nla_type & NLA_F_NESTED && depth < 4)
			mend_attrs(p + NLA_HDRLEN, nla.nla_len - NLA_HDRLEN,
				   depth + 1);
		step = NLA_ALIGN(nla.nla_len);
		if (step > len)
			step = len;
	}
}

static void mend_message(uint8_t *p, size_t len)
{
	uint8_t how = p[0];

	p += CTL_FRAME;
	if (how & (CTL_BARE | CTL_OVERRUN))
		return;
	if (how & CTL_ACK) {
		if (how & CTL_TLVS && len > sizeof(struct nlmsgerr))
			mend_attrs(p + sizeof(struct nlmsgerr),
				   len - sizeof(struct nlmsgerr), 0);
	} else if (len > 2) {
		mend_attrs(p + 1, len - 1, 0);
	}
}

static size_t len_of(const uint8_t *p, size_t left)
{
	size_t len = p[1] << 8 | p[2];

	return len > left - CTL_FRAME ? left - CTL_FRAME : len;
}

static void mend(uint8_t *p, size_t size)
{
	size_t len;

	for (; size >= CTL_FRAME; p += CTL_FRAME + len,
	     size -= CTL_FRAME + len) {
		len = len_of(p, size);
		p[1] = len >> 8;
		p[2] = len;
		if (below(8))
			mend_message(p, len);
	}
}

static uint8_t *pick(uint8_t *data, size_t size, size_t *len)
{
	uint8_t *found = NULL, *p = data;
	size_t step, n = 0;

	for (; size >= CTL_FRAME; p += step, size -= step) {
		step = CTL_FRAME + len_of(p, size);
		if (below(++n))
			continue;
		found = p;
		*len = step;
	}
	return found;
}

/* An attribute of a message, at whichever depth. */
static uint8_t *pick_attr(uint8_t *p, size_t len)
{
	uint8_t *found = NULL;
	struct nlattr nla;
	size_t step, n = 0;

	for (; len >= NLA_HDRLEN; p += step, len -= step) {
		memcpy(&nla, p, sizeof(nla));
		if (nla.nla_len < NLA_HDRLEN || nla.nla_len > len)
			break;
		if (!below(++n))
			found = p;
		step = NLA_ALIGN(nla.nla_len);
		if (step > len)
			step = len;
	}
	if (!found)
		return NULL;
	memcpy(&nla, found, sizeof(nla));
	if (nla.nla_type & NLA_F_NESTED && below(4)) {
		p = pick_attr(found + NLA_HDRLEN, nla.nla_len - NLA_HDRLEN);
		return p ? p : found;
	}
	return found;
}

static void change_attr(uint8_t *message, size_t len)
{
	uint8_t *p = len > CTL_FRAME + 1 ?
		     pick_attr(message + CTL_FRAME + 1, len - CTL_FRAME - 1) :
		     NULL;
	struct nlattr nla;
	size_t n;

	if (!p)
		return;
	memcpy(&nla, p, sizeof(nla));
	switch (below(4)) {
	case 0:
		nla.nla_type = (nla.nla_type & NLA_F_NESTED) | below(64);
		break;
	case 1:
		nla.nla_type ^= NLA_F_NESTED;
		break;
	default:
		n = nla.nla_len - NLA_HDRLEN;
		if (n)
			LLVMFuzzerMutate(p + NLA_HDRLEN, n, n);
	}
	memcpy(p, &nla, sizeof(nla));
}

static size_t change(uint8_t *data, size_t size, size_t max)
{
	size_t len;
	uint8_t *p = pick(data, size, &len);

	if (!p)
		return size;
	switch (below(8)) {
	case 0:
		if (len > max - size)
			break;
		memcpy(data + size, p, len);
		return size + len;
	case 1:
		memmove(p, p + len, data + size - p - len);
		return size - len;
	case 2:
		p[0] ^= 1 << below(8);
		break;
	default:
		change_attr(p, len);
	}
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	uint32_t i;

	state = seed;
	if (!below(3) || size <= WHAT_LEN)
		size = LLVMFuzzerMutate(data, size, max);
	if (size <= WHAT_LEN)
		return size;
	if (!below(16))
		data[1] = below(LINES);
	if (!below(8))
		data[0] = below(8);
	for (i = below(4); i; i--)
		size = WHAT_LEN + change(data + WHAT_LEN, size - WHAT_LEN,
					 max - WHAT_LEN);
	if (below(8))
		mend(data + WHAT_LEN, size - WHAT_LEN);
	return size;
}
