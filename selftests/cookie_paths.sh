#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A COOKIE is answered by whichever way the request came, from where and to
# whom a daemon would answer, and to nobody else.
#
#	peer p0 ---- g0 gw	g0 alone, then in a VRF
#	     p1 ---- g1		the way back, where routes are chosen by policy

. "$(dirname "$0")/lib.sh"
need_module
checktool "type ikepkt" ikepkt
checktool "python3 --version" python3

peer='' gw=''	# set by setup_ns
V4="192.0.2.2 192.0.2.1"
V6="2001:db8::2 2001:db8::1"
LL="fe80::2%p0 fe80::1%p0"

counter()
{
	ikemon_counter "$gw" "$1"
}
counter_is()
{
	[ "$(counter "$1")" -eq "$2" ]
}
# adds COUNTER N COMMAND...: it succeeds and raises COUNTER by N and no more
adds()
{
	local counter=$1 n=$2 before

	shift 2
	before=$(counter "$counter")
	"$@" || return
	busywait 5000 counter_is "$counter" $((before + n)) && return
	echo "$counter: $before before, $(counter "$counter") after"
	return 1
}

# ---- the gateway's side

listeners=()
bound()
{
	[ "$(nse "$gw" ss -Hnul "sport = :500 or sport = :4500" | wc -l)" = \
		"${#listeners[@]}" ]
}
# listen [OPTION]...: somebody answers there, in place of a daemon
listen()
{
	bg "listen${#listeners[@]}" ip netns exec "$gw" ikepkt "$@" answer
	listeners+=("$BG_PID")
	busywait 10000 bound || fail "nobody listens: ikepkt $*"
}
listen_all()
{
	listen -s 0.0.0.0 "$@"
	listen -s :: "$@"
	listen -s 0.0.0.0 -p 4500 -n "$@"
	listen -s :: -p 4500 -n "$@"
}
deaf()
{
	local pid

	for pid in ${listeners[@]+"${listeners[@]}"}; do
		stop_bg "$pid"
	done
	listeners=()
	busywait 10000 bound
}

# ---- the peer's side

init()
{
	nse "$peer" ikepkt "$@" >"$TEST_TMP/answers"
}
# init_to "SOURCE DESTINATION" [OPTION]...
init_to()
{
	local ends=$1

	shift
	# shellcheck disable=SC2086 # two words
	set -- "$@" -s $ends
	init "${@:1:$#-1}" init "${!#}"
}
answer()
{
	sed -n "$1p" "$TEST_TMP/answers" | grep -qE "$2" || {
		cat "$TEST_TMP/answers"
		return 1
	}
}
COOKIE='exchange 34 spi_r 0000000000000000 payload 41 length 53'
SA='exchange 34 spi_r .*[1-9a-f].* payload 33 '
challenged()
{
	init_to "$@" -w && answer 1 "$COOKIE"
}
round_trip()
{
	init_to "$@" -C && answer 1 "$COOKIE" && answer 2 "$SA"
}
# challenges WHAT ENDS [OPTION]...
challenges()
{
	local what=$1

	shift
	check "$what" adds cookies_sent 1 challenged "$@"
}
# everywhere WHAT: both families, both ports
everywhere()
{
	check "$1, IPv4" adds cookies_valid 1 round_trip "$V4"
	check "$1, IPv6" adds cookies_valid 1 round_trip "$V6"
	check "$1, IPv4, port 4500" adds cookies_valid 1 round_trip "$V4" \
		-p 4500 -d 4500 -n
	check "$1, IPv6, port 4500" adds cookies_valid 1 round_trip "$V6" \
		-p 4500 -d 4500 -n
}
# silence COUNTER ENDS: it is counted there, and not answered
silence()
{
	local counter=$1 sent

	shift
	sent=$(counter cookies_sent)
	adds "$counter" 1 init_to "$@" && counter_is cookies_sent "$sent"
}

topology()
{
	setup_ns peer gw
	# One link-local address there: no answer may come from another.
	nse "$gw" sysctl -q net.ipv6.conf.default.addr_gen_mode=1
	veth "$peer" p0 "$gw" g0
	nse "$gw" sysctl -q net.ipv6.conf.default.addr_gen_mode=0
	addr "$peer" p0 192.0.2.2/24 2001:db8::2/64 fe80::2/64
	addr "$gw" g0 192.0.2.1/24 2001:db8::1/64 fe80::1/64
	ikemonctl -n "$gw" config set mode enforce cookie passthrough \
		challenge always ||
		fail "enforce cannot be switched on"
}

topology
check "no socket, no answer, IPv4" silence cookies_failed "$V4"
check "no socket, no answer, IPv6" silence cookies_failed "$V6"
listen -s 192.0.2.99
check "nor with a socket at another address" silence cookies_failed "$V4"
deaf

listen_all
everywhere "there and back"
check "there and back, link-local" adds cookies_valid 1 round_trip "$LL"
check "the hook does not take it for a message of ours" \
	adds packets_ike 1 challenged "$V4"
challenges "from another port" "$V4" -p 34567
challenges "to a device that takes copies" "$V6"
deaf

# ---- not to everybody

# Frames as no socket would send them: source and destination address, source
# port, destination of the frame
cat >"$TEST_TMP/frames.py" <<'END'
import socket, struct, sys
gw, message = sys.argv[1], open(sys.argv[2], "rb").read()
def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff
def datagram(ends, port):
    length = 8 + len(message)
    head = struct.pack(">HHH", port, 500, length)
    total = checksum(ends + struct.pack(">II", length, 17) + head +
                     bytes(2) + message)
    return head + struct.pack(">H", total or 0xffff) + message
def packet(src, dst, port):
    family = socket.AF_INET6 if ":" in dst else socket.AF_INET
    ends = socket.inet_pton(family, src) + socket.inet_pton(family, dst)
    udp = datagram(ends, port)
    if family == socket.AF_INET6:
        return 0x86dd, struct.pack(">IHBB", 6 << 28, len(udp), 17,
                                   64) + ends + udp
    head = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(udp), 1, 0, 64, 17)
    return 0x800, head + struct.pack(">H", checksum(head + bytes(2) +
                                                    ends)) + ends + udp
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("p0", 0))
own = out.getsockname()[4]
for line in sys.stdin:
    src, dst, port, mac = line.split()
    mac = gw if mac == "-" else mac
    kind, data = packet(src, dst, int(port))
    out.send(bytes.fromhex(mac.replace(":", "")) + own +
             struct.pack(">H", kind) + data)
END
frames()
{
	printf '%s\n' "$@" | nse "$peer" python3 "$TEST_TMP/frames.py" \
		"$(ip -n "$gw" -j link show g0 | jq -r '.[0].address')" \
		"$TEST_TMP/message"
}
# message OCTETS: an IKE_SA_INIT so long, with a KE payload to fit
cat >"$TEST_TMP/message.py" <<'END'
import struct, sys
octets = int(sys.argv[1])
def payload(following, body):
    return struct.pack(">BxH", following, 4 + len(body)) + body
sa = payload(34, bytes.fromhex(
    "0000002c01010004" "0300000c0100000c800e0080" "0300000802000005"
    "030000080300000c" "000000080400000e"))
nonce = payload(0, b"n" * 16)
ke = payload(40, struct.pack(">HH", 14, 0) +
             b"k" * (octets - 28 - len(sa) - len(nonce) - 8))
sys.stdout.buffer.write(b"initiato" + bytes(8) +
    struct.pack(">BBBBII", 33, 0x20, 34, 8, 0, octets) + sa + ke + nonce)
END
message()
{
	python3 "$TEST_TMP/message.py" "$1" >"$TEST_TMP/message"
}
# sends N FRAME...: so many COOKIEs are sent
sends()
{
	local n=$1 seen

	shift
	seen=$(counter packets_ike)
	adds cookies_sent "$n" frames "$@" &&
		busywait 5000 counter_is packets_ike $((seen + $#)) &&
		return
	echo "packets_ike: $seen before, $(counter packets_ike) after"
	return 1
}

listen -s 0.0.0.0
listen -s ::
message 300
check "frames of our making are answered" \
	sends 2 "$V4 500 -" "$V6 500 -"
check "source port 0 is not" sends 0 "$V4 0 -" "$V6 0 -"
check "frames for every host are not" sends 0 \
	"$V4 500 ff:ff:ff:ff:ff:ff" "$V6 500 ff:ff:ff:ff:ff:ff"
# They reach a socket for all addresses, so they are challenged in vain.
check "destinations that are many are not" adds cookies_sent 0 \
	adds cookies_failed 3 frames "192.0.2.2 192.0.2.255 500 -" \
	"192.0.2.2 224.0.0.1 500 -" "2001:db8::2 ff02::1 500 -"
check "sources that are not one host are not" sends 0 \
	"0.0.0.0 192.0.2.1 500 -" "127.0.0.1 192.0.2.1 500 -" \
	"192.0.2.255 192.0.2.1 500 -" "255.255.255.255 192.0.2.1 500 -" \
	"192.0.2.1 192.0.2.1 500 -" "2001:db8::1 2001:db8::1 500 -" \
	"fe80::1 2001:db8::1 500 -"
message 105
check "an answer of more than half the request is not sent" \
	sends 0 "$V4 500 -" "$V6 500 -"
message 106
check "one of half of it is" sends 2 "$V4 500 -" "$V6 500 -"

# ---- conntrack, the firewall, IPsec policies

nse "$gw" nft -f - <<'END'
table inet probe {
	counter tracked { }
	chain in {
		type filter hook input priority 0
		ct state new accept
	}
	chain out {
		type filter hook output priority 0
		udp sport 500 ct state != untracked counter name tracked
	}
	chain post {
		type filter hook postrouting priority 300
		udp sport 500 ct state != untracked counter name tracked
	}
}
END
tracked()
{
	nse "$gw" nft -j list counter inet probe tracked |
		jq '.nftables[] | .counter? // empty | .packets'
}
challenges "with conntrack, IPv4" "$V4"
challenges "with conntrack, IPv6" "$V6"
check_equal "no answer was tracked" 0 "$(tracked)"
nse "$gw" nft add rule inet probe out udp sport 500 drop
check "the firewall may drop it" silence cookies_failed "$V4"
nse "$gw" nft delete table inet probe

# host_to_host LOCAL REMOTE: everything between them is to be encrypted
host_to_host()
{
	local spi

	# shellcheck disable=SC2086 # words
	for spi in "0x1001 src $1 dst $2" "0x1002 src $2 dst $1"; do
		ip -n "$gw" xfrm state add ${spi#* } proto esp spi ${spi%% *} \
			mode transport \
			auth-trunc 'hmac(sha256)' 0x"$(printf %064d 0)" 128 \
			enc 'cbc(aes)' 0x"$(printf %032d 1)" || return
	done
	ip -n "$gw" xfrm policy add src "$1" dst "$2" dir out tmpl \
		src "$1" dst "$2" proto esp mode transport &&
	ip -n "$gw" xfrm policy add src "$2" dst "$1" dir in tmpl \
		src "$2" dst "$1" proto esp mode transport
}
check "a policy from host to host, IPv4" host_to_host 192.0.2.1 192.0.2.2
check "a policy from host to host, IPv6" host_to_host 2001:db8::1 2001:db8::2
challenges "leaves the answer in clear, IPv4" "$V4"
challenges "leaves the answer in clear, IPv6" "$V6"
nse "$gw" nft -f - <<'END'
table ip reroute {
	chain out {
		type route hook output priority mangle
		udp sport 500 meta mark set 5
	}
}
END
challenges "also where the firewall routes anew" "$V4"
nse "$gw" nft delete table ip reroute
ip -n "$gw" xfrm policy flush
ip -n "$gw" xfrm state flush

# ---- routes

ip -n "$gw" link add d0 type dummy
ip -n "$gw" link set d0 up
addr "$gw" d0 203.0.113.1/32 2001:db8:9::1/128
ip -n "$peer" route add 203.0.113.1 via 192.0.2.1
ip -n "$peer" route add 2001:db8:9::1 via 2001:db8::1
challenges "an address of another device, IPv4" "192.0.2.2 203.0.113.1"
challenges "an address of another device, IPv6" "2001:db8::2 2001:db8:9::1"

veth "$peer" p1 "$gw" g1
addr "$peer" p1 192.0.3.2/24 2001:db8:3::2/64
addr "$gw" g1 192.0.3.1/24 2001:db8:3::1/64
addr "$peer" lo 198.51.100.9/32 2001:db8:5::9/128
nse "$peer" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
	net.ipv4.conf.p1.rp_filter=0
ip -n "$gw" route add 198.51.100.9 via 192.0.3.2 table 77
ip -n "$gw" route add 2001:db8:5::9 via 2001:db8:3::2 table 77
FAR4="198.51.100.9 192.0.2.1"
FAR6="2001:db8:5::9 2001:db8::1"
check "no way back, no answer, IPv4" silence cookies_failed "$FAR4"
check "no way back, no answer, IPv6" silence cookies_failed "$FAR6"
for f in -4 -6; do
	ip "$f" -n "$gw" rule add pref 500 fwmark 7 table 77
done
nse "$gw" nft -f - <<'END'
table inet classes {
	chain raw {
		type filter hook prerouting priority raw
		udp dport 500 meta mark set 7
	}
}
END
check "the mark does not come back by itself" silence cookies_failed "$FAR4"
nse "$gw" sysctl -qw net.ipv4.fwmark_reflect=1 net.ipv6.fwmark_reflect=1
ikemonctl -n "$gw" config set mark 0xff00
challenges "a route by the request's mark, IPv4" "$FAR4"
challenges "a route by the request's mark, IPv6" "$FAR6"
nse "$gw" nft delete table inet classes
for f in "-4 192.0.2.1" "-6 2001:db8::1"; do
	ip "${f% *}" -n "$gw" rule add pref 501 from "${f#* }" \
		ipproto udp sport 500 table 77
done
challenges "a route by address and port, IPv4" "$FAR4"
challenges "a route by address and port, IPv6" "$FAR6"
for f in -4 -6; do
	ip "$f" -n "$gw" rule del pref 500
	ip "$f" -n "$gw" rule del pref 501
done
deaf

# ---- the cookie goes, the rest arrives

stripped()
{
	init_to "$@" -C && answer 1 "$COOKIE" &&
		answer 2 'spi_r 0000000000000000 payload 41 length 60'
}
listen_all -a cookie
ikemonctl -n "$gw" config set cookie twostage
bg dump ip netns exec "$gw" tcpdump -i any -w "$TEST_TMP/pcap" udp
wait_line "$TEST_TMP/dump" "listening on"
for tx in on off; do
	nse "$peer" ethtool -K p0 tx $tx >/dev/null
	check "without our cookie, IPv4, offload $tx" \
		adds cookies_stripped 1 stripped "$V4"
	check "without our cookie, IPv6, offload $tx" \
		adds cookies_stripped 1 stripped "$V6"
	check "without our cookie, port 4500, offload $tx" \
		adds cookies_stripped 1 stripped "$V6" -p 4500 -d 4500 -n
done
check "no packet's checksum was wrong" \
	nse "$gw" sh -c '! nstat -asz | grep -E "InCsumErrors +[1-9]"'
ikemonctl -n "$gw" config set cookie passthrough
deaf

# ---- a VRF

ip -n "$gw" link add vrf0 type vrf table 10
ip -n "$gw" link set vrf0 up
nse "$gw" sysctl -qw net.ipv6.conf.g0.keep_addr_on_down=1 \
	net.ipv4.udp_l3mdev_accept=0
ip -n "$gw" link set g0 master vrf0
# That alone was not kept.
addr "$gw" g0 fe80::1/64
listen -s 0.0.0.0
listen -s ::
check "VRF: a socket outside gets nothing, IPv4" silence cookies_failed "$V4"
check "VRF: a socket outside gets nothing, IPv6" silence cookies_failed "$V6"
nse "$gw" sysctl -qw net.ipv4.udp_l3mdev_accept=1
challenges "VRF: unless it takes from all, IPv4" "$V4"
challenges "VRF: unless it takes from all, IPv6" "$V6"
nse "$gw" sysctl -qw net.ipv4.udp_l3mdev_accept=0
deaf
listen_all -D vrf0
everywhere "VRF: there and back"
challenges "VRF: link-local" "$LL"
nse "$gw" nft -f - <<'END'
table inet probe {
	counter tracked { }
	chain out {
		type filter hook output priority 0
		oifname g0 udp sport 500 ct state != untracked counter name tracked
	}
}
END
challenges "VRF: with conntrack, IPv4" "$V4"
challenges "VRF: with conntrack, IPv6" "$V6"
check_equal "VRF: no answer was tracked" 0 "$(tracked)"
check_equal "no answer was taken for a local user's message" 0 \
	"$(counter local_untrusted)"
