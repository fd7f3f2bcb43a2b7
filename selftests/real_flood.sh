#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody who is really there begins negotiations by the thousand: limited
# first, then blocked, for a while or until the operator lets go; nobody else
# notices: the daemon and who connects meanwhile are real.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
topo_flood
# It has half-open limits of its own, and keeps what is half-open for 30 s.
clients_setup 2 half_open_timeout=3
# An offence of this class counts once a second; blocks are short here.
configure cookie passthrough block-offences 4 block-lambda 400 mode enforce
record "$GW"
BAD=10.1.0.1

# bad COUNT MS [OPTION...]: so many negotiations of one address, by port; they
# never come to IKE_AUTH
bad()
{
	local n=$1 ms=$2

	shift 2
	honest bad $BAD -n "$n" -b "$n" -w "$ms" -a 0 -T 2 -L 20 "$@"
}

bad 4000 8000 &
job=$!
check_soon "it is limited" above 0 count dropped_limit
check_soon "and then blocked" blocked $BAD/32
clients_begin /c2/,\$d
check "another one connects meanwhile" slowwait 60 clients_up 1
wait $job
check_not "without one retransmission" grep -q \
	'retransmit [0-9]* of request with message ID 0' "$TEST_TMP/left/log"
check "little of what it sent comes to the daemon" \
	test "$(seen honest)" -lt $(($(said bad sent) / 4))
diag "$(jq -c . "$TEST_TMP/bad")"
check "it was proven before it was blamed" above 0 count cookies_valid
check "packets of the blocked are counted" above 0 count dropped_blocked
told()
{
	jq -e -s --arg e "$1" --arg p $BAD/32 'any(.[]; .event == $e and
		.source.prefix == $p)' "$TEST_TMP/events"
}
check_soon "the block is told" told blocked
check_soon "it ends by itself" not blocked $BAD/32
check_soon "which is told as well" told unblocked
# Its half-open negotiations, which it may have no more of, time out later.
forget()
{
	ikemonctl -n "$GW" session flush prefix $BAD/32 > "$TEST_TMP/out"
}
forget
bad 1 0 -T 6
check "it may come back then" all_of bad

# And by hand. The second block is longer than this test.
configure block-lambda 10
bad 4000 6000 &
job=$!
check_soon "it is blocked again" blocked $BAD/32
wait $job
check "the operator lets it go" ikemonctl -n "$GW" block del $BAD/32
check_not "it is blocked no more" blocked $BAD/32
forget
bad 1 0 -T 6
check "and may come back" all_of bad
clients_begin
check "others still connect" slowwait 60 clients_up 2
check_equal "nobody else has offended" "0 0" \
	"$(offences 192.0.2.101/32) $(offences 192.0.2.102/32)"
