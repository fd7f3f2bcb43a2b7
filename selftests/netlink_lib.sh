# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the tests of netlink. Source it after lib.sh.

# helper NAME [FLAG...]: the program made of NAME.c. It is kept in the cache, under a
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
			-o "$out.$$" "$SELFTESTS/$1.c" "${@:2}" >&2 &&
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

# ynl_start NAMESPACE: that client, with our description of the family, waits
# there for what ynl asks. Reading the description takes far longer than all that
# is asked, so it is read once; whether it is good is asked where files are
# generated from it.
ynl_start()
{
	mkfifo "$TEST_TMP/ynl.ask" "$TEST_TMP/ynl.answer"
	cat >"$TEST_TMP/ynl.py" <<'END'
import copy, functools, sys
sys.path.insert(0, sys.argv[1])
import cli, yaml
load = functools.lru_cache(yaml.safe_load)
yaml.safe_load = lambda stream: copy.deepcopy(load(stream.read()))
spec, ask, answer = sys.argv[2:]
asked = open(ask)
sys.stdout = open(answer, "w")
for line in asked:
    sys.argv[1:] = ["--spec", spec, "--no-schema"] + \
        line.split("\t")[:-1]
    status = 0
    try:
        cli.main()
    except SystemExit as end:
        status = end.code
    print("status", status, flush=True)
END
	bg ynl ip netns exec "$1" /usr/bin/python3 "$TEST_TMP/ynl.py" \
		"$YNL_TREE/tools/net/ynl" \
		"$SELFTESTS/../docs/netlink/specs/ikemon.yaml" \
		"$TEST_TMP/ynl.ask" "$TEST_TMP/ynl.answer"
	exec {ynl_ask}>"$TEST_TMP/ynl.ask" {ynl_answer}<"$TEST_TMP/ynl.answer"
}

# ynl ARGUMENT...: ask it; what it prints, and its status
ynl()
{
	local line

	{
		printf '%s\t' "${@//[$'\t\n']/ }"
		echo
	} >&"$ynl_ask"
	while read -r line <&"$ynl_answer"; do
		case $line in
		"status "*) return "${line#status }" ;;
		esac
		printf '%s\n' "$line"
	done
}
