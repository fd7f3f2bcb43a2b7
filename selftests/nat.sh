#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Clients behind a masquerading NAT gateway: the float from port 500 to 4500,
# ESP in UDP, keepalives, a mapping that changes, two clients behind one
# address, and a client that moves by MOBIKE.
#
#	client 198.51.100.10  --+
#	                        +-- natbox 192.0.2.1 ---- 192.0.2.2 gw
#	client 198.51.100.130 --+                            (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/sa_lib.sh"

need_lab
topo_nat
addr "$CLIENT" lo 198.51.100.201/32
addr "$CLIENT2" lo 198.51.100.202/32
swan_start "$CLIENT" one keep_alive=1s
swan_start "$CLIENT2" two keep_alive=1s
swan_start "$GW" gw
for name in one two gw; do
	swan_psk $name
done
swan_conn one %any 192.0.2.2 198.51.100.201/32 203.0.113.1/32 \
	local:auth=psk local:id=one.example | swan_load one
swan_conn two %any 192.0.2.2 198.51.100.202/32 203.0.113.1/32 \
	local:auth=psk local:id=two.example | swan_load two
swan_conn any 192.0.2.2 %any 203.0.113.1/32 198.51.100.0/24 |
	swan_load gw
watch "$GW"
record "$GW"

check "tunnel comes up through the NAT" swan_up one one
check "traffic passes through it" \
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
check_agree "$GW" gw "the table agrees with the daemon"
spi=$(truth_sas gw | cut -d' ' -f1)
me=".spi_i == \"$spi\""
check_equal "it went to the NAT-T port" "true udp-encap 4500" "$(ikemon_get \
	"$GW" "$me" '"\(.nat) \(.encap) \(.responder.port)"')"
check "ESP in UDP was seen" counter_above "$GW" packets_esp_in_udp 3
check "plain ESP was not" test "$(ikemon_counter "$GW" packets_esp)" = 0
keepalives=$(ikemon_counter "$GW" packets_keepalive)
check_soon "keepalives are counted" \
	counter_above "$GW" packets_keepalive "$keepalives"

# The NAT box forgets its mappings and takes other ports from now on.
nse "$NATBOX" nft -f - <<-RULES
	flush table ip nat
	table ip nat {
		chain post {
			oifname "wan" udp dport 4500 masquerade to :20000-20999
			oifname "wan" masquerade
		}
	}
RULES
port=$(ikemon_get "$GW" "$me" .initiator.port)
nse "$NATBOX" conntrack -F 2> /dev/null
moved()
{
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
	swan one rekey --child one
	truth_sas gw | grep "$spi" | awk '{ exit !($6 >= 20000) }'
}
check_soon "the daemon follows a new mapping" moved
check "which has another port" test "$port" -lt 20000
check_agree "$GW" gw "the table follows as well"
check "the move was counted" counter_above "$GW" sessions_moved 0
check "and told" jq -e -s --arg spi "$spi" 'any(.[]; .event == "moved" and
	.session.spi_i == $spi)' "$TEST_TMP/events"

check "a second client comes up behind the same address" swan_up two two
check "traffic passes" ping_through "$CLIENT2" 198.51.100.202 203.0.113.1
check_agree "$GW" gw "both are in the table as the daemon has them"
check_sas "$GW" gw 4 "so are the SAs of both, each tied to its own"
check_equal "two sessions of one source" "192.0.2.1/32 2" "$(ikemonctl \
	-n "$GW" -j source show | jq -r '.sources[] | "\(.prefix) \(.sessions)"')"

# The first client gets another address, and MOBIKE takes the SA along.
ip -n "$CLIENT" addr del 198.51.100.10/25 dev eth0
addr "$CLIENT" eth0 198.51.100.20/25
ip -n "$CLIENT" route replace default via 198.51.100.1
mobike()
{
	swan one list-sas --raw | grep -q local-host=198.51.100.20
}
check_soon "MOBIKE moves the client" mobike
check_agree "$GW" gw "the table agrees with the daemon"
check_equal "nothing failed, nothing closed" 0 "$(ikemon_count "$GW" \
	'.state == "failed" or .state == "closed"')"
