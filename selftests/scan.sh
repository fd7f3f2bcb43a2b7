#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A scanner looks for the gateway: ike-scan with IKEv1 Main and Aggressive
# Mode and IKEv2, against a real daemon and against nobody.
#
#	left 192.0.2.1 (ike-scan) ---- 192.0.2.2 gw (strongSwan, nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type ike-scan" ike-scan
topo_direct
swan_start "$GW" gw
swan_psk gw
swan_conn any 192.0.2.2 %any 203.0.113.1/32 198.51.100.0/24 | swan_load gw
watch "$GW" timeout-half-open 2s timeout-new 2s
scan()
{
	nse "$LEFT" ike-scan --retry=2 --timeout=1000 "$@" 192.0.2.2 \
		> "$TEST_TMP/scan" 2>&1
	cat "$TEST_TMP/scan"
	grep -q '^Ending ike-scan' "$TEST_TMP/scan"
}

check "a scan with IKEv1" scan
check_equal "it is one negotiation of version 1" 1 \
	"$(ikemon_count "$GW" '.version == 1')"
check "the daemon's answer is in the scan" \
	grep -q 'Handshake\|Notify' "$TEST_TMP/scan"
check "a scan with IKEv2" scan --ikev2
check_equal "it is one negotiation of version 2" 1 \
	"$(ikemon_count "$GW" '.version == 2')"
check_equal "one source did it all" "192.0.2.1/32 2" "$(ikemonctl -n "$GW" \
	-j source show | jq -r '.sources[] | "\(.prefix) \(.negotiations)"')"
check_soon "nothing of it comes to an end" \
	ikemon_only "$GW" '.state == "failed"'

lab_stop gw
ikemonctl -n "$GW" session flush all > "$TEST_TMP/out"
check "a scan of a gateway without a daemon" scan --aggressive --id=nobody
check_soon "failed for want of an answer" ikemon_only "$GW" \
	'.state == "failed" and .reason == "no-answer"'
