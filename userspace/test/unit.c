// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ikemonctl reads from words and from netlink, and what it makes of it.
 * Run under ASan and UBSan; every message lies in a heap block of its own
 * size, so that one octet too far is seen.
 *
 *	ctl_unit	the tests, KTAP
 *	ctl_unit names	the words for all numbers, to be compared with the spec
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "args.h"
#include "attrs.h"
#include "keys.h"
#include "names.h"
#include "refusal.h"
#include "session_view.h"
#include "wire.h"

enum { MUTATIONS = 200000 };

static unsigned int n_results, n_failed;

static void result(bool ok, const char *what)
{
	n_results++;
	n_failed += !ok;
	printf("%sok %u %s\n", ok ? "" : "not ", n_results, what);
}

/* ---- words */

struct word_case {
	const char *word;
	bool ok;
	uint64_t value;
};

static const struct word_case numbers[] = {
	{ "1", true, 1 }, { "4294967295", true, 4294967295 },
	{ "10", true, 10 }, { "0", false, 0 }, { "4294967296", false, 0 },
	{ "18446744073709551616", false, 0 },
	{ "99999999999999999999999", false, 0 }, { "", false, 0 },
	{ " 1", false, 0 }, { "1 ", false, 0 }, { "+1", false, 0 },
	{ "-1", false, 0 }, { "01", false, 0 }, { "0x10", false, 0 },
	{ "1.0", false, 0 }, { "1e3", false, 0 }, { "one", false, 0 },
	{ "1\n", false, 0 }, { "\xd9\xa1", false, 0 },
};

static const struct word_case spans[] = {
	{ "30", true, 30 }, { "30s", true, 30 }, { "5m", true, 300 },
	{ "2h", true, 7200 }, { "1d", true, 86400 }, { "24h", true, 86400 },
	{ "2d", false, 0 }, { "0", false, 0 }, { "0s", false, 0 },
	{ "5", true, 5 }, { "5M", false, 0 }, { "5ms", false, 0 },
	{ "5 s", false, 0 }, { "s", false, 0 }, { "", false, 0 },
	{ "1h30m", false, 0 }, { "-5s", false, 0 }, { "1.5h", false, 0 },
	{ "86400s", true, 86400 }, { "86401s", false, 0 },
	{ "18446744073709551615d", false, 0 }, { "4294967297s", false, 0 },
	{ "213503982334602d", false, 0 },
};

static const struct word_case rates[] = {
	{ "1000", true, 1000 }, { "1000/s", true, 1000 }, { "1/s", true, 1 },
	{ "1000000/s", true, 1000000 }, { "1000001/s", false, 0 },
	{ "0/s", false, 0 }, { "5/m", false, 0 }, { "5/", false, 0 },
	{ "/s", false, 0 }, { "5/ss", false, 0 }, { "5 /s", false, 0 },
};

static const struct word_case ports[] = {
	{ "1", true, 1 }, { "500", true, 500 }, { "65535", true, 65535 },
	{ "65536", false, 0 }, { "0", false, 0 }, { "ike", false, 0 },
	{ "500/udp", false, 0 }, { "0500", false, 0 },
};

/* Reads a word as one kind of value. */
typedef bool (*reader)(const char *word, uint64_t *value);

static void run(const char *what, const struct word_case *c, size_t n,
		reader read)
{
	bool all = true, ok;
	uint64_t value;

	for (; n; n--, c++) {
		value = 0;
		ok = read(c->word, &value);
		if (ok == c->ok && (!ok || value == c->value))
			continue;
		printf("# \"%s\"\n", c->word);
		all = false;
	}
	result(all, what);
}

#define RUN(cases, read)	run(#cases, cases, ARRAY_SIZE(cases), read)

static bool read_number(const char *word, uint64_t *value)
{
	uint32_t v = 0;
	bool ok = arg_u32(word, 1, UINT32_MAX, &v);

	*value = v;
	return ok;
}

static bool read_span(const char *word, uint64_t *value)
{
	uint32_t v = 0;
	bool ok = arg_seconds(word, 1, 86400, &v);

	*value = v;
	return ok;
}

static bool read_rate(const char *word, uint64_t *value)
{
	uint32_t v = 0;
	bool ok = arg_rate(word, 1, 1000000, &v);

	*value = v;
	return ok;
}

static bool read_port(const char *word, uint64_t *value)
{
	uint16_t v = 0;
	bool ok = arg_port(word, &v);

	*value = v;
	return ok;
}

static bool read_states(const char *word, uint64_t *value)
{
	uint32_t v = 0;
	bool ok = arg_states(word, &v);

	*value = v;
	return ok;
}

static void test_words(void)
{
	RUN(numbers, read_number);
	RUN(spans, read_span);
	RUN(rates, read_rate);
	RUN(ports, read_port);
}

static void test_prefixes(void)
{
	static const struct {
		const char *word;
		enum arg_prefix ret;
		const char *text;
	} cases[] = {
		{ "192.0.2.0/24", ARG_PREFIX_OK, "192.0.2.0/24" },
		{ "192.0.2.1", ARG_PREFIX_OK, "192.0.2.1/32" },
		{ "0.0.0.0/0", ARG_PREFIX_OK, "0.0.0.0/0" },
		{ "2001:db8::/32", ARG_PREFIX_OK, "2001:db8::/32" },
		{ "2001:db8::1", ARG_PREFIX_OK, "2001:db8::1/128" },
		{ "::/0", ARG_PREFIX_OK, "::/0" },
		{ "192.0.2.1/24", ARG_PREFIX_HOST_BITS, "192.0.2.0/24" },
		{ "192.0.2.129/25", ARG_PREFIX_HOST_BITS, "192.0.2.128/25" },
		{ "2001:db8::1/33", ARG_PREFIX_HOST_BITS, "2001:db8::/33" },
		{ "192.0.2.0/33", ARG_PREFIX_BAD, NULL },
		{ "2001:db8::/129", ARG_PREFIX_BAD, NULL },
		{ "192.0.2.0/", ARG_PREFIX_BAD, NULL },
		{ "/24", ARG_PREFIX_BAD, NULL },
		{ "192.0.2", ARG_PREFIX_BAD, NULL },
		{ "192.0.2.0/024", ARG_PREFIX_BAD, NULL },
		{ "192.0.2.0/24/1", ARG_PREFIX_BAD, NULL },
		{ "192.0.2.0/-1", ARG_PREFIX_BAD, NULL },
		{ "fe80::1%eth0", ARG_PREFIX_BAD, NULL },
		{ "example.org", ARG_PREFIX_BAD, NULL },
		{ "", ARG_PREFIX_BAD, NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/1",
		  ARG_PREFIX_BAD, NULL },
	};
	char text[TEXT_ENDPOINT];
	struct prefix p;
	bool all = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (arg_prefix(cases[i].word, &p) == cases[i].ret) {
			if (!cases[i].text)
				continue;
			text_prefix(&p, text);
			if (!strcmp(text, cases[i].text))
				continue;
		}
		printf("# \"%s\"\n", cases[i].word);
		all = false;
	}
	result(all, "prefixes");
}

static void test_states(void)
{
	static const struct word_case states[] = {
		{ "new", true, 1 << IKEMON_STATE_NEW },
		{ "new,half-open", true,
		  1 << IKEMON_STATE_NEW | 1 << IKEMON_STATE_HALF_OPEN },
		{ "failed,failed", true, 1 << IKEMON_STATE_FAILED },
		{ "half", false, 0 }, { "", false, 0 }, { ",", false, 0 },
		{ "new,", false, 0 }, { ",new", false, 0 },
		{ "new half-open", false, 0 }, { "NEW", false, 0 },
		{ "newnewnewnewnewnewnewnewnewnewnewnewnewnewnewnewnewnew",
		  false, 0 },
	};

	RUN(states, read_states);
}

/* What is written is read back, at the ends of the range and in between. */
static bool key_returns(const struct key *key, uint32_t value)
{
	char text[KEY_TEXT];
	uint32_t back;

	key_write(key, value, text);
	if (key_read(key, text, &back) && back == value)
		return true;
	printf("# %s %s\n", key->name, text);
	return false;
}

static void test_keys(void)
{
	static const uint32_t values[] = { 1, 59, 60, 61, 3600, 86400, 90000 };
	const struct key *key;
	unsigned int i, j;
	bool all = true;

	for (i = 0; (key = key_at(i)); i++) {
		if (key->kind == KEY_WORD) {
			all = key_returns(key, 0) && key_returns(key, 1) && all;
			continue;
		}
		all = key_returns(key, key->min) &&
		      key_returns(key, key->max) && all;
		for (j = 0; j < ARRAY_SIZE(values); j++)
			if (values[j] >= key->min && values[j] <= key->max)
				all = key_returns(key, values[j]) && all;
	}
	result(all && i > 10, "keys are read as they are written");
	key = key_find("daemon-uid");
	result(key_returns(key, UINT32_MAX), "daemon-uid none");
}

/* ---- messages */

static union {
	struct nlmsghdr nlh;
	uint8_t octets[8192];
} msg;

static struct nlmsghdr *begin(void)
{
	struct nlmsghdr *nlh;

	memset(&msg, 0, sizeof(msg));
	nlh = mnl_nlmsg_put_header(&msg);
	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	return nlh;
}

static const uint8_t *attrs_begin(void)
{
	return msg.octets + MNL_NLMSG_HDRLEN + GENL_HDRLEN;
}

static size_t attrs_len(void)
{
	return msg.nlh.nlmsg_len - MNL_NLMSG_HDRLEN - GENL_HDRLEN;
}

static void put_be64(struct nlmsghdr *nlh, uint16_t type, uint64_t value)
{
	value = htobe64(value);
	mnl_attr_put(nlh, type, sizeof(value), &value);
}

static void put_endpoint(struct nlmsghdr *nlh, uint16_t type, size_t len,
			 const char *addr, uint16_t port)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put(nlh, IKEMON_A_ENDPOINT_ADDR, len, addr);
	mnl_attr_put_u16(nlh, IKEMON_A_ENDPOINT_PORT, htobe16(port));
	mnl_attr_nest_end(nlh, nest);
}

static void put_flow(struct nlmsghdr *nlh, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_u32(nlh, IKEMON_A_TRANSCRIPT_MESSAGES, 3);
	mnl_attr_put_u32(nlh, IKEMON_A_TRANSCRIPT_RETRANSMITS, 1);
	mnl_attr_put_u8(nlh, IKEMON_A_TRANSCRIPT_EXCHANGE, 35);
	mnl_attr_put_u32(nlh, IKEMON_A_TRANSCRIPT_MESSAGE_ID, 1);
	mnl_attr_put_u64(nlh, IKEMON_A_TRANSCRIPT_LAST_SEEN, 1700000000123456789);
	mnl_attr_put_u32(nlh, IKEMON_A_TRANSCRIPT_LARGEST, 1248);
	mnl_attr_put_u16(nlh, IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS, 2);
	mnl_attr_put_u16(nlh, IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS_TOTAL, 3);
	mnl_attr_nest_end(nlh, nest);
}

static void put_session(struct nlmsghdr *nlh)
{
	static const char v6[] = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1";
	struct nlattr *nest;

	mnl_attr_put_u64(nlh, IKEMON_A_SESSION_ID, 42);
	mnl_attr_put_u8(nlh, IKEMON_A_SESSION_VERSION, 2);
	mnl_attr_put_u8(nlh, IKEMON_A_SESSION_STATE, IKEMON_STATE_ESTABLISHED);
	mnl_attr_put_u8(nlh, IKEMON_A_SESSION_PROOF, IKEMON_PROOF_XFRM);
	put_be64(nlh, IKEMON_A_SESSION_SPI_I, 0x0123456789abcdef);
	put_endpoint(nlh, IKEMON_A_SESSION_INITIATOR, 4, "\xc0\0\2\1", 500);
	put_endpoint(nlh, IKEMON_A_SESSION_RESPONDER, 16, v6, 4500);
	mnl_attr_put_u8(nlh, IKEMON_A_SESSION_LOCAL_ROLE,
			IKEMON_ROLE_RESPONDER);
	mnl_attr_put_strz(nlh, IKEMON_A_SESSION_IFNAME, "eth0");
	mnl_attr_put_u8(nlh, IKEMON_A_SESSION_EXCHANGE, 35);
	mnl_attr_put_u32(nlh, IKEMON_A_SESSION_FLAGS,
			 IKEMON_SESSION_FLAGS_NAT | 1U << 31);
	mnl_attr_put_u16(nlh, IKEMON_A_SESSION_NOTIFY, 16388);
	mnl_attr_put_u16(nlh, IKEMON_A_SESSION_NOTIFY, 60000);
	nest = mnl_attr_nest_start(nlh, IKEMON_A_SESSION_SUITE);
	mnl_attr_put_u16(nlh, IKEMON_A_SUITE_ENCR, 12);
	mnl_attr_put_u16(nlh, IKEMON_A_SUITE_KEY_BITS, 256);
	mnl_attr_put_u16(nlh, IKEMON_A_SUITE_ADD_KE, 35);
	mnl_attr_nest_end(nlh, nest);
	put_flow(nlh, IKEMON_A_SESSION_FROM_INITIATOR);
	mnl_attr_put_u64(nlh, IKEMON_A_SESSION_FIRST_SEEN,
			 1700000000000000000);
	mnl_attr_put_u32(nlh, IKEMON_A_SESSION_EXPIRES, 0);
}

/* Does @json have this value at this place? */
static bool json_is(json_t *json, const char *key, json_t *value)
{
	bool is = json_equal(json_object_get(json, key), value);
	char *text;

	if (!is) {
		text = json_dumps(json_object_get(json, key), JSON_ENCODE_ANY);
		printf("# %s is %s\n", key, text ? text : "not there");
		free(text);
	}
	json_decref(value);
	return is;
}

static bool session_json_right(const struct session_model *s)
{
	json_t *j = session_json(s), *flow;
	bool ok;

	ok = json_is(j, "id", json_integer(42));
	ok = json_is(j, "state", json_string("established")) && ok;
	ok = json_is(j, "proof", json_string("xfrm")) && ok;
	ok = json_is(j, "reason", json_string("none")) && ok;
	ok = json_is(j, "spi_i", json_string("0123456789abcdef")) && ok;
	ok = json_is(j, "spi_r", json_string("0000000000000000")) && ok;
	ok = json_is(j, "initiator", json_pack("{s:s, s:i}", "addr",
					       "192.0.2.1", "port", 500)) && ok;
	ok = json_is(j, "responder", json_pack("{s:s, s:i}", "addr",
					       "2001:db8::1", "port", 4500)) &&
	     ok;
	ok = json_is(j, "proof_addr", json_null()) && ok;
	ok = json_is(j, "exchange", json_string("IKE_AUTH")) && ok;
	ok = json_is(j, "nat", json_true()) && ok;
	ok = json_is(j, "flags", json_pack("[s, s]", "nat", "2147483648")) &&
	     ok;
	ok = json_is(j, "notify",
		     json_pack("[s, s]", "NAT_DETECTION_SOURCE_IP", "60000")) &&
	     ok;
	ok = json_is(j, "sa", json_array()) && ok;
	ok = json_is(j, "first_seen",
		     json_string("2023-11-14T22:13:20.000Z")) && ok;
	ok = json_is(j, "last_seen", json_null()) && ok;
	ok = json_is(j, "expires", json_integer(0)) && ok;
	ok = json_is(j, "parent", json_null()) && ok;
	flow = json_object_get(json_object_get(j, "transcript"),
			       "from_initiator");
	ok = json_is(flow, "messages", json_integer(3)) && ok;
	ok = json_is(flow, "ike_fragments_total", json_integer(3)) && ok;
	ok = json_is(flow, "last_seen",
		     json_string("2023-11-14T22:13:20.123Z")) && ok;
	json_decref(j);
	return ok;
}

static void test_session(void)
{
	struct session_model s;
	struct nlmsghdr *nlh;

	put_session(begin());
	result(wire_session(attrs_begin(), attrs_len(), &s) &&
	       session_json_right(&s), "a session is read and shown");

	nlh = begin();
	mnl_attr_put_u32(nlh, 4000, 1);
	mnl_attr_put_u64(nlh, IKEMON_A_SESSION_ID, 7);
	mnl_attr_put_strz(nlh, IKEMON_A_SESSION_FLUSHED + 1, "new");
	result(wire_session(attrs_begin(), attrs_len(), &s) && s.id == 7,
	       "unknown attributes are passed over");

	nlh = begin();
	mnl_attr_put_u32(nlh, IKEMON_A_SESSION_ID, 7);
	result(!wire_session(attrs_begin(), attrs_len(), &s),
	       "a number of the wrong size is refused");

	nlh = begin();
	put_endpoint(nlh, IKEMON_A_SESSION_INITIATOR, 5, "12345", 1);
	result(!wire_session(attrs_begin(), attrs_len(), &s),
	       "an address of five octets is refused");

	result(wire_session(attrs_begin(), 0, &s), "nothing is nothing");
}

static void test_lists(void)
{
	struct session_model s;
	struct nlmsghdr *nlh;
	char name[200];
	int i;

	nlh = begin();
	for (i = 0; i < 100; i++)
		mnl_attr_put_u16(nlh, IKEMON_A_SESSION_NOTIFY, i);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	mnl_attr_put_strz(nlh, IKEMON_A_SESSION_IFNAME, name);
	result(wire_session(attrs_begin(), attrs_len(), &s) &&
	       s.n_notify == MODEL_NOTIFIES &&
	       strlen(s.ifname) == MODEL_IFNAME - 1,
	       "long lists and names are cut");

	nlh = begin();
	mnl_attr_put(nlh, IKEMON_A_SESSION_IFNAME, 3, "abc");
	result(wire_session(attrs_begin(), attrs_len(), &s) &&
	       !strcmp(s.ifname, "abc"), "a name without its zero");
}

/* Every reader on a block of exactly that size. */
static void put_nothing(bool gauge, const char *name, uint64_t value,
			void *data)
{
	size_t *n = data;

	(void)gauge;
	(void)value;
	*n += strlen(name);
}

static void read_all(const void *attrs, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct session_model session;
	struct version_model version;
	struct config_model config;
	struct source_model source;
	struct event_model event;
	struct alarm_model alarm;
	uint32_t flushed;
	size_t n = 0;

	memcpy(copy, attrs, len);
	if (wire_session(copy, len, &session))
		json_decref(session_json(&session));
	wire_event(copy, len, &event);
	wire_source(copy, len, &source);
	wire_config(copy, len, &config);
	wire_alarm(copy, len, &alarm);
	wire_version(copy, len, &version);
	wire_flushed(copy, len, &flushed);
	wire_stats(copy, len, put_nothing, &n);
	free(copy);
}

static void test_broken(void)
{
	uint8_t sound[8192];
	size_t len, i;
	int round;

	put_session(begin());
	len = attrs_len();
	memcpy(sound, attrs_begin(), len);
	for (i = 0; i <= len; i++)
		read_all(sound, i);
	result(true, "a session cut anywhere");

	srandom(1);
	for (round = 0; round < MUTATIONS / 10; round++) {
		uint8_t *broken = (uint8_t *)attrs_begin();

		memcpy(broken, sound, len);
		for (i = random() % 8 + 1; i; i--)
			broken[random() % len] = random();
		read_all(broken, len - (random() % 4 ? 0 : random() % len));
	}
	result(true, "a session with wrong octets");
}

static void count(bool gauge, const char *name, uint64_t value, void *data)
{
	uint64_t *sum = data;

	if (!strcmp(name, gauge ? "sessions" : "packets_ike"))
		*sum += value * (gauge ? 1000 : 1);
}

static void put_counter(struct nlmsghdr *nlh, uint16_t type, const char *name,
			uint64_t value)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_strz(nlh, IKEMON_A_COUNTER_NAME, name);
	mnl_attr_put_u64(nlh, IKEMON_A_COUNTER_VALUE, value);
	mnl_attr_nest_end(nlh, nest);
}

static void test_stats(void)
{
	struct nlmsghdr *nlh = begin();
	uint64_t sum = 0;

	put_counter(nlh, IKEMON_A_STATS_COUNTER, "packets_ike", 7);
	put_counter(nlh, IKEMON_A_STATS_COUNTER, "unheard_of", 99);
	put_counter(nlh, IKEMON_A_STATS_GAUGE, "sessions", 3);
	result(wire_stats(attrs_begin(), attrs_len(), count, &sum) &&
	       sum == 3007, "counters and gauges");
}

static void test_config(void)
{
	struct config_model in = { 0 }, out;
	const struct key *key;
	unsigned int i;

	for (i = 0; (key = key_at(i)); i++) {
		in.value[key->attr] = key->min + i % 2;
		in.have |= 1U << key->attr;
	}
	in.port[0] = (struct port_model){ 500, IKEMON_PORT_KIND_IKE };
	in.port[1] = (struct port_model){ 4500, IKEMON_PORT_KIND_NATT };
	in.n_ports = 2;
	in.have |= 1U << IKEMON_A_CONFIG_PORT;
	wire_put_config(begin(), &in);
	result(wire_config(attrs_begin(), attrs_len(), &out) &&
	       !memcmp(&in, &out, sizeof(in)),
	       "a configuration comes back as it went");
}

static void test_others(void)
{
	struct nlmsghdr *nlh = begin();
	struct source_model s;
	struct alarm_model a;
	struct prefix p;

	arg_prefix("2001:db8:1::/48", &p);
	wire_put_prefix(nlh, IKEMON_A_SOURCE_PREFIX, &p);
	mnl_attr_put_u32(nlh, IKEMON_A_SOURCE_HALF_OPEN, 5);
	mnl_attr_put_u64(nlh, IKEMON_A_SOURCE_FAILED, UINT64_MAX);
	result(wire_source(attrs_begin(), attrs_len(), &s) &&
	       !memcmp(&s.prefix, &p, sizeof(p)) && s.half_open == 5 &&
	       s.failed == UINT64_MAX, "a source");
	p.family = 4;
	wire_put_prefix(begin(), IKEMON_A_SOURCE_PREFIX, &p);
	result(!wire_source(attrs_begin(), attrs_len(), &s),
	       "a prefix longer than its address is refused");

	nlh = begin();
	mnl_attr_put_u8(nlh, IKEMON_A_ALARM_ALARM, 200);
	mnl_attr_put_u8(nlh, IKEMON_A_ALARM_RAISED, 2);
	mnl_attr_put_u64(nlh, IKEMON_A_ALARM_SEQ, 9);
	result(wire_alarm(attrs_begin(), attrs_len(), &a) && a.raised &&
	       a.alarm == 200 && a.seq == 9, "an alarm of a newer module");
}

/* ---- refusals */

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

	memset(&answer, 0, sizeof(answer));
	mnl_nlmsg_put_header(&answer);
	answer.nlh.nlmsg_type = NLMSG_ERROR;
	answer.nlh.nlmsg_flags = flags;
	e = mnl_nlmsg_put_extra_header(&answer.nlh, sizeof(*e));
	e->error = err;
	e->msg = request.nlh;
	if (!(flags & NLM_F_CAPPED))
		memcpy(mnl_nlmsg_put_extra_header(&answer.nlh,
			request.nlh.nlmsg_len - sizeof(e->msg)),
		       request.octets + sizeof(e->msg),
		       request.nlh.nlmsg_len - sizeof(e->msg));
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

static void test_refusals(void)
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
}

static void test_broken_refusals(void)
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

static void print_names(void)
{
	static const char * const kinds[NAME_KINDS] = {
		[NAME_MODE] = "mode", [NAME_SCOPE] = "scope",
		[NAME_PORT_KIND] = "port-kind", [NAME_STATE] = "state",
		[NAME_PROOF] = "proof", [NAME_REASON] = "reason",
		[NAME_ROLE] = "role", [NAME_ENCAP] = "encap",
		[NAME_VERDICT] = "verdict", [NAME_EVENT] = "event",
		[NAME_ALARM] = "alarm", [NAME_VENDOR] = "vendor",
		[NAME_FLAG] = "session-flags",
	};
	unsigned int kind, i, value;
	const struct key *key;
	const char *word;

	for (kind = 0; kind < NAME_KINDS; kind++)
		for (i = 0; kinds[kind] && (word = name_at(kind, i, &value));
		     i++)
			printf("%s %s %u\n", kinds[kind], word, value);
	for (i = 0; (key = key_at(i)); i++)
		if (key->kind != KEY_WORD && key->kind != KEY_UID)
			printf("config %s %u %u %u\n", key->name,
			       key_size(key->attr), key->min, key->max);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "names")) {
		print_names();
		return 0;
	}
	printf("KTAP version 1\n");
	test_words();
	test_prefixes();
	test_states();
	test_keys();
	test_session();
	test_lists();
	test_broken();
	test_stats();
	test_config();
	test_others();
	test_refusals();
	test_broken_refusals();
	printf("1..%u\n", n_results);
	return n_failed != 0;
}
