// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <linux/moduleparam.h>
#include <linux/random.h>

#include "pernet.h"
#include "quota.h"
#include "trace.h"
#include "track.h"

enum session_limits {
	PEER_WALK_MAX	= 64,	/* sessions of one address looked at */
	USERS_MAX	= 64,	/* sessions of local users */
};

static struct kmem_cache *session_cache;
static atomic64_t session_ids = ATOMIC64_INIT(0);

static struct ikemon_quota quota = { .max = IKEMON_QUOTA_DEFAULT };
module_param_named(userns_sessions, quota.max, uint, 0644);
MODULE_PARM_DESC(userns_sessions, "Sessions that all network namespaces of user namespaces may have together (65536)");

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

	return ikemon_hash_spread(ikemon_hash(&t->hash_key, &key,
					      sizeof(key)));
}

static u32 spi_hash(const struct ikemon_session_table *t, u64 spi_i, u64 spi_r)
{
	u64 key[2] = { spi_i, spi_r };

	return ikemon_hash(&t->hash_key, key, sizeof(key));
}

static u32 peer_hash(const struct ikemon_session_table *t,
		     const union nf_inet_addr *addr)
{
	return ikemon_hash(&t->hash_key, addr, sizeof(*addr));
}

static bool is_init(const struct ikemon_session *s, u64 spi_i,
		    const struct ikemon_endpoint *peer, u8 family)
{
	return s->spi_i == spi_i && s->family == family &&
	       ikemon_endpoint_equal(&s->init_peer, peer);
}

struct ikemon_session *
ikemon_session_find_init(const struct ikemon_session_table *t, u64 spi_i,
			 const struct ikemon_endpoint *peer, u8 family)
{
	u32 hash = init_hash(t, spi_i, peer, family);
	struct ikemon_session *s;

	for (s = ikemon_next_init(ikemon_table_chain(&t->init, hash)); s;
	     s = ikemon_next_init(&s->by_init))
		if (is_init(s, spi_i, peer, family))
			return s;
	return NULL;
}

struct ikemon_session *
ikemon_session_find_spi(const struct ikemon_session_table *t, u64 spi_i,
			u64 spi_r)
{
	u32 hash = spi_hash(t, spi_i, spi_r);
	struct ikemon_session *s;

	for (s = ikemon_next_spi(ikemon_table_chain(&t->spi, hash)); s;
	     s = ikemon_next_spi(&s->by_spi))
		if (s->spi_i == spi_i && READ_ONCE(s->spi_r) == spi_r)
			return s;
	return NULL;
}

/* Return: how many fit, PEER_WALK_MAX + 1 if there are too many to look at. */
static unsigned int peer_walk(const struct ikemon_session_table *t,
			      const union nf_inet_addr *addr,
			      bool (*match)(struct ikemon_session *s,
					    const void *arg),
			      const void *arg, struct ikemon_session **last)
{
	u32 hash = peer_hash(t, addr);
	struct hlist_head *bucket = ikemon_table_bucket(&t->peer, hash);
	unsigned int found = 0, seen = 0;
	struct ikemon_session *s;

	if (hlist_empty(bucket))
		return 0;
	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_for_each_entry(s, bucket, by_peer) {
		if (++seen > PEER_WALK_MAX)
			break;
		if (!nf_inet_addr_cmp(&ikemon_peer_end(s)->addr, addr))
			continue;
		/* Without the session's lock @match cannot but guess. */
		if (!data_race(match(s, arg)))
			continue;
		*last = s;
		found++;
	}
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
	return seen > PEER_WALK_MAX ? seen : found;
}

struct ikemon_session *
ikemon_session_only(const struct ikemon_session_table *t,
		    const union nf_inet_addr *addr,
		    bool (*match)(struct ikemon_session *s, const void *arg),
		    const void *arg)
{
	struct ikemon_session *only;

	return peer_walk(t, addr, match, arg, &only) == 1 ? only : NULL;
}

bool ikemon_session_any(const struct ikemon_session_table *t,
			const union nf_inet_addr *addr,
			bool (*match)(struct ikemon_session *s,
				      const void *arg),
			const void *arg)
{
	struct ikemon_session *last;

	return peer_walk(t, addr, match, arg, &last);
}

struct ikemon_session *
ikemon_session_by_id(const struct ikemon_session_table *t, u64 id)
{
	struct ikemon_session *s;
	u32 i;

	for (i = 0; i <= t->init.mask; i++)
		for (s = ikemon_next_init(&t->init.chain[i]); s;
		     s = ikemon_next_init(&s->by_init))
			if (s->id == id)
				return s;
	return NULL;
}

/* Session lock held, or nobody else can reach the session. */
static void link_peer(struct ikemon_session_table *t, struct ikemon_session *s)
{
	u32 hash = peer_hash(t, &ikemon_peer_end(s)->addr);

	if (ikemon_session_is_users(s))
		return;
	spin_lock_bh(ikemon_table_lock(&t->peer, hash));
	hlist_add_head(&s->by_peer, ikemon_table_bucket(&t->peer, hash));
	spin_unlock_bh(ikemon_table_lock(&t->peer, hash));
}

static void unlink_peer(struct ikemon_session_table *t,
			struct ikemon_session *s)
{
	u32 hash = peer_hash(t, &ikemon_peer_end(s)->addr);

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
	ikemon_chain_del(ikemon_table_chain(&t->spi, hash), &s->by_spi);
	spin_unlock_bh(ikemon_table_lock(&t->spi, hash));
	s->hashed_spi = false;
}

void ikemon_session_set_spi_r(struct ikemon_session_table *t,
			      struct ikemon_session *s, u64 spi_r)
{
	u32 hash = spi_hash(t, s->spi_i, spi_r);
	struct ikemon_session *other;
	unsigned int entries = 0;
	struct ikemon_link *chain;

	if (s->spi_r == spi_r && s->hashed_spi)
		return;
	unlink_spi(t, s);
	WRITE_ONCE(s->spi_r, spi_r);
	if (ikemon_session_is_users(s))
		return;
	/* Whoever plays both ends of what we forward chooses both SPIs, and
	 * could put every session into one chain.
	 */
	chain = ikemon_table_chain(&t->spi, hash);
	spin_lock_bh(ikemon_table_lock(&t->spi, hash));
	for (other = ikemon_next_spi(chain); other;
	     other = ikemon_next_spi(&other->by_spi))
		entries++;
	if (entries < IKEMON_CHAIN_MAX) {
		ikemon_chain_add(chain, &s->by_spi);
		s->hashed_spi = true;
	}
	spin_unlock_bh(ikemon_table_lock(&t->spi, hash));
}

void ikemon_session_set_peer(struct ikemon_session_table *t,
			     struct ikemon_session *s,
			     const struct ikemon_endpoint *peer)
{
	struct ikemon_endpoint *end = ikemon_peer_end(s);

	if (nf_inet_addr_cmp(&end->addr, &peer->addr)) {
		end->port = peer->port;
		return;
	}
	unlink_peer(t, s);
	*end = *peer;
	link_peer(t, s);
}

/* The place in the table that reserve() took. */
static void give_place(struct ikemon_net *inet, struct ikemon_session_table *t,
		       bool users)
{
	if (users)
		atomic_dec(&t->users);
	ikemon_quota_give(&quota, inet->net, &t->count);
}

static void session_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(session_cache,
			container_of(rcu, struct ikemon_session, rcu));
}

void ikemon_session_unlink(struct ikemon_net *inet,
			   struct ikemon_session_table *t,
			   struct ikemon_session *s, u8 reason)
{
	u32 hash = init_hash(t, s->spi_i, &s->init_peer, s->family);

	s->dead = true;
	if (reason)
		s->neg.reason = reason;
	ikemon_session_gauge(t, s, s->neg.state, -1);
	if (ikemon_session_floats(s))
		atomic_dec(&t->floated);
	spin_lock_bh(ikemon_table_lock(&t->init, hash));
	ikemon_chain_del(ikemon_table_chain(&t->init, hash), &s->by_init);
	spin_unlock_bh(ikemon_table_lock(&t->init, hash));
	unlink_spi(t, s);
	unlink_peer(t, s);
	give_place(inet, t, ikemon_session_is_users(s));
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
		ikemon_session_unlink(inet, t, s, reason);
		removed = true;
	}
	spin_unlock_bh(&s->lock);
	return removed;
}

/* Local users have a few places, and nobody has to go for them. */
static bool reserve_users(const struct ikemon_meet *meet,
			  struct ikemon_session_table *t)
{
	if (atomic_inc_return(&t->users) <= USERS_MAX &&
	    ikemon_quota_take(&quota, meet->inet->net, &t->count,
			      meet->conf->max_sessions))
		return true;
	atomic_dec(&t->users);
	ikemon_count(meet->inet, SESSIONS_REFUSED);
	return false;
}

/* Take a place in the table, by eviction if need be. */
static bool reserve(const struct ikemon_meet *meet,
		    struct ikemon_session_table *t, u32 hash)
{
	const struct net *net = meet->inet->net;
	u32 max = meet->conf->max_sessions;

	if (meet->local_user)
		return reserve_users(meet, t);
	if (ikemon_quota_take(&quota, net, &t->count, max))
		return true;
	ikemon_alarm_raise(meet->inet, IKEMON_ALARM_TABLE_FULL);
	if (ikemon_session_evict(meet->inet, t, hash, !meet->local) &&
	    ikemon_quota_take(&quota, net, &t->count, max))
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
	if (meet->local_user)
		s->neg.flags |= IKEMON_SESSION_FLAGS_LOCAL_USER;
	s->init_peer = *ikemon_peer_end(s);
	INIT_HLIST_NODE(&s->by_peer);
	attach_source(meet, s);
	s->charged = meet->charged;
	s->proven = meet->proven;
	if (s->proven)
		s->neg.flags |= IKEMON_SESSION_FLAGS_PROVEN;
	ikemon_session_gauge(&meet->run->sessions, s, s->neg.state, 1);
	return s;
}

/* Never was in a table. */
static void session_discard(const struct ikemon_meet *meet,
			    struct ikemon_session_table *t,
			    struct ikemon_session *s)
{
	ikemon_session_gauge(t, s, s->neg.state, -1);
	if (s->source) {
		atomic64_dec(&s->source->negotiations);
		ikemon_source_put(s->source);
	}
	kmem_cache_free(session_cache, s);
	give_place(meet->inet, t, meet->local_user);
}

/*
 * Return: @s, or the session that another CPU put there for the same message,
 * or NULL if the chain takes no more.
 */
static struct ikemon_session *insert_init(struct ikemon_session_table *t,
					  struct ikemon_session *s, u32 hash)
{
	struct ikemon_link *chain = ikemon_table_chain(&t->init, hash);
	struct ikemon_session *other;
	unsigned int entries = 0;

	spin_lock_bh(ikemon_table_lock(&t->init, hash));
	for (other = ikemon_next_init(chain); other;
	     other = ikemon_next_init(&other->by_init)) {
		if (is_init(other, s->spi_i, &s->init_peer, s->family))
			goto out;
		entries++;
	}
	other = entries < IKEMON_CHAIN_MAX ? s : NULL;
	if (other)
		ikemon_chain_add(chain, &s->by_init);
out:
	spin_unlock_bh(ikemon_table_lock(&t->init, hash));
	return other;
}

/* Session lock held; it is in table init. */
static void session_enter(const struct ikemon_meet *meet,
			  struct ikemon_session_table *t,
			  struct ikemon_session *s, bool adopted)
{
	atomic_inc(&t->changes);
	link_peer(t, s);
	if (adopted)
		ikemon_session_set_spi_r(t, s, meet->pkt->spi_r);
	trace_ikemon_session_state(meet->inet->net, s, 0);
	ikemon_event_session(meet->inet, s, IKEMON_EVENT_NEW, 0);
}

struct ikemon_session *ikemon_session_begin(const struct ikemon_meet *meet,
					    enum ikemon_dir dir, u8 role,
					    bool adopted, u64 parent)
{
	struct ikemon_session_table *t = &meet->run->sessions;
	const struct ikemon_endpoint *peer =
		dir == ikemon_peer_side(role) ? &meet->src : &meet->dst;
	u32 hash = init_hash(t, meet->pkt->spi_i, peer, meet->family);
	struct ikemon_session *s, *other;

	if (!reserve(meet, t, hash))
		return NULL;
	s = session_alloc(meet, dir, role, adopted);
	if (!s) {
		give_place(meet->inet, t, meet->local_user);
		ikemon_count(meet->inet, NO_MEMORY);
		return NULL;
	}
	if (parent && s->id - parent <= U32_MAX)
		s->after_parent = s->id - parent;

	/* Whoever finds it there waits until it is in its other tables. */
	spin_lock_bh(&s->lock);
	other = insert_init(t, s, hash);
	if (other == s)
		session_enter(meet, t, s, adopted);
	spin_unlock_bh(&s->lock);
	if (other != s) {
		session_discard(meet, t, s);
		if (!other)
			ikemon_count(meet->inet, SESSIONS_REFUSED);
		return other;
	}
	if (adopted)
		ikemon_count(meet->inet, SESSIONS_ADOPTED);
	else
		ikemon_count(meet->inet, SESSIONS_NEW);
	return s;
}

int ikemon_session_table_init(struct ikemon_session_table *t, u32 max)
{
	get_random_bytes(&t->key, sizeof(t->key));
	get_random_bytes(&t->hash_key, sizeof(t->hash_key));
	atomic_set(&t->count, 0);
	atomic_set(&t->unproven, 0);
	atomic_set(&t->floated, 0);
	atomic_set(&t->users, 0);
	atomic_set(&t->unanswered, 0);
	atomic_set(&t->half_open, 0);
	atomic_set(&t->changes, 0);
	if (ikemon_table_init(&t->init, max))
		return -ENOMEM;
	if (ikemon_table_init(&t->spi, max))
		goto no_spi;
	if (ikemon_table_init(&t->peer, max))
		goto no_peer;
	return 0;

no_peer:
	ikemon_table_destroy(&t->spi);
no_spi:
	ikemon_table_destroy(&t->init);
	return -ENOMEM;
}

/* Every session is gone: nothing is left to be counted. */
static void check_gauges(const struct ikemon_session_table *t)
{
	WARN_ON_ONCE(atomic_read(&t->count) || atomic_read(&t->unproven) ||
		     atomic_read(&t->floated) || atomic_read(&t->users) ||
		     atomic_read(&t->unanswered) || atomic_read(&t->half_open));
}

void ikemon_session_table_destroy(struct ikemon_net *inet,
				  struct ikemon_session_table *t)
{
	struct ikemon_session *s;
	u32 i;

	for (i = 0; i <= t->init.mask; i++) {
		while ((s = ikemon_next_init(&t->init.chain[i])))
			ikemon_session_remove(inet, t, s,
					      IKEMON_REASON_STOPPED);
		cond_resched();
	}
	check_gauges(t);
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
	ikemon_quota_end(&quota);
	kmem_cache_destroy(session_cache);
}
