#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ways around the ladder: addresses that are ours without standing on a device,
# messages of which a daemon may make more than we do, openers that no COOKIE
# can answer, checksums that are still to be made, a table full of forged
# sessions, and negotiations that hide behind another with the same SPI.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)
#	     2001:db8::1	2001:db8::2

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
checktool "python3 -c pass" python3
topo_direct
pkt()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 "$@" 192.0.2.2
}
# pkt_to ADDRESS [OPTION...] KIND: over IPv6
pkt_to()
{
	local to=$1

	shift
	nse "$LEFT" ikepkt -s 2001:db8::1 "$@" "$to"
}
listening()
{
	[ "$(nse "$GW" ss -Hnul "sport = :500" | wc -l)" = "$1" ]
}
# answers [OPTION...]: from now on the gateway answers like this
answers()
{
	[ -z "${ANSWER-}" ] || stop_bg "$ANSWER"
	bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 "$@" answer
	ANSWER=$BG_PID
	busywait 10000 listening 1
}
enforce()
{
	ikemonctl -n "$GW" config reset > "$TEST_TMP/out"
	ikemonctl -n "$GW" config set mode enforce "$@" > "$TEST_TMP/out"
}
count()
{
	ikemon_counter "$GW" "$1"
}
# counts NAME N COMMAND...: NAME goes up by N, and by no more
counts()
{
	local name=$1 n=$2 before

	shift 2
	before=$(count "$name")
	"$@" > "$TEST_TMP/out" || return
	busywait 5000 counter_above "$GW" "$name" $((before + n - 1))
	[ "$(count "$name")" = $((before + n)) ] && return
	echo "$name: $before before, $(count "$name") after"
	return 1
}

# ---- whom it is for

forwarding "$GW"
ip -n "$GW" route add local 2001:db8:ffff::/48 dev lo
ip -n "$LEFT" route add 2001:db8:ffff::/48 via 2001:db8::2
enforce challenge always
check "anycast: the address of all routers of a prefix is ours" \
	counts first_dropped 1 pkt_to 2001:db8:: init
check "and what is routed here without an address" \
	counts first_dropped 1 pkt_to 2001:db8:ffff::1 init
check "who is blocked is blocked there as well" eval '
	ikemonctl -n "$GW" block add 2001:db8::/64 &&
	counts dropped_blocked 1 pkt_to 2001:db8:: init &&
	ikemonctl -n "$GW" block del 2001:db8::/64'
bg any ip netns exec "$GW" ikepkt -s :: answer
busywait 10000 listening 1
enforce challenge always cookie passthrough
check "a COOKIE is sent from what is routed here" \
	counts cookies_sent 1 pkt_to 2001:db8:ffff::1 -w init
stop_bg "$BG_PID"
ip -n "$GW" route del local 2001:db8:ffff::/48 dev lo
check "what is for others is not ours" eval '
	ip -n "$GW" route add 2001:db8:ffff::/48 via 2001:db8::1 &&
	counts not_local 1 pkt_to 2001:db8:ffff::1 init'

# ---- what is broken, or only looks like it

answers -r b001
enforce
check "blocked: what is broken is refused" eval '
	ikemonctl -n "$GW" block add 192.0.2.1/32 &&
	counts dropped_blocked 1 pkt length &&
	counts dropped_blocked 1 pkt version'
check "as an opener is that is none" \
	counts dropped_blocked 1 pkt -m 1 init
check "whatever its responder SPI is" \
	counts dropped_blocked 1 pkt -r c001 init
check "or its version" counts dropped_blocked 1 pkt -m 1 main
check "but no message of what may be a tunnel, which is answered" \
	counts unknown_session 2 pkt -r c001 -m 1 info
ikemonctl -n "$GW" block flush > "$TEST_TMP/out"
before=$(count dropped_malformed)
check "of one source no more of it passes than of openers" \
	counts malformed_length 60 pkt -c 60 length
check "the rest is dropped" [ $(($(count dropped_malformed) - before)) -ge 20 ]
check "which challenges nobody" counts first_dropped 0 pkt -w init
enforce challenge always
check "while all are challenged, nothing of it passes" eval '
	counts dropped_malformed 1 nse "$LEFT" ikepkt -s 192.0.2.77 length \
		192.0.2.2 &&
	counts dropped_malformed 1 nse "$LEFT" ikepkt -s 192.0.2.77 -m 1 init \
		192.0.2.2'
ikemonctl -n "$GW" limit set 192.0.2.1/32 trusted
before=$(count dropped_malformed)
check "unless somebody is trusted" counts malformed_length 1 pkt length
check_equal "of whom nothing is dropped" "$before" "$(count dropped_malformed)"

# ---- openers that are not answered by a COOKIE are let in when they are repeated

enforce challenge always cookie passthrough
check "octets behind an opener do not save it from a COOKIE" \
	counts cookies_sent 1 pkt -w -i a060 trailing
# What comes sooner than 0.3 s later is no repetition.
again()
{
	pkt -i a060 trailing
	lib_pause 0.5
	pkt -i a060 trailing
}
before=$(count first_passed)
check "however often it is repeated" counts cookies_sent 2 again
check_equal "it is not let in" "$before" "$(count first_passed)"

# With "mixed" the first packet is dropped, which is no reason to be mean later.
enforce challenge always cookie passthrough mixed on first-drop-rate 1
check "mixed: first packets are dropped" \
	counts first_dropped 100 pkt -c 100 -i a1000 init
lib_pause 0.5
check "and all that come back are sent a COOKIE" \
	counts cookies_sent 100 pkt -c 100 -i a1000 init

# ---- a checksum that whoever is on the same machine leaves to the device, with
# octets behind the datagram, which it does not cover

unsummed()
{
	nse "$LEFT" /usr/bin/python3 - "$(ip -n "$GW" -j link show eth0 |
		jq -r '.[0].address')" <<-'PYTHON'
	import socket, struct, sys
	ike = bytes.fromhex("0a0b0c0d0e0f1011" "0000000000000000" +
		"00202208" "00000000" "0000001c")
	udp = struct.pack("!HHHH", 500, 500, 8 + len(ike), 0xdead) + ike
	ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp) + 6, 0, 0, 64, 17, 0)
	ip += socket.inet_aton("192.0.2.1") + socket.inet_aton("192.0.2.2")
	s = sum(struct.unpack("!10H", ip))
	while s >> 16: s = (s & 0xffff) + (s >> 16)
	ip = ip[:10] + struct.pack("!H", ~s & 0xffff) + ip[12:]
	frame = bytes.fromhex(sys.argv[1].replace(":", "")) + b"\2" * 6
	frame += b"\x08\0" + ip + udp + b"behind"
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind(("eth0", 0))
	s.setsockopt(263, 15, 1)	# SOL_PACKET, PACKET_VNET_HDR
	s.send(struct.pack("=BBHHHH", 1, 0, 0, 0, 34, 6) + frame)
	PYTHON
}
enforce challenge always
check "a checksum still to be made is no wrong one" \
	counts first_dropped 1 unsummed

# ---- who forges both messages of a negotiation

anew()
{
	ikemonctl -n "$GW" config reset > "$TEST_TMP/out"
	watch "$GW" "$@"
}
anew max-sessions 16 timeout-new 60s
answers -a no
pkt -c 16 -i b0000 init
pkt -c 16 -i b0000 -r 77 -m 1 auth
all_forged()
{
	[ "$(ikemon_count "$GW" '.state == "authenticating"')" = 16 ]
}
check_soon "a table full of forged negotiations" all_forged
# Who comes looks for a victim near his own place alone.
pkt -c 64 -i a7000 init
check_soon "has a place for others" ikemon_has "$GW" '.state == "new"'

# ---- negotiations behind another one with the same SPI

anew
spi_is()
{
	ikemon_has "$GW" ".spi_i == \"000000000000$1\" and
		.spi_r == \"000000000000$2\" and .state == \"$3\"${4:+ and
		.reason == \"$4\"}"
}
answers -r b080 -l 48
pkt -w -i a080 init > "$TEST_TMP/out"
answers -a no
pkt -i a080 -r b080 -m 1 auth
check_soon "a negotiation is kept waiting" spi_is a080 b080 authenticating
answers -r b081 -l 48
pkt -w -i a080 -x 2 init > "$TEST_TMP/out"
check_soon "another with its SPI takes its place" spi_is a080 b081 half-open
pkt -w -i a080 -r b081 -m 1 auth > "$TEST_TMP/out"
check_soon "and its failure is seen" \
	spi_is a080 b081 failed auth-failed-suspected
answers -a no
pkt -i a080 -r b081 -m 2 auth
check_soon "that is kept waiting, too" spi_is a080 b081 authenticating
answers -l 48
pkt -w -i a080 -r b082 -m 1 auth > "$TEST_TMP/out"
check_soon "and a failure seen of which nothing was before" \
	spi_is a080 b082 failed auth-failed-suspected
answers -r b090
pkt -w -i a090 main > "$TEST_TMP/out"
check_soon "IKEv1: a negotiation is begun" spi_is a090 b090 half-open
answers -r b091
pkt -w -i a090 -x 2 main > "$TEST_TMP/out"
check_soon "and another with its SPI takes its place" \
	spi_is a090 b091 half-open
