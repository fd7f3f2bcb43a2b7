// SPDX-License-Identifier: GPL-2.0-or-later
#include "refusal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "attrs.h"
#include "output.h"

enum { ERRNO_MAX = 4095 };

struct tlvs {
	const struct nlattr *text;
	size_t off;
	size_t nest;
	unsigned int missing;
};

static void read_range(const struct nlattr *policy, struct refusal *r)
{
	const struct nlattr *attr;
	unsigned int seen = 0;
	unsigned int type;

	mnl_attr_for_each_nested(attr, policy) {
		type = mnl_attr_get_type(attr);
		if (mnl_attr_get_payload_len(attr) != sizeof(uint64_t))
			continue;
		if (type == NL_POLICY_TYPE_ATTR_MIN_VALUE_U) {
			r->min = mnl_attr_get_u64(attr);
			seen |= 1;
		}
		if (type == NL_POLICY_TYPE_ATTR_MAX_VALUE_U) {
			r->max = mnl_attr_get_u64(attr);
			seen |= 2;
		}
	}
	r->has_range = seen == 3;
}

static void read_tlv(const struct nlattr *attr, struct tlvs *t,
		     struct refusal *r)
{
	unsigned int type = mnl_attr_get_type(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (type == NLMSGERR_ATTR_MSG) {
		snprintf(r->text, sizeof(r->text), "%.*s", (int)len,
			 (const char *)mnl_attr_get_payload(attr));
		return;
	}
	if (type == NLMSGERR_ATTR_POLICY) {
		read_range(attr, r);
		return;
	}
	if (len != sizeof(uint32_t))
		return;
	if (type == NLMSGERR_ATTR_OFFS)
		t->off = mnl_attr_get_u32(attr);
	else if (type == NLMSGERR_ATTR_MISS_TYPE)
		t->missing = mnl_attr_get_u32(attr);
	else if (type == NLMSGERR_ATTR_MISS_NEST)
		t->nest = mnl_attr_get_u32(attr);
}

/* Which attribute of our request it is about. */
static void read_place(const struct nlmsghdr *request, const struct tlvs *t,
		       struct refusal *r)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const size_t head = MNL_NLMSG_HDRLEN + GENL_HDRLEN;
	size_t off = t->missing ? t->nest : t->off;

	if (request->nlmsg_type == GENL_ID_CTRL ||
	    request->nlmsg_len < head || (!t->missing && off == SIZE_MAX))
		return;
	if (off != SIZE_MAX) {
		if (off < head)
			return;
		off -= head;
	}
	attrs_path(attrs_of(genl->cmd), (const uint8_t *)request + head,
		   request->nlmsg_len - head, off, t->missing, r->attr,
		   sizeof(r->attr));
}

void refusal_read(const struct nlmsghdr *nlh, const struct nlmsghdr *request,
		  struct refusal *r)
{
	struct tlvs t = { .off = SIZE_MAX, .nest = SIZE_MAX };
	const uint8_t *payload = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const struct nlmsgerr *e = (const void *)payload;
	const struct nlattr *attr;
	size_t skip = sizeof(int);
	int err;

	memset(r, 0, sizeof(*r));
	/* A dump that ended well may say so with no number at all. */
	if (len < sizeof(int)) {
		r->err = nlh->nlmsg_type == NLMSG_DONE ? 0 : EBADMSG;
		return;
	}
	memcpy(&err, payload, sizeof(err));
	r->err = err < -ERRNO_MAX ? EBADMSG : err < 0 ? -err : 0;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*e);
		if (len >= skip && !(nlh->nlmsg_flags & NLM_F_CAPPED) &&
		    e->msg.nlmsg_len > sizeof(e->msg))
			skip += MNL_ALIGN((size_t)e->msg.nlmsg_len) -
				sizeof(e->msg);
	}
	if (len < skip)
		return;
	mnl_attr_for_each_payload((void *)(payload + skip), len - skip)
		read_tlv(attr, &t, r);
	read_place(request, &t, r);
}

static void complain_words(const struct refusal *r)
{
	const char *words = *r->text ? r->text : strerror(r->err);
	const char *space = *r->attr ? " " : "";

	if (r->has_range)
		complain("the kernel refused%s%s: %s; %" PRIu64 " to %" PRIu64 " would be right",
			 space, r->attr, words, r->min, r->max);
	else
		complain("the kernel refused%s%s: %s", space, r->attr, words);
}

int refusal_status(const struct nl *nl, const struct nlmsghdr *nlh)
{
	struct refusal r;

	refusal_read(nlh, nl->nlh, &r);
	if (!r.err) {
		if (*r.text)
			complain("warning: %s", r.text);
		return CTL_OK;
	}
	if (nl->nlh->nlmsg_type == GENL_ID_CTRL && r.err == ENOENT)
		complain("the kernel module nf_ikemon is not loaded; \"modprobe nf_ikemon\" loads it");
	else if (r.err == EPERM && !*r.text)
		complain("not permitted; CAP_NET_ADMIN is needed in the user namespace that owns this network namespace, try it as root");
	else
		complain_words(&r);
	return CTL_KERNEL;
}
