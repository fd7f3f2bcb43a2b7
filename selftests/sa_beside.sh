#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Beside xfrm: with the module everything goes as without. What ip xfrm monitor
# prints, what a policy without SA answers and how an on-demand tunnel comes up
# are compared as text. The module then is loaded while tunnels are up, and
# unloaded while SAs come and go.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, strongSwan)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/sa_lib.sh"

need_lab
checktool "modinfo nf_ikemon" "module file to load again"
topo_direct
swan_start "$LEFT" left
swan_start "$GW" gw delete_rekeyed_delay=1
swan_psk left
swan_psk gw
swan_pair left gw demand 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	mobike=no child:rekey_time=1h child:life_time=2h child:rand_time=0s \
	a:dpd_delay=1s
swan_apply

# plain FILE: without what is another each time, or comes by a timer while
# traffic flows (Async event); the daemon's SPIs, which begin
# with c, by order of appearance
plain()
{
	sed -E '/^Async event/,+1d
		s/0x[0-9a-f]{32,}/KEY/g
		s/[0-9]{4}-[0-9-]+ [0-9:]+/TIME/g
		s/(index|priority|sport) [0-9]+/\1 N/g
		s/seq 0x[0-9a-f]+/seq N/g
		s/bitmap 0x[0-9a-f]+/bitmap N/
		s/[0-9]+\(bytes\), [0-9]+\(packets\)/USE/' "$1" | awk '
	{
		out = ""
		while (match($0, /0xc[0-9a-f]+(\([0-9]+\))?/)) {
			spi = substr($0, RSTART, 10)
			if (!(spi in name))
				name[spi] = "SPI" ++n
			out = out substr($0, 1, RSTART - 1) name[spi]
			$0 = substr($0, RSTART + RLENGTH)
		}
		print out $0
	}'
}

listens()
{
	awk '$2 == 6 && $4 !~ /^0*$/ { n = 1 } END { exit !n }' \
		"/proc/$1/net/netlink"
}

# hear NS FILE COMMAND...: what ip xfrm monitor prints while COMMAND runs
hear()
{
	local ns=$1 file=$2 pid

	shift 2
	bg "$file" ip -n "$ns" xfrm monitor all
	pid=$BG_PID
	busywait "$IKEMON_WAIT" listens "$pid" || fail "ip xfrm monitor listens"
	"$@"
	# the end
	ip -n "$ns" xfrm policy add src 192.0.2.200 dst 192.0.2.200 dir fwd
	busywait "$IKEMON_WAIT" grep -q '^src 192.0.2.200' "$TEST_TMP/$file" ||
		fail "ip xfrm monitor prints all"
	stop_bg "$pid"
	ip -n "$ns" xfrm policy delete src 192.0.2.200 dst 192.0.2.200 dir fwd
}

state()
{
	local ns=$1 verb=$2 spi=$3

	shift 3
	ip -n "$ns" xfrm state "$verb" src 192.0.2.11 dst 192.0.2.12 proto esp \
		spi "$spi" "$@" 2>&1
}

ALGS=(mode transport enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff
	auth 'hmac(sha256)' "0x$(printf '%064d' 7)")

ask()
{
	nse "$ALONE" ping -q -c 1 -W 1 192.0.2.12 2>&1 |
		sed 's/time .*ms/time/'
}

# What waits for a daemon gives up after a second.
given_up()
{
	! ip -n "$ALONE" xfrm state | grep -q 'spi 0x0000\(0000\|5000\)'
}

# by_hand: all that ip can do, what it answers, and packets without SA
by_hand()
{
	state "$ALONE" add 0x1000 reqid 1 "${ALGS[@]}"
	state "$ALONE" add 0x1000 reqid 1 "${ALGS[@]}"
	state "$ALONE" update 0x1000 reqid 2 "${ALGS[@]}"
	state "$ALONE" update 0x2000 reqid 2 "${ALGS[@]}"
	state "$ALONE" delete 0x1000
	state "$ALONE" delete 0x1000
	state "$ALONE" add 0x1001 if_id 7 mark 1 mask 0xff "${ALGS[@]}"
	ip -n "$ALONE" xfrm state add src 192.0.2.11 dst 192.0.2.12 proto ah \
		spi 0x1002 mode tunnel auth 'hmac(sha256)' "${ALGS[5]}"
	ip -n "$ALONE" xfrm state allocspi src 192.0.2.11 dst 192.0.2.12 \
		proto esp mode tunnel min 0x5000 max 0x5000 | head -n 2
	busywait "$IKEMON_WAIT" given_up
	ip -n "$ALONE" xfrm policy add src 192.0.2.11 dst 192.0.2.12 dir out \
		tmpl src 192.0.2.11 dst 192.0.2.12 proto esp reqid 9 \
		mode transport
	ask
	busywait "$IKEMON_WAIT" given_up
	ip -n "$ALONE" xfrm policy delete src 192.0.2.11 dst 192.0.2.12 dir out
	ip -n "$ALONE" xfrm state flush
	ip -n "$ALONE" xfrm state flush proto esp
	ip -n "$ALONE" xfrm policy flush
}

# unheard: packets without SA, and nobody there to make one. What waited for a
# daemon all the same would be seen.
unheard()
{
	nse "$ALONE" sysctl -qw net.core.xfrm_acq_expires=60
	ip -n "$ALONE" xfrm policy add src 192.0.2.11 dst 192.0.2.12 dir out \
		tmpl src 192.0.2.11 dst 192.0.2.12 proto esp mode transport
	ask
	ip -n "$ALONE" -s xfrm state
	nse "$ALONE" cat /proc/net/xfrm_stat
	ip -n "$ALONE" xfrm policy flush
	ip -n "$ALONE" xfrm state flush
}

waits()
{
	ip -n "$GW" xfrm policy | grep -q 'src 203.0.113.1/32 dst 198.51.100.1'
}

no_states()
{
	[ -z "$(ip -n "$GW" xfrm state)" ]
}

# on_demand: a policy that waits for traffic, the first packet, the end
on_demand()
{
	swan gw install --child demand
	busywait "$IKEMON_WAIT" waits
	busywait "$IKEMON_WAIT" ping_through "$GW" 203.0.113.1 198.51.100.1
	swan gw terminate --ike demand | tail -n 1
	busywait "$IKEMON_WAIT" no_states
	swan gw uninstall --child demand
}

# story NAME: all of that
story()
{
	setup_ns ALONE
	nse "$ALONE" sysctl -qw net.core.xfrm_acq_expires=1
	ip -n "$ALONE" link add eth0 type dummy
	ip -n "$ALONE" link set eth0 up
	addr "$ALONE" eth0 192.0.2.11/24
	ip -n "$ALONE" neigh add 192.0.2.12 dev eth0 lladdr 02:00:00:00:00:01
	[ "$1" = without ] || watch "$ALONE"
	hear "$ALONE" "monitor-$1" by_hand > "$TEST_TMP/hand-$1" 2>&1
	unheard > "$TEST_TMP/unheard-$1" 2>&1
	hear "$GW" "swan-$1" on_demand > "$TEST_TMP/demand-$1" 2>&1
	delete_ns "$ALONE"
}

# same DESCRIPTION FILE LEAST: no fewer lines than LEAST
same()
{
	local way

	for way in without with; do
		plain "$TEST_TMP/$2-$way" > "$TEST_TMP/plain-$way"
	done
	if [ "$(wc -l < "$TEST_TMP/plain-with")" -lt "$3" ]; then
		not_ok "$1" "$(<"$TEST_TMP/plain-without")"
		return
	fi
	check "$1" diff "$TEST_TMP/plain-without" "$TEST_TMP/plain-with"
}

check "the module is unloaded" rmmod nf_ikemon
story without
check "it is loaded" modprobe nf_ikemon
watch "$GW"
story with
same "ip xfrm monitor prints the same" monitor 60
same "ip xfrm answers the same" hand 10
same "a packet without SA meets the same, heard by nobody" unheard 5
same "an on-demand tunnel comes and goes in the same way" swan 60
same "and the daemon says the same" demand 3

# ---- loaded late

check "the module is unloaded" rmmod nf_ikemon
check "a tunnel is up" swan_up left demand
check "traffic passes" ping_through "$LEFT" 198.51.100.1 203.0.113.1
check "the module is loaded" modprobe nf_ikemon
watch "$GW"
check_equal "it knows the SAs at once" 2 "$(ikemon_counter "$GW" sas)"
check_sas "$GW" gw 2 "and whose they are as soon as IKE is spoken"

# ---- unloaded while SAs come and go

awk -v key="${ALGS[5]}" 'BEGIN {
	for (i = 65536; i < 65536 + 1500; i++)
		print "xfrm state add src 192.0.2.2 dst 192.0.2.9",
			"proto esp spi", i, "reqid", i,
			"mode transport enc cipher_null \"\"",
			"auth hmac(sha256)", key
}' > "$TEST_TMP/batch"
churn()
{
	while ip -n "$CHURN" -batch "$TEST_TMP/batch" 2>&1; do
		ip -n "$CHURN" xfrm state flush
	done
}
setup_ns CHURN
churn > "$TEST_TMP/churn" &
on_exit kill $!
come_and_go()
{
	local i

	for i in 1 2 3 4 5; do
		ikemonctl -n "$CHURN" config set mode monitor &&
		busywait "$IKEMON_WAIT" counter_above "$CHURN" sas 100 &&
		rmmod nf_ikemon && modprobe nf_ikemon || return
	done
}
check "unloaded and loaded meanwhile, five times" come_and_go
check_equal "adding went on undisturbed" "" "$(<"$TEST_TMP/churn")"
check "the tunnel stood" ping_through "$LEFT" 198.51.100.1 203.0.113.1
