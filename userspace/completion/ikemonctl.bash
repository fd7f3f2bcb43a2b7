# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# bash completion for ikemonctl(8); the words are the tool's own.

# Only where there can be a file: a word is none, though a folder have its name.
_ikemonctl_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$1")
}

_ikemonctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} tool=${COMP_WORDS[0]}
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	local words=() i

	COMPREPLY=()
	case $prev in
	-n)	mapfile -t COMPREPLY < <(compgen -W \
			"$(ip netns list 2>/dev/null | cut -d' ' -f1)" -- "$cur")
		return ;;
	-f)	_ikemonctl_files "$cur"
		return ;;
	-t)	return ;;
	esac
	# Flags, and the values of those that have one, are no words.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n|-f|-t)	i=$((i + 1)) ;;
		-*)	;;
		*)	words+=("${COMP_WORDS[i]}") ;;
		esac
	done
	mapfile -t COMPREPLY < <(compgen -W "$("$tool" help --complete \
		${words[@]+"${words[@]}"} 2>/dev/null)" -- "$cur")
	if [ "${words[0]-}" = read ] || [ "${words[0]-}" = audit ]; then
		_ikemonctl_files "$cur"
	fi
}
complete -F _ikemonctl ikemonctl
