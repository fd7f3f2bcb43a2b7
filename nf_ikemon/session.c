// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <linux/random.h>
#include <linux/user_namespace.h>

#include "pernet.h"
#include "trace.h"

enum session_limits {
	EVICT_BUCKETS	= 8,	/* looked at for a victim */
	EVICT_ENTRIES	= 64,
	PEER_WALK_MAX	= 64,	/* sessions of one address looked at */
	REKEY_ID_MAX	= 2,	/* message IDs of a new IKE SA start at 0 */
	GUEST_MAX	= 4 * 65536,
};

static struct kmem_cache *session_cache;
static atomic64_t session_ids = ATOMIC64_INIT(0);

/*
 * Sessions in all namespaces that belong to other user namespaces than the
 * initial one: whoever makes many namespaces does not get the memory of many.
 */
static atomic_t guest_sessions = ATOMIC_INIT(0);

/* Keys are hashed as bytes: no padding may be left undefined. */
struct init_key {
	u64 spi_i;
	union nf_inet_addr addr;
	__be16 port;
	u16 family;
	u32 zero;
};

static u32 init_hash(const struct ikemon_session_table *t, u64 spi_i,
		     const struct ikemon_endpoint *peer, u8 family)
{
	struct init_key key = {
		.spi_i = spi_i, .addr = peer->addr, .port = peer->port,
		.family = family,
	};

	return hsiphash(&key, sizeof(key), &t->key);
}

static u32 spi_hash(const struct ikemon_session_table *t, u64 spi_i, u64 spi_r)
{
	u64 key[2] = { spi_i, spi_r };

	return hsiphash(key, sizeof(key), &t->key);
}

static u32 peer_hash(const struct ikemon_session_table *t,
		     const union nf_inet_addr *addr)
{
	return hsiphash(addr, sizeof(*addr), &t->key);
}

static bool endpoint_equal(const struct ikemon_endpoint *a,
			   const struct ikemon_endpoint *b)
{
	return a->port == b->port && nf_inet_addr_cmp(&a->addr, &b->addr);
}

/* The end that is not this host; the initiator if neither is. */
static enum ikemon_dir peer_side(u8 role)
{
	return role == IKEMON_ROLE_INITIATOR ? IKEMON_FROM_RESPONDER :
					       IKEMON_FROM_INITIATOR;
}

static struct ikemon_endpoint *peer_end(struct ikemon_session *s)
{
	return &s->end[peer_side(s->neg.role)];
}

static bool is_init(const struct ikemon_session *s, u64 spi_i,
		    const struct ikemon_endpoint *peer, u8 family)
{
	return s->spi_i == spi_i && s->family == family &&
	       endpoint_equal(&s->init_peer, peer);
}

/* Caller holds rcu_read_lock() or the bucket lock. */
static struct ikemon_session *find_init(const struct ikemon_session_table *t,
					u64 spi_i,
					const struct ikemon_endpoint *peer,
					u8 family)
{
	u32 hash = init_hash(t, spi_i, peer, family);
	struct ikemon_session *s;

	hlist_for_each_entry_rcu(s, ikemon_table_bucket(&t->init, hash),
				 by_init,
				 lockdep_is_held(ikemon_table_lock(&t->init,
								   hash)))
		if (is_init(s, spi_i, peer, family))
			return s;
	return NULL;
}

/*
 * Caller holds rcu_read_lock(). A session whose responder chose anew is linked
 * into another chain at once, so a reader may be led there and miss what is
 * behind it here: one message is then taken for one of an unknown session.
 */
static struct ikemon_session *find_spi(const struct ikemon_session_table *t,
				       u64 spi_i, u64 spi_r)
{
	u32 hash = spi_hash(t, spi_i, spi_r);
	struct ikemon_session *s;

	hlist_for_each_entry_rcu(s, ikemon_table_bucket(&t->spi, hash), by_spi)
		if (s->spi_i == spi_i && READ_ONCE(s->spi_r) == spi_r)
			return s;
	return NULL;
}

struct ikemon_session *
ikemon_session_by_id(const struct ikemon_session_table *t, u64 id)
{
	struct ikemon_session *s;
	u32 i;

	for (i = 0; i <= t->init.mask; i++)
		hlist_for_each_entry_rcu(s, &t->init.bucket[i], by_init)
			if (s->id == id)
				return s;
	return NULL;
}

/* Session lock held, or nobody else can reach the session. */
static void link_peer(struct ikemon_session_table *t, struct ikemon_session *s)
{
	u32 hash = peer_hash(t, &peer_end(s)->addr);

	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_add_head(&s->by_peer, ikemon_table_bucket(&t->peer, hash));
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
}

static void unlink_peer(struct ikemon_session_table *t,
			struct ikemon_session *s)
{
	u32 hash = peer_hash(t, &peer_end(s)->addr);

	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_del_init(&s->by_peer);
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
}

static void unlink_spi(struct ikemon_session_table *t,
		       struct ikemon_session *s)
{
	u32 hash = spi_hash(t, s->spi_i, s->spi_r);

	if (!s->hashed_spi)
		return;
	spin_lock_bh(ikemon_table_lock(&t->spi, hash));
	hlist_del_rcu(&s->by_spi);
	spin_unlock_bh(ikemon_table_lock(&t->spi, hash));
	s->hashed_spi = false;
}

/* Session lock held. */
static void set_spi_r(struct ikemon_session_table *t, struct ikemon_session *s,
		      u64 spi_r)
{
	u32 hash = spi_hash(t, s->spi_i, spi_r);

	if (s->spi_r == spi_r && s->hashed_spi)
		return;
	unlink_spi(t, s);
	WRITE_ONCE(s->spi_r, spi_r);
	spin_lock_bh(ikemon_table_lock(&t->spi, hash));
	hlist_add_head_rcu(&s->by_spi, ikemon_table_bucket(&t->spi, hash));
	spin_unlock_bh(ikemon_table_lock(&t->spi, hash));
	s->hashed_spi = true;
}

/* Session lock held: the gauges that go with a state. */
static void gauge_state(struct ikemon_session_table *t,
			struct ikemon_session *s, u8 state, int sign)
{
	if (state == IKEMON_STATE_AUTHENTICATING)
		atomic_add(sign, &t->unproven);
	if (s->source && (state == IKEMON_STATE_HALF_OPEN ||
			  state == IKEMON_STATE_AUTHENTICATING))
		atomic_add(sign, &s->source->half_open);
}

static void count_state(struct ikemon_net *inet, struct ikemon_session *s)
{
	switch (s->neg.state) {
	case IKEMON_STATE_ESTABLISHED:
		ikemon_count(inet, SESSIONS_ESTABLISHED);
		if (s->source)
			atomic64_inc(&s->source->established);
		break;
	case IKEMON_STATE_FAILED:
		ikemon_count(inet, SESSIONS_FAILED);
		if (s->source)
			atomic64_inc(&s->source->failed);
		break;
	case IKEMON_STATE_CLOSED:
		ikemon_count(inet, SESSIONS_CLOSED);
		break;
	}
}

/* Session lock held; the state is no longer @old. */
static void state_changed(struct ikemon_net *inet,
			  struct ikemon_session_table *t,
			  struct ikemon_session *s, u8 old)
{
	gauge_state(t, s, old, -1);
	gauge_state(t, s, s->neg.state, 1);
	count_state(inet, s);
	s->esp_seen = 0;
	trace_ikemon_session_state(inet->net, s, old);
	ikemon_event_session(inet, s, IKEMON_EVENT_STATE, old);
}

static void session_free_rcu(struct rcu_head *rcu)
{
	struct ikemon_session *s = container_of(rcu, struct ikemon_session,
						rcu);

	kmem_cache_free(session_cache, s);
}

static bool is_guest(const struct ikemon_net *inet)
{
	return inet->net->user_ns != &init_user_ns;
}

static void uncount(struct ikemon_net *inet, struct ikemon_session_table *t)
{
	atomic_dec(&t->count);
	if (is_guest(inet))
		atomic_dec(&guest_sessions);
}

/* Return: true if there is one more place, which is then taken. */
static bool count_up(struct ikemon_net *inet, struct ikemon_session_table *t,
		     u32 max)
{
	bool guest = is_guest(inet);
	int all = guest ? atomic_inc_return(&guest_sessions) : 0;

	if (atomic_inc_return(&t->count) <= max && all <= GUEST_MAX)
		return true;
	uncount(inet, t);
	return false;
}

/* Session lock held, not dead. */
static void session_unlink(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *s, u8 reason)
{
	u32 hash = init_hash(t, s->spi_i, &s->init_peer, s->family);

	s->dead = true;
	if (reason)
		s->neg.reason = reason;
	gauge_state(t, s, s->neg.state, -1);
	spin_lock_bh(ikemon_table_lock(&t->init, hash));
	hlist_del_rcu(&s->by_init);
	spin_unlock_bh(ikemon_table_lock(&t->init, hash));
	unlink_spi(t, s);
	unlink_peer(t, s);
	uncount(inet, t);
	atomic_inc(&t->changes);
	ikemon_event_session(inet, s, IKEMON_EVENT_REMOVED, 0);
	if (s->source)
		ikemon_source_put(s->source);
	call_rcu(&s->rcu, session_free_rcu);
}

bool ikemon_session_remove(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *s, u8 reason)
{
	bool removed = false;

	spin_lock_bh(&s->lock);
	if (!s->dead) {
		session_unlink(inet, t, s, reason);
		removed = true;
	}
	spin_unlock_bh(&s->lock);
	return removed;
}

/* Who may be evicted for a newcomer, cheapest loss first; 0 nobody. */
static unsigned int evict_rank(u8 state)
{
	static const u8 rank[IKEMON_STATES] = {
		[IKEMON_STATE_CLOSED]		= 3,
		[IKEMON_STATE_FAILED]		= 3,
		[IKEMON_STATE_NEW]		= 2,
		[IKEMON_STATE_CHALLENGED]	= 2,
		[IKEMON_STATE_HALF_OPEN]	= 1,
	};

	return state < IKEMON_STATES ? rank[state] : 0;
}

static bool evict_rather(struct ikemon_session *a, struct ikemon_session *b)
{
	unsigned int rank_a = evict_rank(READ_ONCE(a->neg.state));
	unsigned int rank_b = b ? evict_rank(READ_ONCE(b->neg.state)) : 0;

	if (rank_a != rank_b)
		return rank_a > rank_b;
	return rank_a && ikemon_neg_last(&a->neg) < ikemon_neg_last(&b->neg);
}

/*
 * Look around the newcomer's bucket for a session to give up. The states are
 * read without lock: a better victim may be missed, and whether this one still
 * may go is seen again under its lock.
 */
static bool evict_one(struct ikemon_net *inet, struct ikemon_session_table *t,
		      u32 hash)
{
	struct ikemon_session *s, *victim = NULL;
	unsigned int seen = 0;
	bool evicted = false;
	unsigned int i;

	for (i = 0; i < EVICT_BUCKETS && seen < EVICT_ENTRIES; i++)
		hlist_for_each_entry_rcu(s, ikemon_table_bucket(&t->init,
								hash + i),
					 by_init) {
			if (seen++ >= EVICT_ENTRIES)
				break;
			if (evict_rather(s, victim))
				victim = s;
		}
	if (!victim)
		return false;

	spin_lock_bh(&victim->lock);
	if (!victim->dead && evict_rank(victim->neg.state)) {
		session_unlink(inet, t, victim, IKEMON_REASON_EVICTED);
		evicted = true;
	}
	spin_unlock_bh(&victim->lock);
	if (evicted)
		ikemon_count(inet, SESSIONS_EVICTED);
	return evicted;
}

/* Take a place in the table, by eviction if need be. */
static bool reserve(const struct ikemon_meet *meet,
		    struct ikemon_session_table *t, u32 hash)
{
	u32 max = meet->conf->max_sessions;

	if (count_up(meet->inet, t, max))
		return true;
	WRITE_ONCE(t->refused, meet->now);
	ikemon_alarm_raise(meet->inet, IKEMON_ALARM_TABLE_FULL);
	if (evict_one(meet->inet, t, hash) && count_up(meet->inet, t, max))
		return true;
	ikemon_count(meet->inet, SESSIONS_REFUSED);
	return false;
}

/* The initiator is a source unless it is us. */
static void attach_source(const struct ikemon_meet *meet,
			  struct ikemon_session *s)
{
	if (s->neg.role == IKEMON_ROLE_INITIATOR)
		return;
	s->source = ikemon_source_get(meet->inet, &meet->run->sources,
				      meet->conf,
				      &s->end[IKEMON_FROM_INITIATOR].addr,
				      meet->family, meet->now);
	if (s->source)
		atomic64_inc(&s->source->negotiations);
}

static struct ikemon_session *session_alloc(const struct ikemon_meet *meet,
					    enum ikemon_dir dir, u8 role,
					    bool adopted)
{
	struct ikemon_session *s;

	s = kmem_cache_zalloc(session_cache, GFP_ATOMIC);
	if (!s)
		return NULL;
	spin_lock_init(&s->lock);
	s->id = atomic64_inc_return(&session_ids);
	s->family = meet->family;
	s->spi_i = meet->pkt->spi_i;
	s->end[dir] = meet->src;
	s->end[!dir] = meet->dst;
	ikemon_neg_init(&s->neg, meet->pkt, role, adopted, meet->now);
	s->init_peer = *peer_end(s);
	INIT_HLIST_NODE(&s->by_peer);
	attach_source(meet, s);
	gauge_state(&meet->run->sessions, s, s->neg.state, 1);
	return s;
}

/* Never was in a table. */
static void session_discard(const struct ikemon_meet *meet,
			    struct ikemon_session_table *t,
			    struct ikemon_session *s)
{
	gauge_state(t, s, s->neg.state, -1);
	if (s->source) {
		atomic64_dec(&s->source->negotiations);
		ikemon_source_put(s->source);
	}
	kmem_cache_free(session_cache, s);
	uncount(meet->inet, t);
}

/*
 * Return: @s, or the session that another CPU put there for the same message,
 * or NULL if the chain takes no more.
 */
static struct ikemon_session *insert_init(struct ikemon_session_table *t,
					  struct ikemon_session *s, u32 hash)
{
	struct hlist_head *bucket = ikemon_table_bucket(&t->init, hash);
	struct ikemon_session *other;
	unsigned int chain = 0;

	spin_lock_bh(ikemon_table_lock(&t->init, hash));
	hlist_for_each_entry(other, bucket, by_init) {
		if (is_init(other, s->spi_i, &s->init_peer, s->family))
			goto out;
		chain++;
	}
	other = chain < IKEMON_CHAIN_MAX ? s : NULL;
	if (other)
		hlist_add_head_rcu(&s->by_init, bucket);
out:
	spin_unlock_bh(ikemon_table_lock(&t->init, hash));
	return other;
}

static struct ikemon_session *session_begin(const struct ikemon_meet *meet,
					    enum ikemon_dir dir, u8 role,
					    bool adopted, u64 parent)
{
	struct ikemon_session_table *t = &meet->run->sessions;
	const struct ikemon_endpoint *peer =
		dir == peer_side(role) ? &meet->src : &meet->dst;
	u32 hash = init_hash(t, meet->pkt->spi_i, peer, meet->family);
	struct ikemon_session *s, *other;

	if (!reserve(meet, t, hash))
		return NULL;
	s = session_alloc(meet, dir, role, adopted);
	if (!s) {
		uncount(meet->inet, t);
		ikemon_count(meet->inet, NO_MEMORY);
		return NULL;
	}
	s->parent = parent;
	if (adopted)
		s->neg.flags |= IKEMON_SESSION_FLAGS_ADOPTED;

	other = insert_init(t, s, hash);
	if (other != s) {
		session_discard(meet, t, s);
		if (!other)
			ikemon_count(meet->inet, SESSIONS_REFUSED);
		return other;
	}
	atomic_inc(&t->changes);

	spin_lock_bh(&s->lock);
	if (!s->dead) {
		link_peer(t, s);
		if (adopted)
			set_spi_r(t, s, meet->pkt->spi_r);
		trace_ikemon_session_state(meet->inet->net, s, 0);
		ikemon_event_session(meet->inet, s, IKEMON_EVENT_NEW, 0);
	}
	spin_unlock_bh(&s->lock);
	if (adopted)
		ikemon_count(meet->inet, SESSIONS_ADOPTED);
	else
		ikemon_count(meet->inet, SESSIONS_NEW);
	return s;
}

/* Session lock held. Our side sent a new protected message to @peer. */
static void follow_peer(const struct ikemon_meet *meet,
			struct ikemon_session_table *t,
			struct ikemon_session *s, enum ikemon_dir dir)
{
	enum ikemon_dir side = peer_side(s->neg.role);
	const struct ikemon_endpoint *peer = dir == side ? &meet->src :
							   &meet->dst;
	bool moved = !endpoint_equal(&s->end[side], peer);

	s->end[!side] = dir == side ? meet->dst : meet->src;
	s->proof_end = *peer;
	if (!moved)
		return;
	if (nf_inet_addr_cmp(&s->end[side].addr, &peer->addr)) {
		s->end[side].port = peer->port;
	} else {
		unlink_peer(t, s);
		s->end[side] = *peer;
		link_peer(t, s);
	}
	/* The float from the IKE to the NAT-T port is part of every IKE_AUTH
	 * behind a NAT; news is what happens to a session that is up.
	 */
	if (s->neg.state != IKEMON_STATE_ESTABLISHED)
		return;
	s->neg.flags |= IKEMON_SESSION_FLAGS_MOVED;
	ikemon_count(meet->inet, SESSIONS_MOVED);
	ikemon_event_session(meet->inet, s, IKEMON_EVENT_MOVED, 0);
}

/* A peer that speaks NAT-T from another port than ours is behind a NAT. */
static void notice_nat(const struct ikemon_meet *meet,
		       struct ikemon_session *s)
{
	if (s->neg.encap == IKEMON_ENCAP_UDP_ENCAP &&
	    !ikemon_conf_port(meet->conf, peer_end(s)->port))
		s->neg.flags |= IKEMON_SESSION_FLAGS_NAT;
}

/* Session lock held. */
static void session_take(const struct ikemon_meet *meet,
			 struct ikemon_session *s, enum ikemon_dir dir)
{
	struct ikemon_session_table *t = &meet->run->sessions;
	struct ikemon_look look = {
		.dir = dir,
		.ours = meet->out || s->neg.role == IKEMON_ROLE_NONE,
		.ip_frag = meet->ip_frag,
		.digest = meet->digest,
		.now = meet->now,
	};
	u8 old = s->neg.state;
	unsigned int step;

	step = ikemon_neg_step(&s->neg, meet->pkt, &look);
	if (!meet->out)
		s->ifindex = meet->ifindex;
	if (meet->ip_frag)
		s->neg.flags |= IKEMON_SESSION_FLAGS_IP_FRAGMENTS;
	if (step & IKEMON_STEP_RETRANSMIT)
		ikemon_count(meet->inet, RETRANSMITS);
	if (step & IKEMON_STEP_STRANGE)
		ikemon_count(meet->inet, STRANGE);
	if (step & IKEMON_STEP_SPI_R)
		set_spi_r(t, s, meet->pkt->spi_r);
	if (step & IKEMON_STEP_PROTECTED)
		follow_peer(meet, t, s, dir);
	notice_nat(meet, s);
	if (step & IKEMON_STEP_NEW_INIT && s->source)
		atomic64_inc(&s->source->negotiations);
	if (step & IKEMON_STEP_STATE)
		state_changed(meet->inet, t, s, old);
}

/* Which end of @s sent a message? false: neither can have. */
static bool direction_of(const struct ikemon_meet *meet,
			 const struct ikemon_session *s, enum ikemon_dir *dir)
{
	u8 role = READ_ONCE(s->neg.role);
	enum ikemon_dir by_host;

	if (role != IKEMON_ROLE_NONE) {
		by_host = meet->out ? !peer_side(role) : peer_side(role);
		if (meet->pkt->version == 2 &&
		    ikemon_pkt_dir(meet->pkt) != by_host)
			return false;
		*dir = by_host;
		return true;
	}
	if (meet->pkt->version == 2)
		*dir = ikemon_pkt_dir(meet->pkt);
	else if (endpoint_equal(&meet->src, &s->end[IKEMON_FROM_INITIATOR]))
		*dir = IKEMON_FROM_INITIATOR;
	else if (endpoint_equal(&meet->src, &s->end[IKEMON_FROM_RESPONDER]))
		*dir = IKEMON_FROM_RESPONDER;
	else
		*dir = nf_inet_addr_cmp(&meet->src.addr,
					&s->end[IKEMON_FROM_RESPONDER].addr) ?
			       IKEMON_FROM_RESPONDER : IKEMON_FROM_INITIATOR;
	return true;
}

static struct ikemon_session *session_find(const struct ikemon_meet *meet)
{
	const struct ikemon_session_table *t = &meet->run->sessions;
	const struct ikemon_pkt *pkt = meet->pkt;
	struct ikemon_session *s;

	if (pkt->spi_r) {
		s = find_spi(t, pkt->spi_i, pkt->spi_r);
		if (s)
			return s;
	}
	if (meet->local)
		return find_init(t, pkt->spi_i,
				 meet->out ? &meet->dst : &meet->src,
				 meet->family);
	s = find_init(t, pkt->spi_i, &meet->src, meet->family);
	if (!s)
		s = find_init(t, pkt->spi_i, &meet->dst, meet->family);
	return s;
}

/*
 * A message with a responder SPI that is not the session's belongs to it only
 * if it is the responder's choice being announced.
 */
static bool fits(const struct ikemon_meet *meet,
		 const struct ikemon_session *s, enum ikemon_dir dir)
{
	u64 spi_r = meet->pkt->spi_r;

	return !spi_r || READ_ONCE(s->spi_r) == spi_r ||
	       (dir == IKEMON_FROM_RESPONDER &&
		(meet->pkt->version != 2 || !meet->pkt->message_id));
}

/*
 * May this message show a session that was up before we were? Only what our
 * side says counts; where neither end is ours, what either says.
 */
static bool adoptable(const struct ikemon_meet *meet)
{
	const struct ikemon_pkt *pkt = meet->pkt;

	if (!pkt->spi_r || !pkt->protected || (meet->local && !meet->out))
		return false;
	if (pkt->version == 2)
		return ikemon_is_response(pkt) &&
		       (pkt->exchange == IKE2_CREATE_CHILD_SA ||
			pkt->exchange == IKE2_INFORMATIONAL ||
			pkt->exchange == IKE2_FOLLOWUP_KE);
	return pkt->exchange == IKE1_INFORMATIONAL ||
	       pkt->exchange == IKE1_QUICK;
}

/* Bucket lock of the peer table held: is it what a new IKE SA replaces? */
static bool may_be_parent(const struct ikemon_meet *meet,
			  struct ikemon_session *s,
			  const struct ikemon_endpoint *peer)
{
	return READ_ONCE(s->neg.state) == IKEMON_STATE_ESTABLISHED &&
	       s->family == meet->family &&
	       ikemon_neg_may_be_rekeyed(&s->neg) &&
	       endpoint_equal(peer_end(s), peer);
}

/*
 * The session between the same endpoints that a new pair of SPIs rekeyed: it
 * had a CREATE_CHILD_SA exchange and there is no other that had.
 */
static struct ikemon_session *find_parent(const struct ikemon_meet *meet,
					  const struct ikemon_endpoint *peer)
{
	struct ikemon_session_table *t = &meet->run->sessions;
	struct ikemon_session *s, *parent = NULL;
	u32 hash = peer_hash(t, &peer->addr);
	unsigned int found = 0, seen = 0;

	if (meet->pkt->version != 2 || meet->pkt->message_id > REKEY_ID_MAX)
		return NULL;
	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_for_each_entry(s, ikemon_table_bucket(&t->peer, hash), by_peer) {
		if (++seen > PEER_WALK_MAX)
			break;
		if (may_be_parent(meet, s, peer)) {
			parent = s;
			found++;
		}
	}
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
	return found == 1 && seen <= PEER_WALK_MAX ? parent : NULL;
}

static void close_parent(const struct ikemon_meet *meet,
			 struct ikemon_session *parent)
{
	spin_lock_bh(&parent->lock);
	if (!parent->dead && parent->neg.state == IKEMON_STATE_ESTABLISHED) {
		ikemon_neg_close(&parent->neg, IKEMON_REASON_REKEYED,
				 meet->now);
		state_changed(meet->inet, &meet->run->sessions, parent,
			      IKEMON_STATE_ESTABLISHED);
	}
	spin_unlock_bh(&parent->lock);
}

static struct ikemon_session *adopt(const struct ikemon_meet *meet,
				    enum ikemon_dir *dir)
{
	const struct ikemon_endpoint *peer;
	struct ikemon_session *s, *parent;
	u8 role = IKEMON_ROLE_NONE;

	/* IKEv1 does not say who began; a peer is taken to have. */
	*dir = meet->pkt->version == 2 ? ikemon_pkt_dir(meet->pkt) :
					 IKEMON_FROM_RESPONDER;
	if (meet->local)
		role = *dir == IKEMON_FROM_INITIATOR ? IKEMON_ROLE_INITIATOR :
						       IKEMON_ROLE_RESPONDER;
	peer = *dir == peer_side(role) ? &meet->src : &meet->dst;
	parent = find_parent(meet, peer);
	s = session_begin(meet, *dir, role, true, parent ? parent->id : 0);
	if (s && parent)
		close_parent(meet, parent);
	return s;
}

/* Begin a session for a message that belongs to none, if it deserves one. */
static struct ikemon_session *session_make(const struct ikemon_meet *meet,
					   enum ikemon_dir *dir)
{
	u8 role = IKEMON_ROLE_NONE;

	if (ikemon_opens_negotiation(meet->pkt)) {
		if (!meet->may_open)
			return NULL;
		if (meet->local)
			role = meet->out ? IKEMON_ROLE_INITIATOR :
					   IKEMON_ROLE_RESPONDER;
		*dir = IKEMON_FROM_INITIATOR;
		return session_begin(meet, *dir, role, false, 0);
	}
	if (!meet->pkt->spi_r) {
		ikemon_count(meet->inet, NO_SESSION);
		return NULL;
	}
	ikemon_count(meet->inet, UNKNOWN_SESSION);
	return adoptable(meet) ? adopt(meet, dir) : NULL;
}

void ikemon_session_track(const struct ikemon_meet *meet)
{
	enum ikemon_dir dir = IKEMON_FROM_INITIATOR;
	struct ikemon_session *s = session_find(meet);

	if (s && !direction_of(meet, s, &dir)) {
		ikemon_count(meet->inet, STRANGE);
		return;
	}
	if (!s || !fits(meet, s, dir))
		s = session_make(meet, &dir);
	if (!s)
		return;
	spin_lock_bh(&s->lock);
	if (!s->dead)
		session_take(meet, s, dir);
	spin_unlock_bh(&s->lock);
}

/* Bucket lock of the peer table held; the address matches. */
static bool is_candidate(struct ikemon_session *s,
			 const struct ikemon_endpoint *peer, unsigned int what)
{
	u8 state = READ_ONCE(s->neg.state);

	if (peer->port && peer_end(s)->port != peer->port)
		return false;
	if (what & IKEMON_EVIDENCE_FORWARDED &&
	    s->neg.role != IKEMON_ROLE_NONE)
		return false;
	return state == IKEMON_STATE_AUTHENTICATING ||
	       state == IKEMON_STATE_ESTABLISHED;
}

/* The only live session with a peer, or NULL if there are none or several. */
static struct ikemon_session *
only_session(struct ikemon_session_table *t,
	     const struct ikemon_endpoint *peer, u8 family, unsigned int what)
{
	u32 hash = peer_hash(t, &peer->addr);
	struct hlist_head *bucket = ikemon_table_bucket(&t->peer, hash);
	struct ikemon_session *s, *only = NULL;
	unsigned int found = 0, seen = 0;

	if (hlist_empty(bucket))
		return NULL;
	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_for_each_entry(s, bucket, by_peer) {
		if (++seen > PEER_WALK_MAX)
			break;
		if (s->family != family ||
		    !nf_inet_addr_cmp(&peer_end(s)->addr, &peer->addr) ||
		    !is_candidate(s, peer, what))
			continue;
		only = s;
		found++;
	}
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
	return found == 1 && seen <= PEER_WALK_MAX ? only : NULL;
}

/* Session lock held. */
static void take_evidence(struct ikemon_net *inet,
			  struct ikemon_session_table *t,
			  struct ikemon_session *s, unsigned int what)
{
	u8 old = s->neg.state;

	if (what & (IKEMON_EVIDENCE_KEEPALIVE | IKEMON_EVIDENCE_ENCAP))
		s->neg.flags |= IKEMON_SESSION_FLAGS_NAT;
	s->esp_seen |= what & IKEMON_EVIDENCE_BOTH;
	if (s->esp_seen == IKEMON_EVIDENCE_BOTH &&
	    ikemon_neg_prove(&s->neg, IKEMON_PROOF_ESP, ikemon_now()))
		state_changed(inet, t, s, old);
}

void ikemon_session_evidence(struct ikemon_net *inet, struct ikemon_run *run,
			     const struct ikemon_endpoint *peer, u8 family,
			     unsigned int what)
{
	struct ikemon_session_table *t = &run->sessions;
	struct ikemon_session *s;

	if (!(what & IKEMON_EVIDENCE_KEEPALIVE) && !atomic_read(&t->unproven))
		return;
	s = only_session(t, peer, family, what);
	if (!s)
		return;
	spin_lock_bh(&s->lock);
	if (!s->dead)
		take_evidence(inet, t, s, what);
	spin_unlock_bh(&s->lock);
}

/* Session lock held, not dead. */
static void session_age(struct ikemon_net *inet,
			struct ikemon_session_table *t,
			struct ikemon_session *s, const u32 *timeout, u64 now)
{
	u8 old = s->neg.state;
	int due = ikemon_neg_expire(&s->neg, timeout, now);

	if (due > 0) {
		state_changed(inet, t, s, old);
	} else if (due < 0) {
		session_unlink(inet, t, s, 0);
		ikemon_count(inet, SESSIONS_EXPIRED);
	}
}

void ikemon_session_expire(struct ikemon_net *inet,
			   struct ikemon_session_table *t, u32 bucket,
			   const u32 *timeout, u64 now)
{
	struct ikemon_session *s;

	hlist_for_each_entry_rcu(s, ikemon_table_bucket(&t->init, bucket),
				 by_init) {
		spin_lock_bh(&s->lock);
		if (!s->dead)
			session_age(inet, t, s, timeout, now);
		spin_unlock_bh(&s->lock);
	}
}

void ikemon_session_table_tick(struct ikemon_net *inet,
			       struct ikemon_session_table *t)
{
	u64 refused = READ_ONCE(t->refused);

	if (refused && ikemon_now() > refused + IKEMON_ALARM_HOLD_MS) {
		WRITE_ONCE(t->refused, 0);
		ikemon_alarm_clear(inet, IKEMON_ALARM_TABLE_FULL);
	}
	ikemon_events_tick(inet);
}

int ikemon_session_table_init(struct ikemon_session_table *t, u32 max)
{
	get_random_bytes(&t->key, sizeof(t->key));
	atomic_set(&t->count, 0);
	atomic_set(&t->unproven, 0);
	atomic_set(&t->changes, 0);
	t->refused = 0;
	if (ikemon_table_init(&t->init, max))
		goto no_init;
	if (ikemon_table_init(&t->spi, max))
		goto no_spi;
	if (ikemon_table_init(&t->peer, max))
		goto no_peer;
	return 0;

no_peer:
	ikemon_table_destroy(&t->spi);
no_spi:
	ikemon_table_destroy(&t->init);
no_init:
	return -ENOMEM;
}

void ikemon_session_table_destroy(struct ikemon_net *inet,
				  struct ikemon_session_table *t)
{
	struct ikemon_session *s;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i <= t->init.mask; i++) {
		hlist_for_each_entry_safe(s, next, &t->init.bucket[i], by_init)
			ikemon_session_remove(inet, t, s,
					      IKEMON_REASON_STOPPED);
		cond_resched();
	}
	ikemon_table_destroy(&t->init);
	ikemon_table_destroy(&t->spi);
	ikemon_table_destroy(&t->peer);
}

int ikemon_session_init(void)
{
	session_cache = KMEM_CACHE(ikemon_session, 0);
	return session_cache ? 0 : -ENOMEM;
}

void ikemon_session_uninit(void)
{
	kmem_cache_destroy(session_cache);
}
