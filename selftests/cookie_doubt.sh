#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When the module doubts that the daemon takes cookies: at once while it never
# took one, and not because of a few whom it does not answer once it did. Else
# anybody with an address of his own could switch the challenge off.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
topo_direct

answers()
{
	[ -z "${ANSWER-}" ] || stop_bg "$ANSWER"
	bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 "$@" answer
	ANSWER=$BG_PID
	busywait 10000 listening
}
listening()
{
	[ -n "$(nse "$GW" ss -Hnul "sport = :500")" ]
}
# brings SPI [PORT]: an INIT, and again with the cookie that is its answer;
# whether that is answered too is not asked.
brings()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 -p "${2:-500}" -C -i "$1" init \
		192.0.2.2 > "$TEST_TMP/out$1" 2>&1
}
doubts()
{
	[ "$(ikemon_counter "$GW" alarm_cookie_mismatch)" = 1 ]
}
five()
{
	local i pids=()

	for i in 1 2 3 4 5; do
		brings "$1$i" "100$i" &
		pids+=("$!")
	done
	wait "${pids[@]}"
}
valid()
{
	[ "$(ikemon_counter "$GW" cookies_valid)" = "$1" ]
}
on()
{
	ikemonctl -n "$GW" config set mode off &&
	ikemonctl -n "$GW" config set mode enforce cookie passthrough \
		challenge always
}

check "mode enforce" on
answers -a no
five a1
check "five cookies come back and are valid" valid 5
check_soon "none was ever answered: the daemon does not take them" doubts

check "from the beginning" on
answers -r b001
brings b1
check_soon "one is answered" ikemon_has "$GW" \
	'.spi_i == "00000000000000b1" and .state == "half-open"'
answers -a no
five b2
check "five more come back and are valid too" valid 11
check_not "now five without an answer are no reason to doubt" \
	busywait 6000 doubts
brings b3
check_equal "and the next one is asked for a cookie as ever" 0 \
	"$(ikemon_counter "$GW" first_dropped)"
