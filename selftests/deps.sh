#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Get what building and testing need: packages of Debian 12 (as root), and
# into the cache, without installing them, what would disturb the machine:
# kernels and their headers, the kernel's source, Libreswan, OpenIKED. Fast and
# silent when everything is there.

set -eu -o pipefail
. "$(dirname "$0")/vm/common.sh"

# To build
PACKAGES="build-essential bc bison flex cpio kmod xz-utils zstd pkg-config
	libelf-dev libssl-dev pahole libmnl-dev libjansson-dev libpcap-dev git"
# To check
PACKAGES+=" clang llvm sparse shellcheck codespell mandoc dkms
	linux-source-6.12 python3-yaml python3-jsonschema"
# To run guests
PACKAGES+=" qemu-system-x86 busybox-static util-linux procps psmisc"
# Peers, and what looks at them
PACKAGES+=" charon-systemd strongswan-swanctl strongswan-pki
	libstrongswan-standard-plugins libstrongswan-extra-plugins
	libcharon-extra-plugins libcharon-extauth-plugins ike-scan
	iproute2 iputils-ping nftables tcpdump tshark socat conntrack ethtool
	jq gojq bash-completion"
# What Libreswan would depend on if it could be installed beside strongSwan
PACKAGES+=" dns-root-data iptables libaudit1 libcap-ng0 libcurl3-nss
	libevent-core-2.1-7 libevent-pthreads-2.1-7 libldap-2.5-0 libldns3
	libnss3 libnss3-tools libpam0g libselinux1 libunbound8"
# And OpenIKED, whose package would bring a user and start a daemon
PACKAGES+=" libevent-2.1-7 openssl"

installed()
{
	dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null |
		grep -qx installed
}

missing_packages()
{
	local p

	for p in $PACKAGES; do
		installed "$p" || printf '%s ' "$p"
	done
}

# Packages that bring daemons want to start them. Not on this machine.
POLICY=/usr/sbin/policy-rc.d

forbid_daemons()
{
	if [ -e $POLICY ] || [ -L $POLICY ]; then
		mv $POLICY $POLICY.nf_ikemon
	fi
	printf '#!/bin/sh\nexit 101\n' >$POLICY
	chmod 755 $POLICY
}

allow_daemons()
{
	rm -f $POLICY
	if [ -e $POLICY.nf_ikemon ] || [ -L $POLICY.nf_ikemon ]; then
		mv $POLICY.nf_ikemon $POLICY
	fi
}

install_packages()
{
	local new_daemon=0

	if [ "$(id -u)" -ne 0 ]; then
		die "missing: $1; run 'make deps' as root"
	fi
	installed charon-systemd || new_daemon=1
	say "installing $1"
	apt-get -qq update
	trap allow_daemons EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	forbid_daemons
	# shellcheck disable=SC2086 # a list
	DEBIAN_FRONTEND=noninteractive apt-get -y -qq install \
		--no-install-recommends $1 </dev/null >"$CACHE/apt.log" 2>&1 || {
		tail -n 30 "$CACHE/apt.log" >&2
		die "apt-get install failed, see $CACHE/apt.log"
	}
	# Nor at the next boot
	if [ $new_daemon = 1 ] && command -v systemctl >/dev/null; then
		systemctl -q disable strongswan.service 2>/dev/null || true
	fi
	allow_daemons
	trap - EXIT INT TERM
}

# beside PACKAGE PROGRAM OPTION: the package, unpacked in the cache under its
# own name, in which PROGRAM runs
beside()
{
	local dir=$CACHE/$1

	if [ ! -x "$dir/$2" ]; then
		say "fetching $1"
		apt_unpack "$dir.new" "$1"
		rm -rf "$dir"
		mv "$dir.new" "$dir"
	fi
	"$dir/$2" "$3" >/dev/null 2>&1 || die "$1 does not run from $dir"
}

mkdir -p "$CACHE"
missing=$(missing_packages)
if [ -n "$missing" ]; then
	install_packages "$missing"
	# apt may know newer kernels now
	rm -f "$CACHE"/release-*
fi
# A new machine knows no package at all yet.
if ! apt-cache show linux-image-6.12-amd64 >/dev/null 2>&1; then
	apt-get -qq update || die "apt-get update failed"
fi
with_lock libreswan beside libreswan usr/libexec/ipsec/pluto --version
with_lock openiked beside openiked usr/sbin/iked -V
for k in 6.1 6.12; do
	"$VM_DIR/image.sh" "$(resolve_release $k)" >/dev/null
	for flavour in '' -rt -cloud; do
		"$VM_DIR/headers.sh" $k$flavour >/dev/null
	done
done
"$VM_DIR/source.sh" >/dev/null
