// SPDX-License-Identifier: GPL-2.0-or-later
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <linux/nf_ikemon.h>

#include "args.h"

static const uint32_t uid_none = UINT32_MAX;

#define KEY(group, name, ATTR, kind, names, min, max, help) \
	{ name, IKEMON_A_CONFIG_##ATTR, KEY_##kind, GROUP_##group, names, \
	  min, max, help }
#define WORD(group, name, ATTR, NAMES, help) \
	KEY(group, name, ATTR, WORD, NAME_##NAMES, 0, 0, help)
#define RATE(group, name, ATTR, min, help) \
	KEY(group, name, ATTR, RATE, 0, min, MILLION, help)
#define TIMEOUT(name, ATTR, max, help) \
	KEY(TIMEOUTS, "timeout-" name, TIMEOUT_##ATTR, SECONDS, 0, 1, max, help)
#define MARK(name, ATTR, help) \
	KEY(MARKS, name, ATTR, MARK, 0, 0, UINT32_MAX, help)

enum {
	DAY		= 86400,
	MILLION		= 1000000,
	TABLE_MAX	= 16777216,
};

static const struct key keys[] = {
	WORD(GENERAL, "mode", MODE, MODE,
	     "what the module does in this namespace"),
	WORD(GENERAL, "scope", SCOPE, SCOPE,
	     "whose negotiations are tracked: our own, or forwarded ones too"),
	WORD(GENERAL, "defrag", DEFRAG, DEFRAG,
	     "put IP fragments together before looking; auto: in mode enforce"),
	KEY(GENERAL, "max-sessions", MAX_SESSIONS, NUMBER, 0, 1, TABLE_MAX,
	    "cap of the session table"),
	KEY(GENERAL, "max-sources", MAX_SOURCES, NUMBER, 0, 1, TABLE_MAX,
	    "cap of the source table"),
	KEY(GENERAL, "max-sas", MAX_SAS, NUMBER, 0, 1, TABLE_MAX,
	    "cap of the SA table"),
	KEY(GENERAL, "source-prefix-v4", SOURCE_PREFIX_V4, NUMBER, 0, 8, 32,
	    "prefix length of an IPv4 source"),
	KEY(GENERAL, "source-prefix-v6", SOURCE_PREFIX_V6, NUMBER, 0, 16, 128,
	    "prefix length of an IPv6 source"),
	RATE(GENERAL, "event-rate", EVENT_RATE, 1,
	     "session, source and SA events sent at most"),
	KEY(GENERAL, "daemon-uid", DAEMON_UID, UID, 0, 0, UINT32_MAX - 1,
	    "user of the IKE daemon besides root"),
	KEY(GENERAL, "daemon-silent", DAEMON_SILENT, SECONDS, 0, 0, 3600,
	    "how long our side may answer nobody; 0s: for ever"),
	WORD(GENERAL, "unknown-spi", UNKNOWN_SPI, UNKNOWN_SPI,
	     "what is done about ESP and AH that no SA is for"),
	KEY(GENERAL, "one-way-after", ONE_WAY_AFTER, SECONDS, 0, 0, DAY,
	    "how long an SA may get no answer; 0s: for ever"),

	WORD(CHALLENGE, "cookie", COOKIE, COOKIE,
	     "how IKEv2 is challenged; \"cookie test\" tells what is right"),
	WORD(CHALLENGE, "challenge", CHALLENGE, CHALLENGE,
	     "when who has proven nothing is challenged"),
	WORD(CHALLENGE, "mixed", MIXED, SWITCH,
	     "drop the first packet, then send a COOKIE to who comes back"),
	KEY(CHALLENGE, "challenge-source", CHALLENGE_SOURCE, NUMBER, 0, 1,
	    MILLION,
	    "unproven negotiations in 10 s that get a source challenged"),
	KEY(CHALLENGE, "challenge-global", CHALLENGE_GLOBAL, NUMBER, 0, 1,
	    TABLE_MAX,
	    "unanswered and half-open ones that get everybody challenged"),
	KEY(CHALLENGE, "challenge-hold", CHALLENGE_HOLD, SECONDS, 0, 10, 3600,
	    "how long a challenge stays on at least"),
	RATE(CHALLENGE, "cookie-rate", COOKIE_RATE, 1,
	     "COOKIE answers sent at most"),
	RATE(CHALLENGE, "first-drop-rate", FIRST_DROP_RATE, 1,
	     "negotiations let in when too many first packets are dropped"),

	RATE(LIMITS, "limit-rate", LIMIT_RATE, 1,
	     "negotiations of one proven source"),
	KEY(LIMITS, "limit-burst", LIMIT_BURST, NUMBER, 0, 1, MILLION,
	    "how many of them at once"),
	KEY(LIMITS, "limit-half-open", LIMIT_HALF_OPEN, NUMBER, 0, 1,
	    TABLE_MAX, "half-open ones of one proven source"),
	KEY(LIMITS, "limit-sessions", LIMIT_SESSIONS, NUMBER, 0, 1, TABLE_MAX,
	    "sessions of one proven source"),
	KEY(LIMITS, "wide-prefix-v6", WIDE_PREFIX_V6, NUMBER, 0, 16, 128,
	    "prefix length that has 16 times these limits for all in it"),

	KEY(BLOCKS, "block-offences", BLOCK_OFFENCES, NUMBER, 0, 1, MILLION,
	    "weighted offences inside the window that block a source"),
	KEY(BLOCKS, "block-window", BLOCK_WINDOW, SECONDS, 0, 1, DAY,
	    "how long an offence counts"),
	KEY(BLOCKS, "block-lambda", BLOCK_LAMBDA, LAMBDA, 0, 1, MILLION,
	    "N offences block for ln(N + 1) / lambda; less is longer"),
	KEY(BLOCKS, "block-max", BLOCK_MAX, SECONDS, 0, 1, 30 * DAY,
	    "the longest that is"),

	RATE(RATES, "message-rate", MESSAGE_RATE, 1,
	     "messages of one session from its proven address"),
	RATE(RATES, "rekey-rate", REKEY_RATE, 1,
	     "CREATE_CHILD_SA requests of one session"),
	RATE(RATES, "unknown-rate", UNKNOWN_RATE, 1,
	     "messages of unknown sessions, half for who has a session"),
	RATE(RATES, "malformed-rate", MALFORMED_RATE, 0,
	     "malformed messages and unknown major versions let through"),

	MARK("mark", MARK,
	     "bits of a packet's mark that its class is written to"),
	MARK("exempt-mark", EXEMPT_MARK,
	     "packets with this under exempt-mask are trusted"),
	MARK("exempt-mask", EXEMPT_MASK,
	     "bits of the mark that exempt-mark is compared with; 0: none"),

	TIMEOUT("new", NEW, DAY, "how long to wait for the first answer"),
	TIMEOUT("challenged", CHALLENGED, DAY,
		"how long to wait for an answer to a challenge"),
	TIMEOUT("half-open", HALF_OPEN, DAY,
		"how long to wait for authentication to begin"),
	TIMEOUT("authenticating", AUTHENTICATING, DAY,
		"how long to wait for authentication to end"),
	TIMEOUT("established", ESTABLISHED, 365 * DAY,
		"silence after which a session is idle"),
	TIMEOUT("failed", FAILED, DAY,
		"how long a failed session is kept to be seen"),
	TIMEOUT("closed", CLOSED, DAY,
		"how long a closed session is kept to be seen"),
	TIMEOUT("source", SOURCE, DAY,
		"how long a source without sessions is kept"),
};

static const char * const group_names[KEY_GROUPS] = {
	[GROUP_GENERAL] = "general", [GROUP_CHALLENGE] = "challenge",
	[GROUP_LIMITS] = "limits", [GROUP_BLOCKS] = "blocks",
	[GROUP_RATES] = "rates", [GROUP_MARKS] = "marks",
	[GROUP_TIMEOUTS] = "time-outs",
};

enum { KEYS = ARRAY_SIZE(keys) };

const struct key *key_at(unsigned int i)
{
	return i < KEYS ? &keys[i] : NULL;
}

const char *key_group_name(enum key_group group)
{
	return group_names[group];
}

const struct key *key_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < KEYS; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

unsigned int key_size(unsigned int attr)
{
	switch (attr) {
	case IKEMON_A_CONFIG_MODE:
	case IKEMON_A_CONFIG_SCOPE:
	case IKEMON_A_CONFIG_DEFRAG:
	case IKEMON_A_CONFIG_SOURCE_PREFIX_V4:
	case IKEMON_A_CONFIG_SOURCE_PREFIX_V6:
	case IKEMON_A_CONFIG_COOKIE:
	case IKEMON_A_CONFIG_CHALLENGE:
	case IKEMON_A_CONFIG_MIXED:
	case IKEMON_A_CONFIG_WIDE_PREFIX_V6:
	case IKEMON_A_CONFIG_UNKNOWN_SPI:
		return 1;
	case IKEMON_A_CONFIG_PORT:
	case IKEMON_A_CONFIG_LIMIT:
	case IKEMON_A_CONFIG_BLOCK:
	case IKEMON_A_CONFIG_CHECK:
		return 0;
	default:
		return 4;
	}
}

bool key_read(const struct key *key, const char *word, uint32_t *value)
{
	unsigned int v;

	switch (key->kind) {
	case KEY_WORD:
		if (!name_value(key->names, word, &v))
			return false;
		*value = v;
		return true;
	case KEY_SECONDS:
		return arg_seconds(word, key->min, key->max, value);
	case KEY_RATE:
		return arg_rate(word, key->min, key->max, value);
	case KEY_UID:
		if (!strcmp(word, "none")) {
			*value = uid_none;
			return true;
		}
		return arg_u32(word, key->min, key->max, value);
	case KEY_MARK:
		return arg_mark(word, value);
	case KEY_LAMBDA:
		return arg_lambda(word, key->min, key->max, value);
	default:
		return arg_u32(word, key->min, key->max, value);
	}
}

/* In the largest unit that it is a whole number of. */
static void write_seconds(uint32_t value, char buf[KEY_TEXT])
{
	if (value && !(value % 86400))
		snprintf(buf, KEY_TEXT, "%ud", value / 86400);
	else if (value && !(value % 3600))
		snprintf(buf, KEY_TEXT, "%uh", value / 3600);
	else if (value && !(value % 60))
		snprintf(buf, KEY_TEXT, "%um", value / 60);
	else
		snprintf(buf, KEY_TEXT, "%us", value);
}

void key_write(const struct key *key, uint32_t value, char buf[KEY_TEXT])
{
	char name[NAME_LEN];

	switch (key->kind) {
	case KEY_WORD:
		snprintf(buf, KEY_TEXT, "%s", name_of(key->names, value, name));
		break;
	case KEY_SECONDS:
		write_seconds(value, buf);
		break;
	case KEY_RATE:
		snprintf(buf, KEY_TEXT, "%u/s", value);
		break;
	case KEY_MARK:
		snprintf(buf, KEY_TEXT, "0x%08x", value);
		break;
	case KEY_LAMBDA:
		snprintf(buf, KEY_TEXT, "%u/1000s", value);
		break;
	case KEY_UID:
		if (value == uid_none) {
			snprintf(buf, KEY_TEXT, "none");
			break;
		}
		/* fall through */
	default:
		snprintf(buf, KEY_TEXT, "%u", value);
	}
}

void key_range(const struct key *key, char buf[KEY_RANGE])
{
	char min[KEY_TEXT], max[KEY_TEXT];

	if (key->kind == KEY_WORD) {
		name_choices(key->names, buf, KEY_RANGE);
		return;
	}
	key_write(key, key->min, min);
	key_write(key, key->max, max);
	snprintf(buf, KEY_RANGE, "%s to %s%s", min, max,
		 key->kind == KEY_UID ? ", or none" : "");
}
