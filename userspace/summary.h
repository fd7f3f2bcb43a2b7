/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a capture, in numbers, and each IKE message in it. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "capture.h"
#include "output.h"
#include "parse.h"
#include "replay.h"

struct summary;

/* NULL if there is no memory. */
struct summary *summary_new(void);
void summary_free(struct summary *s);

/* One datagram on a watched port, of any class. */
void summary_take(struct summary *s, const struct datagram *d,
		  const struct ikemon_view *view, const struct ikemon_pkt *pkt);

/* Something else on a watched port. */
void summary_other(struct summary *s);

/* The JSON object "summary", or some lines of text. */
void summary_show(struct out *out, const struct summary *s,
		  const struct capture_counts *capture,
		  const struct replay_counts *replay);

/* An IKE message, even if something is wrong with it. */
bool is_message(const struct ikemon_pkt *pkt);

/* The table of messages: columns, then rows; or a line of JSON for each. */
void message_list(struct out *out);
void message_put(struct out *out, const struct datagram *d,
		 const struct ikemon_view *view, const struct ikemon_pkt *pkt);

/*
 * Calls @found for each notify in clear; ikemon_pkt.notify has only the first
 * few.
 */
void each_notify(const struct ikemon_view *view, const struct ikemon_pkt *pkt,
		 void (*found)(void *ctx, uint16_t type), void *ctx);

#endif /* SUMMARY_H */
