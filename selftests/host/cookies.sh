#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/cookies.md says of each daemon what cookies.sh wants to see.

. "$(dirname "$0")/../lib.sh"
. "$SELFTESTS/cookie_lib.sh"

page=$SELFTESTS/../docs/cookies.md
check "there are rows" test "$(cookie_rows | wc -l)" -ge 6
check_equal "the table of docs/cookies.md" "$(cookie_rows | cookie_table)" \
	"$(grep '^| \(strongSwan\|Libreswan\|OpenIKED\)' "$page" |
		grep -E 'works|falls back')"
check_not "no cell is empty" grep -qE '\| +\|' <(cookie_rows | cookie_table)
