// SPDX-License-Identifier: GPL-2.0-or-later
#include "nl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_ikemon.h>

#include "nl_private.h"
#include "output.h"
#include "refusal.h"

enum nl_limits {
	NL_ATTEMPTS	= 5,		/* at a dump without interruption */
	NL_KEPT_MAX	= 16 << 20,	/* octets of a dump kept back */
	NL_KEPT_FIRST	= 64 << 10,
};

/**
 * struct exchange - one request and what comes back
 * @done: acknowledged or refused
 * @interrupted: what was dumped changed meanwhile
 * @status: enum ctl_exit
 * @answer: takes the messages, may be NULL
 * @keep: hold them back in @kept
 */
struct exchange {
	bool done;
	bool interrupted;
	int status;
	nl_answer answer;
	void *data;
	bool keep;
	uint8_t *kept;
	size_t used;
	size_t size;
};

static int cannot_enter(const char *netns, int err)
{
	bool wrong = err == EINVAL;	/* it is something else */

	complain("cannot enter the network namespace \"%s\": %s; %s", netns,
		 strerror(err), wrong ?
		 "a name or path of a network namespace is needed" :
		 "CAP_SYS_ADMIN is needed, try it as root");
	return wrong ? CTL_USAGE : CTL_KERNEL;
}

int nl_netns(const char *netns)
{
	char path[256];
	int fd, n, err;

	n = snprintf(path, sizeof(path), strchr(netns, '/') ? "%s" :
		     "/run/netns/%s", netns);
	errno = 0;
	fd = n < (int)sizeof(path) && *netns ? open(path, O_RDONLY | O_CLOEXEC)
					     : -1;
	/* Of somebody else's process it is not said whether it is there. */
	if (fd < 0 && errno == EACCES)
		return cannot_enter(netns, EACCES);
	if (fd < 0) {
		complain("there is no network namespace \"%s\"; \"ip netns\" lists the names, and a path to one is taken too",
			 netns);
		return CTL_USAGE;
	}
	err = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	return err ? cannot_enter(netns, err) : CTL_OK;
}

const void *nl_attrs(const struct nlmsghdr *nlh, size_t *len)
{
	*len = mnl_nlmsg_get_payload_len(nlh);
	if (*len < GENL_HDRLEN)
		*len = GENL_HDRLEN;
	*len -= GENL_HDRLEN;
	return mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
}

int nl_malformed(void)
{
	complain("the kernel's answer is not as the specification says; \"ikemonctl version\" shows whether module and tool belong together");
	return CTL_KERNEL;
}

struct mnl_socket *nl_socket(void)
{
	struct mnl_socket *sock = mnl_socket_open2(NETLINK_GENERIC,
						   SOCK_CLOEXEC);
	int on = 1;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID)) {
		complain("cannot open a netlink socket: %s", strerror(errno));
		if (sock)
			mnl_socket_close(sock);
		return NULL;
	}
	/* Without them refusals only lose their words. */
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &on, sizeof(on));
	return sock;
}

static struct nlmsghdr *begin(struct nl *nl, uint16_t family, uint8_t cmd,
			      uint8_t version)
{
	struct genlmsghdr *genl;

	memset(nl->request, 0, sizeof(nl->request));
	nl->nlh = mnl_nlmsg_put_header(nl->request);
	nl->nlh->nlmsg_type = family;
	genl = mnl_nlmsg_put_extra_header(nl->nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nl->nlh;
}

struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd)
{
	return begin(nl, nl->family, cmd, IKEMON_FAMILY_VERSION);
}

static int hand_over(struct exchange *x, const struct nlmsghdr *nlh)
{
	return x->answer ? x->answer(nlh, x->data) : CTL_OK;
}

static int hand_over_kept(struct exchange *x)
{
	const struct nlmsghdr *nlh;
	int status = CTL_OK;
	size_t pos;

	for (pos = 0; pos < x->used && status == CTL_OK;
	     pos += MNL_ALIGN(nlh->nlmsg_len)) {
		nlh = (const void *)(x->kept + pos);
		status = hand_over(x, nlh);
	}
	x->used = 0;
	return status;
}

/* Hold it back; if that would be too much, begin to hand over instead. */
static int keep(struct exchange *x, const struct nlmsghdr *nlh)
{
	size_t len = MNL_ALIGN(nlh->nlmsg_len);
	size_t size = x->size;
	uint8_t *more;
	int status;

	while (size < x->used + len)
		size = size ? 2 * size : NL_KEPT_FIRST;
	more = size > NL_KEPT_MAX ? NULL : realloc(x->kept, size);
	if (!more) {
		x->keep = false;
		status = hand_over_kept(x);
		return status == CTL_OK ? hand_over(x, nlh) : status;
	}
	x->kept = more;
	x->size = size;
	memcpy(x->kept + x->used, nlh, nlh->nlmsg_len);
	x->used += len;
	return CTL_OK;
}

/* One message of an answer. */
static void take(struct nl *nl, const struct nlmsghdr *nlh, struct exchange *x)
{
	if (!mnl_nlmsg_seq_ok(nlh, nl->seq) ||
	    !mnl_nlmsg_portid_ok(nlh, mnl_socket_get_portid(nl->sock)))
		return;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		break;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		x->done = true;
		if (x->status == CTL_OK)
			x->status = refusal_status(nl, nlh);
		break;
	case NLMSG_OVERRUN:
		x->interrupted = true;
		break;
	default:
		/* An answer that failed is read to its end all the same. */
		if (x->status == CTL_OK)
			x->status = x->keep ? keep(x, nlh) : hand_over(x, nlh);
	}
}

static int lost(void)
{
	complain("cannot read the kernel's answer: %s", strerror(errno));
	return CTL_PARTIAL;
}

static int receive(struct nl *nl, struct exchange *x)
{
	const struct nlmsghdr *nlh;
	ssize_t n;
	int len;

	while (!x->done) {
		n = mnl_socket_recvfrom(nl->sock, nl->answer,
					sizeof(nl->answer));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return lost();
		len = n;
		for (nlh = (const void *)nl->answer;
		     nl_message_ok(nlh, len) && !x->done;
		     nlh = mnl_nlmsg_next(nlh, &len))
			take(nl, nlh, x);
	}
	return x->status;
}

static int exchange(struct nl *nl, uint16_t flags, struct exchange *x)
{
	nl->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nl->nlh->nlmsg_seq = ++nl->seq;
	if (mnl_socket_sendto(nl->sock, nl->nlh, nl->nlh->nlmsg_len) < 0) {
		complain("cannot send to the kernel: %s", strerror(errno));
		return CTL_KERNEL;
	}
	return receive(nl, x);
}

int nl_do(struct nl *nl, nl_answer answer, void *data)
{
	struct exchange x = { .answer = answer, .data = data };

	return exchange(nl, NLM_F_ACK, &x);
}

/* Return: -1 to try again. */
static int dump_once(struct nl *nl, struct exchange *x, bool last)
{
	int status;

	x->done = false;
	x->interrupted = false;
	x->used = 0;
	status = exchange(nl, NLM_F_DUMP, x);
	if (status != CTL_OK)
		return status;
	if (x->interrupted && x->keep && !last)
		return -1;
	status = hand_over_kept(x);
	if (status != CTL_OK || !x->interrupted)
		return status;
	complain("the table changed while it was read, the list may be incomplete; ask again, or for less with a filter");
	return CTL_PARTIAL;
}

int nl_dump(struct nl *nl, nl_answer answer, void *data)
{
	struct exchange x = { .answer = answer, .data = data, .keep = true };
	unsigned int attempt = 1;
	int status;

	do
		status = dump_once(nl, &x, attempt == NL_ATTEMPTS);
	while (status < 0 && attempt++ < NL_ATTEMPTS);
	free(x.kept);
	return status;
}

static int group_number(const char *name)
{
	static const char * const names[NL_GROUPS] = {
		IKEMON_MCGRP_SESSION, IKEMON_MCGRP_ALARM, IKEMON_MCGRP_SOURCE,
		IKEMON_MCGRP_SA,
	};
	unsigned int i;

	for (i = 0; i < NL_GROUPS; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static void learn_group(const struct nlattr *group, struct nl *nl)
{
	const struct nlattr *attr;
	uint32_t id = 0;
	int number = -1;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			number = group_number(mnl_attr_get_str(attr));
	}
	if (number >= 0)
		nl->group[number] = id;
}

static int learn_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr, *group;
	struct nl *nl = data;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			nl->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			learn_group(group, nl);
	}
	return CTL_OK;
}

int nl_open(struct nl **nlp)
{
	struct nl *nl = calloc(1, sizeof(*nl));
	struct nlmsghdr *nlh;
	int status;

	if (!nl) {
		complain("out of memory");
		return CTL_KERNEL;
	}
	nl->sock = nl_socket();
	if (!nl->sock) {
		free(nl);
		return CTL_KERNEL;
	}
	nl->seq = time(NULL);
	nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, IKEMON_FAMILY_NAME);
	status = nl_do(nl, learn_family, nl);
	if (status == CTL_OK && !nl->family)
		status = nl_malformed();
	if (status == CTL_OK)
		*nlp = nl;
	else
		nl_close(nl);
	return status;
}

void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	mnl_socket_close(nl->sock);
	free(nl);
}
