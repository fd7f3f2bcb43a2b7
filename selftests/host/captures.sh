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
# How many broken captures; more by hand now and then.
VARIANTS=${IKEMON_VARIANTS:-150}

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

# refused WHAT TEXT ARGUMENT...: one line on stderr that has TEXT, status 1
refused()
{
	local what=$1 text=$2 err rc=0

	shift 2
	err=$("$BUILD/ikemonctl" read "$@" 2>&1 >"$TEST_TMP/out") || rc=$?
	check_equal "$what is refused" "1 1 yes 0" \
		"$rc $(wc -l <<<"$err") $(grep -qF -- "$text" <<<"$err" && \
			echo yes) $(wc -c <"$TEST_TMP/out")"
}

echo "no capture" >"$TEST_TMP/text"
: >"$TEST_TMP/empty"
refused "no file" "capture file"
refused "a file that is not there" "No such file" "$TEST_TMP/nothing"
refused "a directory" "$TEST_TMP" "$TEST_TMP"
refused "an empty file" "empty" "$TEST_TMP/empty"
refused "a text" "text" "$TEST_TMP/text"
refused "a second file" "nothing more" "$TEST_TMP/empty" "$TEST_TMP/text"
refused "an unknown option" "--frames" --frames "$TEST_TMP/empty"
refused "a port without a kind" "500/ike" --port 500 "$TEST_TMP/empty"
refused "a port out of range" "0/ike" --port 0/ike "$TEST_TMP/empty"
refused "a kind that is none" "500/esp" --port 500/esp "$TEST_TMP/empty"
refused "a port given twice" "twice" --port 88/ike --port 88/natt \
	"$TEST_TMP/empty"
refused "no room for sessions" "--max-sessions" --max-sessions 0 \
	"$TEST_TMP/empty"

# The example of docs/audit.md, as it stands there
example()
{
	sed -n '/^    \$ ikemonctl audit/,/^$/{ /^    [^$]/s/^    //p }' \
		"$TOP/docs/audit.md"
}
check_equal "docs/audit.md shows what an audit says" "$(example)" \
	"$("$BUILD/ikemonctl" audit \
		"$SELFTESTS/captures/ikev1-aggressive.pcap")"
# of FILE [WORD...]: findings, each once
of()
{
	"$BUILD/ikemonctl" -j audit "${@:2}" "$SELFTESTS/captures/$1.pcap" |
		jq -r '[.findings[].finding] | unique | join(" ")'
}
check_equal "an audit of captures: by prefix, session and severity" \
	"aggressive-psk ikev1,ikev1,,aggressive-psk ikev1,,no-pq,," \
	"$(of ikev1-aggressive prefix 192.0.2.0/24),$(
	of ikev1-aggressive severity withdrawn),$(
	of ikev1-aggressive prefix 198.51.100.0/24),$(
	of ikev1-aggressive session 1),$(of ikev1-aggressive session 2),$(
	of ikev2-psk),$(of ikev2-psk severity weak),$(
	of ikev2-psk prefix 2001:db8::/32)"

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
