#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What ikemonctl says of a source that offends: its row, its block, the
# events, the overview; in mode monitor what it would have said, and who is
# let in again by hand.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/host/ctl_lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"
need_lab
ctl_find
checktool "type crowd"
topo_flood
respond
BAD=10.1.0.1
json()
{
	"$IKEMONCTL" -n "$GW" -j "$@"
}
text()
{
	"$IKEMONCTL" -n "$GW" "$@"
}
whole()
{
	json block show dynamic "$BAD" |
		jq "[.blocks[] | select(.port == null)] | .[0] | $1"
}
# offend [OPTION]...: more negotiations than the limits allow
offend()
{
	honest bad "$BAD" -n 1000 -b 1000 -w 4000 -T 2 -L 10 "$@"
	[ "$(whole .origin)" = '"dynamic"' ]
}

check "mode enforce with cookies" text config set mode enforce \
	cookie passthrough block-offences 4 block-lambda 1/1000s
check "fewer negotiations for one address" \
	text limit set "$BAD" rate 10/s burst 10
record "$GW"
bg lines "$IKEMONCTL" -n "$GW" monitor source
lines_pid=$BG_PID
check "a monitor listens" busywait "$IKEMON_WAIT" record_ready \
	"/proc/$BG_PID/net/netlink"
check "whoever goes on is blocked" slowwait 60 offend -a 0

check_equal "for being over the limit" \
	'"10.1.0.1/32 dynamic over-limit null true true false"' \
	"$(whole '"\(.prefix) \(.origin) \(.reason) \(.port) " +
		"\(.evidence >= 4) " +
		"\(.remaining > 60 and .remaining <= 3600) \(.would)"')"
text block show >"$TEST_TMP/out"
check_equal "as text" "10.1.0.1/32 all dynamic over-limit" \
	"$(awk '$2 == "all" { print $1, $2, $3, $4 }' "$TEST_TMP/out")"
source_is()
{
	json source show prefix "$BAD" | jq -r ".sources[0] | $1"
}
check_equal "the source says so" "true over-limit false true" \
	"$(source_is '"\(.blocked_until != null) \(.blocked_for) \(.would) " +
		"\(.offences["over-limit"] >= 1)"')"
check_equal "with what it may" "10.1.0.1/32 10 10" \
	"$(source_is '.budgets.limit | "\(.prefix) \(.rate) \(.burst)"')"
text -s source show >"$TEST_TMP/out"
check_equal "also as text" "1 1 1" "$(grep -c \
	'^10\.1\.0\.1/32 .* for .* over-limit ' "$TEST_TMP/out") $(grep -c \
	'^    offences  .* over-limit$' "$TEST_TMP/out") $(grep -c \
	'^    limit  *rate 10/s burst 10.*, of 10\.1\.0\.1/32$' "$TEST_TMP/out")"
check "sessions of it are proven, and accepted" jq -e \
	'any(.sessions[]; .proven and .verdict == "accept")' \
	<(json session show prefix "$BAD")
text >"$TEST_TMP/out"
check_equal "the overview counts the block" 1 \
	"$(grep -c '^blocks    [1-9][0-9]* for offences, 0 by the operator$' \
		"$TEST_TMP/out")"
check_equal "what it drops is counted" true "$(whole '.packets > 0')"

check "the monitors heard of it" wait_line "$TEST_TMP/lines" \
	'Z blocked +source 10\.1\.0\.1/32 for .*, over-limit, '
check_equal "with the source" "10.1.0.1/32 over-limit false" \
	"$(jq -rs 'map(select(.event == "blocked"))[-1].source |
		"\(.prefix) \(.blocked_for) \(.would)"' "$TEST_TMP/events")"
check "it was limited before" wait_line "$TEST_TMP/lines" \
	'Z limited +source 10\.1\.0\.1/32, '
check_equal "lifted by hand" true "$(json block del "$BAD" | jq '.lifted >= 1')"
check "which is said as well" wait_line "$TEST_TMP/lines" \
	'Z unblocked +source 10\.1\.0\.1/32, '
check_equal "and nobody is blocked" 0 "$(json block show | jq '.blocks | length')"

text session flush all >"$TEST_TMP/out"
check "mode monitor" text config set mode monitor
# Nobody is challenged here: what proves them is their IKE_AUTH.
check "whoever goes on would be blocked" slowwait 60 offend
check_equal "which the block says" true "$(whole .would)"
check_equal "and the source" "true over-limit true" \
	"$(source_is '"\(.blocked_until != null) \(.blocked_for) \(.would)"')"
text block show >"$TEST_TMP/out"
check "as text" grep -q '^10\.1\.0\.1/32  all .* (would)$' "$TEST_TMP/out"
check "and the monitor" wait_line "$TEST_TMP/lines" \
	'Z blocked +source 10\.1\.0\.1/32 would be, for .*, over-limit, '
check "mode monitor counts would_block" \
	test "$(ikemon_counter "$GW" would_block)" -gt 0
check "and would_drop_blocked" \
	test "$(ikemon_counter "$GW" would_drop_blocked)" -gt 0
check "what its IKE_AUTH proved was over the limit" \
	test "$(ikemon_counter "$GW" limited_late)" -gt 0
check_equal "nothing was lost on the way" 0 "$(grep -c lost "$TEST_TMP/events")"
kill -INT "$lines_pid"
wait "$lines_pid"
check_equal "a monitor ends with status 0" 0 "$?"
