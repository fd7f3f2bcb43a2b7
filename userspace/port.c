// SPDX-License-Identifier: GPL-2.0-or-later
#include "args.h"
#include "names.h"
#include "subcommands.h"
#include "wire.h"

static const struct out_column columns[] = {
	{ "PORT", OUT_RIGHT },
	{ "KIND", OUT_LEFT },
};

int port_show(struct ctl *ctl, int argc, char **argv)
{
	struct config_model config;
	int status = no_more(argc, argv);
	struct out *out = ctl->out;
	char buf[NAME_LEN];
	unsigned int i;

	if (status == CTL_OK)
		status = config_get(ctl, &config);
	if (status != CTL_OK)
		return status;
	out_object(out, NULL);
	out_list(out, "ports");
	out_table(out, columns, ARRAY_SIZE(columns),
		  "no ports");
	for (i = 0; i < config.n_ports; i++) {
		out_record(out);
		out_put_u64(out, "port", config.port[i].port);
		out_put_str(out, "kind", name_of(NAME_PORT_KIND,
						 config.port[i].kind, buf));
		out_row(out);
	}
	out_table_end(out);
	out_end(out);
	out_end(out);
	return CTL_OK;
}

static int read_port(const char *word, struct port_model *port)
{
	static const char right[] = "a number from 1 to 65535";

	if (!word)
		return no_value("port", right);
	if (!arg_port(word, &port->port))
		return wrong_value("port", word, right);
	return CTL_OK;
}

static int read_kind(const char *word, struct port_model *port)
{
	char right[NAME_LEN];
	unsigned int kind;

	name_choices(NAME_PORT_KIND, right, sizeof(right));
	if (!word)
		return no_value("port kind", right);
	if (!name_value(NAME_PORT_KIND, word, &kind))
		return wrong_value("port kind", word, right);
	port->kind = kind;
	return CTL_OK;
}

int port_words(struct rest *rest, struct config_model *config)
{
	struct port_model port = { 0 };
	unsigned int i;
	int status;

	status = read_port(next_word(rest), &port);
	if (status == CTL_OK)
		status = read_kind(next_word(rest), &port);
	if (status != CTL_OK)
		return status;
	for (i = 0; i < config->n_ports; i++)
		if (config->port[i].port == port.port)
			return given_twice("the port");
	if (config->n_ports == MODEL_PORTS) {
		complain("one port too many; at most %u would be right",
			 MODEL_PORTS);
		return CTL_USAGE;
	}
	config->port[config->n_ports++] = port;
	config_give(config, IKEMON_A_CONFIG_PORT);
	return CTL_OK;
}

int port_add(struct ctl *ctl, int argc, char **argv)
{
	struct config_model config = { 0 };
	struct rest rest = { argc, argv };
	int status;

	status = port_words(&rest, &config);
	if (status == CTL_OK)
		status = no_more(rest.argc, rest.argv);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	wire_put_port(nl_request(ctl->nl, IKEMON_CMD_PORT_ADD),
		      &config.port[0]);
	return nl_do(ctl->nl, NULL, NULL);
}

int port_del(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct port_model port = { 0 };
	int status;

	status = read_port(next_word(&rest), &port);
	if (status == CTL_OK)
		status = no_more(rest.argc, rest.argv);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	wire_put_port(nl_request(ctl->nl, IKEMON_CMD_PORT_DEL), &port);
	return nl_do(ctl->nl, NULL, NULL);
}
