/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Since Linux 6.2 a network namespace may have a UDP hash table of its own.
 */
#ifndef IKEMON_COMPAT_UDP_TABLE_H
#define IKEMON_COMPAT_UDP_TABLE_H

#include <linux/version.h>
#include <net/net_namespace.h>
#include <net/udp.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define ikemon_udp_table(net)	((void)(net), &udp_table)
#else
#define ikemon_udp_table(net)	((net)->ipv4.udp_table)
#endif

#endif /* IKEMON_COMPAT_UDP_TABLE_H */
