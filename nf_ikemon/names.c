// SPDX-License-Identifier: GPL-2.0-or-later
/* What the states of a negotiation are called, and why it is in one. */
#include "state.h"

const char *ikemon_state_name(enum ikemon_state state)
{
	static const char * const names[] = {
		[IKEMON_STATE_NEW]		= "new",
		[IKEMON_STATE_CHALLENGED]	= "challenged",
		[IKEMON_STATE_HALF_OPEN]	= "half-open",
		[IKEMON_STATE_AUTHENTICATING]	= "authenticating",
		[IKEMON_STATE_ESTABLISHED]	= "established",
		[IKEMON_STATE_FAILED]		= "failed",
		[IKEMON_STATE_CLOSED]		= "closed",
	};
	unsigned int i = state;

	return i < ARRAY_SIZE(names) && names[i] ? names[i] : "unknown";
}

const char *ikemon_proof_name(enum ikemon_proof proof)
{
	static const char * const names[] = {
		[IKEMON_PROOF_NONE]	= "none",
		[IKEMON_PROOF_EXCHANGE]	= "exchange",
		[IKEMON_PROOF_ESP]	= "esp",
		[IKEMON_PROOF_XFRM]	= "xfrm",
	};
	unsigned int i = proof;

	return i < ARRAY_SIZE(names) ? names[i] : "unknown";
}

const char *ikemon_reason_name(enum ikemon_reason reason)
{
	static const char * const names[] = {
		[IKEMON_REASON_NONE]		= "none",
		[IKEMON_REASON_NO_ANSWER]	= "no-answer",
		[IKEMON_REASON_TIMEOUT]		= "timeout",
		[IKEMON_REASON_ERROR_NOTIFY]	= "error-notify",
		[IKEMON_REASON_AUTH_FAILED_SUSPECTED] = "auth-failed-suspected",
		[IKEMON_REASON_IDLE]		= "idle",
		[IKEMON_REASON_REKEYED]		= "rekeyed",
		[IKEMON_REASON_FLUSHED]		= "flushed",
		[IKEMON_REASON_EVICTED]		= "evicted",
		[IKEMON_REASON_STOPPED]		= "stopped",
	};
	unsigned int i = reason;

	return i < ARRAY_SIZE(names) ? names[i] : "unknown";
}
