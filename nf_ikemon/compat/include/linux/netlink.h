/* SPDX-License-Identifier: GPL-2.0-only */
/* Newer 6.1.y kernels have NL_ASSERT_DUMP_CTX_FITS(), older ones do not. */
#ifndef IKEMON_COMPAT_LINUX_NETLINK_H
#define IKEMON_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef NL_ASSERT_DUMP_CTX_FITS
#define NL_ASSERT_DUMP_CTX_FITS(type_name)				\
	BUILD_BUG_ON(sizeof(type_name) >				\
		     sizeof_field(struct netlink_callback, ctx))
#endif

#endif /* IKEMON_COMPAT_LINUX_NETLINK_H */
