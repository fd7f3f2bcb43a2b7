#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench/many.sh [PART...]: the part of scale.sh that runs in the guest. Figures
# go to $OUT/figures, "name value" each. Parts, all unless told otherwise: few
# (what a packet costs with few sessions), many, memory, idle, dumps, churn.

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$BENCH/../lib.sh"
. "$SELFTESTS/netlink_lib.sh"
. "$BENCH/lab.sh"
FEW=1000
MANY=${IKEMON_BENCH_SESSIONS:-1000000}
ROUNDS=${IKEMON_BENCH_ROUNDS:-5}
CAP=1048576
FIRST=10.0.0.1
US=192.0.2.2
TRACE=/sys/kernel/tracing
PARTS=${*:-few many memory idle dumps churn}
NLDUMP=$(helper nldump) || fail "nldump does not build"

figure()
{
	echo "$*" | tee -a "$OUT/figures"
}

now_ms()
{
	local s=${EPOCHREALTIME/./}

	echo $((s / 1000))
}

# timed COMMAND...: ms that it took
timed()
{
	local start

	start=$(now_ms)
	"$@" >/dev/null || fail "$*"
	echo $(($(now_ms) - start))
}

# least COMMAND...: of as many numbers as there are rounds
least()
{
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		"$@" || return
	done | sort -n | head -1
}

sessions()
{
	ikemon_counter "$GW" sessions
}

on()
{
	configure mode monitor defrag off max-sessions $CAP max-sources $CAP \
		message-rate 1000000 timeout-new 1s timeout-failed 1s
}

# crowd COUNT: so many sessions that are up
crowd()
{
	local ms

	ms=$(timed nse "$GW" "$SELFTESTS/../build/adopt" $US $FIRST "$1")
	check_equal "so many sessions are up" "$1" "$(sessions)"
	figure "fill_ms $1 $ms"
}

#
# What a packet costs in all
#

established()
{
	send $FIRST $US -k info -m "$((RANDOM << 12))" -N "$1" -S $RANDOM -c 65536 |
		cut -d' ' -f1
}

openers_off()
{
	send $FIRST $US -N "$FEW" -S $RANDOM -c 65536 | cut -d' ' -f1
}

# What they begin is gone before others do.
openers()
{
	send $FIRST $US -N "$1" -S $RANDOM -c 24576 | cut -d' ' -f1
	busywait 60000 no_more_than "$1" >&2
}

no_more_than()
{
	[ "$(sessions)" -le "$1" ]
}

costs()
{
	figure "established $1 $(least established "$1")"
	figure "opener $1 $(least openers "$1")"
}

#
# Memory
#

free_kb()
{
	echo 3 >/proc/sys/vm/drop_caches
	sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# slab NAME: octets that one object takes, its part of the page's rest included
slab()
{
	local d=/sys/kernel/slab/$1

	echo $(((4096 << $(cat "$d/order")) / $(cat "$d/objs_per_slab")))
}

memory()
{
	local all=$(($1 - $2))

	figure "slab_session $(slab ikemon_session)"
	figure "slab_source $(slab ikemon_source)"
	figure "array_session $((3 * 8 * CAP / MANY))"
	figure "array_source $((8 * CAP / MANY))"
	figure "memory_both $((all * 1024 / MANY))"
}

#
# Expiry and dumps
#

gc_watch()
{
	echo 0 >$TRACE/tracing_on
	echo 16384 >$TRACE/buffer_size_kb
	echo >$TRACE/trace
	echo 1 >$TRACE/events/nf_ikemon/ikemon_gc/enable
	echo 1 >$TRACE/tracing_on
	gc_since=$(now_ms)
}

# gc_said NAME
gc_said()
{
	local ms=$(($(now_ms) - gc_since))

	echo 0 >$TRACE/tracing_on
	sed -n 's/.* ns=\([0-9]*\) .*/\1/p' $TRACE/trace | sort -n |
	awk -v name="$1" -v ms="$ms" '
	{ v[NR] = $1; sum += $1 }
	END {
		printf "gc_%s_worst_us %.0f\n", name, v[NR] / 1000
		printf "gc_%s_p99_us %.0f\n", name,
			v[int(NR * 0.99) + (NR == 1)] / 1000
		printf "gc_%s_ms_per_s %.1f\n", name, sum / ms / 1e3
	}' | tee -a "$OUT/figures"
}

# late NAME COUNT
late()
{
	local median worst

	read -r median worst <<<"$(late_by "$2")"
	figure "late_$1_median_ns $median"
	figure "late_$1_worst_ns $worst"
}

# Its sender goes before whatever else may run, as packets from outside do.
late_by()
{
	nse "$GEN" chrt -f 50 "$BURST" -k info -m $((RANDOM << 12)) \
		-N "$MANY" -L -c "$1" eth0 "$MAC" $FIRST $US
}

idle()
{
	gc_watch
	late idle 10000
	gc_said idle
}

json()
{
	ikemonctl -n "$GW" -j session show
}

raw()
{
	nse "$GW" "$NLDUMP" -b 262144
}

dumps()
{
	figure "dump_raw_ms $(least timed raw)"
	figure "dump_json_ms $(timed json)"
	bg dumping endless
	late dump 5000
	stop_bg "$BG_PID"
}

endless()
{
	while raw; do :; done >/dev/null
}

#
# So many a second, for some seconds
#

churn()
{
	local rate=110000 count=1100000 ms

	on
	gc_watch
	ms=$(timed send $FIRST $US -N $count -r $rate -c $count)
	figure "churn_per_s $((count * 1000 / ms))"
	figure "churn_left $(sessions)"
	gc_said churn
	figure "churn_new $(ikemon_counter "$GW" sessions_new)"
	figure "churn_refused $(ikemon_counter "$GW" sessions_refused)"
	figure "churn_gone_ms $(timed busywait 60000 no_more_than 0)"
	figure "churn_expired $(ikemon_counter "$GW" sessions_expired)"
}

part()
{
	[[ " $PARTS " = *" $1 "* ]]
}

few()
{
	figure "established 0 $(least established $FEW)"
	figure "opener 0 $(least openers_off)"
	late none 5000
	on
	crowd $FEW
	costs $FEW
	configure mode off
}

: >"$OUT/figures"
uname -r >"$OUT/kernel"
lab
open_chain
drain
! part few || few
before=$(free_kb)
on
crowd "$MANY"
! part memory || memory "$before" "$(free_kb)"
! part many || costs "$MANY"
! part idle || idle
! part dumps || dumps
configure mode off
! part churn || churn
ok "figures are taken"
