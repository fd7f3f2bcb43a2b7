# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the benches do alike on the host. Sourced, with BENCH set.

# host_options NAME KERNEL ARGUMENTS [WORD...]: the options -k and -o of
# NAME.sh, to which the guest is KERNEL unless told otherwise and ARGUMENTS are
# what else its usage has. Sets KERNEL, OUT, which is there then, and COMMIT;
# OPTIND is what getopts leaves.
host_options()
{
	local name=$1 arguments=$3 opt

	KERNEL=$2
	OUT=$BENCH/../../build/bench/$name
	shift 3
	OPTIND=1
	while getopts :k:o: opt; do
		case $opt in
		k) KERNEL=$OPTARG ;;
		o) OUT=$OPTARG ;;
		*) echo "usage: $name.sh [-k KERNEL] [-o DIRECTORY]$arguments" >&2
		   exit 1 ;;
		esac
	done
	COMMIT=$(git -C "$BENCH" describe --always --dirty)
	mkdir -p "$OUT"
}
