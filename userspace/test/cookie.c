// SPDX-License-Identifier: GPL-2.0-or-later
/* The requests of "cookie test", and what is made of the answers. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "init.h"
#include "parse.h"
#include "probe.h"

static bool parses(const struct init *init, bool marker,
		   struct ikemon_pkt *pkt)
{
	uint8_t message[INIT_MESSAGE];
	struct ikemon_view view = { .head = message };

	view.len = init_write(init, marker, message);
	view.head_len = view.len;
	ikemon_parse(&view, marker, pkt);
	return pkt->class == IKEMON_CLASS_IKE && !pkt->bad && !pkt->cut &&
	       pkt->length + (marker ? NATT_MARKER_LEN : 0) == view.len &&
	       ikemon_opens_negotiation(pkt) && pkt->offers == 2 &&
	       pkt->nonce_len == INIT_NONCE && pkt->ke_group == INIT_GROUP &&
	       pkt->ke_len == INIT_KE;
}

static void test_init(void)
{
	struct ikemon_pkt pkt, other;
	struct init init;

	init_fresh(&init);
	result(parses(&init, false, &pkt) && !pkt.cookie_len &&
	       pkt.n_notify == 2, "a request without a cookie");
	init.cookie_len = INIT_COOKIE;
	result(parses(&init, true, &other) &&
	       other.cookie_len == INIT_COOKIE && other.n_notify == 3 &&
	       other.spi_i == pkt.spi_i &&
	       !memcmp(pkt.tag, other.tag, sizeof(pkt.tag)),
	       "the same with one, behind the non-ESP marker");
	init_fresh(&init);
	result(parses(&init, false, &other) && other.spi_i != pkt.spi_i,
	       "another one is another negotiation");
}

/* What each question was answered with, by the letter; "-" is not asked. */
static void set_outcomes(struct probe *probe, const char *letters)
{
	unsigned int i;

	memset(probe, 0, sizeof(*probe));
	for (i = 0; i < PROBE_STEPS; i++)
		switch (letters[i]) {
		case 's':
			probe->step[i].outcome = PROBE_SILENCE;
			break;
		case 'x':
			probe->step[i].outcome = PROBE_CLOSED;
			break;
		case 'c':
			probe->step[i].outcome = PROBE_COOKIE;
			break;
		case 'a':
			probe->step[i].outcome = PROBE_ANSWERED;
			break;
		default:
			break;
		}
}

static void test_judge(void)
{
	static const struct {
		const char *outcomes;
		enum probe_verdict verdict;
	} cases[] = {
		{ "s----", PROBE_UNKNOWN }, { "x----", PROBE_UNKNOWN },
		{ "a-a--", PROBE_IGNORES }, { "caa--", PROBE_IGNORES },
		{ "a-ca-", PROBE_RETRIES }, { "caca-", PROBE_RETRIES },
		{ "a-cs-", PROBE_BROKEN }, { "cacc-", PROBE_BROKEN },
		{ "cas-c", PROBE_DEMANDS }, { "cas-a", PROBE_DEMANDS },
		{ "css-c", PROBE_BROKEN }, { "ccs-c", PROBE_BROKEN },
		{ "a-s-a", PROBE_REJECTS }, { "a-s-c", PROBE_REJECTS },
		{ "a-s-s", PROBE_UNKNOWN }, { "cas-s", PROBE_UNKNOWN },
		{ "a-x--", PROBE_UNKNOWN }, { "a-s-x", PROBE_UNKNOWN },
	};
	struct probe probe;
	bool all = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set_outcomes(&probe, cases[i].outcomes);
		if (probe_judge(&probe) == cases[i].verdict)
			continue;
		printf("# %s\n", cases[i].outcomes);
		all = false;
	}
	result(all, "what the answers mean");
}

void test_cookie(void)
{
	test_init();
	test_judge();
}
