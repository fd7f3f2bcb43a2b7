#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our own trouble is not theirs: the RADIUS server stalls, every
# authentication fails because our certificate has expired. Hundreds of honest
# peers try again and again: nobody is blocked, and the alarm says why.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type crowd"
topo_flood
configure cookie passthrough mode enforce

# The daemon waits for RADIUS: no IKE_AUTH is answered.
respond -l 0
peers radius 10.3.0.1 6 -A -T 3
wait $PEERS
check_equal "radius: all had an answer to the first message" 300 \
	"$(said radius answered)"
check_equal "radius: none to IKE_AUTH" 0 "$(said radius authenticated)"
check "radius: nobody is blocked" nobody_blocked

# Every IKE_AUTH is refused in a few octets, more often than one is forgiven.
respond -l 48
peers expired 10.4.0.1 14 -A
check_soon "expired: failures are suspected" \
	above 300 count offences_auth_failed_suspected
check_soon "expired: the alarm is raised" alarm mass-failure
wait $PEERS
check "expired: each was refused again and again" \
	test "$(said expired refused)" -ge 3000
check_equal "expired: nobody is blocked" 0 \
	"$(ikemonctl -n "$GW" -j block show | jq '.blocks | length')"
respond
honest mended 10.4.0.1 -n 300 -b 50 -A -T 8
check "mended: all of them connect at once" all_of mended
