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
 * @wait: how long "cookie test" waits for an answer, NULL as usual
 * @file: a ruleset to load, NULL for none
 * @check: only check the ruleset
 * @help: asked for
 * @version: asked for, the tool's own
 */
struct ctl {
	struct out *out;
	struct nl *nl;
	struct out_options options;
	const char *netns;
	const char *wait;
	const char *file;
	bool check;
	bool help;
	bool version;
};

/**
 * options_read() - take the flags out of the words
 *
 * They may stand anywhere before a "--". What is left is moved together.
 * Return: enum ctl_exit; it complains.
 */
int options_read(struct ctl *ctl, int *argc, char **argv);

/* Open the kernel if it is not yet. Return: enum ctl_exit; it complains. */
int ctl_nl(struct ctl *ctl);

/**
 * ctl_list() - show what a dump gives
 * @begin: called before the first @answer, or when there is none; not at all
 *	if the kernel refuses
 * @answer: gets ctl->out as data
 * @end: after @begin
 */
int ctl_list(struct ctl *ctl, void (*begin)(struct out *out),
	     nl_answer answer, void (*end)(struct out *out));

/*
 * A subcommand gets the words behind object and verb. Return: enum ctl_exit;
 * whoever finds what is wrong complains about it.
 */
typedef int (*subcommand)(struct ctl *ctl, int argc, char **argv);

/* Complaints about words, all of them CTL_USAGE. */
int wrong_value(const char *what, const char *value, const char *right);
int no_value(const char *what, const char *right);
int unknown_word(const char *word, const char *right);
int given_twice(const char *what);
/* CTL_OK if there are no words left. */
int no_more(int argc, char **argv);

/**
 * struct rest - words being read
 * @argc: how many are left
 * @argv: the next one
 */
struct rest {
	int argc;
	char **argv;
};

/* The next word, NULL behind the last. */
const char *next_word(struct rest *rest);

/* The value of a "prefix"; complains. */
int prefix_word(const char *value, struct prefix *prefix);
/* The same, for a @prefix whose family is 0 until it is given. */
int prefix_filter(const char *value, struct prefix *prefix);
/* The value of @word, 1 to 4294967295; complains. */
int count_word(const char *word, const char *value, uint32_t *count);
/* The value of a "max", which is 0 until it is given; complains. */
int max_filter(const char *value, uint32_t *max);
/* A prefix or nothing more; without one its family is 0. */
int filter_word(struct rest *rest, struct prefix *prefix);
/* The word is a prefix, and @cmd a request with it as @attr; nl_do() next. */
int ctl_prefix(struct ctl *ctl, int argc, char **argv, uint8_t cmd,
	       uint16_t attr);

int overview(struct ctl *ctl, int argc, char **argv);
int session_show(struct ctl *ctl, int argc, char **argv);
int session_flush(struct ctl *ctl, int argc, char **argv);
int sa_show(struct ctl *ctl, int argc, char **argv);
int source_show(struct ctl *ctl, int argc, char **argv);
int limit_show(struct ctl *ctl, int argc, char **argv);
int limit_set(struct ctl *ctl, int argc, char **argv);
int limit_del(struct ctl *ctl, int argc, char **argv);
int block_show(struct ctl *ctl, int argc, char **argv);
int block_add(struct ctl *ctl, int argc, char **argv);
int block_del(struct ctl *ctl, int argc, char **argv);
int block_flush(struct ctl *ctl, int argc, char **argv);
int cookie_test(struct ctl *ctl, int argc, char **argv);
int stats_show(struct ctl *ctl, int argc, char **argv);
int config_show(struct ctl *ctl, int argc, char **argv);
int config_set(struct ctl *ctl, int argc, char **argv);
int config_reset(struct ctl *ctl, int argc, char **argv);
int port_show(struct ctl *ctl, int argc, char **argv);
int port_add(struct ctl *ctl, int argc, char **argv);
int port_del(struct ctl *ctl, int argc, char **argv);
int audit(struct ctl *ctl, int argc, char **argv);
int monitor(struct ctl *ctl, int argc, char **argv);
int read_capture(struct ctl *ctl, int argc, char **argv);
int ruleset_show(struct ctl *ctl, int argc, char **argv);
int version_show(struct ctl *ctl, int argc, char **argv);
int help(struct ctl *ctl, int argc, char **argv);

/* @ctl->file, "-" is stdin. */
int ruleset_load(struct ctl *ctl);

struct config_model;
struct key;

/* Read the configuration in force. */
int config_get(struct ctl *ctl, struct config_model *config);
json_t *config_json(const struct config_model *config);
uint32_t config_value(const struct config_model *config,
		      const struct key *key);
/*
 * Words "KEY VALUE ..." and "PORT KIND" into a model, no key twice. They
 * complain.
 */
int config_words(struct rest *rest, struct config_model *config);
int port_words(struct rest *rest, struct config_model *config);

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
