#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# image.sh RELEASE: fetch a Debian kernel image and unpack it into the cache,
# make the small initramfs that boots it, print the directory. Nothing is
# installed on this machine: no boot loader, no initramfs of its own.

set -eu -o pipefail
. "$(dirname "$0")/common.sh"

# What the initramfs needs to reach the root file system; modprobe puts the
# dependencies before them.
BOOT_MODULES="virtio_pci 9pnet_virtio 9p overlay"

fetch_image()
{
	local rel=$1 dir=$2 tmp=$2.new

	say "fetching linux-image-$rel"
	rm -rf "$tmp" "$dir"
	apt_unpack "$tmp" "linux-image-$rel"
	mv "$tmp/boot/vmlinuz-$rel" "$tmp/vmlinuz"
	mv "$tmp/boot/config-$rel" "$tmp/config"
	if [ ! -d "$tmp/lib/modules" ]; then
		mkdir -p "$tmp/lib"
		mv "$tmp/usr/lib/modules" "$tmp/lib/"
	fi
	rm -rf "${tmp:?}"/{boot,usr} "$tmp/lib/modules/$rel"/{build,source}
	/sbin/depmod -b "$tmp" "$rel"
	mv "$tmp" "$dir"
}

make_initramfs()
{
	local rel=$1 dir=$2 tmp m path n=10

	tmp=$(mktemp -d "$CACHE/initramfs.XXXXXX")
	mkdir -p "$tmp"/{bin,m,proc,sys,dev,lower,rw,new}
	cp /bin/busybox "$tmp/bin/busybox"
	ln -s busybox "$tmp/bin/sh"
	for m in $BOOT_MODULES; do
		/sbin/modprobe -d "$dir" -S "$rel" --show-depends "$m"
	done >"$tmp/depends" || die "no $m in the modules of $rel"
	while read -r m path _; do
		[ "$m" = insmod ] || continue
		grep -qxF "$path" "$tmp/have" 2>/dev/null && continue
		printf '%s\n' "$path" >>"$tmp/have"
		case $path in
		*.xz)	xz -dc "$path" >"$tmp/m/$n.ko" ;;
		*.zst)	zstd -qdc "$path" >"$tmp/m/$n.ko" ;;
		*)	cp "$path" "$tmp/m/$n.ko" ;;
		esac
		n=$((n + 1))
	done <"$tmp/depends"
	rm -f "$tmp/depends" "$tmp/have"
	install -m 755 "$VM_DIR/init" "$tmp/init"
	(cd "$tmp" && find . | cpio -o -H newc --quiet | gzip -1) \
		>"$dir/initramfs.new"
	mv "$dir/initramfs.new" "$dir/initramfs"
	rm -rf "$tmp"
}

image()
{
	local rel=$1 dir=$CACHE/kernel/$1

	[ -s "$dir/vmlinuz" ] || fetch_image "$rel" "$dir"
	if [ ! -s "$dir/initramfs" ] || [ "$VM_DIR/init" -nt "$dir/initramfs" ] ||
	   [ "$VM_DIR/image.sh" -nt "$dir/initramfs" ]; then
		make_initramfs "$rel" "$dir"
	fi
	printf '%s\n' "$dir"
}

[ $# -eq 1 ] || die "usage: image.sh RELEASE"
with_lock "image-$1" image "$1"
