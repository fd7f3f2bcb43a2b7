// SPDX-License-Identifier: GPL-2.0-or-later
#include "audit_rules.h"

#include <stdio.h>
#include <string.h>

#include "weak.h"

enum { ESP = 50, AH = 51 };	/* IP protocols */

#define IKE(bit, word, severity, rfc, section, means) \
	{ word, AUDIT_##severity, rfc, section, means, false, \
	  IKEMON_WEAK_##bit, NULL }
#define THING(word, severity, rfc, section, means) \
	{ word, AUDIT_##severity, rfc, section, means, false, 0, NULL }
#define SA(alg, word, severity, rfc, section, means) \
	{ word, AUDIT_##severity, rfc, section, means, true, 0, alg }

/* Rows that are no algorithm. */
enum {
	RULE_IKEV1,
	RULE_NO_PQ,
	RULE_NOT_SEEN,
	RULE_SA_NO_AUTH,
	RULE_SA_SHORT_KEY,
};

static const struct audit_rule rules[] = {
	[RULE_IKEV1] = THING("ikev1", WITHDRAWN, 9395, "3",
			     "IKEv1 is historic, IKEv2 takes its place"),
	[RULE_NO_PQ] = THING("no-pq", INFO, 9370, "1.1",
			     "may be read by a quantum computer one day"),
	[RULE_NOT_SEEN] = THING("not-seen", INFO, 7296, "1.3.2",
				"up before, or negotiated in another session"),
	[RULE_SA_NO_AUTH] = SA(NULL, "no-auth", WITHDRAWN, 8221, "4",
			       "nothing is authenticated"),
	[RULE_SA_SHORT_KEY] = SA(NULL, "short-key", WEAK, 8221, "5",
				 "a key below 128 bits"),

	IKE(AGGRESSIVE_PSK, "aggressive-psk", WEAK, 2409, "5.4",
	    "who listens or asks gets a hash to guess the pre-shared key by"),
	IKE(DES, "des", WITHDRAWN, 8247, "3.1", "56 bits of key"),
	IKE(3DES, "3des", WEAK, 8247, "3.1", "64 bit blocks, and slow"),
	IKE(RC5, "rc5", WITHDRAWN, 9395, "5", "deprecated"),
	IKE(IDEA, "idea", WITHDRAWN, 9395, "5", "deprecated"),
	IKE(CAST, "cast", WITHDRAWN, 9395, "5", "deprecated"),
	IKE(BLOWFISH, "blowfish", WITHDRAWN, 9395, "5", "deprecated"),
	IKE(NULL, "null", WITHDRAWN, 7296, "5", "IKE itself in clear"),
	IKE(SHORT_KEY, "short-key", WEAK, 8247, "3.1", "a key below 128 bits"),
	IKE(MD5, "md5", WITHDRAWN, 8247, "3.2, 3.3", "MD5 is broken"),
	IKE(SHA1, "sha1", WEAK, 8247, "3.2, 3.3", "SHA-1 is on its way out"),
	IKE(TIGER, "tiger", WITHDRAWN, 9395, "5", "deprecated"),
	IKE(DES_MAC, "des-mac", WITHDRAWN, 8247, "3.3", "56 bits of key"),
	IKE(MODP768, "modp768", WITHDRAWN, 8247, "3.4",
	    "group 1 can be broken"),
	IKE(MODP1024, "modp1024", WEAK, 8247, "3.4",
	    "group 2 can be broken with enough means"),
	IKE(MODP1536, "modp1536", WEAK, 8247, "3.4", "group 5 is too small"),
	IKE(MODP1024S160, "modp1024s160", WITHDRAWN, 8247, "3.4",
	    "group 22 is small, with small subgroups of unknown origin"),
	IKE(MODP2048S224, "modp2048s224", WEAK, 8247, "3.4",
	    "group 23 has small subgroups of unknown origin"),
	IKE(MODP2048S256, "modp2048s256", WEAK, 8247, "3.4",
	    "group 24 has small subgroups of unknown origin"),

	SA("cbc(des)", "des", WITHDRAWN, 8221, "5", "56 bits of key"),
	SA("cbc(des3_ede)", "3des", WEAK, 8221, "5",
	   "64 bit blocks, and slow"),
	SA("cbc(blowfish)", "blowfish", WITHDRAWN, 8221, "5",
	   "64 bit blocks"),
	SA("cbc(cast5)", "cast", WITHDRAWN, 9395, "5", "deprecated"),
	SA("ecb(cipher_null)", "null", INFO, 8221, "5",
	   "authenticated, not encrypted"),
	SA("rfc4543(gcm(aes))", "null", INFO, 8221, "5",
	   "authenticated, not encrypted"),
	SA("hmac(md5)", "md5", WITHDRAWN, 8221, "6", "MD5 is broken"),
	SA("hmac(sha1)", "sha1", WEAK, 8221, "6", "SHA-1 is on its way out"),
};

const struct audit_rule *audit_rule_at(unsigned int i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}

static const char * const severities[] = {
	[AUDIT_INFO] = "info",
	[AUDIT_WEAK] = "weak",
	[AUDIT_WITHDRAWN] = "withdrawn",
};

const char *audit_severity_name(enum audit_severity severity)
{
	return severities[severity];
}

bool audit_severity_value(const char *word, enum audit_severity *severity)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(severities); i++) {
		if (strcmp(severities[i], word))
			continue;
		*severity = i;
		return true;
	}
	return false;
}

const char *audit_how_name(enum audit_how how)
{
	static const char * const names[] = {
		[AUDIT_OFFERED] = "offered",
		[AUDIT_CHOSEN] = "chosen",
		[AUDIT_USED] = "used",
		[AUDIT_UNSEEN] = "unseen",
	};

	return names[how];
}

/* One audit, and whom to tell. */
struct audit {
	audit_found found;
	void *ctx;
	struct audit_finding finding;
};

static void tell(struct audit *a, const struct audit_rule *rule,
		 enum audit_how how)
{
	a->finding.rule = rule;
	a->finding.how = how;
	a->found(a->ctx, &a->finding);
	*a->finding.alg = '\0';
}

static void add_alg(struct audit *a, const char *name)
{
	size_t n = strlen(a->finding.alg);

	snprintf(a->finding.alg + n, AUDIT_ALG - n, "%s%s", n ? " " : "",
		 name);
}

/* The transforms of the choice that are weak in this way, by name. */
static void name_chosen(struct audit *a, const struct session_model *s,
			uint32_t weak)
{
	const struct suite_model *suite = &s->suite;
	const uint16_t id[IKEMON_PARTS] = {
		[IKEMON_PART_ENCR] = suite->encr,
		[IKEMON_PART_PRF] = suite->prf,
		[IKEMON_PART_INTEG] = suite->integ,
		[IKEMON_PART_KE] = suite->ke,
	};
	char buf[NAME_LEN];
	unsigned int part;

	if (weak == IKEMON_WEAK_SHORT_KEY)
		add_alg(a, name_transform(s->version, IKEMON_PART_ENCR,
					  suite->encr, buf));
	if (weak == IKEMON_WEAK_AGGRESSIVE_PSK)
		add_alg(a, name_transform(s->version, IKEMON_PART_AUTH,
					  suite->auth, buf));
	for (part = 0; part < IKEMON_PARTS; part++)
		if (ikemon_weak_transform(s->version, part, id[part]) & weak)
			add_alg(a, name_transform(s->version, part, id[part],
						  buf));
}

/*
 * The choice is one of what was offered, so Aggressive Mode is known from the
 * offer: a later exchange has taken its place in the session.
 */
static uint32_t weak_of_choice(const struct session_model *s)
{
	const bool aggressive = s->offered_weak & IKEMON_WEAK_AGGRESSIVE_PSK;
	struct ikemon_suite suite = {
		.encr = s->suite.encr, .key_bits = s->suite.key_bits,
		.prf = s->suite.prf, .integ = s->suite.integ,
		.ke = s->suite.ke, .auth = s->suite.auth,
	};

	if (!s->chosen)
		return 0;
	return ikemon_weak_suite(s->version, aggressive ? IKE1_AGGRESSIVE : 0,
				 &suite);
}

/* draft-ietf-ipsecme-ikev2-mlkem section 4: ML-KEM as any key exchange */
static bool is_pq(uint16_t ke)
{
	return ke >= 35 && ke <= 37;
}

static bool has_pq(const struct suite_model *suite)
{
	unsigned int i;

	for (i = 0; i < suite->n_add_ke; i++)
		if (is_pq(suite->add_ke[i]))
			return true;
	return is_pq(suite->ke);
}

/* The answer may have come in fragments, or before the watching began. */
static bool was_taken(const struct session_model *s)
{
	return s->chosen || s->state == IKEMON_STATE_ESTABLISHED ||
	       s->state == IKEMON_STATE_CLOSED;
}

static void audit_version(struct audit *a, const struct session_model *s)
{
	char buf[NAME_LEN];

	if (s->version == 1) {
		tell(a, &rules[RULE_IKEV1],
		     was_taken(s) ? AUDIT_CHOSEN : AUDIT_OFFERED);
	} else if (s->chosen && !has_pq(&s->suite)) {
		add_alg(a, name_transform(s->version, IKEMON_PART_KE,
					  s->suite.ke, buf));
		tell(a, &rules[RULE_NO_PQ], AUDIT_CHOSEN);
	}
	if (!s->suite.there)
		tell(a, &rules[RULE_NOT_SEEN], AUDIT_UNSEEN);
}

void audit_session(const struct session_model *s, audit_found found, void *ctx)
{
	struct audit a = { .found = found, .ctx = ctx };
	const uint32_t chosen = weak_of_choice(s);
	const struct audit_rule *rule;

	audit_version(&a, s);
	for (rule = rules; rule < rules + ARRAY_SIZE(rules); rule++) {
		if (rule->weak & chosen) {
			name_chosen(&a, s, rule->weak);
			tell(&a, rule, AUDIT_CHOSEN);
		} else if (rule->weak & s->offered_weak) {
			tell(&a, rule, AUDIT_OFFERED);
		}
	}
}

static const struct alg_model *find_alg(const struct sa_model *s, uint8_t part)
{
	unsigned int i;

	for (i = 0; i < s->n_algs; i++)
		if (s->alg[i].part == part)
			return &s->alg[i];
	return NULL;
}

/* False if there is nothing to be said of it. */
static bool audit_alg(struct audit *a, const struct alg_model *alg)
{
	const struct audit_rule *rule;

	for (rule = rules; rule < rules + ARRAY_SIZE(rules); rule++) {
		if (!rule->alg || strcmp(rule->alg, alg->name))
			continue;
		add_alg(a, alg->name);
		tell(a, rule, AUDIT_USED);
		return true;
	}
	return false;
}

void audit_sa(const struct sa_model *s, audit_found found, void *ctx)
{
	const struct alg_model *encr = find_alg(s, MODEL_PART_ENCR);
	const struct alg_model *auth = find_alg(s, MODEL_PART_AUTH);
	const struct alg_model *aead = find_alg(s, MODEL_PART_AEAD);
	struct audit a = { .found = found, .ctx = ctx };

	if (s->proto != ESP && s->proto != AH)
		return;
	if (aead)
		audit_alg(&a, aead);
	if (auth)
		audit_alg(&a, auth);
	if (encr && !audit_alg(&a, encr) && ikemon_weak_key(encr->bits)) {
		add_alg(&a, encr->name);
		tell(&a, &rules[RULE_SA_SHORT_KEY], AUDIT_USED);
	}
	if (!aead && (!auth || !strcmp(auth->name, "digest_null"))) {
		add_alg(&a, encr ? encr->name : "");
		tell(&a, &rules[RULE_SA_NO_AUTH], AUDIT_USED);
	}
}
