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
struct ikemon_endpoint;
struct ikemon_record;
struct ikemon_run;
struct ikemon_sa;
struct ikemon_session;
struct ikemon_source;
struct ikemon_stray;

enum ikemon_netlink_limits {
	/* No session needs more, whatever it has seen. */
	IKEMON_SESSION_MSG	= 1280,
	/* Nor a source. */
	IKEMON_SOURCE_MSG	= 800,
	/* Nor an SA. */
	IKEMON_SA_MSG		= 1000,
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

/**
 * ikemon_source_fill() - put the attributes of a source into a message
 * @skb: the message
 * @source: its lock is held
 * @conf: the configuration in force
 *
 * Any context, rcu_read_lock() held.
 * Return: 0 or -EMSGSIZE; the caller cancels the message then.
 */
int ikemon_source_fill(struct sk_buff *skb, struct ikemon_source *source,
		       const struct ikemon_conf *conf);

/**
 * ikemon_stray_fill() - put what is known of a stray into a message of a source
 * @skb: the message
 * @stray: the lock of its set is held
 *
 * Any context, rcu_read_lock() held.
 * Return: 0 or -EMSGSIZE; the caller cancels the message then.
 */
int ikemon_stray_fill(struct sk_buff *skb, const struct ikemon_stray *stray);

/**
 * ikemon_sa_fill() - put the attributes of an SA into a message
 * @skb: the message
 * @sa: a copy; its id is 0 for what has an SPI and addresses only
 * @net: the namespace it is in
 *
 * Any context, rcu_read_lock() held; takes the lock of the xfrm state.
 * Return: 0 or -EMSGSIZE; the caller cancels the message then.
 */
int ikemon_sa_fill(struct sk_buff *skb, const struct ikemon_sa *sa,
		   struct net *net);

/* Likewise, where the peer's end of its encapsulation was before. */
int ikemon_sa_fill_old(struct sk_buff *skb, const struct ikemon_sa *sa);

/* Likewise, an address and a port into a nest of that type. */
int ikemon_nl_endpoint(struct sk_buff *skb, int type,
		       const struct ikemon_endpoint *end, u8 family);

/* The rest is for the netlink_*.c files only. */

/**
 * ikemon_nl_reply() - answer a request with one message
 * @info: the request
 * @size: octets that the attributes need at most
 * @fill: puts the attributes in, after it did what was asked for: what is
 *	done must not be reported as failed for want of memory
 * @arg: for @fill
 *
 * Process context; may sleep, and so may @fill.
 * Return: 0, -ENOMEM, or what @fill says; nothing is sent then.
 */
int ikemon_nl_reply(struct genl_info *info, size_t size,
		    int (*fill)(struct sk_buff *msg, void *arg), void *arg);

/**
 * ikemon_nl_dump() - go on with a dump
 * @skb: the message
 * @cb: the dump
 * @batch: adds some under rcu_read_lock(): returns 0 when there are more, 1
 *	when it is complete, -EMSGSIZE when @skb is full
 * @arg: for @batch
 *
 * Process context; may sleep between batches.
 * Return: what the dump callback has to.
 */
int ikemon_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   int (*batch)(struct sk_buff *skb,
				struct netlink_callback *cb, void *arg),
		   void *arg);

/**
 * ikemon_nl_dump_one() - one object of a dump
 * @skb: the message
 * @cb: the dump
 * @cmd: its command
 * @fill: puts the attributes in; -ENOENT leaves the object out
 * @arg: for @fill
 *
 * Return: 1 it is in the message, 0 it was left out, or -EMSGSIZE.
 */
int ikemon_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		       u8 cmd, int (*fill)(struct sk_buff *msg, void *arg),
		       void *arg);

/* The tables of @net, or NULL with extack. Caller holds rcu_read_lock(). */
struct ikemon_run *ikemon_nl_run(const struct net *net,
				 struct netlink_ext_ack *extack);

/* The attribute max-count, which may be absent. */
static inline u32 ikemon_nl_max(const struct nlattr *nla)
{
	return nla ? nla_get_u32(nla) : U32_MAX;
}

/* The prefix that a source is. */
struct ikemon_prefix ikemon_nl_prefix_of(const struct ikemon_source *source);

/* Is there a block in force? The source's lock is held. */
bool ikemon_nl_blocked(const struct ikemon_record *record);

/*
 * Where a walk over the sources stands. Within a bucket they come in the order
 * of their prefixes, so that whatever else comes and goes, none is shown twice
 * or left out where a message ended.
 */
struct ikemon_source_cursor {
	struct ikemon_prefix last;	/* family 0: none of @bucket yet */
	u32 bucket;
};

/**
 * ikemon_nl_sources() - walk over the sources of some buckets
 * @run: the tables
 * @cursor: where to begin, zero at first; then where to go on
 * @visit: returns 0 to go on, else the walk ends with that and comes back to
 *	this source when it goes on
 * @arg: for @visit
 *
 * Caller holds rcu_read_lock().
 * Return: 0 when there are more, 1 when it is complete, or what @visit said.
 */
int ikemon_nl_sources(const struct ikemon_run *run,
		      struct ikemon_source_cursor *cursor,
		      int (*visit)(struct ikemon_source *source, void *arg),
		      void *arg);

/**
 * ikemon_nl_once() - refuse a request that has an attribute twice
 * @nlh: the request; its attributes were validated
 * @multi: bit N: type N may come several times
 *
 * The core would take the last one and say nothing.
 * Return: 0 or -EINVAL with extack.
 */
int ikemon_nl_once(const struct nlmsghdr *nlh, u64 multi,
		   struct netlink_ext_ack *extack);

/* The same for a nest, where no attribute may come several times. */
int ikemon_nl_nest_once(const struct nlattr *nest,
			struct netlink_ext_ack *extack);

/* Refuse any attribute; the core takes all where there is no policy. */
int ikemon_nl_none(const struct genl_info *info);

/* Is the attribute generation, which may be absent, that of @conf? -EAGAIN. */
int ikemon_nl_generation(const struct ikemon_conf *conf,
			 const struct nlattr *nla,
			 struct netlink_ext_ack *extack);

/**
 * ikemon_nl_rules() - the limits and blocks of a request config-replace
 * @info: the request
 *
 * Process context; may sleep.
 * Return: a set whose user the caller is, NULL for none, or ERR_PTR() with
 * extack.
 */
struct ikemon_rules *ikemon_nl_rules(struct genl_info *info);

/**
 * ikemon_nl_rules_change() - change limits and operator's blocks
 * @info: the request
 * @generation: its attribute, NULL without one
 * @change: changes the draft; returns a positive number if it did, 0 if
 *	nothing is to be changed, or an error with extack
 * @arg: for @change
 *
 * Process context; takes ikemon_conf_mutex.
 * Return: what @change says, or why it could not be put in force.
 */
int ikemon_nl_rules_change(struct genl_info *info,
			   const struct nlattr *generation,
			   int (*change)(struct ikemon_rules_draft *draft,
					 struct genl_info *info, void *arg),
			   void *arg);

/**
 * ikemon_nl_block_parse() - an operator's block of a request
 * @tb: attributes of set block
 * @rule: takes it; @since of it is now
 *
 * Return: 0, or -EINVAL with extack.
 */
int ikemon_nl_block_parse(struct nlattr **tb, struct ikemon_rule *rule,
			  struct netlink_ext_ack *extack);

/* The same for a prefix that must be there. */
int ikemon_nl_prefix_must(const struct nlattr *nest,
			  struct ikemon_prefix *prefix,
			  struct netlink_ext_ack *extack);

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
