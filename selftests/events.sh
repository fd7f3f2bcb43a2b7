#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Events: in order, counted, limited, and what was not sent is said.
#
#	peers ---- veth ---- gateway (watched)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
sub=$(helper nlsub) || fail "nlsub does not build"
flood=$(helper ikeflood) || fail "ikeflood does not build"

ctl()
{
	ikemonctl -n "$gateway" "$@"
}

counter()
{
	ikemon_counter "$gateway" "$1"
}

setup_ns peers gateway other
veth "$peers" eth0 "$gateway" eth0
addr "$peers" eth0 192.0.2.1/24
addr "$gateway" eth0 192.0.2.2/24
check "watch the gateway" ctl config set mode monitor event-rate 1000000
check "watch another namespace" ikemonctl -n "$other" config set mode monitor

# listen LOG NAMESPACE GROUP: until the test ends, what it hears in LOG
listen()
{
	bg "$1" ip netns exec "$2" "$sub" -t 60 "$3"
	wait_line "$TEST_TMP/$1" '^joined' || fail "cannot listen to $3"
}

# ---- order

listen session "$gateway" session
session_pid=$BG_PID
listen other "$other" session
nse "$peers" "$flood" -s 1 -n 500 192.0.2.1 192.0.2.2
check "an event for each session" wait_line "$TEST_TMP/session" \
	'^session 1 ' 20 500
awk '$1 == "session" { if (seq && $3 != seq + 1) print; seq = $3 }' \
	"$TEST_TMP/session" >"$TEST_TMP/gaps"
check_equal "the sequence has no gap" "" "$(<"$TEST_TMP/gaps")"
check_equal "nothing is said to be suppressed" 0 \
	"$(awk '$1 == "session" { n += $4 } END { print n }' "$TEST_TMP/session")"
check "events were counted" test "$(counter events_sent)" -ge 500

ctl session flush all >/dev/null
check "an event for each that was removed" wait_line "$TEST_TMP/session" \
	'^session 4 ' 20 500
check_equal "the other namespace heard nothing" joined \
	"$(<"$TEST_TMP/other")"
stop_bg "$session_pid"

# ---- too many

check "ten events a second" ctl config set event-rate 10
listen limited "$gateway" session
listen alarm "$gateway" alarm
nse "$peers" "$flood" -s 10000 -n 2000 -r 5000 192.0.2.1 192.0.2.2
check "an alarm says that events are not sent" \
	wait_line "$TEST_TMP/alarm" '^alarm 2 [0-9]+ [0-9]+ 1$' 20
check "the alarm is a gauge too" test "$(counter alarm_events_lost)" = 1
suppressed=$(counter events_suppressed)
check "most were suppressed" test "$suppressed" -gt 1500
# One more when there are tokens again: it says how many went before it.
one_more()
{
	nse "$peers" "$flood" -s "$((20000 + RANDOM))" -n 1 192.0.2.1 192.0.2.2
	[ "$(awk '$1 == "session" { n += $4 } END { print n }' \
		"$TEST_TMP/limited")" -ge "$suppressed" ]
}
check "the next event says how many" slowwait 20 one_more
awk '$1 == "session" { if (seq && $3 != seq + 1 + $4) print seq, $0
	seq = $3 }' "$TEST_TMP/limited" >"$TEST_TMP/gaps"
check_equal "gaps in the sequence are what was suppressed" "" \
	"$(<"$TEST_TMP/gaps")"
check "the alarm ends by itself" \
	wait_line "$TEST_TMP/alarm" '^alarm 2 [0-9]+ [0-9]+ 0$' 60

# ---- from several processors, whose clocks are not read in the order of events

check "a thousand events a second" ctl config set event-rate 1000
sent=$(counter events_sent)
ctl session flush all >/dev/null
lib_now began
pids=()
for i in 0 1; do
	nse "$peers" taskset -c $((i % $(nproc))) "$flood" \
		-s $((100000 + i * 50000)) -n 20000 192.0.2.1 192.0.2.2 &
	pids+=("$!")
done
wait "${pids[@]}"
lib_now ended
took=$((ended - began))
sent=$(($(counter events_sent) - sent))
diag "$sent events in $took ms"
check "and a second's worth more are all that is sent" \
	test "$sent" -le $((took + 1500))

# ---- the table is full

check "room for 10" ctl config set event-rate 1000 max-sessions 10
nse "$peers" "$flood" -s 40000 -n 100 192.0.2.1 192.0.2.2
check "an alarm says that the table is full" \
	wait_line "$TEST_TMP/alarm" '^alarm 1 [0-9]+ [0-9]+ 1$' 20
check_equal "alarms are numbered without gap" "" \
	"$(awk '$1 == "alarm" { if (seq && $3 != seq + 1) print; seq = $3 }' \
		"$TEST_TMP/alarm")"
