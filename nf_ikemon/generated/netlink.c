// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	specs/ikemon.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink.h"

#include <uapi/linux/nf_ikemon.h>

/* Integer value ranges */
static const struct netlink_range_validation ikemon_a_limit_rate_range = {
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_limit_burst_range = {
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_limit_half_open_range = {
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_limit_sessions_range = {
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_block_until_range = {
	.max	= 9223372036854775807ULL,
};

static const struct netlink_range_validation ikemon_a_config_max_sessions_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_max_sources_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_new_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_challenged_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_half_open_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_authenticating_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_established_range = {
	.min	= 1ULL,
	.max	= 31536000ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_failed_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_closed_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_timeout_source_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_event_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_challenge_source_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_challenge_global_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_cookie_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_first_drop_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_limit_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_limit_burst_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_limit_half_open_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_limit_sessions_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_block_offences_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_block_window_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation ikemon_a_config_block_lambda_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_block_max_range = {
	.min	= 1ULL,
	.max	= 2592000ULL,
};

static const struct netlink_range_validation ikemon_a_config_message_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_rekey_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_unknown_rate_range = {
	.min	= 1ULL,
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_malformed_rate_range = {
	.max	= 1000000ULL,
};

static const struct netlink_range_validation ikemon_a_config_max_sas_range = {
	.min	= 1ULL,
	.max	= 16777216ULL,
};

static const struct netlink_range_validation ikemon_a_config_one_way_after_range = {
	.max	= 86400ULL,
};

/* Common nested types */
const struct nla_policy ikemon_block_rule_nl_policy[IKEMON_A_BLOCK_UNTIL + 1] = {
	[IKEMON_A_BLOCK_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_BLOCK_UNTIL] = NLA_POLICY_FULL_RANGE(NLA_U64, &ikemon_a_block_until_range),
};

const struct nla_policy ikemon_limit_rule_nl_policy[IKEMON_A_LIMIT_SESSIONS + 1] = {
	[IKEMON_A_LIMIT_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_LIMIT_KIND] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_LIMIT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_rate_range),
	[IKEMON_A_LIMIT_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_burst_range),
	[IKEMON_A_LIMIT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_half_open_range),
	[IKEMON_A_LIMIT_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_sessions_range),
};

const struct nla_policy ikemon_port_nl_policy[IKEMON_A_PORT_KIND + 1] = {
	[IKEMON_A_PORT_PORT] = { .type = NLA_U16, },
	[IKEMON_A_PORT_KIND] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
};

const struct nla_policy ikemon_prefix_nl_policy[IKEMON_A_PREFIX_LEN + 1] = {
	[IKEMON_A_PREFIX_ADDR] = { .type = NLA_BINARY, },
	[IKEMON_A_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* IKEMON_CMD_CONFIG_SET - do */
static const struct nla_policy ikemon_config_set_nl_policy[IKEMON_A_CONFIG_ONE_WAY_AFTER + 1] = {
	[IKEMON_A_CONFIG_MODE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_SCOPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_CONFIG_DEFRAG] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MAX_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sessions_range),
	[IKEMON_A_CONFIG_MAX_SOURCES] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sources_range),
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V4] = NLA_POLICY_RANGE(NLA_U8, 8, 32),
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V6] = NLA_POLICY_RANGE(NLA_U8, 16, 128),
	[IKEMON_A_CONFIG_TIMEOUT_NEW] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_new_range),
	[IKEMON_A_CONFIG_TIMEOUT_CHALLENGED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_challenged_range),
	[IKEMON_A_CONFIG_TIMEOUT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_half_open_range),
	[IKEMON_A_CONFIG_TIMEOUT_AUTHENTICATING] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_authenticating_range),
	[IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_established_range),
	[IKEMON_A_CONFIG_TIMEOUT_FAILED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_failed_range),
	[IKEMON_A_CONFIG_TIMEOUT_CLOSED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_closed_range),
	[IKEMON_A_CONFIG_TIMEOUT_SOURCE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_source_range),
	[IKEMON_A_CONFIG_EVENT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_event_rate_range),
	[IKEMON_A_CONFIG_DAEMON_UID] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_GENERATION] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_PORT] = NLA_POLICY_NESTED(ikemon_port_nl_policy),
	[IKEMON_A_CONFIG_CHECK] = { .type = NLA_FLAG, },
	[IKEMON_A_CONFIG_COOKIE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_CHALLENGE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MIXED] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_CONFIG_CHALLENGE_SOURCE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_challenge_source_range),
	[IKEMON_A_CONFIG_CHALLENGE_GLOBAL] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_challenge_global_range),
	[IKEMON_A_CONFIG_CHALLENGE_HOLD] = NLA_POLICY_RANGE(NLA_U32, 10, 3600),
	[IKEMON_A_CONFIG_COOKIE_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_cookie_rate_range),
	[IKEMON_A_CONFIG_FIRST_DROP_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_first_drop_rate_range),
	[IKEMON_A_CONFIG_LIMIT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_rate_range),
	[IKEMON_A_CONFIG_LIMIT_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_burst_range),
	[IKEMON_A_CONFIG_LIMIT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_half_open_range),
	[IKEMON_A_CONFIG_LIMIT_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_sessions_range),
	[IKEMON_A_CONFIG_WIDE_PREFIX_V6] = NLA_POLICY_RANGE(NLA_U8, 16, 128),
	[IKEMON_A_CONFIG_BLOCK_OFFENCES] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_offences_range),
	[IKEMON_A_CONFIG_BLOCK_WINDOW] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_window_range),
	[IKEMON_A_CONFIG_BLOCK_LAMBDA] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_lambda_range),
	[IKEMON_A_CONFIG_BLOCK_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_max_range),
	[IKEMON_A_CONFIG_MESSAGE_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_message_rate_range),
	[IKEMON_A_CONFIG_REKEY_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_rekey_rate_range),
	[IKEMON_A_CONFIG_UNKNOWN_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_unknown_rate_range),
	[IKEMON_A_CONFIG_MALFORMED_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_malformed_rate_range),
	[IKEMON_A_CONFIG_MARK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_EXEMPT_MARK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_EXEMPT_MASK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_DAEMON_SILENT] = NLA_POLICY_MAX(NLA_U32, 3600),
	[IKEMON_A_CONFIG_UNKNOWN_SPI] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MAX_SAS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sas_range),
	[IKEMON_A_CONFIG_ONE_WAY_AFTER] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_one_way_after_range),
};

/* IKEMON_CMD_CONFIG_REPLACE - do */
static const struct nla_policy ikemon_config_replace_nl_policy[IKEMON_A_CONFIG_ONE_WAY_AFTER + 1] = {
	[IKEMON_A_CONFIG_MODE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_SCOPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_CONFIG_DEFRAG] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MAX_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sessions_range),
	[IKEMON_A_CONFIG_MAX_SOURCES] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sources_range),
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V4] = NLA_POLICY_RANGE(NLA_U8, 8, 32),
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V6] = NLA_POLICY_RANGE(NLA_U8, 16, 128),
	[IKEMON_A_CONFIG_TIMEOUT_NEW] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_new_range),
	[IKEMON_A_CONFIG_TIMEOUT_CHALLENGED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_challenged_range),
	[IKEMON_A_CONFIG_TIMEOUT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_half_open_range),
	[IKEMON_A_CONFIG_TIMEOUT_AUTHENTICATING] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_authenticating_range),
	[IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_established_range),
	[IKEMON_A_CONFIG_TIMEOUT_FAILED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_failed_range),
	[IKEMON_A_CONFIG_TIMEOUT_CLOSED] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_closed_range),
	[IKEMON_A_CONFIG_TIMEOUT_SOURCE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_timeout_source_range),
	[IKEMON_A_CONFIG_EVENT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_event_rate_range),
	[IKEMON_A_CONFIG_DAEMON_UID] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_GENERATION] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_PORT] = NLA_POLICY_NESTED(ikemon_port_nl_policy),
	[IKEMON_A_CONFIG_CHECK] = { .type = NLA_FLAG, },
	[IKEMON_A_CONFIG_COOKIE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_CHALLENGE] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MIXED] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_CONFIG_CHALLENGE_SOURCE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_challenge_source_range),
	[IKEMON_A_CONFIG_CHALLENGE_GLOBAL] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_challenge_global_range),
	[IKEMON_A_CONFIG_CHALLENGE_HOLD] = NLA_POLICY_RANGE(NLA_U32, 10, 3600),
	[IKEMON_A_CONFIG_COOKIE_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_cookie_rate_range),
	[IKEMON_A_CONFIG_FIRST_DROP_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_first_drop_rate_range),
	[IKEMON_A_CONFIG_LIMIT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_rate_range),
	[IKEMON_A_CONFIG_LIMIT_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_burst_range),
	[IKEMON_A_CONFIG_LIMIT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_half_open_range),
	[IKEMON_A_CONFIG_LIMIT_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_limit_sessions_range),
	[IKEMON_A_CONFIG_WIDE_PREFIX_V6] = NLA_POLICY_RANGE(NLA_U8, 16, 128),
	[IKEMON_A_CONFIG_BLOCK_OFFENCES] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_offences_range),
	[IKEMON_A_CONFIG_BLOCK_WINDOW] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_window_range),
	[IKEMON_A_CONFIG_BLOCK_LAMBDA] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_lambda_range),
	[IKEMON_A_CONFIG_BLOCK_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_block_max_range),
	[IKEMON_A_CONFIG_MESSAGE_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_message_rate_range),
	[IKEMON_A_CONFIG_REKEY_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_rekey_rate_range),
	[IKEMON_A_CONFIG_UNKNOWN_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_unknown_rate_range),
	[IKEMON_A_CONFIG_MALFORMED_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_malformed_rate_range),
	[IKEMON_A_CONFIG_MARK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_EXEMPT_MARK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_EXEMPT_MASK] = { .type = NLA_U32, },
	[IKEMON_A_CONFIG_DAEMON_SILENT] = NLA_POLICY_MAX(NLA_U32, 3600),
	[IKEMON_A_CONFIG_UNKNOWN_SPI] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_CONFIG_MAX_SAS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_max_sas_range),
	[IKEMON_A_CONFIG_ONE_WAY_AFTER] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_config_one_way_after_range),
	[IKEMON_A_CONFIG_LIMIT] = NLA_POLICY_NESTED(ikemon_limit_rule_nl_policy),
	[IKEMON_A_CONFIG_BLOCK] = NLA_POLICY_NESTED(ikemon_block_rule_nl_policy),
};

/* IKEMON_CMD_PORT_ADD - do */
static const struct nla_policy ikemon_port_add_nl_policy[IKEMON_A_CONFIG_PORT + 1] = {
	[IKEMON_A_CONFIG_PORT] = NLA_POLICY_NESTED(ikemon_port_nl_policy),
	[IKEMON_A_CONFIG_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_PORT_DEL - do */
static const struct nla_policy ikemon_port_del_nl_policy[IKEMON_A_CONFIG_PORT + 1] = {
	[IKEMON_A_CONFIG_PORT] = NLA_POLICY_NESTED(ikemon_port_nl_policy),
	[IKEMON_A_CONFIG_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_SESSION_GET - do */
static const struct nla_policy ikemon_session_get_do_nl_policy[IKEMON_A_SESSION_ID + 1] = {
	[IKEMON_A_SESSION_ID] = { .type = NLA_U64, },
};

/* IKEMON_CMD_SESSION_GET - dump */
static const struct nla_policy ikemon_session_get_dump_nl_policy[IKEMON_A_SESSION_MAX_COUNT + 1] = {
	[IKEMON_A_SESSION_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IKEMON_A_SESSION_FILTER_STATES] = { .type = NLA_U32, },
	[IKEMON_A_SESSION_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_SESSION_MAX_COUNT] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IKEMON_CMD_SESSION_FLUSH - do */
static const struct nla_policy ikemon_session_flush_nl_policy[IKEMON_A_SESSION_FILTER_PREFIX + 1] = {
	[IKEMON_A_SESSION_ID] = { .type = NLA_U64, },
	[IKEMON_A_SESSION_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IKEMON_A_SESSION_FILTER_STATES] = { .type = NLA_U32, },
	[IKEMON_A_SESSION_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
};

/* IKEMON_CMD_SOURCE_GET - do */
static const struct nla_policy ikemon_source_get_do_nl_policy[IKEMON_A_SOURCE_PREFIX + 1] = {
	[IKEMON_A_SOURCE_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
};

/* IKEMON_CMD_SOURCE_GET - dump */
static const struct nla_policy ikemon_source_get_dump_nl_policy[IKEMON_A_SOURCE_MAX_COUNT + 1] = {
	[IKEMON_A_SOURCE_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_SOURCE_MAX_COUNT] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IKEMON_CMD_LIMIT_SET - do */
static const struct nla_policy ikemon_limit_set_nl_policy[IKEMON_A_LIMIT_GENERATION + 1] = {
	[IKEMON_A_LIMIT_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_LIMIT_KIND] = NLA_POLICY_MAX(NLA_U8, 2),
	[IKEMON_A_LIMIT_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_rate_range),
	[IKEMON_A_LIMIT_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_burst_range),
	[IKEMON_A_LIMIT_HALF_OPEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_half_open_range),
	[IKEMON_A_LIMIT_SESSIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ikemon_a_limit_sessions_range),
	[IKEMON_A_LIMIT_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_LIMIT_DEL - do */
static const struct nla_policy ikemon_limit_del_nl_policy[IKEMON_A_LIMIT_GENERATION + 1] = {
	[IKEMON_A_LIMIT_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_LIMIT_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_LIMIT_GET - dump */
static const struct nla_policy ikemon_limit_get_nl_policy[IKEMON_A_LIMIT_MAX_COUNT + 1] = {
	[IKEMON_A_LIMIT_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_LIMIT_MAX_COUNT] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IKEMON_CMD_BLOCK_ADD - do */
static const struct nla_policy ikemon_block_add_nl_policy[IKEMON_A_BLOCK_GENERATION + 1] = {
	[IKEMON_A_BLOCK_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_BLOCK_UNTIL] = NLA_POLICY_FULL_RANGE(NLA_U64, &ikemon_a_block_until_range),
	[IKEMON_A_BLOCK_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_BLOCK_DEL - do */
static const struct nla_policy ikemon_block_del_nl_policy[IKEMON_A_BLOCK_GENERATION + 1] = {
	[IKEMON_A_BLOCK_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_BLOCK_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_BLOCK_FLUSH - do */
static const struct nla_policy ikemon_block_flush_nl_policy[IKEMON_A_BLOCK_GENERATION + 1] = {
	[IKEMON_A_BLOCK_ORIGIN] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_BLOCK_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_BLOCK_GENERATION] = { .type = NLA_U32, },
};

/* IKEMON_CMD_BLOCK_GET - dump */
static const struct nla_policy ikemon_block_get_nl_policy[IKEMON_A_BLOCK_MAX_COUNT + 1] = {
	[IKEMON_A_BLOCK_ORIGIN] = NLA_POLICY_MAX(NLA_U8, 1),
	[IKEMON_A_BLOCK_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_BLOCK_MAX_COUNT] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* IKEMON_CMD_SA_GET - do */
static const struct nla_policy ikemon_sa_get_do_nl_policy[IKEMON_A_SA_ID + 1] = {
	[IKEMON_A_SA_ID] = { .type = NLA_U64, },
};

/* IKEMON_CMD_SA_GET - dump */
static const struct nla_policy ikemon_sa_get_dump_nl_policy[IKEMON_A_SA_FILTER_DELETED + 1] = {
	[IKEMON_A_SA_FILTER_SESSION] = { .type = NLA_U64, },
	[IKEMON_A_SA_FILTER_SPI] = { .type = NLA_U32, },
	[IKEMON_A_SA_FILTER_PREFIX] = NLA_POLICY_NESTED(ikemon_prefix_nl_policy),
	[IKEMON_A_SA_FILTER_DELETED] = { .type = NLA_FLAG, },
	[IKEMON_A_SA_MAX_COUNT] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* Ops table for ikemon */
static const struct genl_split_ops ikemon_nl_ops[] = {
	{
		.cmd	= IKEMON_CMD_VERSION_GET,
		.doit	= ikemon_nl_version_get_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= IKEMON_CMD_CONFIG_GET,
		.doit	= ikemon_nl_config_get_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_CONFIG_SET,
		.doit		= ikemon_nl_config_set_doit,
		.policy		= ikemon_config_set_nl_policy,
		.maxattr	= IKEMON_A_CONFIG_ONE_WAY_AFTER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_CONFIG_REPLACE,
		.doit		= ikemon_nl_config_replace_doit,
		.policy		= ikemon_config_replace_nl_policy,
		.maxattr	= IKEMON_A_CONFIG_ONE_WAY_AFTER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_PORT_ADD,
		.doit		= ikemon_nl_port_add_doit,
		.policy		= ikemon_port_add_nl_policy,
		.maxattr	= IKEMON_A_CONFIG_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_PORT_DEL,
		.doit		= ikemon_nl_port_del_doit,
		.policy		= ikemon_port_del_nl_policy,
		.maxattr	= IKEMON_A_CONFIG_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_SESSION_GET,
		.doit		= ikemon_nl_session_get_doit,
		.policy		= ikemon_session_get_do_nl_policy,
		.maxattr	= IKEMON_A_SESSION_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_SESSION_GET,
		.dumpit		= ikemon_nl_session_get_dumpit,
		.policy		= ikemon_session_get_dump_nl_policy,
		.maxattr	= IKEMON_A_SESSION_MAX_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IKEMON_CMD_SESSION_FLUSH,
		.doit		= ikemon_nl_session_flush_doit,
		.policy		= ikemon_session_flush_nl_policy,
		.maxattr	= IKEMON_A_SESSION_FILTER_PREFIX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_SOURCE_GET,
		.doit		= ikemon_nl_source_get_doit,
		.policy		= ikemon_source_get_do_nl_policy,
		.maxattr	= IKEMON_A_SOURCE_PREFIX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_SOURCE_GET,
		.dumpit		= ikemon_nl_source_get_dumpit,
		.policy		= ikemon_source_get_dump_nl_policy,
		.maxattr	= IKEMON_A_SOURCE_MAX_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= IKEMON_CMD_STATS_GET,
		.doit	= ikemon_nl_stats_get_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_LIMIT_SET,
		.doit		= ikemon_nl_limit_set_doit,
		.policy		= ikemon_limit_set_nl_policy,
		.maxattr	= IKEMON_A_LIMIT_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_LIMIT_DEL,
		.doit		= ikemon_nl_limit_del_doit,
		.policy		= ikemon_limit_del_nl_policy,
		.maxattr	= IKEMON_A_LIMIT_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_LIMIT_GET,
		.dumpit		= ikemon_nl_limit_get_dumpit,
		.policy		= ikemon_limit_get_nl_policy,
		.maxattr	= IKEMON_A_LIMIT_MAX_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IKEMON_CMD_BLOCK_ADD,
		.doit		= ikemon_nl_block_add_doit,
		.policy		= ikemon_block_add_nl_policy,
		.maxattr	= IKEMON_A_BLOCK_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_BLOCK_DEL,
		.doit		= ikemon_nl_block_del_doit,
		.policy		= ikemon_block_del_nl_policy,
		.maxattr	= IKEMON_A_BLOCK_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_BLOCK_FLUSH,
		.doit		= ikemon_nl_block_flush_doit,
		.policy		= ikemon_block_flush_nl_policy,
		.maxattr	= IKEMON_A_BLOCK_GENERATION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_BLOCK_GET,
		.dumpit		= ikemon_nl_block_get_dumpit,
		.policy		= ikemon_block_get_nl_policy,
		.maxattr	= IKEMON_A_BLOCK_MAX_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= IKEMON_CMD_SA_GET,
		.doit		= ikemon_nl_sa_get_doit,
		.policy		= ikemon_sa_get_do_nl_policy,
		.maxattr	= IKEMON_A_SA_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= IKEMON_CMD_SA_GET,
		.dumpit		= ikemon_nl_sa_get_dumpit,
		.policy		= ikemon_sa_get_dump_nl_policy,
		.maxattr	= IKEMON_A_SA_FILTER_DELETED,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group ikemon_nl_mcgrps[] = {
	[IKEMON_NLGRP_SESSION] = { "session", },
	[IKEMON_NLGRP_ALARM] = { "alarm", },
	[IKEMON_NLGRP_SOURCE] = { "source", },
	[IKEMON_NLGRP_SA] = { "sa", },
};

struct genl_family ikemon_nl_family __ro_after_init = {
	.name		= IKEMON_FAMILY_NAME,
	.version	= IKEMON_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= ikemon_nl_ops,
	.n_split_ops	= ARRAY_SIZE(ikemon_nl_ops),
	.mcgrps		= ikemon_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ikemon_nl_mcgrps),
};
