/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family "ikemon". What it takes and says is described in
 * docs/netlink/specs/ikemon.yaml; handlers are declared in
 * generated/netlink.h.
 */
#ifndef IKEMON_NETLINK_H
#define IKEMON_NETLINK_H

#include <linux/netfilter.h>
#include <net/genetlink.h>

#include "generated/netlink.h"
#include "rules.h"

struct ikemon_conf;
struct ikemon_session;

enum ikemon_netlink_limits {
	/* No session needs more, whatever it has seen. */
	IKEMON_SESSION_MSG	= 1200,
	/* Buckets that a dump or a flush looks at before it lets others run. */
	IKEMON_BUCKET_BATCH	= 256,
};

/* No larger than in a namespace nobody asked about; see conf_raise_ok(). */
enum ikemon_netlink_caps {
	IKEMON_MAX_UNPRIVILEGED	= 65536,
};

int ikemon_netlink_init(void);
void ikemon_netlink_uninit(void);

/**
 * ikemon_netlink_up() - is the family registered
 *
 * Caller holds rcu_read_lock() until it is done with the family: unloading
 * waits for that.
 */
bool ikemon_netlink_up(void);

/**
 * ikemon_session_fill() - put the attributes of a session into a message
 * @skb: the message
 * @session: its lock is held, or nobody else can reach it
 * @net: the namespace it is in
 * @conf: for when it expires
 *
 * Any context, rcu_read_lock() held.
 * Return: 0 or -EMSGSIZE; the caller cancels the message then.
 */
int ikemon_session_fill(struct sk_buff *skb,
			const struct ikemon_session *session,
			struct net *net, const struct ikemon_conf *conf);

/* The rest is for the netlink_*.c files only. */

/**
 * ikemon_nl_once() - refuse a request that has an attribute twice
 * @nlh: the request; its attributes were validated
 * @multi: type that may come several times, 0 for none
 *
 * The core would take the last one and say nothing.
 * Return: 0 or -EINVAL with extack.
 */
int ikemon_nl_once(const struct nlmsghdr *nlh, unsigned int multi,
		   struct netlink_ext_ack *extack);

/* The same for a nest, where no attribute may come several times. */
int ikemon_nl_nest_once(const struct nlattr *nest,
			struct netlink_ext_ack *extack);

/* Refuse any attribute; the core takes all where there is no policy. */
int ikemon_nl_none(const struct genl_info *info);

/**
 * ikemon_nl_prefix() - read a nest of the attribute set "prefix"
 * @nest: NULL leaves @prefix without family
 *
 * Return: 0 or -EINVAL with extack.
 */
int ikemon_nl_prefix(const struct nlattr *nest, struct ikemon_prefix *prefix,
		     struct netlink_ext_ack *extack);

/* Put a nest of the attribute set "prefix". Return: 0 or -EMSGSIZE. */
int ikemon_nl_put_prefix(struct sk_buff *skb, int type,
			 const struct ikemon_prefix *prefix);

/*
 * Attributes are aligned to 4 octets, 64-bit ones too: the family is younger
 * than the rule that readers must cope (Documentation/userspace-api/netlink).
 */
static inline int ikemon_nl_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

/* Wall clock in ns of a time of ikemon_now(). */
u64 ikemon_nl_wall(u64 ms);

#endif /* IKEMON_NETLINK_H */
