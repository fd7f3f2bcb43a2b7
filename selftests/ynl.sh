#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A client that is not ours: the kernel tree's generic netlink client, which
# knows of the family what docs/netlink/specs/ikemon.yaml says.
#
#	peers ---- veth ---- gateway (watched)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
need_ynl
flood=$(helper ikeflood) || fail "ikeflood does not build"

setup_ns peers gateway
veth "$peers" eth0 "$gateway" eth0
addr "$peers" eth0 192.0.2.1/24
addr "$gateway" eth0 192.0.2.2/24

ynl_start "$gateway"
# y ARGUMENT...: the answer as JSON
y()
{
	ynl --output-json "$@"
}

check_equal "version-get" "$(</sys/module/nf_ikemon/version)" \
	"$(y --do version-get | jq -r .module)"
check_equal "config-get: off" off "$(y --do config-get | jq -r .mode)"
set=$(y --do config-set --json \
	'{"mode": "monitor", "timeout-new": 3600,
	  "port": [{"port": 500, "kind": "ike"}, {"port": 4500, "kind": "natt"},
		   {"port": 600, "kind": "ike"}]}')
check_equal "config-set answers with the result" "monitor 3600 500,4500,600" \
	"$(jq -r '"\(.mode) \(."timeout-new") \([.port[].port] | join(","))"' \
		<<<"$set")"
check_equal "config-get says the same" "$(jq -S . <<<"$set")" \
	"$(y --do config-get | jq -S .)"

nse "$peers" "$flood" -s 0x0102030405060708 -n 50 192.0.2.1 192.0.2.2
dump=$(y --dump session-get)
check_equal "dump session-get" 50 "$(jq length <<<"$dump")"
id=$(jq '.[7].id' <<<"$dump")
one=$(y --do session-get --json "{\"id\": $id}")
# What passes with time is not compared.
drop='del(.expires, ."first-seen", ."last-seen", ."from-initiator")'
check_equal "session-get of one is what the dump shows" \
	"$(jq -S ".[7] | $drop" <<<"$dump")" "$(jq -S "$drop" <<<"$one")"
check_equal "a session says who it is" "2 new 192.0.2.1 500 192.0.2.2 500" \
	"$(jq -r '"\(.version) \(.state) " + ([.initiator, .responder |
		"\(.addr) \(.port)"] | join(" "))' <<<"$one")"
check_equal "a filtered dump" 0 \
	"$(y --dump session-get --json '{"version": 1}' | jq length)"
check_equal "a counted dump" 3 \
	"$(y --dump session-get --json '{"max-count": 3}' | jq length)"
check_equal "dump source-get" 50 \
	"$(y --dump source-get | jq '.[0].negotiations')"
check_equal "stats-get" 50 "$(y --do stats-get |
	jq '.counter[] | select(.name == "sessions_new").value')"

# ---- limits and blocks

# prefix IPV4/LENGTH: as the client takes it, which shows it in another way
prefix()
{
	local addr=${1%/*}

	# shellcheck disable=SC2086 # four numbers
	printf '"prefix": {"addr": "%02x%02x%02x%02x", "len": %s}' \
		${addr//./ } "${1#*/}"
}

limit_of()
{
	y --do source-get --json "{$(prefix 192.0.2.1/32)}" |
		jq -r '.limit | "\(.prefix.len) \(.kind) \(.rate) \(.sessions)"'
}

check_equal "a source has the limits as configured" "null limit 50 10000" \
	"$(limit_of)"
y --do limit-set --json "{$(prefix 192.0.0.0/16), \"rate\": 5}" >/dev/null
y --do limit-set --json \
	"{$(prefix 192.0.2.0/24), \"rate\": 7, \"sessions\": 70}" >/dev/null
y --do limit-set --json "{$(prefix 198.51.100.0/24), \"rate\": 9}" >/dev/null
check_equal "those of the longest prefix" "24 limit 7 70" "$(limit_of)"
check_equal "limit-get" "192.0.0.0/16 192.0.2.0/24 198.51.100.0/24" \
	"$(y --dump limit-get |
		jq -r '[.[].prefix | "\(.addr)/\(.len)"] | join(" ")')"
y --do limit-del --json "{$(prefix 192.0.2.0/24)}" >/dev/null
check_equal "then those of the next" "16 limit 5 10000" "$(limit_of)"

check_equal "block-add" "operator 1" \
	"$(y --do block-add --json "{$(prefix 192.0.2.0/30)}" |
		jq -r '"\(.origin) \(.would)"')"
nse "$peers" "$flood" -s 0x1102030405060708 -n 5 192.0.2.1 192.0.2.2
blocked()
{
	[ "$(y --dump block-get | jq '.[0].packets')" -ge 5 ]
}
check "a block counts what it would drop" busywait 5000 blocked
check_equal "and drops nothing in mode monitor" 55 \
	"$(y --dump session-get | jq length)"
check_equal "block-flush" 1 "$(y --do block-flush | jq .flushed)"

# Peers keep coming while the client gets ready to listen.
bg flood ip netns exec "$peers" "$flood" -s 1000000 -n 100000 -r 20 192.0.2.1 192.0.2.2
y --subscribe session --sleep 3 >"$TEST_TMP/events"
stop_bg "$BG_PID"
check "subscribe: events came" test "$(jq length "$TEST_TMP/events")" -gt 0
check_equal "and are what the description says" "session-ntf new" \
	"$(jq -r '.[0] | "\(.name) \(.msg.event)"' "$TEST_TMP/events")"

check "session-flush" test \
	"$(y --do session-flush | jq .flushed)" -ge 50
check_equal "config-replace resets" off \
	"$(y --do config-replace | jq -r .mode)"
