#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# However a packet takes its way through the host, it is looked at once, and
# every datagram of an aggregate is looked at.
#
#	peer p0 ---- g0 gw	g0 alone, in a VRF, as the port of a bridge

. "$(dirname "$0")/lib.sh"
need_module

# plain_init LAST: an IKE_SA_INIT without payloads, LAST ends its SPI
plain_init()
{
	printf '\1\2\3\4\5\6\7%b\0\0\0\0\0\0\0\0\0\40\42\10\0\0\0\0\0\0\0\34' \
		"\\0$(printf %o "$1")"
}

counter()
{
	ikemon_counter "$gw" "$1"
}

counter_is()
{
	[ "$(counter "$1")" -eq "$2" ]
}

# sees WHAT COUNTER N COMMAND...: COMMAND raises COUNTER by N and no more
sees()
{
	local what=$1 counter=$2 n=$3 before

	shift 3
	before=$(counter "$counter")
	"$@" >/dev/null || { not_ok "$what" "$* failed"; return; }
	if busywait 5000 counter_is "$counter" $((before + n)); then
		ok "$what"
	else
		not_ok "$what" \
			"$counter: $before before, $(counter "$counter") after"
	fi
}

peer='' gw=''	# set by setup_ns

topology()
{
	setup_ns peer gw
	veth "$peer" p0 "$gw" g0
	addr "$peer" p0 192.0.2.2/24 2001:db8::2/64
}

watch()
{
	addr "$gw" "$1" 192.0.2.1/24 2001:db8::1/64
	ikemonctl -n "$gw" config set mode monitor
}

# both WHAT: one message of either family comes in and is seen once
both()
{
	sees "$1, IPv4" packets_ike 1 nse "$peer" ikepkt -s 192.0.2.2 init \
		192.0.2.1
	sees "$1, IPv6" packets_ike 1 nse "$peer" ikepkt -s 2001:db8::2 init \
		2001:db8::1
	check_equal "$1: none is taken for a retransmission" 0 \
		"$(counter retransmits)"
}

# send_bound DEVICE: one message out by it
send_bound()
{
	plain_init 8 | nse "$gw" socat -u - \
		"UDP4-DATAGRAM:192.0.2.2:500,bind=192.0.2.1:500,so-bindtodevice=$1"
}

checktool "socat -V"

topology
watch g0
both "plain"
sees "over loopback" packets_ike 1 nse "$gw" ikepkt -s 127.0.0.1 init 127.0.0.1
sees "what this host sends" packets_ike 1 send_bound g0

# as_nobody LAST: one message of a user who is not root
as_nobody()
{
	plain_init "$1" | nse "$gw" setpriv --reuid 65534 --clear-groups \
		socat -u - UDP4-DATAGRAM:192.0.2.2:500
}

# of_users FILTER: a number out of the sessions that are marked as such users'
of_users()
{
	ikemonctl -n "$gw" -j session show | jq "[.sessions[] |
		select(.flags | index(\"local-user\"))] | $1"
}

# messages LAST: of the session that this host began so
messages()
{
	ikemonctl -n "$gw" -j session show | jq "[.sessions[] |
		select(.spi_i == \"010203040506070$1\")][0].from_initiator.messages"
}

users_reach()
{
	[ "$(of_users length)" = "$1" ]
}

# To nobody, so that no ICMP error stops the sender
many_of_nobody()
{
	nse "$gw" setpriv --reuid 65534 --clear-groups \
		ikepkt -p 5000 -c 70 init 192.0.2.9
}

sees "another user does not speak for this host" local_untrusted 1 as_nobody 9
check_equal "what he begins is marked as his" 1 "$(of_users length)"
before=$(messages 8)
sees "he may say the same as this host" local_untrusted 1 as_nobody 8
check_equal "and changes nothing of its session" "1 $before" \
	"$(of_users length) $(messages 8)"
refused=$(counter sessions_refused)
check "he begins 70 more" many_of_nobody
check "64 of them there are at most" busywait 5000 users_reach 64
check_equal "the others are refused, and that is counted" $((refused + 7)) \
	"$(counter sessions_refused)"
check "they can be flushed" ikemonctl -n "$gw" session flush all
check_equal "then there is none" 0 "$(of_users length)"
sees "and he may begin again" sessions_new 1 as_nobody 11
ikemonctl -n "$gw" config set daemon-uid 65534
sees "unless he runs the daemon" sessions_new 1 as_nobody 10

before=$(counter aggregates)
sees "each datagram of a burst from a peer" packets_ike 8 \
	nse "$peer" ikepkt -s 192.0.2.2 -g -c 8 init 192.0.2.1
sees "the same over IPv6" packets_ike 8 \
	nse "$peer" ikepkt -s 2001:db8::2 -g -c 8 init 2001:db8::1
sees "each ESP packet of a burst" packets_esp_in_udp 8 nse "$peer" \
	ikepkt -s 192.0.2.2 -p 4500 -d 4500 -n -g -c 8 esp 192.0.2.1
check_equal "they came as three aggregates" $((before + 3)) \
	"$(counter aggregates)"
sees "each datagram of a burst of this host" packets_ike 8 \
	nse "$gw" ikepkt -s 192.0.2.1 -g -c 8 init 192.0.2.2

# Somebody listens, and says nothing, so that no ICMP error stops the sender.
bg listener ip netns exec "$gw" ikepkt -a no answer
listens()
{
	[ -n "$(nse "$gw" ss -Hnul "sport = :500")" ]
}
busywait 10000 listens
# Whether receive offload merges them is a matter of luck; the sum is not.
if nse "$gw" ethtool -K g0 gro on rx-gro-list on >/dev/null 2>&1; then
	sees "each datagram of a list that GRO may make" packets_ike 400 \
		nse "$peer" ikepkt -s 192.0.2.2 -c 400 init 192.0.2.1
	nse "$gw" ethtool -K g0 rx-gro-list off rx-udp-gro-forwarding on \
		>/dev/null 2>&1
	sees "each datagram that UDP GRO may merge" packets_ike 400 \
		nse "$peer" ikepkt -s 192.0.2.2 -c 400 init 192.0.2.1
else
	xskip "each datagram of a list that GRO may make" "no GRO here"
	xskip "each datagram that UDP GRO may merge" "no GRO here"
fi

# padded SPOIL: a datagram with octets behind it in its IP packet, which the
# checksum does not cover; SPOIL is added to one that it does.
padded()
{
	/usr/bin/python3 - "$1" <<-'PYTHON' |
	import socket, struct, sys
	ike = bytes.fromhex("0a0b0c0d0e0f1011" "0000000000000000" +
		"00202208" "00000000" "0000001c")
	length = 8 + len(ike)
	pseudo = socket.inet_aton("192.0.2.2") + socket.inet_aton("192.0.2.1")
	words = pseudo + struct.pack("!HHHHHH", 17, length, 500, 500, length, 0)
	s = sum(struct.unpack("!%dH" % (len(words + ike) // 2), words + ike))
	while s >> 16: s = (s & 0xffff) + (s >> 16)
	udp = struct.pack("!HHHH", 500, 500, length, ~s & 0xffff)
	spoilt = bytes([(ike[0] + int(sys.argv[1])) & 255]) + ike[1:]
	sys.stdout.buffer.write(udp + spoilt + b"behind")
	PYTHON
		nse "$peer" socat -u - IP4-SENDTO:192.0.2.1:17
}
sees "octets behind a datagram do no harm" packets_ike 1 padded 0
sees "a wrong checksum is noticed before them" bad_checksum 1 padded 1

sees "the first fragment is a message, IPv6" packets_ike 1 nse "$peer" \
	ikepkt -s 2001:db8::2 -l 3000 auth 2001:db8::1
check "the later ones are counted" test "$(counter fragments_later)" -gt 0
ikemonctl -n "$gw" config set defrag on
later=$(counter fragments_later)
sees "reassembled it is one message, IPv6" packets_ike 1 nse "$peer" \
	ikepkt -s 2001:db8::2 -l 3000 auth 2001:db8::1
sees "reassembled it is one message, IPv4" packets_ike 1 nse "$peer" \
	ikepkt -s 192.0.2.2 -l 3000 auth 192.0.2.1
check_equal "and no fragment is seen" "$later" "$(counter fragments_later)"
check_equal "nothing of all this was malformed" 0 \
	"$(ikemonctl -n "$gw" -j stats show | jq '[.counters | to_entries[] |
		select(.key | startswith("malformed")) | .value] | add')"

topology
if nse "$gw" ip link add vrf0 type vrf table 10 2>/dev/null; then
	ip -n "$gw" link set vrf0 up
	ip -n "$gw" link set g0 master vrf0
	watch g0
	both "in a VRF"
	sees "out of a VRF" packets_ike 1 send_bound vrf0
else
	xskip "in a VRF" "no VRF in this kernel"
fi

topology
ip -n "$gw" link add br0 type bridge
ip -n "$gw" link set br0 up
ip -n "$gw" link set g0 master br0
watch br0
both "by the port of a bridge"
modprobe -q br_netfilter
if nse "$gw" sysctl -qw net.bridge.bridge-nf-call-iptables=1 \
	net.bridge.bridge-nf-call-ip6tables=1 2>/dev/null; then
	both "by a bridge that calls the hooks itself"
else
	xskip "by a bridge that calls the hooks itself" "no br_netfilter"
fi
