#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# strongSwan and OpenIKED, either of them first, over IPv4 and IPv6.
#
#	left .1 (strongSwan) ---- .2 gw (OpenIKED, nf_ikemon)
#	    192.0.2.0/24, 2001:db8::/64

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/iked_lib.sh"

need_lab
need_iked
topo_direct
ip -n "$LEFT" route add default via 2001:db8::2
ip -n "$GW" route add default via 2001:db8::1
swan_start "$LEFT" left
swan_psk left
swan_pair4()
{
	swan_conn "$1" 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
		mobike=no dpd_delay=1s "${@:2}" | swan_load left
}
swan_pair4 v4
# Its group is not the first that strongSwan tries, nor that OpenIKED does.
swan_pair4 group proposals=aes128-sha256-ecp256-modp2048
swan_conn v6 2001:db8::1 2001:db8::2 2001:db8:1::1/128 2001:db8:2::1/128 \
	mobike=no dpd_delay=1s | swan_load left
policies()
{
	iked_conn v4 192.0.2.2 192.0.2.1 203.0.113.1/32 198.51.100.1/32 "$@"
	iked_conn v6 2001:db8::2 2001:db8::1 2001:db8:2::1/128 \
		2001:db8:1::1/128
}
iked_start "$GW" gw < <(policies)
watch "$GW"
record "$GW"

# look FROM ROLE SOURCE DESTINATION: the tunnel is up, begun by FROM
look()
{
	local spi

	check_soon "$1: OpenIKED has it" iked_established gw
	check_equal "$1: both daemons mean the same" \
		"$(truth_sas left)" "$(iked_truth gw)"
	check "$1: traffic passes" ping_through "$LEFT" "$3" "$4"
	check_agree "$GW" left "$1: the table agrees with strongSwan"
	spi=$(iked_truth gw | cut -d' ' -f1)
	check_equal "$1: role of the gateway" "$2" \
		"$(ikemon_get "$GW" ".spi_i == \"$spi\"" .local_role)"
}
# down [FROM]: ended by strongSwan, or by OpenIKED
down()
{
	if [ "${1-}" = gw ]; then
		iked gw reset sa > "$TEST_TMP/out"
	else
		swan left terminate --ike "$1" > "$TEST_TMP/out"
	fi
	busywait "$IKEMON_WAIT" swan_idle left &&
		busywait "$IKEMON_WAIT" iked_idle gw
}

check "strongSwan to OpenIKED, IPv4" swan_up left v4
look "from strongSwan, IPv4" responder 198.51.100.1 203.0.113.1
check "strongSwan ends it" down v4
check "strongSwan to OpenIKED, IPv6" swan_up left v6
look "from strongSwan, IPv6" responder 2001:db8:1::1 2001:db8:2::1
check "OpenIKED ends it" down gw
check "another group comes up too" swan_up left group
check "at the second try" grep -q 'N(INVAL_KE)' "$TEST_TMP/left/initiate"
check_agree "$GW" left "another group: the table agrees with strongSwan"
down group

for v in 4 6; do
	policies | iked_load gw v$v
	case $v in
	4) look "from OpenIKED, IPv4" initiator 198.51.100.1 203.0.113.1 ;;
	6) look "from OpenIKED, IPv6" initiator 2001:db8:1::1 2001:db8:2::1 ;;
	esac
	policies | iked_load gw
	check "and ends it" down gw
done
check_equal "none of them failed" 0 "$(ikemon_count "$GW" '.state == "failed"')"
# It begins anew with the right one, and forgets the first.
swan_pair4 v4 proposals=aes128-sha256-modp2048
swan_apply
policies ecp256 modp2048 | iked_load gw v4
check_soon "OpenIKED finds the group" iked_established gw
check_agree "$GW" left "its second try is in the table"
