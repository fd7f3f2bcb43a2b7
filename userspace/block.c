// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is blocked, by the operator or for offences. */
#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "names.h"
#include "rules.h"
#include "wire.h"

enum { TIME_MAX = 3650 * 86400 };

static const uint64_t ns_per_s = 1000000000;

/* Views */

static const char *reason_name(const struct block_model *b,
			       char buf[NAME_LEN])
{
	return b->class ? name_of(NAME_OFFENCE, b->class, buf) : "-";
}

json_t *block_json(const struct block_model *b)
{
	char prefix[TEXT_ENDPOINT], origin[NAME_LEN], reason[NAME_LEN];

	text_prefix(&b->prefix, prefix);
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:I, s:o, s:o, s:o, s:I, s:b}",
			 "prefix", prefix,
			 "port", b->port ? json_integer(b->port) : json_null(),
			 "share", b->has_share ? json_integer(b->share) :
						 json_null(),
			 "origin", name_of(NAME_ORIGIN, b->origin, origin),
			 "reason", b->class ?
			 json_text(reason_name(b, reason)) : json_null(),
			 "evidence", (json_int_t)b->offences,
			 "since", json_time(b->since),
			 "until", json_time(b->until),
			 "remaining", b->has_remaining ?
			 json_integer(b->remaining) : json_null(),
			 "packets", (json_int_t)b->packets,
			 "would", b->would);
}

void block_text(const struct block_model *b, char buf[RULE_TEXT])
{
	char until[TEXT_TIME];
	size_t n;

	text_prefix(&b->prefix, buf);
	if (!b->until)
		return;
	n = strlen(buf);
	text_exact(b->until, until);
	snprintf(buf + n, RULE_TEXT - n, " until %s", until);
}

static const struct out_column columns[] = {
	{ "PREFIX", OUT_LEFT },
	{ "PART", OUT_LEFT },
	{ "BY", OUT_LEFT },
	{ "REASON", OUT_LEFT },
	{ "EVIDENCE", OUT_RIGHT },
	{ "SINCE", OUT_LEFT },
	{ "REMAINING", OUT_RIGHT },
	{ "DROPPED", OUT_LEFT },
};

/* What of the prefix is meant. */
static void part_cell(struct out *out, const struct block_model *b)
{
	if (b->class == IKEMON_OFFENCE_UNKNOWN_SPI)
		out_cell(out, OUT_PLAIN, "unknown SPIs");
	else if (b->port && b->has_share)
		out_cell(out, OUT_PLAIN, "port %u (share %u)", b->port,
			 b->share);
	else if (b->port)
		out_cell(out, OUT_PLAIN, "port %u", b->port);
	else if (b->has_share)
		out_cell(out, OUT_PLAIN, "share %u", b->share);
	else
		out_cell(out, OUT_PLAIN, "all");
}

static void put_row(struct out *out, const struct block_model *b)
{
	char text[TEXT_ENDPOINT], name[NAME_LEN], span[TEXT_SPAN];

	text_prefix(&b->prefix, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	part_cell(out, b);
	out_cell(out, OUT_PLAIN, "%s", name_of(NAME_ORIGIN, b->origin, name));
	out_cell(out, OUT_PLAIN, "%s", reason_name(b, name));
	if (b->class)
		out_cell(out, OUT_PLAIN, "%u", b->offences);
	else
		out_cell(out, OUT_PLAIN, "-");
	text_ago(out, b->since, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_span(b->remaining, span);
	out_cell(out, OUT_PLAIN, "%s", b->has_remaining ? span : "for ever");
	out_cell(out, b->would ? OUT_BUSY : OUT_PLAIN, "%" PRIu64 "%s",
		 b->packets, b->would ? " (would)" : "");
	out_row(out);
}

/* Words */

static int read_time(const char *value, struct block_model *b)
{
	static const char right[] = "1s to 3650d";
	uint32_t seconds;

	if (!value)
		return no_value("time", right);
	if (!arg_seconds(value, 1, TIME_MAX, &seconds))
		return wrong_value("time", value, right);
	b->until = now_ns() + seconds * ns_per_s;
	return CTL_OK;
}

static int read_until(const char *value, struct block_model *b)
{
	static const char right[] =
		"a time such as 2026-11-24T10:00:00Z, up to 2261,";

	if (!value)
		return no_value("until", right);
	if (!arg_time(value, &b->until))
		return wrong_value("until", value, right);
	return CTL_OK;
}

int block_words(struct rest *rest, struct block_model *b)
{
	const char *word;
	int status;

	memset(b, 0, sizeof(*b));
	status = prefix_word(next_word(rest), &b->prefix);
	if (status != CTL_OK || !rest->argc)
		return status;
	word = next_word(rest);
	if (!strcmp(word, "time"))
		status = read_time(next_word(rest), b);
	else if (!strcmp(word, "until"))
		status = read_until(next_word(rest), b);
	else
		status = unknown_word(word, "time or until");
	return status == CTL_OK ? no_more(rest->argc, rest->argv) : status;
}

/**
 * struct filter - which blocks
 * @by_origin: only those of @origin
 * @prefix: only those inside, if its family is not 0
 */
struct filter {
	bool by_origin;
	unsigned int origin;
	struct prefix prefix;
};

/* "[operator|dynamic] [PREFIX]" */
static int read_filter(struct rest *rest, struct filter *f)
{
	int status;

	f->by_origin = rest->argc &&
		       name_value(NAME_ORIGIN, rest->argv[0], &f->origin);
	if (f->by_origin)
		next_word(rest);
	status = filter_word(rest, &f->prefix);
	return status == CTL_OK ? no_more(rest->argc, rest->argv) : status;
}

static void put_filter(struct nlmsghdr *nlh, const struct filter *f)
{
	if (f->by_origin)
		mnl_attr_put_u8(nlh, IKEMON_A_BLOCK_ORIGIN, f->origin);
	if (f->prefix.family)
		wire_put_prefix(nlh, IKEMON_A_BLOCK_FILTER_PREFIX, &f->prefix);
}

/* Verbs */

static int answer(const struct nlmsghdr *nlh, void *data)
{
	struct out *out = data;
	struct block_model b;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_block(attrs, len, &b))
		return nl_malformed();
	if (out_json(out))
		out_item(out, block_json(&b));
	else
		put_row(out, &b);
	return CTL_OK;
}

static void begin(struct out *out)
{
	out_object(out, NULL);
	out_list(out, "blocks");
	out_table(out, columns, ARRAY_SIZE(columns), "nobody is blocked");
}

static void end(struct out *out)
{
	out_table_end(out);
	out_end(out);
	out_end(out);
}

/* A request about the blocks that the words say. */
static int ask(struct ctl *ctl, int argc, char **argv, uint8_t cmd)
{
	struct rest rest = { argc, argv };
	struct filter filter;
	int status;

	status = read_filter(&rest, &filter);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status == CTL_OK)
		put_filter(nl_request(ctl->nl, cmd), &filter);
	return status;
}

int block_show(struct ctl *ctl, int argc, char **argv)
{
	int status = ask(ctl, argc, argv, IKEMON_CMD_BLOCK_GET);

	return status == CTL_OK ? ctl_list(ctl, begin, answer, end) : status;
}

int block_add(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct block_model b;
	int status;

	status = block_words(&rest, &b);
	if (status == CTL_OK && b.until && b.until <= now_ns())
		status = wrong_value("until", argv[2], "a time to come");
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	wire_put_block(nl_request(ctl->nl, IKEMON_CMD_BLOCK_ADD), &b);
	return nl_do(ctl->nl, NULL, NULL);
}

static int lifted_answer(const struct nlmsghdr *nlh, void *data)
{
	struct out *out = data;
	uint32_t lifted;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_lifted(attrs, len, &lifted))
		return nl_malformed();
	out_object(out, NULL);
	out_member(out, "lifted", json_integer(lifted));
	out_end(out);
	out_text(out, "%u block%s lifted\n", lifted, lifted == 1 ? "" : "s");
	return CTL_OK;
}

int block_del(struct ctl *ctl, int argc, char **argv)
{
	int status = ctl_prefix(ctl, argc, argv, IKEMON_CMD_BLOCK_DEL,
				IKEMON_A_BLOCK_PREFIX);

	return status == CTL_OK ? nl_do(ctl->nl, lifted_answer, ctl->out) :
				  status;
}

int block_flush(struct ctl *ctl, int argc, char **argv)
{
	int status = ask(ctl, argc, argv, IKEMON_CMD_BLOCK_FLUSH);

	return status == CTL_OK ? nl_do(ctl->nl, lifted_answer, ctl->out) :
				  status;
}
