#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# source.sh: print the directory of the kernel's source in the cache, which
# the debug guest, checkpatch and the netlink tools come from.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

SERIES=6.12
TAR=/usr/src/linux-source-$SERIES.tar.xz
DIR=$CACHE/linux-source-$SERIES

unpack()
{
	local tmp

	if [ -f "$DIR/.unpacked" ] && [ ! "$TAR" -nt "$DIR/.unpacked" ]; then
		return
	fi
	[ -f "$TAR" ] || die "no $TAR: run 'make deps'"
	say "unpacking linux-source-$SERIES"
	mkdir -p "$CACHE"
	tmp=$(mktemp -d "$CACHE/source.XXXXXX")
	chmod 755 "$tmp"
	tar -C "$tmp" --strip-components=1 -xf "$TAR"
	touch "$tmp/.unpacked"
	rm -rf "$DIR"
	mv "$tmp" "$DIR"
}

with_lock source unpack
printf '%s\n' "$DIR"
