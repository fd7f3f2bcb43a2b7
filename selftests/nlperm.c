// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nlperm
 *
 * Ask for every command of the family, as a request and as a dump, and to join
 * every multicast group, as whoever we are. Prints what was let through, one a
 * line: "do COMMAND ERROR", "dump COMMAND ERROR", "group NAME"; the last line
 * is how many were tried. Requests have one attribute that no command knows:
 * nothing is changed even where it would be allowed.
 */
#include "nlraw.h"

enum {
	UNKNOWN_ATTR	= 1000,
};

static struct nlraw m;
static struct nlraw_ack ack;
static unsigned int tried;

/* Not there in this form: nothing to be allowed or refused. */
static bool absent(int error)
{
	return error == -EOPNOTSUPP;
}

static void try_command(int fd, uint16_t family, uint8_t cmd, bool dump)
{
	nlraw_begin(&m, family, cmd, dump ? NLM_F_DUMP : 0);
	nlraw_u32(&m, UNKNOWN_ATTR, 0);
	if (!nlraw_ask(fd, &m, &ack))
		nlraw_die("no answer");
	if (absent(ack.error))
		return;
	tried++;
	if (ack.error != -EPERM)
		printf("%s %u %d\n", dump ? "dump" : "do", cmd, ack.error);
}

static uint16_t attr_len(const struct nlattr *nla)
{
	return nla->nla_len - NLA_HDRLEN;
}

static const uint8_t *attr_data(const struct nlattr *nla)
{
	return (const uint8_t *)nla + NLA_HDRLEN;
}

static void try_group(int fd, const struct nlattr *group)
{
	const struct nlattr *name, *id;
	uint32_t number;

	name = nlraw_find(attr_data(group), attr_len(group),
			  CTRL_ATTR_MCAST_GRP_NAME);
	id = nlraw_find(attr_data(group), attr_len(group),
			CTRL_ATTR_MCAST_GRP_ID);
	if (!name || !id)
		nlraw_die("group without name or number");
	memcpy(&number, attr_data(id), sizeof(number));
	tried++;
	if (!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &number,
			sizeof(number)))
		printf("group %s\n", (const char *)attr_data(name));
}

static void try_groups(int fd)
{
	static struct nlraw_ack family;
	const struct nlattr *groups;
	const uint8_t *p;
	uint32_t len, step;

	nlraw_begin(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nlraw_put(&m, CTRL_ATTR_FAMILY_NAME, IKEMON_FAMILY_NAME,
		  sizeof(IKEMON_FAMILY_NAME));
	if (!nlraw_ask(fd, &m, &family) || family.error)
		nlraw_die("no family");
	groups = nlraw_find(family.reply, family.reply_len,
			    CTRL_ATTR_MCAST_GROUPS);
	if (!groups)
		nlraw_die("no groups");
	p = attr_data(groups);
	len = attr_len(groups);
	while (len >= NLA_HDRLEN) {
		try_group(fd, (const struct nlattr *)p);
		step = NLA_ALIGN(((const struct nlattr *)p)->nla_len);
		if (step >= len)
			return;
		len -= step;
		p += step;
	}
}

int main(void)
{
	int fd = nlraw_open();
	uint16_t family = nlraw_family(fd);
	unsigned int cmd;

	if (!family)
		nlraw_die("no family");
	for (cmd = 1; cmd <= IKEMON_CMD_MAX; cmd++) {
		try_command(fd, family, cmd, false);
		try_command(fd, family, cmd, true);
	}
	/* Its own socket: what it hears would come between the answers. */
	try_groups(nlraw_open());
	printf("tried %u\n", tried);
	return 0;
}
