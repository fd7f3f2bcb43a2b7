// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "subcommands.h"

static int flag(struct ctl *ctl, char letter)
{
	char word[] = { '-', letter, '\0' };

	switch (letter) {
	case 'j':
		ctl->options.json = true;
		return CTL_OK;
	case 'p':
		ctl->options.json = true;
		ctl->options.pretty = true;
		return CTL_OK;
	case 's':
		ctl->options.detail = true;
		return CTL_OK;
	case 'c':
		ctl->check = true;
		return CTL_OK;
	case 'h':
		ctl->help = true;
		return CTL_OK;
	case 'V':
		ctl->version = true;
		return CTL_OK;
	default:
		complain("unknown flag \"%s\"; -j, -p, -s, -n NETNS, -f FILE, -c, -t TIME, -h or -V would be right",
			 word);
		return CTL_USAGE;
	}
}

/* Flags that have a value, and what that is. */
static const struct valued {
	char letter;
	const char *flag;
	const char *right;
} valued[] = {
	{ 'n', "-n", "the name or path of a network namespace" },
	{ 'f', "-f", "a file, or - for standard input" },
	{ 't', "-t", "how long to wait, 1s to 60s," },
};

static const struct valued *find_valued(char letter)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(valued); i++)
		if (valued[i].letter == letter)
			return &valued[i];
	return NULL;
}

static const char **place_of(struct ctl *ctl, char letter)
{
	switch (letter) {
	case 'n':
		return &ctl->netns;
	case 't':
		return &ctl->wait;
	default:
		return &ctl->file;
	}
}

static int flag_value(struct ctl *ctl, const struct valued *v,
		      const char *value)
{
	const char **to = place_of(ctl, v->letter);

	if (!value)
		return no_value(v->flag, v->right);
	if (*to)
		return given_twice(v->flag);
	*to = value;
	return CTL_OK;
}

/* "-jp", "-n NAME", "-nNAME"; @next is used up if *@used says so. */
static int flags(struct ctl *ctl, const char *word, const char *next,
		 bool *used)
{
	const struct valued *v;
	int status = CTL_OK;

	for (word++; *word && status == CTL_OK; word++) {
		v = find_valued(*word);
		if (!v) {
			status = flag(ctl, *word);
			continue;
		}
		*used = !word[1];
		return flag_value(ctl, v, word[1] ? word + 1 : next);
	}
	return status;
}

static bool long_flag(struct ctl *ctl, const char *word)
{
	if (!strcmp(word, "--help"))
		ctl->help = true;
	else if (!strcmp(word, "--version"))
		ctl->version = true;
	else
		return false;
	return true;
}

int options_read(struct ctl *ctl, int *argc, char **argv)
{
	int status = CTL_OK;
	int kept = 0;
	bool used;
	int i;

	for (i = 0; i < *argc && status == CTL_OK; i++) {
		used = false;
		if (!strcmp(argv[i], "--")) {
			for (i++; i < *argc; i++)
				argv[kept++] = argv[i];
			break;
		}
		if (argv[i][0] != '-' || !argv[i][1])
			argv[kept++] = argv[i];
		else if (argv[i][1] != '-')
			status = flags(ctl, argv[i],
				       i + 1 < *argc ? argv[i + 1] : NULL,
				       &used);
		else if (!long_flag(ctl, argv[i]))
			argv[kept++] = argv[i];	/* the subcommand's */
		if (used)
			i++;
	}
	*argc = kept;
	return status;
}
