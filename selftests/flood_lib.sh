# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# A gateway between honest peers and the wild. Sourced after lib.sh and
# ike_lib.sh.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw 100.64.0.2 ---- 100.64.0.1 wild
#
# 10.0.0.0/8 and 2001:db8:f000::/36 are honest initiators behind left; all the
# rest of the world is behind wild, which may also use addresses of left's.

topo_flood()
{
	local ns

	topo_direct
	setup_ns WILD
	veth "$WILD" eth0 "$GW" wild
	addr "$WILD" eth0 100.64.0.1/24 2001:db8:64::1/64
	addr "$GW" wild 100.64.0.2/24 2001:db8:64::2/64
	ip -n "$GW" route replace default via 100.64.0.1
	ip -n "$GW" route add default via 2001:db8:64::1
	ip -n "$GW" route add 10.0.0.0/8 via 192.0.2.1
	ip -n "$GW" route add 198.51.100.0/24 via 192.0.2.1
	ip -n "$GW" route add 2001:db8:f000::/36 via 2001:db8::1
	for ns in "$GW" "$WILD" "$LEFT"; do
		nse "$ns" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0
	done
	MAC_LEFT=$(mac "$GW" eth0)
	MAC_WILD=$(mac "$GW" wild)
	seen_setup
}

mac()
{
	ip -n "$1" -j link show "$2" | jq -r '.[0].address'
}

# What comes through to the daemon, counted where its socket is: openers from
# the wild, apart by version, and everything else from there.
seen_setup()
{
	nse "$GW" nft -f - <<-RULES
	table inet seen {
		counter v2 {}
		counter v1 {}
		counter later {}
		counter broken {}
		counter honest {}
		chain wild {
			udp sport 7 counter name broken return
			@th,200,16 0x2022 counter name v2 return
			@th,200,16 { 0x1002, 0x1004 } @th,128,64 0 counter name v1 return
			counter name later
		}
		chain wild4500 {
			@th,64,32 != 0 return
			@th,232,16 0x2022 counter name v2 return
			@th,232,16 { 0x1002, 0x1004 } @th,160,64 0 counter name v1 return
			counter name later
		}
		chain input {
			type filter hook input priority 0;
			iifname "wild" udp dport 500 jump wild
			iifname "wild" udp dport 4500 jump wild4500
			iifname "eth0" udp dport { 500, 4500 } counter name honest
		}
	}
	RULES
}

# seen NAME: v2, v1, later, broken (by port 7) or honest, packets so far
seen()
{
	nse "$GW" nft -j list counter inet seen "$1" |
		jq '.nftables[] | select(.counter?) | .counter.packets'
}

# wild [OPTION]...: a flood from there on both of the gateway's addresses
wild()
{
	nse "$WILD" flood "$@" eth0 "$MAC_WILD" 192.0.2.2 2001:db8::2
}

wild4()
{
	nse "$WILD" flood "$@" eth0 "$MAC_WILD" 192.0.2.2
}

# left_flood [OPTION]...: from where the honest ones are
left_flood()
{
	nse "$LEFT" flood "$@" eth0 "$MAC_LEFT" 192.0.2.2
}

# honest LOG FROM [OPTION]...: a crowd; what it says goes to LOG
honest()
{
	local log=$TEST_TMP/$1 from=$2 to=192.0.2.2

	shift 2
	case $from in
	*:*)	to=2001:db8::2 ;;
	esac
	nse "$LEFT" crowd "$@" eth0 "$MAC_LEFT" "$from" "$to" > "$log"
}

# peers NAME FROM SECONDS [OPTION...]: 300 who try again and again, in the
# background, as process $PEERS
peers()
{
	local name=$1 from=$2 seconds=$3

	shift 3
	honest "$name" "$from" -n 300 -b 50 -w 1000 -R 100 -W 500 \
		-L "$seconds" "$@" &
	PEERS=$!
}

# said LOG FIELD: of what a flood or a crowd said
said()
{
	jq -r ".$2" "$TEST_TMP/$1"
}

# respond [OPTION]...: crowd's responder at the gateway, in place of the last
respond()
{
	[ -z "${RESPONDER-}" ] || stop_bg "$RESPONDER"
	bg responder ip netns exec "$GW" crowd -r "$@"
	RESPONDER=$BG_PID
	busywait 10000 responds || fail "the responder starts" \
		"$(<"$TEST_TMP/responder")"
}

responds()
{
	[ "$(nse "$GW" ss -Hnul 'sport = :4500' | wc -l)" = 2 ]
}

# configure KEY VALUE...: at the gateway
configure()
{
	ikemonctl -n "$GW" config set "$@" || fail "config set $*"
}

# offences PREFIX: of that source, over all classes; nothing known is none
offences()
{
	ikemonctl -n "$GW" -j source show | jq --arg p "$1" '[.sources[] |
		select(.prefix == $p) | .offences[]?] | add // 0'
}

# blocked PREFIX: all of it, or a share of it
blocked()
{
	ikemonctl -n "$GW" -j block show | jq -e --arg p "$1" 'any(.blocks[];
		.origin == "dynamic" and .prefix == $p)'
}

# nobody_blocked: nor was anybody
nobody_blocked()
{
	[ "$(count blocks)" = 0 ] && ikemonctl -n "$GW" -j block show |
		jq -e '.blocks == []'
}

alarm()
{
	[ "$(count "alarm_${1//-/_}")" = 1 ]
}

count()
{
	ikemon_counter "$GW" "$1"
}

# above NUMBER COMMAND...: what COMMAND prints is more
above()
{
	local n=$1

	shift
	[ "$("$@")" -gt "$n" ]
}

# all_of LOG: of that crowd every one was answered and got what it wanted
all_of()
{
	jq -e '.answered == .initiators and .failed == 0' "$TEST_TMP/$1"
}

#
# Real clients: one daemon with many connections, each of its own address
#

# clients_setup COUNT [OPTION=VALUE...]: charon at the gateway and at left, which
# has the connections c1 to cCOUNT ready. The options are for the gateway;
# what CLIENT_LINES adds is for each connection, GATEWAY_LINES for its.
CLIENT_LINES=()
GATEWAY_LINES=()
CLIENT_ADDRS=0
clients_setup()
{
	local n=$1 i

	shift
	for ((i = CLIENT_ADDRS + 1; i <= n; i++)); do
		addr "$LEFT" eth0 "192.0.2.$((100 + i))/24"
		CLIENT_ADDRS=$i
	done
	swan_start "$GW" gw "$@"
	swan_start "$LEFT" left retransmit_timeout=4.0 \
		filelog.log.time_add_ms=yes filelog.log.time_format=%s
	swan_conn any 192.0.2.2 %any 203.0.113.1/32 198.51.100.0/24 \
		mobike=no "${GATEWAY_LINES[@]}" | swan_load gw
	swan_psk gw
	swan_psk left
	for ((i = 1; i <= n; i++)); do
		swan_conn "c$i" "192.0.2.$((100 + i))" 192.0.2.2 \
			"198.51.100.$i/32" 203.0.113.1/32 mobike=no \
			child:start_action=start "${CLIENT_LINES[@]}"
	done > "$TEST_TMP/clients"
	swan_apply
}

# clients_begin [SED-COMMAND]: all of them at once, or what that leaves
clients_begin()
{
	sed "${1-}" "$TEST_TMP/clients" | swan_load left
	swan_apply
}

# clients_times: for each that is up, ms from its first message to that
clients_times()
{
	awk '/initiating IKE_SA c[0-9]+\[/ {
		match($0, /SA c[0-9]+/)
		name = substr($0, RSTART + 3, RLENGTH - 3)
		if (!(name in start))
			start[name] = $1
	}
	/IKE_SA c[0-9]+\[[0-9]+\] established between/ {
		match($0, /SA c[0-9]+/)
		name = substr($0, RSTART + 3, RLENGTH - 3)
		if (!(name in up))
			up[name] = $1
	}
	END { for (name in up)
		printf "%d\n", (up[name] - start[name]) * 1000 }' \
		"$TEST_TMP/left/log" | sort -n
}

# clients_up COUNT: so many are
clients_up()
{
	[ "$(clients_times | wc -l)" -ge "$1" ]
}

# clients_again: take all down and ask once more; times are of the new ones
clients_down()
{
	swan left terminate --ike "c*" --force > "$TEST_TMP/out"
}
