// SPDX-License-Identifier: GPL-2.0-or-later
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <linux/nf_ikemon.h>

#include "args.h"

static const uint32_t uid_none = UINT32_MAX;

#define KEY(name, ATTR, kind, names, min, max, help) \
	{ name, IKEMON_A_CONFIG_##ATTR, KEY_##kind, names, min, max, help }
#define TIMEOUT(name, ATTR, max, help) \
	KEY("timeout-" name, TIMEOUT_##ATTR, SECONDS, 0, 1, max, help)

static const struct key keys[] = {
	KEY("mode", MODE, WORD, NAME_MODE, 0, 0,
	    "what the module does in this namespace"),
	KEY("scope", SCOPE, WORD, NAME_SCOPE, 0, 0,
	    "whose negotiations are tracked: our own, or forwarded ones too"),
	KEY("defrag", DEFRAG, WORD, NAME_DEFRAG, 0, 0,
	    "put IP fragments together before looking"),
	KEY("max-sessions", MAX_SESSIONS, NUMBER, 0, 1, 16777216,
	    "cap of the session table"),
	KEY("max-sources", MAX_SOURCES, NUMBER, 0, 1, 16777216,
	    "cap of the source table"),
	KEY("source-prefix-v4", SOURCE_PREFIX_V4, NUMBER, 0, 8, 32,
	    "prefix length of an IPv4 source"),
	KEY("source-prefix-v6", SOURCE_PREFIX_V6, NUMBER, 0, 16, 128,
	    "prefix length of an IPv6 source"),
	TIMEOUT("new", NEW, 86400, "how long to wait for the first answer"),
	TIMEOUT("challenged", CHALLENGED, 86400,
		"how long to wait for an answer to a challenge"),
	TIMEOUT("half-open", HALF_OPEN, 86400,
		"how long to wait for authentication to begin"),
	TIMEOUT("authenticating", AUTHENTICATING, 86400,
		"how long to wait for authentication to end"),
	TIMEOUT("established", ESTABLISHED, 31536000,
		"silence after which a session is idle"),
	TIMEOUT("failed", FAILED, 86400,
		"how long a failed session is kept to be seen"),
	TIMEOUT("closed", CLOSED, 86400,
		"how long a closed session is kept to be seen"),
	TIMEOUT("source", SOURCE, 86400,
		"how long a source without sessions is kept"),
	KEY("event-rate", EVENT_RATE, RATE, 0, 1, 1000000,
	    "session events sent at most"),
	KEY("daemon-uid", DAEMON_UID, UID, 0, 0, UINT32_MAX - 1,
	    "user of the IKE daemon besides root"),
};

enum { KEYS = ARRAY_SIZE(keys) };

const struct key *key_at(unsigned int i)
{
	return i < KEYS ? &keys[i] : NULL;
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
		return 1;
	case IKEMON_A_CONFIG_PORT:
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
