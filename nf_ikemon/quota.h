/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the namespaces of unprivileged users may hold together. Memory that
 * packets make us allocate is charged to nobody, and a cap for each namespace
 * is none for who makes many of them.
 */
#ifndef IKEMON_QUOTA_H
#define IKEMON_QUOTA_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

enum {
	IKEMON_QUOTA_DEFAULT	= 65536,
};

/**
 * struct ikemon_quota - entries of one kind
 * @used: entries there are
 * @max: that there may be; a module parameter, changed at any time
 *
 * Only network namespaces that belong to another user namespace than the
 * initial one count and are bounded. No lock: @used passes @max by no more
 * than one for each CPU, for an instant.
 */
struct ikemon_quota {
	atomic_t used;
	unsigned int max;
};

static inline bool ikemon_quota_binds(const struct net *net)
{
	return net->user_ns != &init_user_ns;
}

/**
 * ikemon_quota_give() - an entry of @net is gone
 * @count: entries of its table, one less then
 *
 * Any context. Once for each ikemon_quota_take() that was true.
 */
static inline void ikemon_quota_give(struct ikemon_quota *quota,
				     const struct net *net, atomic_t *count)
{
	atomic_dec(count);
	if (ikemon_quota_binds(net))
		atomic_dec(&quota->used);
}

/**
 * ikemon_quota_take() - may @net have one more?
 * @count: entries of its table, one more then
 * @max: that it may have
 *
 * Any context.
 * Return: true if so; it then counts until ikemon_quota_give().
 */
static inline bool ikemon_quota_take(struct ikemon_quota *quota,
				     const struct net *net, atomic_t *count,
				     u32 max)
{
	if (ikemon_quota_binds(net) &&
	    (unsigned int)atomic_inc_return(&quota->used) >
	    READ_ONCE(quota->max)) {
		atomic_dec(&quota->used);
		return false;
	}
	if (atomic_inc_return(count) <= max)
		return true;
	ikemon_quota_give(quota, net, count);
	return false;
}

/* The module goes: every entry is freed and was given back. */
static inline void ikemon_quota_end(const struct ikemon_quota *quota)
{
	WARN_ON(atomic_read(&quota->used));
}

#endif /* IKEMON_QUOTA_H */
