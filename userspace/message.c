// SPDX-License-Identifier: GPL-2.0-or-later
/* IKE messages of a capture, one by one. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "names.h"
#include "summary.h"

enum { NOTIFY_TYPE_V2 = 2, NOTIFY_TYPE_V1 = 6, LIST_TEXT = 256 };

bool is_message(const struct ikemon_pkt *pkt)
{
	if (pkt->class == IKEMON_CLASS_IKE)
		return true;
	return pkt->class == IKEMON_CLASS_MALFORMED &&
	       (pkt->bad == IKEMON_BAD_LENGTH ||
		pkt->bad == IKEMON_BAD_ZERO_SPI) && pkt->version;
}

static bool is_notify(const struct ikemon_pkt *pkt,
		      const struct ikemon_walk *walk)
{
	return walk->type == (pkt->version == 1 ? IKE1_PAYLOAD_NOTIFY :
						  IKE2_PAYLOAD_NOTIFY);
}

/* The octets are side by side here, so no pull is needed. */
static bool notify_type(const struct ikemon_view *view,
			const struct ikemon_pkt *pkt,
			const struct ikemon_walk *walk, uint16_t *type)
{
	uint32_t at = pkt->version == 1 ? NOTIFY_TYPE_V1 : NOTIFY_TYPE_V2;
	uint64_t off;

	if (walk->nested || !is_notify(pkt, walk) || walk->len < at + 2)
		return false;
	off = (uint64_t)walk->off + at + (pkt->marker ? NATT_MARKER_LEN : 0);
	if (off + 2 > view->len)
		return false;
	*type = get_unaligned_be16(view->head + off);
	return true;
}

/* What is wrong with the header does not keep a reader from looking behind. */
static struct ikemon_pkt readable(const struct ikemon_pkt *pkt)
{
	struct ikemon_pkt copy = *pkt;

	if (copy.bad == IKEMON_BAD_ZERO_SPI)
		copy.class = IKEMON_CLASS_IKE;
	return copy;
}

static void each_payload(const struct ikemon_view *view,
			 const struct ikemon_pkt *pkt,
			 void (*found)(void *ctx, const struct ikemon_walk *),
			 void *ctx)
{
	struct ikemon_pkt copy = readable(pkt);
	struct ikemon_walk walk;

	ikemon_walk_start(&walk, &copy);
	while (ikemon_walk_next(&walk, &copy, view))
		found(ctx, &walk);
}

struct notifies {
	const struct ikemon_view *view;
	const struct ikemon_pkt *pkt;
	void (*found)(void *ctx, uint16_t type);
	void *ctx;
};

static void one_notify(void *ctx, const struct ikemon_walk *walk)
{
	struct notifies *n = ctx;
	uint16_t type;

	if (notify_type(n->view, n->pkt, walk, &type))
		n->found(n->ctx, type);
}

void each_notify(const struct ikemon_view *view, const struct ikemon_pkt *pkt,
		 void (*found)(void *ctx, uint16_t type), void *ctx)
{
	struct notifies n = { view, pkt, found, ctx };

	each_payload(view, pkt, one_notify, &n);
}

static void append_payload(void *list, const struct ikemon_walk *walk)
{
	json_array_append_new(list, json_integer(walk->type));
}

static void append_notify(void *list, uint16_t type)
{
	json_array_append_new(list, json_integer(type));
}

static json_t *json_addr(const struct endpoint *end)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(end->family == 4 ? AF_INET : AF_INET6, end->addr, text,
		  sizeof(text));
	return json_string(text);
}

static json_t *json_hex(unsigned int digits, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*" PRIx32, digits, value);
	return json_string(text);
}

static json_t *json_version(const struct ikemon_pkt *pkt)
{
	char text[16];

	snprintf(text, sizeof(text), "%u.%u", pkt->version, pkt->minor);
	return json_string(text);
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *message_json(const struct datagram *d,
			    const struct ikemon_view *view,
			    const struct ikemon_pkt *pkt)
{
	json_t *payloads = json_array(), *notifies = json_array();
	json_t *o = json_object();

	each_payload(view, pkt, append_payload, payloads);
	each_notify(view, pkt, append_notify, notifies);
	set(o, "frame", json_integer(d->frame));
	set(o, "time", json_time(d->time));
	set(o, "src", json_addr(&d->src));
	set(o, "dst", json_addr(&d->dst));
	set(o, "sport", json_integer(d->src.port));
	set(o, "dport", json_integer(d->dst.port));
	set(o, "spi_i", json_hex64(pkt->spi_i));
	set(o, "spi_r", json_hex64(pkt->spi_r));
	set(o, "version", json_version(pkt));
	set(o, "exchange", json_integer(pkt->exchange));
	set(o, "flags", json_hex(2, pkt->flags));
	set(o, "msgid", json_hex(8, pkt->message_id));
	set(o, "length", json_integer(pkt->length));
	set(o, "payloads", payloads);
	set(o, "notify", notifies);
	set(o, "malformed", pkt->bad ?
	    json_string(ikemon_bad_name(pkt->bad)) : json_null());
	return o;
}

static const struct out_column columns[] = {
	{ "FRAME", OUT_RIGHT },
	{ "TIME", OUT_LEFT },
	{ "FROM", OUT_LEFT },
	{ "TO", OUT_LEFT },
	{ "SPIS", OUT_LEFT },
	{ "IKE", OUT_LEFT },
	{ "EXCHANGE", OUT_LEFT },
	{ "FLAGS", OUT_LEFT },
	{ "ID", OUT_RIGHT },
	{ "OCTETS", OUT_RIGHT },
	{ "SAYS", OUT_LEFT },
};

void message_list(struct out *out)
{
	out_table(out, columns, ARRAY_SIZE(columns),
		  "no IKE messages");
}

struct says {
	char text[LIST_TEXT];
	size_t used;
	uint8_t version;
};

static void say(struct says *s, const char *word)
{
	int n;

	if (s->used + 1 >= sizeof(s->text))
		return;
	n = snprintf(s->text + s->used, sizeof(s->text) - s->used, "%s%s",
		     s->used ? " " : "", word);
	if (n > 0)
		s->used += n;
}

static void say_notify(void *ctx, uint16_t type)
{
	struct says *s = ctx;
	char buf[NAME_LEN];

	say(s, name_notify(s->version, type, buf));
}

static void says(const struct ikemon_view *view, const struct ikemon_pkt *pkt,
		 struct says *s)
{
	char buf[NAME_LEN];

	if (pkt->frag_no) {
		snprintf(buf, sizeof(buf), "fragment %u of %u", pkt->frag_no,
			 pkt->frag_total);
		say(s, buf);
	}
	each_notify(view, pkt, say_notify, s);
	if (!pkt->bad)
		return;
	snprintf(buf, sizeof(buf), "malformed (%s)",
		 ikemon_bad_name(pkt->bad));
	say(s, buf);
}

static const char *flags_text(const struct ikemon_pkt *pkt)
{
	if (pkt->version == 1)
		return pkt->protected ? "encrypted" : "-";
	if (ikemon_is_response(pkt))
		return ikemon_from_initiator(pkt) ? "answer I" : "answer R";
	return ikemon_from_initiator(pkt) ? "request I" : "request R";
}

static void put_row(struct out *out, const struct datagram *d,
		    const struct ikemon_view *view,
		    const struct ikemon_pkt *pkt)
{
	struct says s = { .version = pkt->version };
	char text[TEXT_ENDPOINT], name[NAME_LEN], time[TEXT_TIME];

	says(view, pkt, &s);
	text_ago(out, d->time, time);
	out_cell(out, OUT_PLAIN, "%" PRIu64, d->frame);
	out_cell(out, OUT_PLAIN, "%s", time);
	text_endpoint(&d->src, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	text_endpoint(&d->dst, text);
	out_cell(out, OUT_PLAIN, "%s", text);
	out_cell(out, OUT_PLAIN, "%016" PRIx64 "/%016" PRIx64,
		 (uint64_t)pkt->spi_i, (uint64_t)pkt->spi_r);
	out_cell(out, OUT_PLAIN, "%u.%u", pkt->version, pkt->minor);
	out_cell(out, OUT_PLAIN, "%s",
		 name_exchange(pkt->version, pkt->exchange, name));
	out_cell(out, OUT_PLAIN, "%s", flags_text(pkt));
	out_cell(out, OUT_PLAIN, "%" PRIu32, pkt->message_id);
	out_cell(out, OUT_PLAIN, "%" PRIu32, pkt->length);
	out_cell(out, pkt->bad ? OUT_BAD : OUT_PLAIN, "%s",
		 s.used ? s.text : "-");
	out_row(out);
}

void message_put(struct out *out, const struct datagram *d,
		 const struct ikemon_view *view, const struct ikemon_pkt *pkt)
{
	if (out_json(out))
		out_line(out, message_json(d, view, pkt));
	else
		put_row(out, d, view, pkt);
}
