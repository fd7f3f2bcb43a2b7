// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "args.h"
#include "names.h"
#include "sa_refs.h"
#include "session_view.h"
#include "subcommands.h"
#include "wire.h"

/**
 * struct filter - which sessions
 * @have: bits of enum filter_key that were given
 */
struct filter {
	unsigned int have;
	uint64_t id;
	uint32_t states;
	struct prefix prefix;
	uint32_t version;
	uint32_t max;
};

enum filter_key {
	FILTER_ID	= 1 << 0,
	FILTER_STATE	= 1 << 1,
	FILTER_PREFIX	= 1 << 2,
	FILTER_VERSION	= 1 << 3,
	FILTER_MAX	= 1 << 4,
	FILTER_ALL	= 1 << 5,
};

static const struct {
	const char *word;
	enum filter_key key;
	const char *right;
} filter_words[] = {
	{ "id", FILTER_ID, "a number from 1 to 18446744073709551615" },
	{ "state", FILTER_STATE, NULL },
	{ "prefix", FILTER_PREFIX, NULL },
	{ "version", FILTER_VERSION, "1 or 2" },
	{ "max", FILTER_MAX, "a number from 1 to 4294967295" },
	{ "all", FILTER_ALL, NULL },
};

enum { FILTER_WORDS = ARRAY_SIZE(filter_words), FILTER_RIGHT = 256 };

/* "a, b or c, more than one with commas between" */
static void states_right(char *buf, size_t size)
{
	size_t n;

	name_choices(NAME_STATE, buf, size);
	n = strlen(buf);
	snprintf(buf + n, size - n, ", more than one with commas between,");
}

static int read_states(const char *value, struct filter *f)
{
	char right[FILTER_RIGHT];

	states_right(right, sizeof(right));
	if (!value)
		return no_value("state", right);
	if (!arg_states(value, &f->states))
		return wrong_value("state", value, right);
	return CTL_OK;
}

static int read_value(enum filter_key key, const char *word, const char *value,
		      const char *right, struct filter *f)
{
	bool ok;

	if (key == FILTER_PREFIX)
		return prefix_word(value, &f->prefix);
	if (key == FILTER_STATE)
		return read_states(value, f);
	if (!value)
		return no_value(word, right);
	switch (key) {
	case FILTER_ID:
		ok = arg_u64(value, 1, UINT64_MAX, &f->id);
		break;
	case FILTER_VERSION:
		ok = arg_u32(value, 1, 2, &f->version);
		break;
	default:
		ok = arg_u32(value, 1, UINT32_MAX, &f->max);
	}
	return ok ? CTL_OK : wrong_value(word, value, right);
}

static int read_word(struct rest *rest, unsigned int allowed, const char *right,
		     struct filter *f)
{
	const char *word = next_word(rest);
	unsigned int i;
	int status;

	for (i = 0; i < FILTER_WORDS; i++)
		if (!strcmp(filter_words[i].word, word))
			break;
	if (i == FILTER_WORDS || !(filter_words[i].key & allowed))
		return unknown_word(word, right);
	if (f->have & filter_words[i].key)
		return given_twice(word);
	f->have |= filter_words[i].key;
	if (filter_words[i].key == FILTER_ALL)
		return CTL_OK;
	status = read_value(filter_words[i].key, word, next_word(rest),
			    filter_words[i].right, f);
	return status;
}

static int read_filter(int argc, char **argv, unsigned int allowed,
		       const char *right, struct filter *f)
{
	const unsigned int alone = FILTER_ID | FILTER_ALL;
	struct rest rest = { argc, argv };
	int status = CTL_OK;

	memset(f, 0, sizeof(*f));
	while (status == CTL_OK && rest.argc)
		status = read_word(&rest, allowed, right, f);
	if (status != CTL_OK)
		return status;
	if (!(f->have & alone) || !(f->have & (f->have - 1)))
		return CTL_OK;
	complain("\"%s\" stands with other words; alone would be right",
		 f->have & FILTER_ID ? "id" : "all");
	return CTL_USAGE;
}

static void put_filter(struct nlmsghdr *nlh, const struct filter *f)
{
	if (f->have & FILTER_ID)
		mnl_attr_put_u64(nlh, IKEMON_A_SESSION_ID, f->id);
	if (f->have & FILTER_VERSION)
		mnl_attr_put_u8(nlh, IKEMON_A_SESSION_VERSION, f->version);
	if (f->have & FILTER_STATE)
		mnl_attr_put_u32(nlh, IKEMON_A_SESSION_FILTER_STATES,
				 f->states);
	if (f->have & FILTER_PREFIX)
		wire_put_prefix(nlh, IKEMON_A_SESSION_FILTER_PREFIX,
				&f->prefix);
	if (f->have & FILTER_MAX)
		mnl_attr_put_u32(nlh, IKEMON_A_SESSION_MAX_COUNT, f->max);
}

/* What is shown beside the sessions; the answers come one at a time. */
static struct sa_refs refs;

static int list_answer(const struct nlmsghdr *nlh, void *data)
{
	struct session_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_session(attrs, len, &s))
		return nl_malformed();
	sa_refs_of(&refs, &s);
	session_list_put(data, &s);
	return CTL_OK;
}

static void list_begin(struct out *out)
{
	out_object(out, NULL);
	session_list(out);
}

static void list_end(struct out *out)
{
	session_list_end(out);
	out_end(out);
}

static int one_answer(const struct nlmsghdr *nlh, void *data)
{
	struct session_model s;
	struct out *out = data;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_session(attrs, len, &s))
		return nl_malformed();
	sa_refs_of(&refs, &s);
	out_object(out, NULL);
	session_show_one(out, &s);
	out_end(out);
	return CTL_OK;
}

static int show(struct ctl *ctl, const struct filter *f)
{
	put_filter(nl_request(ctl->nl, IKEMON_CMD_SESSION_GET), f);
	if (f->have & FILTER_ID)
		return nl_do(ctl->nl, one_answer, ctl->out);
	return ctl_list(ctl, list_begin, list_answer, list_end);
}

int session_show(struct ctl *ctl, int argc, char **argv)
{
	int status, sas = CTL_OK;
	struct filter f;

	status = read_filter(argc, argv, ~(unsigned int)FILTER_ALL,
			     "id, state, prefix, version or max", &f);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	if (f.have & FILTER_ID || out_detail(ctl->out) || out_json(ctl->out))
		sas = sa_refs_get(ctl, &refs);
	/* Sessions without some of their SAs are better than none. */
	if (sas == CTL_OK || sas == CTL_PARTIAL)
		status = show(ctl, &f);
	sa_refs_free(&refs);
	return status == CTL_OK ? sas : status;
}

static int flush_answer(const struct nlmsghdr *nlh, void *data)
{
	struct out *out = data;
	uint32_t flushed;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_flushed(attrs, len, &flushed))
		return nl_malformed();
	out_object(out, NULL);
	out_member(out, "flushed", json_integer(flushed));
	out_end(out);
	out_text(out, "%u session%s forgotten\n", flushed,
		 flushed == 1 ? "" : "s");
	return CTL_OK;
}

int session_flush(struct ctl *ctl, int argc, char **argv)
{
	struct filter f;
	int status;

	status = read_filter(argc, argv, ~(unsigned int)FILTER_MAX,
			     "all, id, state, prefix or version", &f);
	if (status != CTL_OK)
		return status;
	if (!f.have) {
		complain("which sessions to forget is missing; all, or id, state, prefix or version with a value would be right");
		return CTL_USAGE;
	}
	status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	put_filter(nl_request(ctl->nl, IKEMON_CMD_SESSION_FLUSH), &f);
	return nl_do(ctl->nl, flush_answer, ctl->out);
}
