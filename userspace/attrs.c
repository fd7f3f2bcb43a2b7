// SPDX-License-Identifier: GPL-2.0-or-later
#include "attrs.h"

#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>
#include <linux/nf_ikemon.h>

struct attr {
	const char *name;
	const struct attr_set *nest;
};

struct attr_set {
	const struct attr *attr;
	unsigned int n;
};

#define SET(table)	{ table, sizeof(table) / sizeof((table)[0]) }

static const struct attr prefix_attr[] = {
	[IKEMON_A_PREFIX_ADDR] = { "addr", NULL },
	[IKEMON_A_PREFIX_LEN] = { "len", NULL },
};

static const struct attr_set prefix_set = SET(prefix_attr);

static const struct attr port_attr[] = {
	[IKEMON_A_PORT_PORT] = { "port", NULL },
	[IKEMON_A_PORT_KIND] = { "kind", NULL },
};

static const struct attr_set port_set = SET(port_attr);

static const struct attr limit_attr[] = {
	[IKEMON_A_LIMIT_PREFIX] = { "prefix", &prefix_set },
	[IKEMON_A_LIMIT_KIND] = { "kind", NULL },
	[IKEMON_A_LIMIT_RATE] = { "rate", NULL },
	[IKEMON_A_LIMIT_BURST] = { "burst", NULL },
	[IKEMON_A_LIMIT_HALF_OPEN] = { "half-open", NULL },
	[IKEMON_A_LIMIT_SESSIONS] = { "sessions", NULL },
	[IKEMON_A_LIMIT_FILTER_PREFIX] = { "filter-prefix", &prefix_set },
	[IKEMON_A_LIMIT_MAX_COUNT] = { "max-count", NULL },
	[IKEMON_A_LIMIT_GENERATION] = { "generation", NULL },
};

static const struct attr_set limit_set = SET(limit_attr);

static const struct attr block_attr[] = {
	[IKEMON_A_BLOCK_PREFIX] = { "prefix", &prefix_set },
	[IKEMON_A_BLOCK_UNTIL] = { "until", NULL },
	[IKEMON_A_BLOCK_ORIGIN] = { "origin", NULL },
	[IKEMON_A_BLOCK_FILTER_PREFIX] = { "filter-prefix", &prefix_set },
	[IKEMON_A_BLOCK_MAX_COUNT] = { "max-count", NULL },
	[IKEMON_A_BLOCK_GENERATION] = { "generation", NULL },
};

static const struct attr_set block_set = SET(block_attr);

static const struct attr config_attr[] = {
	[IKEMON_A_CONFIG_MODE] = { "mode", NULL },
	[IKEMON_A_CONFIG_SCOPE] = { "scope", NULL },
	[IKEMON_A_CONFIG_DEFRAG] = { "defrag", NULL },
	[IKEMON_A_CONFIG_MAX_SESSIONS] = { "max-sessions", NULL },
	[IKEMON_A_CONFIG_MAX_SOURCES] = { "max-sources", NULL },
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V4] = { "source-prefix-v4", NULL },
	[IKEMON_A_CONFIG_SOURCE_PREFIX_V6] = { "source-prefix-v6", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_NEW] = { "timeout-new", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_CHALLENGED] = { "timeout-challenged", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_HALF_OPEN] = { "timeout-half-open", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_AUTHENTICATING] = {
		"timeout-authenticating", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED] = {
		"timeout-established", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_FAILED] = { "timeout-failed", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_CLOSED] = { "timeout-closed", NULL },
	[IKEMON_A_CONFIG_TIMEOUT_SOURCE] = { "timeout-source", NULL },
	[IKEMON_A_CONFIG_EVENT_RATE] = { "event-rate", NULL },
	[IKEMON_A_CONFIG_DAEMON_UID] = { "daemon-uid", NULL },
	[IKEMON_A_CONFIG_GENERATION] = { "generation", NULL },
	[IKEMON_A_CONFIG_PORT] = { "port", &port_set },
	[IKEMON_A_CONFIG_CHECK] = { "check", NULL },
	[IKEMON_A_CONFIG_COOKIE] = { "cookie", NULL },
	[IKEMON_A_CONFIG_CHALLENGE] = { "challenge", NULL },
	[IKEMON_A_CONFIG_MIXED] = { "mixed", NULL },
	[IKEMON_A_CONFIG_CHALLENGE_SOURCE] = { "challenge-source", NULL },
	[IKEMON_A_CONFIG_CHALLENGE_GLOBAL] = { "challenge-global", NULL },
	[IKEMON_A_CONFIG_CHALLENGE_HOLD] = { "challenge-hold", NULL },
	[IKEMON_A_CONFIG_COOKIE_RATE] = { "cookie-rate", NULL },
	[IKEMON_A_CONFIG_FIRST_DROP_RATE] = { "first-drop-rate", NULL },
	[IKEMON_A_CONFIG_LIMIT_RATE] = { "limit-rate", NULL },
	[IKEMON_A_CONFIG_LIMIT_BURST] = { "limit-burst", NULL },
	[IKEMON_A_CONFIG_LIMIT_HALF_OPEN] = { "limit-half-open", NULL },
	[IKEMON_A_CONFIG_LIMIT_SESSIONS] = { "limit-sessions", NULL },
	[IKEMON_A_CONFIG_WIDE_PREFIX_V6] = { "wide-prefix-v6", NULL },
	[IKEMON_A_CONFIG_BLOCK_OFFENCES] = { "block-offences", NULL },
	[IKEMON_A_CONFIG_BLOCK_WINDOW] = { "block-window", NULL },
	[IKEMON_A_CONFIG_BLOCK_LAMBDA] = { "block-lambda", NULL },
	[IKEMON_A_CONFIG_BLOCK_MAX] = { "block-max", NULL },
	[IKEMON_A_CONFIG_MESSAGE_RATE] = { "message-rate", NULL },
	[IKEMON_A_CONFIG_REKEY_RATE] = { "rekey-rate", NULL },
	[IKEMON_A_CONFIG_UNKNOWN_RATE] = { "unknown-rate", NULL },
	[IKEMON_A_CONFIG_MALFORMED_RATE] = { "malformed-rate", NULL },
	[IKEMON_A_CONFIG_MARK] = { "mark", NULL },
	[IKEMON_A_CONFIG_EXEMPT_MARK] = { "exempt-mark", NULL },
	[IKEMON_A_CONFIG_EXEMPT_MASK] = { "exempt-mask", NULL },
	[IKEMON_A_CONFIG_DAEMON_SILENT] = { "daemon-silent", NULL },
	[IKEMON_A_CONFIG_LIMIT] = { "limit", &limit_set },
	[IKEMON_A_CONFIG_BLOCK] = { "block", &block_set },
	[IKEMON_A_CONFIG_UNKNOWN_SPI] = { "unknown-spi", NULL },
	[IKEMON_A_CONFIG_MAX_SAS] = { "max-sas", NULL },
	[IKEMON_A_CONFIG_ONE_WAY_AFTER] = { "one-way-after", NULL },
};

static const struct attr_set config_set = SET(config_attr);

/* What can stand in a request; the kernel refuses no other. */
static const struct attr session_attr[] = {
	[IKEMON_A_SESSION_ID] = { "id", NULL },
	[IKEMON_A_SESSION_VERSION] = { "version", NULL },
	[IKEMON_A_SESSION_FILTER_STATES] = { "filter-states", NULL },
	[IKEMON_A_SESSION_FILTER_PREFIX] = { "filter-prefix", &prefix_set },
	[IKEMON_A_SESSION_MAX_COUNT] = { "max-count", NULL },
};

static const struct attr_set session_set = SET(session_attr);

static const struct attr source_attr[] = {
	[IKEMON_A_SOURCE_PREFIX] = { "prefix", &prefix_set },
	[IKEMON_A_SOURCE_FILTER_PREFIX] = { "filter-prefix", &prefix_set },
	[IKEMON_A_SOURCE_MAX_COUNT] = { "max-count", NULL },
};

static const struct attr_set source_set = SET(source_attr);

static const struct attr sa_attr[] = {
	[IKEMON_A_SA_ID] = { "id", NULL },
	[IKEMON_A_SA_FILTER_SESSION] = { "filter-session", NULL },
	[IKEMON_A_SA_FILTER_SPI] = { "filter-spi", NULL },
	[IKEMON_A_SA_FILTER_PREFIX] = { "filter-prefix", &prefix_set },
	[IKEMON_A_SA_FILTER_DELETED] = { "filter-deleted", NULL },
	[IKEMON_A_SA_MAX_COUNT] = { "max-count", NULL },
};

static const struct attr_set sa_set = SET(sa_attr);

const struct attr_set *attrs_of(uint8_t cmd)
{
	switch (cmd) {
	case IKEMON_CMD_CONFIG_GET:
	case IKEMON_CMD_CONFIG_SET:
	case IKEMON_CMD_CONFIG_REPLACE:
	case IKEMON_CMD_PORT_ADD:
	case IKEMON_CMD_PORT_DEL:
		return &config_set;
	case IKEMON_CMD_SESSION_GET:
	case IKEMON_CMD_SESSION_FLUSH:
		return &session_set;
	case IKEMON_CMD_SOURCE_GET:
		return &source_set;
	case IKEMON_CMD_SA_GET:
		return &sa_set;
	case IKEMON_CMD_LIMIT_SET:
	case IKEMON_CMD_LIMIT_DEL:
	case IKEMON_CMD_LIMIT_GET:
		return &limit_set;
	case IKEMON_CMD_BLOCK_ADD:
	case IKEMON_CMD_BLOCK_DEL:
	case IKEMON_CMD_BLOCK_FLUSH:
	case IKEMON_CMD_BLOCK_GET:
		return &block_set;
	default:
		return NULL;
	}
}

static void append(char *buf, size_t size, const char *name)
{
	size_t n = strlen(buf);

	snprintf(buf + n, size - n, "%s%s", n ? "." : "", name);
}

/* The row of @type; adds its name. */
static const struct attr *step_into(const struct attr_set *set,
				    unsigned int type, char *buf, size_t size)
{
	if (!set || type >= set->n || !set->attr[type].name)
		return NULL;
	append(buf, size, set->attr[type].name);
	return &set->attr[type];
}

void attrs_path(const struct attr_set *set, const void *attrs, size_t len,
		size_t off, unsigned int missing, char *buf, size_t size)
{
	const uint8_t *base = attrs;
	const struct nlattr *attr;
	const struct attr *row;
	size_t pos = 0, end = len;

	*buf = '\0';
	while (off != SIZE_MAX && pos < end) {
		attr = (const void *)(base + pos);
		if (!mnl_attr_ok(attr, (int)(end - pos)))
			return;
		if (off >= pos + MNL_ALIGN(attr->nla_len)) {
			pos += MNL_ALIGN(attr->nla_len);
			continue;
		}
		row = step_into(set, mnl_attr_get_type(attr), buf, size);
		set = row ? row->nest : NULL;
		if (off == pos)
			break;
		end = pos + attr->nla_len;
		pos += MNL_ATTR_HDRLEN;
	}
	if (missing)
		step_into(set, missing, buf, size);
}
