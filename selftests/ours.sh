#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our own trouble is not theirs. The daemon is stopped, hangs, comes back; the
# RADIUS server stalls; every authentication fails because our certificate
# has expired. Hundreds of honest peers try again and again: nobody is
# blocked, and the alarm says whose fault it is.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
topo_flood
clients_setup 1
configure cookie passthrough daemon-silent 3
on()
{
	ikemonctl -n "$GW" config set mode off
	configure mode enforce
}

# peers NAME FROM SECONDS [OPTION...]: 300 of them, in the background
peers()
{
	local name=$1 from=$2 seconds=$3

	shift 3
	honest "$name" "$from" -n 300 -b 50 -w 1000 -R 100 -W 500 \
		-L "$seconds" "$@" &
	PEERS=$!
}

on
kill -STOP "$(cat "$TEST_TMP/gw/pid")"
peers hung 10.1.0.1 6 -T 3
check_soon "hung: the alarm is raised" alarm daemon-silent
wait $PEERS
check_equal "hung: nobody was answered by the daemon" 0 "$(said hung answered)"
check "hung: nobody is blocked" nobody_blocked
kill -CONT "$(cat "$TEST_TMP/gw/pid")"
clients_begin
check "hung: once it goes on, a client connects" slowwait 40 clients_up 1
check_soon "hung: and the alarm ends" not alarm daemon-silent

swan left terminate --ike c1 --force > "$TEST_TMP/out"
lab_stop gw
on
peers stopped 10.2.0.1 5 -T 3
check_soon "stopped: the alarm is raised" alarm daemon-silent
wait $PEERS
check "stopped: nobody is blocked" nobody_blocked
respond
honest back 10.2.0.1 -n 300 -b 50 -A -T 8
check "restarted: all of them connect" all_of back
check_soon "restarted: and the alarm ends" not alarm daemon-silent
check "restarted: nobody is blocked" nobody_blocked

# The daemon waits for RADIUS: no IKE_AUTH is answered.
on
respond -l 0
peers radius 10.3.0.1 6 -A -T 3
wait $PEERS
check_equal "radius: all had an answer to the first message" 300 \
	"$(said radius answered)"
check_equal "radius: none to IKE_AUTH" 0 "$(said radius authenticated)"
check "radius: nobody is blocked" nobody_blocked

# Every IKE_AUTH is refused in a few octets, more often than one is forgiven.
on
respond -l 48
peers expired 10.4.0.1 14 -A
check_soon "expired: failures are suspected" \
	above 300 count offences_auth_failed_suspected
check_soon "expired: the alarm is raised" alarm mass-failure
wait $PEERS
check "expired: each was refused again and again" \
	test "$(said expired refused)" -ge 3000
check_equal "expired: nobody is blocked" 0 \
	"$(ikemonctl -n "$GW" -j block show | jq '.blocks | length')"
respond
honest mended 10.4.0.1 -n 300 -b 50 -A -T 8
check "mended: all of them connect at once" all_of mended
