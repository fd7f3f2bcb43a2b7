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
