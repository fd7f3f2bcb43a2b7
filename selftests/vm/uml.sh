#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uml.sh [uml|uml-VARIANT]
#
# Build the debug guest, a User Mode Linux kernel with everything switched on
# that finds memory and locking bugs, unless the cache has it; print its build
# directory. The first time this takes about ten minutes. A variant is what
# uml.config says, unless uml-VARIANT.config says otherwise.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

NAME=${1:-uml}
KEEP_LOG=$CACHE/$NAME-build.log

# The FPU state of newer processors (AMX) is larger than this kernel's UML has
# room for; it then fails at its first process. Later kernels ask the host.
FPU_BYTES=16384

# Each program in the guest begins as a fork of its kernel, which would copy
# the page tables of KASAN's shadow, 250 MB, and then fault on every page of it:
# more than all the rest. What runs in the fork must not look there then.
#
# KASAN and kmemleak keep the stack of each allocation. To find it UML asks of
# every word on the stack whether it is code: a sixth of all that the guest
# computes, were these questions checked as well.
patch_source()
{
	local mem=$1/arch/um/os-Linux/mem.c

	sed -i "s/\(HOST_FP_SIZE, \)[0-9]*)/\1$FPU_BYTES)/" \
		"$1/arch/x86/um/user-offsets.c"
	grep -q MADV_DONTFORK "$mem" || sed -i '/^void kasan_map_memory/,/^}/ {
		s/^}/\tmadvise(start, len, MADV_DONTFORK);\n}/ }' "$mem"
	not_sanitized "$1/arch/um/kernel/Makefile" physmem stacktrace
	not_sanitized "$1/kernel/Makefile" stacktrace extable
	not_sanitized "$1/kernel/module/Makefile" main tree_lookup
}

# not_sanitized MAKEFILE NAME...: KASAN leaves NAME.c alone
not_sanitized()
{
	local make=$1 name

	shift
	for name; do
		grep -q "SANITIZE_$name" "$make" ||
			echo "KASAN_SANITIZE_$name.o := n" >>"$make"
	done
}

# The options of the guest: in a variant its own word on a symbol counts alone.
options()
{
	local variant=$VM_DIR/$NAME.config

	if [ "$NAME" = uml ]; then
		cat "$VM_DIR/uml.config"
		return
	fi
	grep -oE '\<CONFIG_[A-Z0-9_]+' "$variant" |
		grep -vwFf - "$VM_DIR/uml.config"
	cat "$variant"
}

build()
{
	local dir=$1

	[ ! -f "$dir/.done" ] || return 0
	say "building the guest $NAME (once, about ten minutes)"
	patch_source "$SOURCE"
	mkdir -p "$dir"
	options >"$dir/options"
	{
		make -C "$SOURCE" ARCH=um O="$dir" \
			KCONFIG_ALLCONFIG="$dir/options" allnoconfig &&
		check_config "$NAME" "$dir/options" "$dir/.config" &&
		nice make -C "$dir" ARCH=um -j"${IKEMON_JOBS:-$(nproc)}" &&
		make -C "$dir" ARCH=um modules_install \
			INSTALL_MOD_DIR= INSTALL_MOD_PATH="$dir/modules_install"
	} >"$KEEP_LOG" 2>&1 </dev/null || {
		tail -n 40 "$KEEP_LOG" >&2
		die "the guest $NAME does not build, see $KEEP_LOG"
	}
	rm -f "$dir"/modules_install/lib/modules/*/{build,source}
	touch "$dir/.done"
}

main()
{
	local version key dir

	[ -f "$VM_DIR/$NAME.config" ] || die "no guest $NAME: no $NAME.config"
	SOURCE=$("$VM_DIR/source.sh")
	version=$(make -s -C "$SOURCE" kernelversion)
	key=$({ echo $FPU_BYTES; declare -f patch_source not_sanitized; options; } | cksum | cut -d' ' -f1)
	dir=$CACHE/$NAME/$version-$key
	build "$dir"
	printf '%s\n' "$dir"
}

with_lock "$NAME" main
