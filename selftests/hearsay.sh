#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What anybody can make up is no word of our side: messages that are only
# forwarded, with scope all, and what a local user sends through UDP.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw 198.18.0.1 ---- 198.18.0.2 inside
#	                    (nf_ikemon, answers by ikepkt)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
topo_direct
setup_ns INSIDE
veth "$INSIDE" eth0 "$GW" in0
addr "$INSIDE" eth0 198.18.0.2/24
addr "$GW" in0 198.18.0.1/24
ip -n "$INSIDE" route add default via 198.18.0.1
watch "$GW" scope all

pkt()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 "$@" 192.0.2.2 > "$TEST_TMP/out"
}
# forged [OPTION...]: an INFORMATIONAL response of some IKE SA, to the peer
forged()
{
	nse "$INSIDE" ikepkt -s 198.18.0.2 -R "$@" info 192.0.2.1
}
# answers PORT [OPTION...]: from now on the gateway answers like this
answers()
{
	local port=$1

	shift
	[ -z "${ANSWER-}" ] || stop_bg "$ANSWER"
	bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 -p "$port" "$@" \
		answer
	ANSWER=$BG_PID
	busywait 10000 listening "$port"
}
listening()
{
	[ -n "$(nse "$GW" ss -Hnul "sport = :$1")" ]
}
# counts NAME COMMAND...: NAME goes up by one
counts()
{
	local name=$1 before

	shift
	before=$(ikemon_counter "$GW" "$name")
	"$@" && busywait 5000 counter_above "$GW" "$name" "$before"
}
state_of()
{
	ikemon_get "$GW" ".spi_i == \"000000000000$1\"" '"\(.state) \(.reason)"'
}
flush()
{
	ikemonctl -n "$GW" session flush all > "$TEST_TMP/out"
}

# ---- a session of ours, and what looks like its successor

answers 500 -r b010
pkt -w -i a010 init
pkt -w -i a010 -r b010 -m 1 auth
pkt -w -i a010 -r b010 -m 2 info
pkt -w -i a010 -r b010 -m 3 child
check_equal "a session of ours is up, and may have been rekeyed" \
	"established none" "$(state_of a010)"
check "somebody behind us makes up another of its peer" \
	counts sessions_adopted forged -i dead01 -r beef01
check_equal "that does not end it" "established none" "$(state_of a010)"
flush

# ---- a session that nobody has, and the block of who offends

ikemonctl -n "$GW" config set block-offences 1
answers 500 -r b020
pkt -w -i a020 init
pkt -w -i a020 -r b020 -m 1 auth
check "another is made up" counts sessions_adopted forged -i dead02 -r beef02
check "who offends would be blocked all the same" counts would_block \
	pkt -k -c 20 -i a020 -r b020 -m 1 auth
ikemonctl -n "$GW" block flush > "$TEST_TMP/out"
ikemonctl -n "$GW" config set block-offences 30
flush

# ---- a table full of them

ikemonctl -n "$GW" config set mode off
watch "$GW" max-sessions 256 timeout-new 60s
forged -c 400 -i dead100 -r beef03
full()
{
	[ "$(ikemon_count "$GW" '.local_role == "none"')" = 256 ]
}
check_soon "they fill the table" full
check "a message to us has a session all the same" \
	counts sessions_evicted pkt -i a030 init
check "which is there" ikemon_has "$GW" '.spi_i == "000000000000a030"'
flush
answers 500 -a no
pkt -c 256 -i a100 init
ours()
{
	ikemon_count "$GW" '.local_role == "responder"'
}
check_equal "the table is full of ours" 256 "$(ours)"
check "none is made up then" counts sessions_refused forged -i dead04 -r beef04
forged -c 50 -i dead800 -r beef05
check_equal "and none of ours has to go" 256 "$(ours)"
ikemonctl -n "$GW" config set mode off

# ---- ESP of a local user

watch "$GW" scope local max-sessions 65536
answers 4500 -n -r b040
natt()
{
	pkt -n -p 4500 -d 4500 -i a040 "$@"
}
# esp_out COMMAND...: to the peer, not from the port of the daemon
esp_out()
{
	nse "$GW" "$@" ikepkt -p 5000 -d 4500 -i c0ffee02 esp 192.0.2.1
}
natt -w init
natt -w -r b040 -m 1 auth
check_equal "a session waits for proof" "authenticating none" "$(state_of a040)"
check "ESP of the peer comes in" counts packets_esp_in_udp \
	pkt -p 4500 -d 4500 -i c0ffee01 esp
check "a local user sends what looks like ours" counts packets_esp_in_udp \
	esp_out setpriv --reuid 65534 --clear-groups
check_equal "which proves nothing" "authenticating none" "$(state_of a040)"
check "our own goes out" counts packets_esp_in_udp esp_out
check_equal "and proves it" "established none" "$(state_of a040)"
