#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A gateway and its peers, all real daemons in namespaces of their own, and
# what nf_ikemon says of them as it happens. "make demo" runs it in a guest;
# it ends by itself, or with Ctrl-C.
#
#	branch 192.0.2.129 (strongSwan) ------+
#	partner 203.0.113.129 (Libreswan) ----+ gw 192.0.2.2 .130
#	roadwarrior 198.51.100.10 -- natbox --+    203.0.113.130
#	            (strongSwan)   192.0.2.1       (strongSwan, nf_ikemon)
#	wild 100.64.0.1, with any address ----+

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
ktap_done=1		# no test: no results
MONITOR=''

# The guest has no terminal; "make demo" says whether there is one outside.
BOLD='' PLAIN=''
[ -z "${IKEMON_TERMINAL:-}" ] || { BOLD=$'\e[1m' PLAIN=$'\e[0m'; }

say()
{
	printf '\n%s=== %s%s\n' "$BOLD" "$*" "$PLAIN"
}

# Commands are shown as an operator would type them on the gateway.
show()
{
	printf '\n%s# ikemonctl %s%s\n' "$BOLD" "$*" "$PLAIN"
	ikemonctl -n "$GW" "$@"
}

topology()
{
	setup_ns BRANCH PARTNER CLIENT NATBOX WILD GW
	veth "$NATBOX" wan "$GW" eth0
	veth "$CLIENT" eth0 "$NATBOX" lan
	veth "$BRANCH" eth0 "$GW" eth1
	veth "$PARTNER" eth0 "$GW" eth2
	veth "$WILD" eth0 "$GW" eth3
	addr "$GW" eth0 192.0.2.2/25
	addr "$GW" eth1 192.0.2.130/25
	addr "$GW" eth2 203.0.113.130/25
	addr "$GW" lo 203.0.113.1/32
	addr "$GW" eth3 100.64.0.2/24
	addr "$WILD" eth0 100.64.0.1/24
	addr "$BRANCH" eth0 192.0.2.129/25
	addr "$BRANCH" lo 198.51.100.201/32
	addr "$PARTNER" eth0 203.0.113.129/25
	addr "$PARTNER" lo 198.51.100.203/32
	addr "$NATBOX" wan 192.0.2.1/25
	addr "$NATBOX" lan 198.51.100.1/25
	addr "$CLIENT" eth0 198.51.100.10/25
	addr "$CLIENT" lo 198.51.100.202/32
	ip -n "$CLIENT" route add default via 198.51.100.1
	ip -n "$BRANCH" route add default via 192.0.2.130
	ip -n "$PARTNER" route add default via 203.0.113.130
	ip -n "$GW" route add default via 100.64.0.1
	nse "$GW" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0 \
		net.ipv4.conf.eth3.rp_filter=0
	ip -n "$GW" route add 198.51.100.202/32 via 192.0.2.1
	ip -n "$GW" route add 198.51.100.201/32 via 192.0.2.129
	ip -n "$GW" route add 198.51.100.203/32 via 203.0.113.129
	forwarding "$NATBOX"
	nse "$NATBOX" nft -f - <<-RULES
	table ip nat {
		chain post {
			type nat hook postrouting priority 100;
			oifname "wan" masquerade
		}
	}
	RULES
}

daemons()
{
	local name

	swan_start "$GW" gw
	swan_start "$BRANCH" branch
	swan_start "$CLIENT" client keep_alive=2s
	for name in gw branch client; do
		swan_psk $name
	done
	swan_psk gw "the key of this year" changed.example
	swan_psk branch "the key of last year" changed.example
	swan_pair branch gw office 192.0.2.129 192.0.2.130 \
		198.51.100.201/32 203.0.113.1/32 mobike=no
	swan_pair branch gw old 192.0.2.129 192.0.2.130 \
		198.51.100.201/32 203.0.113.1/32 mobike=no \
		remote:auth=psk remote:id=changed.example
	swan_pair branch gw legacy 192.0.2.129 192.0.2.130 \
		198.51.100.201/32 203.0.113.1/32 version=1
	swan_conn road %any 192.0.2.2 198.51.100.202/32 203.0.113.1/32 |
		swan_load client
	swan_conn any 192.0.2.2,203.0.113.130 %any 203.0.113.1/32 \
		198.51.100.0/24 | swan_load gw
	[ -x "$LSW/pluto" ] || return
	lsw_start "$PARTNER" partner
	lsw_load partner tunnel <<-CONF
	left=203.0.113.129
	right=203.0.113.130
	leftsubnet=198.51.100.203/32
	rightsubnet=203.0.113.1/32
	authby=secret
	pfs=no
	ikev2=insist
	ike=aes128-sha2_256;modp2048
	esp=aes128-sha2_256
	auto=add
	CONF
}

monitor()
{
	setsid stdbuf -oL ikemonctl -n "$GW" monitor &
	MONITOR=$!
	background+=("$MONITOR")
	busywait "$IKEMON_WAIT" record_ready "/proc/$MONITOR/net/netlink"
}

# Forged requests from everywhere, until the demonstration ends.
wild()
{
	local mac

	mac=$(ip -n "$GW" -j link show eth3 | jq -r '.[0].address')
	bg wild ip netns exec "$WILD" flood -c 200000 -t 60 -r 2000 \
		-k init,main eth0 "$mac" 192.0.2.130
}

[ -d /sys/module/nf_ikemon ] || {
	echo "demo: nf_ikemon is not loaded; make demo runs this in a guest" >&2
	exit 1
}
say "A gateway, a branch, a partner and a road warrior behind NAT start"
topology
daemons
show config set mode monitor
ikemonctl -n "$GW" config set timeout-authenticating 3
say "ikemonctl monitor runs from here on"
monitor

say "The branch (strongSwan, IKEv2) opens its tunnel and sends traffic"
swan_up branch office
ping_through "$BRANCH" 198.51.100.201 203.0.113.1
busywait "$IKEMON_WAIT" ikemon_has "$GW" '.state == "established"'

say "The road warrior comes through the NAT: from port 500 to 4500"
swan_up client road
ping_through "$CLIENT" 198.51.100.202 203.0.113.1
busywait "$IKEMON_WAIT" ikemon_has "$GW" '.state == "established" and .nat'
show session show prefix 192.0.2.1/32

say "The branch tries another tunnel, with the key of last year"
swan_up branch old > "$TEST_TMP/out"
grep 'AUTH' "$TEST_TMP/branch/initiate" | tail -n 1
busywait "$IKEMON_WAIT" ikemon_has "$GW" '.state == "failed"'

say "An old IKEv1 tunnel, Main Mode and Quick Mode"
swan_up branch legacy
busywait "$IKEMON_WAIT" ikemon_has "$GW" '.version == 1 and
	.state == "established"'

if [ -x "$LSW/pluto" ]; then
	say "The partner (Libreswan) opens its tunnel"
	lsw_up partner tunnel
	ping_through "$PARTNER" 198.51.100.203 203.0.113.1
	busywait "$IKEMON_WAIT" ikemon_has "$GW" \
		'.initiator.addr == "203.0.113.129" and .state == "established"'
fi

stop_bg "$MONITOR"
say "What the gateway knows now"
show session show
show source show

say "From now on it protects itself: who is not proven is asked for a COOKIE"
show config set mode enforce cookie passthrough
say "Somebody floods it with forged requests, 2000 a second"
wild
under_attack()
{
	[ "$(ikemon_counter "$GW" alarm_under_attack)" = 1 ]
}
busywait "$IKEMON_WAIT" under_attack
say "The branch loses its tunnel just now, and opens it again"
swan branch terminate --ike office > "$TEST_TMP/out"
swan_up branch office
grep 'COOKIE' "$TEST_TMP/branch/initiate" | head -n 2
ping_through "$BRANCH" 198.51.100.201 203.0.113.1 &&
	echo "It is up, and traffic passes."
show
show session show prefix 192.0.2.129/32 state established
stop_bg "$BG_PID"
show -s session show state failed prefix 192.0.2.129/32
show stats show
