/* SPDX-License-Identifier: GPL-2.0-only */
/* Before Linux 6.7 a policy had a pointer to a range that is not const. */
#ifndef IKEMON_COMPAT_NET_NETLINK_H
#define IKEMON_COMPAT_NET_NETLINK_H

#include <linux/version.h>
#include_next <net/netlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(_range),		\
}
#endif

#endif /* IKEMON_COMPAT_NET_NETLINK_H */
