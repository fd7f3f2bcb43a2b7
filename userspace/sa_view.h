/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an SA is shown. The JSON keys are stable ABI (docs/netlink.md).
 */
#ifndef SA_VIEW_H
#define SA_VIEW_H

#include "model.h"
#include "output.h"

enum { SA_TEXT = 256 };

json_t *json_spi(uint32_t spi);		/* 8 hex digits */

/* New reference. */
json_t *sa_json(const struct sa_model *s);

/* "esp c0ffee01 in 192.0.2.1 -> 192.0.2.2, session 4" */
void sa_line(const struct sa_model *s, char buf[SA_TEXT]);

/* Keys idle, first_after and silent, of seconds or null, into @object. */
void sa_json_silence(json_t *object, const struct silence_model *s);

/* "first after 1 s, idle for 12 s" */
void sa_silence(const struct silence_model *s, char *buf, size_t size);

/* The table of SAs: columns, then rows. */
void sa_list(struct out *out);
void sa_list_put(struct out *out, const struct sa_model *s);
void sa_list_end(struct out *out);

#endif /* SA_VIEW_H */
