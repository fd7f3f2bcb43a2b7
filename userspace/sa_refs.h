/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which SAs came of which session. */
#ifndef SA_REFS_H
#define SA_REFS_H

#include <stddef.h>

#include "model.h"
#include "subcommands.h"

/**
 * struct sa_refs - the SAs that are tied to a session
 * @ref: by session
 * @n: how many
 * @room: for so many
 */
struct sa_refs {
	struct sa_ref *ref;
	size_t n;
	size_t room;
};

/* Ask the kernel for them; @refs is all zero. Return: enum ctl_exit. */
int sa_refs_get(struct ctl *ctl, struct sa_refs *refs);
/* Point @s to its own; they live as long as @refs. */
void sa_refs_of(const struct sa_refs *refs, struct session_model *s);
void sa_refs_free(struct sa_refs *refs);

#endif /* SA_REFS_H */
