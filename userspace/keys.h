/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of the configuration: what can be set, to what, and how that is
 * written.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "names.h"

enum key_kind {
	KEY_WORD,
	KEY_NUMBER,
	KEY_SECONDS,
	KEY_RATE,
	KEY_UID,
	KEY_MARK,	/* bits of a packet's mark */
	KEY_LAMBDA,	/* in 1/1000 per second */
};

/* What belongs together when it is shown. */
enum key_group {
	GROUP_GENERAL,
	GROUP_CHALLENGE,
	GROUP_LIMITS,
	GROUP_BLOCKS,
	GROUP_RATES,
	GROUP_MARKS,
	GROUP_TIMEOUTS,
	KEY_GROUPS
};

enum { KEY_TEXT = 48, KEY_RANGE = 128 };

/**
 * struct key - one thing that can be set
 * @name: as in the spec
 * @attr: IKEMON_A_CONFIG_
 * @kind: enum key_kind
 * @group: enum key_group
 * @names: for KEY_WORD
 * @min: least value, as the spec has it
 * @max: greatest value
 * @help: one line
 */
struct key {
	const char *name;
	uint8_t attr;
	uint8_t kind;
	uint8_t group;
	uint8_t names;
	uint32_t min;
	uint32_t max;
	const char *help;
};

/* In the order they are shown, group by group; NULL behind the last. */
const struct key *key_at(unsigned int i);
const char *key_group_name(enum key_group group);
const struct key *key_find(const char *name);

/* Octets of an attribute of the configuration; 0 if it has no number. */
unsigned int key_size(unsigned int attr);

bool key_read(const struct key *key, const char *word, uint32_t *value);
/* What key_read() reads back. */
void key_write(const struct key *key, uint32_t value, char buf[KEY_TEXT]);
/* "1s to 1d", for messages. */
void key_range(const struct key *key, char buf[KEY_RANGE]);

#endif /* KEYS_H */
