// SPDX-License-Identifier: GPL-2.0-or-later
#include "session_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "sa_view.h"

enum { LIST_TEXT = SESSION_TEXT };

#define PART(part)	IKEMON_PART_##part

static const char * const flow_keys[] = { "from_initiator", "from_responder" };
static const char * const flow_names[] = { "initiator", "responder" };

/* JSON */

static json_t *json_name(enum name_kind kind, unsigned int value)
{
	char buf[NAME_LEN];

	return json_text(name_of(kind, value, buf));
}

/* The names of the bits that are set, those without a name as numbers. */
static json_t *json_bits(enum name_kind kind, uint32_t bits)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (bits & 1U << i)
			json_array_append_new(list, json_name(kind, 1U << i));
	return list;
}

static json_t *json_exchange(uint8_t version, uint8_t exchange)
{
	char buf[NAME_LEN];

	if (!exchange)
		return json_null();
	return json_text(name_exchange(version, exchange, buf));
}

static json_t *json_transform(const struct session_model *s,
			      enum ikemon_part part, uint16_t id)
{
	char buf[NAME_LEN];

	if (!id)
		return json_null();
	return json_text(name_transform(s->version, part, id, buf));
}

json_t *session_json_suite(const struct session_model *s)
{
	const struct suite_model *suite = &s->suite;
	json_t *add_ke = json_array();
	unsigned int i;

	if (!suite->there) {
		json_decref(add_ke);
		return json_null();
	}
	for (i = 0; i < suite->n_add_ke; i++)
		json_array_append_new(add_ke, json_transform(s, PART(KE),
							     suite->add_ke[i]));
	return json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:o}",
			 "encr", json_transform(s, PART(ENCR), suite->encr),
			 "key_bits", suite->key_bits,
			 "prf", json_transform(s, PART(PRF), suite->prf),
			 "integ", json_transform(s, PART(INTEG), suite->integ),
			 "ke", json_transform(s, PART(KE), suite->ke),
			 "auth", json_transform(s, PART(AUTH), suite->auth),
			 "add_ke", add_ke);
}

json_t *session_json_offer(const struct session_model *s)
{
	if (!s->proposals)
		return json_null();
	return json_pack("{s:i, s:i, s:o}", "proposals", s->proposals,
			 "transforms", s->transforms,
			 "weak", json_bits(NAME_WEAK, s->offered_weak));
}

static json_t *json_flow(uint8_t version, const struct flow_model *f)
{
	return json_pack("{s:I, s:I, s:o, s:I, s:o, s:o, s:I, s:I, s:i, s:i}",
			 "messages", (json_int_t)f->messages,
			 "retransmits", (json_int_t)f->retransmits,
			 "exchange", json_exchange(version, f->exchange),
			 "message_id", (json_int_t)f->message_id,
			 "first_seen", json_time(f->first_seen),
			 "last_seen", json_time(f->last_seen),
			 "largest", (json_int_t)f->largest,
			 "ip_fragments", (json_int_t)f->ip_fragments,
			 "ike_fragments", f->ike_fragments,
			 "ike_fragments_total", f->ike_fragments_total);
}

static json_t *json_notifies(const struct session_model *s)
{
	json_t *list = json_array();
	char buf[NAME_LEN];
	const char *name;
	unsigned int i;

	for (i = 0; i < s->n_notify; i++) {
		name = name_notify(s->version, s->notify[i], buf);
		json_array_append_new(list, json_text(name));
	}
	return list;
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static void json_identity(json_t *o, const struct session_model *s)
{
	set(o, "id", json_integer(s->id));
	set(o, "version", json_integer(s->version));
	set(o, "state", json_name(NAME_STATE, s->state));
	set(o, "proof", json_name(NAME_PROOF, s->proof));
	set(o, "reason", json_name(NAME_REASON, s->reason));
	set(o, "spi_i", json_hex64(s->spi_i));
	set(o, "spi_r", json_hex64(s->spi_r));
	set(o, "initiator", json_endpoint(&s->initiator));
	set(o, "responder", json_endpoint(&s->responder));
	set(o, "local_role", json_name(NAME_ROLE, s->local_role));
	set(o, "proof_addr", json_endpoint(&s->proof_addr));
	set(o, "ifname", *s->ifname ? json_text(s->ifname) : json_null());
}

static json_t *json_sa(const struct sa_ref *sa)
{
	json_t *o = json_pack("{s:I, s:o, s:o, s:o}", "id", (json_int_t)sa->id,
			      "proto", json_name(NAME_SA_PROTO, sa->proto),
			      "spi", json_spi(sa->spi),
			      "direction", json_name(NAME_SA_DIR, sa->dir));

	sa_json_silence(o, &sa->silence);
	return o;
}

static json_t *json_sas(const struct session_model *s)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < s->n_sa; i++)
		json_array_append_new(list, json_sa(&s->sa[i]));
	return list;
}

json_t *session_json(const struct session_model *s)
{
	json_t *o = json_object();
	json_t *flows = json_object();
	unsigned int i;

	for (i = 0; i < 2; i++)
		set(flows, flow_keys[i], json_flow(s->version, &s->flow[i]));
	json_identity(o, s);
	set(o, "exchange", json_exchange(s->version, s->exchange));
	set(o, "message_id", json_integer(s->message_id));
	set(o, "nat", json_boolean(s->flags & IKEMON_SESSION_FLAGS_NAT));
	set(o, "encap", json_name(NAME_ENCAP, s->encap));
	set(o, "verdict", json_name(NAME_VERDICT, s->verdict));
	set(o, "transcript", flows);
	set(o, "notify", json_notifies(s));
	set(o, "first_seen", json_time(s->first_seen));
	set(o, "last_seen", json_time(s->last_seen));
	set(o, "sa", json_sas(s));
	set(o, "parent", s->parent ? json_integer(s->parent) : json_null());
	set(o, "suite", session_json_suite(s));
	set(o, "vendors", json_bits(NAME_VENDOR, s->vendors));
	set(o, "flags", json_bits(NAME_FLAG, s->flags));
	set(o, "expires", s->has_expires ? json_integer(s->expires) :
					   json_null());
	set(o, "would", json_boolean(s->would));
	set(o, "proven",
	    json_boolean(s->flags & IKEMON_SESSION_FLAGS_PROVEN));
	set(o, "sas", json_integer(s->sas));
	set(o, "offered", session_json_offer(s));
	set(o, "chosen", json_boolean(s->chosen));
	set(o, "child", json_name(NAME_CHILD, s->child));
	return o;
}

/* Text */

enum out_color session_color(uint8_t state)
{
	switch (state) {
	case IKEMON_STATE_ESTABLISHED:
		return OUT_GOOD;
	case IKEMON_STATE_FAILED:
		return OUT_BAD;
	case IKEMON_STATE_CLOSED:
		return OUT_DIM;
	default:
		return OUT_BUSY;
	}
}

static const struct out_column columns[] = {
	{ "ID", OUT_RIGHT },
	{ "IKE", OUT_LEFT },
	{ "STATE", OUT_LEFT },
	{ "INITIATOR", OUT_LEFT },
	{ "RESPONDER", OUT_LEFT },
	{ "US", OUT_LEFT },
	{ "LAST EXCHANGE", OUT_LEFT },
	{ "NAT", OUT_LEFT },
	{ "BEGAN", OUT_LEFT },
	{ "LAST SEEN", OUT_LEFT },
	{ "WHY", OUT_LEFT },
};

/* What explains the state: how it is known to be up, or why it is not. */
static void text_why(const struct session_model *s, char *buf, size_t size)
{
	const char *more = s->child == IKEMON_CHILD_MISSING ? ", no SA" : "";
	char name[NAME_LEN];

	if (s->reason)
		snprintf(buf, size, "%s%s",
			 name_of(NAME_REASON, s->reason, name), more);
	else if (s->proof)
		snprintf(buf, size, "proof %s%s",
			 name_of(NAME_PROOF, s->proof, name), more);
	else
		snprintf(buf, size, "-");
}

static void append(char *buf, size_t size, const char *word)
{
	size_t n = strlen(buf);

	if (n < size)
		snprintf(buf + n, size - n, "%s%s", n ? " " : "", word);
}

static void text_notifies(const struct session_model *s, char *buf, size_t size)
{
	char name[NAME_LEN];
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < s->n_notify; i++)
		append(buf, size, name_notify(s->version, s->notify[i], name));
}

static void text_bits(enum name_kind kind, uint32_t bits, char *buf,
		      size_t size)
{
	char name[NAME_LEN];
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < 32; i++)
		if (bits & 1U << i)
			append(buf, size, name_of(kind, 1U << i, name));
}

static void append_transform(const struct session_model *s,
			     enum ikemon_part part, uint16_t id, char *buf,
			     size_t size)
{
	char name[NAME_LEN];

	if (id)
		append(buf, size, name_transform(s->version, part, id, name));
}

void session_text_offer(const struct session_model *s, char buf[SESSION_TEXT])
{
	size_t n;

	*buf = '\0';
	if (!s->proposals)
		return;
	n = snprintf(buf, SESSION_TEXT, "%u proposal%s, %u transform%s%s",
		     s->proposals, s->proposals == 1 ? "" : "s", s->transforms,
		     s->transforms == 1 ? "" : "s",
		     s->offered_weak ? ", weak: " : "");
	text_bits(NAME_WEAK, s->offered_weak, buf + n, SESSION_TEXT - n);
}

void session_text_suite(const struct session_model *s, char buf[SESSION_TEXT])
{
	const struct suite_model *suite = &s->suite;
	const size_t size = SESSION_TEXT;
	char bits[NAME_LEN];
	unsigned int i;

	*buf = '\0';
	append_transform(s, PART(ENCR), suite->encr, buf, size);
	if (suite->key_bits) {
		snprintf(bits, sizeof(bits), "(%u bit)", suite->key_bits);
		append(buf, size, bits);
	}
	append_transform(s, PART(INTEG), suite->integ, buf, size);
	append_transform(s, PART(PRF), suite->prf, buf, size);
	append_transform(s, PART(KE), suite->ke, buf, size);
	for (i = 0; i < suite->n_add_ke; i++)
		append_transform(s, PART(KE), suite->add_ke[i], buf, size);
	append_transform(s, PART(AUTH), suite->auth, buf, size);
}

static void text_flow(const struct out *out, uint8_t version,
		      const struct flow_model *f, char *buf, size_t size)
{
	char ago[TEXT_TIME], name[NAME_LEN];
	size_t n;

	if (!f->messages) {
		snprintf(buf, size, "nothing");
		return;
	}
	text_ago(out, f->last_seen, ago);
	n = snprintf(buf, size,
		     "%u messages, %u retransmits, last %s id %u %s, largest %u octets",
		     f->messages, f->retransmits,
		     name_exchange(version, f->exchange, name), f->message_id,
		     ago, f->largest);
	if (f->ip_fragments && n < size)
		n += snprintf(buf + n, size - n, ", %u in IP fragments",
			      f->ip_fragments);
	if (f->ike_fragments_total && n < size)
		snprintf(buf + n, size - n, ", %u of %u IKE fragments",
			 f->ike_fragments, f->ike_fragments_total);
}

/* A line for each SA that came of it. */
static void sas(struct out *out, const struct session_model *s,
		void (*line)(struct out *out, const char *name,
			     const char *value))
{
	char text[LIST_TEXT], proto[NAME_LEN], dir[NAME_LEN], use[SA_TEXT];
	const struct sa_ref *sa;
	unsigned int i;

	for (i = 0; i < s->n_sa; i++) {
		sa = &s->sa[i];
		sa_silence(&sa->silence, use, sizeof(use));
		snprintf(text, sizeof(text), "%s %08x %s, used %s",
			 name_of(NAME_SA_PROTO, sa->proto, proto), sa->spi,
			 name_of(NAME_SA_DIR, sa->dir, dir), use);
		line(out, "SA", text);
	}
}

/* Calls @line with name and value for whatever there is to say. */
static void details(struct out *out, const struct session_model *s,
		    void (*line)(struct out *out, const char *name,
				 const char *value))
{
	char text[LIST_TEXT], end[TEXT_ENDPOINT], name[NAME_LEN];
	unsigned int i;

	snprintf(text, sizeof(text), "%016" PRIx64 " / %016" PRIx64, s->spi_i,
		 s->spi_r);
	line(out, "SPIs", text);
	for (i = 0; i < 2; i++) {
		text_flow(out, s->version, &s->flow[i], text, sizeof(text));
		line(out, flow_names[i], text);
	}
	session_text_offer(s, text);
	if (*text)
		line(out, "offered", text);
	if (s->suite.there) {
		session_text_suite(s, text);
		line(out, s->chosen ? "chosen" : "suite", text);
	}
	text_notifies(s, text, sizeof(text));
	if (*text)
		line(out, "notify", text);
	text_bits(NAME_VENDOR, s->vendors, text, sizeof(text));
	if (*text)
		line(out, "vendors", text);
	text_bits(NAME_FLAG, s->flags, text, sizeof(text));
	if (*text)
		line(out, "flags", text);
	if (s->verdict) {
		snprintf(text, sizeof(text), "%s%s",
			 name_of(NAME_VERDICT, s->verdict, name),
			 s->would ? " in mode enforce" : "");
		line(out, "verdict", text);
	}
	if (s->proof_addr.family) {
		text_endpoint(&s->proof_addr, end);
		line(out, "proven at", end);
	}
	sas(out, s, line);
	if (s->parent) {
		snprintf(text, sizeof(text), "session %" PRIu64, s->parent);
		line(out, "rekeyed", text);
	}
}

static void note_line(struct out *out, const char *name, const char *value)
{
	out_note(out, "%-10s %s", name, value);
}

static void text_line(struct out *out, const char *name, const char *value)
{
	out_text(out, "%-14s %s\n", name, value);
}

static const char *text_version(uint8_t version)
{
	return version == 1 ? "v1" : version == 2 ? "v2" : "?";
}

static void put_row(struct out *out, const struct session_model *s)
{
	char name[NAME_LEN], end[TEXT_ENDPOINT], text[LIST_TEXT];

	out_cell(out, OUT_PLAIN, "%" PRIu64, s->id);
	out_cell(out, OUT_PLAIN, "%s", text_version(s->version));
	out_cell(out, session_color(s->state), "%s",
		 name_of(NAME_STATE, s->state, name));
	text_endpoint(&s->initiator, end);
	out_cell(out, OUT_PLAIN, "%s", end);
	text_endpoint(&s->responder, end);
	out_cell(out, OUT_PLAIN, "%s", end);
	out_cell(out, OUT_PLAIN, "%s",
		 s->local_role ? name_of(NAME_ROLE, s->local_role, name) : "-");
	out_cell(out, OUT_PLAIN, "%s", s->exchange ?
		 name_exchange(s->version, s->exchange, name) : "-");
	out_cell(out, OUT_PLAIN, "%s",
		 s->flags & IKEMON_SESSION_FLAGS_NAT ? "nat" : "-");
	text_ago(out, s->first_seen, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_ago(out, s->last_seen, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_why(s, text, sizeof(text));
	out_cell(out, OUT_PLAIN, "%s", text);
	if (out_detail(out))
		details(out, s, note_line);
	out_row(out);
}

void session_list(struct out *out)
{
	out_list(out, "sessions");
	out_table(out, columns, ARRAY_SIZE(columns),
		  "no sessions");
}

void session_list_put(struct out *out, const struct session_model *s)
{
	if (out_json(out))
		out_item(out, session_json(s));
	else
		put_row(out, s);
}

void session_list_end(struct out *out)
{
	out_table_end(out);
	out_end(out);
}

static void show_heading(struct out *out, const struct session_model *s)
{
	char text[LIST_TEXT], why[LIST_TEXT / 2], name[NAME_LEN];

	text_why(s, why, sizeof(why));
	snprintf(text, sizeof(text), "%" PRIu64 " (IKE%s)", s->id,
		 text_version(s->version));
	text_line(out, "session", text);
	snprintf(text, sizeof(text), "%s (%s)",
		 name_of(NAME_STATE, s->state, name), why);
	text_line(out, "state", text);
	text_endpoint(&s->initiator, text);
	text_line(out, "from", text);
	text_endpoint(&s->responder, text);
	text_line(out, "to", text);
	text_line(out, "we are", name_of(NAME_ROLE, s->local_role, name));
	if (*s->ifname)
		text_line(out, "interface", s->ifname);
	text_line(out, "carried by", name_of(NAME_ENCAP, s->encap, name));
}

void session_show_one(struct out *out, const struct session_model *s)
{
	char text[TEXT_TIME], span[TEXT_SPAN];

	if (out_json(out)) {
		session_list(out);
		out_item(out, session_json(s));
		session_list_end(out);
		return;
	}
	show_heading(out, s);
	text_ago(out, s->first_seen, text);
	text_line(out, "first seen", text);
	text_ago(out, s->last_seen, text);
	text_line(out, "last seen", text);
	if (s->has_expires) {
		text_span(s->expires, span);
		text_line(out, "expires in", span);
	}
	details(out, s, text_line);
}
