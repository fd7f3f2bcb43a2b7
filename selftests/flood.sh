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
bg flood ip netns exec "$WILD" flood -c 100000 -r 1500 \
	-k init,init,main,aggressive eth0 "$MAC_WILD" 192.0.2.2 2001:db8::2
FLOOD=$BG_PID
clients_begin
check "all clients connect through it" \
	slowwait 30 clients_up $CLIENTS
diag "ms: $(clients_times | paste -sd' ')"
check "some thousands were challenged" \
	slowwait 30 above 3000 count challenged_cookie
check "it goes on all the while" kill -0 "$FLOOD"
stop_bg "$FLOOD"
check_equal "no spoofed IKE_SA_INIT reached the daemon after the alarm" \
	"$v2" "$(seen v2)"
check "of IKEv1 only a trickle did" test "$(seen v1)" -le $(($(said flood sent) / 5))
check "nobody is blocked" nobody_blocked
check "spoofed negotiations take no memory" \
	test "$(count sessions)" -le 1000
check "nor do their addresses" test "$(count sources)" -le 1000
