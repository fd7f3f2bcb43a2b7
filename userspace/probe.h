/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an IKEv2 daemon does with a COOKIE that is not its own, found out by
 * asking it: a few IKE_SA_INIT requests, each a negotiation of its own.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "init.h"
#include "model.h"

/* The questions, in order; those not needed are not asked. */
enum probe_step {
	PROBE_PLAIN,		/* without a cookie */
	PROBE_PLAIN_OWN,	/* the same, with the daemon's own cookie */
	PROBE_FOREIGN,		/* with a cookie of nobody */
	PROBE_FOREIGN_OWN,	/* the same, with the daemon's own cookie */
	PROBE_CONTROL,		/* without a cookie: is it still there? */
	PROBE_STEPS
};

enum probe_outcome {
	PROBE_NOT_ASKED,
	PROBE_SILENCE,
	PROBE_CLOSED,		/* nobody listens there */
	PROBE_COOKIE,		/* answered by a cookie of the daemon's own */
	PROBE_ANSWERED,		/* with what follows on a cookie, good or bad */
};

/**
 * struct probe_try - one question and its answer
 * @outcome: enum probe_outcome
 * @sent: how often it was sent
 * @notify: first error notify of the answer, 0 for none: it has an SA
 * @cookie_len: octets of the cookie it demands
 * @cookie: those
 * @ms: from the first sending to the answer
 */
struct probe_try {
	uint8_t outcome;
	uint8_t sent;
	uint16_t notify;
	uint8_t cookie_len;
	uint8_t cookie[INIT_COOKIE];
	uint32_t ms;
};

/* What is to be concluded. */
enum probe_verdict {
	PROBE_UNKNOWN,		/* it does not answer, or no longer */
	PROBE_IGNORES,		/* passthrough: a foreign cookie does no harm */
	PROBE_RETRIES,		/* passthrough: it asks again for its own */
	PROBE_DEMANDS,		/* twostage: drops foreign ones, has its own */
	PROBE_REJECTS,		/* off: drops foreign ones, has none */
	PROBE_BROKEN,		/* off: drops its own as well */
};

struct probe {
	struct probe_try step[PROBE_STEPS];
};

/**
 * probe_run() - ask
 * @to: the daemon; behind the non-ESP marker if the port is 4500
 * @seconds: how long to wait for each answer
 * @probe: all of it is written
 *
 * Return: 0, or the errno of a socket that does not work; EADDRINUSE for an
 * IPv6 address of our own that is not ::1, which cannot be asked from here.
 */
int probe_run(const struct endpoint *to, unsigned int seconds,
	      struct probe *probe);

enum probe_verdict probe_judge(const struct probe *probe);

#endif /* PROBE_H */
