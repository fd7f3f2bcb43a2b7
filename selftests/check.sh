#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check.sh [fast]: what "make check" and "make check-fast" do. Each step's
# output goes to a log in the cache; what failed is shown. The last line
# counts the single results of all steps. IKEMON_KERNELS says which guests, the
# one that takes longest first.

set -u
cd "$(dirname "$0")/.." || exit 1
. selftests/vm/common.sh

LOGS=$CACHE/check
COUNTS=$LOGS/counts
rm -rf "$LOGS"
mkdir -p "$COUNTS"
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

# count LOG STATUS: results in a log: KTAP if it has any, else the step itself
count()
{
	local sum passed failed skipped

	sum=$(awk -f selftests/ktap.awk "$1")
	read -r passed _ failed _ skipped _ <<<"$sum"
	if [ $((passed + failed + skipped)) -eq 0 ]; then
		[ "$2" -eq 0 ] && passed=1 || failed=1
	elif [ "$2" -ne 0 ] && [ "$2" -ne 4 ] && [ "$failed" -eq 0 ]; then
		failed=1
	fi
	echo "$passed $failed $skipped"
}

# What a reader wants to see of a failed step first
explain()
{
	grep -B 12 -E '^ *not ok|vm: |(error|warning):' "$1" | tail -n 60 |
		sed 's/^/    /'
	tail -n 5 "$1" | sed 's/^/    ... /'
	echo "    log: $1"
}

# step NAME COMMAND...
step()
{
	local name=$1 log start=$SECONDS rc=0 passed failed skipped word=ok

	log=$LOGS/${1//[^A-Za-z0-9._-]/_}.log
	shift
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	read -r passed failed skipped < <(count "$log" "$rc")
	echo "$passed $failed $skipped" >"$COUNTS/$(basename "$log")"
	[ "$failed" -eq 0 ] || word=FAILED
	[ "$passed" -gt 0 ] || [ "$failed" -gt 0 ] || word=skipped
	{
		printf '%-8s %-28s %5d passed' "$word" "$name" "$passed"
		[ "$failed" -eq 0 ] || printf ', %d failed' "$failed"
		[ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
		printf ' %6d s\n' $((SECONDS - start))
		[ "$failed" -eq 0 ] || explain "$log"
	} >"$log.said"
	# In one go: steps run side by side
	cat "$log.said"
	rm -f "$log.said"
}

programs()
{
	make -C userspace && make -C selftests tools && selftests/helpers.sh
}

build_step()
{
	local build_args

	IKEMON_STRICT=1 set_build_args
	step "build $1" selftests/vm/module.sh "$1" "${build_args[@]}"
}

# What runs in a guest has tests of its own; the others do without.
guest_step()
{
	[ "$1" = uml ] || IKEMON_SELFTEST=1 build_step "$1"
	step "guest $1" guest "$1"
}

# With the module of the guests, one of the stock kernels for both
harness_step()
{
	IKEMON_SELFTEST=1 IKEMON_STRICT=1 step harness \
		selftests/check_vm.sh 6.12 uml
}

host_step()
{
	step "host $1" "selftests/host/$1.sh"
}

# Sets "cpus": the processors that we may use
find_cpus()
{
	local list part

	list=$(taskset -cp $BASHPID)
	for part in $(tr , ' ' <<<"${list##*: }"); do
		mapfile -t -O ${#cpus[@]} cpus < <(seq "${part%-*}" "${part#*-}")
	done
}

# With one processor: QEMU's emulation of several is not to be trusted (see
# below); "make race" is for several.
guest_once()
{
	IKEMON_SELFTEST=1 IKEMON_STRICT=1 \
		selftests/vm/run -k "$1" -s 1 -t 2400 -- \
		selftests/run.sh -j "${IKEMON_TEST_JOBS:-4}"
}

# Did the kernel die with nothing of ours on its stack? QEMU's emulation can lose
# flags around a double-word exchange, and with several processors run a
# breakpoint that the kernel took away again while it patched its own code.
died_elsewhere()
{
	grep -q 'Kernel panic - not syncing' "$1" &&
		! grep -q '\[nf_ikemon\]' "$1"
}

# All selftests in one guest; booted once more, and that is said, if it died of
# something else. Whatever is ours comes back, or shows in the debug guest.
guest()
{
	local out=$LOGS/guest-$1.first rc=0

	guest_once "$1" >"$out" 2>&1 || rc=$?
	if [ "$rc" -ne 0 ] && died_elsewhere "$out"; then
		say "guest $1: died outside the module, see $out; once more"
		guest_once "$1"
		return
	fi
	cat "$out"
	return "$rc"
}

# What has to be done, in "todo": the guests take longest and are first.
plan()
{
	local k t

	todo=()
	if [ "${1-}" = fast ]; then
		todo=("step style selftests/style.sh fast")
	else
		for k in ${IKEMON_KERNELS:-uml 6.12 6.1}; do
			todo+=("guest_step $k")
		done
		todo+=("harness_step"
			"step fuzz make -s -C selftests/fuzz check"
			"step style selftests/style.sh"
			"step dkms selftests/dkms.sh")
		for k in 6.1-rt 6.1-cloud 6.12-rt 6.12-cloud; do
			todo+=("build_step $k")
		done
	fi
	for t in selftests/host/*.sh; do
		[ ! -x "$t" ] || todo+=("host_step $(basename "${t%.sh}")")
	done
	todo+=("step unit make -s -C selftests/unit check"
		"step ikemonctl make -s -C userspace check")
}

# worker CPU: on that processor, one job after the other that nobody has begun.
# A guest that shares one with something else that computes waits for each turn
# of its threads, and tests have time limits.
worker()
{
	local i

	taskset -cp "$1" $BASHPID >/dev/null
	for i in "${!todo[@]}"; do
		# shellcheck disable=SC2086 # a command
		! mkdir "$LOGS/job.$i" 2>/dev/null || ${todo[i]}
	done
}

# First, for guests run them, and start side by side. A kernel that has to be
# built is built by all processors.
step userspace programs
if [ "${1-}" != fast ] && [[ " ${IKEMON_KERNELS:-uml} " == *" uml "* ]]; then
	IKEMON_SELFTEST=1 build_step uml
fi
cpus=()
find_cpus
plan "$@"
for cpu in "${cpus[@]}"; do
	worker "$cpu" &
done
wait

echo
total=$(cat "$COUNTS"/* | awk '{ p += $1; f += $2 }
	END { printf "%d passed, %d failed\n", p, f }')
case $total in
*", 0 failed")	;;
*)	echo "logs: $LOGS" ;;
esac
echo "$total"
[[ $total == *", 0 failed" && $total != "0 passed"* ]]
