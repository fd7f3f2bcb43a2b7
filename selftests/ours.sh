#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our own trouble is not theirs: the daemon hangs, is stopped, comes back.
# Hundreds of honest peers try again and again: nobody is blocked, and the
# alarm says whose fault it is. failing.sh goes on with its answers.

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

on
kill -STOP "$(<"$TEST_TMP/gw/pid")"
peers hung 10.1.0.1 6 -T 3
check_soon "hung: the alarm is raised" alarm daemon-silent
wait $PEERS
check_equal "hung: nobody was answered by the daemon" 0 "$(said hung answered)"
check "hung: nobody is blocked" nobody_blocked
kill -CONT "$(<"$TEST_TMP/gw/pid")"
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
