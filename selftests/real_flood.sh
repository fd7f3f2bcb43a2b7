#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody who is really there begins negotiations by the thousand: limited
# first, then blocked, for a while or until the operator lets go; nobody else
# notices.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
topo_flood
respond
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
honest good 10.2.0.1 -n 20 -A
check "others connect meanwhile" all_of good
check_equal "without one retransmission" 0 "$(said good retransmits)"
wait $job
check "most of its negotiations were refused" \
	test "$(said bad answered)" -lt 2000
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
honest good 10.2.0.1 -n 20 -A
check "others still connect" all_of good
check_equal "nobody else has offended" 0 "$(offences 10.2.0.1/32)"
