#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The real DKMS adds, builds, installs and removes nf_ikemon for both kernels,
# in a mount namespace where it finds an empty tree: this machine's own DKMS
# and module directories stay as they are.

. "$(dirname "$0")/lib.sh"
. "$SELFTESTS/vm/common.sh"
checktool "dkms --version"

if [ "${1-}" != inside ]; then
	if [ "$(id -u)" -eq 0 ]; then
		set -- -m
	else
		set -- -Urm
	fi
	# The inner run gives the results.
	ktap_done=1
	unshare "$@" "$0" inside
	exit
fi

mount -t tmpfs tmpfs /var/lib/dkms || fail "cannot hide /var/lib/dkms"
VERSION=$(sed -n 's/^#define IKEMON_VERSION "\(.*\)"$/\1/p' \
	"$TOP/nf_ikemon/version.h")
OPTIONS=(--sourcetree "$TEST_TMP/usr/src" --installtree "$TEST_TMP/modules"
	--no-depmod)

# dkms ACTION ARGUMENT...: on this version in the scratch tree
on_dkms()
{
	local action=$1 rc=0

	shift
	dkms "$action" -m nf_ikemon -v "$VERSION" "${OPTIONS[@]}" "$@" || rc=$?
	[ $rc -eq 0 ] ||
		cat "/var/lib/dkms/nf_ikemon/$VERSION/build/make.log" 2>/dev/null
	return $rc
}

status_is()
{
	dkms status -m nf_ikemon -v "$VERSION" -k "$1" | grep "$2"
}

no_status()
{
	[ -z "$(dkms status -m nf_ikemon 2>/dev/null)" ]
}

module_of()
{
	find "$TEST_TMP/modules/$1" -name 'nf_ikemon.ko*' | grep .
}

# A kernel older than the first supported one is passed over without failing
# (77), as DKMS does for BUILD_EXCLUSIVE_KERNEL.
passes_over()
{
	local rc=0

	mkdir -p "$TEST_TMP/old"
	on_dkms build -k 5.10.0-1-amd64 --kernelsourcedir "$TEST_TMP/old" || rc=$?
	[ "$rc" -eq 77 ] || [ "$rc" -eq 9 ]
}

make -s -C "$TOP" dkms-source DESTDIR="$TEST_TMP" >&2
check "dkms add" on_dkms add
check "the version is the one of version.h" test -n "$VERSION" -a \
	-d "/var/lib/dkms/nf_ikemon/$VERSION"
for k in 6.1 6.12; do
	rel=$(resolve_release $k)
	headers=$("$VM_DIR/headers.sh" "$rel") || fail "no headers for $rel"
	mkdir -p "$TEST_TMP/modules/$rel"
	check "dkms build $k" on_dkms build -k "$rel" \
		--kernelsourcedir "$headers"
	check "dkms install $k" on_dkms install -k "$rel" \
		--kernelsourcedir "$headers"
	check "dkms status $k" status_is "$rel" installed
	ko=$(module_of "$rel")
	check_equal "module of $k says version" "$VERSION" \
		"$(modinfo -F version "$ko")"
	check_equal "module of $k says kernel" "$rel" \
		"$(modinfo -F vermagic "$ko" | cut -d' ' -f1)"
done
check "a kernel before 6.1 is passed over" passes_over
check "dkms remove" on_dkms remove --all
check "nothing is left" no_status
check_not "no module is left" module_of .
