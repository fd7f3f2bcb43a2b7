#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# IKEv1: Main and Aggressive Mode, XAuth, Quick Mode; and what the daemon
# does not answer.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_direct
swan_start "$LEFT" left
swan_start "$GW" gw i_dont_care_about_security_and_use_aggressive_mode_psk=yes
pair()
{
	local conn=$1

	shift
	swan_pair left gw "$conn" 192.0.2.1 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 version=1 "$@"
}
swan_psk left
swan_psk gw
pair main
pair aggressive aggressive=yes
pair xauth
for name in left gw; do
	swan_load $name <<-CONF
	secrets { xauth-alice { id = alice.example
		secret = "something alice knows" } }
	CONF
done
# A second round of authentication, the client's only.
swan_load left <<-CONF
connections { xauth { local-2 {
	auth = xauth
	xauth_id = alice.example
} } }
CONF
swan_load gw <<-CONF
connections { xauth { remote-2 { auth = xauth } } }
CONF
watch "$GW"
watch "$LEFT"
record "$GW"

# mode CONN FIRST-EXCHANGE
mode()
{
	local conn=$1 spi me

	check "$conn: tunnel comes up" swan_up left "$conn"
	check_agree "$GW" gw "$conn: gateway's table agrees with the daemon"
	check_agree "$LEFT" left "$conn: initiator's table agrees with its"
	spi=$(truth_sas gw | cut -d' ' -f1)
	me=".spi_i == \"$spi\""
	check_equal "$conn: Quick Mode, or its SA, shows that it is up" \
		"1 Quick established" \
		"$(ikemon_get "$GW" "$me" '"\(.version) \(.exchange) \(.state)"' |
		sed 's/ Mode//')"
	check "$conn: traffic passes through it" \
		ping_through "$LEFT" 198.51.100.1 203.0.113.1
	check_equal "$conn: group and hash as in the proposal" "$2" \
		"$(ikemon_get "$GW" "$me" \
		'.suite | "\(.key_bits) \(.ke) \(.integ)"')"
	check_soon "$conn: and went through all states" went "$me" \
		"new half-open authenticating established"
	swan left terminate --ike "$conn" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle gw
}
suite="128 2048-bit MODP SHA2-256"
mode main "$suite"
mode aggressive "$suite"
mode xauth "$suite"
check "XAuth was asked for and passed" \
	grep -q 'XAuth authentication of .alice.example. successful' \
	"$TEST_TMP/gw/log"
check_equal "three negotiations, three sessions" 3 "$(ikemon_count "$GW" true)"
check_equal "none failed" 0 "$(ikemon_count "$GW" '.state == "failed"')"

# Somebody tries a mode or suite that is not served.
watch "$GW" timeout-new 1s timeout-half-open 1s
swan_pair left gw nothing 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	version=1 a:proposals=aes256-sha384-ecp384
check_not "without a common proposal nothing comes up" swan_up left nothing
check_soon "the session failed by an error notify" ikemon_has "$GW" \
	'.state == "failed" and .reason == "error-notify" and
	 (.notify | index("NO-PROPOSAL-CHOSEN") != null)'
