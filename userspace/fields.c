// SPDX-License-Identifier: GPL-2.0-or-later
#include "fields.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

/* Octets that an attribute of this kind has; 0 if that varies. */
static const uint8_t field_size[] = {
	[FIELD_U8] = 1, [FIELD_U16] = 2, [FIELD_U32] = 4, [FIELD_U64] = 8,
	[FIELD_BE16] = 2, [FIELD_BE32] = 4, [FIELD_BE64] = 8, [FIELD_BOOL] = 1,
	[FIELD_U16_LIST] = 2, [FIELD_NEST] = 0, [FIELD_NEST_LIST] = 0,
	[FIELD_FLAG] = 0,
};

static void read_text(const struct nlattr *attr, char *to, size_t max)
{
	size_t n = strnlen(mnl_attr_get_payload(attr),
			   mnl_attr_get_payload_len(attr));

	if (n >= max)
		n = max - 1;
	memcpy(to, mnl_attr_get_payload(attr), n);
	to[n] = '\0';
}

static bool read_addr(const struct nlattr *attr, uint8_t *family, uint8_t *to)
{
	size_t n = mnl_attr_get_payload_len(attr);

	if (n != 4 && n != 16)
		return false;
	*family = n == 4 ? 4 : 6;
	memcpy(to, mnl_attr_get_payload(attr), n);
	return true;
}

static void read_list(const struct nlattr *attr, const struct field *f,
		      uint8_t *object)
{
	unsigned int *count = (unsigned int *)(object + f->aux);
	uint16_t *list = (uint16_t *)(object + f->off);

	if (*count < f->max)
		list[(*count)++] = mnl_attr_get_u16(attr);
}

static bool read_nest_list(const struct field *f, const struct nlattr *attr,
			   uint8_t *object)
{
	unsigned int *count = (unsigned int *)(object + f->aux);
	uint8_t *list = object + f->off;

	if (*count == f->max)
		return true;
	return read_nested(f->nest, attr, list + (*count)++ * f->size);
}

static bool read_field(const struct field *f, const struct nlattr *attr,
		       uint8_t *object)
{
	size_t len = mnl_attr_get_payload_len(attr);
	void *to = object + f->off;

	if (field_size[f->kind] && len != field_size[f->kind])
		return false;
	switch (f->kind) {
	case FIELD_BE16:
		*(uint16_t *)to = ntohs(mnl_attr_get_u16(attr));
		return true;
	case FIELD_BE32:
		*(uint32_t *)to = ntohl(mnl_attr_get_u32(attr));
		return true;
	case FIELD_BE64:
		*(uint64_t *)to = be64toh(mnl_attr_get_u64(attr));
		return true;
	case FIELD_BOOL:
		*(bool *)to = mnl_attr_get_u8(attr);
		return true;
	case FIELD_TEXT:
		read_text(attr, to, f->max);
		return true;
	case FIELD_ADDR:
		return read_addr(attr, object, to);
	case FIELD_NEST:
		if (f->aux)
			*(bool *)(object + f->aux) = true;
		return read_nested(f->nest, attr, to);
	case FIELD_NEST_LIST:
		return read_nest_list(f, attr, object);
	case FIELD_FLAG:
		*(bool *)to = true;
		return true;
	case FIELD_U16_LIST:
		read_list(attr, f, object);
		return true;
	default:
		memcpy(to, mnl_attr_get_payload(attr), len);
		if (f->aux)
			*(bool *)(object + f->aux) = true;
		return true;
	}
}

const struct nlattr *attr_at(const void *attrs, size_t len, size_t *step)
{
	const struct nlattr *attr = attrs;

	if (!mnl_attr_ok(attr, (int)len))
		return NULL;
	*step = MNL_ALIGN(attr->nla_len);
	if (*step > len)
		*step = len;
	return attr;
}

bool read_nested(const struct fields *fields, const struct nlattr *nest,
		 void *object)
{
	return read_fields(fields, mnl_attr_get_payload(nest),
			   mnl_attr_get_payload_len(nest), object);
}

bool read_fields(const struct fields *fields, const void *attrs, size_t len,
		 void *object)
{
	const struct nlattr *attr;
	unsigned int type;
	size_t step;

	for (; len; attrs = (const uint8_t *)attrs + step, len -= step) {
		attr = attr_at(attrs, len, &step);
		if (!attr)
			return false;
		type = mnl_attr_get_type(attr);
		if (type >= fields->n || !fields->field[type].kind)
			continue;
		if (!read_field(&fields->field[type], attr, object))
			return false;
	}
	return true;
}
