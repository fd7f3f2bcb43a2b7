// SPDX-License-Identifier: GPL-2.0-or-later
#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

enum summary_limits {
	VERSIONS	= 16,
	EXCHANGES	= 256,
	NOTIFIES	= 65536,
	BUCKETS		= 1 << 16,
	PAIRS_MAX	= 1 << 20,
};

struct pair {
	uint64_t i;
	uint64_t r;
	uint64_t messages;
	struct pair *chain;
	struct pair *next;	/* in order of appearance */
};

/* An initiator SPI that was seen. */
struct initiator {
	uint64_t i;
	struct initiator *chain;
};

struct summary {
	struct hash_key key;
	uint64_t messages;
	uint64_t on_nat_t;
	uint64_t esp_in_udp;
	uint64_t keepalives;
	uint64_t other;
	uint64_t malformed;
	uint64_t version[VERSIONS];
	uint64_t exchange[VERSIONS][EXCHANGES];
	uint64_t notify[NOTIFIES];
	struct pair *bucket[BUCKETS];
	struct initiator *initiator[BUCKETS];
	struct pair *first;
	struct pair **last;
	uint64_t pairs;
	uint64_t established;
	uint64_t initiators;
	uint64_t uncounted;	/* messages of pairs above PAIRS_MAX */
};

struct summary *summary_new(void)
{
	struct summary *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->last = &s->first;
	hash_init(&s->key);
	return s;
}

static void free_initiators(struct summary *s)
{
	struct initiator *at, *next;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++) {
		for (at = s->initiator[i]; at; at = next) {
			next = at->chain;
			free(at);
		}
	}
}

void summary_free(struct summary *s)
{
	struct pair *p, *next;

	if (!s)
		return;
	for (p = s->first; p; p = next) {
		next = p->next;
		free(p);
	}
	free_initiators(s);
	free(s);
}

/* There are no more of them than pairs, whose number is bounded. */
static void count_initiator(struct summary *s, uint64_t i)
{
	struct initiator **chain, *at;

	chain = &s->initiator[hash_u64s(&s->key, i, 0) % BUCKETS];
	for (at = *chain; at; at = at->chain)
		if (at->i == i)
			return;
	at = calloc(1, sizeof(*at));
	if (!at)
		return;
	*at = (struct initiator){ .i = i, .chain = *chain };
	*chain = at;
	s->initiators++;
}

static void count_pair(struct summary *s, uint64_t i, uint64_t r)
{
	struct pair **chain, *p;

	chain = &s->bucket[hash_u64s(&s->key, i, r) % BUCKETS];
	for (p = *chain; p; p = p->chain) {
		if (p->i != i || p->r != r)
			continue;
		p->messages++;
		return;
	}
	p = s->pairs < PAIRS_MAX ? calloc(1, sizeof(*p)) : NULL;
	if (!p) {
		s->uncounted++;
		return;
	}
	*p = (struct pair){ .i = i, .r = r, .messages = 1, .chain = *chain };
	*chain = p;
	*s->last = p;
	s->last = &p->next;
	s->pairs++;
	s->established += r != 0;
	count_initiator(s, i);
}

static void count_notify(void *ctx, uint16_t type)
{
	struct summary *s = ctx;

	s->notify[type]++;
}

static void take_message(struct summary *s, const struct ikemon_view *view,
			 const struct ikemon_pkt *pkt)
{
	s->messages++;
	s->on_nat_t += pkt->marker;
	s->malformed += pkt->bad != IKEMON_BAD_NONE;
	s->version[pkt->version % VERSIONS]++;
	s->exchange[pkt->version % VERSIONS][pkt->exchange]++;
	count_pair(s, pkt->spi_i, pkt->spi_r);
	each_notify(view, pkt, count_notify, s);
}

void summary_take(struct summary *s, const struct datagram *d,
		  const struct ikemon_view *view, const struct ikemon_pkt *pkt)
{
	(void)d;
	if (is_message(pkt))
		take_message(s, view, pkt);
	else if (pkt->class == IKEMON_CLASS_ESP)
		s->esp_in_udp++;
	else if (pkt->class == IKEMON_CLASS_KEEPALIVE)
		s->keepalives++;
	else
		s->other++;
}

void summary_other(struct summary *s)
{
	s->other++;
}

static json_t *json_exchanges(const struct summary *s)
{
	json_t *object = json_object();
	unsigned int v, x;
	char key[16];

	for (v = 0; v < VERSIONS; v++) {
		for (x = 0; x < EXCHANGES; x++) {
			if (!s->exchange[v][x])
				continue;
			snprintf(key, sizeof(key), "v%u/%u", v, x);
			json_object_set_new(object, key,
					    json_integer(s->exchange[v][x]));
		}
	}
	return object;
}

static json_t *json_notifies(const struct summary *s)
{
	json_t *object = json_object();
	unsigned int type;
	char key[16];

	for (type = 0; type < NOTIFIES; type++) {
		if (!s->notify[type])
			continue;
		snprintf(key, sizeof(key), "%u", type);
		json_object_set_new(object, key,
				    json_integer(s->notify[type]));
	}
	return object;
}

static json_t *json_pair(const struct pair *p)
{
	return json_pack("[o, o, I]", json_hex64(p->i), json_hex64(p->r),
			 (json_int_t)p->messages);
}

static void show_u64(struct out *out, const char *key, uint64_t value)
{
	out_member(out, key, json_integer(value));
}

static void json_messages(struct out *out, const struct summary *s)
{
	show_u64(out, "ike_messages", s->messages);
	show_u64(out, "ikev1", s->version[1]);
	show_u64(out, "ikev2", s->version[2]);
	show_u64(out, "ike_other_version",
		 s->messages - s->version[1] - s->version[2]);
	show_u64(out, "ike_on_nat_t", s->on_nat_t);
	show_u64(out, "malformed_ike", s->malformed);
	show_u64(out, "esp_in_udp", s->esp_in_udp);
	show_u64(out, "keepalives", s->keepalives);
	show_u64(out, "other_on_ike_ports", s->other);
}

static void json_frames(struct out *out, const struct capture_counts *c)
{
	show_u64(out, "frames", c->frames);
	show_u64(out, "ipv6_frames", c->ipv6);
	show_u64(out, "ip_fragment_frames", c->ip_fragments);
	show_u64(out, "ip_fragments_incomplete", c->incomplete);
	show_u64(out, "ip_fragments_overlapping", c->overlapping);
	show_u64(out, "cut_frames", c->cut);
	show_u64(out, "unreadable_frames", c->unreadable);
	show_u64(out, "native_esp", c->native_esp);
	show_u64(out, "ah", c->ah);
}

static void json_sessions(struct out *out, const struct replay_counts *r)
{
	show_u64(out, "sessions", r->sessions);
	show_u64(out, "sessions_refused", r->refused);
	show_u64(out, "unknown_session", r->unknown);
	show_u64(out, "out_of_place", r->strange);
}

static void json_summary(struct out *out, const struct summary *s,
			 const struct capture_counts *capture,
			 const struct replay_counts *replay)
{
	const struct pair *p;

	out_object(out, "summary");
	json_frames(out, capture);
	json_messages(out, s);
	json_sessions(out, replay);
	show_u64(out, "distinct_spi_i", s->initiators);
	show_u64(out, "distinct_spi_pairs", s->pairs);
	show_u64(out, "established_spi_pairs", s->established);
	show_u64(out, "spi_pairs_uncounted", s->uncounted);
	out_member(out, "exchange_types", json_exchanges(s));
	out_member(out, "notify_types", json_notifies(s));
	out_list(out, "spi_pairs");
	for (p = s->first; p; p = p->next)
		out_item(out, json_pair(p));
	out_end(out);
	out_end(out);
}

/* Numbers that are zero are not worth a word. */
static void say(struct out *out, uint64_t n, const char *what)
{
	if (n)
		out_text(out, "%10" PRIu64 "  %s\n", n, what);
}

static void text_summary(struct out *out, const struct summary *s,
			 const struct capture_counts *c,
			 const struct replay_counts *r)
{
	out_text(out, "%10" PRIu64 "  frames\n", c->frames);
	out_text(out, "%10" PRIu64 "  IKE messages\n", s->messages);
	say(out, s->version[1], "of IKEv1");
	say(out, s->version[2], "of IKEv2");
	say(out, s->messages - s->version[1] - s->version[2],
	    "of other versions");
	say(out, s->on_nat_t, "with NAT-T framing");
	say(out, s->malformed, "malformed");
	say(out, r->unknown, "of sessions that are not known");
	say(out, r->strange, "that do not fit their session");
	say(out, s->esp_in_udp, "ESP in UDP");
	say(out, s->keepalives, "NAT keepalives");
	say(out, s->other, "other packets on these ports");
	say(out, c->native_esp, "ESP");
	say(out, c->ah, "AH");
	say(out, c->ip_fragments, "IP fragments");
	say(out, c->incomplete, "packets with IP fragments missing");
	say(out, c->overlapping, "packets with overlapping IP fragments");
	say(out, c->cut, "frames cut by the capture length");
	say(out, r->refused, "negotiations left out: too many sessions");
	out_text(out, "\n");
}

void summary_show(struct out *out, const struct summary *s,
		  const struct capture_counts *capture,
		  const struct replay_counts *replay)
{
	if (out_json(out))
		json_summary(out, s, capture, replay);
	else
		text_summary(out, s, capture, replay);
}
