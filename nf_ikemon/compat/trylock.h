/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before Linux 6.12, with PREEMPT_RT, sparse is told that spin_trylock_bh()
 * takes a lock, but not that spin_unlock_bh() gives it back.
 */
#ifndef IKEMON_COMPAT_TRYLOCK_H
#define IKEMON_COMPAT_TRYLOCK_H

#include <linux/spinlock.h>
#include <linux/version.h>

#if defined(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define ikemon_trylock_bh(lock)	rt_spin_trylock_bh(lock)
#else
#define ikemon_trylock_bh(lock)	spin_trylock_bh(lock)
#endif

#endif /* IKEMON_COMPAT_TRYLOCK_H */
