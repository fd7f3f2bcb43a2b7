#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Make the netlink files from docs/netlink/specs/ikemon.yaml with the
# generator of a Linux 6.12 source tree, and the table of selftests/nlfuzz.c
# with one of ours.
#
#	docs/netlink/regen.sh [--check] LINUX_TREE
#
# --check changes nothing and fails when a committed file is out of date.
#
# Two things that the generator of 6.12 cannot say are put right here: its
# only permission flag asks for privilege in the initial user namespace while
# the family answers to the owner of the network namespace, and it lays the
# output out with long lines, which are the generator's and stay as they are.
set -eu

check=
if [ "${1-}" = --check ]; then
	check=1
	shift
fi
linux=${1:?usage: regen.sh [--check] LINUX_TREE}
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The generator looks for MAINTAINERS above the spec, for ever if need be, and
# for the schema beside the folder of the spec.
mkdir "$work/specs"
: >"$work/MAINTAINERS"
cp "$linux/Documentation/netlink/genetlink.yaml" "$work/"
cp "$top/docs/netlink/specs/ikemon.yaml" "$work/specs/"

status=0
# FILE: committed, and what it ought to be is in $work/fixed
settle()
{
	if [ -z "$check" ]; then
		cp "$work/fixed" "$top/$1"
	elif ! diff -u "$top/$1" "$work/fixed"; then
		echo "$1 is out of date: run docs/netlink/regen.sh" >&2
		status=1
	fi
}

gen() # MODE KIND FILE
{
	/usr/bin/python3 "$linux/tools/net/ynl/ynl-gen-c.py" --mode "$1" \
		"--$2" --spec "$work/specs/ikemon.yaml" -o "$work/${3##*/}"
	sed -e 's/GENL_ADMIN_PERM/GENL_UNS_ADMIN_PERM/' \
	    -e "s,$work/,docs/netlink/,g" "$work/${3##*/}" >"$work/fixed"
	settle "$3"
}

gen uapi header nf_ikemon/include/uapi/linux/nf_ikemon.h
gen kernel header nf_ikemon/generated/netlink.h
gen kernel source nf_ikemon/generated/netlink.c
/usr/bin/python3 -B "$top/selftests/nlfuzz_spec.py" >"$work/fixed"
settle selftests/nlfuzz_spec.h
exit $status
