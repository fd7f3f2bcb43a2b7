/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes into structs, by tables that say what goes where.
 */
#ifndef FIELDS_H
#define FIELDS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_NONE,
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_U64,
	FIELD_BE16,
	FIELD_BE32,
	FIELD_BE64,
	FIELD_BOOL,	/* u8 */
	FIELD_TEXT,	/* of @max octets with the zero, longer ones are cut */
	FIELD_ADDR,	/* the family stands first in the struct */
	FIELD_NEST,	/* of @nest at @off */
	FIELD_U16_LIST,	/* @max at @off, their number at @aux */
	FIELD_NEST_LIST, /* the same of structs of @size octets */
	FIELD_FLAG,
};

/**
 * struct field - where an attribute goes
 * @kind: enum field_kind
 * @max: see there
 * @off: in the struct
 * @aux: a bool that says it was there, or a count; 0 for none
 * @nest: for FIELD_NEST and FIELD_NEST_LIST
 * @size: for FIELD_NEST_LIST
 */
struct field {
	uint8_t kind;
	uint8_t max;
	uint16_t off;
	uint16_t aux;
	const struct fields *nest;
	uint16_t size;
};

struct fields {
	const struct field *field;
	unsigned int n;
};

#define FIELDS(table)	{ table, sizeof(table) / sizeof((table)[0]) }
#define F(kind, type, member) \
	{ FIELD_##kind, 0, offsetof(struct type, member), 0, NULL, 0 }

/*
 * The attribute at @attrs if all of it is within @len, and how far it is to
 * the next one; else NULL.
 */
const struct nlattr *attr_at(const void *attrs, size_t len, size_t *step);

/*
 * Return: false if one is not as its field says; what has no field is passed
 * over.
 */
bool read_fields(const struct fields *fields, const void *attrs, size_t len,
		 void *object);
bool read_nested(const struct fields *fields, const struct nlattr *nest,
		 void *object);

#endif /* FIELDS_H */
