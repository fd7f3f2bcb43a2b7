/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a session is shown. The JSON keys are stable ABI (docs/netlink.md).
 */
#ifndef SESSION_VIEW_H
#define SESSION_VIEW_H

#include "model.h"
#include "output.h"

/* What was offered in all, null if nothing was seen; the suite, or null. */
json_t *session_json_offer(const struct session_model *s);
json_t *session_json_suite(const struct session_model *s);

enum { SESSION_TEXT = 512 };

/* "2 proposals, 14 transforms, weak: 3des sha1"; "" if nothing was seen. */
void session_text_offer(const struct session_model *s, char buf[SESSION_TEXT]);
/* "ENCR_AES_CBC (256 bit) PRF_HMAC_SHA2_256 ..." */
void session_text_suite(const struct session_model *s, char buf[SESSION_TEXT]);

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
