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
	local all

	all=$(nse "$GW" nft list counter inet "$1" "$2")
	[[ $all =~ packets\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
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
for mask in 0x1 0x00070000 0x00170000 0xe0000000; do
	ikemonctl -n "$GW" config set mark "$mask" 2> "$TEST_TMP/err"
	check_equal "the mask $mask has no room for every class" \
		"2 ikemonctl: the kernel refused: mark must have four bits side by side, from its lowest one on" \
		"$? $(<"$TEST_TMP/err")"
done
for mask in 0xf 0xf0000000 0x000f8000 0x00ff0000; do
	check "the mask $mask has" ikemonctl -n "$GW" config set mark "$mask"
done
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
check "who brings back the daemon's COOKIE is class 2" \
	[ "$(packets probe class2)" -ge 1 ]
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
ikemonctl -n "$GW" config set mode enforce mark 0x00ff0000 challenge always \
	exempt-mark 0x01000000 exempt-mask 0x01000000 limit-sessions 1
check_not "a mask that a state is found by is refused" eval '
	ip -n "$GW" xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi 0x100 mode tunnel mark 0x10000 mask 0x10000 \
		enc "cbc(aes)" 0x00112233445566778899aabbccddeeff \
		auth "hmac(sha256)" 0x00112233445566778899aabbccddeeff
	ikemonctl -n "$GW" config set mark 0x000f0000'
ip -n "$GW" xfrm state flush

# Every set of rules of the page, on real packets. A logger writes for the first
# namespace alone, unless told otherwise.
n=$(grep -c '^```nft' "$DOC")
check_equal "the page shows this many sets of rules" 4 "$n"
ALL_NETNS=/proc/sys/net/netfilter/nf_log_all_netns
LOGGER=
if modprobe -q nf_log_syslog && [ -e $ALL_NETNS ]; then
	LOGGER=1
	read -r old < $ALL_NETNS
	on_exit eval "echo $old > $ALL_NETNS"
	echo 1 > $ALL_NETNS
fi
for ((i = 1; i <= n; i++)); do
	if [ -z "$LOGGER" ] && block "$i" | grep -q ' log '; then
		xskip "rules $i of docs/nftables.md load" "no logger here"
		continue
	fi
	check "rules $i of docs/nftables.md load" load_block "$i"
done
# Behind those of the page: what has the class that they give it?
nse "$GW" nft -f - <<-'RULES'
	delete table inet probe
	table inet behind {
		counter first { }
		counter first_of_another { }
		chain input {
			type filter hook prerouting priority mangle + 1;
			meta priority != 1:1 return
			meta mark & 0x00ff0000 == 0x00050000 counter name first return
			counter name first_of_another
		}
	}
RULES
counted()
{
	[ "$(packets "$1" "$2")" -ge "$3" ]
}
ikemonctl -n "$GW" block add 192.0.2.1/32
before=$(ikemon_counter "$GW" passed_trusted)
pkt -w -i a010 init
check_soon "trust: passes every challenge, and a block" \
	counter_above "$GW" passed_trusted "$before"
check_equal "count: it is opening" 1 "$(packets ikemon_count opening)"
pkt -w -i a012 init
check_equal "trust: passes a limit" "2 0 0" "$(packets ikemon_count opening) $(
	ikemon_counter "$GW" dropped_limit) $(
	ikemon_counter "$GW" limited_late)"
pkt -w -i a010 -r b001 -m 1 auth
for i in 2 3 4 5; do
	pkt -w -i a010 -r b001 -m $i info
done
check_soon "count: established" counted ikemon_count established 1
check_equal "first: all of them have the priority" \
	"$(packets ikemon_count established)" "$(packets behind first)"
check_equal "first: nobody else has" 0 "$(packets behind first_of_another)"
logged()
{
	dmesg | grep -c 'ike malformed: .*SRC=192.0.2.1 .*MARK=0x1\?0\?b0000'
}
if [ -n "$LOGGER" ]; then
	before=$(logged)
	pkt -c 20 short
	# A limit without a burst of its own has one of 5 packets.
	check_equal "log: of 20 so many are logged" 5 $(($(logged) - before))
else
	xskip "log: of 20 so many are logged" "no logger here"
fi
check_equal "count: nothing would be dropped where it is" 0 \
	"$(packets ikemon_count would_drop)"
nse "$GW" nft delete table inet ikemon_trust
before=$(packets ikemon_count opening)
blocked=$(ikemon_counter "$GW" dropped_blocked)
pkt -i a011 init
check_soon "without trust the block is one" \
	counter_above "$GW" dropped_blocked "$blocked"
ikemonctl -n "$GW" config set mode monitor
pkt -i a013 init
check_soon "count: in mode monitor it is what would be dropped" \
	counted ikemon_count would_drop 1
ikemonctl -n "$GW" block del 192.0.2.1/32 > "$TEST_TMP/out"
ikemonctl -n "$GW" config set mode enforce
pkt -i a014 init
check_soon "without trust the first packet is dropped" \
	counter_above "$GW" first_dropped 0
check_equal "and no rule behind sees it" "$before" \
	"$(packets ikemon_count opening)"
