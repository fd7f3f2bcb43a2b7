// SPDX-License-Identifier: GPL-2.0-or-later
#include "sa_view.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

#include "names.h"

static const char * const part_keys[MODEL_ALGS] = {
	[MODEL_PART_AEAD] = "aead",
	[MODEL_PART_ENCR] = "encr",
	[MODEL_PART_AUTH] = "auth",
	[MODEL_PART_COMP] = "comp",
};

json_t *json_spi(uint32_t spi)
{
	char buf[9];

	snprintf(buf, sizeof(buf), "%08x", spi);
	return json_string(buf);
}

static void addr_text(const struct sa_model *s, const uint8_t *addr,
		      char buf[INET6_ADDRSTRLEN])
{
	if (!s->family ||
	    !inet_ntop(s->family == 4 ? AF_INET : AF_INET6, addr, buf,
		       INET6_ADDRSTRLEN))
		snprintf(buf, INET6_ADDRSTRLEN, "-");
}

static json_t *json_addr(const struct sa_model *s, const uint8_t *addr)
{
	char buf[INET6_ADDRSTRLEN];

	addr_text(s, addr, buf);
	return json_text(buf);
}

static json_t *json_name(enum name_kind kind, unsigned int value)
{
	char buf[NAME_LEN];

	return json_text(name_of(kind, value, buf));
}

static json_t *json_some(uint64_t value)
{
	return value ? json_integer(value) : json_null();
}

static json_t *json_mark(uint32_t mark)
{
	char buf[11];

	snprintf(buf, sizeof(buf), "0x%08x", mark);
	return json_string(buf);
}

static json_t *json_alg(const struct alg_model *a)
{
	return json_pack("{s:o, s:I, s:I}", "name", json_text(a->name),
			 "key_bits", (json_int_t)a->bits,
			 "icv_bits", (json_int_t)a->icv);
}

static json_t *json_algs(const struct sa_model *s)
{
	json_t *o = json_object();
	const struct alg_model *a;
	unsigned int i;

	for (i = 0; i < MODEL_ALGS; i++)
		json_object_set_new(o, part_keys[i], json_null());
	for (a = s->alg; a < s->alg + s->n_algs; a++)
		if (a->part < MODEL_ALGS)
			json_object_set_new(o, part_keys[a->part],
					    json_alg(a));
	return o;
}

/* Jansson has no more; there are daemons that limit an SA to 2^63 bytes. */
static json_t *json_limit(uint64_t value)
{
	return json_some(value < INT64_MAX ? value : INT64_MAX);
}

static json_t *json_limits(const struct lifetime_model *l)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
			 "bytes", json_limit(l->bytes),
			 "packets", json_limit(l->packets),
			 "seconds", json_limit(l->seconds),
			 "use_seconds", json_limit(l->use_seconds));
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *json_seconds(bool has, uint32_t seconds)
{
	return has ? json_integer(seconds) : json_null();
}

void sa_json_silence(json_t *o, const struct silence_model *s)
{
	set(o, "idle", json_seconds(s->has_idle, s->idle));
	set(o, "first_after", json_seconds(s->has_first, s->first_after));
	set(o, "silent", json_seconds(s->has_silent, s->silent));
}

static void json_use(json_t *o, const struct sa_model *s)
{
	bool has = s->has_use;

	set(o, "bytes", has ? json_integer(s->bytes) : json_null());
	set(o, "packets", has ? json_integer(s->packets) : json_null());
	set(o, "replayed", has ? json_integer(s->replayed) : json_null());
	set(o, "late", has ? json_integer(s->late) : json_null());
	set(o, "broken", has ? json_integer(s->broken) : json_null());
	set(o, "first_used", json_time(s->first_used));
	set(o, "last_used", json_time(s->last_used));
}

json_t *sa_json(const struct sa_model *s)
{
	json_t *o = json_object();

	set(o, "id", json_some(s->id));
	set(o, "proto", json_name(NAME_SA_PROTO, s->proto));
	set(o, "spi", json_spi(s->spi));
	set(o, "direction", json_name(NAME_SA_DIR, s->dir));
	set(o, "src", json_addr(s, s->src));
	set(o, "dst", json_addr(s, s->dst));
	if (!s->id)
		return o;	/* of a packet that has none */
	set(o, "session", json_some(s->session));
	set(o, "mode", json_name(NAME_SA_MODE, s->mode));
	set(o, "reqid", json_integer(s->reqid));
	set(o, "if_id", json_some(s->if_id));
	set(o, "mark", s->mark_mask ? json_mark(s->mark) : json_null());
	set(o, "mark_mask", s->mark_mask ? json_mark(s->mark_mask) :
					   json_null());
	set(o, "encap_sport", json_some(s->encap_sport));
	set(o, "encap_dport", json_some(s->encap_dport));
	set(o, "offload", json_boolean(s->offload));
	set(o, "esn", json_boolean(s->esn));
	set(o, "algorithms", json_algs(s));
	set(o, "soft", json_limits(&s->lifetime[0]));
	set(o, "hard", json_limits(&s->lifetime[1]));
	json_use(o, s);
	set(o, "added", json_time(s->added));
	set(o, "expired_soft", json_time(s->expired_soft));
	set(o, "deleted", json_time(s->deleted));
	sa_json_silence(o, &s->silence);
	return o;
}

void sa_line(const struct sa_model *s, char buf[SA_TEXT])
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	char proto[NAME_LEN], dir[NAME_LEN];
	int n;

	addr_text(s, s->src, src);
	addr_text(s, s->dst, dst);
	n = snprintf(buf, SA_TEXT, "%s %08x%s%s %s -> %s",
		     name_of(NAME_SA_PROTO, s->proto, proto), s->spi,
		     s->dir ? " " : "",
		     s->dir ? name_of(NAME_SA_DIR, s->dir, dir) : "", src,
		     dst);
	if (s->session && n > 0 && n < SA_TEXT)
		snprintf(buf + n, SA_TEXT - n, ", session %" PRIu64,
			 s->session);
}

void sa_silence(const struct silence_model *s, char *buf, size_t size)
{
	char first[TEXT_SPAN], idle[TEXT_SPAN];
	int n;

	text_span(s->first_after, first);
	text_span(s->idle, idle);
	if (s->has_first)
		n = snprintf(buf, size, "first after %s", first);
	else
		n = snprintf(buf, size, "never");
	if (s->has_idle && n > 0 && (size_t)n < size)
		n += snprintf(buf + n, size - n, ", idle for %s", idle);
	if (s->has_silent && n > 0 && (size_t)n < size)
		snprintf(buf + n, size - n, ", one-way");
}

static const struct out_column columns[] = {
	{ "SPI", OUT_LEFT },
	{ "PROTO", OUT_LEFT },
	{ "WAY", OUT_LEFT },
	{ "FROM", OUT_LEFT },
	{ "TO", OUT_LEFT },
	{ "MODE", OUT_LEFT },
	{ "SESSION", OUT_RIGHT },
	{ "BYTES", OUT_RIGHT },
	{ "PACKETS", OUT_RIGHT },
	{ "ADDED", OUT_LEFT },
	{ "LAST USED", OUT_LEFT },
};

void sa_list(struct out *out)
{
	out_list(out, "sas");
	out_table(out, columns, ARRAY_SIZE(columns), "no SAs");
}

static void put_end(struct out *out, const struct sa_model *s,
		    const uint8_t *addr, uint16_t port)
{
	struct endpoint end = { .family = s->family, .port = port };
	char text[TEXT_ENDPOINT];
	unsigned int i;

	for (i = 0; i < sizeof(end.addr); i++)
		end.addr[i] = addr[i];
	if (port)
		text_endpoint(&end, text);
	else
		addr_text(s, addr, text);
	out_cell(out, OUT_PLAIN, "%s", text);
}

static void put_limits(struct out *out, const char *name,
		       const struct lifetime_model *l)
{
	char span[TEXT_SPAN];

	if (l->seconds) {
		text_span(l->seconds, span);
		out_note(out, "%-10s %s after it was added", name, span);
	}
	if (l->use_seconds) {
		text_span(l->use_seconds, span);
		out_note(out, "%-10s %s after it was first used", name, span);
	}
	if (l->bytes)
		out_note(out, "%-10s %" PRIu64 " bytes", name, l->bytes);
	if (l->packets)
		out_note(out, "%-10s %" PRIu64 " packets", name, l->packets);
}

static void put_algs(struct out *out, const struct sa_model *s)
{
	const struct alg_model *a;

	for (a = s->alg; a < s->alg + s->n_algs; a++)
		out_note(out, "%-10s %s, key %u bits%s", a->part < MODEL_ALGS ?
			 part_keys[a->part] : "?", a->name, a->bits,
			 s->esn && a == s->alg ? ", long sequence numbers" :
						 "");
}

/* Under the row */
static void put_details(struct out *out, const struct sa_model *s)
{
	char text[SA_TEXT];

	put_algs(out, s);
	out_note(out, "%-10s %u", "reqid", s->reqid);
	if (s->if_id)
		out_note(out, "%-10s 0x%x", "if_id", s->if_id);
	if (s->mark_mask)
		out_note(out, "%-10s 0x%x/0x%x", "mark", s->mark,
			 s->mark_mask);
	if (s->offload)
		out_note(out, "%-10s by the network device", "offload");
	sa_silence(&s->silence, text, sizeof(text));
	out_note(out, "%-10s %s", "used", text);
	put_limits(out, "rekey", &s->lifetime[0]);
	put_limits(out, "ends", &s->lifetime[1]);
	if (s->replayed || s->late || s->broken)
		out_note(out, "%-10s %u replayed, %u too late, %u broken",
			 "refused", s->replayed, s->late, s->broken);
}

static void put_use(struct out *out, const struct sa_model *s)
{
	if (s->has_use) {
		out_cell(out, OUT_PLAIN, "%" PRIu64, s->bytes);
		out_cell(out, OUT_PLAIN, "%" PRIu64, s->packets);
	} else {
		out_cell(out, OUT_PLAIN, "-");
		out_cell(out, OUT_PLAIN, "-");
	}
}

static void put_row(struct out *out, const struct sa_model *s)
{
	char name[NAME_LEN], text[TEXT_TIME];

	out_cell(out, s->deleted ? OUT_DIM : OUT_PLAIN, "%08x", s->spi);
	out_cell(out, OUT_PLAIN, "%s", name_of(NAME_SA_PROTO, s->proto, name));
	out_cell(out, OUT_PLAIN, "%s", s->dir ?
		 name_of(NAME_SA_DIR, s->dir, name) : "-");
	put_end(out, s, s->src, s->encap_sport);
	put_end(out, s, s->dst, s->encap_dport);
	out_cell(out, OUT_PLAIN, "%s", name_of(NAME_SA_MODE, s->mode, name));
	if (s->session)
		out_cell(out, OUT_PLAIN, "%" PRIu64, s->session);
	else
		out_cell(out, OUT_PLAIN, "-");
	put_use(out, s);
	text_ago(out, s->added, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_ago(out, s->last_used, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	if (out_detail(out))
		put_details(out, s);
	out_row(out);
}

void sa_list_put(struct out *out, const struct sa_model *s)
{
	if (out_json(out))
		out_item(out, sa_json(s));
	else
		put_row(out, s);
}

void sa_list_end(struct out *out)
{
	out_table_end(out);
	out_end(out);
}
