/* SPDX-License-Identifier: GPL-2.0-only */
/* Linux 6.12 moved this header from asm/ to linux/. */
#ifndef IKEMON_COMPAT_LINUX_UNALIGNED_H
#define IKEMON_COMPAT_LINUX_UNALIGNED_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif

#endif /* IKEMON_COMPAT_LINUX_UNALIGNED_H */
