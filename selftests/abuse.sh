#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Much for little: what one cookie, one session, one SPI or one IPv6 prefix
# may buy is bounded.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type flood"
topo_flood
configure cookie passthrough challenge always mode enforce

# buy FROM [OPTION...]: one honest negotiation; its SPIs are in SPIS. From then
# on the responder is silent, as one is that reads junk.
buy()
{
	local from=$1 pair

	shift
	respond
	honest bought "$from" -v "$@"
	pair=$(jq -r '.peers[0] | "-i \(.spi_i) -R \(.spi_r)"' \
		"$TEST_TMP/bought")
	read -ra SPIS <<< "$pair"
	respond -l 0
}

# passed COUNTER COMMAND...: how many packets came through meanwhile, and the
# seconds it took
passed()
{
	local counter=$1 before began

	shift
	before=$(seen "$counter")
	began=$(date +%s)
	"$@" > "$TEST_TMP/out" || return
	PASSED=$(($(seen "$counter") - before))
	TOOK=$(($(date +%s) - began + 1))
	diag "$PASSED of $(jq .sent "$TEST_TMP/out") in $TOOK s"
}

# A peer's SPI pair, sent from a victim's address and from others.
buy 10.1.0.1 -A
check "a negotiation is done" all_of bought
passed later wild4 "${SPIS[@]}" -k auth,child,info -s 10.1.0.2/32 -c 1200 \
	-r 1000
check "replayed from elsewhere: hardly any reaches the daemon" \
	test "$PASSED" -le $((10 * TOOK + 20))
respond
check_equal "replayed: the victim has not offended" 0 "$(offences 10.1.0.2/32)"
check_equal "replayed: nor has its owner" 0 "$(offences 10.1.0.1/32)"
honest victim 10.1.0.2 -A
check "replayed: the victim negotiates as if nothing were" all_of victim
check "replayed: nobody is blocked" nobody_blocked

# Junk IKE_AUTH by the thousand on one bought cookie.
buy 10.2.0.1 -a 0
passed honest left_flood "${SPIS[@]}" -k auth -s 10.2.0.1/32 -c 2400 -r 1500
check "junk IKE_AUTH: its bucket holds" test "$PASSED" -le $((100 * TOOK))
check "junk IKE_AUTH: the rest is counted" above 1000 count dropped_rate

# An authenticated peer that renegotiates without end.
buy 10.3.0.1 -A -a 3
respond
passed honest left_flood "${SPIS[@]}" -k info -m 2 -s 10.3.0.1/32 -c 3 -r 10
check_soon "rekey storm: the session is established" ikemon_has "$GW" \
	'.initiator.addr == "10.3.0.1" and .state == "established"'
respond -l 0
passed honest left_flood "${SPIS[@]}" -k child -m 5 -s 10.3.0.1/32 -c 1200 \
	-r 1000
check "rekey storm: its bucket holds" test "$PASSED" -le $((10 * TOOK + 20))
check "rekey storm: it is an offence" above 0 offences 10.3.0.1/32
check "rekey storm: the session stays" ikemon_has "$GW" \
	'.initiator.addr == "10.3.0.1" and .state == "established"'
check "rekey storm: who has a tunnel is not blocked" nobody_blocked

respond
# The same SPI with ever new nonces, without a cookie and with one.
configure challenge auto
passed honest left_flood -k init -i 5151 -s 10.4.0.1/32 -c 2000 -r 1000
check "one SPI, ever new nonces: the challenge bounds them" \
	test "$PASSED" -le 60
check "one SPI: it makes few sessions" \
	test "$(ikemon_count "$GW" '.initiator.addr == "10.4.0.1"')" -le 20

# With one: each of its nonces is a negotiation, and charged as such.
configure challenge always limit-rate 2 limit-burst 5
before=$(count dropped_limit)
began=$(date +%s)
pids=()
for i in {1..30}; do
	nse "$LEFT" ikepkt -s 192.0.2.1 -p $((2000 + i)) -C -i 5252 -x "$i" \
		init 192.0.2.2 > "$TEST_TMP/answer.$i" 2>&1 &
	pids+=("$!")
done
wait "${pids[@]}"
n=$(grep -l 'spi_r 0*[1-9a-f]' "$TEST_TMP"/answer.* | wc -l)
diag "$n of 30 were answered"
check "one SPI, a cookie for each nonce: its budget holds" \
	test "$n" -le $((5 + 2 * ($(date +%s) - began + 1)))
check "one SPI: the rest is over the limit" above "$before" count dropped_limit
configure challenge auto limit-rate 50 limit-burst 200

# A /48 full of sources: first spoofed, then really there.
before=$(count sources)
passed v2 wild -s 2001:db8:5::/48 -k init -c 4000 -r 2000
check "a spoofed /48: few pass" test "$PASSED" -le 450
check "a spoofed /48: it does not fill the table of sources" \
	test $(($(count sources) - before)) -le 700
configure limit-rate 2 limit-burst 5
honest wide 2001:db8:f000::1 -n 1500 -w 2000 -a 0 -T 3 -L 20
diag "$(jq -c . "$TEST_TMP/wide")"
check "a real /48: its budget is that of 16 sources" \
	test "$(said wide answered)" -le $((16 * 5 + 32 * 10))
check "a real /48: it is limited" above 0 count dropped_limit
honest other 2001:db8:f001::1 -n 5 -A
check "a real /48: another one is not" all_of other
