/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration of one network namespace: an immutable snapshot under
 * RCU, replaced as a whole.
 */
#ifndef IKEMON_POLICY_H
#define IKEMON_POLICY_H

#include <linux/netfilter.h>
#include <linux/nf_ikemon.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "state.h"

struct ikemon_rules;
struct net;
struct netlink_ext_ack;

enum ikemon_conf_limits {
	IKEMON_PORTS_MAX	= 16,
};

struct ikemon_port {
	__be16 port;
	u8 kind;		/* enum ikemon_port_kind */
};

/**
 * struct ikemon_conf - one configuration; never changed once published
 * @port_filter: bit (port % 64) is set for every port of @port: most packets
 *	are recognised as none of ours by these 64 bits
 * @port: the first @n_ports are valid
 * @scope: enum ikemon_scope
 * @mode: enum ikemon_mode
 * @defrag: enum ikemon_defrag; ask ikemon_conf_defrag()
 * @source_plen4: prefix length of an IPv4 source
 * @source_plen6: prefix length of an IPv6 source
 * @daemon_uid: whose sockets speak for our side besides root; may be invalid
 * @max_sessions: cap of the session table
 * @max_sources: cap of the source table
 * @max_sas: cap of the SA table
 * @timeout: seconds, by enum ikemon_state
 * @timeout_source: seconds a source without sessions is kept
 * @event_rate: session and source events per second
 * @generation: counts changes, from 1
 * @cookie: enum ikemon_cookie_mode
 * @challenge: enum ikemon_challenge_mode
 * @mixed: first-packet drop, then COOKIE for those that come back
 * @wide_plen6: prefix length of what is charged beside an IPv6 source, not
 *	longer than @source_plen6
 * @challenge_source: unproven negotiations of a source in 10 s that turn its
 *	challenge on
 * @challenge_global: unanswered plus half-open negotiations that turn
 *	everybody's challenge on
 * @challenge_hold: seconds a challenge stays on at least
 * @cookie_rate: COOKIE answers per second
 * @first_drop_rate: negotiations per second that a saturated first-packet
 *	filter lets through
 * @limit_rate: proven negotiations per second of one source
 * @limit_burst: of them at once
 * @limit_half_open: proven half-open negotiations of one source
 * @limit_sessions: proven sessions of one source
 * @block_offences: weighted offences inside @block_window that block
 * @block_window: seconds
 * @block_lambda: in 1/1000 per second: N offences block for
 *	ln(N + 1) / lambda
 * @block_max: seconds a dynamic block lasts at most
 * @message_rate: messages per second of a session from its proven address
 * @rekey_rate: CREATE_CHILD_SA requests per second of one session
 * @unknown_rate: messages per second of unknown sessions
 * @malformed_rate: malformed messages let through per second, may be 0
 * @mark: bits of skb->mark the class is written to, 0 none
 * @exempt_mark: what a trusted packet's mark is under @exempt_mask
 * @exempt_mask: 0 trusts no packet for its mark
 * @daemon_silent: seconds without an answer of our side, 0 no alarm
 * @unknown_spi: enum ikemon_unknown_spi
 * @one_way_after: seconds of one-way traffic that are said, 0 none
 * @rules: limits and operator's blocks, NULL for none; a published
 *	configuration is a user of them, a copy of it is not
 */
struct ikemon_conf {
	u64 port_filter;
	struct ikemon_port port[IKEMON_PORTS_MAX];
	u8 n_ports;
	u8 scope;
	u8 mode;
	u8 defrag;
	u8 source_plen4;
	u8 source_plen6;
	kuid_t daemon_uid;
	u32 max_sessions;
	u32 max_sources;
	u32 max_sas;
	u32 timeout[IKEMON_STATES];
	u32 timeout_source;
	u32 event_rate;
	u32 generation;
	u8 cookie;
	u8 challenge;
	u8 mixed;
	u8 wide_plen6;
	u32 challenge_source;
	u32 challenge_global;
	u32 challenge_hold;
	u32 cookie_rate;
	u32 first_drop_rate;
	u32 limit_rate;
	u32 limit_burst;
	u32 limit_half_open;
	u32 limit_sessions;
	u32 block_offences;
	u32 block_window;
	u32 block_lambda;
	u32 block_max;
	u32 message_rate;
	u32 rekey_rate;
	u32 unknown_rate;
	u32 malformed_rate;
	u32 mark;
	u32 exempt_mark;
	u32 exempt_mask;
	u32 daemon_silent;
	u8 unknown_spi;
	u32 one_way_after;
	struct ikemon_rules *rules;
	struct rcu_head rcu;
};

/* The defaults of @net, mode off. */
void ikemon_conf_default(struct ikemon_conf *conf);

/* Are fragments reassembled before the hook? Any context. */
static inline bool ikemon_conf_defrag(const struct ikemon_conf *conf)
{
	if (conf->defrag == IKEMON_DEFRAG_AUTO)
		return conf->mode == IKEMON_MODE_ENFORCE;
	return conf->defrag == IKEMON_DEFRAG_ON;
}

/* Prefix length of a source. Any context. */
static inline u8 ikemon_conf_source_plen(const struct ikemon_conf *conf,
					 u8 family)
{
	return family == NFPROTO_IPV4 ? conf->source_plen4 :
					conf->source_plen6;
}

/**
 * ikemon_conf_port() - what a port carries
 *
 * Return: enum ikemon_port_kind, 0 if it is not looked at. Any context.
 */
static inline u8 ikemon_conf_port(const struct ikemon_conf *conf, __be16 port)
{
	unsigned int i;

	if (!(conf->port_filter >> (be16_to_cpu(port) % 64) & 1))
		return 0;
	for (i = 0; i < conf->n_ports; i++)
		if (conf->port[i].port == port)
			return conf->port[i].kind;
	return 0;
}

/**
 * ikemon_conf_others() - are both ports none of ours?
 *
 * Return: true if so; false if they are, or one of them only looks like it.
 * Any context.
 */
static inline bool ikemon_conf_others(const struct ikemon_conf *conf, __be16 a,
				      __be16 b)
{
	u64 filter = conf->port_filter;

	return !((filter >> (be16_to_cpu(a) % 64) |
		  filter >> (be16_to_cpu(b) % 64)) & 1);
}

/**
 * ikemon_conf_port_add() - one more port, or another kind for one there
 * @conf: not yet published
 *
 * Return: 0, -ENOSPC with 16 ports, -EINVAL for port 0 or an unknown kind,
 * -EEXIST if the port is there with this kind; extack says so.
 */
int ikemon_conf_port_add(struct ikemon_conf *conf, __be16 port, u8 kind,
			 struct netlink_ext_ack *extack);

/* Return: 0, or -ENOENT if the port is not in the list. */
int ikemon_conf_port_del(struct ikemon_conf *conf, __be16 port,
			 struct netlink_ext_ack *extack);

/* Forget all ports of a configuration that is not yet published. */
void ikemon_conf_port_clear(struct ikemon_conf *conf);

/* Rules that concern several fields. Return: 0 or -EINVAL with extack. */
int ikemon_conf_check(const struct ikemon_conf *conf,
		      struct netlink_ext_ack *extack);

#endif /* IKEMON_POLICY_H */
