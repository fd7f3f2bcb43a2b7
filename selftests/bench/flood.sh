#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench/flood.sh [-k KERNEL] [-o DIRECTORY]: 20 real clients connect while
# spoofed openers come by the hundred thousand; without nf_ikemon and in each
# of its modes, in one throw-away guest. A table on standard output; the same
# and JSON in DIRECTORY, build/bench unless told otherwise. IKEMON_FLOOD_COUNT
# and IKEMON_FLOOD_RATE change the flood.

CLIENTS=20
COUNT=${IKEMON_FLOOD_COUNT:-200000}
RATE=${IKEMON_FLOOD_RATE:-4000}
MODES=${IKEMON_FLOOD_MODES:-without monitor passthrough first-drop}
BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

#
# In the guest
#

# watch_peaks: the most half-open SAs the daemon tells of, and connections
# that conntrack holds, at any one look
watch_peaks()
{
	local n half=0 ct=0

	while :; do
		n=$(timeout 10 bash -c ". $BENCH/../ike_lib.sh
			TEST_TMP=$TEST_TMP; swan gw stats" |
			sed -n 's/.* \([0-9]*\) half-open.*/\1/p')
		[ "${n:-0}" -le $half ] || half=$n
		n=$(nse "$GW" sysctl -n net.netfilter.nf_conntrack_count)
		[ "${n:-0}" -le $ct ] || ct=$n
		echo "$half $ct" > "$TEST_TMP/peaks.new"
		mv "$TEST_TMP/peaks.new" "$TEST_TMP/peaks"
		sleep 2
	done
}

# watch_alarm: what had reached the daemon when the alarm was seen
watch_alarm()
{
	local wait=0.05

	until alarm under-attack; do
		sleep $wait
	done 2> /dev/null
	echo "$(seen v2) $(seen v1)" > "$TEST_TMP/alarm"
}

# cpu PID: seconds it has used
cpu()
{
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, "")
		printf "%.2f\n", ($12 + $13) / hz }' "/proc/$1/stat"
}

# memory: KiB in our slab caches, pages of them, and in large tables
memory()
{
	{
		awk '/^ikemon_/ { print $15 * $6 * 4096 }' /proc/slabinfo
		awk '/\[nf_ikemon\]/ { print $2 }' /proc/vmallocinfo
	} | awk '{ n += $1 } END { printf "%d\n", n / 1024 }'
}

mode_on()
{
	case $1 in
	without)	;;
	monitor)	configure mode monitor ;;
	passthrough)	configure cookie passthrough mode enforce ;;
	first-drop)	configure cookie off mode enforce ;;
	esac
}

# Everything that came in at all, in front of nf_ikemon
arrived_setup()
{
	nse "$GW" nft -f - <<-RULES
	table inet arrived {
		counter openers {}
		chain raw {
			type filter hook prerouting priority -400;
			iifname "wild" udp dport 500 counter name openers
		}
		chain tracked {
			type filter hook input priority 10;
			ct state new counter
		}
	}
	RULES
}

arrived()
{
	nse "$GW" nft -j list counter inet arrived openers |
		jq '.nftables[] | select(.counter?) | .counter.packets'
}

over()
{
	! kill -0 "$FLOOD" 2> /dev/null
}

# times: clients up, median and worst ms
times()
{
	clients_times | awk '{ t[NR] = $1 } END { printf "%d %d %d\n", NR,
		t[int((NR + 1) / 2)], t[NR] }'
}

# lost: packets that connection tracking refused, its table being full; what
# it threw out to make room; datagrams that the sockets had no room for
lost()
{
	{
		nse "$GW" conntrack -S | tr ' ' '\n'
		nse "$GW" nstat -asz UdpRcvbufErrors Udp6RcvbufErrors
	} | awk -F '[= ]+' '$1 == "drop" { d += $2 }
		$1 == "early_drop" { e += $2 } /RcvbufErrors/ { r += $2 }
		END { print d + 0, e + 0, r + 0 }'
}

# The daemon's own word: requests of version 2 and messages that it read
daemon_counts()
{
	swan gw counters | awk '$1 ~ /^ike-init-in-req/ { n = $NF }
		END { print n + 0 }'
}

measure()
{
	local mode=$1 gw begun=$SECONDS used after="null null" v2 v1

	topo_flood
	arrived_setup
	SWAN_PLUGINS+=" counters"
	clients_setup $CLIENTS
	mode_on "$mode"
	gw=$(cat "$TEST_TMP/gw/pid")
	used=$(cpu "$gw")
	watch_peaks > /dev/null 2>&1 &
	background+=($!)
	if [ "$mode" != without ]; then
		watch_alarm &
		background+=($!)
	fi
	bg flood ip netns exec "$WILD" flood -c "$COUNT" -r "$RATE" -t 300 \
		-k init,init,main,aggressive eth0 "$MAC_WILD" \
		192.0.2.2 2001:db8::2
	FLOOD=$BG_PID
	slowwait 10 more_than 1000
	clients_begin
	slowwait 150 clients_up $CLIENTS
	slowwait 300 over
	v2=$(seen v2) v1=$(seen v1)
	if [ -s "$TEST_TMP/alarm" ]; then
		read -r a2 a1 < "$TEST_TMP/alarm"
		after="$((v2 - a2)) $((v1 - a1))"
	fi
	used=$(awk "BEGIN { print $(cpu "$gw") - $used }")
	# shellcheck disable=SC2046 # words
	jq -n '[$ARGS.positional[] | . as $t | try fromjson
		catch $t] | {mode: .[0], clients: .[1],
		median_ms: .[2], worst_ms: .[3], half_open: .[4],
		conntrack: .[5], daemon_cpu_s: .[6], memory_kib: .[7],
		sent: .[8], sent_seconds: .[9], arrived: .[10],
		reached_v2: .[11], reached_v1: .[12],
		reached_v2_after_alarm: .[13], reached_v1_after_alarm: .[14],
		daemon_inits: .[15], seconds: .[16], conntrack_full: .[17],
		conntrack_early: .[18], socket_full: .[19]}' \
		--args "$mode" $(times) $(cat "$TEST_TMP/peaks") "$used" \
		"$(memory)" "$(said flood sent)" "$(said flood seconds)" \
		"$(arrived)" "$v2" "$v1" $after "$(daemon_counts)" \
		$((SECONDS - begun)) $(lost) > "$OUT/$mode.json"
	check "$mode" jq -e .sent "$OUT/$mode.json"
}

more_than()
{
	[ "$(arrived)" -gt "$1" ]
}

# A namespace of its own for each mode; without means that it is not loaded.
guest()
{
	local mode

	rmmod nf_ikemon
	for mode in $MODES; do
		[ "$mode" = without ] || modprobe nf_ikemon
		bash "$0" measure "$mode"
	done
	uname -r > "$OUT/kernel"
}

#
# On the host
#

table()
{
	local files mode

	files=()
	for mode in $MODES; do
		files+=("$OUT/$mode.json")
	done
	jq -rs --arg kernel "$(cat "$OUT/kernel")" --arg commit "$COMMIT" '
	def cell: if . == null then "-" else tostring end;
	def row(name; f): "| " + name + " | " + (map(f | cell) | join(" | ")) +
		" |";
	"Linux \($kernel), commit \($commit), \(.[0].sent) spoofed openers",
	"",
	"| | " + (map(.mode) | join(" | ")) + " |",
	"| --- |" + (map(" --- |") | add),
	row("clients established"; .clients),
	row("ms to establish, median"; .median_ms),
	row("ms to establish, worst"; .worst_ms),
	row("s that the flood took"; .sent_seconds),
	row("openers that arrived"; .arrived),
	row("IKEv2 openers that reached the daemon"; .reached_v2),
	row("of these after the alarm"; .reached_v2_after_alarm),
	row("IKEv1 openers that reached the daemon"; .reached_v1),
	row("of these after the alarm"; .reached_v1_after_alarm),
	row("IKE_SA_INITs that the daemon dealt with"; .daemon_inits),
	row("half-open SAs in the daemon, most"; .half_open),
	row("processor time of the daemon, s"; .daemon_cpu_s),
	row("conntrack entries, most"; .conntrack),
	row("packets that conntrack had no room for"; .conntrack_full),
	row("datagrams that sockets had no room for"; .socket_full),
	row("memory of nf_ikemon, KiB"; .memory_kib)' \
	"${files[@]}"
}

host()
{
	. "$BENCH/host_lib.sh"
	host_options flood 6.12 "" "$@"
	"$BENCH/../vm/run" -k "$KERNEL" -o "$OUT" -- \
		selftests/bench/flood.sh guest || exit
	table | tee "$OUT/table.md"
	jq -s . "$OUT"/*.json > "$OUT/all"
	mv "$OUT/all" "$OUT/flood.json"
}

case ${1-} in
guest)	guest ;;
measure)
	shift
	. "$BENCH/../lib.sh"
	. "$BENCH/../ike_lib.sh"
	. "$BENCH/../flood_lib.sh"
	measure "$1"
	;;
*)	host "$@" ;;
esac
