// SPDX-License-Identifier: GPL-2.0-or-later
#include "args.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

/* Reads digits up to the first other character and says where that stands. */
static const char *digits(const char *word, uint64_t *value)
{
	uint64_t v = 0;
	unsigned int d;

	if (*word < '0' || *word > '9')
		return NULL;
	if (word[0] == '0' && word[1] >= '0' && word[1] <= '9')
		return NULL;
	for (; *word >= '0' && *word <= '9'; word++) {
		d = *word - '0';
		if (v > (UINT64_MAX - d) / 10)
			return NULL;
		v = v * 10 + d;
	}
	*value = v;
	return word;
}

bool arg_u64(const char *word, uint64_t min, uint64_t max, uint64_t *value)
{
	const char *end;
	uint64_t v;

	end = digits(word, &v);
	if (!end || *end || v < min || v > max)
		return false;
	*value = v;
	return true;
}

bool arg_u32(const char *word, uint32_t min, uint32_t max, uint32_t *value)
{
	uint64_t v;

	if (!arg_u64(word, min, max, &v))
		return false;
	*value = v;
	return true;
}

static uint32_t unit_seconds(const char *unit)
{
	if (!*unit)
		return 1;
	if (unit[1])
		return 0;
	switch (*unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

bool arg_seconds(const char *word, uint32_t min, uint32_t max,
		 uint32_t *seconds)
{
	const char *end;
	uint32_t unit;
	uint64_t v;

	end = digits(word, &v);
	if (!end)
		return false;
	unit = unit_seconds(end);
	if (!unit || v > max / unit || v * unit < min)
		return false;
	*seconds = v * unit;
	return true;
}

static bool number_per(const char *word, const char *per, uint32_t min,
		       uint32_t max, uint32_t *value)
{
	const char *end;
	uint64_t v;

	end = digits(word, &v);
	if (!end || (*end && strcmp(end, per)) || v < min || v > max)
		return false;
	*value = v;
	return true;
}

bool arg_rate(const char *word, uint32_t min, uint32_t max, uint32_t *rate)
{
	return number_per(word, "/s", min, max, rate);
}

bool arg_lambda(const char *word, uint32_t min, uint32_t max, uint32_t *value)
{
	return number_per(word, "/1000s", min, max, value);
}

static bool read_hex(const char *word, uint32_t *value)
{
	size_t n = strspn(word, "0123456789abcdefABCDEF");

	if (!n || n > 8 || word[n])
		return false;
	*value = strtoul(word, NULL, 16);
	return true;
}

bool arg_mark(const char *word, uint32_t *mark)
{
	if (!strcmp(word, "0")) {
		*mark = 0;
		return true;
	}
	return !strncmp(word, "0x", 2) && read_hex(word + 2, mark);
}

bool arg_spi(const char *word, uint32_t *spi)
{
	uint32_t v;

	if (!strncmp(word, "0x", 2))
		word += 2;
	if (!read_hex(word, &v) || !v)
		return false;
	*spi = v;
	return true;
}

bool arg_port(const char *word, uint16_t *port)
{
	uint32_t v;

	if (!arg_u32(word, 1, UINT16_MAX, &v))
		return false;
	*port = v;
	return true;
}

/* Clears what stands behind the prefix length; true if something did. */
static bool clear_host_bits(struct prefix *p)
{
	unsigned int size = p->family == 4 ? 4 : 16;
	bool had = false;
	unsigned int i;
	uint8_t keep;

	for (i = 0; i < size; i++) {
		if (p->len >= 8 * (i + 1))
			continue;
		keep = p->len <= 8 * i ? 0 : 0xff << (8 * (i + 1) - p->len);
		if (p->addr[i] & ~keep)
			had = true;
		p->addr[i] &= keep;
	}
	return had;
}

enum arg_prefix arg_prefix(const char *word, struct prefix *prefix)
{
	const char *slash = strchr(word, '/');
	size_t n = slash ? (size_t)(slash - word) : strlen(word);
	char addr[INET6_ADDRSTRLEN];
	struct prefix p = { 0 };
	uint32_t len, bits;
	bool had;

	if (n >= sizeof(addr))
		return ARG_PREFIX_BAD;
	memcpy(addr, word, n);
	addr[n] = '\0';
	if (inet_pton(AF_INET, addr, p.addr) == 1)
		p.family = 4;
	else if (inet_pton(AF_INET6, addr, p.addr) == 1)
		p.family = 6;
	else
		return ARG_PREFIX_BAD;

	bits = p.family == 4 ? 32 : 128;
	len = bits;
	if (slash && !arg_u32(slash + 1, 0, bits, &len))
		return ARG_PREFIX_BAD;
	p.len = len;
	had = clear_host_bits(&p);
	*prefix = p;
	return had ? ARG_PREFIX_HOST_BITS : ARG_PREFIX_OK;
}

/* An address of @n octets, without a prefix length. */
static bool read_address(const char *word, size_t n, struct endpoint *end)
{
	char addr[INET6_ADDRSTRLEN];

	if (n >= sizeof(addr))
		return false;
	memcpy(addr, word, n);
	addr[n] = '\0';
	if (inet_pton(AF_INET, addr, end->addr) == 1)
		end->family = 4;
	else if (inet_pton(AF_INET6, addr, end->addr) == 1)
		end->family = 6;
	else
		return false;
	return true;
}

bool arg_endpoint(const char *word, uint16_t port, struct endpoint *end)
{
	const char *colon = strrchr(word, ':');
	struct endpoint e = { .port = port };
	size_t n;

	if (*word == '[') {
		n = strcspn(word, "]");
		if (!word[n] || (word[n + 1] && word[n + 1] != ':') ||
		    (word[n + 1] && !arg_port(word + n + 2, &e.port)) ||
		    !read_address(word + 1, n - 1, &e) || e.family != 6)
			return false;
	} else if (colon && colon == strchr(word, ':')) {
		if (!arg_port(colon + 1, &e.port) ||
		    !read_address(word, colon - word, &e))
			return false;
	} else if (!read_address(word, strlen(word), &e)) {
		return false;
	}
	*end = e;
	return true;
}

bool arg_states(const char *word, uint32_t *mask)
{
	char name[NAME_LEN];
	uint32_t bits = 0;
	unsigned int v;
	size_t n;

	for (;;) {
		n = strcspn(word, ",");
		if (n >= sizeof(name))
			return false;
		memcpy(name, word, n);
		name[n] = '\0';
		if (!name_value(NAME_STATE, name, &v))
			return false;
		bits |= 1U << v;
		if (!word[n])
			break;
		word += n + 1;
	}
	*mask = bits;
	return true;
}
