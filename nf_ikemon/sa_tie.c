// SPDX-License-Identifier: GPL-2.0-only
/* Which session an SA came of, and what that proves. */
#include "sa.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "pernet.h"

enum {
	FRESH_MS	= 3000,	/* an SA follows its message so soon */
	INHERIT_BATCH	= 256,	/* buckets looked at before others run */
};

/* A session that goes on with another's SAs. */
struct heir {
	struct llist_node node;
	u64 parent;
	u64 child;
	u64 spi_i;
	u64 spi_r;
};

void ikemon_sa_inherit(struct ikemon_run *run,
		       const struct ikemon_session *parent,
		       const struct ikemon_session *child)
{
	struct heir *heir;

	if (!READ_ONCE(parent->sas))
		return;
	heir = kmalloc(sizeof(*heir), GFP_ATOMIC);
	if (!heir) {
		ikemon_count(run->inet, NO_MEMORY);
		return;
	}
	*heir = (struct heir) {
		.parent = parent->id, .child = child->id,
		.spi_i = child->spi_i, .spi_r = READ_ONCE(child->spi_r),
	};
	llist_add(&heir->node, &run->sas.heirs);
	ikemon_sa_kick(&run->sas);
}

/* The session of that id if it is still there. rcu_read_lock() held. */
static struct ikemon_session *session_of(const struct ikemon_run *run, u64 id,
					 u64 spi_i, u64 spi_r)
{
	struct ikemon_session *s;

	if (!id)
		return NULL;
	s = ikemon_session_find_spi(&run->sessions, spi_i, spi_r);
	return s && s->id == id ? s : NULL;
}

struct ikemon_session *ikemon_sa_session(const struct ikemon_run *run,
					 const struct ikemon_sa *sa)
{
	return session_of(run, sa->session, sa->spi_i, sa->spi_r);
}

/* One SA more or less of it, whose lock is held. */
static void count_sa_locked(struct ikemon_run *run, struct ikemon_session *s,
			    int sign)
{
	WRITE_ONCE(s->sas, s->sas + sign);
	WRITE_ONCE(s->had_sas, true);
	if (!(s->neg.flags & IKEMON_SESSION_FLAGS_NO_SA))
		return;
	s->neg.flags &= ~IKEMON_SESSION_FLAGS_NO_SA;
	if (!s->dead && s->neg.state == IKEMON_STATE_ESTABLISHED)
		ikemon_event_session(run->inet, s, IKEMON_EVENT_CHILD, 0);
}

/* One SA more or less of it. rcu_read_lock() held. */
static void count_sa(struct ikemon_run *run, struct ikemon_session *s,
		     int sign)
{
	if (!s)
		return;
	spin_lock_bh(&s->lock);
	count_sa_locked(run, s, sign);
	spin_unlock_bh(&s->lock);
}

void ikemon_sa_uncount(struct ikemon_run *run, struct ikemon_sa *sa)
{
	if (sa->counted)
		count_sa(run, ikemon_sa_session(run, sa), -1);
	sa->counted = false;
}

bool ikemon_sa_keep(struct ikemon_run *run, struct ikemon_sa *sa)
{
	struct ikemon_session *s = ikemon_sa_session(run, sa);

	if (s && !sa->counted)
		count_sa(run, s, 1);
	sa->counted = s;
	return s;
}

/* rcu_read_lock() held. Only the worker ties. */
static void tie_to(struct ikemon_run *run, struct ikemon_sa *sa,
		   const struct heir *to, u8 dir)
{
	spinlock_t *lock = ikemon_sa_lock(&run->sas, sa);

	spin_lock_bh(lock);
	sa->dir = dir;
	sa->session = to->child;
	sa->spi_i = to->spi_i;
	sa->spi_r = to->spi_r;
	spin_unlock_bh(lock);
}

static void inherit_sa(struct ikemon_run *run, const struct heir *heir,
		       struct ikemon_sa *sa)
{
	struct ikemon_session *child;

	ikemon_sa_uncount(run, sa);
	tie_to(run, sa, heir, sa->dir);
	if (READ_ONCE(sa->deleted))
		return;
	child = session_of(run, heir->child, heir->spi_i, heir->spi_r);
	count_sa(run, child, 1);
	sa->counted = child;
}

/* Others have their turn between buckets: there may be a million SAs. */
static void inherit(struct ikemon_run *run, const struct heir *heir)
{
	struct ikemon_table *table = &run->sas.table;
	struct ikemon_sa *sa;
	u32 i;

	for (i = 0; i <= table->mask; i++) {
		if (i % INHERIT_BATCH == 0)
			cond_resched();
		if (hlist_empty(&table->bucket[i]))
			continue;
		rcu_read_lock();
		hlist_for_each_entry_rcu(sa, &table->bucket[i], node)
			if (sa->session == heir->parent)
				inherit_sa(run, heir, sa);
		rcu_read_unlock();
	}
}

void ikemon_sa_inherit_all(struct ikemon_run *run)
{
	struct llist_node *list = llist_del_all(&run->sas.heirs);
	struct heir *heir, *next;

	list = llist_reverse_order(list);
	llist_for_each_entry_safe(heir, next, list, node) {
		inherit(run, heir);
		kfree(heir);
	}
}

void ikemon_sa_forget_heirs(struct ikemon_sa_table *t)
{
	struct heir *heir, *next;

	llist_for_each_entry_safe(heir, next, llist_del_all(&t->heirs), node)
		kfree(heir);
}

static bool is_local(struct net *net, const union nf_inet_addr *addr,
		     u8 family)
{
	if (family == NFPROTO_IPV4)
		return inet_addr_type(net, addr->ip) == RTN_LOCAL;
#if IS_ENABLED(CONFIG_IPV6)
	return ipv6_chk_addr(net, &addr->in6, NULL, 0);
#else
	return false;
#endif
}

/* What is looked for among the sessions. */
struct search {
	const union nf_inet_addr *peer;
	const union nf_inet_addr *ours;
	__be16 port;	/* of the peer, 0 any */
	u8 family;
	u32 states;	/* bit N: state N */
	u64 since;	/* it said something then or later */
	u64 added;	/* when the SA was */
	u64 *latest;	/* see spoke_last() */
	bool emptied;	/* also one that lost its SAs */
};

/*
 * Between the right ends, in a state that will do. Called under a bucket lock:
 * reads what may just be changing, and so do those that call it.
 */
static bool fits(const struct ikemon_session *s, const struct search *search)
{
	u8 role = READ_ONCE(s->neg.role), state = READ_ONCE(s->neg.state);
	enum ikemon_dir side = ikemon_peer_side(role);

	return role != IKEMON_ROLE_NONE && s->family == search->family &&
	       search->states & BIT(state) &&
	       nf_inet_addr_cmp(&s->end[!side].addr, search->ours) &&
	       (!search->port || s->end[side].port == search->port ||
		READ_ONCE(s->from_port) == search->port);
}

static bool makes_sas(const struct ikemon_neg *neg, u8 exchange)
{
	if (neg->version == 1)
		return exchange == IKE1_QUICK;
	return exchange == IKE2_AUTH || exchange == IKE2_CREATE_CHILD_SA ||
	       exchange == IKE2_FOLLOWUP_KE;
}

/*
 * The last message of the peer if an SA added at @added can have come of it:
 * of an exchange that makes SAs, just before, and if it asked for an answer,
 * this did not go before. Return: ms, 0 for none.
 */
static u64 spoke_at(const struct ikemon_session *s, u64 added)
{
	const struct ikemon_neg *neg = &s->neg;
	enum ikemon_dir side = ikemon_peer_side(READ_ONCE(neg->role));
	const struct ikemon_flow *theirs = &neg->flow[side];
	const struct ikemon_flow *ours = &neg->flow[!side];
	u64 then = theirs->last;

	if (!theirs->messages || !makes_sas(neg, theirs->exchange) ||
	    then > added || added - then > FRESH_MS)
		return 0;
	if (ours->messages && ours->last > then && ours->last < added)
		return 0;
	return then;
}

/* Of those that fit, is it the last whose peer spoke, as far as is known? */
static bool spoke_last(struct ikemon_session *s, const void *arg)
{
	const struct search *search = arg;
	u64 then = fits(s, search) ? spoke_at(s, search->added) : 0;

	if (!then || then < *search->latest)
		return false;
	*search->latest = then;
	return true;
}

/*
 * A daemon adds SAs when a message of the peer came, before it looks at
 * another: who authenticates again, and keeps the old IKE SA meanwhile, is
 * told apart by that.
 */
static struct ikemon_session *search_speaker(const struct ikemon_run *run,
					     struct search *search)
{
	u64 latest = 0;

	search->latest = &latest;
	ikemon_session_any(&run->sessions, search->peer, spoke_last, search);
	return ikemon_session_only(&run->sessions, search->peer, spoke_last,
				   search);
}

static bool may_be_of(struct ikemon_session *s, const void *arg)
{
	const struct search *search = arg;
	u8 state = READ_ONCE(s->neg.state);

	if (!fits(s, search))
		return false;
	if (!search->emptied && READ_ONCE(s->had_sas) && !READ_ONCE(s->sas))
		return false;
	if (state == IKEMON_STATE_FAILED &&
	    s->neg.reason != IKEMON_REASON_AUTH_FAILED_SUSPECTED)
		return false;
	return ikemon_neg_last(&s->neg) >= search->since;
}

/*
 * An SA of which nobody saw how it came about. It proves nothing: what it is
 * tied to is established.
 */
static struct ikemon_session *search_late(const struct ikemon_run *run,
					  struct search *search)
{
	search->states = BIT(IKEMON_STATE_ESTABLISHED);
	search->since = 0;
	return ikemon_session_only(&run->sessions, search->peer, may_be_of,
				   search);
}

/*
 * The one session that it can have come of. An SA is made right after a
 * message of the peer. If that does not tell, those come first that just spoke,
 * of these not such as lost all they had: who deletes a tunnel and connects
 * again has one of them. What looked like a failure comes late. Several that
 * fit equally well are as good as none.
 */
static struct ikemon_session *
search_session(const struct ikemon_run *run, struct search *search)
{
	static const u32 up = BIT(IKEMON_STATE_AUTHENTICATING) |
			      BIT(IKEMON_STATE_ESTABLISHED);
	const u64 fresh = search->added > FRESH_MS ?
				  search->added - FRESH_MS : 0;
	const struct {
		u32 states;
		u64 since;
		bool emptied;
	} pass[] = {
		{ up, fresh, false },
		{ up, fresh, true },
		{ BIT(IKEMON_STATE_FAILED), fresh, true },
		{ up, 0, false },
		{ up, 0, true },
	};
	struct ikemon_session *s;
	unsigned int i;

	search->states = up;
	s = search_speaker(run, search);
	if (s)
		return s;
	for (i = 0; i < ARRAY_SIZE(pass); i++) {
		search->states = pass[i].states;
		search->since = pass[i].since;
		search->emptied = pass[i].emptied;
		s = ikemon_session_only(&run->sessions, search->peer,
					may_be_of, search);
		if (s || ikemon_session_any(&run->sessions, search->peer,
					    may_be_of, search))
			return s;
	}
	return NULL;
}

/* @late: it was there before the session was known. */
static struct ikemon_session *find_session(const struct ikemon_run *run,
					   const struct ikemon_sa *sa, u8 dir,
					   bool late)
{
	const struct ikemon_sa_facts *facts = &sa->facts;
	bool out = dir == IKEMON_SA_DIR_OUT;
	struct search search = {
		.peer = out ? &sa->key.daddr : &facts->saddr,
		.ours = out ? &facts->saddr : &sa->key.daddr,
		.port = out ? facts->encap_dst : facts->encap_src,
		.family = sa->key.family,
		.added = sa->added,
	};

	if (!facts->encap)
		search.port = 0;
	return late ? search_late(run, &search) :
		      search_session(run, &search);
}

static u8 direction_of(const struct ikemon_run *run,
		       const struct ikemon_sa *sa)
{
	struct net *net = run->inet->net;

	if (is_local(net, &sa->facts.saddr, sa->key.family))
		return IKEMON_SA_DIR_OUT;
	if (is_local(net, &sa->key.daddr, sa->key.family))
		return IKEMON_SA_DIR_IN;
	return IKEMON_SA_DIR_NONE;
}

/* @s has an SA: that is the proof. Once it is given nobody looks at its ESP, so
 * that it goes in UDP is known from here.
 */
static void prove(struct ikemon_run *run, struct ikemon_session *s, bool encap)
{
	u8 old;

	spin_lock_bh(&s->lock);
	old = s->neg.state;
	count_sa_locked(run, s, 1);
	if (encap && !s->dead)
		ikemon_session_set_nat(&run->sessions, s);
	if (!s->dead && ikemon_neg_prove(&s->neg, IKEMON_PROOF_XFRM,
					 ikemon_now()))
		ikemon_session_state_changed(run->inet, &run->sessions, s,
					     old);
	spin_unlock_bh(&s->lock);
}

/* Which way does an SA go, and whose is it? @copy is of @sa. */
static u8 look_around(struct ikemon_run *run, const struct ikemon_sa *copy,
		      bool late, struct ikemon_session **s)
{
	u8 dir = direction_of(run, copy);

	if (dir != IKEMON_SA_DIR_NONE) {
		*s = find_session(run, copy, dir, late);
		return dir;
	}
	/* An address of a VRF perhaps, which we were not told. */
	*s = find_session(run, copy, IKEMON_SA_DIR_OUT, late);
	if (*s)
		return IKEMON_SA_DIR_OUT;
	*s = find_session(run, copy, IKEMON_SA_DIR_IN, late);
	return *s ? IKEMON_SA_DIR_IN : IKEMON_SA_DIR_NONE;
}

/*
 * The session that it was tied to before. A daemon that follows its peer to
 * another address or port deletes the SAs and adds them anew.
 */
static struct ikemon_session *session_before(struct ikemon_run *run,
					     const struct ikemon_sa *copy)
{
	struct ikemon_session *s;

	s = session_of(run, copy->session, copy->spi_i, copy->spi_r);
	return s && READ_ONCE(s->neg.state) == IKEMON_STATE_ESTABLISHED ? s :
									 NULL;
}

void ikemon_sa_tie(struct ikemon_run *run, struct ikemon_sa *sa,
		   const struct ikemon_sa *copy, bool late)
{
	struct ikemon_session *s = session_before(run, copy);
	u8 dir = s ? copy->dir : look_around(run, copy, late, &s);
	struct heir to = { };

	ikemon_sa_uncount(run, sa);
	if (s)
		to = (struct heir) {
			.child = s->id, .spi_i = s->spi_i,
			.spi_r = READ_ONCE(s->spi_r),
		};
	tie_to(run, sa, &to, dir);
	if (!s)
		return;
	sa->counted = true;
	prove(run, s, copy->facts.encap);
}

/* Is it tied to no session that is there? rcu_read_lock() held. */
static bool is_loose(struct ikemon_run *run, const struct ikemon_sa *sa)
{
	return !READ_ONCE(sa->deleted) && !ikemon_sa_session(run, sa);
}

/* Is it so new that a negotiation of which it came is still to be seen? */
static bool is_fresh(const struct ikemon_sa *copy)
{
	return ikemon_now() - copy->added < FRESH_MS;
}

static void retie_bucket(struct ikemon_run *run, u32 bucket)
{
	struct ikemon_sa *sa, copy;

	rcu_read_lock();
	hlist_for_each_entry_rcu(sa, &run->sas.table.bucket[bucket], node)
		if (is_loose(run, sa)) {
			ikemon_sa_snapshot(&run->sas, sa, &copy);
			ikemon_sa_tie(run, sa, &copy, !is_fresh(&copy));
		}
	rcu_read_unlock();
}

void ikemon_sa_retie_all(struct ikemon_run *run)
{
	struct ikemon_table *table = &run->sas.table;
	u32 i;

	clear_bit(IKEMON_SA_RETIE, &run->sas.flags);
	for (i = 0; i <= table->mask; i++) {
		if (hlist_empty(&table->bucket[i]))
			continue;
		retie_bucket(run, i);
		cond_resched();
	}
}

void ikemon_sa_retie(struct ikemon_run *run)
{
	struct ikemon_sa_table *t = &run->sas;

	if (!atomic_read(&t->live) || test_bit(IKEMON_SA_RETIE, &t->flags))
		return;
	WRITE_ONCE(t->retie_at, ikemon_now() + IKEMON_SA_RETIE_MS);
	if (!test_and_set_bit(IKEMON_SA_RETIE, &t->flags))
		ikemon_sa_kick(t);
}
