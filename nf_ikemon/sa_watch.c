// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SAs carry, by the counters of their xfrm states: the first packet
 * of each, and pairs of which only one way is used. Known SAs need not pass
 * any hook.
 */
#include "sa.h"

#include <linux/bitmap.h>

#include "pernet.h"

enum {
	ROUND_MS	= 2000,	/* from one look at an SA to the next */
	SLICE_MS	= 250,
	SLICE_MAX	= 1024,	/* SAs looked at in one go */
	SLICE_BUCKETS	= 256,	/* before others run */
	IDLE_MS		= 30000, /* a pause of that is one, at least */
	WAY_MAX		= 32,
	WAY_WALK_MAX	= 64,
	BORN_S		= 2,
};

/* Where an SA stands, for the worker. */
enum life {
	LIFE_NEW,
	LIFE_UNUSED,
	LIFE_USED,
};

/* The SAs that carry the packets of a child one way: more while it is rekeyed,
 * and those just deleted as well.
 */
struct way {
	struct ikemon_sa *sa[WAY_MAX];
	unsigned int n;
};

static u32 slot_of(const struct ikemon_sa_table *t,
		   const union nf_inet_addr *addr)
{
	return hsiphash(addr, sizeof(*addr), &t->key) % IKEMON_SA_SLOTS;
}

static void note_loose(struct ikemon_sa_table *t, const struct ikemon_sa *sa)
{
	unsigned long *loose = t->watch.loose[t->watch.now];

	set_bit(slot_of(t, &sa->facts.saddr), loose);
	set_bit(slot_of(t, &sa->key.daddr), loose);
}

static bool may_be_loose(const struct ikemon_sa_table *t,
			 const union nf_inet_addr *peer)
{
	u32 slot = slot_of(t, peer);

	return test_bit(slot, t->watch.loose[0]) ||
	       test_bit(slot, t->watch.loose[1]);
}

bool ikemon_sa_missing(const struct ikemon_run *run,
		       const struct ikemon_session *s)
{
	const struct ikemon_conf *conf = ikemon_conf_get(run->inet);
	enum ikemon_dir side = ikemon_peer_side(s->neg.role);
	const struct ikemon_sa_table *t = &run->sas;

	if (conf->unknown_spi == IKEMON_UNKNOWN_SPI_OFF ||
	    !test_bit(IKEMON_SA_USED, &t->flags) ||
	    s->neg.flags & IKEMON_SESSION_FLAGS_ADOPTED ||
	    s->neg.role == IKEMON_ROLE_NONE || s->sas || s->had_sas)
		return false;
	return test_bit(IKEMON_SA_COMPLETE, &t->flags) &&
	       READ_ONCE(t->watch.complete) &&
	       !may_be_loose(t, &s->end[side].addr);
}

/* Does @sa belong to the same child as @like, which may just be changing? */
static bool is_of(const struct ikemon_sa *sa, const struct ikemon_sa *like,
		  const union nf_inet_addr *saddr,
		  const union nf_inet_addr *daddr)
{
	return sa->session == like->session &&
	       sa->key.proto == like->key.proto &&
	       sa->key.family == like->key.family &&
	       sa->facts.reqid == like->facts.reqid &&
	       sa->facts.if_id == like->facts.if_id &&
	       nf_inet_addr_cmp(&sa->key.daddr, daddr) &&
	       nf_inet_addr_cmp(&sa->facts.saddr, saddr);
}

/* Return: false if there are too many to tell anything. */
static bool find_way(const struct ikemon_sa_table *t,
		     const struct ikemon_sa *like, bool back, struct way *way)
{
	const union nf_inet_addr *saddr = &like->facts.saddr;
	const union nf_inet_addr *daddr = &like->key.daddr;
	unsigned int seen = 0;
	struct ikemon_sa *sa;

	if (back)
		swap(saddr, daddr);
	way->n = 0;
	hlist_for_each_entry(sa, ikemon_sa_pair(t, saddr, daddr, &like->facts),
			     pair) {
		if (++seen > WAY_WALK_MAX)
			return false;
		/* What just becomes another child's is as good as that. */
		if (!data_race(is_of(sa, like, saddr, daddr)))
			continue;
		if (way->n == WAY_MAX)
			return false;
		way->sa[way->n++] = sa;
	}
	return true;
}

/* When it last carried something, as far as was seen; ms, 0 never. */
static u64 last_of(const struct way *way)
{
	u64 last = 0;
	unsigned int i;

	for (i = 0; i < way->n; i++)
		last = max(last, way->sa[i]->last);
	return last;
}

static u64 alone_since(const struct way *way)
{
	u64 since = 0;
	unsigned int i;

	for (i = 0; i < way->n; i++)
		if (way->sa[i]->alone &&
		    (!since || way->sa[i]->alone < since))
			since = way->sa[i]->alone;
	return since;
}

static void set_alone(struct way *way, u64 since)
{
	unsigned int i;

	for (i = 0; i < way->n; i++)
		way->sa[i]->alone = since;
}

static void set_last(struct ikemon_sa_table *t, struct ikemon_sa *sa, u64 last)
{
	spinlock_t *lock = ikemon_sa_lock(t, sa);

	spin_lock_bh(lock);
	sa->last = last;
	spin_unlock_bh(lock);
}

/* Return: was it otherwise? */
static bool set_silent(struct ikemon_sa_table *t, struct ikemon_sa *sa,
		       u64 since)
{
	spinlock_t *lock = ikemon_sa_lock(t, sa);
	u64 old;

	spin_lock_bh(lock);
	old = sa->silent;
	sa->silent = since;
	spin_unlock_bh(lock);
	return old != since;
}

static void end_silence(struct ikemon_run *run, struct way *own,
			struct ikemon_sa *sa)
{
	bool was = false;
	unsigned int i;

	for (i = 0; i < own->n; i++)
		was |= set_silent(&run->sas, own->sa[i], 0);
	if (was)
		ikemon_sa_say(run, sa, IKEMON_SA_EVENT_BOTH_WAYS, 0);
}

/* Has one of them carried more since it was last looked at? */
static bool carries_more(struct ikemon_run *run, const struct way *way)
{
	struct ikemon_sa_use use;
	struct ikemon_sa copy;
	unsigned int i;

	for (i = 0; i < way->n; i++) {
		ikemon_sa_snapshot(&run->sas, way->sa[i], &copy);
		if (ikemon_sa_use(run->inet->net, &copy, &use) &&
		    use.packets > way->sa[i]->seen)
			return true;
	}
	return false;
}

/* @back is silent: say so of the newest that lives, once. */
static void begin_silence(struct ikemon_run *run, struct way *back)
{
	u64 since = last_of(back), first = 0, added;
	struct ikemon_sa *newest = NULL;
	bool said = false;
	unsigned int i;

	for (i = 0; i < back->n; i++) {
		said |= back->sa[i]->silent;
		added = READ_ONCE(back->sa[i]->added);
		if (!first || added < first)
			first = added;
		if (!READ_ONCE(back->sa[i]->deleted) &&
		    (!newest || back->sa[i]->id > newest->id))
			newest = back->sa[i];
	}
	if (!newest || (!said && carries_more(run, back)))
		return;
	for (i = 0; i < back->n; i++)
		if (!back->sa[i]->silent)
			set_silent(&run->sas, back->sa[i],
				   since ? since : first);
	if (!said)
		ikemon_sa_say(run, newest, IKEMON_SA_EVENT_ONE_WAY, 0);
}

/*
 * @sa has carried more. What goes on for @after ms, and goes on still, with
 * nothing that comes back is one way. A last word before a pause, to which
 * nobody answers, is not the beginning of what is said after the pause.
 */
static void on_carried(struct ikemon_run *run, struct ikemon_sa *sa,
		       const struct ikemon_sa *copy, u32 after, u64 now)
{
	struct ikemon_sa_table *t = &run->sas;
	struct way own, back;
	u64 since, before;

	if (!find_way(t, copy, false, &own) || !find_way(t, copy, true, &back))
		own.n = 0;
	before = last_of(&own);
	since = alone_since(&own);
	set_last(t, sa, now);
	end_silence(run, &own, sa);
	if (!since || !back.n || last_of(&back) >= since ||
	    now - before > max_t(u32, after, IDLE_MS))
		since = now;
	set_alone(&own, since);
	if (after && own.n && before >= since + after)
		begin_silence(run, &back);
}

/* Did we see it being made, or was it there before? */
static bool saw_birth(const struct ikemon_sa *copy,
		      const struct ikemon_sa_use *use, u64 now)
{
	u64 age = ktime_get_real_seconds() - use->born;

	return age <= div_u64(now - copy->added, MSEC_PER_SEC) + BORN_S;
}

static bool is_up(struct ikemon_run *run, const struct ikemon_sa *sa)
{
	const struct ikemon_session *s = ikemon_sa_session(run, sa);

	return s && READ_ONCE(s->neg.state) == IKEMON_STATE_ESTABLISHED;
}

/* Return: has it carried more than when it was last looked at? */
static bool note_use(struct ikemon_run *run, struct ikemon_sa *sa,
		     const struct ikemon_sa *copy, u64 now)
{
	struct ikemon_sa_use use;
	u8 life = sa->life;
	bool more;

	if (!ikemon_sa_use(run->inet->net, copy, &use))
		return false;
	more = use.packets > sa->seen;
	sa->seen = use.packets;
	if (life != LIFE_USED)
		sa->life = use.packets ? LIFE_USED : LIFE_UNUSED;
	if (life == LIFE_NEW && !saw_birth(copy, &use, now))
		return false;
	if (life != LIFE_USED && more)
		ikemon_sa_say(run, sa, IKEMON_SA_EVENT_FIRST_PACKET, 0);
	return more;
}

/* rcu_read_lock() held. */
static void look_at(struct ikemon_run *run, struct ikemon_sa *sa, u64 now)
{
	u32 after = ikemon_conf_get(run->inet)->one_way_after * MSEC_PER_SEC;
	struct ikemon_sa copy;

	ikemon_sa_snapshot(&run->sas, sa, &copy);
	if (copy.deleted || copy.queued)	/* is yet to be taken in */
		return;
	if (!ikemon_sa_session(run, &copy))
		note_loose(&run->sas, &copy);
	if (note_use(run, sa, &copy, now) && is_up(run, &copy))
		on_carried(run, sa, &copy, after, now);
}

void ikemon_sa_watch_added(struct ikemon_run *run, struct ikemon_sa *sa,
			   const struct ikemon_sa *copy)
{
	set_silent(&run->sas, sa, 0);
	set_last(&run->sas, sa, 0);
	sa->life = LIFE_NEW;
	sa->seen = 0;
	sa->alone = 0;
	if (!ikemon_sa_session(run, sa))
		note_loose(&run->sas, copy);
}

static unsigned int look_at_bucket(struct ikemon_run *run, u32 bucket, u64 now)
{
	unsigned int done = 0;
	struct ikemon_sa *sa;

	rcu_read_lock();
	hlist_for_each_entry_rcu(sa, &run->sas.table.bucket[bucket], node) {
		look_at(run, sa, now);
		done++;
	}
	rcu_read_unlock();
	return done;
}

/* Return: true when all of them were looked at. */
static bool watch_slice(struct ikemon_run *run, u64 now)
{
	struct ikemon_sa_watch *watch = &run->sas.watch;
	unsigned int done = 0;

	for (; watch->bucket <= run->sas.table.mask; watch->bucket++) {
		if (watch->bucket % SLICE_BUCKETS == 0)
			cond_resched();
		if (hlist_empty(&run->sas.table.bucket[watch->bucket]))
			continue;
		if (done >= SLICE_MAX)
			return false;
		done += look_at_bucket(run, watch->bucket, now);
	}
	return true;
}

static void end_round(struct ikemon_sa_watch *watch)
{
	WRITE_ONCE(watch->complete, true);
	watch->bucket = 0;
	watch->now = !watch->now;
	bitmap_zero(watch->loose[watch->now], IKEMON_SA_SLOTS);
}

u32 ikemon_sa_watch(struct ikemon_run *run)
{
	struct ikemon_sa_watch *watch = &run->sas.watch;
	u64 now = ikemon_now();

	if (now >= watch->next) {
		if (!watch->bucket)
			watch->began = now;
		watch->next = now + SLICE_MS;
		if (watch_slice(run, now)) {
			end_round(watch);
			watch->next = max(watch->next,
					  watch->began + ROUND_MS);
		}
	}
	return watch->next - now;
}
