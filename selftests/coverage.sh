#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# coverage.sh: which lines of the module run. All selftests in the debug guest,
# with a module that counts, and the unit tests of the pure files on this
# machine; then a table, file by file. "make coverage" runs it. With the option
# -g it is its own second half, in the guest. IKEMON_COVERAGE_TESTS="NAME..."
# takes those tests only; IKEMON_COVERAGE=DIRECTORY leaves all in there, also
# *.gcov, the sources with a count before each line.

set -eu -o pipefail
. "$(dirname "$0")/vm/common.sh"

PURE="walk weak vendor parse offer answer kind state notify limit filter sketch"
PURE+=" cookie"

# flat FILE: its path below the module's sources as one name, in REPLY
flat()
{
	REPLY=${1##*/nf_ikemon/}
	REPLY=${REPLY//\//-}
}

# What the kernel counted stays in debugfs when the module goes.
guest()
{
	local f

	# shellcheck disable=SC2086 # a list
	selftests/run.sh -j 3 ${IKEMON_COVERAGE_TESTS-} || true
	find /sys/kernel/debug/gcov -name '*.gcda' | while read -r f; do
		flat "$f"
		cat "$f" >"$OUT/$REPLY"
	done
}

# The unit tests, with pure files that count
unit()
{
	local flags name

	# shellcheck disable=SC2016 # for make
	flags=$(make -s -C selftests/unit --eval 'flags: ; @echo $(ALL_CFLAGS)' \
		SANITIZE= flags)
	for name in $PURE; do
		# shellcheck disable=SC2086 # a list
		gcc $flags --coverage -c -o "$dir/unit/$name.o" \
			"$TOP/nf_ikemon/$name.c"
	done
	make -s -C selftests/unit O="$dir/unit" SANITIZE= \
		PURE="$(printf "$dir/unit/%s.o " $PURE) -lgcov" check
}

# annotate DATA...: of each its sources with counts, in a directory of its own
annotate()
{
	local f to

	for f; do
		to=$dir/gcov/${f#"$dir"/}
		mkdir -p "$to"
		(cd "$to" && gcov "$f") >>"$dir/gcov.log" 2>&1 ||
			die "gcov does not take $f, see $dir/gcov.log"
	done
}

# A line is covered if it ran in any program that has it.
table()
{
	find "$dir/gcov" -name '*.gcov' -print0 | xargs -0 awk -F: \
		-v pure=" $PURE " '
	$2 + 0 == 0 && $3 == "Source" {
		file = $4
		sub(/.*nf_ikemon\//, "", file)
		ours = file ~ /^[a-z_0-9]+\.[ch]$/ || file ~ /^compat\//
	}
	ours && $2 + 0 > 0 && $1 !~ /-/ {
		key = file ":" $2 + 0
		ran[key] += $1 !~ /[#=]/
	}
	END {
		for (key in ran) {
			split(key, part, ":")
			lines[part[1]]++
			covered[part[1]] += ran[key] > 0
		}
		for (file in lines) {
			name = file
			sub(/\.c$/, "", name)
			kind = index(pure, " " name " ") ? "pure" : "rest"
			show(kind, file, lines[file], covered[file])
			all[kind] += lines[file]
			good[kind] += covered[file]
		}
		show("pure", "~ all pure", all["pure"], good["pure"])
		show("rest", "~ all the rest", all["rest"], good["rest"])
	}
	function show(kind, file, n, k) {
		printf "%s|%s|%d|%d|%.1f\n", kind, file, n, k, 100 * k / n
	}' | LC_ALL=C sort | awk -F'|' '
	BEGIN {
		print "| file | kind | lines | covered | % |"
		print "| --- | --- | --- | --- | --- |"
	}
	{
		sub(/^~ /, "", $2)
		printf "| %s | %s | %d | %d | %s |\n", $2, $1, $3, $4, $5
	}'
}

if [ "${1-}" = -g ]; then
	guest
	exit
fi
cd "$TOP"
dir=${IKEMON_COVERAGE:-$CHECKOUT/coverage}
rm -rf "$dir"
mkdir -p "$dir/module" "$dir/unit"
export IKEMON_GCOV=1 IKEMON_SELFTEST=1
selftests/vm/run -k uml -t 3600 -o "$dir/module" -- selftests/coverage.sh -g |
	tee "$dir/log" >&2
built=$(selftests/vm/module.sh uml IKEMON_SELFTEST=1 IKEMON_GCOV=1)
find "$built" -name '*.gcno' | while read -r f; do
	flat "$f"
	cp "$f" "$dir/module/$REPLY"
done
unit >"$dir/unit.log" || say "unit tests fail, see $dir/unit.log"
annotate "$dir"/module/*.gcda "$dir"/unit/*.gcda
table | tee "$dir/table"
