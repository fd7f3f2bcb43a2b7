#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Keys and passwords are tried one after the other, with PSK and with EAP:
# whoever does it is blocked within as many suspected failures as are
# configured.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
topo_flood
addr "$LEFT" eth0 192.0.2.101/24 192.0.2.102/24 192.0.2.103/24
swan_start "$LEFT" left retransmit_tries=0 retransmit_timeout=3
swan_start "$GW" gw
swan_psk left "a wrong guess" 192.0.2.101
swan_psk left "$IKE_PSK" 192.0.2.2
swan_psk left "$IKE_PSK" 192.0.2.103
swan_psk gw
swan_load left <<-CONF
secrets { eap-bob { id = bob.example
	secret = "a wrong guess" } }
CONF
swan_load gw <<-CONF
secrets { eap-bob { id = bob.example
	secret = "something both know" } }
CONF
# client CONN ADDRESS [LINE...]
client()
{
	local conn=$1 from=$2

	shift 2
	swan_pair left gw "$conn" "$from" 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 mobike=no "$@"
}
client psk 192.0.2.101 a:local:auth=psk "a:local:id=192.0.2.101" a:remote:auth=psk b:local:auth=psk
client eap 192.0.2.102 local:auth=eap-md5 local:eap_id=bob.example \
	local:id=bob.example
client good 192.0.2.103

swan_apply
# A failure weighs 3: the fourth is one too many.
configure block-offences 12 mode enforce
up_now()
{
	swan left initiate --child "$1" --timeout 10 > "$TEST_TMP/initiate"
}

# brute CONN ADDRESS: how many attempts until it is blocked
brute()
{
	local tries=0

	while [ $tries -lt 8 ] && ! blocked "$2/32" > "$TEST_TMP/out"; do
		! up_now "$1" || return
		tries=$((tries + 1))
	done
	diag "$1: $tries attempts, $(offences "$2/32") offences"
	check "$1: each attempt failed for authentication" test "$(grep -c \
		'AUTHENTICATION_FAILED\|AUTH_FAILED\|EAP_FAILURE\|EAP/FAIL' \
		"$TEST_TMP/left/log")" -ge "$tries"
	check "$1: blocked" blocked "$2/32"
	check "$1: by the fourth or fifth failure" test "$tries" -ge 4 -a \
		"$tries" -le 5
}
brute psk 192.0.2.101
check "a better guess comes too late" not up_now psk
brute eap 192.0.2.102
check "who knows the key connects" up_now good
check "and is not blocked" not blocked 192.0.2.103/32
