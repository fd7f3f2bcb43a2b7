# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# What every selftest needs: results as KTAP, namespaces with random names,
# waiting for a condition, cleaning up. Source it first:
#
#	. "$(dirname "$0")/lib.sh"
#
# A test ends with the status of its results by itself; 4 means skipped.

set -u

KSFT_SKIP=4
SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A directory per test for logs, configurations and sockets; gone at the end.
TEST_NAME=$(basename "${0%.sh}")
TEST_TMP=$(mktemp -d "${TMPDIR:-/tmp}/ikemon-$TEST_NAME.XXXXXX")

# jq compiles its library of functions at each start, which takes most of a
# second in an emulated guest; this one comes ready-made. It sorts keys: where
# their order matters use "command jq".
jq()
{
	[ "$1" != -S ] || shift
	gojq "$@"
}

# ---- results

ktap_n=0
ktap_failed=0
ktap_done=0

ktap_line()
{
	[ "$ktap_n" -gt 0 ] || echo "KTAP version 1"
	ktap_n=$((ktap_n + 1))
	# A "#" in a description would start a directive.
	printf '%s %d %s%s\n' "$1" "$ktap_n" "${2//#/}" "${3-}"
}

# diag TEXT...: lines that explain, for whoever reads a failure
diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# ok DESCRIPTION / not_ok DESCRIPTION [WHY]
ok()
{
	ktap_line ok "$1"
}

not_ok()
{
	[ -z "${2-}" ] || diag "$2"
	ktap_failed=$((ktap_failed + 1))
	ktap_line "not ok" "$1"
	return 0
}

# xskip DESCRIPTION WHY: this one result cannot be had here
xskip()
{
	ktap_line ok "$1" " # SKIP $2"
}

# skip_all WHY: the whole test cannot run here
skip_all()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	ktap_done=1
	exit $KSFT_SKIP
}

# fail DESCRIPTION [WHY]: a failure after which nothing else makes sense
fail()
{
	not_ok "$@"
	exit 1
}

# check DESCRIPTION COMMAND...: COMMAND succeeds; its output explains if not
check()
{
	local what=$1 out

	shift
	if out=$("$@" 2>&1); then
		ok "$what"
	else
		not_ok "$what" "$* (status $?)
$out"
	fi
}

# check_not DESCRIPTION COMMAND...: COMMAND fails
check_not()
{
	local what=$1 out

	shift
	if out=$("$@" 2>&1); then
		not_ok "$what" "$* succeeded
$out"
	else
		ok "$what"
	fi
}

# check_equal DESCRIPTION EXPECTED ACTUAL
check_equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected '$2'
got      '$3'"
	fi
}

# checktool COMMAND [WHAT]: skip the test unless COMMAND works
checktool()
{
	# shellcheck disable=SC2086 # a command line
	$1 >/dev/null 2>&1 || skip_all "no ${2:-${1%% *}}"
}

need_root()
{
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
}

need_module()
{
	need_root
	[ -d /sys/module/nf_ikemon ] || skip_all "nf_ikemon is not loaded"
}

# ---- cleaning up

exit_commands=()

# on_exit COMMAND...: runs at the end, the last one first
on_exit()
{
	local IFS=' '

	exit_commands+=("$(printf '%q ' "$@")")
}

lib_exit()
{
	local rc=$? i

	trap - EXIT
	trap '' INT TERM
	for ((i = ${#exit_commands[@]} - 1; i >= 0; i--)); do
		eval "${exit_commands[i]}" >/dev/null 2>&1
	done
	lib_kill_jobs
	cleanup_all_ns
	rm -rf "$TEST_TMP"
	if [ "$ktap_done" = 1 ]; then
		exit "$rc"
	fi
	# Stopped half-way is a failure even if all was well until there.
	if [ "$rc" -ne 0 ] && [ "$ktap_failed" -eq 0 ]; then
		not_ok "test ended with status $rc"
	fi
	if [ "$ktap_n" -eq 0 ]; then
		not_ok "test gave no result"
	fi
	echo "1..$ktap_n"
	exit $((ktap_failed > 0))
}
trap lib_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

background=()

# bg LOG COMMAND...: run COMMAND until the test ends, output to LOG in
# $TEST_TMP. Its process id is in $BG_PID.
bg()
{
	local log=$TEST_TMP/$1

	shift
	setsid "$@" >"$log" 2>&1 </dev/null &
	BG_PID=$!
	background+=("$!")
}

# stop_bg PID: end a command of bg, and what it started
stop_bg()
{
	kill -TERM -- "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null
	slowwait 5 not kill -0 "$1" || kill -KILL -- "-$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

lib_kill_jobs()
{
	local p

	for p in ${background[@]+"${background[@]}"}; do
		kill -0 "$p" 2>/dev/null && stop_bg "$p"
	done 2>/dev/null
}

# ---- waiting: for a condition, never for a time

# Starting a program is dear under emulation, where a test waits most: neither
# the clock nor the pause is one.
lib_now()
{
	local us=${EPOCHREALTIME/[^0-9]/}

	printf -v "$1" %d $((us / 1000))
}

mkfifo "$TEST_TMP/never"
exec {lib_never}<>"$TEST_TMP/never"

lib_pause()
{
	read -rt "$1" -u "$lib_never"
}

# lib_wait MILLISECONDS INTERVAL LONGEST COMMAND...: the pauses, in
# milliseconds, grow until they are LONGEST; and they are no shorter than it
# took to ask, so that who waits leaves a busy machine to those it waits for.
lib_wait()
{
	local asked now deadline pause=$2 longest=$3 s

	lib_now asked
	deadline=$((asked + $1))
	shift 3
	while ! "$@"; do
		lib_now now
		[ "$now" -lt "$deadline" ] || return 1
		asked=$((now - asked))
		[ "$asked" -gt "$pause" ] || asked=$pause
		printf -v s '%d.%03d' $((asked / 1000)) $((asked % 1000))
		lib_pause "$s"
		pause=$((pause * 3 / 2))
		[ "$pause" -le "$longest" ] || pause=$longest
		lib_now asked
	done
}

# busywait MILLISECONDS COMMAND...: until COMMAND succeeds, asking often
busywait()
{
	local ms=$1

	shift
	lib_wait "$ms" 20 200 "$@" >/dev/null 2>&1
}

# slowwait SECONDS COMMAND...: the same with less zeal
slowwait()
{
	local s=$1

	shift
	lib_wait $((s * 1000)) 50 500 "$@" >/dev/null 2>&1
}

not()
{
	! "$@"
}

# wait_line FILE REGEX [SECONDS [COUNT]]: until FILE has COUNT such lines
wait_line()
{
	slowwait "${3:-10}" lib_has_lines "$1" "$2" "${4:-1}"
}

lib_has_lines()
{
	[ -e "$1" ] && [ "$(grep -cE -- "$2" "$1")" -ge "$3" ]
}

# ---- namespaces

namespaces=()

# setup_ns NAME...: make a network namespace for each variable NAME, and set
# it to the namespace's random name; IPv6 works there without waiting.
setup_ns()
{
	local name ns

	for name; do
		ns=$name-$(printf '%04x%04x' $RANDOM $RANDOM)
		ns=${ns//_/-}
		ip netns add "$ns" || fail "cannot make namespace $ns"
		namespaces+=("$ns")
		printf -v "$name" %s "$ns"
		# Duplicate address detection would delay every address.
		nse "$ns" bash -c 'cd /proc/sys/net/ipv6/conf &&
			echo 0 >all/accept_dad && echo 0 >default/accept_dad
			exec ip link set lo up'
	done
}

# delete_ns NAMESPACE: now, with everything that runs in it
delete_ns()
{
	local pids i

	for i in 1 2 3; do
		pids=$(ip netns pids "$1" 2>/dev/null)
		[ -n "$pids" ] || break
		# shellcheck disable=SC2086 # a list
		kill -KILL $pids 2>/dev/null
	done
	ip netns del "$1"
}

# All that setup_ns made; happens by itself at the end.
cleanup_all_ns()
{
	local ns

	for ns in ${namespaces[@]+"${namespaces[@]}"}; do
		[ ! -e "/run/netns/$ns" ] || delete_ns "$ns"
	done 2>/dev/null
	namespaces=()
}

# nse NAMESPACE COMMAND...: run COMMAND there
nse()
{
	ip netns exec "$@"
}

# veth NS1 DEV1 NS2 DEV2: a cable between two namespaces, both ends up
veth()
{
	ip -n "$1" -b - <<-END && ip -n "$3" link set "$4" up
		link add $2 type veth peer name $4 netns $3
		link set $2 up
	END
}

# addr NS DEV ADDRESS/PREFIX...: usable at once, also IPv6
addr()
{
	local ns=$1 dev=$2 a batch=

	shift 2
	for a; do
		batch+="addr add $a dev $dev"
		[[ $a != *:* ]] || batch+=" nodad"
		batch+=$'\n'
	done
	ip -n "$ns" -b - <<<"$batch"
}

# ---- nf_ikemon

# ikemon_counter NS NAME: a counter or gauge; a wrong name is an error. Without
# jq, which takes long to start and would be asked for most here.
ikemon_counter()
{
	local all

	all=$(ikemonctl -n "$1" -j stats show)
	[[ $all =~ \"$2\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}
