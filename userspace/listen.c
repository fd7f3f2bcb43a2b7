// SPDX-License-Identifier: GPL-2.0-or-later
#include "nl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_ikemon.h>

#include "nl_private.h"
#include "output.h"

enum { LISTEN_BUFFER = 8 << 20 };

/* Events must not be lost for want of room: the greatest buffer we may have. */
static void enlarge(int fd)
{
	int size = LISTEN_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int join(struct mnl_socket *sock, uint32_t group)
{
	int n = group;

	if (group && !mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &n,
					    sizeof(n)))
		return CTL_OK;
	if (!group)
		complain("the module has no such events; \"ikemonctl version\" shows whether module and tool belong together");
	else if (errno == EPERM)
		complain("not permitted; CAP_NET_ADMIN is needed in the user namespace that owns this network namespace, try it as root");
	else
		complain("cannot listen to events: %s", strerror(errno));
	return CTL_KERNEL;
}

static int subscribe(const struct nl *nl, struct mnl_socket *sock,
		     unsigned int groups)
{
	unsigned int i;
	int status;

	enlarge(mnl_socket_get_fd(sock));
	for (i = 0; i < NL_GROUPS; i++) {
		if (!(groups & 1U << i))
			continue;
		status = join(sock, nl->group[i]);
		if (status != CTL_OK)
			return status;
	}
	/* The group of the controller itself: says when our family goes. */
	return join(sock, GENL_ID_CTRL);
}

static bool family_gone(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0 &&
		    !strcmp(mnl_attr_get_str(attr), IKEMON_FAMILY_NAME))
			return true;
	return false;
}

static int take(struct nl *nl, const struct nlmsghdr *nlh, nl_answer answer,
		void *data)
{
	if (family_gone(nlh)) {
		complain("the kernel module nf_ikemon was unloaded; begin again when it is back");
		return CTL_PARTIAL;
	}
	if (nlh->nlmsg_type != nl->family ||
	    mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN)
		return CTL_OK;
	return answer(nlh, data);
}

/* What has come. Sets @lost and goes on if the socket overran. */
static int receive(struct nl *nl, struct mnl_socket *sock, nl_answer answer,
		   void *data, bool *lost)
{
	const struct nlmsghdr *nlh;
	int status = CTL_OK;
	ssize_t n;
	int len;

	n = mnl_socket_recvfrom(sock, nl->answer, sizeof(nl->answer));
	if (n < 0 && errno == ENOBUFS) {
		*lost = true;
		return answer(NULL, data);
	}
	if (n < 0 && errno == EINTR)
		return CTL_OK;
	if (n < 0) {
		complain("cannot read events: %s", strerror(errno));
		return CTL_PARTIAL;
	}
	len = n;
	for (nlh = (const void *)nl->answer;
	     status == CTL_OK && nl_message_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		status = take(nl, nlh, answer, data);
	return status;
}

static int until_signal(struct nl *nl, struct mnl_socket *sock, int sigfd,
			nl_answer answer, void *data)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(sock), .events = POLLIN },
		{ .fd = sigfd, .events = POLLIN },
	};
	int status = CTL_OK;
	bool lost = false;

	while (status == CTL_OK) {
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			break;
		}
		if (fds[1].revents)
			break;
		if (fds[0].revents)
			status = receive(nl, sock, answer, data, &lost);
	}
	if (status == NL_STOP)
		status = CTL_OK;
	return status == CTL_OK && lost ? CTL_PARTIAL : status;
}

int nl_listen(struct nl *nl, unsigned int groups, nl_answer answer,
	      void *data)
{
	struct mnl_socket *sock = nl_socket();
	sigset_t set;
	int sigfd;
	int status;

	if (!sock)
		return CTL_KERNEL;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigfd = signalfd(-1, &set, SFD_CLOEXEC);
	status = subscribe(nl, sock, groups);
	if (status == CTL_OK)
		status = until_signal(nl, sock, sigfd, answer, data);
	close(sigfd);
	mnl_socket_close(sock);
	return status;
}
