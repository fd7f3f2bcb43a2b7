// SPDX-License-Identifier: GPL-2.0-or-later
/* "audit": what is weak or withdrawn, of the kernel's or of a capture. */
#include <string.h>

#include "args.h"
#include "audit_view.h"
#include "read.h"
#include "subcommands.h"
#include "wire.h"

/**
 * struct auditing - one run
 * @file: a capture, NULL for the kernel
 * @id: of the one session, 0 all
 * @prefix: either end inside it; its family is 0 for all
 * @severity: at least
 * @has_severity: it was given
 * @begun: the list is
 * @session: of the findings that come; or
 * @sa: of those
 */
struct auditing {
	struct out *out;
	const char *file;
	uint64_t id;
	struct prefix prefix;
	enum audit_severity severity;
	bool has_severity;
	bool begun;
	const struct session_model *session;
	const struct sa_model *sa;
};

static void begin_once(struct auditing *a)
{
	if (!a->begun)
		audit_list(a->out);
	a->begun = true;
}

static void found(void *ctx, const struct audit_finding *f)
{
	struct auditing *a = ctx;

	if (f->rule->severity < a->severity)
		return;
	begin_once(a);
	if (f->rule->sa)
		audit_put_sa(a->out, a->sa, f);
	else
		audit_put_session(a->out, a->session, f);
}

static bool inside(const struct endpoint *end, const struct prefix *p)
{
	unsigned int whole = p->len / 8, bits = p->len % 8;
	uint8_t mask = bits ? 0xff << (8 - bits) : 0;

	return end->family == p->family &&
	       !memcmp(end->addr, p->addr, whole) &&
	       (!mask || !((end->addr[whole] ^ p->addr[whole]) & mask));
}

/* Those of a capture come unfiltered. */
static void take_session(void *ctx, const struct session_model *s)
{
	struct auditing *a = ctx;

	if (a->id && s->id != a->id)
		return;
	if (a->prefix.family && !inside(&s->initiator, &a->prefix) &&
	    !inside(&s->responder, &a->prefix))
		return;
	a->session = s;
	audit_session(s, found, a);
}

static int session_answer(const struct nlmsghdr *nlh, void *data)
{
	struct auditing *a = data;
	struct session_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_session(attrs, len, &s))
		return nl_malformed();
	a->session = &s;
	audit_session(&s, found, a);
	return CTL_OK;
}

static int sa_answer(const struct nlmsghdr *nlh, void *data)
{
	struct auditing *a = data;
	struct sa_model s;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	if (!wire_sa(attrs, len, &s))
		return nl_malformed();
	a->sa = &s;
	audit_sa(&s, found, a);
	return CTL_OK;
}

static int audit_sessions(struct ctl *ctl, struct auditing *a)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, IKEMON_CMD_SESSION_GET);

	if (a->id) {
		mnl_attr_put_u64(nlh, IKEMON_A_SESSION_ID, a->id);
		return nl_do(ctl->nl, session_answer, a);
	}
	if (a->prefix.family)
		wire_put_prefix(nlh, IKEMON_A_SESSION_FILTER_PREFIX,
				&a->prefix);
	return nl_dump(ctl->nl, session_answer, a);
}

static int audit_sas(struct ctl *ctl, struct auditing *a)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, IKEMON_CMD_SA_GET);

	if (a->id)
		mnl_attr_put_u64(nlh, IKEMON_A_SA_FILTER_SESSION, a->id);
	if (a->prefix.family)
		wire_put_prefix(nlh, IKEMON_A_SA_FILTER_PREFIX, &a->prefix);
	return nl_dump(ctl->nl, sa_answer, a);
}

static int audit_kernel(struct ctl *ctl, struct auditing *a)
{
	int status, sas;

	status = ctl_nl(ctl);
	if (status == CTL_OK)
		status = audit_sessions(ctl, a);
	if (status != CTL_OK && status != CTL_PARTIAL)
		return status;
	sas = audit_sas(ctl, a);
	return sas == CTL_OK ? status : sas;
}

static int read_session_id(const char *value, struct auditing *a)
{
	static const char right[] = "a number from 1 to 18446744073709551615";

	if (a->id)
		return given_twice("session");
	if (!value)
		return no_value("session", right);
	if (!arg_u64(value, 1, UINT64_MAX, &a->id))
		return wrong_value("session", value, right);
	return CTL_OK;
}

static int read_severity(const char *value, struct auditing *a)
{
	static const char right[] = "withdrawn, weak or info";

	if (a->has_severity)
		return given_twice("severity");
	if (!value)
		return no_value("severity", right);
	if (!audit_severity_value(value, &a->severity))
		return wrong_value("severity", value, right);
	a->has_severity = true;
	return CTL_OK;
}

static int read_audit_word(const char *word, struct rest *rest,
			   struct auditing *a)
{
	if (!strcmp(word, "session"))
		return read_session_id(next_word(rest), a);
	if (!strcmp(word, "severity"))
		return read_severity(next_word(rest), a);
	if (!strcmp(word, "prefix"))
		return prefix_filter(next_word(rest), &a->prefix);
	if (a->file)
		return unknown_word(word,
				    "session, prefix, severity or one file");
	a->file = word;
	return CTL_OK;
}

int audit(struct ctl *ctl, int argc, char **argv)
{
	struct auditing a = { .out = ctl->out };
	struct rest rest = { argc, argv };
	int status = CTL_OK;
	const char *word;

	while (status == CTL_OK && (word = next_word(&rest)))
		status = read_audit_word(word, &rest, &a);
	if (status == CTL_OK && a.id && a.prefix.family) {
		complain("\"session\" stands with \"prefix\"; one of them would be right");
		status = CTL_USAGE;
	}
	if (status != CTL_OK)
		return status;
	if (a.file)
		status = read_sessions(ctl, a.file, take_session, &a);
	else
		status = audit_kernel(ctl, &a);
	if (status == CTL_OK || status == CTL_PARTIAL)
		begin_once(&a);
	if (a.begun)
		audit_list_end(ctl->out);
	return status;
}
