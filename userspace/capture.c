// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ip.h"
#include "pcap_lib.h"

/* Link layers and what they put before the IP header. */
enum link_format {
	ETHER_HDR	= 14,
	ETHER_TYPE	= 12,
	VLAN_TAG	= 4,
	VLAN_TAGS	= 4,
	NULL_HDR	= 4,
	SLL_HDR		= 16,
	SLL_TYPE	= 14,
	SLL2_HDR	= 20,
	TYPE_IPV4	= 0x0800,
	TYPE_IPV6	= 0x86dd,
	TYPE_VLAN	= 0x8100,
	TYPE_QINQ	= 0x88a8,
	TYPE_QINQ_OLD	= 0x9100,
	UDP_HDR		= 8,
	TCP_PORTS	= 4,
};

struct capture {
	const struct pcap_lib *lib;
	pcap_t *pcap;
	int link;
	struct frags *frags;
	struct capture_counts counts;
	const struct capture_sink *sink;
};

struct octets {
	const uint8_t *data;
	uint32_t len;
};

static uint16_t be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static bool strip(struct octets *o, uint32_t n)
{
	if (n > o->len)
		return false;
	o->data += n;
	o->len -= n;
	return true;
}

static bool is_ip(uint16_t type)
{
	return type == TYPE_IPV4 || type == TYPE_IPV6;
}

/* Behind a header whose last two octets are the type: VLAN tags, then IP. */
static bool strip_type(struct octets *o, uint16_t type)
{
	unsigned int i;

	for (i = 0; i < VLAN_TAGS; i++) {
		if (type != TYPE_VLAN && type != TYPE_QINQ &&
		    type != TYPE_QINQ_OLD)
			break;
		if (o->len < VLAN_TAG)
			return false;
		type = be16(o->data + 2);
		strip(o, VLAN_TAG);
	}
	return is_ip(type);
}

static bool strip_typed(struct octets *o, uint32_t header, uint32_t type_at)
{
	uint16_t type;

	if (o->len < header)
		return false;
	type = be16(o->data + type_at);
	strip(o, header);
	return strip_type(o, type);
}

/*
 * The address family in its first octets differs between systems and byte
 * orders; the IP version that follows does not.
 */
static bool strip_link(int link, struct octets *o)
{
	switch (link) {
	case DLT_EN10MB:
		return strip_typed(o, ETHER_HDR, ETHER_TYPE);
	case DLT_NULL:
	case DLT_LOOP:
		return strip(o, NULL_HDR);
	case DLT_LINUX_SLL:
		return strip_typed(o, SLL_HDR, SLL_TYPE);
	case DLT_LINUX_SLL2:
		return strip_typed(o, SLL2_HDR, 0);
	default:
		return true;
	}
}

static bool link_known(int link)
{
	switch (link) {
	case DLT_EN10MB:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
		return true;
	}
	return false;
}

static void take_udp(struct capture *c, const struct ip_packet *p,
		     struct datagram *d)
{
	uint32_t sent;

	if (p->len < UDP_HDR)
		return;
	d->src = p->src;
	d->dst = p->dst;
	d->src.port = be16(p->data);
	d->dst.port = be16(p->data + 2);
	sent = be16(p->data + 4);
	/* RFC 768: 0 is no length; less than its own header makes no sense */
	if (sent < UDP_HDR)
		return;
	sent -= UDP_HDR;
	d->data = p->data + UDP_HDR;
	d->len = p->len - UDP_HDR;
	if (d->len > sent)
		d->len = sent;
	d->partial = d->len < sent;
	c->sink->udp(c->sink->ctx, d);
}

static void take_packet(struct capture *c, const struct ip_packet *p,
			uint64_t frame, uint64_t time, bool ip_frag)
{
	struct datagram d = {
		.frame = frame, .time = time, .ip_frag = ip_frag,
	};

	switch (p->protocol) {
	case IPPROTO_UDP:
		take_udp(c, p, &d);
		break;
	case IPPROTO_TCP:
		if (p->len >= TCP_PORTS)
			c->sink->tcp(c->sink->ctx, be16(p->data),
				     be16(p->data + 2));
		break;
	}
}

/* The beginning of a packet is worth telling, if all that will ever come. */
static void give_up(struct capture *c, uint64_t now, bool room)
{
	struct whole whole;

	while (frags_give_up(c->frags, now, room, &whole)) {
		c->counts.incomplete++;
		if (whole.ip.len)
			take_packet(c, &whole.ip, whole.frame, whole.time,
				    true);
		room = false;
	}
}

static void take_fragment(struct capture *c, const struct ip_packet *p,
			  uint64_t frame, uint64_t time)
{
	struct whole whole;

	c->counts.ip_fragments++;
	/* cut by the capture length: it will never be complete */
	if (p->len < p->sent) {
		if (!p->offset)
			take_packet(c, p, frame, time, true);
		return;
	}
	give_up(c, time, true);
	switch (frags_add(c->frags, p, frame, time, &whole)) {
	case FRAG_WHOLE:
		take_packet(c, &whole.ip, frame, time, true);
		break;
	case FRAG_OVERLAP:
		c->counts.overlapping++;
		break;
	case FRAG_KEPT:
		break;
	}
}

static void take_frame(struct capture *c, const struct pcap_pkthdr *hdr,
		       const u_char *data)
{
	struct octets o = { data, hdr->caplen };
	struct ip_packet p;
	uint64_t time;

	c->counts.frames++;
	if (hdr->caplen < hdr->len)
		c->counts.cut++;
	if (!strip_link(c->link, &o) || !ip_parse(o.data, o.len, &p)) {
		c->counts.unreadable++;
		return;
	}
	/* with the precision asked for, tv_usec has ns */
	time = (uint64_t)hdr->ts.tv_sec * 1000000000 + hdr->ts.tv_usec;
	if (p.src.family == 6)
		c->counts.ipv6++;
	if (p.ah)
		c->counts.ah++;
	if (p.protocol == IPPROTO_ESP)
		c->counts.native_esp++;
	if (p.fragment)
		take_fragment(c, &p, c->counts.frames, time);
	else
		take_packet(c, &p, c->counts.frames, time, false);
}

/* libpcap names the file in some of its messages; so does our caller. */
static const char *reason(const char *why, const char *path)
{
	size_t n = strlen(path);

	return !strncmp(why, path, n) && !strncmp(why + n, ": ", 2) ?
	       why + n + 2 : why;
}

/* Why it cannot be read, or NULL. */
static const char *open_file(struct capture *c, const char *path,
			     char why[PCAP_ERRBUF_SIZE])
{
	c->lib = pcap_lib();
	if (!c->lib)
		return "no libpcap";
	c->frags = frags_new();
	if (!c->frags)
		return "out of memory";
	c->pcap = c->lib->open(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!c->pcap)
		return reason(why, path);
	c->link = c->lib->datalink(c->pcap);
	if (link_known(c->link))
		return NULL;
	snprintf(why, PCAP_ERRBUF_SIZE, "link type %d is not known", c->link);
	return why;
}

struct capture *capture_open(const char *path, char error[CAPTURE_ERROR])
{
	char buf[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof(*c));
	const char *why = c ? open_file(c, path, buf) : "out of memory";

	if (!why)
		return c;
	snprintf(error, CAPTURE_ERROR, "%s", why);
	capture_close(c);
	return NULL;
}

bool capture_read(struct capture *c, const struct capture_sink *sink,
		  char error[CAPTURE_ERROR])
{
	struct pcap_pkthdr *hdr;
	const u_char *data;
	int ret;

	c->sink = sink;
	while ((ret = c->lib->next_ex(c->pcap, &hdr, &data)) == 1)
		take_frame(c, hdr, data);
	if (ret == PCAP_ERROR)
		snprintf(error, CAPTURE_ERROR, "%s", c->lib->geterr(c->pcap));
	give_up(c, UINT64_MAX, false);
	return ret != PCAP_ERROR;
}

const struct capture_counts *capture_counts(const struct capture *c)
{
	return &c->counts;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->pcap)
		c->lib->close(c->pcap);
	frags_free(c->frags);
	free(c);
}
