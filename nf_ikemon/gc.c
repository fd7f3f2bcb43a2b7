// SPDX-License-Identifier: GPL-2.0-only
#include "gc.h"

#include <linux/ktime.h>

#include "pernet.h"
#include "stray.h"
#include "trace.h"

enum gc_budget {
	GC_SLICE_US	= 300,	/* longest a worker holds a CPU, about */
	GC_WORK		= 256,	/* between looks at the clock, in buckets */
	GC_WORK_EACH	= 32,	/* what an entry that is due counts as */
	GC_PERIOD_MS	= 1000,	/* from the start of one round to the next */
	GC_LOOKS_AT	= 64,	/* octets of an entry */
};

static struct workqueue_struct *gc_queue;

/* What one slice is made of. */
struct slice {
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	ktime_t start;
	u64 now;
	unsigned int work;
	u32 buckets;
};

/* Return: true when it is time for others; @due entries were dealt with. */
static bool is_over(struct slice *slice, unsigned int due)
{
	slice->buckets++;
	slice->work += 1 + due * GC_WORK_EACH;
	if (slice->work < GC_WORK)
		return false;
	slice->work = 0;
	return ktime_us_delta(ktime_get(), slice->start) >= GC_SLICE_US;
}

/* Return: true when the table was walked to its end. */
static bool walk_sessions(struct slice *slice, u32 *bucket)
{
	struct ikemon_session_table *t = &slice->run->sessions;
	unsigned int due;

	/* What is empty costs nothing, however many namespaces are idle. */
	while (*bucket <= t->init.mask && atomic_read(&t->count)) {
		ikemon_table_look_ahead(&t->init, *bucket, GC_LOOKS_AT);
		due = ikemon_session_expire(slice->run->inet, t, (*bucket)++,
					    slice->conf->timeout, slice->now);
		if (is_over(slice, due))
			return false;
	}
	return true;
}

static bool walk_sources(struct slice *slice, u32 *bucket)
{
	struct ikemon_source_table *t = &slice->run->sources;
	unsigned int due;

	while (*bucket <= t->table.mask && atomic_read(&t->count)) {
		ikemon_table_look_ahead(&t->table, *bucket, GC_LOOKS_AT);
		due = ikemon_source_expire(slice->run->inet, t, (*bucket)++,
					   slice->conf->timeout_source,
					   slice->now);
		if (is_over(slice, due))
			return false;
	}
	return true;
}

/* Return: true when the round is complete. */
static bool gc_slice(struct ikemon_run *run)
{
	struct ikemon_gc *gc = &run->gc;
	struct slice slice = {
		.run = run, .conf = ikemon_conf_get(run->inet),
		.start = ktime_get(), .now = ikemon_now(),
	};
	bool complete = walk_sessions(&slice, &gc->session) &&
			walk_sources(&slice, &gc->source);

	if (complete) {
		gc->session = 0;
		gc->source = 0;
		ikemon_strays_age(run);
	}
	trace_ikemon_gc(run->inet->net,
			ktime_to_ns(ktime_sub(ktime_get(), slice.start)),
			slice.buckets, complete);
	return complete;
}

/*
 * A round is made at once, but for others who want the CPU: so the time until
 * something is seen to be over does not grow with the table.
 */
static void gc_work(struct work_struct *work)
{
	struct ikemon_gc *gc = container_of(to_delayed_work(work),
					    struct ikemon_gc, work);
	struct ikemon_run *run = container_of(gc, struct ikemon_run, gc);
	unsigned long next = jiffies + msecs_to_jiffies(GC_PERIOD_MS);
	bool complete;

	do {
		rcu_read_lock();
		complete = gc_slice(run);
		rcu_read_unlock();
		cond_resched();
	} while (!complete && !READ_ONCE(gc->stop));

	ikemon_sa_tick(run);
	ikemon_events_tick(run->inet);
	queue_delayed_work(gc_queue, &gc->work,
			   time_before(jiffies, next) ? next - jiffies : 1);
}

void ikemon_gc_start(struct ikemon_run *run)
{
	INIT_DEFERRABLE_WORK(&run->gc.work, gc_work);
	queue_delayed_work(gc_queue, &run->gc.work,
			   msecs_to_jiffies(GC_PERIOD_MS));
}

void ikemon_gc_stop(struct ikemon_run *run)
{
	WRITE_ONCE(run->gc.stop, true);
	cancel_delayed_work_sync(&run->gc.work);
}

int ikemon_gc_init(void)
{
	gc_queue = alloc_workqueue("nf_ikemon", WQ_UNBOUND | WQ_FREEZABLE, 0);
	return gc_queue ? 0 : -ENOMEM;
}

void ikemon_gc_uninit(void)
{
	destroy_workqueue(gc_queue);
}
