#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# style.sh [fast]: the look of the sources. Each rule is one result; "fast"
# leaves out sparse, which needs kernel headers.

set -u
. "$(dirname "$0")/lib.sh"
. "$SELFTESTS/vm/common.sh"
cd "$TOP" || exit 1

# Files of the project, also new ones, that match one of the patterns
files()
{
	git ls-files -co --exclude-standard -- "$@" | while read -r f; do
		[ -f "$f" ] && printf '%s\n' "$f"
	done
}

c_files()
{
	files '*.c' '*.h' | grep -v /generated/ |
		grep -v 'nf_ikemon/include/uapi/'
}

shell_files()
{
	files | while read -r f; do
		case $f in
		*.sh)	printf '%s\n' "$f" ;;
		*.*)	;;
		*)	head -c 64 "$f" | head -1 | tr -d '\0' |
				grep -qE '^#!.*/(ba)?sh' && printf '%s\n' "$f" ;;
		esac
	done
}

# What checkpatch cannot know of a file; the comment says why it is no matter.
ignored()
{
	# There is no patch and no MAINTAINERS.
	printf FILE_PATH_CHANGES
	case $1 in
	# Trace events and tables that are written once and expanded twice are
	# macros by nature.
	*/trace.h|*/stats.[ch])
		printf ,%s OPEN_ENDED_LINE SPACING TRAILING_SEMICOLON \
			PARENTHESIS_ALIGNMENT COMPLEX_MACRO BRACKET_SPACE \
			MACRO_ARG_REUSE MACRO_ARG_UNUSED ;;
	# A row of a table says its member once for size and once for place.
	nf_ikemon/netlink_conf.c)
		printf ,%s MACRO_ARG_REUSE ;;
	# Takes the version test for a constant on the wrong side.
	nf_ikemon/compat/*)
		printf ,%s LINUX_VERSION_CODE CONSTANT_COMPARISON ;;
	# Says what the kernel's types are where there is no kernel.
	nf_ikemon/pure.h)
		printf ,%s PREFER_KERNEL_TYPES ;;
	# Takes struct_group() for a call.
	nf_ikemon/sa.h)
		printf ,%s LINE_SPACING PARENTHESIS_ALIGNMENT ;;
	# Messages are written as strings, one piece per field.
	nf_ikemon/selftest/*)
		printf ,%s STRING_FRAGMENTS ;;
	# Misbehaves on purpose.
	selftests/vm/splat/*)
		printf ,%s VOLATILE ;;
	esac
	case $1 in
	# What the kernel's headers offer is not there, and printf's own names
	# are in capitals.
	userspace/*|selftests/*)
		printf ,%s PREFER_KERNEL_TYPES PREFER_DEFINED_ATTRIBUTE_MACRO \
			PREFER_FALLTHROUGH ARRAY_SIZE STRCPY STRLCPY STRNCPY \
			SSCANF_TO_KSTRTO CAMELCASE EMBEDDED_FUNCTION_NAME \
			CONSTANT_COMPARISON LONG_LINE_STRING INIT_ATTRIBUTE ;;
	esac
}

# each RULE FILE...: the function RULE on each file, two at a time, except on
# those it has found clean before; prints what it finds.
each()
{
	local rule=$1 f memo

	shift
	mkdir -p "$CACHE/style"
	for f; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
			wait -n
		done
		memo=$CACHE/style/$rule-$(cat "$f" selftests/style.sh \
			selftests/*lib.sh selftests/vm/common.sh |
			sha256sum | cut -c1-32)-${f//\//_}
		[ -e "$memo" ] || { "$rule" "$f" && : >"$memo"; } &
	done >"$TEST_TMP/$rule" 2>&1
	wait
	cat "$TEST_TMP/$rule"
	[ ! -s "$TEST_TMP/$rule" ]
}

checkpatch_file()
{
	perl "$KERNEL/scripts/checkpatch.pl" --no-tree --strict --no-summary \
		--terse --show-types --max-line-length=80 \
		--ignore "$(ignored "$1")" -f "$1" 2>&1
}

checkpatch()
{
	local list

	KERNEL=$("$VM_DIR/source.sh") || return 1
	mapfile -t list < <(c_files)
	each checkpatch_file ${list[@]+"${list[@]}"}
}

sparse_clean()
{
	local build_args

	IKEMON_SELFTEST=1 IKEMON_STRICT=1 set_build_args
	"$VM_DIR/module.sh" 6.12 "${build_args[@]}"
}

shellcheck_file()
{
	local skip

	# setup_ns sets the variables whose names it is given; what a library
	# sets is for others.
	skip=SC2154
	case $1 in
	*lib.sh|*common.sh) skip+=,SC2034 ;;
	esac
	shellcheck -x -P SCRIPTDIR -S warning -e $skip -f gcc "$1"
}

shell_clean()
{
	local list

	mapfile -t list < <(shell_files)
	each shellcheck_file "${list[@]}"
}

spelling()
{
	local list

	mapfile -t list < <(files | grep -vE \
		'^COPYING$|\.(pcap|pcapng|bin)$|/corpus/|/captures/')
	codespell -L "${IKEMON_WORDS:-ans,nd,ot,te,ue,fo,tolen}" "${list[@]}"
}

# A file holds one noun; a function can be read at once.
short_files()
{
	local f n bad=0

	for f in $(c_files) $(shell_files); do
		n=$(wc -l <"$f")
		[ "$n" -gt 600 ] || continue
		echo "$f: $n lines, more than 600"
		bad=1
	done
	return $bad
}

short_functions()
{
	local list

	mapfile -t list < <(c_files)
	[ ${#list[@]} -gt 0 ] || return 0
	awk '
	/^\{/ { start = FNR; name = before }
	/^\}/ {
		if (start && FNR - start + 1 > 100) {
			printf "%s:%d: %d lines: %s\n", FILENAME, start,
				FNR - start + 1, name
			bad = 1
		}
		start = 0
	}
	{ before = $0 }
	END { exit bad }' "${list[@]}"
}

# Differences between kernels have one place.
no_version_tests()
{
	! files 'nf_ikemon/*.c' 'nf_ikemon/*.h' | grep -v '^nf_ikemon/compat/' |
		xargs -r grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION\('
}

licences()
{
	local f bad=0

	for f in $(files '*.c' '*.h' '*.sh' '*Makefile' Kbuild '*.py'); do
		head -3 "$f" | grep -q SPDX-License-Identifier && continue
		echo "$f: no SPDX line"
		bad=1
	done
	return $bad
}

# Names of machines and folders that no reader of the project has
no_private_paths()
{
	! files | grep -v '^COPYING$' |
		xargs -r grep -nIE '/(work|root|home/[a-z]+)/' -- |
		grep -vE '/root/?(\$|")|HOME=/root'
}

check "checkpatch --strict" checkpatch
[ "${1-}" = fast ] || check "sparse with endian checks" sparse_clean
check "shellcheck" shell_clean
check "codespell" spelling
check "no file over 600 lines" short_files
check "no function over 100 lines" short_functions
check "kernel versions are tested in compat/ only" no_version_tests
check "every source names its licence" licences
check "no path of somebody's machine" no_private_paths
