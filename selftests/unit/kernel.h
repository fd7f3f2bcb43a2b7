/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the in-module selftests take from the kernel, for the host. */
#ifndef UNIT_KERNEL_H
#define UNIT_KERNEL_H

#include <stdio.h>

#define pr_err(...)	printf("# " __VA_ARGS__)
#define pr_info(...)	printf("# " __VA_ARGS__)

#endif /* UNIT_KERNEL_H */
