// SPDX-License-Identifier: GPL-2.0-only
#include "gc.h"

#include <linux/ktime.h>

#include "pernet.h"
#include "stray.h"

enum gc_budget {
	GC_SLICE_US	= 500,	/* longest a worker holds a CPU */
	GC_CHECK_EVERY	= 32,	/* buckets between looks at the clock */
	GC_PERIOD_MS	= 1000,	/* from the start of one round to the next */
};

static struct workqueue_struct *gc_queue;

/* Return: true when the round is complete. */
static bool gc_slice(struct ikemon_run *run, const struct ikemon_conf *conf)
{
	ktime_t end = ktime_add_us(ktime_get(), GC_SLICE_US);
	struct ikemon_session_table *sessions = &run->sessions;
	struct ikemon_source_table *sources = &run->sources;
	struct ikemon_gc *gc = &run->gc;
	u64 now = ikemon_now();
	unsigned int done = 0;

	for (; gc->session <= sessions->init.mask; gc->session++) {
		if (++done % GC_CHECK_EVERY == 0 &&
		    ktime_after(ktime_get(), end))
			return false;
		ikemon_session_expire(run->inet, sessions, gc->session,
				      conf->timeout, now);
	}
	for (; gc->source <= sources->table.mask; gc->source++) {
		if (++done % GC_CHECK_EVERY == 0 &&
		    ktime_after(ktime_get(), end))
			return false;
		ikemon_source_expire(run->inet, sources, gc->source,
				     conf->timeout_source, now);
	}
	gc->session = 0;
	gc->source = 0;
	return true;
}

static void gc_work(struct work_struct *work)
{
	struct ikemon_gc *gc = container_of(to_delayed_work(work),
					    struct ikemon_gc, work);
	struct ikemon_run *run = container_of(gc, struct ikemon_run, gc);
	unsigned long delay = msecs_to_jiffies(GC_PERIOD_MS);
	bool complete;

	rcu_read_lock();
	complete = gc_slice(run, ikemon_conf_get(run->inet));
	if (complete)
		ikemon_strays_age(run);
	rcu_read_unlock();

	if (complete) {
		ikemon_sa_tick(run);
		ikemon_events_tick(run->inet);
	} else {
		delay = 1;
	}
	queue_delayed_work(gc_queue, &gc->work, delay);
}

void ikemon_gc_start(struct ikemon_run *run)
{
	INIT_DEFERRABLE_WORK(&run->gc.work, gc_work);
	queue_delayed_work(gc_queue, &run->gc.work,
			   msecs_to_jiffies(GC_PERIOD_MS));
}

void ikemon_gc_stop(struct ikemon_run *run)
{
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
