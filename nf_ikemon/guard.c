// SPDX-License-Identifier: GPL-2.0-only
#include "guard.h"

#include <linux/hash.h>
#include <linux/random.h>

#include "pernet.h"

enum guard_limits {
	SKETCH_CELLS	= 4096,		/* of a row, 32 KiB */
	FIRST_CELLS	= 1 << 18,	/* 512 KiB */
	CHALLENGED_CELLS = 1 << 17,
	CLEAN_EVERY	= 256,		/* ticks in which all is cleaned */
	ROTATE_EVERY	= 60,		/* ticks; see cookie.h */
	MISMATCH_AFTER	= 3,		/* seconds without an answer */
	MISMATCH_MIN	= 3,		/* questions */
	MISFIT_AFTER	= 30,		/* the same where it did fit before */
	MISFIT_MIN	= 100,
	STALE_AFTER	= 60,		/* seconds without a question */
	MISMATCH_HOLD	= 60,		/* seconds until it is tried again */
	SILENT_MIN	= 5,		/* questions */
	OFFENDERS_MIN	= 10,		/* fewer are no mass failure */
	OFFENDERS_PART	= 5,		/* one in so many is one */
	LOST_PART	= 8,		/* one in so many is forgotten, by s */
};

static struct workqueue_struct *guard_queue;

static bool before(const u32 *until, u64 now)
{
	return ikemon_seconds(now) < READ_ONCE(*until);
}

bool ikemon_guard_take(struct ikemon_guard *guard,
		       enum ikemon_guard_bucket which, u32 rate, u64 now)
{
	bool ok;

	spin_lock_bh(&guard->lock);
	ok = ikemon_bucket_take(&guard->bucket[which], rate, rate, now);
	spin_unlock_bh(&guard->lock);
	return ok;
}

u64 ikemon_guard_source_key(const struct ikemon_guard *guard,
			    const union nf_inet_addr *prefix, u8 family,
			    u8 plen)
{
	const u64 *half = (const u64 *)prefix;

	if (family == NFPROTO_IPV4)
		return siphash_2u32((__force u32)prefix->ip, plen,
				    &guard->key);
	return siphash_3u64(get_unaligned(half), get_unaligned(half + 1), plen,
			    &guard->key);
}

u64 ikemon_guard_message_key(u64 source_key, u64 what)
{
	return source_key ^ what * GOLDEN_RATIO_64;
}

bool ikemon_guard_attacked(struct ikemon_run *run,
			   const struct ikemon_conf *conf, u64 now)
{
	struct ikemon_guard *guard = &run->guard;
	u32 open = atomic_read(&run->sessions.unanswered) +
		   atomic_read(&run->sessions.half_open) +
		   atomic_read(&guard->spent);

	if (open >= conf->challenge_global) {
		if (!before(&guard->attack_until, now))
			ikemon_alarm_raise(run->inet,
					   IKEMON_ALARM_UNDER_ATTACK);
		WRITE_ONCE(guard->attack_until,
			   ikemon_seconds(now) + conf->challenge_hold);
	}
	return before(&guard->attack_until, now);
}

void ikemon_guard_challenge(struct ikemon_guard *guard, int n)
{
	atomic_add(n, &guard->missing);
}

/* Once a second: does the attack that was found go on? */
static void check_attack(struct ikemon_guard *guard,
			 const struct ikemon_conf *conf, u64 now)
{
	int most = conf->challenge_global;
	int lost = guard->lost - guard->lost / LOST_PART;
	int spent = atomic_read(&guard->spent);

	atomic_sub(DIV_ROUND_UP(spent, LOST_PART), &guard->spent);
	lost += atomic_xchg(&guard->missing, 0);
	guard->lost = clamp(lost, 0, 2 * most);
	if (!before(&guard->attack_until, now))
		return;
	if (guard->lost >= most)
		WRITE_ONCE(guard->attack_until,
			   ikemon_seconds(now) + conf->challenge_hold);
	ikemon_alarm_raise(guard->run->inet, IKEMON_ALARM_UNDER_ATTACK);
}

bool ikemon_guard_mismatch(const struct ikemon_guard *guard, u64 now)
{
	return before(&guard->mismatch_until, now);
}

void ikemon_guard_mismatched(struct ikemon_guard *guard, u64 now)
{
	WRITE_ONCE(guard->mismatch_until, ikemon_seconds(now) + MISMATCH_HOLD);
	ikemon_alarm_raise(guard->run->inet, IKEMON_ALARM_COOKIE_MISMATCH);
}

bool ikemon_guard_suspends(const struct ikemon_run *run)
{
	return ikemon_alarm_stands(run->inet, IKEMON_ALARM_MASS_FAILURE);
}

static void question(struct ikemon_silence *silence, u64 now)
{
	if (!READ_ONCE(silence->since))
		WRITE_ONCE(silence->since, ikemon_seconds(now) ?: 1);
	WRITE_ONCE(silence->last, ikemon_seconds(now));
	atomic_inc(&silence->questions);
}

static void answer(struct ikemon_silence *silence)
{
	if (!READ_ONCE(silence->since))
		return;
	WRITE_ONCE(silence->since, 0);
	atomic_set(&silence->questions, 0);
}

/* Were @min questions asked and none answered in @after seconds? */
static bool is_silent(struct ikemon_silence *silence, u32 after, int min,
		      u64 now)
{
	u32 since = READ_ONCE(silence->since);

	return since && ikemon_is_past(ikemon_seconds(now), since, after) &&
	       atomic_read(&silence->questions) >= min;
}

void ikemon_guard_let_in(struct ikemon_guard *guard, bool verified, u64 now)
{
	question(&guard->daemon, now);
	if (verified)
		question(&guard->verified, now);
}

void ikemon_guard_answered(struct ikemon_guard *guard, bool verified, u8 mode)
{
	answer(&guard->daemon);
	if (!verified)
		return;
	answer(&guard->verified);
	WRITE_ONCE(guard->fits, mode);
}

/*
 * When many of those who are really there fail at once, or nobody succeeds
 * any more, it is more likely our side's fault than theirs.
 */
static bool mass_failure(const struct ikemon_guard *guard)
{
	int sources = 0, offenders = 0, successes = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(guard->tally); i++) {
		sources += atomic_read(&guard->tally[i].sources);
		offenders += atomic_read(&guard->tally[i].offenders);
		successes += atomic_read(&guard->tally[i].successes);
	}
	return offenders >= OFFENDERS_MIN &&
	       (offenders * OFFENDERS_PART > sources || !successes);
}

static void suspend(struct ikemon_guard *guard, const struct ikemon_conf *conf,
		    u64 now)
{
	WRITE_ONCE(guard->suspended_until,
		   ikemon_seconds(now) + conf->block_window);
	ikemon_alarm_raise(guard->run->inet, IKEMON_ALARM_MASS_FAILURE);
}

/*
 * Count a source in @window, and no longer in the one before it: it is the same
 * one. Two CPUs may count it twice, or a window be over meanwhile; it is a
 * matter of one in five. Return: false if it was counted there.
 */
static bool tally_move(u32 *stamp, u32 window, atomic_t *now, atomic_t *before)
{
	u32 old = READ_ONCE(*stamp);

	if (old == window)
		return false;
	WRITE_ONCE(*stamp, window);
	atomic_inc(now);
	if (old && old == window - 1)
		atomic_dec(before);
	return true;
}

void ikemon_guard_seen(struct ikemon_run *run, struct ikemon_source *source,
		       bool offended)
{
	u32 window = READ_ONCE(run->guard.window);
	struct ikemon_tally *tally = &run->guard.tally[window % 2];
	struct ikemon_tally *last = &run->guard.tally[(window + 1) % 2];

	if (source->wide)
		source = source->wide;
	tally_move(&source->seen_in, window, &tally->sources, &last->sources);
	if (!offended || !tally_move(&source->offended_in, window,
				     &tally->offenders, &last->offenders))
		return;
	/* At once: many may time out in the same instant. */
	if (mass_failure(&run->guard))
		suspend(&run->guard, ikemon_conf_get(run->inet), ikemon_now());
}

void ikemon_guard_success(struct ikemon_guard *guard)
{
	atomic_inc(&guard->tally[READ_ONCE(guard->window) % 2].successes);
}

static void next_window(struct ikemon_guard *guard, u32 window)
{
	struct ikemon_tally *tally = &guard->tally[window % 2];

	if (window == guard->window)
		return;
	atomic_set(&tally->sources, 0);
	atomic_set(&tally->offenders, 0);
	atomic_set(&tally->successes, 0);
	WRITE_ONCE(guard->window, window);
}

static void check_failures(struct ikemon_guard *guard,
			   const struct ikemon_conf *conf, u64 now)
{
	next_window(guard, ikemon_seconds(now) / conf->block_window + 1);
	if (mass_failure(guard))
		suspend(guard, conf, now);
	else if (before(&guard->suspended_until, now))
		ikemon_alarm_raise(guard->run->inet,
				   IKEMON_ALARM_MASS_FAILURE);
}

/* Questions that nobody asks any more count no longer. */
static void forget_stale(struct ikemon_silence *silence, u64 now)
{
	if (ikemon_is_past(ikemon_seconds(now), READ_ONCE(silence->last),
			   STALE_AFTER))
		answer(silence);
}

/*
 * A daemon may have no word for some who do bring a COOKIE. Where it was seen
 * to take one in this mode, it takes more than a few of those to doubt it.
 */
static bool is_misfit(struct ikemon_guard *guard, u8 mode, u64 now)
{
	bool fits = READ_ONCE(guard->fits) == mode;

	return is_silent(&guard->verified,
			 fits ? MISFIT_AFTER : MISMATCH_AFTER,
			 fits ? MISFIT_MIN : MISMATCH_MIN, now);
}

static void check_daemon(struct ikemon_guard *guard,
			 const struct ikemon_conf *conf, u64 now)
{
	struct ikemon_net *inet = guard->run->inet;

	forget_stale(&guard->daemon, now);
	forget_stale(&guard->verified, now);
	if (conf->daemon_silent &&
	    is_silent(&guard->daemon, conf->daemon_silent, SILENT_MIN, now))
		ikemon_alarm_raise(inet, IKEMON_ALARM_DAEMON_SILENT);
	if (is_misfit(guard, conf->cookie, now)) {
		answer(&guard->verified);
		ikemon_guard_mismatched(guard, now);
	}
	if (before(&guard->mismatch_until, now))
		ikemon_alarm_raise(inet, IKEMON_ALARM_COOKIE_MISMATCH);
}

static void rotate(struct ikemon_guard *guard)
{
	struct ikemon_guard_secrets *old, *new;
	siphash_key_t key[2];

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return;		/* the present one serves a minute longer */
	/* Only the tick, and those who start and stop it, write here. */
	old = rcu_dereference_protected(guard->secrets, true);
	if (old)
		new->secrets = old->secrets;
	get_random_bytes(key, sizeof(key));
	ikemon_cookie_rotate(&new->secrets, key);
	memzero_explicit(key, sizeof(key));
	rcu_assign_pointer(guard->secrets, new);
	if (old)
		kfree_rcu(old, rcu);
}

static void clean(struct ikemon_filter *filter, u32 ticks, u64 now)
{
	u32 n = (filter->mask + 1) / CLEAN_EVERY;

	ikemon_filter_clean(filter, ticks % CLEAN_EVERY * n, n, now);
}

static void guard_tick(struct work_struct *work)
{
	struct ikemon_guard *guard = container_of(to_delayed_work(work),
						  struct ikemon_guard, tick);
	const struct ikemon_conf *conf;
	u64 now = ikemon_now();

	guard->ticks++;
	if (guard->ticks % ROTATE_EVERY == 0)
		rotate(guard);
	clean(&guard->first, guard->ticks, now);
	clean(&guard->challenged, guard->ticks, now);
	rcu_read_lock();
	conf = ikemon_conf_get(guard->run->inet);
	check_attack(guard, conf, now);
	check_failures(guard, conf, now);
	check_daemon(guard, conf, now);
	rcu_read_unlock();
	queue_delayed_work(guard_queue, &guard->tick, HZ);
}

static int sketch_alloc(struct ikemon_sketch *sketch)
{
	struct ikemon_sketch_cell *cell;

	cell = kvcalloc(IKEMON_SKETCH_ROWS * SKETCH_CELLS, sizeof(*cell),
			GFP_KERNEL_ACCOUNT);
	if (!cell)
		return -ENOMEM;
	ikemon_sketch_init(sketch, cell, SKETCH_CELLS);
	return 0;
}

static int filter_alloc(struct ikemon_filter *filter, u32 cells)
{
	u16 *cell = kvcalloc(cells, sizeof(*cell), GFP_KERNEL_ACCOUNT);

	if (!cell)
		return -ENOMEM;
	ikemon_filter_init(filter, cell, cells);
	return 0;
}

int ikemon_guard_init(struct ikemon_guard *guard, struct ikemon_run *run)
{
	guard->run = run;
	guard->window = 1;
	get_random_bytes(&guard->key, sizeof(guard->key));
	spin_lock_init(&guard->lock);
	INIT_DELAYED_WORK(&guard->tick, guard_tick);
	rotate(guard);
	if (!rcu_access_pointer(guard->secrets) ||
	    sketch_alloc(&guard->unproven) || sketch_alloc(&guard->unknown) ||
	    filter_alloc(&guard->first, FIRST_CELLS) ||
	    filter_alloc(&guard->challenged, CHALLENGED_CELLS)) {
		ikemon_guard_destroy(guard);
		return -ENOMEM;
	}
	return 0;
}

void ikemon_guard_destroy(struct ikemon_guard *guard)
{
	kvfree(guard->unproven.cell);
	kvfree(guard->unknown.cell);
	kvfree(guard->first.cell);
	kvfree(guard->challenged.cell);
	kfree_sensitive(rcu_dereference_protected(guard->secrets, true));
}

void ikemon_guard_start(struct ikemon_guard *guard)
{
	queue_delayed_work(guard_queue, &guard->tick, HZ);
}

void ikemon_guard_stop(struct ikemon_guard *guard)
{
	cancel_delayed_work_sync(&guard->tick);
}

int ikemon_guard_queue_init(void)
{
	guard_queue = alloc_workqueue("nf_ikemon_guard",
				      WQ_UNBOUND | WQ_FREEZABLE, 0);
	return guard_queue ? 0 : -ENOMEM;
}

void ikemon_guard_queue_uninit(void)
{
	destroy_workqueue(guard_queue);
}
