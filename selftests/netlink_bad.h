/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink requests that are wrong, one function each. Part of netlink_bad.c,
 * which says what must come of them.
 */
#ifndef NETLINK_BAD_H
#define NETLINK_BAD_H

#include "nlraw.h"

static struct nlraw m;
static uint16_t family;

/* ---- pieces of messages */

static void begin(uint8_t cmd)
{
	nlraw_begin(&m, family, cmd, 0);
}

static void begin_dump(uint8_t cmd)
{
	nlraw_begin(&m, family, cmd, NLM_F_DUMP);
}

static void port(uint16_t number, uint8_t kind)
{
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, number);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, kind);
	nlraw_nest_end(&m);
}

static void prefix(uint16_t type, const void *addr, uint16_t len, uint8_t plen)
{
	nlraw_nest(&m, NLA_F_NESTED | type);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, addr, len);
	nlraw_u8(&m, IKEMON_A_PREFIX_LEN, plen);
	nlraw_nest_end(&m);
}

static const uint8_t v4[4] = { 192, 0, 2, 0 };
static const uint8_t v4_host[4] = { 192, 0, 2, 1 };
static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };

/* ---- wrong messages */

static void config_mode(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 7);
}

static void config_mode_long(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MODE, 1);
}

static void config_mode_empty(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_put(&m, IKEMON_A_CONFIG_MODE, NULL, 0);
}

static void config_twice(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
}

static void config_unknown(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u32(&m, 300, 1);
}

static void config_type_zero(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, 0, 1);
}

static void config_cap_zero(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MAX_SESSIONS, 0);
}

static void config_cap_huge(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MAX_SOURCES, 0xffffffff);
}

static void config_prefix_len(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SOURCE_PREFIX_V4, 33);
}

static void config_timeout(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_TIMEOUT_NEW, 0);
}

static void config_rate(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_u32(&m, IKEMON_A_CONFIG_EVENT_RATE, 0);
}

static void config_generation(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u32(&m, IKEMON_A_CONFIG_GENERATION, 4711);
}

static void config_not_nested(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_nest(&m, IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 500);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void config_check_value(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_CHECK, 1);
}

/* The good part must not be done either. */
static void config_half_good(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_TIMEOUT_NEW, 77);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, IKEMON_MODE_OFF);
	port(500, IKEMON_PORT_KIND_IKE);
	port(0, IKEMON_PORT_KIND_IKE);
}

static void ports_none(void)
{
	begin(IKEMON_CMD_PORT_ADD);
}

static void ports_empty_nest(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_nest_end(&m);
}

static void ports_no_kind(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_nest_end(&m);
}

static void ports_no_number(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void ports_kind(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, 3);
}

static void ports_kind_zero(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, 0);
}

static void ports_nest_twice(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 701);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void ports_nest_unknown(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_u8(&m, 9, 1);
	nlraw_nest_end(&m);
}

/* The attribute inside says that it is longer than what is there. */
static void ports_nest_overrun(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	((struct nlattr *)(m.buf + m.len - 8))->nla_len = 4000;
	nlraw_nest_end(&m);
}

static void ports_second_bad(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, IKEMON_PORT_KIND_IKE);
	port(500, IKEMON_PORT_KIND_IKE);
}

static void ports_too_many(void)
{
	int i;

	begin(IKEMON_CMD_CONFIG_SET);
	for (i = 0; i < 17; i++)
		port(600 + i, IKEMON_PORT_KIND_IKE);
}

static void ports_thousands(void)
{
	int i;

	begin(IKEMON_CMD_CONFIG_SET);
	for (i = 0; i < 2500; i++)
		port(1 + i, IKEMON_PORT_KIND_IKE);
}

static void ports_same(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	port(600, IKEMON_PORT_KIND_IKE);
	port(600, IKEMON_PORT_KIND_NATT);
}

static void ports_foreign_attr(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, IKEMON_PORT_KIND_IKE);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 0);
}

static void ports_del_absent(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(700, IKEMON_PORT_KIND_IKE);
}

static void ports_del_kind(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(500, IKEMON_PORT_KIND_NATT);
}

static void ports_del_all(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(500, IKEMON_PORT_KIND_IKE);
	port(4500, IKEMON_PORT_KIND_NATT);
}

static void session_no_id(void)
{
	begin(IKEMON_CMD_SESSION_GET);
}

static void session_id_short(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_ID, 1);
}

static void session_id_twice(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
}

static void session_absent(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, UINT64_MAX);
}

static void session_filter_in_do(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void session_output_attr(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u64(&m, IKEMON_A_SESSION_SPI_I, 1);
}

static void dump_id(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
}

static void sa_no_id(void)
{
	begin(IKEMON_CMD_SA_GET);
}

static void sa_absent(void)
{
	begin(IKEMON_CMD_SA_GET);
	nlraw_u64(&m, IKEMON_A_SA_ID, UINT64_MAX);
}

static void sa_dump_id(void)
{
	begin_dump(IKEMON_CMD_SA_GET);
	nlraw_u64(&m, IKEMON_A_SA_ID, 1);
}

static void sa_dump_twice(void)
{
	begin_dump(IKEMON_CMD_SA_GET);
	nlraw_u64(&m, IKEMON_A_SA_FILTER_SESSION, 1);
	nlraw_u64(&m, IKEMON_A_SA_FILTER_SESSION, 2);
}

static void dump_version(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 3);
}

static void dump_version_twice(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void dump_states(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_FILTER_STATES, 1);
}

static void dump_max(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_MAX_COUNT, 0);
}

static void dump_prefix_long(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v4, sizeof(v4), 33);
}

static void dump_prefix_129(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, sizeof(v6), 129);
}

static void dump_prefix_host_bits(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v4_host, sizeof(v4_host), 24);
}

static void dump_prefix_octets(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, 5, 8);
}

static void dump_prefix_no_octets(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, 0, 0);
}

static void dump_prefix_17_octets(void)
{
	static const uint8_t long_addr[17];

	begin_dump(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_FILTER_PREFIX, long_addr, sizeof(long_addr), 8);
}

static void dump_prefix_no_len(void)
{
	begin_dump(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_FILTER_PREFIX);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, v4, sizeof(v4));
	nlraw_nest_end(&m);
}

static void source_no_prefix(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
}

static void source_absent(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_PREFIX, v6, sizeof(v6), 64);
}

static void source_empty_prefix(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_PREFIX);
	nlraw_nest_end(&m);
}

static void source_no_len(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_PREFIX);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, v4, sizeof(v4));
	nlraw_nest_end(&m);
}

static void source_dump_prefix(void)
{
	begin_dump(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_PREFIX, v4, sizeof(v4), 24);
}

static void flush_id_and_filter(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void flush_absent(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, UINT64_MAX);
}

static void flush_max(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u32(&m, IKEMON_A_SESSION_MAX_COUNT, 1);
}

static void version_attr(void)
{
	begin(IKEMON_CMD_VERSION_GET);
	nlraw_u32(&m, IKEMON_A_VERSION_ABI, 1);
}

static void stats_attr(void)
{
	begin(IKEMON_CMD_STATS_GET);
	nlraw_u32(&m, 1, 1);
}

static void config_get_attr(void)
{
	begin(IKEMON_CMD_CONFIG_GET);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 1);
}

static void trailing(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_bytes(&m, "\1\2\3", 3);
}

static void reserved(void)
{
	begin(IKEMON_CMD_STATS_GET);
	((struct genlmsghdr *)(m.buf + NLMSG_HDRLEN))->reserved = 1;
}

static void flags(void)
{
	begin(IKEMON_CMD_STATS_GET);
	nlraw_hdr(&m)->nlmsg_flags |= NLM_F_EXCL | NLM_F_CREATE;
}

static void no_command(void)
{
	begin(200);
}

static void event_command(void)
{
	begin(IKEMON_CMD_SESSION_NTF);
}

static void stats_dump(void)
{
	begin_dump(IKEMON_CMD_STATS_GET);
}

static void no_genl_header(void)
{
	begin(IKEMON_CMD_STATS_GET);
	m.len = NLMSG_HDRLEN;
}

#endif /* NETLINK_BAD_H */
