#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# race.sh [SECONDS]: everything at once, on several processors, for a while:
# packets, GC, dumps, listeners, changes and replacement of the configuration,
# blocks, flushes, SAs, namespaces that come and end, and the module unloaded
# and loaded under all of that. What breaks the guest finds: the kernel's log,
# kmemleak, and an unloading that hangs fail the run. "make race" runs it.
#
#	peer ---- gw     both families
#	   \----- doomed again and again; and some of user namespaces, alone

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
checktool "modinfo nf_ikemon" "module file to load again"
seconds=${1:-180}
dump=$(helper nldump) || fail "nldump does not build"
fuzz=$(helper nlfuzz) || fail "nlfuzz does not build"
sub=$(helper nlsub) || fail "nlsub does not build"

setup_ns peer gw
veth "$peer" p0 "$gw" g0
addr "$peer" p0 192.0.2.2/24 2001:db8::2/64
addr "$gw" g0 192.0.2.1/24 2001:db8::1/64
ip -n "$gw" route add default via 192.0.2.2
ip -n "$gw" route add default via 2001:db8::2
nse "$peer" sysctl -qw net.ipv4.ip_forward=1
mac=$(ip -n "$gw" link show g0 | sed -n 's|.*link/ether \([^ ]*\).*|\1|p')

# As long as any namespace has hooks, the kernel does not patch its code when one
# gets its first or loses its last; QEMU's emulation of several processors runs
# the breakpoint of such a patch now and then, and that ends the guest.
setup_ns keep
nse "$keep" nft -f - <<-END || fail "no hooks to keep"
	table inet keep {
		chain in { type filter hook prerouting priority -250; }
		chain out { type filter hook output priority -250; }
	}
END

# ---- those who take part; each does one round and is called again

# What an attacker sends, in turns as fast as it goes and slowly
junk()
{
	local kinds=init,main,auth,child,info,skf,quick,forged,unknown,malformed

	nse "$peer" flood -k $kinds -c 20000 -t 3 \
		-s 198.51.100.0/24 -s 2001:db8:f::/48 p0 "$mac" \
		192.0.2.1 2001:db8::1
	nse "$peer" flood -k esp,keepalive,init,auth -n -p 4500 -d 4500 \
		-c 2000 -r 1000 -t 3 -s 198.51.100.0/28 p0 "$mac" 192.0.2.1
}

# One address and one session, and another behind a NAT: who does this twice at
# once has two CPUs meet there.
same()
{
	nse "$peer" flood -k init,auth,info,child,skf -i 1111 -R 2222 \
		-c 10000 -t 2 -s 198.51.100.1/32 p0 "$mac" 192.0.2.1
	nse "$peer" flood -k init,auth,info,child,esp -i 1112 -R 2223 \
		-n -p 4500 -d 4500 -c 10000 -t 1 -s 198.51.100.1/32 \
		p0 "$mac" 192.0.2.1
}

# Honest initiators, whose sessions are answered
honest()
{
	nse "$peer" crowd -n 500 -w 1000 -T 3 -a 2 -A -L 5 \
		p0 "$mac" 203.0.113.1 192.0.2.1
}

# Modes, and times that let the GC work
settings()
{
	local mode cookie

	for mode in enforce monitor enforce off; do
		for cookie in passthrough off; do
			ikemonctl -n "$gw" config set mode $mode \
				cookie $cookie timeout-new 1 timeout-half-open 1 \
				timeout-authenticating 1 timeout-failed 1 \
				timeout-closed 1 timeout-source 1 \
				max-sessions 3000 max-sources 3000
		done
	done
}

# All of the configuration at once
replacement()
{
	ikemonctl -n "$gw" -f "$TEST_TMP/ruleset"
	ikemonctl -n "$gw" config reset
	ikemonctl -n "$gw" config set mode enforce
}

rules()
{
	ikemonctl -n "$gw" block add 198.51.100.0/26
	ikemonctl -n "$gw" limit set 198.51.100.64/26 rate 5/s
	ikemonctl -n "$gw" block del 198.51.100.0/26
	ikemonctl -n "$gw" block flush
	ikemonctl -n "$gw" limit del 198.51.100.64/26
	ikemonctl -n "$gw" block add 2001:db8:f::/64 time 1s
}

flush()
{
	lib_pause 0.5
	ikemonctl -n "$gw" session flush all
}

# Large ones, and slow ones that the table changes under
dumps()
{
	nse "$gw" "$dump"
	nse "$gw" "$dump" -b 600 -w 1 -n 500
	nse "$gw" "$dump" -o
	ikemonctl -n "$gw" -s sa show
	ikemonctl -n "$gw" block show
	ikemonctl -n "$gw" stats show
}

listener()
{
	nse "$gw" "$sub" -n 2000 -t 1 session
}

# Every command with random contents, without a program's start for each
random()
{
	nse "$gw" "$fuzz" -t 3
}

sas()
{
	ip -n "$gw" -batch "$TEST_TMP/sas" &&
	ip -n "$gw" xfrm state delete src 192.0.2.2 dst 192.0.2.1 proto esp \
		spi 0x10005 &&
	ip -n "$gw" xfrm state flush
}

# A namespace ends while it is busy, with a listener and a dump inside.
doomed()
{
	local ns=doomed-$RANDOM

	ip netns add $ns
	ip -n "$peer" link add d0 type veth peer name d0 netns $ns
	ip -n "$peer" link set d0 up
	ip -n $ns -batch - <<-END
		link set lo up
		link set d0 up
		addr add 192.0.3.1/24 dev d0
	END
	ikemonctl -n $ns config set mode enforce scope all
	nse "$peer" flood -c 3000 -s 198.51.100.0/24 d0 \
		"$(ip -n $ns link show d0 |
			sed -n 's|.*link/ether \([^ ]*\).*|\1|p')" 192.0.3.1 &
	nse $ns "$sub" -n 100 -t 1 session &
	nse $ns "$dump" -b 600 -w 1 -n 100 &
	ip -n $ns -batch "$TEST_TMP/sas"
	ip netns del $ns
	wait
	slowwait 20 not ip -n "$peer" link show d0
}

# Those of user namespaces, which have a quota in common that changes meanwhile
guests()
{
	local params=/sys/module/nf_ikemon/parameters

	echo $((RANDOM % 2000)) >$params/userns_sessions
	echo $((RANDOM % 2000)) >$params/userns_sources
	# shellcheck disable=SC2016 # expanded in there
	unshare -Urn bash -c '
		ip link add v0 type veth peer name v1
		ip link set v0 up
		ip link set v1 up
		ip addr add 192.0.4.1/24 dev v1
		mac=$(ip link show v1 | sed -n "s|.*link/ether \([^ ]*\).*|\1|p")
		ikemonctl config set mode monitor scope all \
			timeout-new 1 timeout-failed 1 timeout-source 1
		ip -batch "$1" &
		flood -c 3000 -s 198.51.100.0/24 -s 203.0.113.0/24 \
			v0 "$mac" 192.0.4.1
		wait
		ikemonctl config set mode off
		ikemonctl config set mode monitor
		flood -c 1000 -s 198.51.100.0/24 v0 "$mac" 192.0.4.1
		ikemonctl -j stats show | grep -q sessions' - "$TEST_TMP/sas"
}

# Whoever holds it for a moment makes it wait; others may load it before us. They
# have it for longer than it takes to go, which may be long (KCSAN: seconds).
reload()
{
	local start

	lib_pause $((5 + 3 * ${unloading:-0}))
	start=$SECONDS
	slowwait 20 rmmod nf_ikemon
	unloading=$((SECONDS - start))
	modprobe nf_ikemon
}

# take_part NAME: until the time is over; how often is in NAME.rounds, and how
# often to its own content in NAME.good
take_part()
{
	local rounds=0 good=0

	while [ $SECONDS -lt $end ]; do
		"$1" && good=$((good + 1))
		rounds=$((rounds + 1))
	done >"$TEST_TMP/$1.out" 2>&1
	echo "$rounds $good" >"$TEST_TMP/$1.rounds"
}

# What xfrm's churn adds, in one go
for ((i = 0; i < 200; i++)); do
	echo "xfrm state add src 192.0.2.2 dst 192.0.2.1 proto esp" \
		"spi $((0x10000 + i)) mode tunnel enc cipher_null \"\"" \
		"auth hmac(sha256) 0x$(printf '%064d' 7)"
done >"$TEST_TMP/sas"
ikemonctl -n "$gw" config set mode enforce
rules >"$TEST_TMP/out" 2>&1
ikemonctl -n "$gw" limit set 198.51.100.0/25 rate 5/s
ikemonctl -n "$gw" block add 2001:db8:f:1::/64
ikemonctl -n "$gw" ruleset show >"$TEST_TMP/ruleset"

bg answer ip netns exec "$gw" crowd -r
parts="junk same honest settings replacement rules flush dumps listener random
	sas doomed guests reload"
# A part may be named more than once.
[ -z "${IKEMON_RACE_PARTS-}" ] || parts=$IKEMON_RACE_PARTS
end=$((SECONDS + seconds))
pids=()
for part in $parts; do
	take_part $part &
	pids+=("$!")
done
wait "${pids[@]}"

for part in $parts; do
	read -r rounds good <"$TEST_TMP/$part.rounds"
	diag "$part: $rounds rounds, $good of them wholly"
	[ "${good:-0}" -gt 0 ] || diag "$(tail -n 3 "$TEST_TMP/$part.out")"
	check "$part took part" test "${good:-0}" -gt 0
done

# All of it was survived, and works.
modprobe nf_ikemon
check "the configuration can be reset" ikemonctl -n "$gw" config reset
check "and used" ikemonctl -n "$gw" config set mode monitor
nse "$peer" flood -c 100 -s 198.51.100.0/24 p0 "$mac" 192.0.2.1 >/dev/null
has_sessions()
{
	[ "$(ikemon_counter "$gw" sessions)" -gt 0 ]
}
check "sessions are seen" slowwait 20 has_sessions
check "the module can go" slowwait 20 rmmod nf_ikemon
modprobe nf_ikemon
