#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Single packets, where daemons would be in the way: what is malformed and
# how it is counted, repetitions, late and strange messages, the same SPI
# from two hosts, bursts, time-outs, a full table, the event rate.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, answers by ikepkt)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

. "$(dirname "$0")/netlink_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
NFACCEPT=$(helper nfaccept -lmnl) || skip_all "nfaccept does not build"
topo_direct
watch "$GW"
pkt()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 "$@" 192.0.2.2
}
pkt6()
{
	nse "$LEFT" ikepkt -s 2001:db8::1 "$@" 2001:db8::2
}
# answers [OPTION...]: from now on the gateway answers like this
answers()
{
	[ -z "${ANSWER-}" ] || stop_bg "$ANSWER"
	bg answer ip netns exec "$GW" ikepkt -s 192.0.2.2 "$@" answer
	ANSWER=$BG_PID
	busywait 10000 listening
}
listening()
{
	[ -n "$(nse "$GW" ss -Hnul "sport = :500")" ]
}
# counts NAME COMMAND...: NAME goes up by one, and by no more
counts()
{
	local name=$1 before

	shift
	before=$(ikemon_counter "$GW" "$name")
	"$@" && busywait 5000 counter_above "$GW" "$name" "$before" &&
		[ "$(ikemon_counter "$GW" "$name")" = $((before + 1)) ]
}
count_is()
{
	[ "$(ikemon_counter "$GW" "$1")" = "$2" ]
}
flush()
{
	ikemonctl -n "$GW" session flush all > "$TEST_TMP/out"
}
spi_is()
{
	ikemon_has "$GW" ".spi_i == \"$1\" and .state == \"$2\"${3:+ and
		.reason == \"$3\"}"
}

# Malformed ones, each in one way, each a counter of its own.
for kind in short length zero-spi version payload-length payload-count \
	    proposal notify fragment trailing; do
	check "malformed: $kind is counted" \
		counts "malformed_${kind//-/_}" pkt "$kind"
	check "malformed: $kind over IPv6" \
		counts "malformed_${kind//-/_}" pkt6 "$kind"
done
check_equal "malformed: only what is too long makes a session" 2 \
	"$(ikemon_count "$GW" true)"
check "a wrong UDP checksum is counted" \
	counts bad_checksum pkt -b -i a001 init
check "and makes no session" not ikemon_has "$GW" \
	'.spi_i == "000000000000a001"'
check "a keepalive is counted" counts packets_keepalive \
	pkt -p 4500 -d 4500 keepalive
check "ESP in UDP is counted" counts packets_esp_in_udp \
	pkt -p 4500 -d 4500 -i c0ffee01 esp
check "IKE behind the marker is IKE" counts packets_ikev2 \
	pkt -p 4500 -d 4500 -n -i a002 init
check "a message of no session is unknown" \
	counts unknown_session pkt -i a003 -r b003 info
flush

# Later fragments have no ports; of other protocols they are none of ours.
later=$(ikemon_counter "$GW" fragments_later)
check "an answer in IPv6 fragments" nse "$LEFT" ping -q -c 1 -W 5 -s 3000 \
	2001:db8::2
check "and in IPv4 fragments" nse "$LEFT" ping -q -c 1 -W 5 -s 3000 192.0.2.2
check_equal "are not counted as of UDP or ESP" "$later" \
	"$(ikemon_counter "$GW" fragments_later)"
check "those of IKE are, over IPv6" counts fragments_later pkt6 -l 2000 \
	-i a005 -r b005 info

# Repetitions and what comes late. Nobody answers.
answers -a no
pkt -i a010 init
check "an unanswered request is new" spi_is 000000000000a010 new
check "the same again is a retransmission" counts retransmits pkt -i a010 init
check_equal "and no second session" 1 "$(ikemon_count "$GW" true)"
check_equal "the transcript has both" "2 1" "$(ikemon_get "$GW" true \
	'.transcript.from_initiator | "\(.messages) \(.retransmits)"')"
pkt -p 2000 -i a010 init
check_equal "another port with the same SPI is another session" 2 \
	"$(ikemon_count "$GW" '.spi_i == "000000000000a010"')"
nse "$LEFT" ikepkt -s 192.0.2.77 -i a010 init 192.0.2.2
check_equal "and so is another address" 3 \
	"$(ikemon_count "$GW" '.spi_i == "000000000000a010"')"
flush

# A whole negotiation by hand.
answers -r b020
pkt -w -i a020 init > "$TEST_TMP/out"
check "an answer makes it half-open" spi_is 000000000000a020 half-open
pkt -w -i a020 -r b020 -m 1 auth > "$TEST_TMP/out"
check "IKE_AUTH is authenticating" spi_is 000000000000a020 authenticating
pkt -i a020 init
check "a late INIT does not take it back" spi_is 000000000000a020 authenticating
pkt -w -i a020 -r b020 -m 2 info > "$TEST_TMP/out"
check "one INFORMATIONAL may be a farewell" \
	spi_is 000000000000a020 authenticating
pkt -w -i a020 -r b020 -m 3 info > "$TEST_TMP/out"
check_soon "another protected answer of ours establishes it" \
	spi_is 000000000000a020 established
answers -a no
said()
{
	ikemon_get "$GW" '.spi_i == "000000000000a020"' \
		'.transcript.from_initiator | "\(.messages) \(.retransmits)"'
}
check_equal "so much was said until then" "5 1" "$(said)"
check "its peer shows that it lives" \
	counts packets_ikev2 pkt -i a020 -r b020 -m 4 info
check "the same again is a retransmission" \
	counts retransmits pkt -i a020 -r b020 -m 4 info
check "a wrong checksum is nothing that it said" \
	counts bad_checksum pkt -b -i a020 -r b020 -m 5 info
check_equal "the transcript has two more" "7 2" "$(said)"
# A queue in front of nf_ikemon: from there on it is no softirq any more.
bg queue ip netns exec "$GW" "$NFACCEPT" 7
QUEUE=$BG_PID
check "a queue in front is served" wait_line "$TEST_TMP/queue" ready
nse "$GW" nft -f - <<-'NFT'
	table inet ahead {
		chain in {
			type filter hook prerouting priority raw
			udp dport 500 counter queue num 7
		}
	}
NFT
check "what went through it is seen" \
	counts packets_ikev2 pkt -i a020 -r b020 -m 6 info
queued()
{
	nse "$GW" nft list table inet ahead | grep -q "counter packets $1 "
}
check "it did go through it" queued 1
check_equal "the transcript has that too" "8 2" "$(said)"
pkt -i a020 -r b020 -m 1 auth
nse "$LEFT" ikepkt -s 192.0.2.66 -i a020 -r b020 -m 4 auth 192.0.2.2
check "a late IKE_AUTH and a stranger's do not end it" \
	spi_is 000000000000a020 established
check_equal "nor move it" 192.0.2.1:500 "$(ikemon_get "$GW" \
	'.spi_i == "000000000000a020"' '.initiator | "\(.addr):\(.port)"')"
answers -r b020
# A COOKIE goes out from behind the queue, is brought back and opens the way.
ikemonctl -n "$GW" config set mode enforce cookie passthrough challenge always
check "a COOKIE is sent from behind the queue" \
	counts cookies_sent pkt -C -i a022 init
check "is brought back there" count_is cookies_valid 1
check "and what brings it goes on" spi_is 000000000000a022 half-open
check "all of that came through the queue" queued 5
ikemonctl -n "$GW" config set mode monitor cookie off challenge auto
nse "$GW" nft delete table inet ahead
stop_bg "$QUEUE"
pkt -w -i a021 init > "$TEST_TMP/out"
pkt -i a021 -r b020 -F 2/3 -m 1 skf
pkt -i a021 -r b020 -F 1/3 -m 1 skf
check_equal "fragments in any order are counted" "2 3 0" "$(ikemon_get "$GW" \
	'.spi_i == "000000000000a021"' '.transcript.from_initiator |
	"\(.ike_fragments) \(.ike_fragments_total) \(.retransmits)"')"
flush
answers -r b030 -l 48
pkt -w -i a030 init > "$TEST_TMP/out"
pkt -w -i a030 -r b030 -m 1 auth > "$TEST_TMP/out"
watch "$GW" timeout-authenticating 1s
check_soon "an answer with room for a notify only is suspected" \
	spi_is 000000000000a030 failed auth-failed-suspected
answers -a cookie
pkt -w -i a031 init > "$TEST_TMP/out"
check "a cookie leaves it challenged" spi_is 000000000000a031 challenged
answers -a invalid-ke
pkt -w -i a032 init > "$TEST_TMP/out"
check "so does another group" spi_is 000000000000a032 challenged
answers -a no-proposal
pkt -w -i a040 init > "$TEST_TMP/out"
check "an error in clear fails it" spi_is 000000000000a040 failed error-notify
answers -a no
flush

# Bursts: the kernel joins or cuts datagrams, the counters see every one.
before=$(ikemon_counter "$GW" packets_ikev2)
pkt -g -c 20 -i a100 init
check_soon "a burst of 20 is 20 messages" count_is packets_ikev2 $((before + 20))
check_equal "and 20 sessions" 20 "$(ikemon_count "$GW" true)"
flush

# Time passes.
watch "$GW" timeout-new 1s timeout-half-open 1s timeout-failed 4s
pkt -i a200 init
check_soon "an unanswered one fails" spi_is 000000000000a200 failed no-answer
check_soon "and is forgotten" not ikemon_has "$GW" true
answers -r b201
pkt -w -i a201 init > "$TEST_TMP/out"
check_soon "one that does not go on times out" \
	spi_is 000000000000a201 failed timeout
check_soon "and is forgotten" not ikemon_has "$GW" true
answers -a no

# A full table, and events without end.
ikemonctl -n "$GW" config set mode off
watch "$GW" max-sessions 16 timeout-new 60s event-rate 20
record "$GW"
pkt -c 200 -i b0000 init
full()
{
	[ $(($(ikemon_counter "$GW" sessions_evicted) +
		$(ikemon_counter "$GW" sessions_refused))) -ge 184 ]
}
check_soon "what found no room is counted" full
check "the table keeps its cap" test "$(ikemon_count "$GW" true)" -le 16
check_equal "the alarm stands" 1 "$(ikemon_counter "$GW" alarm_table_full)"
check_soon "and was told" jq -e -s 'any(.[]; .event == "alarm" and
	.alarm == "table-full")' "$TEST_TMP/events"
check "events above the rate were suppressed" \
	counter_above "$GW" events_suppressed 0
seqs()
{
	jq -e -s '[.[] | select(.session?)] as $e |
		all(range(1; $e | length); $e[.].seq - $e[. - 1].seq ==
			($e[.].suppressed // 0) + 1)' "$TEST_TMP/events"
}
check "a gap in the numbers is what was suppressed" seqs
