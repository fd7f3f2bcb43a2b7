#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench/measure.sh MODULE: the part of packets.sh that runs in the guest. What
# a packet costs by each way goes to $OUT/figures: path, family, way, median
# and mean of the batches. MODULE is the bare hook's.

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$BENCH/../lib.sh"
. "$BENCH/lab.sh"
MANY=${IKEMON_BENCH_SOURCES:-1000000}
BARE=$1

declare -A ONE=([4]=192.0.2.1 [6]=2001:db8::1)
declare -A TO=([4]=192.0.2.2 [6]=2001:db8::2)
declare -A BEYOND=([4]=203.0.113.9 [6]=2001:db8:2::9)
declare -A SOME=([4]=10.0.0.0/22 [6]=2001:db8:a::/118)
declare -A ANY=([4]=128.0.0.0/2 [6]=2001:db8:8000::/33)
declare -A BAD=([4]=198.51.100.7 [6]=2001:db8:b::7)
declare -A ICMP=([4]=1 [6]=58)
declare -A ALL=([4]=0.0.0.0/0 [6]=::/0)
declare -A NFT=([4]=ip [6]=ip6)

# figure PATH FAMILY VARIANT FROM TO [OPTION]...
figure()
{
	local what="$1 $2 $3"

	shift 3
	echo "$what $(send "$@")" >> "$OUT/figures"
}

#
# What passes: to an empty chain before it, and to the drain behind it
#

# message PATH FAMILY: how it is sent, and how much of it
message()
{
	MESSAGE=(-c 8192)
	case $1 in
	udp)		MESSAGE+=(-k esp -p 5353 -d 53) ;;
	tcp)		MESSAGE+=(-k esp -P 6) ;;
	icmp)		MESSAGE+=(-k esp -P "${ICMP[$2]}") ;;
	esp-in-udp)	MESSAGE+=(-k esp -p 4500 -d 4500 -i 1001) ;;
	esp)		MESSAGE+=(-k esp -P 50 -i 1001) ;;
	tunnel)		MESSAGE+=(-k esp -P 50 -i 1001 -m 1 -t "${BEYOND[$2]}") ;;
	keepalive)	MESSAGE+=(-k keepalive -p 4500 -d 4500) ;;
	# A session is not believed to say more than 65535 a second.
	established)	MESSAGE+=(-r 50000 -k info -i 1234 -R "$2" -m 1) ;;
	esac
}

PASSING="udp tcp icmp esp-in-udp esp keepalive established"

# pass VARIANT PATH...
pass()
{
	local variant=$1 path f

	shift
	for path; do
		for f in 4 6; do
			pass_one "$path" $f "$variant"
		done
	done
}

pass_one()
{
	message "$1" "$2"
	figure "$1" "$2" "$3" ${ONE[$2]} ${TO[$2]} "${MESSAGE[@]}"
}

# adopt FAMILY: our side answers a session that nobody saw begin: it is up.
adopt()
{
	nse "$GW" ikepkt -R -i 1234 -r "$1" info "${ONE[$1]}"
}

# Loading a cipher takes real time, of which the guest's clock knows nothing.
known_sas()
{
	local f i

	for f in 4 6; do
		for ((i = 0; i < 20; i++)); do
			known_sa $f && break
		done > "$TEST_TMP/out" 2>&1
		[ $i -lt 20 ] || fail "there is an SA" "$(cat "$TEST_TMP/out")"
	done
}

known_sa()
{
	ip -n "$GW" xfrm state add src "${ONE[$1]}" dst "${TO[$1]}" \
		proto esp spi 0x1001 mode tunnel \
		auth digest_null "" enc "ecb(cipher_null)" ""
}

#
# Through a tunnel: decrypted, which costs next to nothing, and sent on
#

tunneled()
{
	local f before now

	for f in 4 6; do
		before=$(sent_on)
		pass_one tunnel $f "$1"
		now=$(sent_on)
		[ $((now - before)) -ge 8000 ] ||
			fail "what is in the tunnel is sent on" \
				"$((now - before)) times"
	done
}

sent_on()
{
	ip -n "$GW" -s -j link show out | jq '.[0].stats64.tx.packets'
}

# decrypted FAMILY VERB: what comes out of the tunnel, and all else, may go on
decrypted()
{
	ip -n "$GW" xfrm policy "$2" src "${ALL[$1]}" dst "${ALL[$1]}" dir fwd \
		${3-}
}

tunnel()
{
	local f

	for f in 4 6; do
		decrypted $f add "tmpl src ${ONE[$f]} dst ${TO[$f]} proto esp
			mode tunnel level use"
	done
	tunneled base
	configure mode enforce defrag off
	tunneled ours
	happened esp_known 16000
	configure mode off
	gw config reset
	for f in 4 6; do
		decrypted $f del
	done
}

created()
{
	local f

	for f in 4 6; do
		figure new $f "$1" ${ANY[$f]} ${TO[$f]} -w 1024 -c 16384
	done
}

# "Defrag" is a hook of the kernel's, which others have as well: apart
passing_ours()
{
	configure mode enforce defrag on
	pass defrag udp
	configure mode off
	configure mode enforce defrag off message-rate 1000000
	adopt 4
	adopt 6
	pass ours $PASSING
	happened esp_known 32000
	happened packets_keepalive 16000
	happened packets_ikev2 16000
	configure mode off
	configure mode enforce challenge never max-sessions 1000000 \
		max-sources 1000000
	created ours
	happened sessions_new 34000
	configure mode off
	gw config reset
}

# What conntrack knows already, it was shown while nothing was drained.
conntrack_knows()
{
	local path f

	for path; do
		for f in 4 6; do
			message "$path" $f
			send ${ONE[$f]} ${TO[$f]} "${MESSAGE[@]}" -c 64
		done
	done > "$TEST_TMP/out"
}

# conntrack [RULE]: watches; with a rule of nft behind it
conntrack()
{
	rules <<-END
	table inet track {
		$(meter_set 4)
		$(meter_set 6)
		chain use {
			type filter hook input priority 0;
			ct state invalid accept
		}
		chain early {
			type filter hook prerouting priority -190;
			${1-}
		}
	}
	END
}

# A new connection is one when it has left: forwarded to nowhere
forwarded()
{
	local f

	for f in 4 6; do
		figure new $f "$1" ${ANY[$f]} ${BEYOND[$f]} -w 1024 -c 16384
	done
}

passing()
{
	open_chain
	known_sas
	forwarded forwarded
	tunnel
	drain
	pass base $PASSING
	created base
	passing_ours
	nse "$GW" nft flush ruleset
	open_chain "udp dport 500 counter drop"
	drain
	pass nft udp tcp icmp
	nse "$GW" nft flush ruleset
	open_chain
	conntrack
	conntrack_knows esp-in-udp esp keepalive established
	drain
	pass conntrack esp-in-udp esp keepalive
	nse "$GW" nft flush ruleset
	open_chain
	conntrack "ct state established accept"
	conntrack_knows established
	drain
	pass conntrack+rule established
	nse "$GW" nft flush ruleset
	open_chain
	sysctl -qw net.netfilter.nf_conntrack_max=1000000
	conntrack "$(meter 4 accept)
		$(meter 6 accept)"
	forwarded conntrack+meter
	nse "$GW" nft flush ruleset
}

#
# What is dropped
#

# meter FAMILY VERDICT: a rule that gives it to a source that sends too much
meter()
{
	echo "udp dport 500 update @m$1 { ${NFT[$1]} saddr limit rate over 1/second } $2"
}

meter_set()
{
	local type=ipv4_addr

	[ "$1" = 4 ] || type=ipv6_addr
	echo "set m$1 { type $type; size 2097152; flags dynamic,timeout; timeout 10m; }"
}

drop_by()
{
	rules <<-END
	table inet refuse {
		$(meter_set 4)
		$(meter_set 6)
		set bad4 { type ipv4_addr; flags interval; elements = {
			$(bad_list 4) } }
		set bad6 { type ipv6_addr; flags interval; elements = {
			$(bad_list 6) } }
		chain raw {
			type filter hook prerouting priority -300; policy drop;
			$1
		}
	}
	END
}

# bad_list FAMILY: 1000 prefixes, and who is to be dropped among them
bad_list()
{
	local i p=11.%d.%d.0/24

	[ "$1" = 4 ] || p=2001:db8:%x:%x::/64
	for ((i = 0; i < 1000; i++)); do
		# shellcheck disable=SC2059 # that is what it is for
		printf "$p, " $((4096 + i / 256 * 256)) $((i % 256))
	done | sed "s/11\.4096/11.16/g; s/11\.4352/11.17/g; s/11\.4608/11.18/g
		s/11\.4864/11.19/g"
	echo "${BAD[$1]%7}0/${2:-$([ "$1" = 4 ] && echo 24 || echo 64)}"
}

bare()
{
	local f

	insmod "$BARE" pid=$HOLD || fail "the bare hook is there"
	for f in 4 6; do
		figure blocked $f base ${BAD[$f]} ${TO[$f]} -c 8192
		figure first-drop $f base ${ANY[$f]} ${TO[$f]} -c 8192
		figure cookie $f base ${ANY[$f]} ${TO[$f]} -c 8192
		figure limit $f base ${ONE[$f]} ${TO[$f]} -c 8192 -i 77 -C 17
	done
	rmmod ikemon_bare
}

dropping_nft()
{
	local f

	for f in 4 6; do
		drop_by "udp dport 500 ${NFT[$f]} saddr @bad$f drop"
		figure blocked $f nft-set ${BAD[$f]} ${TO[$f]} -c 8192
		nse "$GW" nft flush ruleset
		drop_by "$(meter $f drop)"
		figure limit $f nft-meter-1k ${SOME[$f]} ${TO[$f]} -w 8192 -c 8192
		figure first-drop $f nft-meter-many ${ANY[$f]} ${TO[$f]} -c "$MANY"
		nse "$GW" nft flush ruleset
	done
}

# blocks FAMILY: the same prefixes as the set's
blocks()
{
	bad_list "$1" | tr -d ' \t\n' | tr ',' '\n' |
		sed 's/^/block add /; $a\'
}

blocked_ours()
{
	local f

	for f in 4 6; do
		{
			echo "config set mode enforce defrag off"
			blocks $f
		} > "$TEST_TMP/blocks"
		gw -f "$TEST_TMP/blocks"
		figure blocked $f ours ${BAD[$f]} ${TO[$f]} -c 8192
		happened dropped_blocked 8000
		configure mode off
		gw config reset
	done
}

# attacked FAMILY KEY VALUE...: with so many openers that everybody else is
# challenged from now on
attacked()
{
	local f=$1

	shift
	configure mode enforce defrag off challenge-hold 1h "$@"
	send ${ANY[$f]} ${TO[$f]} -c 256 -S 99 > "$TEST_TMP/out"
}

listener()
{
	bg listener ip netns exec "$GW" ikepkt -s "$1" -a no answer
	busywait 10000 listening || fail "port 500 is taken"
}

listening()
{
	nse "$GW" ss -Hnul 'sport = :500' | grep -q .
}

dropping_ours()
{
	local f

	blocked_ours
	for f in 4 6; do
		attacked $f cookie off
		figure first-drop $f ours ${ANY[$f]} ${TO[$f]} -c 65536
		happened first_dropped 65000
		configure mode off
		listener ${TO[$f]}
		attacked $f cookie passthrough cookie-rate 1000000
		figure cookie $f ours ${ANY[$f]} ${TO[$f]} -w 1024 -c 65536
		happened cookies_sent 65000
		configure mode off
		configure mode enforce cookie passthrough challenge always \
			defrag off \
			limit-rate 1 limit-burst 1 block-offences 1000000
		figure limit $f ours ${ONE[$f]} ${TO[$f]} -w 1024 -c 8192 \
			-i 77 -K
		happened dropped_limit 8000
		configure mode off
		gw config reset
		stop_bg "$BG_PID"
	done
}

: > "$OUT/figures"
uname -r > "$OUT/kernel"
lab
bg hold ip netns exec "$GW" sleep 100000
HOLD=$BG_PID
passing
bare
dropping_nft
dropping_ours
ok "figures are taken"
