// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "keys.h"
#include "subcommands.h"

/* What can follow a word of a command; looked up by what came last. */
enum follows { WORDS, NAMES, KEYS };

struct next {
	const char *object;
	const char *verb;
	const char *after;	/* NULL: after anything else */
	enum follows follows;
	enum name_kind names;
	const char *words;
};

static const struct next nexts[] = {
	{ "session", "show", "state", NAMES, NAME_STATE, NULL },
	{ "session", "show", "version", WORDS, 0, "1 2" },
	{ "session", "show", "id", WORDS, 0, "" },
	{ "session", "show", "prefix", WORDS, 0, "" },
	{ "session", "show", "max", WORDS, 0, "" },
	{ "session", "show", NULL, WORDS, 0, "id state prefix version max" },
	{ "session", "flush", "state", NAMES, NAME_STATE, NULL },
	{ "session", "flush", "version", WORDS, 0, "1 2" },
	{ "session", "flush", "id", WORDS, 0, "" },
	{ "session", "flush", "prefix", WORDS, 0, "" },
	{ "session", "flush", NULL, WORDS, 0,
	  "all id state prefix version" },
	{ "source", "show", "prefix", WORDS, 0, "" },
	{ "source", "show", "max", WORDS, 0, "" },
	{ "source", "show", NULL, WORDS, 0, "prefix max" },
	{ "sa", "show", "id", WORDS, 0, "" },
	{ "sa", "show", "session", WORDS, 0, "" },
	{ "sa", "show", "spi", WORDS, 0, "" },
	{ "sa", "show", "prefix", WORDS, 0, "" },
	{ "sa", "show", "max", WORDS, 0, "" },
	{ "sa", "show", NULL, WORDS, 0, "id session spi prefix deleted max" },
	{ "limit", "show", "show", WORDS, 0, "" },
	{ "limit", "set", "set", WORDS, 0, "" },
	{ "limit", "set", "rate", WORDS, 0, "" },
	{ "limit", "set", "burst", WORDS, 0, "" },
	{ "limit", "set", "half-open", WORDS, 0, "" },
	{ "limit", "set", "sessions", WORDS, 0, "" },
	{ "limit", "set", "exempt", WORDS, 0, "" },
	{ "limit", "set", "trusted", WORDS, 0, "" },
	{ "limit", "set", NULL, WORDS, 0,
	  "rate burst half-open sessions exempt trusted" },
	{ "block", "show", "show", NAMES, NAME_ORIGIN, NULL },
	{ "block", "flush", "flush", NAMES, NAME_ORIGIN, NULL },
	{ "block", "add", "add", WORDS, 0, "" },
	{ "block", "add", "time", WORDS, 0, "" },
	{ "block", "add", "until", WORDS, 0, "" },
	{ "block", "add", NULL, WORDS, 0, "time until" },
	{ "config", "set", NULL, KEYS, 0, NULL },
	{ "port", "add", "add", WORDS, 0, "500 4500" },
	{ "port", "add", "ike", WORDS, 0, "" },
	{ "port", "add", "natt", WORDS, 0, "" },
	{ "port", "add", NULL, NAMES, NAME_PORT_KIND, NULL },
	{ "port", "del", "del", WORDS, 0, "500 4500" },
	{ "audit", NULL, "session", WORDS, 0, "" },
	{ "audit", NULL, "prefix", WORDS, 0, "" },
	{ "audit", NULL, "severity", WORDS, 0, "withdrawn weak info" },
	{ "audit", NULL, NULL, WORDS, 0, "session prefix severity" },
	{ "monitor", NULL, "max", WORDS, 0, "" },
	{ "monitor", NULL, NULL, WORDS, 0, "session source sa alarm all max" },
	{ "read", NULL, "--port", WORDS, 0, "" },
	{ "read", NULL, "--max-sessions", WORDS, 0, "" },
	{ "read", NULL, NULL, WORDS, 0, "--messages --port --max-sessions" },
};

static const struct {
	const char *flag;
	const char *help;
} flags[] = {
	{ "-j", "JSON" },
	{ "-p", "JSON in lines with indentation" },
	{ "-s", "more of it: what each end said, counters that are zero" },
	{ "-n", "NETNS: in that network namespace, a name or a path" },
	{ "-f", "FILE: load a whole ruleset at once; - is standard input" },
	{ "-c", "only check the ruleset of -f" },
	{ "-t", "TIME: that \"cookie test\" waits for an answer" },
	{ "-h", "help; also --help" },
	{ "-V", "version of the tool; also --version" },
};

enum { FLAGS = ARRAY_SIZE(flags), NEXTS = ARRAY_SIZE(nexts) };

static void put_words(const char *words)
{
	for (; *words; words++)
		putchar(*words == ' ' ? '\n' : *words);
	putchar('\n');
}

static void put_names(enum name_kind kind)
{
	const char *word;
	unsigned int i;

	for (i = 0; (word = name_at(kind, i, NULL)); i++)
		puts(word);
}

static void put_objects(void)
{
	const struct command *c;

	for (c = commands; c->object; c++)
		if (c == commands || strcmp(c->object, c[-1].object))
			puts(c->object);
}

static void put_verbs(const char *object)
{
	const struct command *c;

	for (c = commands; c->object; c++)
		if (c->verb && !strcmp(c->object, object))
			puts(c->verb);
}

/* After "config set": a key, then what it can be, and so on. */
static void put_keys(int argc, char **argv)
{
	const struct key *key;
	unsigned int i;

	if (argc % 2) {
		key = key_find(argv[argc - 1]);
		if (key && key->kind == KEY_WORD)
			put_names(key->names);
		else if (key && key->kind == KEY_UID)
			puts("none");
		return;
	}
	for (i = 0; (key = key_at(i)); i++)
		puts(key->name);
}

static bool fits(const struct next *n, int argc, char **argv)
{
	if (strcmp(n->object, argv[0]))
		return false;
	if (n->verb && (argc < 2 || strcmp(n->verb, argv[1])))
		return false;
	return !n->after || !strcmp(n->after, argv[argc - 1]);
}

static void put_next(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; i < NEXTS && !fits(&nexts[i], argc, argv); i++)
		;
	if (i == NEXTS)
		return;
	if (nexts[i].follows == KEYS)
		put_keys(argc - 2, argv + 2);
	else if (nexts[i].follows == NAMES)
		put_names(nexts[i].names);
	else if (*nexts[i].words)
		put_words(nexts[i].words);
}

/* For the shell: one word a line that could follow. */
static int complete(int argc, char **argv)
{
	unsigned int i;

	if (!argc) {
		for (i = 0; i < FLAGS; i++)
			puts(flags[i].flag);
		put_objects();
	} else if (argc == 1) {
		put_verbs(argv[0]);
		if (!strcmp(argv[0], "help"))
			put_objects();
		put_next(argc, argv);
	} else {
		put_next(argc, argv);
	}
	return CTL_OK;
}

static void show_commands(const char *object)
{
	const struct command *c;

	for (c = commands; c->object; c++) {
		if (object && strcmp(c->object, object))
			continue;
		printf("  ikemonctl %s%s%s%s%s\n        %s\n", c->object,
		       c->verb ? " " : "", c->verb ? c->verb : "",
		       *c->args ? " " : "", c->args, c->help);
	}
}

static void show_keys(void)
{
	char range[KEY_RANGE];
	const struct key *key;
	unsigned int i;

	printf("\nKEY and VALUE; times take s, m, h or d, marks are hexadecimal:\n");
	for (i = 0; (key = key_at(i)); i++) {
		key_range(key, range);
		printf("  %-23s %s (%s)\n", key->name, key->help, range);
	}
	printf("\nDATE: 2026-11-24T10:00:00Z, in RFC 3339's words\n");
}

static void show_all(void)
{
	unsigned int i;

	printf("ikemonctl: see and set what nf_ikemon knows of IKE\n\n"
	       "  ikemonctl [FLAG]... [OBJECT [VERB] [WORD]...]\n"
	       "        no object: an overview; no verb: show\n");
	show_commands(NULL);
	show_keys();
	printf("\nSTATE:");
	for (i = 0; name_at(NAME_STATE, i, NULL); i++)
		printf(" %s", name_at(NAME_STATE, i, NULL));
	printf("\n\nReasons of a block:");
	for (i = 0; name_at(NAME_OFFENCE, i, NULL); i++)
		printf(" %s", name_at(NAME_OFFENCE, i, NULL));
	printf("\n\nFLAG:\n");
	for (i = 0; i < FLAGS; i++)
		printf("  %s %s\n", flags[i].flag, flags[i].help);
	printf("\nExit: 0 done, 1 wrong usage, 2 the kernel refused, 3 the answer is incomplete\n");
}

int help(struct ctl *ctl, int argc, char **argv)
{
	const struct command *c;

	(void)ctl;
	if (argc && !strcmp(argv[0], "--complete"))
		return complete(argc - 1, argv + 1);
	if (!argc) {
		show_all();
		return CTL_OK;
	}
	for (c = commands; c->object && strcmp(c->object, argv[0]); c++)
		;
	if (!c->object) {
		complain("unknown object \"%s\"; \"ikemonctl help\" lists those there are",
			 argv[0]);
		return CTL_USAGE;
	}
	show_commands(argv[0]);
	if (!strcmp(argv[0], "config"))
		show_keys();
	return no_more(argc - 1, argv + 1);
}
