#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What "ikemonctl read" makes of captures, compared with what is expected of
# them; and what it makes of broken ones: anything but a crash, in bounded
# time. Built with ASan and UBSan. Captures: our own of selftests/captures, and
# those of ../shared/pcaps beside the checkout, if they are there.

. "$(dirname "$0")/../lib.sh"
. "$SELFTESTS/vm/common.sh"

SHARED=${IKEMON_PCAPS:-$TOP/../shared/pcaps}
BUILD=$CHECKOUT/captures
# Broken captures are many in the full test, few in the fast one.
VARIANTS=${IKEMON_VARIANTS:-400}

build()
{
	make -s -C "$TOP/userspace" O="$BUILD" \
		CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
}

# results COMMAND...: its KTAP lines become ours
results()
{
	local line

	while IFS= read -r line; do
		case $line in
		"ok "*)		ok "$(cut -d' ' -f3- <<<"$line")" ;;
		"not ok "*)	not_ok "$(cut -d' ' -f4- <<<"$line")" ;;
		"#"*)		printf '%s\n' "$line" ;;
		esac
	done < <("$@" 2>&1 || echo "# $1 ended with status $?")
}

captures_in()
{
	find "$1" -maxdepth 1 \( -name '*.pcap' -o -name '*.pcapng' \) | sort
}

compare()
{
	local files before=$ktap_n

	mapfile -t files < <(captures_in "$1")
	if [ ${#files[@]} -eq 0 ]; then
		xskip "captures in $2" "there are none"
		return
	fi
	results python3 "$SELFTESTS/host/captures.py" "$BUILD/ikemonctl" \
		"${files[@]}"
	check "every capture of $2 gave its results" \
		test $((ktap_n - before)) -ge $((2 * ${#files[@]}))
}

check "build with ASan and UBSan" build
[ "$ktap_failed" -eq 0 ] || exit 1

compare "$SELFTESTS/captures" "selftests/captures"
if [ -d "$SHARED" ]; then
	compare "$SHARED" "shared/pcaps"
else
	xskip "captures in shared/pcaps" "not beside this checkout"
fi

mapfile -t all < <(captures_in "$SELFTESTS/captures"
	[ ! -d "$SHARED" ] || captures_in "$SHARED")
if [ ${#all[@]} -gt 0 ]; then
	results python3 "$SELFTESTS/host/broken.py" "$BUILD/ikemonctl" \
		"$TEST_TMP" "$VARIANTS" "${all[@]}"
else
	xskip "broken captures" "there are none to break"
fi
