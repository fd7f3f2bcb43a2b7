// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "sa_refs.h"
#include "sa_view.h"
#include "subcommands.h"
#include "wire.h"

/* Which SAs; 0 any. */
struct filter {
	uint64_t id;
	uint64_t session;
	uint32_t spi;
	uint32_t max;
	struct prefix prefix;
	bool deleted;
};

static int answer(const struct nlmsghdr *nlh, void *data)
{
	struct sa_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_sa(attrs, len, &s))
		return nl_malformed();
	sa_list_put(data, &s);
	return CTL_OK;
}

static void begin(struct out *out)
{
	out_object(out, NULL);
	sa_list(out);
}

static void end(struct out *out)
{
	sa_list_end(out);
	out_end(out);
}

static int read_number(const char *word, const char *value, uint64_t *number)
{
	static const char right[] = "a number from 1 to 18446744073709551615";

	if (*number)
		return given_twice(word);
	if (!value)
		return no_value(word, right);
	if (!arg_u64(value, 1, UINT64_MAX, number))
		return wrong_value(word, value, right);
	return CTL_OK;
}

static int read_spi(const char *value, uint32_t *spi)
{
	static const char right[] = "1 to 8 hexadecimal digits, not 0,";

	if (*spi)
		return given_twice("spi");
	if (!value)
		return no_value("spi", right);
	if (!arg_spi(value, spi))
		return wrong_value("spi", value, right);
	return CTL_OK;
}

static int read_word(const char *word, struct rest *rest, struct filter *f)
{
	if (!strcmp(word, "deleted")) {
		if (f->deleted)
			return given_twice(word);
		f->deleted = true;
		return CTL_OK;
	}
	if (!strcmp(word, "id"))
		return read_number(word, next_word(rest), &f->id);
	if (!strcmp(word, "session"))
		return read_number(word, next_word(rest), &f->session);
	if (!strcmp(word, "spi"))
		return read_spi(next_word(rest), &f->spi);
	if (!strcmp(word, "max"))
		return max_filter(next_word(rest), &f->max);
	if (strcmp(word, "prefix"))
		return unknown_word(word,
				    "id, session, spi, prefix, deleted or max");
	return prefix_filter(next_word(rest), &f->prefix);
}

static int read_filter(struct rest *rest, struct filter *f)
{
	int status = CTL_OK;
	const char *word;

	while (status == CTL_OK && (word = next_word(rest)))
		status = read_word(word, rest, f);
	if (status == CTL_OK && f->id &&
	    (f->session || f->spi || f->max || f->prefix.family ||
	     f->deleted)) {
		complain("\"id\" stands with other words; alone would be right");
		return CTL_USAGE;
	}
	return status;
}

static void put_filter(struct nlmsghdr *nlh, const struct filter *f)
{
	if (f->session)
		mnl_attr_put_u64(nlh, IKEMON_A_SA_FILTER_SESSION, f->session);
	if (f->spi)
		mnl_attr_put_u32(nlh, IKEMON_A_SA_FILTER_SPI, htonl(f->spi));
	if (f->prefix.family)
		wire_put_prefix(nlh, IKEMON_A_SA_FILTER_PREFIX, &f->prefix);
	if (f->deleted)
		mnl_attr_put(nlh, IKEMON_A_SA_FILTER_DELETED, 0, NULL);
	if (f->max)
		mnl_attr_put_u32(nlh, IKEMON_A_SA_MAX_COUNT, f->max);
}

static int one_answer(const struct nlmsghdr *nlh, void *data)
{
	struct sa_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_sa(attrs, len, &s))
		return nl_malformed();
	begin(data);
	sa_list_put(data, &s);
	end(data);
	return CTL_OK;
}

static int show_id(struct ctl *ctl, uint64_t id)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, IKEMON_CMD_SA_GET);

	mnl_attr_put_u64(nlh, IKEMON_A_SA_ID, id);
	return nl_do(ctl->nl, one_answer, ctl->out);
}

int sa_show(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct filter f = { 0 };
	int status;

	status = read_filter(&rest, &f);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status != CTL_OK)
		return status;
	if (f.id)
		return show_id(ctl, f.id);
	put_filter(nl_request(ctl->nl, IKEMON_CMD_SA_GET), &f);
	return ctl_list(ctl, begin, answer, end);
}

/* What sessions show of their SAs */

static bool more_room(struct sa_refs *refs)
{
	size_t room = refs->room ? refs->room * 2 : 256;
	void *more;

	if (refs->n < refs->room)
		return true;
	more = realloc(refs->ref, room * sizeof(*refs->ref));
	if (!more)
		return false;
	refs->ref = more;
	refs->room = room;
	return true;
}

static int keep(const struct nlmsghdr *nlh, void *data)
{
	struct sa_refs *refs = data;
	struct sa_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_sa(attrs, len, &s))
		return nl_malformed();
	if (!s.session)
		return CTL_OK;
	if (!more_room(refs)) {
		complain("no memory for the SAs; \"sa show\" lists them without");
		return CTL_PARTIAL;
	}
	refs->ref[refs->n++] = (struct sa_ref) {
		.session = s.session, .id = s.id, .spi = s.spi,
		.proto = s.proto, .dir = s.dir, .silence = s.silence,
	};
	return CTL_OK;
}

static int by_session(const void *a, const void *b)
{
	const struct sa_ref *x = a, *y = b;

	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

int sa_refs_get(struct ctl *ctl, struct sa_refs *refs)
{
	int status;

	nl_request(ctl->nl, IKEMON_CMD_SA_GET);
	status = nl_dump(ctl->nl, keep, refs);
	if (refs->n)
		qsort(refs->ref, refs->n, sizeof(*refs->ref), by_session);
	return status;
}

void sa_refs_of(const struct sa_refs *refs, struct session_model *s)
{
	size_t low = 0, high = refs->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (refs->ref[middle].session < s->id)
			low = middle + 1;
		else
			high = middle;
	}
	s->sa = refs->ref ? refs->ref + low : NULL;
	while (low + s->n_sa < refs->n &&
	       refs->ref[low + s->n_sa].session == s->id)
		s->n_sa++;
}

void sa_refs_free(struct sa_refs *refs)
{
	free(refs->ref);
	memset(refs, 0, sizeof(*refs));
}
