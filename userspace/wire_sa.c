// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fields.h"
#include "wire.h"

static const struct field alg_field[] = {
	[IKEMON_A_SA_ALG_PART] = F(U8, alg_model, part),
	[IKEMON_A_SA_ALG_NAME] = {
		FIELD_TEXT, MODEL_ALG_NAME, offsetof(struct alg_model, name),
		0, NULL, 0 },
	[IKEMON_A_SA_ALG_BITS] = F(U32, alg_model, bits),
	[IKEMON_A_SA_ALG_ICV_BITS] = F(U32, alg_model, icv),
};

static const struct fields alg_fields = FIELDS(alg_field);

#define L(n, member) { \
	FIELD_U64, 0, (n) * sizeof(struct lifetime_model) + \
	offsetof(struct lifetime_model, member), 0, NULL, 0 }

static const struct field lifetime_field[] = {
	[IKEMON_A_SA_LIFETIME_SOFT_BYTES] = L(0, bytes),
	[IKEMON_A_SA_LIFETIME_HARD_BYTES] = L(1, bytes),
	[IKEMON_A_SA_LIFETIME_SOFT_PACKETS] = L(0, packets),
	[IKEMON_A_SA_LIFETIME_HARD_PACKETS] = L(1, packets),
	[IKEMON_A_SA_LIFETIME_SOFT_SECONDS] = L(0, seconds),
	[IKEMON_A_SA_LIFETIME_HARD_SECONDS] = L(1, seconds),
	[IKEMON_A_SA_LIFETIME_SOFT_USE_SECONDS] = L(0, use_seconds),
	[IKEMON_A_SA_LIFETIME_HARD_USE_SECONDS] = L(1, use_seconds),
};

static const struct fields lifetime_fields = FIELDS(lifetime_field);

#define S(kind, member) F(kind, sa_model, member)
#define SILENCE(member, has) { \
	FIELD_U32, 0, offsetof(struct sa_model, silence.member), \
	offsetof(struct sa_model, silence.has), NULL, 0 }

static const struct field sa_field[] = {
	[IKEMON_A_SA_ID] = S(U64, id),
	[IKEMON_A_SA_PROTO] = S(U8, proto),
	[IKEMON_A_SA_SPI] = S(BE32, spi),
	[IKEMON_A_SA_SRC] = S(ADDR, src),
	[IKEMON_A_SA_DST] = S(ADDR, dst),
	[IKEMON_A_SA_DIR] = S(U8, dir),
	[IKEMON_A_SA_MODE] = S(U8, mode),
	[IKEMON_A_SA_SESSION] = S(U64, session),
	[IKEMON_A_SA_REQID] = S(U32, reqid),
	[IKEMON_A_SA_IF_ID] = S(U32, if_id),
	[IKEMON_A_SA_MARK] = S(U32, mark),
	[IKEMON_A_SA_MARK_MASK] = S(U32, mark_mask),
	[IKEMON_A_SA_ENCAP_SPORT] = S(BE16, encap_sport),
	[IKEMON_A_SA_ENCAP_DPORT] = S(BE16, encap_dport),
	[IKEMON_A_SA_OFFLOAD] = S(FLAG, offload),
	[IKEMON_A_SA_ESN] = S(FLAG, esn),
	[IKEMON_A_SA_ALG] = {
		FIELD_NEST_LIST, MODEL_ALGS, offsetof(struct sa_model, alg),
		offsetof(struct sa_model, n_algs), &alg_fields,
		sizeof(struct alg_model) },
	[IKEMON_A_SA_LIFETIME] = {
		FIELD_NEST, 0, offsetof(struct sa_model, lifetime), 0,
		&lifetime_fields, 0 },
	[IKEMON_A_SA_BYTES] = {
		FIELD_U64, 0, offsetof(struct sa_model, bytes),
		offsetof(struct sa_model, has_use), NULL, 0 },
	[IKEMON_A_SA_PACKETS] = S(U64, packets),
	[IKEMON_A_SA_REPLAYED] = S(U32, replayed),
	[IKEMON_A_SA_LATE] = S(U32, late),
	[IKEMON_A_SA_BROKEN] = S(U32, broken),
	[IKEMON_A_SA_FIRST_USED] = S(U64, first_used),
	[IKEMON_A_SA_LAST_USED] = S(U64, last_used),
	[IKEMON_A_SA_ADDED] = S(U64, added),
	[IKEMON_A_SA_EXPIRED_SOFT] = S(U64, expired_soft),
	[IKEMON_A_SA_DELETED] = S(U64, deleted),
	[IKEMON_A_SA_IDLE] = SILENCE(idle, has_idle),
	[IKEMON_A_SA_FIRST_AFTER] = SILENCE(first_after, has_first),
	[IKEMON_A_SA_SILENT] = SILENCE(silent, has_silent),
};

static const struct fields sa_fields = FIELDS(sa_field);

static const struct field event_field[] = {
	[IKEMON_A_SA_EVENT] = F(U8, sa_event_model, event),
	[IKEMON_A_SA_OLD_SPI] = F(BE32, sa_event_model, old_spi),
	[IKEMON_A_SA_SEQ] = F(U64, sa_event_model, seq),
	[IKEMON_A_SA_SUPPRESSED] = F(U32, sa_event_model, suppressed),
};

static const struct fields event_fields = FIELDS(event_field);

static const struct field old_peer_field[] = {
	[IKEMON_A_SA_OLD_ADDR] = F(ADDR, endpoint, addr),
	[IKEMON_A_SA_OLD_PORT] = F(BE16, endpoint, port),
};

static const struct fields old_peer_fields = FIELDS(old_peer_field);

bool wire_sa(const void *attrs, size_t len, struct sa_model *s)
{
	memset(s, 0, sizeof(*s));
	return read_fields(&sa_fields, attrs, len, s);
}

bool wire_sa_event(const void *attrs, size_t len, struct sa_event_model *e)
{
	memset(e, 0, sizeof(*e));
	return read_fields(&event_fields, attrs, len, e) &&
	       read_fields(&old_peer_fields, attrs, len, &e->old_peer) &&
	       read_fields(&sa_fields, attrs, len, &e->sa);
}
