#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# strongSwan and Libreswan, either of them first, IKEv2 and IKEv1; Libreswan
# with its cookies on.
#
#	left 192.0.2.1 (strongSwan) ---- 192.0.2.2 gw (Libreswan, nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/sa_lib.sh"

need_lab
[ -x "$LSW/pluto" ] || skip_all "Libreswan is not unpacked: make deps"
topo_direct
swan_start "$LEFT" left
lsw_start "$GW" gw
swan_psk left
for version in 2 1; do
	swan_conn "v$version" 192.0.2.1 192.0.2.2 198.51.100.1/32 \
		203.0.113.1/32 mobike=no dpd_delay=1s "version=$version" | swan_load left
done
# Its group is not the first that strongSwan tries.
swan_conn group 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 mobike=no \
	dpd_delay=1s proposals=aes128-sha256-ecp256-modp2048 | swan_load left
lsw_conn()
{
	lsw_load gw "v$1" <<-CONF
	left=192.0.2.2
	right=192.0.2.1
	leftsubnet=203.0.113.1/32
	rightsubnet=198.51.100.1/32
	authby=secret
	pfs=no
	ikev2=$2
	ike=aes128-sha2_256;modp2048
	esp=aes128-sha2_256
	auto=add
	CONF
}
watch "$GW"
record "$GW"

# look WHO VERSION: the tunnel is up, begun by WHO
look()
{
	local spi

	check_soon "$1, IKEv$2: Libreswan has it" lsw_child gw
	check "$1, IKEv$2: traffic passes" \
		ping_through "$LEFT" 198.51.100.1 203.0.113.1
	check_agree "$GW" left "$1, IKEv$2: the table agrees with strongSwan"
	spi=$(truth_sas left | cut -d' ' -f1)
	check_equal "$1, IKEv$2: role of the gateway" "$3" \
		"$(ikemon_get "$GW" ".spi_i == \"$spi\"" .local_role)"
	check_sas "$GW" gw 2 "$1, IKEv$2: SAs agree with Libreswan and xfrm"
	check_equal "$1, IKEv$2: and are all of the session" 2 \
		"$(ikemon_get "$GW" ".spi_i == \"$spi\"" .sas)"
}
gone()
{
	swan left terminate --ike "v$1" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" not lsw_child gw
}

lsw_conn 2 insist
check "strongSwan to Libreswan, IKEv2" swan_up left v2
look "from strongSwan" 2 responder
gone 2

check "with cookies required" lsw gw --ddos-busy
check "strongSwan to Libreswan again" swan_up left v2
check "a cookie was asked for" grep -q 'N(COOKIE)' "$TEST_TMP/left/initiate"
look "after a cookie" 2 responder
check_soon "it was challenged on its way" went \
	".spi_i == \"$(truth_sas left | cut -d' ' -f1)\"" \
	"new challenged half-open authenticating established"
gone 2
check "another group comes up too" swan_up left group
check "at the second try" grep -q 'N(INVAL_KE)' "$TEST_TMP/left/initiate"
check_agree "$GW" left "another group: the table agrees with strongSwan"
swan left terminate --ike group > "$TEST_TMP/out"
busywait "$IKEMON_WAIT" not lsw_child gw
check "cookies off" lsw gw --ddos-unlimited

check "Libreswan to strongSwan, IKEv2" lsw_up gw v2
look "from Libreswan" 2 initiator
check "its IKE SA is rekeyed" lsw gw --rekey-ike --name v2
# Whichever end speaks next under the new SPIs shows them.
swan left rekey --child v2 > "$TEST_TMP/out"
check_agree "$GW" left "the new one is in the table"
check_sas "$GW" gw 2 "its SAs agree, and are of the new one"
check_soon "the old one is closed" ikemon_has "$GW" \
	'.state == "closed" and .reason == "rekeyed"'
lsw gw --delete --name v2 > "$TEST_TMP/out"
busywait "$IKEMON_WAIT" swan_idle left

lsw_conn 1 no
check "strongSwan to Libreswan, IKEv1" swan_up left v1
look "from strongSwan" 1 responder
gone 1
check "Libreswan to strongSwan, IKEv1" lsw_up gw v1
look "from Libreswan" 1 initiator
check_equal "none of them failed" 0 "$(ikemon_count "$GW" '.state == "failed"')"
