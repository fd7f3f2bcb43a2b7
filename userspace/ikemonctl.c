// SPDX-License-Identifier: GPL-2.0-or-later
/* ikemonctl: see and set what nf_ikemon knows of IKE. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subcommands.h"

const struct command commands[] = {
	{ "session", "show", session_show,
	  "[id N | [state STATE[,STATE...]] [prefix PREFIX] [version 1|2] [max N]]",
	  "negotiations, all or those asked for; -s with what was said" },
	{ "session", "flush", session_flush,
	  "all | id N | [state STATE[,STATE...]] [prefix PREFIX] [version 1|2]",
	  "forget negotiations; daemons and SAs are not touched" },
	{ "sa", "show", sa_show,
	  "[id N | [session N] [spi SPI] [prefix PREFIX] [deleted] [max N]]",
	  "IPsec SAs of the kernel, and whose session each came of" },
	{ "source", "show", source_show, "[prefix PREFIX] [max N]",
	  "who negotiates, and how much" },
	{ "limit", "show", limit_show, "[PREFIX]",
	  "what sources may: configured, and by prefix" },
	{ "limit", "set", limit_set,
	  "PREFIX [rate N/s] [burst N] [half-open N] [sessions N] | PREFIX exempt|trusted",
	  "limits for the sources in a prefix; the rest as configured" },
	{ "limit", "del", limit_del, "PREFIX", "as configured again" },
	{ "block", "show", block_show, "[operator|dynamic] [PREFIX]",
	  "who is blocked, why and for how long" },
	{ "block", "add", block_add, "PREFIX [time TIME | until DATE]",
	  "block a prefix, for ever without a time" },
	{ "block", "del", block_del, "PREFIX", "lift the blocks of a prefix" },
	{ "block", "flush", block_flush, "[operator|dynamic] [PREFIX]",
	  "lift all blocks, or those asked for" },
	{ "cookie", "test", cookie_test, "[-t TIME] [ADDRESS[:PORT]]",
	  "ask the running IKE daemon which value of cookie is right" },
	{ "stats", "show", stats_show, "",
	  "counters that are not zero, with -s all" },
	{ "config", "show", config_show, "", "the configuration" },
	{ "config", "set", config_set, "KEY VALUE [KEY VALUE]...",
	  "change it, all or nothing" },
	{ "config", "reset", config_reset, "",
	  "take all defaults: mode off, ports 500 and 4500, no rules" },
	{ "port", "show", port_show, "", "UDP ports that are looked at" },
	{ "port", "add", port_add, "PORT ike|natt", "look at one more" },
	{ "port", "del", port_del, "PORT", "look at one no longer" },
	{ "audit", NULL, audit,
	  "[session N | prefix PREFIX] [severity withdrawn|weak|info] [FILE]",
	  "weak and withdrawn algorithms, here or in a capture" },
	{ "monitor", NULL, monitor, "[session|source|sa|alarm|all] [max N]",
	  "events as they come, until Ctrl-C or N of them" },
	{ "read", NULL, read_capture,
	  "[--messages] [--port PORT/ike|natt]... [--max-sessions N] FILE",
	  "the same from a capture; needs no module" },
	{ "ruleset", "show", ruleset_show, "",
	  "all that can be set, as -f FILE reads it" },
	{ "version", "show", version_show, "", "of the tool and the module" },
	{ "help", NULL, help, "[OBJECT]", "this" },
	{ 0 },
};

int ctl_nl(struct ctl *ctl)
{
	return ctl->nl ? CTL_OK : nl_open(&ctl->nl);
}

static const struct command *find(const char *object, const char *verb)
{
	const struct command *c;

	for (c = commands; c->object; c++)
		if (!strcmp(c->object, object) &&
		    (!c->verb || !verb || !strcmp(c->verb, verb)))
			return c;
	return NULL;
}

static int unknown_verb(int argc, char **argv)
{
	if (argc > 1)
		complain("unknown verb \"%s\"; \"ikemonctl help %s\" lists those there are",
			 argv[1], argv[0]);
	else
		complain("%s is missing its verb; \"ikemonctl help %s\" lists those there are",
			 argv[0], argv[0]);
	return CTL_USAGE;
}

/* An object without a verb shows itself. */
static int dispatch(struct ctl *ctl, int argc, char **argv)
{
	const struct command *c;
	int skip = 1;

	if (!argc)
		return overview(ctl, argc, argv);
	if (!find(argv[0], NULL)) {
		complain("unknown object \"%s\"; \"ikemonctl help\" lists those there are",
			 argv[0]);
		return CTL_USAGE;
	}
	c = find(argv[0], argc > 1 ? argv[1] : "show");
	if (!c && argc > 1 && !strcmp(argv[1], "help"))
		return help(ctl, 1, argv);
	if (!c)
		return unknown_verb(argc, argv);
	if (c->verb && argc > 1)
		skip = 2;
	return c->fn(ctl, argc - skip, argv + skip);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	int status;

	if (ctl->help)
		return help(ctl, argc > 0, argv);
	if (ctl->version)
		return version_show(ctl, argc, argv);
	if ((ctl->file && argc) || (ctl->check && !ctl->file)) {
		complain("%s", ctl->file ?
			 "-f stands with an object; alone would be right" :
			 "-c stands alone; -c -f FILE would be right");
		return CTL_USAGE;
	}
	if (ctl->wait && (argc < 2 || strcmp(argv[0], "cookie"))) {
		complain("-t stands without an object that waits; \"cookie test\" with it would be right");
		return CTL_USAGE;
	}
	status = ctl->netns ? nl_netns(ctl->netns) : CTL_OK;
	if (status != CTL_OK)
		return status;
	return ctl->file ? ruleset_load(ctl) : dispatch(ctl, argc, argv);
}

int main(int argc, char **argv)
{
	struct ctl ctl = { 0 };
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	int status, closed;

	argc = argc > 0 ? argc - 1 : 0;
	argv++;
	status = options_read(&ctl, &argc, argv);
	if (status != CTL_OK)
		return status;
	ctl.options.color = isatty(STDOUT_FILENO) && term &&
			    strcmp(term, "dumb") && (!no_color || !*no_color);
	ctl.out = out_open(stdout, &ctl.options);
	status = run(&ctl, argc, argv);
	nl_close(ctl.nl);
	closed = out_close(ctl.out);
	return status == CTL_OK ? closed : status;
}
