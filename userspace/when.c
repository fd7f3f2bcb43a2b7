// SPDX-License-Identifier: GPL-2.0-or-later
/* Points in time as words: RFC 3339. */
#include <string.h>
#include <time.h>

#include "args.h"

static const uint64_t ns_per_s = 1000000000;

enum {
	DATE_LEN	= 19,	/* 2026-11-24T10:00:00 */
	FRACTION_MAX	= 9,
	YEAR_MIN	= 1970,
	YEAR_MAX	= 2261,	/* what 63 bits of ns hold */
};

static bool two_digits(const char *at, int min, int max, int *value)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*value = (at[0] - '0') * 10 + at[1] - '0';
	return *value >= min && *value <= max;
}

static bool separators(const char *word)
{
	return strlen(word) > DATE_LEN && word[4] == '-' && word[7] == '-' &&
	       word[10] == 'T' && word[13] == ':' && word[16] == ':';
}

/* The part that says which second of UTC, if nothing is added to it. */
static bool read_date(const char *word, int64_t *seconds)
{
	struct tm tm = { 0 }, back;
	int century, year;
	time_t t;

	if (!separators(word) || !two_digits(word, 0, 99, &century) ||
	    !two_digits(word + 2, 0, 99, &year) ||
	    !two_digits(word + 5, 1, 12, &tm.tm_mon) ||
	    !two_digits(word + 8, 1, 31, &tm.tm_mday) ||
	    !two_digits(word + 11, 0, 23, &tm.tm_hour) ||
	    !two_digits(word + 14, 0, 59, &tm.tm_min) ||
	    !two_digits(word + 17, 0, 59, &tm.tm_sec))
		return false;
	year += century * 100;
	if (year < YEAR_MIN || year > YEAR_MAX)
		return false;
	tm.tm_mon--;
	tm.tm_year = year - 1900;
	back = tm;
	t = timegm(&back);
	*seconds = t;
	/* A day that its month has not became one of the next. */
	return back.tm_mday == tm.tm_mday;
}

/* ".5": ns, and where it ends; nothing is none. */
static const char *read_fraction(const char *at, uint64_t *ns)
{
	uint64_t unit = ns_per_s;
	const char *first;

	*ns = 0;
	if (*at != '.')
		return at;
	for (first = ++at; *at >= '0' && *at <= '9'; at++) {
		if (at - first == FRACTION_MAX)
			return NULL;
		unit /= 10;
		*ns += (*at - '0') * unit;
	}
	return at == first ? NULL : at;
}

/* "Z", "+01:00": seconds east of UTC. */
static bool read_zone(const char *at, int64_t *east)
{
	int hours, minutes;

	*east = 0;
	if (!strcmp(at, "Z"))
		return true;
	if ((*at != '+' && *at != '-') || strlen(at) != 6 || at[3] != ':' ||
	    !two_digits(at + 1, 0, 23, &hours) ||
	    !two_digits(at + 4, 0, 59, &minutes))
		return false;
	*east = hours * 3600 + minutes * 60;
	if (*at == '-')
		*east = -*east;
	return true;
}

bool arg_time(const char *word, uint64_t *ns)
{
	int64_t seconds, east;
	uint64_t fraction;
	const char *zone;

	if (!read_date(word, &seconds))
		return false;
	zone = read_fraction(word + DATE_LEN, &fraction);
	if (!zone || !read_zone(zone, &east) || seconds - east < 0)
		return false;
	fraction += (seconds - east) * ns_per_s;
	if (!fraction)
		return false;
	*ns = fraction;
	return true;
}
