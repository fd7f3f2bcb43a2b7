// SPDX-License-Identifier: GPL-2.0-or-later
#include "ip.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum ip_format {
	V4_HDR		= 20,
	V4_MORE		= 0x2000,
	V4_OFFSET	= 0x1fff,
	V6_HDR		= 40,
	V6_EXT_MIN	= 8,
	V6_MORE		= 1,
	V6_OFFSET	= 0xfff8,
	AH_MIN		= 12,
};

static uint16_t be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static void set_addr(struct endpoint *end, uint8_t family, const uint8_t *addr)
{
	memset(end, 0, sizeof(*end));
	end->family = family;
	memcpy(end->addr, addr, family == 4 ? 4 : 16);
}

/* Moves over @n octets of headers that must be there. */
static bool skip(struct ip_packet *p, uint32_t n)
{
	if (n > p->len || n > p->sent)
		return false;
	p->data += n;
	p->len -= n;
	p->sent -= n;
	return true;
}

/* RFC 791 section 3.1 */
static bool parse_v4(const uint8_t *data, uint32_t len, struct ip_packet *p)
{
	uint32_t header, total;

	if (len < V4_HDR)
		return false;
	header = (data[0] & 0x0f) * 4;
	total = be16(data + 2);
	/* 0: the card was to split it (TSO) and had not yet */
	if (!total)
		total = len;
	if (header < V4_HDR || header > len || total < header)
		return false;
	set_addr(&p->src, 4, data + 12);
	set_addr(&p->dst, 4, data + 16);
	p->protocol = data[9];
	p->id = be16(data + 4);
	p->more = be16(data + 6) & V4_MORE;
	p->offset = (be16(data + 6) & V4_OFFSET) * FRAG_UNIT;
	p->fragment = p->more || p->offset;
	p->data = data + header;
	p->sent = total - header;
	/* what follows is padding of the link layer */
	p->len = len - header < p->sent ? len - header : p->sent;
	return true;
}

/* RFC 8200 section 4.5. False: the walk ends here. */
static bool v6_fragment(struct ip_packet *p)
{
	uint16_t field;

	if (p->len < V6_EXT_MIN)
		return false;
	field = be16(p->data + 2);
	p->more = field & V6_MORE;
	p->offset = field & V6_OFFSET;
	p->fragment = p->more || p->offset;
	p->id = be32(p->data + 4);
	p->protocol = p->data[0];
	return skip(p, V6_EXT_MIN) && !p->fragment;
}

static bool v6_extension(struct ip_packet *p)
{
	uint8_t next;

	if (p->len < V6_EXT_MIN)
		return false;
	next = p->data[0];
	if (!skip(p, (p->data[1] + 1) * 8))
		return false;
	p->protocol = next;
	return true;
}

static void v6_walk(struct ip_packet *p)
{
	unsigned int i;
	bool on = true;

	for (i = 0; on && i < IP_EXTENSIONS; i++) {
		switch (p->protocol) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			on = v6_extension(p);
			break;
		case IPPROTO_FRAGMENT:
			on = v6_fragment(p);
			break;
		default:
			return;
		}
	}
}

static bool parse_v6(const uint8_t *data, uint32_t len, struct ip_packet *p)
{
	if (len < V6_HDR)
		return false;
	set_addr(&p->src, 6, data + 8);
	set_addr(&p->dst, 6, data + 24);
	p->protocol = data[6];
	p->sent = be16(data + 4);
	if (!p->sent)
		p->sent = len - V6_HDR;
	p->data = data + V6_HDR;
	p->len = len - V6_HDR < p->sent ? len - V6_HDR : p->sent;
	v6_walk(p);
	return true;
}

/* RFC 4302: what it protects is in clear behind it. */
static void walk_ah(struct ip_packet *p)
{
	unsigned int i;
	uint8_t next;

	for (i = 0; i < IP_TUNNELS && p->protocol == IPPROTO_AH; i++) {
		p->ah = true;
		if (p->fragment || p->len < AH_MIN)
			return;
		next = p->data[0];
		if (!skip(p, (p->data[1] + 2) * 4))
			return;
		p->protocol = next;
	}
}

bool ip_parse(const uint8_t *data, uint32_t len, struct ip_packet *p)
{
	bool good = false;

	memset(p, 0, sizeof(*p));
	if (!len)
		return false;
	if (data[0] >> 4 == 4)
		good = parse_v4(data, len, p);
	else if (data[0] >> 4 == 6)
		good = parse_v6(data, len, p);
	if (good)
		walk_ah(p);
	return good;
}

/*
 * Fragments. As in RFC 5722 for IPv6, and for IPv4 as well: nobody honest
 * sends fragments that overlap, so what does is dropped whole.
 */
struct slot {
	bool used;
	bool dead;		/* overlapped: eats what still comes */
	struct ip_packet ip;	/* as of the latest fragment */
	uint64_t frame;
	uint64_t time;
	uint64_t began;
	uint32_t have;		/* octets */
	uint32_t high;		/* end of the fragment that ends last */
	uint32_t total;		/* of the whole, 0 not known yet */
	uint8_t *data;
	uint8_t units[(FRAG_MAX / FRAG_UNIT + 8) / 8];
};

struct frags {
	struct slot slot[FRAG_DATAGRAMS];
	uint8_t *out;		/* what was last handed out */
};

struct frags *frags_new(void)
{
	return calloc(1, sizeof(struct frags));
}

void frags_free(struct frags *frags)
{
	unsigned int i;

	if (!frags)
		return;
	for (i = 0; i < FRAG_DATAGRAMS; i++)
		free(frags->slot[i].data);
	free(frags->out);
	free(frags);
}

static bool same_whole(const struct ip_packet *a, const struct ip_packet *b)
{
	return a->id == b->id && a->protocol == b->protocol &&
	       a->src.family == b->src.family &&
	       !memcmp(a->src.addr, b->src.addr, sizeof(a->src.addr)) &&
	       !memcmp(a->dst.addr, b->dst.addr, sizeof(a->dst.addr));
}

static struct slot *slot_for(struct frags *frags, const struct ip_packet *p,
			     uint64_t time)
{
	struct slot *s, *empty = NULL;
	unsigned int i;

	for (i = 0; i < FRAG_DATAGRAMS; i++) {
		s = &frags->slot[i];
		if (s->used && same_whole(&s->ip, p))
			return s;
		if (!s->used && !empty)
			empty = s;
	}
	if (!empty)
		return NULL;
	empty->data = malloc(FRAG_MAX + 1);
	if (!empty->data)
		return NULL;
	empty->used = true;
	empty->began = time;
	return empty;
}

/* Marks the units of a fragment; false if one is there already. */
static bool take_units(struct slot *s, uint32_t offset, uint32_t len)
{
	uint32_t unit, last = (offset + len + FRAG_UNIT - 1) / FRAG_UNIT;

	for (unit = offset / FRAG_UNIT; unit < last; unit++) {
		if (s->units[unit / 8] & 1 << unit % 8)
			return false;
		s->units[unit / 8] |= 1 << unit % 8;
	}
	return true;
}

static bool fits(const struct slot *s, const struct ip_packet *p)
{
	uint32_t end = p->offset + p->len;

	if (p->len > FRAG_MAX || end > FRAG_MAX)
		return false;
	/* all but the last are whole units; nothing behind the last */
	if (p->more)
		return p->len % FRAG_UNIT == 0 &&
		       (!s->total || end <= s->total);
	return !s->total && end >= s->high;
}

static void slot_clear(struct slot *s)
{
	free(s->data);
	memset(s, 0, sizeof(*s));
}

static void hand_out(struct frags *frags, struct slot *s, uint32_t len,
		     bool complete, struct whole *out)
{
	free(frags->out);
	frags->out = s->data;
	s->data = NULL;
	out->frame = s->frame;
	out->time = s->time;
	out->complete = complete;
	out->ip = s->ip;
	out->ip.data = frags->out;
	out->ip.len = len;
	out->ip.sent = complete ? len : len + 1;
	slot_clear(s);
}

enum frag_result frags_add(struct frags *frags, const struct ip_packet *p,
			   uint64_t frame, uint64_t time, struct whole *out)
{
	struct slot *s = slot_for(frags, p, time);

	if (!s)
		return FRAG_KEPT;
	s->ip = *p;
	s->frame = frame;
	s->time = time;
	if (s->dead)
		return FRAG_KEPT;
	if (!fits(s, p) || !take_units(s, p->offset, p->len)) {
		s->dead = true;
		return FRAG_OVERLAP;
	}
	memcpy(s->data + p->offset, p->data, p->len);
	s->have += p->len;
	if (s->high < p->offset + p->len)
		s->high = p->offset + p->len;
	if (!p->more)
		s->total = p->offset + p->len;
	if (!s->total || s->have != s->total)
		return FRAG_KEPT;
	hand_out(frags, s, s->total, true, out);
	return FRAG_WHOLE;
}

/* Octets from the beginning without a hole. */
static uint32_t contiguous(const struct slot *s)
{
	uint32_t unit = 0;

	while (unit <= FRAG_MAX / FRAG_UNIT &&
	       s->units[unit / 8] & 1 << unit % 8)
		unit++;
	unit *= FRAG_UNIT;
	return s->total && unit > s->total ? s->total : unit;
}

static struct slot *oldest(struct frags *frags, bool *full)
{
	struct slot *found = NULL;
	unsigned int i;

	*full = true;
	for (i = 0; i < FRAG_DATAGRAMS; i++) {
		if (!frags->slot[i].used)
			*full = false;
		else if (!found || frags->slot[i].began < found->began)
			found = &frags->slot[i];
	}
	return found;
}

bool frags_give_up(struct frags *frags, uint64_t now, bool room,
		   struct whole *out)
{
	struct slot *s;
	bool full;

	s = oldest(frags, &full);
	if (!s)
		return false;
	if (!(room && full) && now != UINT64_MAX &&
	    (now < s->began || now - s->began < FRAG_SECONDS * 1000000000ULL))
		return false;
	hand_out(frags, s, s->dead ? 0 : contiguous(s), false, out);
	return true;
}
