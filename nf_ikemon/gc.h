/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expiry: one worker per namespace that is on. Each second it looks at all
 * buckets, a slice at a time, and lets others have the CPU between two.
 */
#ifndef IKEMON_GC_H
#define IKEMON_GC_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct ikemon_run;

/**
 * struct ikemon_gc - where the worker stands
 * @work: one round, each second
 * @session: next bucket of the session table
 * @source: next bucket of the source table
 * @stop: do not complete the round
 */
struct ikemon_gc {
	struct delayed_work work;
	u32 session;
	u32 source;
	bool stop;
};

void ikemon_gc_start(struct ikemon_run *run);
/* Process context; waits for the worker. */
void ikemon_gc_stop(struct ikemon_run *run);

int ikemon_gc_init(void);
void ikemon_gc_uninit(void);

#endif /* IKEMON_GC_H */
