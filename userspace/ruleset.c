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
#include "subcommands.h"
#include "wire.h"

enum ruleset_limits {
	RULESET_WORDS	= 64,
	RULESET_LINES	= 10000,
};

int ruleset_show(struct ctl *ctl, int argc, char **argv)
{
	struct config_model config;
	int status = no_more(argc, argv);
	const struct key *key;
	char text[KEY_TEXT];
	unsigned int i;

	if (status == CTL_OK)
		status = config_get(ctl, &config);
	if (status != CTL_OK)
		return status;
	if (out_json(ctl->out))
		out_line(ctl->out, config_json(&config));
	for (i = 0; (key = key_at(i)); i++) {
		key_write(key, config_value(&config, key), text);
		out_text(ctl->out, "config set %s %s\n", key->name, text);
	}
	for (i = 0; i < config.n_ports; i++)
		out_text(ctl->out, "port add %u %s\n", config.port[i].port,
			 name_of(NAME_PORT_KIND, config.port[i].kind, text));
	return CTL_OK;
}

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

static bool begins(const struct rest *rest, const char *object,
		   const char *verb)
{
	return rest->argc >= 2 && !strcmp(rest->argv[0], object) &&
	       !strcmp(rest->argv[1], verb);
}

static int take_config(struct rest *rest, struct config_model *config)
{
	int status = CTL_OK;

	if (!rest->argc)
		return no_value("config set", "KEY VALUE");
	while (status == CTL_OK && rest->argc)
		status = config_words(rest, config);
	return status;
}

static int take_line(char *line, struct config_model *config)
{
	char *words[RULESET_WORDS];
	struct rest rest = { split(line, words), words };
	bool port;
	int status;

	if (rest.argc < 0) {
		complain("too many words in a line; at most %u would be right",
			 RULESET_WORDS);
		return CTL_USAGE;
	}
	if (!rest.argc)
		return CTL_OK;
	port = begins(&rest, "port", "add");
	if (!port && !begins(&rest, "config", "set"))
		return unknown_word(*rest.argv,
				    "\"config set KEY VALUE\" or \"port add PORT ike|natt\"");
	rest.argc -= 2;
	rest.argv += 2;
	if (!port)
		return take_config(&rest, config);
	status = port_words(&rest, config);
	return status == CTL_OK ? no_more(rest.argc, rest.argv) : status;
}

static int take_file(FILE *file, const char *name, struct config_model *config)
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
			status = take_line(line, config);
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

static int read_file(const char *name, struct config_model *config)
{
	FILE *file = stdin;
	int status;

	if (!strcmp(name, "-"))
		return take_file(file, "standard input", config);
	file = fopen(name, "re");
	if (!file) {
		complain("cannot open \"%s\": %s; a file with a ruleset would be right",
			 name, strerror(errno));
		return CTL_USAGE;
	}
	status = take_file(file, name, config);
	fclose(file);
	return status;
}

int ruleset_load(struct ctl *ctl)
{
	struct config_model config = { 0 };
	struct nlmsghdr *nlh;
	int status;

	status = read_file(ctl->file, &config);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	nlh = nl_request(ctl->nl, IKEMON_CMD_CONFIG_REPLACE);
	wire_put_config(nlh, &config);
	if (ctl->check)
		mnl_attr_put(nlh, IKEMON_A_CONFIG_CHECK, 0, NULL);
	return nl_do(ctl->nl, NULL, NULL);
}
