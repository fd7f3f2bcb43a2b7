#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An attacker sends whatever he likes from the addresses of others. Nobody is
# punished for it: neither a peer with a tunnel nor one that has none yet; and
# a victim's good standing carries none of it to the daemon.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type flood"
topo_flood
# Something by which the tunnels show that they are up
CLIENT_LINES=(dpd_delay=1s)
clients_setup 2
IDLE=192.0.2.102
UP=192.0.2.101
configure cookie passthrough mode enforce

# Only the first has a tunnel yet.
clients_begin '/^connections { c2 /,$d'
check "the victim has a tunnel" slowwait 30 clients_up 1
check_soon "which is seen as such" ikemon_has "$GW" '.state == "established"'
spi=$(truth_sas gw | cut -d' ' -f1)

# attack NAME ARGUMENT...: from both addresses at once, until it is stopped
attack()
{
	local name=$1

	shift
	bg "$name" ip netns exec "$WILD" flood -t 90 -s $UP/32 -s $IDLE/32 \
		"$@" eth0 "$MAC_WILD" 192.0.2.2
	ATTACKS+=("$BG_PID")
}
ATTACKS=()
goes_on()
{
	kill -0 "${ATTACKS[@]}"
}

wild4 -s $UP/32 -s $IDLE/32 -c 400 -r 400 > "$TEST_TMP/out"
v2=$(seen v2)
check "few spoofed IKE_SA_INITs pass before the challenge" test "$v2" -le 130
attack openers -c 60000 -r 600 -k init,forged,main,aggressive
attack ports -c 30000 -r 300 -p 0 -k init,main
attack broken -c 30000 -r 300 -p 7 -k malformed
attack unknown -c 50000 -r 500 -k unknown,auth,child
# Our side's SPI is guessed, the peer's is known.
attack guess -c 30000 -r 300 -k auth,child,info -i "$spi"

began=$(date +%s)
check "its messages still pass: a rekeying" swan left rekey --ike c1
rekeyed()
{
	[ "$(grep -c 'IKE_SA c1\[[0-9]*\] rekeyed' "$TEST_TMP/left/log")" -ge 1 ]
}
check_soon "the rekeying was done" rekeyed
# While the daemon moves them from one IKE SA to the other it finds no child.
check_soon "its child rekeys" swan left rekey --child c1
check "traffic passes through its tunnel" \
	ping_through "$LEFT" 198.51.100.1 203.0.113.1
clients_begin '1,/^connections { c2 /{/^connections { c2 /!d}'
check "the idle victim connects" slowwait 25 clients_up 2
diag "ms: $(clients_times | paste -sd' ')"
check "within its normal retransmissions" \
	test "$(clients_times | tail -n 1)" -le 12000
check "the attack went on all the while" goes_on
for p in "${ATTACKS[@]}"; do
	stop_bg "$p"
done
took=$(($(date +%s) - began + 1))

check "nobody was blocked" nobody_blocked
check_equal "nobody has offended: the one with a tunnel" 0 "$(offences $UP/32)"
check_equal "nor the other" 0 "$(offences $IDLE/32)"
check_equal "no spoofed IKE_SA_INIT passed under the challenge" "$v2" \
	"$(seen v2)"
check "of IKEv1 only what random admission lets in" \
	test "$(seen v1)" -le $((200 * took))
check "of what is broken too" test "$(seen broken)" -le $((100 * took + 200))
check "what no session knows was bounded" \
	test "$(seen later)" -le $((1000 * took))
check "forged cookies were found out" above 0 count cookies_invalid
check_agree "$GW" gw "the tables still agree"
check "the tunnels are up" \
	test "$(truth_sas gw | grep -c ESTABLISHED)" = 2
grep -h 'retransmit ' "$TEST_TMP/left/log" > "$TEST_TMP/again"
# The first message of an IKE SA that was rekeyed may be, and a challenge.
check "hardly anything had to be repeated" \
	test "$(wc -l < "$TEST_TMP/again")" -le 6
