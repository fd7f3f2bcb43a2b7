// SPDX-License-Identifier: GPL-2.0-only
/* The command stats-get. */
#include <linux/netlink.h>

#include "netlink.h"
#include "pernet.h"
#include "stray.h"

static int put_counter(struct sk_buff *skb, int type, const char *name,
		       u64 value)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    nla_put_string(skb, IKEMON_A_COUNTER_NAME, name) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_COUNTER_VALUE, value))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

enum gauge {
	GAUGE_SESSIONS,
	GAUGE_SESSIONS_MAX,
	GAUGE_SOURCES,
	GAUGE_SOURCES_MAX,
	GAUGE_SAS,
	GAUGE_SAS_MAX,
	GAUGE_UNPROVEN,
	GAUGE_HALF_OPEN,
	GAUGE_UNANSWERED,
	GAUGE_BLOCKED,
	GAUGE_CHALLENGE,
	/* one per alarm, in their order */
	GAUGE_ALARM,
	GAUGE_N = GAUGE_ALARM + IKEMON_ALARMS - IKEMON_ALARM_TABLE_FULL
};

#define ALARM(id, name) \
	[GAUGE_ALARM + IKEMON_ALARM_##id - IKEMON_ALARM_TABLE_FULL] = \
		"alarm_" name

static const char * const gauge_name[GAUGE_N] = {
	[GAUGE_SESSIONS]	= "sessions",
	[GAUGE_SESSIONS_MAX]	= "sessions_max",
	[GAUGE_SOURCES]		= "sources",
	[GAUGE_SOURCES_MAX]	= "sources_max",
	[GAUGE_SAS]		= "sas",
	[GAUGE_SAS_MAX]		= "sas_max",
	[GAUGE_UNPROVEN]	= "unproven",
	[GAUGE_HALF_OPEN]	= "half_open",
	[GAUGE_UNANSWERED]	= "unanswered",
	[GAUGE_BLOCKED]		= "blocked",
	[GAUGE_CHALLENGE]	= "challenge",
	ALARM(TABLE_FULL, "table_full"),
	ALARM(EVENTS_LOST, "events_lost"),
	ALARM(UNDER_ATTACK, "under_attack"),
	ALARM(MASS_FAILURE, "mass_failure"),
	ALARM(COOKIE_MISMATCH, "cookie_mismatch"),
	ALARM(DAEMON_SILENT, "daemon_silent"),
	ALARM(MARK_IN_USE, "mark_in_use"),
};

#undef ALARM

/* Is everybody challenged that is not proven? */
static bool is_challenge_on(const struct ikemon_run *run,
			    const struct ikemon_conf *conf)
{
	switch (conf->challenge) {
	case IKEMON_CHALLENGE_MODE_ALWAYS:
		return true;
	case IKEMON_CHALLENGE_MODE_NEVER:
		return false;
	default:
		return READ_ONCE(run->guard.attack_until) * 1000ULL >
		       ikemon_now();
	}
}

static void gauges_read(const struct ikemon_net *inet, u64 *gauge)
{
	const struct ikemon_run *run = inet ? ikemon_run_get(inet) : NULL;
	struct ikemon_conf defaults;
	const struct ikemon_conf *conf = &defaults;
	u32 raised = 0;
	int i;

	memset(gauge, 0, GAUGE_N * sizeof(*gauge));
	ikemon_conf_default(&defaults);
	if (inet) {
		conf = ikemon_conf_get(inet);
		raised = READ_ONCE(inet->events.raised);
	}
	gauge[GAUGE_SESSIONS_MAX] = conf->max_sessions;
	gauge[GAUGE_SAS_MAX] = conf->max_sas;
	gauge[GAUGE_SOURCES_MAX] = conf->max_sources;
	for (i = GAUGE_ALARM; i < GAUGE_N; i++)
		gauge[i] = raised >> (i - GAUGE_ALARM +
				      IKEMON_ALARM_TABLE_FULL) & 1;
	if (!run)
		return;
	gauge[GAUGE_SESSIONS] = atomic_read(&run->sessions.count);
	gauge[GAUGE_SAS] = atomic_read(&run->sas.live);
	gauge[GAUGE_UNPROVEN] = atomic_read(&run->sessions.unproven);
	gauge[GAUGE_SOURCES] = atomic_read(&run->sources.count);
	gauge[GAUGE_HALF_OPEN] = atomic_read(&run->sessions.half_open);
	gauge[GAUGE_UNANSWERED] = atomic_read(&run->sessions.unanswered);
	gauge[GAUGE_BLOCKED] = atomic_read(&run->sources.blocked) +
			       ikemon_strays_count(run);
	gauge[GAUGE_CHALLENGE] = is_challenge_on(run, conf);
}

static size_t stats_size(void)
{
	size_t value = nla_total_size(0) + nla_total_size(sizeof(u64));
	size_t size = 0;
	int i;

	for (i = 0; i < IKEMON_COUNT_N; i++)
		size += value +
			nla_total_size(strlen(ikemon_counter_name[i]) + 1);
	for (i = 0; i < GAUGE_N; i++)
		size += value + nla_total_size(strlen(gauge_name[i]) + 1);
	return size;
}

static int stats_fill(struct sk_buff *skb, void *net)
{
	const struct ikemon_net *inet;
	u64 gauge[GAUGE_N];
	int i, err = 0;

	rcu_read_lock();
	inet = ikemon_pernet(net);
	for (i = 0; i < IKEMON_COUNT_N && !err; i++)
		err = put_counter(skb, IKEMON_A_STATS_COUNTER,
				  ikemon_counter_name[i],
				  inet ? ikemon_stats_sum(inet->stats, i) : 0);
	gauges_read(inet, gauge);
	for (i = 0; i < GAUGE_N && !err; i++)
		err = put_counter(skb, IKEMON_A_STATS_GAUGE, gauge_name[i],
				  gauge[i]);
	rcu_read_unlock();
	return err;
}

int ikemon_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_none(info) ?:
	       ikemon_nl_reply(info, stats_size(), stats_fill,
			       genl_info_net(info));
}
