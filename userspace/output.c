// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum out_limits {
	OUT_COLUMNS	= 16,
	OUT_CELL	= 256,
	OUT_KEPT_ROWS	= 512,	/* that the widths are found from */
	OUT_DEPTH	= 8,
	OUT_INDENT	= 2,
};

struct cell {
	char *text;
	enum out_color color;
};

struct row {
	struct cell cell[OUT_COLUMNS];
	unsigned int n;
	char *note;
	struct row *next;
};

struct table {
	const struct out_column *columns;
	unsigned int n;
	const char *empty;
	unsigned int width[OUT_COLUMNS];
	struct row *first;
	struct row **last;
	struct row *now;
	unsigned int kept;
	bool streaming;
	bool any;
};

struct out {
	FILE *file;
	struct out_options opt;
	struct table table;
	json_t *record;
	unsigned int depth;
	bool list[OUT_DEPTH];
	bool filled[OUT_DEPTH];
};

/* Nothing useful can be done without memory, and nothing is lost by leaving. */
static void *need(void *p)
{
	if (p)
		return p;
	complain("out of memory");
	exit(CTL_PARTIAL);
}

static void free_row(struct row *row)
{
	unsigned int i;

	for (i = 0; i < row->n; i++)
		free(row->cell[i].text);
	free(row->note);
	free(row);
}

/* Those of a table that was not ended, for what came was not to be read. */
static void free_rows(struct table *t)
{
	struct row *row, *next;

	for (row = t->first; row; row = next) {
		next = row->next;
		free_row(row);
	}
	if (t->now)
		free_row(t->now);
}

struct out *out_open(FILE *file, const struct out_options *options)
{
	struct out *out = need(calloc(1, sizeof(*out)));

	out->file = file;
	out->opt = *options;
	return out;
}

int out_close(struct out *out)
{
	FILE *file = out->file;

	json_decref(out->record);
	free_rows(&out->table);
	free(out);
	if (!fflush(file) && !ferror(file))
		return CTL_OK;
	complain("cannot write the output: %s", strerror(errno));
	return CTL_PARTIAL;
}

bool out_json(const struct out *out)
{
	return out->opt.json;
}

bool out_detail(const struct out *out)
{
	return out->opt.detail;
}

void out_absolute(struct out *out, bool absolute)
{
	out->opt.absolute = absolute;
}

/* JSON */

static void json_newline(struct out *out)
{
	if (!out->opt.pretty)
		return;
	fprintf(out->file, "\n%*s", out->depth * OUT_INDENT, "");
}

/* Comma, line and key of what comes next. */
static void json_next(struct out *out, const char *key)
{
	if (out->depth) {
		if (out->filled[out->depth - 1])
			fputc(',', out->file);
		out->filled[out->depth - 1] = true;
		json_newline(out);
	}
	if (key)
		fprintf(out->file, out->opt.pretty ? "\"%s\": " : "\"%s\":",
			key);
}

static void json_open(struct out *out, const char *key, bool list)
{
	json_next(out, key);
	if (out->depth == OUT_DEPTH)
		abort();
	fputc(list ? '[' : '{', out->file);
	out->list[out->depth] = list;
	out->filled[out->depth++] = false;
}

/* Lines of a pretty value stand as deep as the value does. */
static int json_write(const char *text, size_t size, void *data)
{
	struct out *out = data;
	size_t i;

	if (!out->opt.pretty)
		return fwrite(text, 1, size, out->file) == size ? 0 : -1;
	for (i = 0; i < size; i++) {
		if (text[i] == '\n')
			json_newline(out);
		else
			fputc(text[i], out->file);
	}
	return 0;
}

static void json_value(struct out *out, json_t *value)
{
	size_t flags = JSON_ENCODE_ANY;

	flags |= out->opt.pretty ? JSON_INDENT(OUT_INDENT) : JSON_COMPACT;
	json_dump_callback(need(value), json_write, out, flags);
	json_decref(value);
}

void out_object(struct out *out, const char *key)
{
	if (out->opt.json)
		json_open(out, key, false);
}

void out_list(struct out *out, const char *key)
{
	if (out->opt.json)
		json_open(out, key, true);
}

void out_end(struct out *out)
{
	if (!out->opt.json)
		return;
	out->depth--;
	if (out->filled[out->depth])
		json_newline(out);
	fputc(out->list[out->depth] ? ']' : '}', out->file);
	if (!out->depth)
		fputc('\n', out->file);
}

void out_member(struct out *out, const char *key, json_t *value)
{
	if (!out->opt.json) {
		json_decref(value);
		return;
	}
	json_next(out, key);
	json_value(out, value);
}

void out_item(struct out *out, json_t *value)
{
	out_member(out, NULL, value);
}

void out_line(struct out *out, json_t *value)
{
	out_member(out, NULL, value);
	if (out->opt.json)
		fputc('\n', out->file);
}

bool out_flush(struct out *out)
{
	return !fflush(out->file) && !ferror(out->file);
}

/* Text */

static const char *color_start(enum out_color color)
{
	switch (color) {
	case OUT_GOOD:
		return "\033[32m";
	case OUT_BUSY:
		return "\033[33m";
	case OUT_BAD:
		return "\033[31m";
	case OUT_DIM:
		return "\033[2m";
	default:
		return "";
	}
}

static void put_text(struct out *out, enum out_color color, const char *fmt,
		     va_list ap)
{
	bool tint = out->opt.color && color != OUT_PLAIN;
	char *text;

	if (out->opt.json)
		return;
	if (vasprintf(&text, fmt, ap) < 0)
		need(NULL);
	text_clean(text, false);
	fprintf(out->file, "%s%s%s", tint ? color_start(color) : "", text,
		tint ? "\033[0m" : "");
	free(text);
}

void out_text(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(out, OUT_PLAIN, fmt, ap);
	va_end(ap);
}

void out_paint(struct out *out, enum out_color color, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(out, color, fmt, ap);
	va_end(ap);
}

static void print_cell(struct out *out, unsigned int col, const char *text,
		       enum out_color color, bool last)
{
	bool right = out->table.columns[col].align == OUT_RIGHT;
	int width = out->table.width[col];
	int pad = width - (int)strlen(text);
	bool tint = out->opt.color && color != OUT_PLAIN;

	if (pad < 0)
		pad = 0;
	fprintf(out->file, "%*s%s%s%s", right ? pad : 0, "",
		tint ? color_start(color) : "", text, tint ? "\033[0m" : "");
	if (!last)
		fprintf(out->file, "%*s", (right ? 0 : pad) + 2, "");
}

static void print_row(struct out *out, struct row *row)
{
	unsigned int i;

	for (i = 0; i < row->n; i++)
		print_cell(out, i, row->cell[i].text, row->cell[i].color,
			   i + 1 == row->n);
	fputc('\n', out->file);
	if (row->note)
		fputs(row->note, out->file);
	free_row(row);
}

static void measure(struct table *t, const struct row *row)
{
	unsigned int i, len;

	for (i = 0; i < row->n; i++) {
		len = strlen(row->cell[i].text);
		if (len > t->width[i])
			t->width[i] = len;
	}
}

/* From here on the widths stand. */
static void print_kept(struct out *out)
{
	struct table *t = &out->table;
	struct row *row, *next;
	unsigned int i;

	for (row = t->first; row; row = row->next)
		measure(t, row);
	for (i = 0; i < t->n; i++)
		print_cell(out, i, t->columns[i].heading, OUT_PLAIN,
			   i + 1 == t->n);
	fputc('\n', out->file);
	for (row = t->first; row; row = next) {
		next = row->next;
		print_row(out, row);
	}
	t->first = NULL;
	t->streaming = true;
}

void out_table(struct out *out, const struct out_column *columns,
	       unsigned int n, const char *empty)
{
	struct table *t = &out->table;
	unsigned int i;

	if (n > OUT_COLUMNS)
		abort();
	*t = (struct table){ .columns = columns, .n = n, .empty = empty };
	t->last = &t->first;
	for (i = 0; i < n; i++)
		t->width[i] = strlen(columns[i].heading);
}

void out_cell(struct out *out, enum out_color color, const char *fmt, ...)
{
	struct table *t = &out->table;
	char text[OUT_CELL];
	struct cell *cell;
	va_list ap;

	if (out->opt.json)
		return;
	if (!t->now)
		t->now = need(calloc(1, sizeof(*t->now)));
	if (t->now->n == t->n)
		abort();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_clean(text, false);
	cell = &t->now->cell[t->now->n++];
	cell->text = need(strdup(text));
	cell->color = color;
}

void out_note(struct out *out, const char *fmt, ...)
{
	struct row *row = out->table.now;
	char *line, *both;
	va_list ap;
	int n;

	if (out->opt.json || !row)
		return;
	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0)
		need(NULL);
	text_clean(line, false);
	n = asprintf(&both, "%s    %s\n", row->note ? row->note : "", line);
	if (n < 0)
		need(NULL);
	free(line);
	free(row->note);
	row->note = both;
}

void out_row(struct out *out)
{
	struct table *t = &out->table;
	struct row *row = t->now;

	if (out->opt.json) {
		if (out->record)
			out_item(out, out->record);
		out->record = NULL;
		return;
	}
	t->now = NULL;
	t->any = true;
	if (t->streaming) {
		print_row(out, row);
		return;
	}
	*t->last = row;
	t->last = &row->next;
	if (++t->kept == OUT_KEPT_ROWS)
		print_kept(out);
}

void out_table_end(struct out *out)
{
	struct table *t = &out->table;

	if (out->opt.json)
		return;
	if (!t->any && t->empty)
		fprintf(out->file, "%s\n", t->empty);
	else if (!t->streaming)
		print_kept(out);
}

/* Both */

void out_record(struct out *out)
{
	if (out->opt.json)
		out->record = need(json_object());
}

static void put(struct out *out, const char *key, json_t *value)
{
	json_object_set_new(out->record, key, need(value));
}

void out_put_u64(struct out *out, const char *key, uint64_t value)
{
	if (out->opt.json)
		put(out, key, json_integer(value));
	else
		out_cell(out, OUT_PLAIN, "%" PRIu64, value);
}

void out_put_str(struct out *out, const char *key, const char *value)
{
	if (out->opt.json)
		put(out, key, json_text(value));
	else
		out_cell(out, OUT_PLAIN, "%s", value);
}

void out_put_time(struct out *out, const char *key, uint64_t ns)
{
	char buf[TEXT_TIME];

	if (out->opt.json) {
		put(out, key, json_time(ns));
		return;
	}
	text_ago(out, ns, buf);
	out_cell(out, OUT_PLAIN, "%s", buf);
}

void out_put_prefix(struct out *out, const char *key, const struct prefix *p)
{
	char buf[TEXT_ENDPOINT];

	text_prefix(p, buf);
	out_put_str(out, key, buf);
}

void text_ago(const struct out *out, uint64_t ns, char buf[TEXT_TIME])
{
	text_since(ns, out->opt.absolute, buf);
}
