// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netlink requests that are wrong, one thing at a time. Each must be refused
 * with the right error and, where it is the family that refuses, a sentence;
 * none may change anything. Run in a namespace of its own.
 */
#include "netlink_bad_rules.h"

static struct nlraw_ack ack;
static int fd;
static int count, failures;

static void result(bool right, const char *what)
{
	printf("%s %d %s\n", right ? "ok" : "not ok", ++count, what);
	failures += !right;
}

/*
 * @text: part of the sentence, NULL where generic netlink itself refuses
 * without one.
 */
static const struct wrong {
	const char *what;
	void (*build)(void);
	int error;
	const char *text;
} wrong[] = {
	{ "mode that does not exist", config_mode, ERANGE, "range" },
	{ "mode of four octets", config_mode_long, EINVAL, "length" },
	{ "mode of no octet", config_mode_empty, EINVAL, "length" },
	{ "attribute twice", config_twice, EINVAL, "twice" },
	{ "attribute that does not exist", config_unknown, EINVAL, "ttribute" },
	{ "attribute 0", config_type_zero, EINVAL, "" },
	{ "max-sessions 0", config_cap_zero, ERANGE, "range" },
	{ "max-sources 2^32-1", config_cap_huge, ERANGE, "range" },
	{ "source-prefix-v4 33", config_prefix_len, ERANGE, "range" },
	{ "timeout-new 0", config_timeout, ERANGE, "range" },
	{ "event-rate 0", config_rate, ERANGE, "range" },
	{ "generation of another time", config_generation, EAGAIN,
	  "generation" },
	{ "port that is not flagged a nest", config_not_nested, EINVAL,
	  "NLA_F_NESTED" },
	{ "flag with a value", config_check_value, ERANGE, "policy" },
	{ "good settings and a bad port", config_half_good, EINVAL, "65535" },
	{ "port-add without a port", ports_none, EINVAL, "no port given" },
	{ "port nest that is empty", ports_empty_nest, EINVAL, "number" },
	{ "port without kind", ports_no_kind, EINVAL, "kind" },
	{ "port without number", ports_no_number, EINVAL, "number" },
	{ "port of kind 3", ports_kind, ERANGE, "range" },
	{ "port of kind 0", ports_kind_zero, ERANGE, "range" },
	{ "number twice in one port", ports_nest_twice, EINVAL, "twice" },
	{ "unknown attribute in a port", ports_nest_unknown, EINVAL,
	  "ttribute" },
	{ "attribute in a port runs over its end", ports_nest_overrun, EINVAL,
	  "" },
	{ "a new port and one that is there", ports_second_bad, EEXIST,
	  "already" },
	{ "17 ports", ports_too_many, ENOSPC, "16" },
	{ "2500 ports", ports_thousands, ENOSPC, "16" },
	{ "port twice in a list", ports_same, EINVAL, "twice" },
	{ "mode in port-add", ports_foreign_attr, EINVAL, "ttribute" },
	{ "port-del of a port that is not there", ports_del_absent, ENOENT,
	  "not in the list" },
	{ "port-del with the wrong kind", ports_del_kind, ENOENT, "kind" },
	{ "port-del of all ports while on", ports_del_all, EINVAL,
	  "last port" },
	{ "session-get without id", session_no_id, EINVAL, "id" },
	{ "session id of four octets", session_id_short, EINVAL, "length" },
	{ "session id twice", session_id_twice, EINVAL, "twice" },
	{ "session that does not exist", session_absent, ENOENT, "id" },
	{ "filter in session-get of one", session_filter_in_do, EINVAL,
	  "ttribute" },
	{ "attribute that only replies have", session_output_attr, EINVAL,
	  "ttribute" },
	{ "id in a dump", dump_id, EINVAL, "ttribute" },
	{ "dump of IKE version 3", dump_version, ERANGE, "range" },
	{ "dump filter twice", dump_version_twice, EINVAL, "twice" },
	{ "dump of no state", dump_states, EINVAL, "state" },
	{ "dump of max-count 0", dump_max, ERANGE, "range" },
	{ "dump of an IPv4 prefix /33", dump_prefix_long, EINVAL, "longer" },
	{ "dump of an IPv6 prefix /129", dump_prefix_129, ERANGE, "range" },
	{ "dump of a prefix with host bits", dump_prefix_host_bits, EINVAL,
	  "zero" },
	{ "dump of a prefix of 5 octets", dump_prefix_octets, EINVAL,
	  "octets" },
	{ "dump of a prefix of no octet", dump_prefix_no_octets, EINVAL,
	  "octets" },
	{ "dump of a prefix of 17 octets", dump_prefix_17_octets, EINVAL,
	  "octets" },
	{ "dump of a prefix without length", dump_prefix_no_len, EINVAL,
	  "length" },
	{ "source-get without prefix", source_no_prefix, EINVAL, "prefix" },
	{ "source that does not exist", source_absent, ENOENT, "prefix" },
	{ "source-get with an empty prefix", source_empty_prefix, EINVAL,
	  "prefix" },
	{ "source-get with a prefix without length", source_no_len, EINVAL,
	  "length" },
	{ "prefix of one source in a dump", source_dump_prefix, EINVAL,
	  "ttribute" },
	{ "sa-get without id", sa_no_id, EINVAL, "id" },
	{ "SA that does not exist", sa_absent, ENOENT, "id" },
	{ "id in a dump of SAs", sa_dump_id, EINVAL, "ttribute" },
	{ "dump of SAs with a filter twice", sa_dump_twice, EINVAL, "twice" },
	{ "flush by id and by filter", flush_id_and_filter, EINVAL,
	  "not both" },
	{ "flush of a session that does not exist", flush_absent, ENOENT,
	  "id" },
	{ "max-count in a flush", flush_max, EINVAL, "ttribute" },
	{ "attribute in version-get", version_attr, EINVAL, "ttribute" },
	{ "attribute in stats-get", stats_attr, EINVAL, "ttribute" },
	{ "attribute in config-get", config_get_attr, EINVAL, "ttribute" },
	{ "octets behind the attributes", trailing, EINVAL, "leftover" },
	{ "reserved field not 0", reserved, EINVAL, "reserved" },
	{ "flags that mean nothing", flags, EINVAL, "flags" },
	{ "command that does not exist", no_command, EOPNOTSUPP, NULL },
	{ "event as a command", event_command, EOPNOTSUPP, NULL },
	{ "dump where there is none", stats_dump, EOPNOTSUPP, NULL },
	{ "message without generic netlink header", no_genl_header, EINVAL,
	  NULL },
	{ "bits of exempt-mark outside exempt-mask", config_exempt, EINVAL,
	  "exempt-mask" },
	{ "mark without room for every class", config_mark, EINVAL,
	  "four bits" },
	{ "source-prefix-v6 shorter than the wide prefix", config_wide, EINVAL,
	  "wide-prefix-v6" },
	{ "limits in config-set", config_set_limit, EINVAL, "ttribute" },
	{ "blocks in config-set", config_set_block, EINVAL, "ttribute" },
	{ "1025 limits", replace_limits_many, ENOSPC, "1024" },
	{ "1025 blocks", replace_blocks_many, ENOSPC, "1024" },
	{ "two limits of one prefix", replace_limit_twice, EEXIST, "twice" },
	{ "two blocks of one prefix", replace_block_twice, EEXIST, "twice" },
	{ "limit nest that is empty", replace_limit_empty, EINVAL, "prefix" },
	{ "attribute of replies in a block nest", replace_block_foreign, EINVAL,
	  "ttribute" },
	{ "rate twice in one limit nest", replace_limit_nest_twice, EINVAL,
	  "twice" },
	{ "three good limits and a bad block", replace_last_bad, EINVAL,
	  "zero" },
	{ "limits of 34 IPv6 prefix lengths", replace_lengths, ENOSPC, "33" },
	{ "limit-set without prefix", limit_no_prefix, EINVAL, "prefix" },
	{ "limit of a prefix with host bits", limit_host_bits, EINVAL, "zero" },
	{ "limit of two prefixes", limit_prefix_twice, EINVAL, "twice" },
	{ "limit of kind 3", limit_kind, ERANGE, "range" },
	{ "limit with rate 1000001", limit_rate, ERANGE, "range" },
	{ "limit with burst 2^32-1", limit_burst, ERANGE, "range" },
	{ "limit with half-open 2^24+1", limit_half_open, ERANGE, "range" },
	{ "limit with sessions 2^24+1", limit_sessions, ERANGE, "range" },
	{ "exempt with a rate", limit_exempt_rate, EINVAL, "no numbers" },
	{ "limit-set of another generation", limit_generation, EAGAIN,
	  "generation" },
	{ "max-count in limit-set", limit_max_count, EINVAL, "ttribute" },
	{ "limit-del of a limit that is not there", limit_del_absent, ENOENT,
	  "no limit" },
	{ "rate in limit-del", limit_del_rate, EINVAL, "ttribute" },
	{ "limit-get of one", limit_get_one, EOPNOTSUPP, NULL },
	{ "prefix of one limit in a dump", limit_dump_prefix, EINVAL,
	  "ttribute" },
	{ "limit dump of max-count 0", limit_dump_max, ERANGE, "range" },
	{ "block-add without prefix", block_no_prefix, EINVAL, "prefix" },
	{ "block of an IPv4 prefix /33", block_long_prefix, EINVAL, "longer" },
	{ "block until 1970", block_past, EINVAL, "past" },
	{ "block until 2^64-1", block_never, ERANGE, "range" },
	{ "until of four octets", block_until_short, EINVAL, "length" },
	{ "until twice", block_until_twice, EINVAL, "twice" },
	{ "offence in block-add", block_class, EINVAL, "ttribute" },
	{ "block-add of another generation", block_generation, EAGAIN,
	  "generation" },
	{ "block-del of a block that is not there", block_del_absent, ENOENT,
	  "no block" },
	{ "block-del without prefix", block_del_no_prefix, EINVAL, "prefix" },
	{ "block-flush of origin 2", block_flush_origin, ERANGE, "range" },
	{ "max-count in block-flush", block_flush_max, EINVAL, "ttribute" },
	{ "block-flush of another generation", block_flush_generation, EAGAIN,
	  "generation" },
	{ "block-get of one", block_get_one, EOPNOTSUPP, NULL },
	{ "block dump of origin 7", block_dump_origin, ERANGE, "range" },
	{ "block dump of a prefix with host bits", block_dump_host_bits, EINVAL,
	  "zero" },
	{ "source event as a command", source_event, EOPNOTSUPP, NULL },
};

/* ---- what must stay as it is */

struct state {
	uint8_t buf[NLRAW_MAX];
	uint32_t len;
};

static struct state before, after;

static void state_read(struct state *state)
{
	begin(IKEMON_CMD_CONFIG_GET);
	if (!nlraw_ask(fd, &m, &ack) || ack.error || !ack.reply_len)
		nlraw_die("config-get");
	memcpy(state->buf, ack.reply, ack.reply_len);
	state->len = ack.reply_len;
}

static bool unchanged(void)
{
	state_read(&after);
	return before.len == after.len &&
	       !memcmp(before.buf, after.buf, before.len);
}

static bool refused(const struct wrong *w)
{
	bool answered = nlraw_ask(fd, &m, &ack);

	if (answered && ack.error == -w->error && !ack.replies &&
	    (!w->text || (ack.text[0] && strstr(ack.text, w->text))))
		return true;
	printf("# %s: answered %d, error %d (want %d), replies %u, text '%s'\n",
	       w->what, answered, ack.error, -w->error, ack.replies, ack.text);
	return false;
}

static void missing(void (*build)(void), int type, const char *what)
{
	build();
	result(nlraw_ask(fd, &m, &ack) && ack.miss == type, what);
}

/* All numbers: the least and the greatest are taken, what is beside is not. */
static void number_range(const struct number *n)
{
	const uint32_t good[] = { n->low, n->high };
	const uint32_t bad[] = { n->low - 1, n->high + 1 };
	char what[64];
	bool right = true;
	int i;

	for (i = 0; i < 2; i++) {
		number_build(n, good[i]);
		right &= nlraw_ask(fd, &m, &ack) && !ack.error;
		number_build(n, bad[i]);
		right &= nlraw_ask(fd, &m, &ack) && ack.error == -ERANGE &&
			 strstr(ack.text, "range");
	}
	snprintf(what, sizeof(what), "range of %s", n->name);
	result(right && unchanged(), what);
}

/* A message that ends before it says it does gets no answer at all. */
static void truncated(void)
{
	config_mode();
	nlraw_hdr(&m)->nlmsg_len = m.len + 100;
	nlraw_send(fd, &m, 0);
	result(unchanged(), "a message longer than what was sent is ignored");
}

/* Lest everything is refused: this is taken. */
static void good(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, IKEMON_SCOPE_ALL);
	port(500, IKEMON_PORT_KIND_IKE);
	port(600, IKEMON_PORT_KIND_IKE);
}

static void accepted(void)
{
	good();
	nlraw_put(&m, IKEMON_A_CONFIG_CHECK, NULL, 0);
	result(nlraw_ask(fd, &m, &ack) && !ack.error && ack.replies == 1,
	       "a good message with check is taken");
	result(unchanged(), "and changes nothing");
	good();
	result(nlraw_ask(fd, &m, &ack) && !ack.error && ack.replies == 1,
	       "without check it is taken");
	result(!unchanged(), "and changes something");
}

int main(void)
{
	unsigned int i;

	puts("KTAP version 1");
	fd = nlraw_open();
	family = nlraw_family(fd);
	if (!family) {
		puts("1..0 # SKIP no generic netlink family ikemon");
		return 4;
	}
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, IKEMON_MODE_MONITOR);
	if (!nlraw_ask(fd, &m, &ack) || ack.error)
		nlraw_die("config-replace");
	state_read(&before);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		bool right;

		wrong[i].build();
		right = refused(&wrong[i]);
		if (!unchanged()) {
			printf("# the configuration changed\n");
			right = false;
		}
		result(right, wrong[i].what);
	}
	missing(session_no_id, IKEMON_A_SESSION_ID, "says that the id misses");
	missing(ports_none, IKEMON_A_CONFIG_PORT, "says that the port misses");
	missing(source_no_len, IKEMON_A_PREFIX_LEN,
		"says that the prefix length misses");
	for (i = 0; i < ARRAY_SIZE(number); i++)
		number_range(&number[i]);
	truncated();
	accepted();
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_ask(fd, &m, &ack);
	printf("1..%d\n", count);
	return failures ? 1 : 0;
}
