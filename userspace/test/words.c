// SPDX-License-Identifier: GPL-2.0-or-later
/* What ikemonctl reads from words. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "args.h"
#include "format.h"
#include "keys.h"

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

static const struct word_case spis[] = {
	{ "c0ffee01", true, 0xc0ffee01 }, { "0xC0FFEE01", true, 0xc0ffee01 },
	{ "1", true, 1 }, { "0", false, 0 }, { "0x", false, 0 },
	{ "0x0", false, 0 }, { "1c0ffee01", false, 0 }, { "", false, 0 },
	{ "c0ffee0g", false, 0 }, { "-1", false, 0 }, { "0x0x1", false, 0 },
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

static bool read_spi(const char *word, uint64_t *value)
{
	uint32_t v = 0;
	bool ok = arg_spi(word, &v);

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

static void test_numbers(void)
{
	run("numbers", numbers, ARRAY_SIZE(numbers), read_number);
	run("times", spans, ARRAY_SIZE(spans), read_span);
	run("rates", rates, ARRAY_SIZE(rates), read_rate);
	run("ports", ports, ARRAY_SIZE(ports), read_port);
	run("SPIs", spis, ARRAY_SIZE(spis), read_spi);
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

	run("states", states, ARRAY_SIZE(states), read_states);
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

static void test_controls(void)
{
	char text[] = "a\x1b[1m\x7f\n\302\23331m \xc3\xa4 \xc2\xa0\xc2";

	text_clean(text, false);
	result(!strcmp(text, "a?[1m?\n??31m \xc3\xa4 \xc2\xa0\xc2"),
	       "terminal controls become question marks, other text stays");
	text_clean(text, true);
	result(!strcmp(text, "a?[1m????31m \xc3\xa4 \xc2\xa0\xc2"),
	       "ends of lines, too");
}

void test_words(void)
{
	test_controls();
	test_numbers();
	test_prefixes();
	test_states();
	test_keys();
}
