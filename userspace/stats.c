// SPDX-License-Identifier: GPL-2.0-or-later
#include "subcommands.h"
#include "wire.h"

struct stats {
	struct out *out;
	json_t *counters;
	json_t *gauges;
};

static const struct out_column columns[] = {
	{ "COUNTER", OUT_LEFT },
	{ "VALUE", OUT_RIGHT },
};

/* What the kernel calls a counter may not be text. */
static void put_json(json_t *o, const char *name, uint64_t value)
{
	json_t *key = json_text(name);

	if (key)
		json_object_set_new(o, json_string_value(key),
				    json_integer(value));
	json_decref(key);
}

static void put(bool gauge, const char *name, uint64_t value, void *data)
{
	struct stats *s = data;

	if (s->counters) {
		put_json(gauge ? s->gauges : s->counters, name, value);
		return;
	}
	if (!value && !gauge && !out_detail(s->out))
		return;
	out_put_str(s->out, "name", name);
	out_put_u64(s->out, "value", value);
	out_row(s->out);
}

static int answer(const struct nlmsghdr *nlh, void *data)
{
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	return wire_stats(attrs, len, put, data) ? CTL_OK : nl_malformed();
}

int stats_show(struct ctl *ctl, int argc, char **argv)
{
	struct stats s = { .out = ctl->out };
	int status = no_more(argc, argv);

	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	if (out_json(ctl->out)) {
		s.counters = json_object();
		s.gauges = json_object();
	}
	out_table(ctl->out, columns, 2, "nothing counted yet; -s shows all counters");
	nl_request(ctl->nl, IKEMON_CMD_STATS_GET);
	status = nl_do(ctl->nl, answer, &s);
	if (status != CTL_OK) {
		json_decref(s.counters);
		json_decref(s.gauges);
		return status;
	}
	out_table_end(ctl->out);
	out_object(ctl->out, NULL);
	out_member(ctl->out, "counters", s.counters);
	out_member(ctl->out, "gauges", s.gauges);
	out_end(ctl->out);
	return CTL_OK;
}
