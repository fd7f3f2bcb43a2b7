#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which daemon takes which COOKIE mode, with everybody challenged: strongSwan,
# Libreswan and OpenIKED begin, the same answer in all their settings. See
# cookie_lib.sh; docs/cookies.md has the table.

# So many daemons at once
: "${IKEMON_WAIT:=60000}"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/iked_lib.sh"
. "$(dirname "$0")/cookie_lib.sh"

need_lab
need_iked
[ -x "$LSW/pluto" ] || skip_all "Libreswan is not unpacked: make deps"
checktool "type ikepkt" ikepkt
# shellcheck disable=SC2086 # lists
cookie_lab $INITIATORS $RESPONDERS
recommendations
for name in $RESPONDERS; do
	listen "$name"
done
for column in off passthrough twostage mixed; do
	phase $column
done
# The last phase left one behind. "Mode off" ends it, for the next one to see.
raised()
{
	ikemonctl -n "${NS[r-lsw-auto]}" -j stats show |
		jq .gauges.alarm_cookie_mismatch
}
check_equal "the alarm stands" 1 "$(raised)"
ikemonctl -n "${NS[r-lsw-auto]}" config set mode off > "$TEST_TMP/out"
check_equal "mode off ends it" 0 "$(raised)"
check_soon "which is told" grep -q \
	'"alarm":"cookie-mismatch","raised":false' "$TEST_TMP/r-lsw-auto/events"
diag "$(seen | cookie_table)"
