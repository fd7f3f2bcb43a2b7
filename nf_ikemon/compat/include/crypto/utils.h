/* SPDX-License-Identifier: GPL-2.0-only */
/* Linux 6.4 moved crypto_memneq() from crypto/algapi.h to here. */
#ifndef IKEMON_COMPAT_CRYPTO_UTILS_H
#define IKEMON_COMPAT_CRYPTO_UTILS_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#include <crypto/algapi.h>
#else
#include_next <crypto/utils.h>
#endif

#endif /* IKEMON_COMPAT_CRYPTO_UTILS_H */
