// SPDX-License-Identifier: GPL-2.0-or-later
/* How ikemonctl reads what the kernel refuses. */
#include "unit.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_ikemon.h>

#include "refusal.h"

static union {
	struct nlmsghdr nlh;
	uint8_t octets[1024];
} request, answer;

/* A request to add a port whose kind is wrong. Return: where that is. */
static size_t put_request(void)
{
	struct genlmsghdr *genl;
	struct nlattr *nest;
	size_t off;

	memset(&request, 0, sizeof(request));
	mnl_nlmsg_put_header(&request);
	request.nlh.nlmsg_type = 0x20;
	genl = mnl_nlmsg_put_extra_header(&request.nlh, GENL_HDRLEN);
	genl->cmd = IKEMON_CMD_CONFIG_SET;
	mnl_attr_put_u32(&request.nlh, IKEMON_A_CONFIG_MAX_SESSIONS, 1);
	nest = mnl_attr_nest_start(&request.nlh, IKEMON_A_CONFIG_PORT);
	mnl_attr_put_u16(&request.nlh, IKEMON_A_PORT_PORT, 500);
	off = request.nlh.nlmsg_len;
	mnl_attr_put_u8(&request.nlh, IKEMON_A_PORT_KIND, 9);
	mnl_attr_nest_end(&request.nlh, nest);
	return off;
}

static void begin_answer(int err, uint16_t flags)
{
	struct nlmsgerr *e;
	size_t rest;

	memset(&answer, 0, sizeof(answer));
	mnl_nlmsg_put_header(&answer);
	answer.nlh.nlmsg_type = NLMSG_ERROR;
	answer.nlh.nlmsg_flags = flags;
	e = mnl_nlmsg_put_extra_header(&answer.nlh, sizeof(*e));
	e->error = err;
	e->msg = request.nlh;
	if (flags & NLM_F_CAPPED)
		return;
	rest = request.nlh.nlmsg_len - sizeof(e->msg);
	memcpy(mnl_nlmsg_put_extra_header(&answer.nlh, rest),
	       request.octets + sizeof(e->msg), rest);
}

static bool refusal_is(int err, const char *text, const char *attr)
{
	struct refusal r;

	refusal_read(&answer.nlh, &request.nlh, &r);
	if (r.err == err && !strcmp(r.text, text) && !strcmp(r.attr, attr))
		return true;
	printf("# %d \"%s\" \"%s\"\n", r.err, r.text, r.attr);
	return false;
}

static void test_sound(void)
{
	uint16_t capped = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	size_t off = put_request();
	uint16_t flags[] = { capped, NLM_F_ACK_TLVS };
	bool all = true;
	int i;

	for (i = 0; i < 2; i++) {
		begin_answer(-EINVAL, flags[i]);
		mnl_attr_put_strz(&answer.nlh, NLMSGERR_ATTR_MSG, "no such kind");
		mnl_attr_put_u32(&answer.nlh, NLMSGERR_ATTR_OFFS, off);
		all = refusal_is(EINVAL, "no such kind", "port.kind") && all;
	}
	result(all, "a refusal names the attribute by its place");

	begin_answer(-EINVAL, capped);
	mnl_attr_put_u32(&answer.nlh, NLMSGERR_ATTR_MISS_TYPE,
			 IKEMON_A_PORT_KIND);
	mnl_attr_put_u32(&answer.nlh, NLMSGERR_ATTR_MISS_NEST, off - 12);
	all = refusal_is(EINVAL, "", "port.kind");
	begin_answer(-EINVAL, capped);
	mnl_attr_put_u32(&answer.nlh, NLMSGERR_ATTR_MISS_TYPE,
			 IKEMON_A_CONFIG_PORT);
	result(refusal_is(EINVAL, "", "port") && all,
	       "a refusal names what is missing");

	begin_answer(-EPERM, 0);
	result(refusal_is(EPERM, "", ""), "a refusal without words");
	begin_answer(0, 0);
	result(refusal_is(0, "", ""), "taken");
	begin_answer(INT_MIN, 0);
	result(refusal_is(EBADMSG, "", ""), "a number that is no errno");
}

static void test_broken(void)
{
	size_t len, i;
	int round;
	struct refusal r;
	uint8_t sound[1024];
	struct nlmsghdr *copy;

	begin_answer(-EINVAL, NLM_F_CAPPED | NLM_F_ACK_TLVS);
	mnl_attr_put_strz(&answer.nlh, NLMSGERR_ATTR_MSG, "words");
	mnl_attr_put_u32(&answer.nlh, NLMSGERR_ATTR_OFFS, put_request());
	len = answer.nlh.nlmsg_len;
	memcpy(sound, &answer, len);
	for (round = 0; round < MUTATIONS; round++) {
		copy = malloc(len);
		memcpy(copy, sound, len);
		for (i = random() % 6; i; i--)
			((uint8_t *)copy)[sizeof(*copy) +
				random() % (len - sizeof(*copy))] = random();
		copy->nlmsg_flags = random() % 2 ? copy->nlmsg_flags : random();
		copy->nlmsg_type = random() % 2 ? NLMSG_ERROR : NLMSG_DONE;
		copy->nlmsg_len = sizeof(*copy) +
			random() % (len - sizeof(*copy) + 1);
		copy = realloc(copy, copy->nlmsg_len);
		refusal_read(copy, &request.nlh, &r);
		free(copy);
	}
	result(true, "broken refusals");
}

void test_refusals(void)
{
	test_sound();
	test_broken();
}
