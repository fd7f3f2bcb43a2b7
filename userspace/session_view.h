/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a session is shown. The JSON keys are stable ABI (docs/netlink.md).
 */
#ifndef SESSION_VIEW_H
#define SESSION_VIEW_H

#include "model.h"
#include "output.h"

/* New reference. */
json_t *session_json(const struct session_model *s);

/*
 * A list of sessions: JSON member "sessions" of the object now open, or a
 * table with the transcript under each row if the output has detail.
 */
void session_list(struct out *out);
void session_list_put(struct out *out, const struct session_model *s);
void session_list_end(struct out *out);

/* One session at length: lines "name value", or the JSON object. */
void session_show_one(struct out *out, const struct session_model *s);

/* What a state is worth at a glance. */
enum out_color session_color(uint8_t state);

#endif /* SESSION_VIEW_H */
