/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How findings are shown. The JSON keys are stable ABI (docs/audit.md).
 */
#ifndef AUDIT_VIEW_H
#define AUDIT_VIEW_H

#include "audit_rules.h"
#include "output.h"

/* The list of findings, and behind it what no audit can see. */
void audit_list(struct out *out);
void audit_put_session(struct out *out, const struct session_model *s,
		       const struct audit_finding *f);
void audit_put_sa(struct out *out, const struct sa_model *s,
		  const struct audit_finding *f);
void audit_list_end(struct out *out);

#endif /* AUDIT_VIEW_H */
