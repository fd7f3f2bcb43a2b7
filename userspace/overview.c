// SPDX-License-Identifier: GPL-2.0-or-later
/* No argument at all: how things stand, on one screen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "source_view.h"
#include "subcommands.h"
#include "wire.h"

enum {
	OVERVIEW_SOURCES = 5,
	OVERVIEW_STATES	 = IKEMON_STATE_CLOSED + 1,
	OVERVIEW_ORIGINS = IKEMON_BLOCK_ORIGIN_DYNAMIC + 1,
	GAUGE		 = 64,
	HOW_TEXT	 = 128,
};

/**
 * struct overview - what is shown
 * @sessions: by state; 0 for states of a newer module
 * @source: the busiest, most negotiations first
 * @blocks: by origin
 * @strays: those of them that are for unknown SPIs
 * @alarms: bit N: alarm N is raised
 * @trouble: what was refused, evicted or lost, and alarms that are raised
 */
struct overview {
	struct config_model config;
	uint64_t sessions[OVERVIEW_STATES];
	struct source_model source[OVERVIEW_SOURCES];
	unsigned int n_sources;
	uint64_t blocks[OVERVIEW_ORIGINS];
	uint64_t strays;
	uint32_t alarms;
	json_t *trouble;
};

/* Gauges and counters that mean something is not as it should be. */
static const char * const trouble_names[] = {
	"sessions_evicted", "sessions_refused", "sources_evicted",
	"sources_refused", "sas_refused", "no_memory", "events_suppressed",
	"events_lost",
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

static int block_answer(const struct nlmsghdr *nlh, void *data)
{
	struct overview *o = data;
	struct block_model b;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_block(attrs, len, &b))
		return nl_malformed();
	if (b.origin < OVERVIEW_ORIGINS)
		o->blocks[b.origin]++;
	o->strays += b.class == IKEMON_OFFENCE_UNKNOWN_SPI;
	return CTL_OK;
}

/* "alarm_under_attack" is the gauge of "under-attack"; 0 if it is of none. */
static unsigned int alarm_of(const char *gauge)
{
	unsigned int i, n, value;
	const char *word;
	char name[GAUGE];

	for (i = 0; (word = name_at(NAME_ALARM, i, &value)); i++) {
		snprintf(name, sizeof(name), "alarm_%s", word);
		for (n = 0; name[n]; n++)
			if (name[n] == '-')
				name[n] = '_';
		if (!strcmp(name, gauge))
			return value;
	}
	return 0;
}

static void put_trouble(bool gauge, const char *name, uint64_t value,
			void *data)
{
	unsigned int alarm = gauge ? alarm_of(name) : 0;
	struct overview *o = data;
	bool trouble = alarm;
	unsigned int i;

	if (!value)
		return;
	if (alarm)
		o->alarms |= 1U << alarm;
	for (i = 0; i < ARRAY_SIZE(trouble_names); i++)
		trouble |= !strcmp(name, trouble_names[i]);
	if (trouble)
		json_object_set_new(o->trouble, name, json_integer(value));
}

static int stats_answer(const struct nlmsghdr *nlh, void *data)
{
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	return wire_stats(attrs, len, put_trouble, data) ? CTL_OK :
							   nl_malformed();
}

static const struct {
	uint8_t cmd;
	nl_answer answer;
} dumps[] = {
	{ IKEMON_CMD_SESSION_GET, session_answer },
	{ IKEMON_CMD_SOURCE_GET, source_answer },
	{ IKEMON_CMD_BLOCK_GET, block_answer },
};

static int collect(struct ctl *ctl, struct overview *o)
{
	int status, partial = CTL_OK;
	unsigned int i;

	status = config_get(ctl, &o->config);
	for (i = 0; i < ARRAY_SIZE(dumps) && status == CTL_OK; i++) {
		nl_request(ctl->nl, dumps[i].cmd);
		status = nl_dump(ctl->nl, dumps[i].answer, o);
		if (status != CTL_PARTIAL)
			continue;
		partial = status;
		status = CTL_OK;
	}
	if (status != CTL_OK)
		return status;
	nl_request(ctl->nl, IKEMON_CMD_STATS_GET);
	status = nl_do(ctl->nl, stats_answer, o);
	return status == CTL_OK ? partial : status;
}

/* Numbers under the words of @kind. */
static json_t *json_numbers(enum name_kind kind, const uint64_t *numbers)
{
	json_t *object = json_object();
	const char *word;
	unsigned int i, value;

	for (i = 0; (word = name_at(kind, i, &value)); i++)
		json_object_set_new(object, word, json_integer(numbers[value]));
	return object;
}

static json_t *json_alarms(const struct overview *o)
{
	json_t *list = json_array();
	unsigned int i, value;
	const char *word;

	for (i = 0; (word = name_at(NAME_ALARM, i, &value)); i++)
		if (o->alarms & 1U << value)
			json_array_append_new(list, json_text(word));
	return list;
}

static void show_json(struct out *out, const struct overview *o)
{
	unsigned int i;

	out_object(out, NULL);
	out_member(out, "config", config_json(&o->config));
	out_member(out, "sessions",
		   json_numbers(NAME_STATE, o->sessions));
	source_list(out);
	for (i = 0; i < o->n_sources; i++)
		source_list_put(out, &o->source[i]);
	source_list_end(out);
	out_member(out, "blocks", json_numbers(NAME_ORIGIN, o->blocks));
	out_member(out, "alarms", json_alarms(o));
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

	out_text(out, "mode      ");
	out_paint(out, value[IKEMON_A_CONFIG_MODE] == IKEMON_MODE_ENFORCE ?
		  OUT_GOOD : OUT_PLAIN, "%s",
		  name_of(NAME_MODE, value[IKEMON_A_CONFIG_MODE], mode));
	out_text(out, ", scope %s\n",
		 name_of(NAME_SCOPE, value[IKEMON_A_CONFIG_SCOPE], scope));
	out_text(out, "ports    ");
	for (i = 0; i < o->config.n_ports; i++)
		out_text(out, "%s %u %s", i ? "," : "", o->config.port[i].port,
			 name_of(NAME_PORT_KIND, o->config.port[i].kind,
				 kind));
	out_text(out, "%s\n", i ? "" : " none");
}

/* How whoever has proven nothing is challenged. */
static void text_how(const uint32_t *value, char buf[HOW_TEXT])
{
	uint32_t cookie = value[IKEMON_A_CONFIG_COOKIE];
	char name[NAME_LEN];

	if (cookie == IKEMON_COOKIE_MODE_OFF)
		snprintf(buf, HOW_TEXT, "first packets are dropped");
	else
		snprintf(buf, HOW_TEXT, "%sCOOKIE (%s)",
			 value[IKEMON_A_CONFIG_MIXED] ?
			 "first packets are dropped, then " : "",
			 name_of(NAME_COOKIE, cookie, name));
}

static void show_challenge(struct out *out, const struct overview *o)
{
	const uint32_t *value = o->config.value;
	uint32_t when = value[IKEMON_A_CONFIG_CHALLENGE];
	bool all = o->alarms & 1U << IKEMON_ALARM_UNDER_ATTACK;
	char name[NAME_LEN], how[HOW_TEXT];

	text_how(value, how);
	out_text(out, "challenge %s", name_of(NAME_CHALLENGE, when, name));
	if (when != IKEMON_CHALLENGE_MODE_NEVER)
		out_text(out, ", %s%s",
			 value[IKEMON_A_CONFIG_MODE] == IKEMON_MODE_ENFORCE ?
			 "" : "in mode enforce ", how);
	if (when == IKEMON_CHALLENGE_MODE_AUTO)
		out_paint(out, all ? OUT_BUSY : OUT_PLAIN, "; now %s", all ?
			  "everybody is" :
			  "only sources that begin too many are");
	out_text(out, "\n");
}

static void show_blocks(struct out *out, const struct overview *o)
{
	uint64_t dynamic = o->blocks[IKEMON_BLOCK_ORIGIN_DYNAMIC] - o->strays;
	uint64_t operator = o->blocks[IKEMON_BLOCK_ORIGIN_OPERATOR];

	out_text(out, "blocks    ");
	out_paint(out, dynamic ? OUT_BAD : OUT_PLAIN,
		  "%" PRIu64 " for offences", dynamic);
	out_text(out, ", %" PRIu64 " by the operator", operator);
	if (o->strays)
		out_text(out, ", %" PRIu64 " for unknown SPIs", o->strays);
	out_text(out, "\n");
}

static void show_alarms(struct out *out, const struct overview *o)
{
	unsigned int i, value;
	const char *word;

	for (i = 0; (word = name_at(NAME_ALARM, i, &value)); i++)
		if (o->alarms & 1U << value)
			out_paint(out, OUT_BAD, "alarm     %s: %s\n", word,
				  name_alarm_means(value));
}

static void show_trouble(struct out *out, const struct overview *o)
{
	const char *name;
	json_t *value;

	if (!json_object_size(o->trouble))
		out_text(out, "trouble   none\n");
	json_object_foreach(o->trouble, name, value)
		if (!alarm_of(name))
			out_text(out, "trouble   %s %" JSON_INTEGER_FORMAT "\n",
				 name, json_integer_value(value));
}

static void show_text(struct out *out, const struct overview *o)
{
	unsigned int i;

	show_heading(out, o);
	if (o->config.value[IKEMON_A_CONFIG_MODE] == IKEMON_MODE_OFF)
		out_text(out, "nothing is watched; \"ikemonctl config set mode monitor\" begins\n");
	else
		show_challenge(out, o);
	show_states(out, o);
	show_blocks(out, o);
	show_alarms(out, o);
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
