// SPDX-License-Identifier: GPL-2.0-only
/* ESP and AH as they come in: is there an SA for that? */
#include "sa.h"

#include "ladder.h"
#include "packet.h"
#include "pernet.h"

enum {
	SAY_EVERY_S	= 10,	/* an unknown SPI of one address */
	SAY_MAX		= 16,	/* in a second, of all */
};

static u32 now_seconds(void)
{
	return div_u64(ikemon_now(), 1000);
}

static u32 *slot(const struct ikemon_sa_table *t, u32 *slots,
		 const union nf_inet_addr *addr)
{
	return &slots[hsiphash(addr, sizeof(*addr), &t->key) %
		      IKEMON_SA_SLOTS];
}

void ikemon_sa_note_ike(struct ikemon_sa_table *t,
			const union nf_inet_addr *peer)
{
	u32 *seen = slot(t, t->ike_seen, peer);
	u32 now = now_seconds();

	if (READ_ONCE(*seen) != now)
		WRITE_ONCE(*seen, now);
}

/* The SPIs of an SA under negotiation are not announced. */
static bool is_quiet(const struct ikemon_sa_table *t,
		     const union nf_inet_addr *peer)
{
	u32 seen = READ_ONCE(*slot(t, t->ike_seen, peer));

	return seen && now_seconds() - seen < IKEMON_SA_QUIET_S;
}

/* May one more be said? Who forges addresses must not use up the events. */
static bool may_say(struct ikemon_sa_table *t, u32 *said)
{
	u32 now = now_seconds();

	if (READ_ONCE(*said) && now - READ_ONCE(*said) < SAY_EVERY_S)
		return false;
	if (READ_ONCE(t->said_second) != now) {
		WRITE_ONCE(t->said_second, now);
		atomic_set(&t->said_then, 0);
	}
	if (atomic_read(&t->said_then) >= SAY_MAX)
		return false;
	atomic_inc(&t->said_then);
	WRITE_ONCE(*said, now);
	return true;
}

static void say_unknown(const struct ikemon_packet *p,
			const struct ikemon_sa_key *key)
{
	struct ikemon_sa_table *t = &p->run->sas;
	struct ikemon_sa sa;

	if (!may_say(t, slot(t, t->said, &p->src.addr)))
		return;
	memset(&sa, 0, sizeof(sa));
	sa.key = *key;
	sa.facts.saddr = p->src.addr;
	ikemon_event_sa(p->inet, &sa, IKEMON_SA_EVENT_UNKNOWN_SPI, 0);
}

static void on_unknown(struct ikemon_packet *p,
		       const struct ikemon_sa_key *key)
{
	struct ikemon_source *source;

	ikemon_count(p->inet, ESP_UNKNOWN);
	p->class = IKEMON_MARK_UNKNOWN_ESP;
	source = ikemon_source_of(&p->run->sources, p->conf, &p->src.addr,
				  p->family);
	if (source)
		atomic64_inc(&source->unknown_spi);
	say_unknown(p, key);
}

void ikemon_sa_packet(struct ikemon_packet *p, u8 proto, __be32 spi)
{
	struct ikemon_sa_table *t = &p->run->sas;
	struct ikemon_sa_key key;

	/* Where there never was an SA, IPsec is user space's. */
	if (p->out || !test_bit(IKEMON_SA_USED, &t->flags))
		return;
	memset(&key, 0, sizeof(key));
	key.spi = spi;
	key.proto = proto;
	key.family = p->family;
	if (p->family == NFPROTO_IPV4)
		key.daddr.ip = p->dst.addr.ip;
	else
		key.daddr.in6 = p->dst.addr.in6;
	if (ikemon_sa_known(t, &key)) {
		ikemon_count(p->inet, ESP_KNOWN);
		p->class = IKEMON_MARK_ESP;
		return;
	}
	if (p->conf->unknown_spi == IKEMON_UNKNOWN_SPI_OFF ||
	    !test_bit(IKEMON_SA_COMPLETE, &t->flags) ||
	    is_quiet(t, &p->src.addr) ||
	    !ikemon_packet_to_us(p))
		return;
	on_unknown(p, &key);
}
