#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our own trouble is not theirs: the daemon stalls, every authentication fails,
# RADIUS never answers, our certificate has expired; the last two with real
# daemons at both ends. Hundreds of honest peers, or a dozen real ones, try again
# and again: nobody is blocked, and the alarm says why.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
checktool "type socat"
checktool "type pki" pki
topo_flood
CLIENTS=12
RETRY=$(seq -f "c%g" $CLIENTS)
# anew [KEY VALUE...]: nothing is remembered
anew()
{
	configure mode off
	configure cookie passthrough timeout-authenticating 4s mode enforce "$@"
	BLOCKS=$(count blocks)
}
# Nor was anybody.
none_blocked()
{
	[ "$(count blocks)" = "$BLOCKS" ] && ikemonctl -n "$GW" -j block show |
		jq -e '.blocks == []'
}
# Each asks once more, whatever became of what it asked before.
again()
{
	local c

	for c in $RETRY; do
		swan left initiate --child "$c" --timeout -1
	done > "$TEST_TMP/out"
}

# ---- the daemon waits and says nothing: no IKE_AUTH is answered
anew
respond -l 0
peers silent 10.3.0.1 6 -A -T 3
check_soon "stalled: the alarm is raised" alarm mass-failure
wait $PEERS
check_equal "stalled: all had an answer to the first message" 300 \
	"$(said silent answered)"
check_equal "stalled: none to IKE_AUTH" 0 "$(said silent authenticated)"
check "stalled: nobody is blocked" none_blocked

# ---- every IKE_AUTH is refused, and more often than one is forgiven: first to
# those behind one address, when it may well be them, then to everybody
anew block-lambda 10
respond -l 48
peers behind 10.6.0.1 90 -A -n 100 -b 100 -R 200
BEHIND=$PEERS
check_soon "behind: so many failures of one address block it" \
	blocked 10.6.0.1/32
check_soon "behind: and what comes from there is dropped" \
	above 0 count dropped_blocked
check_not "behind: one source alone is no alarm" alarm mass-failure
peers refused 10.4.0.1 40 -A -n 200 -R 12
check_soon "refused: the alarm is raised" alarm mass-failure
check_soon "refused: the blocks from before are taken back" \
	not blocked 10.6.0.1/32
before=$(count dropped_blocked)
BLOCKS=$(count blocks)
failures=$(count offences_auth_failed_suspected)
check_soon "refused: more failures are suspected" \
	above $((failures + 300)) count offences_auth_failed_suspected
wait $PEERS
check "refused: each was refused again and again" \
	test "$(said refused refused)" -ge 2000
check_equal "refused: nothing more was dropped for a block" "$before" \
	"$(count dropped_blocked)"
check "refused: nobody is blocked" none_blocked
respond
wait $BEHIND
check "mended: all that were blocked connect" all_of behind
honest mended 10.4.0.1 -n 300 -b 50 -A -T 8
check "mended: so do all the others, at once" all_of mended
check "mended: nobody was blocked" none_blocked
stop_bg "$RESPONDER"

# ---- the same with real daemons: RADIUS never answers
bg radius ip netns exec "$GW" socat -u UDP4-RECV:1812 OPEN:/dev/null
SWAN_PLUGINS+=" eap-radius"
CLIENT_LINES=(local:auth=eap-md5 local:eap_id=bob.example local:id=bob.example)
GATEWAY_LINES=(remote:auth=eap-radius remote:eap_id=%any unique=never)
clients_setup $CLIENTS plugins.eap-radius.server=127.0.0.1 \
	plugins.eap-radius.secret=shared \
	plugins.eap-radius.retransmit_timeout=1 \
	plugins.eap-radius.retransmit_tries=2
swan_load left <<-CONF
secrets { eap-bob { id = bob.example
	secret = "something RADIUS would know" } }
CONF
# The second failure of one peer would block it.
anew block-offences 6
clients_begin
peers radius 10.5.0.1 8 -A -T 3 -b 0
check_soon "RADIUS stalls: it is asked" grep -q \
	'sending RADIUS Access-Request' "$TEST_TMP/gw/log"
check_soon "RADIUS stalls: and says nothing" grep -q \
	'RADIUS Access-Request timed out' "$TEST_TMP/gw/log"
again
wait $PEERS
diag "$(jq -c . "$TEST_TMP/radius")"
check "RADIUS stalls: of hundreds more none gets through" \
	test "$(said radius authenticated)" = 0
check_soon "RADIUS stalls: the alarm is raised" alarm mass-failure
check "RADIUS stalls: nobody is blocked" none_blocked
check_equal "RADIUS stalls: nobody got through" 0 "$(clients_times | wc -l)"
lab_stop gw
lab_stop left
rm -rf "${TEST_TMP:?}"/{gw,left}

# ---- our certificate has expired
mkdir -p "$TEST_TMP"/{gw,left}
make_certificates left gw 2> "$TEST_TMP/out"
own=$TEST_TMP/gw/swanctl
pki --pub --in "$own/private/own.key" 2> /dev/null | pki --issue \
	--cacert "$TEST_TMP/pki/ca.crt" --cakey "$TEST_TMP/pki/ca.key" \
	--san gw.example --dn CN=gw.example \
	--not-before '01.01.20 00:00:00' --not-after '01.01.21 00:00:00' \
	> "$own/x509/own.crt" 2> "$TEST_TMP/out"
CLIENT_LINES=(remote:auth=pubkey remote:id=gw.example)
GATEWAY_LINES=(local:auth=pubkey local:id=gw.example local:certs=own.crt
	unique=never)
clients_setup $CLIENTS
anew block-offences 6
clients_begin
refused_by_all()
{
	[ "$(grep -c 'no trusted RSA public key found for .gw.example.' \
		"$TEST_TMP/left/log")" -ge "$1" ]
}
check "expired: all clients refuse the gateway" slowwait 60 \
	refused_by_all $CLIENTS
check_equal "expired: because of the date" 1 "$(grep -m 1 -c \
	'certificate invalid (valid from' "$TEST_TMP/left/log")"
again
check "expired: again when they try again" slowwait 60 \
	refused_by_all $((2 * CLIENTS))
check_soon "expired: the alarm is raised" alarm mass-failure
check "expired: nobody is blocked" none_blocked
