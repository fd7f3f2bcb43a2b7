#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ESP that no SA is for: blocked, and nothing else of its source; a peer that
# goes on with an SA that we lost. Marks that xfrm uses, and the cap of SAs.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ikepkt" ikepkt
checktool "nft --version"
topo_direct

# esp ADDRESS [OPTION...]: 40 packets, each with an SPI of its own
esp()
{
	local from=$1

	shift
	nse "$LEFT" ikepkt -s "$from" -c 40 -i c0ffee01 "$@" esp 192.0.2.2
}
in_udp=(-p 4500 -d 4500)

# manual NS SPI [WORD...]: an SA from left to gw
manual()
{
	local ns=$1 spi=$2

	shift 2
	ip -n "$ns" xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi "$spi" mode transport \
		enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff \
		auth 'hmac(sha256)' 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f \
		"$@"
}
reaches()
{
	nse "$LEFT" ping -q -c 1 -W 2 -I 192.0.2.1 192.0.2.2
}

count()
{
	ikemon_counter "$GW" "$1"
}
count_is()
{
	[ "$(count "$1")" = "$2" ]
}
# arrive COUNT COMMAND...: so many packets of plain ESP, all of them seen
arrive()
{
	local want=$(($(count packets_esp) + $1))

	shift
	"$@"
	busywait "$IKEMON_WAIT" count_is packets_esp "$want" ||
		fail "plain ESP arrives"
}
set_conf()
{
	ikemonctl -n "$GW" config set "$@"
}
# passed: of class 10 behind the hook
passed()
{
	nse "$GW" nft list counter inet probe strays |
		awk '$1 == "packets" { print $2 }'
}
# blocks: PREFIX REASON WOULD of each
blocks()
{
	ikemonctl -n "$GW" -j block show | jq -r '.blocks[] |
		"\(.prefix) \(.reason) \(.would)"'
}
# heard EVENT ADDRESS: the block of it
heard()
{
	grep -q "\"event\":\"$1\".*\"prefix\":\"$2/32\".*\"blocked_for\":\"unknown-spi\"" \
		"$TEST_TMP/events"
}
said()
{
	grep -c "\"event\":\"$1\"" "$TEST_TMP/events"
}

watch "$GW" mark 0x00ff0000 unknown-spi block
record "$GW"
nse "$GW" nft -f - <<-RULES
	table inet probe {
		counter strays { }
		chain mangle {
			type filter hook prerouting priority mangle;
			meta mark 0x000a0000 counter name strays
		}
		chain output {
			type filter hook output priority filter;
			icmp type destination-unreachable drop
		}
	}
RULES
manual "$LEFT" 0xcafe
manual "$GW" 0xcafe
ip -n "$LEFT" xfrm policy add src 192.0.2.1 dst 192.0.2.2 proto icmp dir out \
	tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode transport
check_soon "the gateway knows the SA" count_is sas 1

# ---- mode monitor

esp 192.0.2.1 "${in_udp[@]}"
check_soon "monitor: all of it passes, in class 10" \
	eval '[ "$(passed)" = 40 ]'
check_equal "it is counted as unknown" 40 "$(count esp_unknown)"
check "and what would be dropped" [ "$(count esp_unknown_would_drop)" -ge 20 ]
check_equal "nothing was" 0 "$(count esp_unknown_dropped)"
check_equal "the block is shown, with its reason" \
	"192.0.2.1/32 unknown-spi true" "$(blocks)"
check_equal "and counted" "1 1 0" \
	"$(count blocked) $(count would_block) $(count blocks)"
check_soon "an event says so" heard blocked 192.0.2.1
ikemonctl -n "$GW" block flush > "$TEST_TMP/out"
check_equal "it can be flushed" "1 block lifted" "$(<"$TEST_TMP/out")"
check_soon "which is an event as well" heard unblocked 192.0.2.1
check_equal "none is left" "" "$(blocks)"

# ---- mode enforce

set_conf mode enforce
before=$(passed)
arrive 40 esp 192.0.2.1 -e
check "enforce: of plain ESP most is dropped" \
	counter_above "$GW" esp_unknown_dropped 20
check "only the first packets passed" [ $(($(passed) - before)) -lt 20 ]
check_equal "the source is blocked" "192.0.2.1/32 unknown-spi false" \
	"$(blocks)"
check "as many SPIs are the evidence" eval 'ikemonctl -n "$GW" -j block show |
	jq -e ".blocks[0] | .evidence >= 8 and .evidence <= 40 and
		.remaining > 0 and .packets > 20"'
ikemonctl -n "$GW" block show > "$TEST_TMP/out"
check "the table says what of the source it is" \
	grep -q 'unknown SPIs  *dynamic  *unknown-spi' "$TEST_TMP/out"
before=$(count esp_unknown_dropped)
check "its known SPI goes on" reaches
check_equal "for which nothing is dropped" "$before" \
	"$(count esp_unknown_dropped)"
esp 192.0.2.1 "${in_udp[@]}"
check_soon "ESP in UDP is dropped at the first look" \
	count_is esp_unknown_dropped $((before + 40))
arrive 5 esp 192.0.2.9 -e -k -c 5
check_not "a few late packets of another block nobody" \
	eval 'blocks | grep 192.0.2.9'
nse "$LEFT" ikepkt -s 192.0.2.1 -i a001 init 192.0.2.2
check_soon "IKE of the blocked source goes on" ikemon_has "$GW" \
	'.spi_i == "000000000000a001"'
before=$(count esp_unknown)
arrive 40 esp 192.0.2.1 -e
check_equal "after which for 10 s nothing of it is unknown" "$before" \
	"$(count esp_unknown)"
ikemonctl -n "$GW" block del 192.0.2.1/32 > "$TEST_TMP/out"
check_equal "the block is lifted by hand" "1 block lifted" \
	"$(<"$TEST_TMP/out")"
check_equal "none is left" "" "$(blocks)"
check_not "and there is none to lift" ikemonctl -n "$GW" block del \
	192.0.2.1/32
ikemonctl -n "$GW" limit set 192.0.2.8/32 exempt
arrive 40 esp 192.0.2.8 -e
check_equal "who is exempt is not blocked" "" "$(blocks)"

arrive 40 nse "$LEFT" ikepkt -s 2001:db8::1 -e -c 40 esp 2001:db8::2
check_equal "of IPv6 the source is a /64" "2001:db8::/64 unknown-spi false" \
	"$(blocks)"
set_conf unknown-spi count
check_equal "without block none is in force" "" "$(blocks)"
set_conf unknown-spi block

# T = ln(N + 1) / lambda, N = 1: a second, whatever was repeated.
set_conf block-lambda 1000
esp 192.0.2.7 -e -k
check_soon "one SPI blocks as well" heard blocked 192.0.2.7
check_soon "and ends by time" heard unblocked 192.0.2.7
check_equal "none is left" "" "$(blocks)"
set_conf block-lambda 115

# Each of so many is blocked, until there is no place for more.
sources=$(count sources)
bound=$(($(said blocked) + $(said unknown-spi)))
SECONDS=0
arrive 30000 esp 10.0.0.1 -e -c 20 -N 1500
bound=$((bound + 32 * (SECONDS + 2)))
check "many sources: they are blocked" counter_above "$GW" blocked 900
check "some have no place, and pass" \
	counter_above "$GW" esp_unknown_untracked 0
check_equal "that makes no sources" "$sources" "$(count sources)"
check "and few events" [ $(($(said blocked) + $(said unknown-spi))) -le $bound ]
check "the others are counted" counter_above "$GW" events_suppressed 0
check "all are lifted at once" ikemonctl -n "$GW" block flush dynamic
check_equal "none is left" 0 "$(count blocked)"

# ---- a peer goes on with what the gateway lost

ip -n "$GW" xfrm state flush
set_conf mode off
set_conf mode monitor
manual "$GW" 0xbeef
check_soon "the gateway has started anew" count_is sas 1
nse "$LEFT" ping -q -c 1 -W 1 -I 192.0.2.1 192.0.2.2 > /dev/null
check_soon "an event names the peer that did not notice" eval '
	grep "\"event\":\"unknown-spi\"" "$TEST_TMP/events" |
	jq -e -s "any(.[].sa; .spi == \"0000cafe\" and .src == \"192.0.2.1\")"'

# ---- a mark in use

alarm_is()
{
	[ "$(ikemon_counter "$GW" "alarm_$1")" = "$2" ]
}
policy()
{
	ip -n "$GW" xfrm policy "$1" src 203.0.113.0/24 dst 198.51.100.0/24 \
		dir out mark 0x10000 mask 0x30000
}
bg alarms ikemonctl -n "$GW" monitor alarm
check "a monitor listens" busywait "$IKEMON_WAIT" record_ready \
	"/proc/$BG_PID/net/netlink"
policy add
check_soon "a policy that uses the mark raises the alarm" \
	alarm_is mark_in_use 1
check_soon "which is an event" grep -q \
	'"alarm":"mark-in-use","raised":true' "$TEST_TMP/events"
check "the configuration may be changed all the same" set_conf scope all
policy delete
check_soon "it is cleared when that is gone" alarm_is mark_in_use 0
manual "$GW" 0xaffe mark 0x20000 mask 0x20000
check_soon "an SA raises it" alarm_is mark_in_use 1
set_conf mode off
check "mode off clears it" alarm_is mark_in_use 0
set_conf mode monitor
check_soon "an SA that is there raises it" alarm_is mark_in_use 1
set_conf mode off

# ---- the cap

ip -n "$GW" xfrm state flush
set_conf mode monitor max-sas 2
check_equal "the cap is shown" 2 "$(count sas_max)"
refused=$(count sas_refused)
for spi in 0x1001 0x1002 0x1003; do
	manual "$GW" "$spi"
done
check_soon "beyond it an SA is refused" \
	counter_above "$GW" sas_refused "$refused"
check_equal "two are known" 2 "$(count sas)"
check "an alarm says so" alarm_is table_full 1
check "the monitor says how many were refused" wait_line "$TEST_TMP/alarms" \
	'alarm +table-full raised: .*, [1-9][0-9]* refused or lost$'
check_equal "which it does not of an alarm that refuses nothing" "yes 0" "$(
	grep -q 'mark-in-use raised' "$TEST_TMP/alarms" && echo yes) $(
	grep -v table-full "$TEST_TMP/alarms" | grep -c 'refused or lost')"
ikemonctl -n "$GW" > "$TEST_TMP/out"
check "the overview has it among the trouble" \
	grep -q '^trouble   sas_refused [1-9]' "$TEST_TMP/out"
set_conf max-sas 3
check_soon "with more room all are" count_is sas 3
