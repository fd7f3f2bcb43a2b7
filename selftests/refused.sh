#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Negotiations that do not come up, or only at the second try, and why: wrong
# key, no common proposal, another key exchange group, the daemon's own
# COOKIE, no daemon.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_direct
swan_start "$LEFT" left retransmit_timeout=1
# One half-open SA and it wants cookies of everybody, but blocks nobody.
swan_start "$GW" gw cookie_threshold=1 cookie_threshold_ip=50 block_threshold=100
pair()
{
	local conn=$1

	shift
	swan_pair left gw "$conn" 192.0.2.1 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 mobike=no a:dpd_delay=1s "$@"
}
swan_psk left
swan_psk gw
swan_psk left "the key that was" changed.example
swan_psk gw "the key that is" changed.example
pair good
pair wrongkey remote:auth=psk remote:id=changed.example
pair nothing a:proposals=aes256-sha384-ecp384
pair group a:proposals=aes128-sha256-ecp256-modp2048
# A suspicion is not voiced before this time is over.
watch "$GW" timeout-authenticating 4s
record "$GW"

# last EXPRESSION: of the newest session
last()
{
	ikemon_get "$GW" true "$1" | tail -n 1
}
last_is()
{
	[ "$(last '"\(.state) \(.reason)"')" = "$1 $2" ]
}
said()
{
	grep -q "$1" "$TEST_TMP/left/initiate"
}

check_not "a wrong key does not come up" swan_up left wrongkey
check "the daemons say so" said AUTHENTICATION_FAILED
check_soon "the session failed, authentication is suspected" \
	last_is failed auth-failed-suspected

check_not "without a common proposal nothing comes up" swan_up left nothing
check "the daemons say so" said NO_PROPOSAL_CHOSEN
check_soon "the session failed by an error notify" \
	last_is failed error-notify
check_equal "which is named" true \
	"$(last '.notify | index("NO_PROPOSAL_CHOSEN") != null')"

check "another group comes up at the second try" swan_up left group
check "the daemons say so" said INVAL_KE
ping_through "$LEFT" 198.51.100.1 203.0.113.1
check_agree "$GW" gw "the table agrees with the daemon"
spi=$(truth_sas gw | cut -d' ' -f1)
check_soon "it was one session, challenged on its way" went \
	".spi_i == \"$spi\"" \
	"new challenged half-open authenticating established"
check_equal "the notify is named" true "$(ikemon_get "$GW" \
	".spi_i == \"$spi\"" '.notify | index("INVALID_KE_PAYLOAD") != null')"
swan left terminate --ike group > "$TEST_TMP/out"

# One half-open IKE SA of somebody else makes charon ask for a cookie.
check "somebody leaves a negotiation half-open" \
	nse "$LEFT" ikepkt -s 192.0.2.1 -p 1024 -w init 192.0.2.2
check "the good peer comes up all the same" swan_up left good
check "after a cookie, its daemon says" said "N(COOKIE)"
ping_through "$LEFT" 198.51.100.1 203.0.113.1
check_agree "$GW" gw "the table agrees with the daemon"
spi=$(truth_sas gw | awk '$4 == "ESTABLISHED" { print $1 }')
check_soon "it was one session, challenged on its way" went \
	".spi_i == \"$spi\"" \
	"new challenged half-open authenticating established"
check_equal "the notify is named" true "$(ikemon_get "$GW" \
	".spi_i == \"$spi\"" '.notify | index("COOKIE") != null')"
swan left terminate --ike good > "$TEST_TMP/out"

# The daemon hangs; the table does not.
watch "$GW" timeout-new 5s
kill -STOP "$(<"$TEST_TMP/gw/pid")"
on_exit kill -CONT "$(<"$TEST_TMP/gw/pid")"
check_not "a stopped daemon answers nobody" swan_up left good --timeout 3
check_soon "the session failed for want of an answer" \
	last_is failed no-answer
check "repetitions were counted" test "$(last \
	.transcript.from_initiator.retransmits)" -ge 2
check_equal "and no answer seen" 0 "$(last .transcript.from_responder.messages)"
