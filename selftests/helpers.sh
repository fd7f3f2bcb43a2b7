#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build the programs that tests call, so that a guest finds them made.

SELFTESTS=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/netlink_lib.sh
. "$SELFTESTS/netlink_lib.sh"
for src in "$SELFTESTS"/*.c; do
	# What is made of several sources, the Makefile builds.
	! grep -q '"ikemsg.h"' "$src" || continue
	name=${src##*/}
	helper "${name%.c}" >/dev/null || exit
done
