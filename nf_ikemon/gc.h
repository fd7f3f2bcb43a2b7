/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expiry: one worker per namespace that is on, with a budget and a cursor.
 */
#ifndef IKEMON_GC_H
#define IKEMON_GC_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct ikemon_run;

/**
 * struct ikemon_gc - where the worker stands
 * @work: runs at most IKEMON_GC_SLICE_US at a time
 * @session: next bucket of the session table
 * @source: next bucket of the source table
 */
struct ikemon_gc {
	struct delayed_work work;
	u32 session;
	u32 source;
};

void ikemon_gc_start(struct ikemon_run *run);
/* Process context; waits for the worker. */
void ikemon_gc_stop(struct ikemon_run *run);

int ikemon_gc_init(void);
void ikemon_gc_uninit(void);

#endif /* IKEMON_GC_H */
