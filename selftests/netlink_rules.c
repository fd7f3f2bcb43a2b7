// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Limits and operator's blocks over netlink: what was set is what is shown, in
 * order; a whole ruleset is one message. Run in a namespace of its own.
 */
#include "nlraw.h"

#include <arpa/inet.h>
#include <poll.h>
#include <time.h>

enum { MOST = 1024 };

static struct nlraw m;
static struct nlraw_ack ack;
static uint16_t family;
static int fd;
static int count, failures;

static void result(bool right, const char *what)
{
	printf("%s %d %s\n", right ? "ok" : "not ok", ++count, what);
	failures += !right;
	if (!right && ack.text[0])
		printf("# the kernel said: %s\n", ack.text);
}

/* ---- requests */

static void put_prefix(uint16_t type, const char *text)
{
	char addr[64];
	uint8_t raw[16];
	int plen, len;

	if (sscanf(text, "%63[^/]/%d", addr, &plen) != 2)
		nlraw_die(text);
	len = strchr(addr, ':') ? 16 : 4;
	inet_pton(len == 16 ? AF_INET6 : AF_INET, addr, raw);
	nlraw_nest(&m, NLA_F_NESTED | type);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, raw, len);
	nlraw_u8(&m, IKEMON_A_PREFIX_LEN, plen);
	nlraw_nest_end(&m);
}

/* Set limit and set block have their prefix in the same place. */
static void begin(uint8_t cmd, const char *prefix)
{
	nlraw_begin(&m, family, cmd, 0);
	if (prefix)
		put_prefix(IKEMON_A_LIMIT_PREFIX, prefix);
}

static bool ask(void)
{
	return nlraw_ask(fd, &m, &ack) && !ack.error;
}

static bool limit_set(const char *prefix, uint32_t rate, uint32_t sessions)
{
	begin(IKEMON_CMD_LIMIT_SET, prefix);
	nlraw_u32(&m, IKEMON_A_LIMIT_RATE, rate);
	if (sessions)
		nlraw_u32(&m, IKEMON_A_LIMIT_SESSIONS, sessions);
	return ask();
}

static bool limit_kind(const char *prefix, uint8_t kind)
{
	begin(IKEMON_CMD_LIMIT_SET, prefix);
	nlraw_u8(&m, IKEMON_A_LIMIT_KIND, kind);
	return ask();
}

static bool block_add(const char *prefix, uint64_t until)
{
	begin(IKEMON_CMD_BLOCK_ADD, prefix);
	if (until)
		nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, until);
	return ask();
}

/* ---- replies */

/* Return: the number in an attribute of the last reply; @none without it. */
static uint64_t number(uint16_t type, uint64_t none)
{
	const struct nlattr *nla = nlraw_find(ack.reply, ack.reply_len, type);
	uint64_t v = 0;

	if (!nla)
		return none;
	memcpy(&v, (const uint8_t *)nla + NLA_HDRLEN,
	       nla->nla_len - NLA_HDRLEN);
	return v;
}

static uint32_t generation(void)
{
	nlraw_begin(&m, family, IKEMON_CMD_CONFIG_GET, 0);
	return ask() ? number(IKEMON_A_CONFIG_GENERATION, 0) : 0;
}

/* The prefixes of a dump as one string, the most of them. */
static char shown[8192];

static void show_prefix(const uint8_t *p, uint32_t len)
{
	const struct nlattr *nest = nlraw_find(p, len, IKEMON_A_LIMIT_PREFIX);
	const uint8_t *in = (const uint8_t *)nest + NLA_HDRLEN;
	uint32_t in_len = nest->nla_len - NLA_HDRLEN;
	const struct nlattr *a = nlraw_find(in, in_len, IKEMON_A_PREFIX_ADDR);
	const struct nlattr *l = nlraw_find(in, in_len, IKEMON_A_PREFIX_LEN);
	size_t used = strlen(shown);
	char addr[64];

	inet_ntop(a->nla_len == NLA_HDRLEN + 4 ? AF_INET : AF_INET6,
		  (const uint8_t *)a + NLA_HDRLEN, addr, sizeof(addr));
	snprintf(shown + used, sizeof(shown) - used, "%s%s/%u",
		 used ? " " : "", addr, ((const uint8_t *)l)[NLA_HDRLEN]);
}

/* Ask what is in @m; return the number of objects, -1 on error. */
static int dump(void)
{
	static uint8_t buf[NLRAW_MAX];
	const struct nlmsghdr *nlh;
	ssize_t n;

	shown[0] = '\0';
	memset(&ack, 0, sizeof(ack));
	nlraw_hdr(&m)->nlmsg_flags |= NLM_F_DUMP;
	nlraw_send(fd, &m, 0);
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0) {
		for (nlh = (void *)buf; NLMSG_OK(nlh, n);
		     nlh = NLMSG_NEXT(nlh, n)) {
			if (nlraw_take(&ack, nlh))
				return ack.error ? -1 : (int)ack.replies;
			show_prefix((const uint8_t *)nlh + NLMSG_HDRLEN +
				    GENL_HDRLEN,
				    nlh->nlmsg_len - NLMSG_HDRLEN -
				    GENL_HDRLEN);
		}
	}
	return -1;
}

static int dump_all(uint8_t cmd)
{
	begin(cmd, NULL);
	return dump();
}

static bool shows(uint8_t cmd, const char *prefixes)
{
	if (dump_all(cmd) >= 0 && !strcmp(shown, prefixes))
		return true;
	printf("# shown: %s\n", shown);
	return false;
}

static bool filtered(uint8_t cmd, uint16_t attr, const char *filter,
		     const char *prefixes)
{
	begin(cmd, NULL);
	put_prefix(attr, filter);
	return dump() >= 0 && !strcmp(shown, prefixes);
}

/* ---- tests */

static void limits(void)
{
	static const char all4[] =
		"0.0.0.0/0 10.1.2.3/32 198.51.100.0/24 198.51.100.0/25";
	static const char all6[] = "::/0 2001:db8::/32 2001:db8::1/128";
	uint32_t was = generation();
	char all[128];

	result(limit_set("198.51.100.0/24", 50, 500) &&
	       number(IKEMON_A_LIMIT_RATE, 0) == 50 &&
	       number(IKEMON_A_LIMIT_SESSIONS, 0) == 500 &&
	       number(IKEMON_A_LIMIT_BURST, 9) == 0 &&
	       number(IKEMON_A_LIMIT_KIND, 9) == IKEMON_LIMIT_KIND_LIMIT,
	       "limit-set answers with the limit");
	result(generation() == was + 1, "it is another generation");
	result(limit_kind("2001:db8::/32", IKEMON_LIMIT_KIND_TRUSTED) &&
	       number(IKEMON_A_LIMIT_KIND, 9) == IKEMON_LIMIT_KIND_TRUSTED &&
	       number(IKEMON_A_LIMIT_RATE, 77) == 77, "trusted has no numbers");
	result(limit_set("::/0", 1, 0) && limit_set("0.0.0.0/0", 1000000, 0) &&
	       limit_set("198.51.100.0/25", 1, 0) &&
	       limit_set("10.1.2.3/32", 1, 16777216) &&
	       limit_kind("2001:db8::1/128", IKEMON_LIMIT_KIND_EXEMPT),
	       "prefixes in each other");
	snprintf(all, sizeof(all), "%s %s", all4, all6);
	result(shows(IKEMON_CMD_LIMIT_GET, all),
	       "are shown in order");
	result(filtered(IKEMON_CMD_LIMIT_GET, IKEMON_A_LIMIT_FILTER_PREFIX,
			"198.51.0.0/16", "198.51.100.0/24 198.51.100.0/25"),
	       "those inside a prefix");
	result(limit_set("198.51.100.0/24", 0, 0) &&
	       number(IKEMON_A_LIMIT_SESSIONS, 9) == 0 &&
	       dump_all(IKEMON_CMD_LIMIT_GET) == 7,
	       "another limit for a prefix takes the place of the first");
	begin(IKEMON_CMD_LIMIT_DEL, "10.1.2.3/32");
	result(ask() && number(IKEMON_A_LIMIT_SESSIONS, 0) == 16777216 &&
	       dump_all(IKEMON_CMD_LIMIT_GET) == 6,
	       "limit-del answers with what it was");
}

static void limit_of_generation(void)
{
	uint32_t now = generation();

	begin(IKEMON_CMD_LIMIT_SET, "10.0.0.0/8");
	nlraw_u32(&m, IKEMON_A_LIMIT_GENERATION, now);
	result(ask(), "limit-set with the generation there is");
	begin(IKEMON_CMD_LIMIT_SET, "10.0.0.0/8");
	nlraw_u32(&m, IKEMON_A_LIMIT_GENERATION, now);
	result(!ask() && ack.error == -EAGAIN, "and with the one before it");
}

static uint64_t wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Its time passes, or it has not after twenty seconds. */
static bool passes(void)
{
	int i;

	for (i = 0; i < 2000; i++) {
		if (dump_all(IKEMON_CMD_BLOCK_GET) == 3)
			break;
		poll(NULL, 0, 10);
	}
	return shows(IKEMON_CMD_BLOCK_GET,
		     "192.0.2.0/24 192.0.2.1/32 2001:db8::/32");
}

static void blocks(void)
{
	uint64_t until = wall() + 3600 * 1000000000ULL + 12345;

	result(block_add("192.0.2.0/24", 0) &&
	       number(IKEMON_A_BLOCK_UNTIL, 9) == 0 &&
	       number(IKEMON_A_BLOCK_ORIGIN, 9) ==
	       IKEMON_BLOCK_ORIGIN_OPERATOR &&
	       number(IKEMON_A_BLOCK_REMAINING, 77) == 77 &&
	       number(IKEMON_A_BLOCK_WOULD, 9) == 1,
	       "block-add answers with the block");
	result(block_add("192.0.2.1/32", until) &&
	       number(IKEMON_A_BLOCK_UNTIL, 0) == until &&
	       number(IKEMON_A_BLOCK_REMAINING, 0) > 3500 &&
	       number(IKEMON_A_BLOCK_REMAINING, 0) <= 3601,
	       "until is kept to the nanosecond");
	result(block_add("2001:db8::/32", INT64_MAX) &&
	       number(IKEMON_A_BLOCK_REMAINING, 0) == UINT32_MAX,
	       "the last time there is");
	until = wall() + 3 * 1000000000ULL;
	result(block_add("203.0.113.0/24", until) && passes(),
	       "a block whose time is over is shown no longer");
	result(filtered(IKEMON_CMD_BLOCK_GET, IKEMON_A_BLOCK_FILTER_PREFIX,
			"192.0.2.1/32", "192.0.2.1/32"),
	       "those inside a prefix");
	begin(IKEMON_CMD_BLOCK_GET, NULL);
	nlraw_u8(&m, IKEMON_A_BLOCK_ORIGIN, IKEMON_BLOCK_ORIGIN_DYNAMIC);
	result(dump() == 0, "none is dynamic");
	begin(IKEMON_CMD_BLOCK_GET, NULL);
	nlraw_u32(&m, IKEMON_A_BLOCK_MAX_COUNT, 2);
	result(dump() == 2, "not more than asked for");
	begin(IKEMON_CMD_BLOCK_DEL, "192.0.2.0/24");
	result(ask() && number(IKEMON_A_BLOCK_FLUSHED, 0) == 1,
	       "block-del lifts that of exactly this prefix");
	begin(IKEMON_CMD_BLOCK_FLUSH, NULL);
	nlraw_u8(&m, IKEMON_A_BLOCK_ORIGIN, IKEMON_BLOCK_ORIGIN_DYNAMIC);
	result(ask() && number(IKEMON_A_BLOCK_FLUSHED, 9) == 0,
	       "block-flush of dynamic ones leaves the operator's");
	begin(IKEMON_CMD_BLOCK_FLUSH, NULL);
	put_prefix(IKEMON_A_BLOCK_FILTER_PREFIX, "2001::/16");
	result(ask() && number(IKEMON_A_BLOCK_FLUSHED, 0) == 1 &&
	       shows(IKEMON_CMD_BLOCK_GET, "192.0.2.1/32"),
	       "block-flush of a prefix");
	begin(IKEMON_CMD_BLOCK_FLUSH, NULL);
	result(ask() && number(IKEMON_A_BLOCK_FLUSHED, 0) == 1 &&
	       dump_all(IKEMON_CMD_BLOCK_GET) == 0, "block-flush of all");
}

/* The largest ruleset there can be: 1024 of each kind, IPv6, every value. */
static void ruleset(uint32_t rate)
{
	char prefix[64];
	int i;

	nlraw_begin(&m, family, IKEMON_CMD_CONFIG_REPLACE, 0);
	for (i = MOST - 1; i >= 0; i--) {
		snprintf(prefix, sizeof(prefix), "2001:db8:%x::/48", i);
		nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_LIMIT);
		put_prefix(IKEMON_A_LIMIT_PREFIX, prefix);
		nlraw_u8(&m, IKEMON_A_LIMIT_KIND, IKEMON_LIMIT_KIND_LIMIT);
		nlraw_u32(&m, IKEMON_A_LIMIT_RATE, rate);
		nlraw_u32(&m, IKEMON_A_LIMIT_BURST, rate);
		nlraw_u32(&m, IKEMON_A_LIMIT_HALF_OPEN, rate);
		nlraw_u32(&m, IKEMON_A_LIMIT_SESSIONS, rate);
		nlraw_nest_end(&m);
		nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_BLOCK);
		put_prefix(IKEMON_A_BLOCK_PREFIX, prefix);
		nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, INT64_MAX);
		nlraw_nest_end(&m);
	}
}

static void replace(void)
{
	ruleset(5);
	nlraw_put(&m, IKEMON_A_CONFIG_CHECK, NULL, 0);
	result(ask() && dump_all(IKEMON_CMD_LIMIT_GET) < MOST,
	       "a whole ruleset with check is taken, and changes nothing");
	ruleset(5);
	result(ask() && dump_all(IKEMON_CMD_LIMIT_GET) == MOST &&
	       dump_all(IKEMON_CMD_BLOCK_GET) == MOST,
	       "1024 limits and 1024 blocks in one message");
	result(!limit_set("10.0.0.0/8", 1, 0) && ack.error == -ENOSPC &&
	       !block_add("10.0.0.0/8", 0) && ack.error == -ENOSPC,
	       "not one more of either");
	result(limit_set("2001:db8:7::/48", 6, 0) &&
	       block_add("2001:db8:7::/48", 0),
	       "but others for prefixes that have one");
	nlraw_begin(&m, family, IKEMON_CMD_CONFIG_SET, 0);
	nlraw_u32(&m, IKEMON_A_CONFIG_LIMIT_RATE, 60);
	result(ask() && dump_all(IKEMON_CMD_LIMIT_GET) == MOST &&
	       dump_all(IKEMON_CMD_BLOCK_GET) == MOST,
	       "config-set leaves the rules alone");
}

/* The rules change while a dump waits: it must say so. */
static void interrupted(void)
{
	static uint8_t buf[4096];
	static struct nlraw_ack said;
	const struct nlmsghdr *nlh;
	bool end = false, changed = false;
	int other = nlraw_open();
	ssize_t n;

	begin(IKEMON_CMD_LIMIT_GET, NULL);
	nlraw_hdr(&m)->nlmsg_flags |= NLM_F_DUMP;
	nlraw_send(other, &m, 1);
	while (!end && (n = recv(other, buf, sizeof(buf), 0)) > 0) {
		for (nlh = (void *)buf; NLMSG_OK(nlh, n) && !end;
		     nlh = NLMSG_NEXT(nlh, n))
			end = nlraw_take(&said, nlh);
		if (!changed)
			changed = limit_set("2001:db8:7::/48", 8, 0);
	}
	close(other);
	result(end && changed && said.interrupted,
	       "a dump during which rules change says so");
}

static void reset(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE, NULL);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_BLOCK);
	put_prefix(IKEMON_A_BLOCK_PREFIX, "10.0.0.0/8");
	nlraw_u64(&m, IKEMON_A_BLOCK_UNTIL, 1);
	nlraw_nest_end(&m);
	result(ask() && dump_all(IKEMON_CMD_LIMIT_GET) == 0 &&
	       dump_all(IKEMON_CMD_BLOCK_GET) == 0,
	       "config-replace without rules has none; what is over is left out");
}

int main(void)
{
	puts("KTAP version 1");
	fd = nlraw_open();
	family = nlraw_family(fd);
	if (!family) {
		puts("1..0 # SKIP no generic netlink family ikemon");
		return 4;
	}
	/* Rules are taken also where nothing was ever configured. */
	result(dump_all(IKEMON_CMD_LIMIT_GET) == 0 &&
	       dump_all(IKEMON_CMD_BLOCK_GET) == 0, "nothing at first");
	limits();
	limit_of_generation();
	blocks();
	replace();
	interrupted();
	reset();
	printf("1..%d\n", count);
	return failures ? 1 : 0;
}
