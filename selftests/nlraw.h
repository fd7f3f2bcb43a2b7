/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generic netlink by hand, for tests that must be able to send what no library
 * would: messages are built octet by octet and answers are read likewise.
 */
#ifndef NLRAW_H
#define NLRAW_H

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_ikemon.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define NLRAW_MAX	262144

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

/* A message under construction; @nest holds where open nests begin. */
struct nlraw {
	uint8_t buf[NLRAW_MAX];
	uint32_t len;
	uint32_t nest[8];
	int nests;
};

/* What the kernel said to a request. */
struct nlraw_ack {
	int error;		/* negative errno, 0 */
	char text[256];		/* of the extended acknowledgment */
	int miss;		/* attribute type that is missing, -1 none */
	int offset;		/* of the attribute complained about, -1 none */
	uint32_t replies;	/* messages that are no acknowledgment */
	bool interrupted;	/* NLM_F_DUMP_INTR in any of them */
	uint8_t reply[NLRAW_MAX];	/* the first, from its attributes on */
	uint32_t reply_len;
};

static inline void nlraw_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline int nlraw_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int one = 1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		nlraw_die("netlink socket");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

static inline struct nlmsghdr *nlraw_hdr(struct nlraw *m)
{
	return (struct nlmsghdr *)m->buf;
}

static inline void nlraw_bytes(struct nlraw *m, const void *data, uint32_t len)
{
	if (m->len + len > NLRAW_MAX - NLMSG_ALIGNTO) {
		fprintf(stderr, "message too long\n");
		exit(1);
	}
	if (len)
		memcpy(m->buf + m->len, data, len);
	m->len += len;
}

static inline void nlraw_pad(struct nlraw *m)
{
	while (m->len % NLMSG_ALIGNTO)
		m->buf[m->len++] = 0;
}

static inline void nlraw_begin(struct nlraw *m, uint16_t family, uint8_t cmd,
			       uint16_t flags)
{
	struct nlmsghdr nlh = { .nlmsg_type = family,
				.nlmsg_flags = NLM_F_REQUEST | flags };
	struct genlmsghdr genl = { .cmd = cmd, .version = 1 };

	m->len = 0;
	m->nests = 0;
	nlraw_bytes(m, &nlh, sizeof(nlh));
	nlraw_bytes(m, &genl, sizeof(genl));
}

static inline void nlraw_put(struct nlraw *m, uint16_t type, const void *data,
			     uint16_t len)
{
	struct nlattr nla = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	nlraw_bytes(m, &nla, sizeof(nla));
	nlraw_bytes(m, data, len);
	nlraw_pad(m);
}

static inline void nlraw_u8(struct nlraw *m, uint16_t type, uint8_t v)
{
	nlraw_put(m, type, &v, sizeof(v));
}

static inline void nlraw_u32(struct nlraw *m, uint16_t type, uint32_t v)
{
	nlraw_put(m, type, &v, sizeof(v));
}

static inline void nlraw_u64(struct nlraw *m, uint16_t type, uint64_t v)
{
	nlraw_put(m, type, &v, sizeof(v));
}

static inline void nlraw_be16(struct nlraw *m, uint16_t type, uint16_t v)
{
	uint8_t b[2] = { v >> 8, v & 0xff };

	nlraw_put(m, type, b, sizeof(b));
}

static inline void nlraw_nest(struct nlraw *m, uint16_t type)
{
	m->nest[m->nests++] = m->len;
	nlraw_put(m, type, NULL, 0);
}

static inline void nlraw_nest_end(struct nlraw *m)
{
	uint32_t start = m->nest[--m->nests];
	struct nlattr *nla = (struct nlattr *)(m->buf + start);

	nla->nla_len = m->len - start;
}

/* The length is put right unless the caller has set one of his own. */
static inline void nlraw_send(int fd, struct nlraw *m, uint32_t seq)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr *nlh = nlraw_hdr(m);

	if (!nlh->nlmsg_len)
		nlh->nlmsg_len = m->len;
	nlh->nlmsg_seq = seq;
	if (sendto(fd, m->buf, m->len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		nlraw_die("send");
}

/* The attributes of an acknowledgment, or of the end of a dump. */
static inline void nlraw_ack_attrs(struct nlraw_ack *ack, const uint8_t *p,
				   uint32_t len)
{
	while (len >= sizeof(struct nlattr)) {
		const struct nlattr *nla = (const struct nlattr *)p;
		uint32_t step = NLA_ALIGN(nla->nla_len);
		const uint8_t *data = p + NLA_HDRLEN;

		if (nla->nla_len < NLA_HDRLEN || nla->nla_len > len)
			return;
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case NLMSGERR_ATTR_MSG:
			snprintf(ack->text, sizeof(ack->text), "%.*s",
				 nla->nla_len - NLA_HDRLEN, (const char *)data);
			break;
		case NLMSGERR_ATTR_OFFS:
			memcpy(&ack->offset, data, 4);
			break;
		case 5: /* NLMSGERR_ATTR_MISS_TYPE, younger than some headers */
			memcpy(&ack->miss, data, 4);
			break;
		}
		if (step >= len)
			return;
		p += step;
		len -= step;
	}
}

/* Return: true when @nlh ends the answer. */
static inline bool nlraw_take(struct nlraw_ack *ack, const struct nlmsghdr *nlh)
{
	const uint8_t *data = (const uint8_t *)nlh + NLMSG_HDRLEN;
	uint32_t len = nlh->nlmsg_len - NLMSG_HDRLEN;
	uint32_t skip = sizeof(int);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		ack->interrupted = true;
	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE) {
		if (!ack->replies++ && len >= GENL_HDRLEN) {
			ack->reply_len = len - GENL_HDRLEN;
			memcpy(ack->reply, data + GENL_HDRLEN, ack->reply_len);
		}
		return false;
	}
	if (len < sizeof(int))
		return true;
	memcpy(&ack->error, data, sizeof(int));
	if (nlh->nlmsg_type == NLMSG_ERROR)
		skip = sizeof(struct nlmsgerr);
	if (nlh->nlmsg_flags & 0x200 /* NLM_F_ACK_TLVS */ && len > skip)
		nlraw_ack_attrs(ack, data + skip, len - skip);
	return true;
}

/*
 * Everything up to the acknowledgment. Return: false if none came in time;
 * 20 s are for a busy emulated machine, not for the kernel to think.
 */
static inline bool nlraw_answer(int fd, uint32_t seq, struct nlraw_ack *ack)
{
	static uint8_t buf[NLRAW_MAX];
	const struct nlmsghdr *nlh;
	ssize_t n;

	memset(ack, 0, sizeof(*ack));
	ack->miss = -1;
	ack->offset = -1;
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0 || errno == EINTR) {
		uint32_t left = n > 0 ? n : 0;

		for (nlh = (void *)buf; NLMSG_OK(nlh, left);
		     nlh = NLMSG_NEXT(nlh, left))
			if (nlh->nlmsg_seq == seq && nlraw_take(ack, nlh))
				return true;
	}
	return false;
}

/* Send a message and wait for its acknowledgment. */
static inline bool nlraw_ask(int fd, struct nlraw *m, struct nlraw_ack *ack)
{
	static uint32_t seq;

	nlraw_hdr(m)->nlmsg_flags |= NLM_F_ACK;
	nlraw_send(fd, m, ++seq);
	return nlraw_answer(fd, seq, ack);
}

/* Return: the attribute of this type at the top level of a reply, or NULL. */
static inline const struct nlattr *nlraw_find(const uint8_t *p, uint32_t len,
					      uint16_t type)
{
	while (len >= sizeof(struct nlattr)) {
		const struct nlattr *nla = (const struct nlattr *)p;
		uint32_t step = NLA_ALIGN(nla->nla_len);

		if (nla->nla_len < NLA_HDRLEN || nla->nla_len > len)
			return NULL;
		if ((nla->nla_type & NLA_TYPE_MASK) == type)
			return nla;
		if (step >= len)
			return NULL;
		p += step;
		len -= step;
	}
	return NULL;
}

/* The number of the family; loads the module if need be. 0: none. */
static inline uint16_t nlraw_family(int fd)
{
	static struct nlraw_ack ack;
	static struct nlraw m;
	const struct nlattr *nla;
	uint16_t id;

	nlraw_begin(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nlraw_put(&m, CTRL_ATTR_FAMILY_NAME, IKEMON_FAMILY_NAME,
		  sizeof(IKEMON_FAMILY_NAME));
	if (!nlraw_ask(fd, &m, &ack) || ack.error)
		return 0;
	nla = nlraw_find(ack.reply, ack.reply_len, CTRL_ATTR_FAMILY_ID);
	if (!nla)
		return 0;
	memcpy(&id, (const uint8_t *)nla + NLA_HDRLEN, sizeof(id));
	return id;
}

#endif /* NLRAW_H */
