/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUBCOMMANDS_H
#define SUBCOMMANDS_H

#include <stdbool.h>

#include "nl.h"
#include "output.h"

/**
 * struct ctl - one run of the tool
 * @out: where the answer goes
 * @nl: the kernel; NULL until ctl_nl()
 * @options: as given
 * @netns: name or path, NULL for the present one
 */
struct ctl {
	struct out *out;
	struct nl *nl;
	struct out_options options;
	const char *netns;
};

/* Open the kernel if it is not yet. Return: enum ctl_exit; it complains. */
int ctl_nl(struct ctl *ctl);

/*
 * A subcommand gets the words behind object and verb. Return: enum ctl_exit;
 * whoever finds what is wrong complains about it.
 */
typedef int (*subcommand)(struct ctl *ctl, int argc, char **argv);

/* Complains unless there are no words left. */
int ctl_no_more(int argc, char **argv);

int overview(struct ctl *ctl, int argc, char **argv);
int session_show(struct ctl *ctl, int argc, char **argv);
int session_flush(struct ctl *ctl, int argc, char **argv);
int source_show(struct ctl *ctl, int argc, char **argv);
int stats_show(struct ctl *ctl, int argc, char **argv);
int config_show(struct ctl *ctl, int argc, char **argv);
int config_set(struct ctl *ctl, int argc, char **argv);
int config_reset(struct ctl *ctl, int argc, char **argv);
int port_show(struct ctl *ctl, int argc, char **argv);
int port_add(struct ctl *ctl, int argc, char **argv);
int port_del(struct ctl *ctl, int argc, char **argv);
int monitor(struct ctl *ctl, int argc, char **argv);
int read_capture(struct ctl *ctl, int argc, char **argv);
int ruleset_show(struct ctl *ctl, int argc, char **argv);
int version_show(struct ctl *ctl, int argc, char **argv);
int help(struct ctl *ctl, int argc, char **argv);

/* -f FILE, "-" is stdin; @check only asks whether it would be taken. */
int ruleset_load(struct ctl *ctl, const char *file, bool check);

/**
 * struct command - a row of the table in ikemonctl.c
 * @verb: NULL if the object has none
 * @args: synopsis of what follows
 */
struct command {
	const char *object;
	const char *verb;
	subcommand fn;
	const char *args;
	const char *help;
};

extern const struct command commands[];	/* ends with object NULL */

#endif /* SUBCOMMANDS_H */
