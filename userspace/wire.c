// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "keys.h"

enum field_kind {
	FIELD_NONE,
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_U64,
	FIELD_BE16,
	FIELD_BE64,
	FIELD_BOOL,	/* u8 */
	FIELD_TEXT,	/* of @max octets with the zero, longer ones are cut */
	FIELD_ADDR,	/* the family stands first in the struct */
	FIELD_NEST,	/* of @nest at @off */
	FIELD_U16_LIST,	/* @max at @off, their number at @aux */
};

/**
 * struct field - where an attribute goes
 * @kind: enum field_kind
 * @max: see there
 * @off: in the struct
 * @aux: a bool that says it was there, or a count; 0 for none
 * @nest: for FIELD_NEST, ends are at NEST_MAX
 */
struct field {
	uint8_t kind;
	uint8_t max;
	uint16_t off;
	uint16_t aux;
	const struct fields *nest;
};

struct fields {
	const struct field *field;
	unsigned int n;
};

#define FIELDS(table)	{ table, sizeof(table) / sizeof((table)[0]) }
#define F(kind, type, member) \
	{ FIELD_##kind, 0, offsetof(struct type, member), 0, NULL }

static const struct field endpoint_field[] = {
	[IKEMON_A_ENDPOINT_ADDR] = F(ADDR, endpoint, addr),
	[IKEMON_A_ENDPOINT_PORT] = F(BE16, endpoint, port),
};

static const struct fields endpoint_fields = FIELDS(endpoint_field);

static const struct field prefix_field[] = {
	[IKEMON_A_PREFIX_ADDR] = F(ADDR, prefix, addr),
	[IKEMON_A_PREFIX_LEN] = F(U8, prefix, len),
};

static const struct fields prefix_fields = FIELDS(prefix_field);

static const struct field suite_field[] = {
	[IKEMON_A_SUITE_ENCR] = F(U16, suite_model, encr),
	[IKEMON_A_SUITE_KEY_BITS] = F(U16, suite_model, key_bits),
	[IKEMON_A_SUITE_PRF] = F(U16, suite_model, prf),
	[IKEMON_A_SUITE_INTEG] = F(U16, suite_model, integ),
	[IKEMON_A_SUITE_KE] = F(U16, suite_model, ke),
	[IKEMON_A_SUITE_AUTH] = F(U16, suite_model, auth),
	[IKEMON_A_SUITE_ADD_KE] = {
		FIELD_U16_LIST, MODEL_ADD_KE,
		offsetof(struct suite_model, add_ke),
		offsetof(struct suite_model, n_add_ke), NULL },
};

static const struct fields suite_fields = FIELDS(suite_field);

static const struct field flow_field[] = {
	[IKEMON_A_TRANSCRIPT_MESSAGES] = F(U32, flow_model, messages),
	[IKEMON_A_TRANSCRIPT_RETRANSMITS] = F(U32, flow_model, retransmits),
	[IKEMON_A_TRANSCRIPT_EXCHANGE] = F(U8, flow_model, exchange),
	[IKEMON_A_TRANSCRIPT_MESSAGE_ID] = F(U32, flow_model, message_id),
	[IKEMON_A_TRANSCRIPT_FIRST_SEEN] = F(U64, flow_model, first_seen),
	[IKEMON_A_TRANSCRIPT_LAST_SEEN] = F(U64, flow_model, last_seen),
	[IKEMON_A_TRANSCRIPT_LARGEST] = F(U32, flow_model, largest),
	[IKEMON_A_TRANSCRIPT_IP_FRAGMENTS] = F(U32, flow_model, ip_fragments),
	[IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS] =
		F(U16, flow_model, ike_fragments),
	[IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS_TOTAL] =
		F(U16, flow_model, ike_fragments_total),
};

static const struct fields flow_fields = FIELDS(flow_field);

#define S(kind, member) F(kind, session_model, member)
#define S_NEST(member, table) \
	{ FIELD_NEST, 0, offsetof(struct session_model, member), 0, &(table) }

static const struct field session_field[] = {
	[IKEMON_A_SESSION_ID] = S(U64, id),
	[IKEMON_A_SESSION_VERSION] = S(U8, version),
	[IKEMON_A_SESSION_STATE] = S(U8, state),
	[IKEMON_A_SESSION_PROOF] = S(U8, proof),
	[IKEMON_A_SESSION_REASON] = S(U8, reason),
	[IKEMON_A_SESSION_SPI_I] = S(BE64, spi_i),
	[IKEMON_A_SESSION_SPI_R] = S(BE64, spi_r),
	[IKEMON_A_SESSION_INITIATOR] = S_NEST(initiator, endpoint_fields),
	[IKEMON_A_SESSION_RESPONDER] = S_NEST(responder, endpoint_fields),
	[IKEMON_A_SESSION_LOCAL_ROLE] = S(U8, local_role),
	[IKEMON_A_SESSION_PROOF_ADDR] = S_NEST(proof_addr, endpoint_fields),
	[IKEMON_A_SESSION_IFINDEX] = S(U32, ifindex),
	[IKEMON_A_SESSION_IFNAME] = {
		FIELD_TEXT, MODEL_IFNAME,
		offsetof(struct session_model, ifname), 0, NULL },
	[IKEMON_A_SESSION_EXCHANGE] = S(U8, exchange),
	[IKEMON_A_SESSION_MESSAGE_ID] = S(U32, message_id),
	[IKEMON_A_SESSION_ENCAP] = S(U8, encap),
	[IKEMON_A_SESSION_VERDICT] = S(U8, verdict),
	[IKEMON_A_SESSION_FLAGS] = S(U32, flags),
	[IKEMON_A_SESSION_NOTIFY] = {
		FIELD_U16_LIST, MODEL_NOTIFIES,
		offsetof(struct session_model, notify),
		offsetof(struct session_model, n_notify), NULL },
	[IKEMON_A_SESSION_VENDORS] = S(U32, vendors),
	[IKEMON_A_SESSION_SUITE] = {
		FIELD_NEST, 0, offsetof(struct session_model, suite),
		offsetof(struct session_model, suite.there), &suite_fields },
	[IKEMON_A_SESSION_FROM_INITIATOR] = S_NEST(flow[0], flow_fields),
	[IKEMON_A_SESSION_FROM_RESPONDER] = S_NEST(flow[1], flow_fields),
	[IKEMON_A_SESSION_FIRST_SEEN] = S(U64, first_seen),
	[IKEMON_A_SESSION_LAST_SEEN] = S(U64, last_seen),
	[IKEMON_A_SESSION_EXPIRES] = {
		FIELD_U32, 0, offsetof(struct session_model, expires),
		offsetof(struct session_model, has_expires), NULL },
	[IKEMON_A_SESSION_PARENT] = S(U64, parent),
};

static const struct fields session_fields = FIELDS(session_field);

static const struct field event_field[] = {
	[IKEMON_A_SESSION_EVENT] = F(U8, event_model, event),
	[IKEMON_A_SESSION_OLD_STATE] = F(U8, event_model, old_state),
	[IKEMON_A_SESSION_SEQ] = F(U64, event_model, seq),
	[IKEMON_A_SESSION_SUPPRESSED] = F(U32, event_model, suppressed),
};

static const struct fields event_fields = FIELDS(event_field);

static const struct field alarm_field[] = {
	[IKEMON_A_ALARM_ALARM] = F(U8, alarm_model, alarm),
	[IKEMON_A_ALARM_RAISED] = F(BOOL, alarm_model, raised),
	[IKEMON_A_ALARM_SEQ] = F(U64, alarm_model, seq),
	[IKEMON_A_ALARM_SUPPRESSED] = F(U32, alarm_model, suppressed),
	[IKEMON_A_ALARM_TIME] = F(U64, alarm_model, time),
};

static const struct fields alarm_fields = FIELDS(alarm_field);

static const struct field source_field[] = {
	[IKEMON_A_SOURCE_PREFIX] = {
		FIELD_NEST, 0, offsetof(struct source_model, prefix), 0,
		&prefix_fields },
	[IKEMON_A_SOURCE_SESSIONS] = F(U32, source_model, sessions),
	[IKEMON_A_SOURCE_HALF_OPEN] = F(U32, source_model, half_open),
	[IKEMON_A_SOURCE_NEGOTIATIONS] = F(U64, source_model, negotiations),
	[IKEMON_A_SOURCE_ESTABLISHED] = F(U64, source_model, established),
	[IKEMON_A_SOURCE_FAILED] = F(U64, source_model, failed),
	[IKEMON_A_SOURCE_FIRST_SEEN] = F(U64, source_model, first_seen),
	[IKEMON_A_SOURCE_LAST_SEEN] = F(U64, source_model, last_seen),
};

static const struct fields source_fields = FIELDS(source_field);

static const struct field port_field[] = {
	[IKEMON_A_PORT_PORT] = F(BE16, port_model, port),
	[IKEMON_A_PORT_KIND] = F(U8, port_model, kind),
};

static const struct fields port_fields = FIELDS(port_field);

static const struct field version_field[] = {
	[IKEMON_A_VERSION_MODULE] = {
		FIELD_TEXT, MODEL_VERSION,
		offsetof(struct version_model, module), 0, NULL },
	[IKEMON_A_VERSION_ABI] = F(U32, version_model, abi),
};

static const struct fields version_fields = FIELDS(version_field);

static const struct field flushed_field[] = {
	[IKEMON_A_SESSION_FLUSHED] = { FIELD_U32, 0, 0, 0, NULL },
};

static const struct fields flushed_fields = FIELDS(flushed_field);

struct counter_model {
	char name[64];
	uint64_t value;
};

static const struct field counter_field[] = {
	[IKEMON_A_COUNTER_NAME] = {
		FIELD_TEXT, sizeof(((struct counter_model *)0)->name),
		offsetof(struct counter_model, name), 0, NULL },
	[IKEMON_A_COUNTER_VALUE] = F(U64, counter_model, value),
};

static const struct fields counter_fields = FIELDS(counter_field);

/* Octets that an attribute of this kind has; 0 if that varies. */
static const uint8_t field_size[] = {
	[FIELD_U8] = 1, [FIELD_U16] = 2, [FIELD_U32] = 4, [FIELD_U64] = 8,
	[FIELD_BE16] = 2, [FIELD_BE64] = 8, [FIELD_BOOL] = 1,
	[FIELD_U16_LIST] = 2, [FIELD_NEST] = 0,
};

static bool read_fields(const struct fields *fields, const void *attrs,
			size_t len, void *object);

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
		return read_fields(f->nest, mnl_attr_get_payload(attr), len,
				   to);
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

/* The attribute at @attrs if all of it is within @len, and how far it is to
 * the next one.
 */
static const struct nlattr *attr_at(const void *attrs, size_t len,
				    size_t *step)
{
	const struct nlattr *attr = attrs;

	if (!mnl_attr_ok(attr, (int)len))
		return NULL;
	*step = MNL_ALIGN(attr->nla_len);
	if (*step > len)
		*step = len;
	return attr;
}

static bool read_fields(const struct fields *fields, const void *attrs,
			size_t len, void *object)
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

/* A prefix length that its address cannot have. */
static bool prefix_ok(const struct prefix *p)
{
	return p->len <= (p->family == 4 ? 32 : 128);
}

bool wire_session(const void *attrs, size_t len, struct session_model *s)
{
	memset(s, 0, sizeof(*s));
	return read_fields(&session_fields, attrs, len, s);
}

bool wire_event(const void *attrs, size_t len, struct event_model *e)
{
	memset(e, 0, sizeof(*e));
	return read_fields(&event_fields, attrs, len, e) &&
	       read_fields(&session_fields, attrs, len, &e->session);
}

bool wire_flushed(const void *attrs, size_t len, uint32_t *flushed)
{
	*flushed = 0;
	return read_fields(&flushed_fields, attrs, len, flushed);
}

bool wire_source(const void *attrs, size_t len, struct source_model *s)
{
	memset(s, 0, sizeof(*s));
	return read_fields(&source_fields, attrs, len, s) &&
	       prefix_ok(&s->prefix);
}

bool wire_alarm(const void *attrs, size_t len, struct alarm_model *a)
{
	memset(a, 0, sizeof(*a));
	return read_fields(&alarm_fields, attrs, len, a);
}

bool wire_version(const void *attrs, size_t len, struct version_model *v)
{
	memset(v, 0, sizeof(*v));
	return read_fields(&version_fields, attrs, len, v);
}

static bool read_port(const struct nlattr *attr, struct config_model *c)
{
	struct port_model port = { 0 };

	if (!read_fields(&port_fields, mnl_attr_get_payload(attr),
			 mnl_attr_get_payload_len(attr), &port))
		return false;
	if (c->n_ports < MODEL_PORTS)
		c->port[c->n_ports++] = port;
	return true;
}

static bool read_config(const struct nlattr *attr, struct config_model *c)
{
	unsigned int type = mnl_attr_get_type(attr);
	unsigned int size;

	if (type > IKEMON_A_CONFIG_MAX)
		return true;
	if (type == IKEMON_A_CONFIG_PORT) {
		if (!read_port(attr, c))
			return false;
	} else {
		size = key_size(type);
		if (mnl_attr_get_payload_len(attr) != size)
			return !size;
		c->value[type] = size == 1 ? mnl_attr_get_u8(attr) :
					     mnl_attr_get_u32(attr);
	}
	c->have |= 1U << type;
	return true;
}

bool wire_config(const void *attrs, size_t len, struct config_model *c)
{
	const struct nlattr *attr;
	size_t step;

	memset(c, 0, sizeof(*c));
	for (; len; attrs = (const uint8_t *)attrs + step, len -= step) {
		attr = attr_at(attrs, len, &step);
		if (!attr || !read_config(attr, c))
			return false;
	}
	return true;
}

bool wire_stats(const void *attrs, size_t len, wire_counter put, void *data)
{
	const struct nlattr *attr;
	struct counter_model c;
	unsigned int type;
	size_t step;

	for (; len; attrs = (const uint8_t *)attrs + step, len -= step) {
		attr = attr_at(attrs, len, &step);
		if (!attr)
			return false;
		type = mnl_attr_get_type(attr);
		if (type != IKEMON_A_STATS_COUNTER &&
		    type != IKEMON_A_STATS_GAUGE)
			continue;
		memset(&c, 0, sizeof(c));
		if (!read_fields(&counter_fields, mnl_attr_get_payload(attr),
				 mnl_attr_get_payload_len(attr), &c))
			return false;
		put(type == IKEMON_A_STATS_GAUGE, c.name, c.value, data);
	}
	return true;
}

void wire_put_prefix(struct nlmsghdr *nlh, uint16_t type,
		     const struct prefix *p)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put(nlh, IKEMON_A_PREFIX_ADDR, p->family == 4 ? 4 : 16,
		     p->addr);
	mnl_attr_put_u8(nlh, IKEMON_A_PREFIX_LEN, p->len);
	mnl_attr_nest_end(nlh, nest);
}

void wire_put_port(struct nlmsghdr *nlh, const struct port_model *port)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, IKEMON_A_CONFIG_PORT);

	mnl_attr_put_u16(nlh, IKEMON_A_PORT_PORT, htons(port->port));
	if (port->kind)
		mnl_attr_put_u8(nlh, IKEMON_A_PORT_KIND, port->kind);
	mnl_attr_nest_end(nlh, nest);
}

void wire_put_config(struct nlmsghdr *nlh, const struct config_model *c)
{
	unsigned int type, i;

	for (type = 1; type <= IKEMON_A_CONFIG_MAX; type++) {
		if (!(c->have & 1U << type))
			continue;
		if (key_size(type) == 1)
			mnl_attr_put_u8(nlh, type, c->value[type]);
		else if (key_size(type) == 4)
			mnl_attr_put_u32(nlh, type, c->value[type]);
	}
	for (i = 0; i < c->n_ports; i++)
		wire_put_port(nlh, &c->port[i]);
}
