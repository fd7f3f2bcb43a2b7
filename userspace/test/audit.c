// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of "audit": every row is hit, by what it is about and no other. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "audit_rules.h"
#include "weak.h"

enum { FINDINGS = 32, ROWS = 64, NUMBERS = 64 };

static struct audit_finding seen[FINDINGS];
static unsigned int n_seen;
static bool hit[ROWS];

static void take(void *ctx, const struct audit_finding *f)
{
	unsigned int i;

	(void)ctx;
	if (n_seen < FINDINGS)
		seen[n_seen++] = *f;
	for (i = 0; audit_rule_at(i); i++)
		if (audit_rule_at(i) == f->rule)
			hit[i] = true;
}

static unsigned int of_session(const struct session_model *s)
{
	n_seen = 0;
	audit_session(s, take, NULL);
	return n_seen;
}

static unsigned int of_sa(const struct sa_model *s)
{
	n_seen = 0;
	audit_sa(s, take, NULL);
	return n_seen;
}

static const struct audit_finding *find(const char *word)
{
	unsigned int i;

	for (i = 0; i < n_seen; i++)
		if (!strcmp(seen[i].rule->word, word))
			return &seen[i];
	return NULL;
}

static bool is(const char *word, enum audit_how how, const char *alg)
{
	const struct audit_finding *f = find(word);

	if (f && f->how == how && !strcmp(f->alg, alg))
		return true;
	printf("# %s is %s %s\n", word, f ? audit_how_name(f->how) : "missing",
	       f ? f->alg : "");
	return false;
}

/* What nothing can be said against. */
static struct session_model good(uint8_t version)
{
	return (struct session_model){
		.version = version, .proposals = 1, .chosen = true,
		.suite = { .there = true, .encr = version == 1 ? 7 : 20,
			   .key_bits = 256, .prf = version == 1 ? 0 : 7,
			   .integ = version == 1 ? 6 : 0, .ke = 31,
			   .auth = version == 1 ? 3 : 0,
			   .add_ke = { 36 }, .n_add_ke = 1 },
	};
}

static void test_things(void)
{
	struct session_model s = good(2);
	bool ok;

	result(!of_session(&s), "audit: a good session");
	s.suite.n_add_ke = 0;
	ok = of_session(&s) == 1 && is("no-pq", AUDIT_CHOSEN, "Curve25519");
	s.suite.ke = 37;
	result(ok && !of_session(&s), "audit: no post-quantum key exchange");
	s = good(2);
	s.suite = (struct suite_model){ 0 };
	s.chosen = false;
	s.proposals = 0;
	result(of_session(&s) == 1 && is("not-seen", AUDIT_UNSEEN, ""),
	       "audit: an adopted session");
	s = good(1);
	ok = of_session(&s) == 1 && is("ikev1", AUDIT_CHOSEN, "");
	s.chosen = false;
	ok = ok && of_session(&s) == 1 && is("ikev1", AUDIT_OFFERED, "");
	s.state = IKEMON_STATE_ESTABLISHED;
	ok = ok && of_session(&s) == 1 && is("ikev1", AUDIT_CHOSEN, "");
	s.chosen = true;
	result(ok, "audit: IKEv1");
	s.offered_weak = IKEMON_WEAK_AGGRESSIVE_PSK;
	ok = of_session(&s) == 2 && is("aggressive-psk", AUDIT_OFFERED, "");
	s.suite.auth = 65001;
	ok = ok && of_session(&s) == 2 &&
	     is("aggressive-psk", AUDIT_CHOSEN, "XAUTHInitPreShared");
	s.offered_weak = 0;
	result(ok && of_session(&s) == 1, "audit: Aggressive Mode");
	s = good(2);
	s.suite.key_bits = 64;
	result(of_session(&s) == 1 &&
	       is("short-key", AUDIT_CHOSEN, "ENCR_AES_GCM_16"),
	       "audit: a short key");
}

/* A number of IANA's in the choice gives its row and its name. */
static bool chosen_row(uint8_t version, enum ikemon_part part, uint16_t id,
		       uint32_t weak)
{
	struct session_model s = good(version);
	char word[NAME_LEN], name[NAME_LEN];
	uint16_t *const at[] = {
		[IKEMON_PART_ENCR] = &s.suite.encr,
		[IKEMON_PART_PRF] = &s.suite.prf,
		[IKEMON_PART_INTEG] = &s.suite.integ,
		[IKEMON_PART_KE] = &s.suite.ke,
	};

	*at[part] = id;
	return of_session(&s) == (version == 1 ? 2 : 1) &&
	       is(name_of(NAME_WEAK, weak, word), AUDIT_CHOSEN,
		  name_transform(version, part, id, name));
}

static void test_chosen(void)
{
	unsigned int version, part, id, n = 0;
	uint32_t weak;
	bool ok = true;

	for (version = 1; version <= 2; version++) {
		for (part = 0; part < IKEMON_PART_AUTH; part++) {
			for (id = 1; id < NUMBERS; id++) {
				weak = ikemon_weak_transform(version, part,
							     id);
				if (!weak)
					continue;
				ok = chosen_row(version, part, id, weak) && ok;
				n++;
			}
		}
	}
	result(ok && n > 30, "audit: every weak number, chosen");
}

static void test_offered(void)
{
	struct session_model s = good(2);
	const char *word;
	bool ok = true;
	unsigned int i;

	for (i = 0; (word = name_at(NAME_WEAK, i, &s.offered_weak)); i++)
		ok = of_session(&s) == 1 && is(word, AUDIT_OFFERED, "") && ok;
	result(ok && i, "audit: every weak bit, offered");
	s.offered_weak = IKEMON_WEAK_3DES | IKEMON_WEAK_MD5 | IKEMON_WEAK_DES;
	s.suite.encr = 3;
	s.suite.key_bits = 0;
	s.suite.prf = 1;
	s.suite.integ = 1;
	result(of_session(&s) == 3 && is("3des", AUDIT_CHOSEN, "ENCR_3DES") &&
	       is("des", AUDIT_OFFERED, "") &&
	       is("md5", AUDIT_CHOSEN, "PRF_HMAC_MD5 AUTH_HMAC_MD5_96"),
	       "audit: what is chosen is not said to be offered as well");
}

static struct sa_model sa_of(const char *encr, uint32_t bits, const char *auth)
{
	struct sa_model s = { .family = 4, .id = 1, .spi = 1, .proto = 50 };
	struct alg_model *a = s.alg;

	if (encr) {
		a->part = MODEL_PART_ENCR;
		a->bits = bits;
		snprintf(a++->name, MODEL_ALG_NAME, "%s", encr);
	}
	if (auth) {
		a->part = MODEL_PART_AUTH;
		snprintf(a++->name, MODEL_ALG_NAME, "%s", auth);
	}
	s.n_algs = a - s.alg;
	return s;
}

/* All that net/xfrm/xfrm_algo.c has for ESP and AH, and what is said of it. */
static const struct {
	enum model_part part;
	const char *name;
	const char *word;
} kernel_algs[] = {
	{ MODEL_PART_AEAD, "rfc4106(gcm(aes))", NULL },
	{ MODEL_PART_AEAD, "rfc4309(ccm(aes))", NULL },
	{ MODEL_PART_AEAD, "rfc4543(gcm(aes))", "null" },
	{ MODEL_PART_AEAD, "rfc7539esp(chacha20,poly1305)", NULL },
	{ MODEL_PART_AUTH, "digest_null", "no-auth" },
	{ MODEL_PART_AUTH, "hmac(md5)", "md5" },
	{ MODEL_PART_AUTH, "hmac(sha1)", "sha1" },
	{ MODEL_PART_AUTH, "hmac(sha256)", NULL },
	{ MODEL_PART_AUTH, "hmac(sha384)", NULL },
	{ MODEL_PART_AUTH, "hmac(sha512)", NULL },
	{ MODEL_PART_AUTH, "hmac(rmd160)", NULL },
	{ MODEL_PART_AUTH, "xcbc(aes)", NULL },
	{ MODEL_PART_AUTH, "cmac(aes)", NULL },
	{ MODEL_PART_AUTH, "hmac(sm3)", NULL },
	{ MODEL_PART_ENCR, "ecb(cipher_null)", "null" },
	{ MODEL_PART_ENCR, "cbc(des)", "des" },
	{ MODEL_PART_ENCR, "cbc(des3_ede)", "3des" },
	{ MODEL_PART_ENCR, "cbc(cast5)", "cast" },
	{ MODEL_PART_ENCR, "cbc(blowfish)", "blowfish" },
	{ MODEL_PART_ENCR, "cbc(aes)", NULL },
	{ MODEL_PART_ENCR, "cbc(serpent)", NULL },
	{ MODEL_PART_ENCR, "cbc(camellia)", NULL },
	{ MODEL_PART_ENCR, "cbc(twofish)", NULL },
	{ MODEL_PART_ENCR, "rfc3686(ctr(aes))", NULL },
	{ MODEL_PART_ENCR, "cbc(sm4)", NULL },
};

static bool sa_row(unsigned int i)
{
	const char *name = kernel_algs[i].name, *word = kernel_algs[i].word;
	enum model_part part = kernel_algs[i].part;
	struct sa_model s = part == MODEL_PART_AUTH ?
		sa_of("cbc(aes)", 256, name) :
		sa_of(name, 256, part == MODEL_PART_ENCR ? "cmac(aes)" : NULL);

	if (part == MODEL_PART_AEAD)
		s.alg[0].part = part;
	if (!word)
		return !of_sa(&s);
	return of_sa(&s) == 1 &&
	       is(word, AUDIT_USED, strcmp(word, "no-auth") ? name :
							      "cbc(aes)");
}

static void test_sas(void)
{
	struct sa_model s = sa_of("cbc(aes)", 128, "hmac(sha256)");
	unsigned int i;
	bool ok = true;

	result(!of_sa(&s), "audit: a good SA");
	for (i = 0; i < ARRAY_SIZE(kernel_algs); i++)
		ok = sa_row(i) && ok;
	result(ok, "audit: every algorithm of the kernel");
	s = sa_of("cbc(aes)", 128, NULL);
	ok = of_sa(&s) == 1 && is("no-auth", AUDIT_USED, "cbc(aes)");
	s = sa_of("cbc(aes)", 128, "digest_null");
	ok = ok && of_sa(&s) == 1 && is("no-auth", AUDIT_USED, "cbc(aes)");
	s = sa_of("cbc(serpent)", 64, "hmac(sha256)");
	ok = ok && of_sa(&s) == 1 && is("short-key", AUDIT_USED,
					"cbc(serpent)");
	s = sa_of(NULL, 0, "hmac(sha512)");
	s.proto = 51;
	ok = ok && !of_sa(&s);
	s = sa_of(NULL, 0, NULL);
	s.proto = 108;
	result(ok && !of_sa(&s), "audit: authentication, short keys, AH");
}

static void test_table(void)
{
	const struct audit_rule *a, *b;
	char word[NAME_LEN];
	bool ok = true;
	unsigned int i, j;

	for (i = 0; (a = audit_rule_at(i)); i++) {
		ok = ok && a->rfc && *a->section && *a->means;
		if (a->weak)
			ok = ok && !strcmp(a->word, name_of(NAME_WEAK, a->weak,
							    word));
		for (j = 0; j < i; j++) {
			b = audit_rule_at(j);
			ok = ok && (!a->weak || a->weak != b->weak);
			ok = ok && (!a->alg || !b->alg ||
				    strcmp(a->alg, b->alg));
		}
	}
	result(ok && i < ROWS, "audit: rows are whole and no two alike");
	for (i = 0; (a = audit_rule_at(i)); i++) {
		if (hit[i])
			continue;
		printf("# no test hits %s\n", a->word);
		ok = false;
	}
	result(ok, "audit: every row was hit");
}

void test_audit(void)
{
	test_things();
	test_chosen();
	test_offered();
	test_sas();
	test_table();
}
