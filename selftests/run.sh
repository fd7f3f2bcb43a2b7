#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [-j JOBS] [-l] [NAME...]: run all selftests, or those named, against
# the module that is loaded here. One KTAP stream; the last line counts.
# A kernel splat during a test fails that test.

set -u
cd "$(dirname "$0")" || exit 1
. vm/common.sh
. ./settings

jobs=1
while getopts :j:l opt; do
	case $opt in
	j) jobs=$OPTARG ;;
	l) exec make -s list ;;
	*) echo "usage: run.sh [-j JOBS] [-l] [NAME...]" >&2; exit 1 ;;
	esac
done
shift $((OPTIND - 1))
case $jobs in
''|*[!0-9]*|0) echo "run.sh: -j wants a number, not '$jobs'" >&2; exit 1 ;;
esac

mapfile -t all < <(make -s list)
tests=()
for name in "${@:-${all[@]}}"; do
	name=${name%.sh}
	name=${name##*/}
	if [ ! -f "$name.sh" ] || [[ " ${all[*]} " != *" $name "* ]]; then
		echo "run.sh: no test '$name'; there are: ${all[*]}" >&2
		exit 1
	fi
	tests+=("$name")
done
[ ${#tests[@]} -gt 0 ] || { echo "run.sh: no tests" >&2; exit 1; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'trap "" TERM; kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

# Only with one test at a time a complaint of the kernel can be its fault.
kmsg()
{
	[ ! -w /dev/kmsg ] || echo "nf_ikemon selftest: $*" >/dev/kmsg
}

# The kernel's log since the last mark
splats_since()
{
	[ -w /dev/kmsg ] || return 1
	dmesg 2>/dev/null | tac | sed "/nf_ikemon selftest: begin $1\$/q" | tac \
		>"$tmp/dmesg"
	splat_scan "$tmp/dmesg" >"$tmp/splat"
}

# One test in its own session: whatever it leaves behind ends with it. How long
# it took and how long it computed goes to a file.
run_one()
{
	local name=$1 pid rc TIMEFORMAT='took %1R s: %1U s user, %1S s system'

	{
		time setsid -w bash -c \
			'echo $$ >"$1"; exec timeout -k 10 "$2" bash "$3" 2>&1' \
			- "$tmp/$name.sid" "$timeout" "./$name.sh" </dev/null
		rc=$?
	} 2>"$tmp/$name.time"
	pid=$(cat "$tmp/$name.sid" 2>/dev/null)
	[ -z "$pid" ] || pkill -KILL -s "$pid"
	echo "$rc" >"$tmp/$name.rc"
}

# verdict NUMBER NAME: the line that sums the test up
verdict()
{
	local rc

	rc=$(cat "$tmp/$2.rc" 2>/dev/null || echo 255)
	if [ "$jobs" -eq 1 ] && splats_since "$2"; then
		sed 's/^/    # /' "$tmp/splat"
		echo "    # the kernel complained"
		rc=1
	fi
	sed "s/^/# $2 /" "$tmp/$2.time"
	case $rc in
	0)	echo "ok $1 $2" ;;
	4)	echo "ok $1 $2 # SKIP" ;;
	124|137) echo "    # no end after $timeout s"
		echo "not ok $1 $2" ;;
	*)	echo "not ok $1 $2" ;;
	esac
}

sequential()
{
	local n=0 name

	for name in "${tests[@]}"; do
		n=$((n + 1))
		echo "    # Subtest: $name"
		kmsg "begin $name"
		run_one "$name" | sed -u 's/^/    /'
		verdict $n "$name"
	done
}

# Does it change what all tests share? See settings.
is_alone()
{
	[[ " $alone " == *" $1 "* ]]
}

# A test that failed beside others is run once more, alone: on a machine that
# is too busy even a patient wait may end too soon. What it said the first
# time stands above as diagnosis. A kernel splat still fails the whole run.
again()
{
	local name=$1

	mv "$tmp/$name.out" "$tmp/$name.first"
	kmsg "begin $name again"
	run_one "$name" >"$tmp/$name.second"
	{
		echo "# failed beside others, run again alone; at first it said:"
		sed 's/^/# /' "$tmp/$name.first"
		cat "$tmp/$name.second"
	} >"$tmp/$name.out"
}

parallel()
{
	local n=0 name

	for name in "${tests[@]}"; do
		! is_alone "$name" || continue
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
			wait -n
		done
		kmsg "begin $name"
		run_one "$name" >"$tmp/$name.out" &
	done
	wait
	for name in "${tests[@]}"; do
		if is_alone "$name"; then
			kmsg "begin $name"
			run_one "$name" >"$tmp/$name.out"
		elif [[ $(<"$tmp/$name.rc") != [04] ]]; then
			again "$name"
		fi
	done
	for name in "${tests[@]}"; do
		n=$((n + 1))
		echo "    # Subtest: $name"
		sed 's/^/    /' "$tmp/$name.out"
		verdict $n "$name"
	done
}

{
	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	if [ "$jobs" -eq 1 ]; then sequential; else parallel; fi
} | tee "$tmp/all"
summary=$(awk -f ktap.awk "$tmp/all")
echo "$summary"
[[ $summary == *", 0 failed,"* ]] && grep -q '^ok' "$tmp/all" &&
	! grep -q '^not ok' "$tmp/all"
