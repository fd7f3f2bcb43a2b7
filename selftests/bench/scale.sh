#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench/scale.sh [-k KERNEL] [-o DIRECTORY]: what nf_ikemon needs with a thousand and with
# a million sessions and sources, at this machine's own speed, in the guest
# uml-native. A table on standard output; the same and JSON in DIRECTORY,
# build/bench/scale unless told otherwise.
#
# IKEMON_BENCH_SESSIONS: so many (1000000). IKEMON_BENCH_ROUNDS: of which the
# best counts (5): a busy machine only ever adds.

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$BENCH/../vm/common.sh"
. "$BENCH/host_lib.sh"

json()
{
	jq -nR --arg kernel "$(cat "$OUT/kernel")" --arg commit "$COMMIT" '
	[inputs / " "] as $lines |
	{ kernel: $kernel, commit: $commit } +
	([$lines[] | select(length == 2) | { (.[0]): (.[1] | tonumber) }] |
	 add) +
	(reduce ($lines[] | select(length == 3)) as $l
	 ({}; .[$l[0]] += { ($l[1]): ($l[2] | tonumber) }))' "$OUT/figures"
}

# The aims are those of issue 5; a packet's time is without what it takes when
# nf_ikemon does nothing.
table()
{
	jq -r '
	def us: . / 100 | round / 10;
	def many: .established | keys_unsorted | map(tonumber) | max | tostring;
	many as $m |
	"Linux \(.kernel), commit \(.commit), memory of the guest in " +
	(if .huge_pages == 1 then "huge pages" else "pages of 4 KiB" end), "",
	"| | 1000 | \($m) | aim |", "| --- | --- | --- | --- |",
	(("established", "opener") as $p | .[$p] as $v |
	 "| ns of a packet: \($p), without nf_ikemon | \($v["0"]) | | |",
	 "| likewise, in all | \($v["1000"]) | \($v[$m]) | |",
	 "| likewise, ratio | | \($v[$m] / $v["1000"] * 100 | round / 100) | 1.3 |"),
	"| octets of a session: object, share of the arrays | | \(.slab_session) + \(.array_session) | 320 |",
	"| octets of a source: object, share of the array | | \(.slab_source) + \(.array_source) | 192 |",
	"| octets of both, by free memory | | \(.memory_both) | |",
	"| dump of all, raw, s | | \(.dump_raw_ms / 1000) | 3 |",
	"| dump of all, ikemonctl -j, s | | \(.dump_json_ms / 1000) | |",
	"| delay of a packet without nf_ikemon, median and worst, \u00b5s | \(.late_none_median_ns | us), \(.late_none_worst_ns | us) | | |",
	"| likewise, with it, \u00b5s | | \(.late_idle_median_ns | us), \(.late_idle_worst_ns | us) | |",
	"| likewise, during dumps, \u00b5s | | \(.late_dump_median_ns | us), \(.late_dump_worst_ns | us) | |",
	"| expiry holds the processor, idle: p99, worst, \u00b5s | | \(.gc_idle_p99_us), \(.gc_idle_worst_us) | 1000 |",
	"| likewise, ms of each second | | \(.gc_idle_ms_per_s) | |",
	"| sessions begun and expired a second | | \(.churn_per_s) | 100000 |",
	"| likewise, expiry: p99, worst, \u00b5s | | \(.gc_churn_p99_us), \(.gc_churn_worst_us) | 1000 |",
	"| likewise, expiry, ms of each second | | \(.gc_churn_ms_per_s) | |",
	"| likewise, refused | | \(.churn_refused) | 0 |",
	"| likewise, left at the end, gone after s | | \(.churn_left), \(.churn_gone_ms / 1000) | |"
	' "$OUT/scale.json"
}

# What the guest has for memory is a file. In pages of 4 KiB each look into a
# large table misses the TLB more often than on a machine of its own, so it is
# one of huge pages, if we may mount what has them.
huge=(unshare -m bash -c
	'mount -t tmpfs -o huge=always none /dev/shm && exec "$@"' bash)

host_options scale uml-native "" "$@"
make -s -C "$TOP/selftests" tools bench-tools || exit
"${huge[@]}" true 2>/dev/null || huge=()
"${huge[@]}" "$VM_DIR/run" -k "$KERNEL" -m 4096 -o "$OUT" -t 1200 -- \
	selftests/bench/many.sh >"$OUT/log" || {
	cat "$OUT/log" >&2
	exit 1
}
echo "huge_pages $((${#huge[@]} > 0))" >>"$OUT/figures"
json >"$OUT/scale.json" || exit
table | tee "$OUT/table.md"
