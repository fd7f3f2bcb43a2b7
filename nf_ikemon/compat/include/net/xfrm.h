/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device that does all of an SA's work (Linux 6.2) counts what went through
 * it. Until 6.9 asking for that had another name.
 */
#ifndef IKEMON_COMPAT_NET_XFRM_H
#define IKEMON_COMPAT_NET_XFRM_H

#include <linux/version.h>
#include_next <net/xfrm.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static inline void xfrm_dev_state_update_stats(struct xfrm_state *x) {}
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define xfrm_dev_state_update_stats	xfrm_dev_state_update_curlft
#endif

#endif /* IKEMON_COMPAT_NET_XFRM_H */
