/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests about limits, blocks and what enforce is configured with that are
 * wrong, one function each. Part of netlink_bad.c, like netlink_bad.h.
 */
#ifndef NETLINK_BAD_RULES_H
#define NETLINK_BAD_RULES_H

#include "netlink_bad.h"

/* No time at all, and a second after 1970. */
#define UNTIL_NEVER	UINT64_MAX
#define UNTIL_PAST	1000000000ULL

/* ---- pieces of messages */

static void limit_begin(uint8_t cmd)
{
	begin(cmd);
	prefix(IKEMON_A_LIMIT_PREFIX, v4, sizeof(v4), 24);
}

static void block_begin(uint8_t cmd)
{
	begin(cmd);
	prefix(IKEMON_A_BLOCK_PREFIX, v4, sizeof(v4), 24);
}

/* Number @i of many different prefixes. */
static void rule_nest(uint16_t type, uint32_t i)
{
	uint8_t addr[4] = { 10, i >> 16, i >> 8, i };

	nlraw_nest(&m, NLA_F_NESTED | type);
	prefix(IKEMON_A_LIMIT_PREFIX, addr, sizeof(addr), 32);
	nlraw_nest_end(&m);
}

static void rule_nests(uint16_t type, uint32_t n)
{
	uint32_t i;

	begin(IKEMON_CMD_CONFIG_REPLACE);
	for (i = 0; i < n; i++)
		rule_nest(type, i);
}

/* ---- configuration */

static void config_exempt(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_EXEMPT_MARK, 3);
	nlraw_u32(&m, IKEMON_A_CONFIG_EXEMPT_MASK, 1);
}

static void config_mark(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MARK, 0x00070000);
}

static void config_wide(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SOURCE_PREFIX_V6, 47);
}

static void config_set_limit(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	rule_nest(IKEMON_A_CONFIG_LIMIT, 1);
}

static void config_set_block(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	rule_nest(IKEMON_A_CONFIG_BLOCK, 1);
}

static void replace_limits_many(void)
{
	rule_nests(IKEMON_A_CONFIG_LIMIT, 1025);
}

static void replace_blocks_many(void)
{
	rule_nests(IKEMON_A_CONFIG_BLOCK, 1025);
}

static void replace_limit_twice(void)
{
	rule_nests(IKEMON_A_CONFIG_LIMIT, 3);
	rule_nest(IKEMON_A_CONFIG_LIMIT, 1);
}

static void replace_block_twice(void)
{
	rule_nests(IKEMON_A_CONFIG_BLOCK, 3);
	rule_nest(IKEMON_A_CONFIG_BLOCK, 1);
}

static void replace_limit_empty(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_LIMIT);
	nlraw_nest_end(&m);
}

static void replace_block_foreign(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_BLOCK);
	prefix(IKEMON_A_BLOCK_PREFIX, v4, sizeof(v4), 24);
	nlraw_u64(&m, IKEMON_A_BLOCK_PACKETS, 1);
	nlraw_nest_end(&m);
}

static void replace_limit_nest_twice(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_LIMIT);
	prefix(IKEMON_A_LIMIT_PREFIX, v4, sizeof(v4), 24);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 1);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 2);
	nlraw_nest_end(&m);
}

/* The good rules before the bad one must not be taken either. */
static void replace_last_bad(void)
{
	rule_nests(IKEMON_A_CONFIG_LIMIT, 3);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_BLOCK);
	prefix(IKEMON_A_BLOCK_PREFIX, v4_host, sizeof(v4_host), 24);
	nlraw_nest_end(&m);
}

static void replace_lengths(void)
{
	static const uint8_t zero[16];
	uint8_t i;

	begin(IKEMON_CMD_CONFIG_REPLACE);
	for (i = 0; i < 34; i++) {
		nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_LIMIT);
		prefix(IKEMON_A_LIMIT_PREFIX, zero, sizeof(zero), i);
		nlraw_nest_end(&m);
	}
}

/* ---- limits */

static void limit_no_prefix(void)
{
	begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 1);
}

static void limit_host_bits(void)
{
	begin(IKEMON_CMD_LIMIT_SET);
	prefix(IKEMON_A_LIMIT_PREFIX, v4_host, sizeof(v4_host), 24);
}

static void limit_prefix_twice(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	prefix(IKEMON_A_LIMIT_PREFIX, v6, sizeof(v6), 32);
}

static void limit_kind(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u8(&m, IKEMON_A_LIMIT_KIND, 3);
}

static void limit_rate(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 1000001);
}

static void limit_burst(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_BURST, UINT32_MAX);
}

static void limit_half_open(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_HALF_OPEN, 16777217);
}

static void limit_sessions(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_SESSIONS, 16777217);
}

static void limit_exempt_rate(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u8(&m, IKEMON_A_LIMIT_KIND, IKEMON_LIMIT_KIND_EXEMPT);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 5);
}

static void limit_generation(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_GENERATION, 4711);
}

static void limit_max_count(void)
{
	limit_begin(IKEMON_CMD_LIMIT_SET);
	nlraw_u32(&m, IKEMON_A_LIMIT_MAX_COUNT, 1);
}

static void limit_del_absent(void)
{
	limit_begin(IKEMON_CMD_LIMIT_DEL);
}

static void limit_del_rate(void)
{
	limit_begin(IKEMON_CMD_LIMIT_DEL);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, 1);
}

static void limit_get_one(void)
{
	limit_begin(IKEMON_CMD_LIMIT_GET);
}

static void limit_dump_prefix(void)
{
	begin_dump(IKEMON_CMD_LIMIT_GET);
	prefix(IKEMON_A_LIMIT_PREFIX, v4, sizeof(v4), 24);
}

static void limit_dump_max(void)
{
	begin_dump(IKEMON_CMD_LIMIT_GET);
	nlraw_u32(&m, IKEMON_A_LIMIT_MAX_COUNT, 0);
}

/* ---- blocks */

static void block_no_prefix(void)
{
	begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, 0);
}

static void block_long_prefix(void)
{
	begin(IKEMON_CMD_BLOCK_ADD);
	prefix(IKEMON_A_BLOCK_PREFIX, v4, sizeof(v4), 33);
}

static void block_past(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, UNTIL_PAST);
}

static void block_never(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, UNTIL_NEVER);
}

static void block_until_short(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u32(&m, IKEMON_A_BLOCK_UNTIL, 0);
}

static void block_until_twice(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, 0);
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, 0);
}

static void block_class(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u8(&m, IKEMON_A_BLOCK_CLASS, 1);
}

static void block_generation(void)
{
	block_begin(IKEMON_CMD_BLOCK_ADD);
	nlraw_u32(&m, IKEMON_A_BLOCK_GENERATION, 4711);
}

static void block_del_absent(void)
{
	block_begin(IKEMON_CMD_BLOCK_DEL);
}

static void block_del_no_prefix(void)
{
	begin(IKEMON_CMD_BLOCK_DEL);
}

static void block_flush_origin(void)
{
	begin(IKEMON_CMD_BLOCK_FLUSH);
	nlraw_u8(&m, IKEMON_A_BLOCK_ORIGIN, 2);
}

static void block_flush_max(void)
{
	begin(IKEMON_CMD_BLOCK_FLUSH);
	nlraw_u32(&m, IKEMON_A_BLOCK_MAX_COUNT, 1);
}

static void block_flush_generation(void)
{
	begin(IKEMON_CMD_BLOCK_FLUSH);
	nlraw_u32(&m, IKEMON_A_BLOCK_GENERATION, 4711);
}

static void block_get_one(void)
{
	block_begin(IKEMON_CMD_BLOCK_GET);
}

static void block_dump_origin(void)
{
	begin_dump(IKEMON_CMD_BLOCK_GET);
	nlraw_u8(&m, IKEMON_A_BLOCK_ORIGIN, 7);
}

static void block_dump_host_bits(void)
{
	begin_dump(IKEMON_CMD_BLOCK_GET);
	prefix(IKEMON_A_BLOCK_FILTER_PREFIX, v4_host, sizeof(v4_host), 24);
}

static void source_event(void)
{
	begin(IKEMON_CMD_SOURCE_NTF);
}

/* ---- numbers of the configuration: what lies outside is refused */

struct number {
	const char *name;
	uint16_t attr;
	uint8_t octets;
	uint32_t low, high;
};

#define NUMBER(id, octets, low, high) \
	{ #id, IKEMON_A_CONFIG_##id, octets, low, high }

static const struct number number[] = {
	NUMBER(MODE, 1, 0, 2),
	NUMBER(DEFRAG, 1, 0, 2),
	NUMBER(COOKIE, 1, 0, 2),
	NUMBER(CHALLENGE, 1, 0, 2),
	NUMBER(MIXED, 1, 0, 1),
	NUMBER(CHALLENGE_SOURCE, 4, 1, 1000000),
	NUMBER(CHALLENGE_GLOBAL, 4, 1, 16777216),
	NUMBER(CHALLENGE_HOLD, 4, 10, 3600),
	NUMBER(COOKIE_RATE, 4, 1, 1000000),
	NUMBER(FIRST_DROP_RATE, 4, 1, 1000000),
	NUMBER(LIMIT_RATE, 4, 1, 1000000),
	NUMBER(LIMIT_BURST, 4, 1, 1000000),
	NUMBER(LIMIT_HALF_OPEN, 4, 1, 16777216),
	NUMBER(LIMIT_SESSIONS, 4, 1, 16777216),
	NUMBER(BLOCK_OFFENCES, 4, 1, 1000000),
	NUMBER(BLOCK_WINDOW, 4, 1, 86400),
	NUMBER(BLOCK_LAMBDA, 4, 1, 1000000),
	NUMBER(BLOCK_MAX, 4, 1, 2592000),
	NUMBER(MESSAGE_RATE, 4, 1, 1000000),
	NUMBER(REKEY_RATE, 4, 1, 1000000),
	NUMBER(UNKNOWN_RATE, 4, 1, 1000000),
	NUMBER(MALFORMED_RATE, 4, 0, 1000000),
	NUMBER(DAEMON_SILENT, 4, 0, 3600),
	NUMBER(ONE_WAY_AFTER, 4, 0, 86400),
};

/* A request that would set it. */
static void number_build(const struct number *n, uint32_t value)
{
	begin(IKEMON_CMD_CONFIG_SET);
	if (n->octets == 1)
		nlraw_u8(&m, n->attr, value);
	else
		nlraw_u32(&m, n->attr, value);
	nlraw_put(&m, IKEMON_A_CONFIG_CHECK, NULL, 0);
}

#endif /* NETLINK_BAD_RULES_H */
