// SPDX-License-Identifier: GPL-2.0-only
#include "policy.h"

#include <linux/bitops.h>
#include <linux/netlink.h>
#include <linux/string.h>

enum {
	MARK_BITS	= 0xf,	/* enum ikemon_mark, from its lowest bit on */
};

/* What mode enforce takes; all of it is there in mode monitor too. */
static void ladder_default(struct ikemon_conf *conf)
{
	conf->cookie = IKEMON_COOKIE_MODE_OFF;
	conf->challenge = IKEMON_CHALLENGE_MODE_AUTO;
	conf->challenge_source = 20;
	conf->challenge_global = 100;
	conf->challenge_hold = 10;
	conf->cookie_rate = 20000;
	conf->first_drop_rate = 100;
	conf->limit_rate = 50;
	conf->limit_burst = 200;
	conf->limit_half_open = 500;
	conf->limit_sessions = 10000;
	conf->wide_plen6 = 48;
	conf->block_offences = 30;
	conf->block_window = 60;
	conf->block_lambda = 115;
	conf->block_max = 3600;
	conf->message_rate = 100;
	conf->rekey_rate = 10;
	conf->unknown_rate = 1000;
	conf->malformed_rate = 100;
	conf->daemon_silent = 10;
	conf->unknown_spi = IKEMON_UNKNOWN_SPI_COUNT;
	conf->one_way_after = 60;
}

void ikemon_conf_default(struct ikemon_conf *conf)
{
	static const struct ikemon_port ports[] = {
		{ cpu_to_be16(500), IKEMON_PORT_KIND_IKE },
		{ cpu_to_be16(4500), IKEMON_PORT_KIND_NATT },
	};
	unsigned int i;

	memset(conf, 0, sizeof(*conf));
	conf->mode = IKEMON_MODE_OFF;
	conf->scope = IKEMON_SCOPE_LOCAL;
	conf->defrag = IKEMON_DEFRAG_AUTO;
	conf->source_plen4 = 32;
	conf->source_plen6 = 64;
	conf->daemon_uid = INVALID_UID;
	conf->max_sessions = 65536;
	conf->max_sources = 65536;
	conf->max_sas = 65536;
	memcpy(conf->timeout, ikemon_timeout_default, sizeof(conf->timeout));
	conf->timeout_source = 300;
	conf->event_rate = 1000;
	ladder_default(conf);
	for (i = 0; i < ARRAY_SIZE(ports); i++)
		ikemon_conf_port_add(conf, ports[i].port, ports[i].kind, NULL);
}

static void filter_rebuild(struct ikemon_conf *conf)
{
	unsigned int i;

	conf->port_filter = 0;
	for (i = 0; i < conf->n_ports; i++)
		conf->port_filter |=
			BIT_ULL(be16_to_cpu(conf->port[i].port) % 64);
}

static int port_index(const struct ikemon_conf *conf, __be16 port)
{
	int i;

	for (i = 0; i < conf->n_ports; i++)
		if (conf->port[i].port == port)
			return i;
	return -ENOENT;
}

int ikemon_conf_port_add(struct ikemon_conf *conf, __be16 port, u8 kind,
			 struct netlink_ext_ack *extack)
{
	int i = port_index(conf, port);

	if (!port) {
		NL_SET_ERR_MSG(extack, "port must be 1 to 65535");
		return -EINVAL;
	}
	if (kind != IKEMON_PORT_KIND_IKE && kind != IKEMON_PORT_KIND_NATT) {
		NL_SET_ERR_MSG(extack, "port kind must be ike or natt");
		return -EINVAL;
	}
	if (i >= 0 && conf->port[i].kind == kind) {
		NL_SET_ERR_MSG(extack, "port is in the list already");
		return -EEXIST;
	}
	if (i < 0 && conf->n_ports == IKEMON_PORTS_MAX) {
		NL_SET_ERR_MSG(extack, "16 ports at most");
		return -ENOSPC;
	}
	if (i < 0)
		i = conf->n_ports++;
	conf->port[i].port = port;
	conf->port[i].kind = kind;
	filter_rebuild(conf);
	return 0;
}

int ikemon_conf_port_del(struct ikemon_conf *conf, __be16 port,
			 struct netlink_ext_ack *extack)
{
	int i = port_index(conf, port);

	if (i < 0) {
		NL_SET_ERR_MSG(extack, "port is not in the list");
		return i;
	}
	conf->n_ports--;
	memmove(&conf->port[i], &conf->port[i + 1],
		(conf->n_ports - i) * sizeof(conf->port[0]));
	filter_rebuild(conf);
	return 0;
}

void ikemon_conf_port_clear(struct ikemon_conf *conf)
{
	conf->n_ports = 0;
	filter_rebuild(conf);
}

/* Is there room for every class? See ikemon_packet_mark(). */
static bool mark_holds(u32 mark)
{
	return !mark || (mark >> __ffs(mark) & MARK_BITS) == MARK_BITS;
}

int ikemon_conf_check(const struct ikemon_conf *conf,
		      struct netlink_ext_ack *extack)
{
	if (!conf->n_ports) {
		NL_SET_ERR_MSG(extack, "the last port must stay");
		return -EINVAL;
	}
	if (conf->wide_plen6 > conf->source_plen6) {
		NL_SET_ERR_MSG(extack,
			       "wide-prefix-v6 must not be longer than source-prefix-v6");
		return -EINVAL;
	}
	if (!mark_holds(conf->mark)) {
		NL_SET_ERR_MSG(extack,
			       "mark must have four bits side by side, from its lowest one on");
		return -EINVAL;
	}
	if (conf->exempt_mark & ~conf->exempt_mask) {
		NL_SET_ERR_MSG(extack,
			       "exempt-mark has bits outside exempt-mask");
		return -EINVAL;
	}
	return 0;
}
