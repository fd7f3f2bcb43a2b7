// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netlink requests that are wrong, one thing at a time. Each must be refused
 * with the right error and, where it is the family that refuses, a sentence;
 * none may change anything. Run in a namespace of its own.
 */
#include "nlraw.h"

#include <arpa/inet.h>

static struct nlraw m;
static struct nlraw_ack ack;
static uint16_t family;
static int fd;
static int count, failures;

static void result(bool right, const char *what)
{
	printf("%s %d %s\n", right ? "ok" : "not ok", ++count, what);
	failures += !right;
}

/* ---- pieces of messages */

static void begin(uint8_t cmd)
{
	nlraw_begin(&m, family, cmd, 0);
}

static void begin_dump(uint8_t cmd)
{
	nlraw_begin(&m, family, cmd, NLM_F_DUMP);
}

static void port(uint16_t number, uint8_t kind)
{
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, number);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, kind);
	nlraw_nest_end(&m);
}

static void prefix(uint16_t type, const void *addr, uint16_t len, uint8_t plen)
{
	nlraw_nest(&m, NLA_F_NESTED | type);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, addr, len);
	nlraw_u8(&m, IKEMON_A_PREFIX_LEN, plen);
	nlraw_nest_end(&m);
}

static const uint8_t v4[4] = { 192, 0, 2, 0 };
static const uint8_t v4_host[4] = { 192, 0, 2, 1 };
static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };

/* ---- wrong messages */

static void config_mode(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 7);
}

static void config_mode_long(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MODE, 1);
}

static void config_mode_empty(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_put(&m, IKEMON_A_CONFIG_MODE, NULL, 0);
}

static void config_twice(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
}

static void config_unknown(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u32(&m, 300, 1);
}

static void config_type_zero(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, 0, 1);
}

static void config_cap_zero(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MAX_SESSIONS, 0);
}

static void config_cap_huge(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_MAX_SOURCES, 0xffffffff);
}

static void config_prefix_len(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SOURCE_PREFIX_V4, 33);
}

static void config_timeout(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_TIMEOUT_NEW, 0);
}

static void config_rate(void)
{
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_u32(&m, IKEMON_A_CONFIG_EVENT_RATE, 0);
}

static void config_generation(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_u32(&m, IKEMON_A_CONFIG_GENERATION, 4711);
}

static void config_not_nested(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_nest(&m, IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 500);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void config_check_value(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_CHECK, 1);
}

/* The good part must not be done either. */
static void config_half_good(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u32(&m, IKEMON_A_CONFIG_TIMEOUT_NEW, 77);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, IKEMON_MODE_OFF);
	port(500, IKEMON_PORT_KIND_IKE);
	port(0, IKEMON_PORT_KIND_IKE);
}

static void ports_none(void)
{
	begin(IKEMON_CMD_PORT_ADD);
}

static void ports_empty_nest(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_nest_end(&m);
}

static void ports_no_kind(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_nest_end(&m);
}

static void ports_no_number(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void ports_kind(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, 3);
}

static void ports_kind_zero(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, 0);
}

static void ports_nest_twice(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 701);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_nest_end(&m);
}

static void ports_nest_unknown(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	nlraw_u8(&m, 9, 1);
	nlraw_nest_end(&m);
}

/* The attribute inside says that it is longer than what is there. */
static void ports_nest_overrun(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_CONFIG_PORT);
	nlraw_be16(&m, IKEMON_A_PORT_PORT, 700);
	nlraw_u8(&m, IKEMON_A_PORT_KIND, 1);
	((struct nlattr *)(m.buf + m.len - 8))->nla_len = 4000;
	nlraw_nest_end(&m);
}

static void ports_second_bad(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, IKEMON_PORT_KIND_IKE);
	port(500, IKEMON_PORT_KIND_IKE);
}

static void ports_too_many(void)
{
	int i;

	begin(IKEMON_CMD_CONFIG_SET);
	for (i = 0; i < 17; i++)
		port(600 + i, IKEMON_PORT_KIND_IKE);
}

static void ports_thousands(void)
{
	int i;

	begin(IKEMON_CMD_CONFIG_SET);
	for (i = 0; i < 2500; i++)
		port(1 + i, IKEMON_PORT_KIND_IKE);
}

static void ports_same(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	port(600, IKEMON_PORT_KIND_IKE);
	port(600, IKEMON_PORT_KIND_NATT);
}

static void ports_foreign_attr(void)
{
	begin(IKEMON_CMD_PORT_ADD);
	port(700, IKEMON_PORT_KIND_IKE);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 0);
}

static void ports_del_absent(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(700, IKEMON_PORT_KIND_IKE);
}

static void ports_del_kind(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(500, IKEMON_PORT_KIND_NATT);
}

static void ports_del_all(void)
{
	begin(IKEMON_CMD_PORT_DEL);
	port(500, IKEMON_PORT_KIND_IKE);
	port(4500, IKEMON_PORT_KIND_NATT);
}

static void session_no_id(void)
{
	begin(IKEMON_CMD_SESSION_GET);
}

static void session_id_short(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_ID, 1);
}

static void session_id_twice(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
}

static void session_absent(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, UINT64_MAX);
}

static void session_filter_in_do(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void session_output_attr(void)
{
	begin(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u64(&m, IKEMON_A_SESSION_SPI_I, 1);
}

static void dump_id(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
}

static void dump_version(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 3);
}

static void dump_version_twice(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void dump_states(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_FILTER_STATES, 1);
}

static void dump_max(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	nlraw_u32(&m, IKEMON_A_SESSION_MAX_COUNT, 0);
}

static void dump_prefix_long(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v4, sizeof(v4), 33);
}

static void dump_prefix_129(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, sizeof(v6), 129);
}

static void dump_prefix_host_bits(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v4_host, sizeof(v4_host), 24);
}

static void dump_prefix_octets(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, 5, 8);
}

static void dump_prefix_no_octets(void)
{
	begin_dump(IKEMON_CMD_SESSION_GET);
	prefix(IKEMON_A_SESSION_FILTER_PREFIX, v6, 0, 0);
}

static void dump_prefix_17_octets(void)
{
	static const uint8_t long_addr[17];

	begin_dump(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_FILTER_PREFIX, long_addr, sizeof(long_addr), 8);
}

static void dump_prefix_no_len(void)
{
	begin_dump(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_FILTER_PREFIX);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, v4, sizeof(v4));
	nlraw_nest_end(&m);
}

static void source_no_prefix(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
}

static void source_absent(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_PREFIX, v6, sizeof(v6), 64);
}

static void source_empty_prefix(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_PREFIX);
	nlraw_nest_end(&m);
}

static void source_no_len(void)
{
	begin(IKEMON_CMD_SOURCE_GET);
	nlraw_nest(&m, NLA_F_NESTED | IKEMON_A_SOURCE_PREFIX);
	nlraw_put(&m, IKEMON_A_PREFIX_ADDR, v4, sizeof(v4));
	nlraw_nest_end(&m);
}

static void source_dump_prefix(void)
{
	begin_dump(IKEMON_CMD_SOURCE_GET);
	prefix(IKEMON_A_SOURCE_PREFIX, v4, sizeof(v4), 24);
}

static void flush_id_and_filter(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, 1);
	nlraw_u8(&m, IKEMON_A_SESSION_VERSION, 2);
}

static void flush_absent(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u64(&m, IKEMON_A_SESSION_ID, UINT64_MAX);
}

static void flush_max(void)
{
	begin(IKEMON_CMD_SESSION_FLUSH);
	nlraw_u32(&m, IKEMON_A_SESSION_MAX_COUNT, 1);
}

static void version_attr(void)
{
	begin(IKEMON_CMD_VERSION_GET);
	nlraw_u32(&m, IKEMON_A_VERSION_ABI, 1);
}

static void stats_attr(void)
{
	begin(IKEMON_CMD_STATS_GET);
	nlraw_u32(&m, 1, 1);
}

static void config_get_attr(void)
{
	begin(IKEMON_CMD_CONFIG_GET);
	nlraw_u8(&m, IKEMON_A_CONFIG_MODE, 1);
}

static void trailing(void)
{
	begin(IKEMON_CMD_CONFIG_SET);
	nlraw_u8(&m, IKEMON_A_CONFIG_SCOPE, 1);
	nlraw_bytes(&m, "\1\2\3", 3);
}

static void reserved(void)
{
	begin(IKEMON_CMD_STATS_GET);
	((struct genlmsghdr *)(m.buf + NLMSG_HDRLEN))->reserved = 1;
}

static void flags(void)
{
	begin(IKEMON_CMD_STATS_GET);
	nlraw_hdr(&m)->nlmsg_flags |= NLM_F_EXCL | NLM_F_CREATE;
}

static void no_command(void)
{
	begin(200);
}

static void event_command(void)
{
	begin(IKEMON_CMD_SESSION_NTF);
}

static void stats_dump(void)
{
	begin_dump(IKEMON_CMD_STATS_GET);
}

static void no_genl_header(void)
{
	begin(IKEMON_CMD_STATS_GET);
	m.len = NLMSG_HDRLEN;
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
	{ "port-del of all ports while on", ports_del_all, EINVAL, "no port" },
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

static void taken(void)
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
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
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
	truncated();
	taken();
	begin(IKEMON_CMD_CONFIG_REPLACE);
	nlraw_ask(fd, &m, &ack);
	printf("1..%d\n", count);
	return failures ? 1 : 0;
}
