// SPDX-License-Identifier: GPL-2.0-or-later
/* No argument at all: how things stand, on one screen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "subcommands.h"
#include "wire.h"

enum {
	OVERVIEW_SOURCES = 5,
	OVERVIEW_STATES	 = IKEMON_STATE_CLOSED + 1,
};

/**
 * struct overview - what is shown
 * @sessions: by state; 0 for states of a newer module
 * @source: the busiest, most negotiations first
 * @trouble: what was refused, evicted or lost, and alarms that are raised
 */
struct overview {
	struct config_model config;
	uint64_t sessions[OVERVIEW_STATES];
	struct source_model source[OVERVIEW_SOURCES];
	unsigned int n_sources;
	json_t *trouble;
};

/* Gauges and counters that mean something is not as it should be. */
static const char * const trouble_names[] = {
	"alarm_table_full", "alarm_events_lost", "sessions_evicted",
	"sessions_refused", "sources_refused", "no_memory",
	"events_suppressed", "events_lost",
};

static int session_answer(const struct nlmsghdr *nlh, void *data)
{
	struct overview *o = data;
	struct session_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_session(attrs, len, &s))
		return nl_malformed();
	o->sessions[s.state < OVERVIEW_STATES ? s.state : 0]++;
	return CTL_OK;
}

/* Keep it if it is among the busiest. */
static void rank(struct overview *o, const struct source_model *s)
{
	unsigned int i = o->n_sources;

	while (i && s->negotiations > o->source[i - 1].negotiations)
		i--;
	if (i == OVERVIEW_SOURCES)
		return;
	if (o->n_sources < OVERVIEW_SOURCES)
		o->n_sources++;
	memmove(&o->source[i + 1], &o->source[i],
		(o->n_sources - 1 - i) * sizeof(*s));
	o->source[i] = *s;
}

static int source_answer(const struct nlmsghdr *nlh, void *data)
{
	struct source_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_source(attrs, len, &s))
		return nl_malformed();
	rank(data, &s);
	return CTL_OK;
}

static void put_trouble(bool gauge, const char *name, uint64_t value,
			void *data)
{
	struct overview *o = data;
	unsigned int i;

	(void)gauge;
	for (i = 0; value && i < ARRAY_SIZE(trouble_names);
	     i++)
		if (!strcmp(name, trouble_names[i]))
			json_object_set_new(o->trouble, name,
					    json_integer(value));
}

static int stats_answer(const struct nlmsghdr *nlh, void *data)
{
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	return wire_stats(attrs, len, put_trouble, data) ? CTL_OK :
							   nl_malformed();
}

static int collect(struct ctl *ctl, struct overview *o)
{
	int status, partial;

	status = config_get(ctl, &o->config);
	if (status != CTL_OK)
		return status;
	nl_request(ctl->nl, IKEMON_CMD_SESSION_GET);
	partial = nl_dump(ctl->nl, session_answer, o);
	if (partial != CTL_OK && partial != CTL_PARTIAL)
		return partial;
	nl_request(ctl->nl, IKEMON_CMD_SOURCE_GET);
	status = nl_dump(ctl->nl, source_answer, o);
	if (status != CTL_OK && status != CTL_PARTIAL)
		return status;
	if (status == CTL_PARTIAL)
		partial = status;
	nl_request(ctl->nl, IKEMON_CMD_STATS_GET);
	status = nl_do(ctl->nl, stats_answer, o);
	return status == CTL_OK ? partial : status;
}

static json_t *json_states(const struct overview *o)
{
	json_t *object = json_object();
	const char *word;
	unsigned int i, value;

	for (i = 0; (word = name_at(NAME_STATE, i, &value)); i++)
		json_object_set_new(object, word,
				    json_integer(o->sessions[value]));
	return object;
}

static void show_json(struct out *out, const struct overview *o)
{
	unsigned int i;

	out_object(out, NULL);
	out_member(out, "config", config_json(&o->config));
	out_member(out, "sessions", json_states(o));
	source_list(out);
	for (i = 0; i < o->n_sources; i++)
		source_list_put(out, &o->source[i]);
	source_list_end(out);
	out_member(out, "trouble", json_incref(o->trouble));
	out_end(out);
}

static void show_states(struct out *out, const struct overview *o)
{
	unsigned int i, value;
	const char *word;
	uint64_t all = 0;

	for (i = 0; i < OVERVIEW_STATES; i++)
		all += o->sessions[i];
	out_text(out, "sessions  %" PRIu64, all);
	for (i = 0; (word = name_at(NAME_STATE, i, &value)); i++)
		if (o->sessions[value])
			out_text(out, ", %" PRIu64 " %s", o->sessions[value],
				 word);
	out_text(out, "; %u at most\n",
		 o->config.value[IKEMON_A_CONFIG_MAX_SESSIONS]);
}

static void show_heading(struct out *out, const struct overview *o)
{
	char mode[NAME_LEN], scope[NAME_LEN], kind[NAME_LEN];
	const uint32_t *value = o->config.value;
	unsigned int i;

	out_text(out, "mode      %s, scope %s\n",
		 name_of(NAME_MODE, value[IKEMON_A_CONFIG_MODE], mode),
		 name_of(NAME_SCOPE, value[IKEMON_A_CONFIG_SCOPE], scope));
	out_text(out, "ports    ");
	for (i = 0; i < o->config.n_ports; i++)
		out_text(out, "%s %u %s", i ? "," : "", o->config.port[i].port,
			 name_of(NAME_PORT_KIND, o->config.port[i].kind,
				 kind));
	out_text(out, "%s\n", i ? "" : " none");
}

static void show_trouble(struct out *out, const struct overview *o)
{
	const char *name;
	json_t *value;

	if (!json_object_size(o->trouble))
		out_text(out, "trouble   none\n");
	json_object_foreach(o->trouble, name, value)
		out_text(out, "trouble   %s %" JSON_INTEGER_FORMAT "\n", name,
			 json_integer_value(value));
}

static void show_text(struct out *out, const struct overview *o)
{
	unsigned int i;

	show_heading(out, o);
	if (o->config.value[IKEMON_A_CONFIG_MODE] == IKEMON_MODE_OFF)
		out_text(out, "nothing is watched; \"ikemonctl config set mode monitor\" begins\n");
	show_states(out, o);
	show_trouble(out, o);
	if (!o->n_sources)
		return;
	out_text(out, "\nbusiest sources\n");
	source_list(out);
	for (i = 0; i < o->n_sources; i++)
		source_list_put(out, &o->source[i]);
	source_list_end(out);
}

int overview(struct ctl *ctl, int argc, char **argv)
{
	struct overview *o = calloc(1, sizeof(*o));
	int status;

	(void)argc;
	(void)argv;
	if (!o) {
		complain("out of memory");
		return CTL_PARTIAL;
	}
	o->trouble = json_object();
	status = collect(ctl, o);
	if (status == CTL_OK || status == CTL_PARTIAL) {
		if (out_json(ctl->out))
			show_json(ctl->out, o);
		else
			show_text(ctl->out, o);
	}
	json_decref(o->trouble);
	free(o);
	return status;
}
