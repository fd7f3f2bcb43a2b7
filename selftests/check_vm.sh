#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_vm.sh [KERNEL...]: does selftests/vm/run keep its promises? A harness
# that overlooks a kernel bug would make every other test worthless.

. "$(dirname "$0")/lib.sh"
. "$SELFTESTS/vm/common.sh"

RUN=$SELFTESTS/vm/run

# vm EXPECTED_STATUS ARGUMENT...: run it; output in $TEST_TMP/out and err
vm()
{
	local want=$1 rc=0

	shift
	"$RUN" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" || rc=$?
	[ "$rc" -eq "$want" ] && return
	echo "status $rc instead of $want: $*"
	cat "$TEST_TMP/out" "$TEST_TMP/err"
	return 1
}

# said REGEX: the harness told the user so
said()
{
	grep -qE -- "$1" "$TEST_TMP/err" || {
		cat "$TEST_TMP/err"
		return 1
	}
}

# The module that misbehaves, built for that kernel
splat_module()
{
	local kdir dst=$CHECKOUT/splat/$1 arch=()

	if [ "$1" = uml ]; then
		kdir=$("$VM_DIR/uml.sh") || return
		arch=(ARCH=um)
	else
		kdir=$("$VM_DIR/headers.sh" "$1") || return
	fi
	mkdir -p "$dst"
	cp -p "$VM_DIR"/splat/* "$dst"
	make -s -C "$kdir" M="$dst" "${arch[@]}" modules >&2 || return
	echo "$dst/ikemon_splat.ko"
}

# complains KERNEL WHAT REGEX [COMMAND]: the run fails although COMMAND succeeds
complains()
{
	local ko

	ko=$(splat_module "$1") || fail "the misbehaving module does not build"
	check "$1: $2 fails the run" \
		vm 123 -k "$1" -n -- sh -c "cat /proc/modules; ${4:-true}
			insmod $ko what=$2; ${5:-true}"
	check "$1: $2 is shown" said "$3"
	check_not "$1: nf_ikemon is not loaded with -n" \
		grep '^nf_ikemon ' "$TEST_TMP/out"
}

guest()
{
	local k=$1 out=$TEST_TMP/kept-$1

	# shellcheck disable=SC2016 # expanded in the guest
	check "$k: the status comes out" vm 7 -k "$k" -o "$out" -- sh -c '
		echo kept >"$OUT/file"
		echo gone >left-in-checkout
		cat /proc/modules >"$OUT/modules"
		pwd >"$OUT/pwd"
		# neither may hold the run up
		sleep 1000 &
		ip netns add left
		ip netns exec left sleep 1000 &
		printf "first\nsecond"
		echo "to stderr" >/dev/stderr
		exit 7'
	check_equal "$k: and the output, both streams, nothing else" \
		"$(printf 'first\nsecondto stderr')" "$(<"$TEST_TMP/out")"
	check_equal "$k: files come out through OUT" kept "$(<"$out/file")"
	check_equal "$k: it ran in the checkout" "$TOP" "$(<"$out/pwd")"
	check_not "$k: which it could not change" test -e "$TOP/left-in-checkout"
	check "$k: nf_ikemon was loaded" grep -q '^nf_ikemon ' "$out/modules"
}

kernels=("$@")
[ $# -gt 0 ] || kernels=(6.1 6.12 uml)

check "no command is refused" vm 125
check "an unknown option is refused" vm 125 -x -- true
check "a number that is none is refused" vm 125 -t soon -- true
check "a kernel that is none is refused" vm 125 -k 5.99 -n -- true
# Stock guests differ by their kernel alone, and are slow: one of them complains
# for all, and what holds for every guest is shown with the quickest.
stock='' any=${kernels[0]}
for k in "${kernels[@]}"; do
	guest "$k"
	if [ "$k" = uml ]; then
		any=$k
		complains "$k" overrun 'KASAN: slab-out-of-bounds'
		complains "$k" leak 'unreferenced object'
	elif [ -z "$stock" ]; then
		stock=$k
		complains "$k" oops 'Oops|BUG: '
	fi
done
complains "$any" warn 'WARNING: CPU'
complains "$any" hold 'unregister_netdevice: waiting' \
	'ip link add splat0 type dummy' 'ip link del splat0 &
	timeout 30 sh -c "until dmesg | grep -q waiting; do sleep 1; done"'
check "a command that does not end" vm 124 -k "$any" -n -t 10 -- sleep 1000
if [ -n "$stock" ]; then
	# shellcheck disable=SC2016 # expanded in the guest
	check "instruction-count mode has one CPU" \
		vm 0 -k "$stock" -n -i -- sh -c 'test "$(nproc)" = 1'
fi
