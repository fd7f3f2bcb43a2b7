// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nfaccept QUEUE
 *
 * Accept whatever nftables puts into the queue of that number, until killed.
 * Prints "ready" when it is bound. The kernel takes a packet on from there in
 * the context of this process, not in softirq.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <stdio.h>
#include <stdlib.h>

static char buf[65536];

static struct nlmsghdr *begin(uint16_t type, uint16_t queue)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(queue);
	return nlh;
}

static void say(struct mnl_socket *nl, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0) {
		perror("nfaccept: send");
		exit(1);
	}
}

static uint32_t packet_id(const struct nlmsghdr *nlh)
{
	const struct nfqnl_msg_packet_hdr *hdr;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) != NFQA_PACKET_HDR)
			continue;
		hdr = mnl_attr_get_payload(attr);
		return hdr->packet_id;
	}
	return 0;
}

static void accept_packet(struct mnl_socket *nl, uint16_t queue, uint32_t id)
{
	const struct nfqnl_msg_verdict_hdr verdict = {
		.verdict = htonl(NF_ACCEPT), .id = id,
	};
	struct nlmsghdr *nlh = begin(NFQNL_MSG_VERDICT, queue);

	mnl_attr_put(nlh, NFQA_VERDICT_HDR, sizeof(verdict), &verdict);
	say(nl, nlh);
}

int main(int argc, char **argv)
{
	const struct nfqnl_msg_config_cmd cmd = {
		.command = NFQNL_CFG_CMD_BIND,
	};
	const struct nfqnl_msg_config_params params = {
		.copy_mode = NFQNL_COPY_META,
	};
	struct mnl_socket *nl = mnl_socket_open(NETLINK_NETFILTER);
	struct nlmsghdr *nlh;
	uint16_t queue;

	if (argc != 2 || !nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return 1;
	queue = atoi(argv[1]);
	nlh = begin(NFQNL_MSG_CONFIG, queue);
	mnl_attr_put(nlh, NFQA_CFG_CMD, sizeof(cmd), &cmd);
	say(nl, nlh);
	nlh = begin(NFQNL_MSG_CONFIG, queue);
	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	say(nl, nlh);
	puts("ready");
	fflush(stdout);
	while (mnl_socket_recvfrom(nl, buf, sizeof(buf)) > 0) {
		nlh = (struct nlmsghdr *)buf;
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			accept_packet(nl, queue, packet_id(nlh));
	}
	return 1;
}
