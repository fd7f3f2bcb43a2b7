// SPDX-License-Identifier: GPL-2.0-or-later
/* What to say about a wrong word. */
#include "args.h"
#include "subcommands.h"
#include "wire.h"

int wrong_value(const char *what, const char *value, const char *right)
{
	complain("%s \"%s\" is wrong; %s would be right", what, value, right);
	return CTL_USAGE;
}

int no_value(const char *what, const char *right)
{
	complain("%s is missing its value; %s would be right", what, right);
	return CTL_USAGE;
}

int unknown_word(const char *word, const char *right)
{
	complain("unknown word \"%s\"; %s would be right", word, right);
	return CTL_USAGE;
}

int given_twice(const char *what)
{
	complain("%s is given twice; once would be right", what);
	return CTL_USAGE;
}

int no_more(int argc, char **argv)
{
	if (!argc)
		return CTL_OK;
	complain("unknown word \"%s\"; nothing more would be right", *argv);
	return CTL_USAGE;
}

const char *next_word(struct rest *rest)
{
	if (!rest->argc)
		return NULL;
	rest->argc--;
	return *rest->argv++;
}

int prefix_word(const char *value, struct prefix *prefix)
{
	static const char right[] =
		"an address or a prefix such as 192.0.2.0/24 or 2001:db8::/32";
	char text[TEXT_ENDPOINT];

	if (!value)
		return no_value("prefix", right);
	switch (arg_prefix(value, prefix)) {
	case ARG_PREFIX_OK:
		return CTL_OK;
	case ARG_PREFIX_HOST_BITS:
		text_prefix(prefix, text);
		return wrong_value("prefix", value, text);
	default:
		return wrong_value("prefix", value, right);
	}
}

int prefix_filter(const char *value, struct prefix *prefix)
{
	if (prefix->family)
		return given_twice("prefix");
	return prefix_word(value, prefix);
}

int count_word(const char *word, const char *value, uint32_t *count)
{
	static const char right[] = "a number from 1 to 4294967295";

	if (!value)
		return no_value(word, right);
	if (!arg_u32(value, 1, UINT32_MAX, count))
		return wrong_value(word, value, right);
	return CTL_OK;
}

int max_filter(const char *value, uint32_t *max)
{
	if (*max)
		return given_twice("max");
	return count_word("max", value, max);
}

int filter_word(struct rest *rest, struct prefix *prefix)
{
	*prefix = (struct prefix){ 0 };
	return rest->argc ? prefix_word(next_word(rest), prefix) : CTL_OK;
}

int ctl_prefix(struct ctl *ctl, int argc, char **argv, uint8_t cmd,
	       uint16_t attr)
{
	struct rest rest = { argc, argv };
	struct prefix prefix;
	int status;

	status = prefix_word(next_word(&rest), &prefix);
	if (status == CTL_OK)
		status = no_more(rest.argc, rest.argv);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status == CTL_OK)
		wire_put_prefix(nl_request(ctl->nl, cmd), attr, &prefix);
	return status;
}
