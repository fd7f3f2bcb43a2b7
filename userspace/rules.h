/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits and blocks: as words, as text that reads back, as JSON. */
#ifndef RULES_H
#define RULES_H

#include "subcommands.h"

enum { RULE_TEXT = 256 };

/*
 * Words "PREFIX [rate N/s] ..." and "PREFIX [time T | until T]", to their end.
 * They complain.
 */
int limit_words(struct rest *rest, struct limit_model *l);
int block_words(struct rest *rest, struct block_model *b);

/* " rate 50/s burst 200", " exempt": what reads back behind the prefix. */
void limit_values(const struct limit_model *l, char buf[RULE_TEXT]);
/* "192.0.2.0/24 until 2026-11-24T10:00:00Z": what reads back. */
void block_text(const struct block_model *b, char buf[RULE_TEXT]);

/* New references. */
json_t *limit_json(const struct limit_model *l);
json_t *block_json(const struct block_model *b);

#endif /* RULES_H */
