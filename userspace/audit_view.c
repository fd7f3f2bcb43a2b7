// SPDX-License-Identifier: GPL-2.0-or-later
#include "audit_view.h"

#include <inttypes.h>
#include <string.h>

#include "sa_view.h"
#include "session_view.h"

/* What is encrypted whoever looks, and so never a finding. */
static const struct {
	const char *what;
	const char *why;
	uint16_t rfc;
	const char *section;
} hidden[] = {
	{ "pfs", "the proposals of Quick Mode are encrypted", 2409, "5.5" },
	{ "pfs", "the proposals of CREATE_CHILD_SA are encrypted", 7296,
	  "1.3" },
	{ "auth", "how IKE_AUTH authenticates is encrypted", 7296, "1.2" },
};

static const struct out_column columns[] = {
	{ "SEVERITY", OUT_LEFT },
	{ "FINDING", OUT_LEFT },
	{ "HOW", OUT_LEFT },
	{ "SESSION", OUT_RIGHT },
	{ "SPI", OUT_LEFT },
	{ "PEER", OUT_LEFT },
	{ "RFC", OUT_LEFT },
	{ "ALGORITHM", OUT_LEFT },
};

/* Whose end is not ours; the initiator's if neither is. */
static const struct endpoint *peer_of(const struct session_model *s)
{
	return s->local_role == IKEMON_ROLE_INITIATOR ? &s->responder :
							&s->initiator;
}

static struct endpoint peer_of_sa(const struct sa_model *s)
{
	bool out = s->dir == IKEMON_SA_DIR_OUT;
	struct endpoint end = {
		.family = s->family,
		.port = out ? s->encap_dport : s->encap_sport,
	};

	memcpy(end.addr, out ? s->dst : s->src, sizeof(end.addr));
	return end;
}

static json_t *json_some(uint64_t value)
{
	return value ? json_integer(value) : json_null();
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *json_finding(const struct audit_finding *f)
{
	const struct audit_rule *rule = f->rule;

	return json_pack("{s:s, s:s, s:s, s:o, s:i, s:s, s:s}",
			 "severity", audit_severity_name(rule->severity),
			 "finding", rule->word,
			 "how", audit_how_name(f->how),
			 "algorithm", *f->alg ? json_text(f->alg) : json_null(),
			 "rfc", rule->rfc,
			 "section", rule->section,
			 "means", rule->means);
}

/* The keys are the same for both, in the same order. */
static json_t *json_session(const struct session_model *s,
			    const struct audit_finding *f)
{
	json_t *o = json_finding(f);

	set(o, "session", json_some(s->id));
	set(o, "version", json_integer(s->version));
	set(o, "spi_i", json_hex64(s->spi_i));
	set(o, "spi_r", json_hex64(s->spi_r));
	set(o, "peer", json_endpoint(peer_of(s)));
	set(o, "offered", session_json_offer(s));
	set(o, "suite", session_json_suite(s));
	set(o, "chosen", json_boolean(s->chosen));
	set(o, "sa", json_null());
	set(o, "proto", json_null());
	set(o, "spi", json_null());
	set(o, "direction", json_null());
	return o;
}

static json_t *json_name(enum name_kind kind, unsigned int value)
{
	char buf[NAME_LEN];

	return json_text(name_of(kind, value, buf));
}

static json_t *json_sa_peer(const struct sa_model *s)
{
	struct endpoint end = peer_of_sa(s);
	json_t *o = json_endpoint(&end);

	if (json_is_object(o) && !end.port)
		set(o, "port", json_null());
	return o;
}

static json_t *json_sa(const struct sa_model *s, const struct audit_finding *f)
{
	json_t *o = json_finding(f);

	set(o, "session", json_some(s->session));
	set(o, "version", json_null());
	set(o, "spi_i", json_null());
	set(o, "spi_r", json_null());
	set(o, "peer", json_sa_peer(s));
	set(o, "offered", json_null());
	set(o, "suite", json_null());
	set(o, "chosen", json_null());
	set(o, "sa", json_some(s->id));
	set(o, "proto", json_name(NAME_SA_PROTO, s->proto));
	set(o, "spi", json_spi(s->spi));
	set(o, "direction", json_name(NAME_SA_DIR, s->dir));
	return o;
}

static void put_finding(struct out *out, const struct audit_finding *f)
{
	static const enum out_color colors[] = {
		[AUDIT_INFO] = OUT_DIM,
		[AUDIT_WEAK] = OUT_BUSY,
		[AUDIT_WITHDRAWN] = OUT_BAD,
	};
	enum audit_severity severity = f->rule->severity;

	out_cell(out, colors[severity], "%s", audit_severity_name(severity));
	out_cell(out, OUT_PLAIN, "%s", f->rule->word);
	out_cell(out, OUT_PLAIN, "%s", audit_how_name(f->how));
}

static void put_id(struct out *out, uint64_t id)
{
	if (id)
		out_cell(out, OUT_PLAIN, "%" PRIu64, id);
	else
		out_cell(out, OUT_PLAIN, "-");
}

/* The last two cells, and what is behind it under the row. */
static void put_why(struct out *out, const struct audit_finding *f)
{
	out_cell(out, OUT_PLAIN, "%u %s", f->rule->rfc, f->rule->section);
	out_cell(out, OUT_PLAIN, "%s", *f->alg ? f->alg : "-");
	if (out_detail(out))
		out_note(out, "%-10s %s", "means", f->rule->means);
}

static void put_suite(struct out *out, const struct session_model *s)
{
	char text[SESSION_TEXT];

	session_text_offer(s, text);
	out_note(out, "%-10s %s", "offered", *text ? text : "not seen");
	if (!s->suite.there)
		return;
	session_text_suite(s, text);
	out_note(out, "%-10s %s", s->chosen ? "chosen" : "first", text);
}

static void put_session(struct out *out, const struct session_model *s,
			const struct audit_finding *f)
{
	char text[TEXT_ENDPOINT];

	put_finding(out, f);
	put_id(out, s->id);
	out_cell(out, OUT_PLAIN, "%016" PRIx64, s->spi_i);
	text_endpoint(peer_of(s), text);
	out_cell(out, OUT_PLAIN, "%s", text);
	put_why(out, f);
	if (out_detail(out))
		put_suite(out, s);
	out_row(out);
}

static void put_sa(struct out *out, const struct sa_model *s,
		   const struct audit_finding *f)
{
	struct endpoint end = peer_of_sa(s);
	struct prefix host = { .family = end.family };
	char text[TEXT_ENDPOINT], *slash;

	put_finding(out, f);
	put_id(out, s->session);
	out_cell(out, OUT_PLAIN, "%08x", s->spi);
	if (end.port) {
		text_endpoint(&end, text);
	} else {
		memcpy(host.addr, end.addr, sizeof(host.addr));
		text_prefix(&host, text);
		slash = strchr(text, '/');
		if (slash)
			*slash = '\0';
	}
	out_cell(out, OUT_PLAIN, "%s", text);
	put_why(out, f);
	out_row(out);
}

void audit_list(struct out *out)
{
	out_object(out, NULL);
	out_list(out, "findings");
	out_table(out, columns, ARRAY_SIZE(columns), "nothing weak was seen");
}

void audit_put_session(struct out *out, const struct session_model *s,
		       const struct audit_finding *f)
{
	if (out_json(out))
		out_item(out, json_session(s, f));
	else
		put_session(out, s, f);
}

void audit_put_sa(struct out *out, const struct sa_model *s,
		  const struct audit_finding *f)
{
	if (out_json(out))
		out_item(out, json_sa(s, f));
	else
		put_sa(out, s, f);
}

void audit_list_end(struct out *out)
{
	unsigned int i;

	out_table_end(out);
	out_end(out);
	out_list(out, "not_visible");
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		if (out_json(out))
			out_item(out, json_pack("{s:s, s:s, s:i, s:s}",
						"what", hidden[i].what,
						"why", hidden[i].why,
						"rfc", hidden[i].rfc,
						"section", hidden[i].section));
		else
			out_text(out, "not visible: %s, %s (RFC %u %s)\n",
				 hidden[i].what, hidden[i].why, hidden[i].rfc,
				 hidden[i].section);
	}
	out_end(out);
	out_end(out);
}
