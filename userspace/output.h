/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything the tool says goes through here: one call gives text or JSON.
 * JSON is written element by element, text tables row by row, so that memory
 * does not grow with what is shown.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "format.h"
#include "model.h"

/* Exit codes, as ip(8) has them. */
enum ctl_exit {
	CTL_OK		= 0,
	CTL_USAGE	= 1,
	CTL_KERNEL	= 2,	/* the kernel refused */
	CTL_PARTIAL	= 3,	/* the answer is incomplete */
};

struct out;

/**
 * struct out_options - how to show things
 * @json: JSON instead of text
 * @pretty: JSON in lines with indentation
 * @detail: more of it
 * @color: states in colour, text only
 * @absolute: text times as dates; without it "12 s ago"
 */
struct out_options {
	bool json;
	bool pretty;
	bool detail;
	bool color;
	bool absolute;
};

struct out *out_open(FILE *file, const struct out_options *options);

/* Flushes. Return: CTL_OK, or CTL_PARTIAL if something could not be written,
 * which has been said on stderr.
 */
int out_close(struct out *out);

bool out_json(const struct out *out);
bool out_detail(const struct out *out);
void out_absolute(struct out *out, bool absolute);

/*
 * JSON as a stream; nothing happens in text mode. The functions that take a
 * json_t steal the reference. out_member() with a list or object of its own
 * is for small things; a long list is out_list(), out_item()..., out_end().
 */
void out_object(struct out *out, const char *key);
void out_list(struct out *out, const char *key);
void out_end(struct out *out);
void out_member(struct out *out, const char *key, json_t *value);
void out_item(struct out *out, json_t *value);

/* One value on a line of its own, at the outermost level: NDJSON. */
void out_line(struct out *out, json_t *value);
/* Return: false if something could not be written. */
bool out_flush(struct out *out);

/*
 * Tables. The first rows are kept to find the widths, those behind them are
 * printed with these widths at once.
 */
enum out_align { OUT_LEFT, OUT_RIGHT };

struct out_column {
	const char *heading;
	enum out_align align;
};

enum out_color { OUT_PLAIN, OUT_GOOD, OUT_BUSY, OUT_BAD, OUT_DIM };

/**
 * out_table() - begin a table
 * @out: where
 * @columns: with OUT_TABLE_COLUMNS at most; must outlive the table
 * @n: how many
 * @empty: said in place of a table without rows, or NULL
 */
void out_table(struct out *out, const struct out_column *columns,
	       unsigned int n, const char *empty);
__attribute__((format(printf, 3, 4)))
void out_cell(struct out *out, enum out_color color, const char *fmt, ...);
/* A line below the row just finished. */
__attribute__((format(printf, 2, 3)))
void out_note(struct out *out, const char *fmt, ...);
void out_row(struct out *out);
void out_table_end(struct out *out);

/* Free text; nothing in JSON mode. */
__attribute__((format(printf, 2, 3)))
void out_text(struct out *out, const char *fmt, ...);
__attribute__((format(printf, 3, 4)))
void out_paint(struct out *out, enum out_color color, const char *fmt, ...);

/*
 * One call, both forms: a cell of the row in text, a member of the item in
 * JSON. Between out_record() and out_row().
 */
void out_record(struct out *out);
void out_put_u64(struct out *out, const char *key, uint64_t value);
void out_put_str(struct out *out, const char *key, const char *value);
void out_put_time(struct out *out, const char *key, uint64_t ns);
void out_put_prefix(struct out *out, const char *key, const struct prefix *p);

/* "12 s ago", or the date if @out wants that; "-" for 0. */
void text_ago(const struct out *out, uint64_t ns, char buf[TEXT_TIME]);

#endif /* OUTPUT_H */
