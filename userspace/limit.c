// SPDX-License-Identifier: GPL-2.0-or-later
/* Limits of the sources inside a prefix. */
#include <string.h>

#include "keys.h"
#include "rules.h"
#include "wire.h"

/* The numbers of a limit, each with the key of the configuration it is like. */
static const struct number {
	const char *word;
	const char *json;
	const char *key;
	size_t off;
} numbers[] = {
	{ "rate", "rate", "limit-rate", offsetof(struct limit_model, rate) },
	{ "burst", "burst", "limit-burst",
	  offsetof(struct limit_model, burst) },
	{ "half-open", "half_open", "limit-half-open",
	  offsetof(struct limit_model, half_open) },
	{ "sessions", "sessions", "limit-sessions",
	  offsetof(struct limit_model, sessions) },
};

enum { NUMBERS = ARRAY_SIZE(numbers) };

static uint32_t *number_of(const struct number *n, struct limit_model *l)
{
	return (uint32_t *)((uint8_t *)l + n->off);
}

static uint32_t number_in(const struct number *n, const struct limit_model *l)
{
	return *(const uint32_t *)((const uint8_t *)l + n->off);
}

/* Views */

json_t *limit_json(const struct limit_model *l)
{
	json_t *o = json_object();
	char text[TEXT_ENDPOINT], name[NAME_LEN];
	unsigned int i;
	uint32_t value;

	text_prefix(&l->prefix, text);
	json_object_set_new(o, "prefix", l->prefix.family ?
			    json_text(text) : json_null());
	json_object_set_new(o, "kind", json_text(name_of(NAME_LIMIT_KIND,
							 l->kind, name)));
	for (i = 0; i < NUMBERS; i++) {
		value = number_in(&numbers[i], l);
		json_object_set_new(o, numbers[i].json, value ?
				    json_integer(value) : json_null());
	}
	return o;
}

void limit_values(const struct limit_model *l, char buf[RULE_TEXT])
{
	char text[KEY_TEXT], name[NAME_LEN];
	unsigned int i;
	uint32_t value;
	size_t n = 0;

	*buf = '\0';
	if (l->kind != IKEMON_LIMIT_KIND_LIMIT)
		n = snprintf(buf, RULE_TEXT, " %s",
			     name_of(NAME_LIMIT_KIND, l->kind, name));
	for (i = 0; i < NUMBERS; i++) {
		value = number_in(&numbers[i], l);
		if (!value)
			continue;
		key_write(key_find(numbers[i].key), value, text);
		n += snprintf(buf + n, RULE_TEXT - n, " %s %s",
			      numbers[i].word, text);
	}
}

static const struct out_column columns[] = {
	{ "PREFIX", OUT_LEFT },
	{ "KIND", OUT_LEFT },
	{ "RATE", OUT_RIGHT },
	{ "BURST", OUT_RIGHT },
	{ "HALF-OPEN", OUT_RIGHT },
	{ "SESSIONS", OUT_RIGHT },
};

static void put_row(struct out *out, const struct limit_model *l)
{
	char text[TEXT_ENDPOINT], name[NAME_LEN];
	bool numbered = l->kind == IKEMON_LIMIT_KIND_LIMIT;
	unsigned int i;
	uint32_t value;

	text_prefix(&l->prefix, text);
	out_cell(out, OUT_PLAIN, "%s", l->prefix.family ? text : "default");
	out_cell(out, OUT_PLAIN, "%s", name_of(NAME_LIMIT_KIND, l->kind, name));
	for (i = 0; i < NUMBERS; i++) {
		value = number_in(&numbers[i], l);
		key_write(key_find(numbers[i].key), value, text);
		if (value)
			out_cell(out, OUT_PLAIN, "%s", text);
		else
			out_cell(out, OUT_DIM, numbered ? "default" : "-");
	}
	out_row(out);
}

static void put_limit(struct out *out, const struct limit_model *l)
{
	if (out_json(out))
		out_item(out, limit_json(l));
	else
		put_row(out, l);
}

/* Words */

static int read_number(const struct number *n, const char *value,
		       struct limit_model *l)
{
	const struct key *key = key_find(n->key);
	uint32_t *to = number_of(n, l);
	char range[KEY_RANGE];

	key_range(key, range);
	if (!value)
		return no_value(n->word, range);
	if (*to)
		return given_twice(n->word);
	if (!key_read(key, value, to))
		return wrong_value(n->word, value, range);
	return CTL_OK;
}

static bool numbered(const struct limit_model *l)
{
	unsigned int i;

	for (i = 0; i < NUMBERS; i++)
		if (number_in(&numbers[i], l))
			return true;
	return false;
}

static int read_kind(const char *word, const struct rest *rest,
		     struct limit_model *l)
{
	unsigned int kind;

	if (!name_value(NAME_LIMIT_KIND, word, &kind) ||
	    kind == IKEMON_LIMIT_KIND_LIMIT)
		return unknown_word(word,
				    "rate, burst, half-open, sessions, exempt or trusted");
	if (rest->argc || numbered(l)) {
		complain("\"%s\" stands with other words; alone would be right",
			 word);
		return CTL_USAGE;
	}
	l->kind = kind;
	return CTL_OK;
}

int limit_words(struct rest *rest, struct limit_model *l)
{
	const char *word;
	unsigned int i;
	int status;

	memset(l, 0, sizeof(*l));
	status = prefix_word(next_word(rest), &l->prefix);
	while (status == CTL_OK && (word = next_word(rest))) {
		for (i = 0; i < NUMBERS; i++)
			if (!strcmp(word, numbers[i].word))
				break;
		status = i < NUMBERS ?
			 read_number(&numbers[i], next_word(rest), l) :
			 read_kind(word, rest, l);
	}
	return status;
}

/* Verbs */

static void configured(const struct config_model *config,
		       struct limit_model *l)
{
	unsigned int i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < NUMBERS; i++)
		*number_of(&numbers[i], l) =
			config_value(config, key_find(numbers[i].key));
}

static int answer(const struct nlmsghdr *nlh, void *data)
{
	struct limit_model l;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_limit(attrs, len, &l))
		return nl_malformed();
	put_limit(data, &l);
	return CTL_OK;
}

static void end(struct out *out)
{
	out_table_end(out);
	out_end(out);
	out_end(out);
}

int limit_show(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct config_model config;
	struct limit_model usual;
	struct prefix prefix;
	struct nlmsghdr *nlh;
	int status;

	status = filter_word(&rest, &prefix);
	if (status == CTL_OK)
		status = no_more(rest.argc, rest.argv);
	if (status == CTL_OK)
		status = config_get(ctl, &config);
	if (status != CTL_OK)
		return status;
	configured(&config, &usual);
	nlh = nl_request(ctl->nl, IKEMON_CMD_LIMIT_GET);
	if (prefix.family)
		wire_put_prefix(nlh, IKEMON_A_LIMIT_FILTER_PREFIX, &prefix);
	out_object(ctl->out, NULL);
	out_list(ctl->out, "limits");
	out_table(ctl->out, columns, ARRAY_SIZE(columns), NULL);
	put_limit(ctl->out, &usual);
	status = nl_dump(ctl->nl, answer, ctl->out);
	end(ctl->out);
	return status;
}

int limit_set(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct limit_model l;
	int status;

	status = limit_words(&rest, &l);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	wire_put_limit(nl_request(ctl->nl, IKEMON_CMD_LIMIT_SET), &l);
	return nl_do(ctl->nl, NULL, NULL);
}

int limit_del(struct ctl *ctl, int argc, char **argv)
{
	int status = ctl_prefix(ctl, argc, argv, IKEMON_CMD_LIMIT_DEL,
				IKEMON_A_LIMIT_PREFIX);

	return status == CTL_OK ? nl_do(ctl->nl, NULL, NULL) : status;
}
