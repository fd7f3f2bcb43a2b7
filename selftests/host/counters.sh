#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/counters.md has a line for each counter of the module, in its order,
# and each counter is counted somewhere.

. "$(dirname "$0")/../lib.sh"

top=$(cd "$SELFTESTS/.." && pwd)
header=$top/nf_ikemon/stats.h

in_header()
{
	sed -n 's/^\tX([A-Z0-9_]*, "\([a-z0-9_]*\)").*/\1/p' "$header"
}

in_docs()
{
	sed -n 's/^| `\([a-z0-9_]*\)` | ..*|$/\1/p' "$top/docs/counters.md"
}

check "there are counters" test "$(in_header | wc -l)" -gt 30
check_equal "docs/counters.md lists what stats.h has" "$(in_header)" \
	"$(in_docs)"

uncounted=$(sed -n 's/^\tX(\([A-Z0-9_]*\),.*/\1/p' "$header" |
	while read -r id; do
		grep -rqE "(ikemon_count\([^;]*\b|IKEMON_COUNT_)$id\b" \
			"$top"/nf_ikemon/*.c || echo "$id"
	done)
check_equal "every counter is counted somewhere" "" "$uncounted"
