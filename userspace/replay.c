// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "state.h"

enum replay_limits {
	BUCKETS		= 1 << 16,
	PEER_WALK	= 64,	/* sessions looked at for a parent */
	FIRST_ROOM	= 256,
	/* the first requests of a new IKE SA, RFC 7296 section 2.2 */
	REKEY_ID_MAX	= 2,
};

/* What a session is found by. */
enum key {
	BY_INITIATOR,	/* initiator SPI, its address and port */
	BY_PAIR,	/* both SPIs */
	BY_PEERS,	/* both addresses, in either order */
	KEYS
};

struct session {
	struct ikemon_neg neg;
	uint64_t id;
	uint64_t parent;
	uint64_t spi_i;
	uint64_t spi_r;
	struct endpoint end[IKEMON_DIRS];
	struct endpoint began;	/* where BY_INITIATOR has it */
	struct session *next[KEYS];
	struct session **at[KEYS];	/* what points here, NULL if nothing */
};

struct replay {
	struct session **all;
	uint64_t room;
	uint64_t max;
	struct hash_key key;
	uint64_t now;		/* ms */
	struct session *bucket[KEYS][BUCKETS];
	struct replay_counts counts;
};

static void addr_words(const struct endpoint *end, uint32_t words[4])
{
	memcpy(words, end->addr, sizeof(end->addr));
}

static uint32_t hash_initiator(const struct replay *r, uint64_t spi,
			       const struct endpoint *end)
{
	uint32_t words[7] = { spi, spi >> 32, end->port };

	addr_words(end, words + 3);
	return hash_words(&r->key, words, 7);
}

static uint32_t hash_pair(const struct replay *r, uint64_t i, uint64_t resp)
{
	return hash_u64s(&r->key, i, resp);
}

static uint32_t hash_peers(const struct replay *r, const struct endpoint *a,
			   const struct endpoint *b)
{
	bool swap = memcmp(a->addr, b->addr, sizeof(a->addr)) > 0;
	uint32_t words[8];

	addr_words(swap ? b : a, words);
	addr_words(swap ? a : b, words + 4);
	return hash_words(&r->key, words, 8);
}

static bool same_addr(const struct endpoint *a, const struct endpoint *b)
{
	return a->family == b->family &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

static bool same_end(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && same_addr(a, b);
}

static void link_session(struct replay *r, struct session *s, enum key key,
			 uint32_t hash)
{
	struct session **head = &r->bucket[key][hash % BUCKETS];

	s->next[key] = *head;
	s->at[key] = head;
	if (*head)
		(*head)->at[key] = &s->next[key];
	*head = s;
}

static void unlink_session(struct session *s, enum key key)
{
	if (!s->at[key])
		return;
	*s->at[key] = s->next[key];
	if (s->next[key])
		s->next[key]->at[key] = s->at[key];
	s->at[key] = NULL;
}

static void forget(struct session *s)
{
	unsigned int key;

	for (key = 0; key < KEYS; key++)
		unlink_session(s, key);
}

/* Lets its time pass; false if it is over, though it stays in the list. */
static bool alive(struct replay *r, struct session *s)
{
	int due;

	do {
		due = ikemon_neg_expire(&s->neg, ikemon_timeout_default,
					r->now);
	} while (due > 0);
	if (due < 0)
		forget(s);
	return !due;
}

static struct session *find_pair(struct replay *r, uint64_t i, uint64_t resp)
{
	struct session *s;

	s = r->bucket[BY_PAIR][hash_pair(r, i, resp) % BUCKETS];
	for (; s; s = s->next[BY_PAIR])
		if (s->spi_i == i && s->spi_r == resp)
			return alive(r, s) ? s : NULL;
	return NULL;
}

static struct session *find_initiator(struct replay *r, uint64_t spi,
				      const struct endpoint *end)
{
	struct session *s;

	s = r->bucket[BY_INITIATOR][hash_initiator(r, spi, end) % BUCKETS];
	for (; s; s = s->next[BY_INITIATOR])
		if (s->spi_i == spi && same_end(&s->began, end))
			return alive(r, s) ? s : NULL;
	return NULL;
}

/* IKEv1 does not say who began: either end may be it. */
static struct session *find_begun(struct replay *r, const struct datagram *d,
				  const struct ikemon_pkt *pkt)
{
	struct session *s = NULL;
	bool v2 = pkt->version == 2;

	if (!v2 || ikemon_from_initiator(pkt))
		s = find_initiator(r, pkt->spi_i, &d->src);
	if (!s && (!v2 || !ikemon_from_initiator(pkt)))
		s = find_initiator(r, pkt->spi_i, &d->dst);
	return s && ikemon_neg_takes_spi_r(&s->neg, s->spi_r, pkt) ? s : NULL;
}

static struct session *find(struct replay *r, const struct datagram *d,
			    const struct ikemon_pkt *pkt)
{
	struct session *s = NULL;

	if (pkt->spi_r)
		s = find_pair(r, pkt->spi_i, pkt->spi_r);
	return s ? s : find_begun(r, d, pkt);
}

static bool grow(struct replay *r)
{
	uint64_t room = r->room ? r->room * 2 : FIRST_ROOM;
	struct session **all;

	if (r->counts.sessions < r->room)
		return true;
	if (r->counts.sessions >= r->max)
		return false;
	all = realloc(r->all, room * sizeof(*all));
	if (!all)
		return false;
	r->all = all;
	r->room = room;
	return true;
}

static struct session *begin(struct replay *r, const struct datagram *d,
			     const struct ikemon_pkt *pkt, enum ikemon_dir dir,
			     bool adopted)
{
	struct session *s = NULL;

	if (r->counts.sessions < r->max && grow(r))
		s = calloc(1, sizeof(*s));
	if (!s) {
		r->counts.refused++;
		return NULL;
	}
	ikemon_neg_init(&s->neg, pkt, IKEMON_ROLE_NONE, adopted, r->now);
	s->spi_i = pkt->spi_i;
	s->spi_r = pkt->spi_r;
	s->end[dir] = d->src;
	s->end[!dir] = d->dst;
	s->began = s->end[IKEMON_FROM_INITIATOR];
	r->all[r->counts.sessions] = s;
	s->id = ++r->counts.sessions;
	link_session(r, s, BY_INITIATOR,
		     hash_initiator(r, s->spi_i, &s->began));
	link_session(r, s, BY_PEERS, hash_peers(r, &s->end[0], &s->end[1]));
	if (s->spi_r)
		link_session(r, s, BY_PAIR,
			     hash_pair(r, s->spi_i, s->spi_r));
	return s;
}

static bool between(const struct session *s, const struct datagram *d)
{
	const struct endpoint *end = s->end;

	return (same_end(&end[0], &d->src) && same_end(&end[1], &d->dst)) ||
	       (same_end(&end[0], &d->dst) && same_end(&end[1], &d->src));
}

/*
 * The only session between the same endpoints in which an IKE SA may have been
 * rekeyed is what a new pair of SPIs there replaces (RFC 7296 section 1.3.2).
 */
static struct session *find_parent(struct replay *r, const struct datagram *d,
				   const struct ikemon_pkt *pkt)
{
	struct session *s, *next, *parent = NULL;
	unsigned int seen = 0, found = 0;

	if (pkt->version != 2 || pkt->message_id > REKEY_ID_MAX)
		return NULL;
	s = r->bucket[BY_PEERS][hash_peers(r, &d->src, &d->dst) % BUCKETS];
	for (; s; s = next) {
		next = s->next[BY_PEERS];
		if (++seen > PEER_WALK)
			return NULL;
		if (!between(s, d) || !alive(r, s) ||
		    s->neg.state != IKEMON_STATE_ESTABLISHED ||
		    !ikemon_neg_may_be_rekeyed(&s->neg))
			continue;
		parent = s;
		found++;
	}
	return found == 1 ? parent : NULL;
}

static struct session *adopt(struct replay *r, const struct datagram *d,
			     const struct ikemon_pkt *pkt)
{
	struct session *s, *parent = find_parent(r, d, pkt);
	enum ikemon_dir dir = IKEMON_FROM_RESPONDER;

	if (pkt->version == 2)
		dir = ikemon_pkt_dir(pkt);
	s = begin(r, d, pkt, dir, true);
	if (!s || !parent)
		return s;
	s->parent = parent->id;
	ikemon_neg_close(&parent->neg, IKEMON_REASON_REKEYED, r->now);
	return s;
}

static enum ikemon_dir direction(const struct session *s,
				 const struct datagram *d,
				 const struct ikemon_pkt *pkt)
{
	const struct endpoint *i = &s->end[IKEMON_FROM_INITIATOR];
	const struct endpoint *r = &s->end[IKEMON_FROM_RESPONDER];
	bool initiator;

	if (pkt->version == 2)
		return ikemon_pkt_dir(pkt);
	/* ports tell two ends of one address apart, but float (RFC 3947) */
	if (same_addr(i, r))
		initiator = d->src.port == i->port ||
			    d->dst.port == r->port;
	else
		initiator = same_addr(i, &d->src) || same_addr(r, &d->dst);
	return initiator ? IKEMON_FROM_INITIATOR : IKEMON_FROM_RESPONDER;
}

/* A new protected message says where both ends are now. */
static void move(struct replay *r, struct session *s, const struct datagram *d,
		 enum ikemon_dir dir)
{
	if (same_end(&s->end[dir], &d->src) && same_end(&s->end[!dir], &d->dst))
		return;
	unlink_session(s, BY_PEERS);
	s->end[dir] = d->src;
	s->end[!dir] = d->dst;
	link_session(r, s, BY_PEERS, hash_peers(r, &s->end[0], &s->end[1]));
	/* the float to the NAT-T port is part of every negotiation there */
	if (s->neg.state == IKEMON_STATE_ESTABLISHED)
		s->neg.flags |= IKEMON_SESSION_FLAGS_MOVED;
}

static void learn_spi_r(struct replay *r, struct session *s, uint64_t spi_r)
{
	if (s->spi_r == spi_r)
		return;
	unlink_session(s, BY_PAIR);
	s->spi_r = spi_r;
	link_session(r, s, BY_PAIR, hash_pair(r, s->spi_i, s->spi_r));
}

static uint32_t digest(const struct replay *r, const struct ikemon_pkt *pkt)
{
	uint32_t words[sizeof(struct ikemon_ident) / sizeof(uint32_t)];
	struct ikemon_ident id;

	ikemon_pkt_ident(pkt, &id);
	memcpy(words, &id, sizeof(id));
	return hash_words(&r->key, words, ARRAY_SIZE(words));
}

void replay_message(struct replay *r, const struct datagram *d,
		    const struct ikemon_pkt *pkt,
		    bool (*watched)(const void *ctx, uint16_t port),
		    const void *ctx)
{
	struct ikemon_look look = {
		.ours = true, .ip_frag = d->ip_frag, .digest = digest(r, pkt),
	};
	struct session *s;
	unsigned int step;

	/* frames may be out of order by a little; time is not */
	if (d->time / 1000000 > r->now)
		r->now = d->time / 1000000;
	look.now = r->now;
	s = find(r, d, pkt);
	if (!s && ikemon_opens_negotiation(pkt))
		s = begin(r, d, pkt, IKEMON_FROM_INITIATOR, false);
	else if (!s && ikemon_shows_session(pkt))
		s = adopt(r, d, pkt);
	else if (!s)
		r->counts.unknown++;
	if (!s)
		return;
	look.dir = direction(s, d, pkt);
	step = ikemon_neg_step(&s->neg, pkt, &look);
	if (step & IKEMON_STEP_SPI_R)
		learn_spi_r(r, s, pkt->spi_r);
	if (step & IKEMON_STEP_PROTECTED)
		move(r, s, d, look.dir);
	if (step & IKEMON_STEP_STRANGE)
		r->counts.strange++;
	if (pkt->marker && !(watched(ctx, d->src.port) &&
			     watched(ctx, d->dst.port)))
		s->neg.flags |= IKEMON_SESSION_FLAGS_NAT;
}

void replay_end(struct replay *r)
{
	uint64_t i;

	for (i = 0; i < r->counts.sessions; i++)
		alive(r, r->all[i]);
}

static uint64_t ns(uint64_t ms)
{
	return ms * 1000000;
}

static void model_flow(const struct ikemon_neg *neg, enum ikemon_dir dir,
		       struct flow_model *m)
{
	const struct ikemon_frags *frags = ikemon_neg_frags(neg, dir);
	const struct ikemon_flow *f = &neg->flow[dir];

	m->messages = f->messages;
	if (!f->messages)
		return;
	m->retransmits = f->retransmits;
	m->exchange = f->exchange;
	m->message_id = f->message_id;
	m->first_seen = ns(f->first);
	m->last_seen = ns(f->last);
	m->largest = f->largest;
	m->ip_fragments = f->ip_frags;
	if (!frags)
		return;
	m->ike_fragments = __builtin_popcountll(frags->seen);
	m->ike_fragments_total = frags->total;
}

static void model_suite(const struct ikemon_suite *s, struct suite_model *m)
{
	unsigned int i;

	m->encr = s->encr;
	m->key_bits = s->key_bits;
	m->prf = s->prf;
	m->integ = s->integ;
	m->ke = s->ke;
	m->auth = s->auth;
	for (i = 0; i < IKEMON_MAX_ADDKE; i++)
		if (s->addke[i])
			m->add_ke[m->n_add_ke++] = s->addke[i];
	m->there = s->encr || s->prf || s->integ || s->ke || m->n_add_ke;
}

static void model_neg(const struct ikemon_neg *neg, struct session_model *m)
{
	unsigned int i;

	m->version = neg->version;
	m->state = neg->state;
	m->proof = neg->proof;
	m->reason = neg->reason;
	m->exchange = ikemon_neg_last_flow(neg)->exchange;
	m->message_id = ikemon_neg_last_flow(neg)->message_id;
	m->encap = neg->encap;
	m->flags = neg->flags;
	m->vendors = neg->vendors;
	m->n_notify = neg->n_notify;
	memcpy(m->notify, neg->notify, sizeof(neg->notify));
	model_suite(&neg->suite, &m->suite);
	m->proposals = neg->proposals;
	m->transforms = neg->transforms;
	m->offered_weak = neg->weak;
	m->chosen = neg->chosen;
	for (i = 0; i < IKEMON_DIRS; i++) {
		model_flow(neg, i, &m->flow[i]);
		if (!m->flow[i].messages)
			continue;
		if (!m->first_seen || m->flow[i].first_seen < m->first_seen)
			m->first_seen = m->flow[i].first_seen;
		if (m->flow[i].last_seen > m->last_seen)
			m->last_seen = m->flow[i].last_seen;
	}
}

bool replay_session(const struct replay *r, uint64_t i,
		    struct session_model *m)
{
	const struct session *s;

	if (i >= r->counts.sessions)
		return false;
	s = r->all[i];
	memset(m, 0, sizeof(*m));
	model_neg(&s->neg, m);
	m->id = s->id;
	m->parent = s->parent;
	m->spi_i = s->spi_i;
	m->spi_r = s->spi_r;
	m->initiator = s->end[IKEMON_FROM_INITIATOR];
	m->responder = s->end[IKEMON_FROM_RESPONDER];
	return true;
}

const struct replay_counts *replay_counts(const struct replay *r)
{
	return &r->counts;
}

struct replay *replay_new(uint32_t max_sessions)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->max = max_sessions;
	hash_init(&r->key);
	return r;
}

void replay_free(struct replay *r)
{
	uint64_t i;

	if (!r)
		return;
	for (i = 0; i < r->counts.sessions; i++)
		free(r->all[i]);
	free(r->all);
	free(r);
}
