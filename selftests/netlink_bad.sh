#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wrong netlink requests, one by one: refused, explained, without effect.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
bad=$(helper netlink_bad) || fail "netlink_bad does not build"

setup_ns here
nse "$here" "$bad" >"$TEST_TMP/out"
rc=$?
# One stream of results: those of the program under our numbers.
while read -r word rest; do
	case $word in
	ok) ok "${rest#* }" ;;
	not) rest=${rest#ok }; not_ok "${rest#* }" ;;
	'#') diag "$rest" ;;
	esac
done <"$TEST_TMP/out"
check_equal "the program ended as its results say" \
	"$(grep -q '^not ok' "$TEST_TMP/out" && echo 1 || echo 0)" "$rc"
