// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worker of the SA table: which session an SA came of, what that proves,
 * and what is to be said of it.
 */
#include "sa.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "pernet.h"

enum {
	SYNC_MS		= 60000,	/* from one look at all states to the next */
	FREE_MS		= 1000,
	FRESH_MS	= 3000,	/* an SA follows its message so soon */
	PAIR_WALK_MAX	= 64,
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

/* One SA more or less of it. rcu_read_lock() held. */
static void count_sa(struct ikemon_session *s, int sign)
{
	if (!s)
		return;
	spin_lock_bh(&s->lock);
	WRITE_ONCE(s->sas, s->sas + sign);
	spin_unlock_bh(&s->lock);
}

/* It no longer counts for the session it is tied to. rcu_read_lock() held. */
static void uncount_sa(struct ikemon_run *run, struct ikemon_sa *sa)
{
	if (sa->counted)
		count_sa(session_of(run, sa->session, sa->spi_i, sa->spi_r),
			 -1);
	sa->counted = false;
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

static void inherit(struct ikemon_run *run, const struct heir *heir)
{
	struct ikemon_table *table = &run->sas.table;
	struct ikemon_session *child;
	struct ikemon_sa *sa;
	u32 i;

	child = session_of(run, heir->child, heir->spi_i, heir->spi_r);
	for (i = 0; i <= table->mask; i++)
		hlist_for_each_entry_rcu(sa, &table->bucket[i], node) {
			if (sa->session != heir->parent)
				continue;
			uncount_sa(run, sa);
			tie_to(run, sa, heir, sa->dir);
			if (READ_ONCE(sa->deleted))
				continue;
			count_sa(child, 1);
			sa->counted = child;
		}
}

static void inherit_all(struct ikemon_run *run)
{
	struct llist_node *list = llist_del_all(&run->sas.heirs);
	struct heir *heir, *next;

	list = llist_reverse_order(list);
	llist_for_each_entry_safe(heir, next, list, node) {
		rcu_read_lock();
		inherit(run, heir);
		rcu_read_unlock();
		kfree(heir);
		cond_resched();
	}
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
};

/* Called under a bucket lock: reads what may just be changing. */
static bool may_be_of(struct ikemon_session *s, const void *arg)
{
	const struct search *search = arg;
	u8 role = READ_ONCE(s->neg.role), state = READ_ONCE(s->neg.state);
	enum ikemon_dir side = ikemon_peer_side(role);

	if (role == IKEMON_ROLE_NONE || s->family != search->family ||
	    !(search->states & BIT(state)) ||
	    !nf_inet_addr_cmp(&s->end[!side].addr, search->ours) ||
	    (search->port && s->end[side].port != search->port))
		return false;
	if (state == IKEMON_STATE_FAILED &&
	    s->neg.reason != IKEMON_REASON_AUTH_FAILED_SUSPECTED)
		return false;
	return ikemon_neg_last(&s->neg) >= search->since;
}

/*
 * The one session that it can have come of. An SA is made right after a
 * message of its IKE SA, so those that just spoke come first; what looked like
 * a failure comes last. Several that fit equally well are as good as none.
 */
static struct ikemon_session *
search_session(const struct ikemon_run *run, struct search *search, u64 added)
{
	static const u32 up = BIT(IKEMON_STATE_AUTHENTICATING) |
			      BIT(IKEMON_STATE_ESTABLISHED);
	const u64 fresh = added > FRESH_MS ? added - FRESH_MS : 0;
	const struct {
		u32 states;
		u64 since;
	} pass[] = {
		{ up, fresh },
		{ BIT(IKEMON_STATE_FAILED), fresh },
		{ up, 0 },
	};
	struct ikemon_session *s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pass); i++) {
		search->states = pass[i].states;
		search->since = pass[i].since;
		s = ikemon_session_only(&run->sessions, search->peer,
					may_be_of, search);
		if (s || ikemon_session_any(&run->sessions, search->peer,
					    may_be_of, search))
			return s;
	}
	return NULL;
}

static struct ikemon_session *find_session(const struct ikemon_run *run,
					   const struct ikemon_sa *sa, u8 dir)
{
	const struct ikemon_sa_facts *facts = &sa->facts;
	bool out = dir == IKEMON_SA_DIR_OUT;
	struct search search = {
		.peer = out ? &sa->key.daddr : &facts->saddr,
		.ours = out ? &facts->saddr : &sa->key.daddr,
		.port = out ? facts->encap_dst : facts->encap_src,
		.family = sa->key.family,
	};

	if (!facts->encap)
		search.port = 0;
	return search_session(run, &search, sa->added);
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

/* @s has an SA: that is the proof. */
static void prove(struct ikemon_run *run, struct ikemon_session *s)
{
	u8 old;

	spin_lock_bh(&s->lock);
	old = s->neg.state;
	WRITE_ONCE(s->sas, s->sas + 1);
	if (!s->dead && ikemon_neg_prove(&s->neg, IKEMON_PROOF_XFRM,
					 ikemon_now()))
		ikemon_session_state_changed(run->inet, &run->sessions, s,
					     old);
	spin_unlock_bh(&s->lock);
}

/* Which way does an SA go, and whose is it? @copy is of @sa. */
static u8 look_around(struct ikemon_run *run, const struct ikemon_sa *copy,
		      struct ikemon_session **s)
{
	u8 dir = direction_of(run, copy);

	if (dir != IKEMON_SA_DIR_NONE) {
		*s = find_session(run, copy, dir);
		return dir;
	}
	/* An address of a VRF perhaps, which we were not told. */
	*s = find_session(run, copy, IKEMON_SA_DIR_OUT);
	if (*s)
		return IKEMON_SA_DIR_OUT;
	*s = find_session(run, copy, IKEMON_SA_DIR_IN);
	return *s ? IKEMON_SA_DIR_IN : IKEMON_SA_DIR_NONE;
}

/* rcu_read_lock() held. */
static void tie(struct ikemon_run *run, struct ikemon_sa *sa,
		const struct ikemon_sa *copy)
{
	struct ikemon_session *s;
	u8 dir = look_around(run, copy, &s);
	struct heir to = { };

	uncount_sa(run, sa);
	if (s)
		to = (struct heir) {
			.child = s->id, .spi_i = s->spi_i,
			.spi_r = READ_ONCE(s->spi_r),
		};
	tie_to(run, sa, &to, dir);
	if (!s)
		return;
	sa->counted = true;
	prove(run, s);
}

struct pair_key {
	union nf_inet_addr saddr;
	union nf_inet_addr daddr;
	u32 reqid;
	u32 if_id;
};

static struct hlist_head *pair_of(const struct ikemon_sa_table *t,
				  const struct ikemon_sa *sa)
{
	struct pair_key key = {
		.saddr = sa->facts.saddr, .daddr = sa->key.daddr,
		.reqid = sa->facts.reqid, .if_id = sa->facts.if_id,
	};

	return &t->pair[hsiphash(&key, sizeof(key), &t->key) %
			IKEMON_SA_BUCKETS];
}

/* Does @sa do the same as @old did? What @old is may just be changing. */
static bool replaces(const struct ikemon_sa *sa, const struct ikemon_sa *old)
{
	return old->facts.reqid == sa->facts.reqid &&
	       old->facts.if_id == sa->facts.if_id &&
	       old->facts.mode == sa->facts.mode &&
	       old->key.proto == sa->key.proto &&
	       old->key.family == sa->key.family &&
	       nf_inet_addr_cmp(&old->key.daddr, &sa->key.daddr) &&
	       nf_inet_addr_cmp(&old->facts.saddr, &sa->facts.saddr) &&
	       !READ_ONCE(old->deleted);
}

/* The newest live SA that @sa replaces: its SPI, 0 for none. */
static __be32 predecessor(const struct ikemon_sa_table *t,
			  const struct ikemon_sa *sa)
{
	struct hlist_head *chain = pair_of(t, sa);
	const struct ikemon_sa *old;
	unsigned int seen = 0;

	if (!sa->facts.reqid)
		return 0;
	hlist_for_each_entry(old, chain, pair) {
		if (++seen > PAIR_WALK_MAX)
			break;
		if (replaces(sa, old))
			return old->key.spi;
	}
	return 0;
}

/* Return: SPI of the one that it replaces, 0 for none. rcu_read_lock() held. */
static __be32 on_added(struct ikemon_run *run, struct ikemon_sa *sa)
{
	struct ikemon_sa copy;
	__be32 old;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	tie(run, sa, &copy);
	hlist_del_init(&sa->pair);
	old = predecessor(&run->sas, &copy);
	hlist_add_head(&sa->pair, pair_of(&run->sas, &copy));
	return old;
}

/* Take what is to be done of @sa. It may be queued again from now on. */
static u8 take_todo(struct ikemon_sa_table *t, struct ikemon_sa *sa)
{
	spinlock_t *lock = ikemon_sa_lock(t, sa);
	u8 todo;

	spin_lock_bh(lock);
	todo = sa->todo;
	sa->todo = 0;
	sa->queued = false;
	spin_unlock_bh(lock);
	return todo;
}

static void say(struct ikemon_run *run, struct ikemon_sa *sa,
		enum ikemon_sa_event event, __be32 old)
{
	struct ikemon_sa copy;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	ikemon_event_sa(run->inet, &copy, event, old);
}

/* rcu_read_lock() held. */
static void look_at(struct ikemon_run *run, struct ikemon_sa *sa)
{
	u8 todo = take_todo(&run->sas, sa);
	__be32 old;

	if (todo & IKEMON_SA_TODO_ADDED) {
		old = on_added(run, sa);
		say(run, sa, old ? IKEMON_SA_EVENT_REKEYED :
				   IKEMON_SA_EVENT_ADDED, old);
	}
	if (todo & IKEMON_SA_TODO_SOFT)
		say(run, sa, IKEMON_SA_EVENT_EXPIRED_SOFT, 0);
	if (todo & IKEMON_SA_TODO_DELETED && READ_ONCE(sa->deleted)) {
		uncount_sa(run, sa);
		say(run, sa, sa->hard ? IKEMON_SA_EVENT_EXPIRED_HARD :
					IKEMON_SA_EVENT_DELETED, 0);
	}
}

static void look_at_all(struct ikemon_run *run)
{
	struct llist_node *list = llist_del_all(&run->sas.todo);
	struct ikemon_sa *sa, *next;

	list = llist_reverse_order(list);
	llist_for_each_entry_safe(sa, next, list, todo_node) {
		rcu_read_lock();
		look_at(run, sa);
		rcu_read_unlock();
		cond_resched();
	}
}

void ikemon_sa_work(struct work_struct *work)
{
	struct ikemon_sa_table *t = container_of(to_delayed_work(work),
						 struct ikemon_sa_table, work);
	struct ikemon_run *run = container_of(t, struct ikemon_run, sas);
	u64 age, delay = SYNC_MS;

	inherit_all(run);
	look_at_all(run);
	if (test_bit(IKEMON_SA_RESYNC, &t->flags) ||
	    ikemon_now() - t->synced >= SYNC_MS) {
		ikemon_sa_sync(run);
		look_at_all(run);
	}
	age = ikemon_now() - t->synced;
	if (ikemon_sa_free_old(run))
		delay = FREE_MS;
	else if (age < SYNC_MS)
		delay = SYNC_MS - age;
	queue_delayed_work(system_unbound_wq, &t->work,
			   msecs_to_jiffies(delay));
}

void ikemon_sa_start(struct ikemon_run *run)
{
	set_bit(IKEMON_SA_RESYNC, &run->sas.flags);
	ikemon_sa_kick(&run->sas);
	flush_delayed_work(&run->sas.work);
}

void ikemon_sa_stop(struct ikemon_run *run)
{
	struct heir *heir, *next;

	cancel_delayed_work_sync(&run->sas.work);
	llist_for_each_entry_safe(heir, next, llist_del_all(&run->sas.heirs),
				  node)
		kfree(heir);
}
