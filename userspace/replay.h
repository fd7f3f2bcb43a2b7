/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions out of a capture: what the module does with packets, by the same
 * parse and state, with the clock of the frames and nobody being our side.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "capture.h"
#include "model.h"
#include "parse.h"

struct replay;

/**
 * struct replay_counts - what came of the messages
 * @sessions: that there were
 * @unknown: messages with SPIs of no session, and not such as to show one
 * @refused: negotiations without room for a session
 * @strange: messages that fitted nowhere in their session
 */
struct replay_counts {
	uint64_t sessions;
	uint64_t unknown;
	uint64_t refused;
	uint64_t strange;
};

/* NULL if there is no memory. */
struct replay *replay_new(uint32_t max_sessions);
void replay_free(struct replay *replay);

/**
 * replay_message() - one IKE message
 * @replay: the sessions so far
 * @d: how it came
 * @pkt: what it is, of class IKE
 * @watched: is it a port that IKE is looked for on? What is not, with NAT-T
 *	framing, is behind a NAT
 * @ctx: for @watched
 */
void replay_message(struct replay *replay, const struct datagram *d,
		    const struct ikemon_pkt *pkt,
		    bool (*watched)(const void *ctx, uint16_t port),
		    const void *ctx);

/* Time passes until the last frame; nothing comes after it. */
void replay_end(struct replay *replay);

/* In order of appearance; false behind the last. */
bool replay_session(const struct replay *replay, uint64_t i,
		    struct session_model *model);
const struct replay_counts *replay_counts(const struct replay *replay);

#endif /* REPLAY_H */
