#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build the KCSAN guest, a kernel that reports data races in nf_ikemon, unless
# the cache has it; print its release, which stands for it like one of Debian's
# from then on. Only modules are instrumented: the kernel itself stays fast, and
# its own races are not our concern.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

LOG=$CACHE/kcsan-build.log
BUILD=$CACHE/kcsan

# The kernel's options: the machine's own, then the debug guest's network
options()
{
	cat "$VM_DIR/kcsan.config"
	sed -n '/^# -- networking/,$p' "$VM_DIR/uml.config"
}

# What the build files assign to CFLAGS_KCSAN, the command line takes away.
kbuild()
{
	nice make -C "$BUILD" LOCALVERSION=-kcsan CFLAGS_KCSAN= "$@"
}

compile()
{
	make -C "$SOURCE" O="$BUILD" KCONFIG_ALLCONFIG="$BUILD.config" \
		allnoconfig &&
	check_config "KCSAN guest" "$BUILD.config" "$BUILD/.config" &&
	kbuild -j"${IKEMON_JOBS:-$(nproc)}" bzImage modules &&
	kbuild INSTALL_MOD_PATH="$1" modules_install
}

build()
{
	local dir=$CACHE/kernel/$1 headers=$CACHE/headers/$1 key

	key=$({ echo "$1"; options; } | cksum)
	[ "$(cat "$dir/key" 2>/dev/null)" != "$key" ] || return 0
	say "building the KCSAN guest (once, about ten minutes)"
	options >"$BUILD.config"
	rm -rf "$dir" "$headers"
	mkdir -p "$BUILD" "$dir" "$headers/usr/src"
	compile "$dir" >"$LOG" 2>&1 </dev/null || {
		tail -n 40 "$LOG" >&2
		die "the KCSAN guest does not build, see $LOG"
	}
	rm -f "$dir"/lib/modules/*/{build,source}
	cp "$BUILD/arch/x86/boot/bzImage" "$dir/vmlinuz"
	# Where headers.sh looks for what modules are built against
	ln -s "$BUILD" "$headers/usr/src/linux-headers-$1"
	touch "$headers/.done"
	echo "$key" >"$dir/key"
}

SOURCE=$("$VM_DIR/source.sh")
release=$(make -s -C "$SOURCE" kernelversion)-kcsan
with_lock kcsan build "$release"
printf '%s\n' "$release"
