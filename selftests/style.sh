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

checkpatch()
{
	local src f out bad=0 skip

	src=$("$VM_DIR/source.sh") || return 1
	for f in $(c_files); do
		# No patch, no maintainers, and the kernel's own habits in
		# other places: signed-off lines, file lists, usleep.
		skip=FILE_PATH_CHANGES
		case $f in
		# Trace events and format tables are macros by nature.
		*/trace.h) skip+=,OPEN_ENDED_LINE,SPACING,TRAILING_SEMICOLON
			skip+=,MACRO_ARG_REUSE,COMPLEX_MACRO ;;
		nf_ikemon/compat/*) skip+=,LINUX_VERSION_CODE,MACRO_ARG_REUSE ;;
		# Outside the kernel there is no strscpy() or pr_err().
		userspace/*|selftests/*) skip+=,PREFER_KERNEL_TYPES
			skip+=,STRCPY,STRLCPY,STRNCPY,CONSTANT_COMPARISON
			skip+=,SSCANF_TO_KSTRTO ;;
		esac
		out=$(perl "$src/scripts/checkpatch.pl" --no-tree --strict \
			--no-summary --terse --show-types --ignore "$skip" \
			-f "$f" 2>&1) && [ -z "$out" ] && continue
		printf '%s\n' "$out"
		bad=1
	done
	return $bad
}

sparse_clean()
{
	local out

	out=$("$VM_DIR/module.sh" 6.12 C=2 CF=-D__CHECK_ENDIAN__ 2>&1) || {
		printf '%s\n' "$out"
		return 1
	}
	! grep -E 'nf_ikemon/.*(warning|error):' "${out##*$'\n'}.log"
}

shell_clean()
{
	local list

	mapfile -t list < <(shell_files)
	shellcheck -x -P SCRIPTDIR -S warning -f gcc "${list[@]}"
}

spelling()
{
	local list

	mapfile -t list < <(files | grep -vE \
		'^COPYING$|\.(pcap|pcapng|bin)$|/corpus/|/captures/')
	codespell -L "${IKEMON_WORDS:-ans,nd,ot,te,ue,fo}" "${list[@]}"
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
