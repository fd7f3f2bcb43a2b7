// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire.h"

#include <string.h>

#include "fields.h"
#include "keys.h"

#define HAS(kind, type, member, has) \
	{ FIELD_##kind, 0, offsetof(struct type, member), \
	  offsetof(struct type, has), NULL, 0 }
#define NEST(type, member, table) \
	{ FIELD_NEST, 0, offsetof(struct type, member), 0, &(table), 0 }

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
		offsetof(struct suite_model, n_add_ke), NULL, 0 },
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
#define S_NEST(member, table)	NEST(session_model, member, table)

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
		offsetof(struct session_model, ifname), 0, NULL, 0 },
	[IKEMON_A_SESSION_EXCHANGE] = S(U8, exchange),
	[IKEMON_A_SESSION_MESSAGE_ID] = S(U32, message_id),
	[IKEMON_A_SESSION_ENCAP] = S(U8, encap),
	[IKEMON_A_SESSION_VERDICT] = S(U8, verdict),
	[IKEMON_A_SESSION_FLAGS] = S(U32, flags),
	[IKEMON_A_SESSION_NOTIFY] = {
		FIELD_U16_LIST, MODEL_NOTIFIES,
		offsetof(struct session_model, notify),
		offsetof(struct session_model, n_notify), NULL, 0 },
	[IKEMON_A_SESSION_VENDORS] = S(U32, vendors),
	[IKEMON_A_SESSION_SUITE] = {
		FIELD_NEST, 0, offsetof(struct session_model, suite),
		offsetof(struct session_model, suite.there), &suite_fields, 0 },
	[IKEMON_A_SESSION_FROM_INITIATOR] = S_NEST(flow[0], flow_fields),
	[IKEMON_A_SESSION_FROM_RESPONDER] = S_NEST(flow[1], flow_fields),
	[IKEMON_A_SESSION_FIRST_SEEN] = S(U64, first_seen),
	[IKEMON_A_SESSION_LAST_SEEN] = S(U64, last_seen),
	[IKEMON_A_SESSION_EXPIRES] = {
		FIELD_U32, 0, offsetof(struct session_model, expires),
		offsetof(struct session_model, has_expires), NULL, 0 },
	[IKEMON_A_SESSION_PARENT] = S(U64, parent),
	[IKEMON_A_SESSION_WOULD] = S(BOOL, would),
	[IKEMON_A_SESSION_SAS] = S(U32, sas),
	[IKEMON_A_SESSION_PROPOSALS] = S(U8, proposals),
	[IKEMON_A_SESSION_TRANSFORMS] = S(U16, transforms),
	[IKEMON_A_SESSION_OFFERED_WEAK] = S(U32, offered_weak),
	[IKEMON_A_SESSION_CHOSEN] = S(FLAG, chosen),
	[IKEMON_A_SESSION_CHILD] = S(U8, child),
};

static const struct fields session_fields = FIELDS(session_field);

static const struct field event_field[] = {
	[IKEMON_A_SESSION_EVENT] = F(U8, event_model, event),
	[IKEMON_A_SESSION_OLD_STATE] = F(U8, event_model, old_state),
	[IKEMON_A_SESSION_SEQ] = F(U64, event_model, seq),
	[IKEMON_A_SESSION_SUPPRESSED] = F(U32, event_model, suppressed),
	[IKEMON_A_SESSION_OLD_PEER] =
		NEST(event_model, old_peer, endpoint_fields),
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

static const struct field limit_field[] = {
	[IKEMON_A_LIMIT_PREFIX] = NEST(limit_model, prefix, prefix_fields),
	[IKEMON_A_LIMIT_KIND] = F(U8, limit_model, kind),
	[IKEMON_A_LIMIT_RATE] = F(U32, limit_model, rate),
	[IKEMON_A_LIMIT_BURST] = F(U32, limit_model, burst),
	[IKEMON_A_LIMIT_HALF_OPEN] = F(U32, limit_model, half_open),
	[IKEMON_A_LIMIT_SESSIONS] = F(U32, limit_model, sessions),
};

static const struct fields limit_fields = FIELDS(limit_field);

static const struct field block_field[] = {
	[IKEMON_A_BLOCK_PREFIX] = NEST(block_model, prefix, prefix_fields),
	[IKEMON_A_BLOCK_UNTIL] = F(U64, block_model, until),
	[IKEMON_A_BLOCK_PORT] = F(BE16, block_model, port),
	[IKEMON_A_BLOCK_SHARE] = HAS(U8, block_model, share, has_share),
	[IKEMON_A_BLOCK_ORIGIN] = F(U8, block_model, origin),
	[IKEMON_A_BLOCK_CLASS] = F(U8, block_model, class),
	[IKEMON_A_BLOCK_OFFENCES] = F(U32, block_model, offences),
	[IKEMON_A_BLOCK_SINCE] = F(U64, block_model, since),
	[IKEMON_A_BLOCK_REMAINING] =
		HAS(U32, block_model, remaining, has_remaining),
	[IKEMON_A_BLOCK_PACKETS] = F(U64, block_model, packets),
	[IKEMON_A_BLOCK_WOULD] = F(BOOL, block_model, would),
};

static const struct fields block_fields = FIELDS(block_field);

static const struct field offence_field[] = {
	[IKEMON_A_OFFENCE_CLASS] = F(U8, offence_model, class),
	[IKEMON_A_OFFENCE_COUNT] = F(U32, offence_model, count),
};

static const struct fields offence_fields = FIELDS(offence_field);

static const struct field source_field[] = {
	[IKEMON_A_SOURCE_PREFIX] = NEST(source_model, prefix, prefix_fields),
	[IKEMON_A_SOURCE_SESSIONS] = F(U32, source_model, sessions),
	[IKEMON_A_SOURCE_HALF_OPEN] = F(U32, source_model, half_open),
	[IKEMON_A_SOURCE_NEGOTIATIONS] = F(U64, source_model, negotiations),
	[IKEMON_A_SOURCE_ESTABLISHED] = F(U64, source_model, established),
	[IKEMON_A_SOURCE_FAILED] = F(U64, source_model, failed),
	[IKEMON_A_SOURCE_FIRST_SEEN] = F(U64, source_model, first_seen),
	[IKEMON_A_SOURCE_LAST_SEEN] = F(U64, source_model, last_seen),
	[IKEMON_A_SOURCE_PROVEN] = F(U32, source_model, proven),
	[IKEMON_A_SOURCE_OFFENCE] = {
		FIELD_NEST_LIST, MODEL_OFFENCES,
		offsetof(struct source_model, offence),
		offsetof(struct source_model, n_offences), &offence_fields,
		sizeof(struct offence_model) },
	[IKEMON_A_SOURCE_SCORE] = F(U32, source_model, score),
	[IKEMON_A_SOURCE_BLOCKED_UNTIL] = F(U64, source_model, blocked_until),
	[IKEMON_A_SOURCE_BLOCK_CLASS] = F(U8, source_model, block_class),
	[IKEMON_A_SOURCE_BLOCK_WOULD] = F(BOOL, source_model, block_would),
	[IKEMON_A_SOURCE_TOKENS] =
		HAS(U32, source_model, tokens, has_tokens),
	[IKEMON_A_SOURCE_LIMIT] = {
		FIELD_NEST, 0, offsetof(struct source_model, limit),
		offsetof(struct source_model, has_limit), &limit_fields, 0 },
	[IKEMON_A_SOURCE_WIDE] = F(FLAG, source_model, wide),
	[IKEMON_A_SOURCE_BLOCKED_SHARES] = F(U8, source_model, blocked_shares),
	[IKEMON_A_SOURCE_UNKNOWN_SPI] = F(U64, source_model, unknown_spi),
};

static const struct fields source_fields = FIELDS(source_field);

static const struct field source_event_field[] = {
	[IKEMON_A_SOURCE_EVENT] = F(U8, source_event_model, event),
	[IKEMON_A_SOURCE_SEQ] = F(U64, source_event_model, seq),
	[IKEMON_A_SOURCE_SUPPRESSED] = F(U32, source_event_model, suppressed),
};

static const struct fields source_event_fields = FIELDS(source_event_field);

static const struct field port_field[] = {
	[IKEMON_A_PORT_PORT] = F(BE16, port_model, port),
	[IKEMON_A_PORT_KIND] = F(U8, port_model, kind),
};

static const struct fields port_fields = FIELDS(port_field);

static const struct field version_field[] = {
	[IKEMON_A_VERSION_MODULE] = {
		FIELD_TEXT, MODEL_VERSION,
		offsetof(struct version_model, module), 0, NULL, 0 },
	[IKEMON_A_VERSION_ABI] = F(U32, version_model, abi),
};

static const struct fields version_fields = FIELDS(version_field);

static const struct field flushed_field[] = {
	[IKEMON_A_SESSION_FLUSHED] = { FIELD_U32, 0, 0, 0, NULL, 0 },
};

static const struct fields flushed_fields = FIELDS(flushed_field);

static const struct field lifted_field[] = {
	[IKEMON_A_BLOCK_FLUSHED] = { FIELD_U32, 0, 0, 0, NULL, 0 },
};

static const struct fields lifted_fields = FIELDS(lifted_field);

struct counter_model {
	char name[64];
	uint64_t value;
};

static const struct field counter_field[] = {
	[IKEMON_A_COUNTER_NAME] = {
		FIELD_TEXT, sizeof(((struct counter_model *)0)->name),
		offsetof(struct counter_model, name), 0, NULL, 0 },
	[IKEMON_A_COUNTER_VALUE] = F(U64, counter_model, value),
};

static const struct fields counter_fields = FIELDS(counter_field);

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

static bool read_source(const void *attrs, size_t len, struct source_model *s)
{
	return read_fields(&source_fields, attrs, len, s) &&
	       prefix_ok(&s->prefix) && prefix_ok(&s->limit.prefix);
}

bool wire_source(const void *attrs, size_t len, struct source_model *s)
{
	memset(s, 0, sizeof(*s));
	return read_source(attrs, len, s);
}

bool wire_source_event(const void *attrs, size_t len,
		       struct source_event_model *e)
{
	memset(e, 0, sizeof(*e));
	return read_fields(&source_event_fields, attrs, len, e) &&
	       read_source(attrs, len, &e->source);
}

bool wire_limit(const void *attrs, size_t len, struct limit_model *l)
{
	memset(l, 0, sizeof(*l));
	return read_fields(&limit_fields, attrs, len, l) &&
	       prefix_ok(&l->prefix);
}

bool wire_block(const void *attrs, size_t len, struct block_model *b)
{
	memset(b, 0, sizeof(*b));
	return read_fields(&block_fields, attrs, len, b) &&
	       prefix_ok(&b->prefix);
}

bool wire_lifted(const void *attrs, size_t len, uint32_t *lifted)
{
	*lifted = 0;
	return read_fields(&lifted_fields, attrs, len, lifted);
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

	if (!read_nested(&port_fields, attr, &port))
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
	config_give(c, type);
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
		if (!read_nested(&counter_fields, attr, &c))
			return false;
		put(type == IKEMON_A_STATS_GAUGE, c.name, c.value, data);
	}
	return true;
}
