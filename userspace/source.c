// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "args.h"
#include "subcommands.h"
#include "wire.h"

static const struct out_column columns[] = {
	{ "SOURCE", OUT_LEFT },
	{ "SESSIONS", OUT_RIGHT },
	{ "HALF-OPEN", OUT_RIGHT },
	{ "NEGOTIATIONS", OUT_RIGHT },
	{ "ESTABLISHED", OUT_RIGHT },
	{ "FAILED", OUT_RIGHT },
	{ "FIRST SEEN", OUT_LEFT },
	{ "LAST SEEN", OUT_LEFT },
};

void source_list(struct out *out)
{
	out_list(out, "sources");
	out_table(out, columns, ARRAY_SIZE(columns),
		  "no sources");
}

void source_list_put(struct out *out, const struct source_model *s)
{
	out_record(out);
	out_put_prefix(out, "prefix", &s->prefix);
	out_put_u64(out, "sessions", s->sessions);
	out_put_u64(out, "half_open", s->half_open);
	out_put_u64(out, "negotiations", s->negotiations);
	out_put_u64(out, "established", s->established);
	out_put_u64(out, "failed", s->failed);
	out_put_time(out, "first_seen", s->first_seen);
	out_put_time(out, "last_seen", s->last_seen);
	out_row(out);
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

static int read_prefix(const char *value, struct prefix *prefix)
{
	if (prefix->family)
		return given_twice("prefix");
	return prefix_word(value, prefix);
}

static int read_max(const char *value, uint32_t *max)
{
	static const char right[] = "a number from 1 to 4294967295";

	if (*max)
		return given_twice("max");
	if (!value)
		return no_value("max", right);
	if (!arg_u32(value, 1, UINT32_MAX, max))
		return wrong_value("max", value, right);
	return CTL_OK;
}

static int read_filter(struct rest *rest, struct prefix *prefix, uint32_t *max)
{
	int status = CTL_OK;
	const char *word;

	while (status == CTL_OK && (word = next_word(rest))) {
		if (!strcmp(word, "prefix"))
			status = read_prefix(next_word(rest), prefix);
		else if (!strcmp(word, "max"))
			status = read_max(next_word(rest), max);
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
