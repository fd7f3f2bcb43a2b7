#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# IKE on other ports: the gateway's daemon listens on 1500 and 4600, ports 88
# and 4500 of the gateway are mapped to them, and the client knows only those.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_direct
swan_start "$LEFT" left
swan_start "$GW" gw port=1500 port_nat_t=4600
swan_psk left
swan_psk gw
swan_pair left gw other 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	mobike=no a:dpd_delay=1s a:remote_port=1500 b:local_port=1500
swan_pair left gw mapped 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	mobike=no a:dpd_delay=1s a:remote_port=88 b:local_port=1500
watch "$GW"

up()
{
	swan_up left "$1" && ping_through "$LEFT" 198.51.100.1 203.0.113.1
}
down()
{
	swan left terminate --ike "$1" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle gw
}

check "tunnel comes up to port 1500" up other
check_equal "which nobody watches yet" 0 "$(ikemon_count "$GW" true)"
down other
check "port 1500 is added" ikemonctl -n "$GW" port add 1500 ike
check "port 4600 is added" ikemonctl -n "$GW" port add 4600 natt
check "tunnel comes up to port 1500" up other
check_agree "$GW" gw "the table agrees with the daemon"
down other

# Outside it is port 88; the hook, before NAT, sees that one. The client finds
# that there is a NAT and floats.
nse "$GW" nft -f - <<-RULES
	table ip nat {
		chain pre {
			type nat hook prerouting priority -100;
			udp dport 88 redirect to :1500
			udp dport 4500 redirect to :4600
		}
	}
RULES
check "port 88 is added" ikemonctl -n "$GW" port add 88 ike
check "tunnel comes up to port 88" up mapped
spi=$(truth_sas gw | cut -d' ' -f1)
check_soon "the session is established" ikemon_has "$GW" \
	".spi_i == \"$spi\" and .state == \"established\""
check_equal "there is one for each negotiation" 2 "$(ikemon_count "$GW" true)"
down mapped
check "port 1500 is deleted" ikemonctl -n "$GW" port del 1500
check "port 88 is deleted" ikemonctl -n "$GW" port del 88
check "tunnel comes up" up other
check_equal "and is not seen" 2 "$(ikemon_count "$GW" true)"
down other
