// SPDX-License-Identifier: GPL-2.0-or-later
/* Points in time, marks, addresses; limits, blocks and sources on the wire. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "args.h"
#include "format.h"
#include "wire.h"

static void test_times(void)
{
	static const struct {
		const char *word;
		uint64_t ns;
		const char *text;	/* NULL: the same word */
	} cases[] = {
		{ "2026-11-24T10:00:00Z", 1795514400000000000, NULL },
		{ "1970-01-01T00:00:01Z", 1000000000, NULL },
		{ "1970-01-01T00:00:00.000000001Z", 1, NULL },
		{ "2024-02-29T23:59:59.500000000Z", 1709251199500000000,
		  NULL },
		{ "2024-02-29T23:59:59.5Z", 1709251199500000000,
		  "2024-02-29T23:59:59.500000000Z" },
		{ "2026-11-24T11:30:00+01:30", 1795514400000000000,
		  "2026-11-24T10:00:00Z" },
		{ "2026-11-24T09:00:00-01:00", 1795514400000000000,
		  "2026-11-24T10:00:00Z" },
		{ "2261-12-31T23:59:59.999999999Z", 9214646399999999999U,
		  NULL },
		{ "2023-02-29T00:00:00Z", 0, NULL },
		{ "2026-04-31T00:00:00Z", 0, NULL },
		{ "2026-00-01T00:00:00Z", 0, NULL },
		{ "2026-1-01T00:00:00Z", 0, NULL },
		{ "2026-11-24t10:00:00z", 0, NULL },
		{ "2026-11-24T10:00:00", 0, NULL },
		{ "2026-11-24T10:00:00ZZ", 0, NULL },
		{ "2026-11-24T10:00:00+24:00", 0, NULL },
		{ "2026-11-24T10:00:00+01:000", 0, NULL },
		{ "2026-11-24T10:00Z", 0, NULL },
		{ "1970-01-01T00:00:00+00:01", 0, NULL },
		{ "1970-01-01T00:00:00Z", 0, NULL },
		{ "", 0, NULL },
	};
	char text[TEXT_TIME];
	const char *back;
	bool all = true;
	uint64_t ns;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ns = 0;
		arg_time(cases[i].word, &ns);
		text_exact(ns, text);
		back = cases[i].text;
		if (!back)
			back = cases[i].word;
		if (ns == cases[i].ns && (!ns || !strcmp(text, back)))
			continue;
		printf("# \"%s\" %s\n", cases[i].word, text);
		all = false;
	}
	result(all, "dates");
}

static void test_marks(void)
{
	static const struct {
		const char *word;
		bool ok;
		uint32_t mark;
	} cases[] = {
		{ "0x00ff0000", true, 0x00ff0000 }, { "0xF", true, 15 },
		{ "0xffffffff", true, UINT32_MAX }, { "0", true, 0 },
		{ "0x100000000", false, 0 }, { "0x", false, 0 },
		{ "15", false, 0 }, { "0X1", false, 0 }, { "0x1 ", false, 0 },
		{ "0x-1", false, 0 }, { "0x0x1", false, 0 }, { "", false, 0 },
	};
	bool all = true;
	uint32_t mark;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		mark = 0;
		if (arg_mark(cases[i].word, &mark) == cases[i].ok &&
		    mark == cases[i].mark)
			continue;
		printf("# \"%s\"\n", cases[i].word);
		all = false;
	}
	result(all, "marks");
}

static void test_endpoints(void)
{
	static const struct {
		const char *word;
		const char *text;	/* NULL: refused */
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1:500" },
		{ "192.0.2.1:4500", "192.0.2.1:4500" },
		{ "2001:db8::1", "[2001:db8::1]:500" },
		{ "::1", "[::1]:500" },
		{ "[2001:db8::1]", "[2001:db8::1]:500" },
		{ "[2001:db8::1]:4500", "[2001:db8::1]:4500" },
		{ "192.0.2.1:", NULL }, { ":500", NULL }, { "", NULL },
		{ "[::1]:", NULL }, { "[::1", NULL }, { "[", NULL },
		{ "[]", NULL }, { "[192.0.2.1]", NULL }, { "[::1]x", NULL },
		{ "fe80::1%lo", NULL }, { "192.0.2.1:0", NULL },
	};
	struct endpoint end;
	char text[TEXT_ENDPOINT];
	bool all = true, ok;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ok = arg_endpoint(cases[i].word, 500, &end);
		if (ok)
			text_endpoint(&end, text);
		if (ok == !!cases[i].text &&
		    (!ok || !strcmp(text, cases[i].text)))
			continue;
		printf("# \"%s\"\n", cases[i].word);
		all = false;
	}
	result(all, "addresses with ports");
}

static void test_limit(void)
{
	struct limit_model in = { 0 }, out;

	arg_prefix("2001:db8::/32", &in.prefix);
	in.rate = 50;
	in.sessions = UINT32_MAX;
	wire_put_limit(begin(), &in);
	result(wire_limit(attrs_begin(), attrs_len(), &out) &&
	       !memcmp(&in, &out, sizeof(in)), "a limit comes back as it went");
}

static void test_block(void)
{
	struct block_model in = { 0 }, out;
	struct nlmsghdr *nlh = begin();

	arg_prefix("192.0.2.1", &in.prefix);
	in.until = 1795514400000000001;
	wire_put_block(nlh, &in);
	result(wire_block(attrs_begin(), attrs_len(), &out) &&
	       !memcmp(&in, &out, sizeof(in)), "a block comes back as it went");
	mnl_attr_put_u16(nlh, IKEMON_A_BLOCK_PORT, htobe16(4500));
	mnl_attr_put_u8(nlh, IKEMON_A_BLOCK_SHARE, 0);
	mnl_attr_put_u32(nlh, IKEMON_A_BLOCK_REMAINING, 0);
	mnl_attr_put_u8(nlh, IKEMON_A_BLOCK_WOULD, 1);
	result(wire_block(attrs_begin(), attrs_len(), &out) &&
	       out.port == 4500 && out.has_share && out.has_remaining &&
	       out.would, "a block of a share, of which nothing remains");
	in.prefix.len = 33;
	wire_put_block(begin(), &in);
	result(!wire_block(attrs_begin(), attrs_len(), &out),
	       "a block longer than its address is refused");
}

static void put_offence(struct nlmsghdr *nlh, uint8_t class, uint32_t count)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, IKEMON_A_SOURCE_OFFENCE);
	mnl_attr_put_u8(nlh, IKEMON_A_OFFENCE_CLASS, class);
	mnl_attr_put_u32(nlh, IKEMON_A_OFFENCE_COUNT, count);
	mnl_attr_nest_end(nlh, nest);
}

static void test_source(void)
{
	struct nlmsghdr *nlh = begin();
	struct source_event_model e;
	struct limit_model limit = { 0 };
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < 3 * MODEL_OFFENCES; i++)
		put_offence(nlh, i + 1, 10 * i);
	arg_prefix("192.0.2.0/24", &limit.prefix);
	limit.rate = 7;
	nest = mnl_attr_nest_start(nlh, IKEMON_A_SOURCE_LIMIT);
	wire_put_limit(nlh, &limit);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put(nlh, IKEMON_A_SOURCE_WIDE, 0, NULL);
	mnl_attr_put_u8(nlh, IKEMON_A_SOURCE_EVENT,
			IKEMON_SOURCE_EVENT_LIMITED);
	mnl_attr_put_u64(nlh, IKEMON_A_SOURCE_SEQ, 9);
	result(wire_source_event(attrs_begin(), attrs_len(), &e) &&
	       e.source.n_offences == MODEL_OFFENCES &&
	       e.source.offence[MODEL_OFFENCES - 1].count ==
	       10 * (MODEL_OFFENCES - 1) && e.source.has_limit &&
	       !memcmp(&e.source.limit, &limit, sizeof(limit)) &&
	       e.source.wide && !e.source.has_tokens && e.seq == 9 &&
	       e.event == IKEMON_SOURCE_EVENT_LIMITED,
	       "an event of a source, with more classes than there are");
}

void test_rules(void)
{
	test_times();
	test_marks();
	test_endpoints();
	test_limit();
	test_block();
	test_source();
}
