#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Real clients connect through a flood of spoofed openers: the quick version of
# what bench/flood.sh measures. Once they are up, and while a proven source is
# limited and blocked beside them, they rekey, ask whether the gateway lives and
# send through their tunnels, and not one packet of theirs is lost.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type flood"
CLIENTS=3
topo_flood
CLIENT_LINES=(dpd_delay=1s)
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

# What the clients send, in front of nf_ikemon and behind it
nse "$GW" nft -f - <<-RULES
table inet clients {
	counter ike-before {}
	counter esp-before {}
	counter ike-behind {}
	counter esp-behind {}
	chain before {
		type filter hook prerouting priority -400;
		iifname != "eth0" return
		ip saddr != 192.0.2.101-192.0.2.103 return
		udp dport { 500, 4500 } counter name ike-before
		meta l4proto esp counter name esp-before
	}
	chain behind {
		type filter hook input priority 0;
		iifname != "eth0" return
		ip saddr != 192.0.2.101-192.0.2.103 return
		udp dport { 500, 4500 } counter name ike-behind
		meta l4proto esp counter name esp-behind
	}
}
RULES
# came COUNTER
came()
{
	nse "$GW" nft -j list counter inet clients "$1" |
		jq '.nftables[] | select(.counter?) | .counter.packets'
}
rekeyed()
{
	[ "$(grep -cE "$1" "$TEST_TMP/left/log")" -ge "$2" ]
}
check "tunnels: all are up" slowwait 60 clients_up $CLIENTS
bg slower ip netns exec "$WILD" flood -t 300 -c 100000 -r 300 \
	-k init,init,main,aggressive eth0 "$MAC_WILD" 192.0.2.2 2001:db8::2
SLOWER=$BG_PID
check_soon "tunnels: under a flood" alarm under-attack
v2=$(seen v2)
BAD=10.9.0.1
addr "$LEFT" lo 198.51.100.2/32 198.51.100.3/32
ikemonctl -n "$GW" limit set $BAD rate 2/s burst 3
configure block-offences 3 block-lambda 1
for ((i = 1; i <= CLIENTS; i++)); do
	bg "ping$i" ip netns exec "$LEFT" ping -q -i 0.2 -c 100 -W 10 \
		-I "198.51.100.$i" 203.0.113.1
done
honest bad $BAD -n 300 -b 300 -w 6000 -a 0 -T 2 -L 9 &
for round in 1 2 3; do
	for ((i = 1; i <= CLIENTS; i++)); do
		swan left rekey --child "c$i"
		swan left rekey --ike "c$i"
	done > "$TEST_TMP/out"
	check "tunnels: all are rekeyed, round $round" slowwait 60 rekeyed \
		'IKE_SA c[0-9]+\[[0-9]+\] rekeyed' $((round * CLIENTS))
done
check "tunnels: and all of their children" slowwait 60 rekeyed \
	'inbound CHILD_SA c[0-9]+\{[0-9]+\} established' $((3 * CLIENTS))
check_soon "tunnels: a proven source is blocked meanwhile" blocked $BAD/32
check "tunnels: it was limited first" above 0 count dropped_limit
for ((i = 1; i <= CLIENTS; i++)); do
	check "tunnels: of 100 packets through the tunnel of c$i none is lost" \
		wait_line "$TEST_TMP/ping$i" '100 received, 0% packet loss' 90
done
check "tunnels: the flood went on all the while" kill -0 "$SLOWER"
# Nothing may come between two looks.
lab_stop left
check "tunnels: they sent something" \
	test "$(came ike-before)" -ge 40 -a "$(came esp-before)" -ge 300
check_equal "tunnels: no IKE message of theirs was dropped" \
	"$(came ike-before)" "$(came ike-behind)"
check_equal "tunnels: of the flood no IKE_SA_INIT passed" "$v2" "$(seen v2)"
check_equal "tunnels: nor any ESP" "$(came esp-before)" "$(came esp-behind)"
check_equal "tunnels: none of them repeated itself" 0 "$(awk '
	/IKE_SA c[0-9]+\[[0-9]+\] established between/ { up++ }
	up >= 3 && / retransmit [0-9]/ { n++ } END { print n + 0 }' \
	"$TEST_TMP/left/log")"
check "tunnels: nobody else is blocked" jq -e --arg p $BAD/32 \
	'all(.blocks[]; .prefix == $p)' <(ikemonctl -n "$GW" -j block show)
