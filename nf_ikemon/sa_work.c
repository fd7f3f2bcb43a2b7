// SPDX-License-Identifier: GPL-2.0-only
/* The worker of the SA table: what follows from what was heard of SAs. */
#include "sa.h"

#include "pernet.h"

enum {
	SYNC_MS		= 60000, /* from one look at all states to the next */
	FREE_MS		= 1000,
	PAIR_WALK_MAX	= 64,
};

struct pair_key {
	union nf_inet_addr saddr;
	union nf_inet_addr daddr;
	u32 reqid;
	u32 if_id;
};

struct hlist_head *ikemon_sa_pair(const struct ikemon_sa_table *t,
				  const union nf_inet_addr *saddr,
				  const union nf_inet_addr *daddr,
				  const struct ikemon_sa_facts *like)
{
	struct pair_key key = {
		.saddr = *saddr, .daddr = *daddr,
		.reqid = like->reqid, .if_id = like->if_id,
	};

	return &t->pair[hsiphash(&key, sizeof(key), &t->key) %
			IKEMON_SA_PAIRS];
}

static struct hlist_head *pair_of(const struct ikemon_sa_table *t,
				  const struct ikemon_sa *sa)
{
	return ikemon_sa_pair(t, &sa->facts.saddr, &sa->key.daddr,
			      &sa->facts);
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
		/* It may just be changing: an event names another then. */
		if (data_race(replaces(sa, old)))
			return old->key.spi;
	}
	return 0;
}

/*
 * @mapped: it is one that was there, made anew with another mapping.
 * Return: SPI of the one that it replaces, 0 for none. rcu_read_lock() held.
 */
static __be32 on_added(struct ikemon_run *run, struct ikemon_sa *sa,
		       bool mapped)
{
	struct ikemon_sa copy;
	__be32 old;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	if (!mapped || !ikemon_sa_keep(run, sa))
		ikemon_sa_tie(run, sa, &copy, false);
	if (!mapped)
		ikemon_sa_watch_added(run, sa, &copy);
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

void ikemon_sa_say(struct ikemon_run *run, struct ikemon_sa *sa,
		   enum ikemon_sa_event event, __be32 old_spi)
{
	struct ikemon_sa copy;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	ikemon_event_sa(run->inet, &copy, event, old_spi);
}

/*
 * Gone at once, and its peer never sent anything through it: he may not have
 * taken our side for authentic (RFC 7296 section 2.21.2). If many do not, it is
 * our certificate. rcu_read_lock() held.
 */
static void note_rejected(struct ikemon_run *run, const struct ikemon_sa *sa)
{
	const struct ikemon_session *s;

	if (sa->dir != IKEMON_SA_DIR_IN || sa->use.packets ||
	    sa->deleted - sa->added >= IKEMON_NEG_FAREWELL_MS)
		return;
	s = ikemon_sa_session(run, sa);
	if (s && s->neg.role == IKEMON_ROLE_RESPONDER && s->source)
		ikemon_guard_seen(run, s->source, true);
}

/* It is gone, or was made anew since. rcu_read_lock() held. */
static void on_deleted(struct ikemon_run *run, struct ikemon_sa *sa)
{
	struct ikemon_sa copy;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	if (!copy.deleted)
		return;
	ikemon_sa_uncount(run, sa);
	note_rejected(run, &copy);
	ikemon_event_sa(run->inet, &copy, copy.hard ?
			IKEMON_SA_EVENT_EXPIRED_HARD :
			IKEMON_SA_EVENT_DELETED, 0);
}

/* rcu_read_lock() held. */
static void look_at(struct ikemon_run *run, struct ikemon_sa *sa)
{
	u8 todo = take_todo(&run->sas, sa);
	bool mapped = todo & IKEMON_SA_TODO_MAPPED;
	__be32 old = 0;

	if (mapped || todo & IKEMON_SA_TODO_ADDED)
		old = on_added(run, sa, mapped);
	if (mapped)
		ikemon_sa_say(run, sa, IKEMON_SA_EVENT_NAT_MAPPING, 0);
	else if (todo & IKEMON_SA_TODO_ADDED)
		ikemon_sa_say(run, sa, old ? IKEMON_SA_EVENT_REKEYED :
					     IKEMON_SA_EVENT_ADDED, old);
	if (todo & IKEMON_SA_TODO_SOFT)
		ikemon_sa_say(run, sa, IKEMON_SA_EVENT_EXPIRED_SOFT, 0);
	if (todo & IKEMON_SA_TODO_DELETED)
		on_deleted(run, sa);
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

void ikemon_sa_remark(struct ikemon_sa_table *t)
{
	set_bit(IKEMON_SA_REMARK, &t->flags);
	ikemon_sa_kick(t);
}

/* Does what our mark is written to choose SAs or policies? */
static void look_at_mark(struct ikemon_run *run)
{
	struct ikemon_sa_table *t = &run->sas;
	u32 mark;

	clear_bit(IKEMON_SA_REMARK, &t->flags);
	rcu_read_lock();
	mark = ikemon_conf_get(run->inet)->mark;
	rcu_read_unlock();
	if (!mark || !ikemon_sa_uses_mark(run->inet->net, mark)) {
		clear_bit(IKEMON_SA_MARKED, &t->flags);
		return;
	}
	set_bit(IKEMON_SA_MARKED, &t->flags);
	ikemon_sa_tick(run);
}

void ikemon_sa_tick(struct ikemon_run *run)
{
	if (test_bit(IKEMON_SA_MARKED, &run->sas.flags))
		ikemon_alarm_raise(run->inet, IKEMON_ALARM_MARK_IN_USE);
}

void ikemon_sa_configured(struct ikemon_run *run,
			  const struct ikemon_conf *old,
			  const struct ikemon_conf *new)
{
	struct ikemon_sa_table *t = &run->sas;

	WRITE_ONCE(t->max, new->max_sas);
	if (old->max_sas < new->max_sas &&
	    test_bit(IKEMON_SA_REFUSED, &t->flags)) {
		set_bit(IKEMON_SA_RESYNC, &t->flags);
		ikemon_sa_kick(t);
	}
	if (old->mark != new->mark)
		ikemon_sa_remark(t);
}

void ikemon_sa_work(struct work_struct *work)
{
	struct ikemon_sa_table *t = container_of(to_delayed_work(work),
						 struct ikemon_sa_table, work);
	struct ikemon_run *run = container_of(t, struct ikemon_run, sas);
	u64 age, delay = SYNC_MS;
	u32 watch;

	clear_bit(IKEMON_SA_KICKED, &t->flags);
	smp_mb__after_atomic();		/* then see what there is to do */
	ikemon_sa_inherit_all(run);
	look_at_all(run);
	if (test_bit(IKEMON_SA_RESYNC, &t->flags) ||
	    ikemon_now() - t->synced >= SYNC_MS) {
		ikemon_sa_sync(run);
		look_at_all(run);
		set_bit(IKEMON_SA_REMARK, &t->flags);
	}
	if (test_bit(IKEMON_SA_REMARK, &t->flags))
		look_at_mark(run);
	if (test_bit(IKEMON_SA_RETIE, &t->flags) &&
	    ikemon_now() >= READ_ONCE(t->retie_at))
		ikemon_sa_retie_all(run);
	watch = ikemon_sa_watch(run);
	age = ikemon_now() - t->synced;
	if (ikemon_sa_free_old(run))
		delay = FREE_MS;
	else if (age < SYNC_MS)
		delay = SYNC_MS - age;
	delay = min_t(u64, delay, watch);
	if (test_bit(IKEMON_SA_RETIE, &t->flags))
		delay = min_t(u64, delay, IKEMON_SA_RETIE_MS);
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
	cancel_delayed_work_sync(&run->sas.work);
	ikemon_sa_forget_heirs(&run->sas);
}
