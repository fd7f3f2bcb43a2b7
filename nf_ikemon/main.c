// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "netlink.h"
#include "pernet.h"
#include "selftest/selftest.h"
#include "version.h"

static char *mode = "off";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "What to do in the initial network namespace from the start: off (default), monitor or enforce");

static int __init start_initial_net(void)
{
	static const char * const words[] = {
		[IKEMON_MODE_OFF]	= "off",
		[IKEMON_MODE_MONITOR]	= "monitor",
		[IKEMON_MODE_ENFORCE]	= "enforce",
	};
	int err, which = match_string(words, ARRAY_SIZE(words), mode);
	struct ikemon_conf conf;

	if (which == IKEMON_MODE_OFF)
		return 0;
	if (which < 0) {
		pr_err("parameter mode must be off, monitor or enforce, not \"%s\"\n",
		       mode);
		return -EINVAL;
	}
	mutex_lock(&ikemon_conf_mutex);
	ikemon_conf_begin(&init_net, &conf);
	conf.mode = which;
	err = ikemon_conf_apply(&init_net, &conf, NULL);
	mutex_unlock(&ikemon_conf_mutex);
	return err;
}

static int __init ikemon_init(void)
{
	int err;

	if (!ikemon_selftest())
		return -ENOTRECOVERABLE;
	err = ikemon_source_init();
	if (err)
		return err;
	err = ikemon_session_init();
	if (err)
		goto no_session;
	err = ikemon_sa_cache_init();
	if (err)
		goto no_sa;
	err = ikemon_gc_init();
	if (err)
		goto no_gc;
	err = ikemon_guard_queue_init();
	if (err)
		goto no_guard;
	err = ikemon_pernet_init();
	if (err)
		goto no_pernet;
	ikemon_sa_observe();
	err = start_initial_net();
	if (err)
		goto no_start;
	err = ikemon_netlink_init();
	if (err)
		goto no_start;
	return 0;

no_start:
	ikemon_sa_ignore();
	ikemon_pernet_uninit();
no_pernet:
	ikemon_guard_queue_uninit();
no_guard:
	ikemon_gc_uninit();
no_gc:
	rcu_barrier();
	ikemon_sa_cache_uninit();
no_sa:
	ikemon_session_uninit();
no_session:
	ikemon_source_uninit();
	return err;
}

static void __exit ikemon_exit(void)
{
	ikemon_netlink_uninit();
	ikemon_sa_ignore();
	ikemon_pernet_uninit();
	ikemon_guard_queue_uninit();
	ikemon_gc_uninit();
	rcu_barrier();
	ikemon_sa_cache_uninit();
	ikemon_session_uninit();
	ikemon_source_uninit();
}

module_init(ikemon_init);
module_exit(ikemon_exit);

MODULE_DESCRIPTION("Watches and protects IKE on IPsec gateways");
MODULE_AUTHOR("The nf_ikemon developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(IKEMON_VERSION);
MODULE_ALIAS_GENL_FAMILY(IKEMON_FAMILY_NAME);
