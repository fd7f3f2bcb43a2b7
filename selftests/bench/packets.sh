#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench/packets.sh [-k KERNEL] [-o DIRECTORY] [check]: how many instructions
# nf_ikemon spends on a packet, in a guest where one of them takes one ns, next
# to nftables and conntrack doing the nearest thing. A table on standard
# output; the same and JSON in DIRECTORY, build/bench/packets unless told
# otherwise. "check" fails if a figure is more than 3 % over its budget, see
# the file "budgets" beside this one.
#
# What a packet costs in all is timed by its sender; the figure is what is left
# of it when the same is taken away without nf_ikemon.
# IKEMON_BENCH_SOURCES: so many random ones (1000000).

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
MANY=${IKEMON_BENCH_SOURCES:-1000000}
. "$BENCH/../vm/common.sh"
. "$BENCH/host_lib.sh"

bare_module()
{
	local kdir dst

	kdir=$("$VM_DIR/headers.sh" "$1") || return
	dst=$CHECKOUT/bare/$1
	mkdir -p "$dst"
	cp -p "$BENCH"/bare/* "$dst"
	make -s -C "$kdir" M="$dst" modules >&2 || return
	echo "$dst/ikemon_bare.ko"
}

# figures: of each path and family "path family figure allowed aim
# text", then "compared path family with figure"
figures()
{
	awk '
	FILENAME ~ /budgets$/ {
		if ($1 ~ /^[a-z]/) {
			path[++n] = $1
			aim[$1] = $2
			allowed[$1, 4] = $3
			allowed[$1, 6] = $4
			sub(/^[^\t]*\t+[0-9]+\t[0-9]+\t[0-9]+\t/, "")
			text[path[n]] = $0
		}
		next
	}
	{ cost[$1, $2, $3] = $4 }
	function compared(p, f, with, from, base) {
		if ((from, f, with) in cost)
			printf "compared\t%s\t%d\t%s\t%.0f\n", p, f, with,
				cost[from, f, with] - cost[from, f, base]
	}
	END {
		for (i = 1; i <= n; i++) for (f = 4; f <= 6; f += 2) {
			p = path[i]
			printf "%s\t%d\t%.0f\t%d\t%d\t%s\n", p, f,
				cost[p, f, "ours"] - cost[p, f, "base"],
				allowed[p, f], aim[p], text[p]
			compared(p, f, "nft", p, "base")
			compared(p, f, "conntrack", p, "base")
			compared(p, f, "conntrack+rule", p, "base")
			compared(p, f, "conntrack+meter", p, "forwarded")
			compared(p, f, "nft-set", p, "base")
			compared(p, f, "nft-meter-1k", p, "base")
			compared(p, f, "defrag", p, "base")
			if (p == "cookie" || p == "first-drop")
				compared(p, f, "nft-meter-many", "first-drop",
					 "base")
		}
	}' "$BENCH/budgets" "$OUT/figures"
}

json()
{
	figures | jq -nR --arg kernel "$(cat "$OUT/kernel")" \
		--arg commit "$COMMIT" --argjson many "$MANY" '
	[inputs / "\t"] as $lines |
	[$lines[] | select(.[0] == "compared")] as $compared |
	{ kernel: $kernel, commit: $commit, sources: $many,
	  unit: "instructions per packet", figures: [$lines[] |
		select(.[0] != "compared") | . as $l |
		{ path: .[0], family: ("ipv" + .[1]),
		  figure: (.[2] | tonumber), allowed: (.[3] | tonumber),
		  aim: (.[4] | tonumber), text: .[5],
		  compared: ([$compared[] |
			select(.[1] == $l[0] and .[2] == $l[1]) |
			{ (.[3]): (.[4] | tonumber) }] | add // {}) }] }'
}

table()
{
	jq -r '
	{ "nft": "an nft rule that does not match",
	  "conntrack": "conntrack", "conntrack+rule": "conntrack, an nft rule",
	  "conntrack+meter": "new in conntrack, nft meter",
	  "nft-set": "nft interval set of 1000",
	  "nft-meter-1k": "nft meter, 1024 sources",
	  "nft-meter-many": "nft meter, \(.sources) sources",
	  "defrag": "reassembly (\"defrag on\"), and ours" } as $names |
	"Linux \(.kernel), commit \(.commit)", "",
	(["", "aim", "IPv4", "IPv6", "compare with", "IPv4", "IPv6"],
	(.figures | range(0; length; 2) as $i | .[$i:$i + 2] |
		(.[0].compared | keys_unsorted) as $with |
		[.[0].text, .[0].aim, .[0].figure, .[1].figure,
		 ($with[0] | if . then $names[.] else "" end),
		 .[0].compared[$with[0] // ""] // "",
		 .[1].compared[$with[0] // ""] // ""],
		(. as $two | $with[1:][] | ["", "", "", "", $names[.],
		 $two[0].compared[.], $two[1].compared[.]])) |
		map(tostring) | @tsv)' "$OUT/packets.json" | align
}

# Columns of a table, as wide as they have to be
align()
{
	awk -F'\t' '
	NR <= 2 { print; next }
	{ line[++n] = $0
	  for (i = 1; i <= NF; i++)
		if (length($i) > w[i]) w[i] = length($i) }
	function row(text, k, c, s) {
		k = split(text, c, "\t")
		s = "|"
		for (i = 1; i <= k; i++)
			s = s sprintf(i == 1 || i == 5 ? " %-*s |" : " %*s |",
				      w[i], c[i])
		print s
	}
	END {
		row(line[1])
		rule = "|"
		for (i = 1; i <= 7; i++) {
			dash = sprintf("%*s", w[i], "")
			gsub(/ /, "-", dash)
			rule = rule " " dash " |"
		}
		print rule
		for (j = 2; j <= n; j++) row(line[j])
	}'
}

# Fails, and says of which path, if it costs more than it may.
within_budgets()
{
	jq -r '.figures[] | select(.figure > .allowed * 1.03) |
		"\(.path), \(.family): \(.figure) instructions, " +
		"\(.allowed) are allowed"' "$OUT/packets.json" |
		tee "$OUT/over" >&2
	[ ! -s "$OUT/over" ]
}

run()
{
	local release ko

	release=$(resolve_release "$1") || exit
	ko=$(bare_module "$release") || exit
	make -s -C "$TOP/selftests" bench-tools || exit
	"$VM_DIR/run" -i -k "$1" -o "$OUT" -t 1500 -- \
		selftests/bench/measure.sh "$ko" > "$OUT/log" || {
		cat "$OUT/log" >&2
		exit 1
	}
}

host()
{
	host_options packets 6.12 " [check]" "$@"
	shift $((OPTIND - 1))
	run "$KERNEL"
	json > "$OUT/packets.json" || exit
	table | tee "$OUT/table.md"
	[ "${1-}" != check ] || within_budgets
}

host "$@"
