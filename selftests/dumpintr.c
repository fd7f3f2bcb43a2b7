// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LD_PRELOAD=dumpintr ikemonctl ...: every answer to a dump of SAs says that
 * they changed meanwhile, however often it is asked.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_ikemon.h>
#include <sys/socket.h>

static void interrupt(struct nlmsghdr *nlh, unsigned int len)
{
	const struct genlmsghdr *genl;

	for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		genl = NLMSG_DATA(nlh);
		if (nlh->nlmsg_type > GENL_ID_CTRL &&
		    nlh->nlmsg_flags & NLM_F_MULTI &&
		    genl->cmd == IKEMON_CMD_SA_GET)
			nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	}
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t (*real)(int fd, struct msghdr *msg, int flags);
	ssize_t n;

	real = (__typeof__(real))dlsym(RTLD_NEXT, "recvmsg");
	n = real(fd, msg, flags);
	if (n > 0)
		interrupt(msg->msg_iov[0].iov_base, n);
	return n;
}
