// SPDX-License-Identifier: GPL-2.0-or-later
#include "format.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COMPLAINT_MAX = 2048 };

static const uint64_t ns_per_s = 1000000000;

static struct {
	const char *file;
	unsigned int line;
} place;

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy, *p;

	if (json)
		return json;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (p = copy; *p; p++)
		if (*p & 0x80)
			*p = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

json_t *json_time(uint64_t ns)
{
	char buf[TEXT_TIME];

	if (!ns)
		return json_null();
	text_time(ns, buf);
	return json_string(buf);
}

static bool addr_text(uint8_t family, const uint8_t *addr,
		      char buf[INET6_ADDRSTRLEN])
{
	if (!family)
		return false;
	return inet_ntop(family == 4 ? AF_INET : AF_INET6, addr, buf,
			 INET6_ADDRSTRLEN);
}

json_t *json_endpoint(const struct endpoint *end)
{
	char addr[INET6_ADDRSTRLEN];

	if (!addr_text(end->family, end->addr, addr))
		return json_null();
	return json_pack("{s:s, s:i}", "addr", addr, "port", end->port);
}

json_t *json_hex64(uint64_t value)
{
	char buf[17];

	snprintf(buf, sizeof(buf), "%016" PRIx64, value);
	return json_string(buf);
}

/* Up to the second. Return: how long that is. */
static size_t text_second(uint64_t ns, char buf[TEXT_TIME])
{
	time_t seconds = ns / ns_per_s;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return strftime(buf, TEXT_TIME, "%Y-%m-%dT%H:%M:%S", &tm);
}

void text_time(uint64_t ns, char buf[TEXT_TIME])
{
	size_t n = text_second(ns, buf);

	snprintf(buf + n, TEXT_TIME - n, ".%03uZ",
		 (unsigned int)(ns % ns_per_s / 1000000));
}

void text_exact(uint64_t ns, char buf[TEXT_TIME])
{
	size_t n = text_second(ns, buf);
	unsigned int rest = ns % ns_per_s;

	if (rest)
		n += snprintf(buf + n, TEXT_TIME - n, ".%09u", rest);
	snprintf(buf + n, TEXT_TIME - n, "Z");
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * ns_per_s + ts.tv_nsec;
}

void text_since(uint64_t ns, bool absolute, char buf[TEXT_TIME])
{
	uint64_t now = now_ns();
	char span[TEXT_SPAN];

	if (!ns) {
		snprintf(buf, TEXT_TIME, "-");
		return;
	}
	if (absolute) {
		text_time(ns, buf);
		return;
	}
	text_span(now > ns ? (now - ns) / ns_per_s : 0, span);
	snprintf(buf, TEXT_TIME, "%s ago", span);
}

void text_endpoint(const struct endpoint *end, char buf[TEXT_ENDPOINT])
{
	char addr[INET6_ADDRSTRLEN];

	if (!addr_text(end->family, end->addr, addr))
		snprintf(buf, TEXT_ENDPOINT, "-");
	else
		snprintf(buf, TEXT_ENDPOINT, end->family == 4 ? "%s:%u" :
			 "[%s]:%u", addr, end->port);
}

void text_prefix(const struct prefix *p, char buf[TEXT_ENDPOINT])
{
	char addr[INET6_ADDRSTRLEN];

	if (!addr_text(p->family, p->addr, addr))
		snprintf(buf, TEXT_ENDPOINT, "-");
	else
		snprintf(buf, TEXT_ENDPOINT, "%s/%u", addr, p->len);
}

void text_span(uint64_t seconds, char buf[TEXT_SPAN])
{
	if (seconds < 120)
		snprintf(buf, TEXT_SPAN, "%" PRIu64 " s", seconds);
	else if (seconds < 2 * 3600)
		snprintf(buf, TEXT_SPAN, "%" PRIu64 " min", seconds / 60);
	else if (seconds < 2 * 86400)
		snprintf(buf, TEXT_SPAN, "%" PRIu64 " h", seconds / 3600);
	else
		snprintf(buf, TEXT_SPAN, "%" PRIu64 " d", seconds / 86400);
}

/* Of one octet, or of those that UTF-8 writes with two (U+0080 to U+009F). */
static unsigned int control_len(const unsigned char *p)
{
	if (iscntrl(p[0]))
		return 1;
	return p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f ? 2 : 0;
}

void text_clean(char *text, bool one_line)
{
	unsigned int n;

	while (*text) {
		n = *text == '\n' && !one_line ?
		    0 : control_len((unsigned char *)text);
		memset(text, '?', n);
		text += n ? n : 1;
	}
}

void complain_at(const char *file, unsigned int line)
{
	place.file = file;
	place.line = line;
}

void complain(const char *fmt, ...)
{
	char buf[COMPLAINT_MAX];
	size_t n = 0;
	va_list ap;

	if (place.file)
		n = snprintf(buf, sizeof(buf) / 2, "%s:%u: ", place.file,
			     place.line);
	if (n >= sizeof(buf) / 2)
		n = sizeof(buf) / 2 - 1;
	va_start(ap, fmt);
	vsnprintf(buf + n, sizeof(buf) - n, fmt, ap);
	va_end(ap);
	text_clean(buf, true);
	fprintf(stderr, "ikemonctl: %s\n", buf);
}
