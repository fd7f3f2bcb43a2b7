// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

const char * const ikemon_counter_name[IKEMON_COUNT_N] = {
#define IKEMON_COUNTER_NAME(id, name) [IKEMON_COUNT_##id] = name,
	IKEMON_COUNTERS(IKEMON_COUNTER_NAME)
#undef IKEMON_COUNTER_NAME
};

u64 ikemon_stats_sum(const struct ikemon_stats __percpu *stats,
		     enum ikemon_counter which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->count[which]);
	return sum;
}
