#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many users behind one address: who misbehaves on one port is blocked on that
# one's share; the others go on until the address as a whole is hostile.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
topo_direct

listening()
{
	[ -n "$(nse "$GW" ss -Hnul "sport = :500")" ]
}
spi=100
# begins PORT...: a negotiation of each, side by side; brings the cookie back.
# What answered each is in answer.PORT.
begins()
{
	local port pids=()

	for port; do
		spi=$((spi + 1))
		nse "$LEFT" ikepkt -s 192.0.2.1 -p "$port" -C -i "$spi" init \
			192.0.2.2 > "$TEST_TMP/answer.$port" 2>&1 &
		pids+=("$!")
	done
	wait "${pids[@]}"
}
# answered PORT...: how many of them the daemon answered
answered()
{
	local port n=0

	for port; do
		grep -q 'spi_r 000000000000b001' "$TEST_TMP/answer.$port" &&
			n=$((n + 1))
	done
	echo $n
}
# blocks FILTER: dynamic ones that are such, in jq's words
blocks()
{
	ikemonctl -n "$GW" -j block show |
		jq "[.blocks[] | select(.origin == \"dynamic\" and ($1))] |
			length"
}
# misbehaves PORT...: negotiations that nobody carries on, three of each
misbehaves()
{
	begins "$@" && begins "$@" && begins "$@"
}
some_blocked()
{
	[ "$(blocks "$1")" -ge "$2" ]
}

bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 -r b001 answer
busywait 10000 listening
ikemonctl -n "$GW" config set mode enforce cookie passthrough challenge always \
	timeout-half-open 2s block-offences 5 block-lambda 10

check "somebody never carries on what he began" misbehaves 7001
check_equal "he was answered" 1 "$(answered 7001)"
check_soon "he is blocked for it, on his port's share" \
	some_blocked '.prefix == "192.0.2.1/32" and .port == 7001' 1
check_equal "not his whole address" 0 "$(blocks '.port == null')"
check_equal "which the source says" "1 true" "$(ikemonctl -n "$GW" \
	-j source show prefix 192.0.2.1 | jq -r '.sources[0] |
		"\(.blocked_shares) \(.blocked_until != null)"')"
ikemonctl -n "$GW" source show > "$TEST_TMP/out"
check "also as text" grep -q \
	'^192\.0\.2\.1/32 .*  1 of 16 shares for .*, empty-half-open' \
	"$TEST_TMP/out"
begins 7001
check_equal "he is answered no more" 0 "$(answered 7001)"
mapfile -t OTHERS < <(seq 8001 8016)
begins "${OTHERS[@]}"
check "most of the others behind that address are" \
	[ "$(answered "${OTHERS[@]}")" -ge 8 ]
diag "$(answered "${OTHERS[@]}") of ${#OTHERS[@]}"

# Many who do the same: now it is the address.
mapfile -t HOSTILE < <(seq 9001 9032)
misbehaves "${HOSTILE[@]}"
check_soon "several shares blocked are the whole address" \
	some_blocked '.prefix == "192.0.2.1/32" and .port == null' 1
check_equal "then it is not counted in shares" null "$(ikemonctl -n "$GW" \
	-j source show prefix 192.0.2.1 | jq -r '.sources[0].blocked_shares')"
begins 7100 7101 7102 7103
check_equal "nobody there is answered now" 0 "$(answered 7100 7101 7102 7103)"
check_equal "the operator lets all of it go" 0 "$(
	ikemonctl -n "$GW" block del 192.0.2.1/32 > "$TEST_TMP/del"
	blocks true)"
begins 7001
check_equal "and the first may come back" 1 "$(answered 7001)"
