/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a source is shown. The JSON keys are stable ABI (docs/netlink.md).
 */
#ifndef SOURCE_VIEW_H
#define SOURCE_VIEW_H

#include "model.h"
#include "output.h"

enum { SOURCE_TEXT = 128 };

/* New reference. */
json_t *source_json(const struct source_model *s);

/* The table of sources: columns, then rows. */
void source_list(struct out *out);
void source_list_put(struct out *out, const struct source_model *s);
void source_list_end(struct out *out);

/*
 * "for 28 s, over-limit", or "3 of 16 shares for 28 s, over-limit": of one that
 * is blocked.
 */
void source_blocked(const struct source_model *s, char buf[SOURCE_TEXT]);

#endif /* SOURCE_VIEW_H */
