// SPDX-License-Identifier: GPL-2.0-only
/* nf_ikemon: watches IKE negotiations; this file is init and exit only. */

#include <linux/init.h>
#include <linux/module.h>

#include "version.h"

static int __init ikemon_init(void)
{
	pr_info("version " IKEMON_VERSION " loaded\n");
	return 0;
}

static void __exit ikemon_exit(void)
{
}

module_init(ikemon_init);
module_exit(ikemon_exit);

MODULE_DESCRIPTION("IKE negotiation monitor for IPsec gateways");
MODULE_AUTHOR("nf_ikemon authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(IKEMON_VERSION);
