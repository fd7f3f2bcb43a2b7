#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The class in the packet's mark: what it is for each kind of message, that
# other bits stay, and that the rules of docs/nftables.md do what they say.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
checktool "nft --version"
topo_direct
DOC=$SELFTESTS/../docs/nftables.md
OTHER=0x80000001	# bits that are not ours

pkt()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 "$@" 192.0.2.2 > "$TEST_TMP/out"
}
answers()
{
	bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 "$@" answer
	busywait 10000 listening
}
listening()
{
	[ -n "$(nse "$GW" ss -Hnul "sport = :500")" ]
}
# A raw chain sets the bits of others; behind us each class has its counter,
# which counts only if those bits are still there.
probe()
{
	local class

	echo "table inet probe {"
	for class in 0 1 2 3 4 5 7 8 9 11 12; do
		echo "	counter class$class { }"
	done
	echo "	chain raw {
		type filter hook prerouting priority raw;
		udp dport { 500, 4500 } meta mark set $OTHER
	}
	chain mangle {
		type filter hook prerouting priority mangle;
		udp dport != { 500, 4500 } return"
	for class in 0 1 2 3 4 5 7 8 9 11 12; do
		printf '\t\tmeta mark 0x%08x counter name class%d\n' \
			$((OTHER | class << 16)) $class
	done
	echo "	}
}"
}
# packets TABLE COUNTER
packets()
{
	nse "$GW" nft -j list counter inet "$1" "$2" |
		jq '.nftables[] | .counter? // empty | .packets'
}
# marks CLASS COMMAND...: it makes one packet more of that class
marks()
{
	local class=class$1 before

	shift
	before=$(packets probe "$class")
	"$@"
	busywait 5000 eval "[ \$(packets probe $class) = $((before + 1)) ]"
}
# block N: the Nth set of rules in the page
block()
{
	awk -v n="$1" '/^```nft/ { k++; on = 1; next } /^```/ { on = 0 }
		on && k == n' "$DOC"
}
load_block()
{
	block "$1" | nse "$GW" nft -f -
}

watch "$GW"
probe | nse "$GW" nft -f -
answers -r b001
check "without a mask nothing is written" marks 0 pkt -i a000 init
ikemonctl -n "$GW" config set mark 0x00ff0000
check "a first message is class 1" marks 1 pkt -i a001 init
pkt -w -i a002 init
check "the first of IKE_AUTH is authenticating, class 4" \
	marks 4 pkt -w -i a002 -r b001 -m 1 auth
pkt -w -i a002 -r b001 -m 2 info
pkt -w -i a002 -r b001 -m 3 info
check_soon "a session is established" ikemon_has "$GW" \
	'.spi_i == "000000000000a002" and .state == "established"'
check "its messages are class 5" marks 5 pkt -i a002 -r b001 -m 4 info
pkt -w -i a003 init
check "a repetition when it is half-open is class 3" marks 3 pkt -i a003 init
check "a keepalive is class 7" marks 7 pkt -p 4500 -d 4500 keepalive
check "a malformed message is class 11" marks 11 pkt short
check "a message of no session is class 12" \
	marks 12 pkt -i a004 -r b004 info
check "what would be blocked is class 9" eval '
	ikemonctl -n "$GW" block add 192.0.2.1/32 &&
	marks 9 pkt -i a005 init &&
	ikemonctl -n "$GW" block del 192.0.2.1/32'
# Of a burst in one second only the first is within the rate.
over()
{
	local before

	before=$(packets probe class8)
	ikemonctl -n "$GW" config set message-rate 1 &&
	pkt -k -c 5 -i a002 -r b001 -m 5 info &&
	busywait 5000 eval "[ \$(packets probe class8) -gt $before ]"
}
check "what would be over a limit is class 8" over

# Every rung of the ladder is counted as what it would have done.
ikemonctl -n "$GW" config set malformed-rate 0 limit-sessions 1 \
	challenge always
pkt short
pkt -i a006 init
stop_bg "$BG_PID"
answers -a cookie
# The daemon's own challenge is answered more often than is free.
for i in 1 2 3 4 5 6 7; do
	pkt -C -i a007 -x "$i" init
done
for name in challenge limit drop_blocked drop_rate drop_malformed; do
	check_soon "mode monitor counts would_$name" \
		counter_above "$GW" "would_$name" 0
done
check_equal "and did nothing of it" "0 0 0 0 0 0" "$(for name in cookies_sent \
	first_dropped dropped_limit dropped_blocked dropped_rate \
	dropped_malformed; do ikemon_counter "$GW" $name; done | paste -sd' ')"
stop_bg "$BG_PID"
answers -r b001

ikemonctl -n "$GW" config reset
ikemonctl -n "$GW" config set mode enforce mark 0x00ff0000 challenge always
check_not "a mask that a state is found by is refused" eval '
	ip -n "$GW" xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi 0x100 mode tunnel mark 0x10000 mask 0x10000 \
		enc "cbc(aes)" 0x00112233445566778899aabbccddeeff \
		auth "hmac(sha256)" 0x00112233445566778899aabbccddeeff
	ikemonctl -n "$GW" config set mark 0x00030000'
ip -n "$GW" xfrm state flush

# Every set of rules of the page, on real packets.
n=$(grep -c '^```nft' "$DOC")
check "the page shows rules" [ "$n" -ge 4 ]
for ((i = 1; i <= n; i++)); do
	if block "$i" | grep -q ' log ' && ! modprobe -q nf_log_syslog; then
		xskip "rules $i of docs/nftables.md load" "no logger here"
		continue
	fi
	check "rules $i of docs/nftables.md load" load_block "$i"
done
nse "$GW" nft delete table inet probe
before=$(ikemon_counter "$GW" passed_trusted)
ikemonctl -n "$GW" config set exempt-mark 0x01000000 exempt-mask 0x01000000
pkt -i a010 init
check_soon "what the raw chain trusts passes every challenge" \
	counter_above "$GW" passed_trusted "$before"
check_soon "and is counted as opening" \
	eval '[ "$(packets ikemon_count opening)" -ge 1 ]'
nse "$GW" nft delete table inet ikemon_trust
before=$(packets ikemon_count opening)
pkt -i a011 init
check_soon "without it the first packet is dropped" \
	counter_above "$GW" first_dropped 0
check_equal "and no rule behind sees it" "$before" \
	"$(packets ikemon_count opening)"
