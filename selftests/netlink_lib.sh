# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the tests of netlink. Source it after lib.sh.

# helper NAME: the program made of NAME.c. It is kept in the cache, under a
# name that changes with its source, so that a guest finds it there ready-made.
helper()
{
	local sum out

	sum=$(cat "$SELFTESTS/$1.c" "$SELFTESTS"/n*.h \
		"$SELFTESTS/../nf_ikemon/include/uapi/linux/nf_ikemon.h" |
		cksum | cut -d' ' -f1)
	out=${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon/helpers/$1-$sum
	if [ ! -x "$out" ]; then
		mkdir -p "${out%/*}"
		${CC:-cc} -O2 -g -Wall -Wextra \
			-I "$SELFTESTS/../nf_ikemon/include/uapi" \
			-o "$out.$$" "$SELFTESTS/$1.c" >&2 &&
			mv "$out.$$" "$out" || return
	fi
	printf '%s\n' "$out"
}

# results_of COMMAND...: the results of a program that prints KTAP, under our
# numbers.
results_of()
{
	local word rest rc=0

	"$@" >"$TEST_TMP/ktap" || rc=$?
	while read -r word rest; do
		case $word in
		ok) ok "${rest#* }" ;;
		not) rest=${rest#ok }; not_ok "${rest#* }" ;;
		'#') diag "$rest" ;;
		esac
	done <"$TEST_TMP/ktap"
	check_equal "the program ended as its results say" \
		"$(grep -q '^not ok' "$TEST_TMP/ktap" && echo 1 || echo 0)" \
		"$rc"
}

# The kernel's own tree, for its generic netlink client
ynl_tree()
{
	local dir=${LINUX_TREE:-}

	for dir in "$dir" \
	    "${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon/linux-source-6.12" \
	    /usr/src/linux-source-6.12; do
		[ ! -f "$dir/tools/net/ynl/cli.py" ] || break
	done
	[ -f "$dir/tools/net/ynl/cli.py" ] && printf '%s\n' "$dir"
}

# The test needs that tree; it is in YNL_TREE afterwards.
need_ynl()
{
	YNL_TREE=$(ynl_tree) || skip_all "no Linux source tree with tools/net/ynl"
	/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null ||
		skip_all "no python3-yaml or python3-jsonschema"
}

# ynl NAMESPACE ARGUMENT...: that client with our description of the family.
# Whether that is good is asked once, when files are generated from it: it takes
# longer than everything else that the client does.
ynl()
{
	local ns=$1

	shift
	nse "$ns" /usr/bin/python3 "$YNL_TREE/tools/net/ynl/cli.py" \
		--spec "$SELFTESTS/../docs/netlink/specs/ikemon.yaml" \
		--no-schema "$@"
}
