#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cross.sh: the module built and linked for arm64 and for s390x, which is big
# endian, with Debian's headers for them, without a warning of compiler, sparse
# or modpost; and the unit tests of the pure files on s390x, in emulation.
# Compilers are installed here, by "make cross"; the rest comes into the cache.

. "$(dirname "$0")/lib.sh"
. "$SELFTESTS/vm/common.sh"

declare -A triplet=([arm64]=aarch64-linux-gnu [s390x]=s390x-linux-gnu)
declare -A machine=([arm64]=AArch64 [s390x]=S/390)
declare -A karch=([arm64]=arm64 [s390x]=s390)
declare -A metapackage=([arm64]=linux-headers-6.12-arm64
	[s390x]=linux-headers-s390x)

# foreign ARCH COMMAND...: run it with an apt that knows only the packages of
# ARCH; this machine's own lists stay as they are.
foreign()
{
	local conf=$CACHE/apt-$1/apt.conf

	shift
	APT_CONFIG=$conf "$@"
}

foreign_lists()
{
	local dir=$CACHE/apt-$1

	mkdir -p "$dir/lists/partial"
	cat >"$dir/apt.conf" <<-END
	APT::Architecture "$1";
	APT::Architectures { "$1"; };
	APT::Sandbox::User "root";
	Dir::State::Lists "$dir/lists";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	END
	[ -e "$dir/.done" ] || foreign "$1" apt-get -qq update || return
	touch "$dir/.done"
}

# depends ARCH PACKAGE REGEX: the first such package that it depends on
depends()
{
	foreign "$1" apt-cache depends "$2" |
		sed -nE "s/^ *Depends: ($3)\$/\\1/p" | head -1
}

# headers ARCH: where modules for it are built. Their scripts run here, so that
# package is of this machine's architecture.
headers()
{
	local arch=$1 dir=$CACHE/cross/$1 pkg

	if [ ! -e "$dir/.done" ]; then
		rm -rf "$dir"
		pkg=$(depends "$arch" "${metapackage[$arch]}" "linux-headers-.*-$arch")
		foreign "$arch" apt_unpack "$dir" "$pkg" \
			"$(depends "$arch" "$pkg" 'linux-headers-.*-common')"
		apt_unpack "$dir" "$(depends "$arch" "$pkg" 'linux-kbuild-.*')"
		# The one absolute path, and what types are described from
		sed -i "s|/usr/src/|$dir/usr/src/|" "$dir"/usr/src/*-"$arch"/Makefile
		rm -f "$dir"/usr/src/*-"$arch"/vmlinux
		touch "$dir/.done"
	fi
	echo "$dir"/usr/src/linux-headers-*-"$arch"
}

# module ARCH: prints where it is
module()
{
	local arch=$1 kdir out

	foreign_lists "$arch" && kdir=$(headers "$arch") || return
	out=$("$VM_DIR/module.sh" "$kdir" ARCH="${karch[$arch]}" \
		CROSS_COMPILE="${triplet[$arch]}-" IKEMON_WERROR=1 W=1 C=2 \
		CF=-D__CHECK_ENDIAN__ 2>&1)
	[ -f "${out##*$'\n'}/nf_ikemon.ko" ] &&
		! grep -E '(warning|error):|WARNING: modpost' \
			"${out##*$'\n'}.log" >&2 || {
		printf '%s\n' "$out" >&2
		return 1
	}
	printf '%s\n' "${out##*$'\n'}/nf_ikemon.ko"
}

for arch in arm64 s390x; do
	if ! ko=$(module $arch 2>"$TEST_TMP/$arch"); then
		not_ok "$arch: the module is built" "$(tail -n 60 "$TEST_TMP/$arch")"
		continue
	fi
	ok "$arch: the module is built"
	check "$arch: it is of that machine" sh -c \
		"readelf -h '$ko' | grep -q 'Machine: .*${machine[$arch]}'"
	diag "$(modinfo -F vermagic "$ko"): $(stat -c %s "$ko") octets"
done

# libpcap reads files without anything of D-Bus, which it is linked with.
pcap=$CACHE/cross/libpcap
[ -e "$pcap/usr" ] || foreign s390x apt_unpack "$pcap" libpcap0.8-dev
if make -s -C "$SELFTESTS/unit" check O="$CHECKOUT/unit-s390x" \
    CC=s390x-linux-gnu-gcc SANITIZE=-static RUN=qemu-s390x-static \
    CFLAGS="-O1 -g -I$pcap/usr/include" \
    LDFLAGS="-L$pcap/usr/lib/s390x-linux-gnu -Wl,--unresolved-symbols=ignore-all" \
    >"$TEST_TMP/unit" 2>&1; then
	ok "s390x: the pure files' unit tests"
	diag "$(grep -c '^ok' "$TEST_TMP/unit") results"
	check_equal "none of them failed" 0 "$(grep -c '^not ok' "$TEST_TMP/unit")"
else
	not_ok "s390x: the pure files' unit tests" "$(tail -n 60 "$TEST_TMP/unit")"
fi
