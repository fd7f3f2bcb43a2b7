/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is weak or withdrawn of a session or an SA, and which RFC says so.
 * Pure: models in, findings out. docs/audit.md has the same table.
 */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "model.h"
#include "names.h"

/* An RFC says MUST NOT or deprecates it; advises against it; neither. */
enum audit_severity {
	AUDIT_INFO,
	AUDIT_WEAK,
	AUDIT_WITHDRAWN,
};

/**
 * enum audit_how - where it was found
 * @AUDIT_OFFERED: in what the initiator offered; not chosen as far as is seen
 * @AUDIT_CHOSEN: in what the responder chose
 * @AUDIT_USED: in an SA of the kernel
 * @AUDIT_UNSEEN: nowhere: that is the finding
 */
enum audit_how {
	AUDIT_OFFERED,
	AUDIT_CHOSEN,
	AUDIT_USED,
	AUDIT_UNSEEN,
};

/**
 * struct audit_rule - a row of the table
 * @word: names the finding; stable
 * @severity: enum audit_severity
 * @rfc: that says so
 * @section: of it
 * @means: in a few words
 * @sa: it is about SAs, else about sessions
 * @weak: IKEMON_WEAK_ bit that it is about, 0 for another thing
 * @alg: the kernel's name of the algorithm that it is about, or NULL
 */
struct audit_rule {
	const char *word;
	enum audit_severity severity;
	uint16_t rfc;
	const char *section;
	const char *means;
	bool sa;
	uint32_t weak;
	const char *alg;
};

enum { AUDIT_ALG = 2 * NAME_LEN };

/**
 * struct audit_finding - one thing found
 * @alg: the algorithm by IANA's or the kernel's name, "" if it is not known
 */
struct audit_finding {
	const struct audit_rule *rule;
	enum audit_how how;
	char alg[AUDIT_ALG];
};

typedef void (*audit_found)(void *ctx, const struct audit_finding *finding);

/* The row number @i, NULL behind the last. */
const struct audit_rule *audit_rule_at(unsigned int i);

/* Calls @found for each thing that is wrong with the session, or the SA. */
void audit_session(const struct session_model *s, audit_found found,
		   void *ctx);
void audit_sa(const struct sa_model *s, audit_found found, void *ctx);

const char *audit_severity_name(enum audit_severity severity);
bool audit_severity_value(const char *word, enum audit_severity *severity);
const char *audit_how_name(enum audit_how how);

#endif /* AUDIT_RULES_H */
