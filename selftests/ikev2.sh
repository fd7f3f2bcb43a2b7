#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# IKEv2 between two strongSwan peers, over IPv4 and IPv6: from the first
# message to the delete, as the gateway's table shows it.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_direct
swan_start "$LEFT" left
swan_start "$GW" gw
swan_psk left
swan_psk gw
swan_pair left gw v4 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	mobike=no
swan_pair left gw v6 2001:db8::1 2001:db8::2 \
	2001:db8:1::1/128 2001:db8:2::1/128 mobike=no a:dpd_delay=1s
watch "$GW"
watch "$LEFT"
record "$GW"

check "IPv4 tunnel comes up" swan_up left v4
check "traffic passes through it" ping_through "$LEFT" 198.51.100.1 203.0.113.1
check "as ESP" counter_above "$GW" packets_esp 3
check_agree "$GW" gw "gateway's table agrees with the daemon"
check_agree "$LEFT" left "initiator's table agrees with its daemon"
spi=$(truth_sas gw | cut -d' ' -f1)
me=".spi_i == \"$spi\""
check_equal "gateway is the responder, unmoved, on port 500" \
	"responder false udp null" \
	"$(ikemon_get "$GW" "$me" '"\(.local_role) \(.nat) \(.encap) \(.parent)"')"
check_equal "initiator is the initiator" initiator \
	"$(ikemon_get "$LEFT" "$me" .local_role)"
# The daemon's words and IANA's for the same suite.
check "daemon chose the small suite" grep -q "encr-alg=AES_CBC encr-keysize=128\
 integ-alg=HMAC_SHA2_256_128 prf-alg=PRF_HMAC_SHA2_256 dh-group=MODP_2048" \
	<(swan gw list-sas --raw)
check_equal "and so it is shown" "ENCR_AES_CBC 128 PRF_HMAC_SHA2_256 \
AUTH_HMAC_SHA2_256_128 2048-bit MODP" "$(ikemon_get "$GW" "$me" '.suite |
	"\(.encr) \(.key_bits) \(.prf) \(.integ) \(.ke)"')"
check_equal "no message came twice" "0 0" "$(ikemon_get "$GW" "$me" \
	'.transcript[] | .retransmits' | paste -sd' ')"
check_soon "events told the way it went" \
	went "$me" "new half-open authenticating established"

# Without traffic, what shows it is the SA that came of it.
check "IPv6 tunnel comes up" swan_up left v6
six='.responder.addr == "2001:db8::2"'
check_soon "it is up, and stays it while dead peer detection goes on" ikemon_has "$GW" \
	"$six and .exchange == \"INFORMATIONAL\" and .state == \"established\""
check_agree "$GW" gw "gateway's table agrees with the daemon on both"
check "traffic passes through it" \
	ping_through "$LEFT" 2001:db8:1::1 2001:db8:2::1
check_equal "two negotiations, two sessions" 2 "$(ikemon_count "$GW" true)"
check_equal "each source began one" "1 1" "$(ikemonctl -n "$GW" -j source show |
	jq -r '.sources[] | select(.wide | not) | .negotiations' |
	paste -sd' ')"

# Rekeying the child keeps the IKE SA, and there is more traffic on it.
before=$(ikemon_get "$GW" "$me" .transcript.from_initiator.messages)
check "child SA is rekeyed" swan left rekey --child v4
check_soon "it shows as more of the same session" \
	ikemon_has "$GW" "$me and .transcript.from_initiator.messages > $before"
check_soon "traffic passes" ping_through "$LEFT" 198.51.100.1 203.0.113.1

old=$(ikemon_get "$GW" "$me" .id)
check "IKE SA is rekeyed" swan left rekey --ike v4
rekeyed()
{
	[ "$(truth_sas gw | grep -c ESTABLISHED)" = 2 ] &&
		! truth_sas gw | grep -q "$spi"
}
check_soon "the daemon has a new one in its place" rekeyed
# The first protected message under its SPIs shows it.
swan left rekey --child v4 > /dev/null
check_agree "$GW" gw "the table has it too"
new=$(truth_sas gw | awk '$5 == "192.0.2.1" { print $1 }')
check_equal "its parent is the old session" "$old" \
	"$(ikemon_get "$GW" ".spi_i == \"$new\"" .parent)"
check_soon "the old session is closed as rekeyed" ikemon_has "$GW" \
	"$me and .state == \"closed\" and .reason == \"rekeyed\""

check "IKE SA is deleted" swan left terminate --ike v4
check_equal "nothing of all this failed" 0 \
	"$(ikemon_count "$GW" '.state == "failed"')"
watch "$GW" timeout-established 1s
check_soon "silent sessions close as idle" ikemon_has "$GW" \
	".spi_i == \"$new\" and .state == \"closed\" and .reason == \"idle\""
