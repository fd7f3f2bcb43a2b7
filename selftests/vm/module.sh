#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# module.sh [-t] RELEASE|BUILD_DIRECTORY|uml[-VARIANT]|kcsan [MAKE_ARGUMENT...]
# module.sh -d
#
# Build nf_ikemon for one kernel outside the checkout, print the directory
# that holds nf_ikemon.ko. Only what changed is built again. With -t print
# the directory of a complete module tree with it instead, ready to be mounted
# at /lib/modules in a guest.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

# The sources of the module, relative to the checkout
sources()
{
	printf '%s\n' Kbuild
	find nf_ikemon -type f -name '*.[chS]'
}

# A copy keeps its time stamp as long as its content stays, so that make sees
# only real changes.
copy_sources()
{
	local dst=$1 f

	cd "$TOP"
	sources | LC_ALL=C sort >"$dst.new"
	if [ -f "$dst.list" ]; then
		LC_ALL=C comm -13 "$dst.new" "$dst.list" | while read -r f; do
			rm -f "$dst/$f"
		done
	fi
	mv "$dst.new" "$dst.list"
	while read -r f; do
		cmp -s "$f" "$dst/$f" || install -D -m 644 "$f" "$dst/$f"
	done <"$dst.list"
}

build()
{
	local dst=$1 kdir=$2 log=$1.log

	shift 2
	copy_sources "$dst"
	if ! make -C "$kdir" M="$dst" -j"$(nproc)" "$@" modules \
	     >"$log" 2>&1; then
		cat "$log" >&2
		return 1
	fi
	# Warnings are shown even if they are not fatal.
	grep -E '(warning|error):|WARNING: modpost' "$log" >&2 || return 0
	[[ " $* " == *" IKEMON_WERROR=1 "* ]] || return 0
	# Modpost, which has no errors of its own, shall warn next time as well.
	rm -f "$dst/Module.symvers"
	return 1
}

# All modules of that kernel (hard links: no space, no time) and ours
module_tree()
{
	local dst=$1 rel=$2 from=$3 tree=$1.tree

	if [ ! -d "$tree/lib/modules/$rel" ]; then
		rm -rf "$tree"
		mkdir -p "$tree/lib/modules"
		cp -al "$from/lib/modules/$rel" "$tree/lib/modules/$rel"
		# depmod writes these anew; the links must not carry that back
		rm -f "$tree/lib/modules/$rel"/modules.{dep,alias,symbols}*
		rm -f "$tree/lib/modules/$rel"/modules.{softdep,devname}*
		rm -f "$tree/lib/modules/$rel"/modules.builtin.*bin
	fi
	if ! cmp -s "$dst/nf_ikemon.ko" \
	     "$tree/lib/modules/$rel/updates/nf_ikemon.ko"; then
		install -D -m 644 "$dst/nf_ikemon.ko" \
			"$tree/lib/modules/$rel/updates/nf_ikemon.ko"
		/sbin/depmod -b "$tree" "$rel" 2>&1 |
			grep -v 'could not open builtin file' >&2 || true
	fi
}

main()
{
	local tree=0 rel kdir dst arch=()

	if [ "$1" = -d ]; then
		printf '%s\n' "$CHECKOUT"
		return
	fi
	if [ "$1" = -t ]; then
		tree=1
		shift
	fi
	rel=$1
	shift
	case $rel in
	uml|uml-*)
		kdir=$("$VM_DIR/uml.sh" "$rel")
		rel=$(<"$kdir/include/config/kernel.release")
		arch=(ARCH=um)
		;;
	/*)
		kdir=$rel
		rel=$(make -s --no-print-directory -C "$kdir" kernelrelease)
		;;
	*)
		rel=$(resolve_release "$rel")
		kdir=$("$VM_DIR/headers.sh" "$rel")
		;;
	esac
	# What is built with other arguments is another build.
	dst=$CHECKOUT/module/$rel
	[ $# -eq 0 ] || dst+=-$(printf '%s ' "$@" | cksum | cut -d' ' -f1)
	mkdir -p "$dst"
	with_lock "build-$(printf %s "$dst" | cksum | cut -d' ' -f1)" \
		build "$dst" "$kdir" "${arch[@]}" "$@" ||
		die "nf_ikemon does not build for $rel"
	if [ "$tree" = 0 ]; then
		printf '%s\n' "$dst"
		return
	fi
	if [ "${arch[*]}" ]; then
		kdir=$kdir/modules_install
	else
		kdir=$CACHE/kernel/$rel
	fi
	with_lock "tree-$(printf %s "$dst" | cksum | cut -d' ' -f1)" \
		module_tree "$dst" "$rel" "$kdir"
	printf '%s\n' "$dst.tree/lib/modules"
}

[ $# -ge 1 ] || die "usage: module.sh [-t] RELEASE|DIRECTORY|uml [MAKE_ARG...]"
main "$@"
