// SPDX-License-Identifier: GPL-2.0-or-later
/* Misbehaves on purpose, so that the harness can prove that it would notice:
 * insmod ikemon_splat.ko what=warn|oops|overrun|leak|hold
 */

#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

static char *what = "";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "what to do wrong");

static int __init splat_init(void)
{
	char *p = kmalloc(24, GFP_KERNEL);
	size_t beyond = 24;

	if (!p)
		return -ENOMEM;
	/* So that the compiler cannot see what is coming */
	OPTIMIZER_HIDE_VAR(beyond);
	if (!strcmp(what, "overrun"))
		p[beyond] = 1;
	if (strcmp(what, "leak"))
		kfree(p);
	if (!strcmp(what, "hold"))
		dev_get_by_name(&init_net, "splat0");
	if (!strcmp(what, "oops"))
		*(volatile int *)8 = 0;
	WARN_ON(!strcmp(what, "warn"));
	return 0;
}

static void __exit splat_exit(void)
{
}

module_init(splat_init);
module_exit(splat_exit);

MODULE_DESCRIPTION("Kernel complaints on demand");
MODULE_LICENSE("GPL");
