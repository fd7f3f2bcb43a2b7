/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a capture, for others than "read". */
#ifndef READ_H
#define READ_H

#include "subcommands.h"

typedef void (*read_session)(void *ctx, const struct session_model *session);

/**
 * read_sessions() - give all sessions of a capture
 * @ctl: nothing is shown of it; times are dates from here on
 * @file: pcap or pcapng
 * @take: called for each, in order of appearance
 * @ctx: for @take
 *
 * Return: enum ctl_exit; it complains. CTL_PARTIAL after what there was.
 */
int read_sessions(struct ctl *ctl, const char *file, read_session take,
		  void *ctx);

#endif /* READ_H */
