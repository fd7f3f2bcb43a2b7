#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A gateway has restarted: 2,000 peers come back within seconds, 500 of them
# behind one address. With the shipped defaults and with COOKIEs nobody ends
# blocked, and all get through by the retransmissions they do anyway.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
topo_flood
respond

# storm NAME FROM: each of them as a daemon that retransmits at 0.5, 0.9, ... s
storm()
{
	honest "$1" "$2" -n 2000 -b 500 -w 3000 -T 9 -A -a 6 -L 60
	diag "$(jq -c . "$TEST_TMP/$1")"
	check "$1: all get through" all_of "$1"
	check "$1: nobody is blocked" nobody_blocked
	check_equal "$1: no message of a session was dropped" 0 \
		"$(count dropped_rate)"
	ikemonctl -n "$GW" session flush all > "$TEST_TMP/out"
}

configure mode enforce
storm defaults 10.1.0.1
check "challenges were in force" above 0 count first_dropped
configure cookie passthrough
storm cookies 10.2.0.1
check "COOKIEs were in force" above 0 count cookies_valid
check_not "nor was it taken for our own failure" alarm mass-failure
