# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For tests of the command line: where the tool is, and what it said.

# The tool of this checkout, or the one on PATH where it cannot be built.
ctl_find()
{
	local built=$SELFTESTS/../build/ikemonctl

	if [ -z "${IKEMONCTL-}" ]; then
		IKEMONCTL=ikemonctl
		[ ! -x "$built" ] || IKEMONCTL=$(realpath "$built")
	fi
	command -v "$IKEMONCTL" >/dev/null || skip_all "no ikemonctl"
}

# ctl WORD...: status in $ctl_rc, output in $ctl_out, complaint in $ctl_err
ctl()
{
	"$IKEMONCTL" "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
	ctl_rc=$?
	# shellcheck disable=SC2034 # for the caller
	ctl_out=$(cat "$TEST_TMP/out")
	ctl_err=$(cat "$TEST_TMP/err")
}

# One line, begins with the tool's name, and nothing on standard output
ctl_complained()
{
	[ "$(wc -l <"$TEST_TMP/err")" -eq 1 ] &&
		[[ $ctl_err == "ikemonctl: "* ]] && [ ! -s "$TEST_TMP/out" ]
}

# refuse STATUS PATTERN WORD...: it complains in one line like PATTERN (of the
# shell) and ends with STATUS
refuse()
{
	local rc=$1 like=$2

	shift 2
	ctl "$@"
	# shellcheck disable=SC2053 # a pattern
	if [ "$ctl_rc" -eq "$rc" ] && ctl_complained &&
	   [[ $ctl_err == "ikemonctl: "$like ]]; then
		ok "refused: ${*@Q}"
	else
		not_ok "refused: ${*@Q}" "status $ctl_rc, expected $rc
said     $ctl_err
expected $like
output   $ctl_out"
	fi
}
