/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read before every file of the module. The module is written for the newest
 * kernel; what an older one lacks is supplied here, under the newer name, or
 * beside this file in include/ under the path of the kernel header that has
 * it. Nothing outside this folder asks for a kernel version.
 */
#ifndef IKEMON_COMPAT_H
#define IKEMON_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "nf_ikemon needs Linux 6.1 or newer"
#endif

#endif /* IKEMON_COMPAT_H */
