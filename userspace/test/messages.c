// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ikemonctl reads from netlink, and what it makes of it. Every message
 * lies in a heap block of its own size, so that one octet too far is seen.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>

#include "args.h"
#include "keys.h"
#include "session_view.h"
#include "wire.h"

static union {
	struct nlmsghdr nlh;
	uint8_t octets[8192];
} msg;

struct nlmsghdr *begin(void)
{
	struct nlmsghdr *nlh;

	memset(&msg, 0, sizeof(msg));
	nlh = mnl_nlmsg_put_header(&msg);
	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	return nlh;
}

const uint8_t *attrs_begin(void)
{
	return msg.octets + MNL_NLMSG_HDRLEN + GENL_HDRLEN;
}

size_t attrs_len(void)
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
	mnl_attr_put_u64(nlh, IKEMON_A_TRANSCRIPT_LAST_SEEN,
			 1700000000123456789);
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
	mnl_attr_put_strz(nlh, IKEMON_A_SESSION_MAX + 1, "new");
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
	struct source_event_model said;
	struct limit_model limit;
	struct block_model block;
	struct alarm_model alarm;
	uint32_t flushed;
	size_t n = 0;

	memcpy(copy, attrs, len);
	if (wire_session(copy, len, &session))
		json_decref(session_json(&session));
	wire_event(copy, len, &event);
	wire_source(copy, len, &source);
	wire_source_event(copy, len, &said);
	wire_limit(copy, len, &limit);
	wire_block(copy, len, &block);
	wire_lifted(copy, len, &flushed);
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
		config_give(&in, key->attr);
	}
	in.port[0] = (struct port_model){ 500, IKEMON_PORT_KIND_IKE };
	in.port[1] = (struct port_model){ 4500, IKEMON_PORT_KIND_NATT };
	in.n_ports = 2;
	config_give(&in, IKEMON_A_CONFIG_PORT);
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
	mnl_attr_put_u8(nlh, IKEMON_A_SOURCE_BLOCKED_SHARES, 3);
	result(wire_source(attrs_begin(), attrs_len(), &s) &&
	       !memcmp(&s.prefix, &p, sizeof(p)) && s.half_open == 5 &&
	       s.failed == UINT64_MAX && s.blocked_shares == 3, "a source");
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

void test_messages(void)
{
	test_session();
	test_lists();
	test_broken();
	test_stats();
	test_config();
	test_others();
}
