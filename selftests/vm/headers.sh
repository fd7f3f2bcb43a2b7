#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# headers.sh RELEASE: print where modules for that kernel are built.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

for dir in "/lib/modules/$1/build" "/usr/src/linux-headers-$1"; do
	[ -e "$dir/Makefile" ] || continue
	printf '%s\n' "$dir"
	exit
done
die "no headers for $1: run 'make deps', or install linux-headers-$1"
