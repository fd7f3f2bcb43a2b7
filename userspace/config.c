// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "keys.h"
#include "subcommands.h"
#include "wire.h"

static int answer(const struct nlmsghdr *nlh, void *data)
{
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	return wire_config(attrs, len, data) ? CTL_OK : nl_malformed();
}

int config_get(struct ctl *ctl, struct config_model *config)
{
	int status = ctl_nl(ctl);

	memset(config, 0, sizeof(*config));
	if (status != CTL_OK)
		return status;
	nl_request(ctl->nl, IKEMON_CMD_CONFIG_GET);
	return nl_do(ctl->nl, answer, config);
}

/* What an empty ruleset would give: nothing is written down twice. */
static int get_defaults(struct ctl *ctl, struct config_model *config)
{
	struct nlmsghdr *nlh;

	memset(config, 0, sizeof(*config));
	nlh = nl_request(ctl->nl, IKEMON_CMD_CONFIG_REPLACE);
	mnl_attr_put(nlh, IKEMON_A_CONFIG_CHECK, 0, NULL);
	return nl_do(ctl->nl, answer, config);
}

static json_t *json_key(const struct key *key, uint32_t value)
{
	char text[KEY_TEXT];

	if (key->kind == KEY_WORD && key->names == NAME_SWITCH)
		return json_boolean(value);
	if (key->kind == KEY_UID && value == UINT32_MAX)
		return json_null();
	if (key->kind != KEY_WORD)
		return json_integer(value);
	key_write(key, value, text);
	return json_text(text);
}

static void json_name(const char *name, char buf[KEY_TEXT])
{
	unsigned int i;

	for (i = 0; name[i] && i < KEY_TEXT - 1; i++)
		buf[i] = name[i] == '-' ? '_' : name[i];
	buf[i] = '\0';
}

static json_t *json_ports(const struct config_model *config)
{
	json_t *list = json_array(), *port;
	char buf[NAME_LEN];
	unsigned int i;

	for (i = 0; i < config->n_ports; i++) {
		port = json_pack("{s:i, s:s}", "port", config->port[i].port,
				 "kind", name_of(NAME_PORT_KIND,
						 config->port[i].kind, buf));
		json_array_append_new(list, port);
	}
	return list;
}

/* An older module may lack a key: then the object has none either. */
json_t *config_json(const struct config_model *config)
{
	json_t *object = json_object();
	const struct key *key;
	char name[KEY_TEXT];
	unsigned int i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!config_has(config, key->attr) && key->kind != KEY_UID)
			continue;
		json_name(key->name, name);
		json_object_set_new(object, name,
				    json_key(key, config_value(config, key)));
	}
	json_object_set_new(object, "ports", json_ports(config));
	return object;
}

/* A module without an answer for the daemon's user says that it has none. */
uint32_t config_value(const struct config_model *config,
		      const struct key *key)
{
	if (key->kind == KEY_UID && !config_has(config, key->attr))
		return UINT32_MAX;
	return config->value[key->attr];
}

static const struct out_column columns[] = {
	{ "KEY", OUT_LEFT },
	{ "VALUE", OUT_LEFT },
	{ "DEFAULT", OUT_LEFT },
};

static void put_key(struct out *out, const struct key *key,
		    const struct config_model *config,
		    const struct config_model *defaults)
{
	uint32_t value = config_value(config, key);
	uint32_t usual = config_value(defaults, key);
	bool same = value == usual;
	char text[KEY_TEXT];

	out_cell(out, OUT_PLAIN, "  %s", key->name);
	key_write(key, value, text);
	out_cell(out, same ? OUT_PLAIN : OUT_BUSY, "%s", text);
	key_write(key, usual, text);
	out_cell(out, OUT_DIM, "%s", same ? "yes" : text);
	out_row(out);
}

static void put_group(struct out *out, const char *name)
{
	out_cell(out, OUT_GOOD, "%s", name);
	out_row(out);
}

static void put_ports(struct out *out, const struct config_model *config)
{
	char buf[NAME_LEN];
	unsigned int i;

	put_group(out, "ports");
	for (i = 0; i < config->n_ports; i++) {
		out_cell(out, OUT_PLAIN, "  port %u", config->port[i].port);
		out_cell(out, OUT_PLAIN, "%s",
			 name_of(NAME_PORT_KIND, config->port[i].kind, buf));
		out_row(out);
	}
}

static void show(struct out *out, const struct config_model *config,
		 const struct config_model *defaults)
{
	unsigned int i, group = KEY_GROUPS;
	const struct key *key;

	out_table(out, columns, ARRAY_SIZE(columns), NULL);
	for (i = 0; (key = key_at(i)); i++) {
		if (!config_has(config, key->attr) && key->kind != KEY_UID)
			continue;
		if (key->group != group)
			put_group(out, key_group_name(key->group));
		group = key->group;
		put_key(out, key, config, defaults);
	}
	put_ports(out, config);
	out_table_end(out);
}

static void show_json(struct out *out, const struct config_model *config,
		      const struct config_model *defaults)
{
	uint32_t generation = config->value[IKEMON_A_CONFIG_GENERATION];
	json_t *json = config_json(config);

	json_object_set_new(json, "generation", json_integer(generation));
	json_object_set_new(json, "defaults", config_json(defaults));
	out_line(out, json);
}

int config_show(struct ctl *ctl, int argc, char **argv)
{
	struct config_model config, defaults;
	int status = no_more(argc, argv);

	if (status == CTL_OK)
		status = config_get(ctl, &config);
	if (status == CTL_OK)
		status = get_defaults(ctl, &defaults);
	if (status != CTL_OK)
		return status;
	if (out_json(ctl->out))
		show_json(ctl->out, &config, &defaults);
	else
		show(ctl->out, &config, &defaults);
	return CTL_OK;
}

static int unknown_key(const char *word)
{
	const struct key *key;
	char list[1024] = "";
	unsigned int i;
	size_t n = 0;

	for (i = 0; (key = key_at(i)) && n < sizeof(list); i++)
		n += snprintf(list + n, sizeof(list) - n, "%s%s",
			      !i ? "" : key_at(i + 1) ? ", " : " or ",
			      key->name);
	complain("unknown key \"%s\"; %s would be right", word, list);
	return CTL_USAGE;
}

int config_words(struct rest *rest, struct config_model *config)
{
	const char *word = next_word(rest);
	const char *value = next_word(rest);
	const struct key *key = key_find(word);
	char range[KEY_RANGE];

	if (!key)
		return unknown_key(word);
	key_range(key, range);
	if (!value)
		return no_value(word, range);
	if (config_has(config, key->attr))
		return given_twice(word);
	if (!key_read(key, value, &config->value[key->attr]))
		return wrong_value(word, value, range);
	config_give(config, key->attr);
	return CTL_OK;
}

int config_set(struct ctl *ctl, int argc, char **argv)
{
	struct config_model config = { 0 };
	struct rest rest = { argc, argv };
	int status = CTL_OK;

	if (!argc)
		return no_value("config set", "KEY VALUE");
	while (status == CTL_OK && rest.argc)
		status = config_words(&rest, &config);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	wire_put_config(nl_request(ctl->nl, IKEMON_CMD_CONFIG_SET), &config);
	return nl_do(ctl->nl, NULL, NULL);
}

int config_reset(struct ctl *ctl, int argc, char **argv)
{
	int status = no_more(argc, argv);

	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	nl_request(ctl->nl, IKEMON_CMD_CONFIG_REPLACE);
	return nl_do(ctl->nl, NULL, NULL);
}
