// SPDX-License-Identifier: GPL-2.0-only
#include "pernet.h"

#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#if IS_ENABLED(CONFIG_IPV6)
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#endif

#include "hook.h"
#include "stray.h"

unsigned int ikemon_net_id __read_mostly;
/* Every change of any namespace's configuration, see docs/locking.md. */
DEFINE_MUTEX(ikemon_conf_mutex);

static struct ikemon_net *inet_alloc(struct net *net)
{
	struct ikemon_net *inet = kzalloc(sizeof(*inet), GFP_KERNEL_ACCOUNT);
	struct ikemon_conf *conf;

	if (!inet)
		return NULL;
	inet->stats = alloc_percpu_gfp(struct ikemon_stats,
				       GFP_KERNEL_ACCOUNT);
	conf = kzalloc(sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (!inet->stats || !conf) {
		kfree(conf);
		free_percpu(inet->stats);
		kfree(inet);
		return NULL;
	}
	ikemon_conf_default(conf);
	RCU_INIT_POINTER(inet->conf, conf);
	ikemon_events_init(&inet->events);
	inet->net = net;
	return inet;
}

static void inet_free_rcu(struct rcu_head *rcu)
{
	struct ikemon_net *inet = container_of(rcu, struct ikemon_net, rcu);

	kfree(rcu_dereference_protected(inet->conf, true));
	free_percpu(inet->stats);
	kfree(inet);
}

static struct ikemon_run *run_alloc(struct ikemon_net *inet,
				    const struct ikemon_conf *conf)
{
	struct ikemon_run *run = kzalloc(sizeof(*run), GFP_KERNEL_ACCOUNT);

	if (!run)
		return NULL;
	run->inet = inet;
	if (ikemon_session_table_init(&run->sessions, conf->max_sessions))
		goto free_run;
	if (ikemon_source_table_init(&run->sources, conf->max_sources))
		goto destroy_sessions;
	if (ikemon_sa_table_init(&run->sas, conf->max_sas))
		goto destroy_sources;
	if (ikemon_guard_init(&run->guard, run))
		goto destroy_sas;
	return run;

destroy_sas:
	ikemon_sa_table_destroy(inet, &run->sas);
destroy_sources:
	ikemon_source_table_destroy(inet, &run->sources);
destroy_sessions:
	ikemon_session_table_destroy(inet, &run->sessions);
free_run:
	kfree(run);
	return NULL;
}

/* No hook is left inside, the GC is stopped, a grace period has passed. */
static void run_free(struct ikemon_run *run)
{
	ikemon_session_table_destroy(run->inet, &run->sessions);
	ikemon_source_table_destroy(run->inet, &run->sources);
	ikemon_sa_table_destroy(run->inet, &run->sas);
	ikemon_guard_destroy(&run->guard);
	ikemon_strays_free(run);
	kfree(run);
}

/* Bring the uses of defragmentation that we hold in line with @want. */
static int defrag_set(struct ikemon_run *run, bool want)
{
	struct net *net = run->inet->net;
	int err;

	if (want && !run->defrag4) {
		err = nf_defrag_ipv4_enable(net);
		if (err)
			return err;
		run->defrag4 = true;
	} else if (!want && run->defrag4) {
		nf_defrag_ipv4_disable(net);
		run->defrag4 = false;
	}
#if IS_ENABLED(CONFIG_IPV6)
	if (want && !run->defrag6) {
		err = nf_defrag_ipv6_enable(net);
		if (err)
			return err;
		run->defrag6 = true;
	} else if (!want && run->defrag6) {
		nf_defrag_ipv6_disable(net);
		run->defrag6 = false;
	}
#endif
	return 0;
}

static int switch_on(struct ikemon_net *inet, const struct ikemon_conf *conf,
		     struct netlink_ext_ack *extack)
{
	struct ikemon_run *run = run_alloc(inet, conf);
	int err;

	if (!run) {
		NL_SET_ERR_MSG(extack,
			       "no memory for the tables: lower max-sessions, max-sources or max-sas");
		return -ENOMEM;
	}
	err = ikemon_strays_ready(run, conf, extack);
	if (err)
		goto no_defrag;
	err = defrag_set(run, ikemon_conf_defrag(conf));
	if (err) {
		NL_SET_ERR_MSG(extack, "cannot enable defragmentation");
		goto no_defrag;
	}
	rcu_assign_pointer(inet->run, run);
	err = ikemon_hook_register(inet, &run->hooks);
	if (err) {
		NL_SET_ERR_MSG(extack, "cannot register the netfilter hooks");
		goto clear_run;
	}
	ikemon_gc_start(run);
	ikemon_guard_start(&run->guard);
	ikemon_sa_start(run);
	return 0;

clear_run:
	RCU_INIT_POINTER(inet->run, NULL);
	synchronize_rcu();
	ikemon_sa_stop(run);
no_defrag:
	defrag_set(run, false);
	run_free(run);
	return err;
}

/* Neither packets, GC nor netlink see the run when this returns. */
static void switch_off(struct ikemon_net *inet)
{
	struct ikemon_run *run =
		rcu_dereference_protected(inet->run,
					  lockdep_is_held(&ikemon_conf_mutex));

	if (!run)
		return;
	ikemon_hook_unregister(inet, &run->hooks);
	RCU_INIT_POINTER(inet->run, NULL);
	synchronize_rcu();
	ikemon_gc_stop(run);
	ikemon_guard_stop(&run->guard);
	ikemon_sa_stop(run);
	defrag_set(run, false);
	run_free(run);
}

static struct ikemon_net *inet_of(const struct net *net)
{
	struct ikemon_pernet *pernet = net_generic(net, ikemon_net_id);

	return rcu_dereference_protected(pernet->inet,
					 lockdep_is_held(&ikemon_conf_mutex));
}

void ikemon_conf_begin(struct net *net, struct ikemon_conf *conf)
{
	struct ikemon_net *inet = inet_of(net);

	if (inet)
		*conf = *ikemon_conf_get(inet);
	else
		ikemon_conf_default(conf);
}

/* Do what going from one configuration to the other implies. */
static int conf_enter(struct ikemon_net *inet, const struct ikemon_conf *conf,
		      struct netlink_ext_ack *extack)
{
	struct ikemon_run *run = ikemon_run_get(inet);
	int err;

	if (!run)
		return conf->mode == IKEMON_MODE_OFF ?
			       0 : switch_on(inet, conf, extack);
	if (conf->mode == IKEMON_MODE_OFF) {
		switch_off(inet);
		ikemon_events_quiet(inet);
		return 0;
	}
	err = ikemon_strays_ready(run, conf, extack);
	if (err)
		return err;
	err = defrag_set(run, ikemon_conf_defrag(conf));
	if (err) {
		NL_SET_ERR_MSG(extack, "cannot enable defragmentation");
		defrag_set(run, ikemon_conf_defrag(ikemon_conf_get(inet)));
	}
	return err;
}

int ikemon_conf_refuses(struct net *net, const struct ikemon_conf *conf,
			struct netlink_ext_ack *extack)
{
	const struct ikemon_net *inet = ikemon_pernet(net);
	u32 held = inet ? ikemon_conf_get(inet)->mark : 0;
	int err = ikemon_conf_check(conf, extack);

	if (err)
		return err;
	/* What is in force has an alarm: no change may fail for it. */
	if (!conf->mark || conf->mark == held ||
	    !ikemon_sa_uses_mark(net, conf->mark))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "mark has bits that an xfrm state or policy selects by");
	return -EBUSY;
}

int ikemon_conf_apply(struct net *net, const struct ikemon_conf *conf,
		      struct netlink_ext_ack *extack)
{
	struct ikemon_pernet *pernet = net_generic(net, ikemon_net_id);
	struct ikemon_net *inet = inet_of(net);
	struct ikemon_conf *old, *new;
	int err;

	lockdep_assert_held(&ikemon_conf_mutex);
	err = ikemon_conf_refuses(net, conf, extack);
	if (err)
		return err;
	if (!inet) {
		inet = inet_alloc(net);
		if (!inet)
			return -ENOMEM;
		rcu_assign_pointer(pernet->inet, inet);
	}
	new = kmemdup(conf, sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	old = rcu_dereference_protected(inet->conf,
					lockdep_is_held(&ikemon_conf_mutex));
	new->generation = old->generation + 1;
	err = conf_enter(inet, new, extack);
	if (err) {
		kfree(new);
		return err;
	}
	ikemon_rules_get(new->rules);
	rcu_assign_pointer(inet->conf, new);
	if (ikemon_run_get(inet)) {
		ikemon_sa_configured(ikemon_run_get(inet), old, new);
		ikemon_strays_configured(ikemon_run_get(inet), old, new);
	}
	ikemon_rules_put(old->rules);
	kfree_rcu(old, rcu);
	return 0;
}

static void __net_exit pernet_exit(struct net *net)
{
	struct ikemon_pernet *pernet = net_generic(net, ikemon_net_id);
	struct ikemon_net *inet;

	mutex_lock(&ikemon_conf_mutex);
	inet = inet_of(net);
	if (inet) {
		switch_off(inet);
		RCU_INIT_POINTER(pernet->inet, NULL);
		ikemon_rules_put(ikemon_conf_get(inet)->rules);
		call_rcu(&inet->rcu, inet_free_rcu);
	}
	mutex_unlock(&ikemon_conf_mutex);
}

static struct pernet_operations pernet_ops = {
	.exit = pernet_exit,
	.id = &ikemon_net_id,
	.size = sizeof(struct ikemon_pernet),
};

int ikemon_pernet_init(void)
{
	return register_pernet_subsys(&pernet_ops);
}

void ikemon_pernet_uninit(void)
{
	unregister_pernet_subsys(&pernet_ops);
}
