/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as people and programs read them, and the line that says what went
 * wrong.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "model.h"

/* Values as JSON; what is not UTF-8 gets '?' in place of the odd octets. */
json_t *json_text(const char *text);
json_t *json_time(uint64_t ns);			/* RFC 3339 or null */
json_t *json_endpoint(const struct endpoint *end); /* object or null */
json_t *json_hex64(uint64_t value);		/* 16 hex digits */

/* The wall clock, ns since the Unix epoch. */
uint64_t now_ns(void);

/* Values as text. */
enum { TEXT_TIME = 40, TEXT_ENDPOINT = 64, TEXT_SPAN = 32 };

void text_time(uint64_t ns, char buf[TEXT_TIME]);	/* RFC 3339, ms, Z */
/* What arg_time() reads back: the fraction only if there is one. */
void text_exact(uint64_t ns, char buf[TEXT_TIME]);
/* "12 s ago", or the date if @absolute; "-" for 0. */
void text_since(uint64_t ns, bool absolute, char buf[TEXT_TIME]);
void text_endpoint(const struct endpoint *end, char buf[TEXT_ENDPOINT]);
void text_prefix(const struct prefix *p, char buf[TEXT_ENDPOINT]);
void text_span(uint64_t seconds, char buf[TEXT_SPAN]);	/* "12 s" */
/**
 * text_clean() - put question marks for terminal controls
 * @text: what the kernel, a file or a user calls a thing
 * @one_line: for ends of lines, too
 */
void text_clean(char *text, bool one_line);

/**
 * complain() - say on stderr what is wrong
 *
 * One line "ikemonctl: what is wrong; what would be right", whatever octets
 * the arguments have.
 */
__attribute__((format(printf, 1, 2)))
void complain(const char *fmt, ...);
/* Name the place, "FILE:12", in what follows; NULL for no place. */
void complain_at(const char *file, unsigned int line);

#endif /* FORMAT_H */
