#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Real clients connect through a flood of spoofed openers. The quick version
# of what bench/flood.sh measures.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type flood"
CLIENTS=3
topo_flood
clients_setup $CLIENTS
configure cookie passthrough mode enforce

# The alarm first: more unproven negotiations than challenge-global.
wild -c 400 -r 2000 > "$TEST_TMP/first"
check_soon "a flood raises the alarm" alarm under-attack
v2=$(seen v2)
check "few openers passed before that" test "$v2" -le 200
bg flood ip netns exec "$WILD" bash -c 'flood "$@" && date +%s >&2' - \
	-c 12000 -r 1500 -k init,init,main,aggressive \
	eth0 "$MAC_WILD" 192.0.2.2 2001:db8::2
FLOOD=$BG_PID
clients_begin
check "all clients connect through it" \
	slowwait 30 clients_up $CLIENTS
diag "ms: $(clients_times | paste -sd' ')"
over()
{
	! kill -0 "$FLOOD"
}
check "the flood ends" slowwait 30 over
check_equal "all of it was sent" 12000 "$(head -1 "$TEST_TMP/flood" | jq .sent)"
check "it was still on when the last client was up" test \
	"$(clients_last)" -le "$(tail -1 "$TEST_TMP/flood")"
check_equal "no spoofed IKE_SA_INIT reached the daemon after the alarm" \
	"$v2" "$(seen v2)"
check "of IKEv1 only a trickle did" test "$(seen v1)" -le 1500
check "nobody is blocked" nobody_blocked
check "spoofed negotiations take no memory" \
	test "$(count sessions)" -le 1000
check "nor do their addresses" test "$(count sources)" -le 1000
