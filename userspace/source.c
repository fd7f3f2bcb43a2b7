// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include <inttypes.h>

#include "args.h"
#include "names.h"
#include "rules.h"
#include "source_view.h"
#include "wire.h"

enum { SOURCE_PART = 24 };

static const struct out_column columns[] = {
	{ "SOURCE", OUT_LEFT },
	{ "SESSIONS", OUT_RIGHT },
	{ "HALF-OPEN", OUT_RIGHT },
	{ "NEGOTIATIONS", OUT_RIGHT },
	{ "ESTABLISHED", OUT_RIGHT },
	{ "FAILED", OUT_RIGHT },
	{ "OFFENCES", OUT_RIGHT },
	{ "BLOCKED", OUT_LEFT },
	{ "FIRST SEEN", OUT_LEFT },
	{ "LAST SEEN", OUT_LEFT },
};

void source_list(struct out *out)
{
	out_list(out, "sources");
	out_table(out, columns, ARRAY_SIZE(columns),
		  "no sources");
}

/* Every class, so that whoever reads it need not know which there are. */
static json_t *json_offences(const struct source_model *s)
{
	json_t *o = json_object();
	char buf[NAME_LEN];
	unsigned int i, class;
	const char *word;

	for (i = 0; (word = name_at(NAME_OFFENCE, i, &class)); i++)
		if (class != IKEMON_OFFENCE_UNKNOWN_SPI)	/* is none */
			json_object_set_new(o, word, json_integer(0));
	for (i = 0; i < s->n_offences; i++)
		json_object_set_new(o, name_of(NAME_OFFENCE,
					       s->offence[i].class, buf),
				    json_integer(s->offence[i].count));
	return o;
}

static json_t *json_budgets(const struct source_model *s)
{
	return json_pack("{s:o, s:o}",
			 "tokens", s->has_tokens ? json_integer(s->tokens) :
						   json_null(),
			 "limit", s->has_limit ? limit_json(&s->limit) :
						 json_null());
}

json_t *source_json(const struct source_model *s)
{
	json_t *o = json_object();
	char buf[TEXT_ENDPOINT];

	text_prefix(&s->prefix, buf);
	json_object_set_new(o, "prefix", json_text(buf));
	json_object_set_new(o, "sessions", json_integer(s->sessions));
	json_object_set_new(o, "half_open", json_integer(s->half_open));
	json_object_set_new(o, "negotiations", json_integer(s->negotiations));
	json_object_set_new(o, "established", json_integer(s->established));
	json_object_set_new(o, "failed", json_integer(s->failed));
	json_object_set_new(o, "first_seen", json_time(s->first_seen));
	json_object_set_new(o, "last_seen", json_time(s->last_seen));
	json_object_set_new(o, "proven", json_integer(s->proven));
	json_object_set_new(o, "budgets", json_budgets(s));
	json_object_set_new(o, "offences", json_offences(s));
	json_object_set_new(o, "score", json_integer(s->score));
	json_object_set_new(o, "blocked_until", json_time(s->blocked_until));
	json_object_set_new(o, "blocked_for", s->block_class ?
			    json_text(name_of(NAME_OFFENCE, s->block_class,
					      buf)) : json_null());
	json_object_set_new(o, "would", json_boolean(s->block_would));
	json_object_set_new(o, "wide", json_boolean(s->wide));
	json_object_set_new(o, "unknown_spi", json_integer(s->unknown_spi));
	json_object_set_new(o, "blocked_shares", s->blocked_shares ?
			    json_integer(s->blocked_shares) : json_null());
	return o;
}

void source_blocked(const struct source_model *s, char buf[SOURCE_TEXT])
{
	char span[TEXT_SPAN], why[NAME_LEN], part[SOURCE_PART] = "";
	uint64_t now = now_ns();

	text_span(s->blocked_until > now ?
		  (s->blocked_until - now + 999999999) / 1000000000 : 0, span);
	if (s->blocked_shares)
		snprintf(part, sizeof(part), "%u of %u shares ",
			 s->blocked_shares, MODEL_SHARES);
	snprintf(buf, SOURCE_TEXT, "%s%sfor %s, %s",
		 s->block_would ? "would be, " : "", part, span,
		 name_of(NAME_OFFENCE, s->block_class, why));
}

static void put_blocked(struct out *out, const struct source_model *s)
{
	char text[SOURCE_TEXT];

	if (!s->blocked_until) {
		out_cell(out, OUT_PLAIN, "-");
		return;
	}
	source_blocked(s, text);
	out_cell(out, s->block_would ? OUT_BUSY : OUT_BAD, "%s", text);
}

static void put_limit(struct out *out, const struct limit_model *l)
{
	char prefix[TEXT_ENDPOINT], values[RULE_TEXT];

	limit_values(l, values);
	text_prefix(&l->prefix, prefix);
	if (l->prefix.family)
		out_note(out, "%-10s%s, of %s", "limit", values, prefix);
	else
		out_note(out, "%-10s%s, as configured", "limit", values);
}

/* Under the row: what it did against the rules, and what it may. */
static void put_details(struct out *out, const struct source_model *s)
{
	char name[NAME_LEN];
	unsigned int i;

	out_note(out, "%-10s %u of the sessions", "proven", s->proven);
	for (i = 0; i < s->n_offences; i++)
		out_note(out, "%-10s %u %s", "offences", s->offence[i].count,
			 name_of(NAME_OFFENCE, s->offence[i].class, name));
	if (s->score)
		out_note(out, "%-10s %u inside the window", "score", s->score);
	if (s->unknown_spi)
		out_note(out, "%-10s %" PRIu64 " packets of ESP or AH",
			 "unknown SPI", s->unknown_spi);
	if (s->has_limit)
		put_limit(out, &s->limit);
	if (s->has_tokens)
		out_note(out, "%-10s %u negotiations now", "may begin",
			 s->tokens);
}

static void put_row(struct out *out, const struct source_model *s)
{
	char text[TEXT_ENDPOINT];
	uint64_t offences = 0;
	unsigned int i;

	for (i = 0; i < s->n_offences; i++)
		offences += s->offence[i].count;
	text_prefix(&s->prefix, text);
	out_cell(out, OUT_PLAIN, "%s%s", text, s->wide ? " (wide)" : "");
	out_cell(out, OUT_PLAIN, "%u", s->sessions);
	out_cell(out, OUT_PLAIN, "%u", s->half_open);
	out_cell(out, OUT_PLAIN, "%" PRIu64, s->negotiations);
	out_cell(out, OUT_PLAIN, "%" PRIu64, s->established);
	out_cell(out, OUT_PLAIN, "%" PRIu64, s->failed);
	out_cell(out, OUT_PLAIN, "%" PRIu64, offences);
	put_blocked(out, s);
	text_ago(out, s->first_seen, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_ago(out, s->last_seen, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	if (out_detail(out))
		put_details(out, s);
	out_row(out);
}

void source_list_put(struct out *out, const struct source_model *s)
{
	if (out_json(out))
		out_item(out, source_json(s));
	else
		put_row(out, s);
}

void source_list_end(struct out *out)
{
	out_table_end(out);
	out_end(out);
}

static int answer(const struct nlmsghdr *nlh, void *data)
{
	struct source_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_source(attrs, len, &s))
		return nl_malformed();
	source_list_put(data, &s);
	return CTL_OK;
}

static void begin(struct out *out)
{
	out_object(out, NULL);
	source_list(out);
}

static void end(struct out *out)
{
	source_list_end(out);
	out_end(out);
}

static int read_filter(struct rest *rest, struct prefix *prefix, uint32_t *max)
{
	int status = CTL_OK;
	const char *word;

	while (status == CTL_OK && (word = next_word(rest))) {
		if (!strcmp(word, "prefix"))
			status = prefix_filter(next_word(rest), prefix);
		else if (!strcmp(word, "max"))
			status = max_filter(next_word(rest), max);
		else
			status = unknown_word(word, "prefix or max");
	}
	return status;
}

int source_show(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct prefix prefix = { 0 };
	struct nlmsghdr *nlh;
	uint32_t max = 0;
	int status;

	status = read_filter(&rest, &prefix, &max);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	nlh = nl_request(ctl->nl, IKEMON_CMD_SOURCE_GET);
	if (prefix.family)
		wire_put_prefix(nlh, IKEMON_A_SOURCE_FILTER_PREFIX, &prefix);
	if (max)
		mnl_attr_put_u32(nlh, IKEMON_A_SOURCE_MAX_COUNT, max);
	return ctl_list(ctl, begin, answer, end);
}
