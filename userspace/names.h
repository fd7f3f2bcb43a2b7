/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for the numbers of the uapi header: the same in text, JSON and
 * arguments, and the same as in docs/netlink/specs/ikemon.yaml.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notify.h"

enum name_kind {
	NAME_MODE,
	NAME_SCOPE,
	NAME_DEFRAG,
	NAME_COOKIE,
	NAME_CHALLENGE,
	NAME_SWITCH,
	NAME_PORT_KIND,
	NAME_STATE,
	NAME_PROOF,
	NAME_REASON,
	NAME_ROLE,
	NAME_ENCAP,
	NAME_VERDICT,
	NAME_EVENT,
	NAME_ALARM,
	NAME_OFFENCE,
	NAME_LIMIT_KIND,
	NAME_ORIGIN,
	NAME_SOURCE_EVENT,
	NAME_SA_DIR,
	NAME_SA_MODE,
	NAME_SA_PROTO,
	NAME_SA_EVENT,
	NAME_UNKNOWN_SPI,
	NAME_CHILD,
	NAME_VENDOR,	/* values are bits */
	NAME_FLAG,	/* values are bits */
	NAME_WEAK,	/* values are bits */
	NAME_KINDS
};

enum { NAME_LEN = 48 };

/**
 * name_of() - the word for a number
 * @kind: of what
 * @value: may be one that this version does not know
 * @buf: takes the number as text if there is no word
 */
const char *name_of(enum name_kind kind, unsigned int value,
		    char buf[NAME_LEN]);

/* The word number @i in order of value, NULL after the last. */
const char *name_at(enum name_kind kind, unsigned int i, unsigned int *value);

/* Exact words only. */
bool name_value(enum name_kind kind, const char *word, unsigned int *value);

/* What a raised alarm says, in a few words; "" for one that is not known. */
const char *name_alarm_means(unsigned int alarm);

/* "a, b or c" for messages; always terminated, cut if @size is small. */
void name_choices(enum name_kind kind, char *buf, size_t size);

/* IANA names, by IKE major version; the number as text in @buf if none. */
const char *name_exchange(uint8_t version, uint8_t exchange,
			  char buf[NAME_LEN]);
const char *name_notify(uint8_t version, uint16_t notify, char buf[NAME_LEN]);

const char *name_transform(uint8_t version, enum ikemon_part part, uint16_t id,
			   char buf[NAME_LEN]);

#endif /* NAMES_H */
