/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a network namespace has of us, and its life. See docs/locking.md.
 *
 * A namespace that was never configured has one NULL pointer. Configured, it
 * has a struct ikemon_net until it ends. While its mode is not off, it has a
 * struct ikemon_run as well: tables, hooks and the GC.
 */
#ifndef IKEMON_PERNET_H
#define IKEMON_PERNET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <net/netns/generic.h>

#include "event.h"
#include "gc.h"
#include "guard.h"
#include "hook.h"
#include "policy.h"
#include "rules.h"
#include "sa.h"
#include "session.h"
#include "source.h"
#include "stats.h"

struct ikemon_strays;

/**
 * struct ikemon_run - exists from switching on to switching off
 * @sessions: the session table
 * @sources: the source table
 * @sas: the SAs of the kernel
 * @strays: who sends unknown SPIs; NULL until unknown-spi is block
 * @guard: what the ladder knows of the namespace as a whole
 * @gc: expires sessions and sources
 * @hooks: through which packets come
 * @inet: whose it is
 * @defrag4: we hold a use of IPv4 defragmentation; configuration mutex
 * @defrag6: likewise IPv6
 *
 * Freed after the hooks are gone, an RCU grace period has passed and the GC
 * is cancelled.
 */
struct ikemon_run {
	struct ikemon_session_table sessions;
	struct ikemon_source_table sources;
	struct ikemon_sa_table sas;
	struct ikemon_strays __rcu *strays;
	struct ikemon_guard guard;
	struct ikemon_gc gc;
	struct ikemon_hooks hooks;
	struct ikemon_net *inet;
	bool defrag4;
	bool defrag6;
};

/**
 * struct ikemon_net - exists from the first configuration to the namespace's
 *	end
 * @conf: never NULL; replaced under the configuration mutex
 * @run: NULL while the mode is off; likewise
 * @stats: counters
 * @events: sequence numbers and rate of events
 * @net: the namespace, which outlives us
 * @rcu: freed after a grace period
 */
struct ikemon_net {
	struct ikemon_conf __rcu *conf;
	struct ikemon_run __rcu *run;
	struct ikemon_stats __percpu *stats;
	struct ikemon_events events;
	struct net *net;
	struct rcu_head rcu;
};

struct ikemon_pernet {
	struct ikemon_net __rcu *inet;
};

extern unsigned int ikemon_net_id;

/* One mutex for every change of configuration in every namespace. */
extern struct mutex ikemon_conf_mutex;

/* The run that a session table is of. */
static inline struct ikemon_run *ikemon_run_of(struct ikemon_session_table *t)
{
	return container_of(t, struct ikemon_run, sessions);
}

/**
 * ikemon_pernet() - what @net has of us
 *
 * Caller holds rcu_read_lock() or ikemon_conf_mutex.
 * Return: NULL if it was never configured.
 */
static inline struct ikemon_net *ikemon_pernet(const struct net *net)
{
	struct ikemon_pernet *pernet = net_generic(net, ikemon_net_id);

	return rcu_dereference_check(pernet->inet,
				     lockdep_is_held(&ikemon_conf_mutex));
}

/* Caller holds rcu_read_lock() or ikemon_conf_mutex. */
static inline const struct ikemon_conf *
ikemon_conf_get(const struct ikemon_net *inet)
{
	return rcu_dereference_check(inet->conf,
				     lockdep_is_held(&ikemon_conf_mutex));
}

/* Caller holds rcu_read_lock() or ikemon_conf_mutex. NULL while off. */
static inline struct ikemon_run *ikemon_run_get(const struct ikemon_net *inet)
{
	return rcu_dereference_check(inet->run,
				     lockdep_is_held(&ikemon_conf_mutex));
}

/**
 * ikemon_conf_begin() - start to change the configuration of @net
 * @conf: becomes a copy of the one in force, or of the defaults
 *
 * Process context, caller holds ikemon_conf_mutex, until it is done with the
 * rules of the copy.
 */
void ikemon_conf_begin(struct net *net, struct ikemon_conf *conf);

/**
 * ikemon_conf_refuses() - may this configuration not be put in force?
 *
 * Process context, caller holds ikemon_conf_mutex.
 * Return: 0, what ikemon_conf_check() says, or -EBUSY if the mark is another
 * one than in force and used by an xfrm state or policy.
 */
int ikemon_conf_refuses(struct net *net, const struct ikemon_conf *conf,
			struct netlink_ext_ack *extack);

/**
 * ikemon_conf_apply() - put a configuration in force, wholly or not at all
 * @net: where
 * @conf: copied; its generation is set by us, its rules get another user
 * @extack: says why not
 *
 * Process context, caller holds ikemon_conf_mutex; may sleep (allocation,
 * RCU grace period when it switches off).
 * Return: 0, or what ikemon_conf_check(), memory or hook registration say.
 */
int ikemon_conf_apply(struct net *net, const struct ikemon_conf *conf,
		      struct netlink_ext_ack *extack);

int ikemon_pernet_init(void);
void ikemon_pernet_uninit(void);

#endif /* IKEMON_PERNET_H */
