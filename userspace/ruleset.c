// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of everything that can be set: lines of the same words as on the
 * command line. A file is a whole ruleset; what it does not name takes its
 * default, and all of it is one message to the kernel.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "rules.h"
#include "wire.h"

enum ruleset_limits {
	RULESET_WORDS	= 128,
	RULESET_LINES	= 10000,
	RULESET_TRIES	= 5,	/* at reading it without a change */
};

/* Reading all of it */

static int take_limit(const struct nlmsghdr *nlh, void *data)
{
	struct ruleset *r = data;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (r->n_limits == MODEL_RULES ||
	    !wire_limit(attrs, len, &r->limit[r->n_limits]))
		return nl_malformed();
	r->n_limits++;
	return CTL_OK;
}

static int take_block(const struct nlmsghdr *nlh, void *data)
{
	struct ruleset *r = data;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (r->n_blocks == MODEL_RULES ||
	    !wire_block(attrs, len, &r->block[r->n_blocks]))
		return nl_malformed();
	r->n_blocks++;
	return CTL_OK;
}

static int read_rules(struct ctl *ctl, struct ruleset *r)
{
	struct nlmsghdr *nlh;
	int status;

	r->n_limits = 0;
	r->n_blocks = 0;
	nl_request(ctl->nl, IKEMON_CMD_LIMIT_GET);
	status = nl_dump(ctl->nl, take_limit, r);
	if (status != CTL_OK)
		return status;
	nlh = nl_request(ctl->nl, IKEMON_CMD_BLOCK_GET);
	mnl_attr_put_u8(nlh, IKEMON_A_BLOCK_ORIGIN,
			IKEMON_BLOCK_ORIGIN_OPERATOR);
	return nl_dump(ctl->nl, take_block, r);
}

/* Until nothing changed between the first of it and the last. */
static int read_all(struct ctl *ctl, struct ruleset *r)
{
	const uint32_t *now = &r->config.value[IKEMON_A_CONFIG_GENERATION];
	struct config_model after;
	unsigned int i;
	int status;

	status = config_get(ctl, &r->config);
	for (i = 0; i < RULESET_TRIES && status == CTL_OK; i++) {
		status = read_rules(ctl, r);
		if (status == CTL_OK)
			status = config_get(ctl, &after);
		if (status != CTL_OK)
			return status;
		if (after.value[IKEMON_A_CONFIG_GENERATION] == *now)
			return CTL_OK;
		r->config = after;
	}
	if (status != CTL_OK)
		return status;
	complain("the configuration changes all the time; ask again");
	return CTL_PARTIAL;
}

/* Showing it */

static void show_json(struct out *out, const struct ruleset *r)
{
	json_t *o = config_json(&r->config), *list = json_array();
	unsigned int i;

	for (i = 0; i < r->n_limits; i++)
		json_array_append_new(list, limit_json(&r->limit[i]));
	json_object_set_new(o, "limits", list);
	list = json_array();
	for (i = 0; i < r->n_blocks; i++)
		json_array_append_new(list, block_json(&r->block[i]));
	json_object_set_new(o, "blocks", list);
	out_line(out, o);
}

static void show_text(struct out *out, const struct ruleset *r)
{
	const struct config_model *config = &r->config;
	char text[KEY_TEXT], rule[RULE_TEXT], prefix[TEXT_ENDPOINT];
	const struct key *key;
	unsigned int i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!config_has(config, key->attr) && key->kind != KEY_UID)
			continue;
		key_write(key, config_value(config, key), text);
		out_text(out, "config set %s %s\n", key->name, text);
	}
	for (i = 0; i < config->n_ports; i++)
		out_text(out, "port add %u %s\n", config->port[i].port,
			 name_of(NAME_PORT_KIND, config->port[i].kind, text));
	for (i = 0; i < r->n_limits; i++) {
		text_prefix(&r->limit[i].prefix, prefix);
		limit_values(&r->limit[i], rule);
		out_text(out, "limit set %s%s\n", prefix, rule);
	}
	for (i = 0; i < r->n_blocks; i++) {
		block_text(&r->block[i], rule);
		out_text(out, "block add %s\n", rule);
	}
}

static struct ruleset *new_ruleset(void)
{
	struct ruleset *r = calloc(1, sizeof(*r));

	if (!r)
		complain("out of memory");
	return r;
}

int ruleset_show(struct ctl *ctl, int argc, char **argv)
{
	int status = no_more(argc, argv);
	struct ruleset *r;

	if (status != CTL_OK)
		return status;
	r = new_ruleset();
	if (!r)
		return CTL_PARTIAL;
	status = read_all(ctl, r);
	if (status == CTL_OK && out_json(ctl->out))
		show_json(ctl->out, r);
	else if (status == CTL_OK)
		show_text(ctl->out, r);
	free(r);
	return status;
}

/* Reading a file of it */

/* Splits in place. Return: words, -1 if there are too many. */
static int split(char *line, char **words)
{
	int n = 0;

	line[strcspn(line, "#")] = '\0';
	for (;;) {
		while (isspace((unsigned char)*line))
			*line++ = '\0';
		if (!*line)
			return n;
		if (n == RULESET_WORDS)
			return -1;
		words[n++] = line;
		while (*line && !isspace((unsigned char)*line))
			line++;
	}
}

static int config_line(struct rest *rest, struct ruleset *r)
{
	int status = CTL_OK;

	if (!rest->argc)
		return no_value("config set", "KEY VALUE");
	while (status == CTL_OK && rest->argc)
		status = config_words(rest, &r->config);
	return status;
}

static int port_line(struct rest *rest, struct ruleset *r)
{
	int status = port_words(rest, &r->config);

	return status == CTL_OK ? no_more(rest->argc, rest->argv) : status;
}

static bool same_prefix(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && a->len == b->len &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

static int too_many(const char *what)
{
	complain("one %s too many; at most %u would be right", what,
		 MODEL_RULES);
	return CTL_USAGE;
}

static int limit_line(struct rest *rest, struct ruleset *r)
{
	struct limit_model *l = &r->limit[r->n_limits];
	unsigned int i;
	int status;

	if (r->n_limits == MODEL_RULES)
		return too_many("limit");
	status = limit_words(rest, l);
	if (status != CTL_OK)
		return status;
	for (i = 0; i < r->n_limits; i++)
		if (same_prefix(&r->limit[i].prefix, &l->prefix))
			return given_twice("the limit of this prefix");
	r->n_limits++;
	return CTL_OK;
}

/* A block whose time has come blocks nobody any more. */
static int block_line(struct rest *rest, struct ruleset *r)
{
	struct block_model *b = &r->block[r->n_blocks];
	unsigned int i;
	int status;

	if (r->n_blocks == MODEL_RULES)
		return too_many("block");
	status = block_words(rest, b);
	if (status != CTL_OK)
		return status;
	for (i = 0; i < r->n_blocks; i++)
		if (same_prefix(&r->block[i].prefix, &b->prefix))
			return given_twice("the block of this prefix");
	if (!b->until || b->until > now_ns())
		r->n_blocks++;
	return CTL_OK;
}

static const struct {
	const char *object;
	const char *verb;
	int (*take)(struct rest *rest, struct ruleset *r);
} lines[] = {
	{ "config", "set", config_line },
	{ "port", "add", port_line },
	{ "limit", "set", limit_line },
	{ "block", "add", block_line },
};

static int take_words(struct rest *rest, struct ruleset *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (rest->argc < 2 || strcmp(rest->argv[0], lines[i].object) ||
		    strcmp(rest->argv[1], lines[i].verb))
			continue;
		rest->argc -= 2;
		rest->argv += 2;
		return lines[i].take(rest, r);
	}
	return unknown_word(*rest->argv,
			    "\"config set\", \"port add\", \"limit set\" or \"block add\"");
}

static int take_line(char *line, struct ruleset *r)
{
	char *words[RULESET_WORDS];
	struct rest rest = { split(line, words), words };

	if (rest.argc < 0) {
		complain("too many words in a line; at most %u would be right",
			 RULESET_WORDS);
		return CTL_USAGE;
	}
	return rest.argc ? take_words(&rest, r) : CTL_OK;
}

static int take_file(FILE *file, const char *name, struct ruleset *r)
{
	unsigned int number = 0;
	int status = CTL_OK;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (status == CTL_OK && (n = getline(&line, &size, file)) >= 0) {
		complain_at(name, ++number);
		if (strlen(line) != (size_t)n || number > RULESET_LINES) {
			complain("this is no ruleset; lines of text, %u at most, would be right",
				 RULESET_LINES);
			status = CTL_USAGE;
		} else {
			status = take_line(line, r);
		}
	}
	complain_at(NULL, 0);
	free(line);
	if (status == CTL_OK && ferror(file)) {
		complain("cannot read \"%s\": %s; a file with a ruleset would be right",
			 name, strerror(errno));
		status = CTL_USAGE;
	}
	return status;
}

static int read_file(const char *name, struct ruleset *r)
{
	FILE *file = stdin;
	int status;

	if (!strcmp(name, "-"))
		return take_file(file, "standard input", r);
	file = fopen(name, "re");
	if (!file) {
		complain("cannot open \"%s\": %s; a file with a ruleset would be right",
			 name, strerror(errno));
		return CTL_USAGE;
	}
	status = take_file(file, name, r);
	fclose(file);
	return status;
}

static int replace(struct ctl *ctl, const struct ruleset *r)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, IKEMON_CMD_CONFIG_REPLACE);

	wire_put_ruleset(nlh, r);
	if (ctl->check)
		mnl_attr_put(nlh, IKEMON_A_CONFIG_CHECK, 0, NULL);
	return nl_do(ctl->nl, NULL, NULL);
}

int ruleset_load(struct ctl *ctl)
{
	struct ruleset *r = new_ruleset();
	int status;

	if (!r)
		return CTL_PARTIAL;
	status = read_file(ctl->file, r);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status == CTL_OK)
		status = replace(ctl, r);
	free(r);
	return status;
}
