#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# headers.sh RELEASE: print where modules for that kernel are built: the
# installed headers, else a copy of Debian's in the cache. (Installing them
# would bring the kernel itself and its boot files along.)

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

fetch_headers()
{
	local rel=$1 dir=$2 parts

	[ ! -f "$dir/.done" ] || return 0
	say "fetching linux-headers-$rel"
	parts=$(apt-cache depends "linux-headers-$rel" 2>/dev/null |
		sed -nE 's/^ *Depends: (linux-(headers|kbuild)-.*)/\1/p')
	[ -n "$parts" ] || die "apt knows no linux-headers-$rel: try 'make deps'"
	rm -rf "$dir"
	# shellcheck disable=SC2086 # a list
	apt_unpack "$dir" "linux-headers-$rel" $parts
	# The one absolute path in there
	sed -i "s|/usr/src/|$dir/usr/src/|" \
		"$dir/usr/src/linux-headers-$rel/Makefile"
	touch "$dir/.done"
}

[ $# -eq 1 ] || die "usage: headers.sh RELEASE"
rel=$(resolve_release "$1")
if [ -z "${IKEMON_CACHED_HEADERS-}" ]; then
	for dir in "/lib/modules/$rel/build" "/usr/src/linux-headers-$rel"; do
		[ -e "$dir/Makefile" ] || continue
		printf '%s\n' "$dir"
		exit
	done
fi
with_lock "headers-$rel" fetch_headers "$rel" "$CACHE/headers/$rel"
printf '%s\n' "$CACHE/headers/$rel/usr/src/linux-headers-$rel"
