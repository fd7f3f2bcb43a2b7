#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Dumps of a large table: complete, filtered in the kernel, and right while
# sessions come and go.
#
#	peers ---- veth ---- gateway (watched)
#	192.0.2.1            192.0.2.2

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
dump=$(helper nldump) || fail "nldump does not build"
flood=$(helper ikeflood) || fail "ikeflood does not build"

stay=20000
sources=100

ctl()
{
	ikemonctl -n "$gateway" "$@"
}

gauge()
{
	ikemon_counter "$gateway" "$1"
}

gauge_is()
{
	[ "$(gauge "$1")" = "$2" ]
}

# lines COMMAND...: how many lines it prints
lines()
{
	"$@" | wc -l
}

d()
{
	nse "$gateway" "$dump" "$@"
}

setup_ns peers gateway
veth "$peers" eth0 "$gateway" eth0
addr "$peers" eth0 192.0.2.1/24 2001:db8::1/64
addr "$gateway" eth0 192.0.2.2/24 2001:db8::2/64
check "watch the gateway" ctl config set mode monitor timeout-new 3600

# ---- a table that stays

all=$((stay + 400))

# A busy machine loses packets: send again, which begins nothing new.
fill()
{
	nse "$peers" "$flood" -s 1 -n $stay -a $sources -r 20000 \
		198.51.100.0 192.0.2.2 || return
	nse "$peers" "$flood" -1 -s 1000001 -n 300 \
		198.51.100.200 192.0.2.2 || return
	nse "$peers" "$flood" -s 2000001 -n 100 \
		2001:db8::1 2001:db8::2 || return
	busywait 500 gauge_is sessions $all
}

check "$stay IKEv2, 300 IKEv1 and 100 IPv6 peers" slowwait 60 fill
check_equal "all are in the table" $all "$(gauge sessions)"

d >"$TEST_TMP/all"
check_equal "the dump shows all" $all "$(wc -l <"$TEST_TMP/all")"
check_equal "and none of them twice" $all \
	"$(cut -d' ' -f4 "$TEST_TMP/all" | sort -u | wc -l)"
check_equal "so it does in small messages" \
	"$(sort "$TEST_TMP/all" | md5sum)" "$(d -b 4096 | sort | md5sum)"

# ---- filters

check_equal "version 1" 300 "$(lines d -v 1)"
check_equal "version 2" $((stay + 100)) "$(lines d -v 2)"
check_equal "state new" $all "$(lines d -s 2)"
check_equal "no session is established" 0 "$(lines d -s 32)"
check_equal "one address" $((stay / sources)) "$(lines d -p 198.51.100.7/32)"
check_equal "a prefix" $((32 * stay / sources)) "$(lines d -p 198.51.100.32/27)"
check_equal "either end" $((stay + 300)) "$(lines d -p 192.0.2.2/32)"
check_equal "an IPv6 prefix" 100 "$(lines d -p 2001:db8::/32)"
check_equal "version and prefix" 300 "$(lines d -v 1 -p 198.51.100.0/24)"
check_equal "not more than asked for" 7 "$(lines d -n 7)"
check_equal "not more than there are" 300 "$(lines d -n 100000 -v 1)"
check_equal "every IPv4 address" $((stay + 300)) "$(lines d -p 0.0.0.0/0)"

# ---- sources

check_equal "sources, and the wide prefix of the IPv6 one" $((sources + 3)) \
	"$(lines d -o)"
check_equal "what they began" $all \
	"$(d -o -b 4096 | awk '{ n += $4 } END { print n }')"
check_equal "sources of a prefix" 32 "$(lines d -o -p 198.51.100.32/27)"
check_equal "not more sources than asked for" 5 "$(lines d -o -n 5)"

# ---- others come and go

churn()
{
	local i

	for ((i = 0; ; i++)); do
		nse "$peers" "$flood" -s $((3000000 + i * 1000)) -n 1000 \
			-a 50 203.0.113.0 192.0.2.2
		ctl session flush prefix 203.0.113.0/24
	done
}

sort -k4 "$TEST_TMP/all" | awk '{ print $4 }' >"$TEST_TMP/stay"
churn >"$TEST_TMP/churn" 2>&1 &
churn_pid=$!
for round in 1 2 3; do
	d -b 4096 >"$TEST_TMP/dump"
	check_equal "round $round: the dump calls itself consistent" 0 $?
	# Beside those that come and go: SPIs from 3000000 on
	awk '$4 < "00000000002dc6c0" { print $4 }' "$TEST_TMP/dump" |
		sort >"$TEST_TMP/seen"
	check "round $round: who stays is shown exactly once" \
		cmp "$TEST_TMP/stay" "$TEST_TMP/seen"
	diag "others in this dump:" \
		"$(($(wc -l <"$TEST_TMP/dump") - $(wc -l <"$TEST_TMP/seen")))"
done
kill $churn_pid
wait $churn_pid 2>/dev/null
check "others were flushed meanwhile" test \
	"$(gauge sessions_flushed)" -gt 0

# ---- a dump that cannot be right says so

nse "$gateway" "$dump" -b 4096 -w 20 >"$TEST_TMP/cut" &
cut_pid=$!
wait_line "$TEST_TMP/cut" . 10
ctl config set mode off
ctl config set mode monitor
wait $cut_pid
check_equal "switched off meanwhile: the dump says it is interrupted" 3 $?
check "and is not complete" test "$(wc -l <"$TEST_TMP/cut")" -lt $all
check_equal "switching off forgets everything" 0 "$(lines d)"
