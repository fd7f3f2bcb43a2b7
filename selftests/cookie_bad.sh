#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cookies that are not ours, not his or not in their place, and first requests
# that are none: who brings a wrong cookie is challenged again, as if he had
# brought none, and no answer is longer than half of what it answers.
#
#	left 192.0.2.1, .3 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)
#	     2001:db8::1, ::3       2001:db8::2

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
checktool "python3 -c pass" python3
topo_direct
addr "$LEFT" eth0 192.0.2.3/24 2001:db8::3/64

# ready NS PORT COUNT: so many sockets wait there
ready()
{
	[ "$(nse "$1" ss -Hnul "sport = :$2" | wc -l)" -ge "$3" ]
}
for a in 192.0.2.2 2001:db8::2; do
	bg answer ip netns exec "$GW" ikepkt -s $a answer
	bg answer ip netns exec "$GW" ikepkt -s $a -n -p 4500 answer
done
busywait "$IKEMON_WAIT" ready "$GW" 500 2 &&
	busywait "$IKEMON_WAIT" ready "$GW" 4500 2 || fail "somebody answers"

enforce()
{
	ikemonctl -n "$GW" -f - <<-CONFIG
	config set mode enforce
	config set challenge always
	config set cookie passthrough
	CONFIG
}

# What comes back. "passed" is the daemon's answer, if only to something that
# is no first request and not ours to judge; "silence" to what only looks like
# one, since a daemon may take it for that.
wanted()
{
	cat <<-CASES
	plain cookie
	own passed
	length-1 cookie
	length-16 cookie
	length-18 cookie
	length-24 cookie
	length-64 cookie
	forged-0 cookie
	forged-1 cookie
	forged-16 cookie
	other-spi cookie
	other-address cookie
	replayed-from-elsewhere cookie
	not-first cookie
	after-vendor cookie
	second-of-two cookie
	first-of-two passed
	with-protocol passed
	with-spi cookie
	spi-r-set silence
	response silence
	from-responder passed
	message-id silence
	zero-spi silence
	wrong-length silence
	octets-behind cookie
	too-short-to-answer silence
	too-short-again passed
	just-long-enough cookie
	fragments cookie
	marker cookie
	no-checksum cookie
	stale cookie
	CASES
}

# try FAMILY SOURCE OTHER DESTINATION
try()
{
	local family=$1 name word

	shift
	check "$family: mode enforce" enforce
	mkfifo "$TEST_TMP/go-$family"
	bg "said-$family" sh -c 'exec ip netns exec "$@" < "$0"' \
		"$TEST_TMP/go-$family" "$LEFT" python3 -B \
		"$SELFTESTS/pkt/cookiebad.py" "$@"
	exec 8> "$TEST_TMP/go-$family"
	wait_line "$TEST_TMP/said-$family" '^ready$' 120 ||
		fail "$family: all were sent" "$(<"$TEST_TMP/said-$family")"
	# With new secrets, what was given out before is worth nothing.
	ikemonctl -n "$GW" config set mode off > "$TEST_TMP/out"
	enforce > "$TEST_TMP/out"
	echo go >&8
	exec 8>&-
	wait_line "$TEST_TMP/said-$family" '^stale ' 30
	while read -r name word; do
		[ "$name-$family" != no-checksum-IPv6 ] || continue
		check_equal "$family: $name" "$word" \
			"$(awk -v "n=$name" '$1 == n { print $2 }' \
				"$TEST_TMP/said-$family")"
	done < <(wanted)
	check_equal "$family: no answer of ours is over half the request" "" \
		"$(awk '$2 == "cookie" && 2 * $4 > $3' \
			"$TEST_TMP/said-$family")"
}
try IPv4 192.0.2.1 192.0.2.3 192.0.2.2
try IPv6 2001:db8::1 2001:db8::3 2001:db8::2
