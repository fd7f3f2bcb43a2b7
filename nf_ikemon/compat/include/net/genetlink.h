/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 6.2 has a row for each of do and dump of a command
 * (struct genl_split_ops) where 6.1 has one for both (struct genl_ops). The
 * rows of the generated table have the same field names in both; registering
 * the family merges them, see compat/genetlink.c.
 */
#ifndef IKEMON_COMPAT_NET_GENETLINK_H
#define IKEMON_COMPAT_NET_GENETLINK_H

#include <linux/version.h>
#include_next <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

#define genl_split_ops	genl_ops
#define split_ops	ops
#define n_split_ops	n_ops

int ikemon_genl_register(struct genl_family *family);
int ikemon_genl_unregister(struct genl_family *family);

#define genl_register_family	ikemon_genl_register
#define genl_unregister_family	ikemon_genl_unregister

/* Here not a struct genl_info, but it has the attributes as that has. */
#define genl_info_dump		genl_dumpit_info

#endif /* < 6.2 */

#endif /* IKEMON_COMPAT_NET_GENETLINK_H */
