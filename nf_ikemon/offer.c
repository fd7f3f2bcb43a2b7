// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is proposed: the proposals and transforms of an SA payload. They are
 * most of an IKE_SA_INIT's work, and read only of who is let in.
 */
#include "body.h"
#include "weak.h"

static void read_proposal(struct body *body)
{
	body->pkt->offers = body->walk.proposals;
}

typedef void (*attribute)(struct ikemon_suite *suite, u16 type, u16 value);

/*
 * Attributes of a transform (RFC 7296 section 3.3.5, RFC 2408 section 3.3):
 * type and value, or type, length and value. Of the first transform all is
 * told that is wrong with them; in others they just end there.
 */
static void read_attributes(struct body *body, u32 off,
			    struct ikemon_suite *suite, attribute found)
{
	const bool first = suite == &body->pkt->suite;
	u8 buf[ATTR_LEN];
	const u8 *attr;
	u16 type, value;
	unsigned int i;

	for (i = 0; off < body->walk.len; i++) {
		attr = body_get(body, off, ATTR_LEN, buf);
		if (body->walk.len - off < ATTR_LEN)
			goto bad;
		if (i == IKEMON_MAX_ATTRIBUTES || !attr) {
			body->walk.cut |= first;
			return;
		}
		off += ATTR_LEN;
		type = get_unaligned_be16(attr);
		value = get_unaligned_be16(attr + 2);
		if (type & IKE_ATTR_FORMAT_TV) {
			found(suite, type & ~IKE_ATTR_FORMAT_TV, value);
			continue;
		}
		if (value > body->walk.len - off)
			goto bad;
		off += value;
	}
	return;

bad:
	if (first)
		ikemon_walk_bad(&body->walk, IKEMON_BAD_PROPOSAL);
}

static void v1_attribute(struct ikemon_suite *suite, u16 type, u16 value)
{
	switch (type) {
	case IKE1_ATTR_ENCR:
		suite->encr = value;
		break;
	case IKE1_ATTR_HASH:
		suite->integ = value;
		break;
	case IKE1_ATTR_AUTH:
		suite->auth = value;
		break;
	case IKE1_ATTR_GROUP:
		suite->ke = value;
		break;
	case IKE1_ATTR_PRF:
		suite->prf = value;
		break;
	case IKE1_ATTR_KEY_LENGTH:
		suite->key_bits = value;
		break;
	}
}

static void v2_attribute(struct ikemon_suite *suite, u16 type, u16 value)
{
	if (type == IKE2_ATTR_KEY_LENGTH)
		suite->key_bits = value;
}

static void suite_set(struct ikemon_suite *suite, u8 type, u16 id)
{
	switch (type) {
	case IKE2_TRANSFORM_ENCR:
		suite->encr = id;
		break;
	case IKE2_TRANSFORM_PRF:
		suite->prf = id;
		break;
	case IKE2_TRANSFORM_INTEG:
		suite->integ = id;
		break;
	case IKE2_TRANSFORM_KE:
		suite->ke = id;
		break;
	case IKE2_TRANSFORM_ADDKE1 ... IKE2_TRANSFORM_ADDKE7:
		suite->addke[type - IKE2_TRANSFORM_ADDKE1] = id;
		break;
	}
}

/* The first transform of its type in the first proposal counts. */
static bool is_first_of(struct body *body, u8 type)
{
	if (body->walk.proposals != 1 || type > IKE2_TRANSFORM_ADDKE7 ||
	    body->kinds & BIT(type))
		return false;
	body->kinds |= BIT(type);
	return true;
}

/* What is weak counts in any; the parts are in the order of the types. */
static u32 weak_v2(u8 type, u16 id)
{
	if (type < IKE2_TRANSFORM_ENCR || type > IKE2_TRANSFORM_KE)
		return 0;
	return ikemon_weak_transform(2, IKEMON_PART_ENCR + type -
				     IKE2_TRANSFORM_ENCR, id);
}

/* RFC 7296 section 3.3.2: type, reserved, ID. */
static void read_v2_transform(struct body *body)
{
	const u32 fixed_len = TRANSFORM_LEN - IKE_PAYLOAD_HDR_LEN;
	u8 buf[TRANSFORM_LEN - IKE_PAYLOAD_HDR_LEN];
	struct ikemon_pkt *pkt = body->pkt;
	struct ikemon_suite other, *suite;
	const u8 *fixed;
	u16 id;

	pkt->transforms = body->walk.transforms;
	fixed = body_fixed(body, fixed_len, buf, IKEMON_BAD_PROPOSAL);
	if (!fixed)
		return;
	id = get_unaligned_be16(fixed + 2);
	pkt->weak |= weak_v2(fixed[0], id);
	suite = is_first_of(body, fixed[0]) ? &pkt->suite : &other;
	suite_set(suite, fixed[0], id);
	if (fixed[0] != IKE2_TRANSFORM_ENCR)
		return;
	suite->key_bits = 0;
	read_attributes(body, fixed_len, suite, v2_attribute);
	pkt->weak |= ikemon_weak_key(suite->key_bits);
}

/* RFC 2408 section 3.6: one transform is a whole suite, in attributes. */
static void read_v1_transform(struct body *body)
{
	struct ikemon_suite other = { 0 }, *suite;
	struct ikemon_pkt *pkt = body->pkt;

	pkt->transforms = body->walk.transforms;
	suite = pkt->transforms == 1 ? &pkt->suite : &other;
	read_attributes(body, TRANSFORM_LEN - IKE_PAYLOAD_HDR_LEN, suite,
			v1_attribute);
	pkt->weak |= ikemon_weak_suite(1, pkt->exchange, suite);
}

void ikemon_parse_offers(const struct ikemon_view *view, struct ikemon_pkt *pkt)
{
	struct body body = { .view = view, .pkt = pkt };

	if (!pkt->sa_len)
		return;
	ikemon_walk_start_sa(&body.walk, pkt, view);
	while (ikemon_walk_next(&body.walk, pkt, view))
		if (body.walk.type == SUB_PROPOSAL)
			read_proposal(&body);
		else if (pkt->version == 1)
			read_v1_transform(&body);
		else
			read_v2_transform(&body);
	pkt->cut |= body.walk.cut;
	if (ikemon_is_sound(pkt))
		pkt->bad = body.walk.bad ?: pkt->bad;
}
