/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a source may have, what counts against it, and its blocks (RFC 8019,
 * design: only what was proven to come from there).
 */
#ifndef IKEMON_BUDGET_H
#define IKEMON_BUDGET_H

#include "source.h"

struct ikemon_endpoint;
struct ikemon_limits;
struct ikemon_run;

/* Which share of a source a port has: 0 to IKEMON_SHARES - 1. */
unsigned int ikemon_share_of(const struct ikemon_source_table *t, __be16 port);

/**
 * ikemon_budget_charge() - one more proven negotiation of a source
 * @source: held or under RCU
 * @limits: that apply to it
 * @port: it came from
 * @now: ms of ikemon_now()
 *
 * The wide prefix is charged as well. When less than half of the burst is
 * left, no share takes more than its part of the rate. Any context; takes the
 * source's lock.
 * Return: false if it is over a limit; nothing is charged then.
 */
bool ikemon_budget_charge(const struct ikemon_source_table *t,
			  struct ikemon_source *source,
			  const struct ikemon_limits *limits, __be16 port,
			  u64 now);

/**
 * ikemon_budget_offend() - something that its initiator was proven to do
 * @inet: namespace
 * @run: its tables
 * @source: held or under RCU
 * @from: where its negotiation came from
 * @class: enum ikemon_offence
 * @now: ms of ikemon_now()
 *
 * Enough of it blocks the port's share, several shares the source; not while
 * a session from there is established. While blocking suspends itself it counts
 * in no score.
 * Any context. Session lock -> bucket lock of table peer, the source's lock,
 * events lock.
 */
void ikemon_budget_offend(struct ikemon_net *inet, struct ikemon_run *run,
			  struct ikemon_source *source,
			  const struct ikemon_endpoint *from,
			  unsigned int class, u64 now);

/* A session of it is established: what it did counts half. */
void ikemon_budget_success(const struct ikemon_source_table *t,
			   struct ikemon_source *source, __be16 port);

enum ikemon_blocked {
	IKEMON_BLOCKED_NOT,
	IKEMON_BLOCKED,
	IKEMON_BLOCKED_WOULD,	/* decided in monitor mode */
};

/**
 * ikemon_budget_blocked() - are negotiations from there refused?
 * @from: the initiator
 * @packets: set, unless they are not, to where the block counts them
 *
 * Nobody's are while blocking suspends itself.
 * rcu_read_lock() held; any context; takes no lock.
 */
enum ikemon_blocked ikemon_budget_blocked(struct ikemon_run *run,
					  const struct ikemon_conf *conf,
					  const struct ikemon_endpoint *from,
					  u8 family, u64 now,
					  atomic64_t **packets);

/**
 * ikemon_budget_unblock() - forget the blocks of a source
 * @source: held or under RCU
 *
 * Its score goes as well: a block lifted by hand is not renewed for what is
 * past. Any context. Takes the source's lock.
 * Return: how many blocks there were.
 */
unsigned int ikemon_budget_unblock(struct ikemon_net *inet,
				   struct ikemon_source_table *t,
				   struct ikemon_source *source);

/*
 * Ends the blocks whose time is over, while blocking suspends itself all, and
 * forgets what they are for. Takes the source's lock.
 */
void ikemon_budget_age(struct ikemon_net *inet, struct ikemon_source_table *t,
		       struct ikemon_source *source, u64 now);

#endif /* IKEMON_BUDGET_H */
