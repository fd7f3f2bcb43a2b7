#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What SAs carry and what became of them: the first packet, a way that is cut,
# a NAT that forgets, a child that is refused, a key that is wrong.
#
#	client 198.51.100.10  --+
#	                        +-- natbox 192.0.2.1 ---- 192.0.2.2 gw
#	client 198.51.100.130 --+                            (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab

# heard CONDITION: there was such an event
heard()
{
	jq -e -s "any(.[]; $1)" "$TEST_TMP/events" > /dev/null
}

# sa_has CONDITION
sa_has()
{
	ikemonctl -n "$GW" -j sa show | jq -e "any(.sas[]; $1)" > /dev/null
}

# spi_of DIRECTION: of the newest SA of the session
spi_of()
{
	ikemonctl -n "$GW" -j sa show session "$session" | jq -r \
		"[.sas[] | select(.direction == \"$1\")] | max_by(.id).spi"
}

# nat RULE: what the box does to what goes to port 4500
nat()
{
	nse "$NATBOX" nft -f - <<-RULES
	flush table ip nat
	table ip nat {
		chain post {
			oifname "wan" udp dport 4500 $1
			oifname "wan" masquerade
		}
	}
	RULES
}

topo_nat
addr "$CLIENT" lo 198.51.100.201/32
addr "$CLIENT2" lo 198.51.100.202/32
swan_start "$CLIENT" one keep_alive=1s
swan_start "$CLIENT2" two
swan_start "$GW" gw
for name in one two; do
	swan_psk $name
	swan_psk gw "$IKE_PSK" $name.example
done
swan_psk gw "another key" wrong.example
swan_conn one %any 192.0.2.2 198.51.100.201/32 203.0.113.1/32 \
	local:auth=psk local:id=one.example | swan_load one
# The gateway has no such network.
swan_conn two %any 192.0.2.2 198.51.100.202/32 203.0.113.77/32 \
	local:auth=psk local:id=two.example dpd_delay=1s | swan_load two
swan_load two <<-CONF
	connections { two { children { good {
		local_ts = 198.51.100.202/32
		remote_ts = 203.0.113.1/32
		esp_proposals = $IKE_ESP
	} } } }
CONF
swan_conn wrong %any 192.0.2.2 198.51.100.202/32 203.0.113.1/32 \
	local:auth=psk local:id=wrong.example | swan_load two
swan_conn any 192.0.2.2 %any 203.0.113.1/32 198.51.100.0/24 |
	swan_load gw
watch "$GW" one-way-after 3s
record "$GW"

check "tunnel comes up" swan_up one one
check_soon "its child is up" ikemon_has "$GW" '.sas == 2 and .child == "up"'
session=$(ikemon_get "$GW" '.sas == 2' .id)
[ "$session" ] || fail "the tunnel has a session"
check "an SA that carried nothing says so" sa_has \
	'.packets == 0 and .first_after == null and (.idle | type) == "number"'

# These take their time.
check_not "a child is refused" swan_up two two
two=$(ikemon_get "$GW" ".id != $session" .id)
check_not "a wrong key is as well" swan_up two wrong

# ---- the first packet

bg ping ip netns exec "$GW" ping -q -i 0.1 -I 203.0.113.1 198.51.100.201
ping_pid=$BG_PID
for way in in out; do
	check_soon "the first packet $way is told" heard \
		".event == \"first-packet\" and .sa.session == $session and
		 .sa.direction == \"$way\" and .sa.first_after >= 0"
done
check "the session shows it" jq -e '(.sa | length) == 2 and
	all(.sa[]; .first_after >= 0 and .idle >= 0 and .silent == null)' \
	<<< "$(ikemon_get "$GW" ".id == $session" .)"
check "in words too" grep -q 'SA  *esp .* used first after .* idle for' \
	<<< "$(ikemonctl -n "$GW" -s session show id "$session")"

# ---- a rekey is not silence

old=$(spi_of in)
check "child SA is rekeyed, with traffic" swan one rekey --child one
rekeyed()
{
	[ "$(spi_of in)" != "$old" ] && sa_has ".spi == \"$(spi_of in)\" and
		.direction == \"in\" and .packets > 70"
}
check_soon "traffic goes on with the new one" rekeyed
check_not "nothing was one-way meanwhile" heard '.event == "one-way"'

# ---- cut

# ESP in UDP alone; behind UDP's header IKE has four octets of zero.
nse "$NATBOX" nft -f - <<-RULES
	table ip cut {
		chain forward {
			type filter hook forward priority 0;
			oifname "wan" udp dport 4500 @th,64,32 != 0 drop
		}
	}
RULES
spi=$(spi_of in)
one_way=".event == \"one-way\" and .sa.session == $session and
	.sa.spi == \"$spi\" and .sa.direction == \"in\" and .sa.silent >= 3"
check_soon "nothing comes any more: one-way" heard "$one_way"
check "the SA shows it" sa_has ".spi == \"$spi\" and .silent >= 3"
check "the session too" grep -q ', one-way' \
	<<< "$(ikemonctl -n "$GW" -s session show id "$session")"
nse "$NATBOX" nft delete table ip cut
check_soon "and it goes both ways again" heard \
	".event == \"both-ways\" and .sa.spi == \"$spi\""
check_not "which the SA shows" sa_has '.silent != null'
check_equal "it was said once" 1 \
	"$(jq -s 'map(select(.event == "one-way")) | length' "$TEST_TMP/events")"

# ---- another mapping

port=$(ikemon_get "$GW" ".id == $session" .initiator.port)
nat 'masquerade to :20000-20999'
nse "$NATBOX" conntrack -F 2> /dev/null
mapped()
{
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
	heard ".event == \"nat-mapping\" and .sa.session == $session and
		.sa.spi == \"$spi\" and .old_peer.addr == \"192.0.2.1\" and
		.old_peer.port == $port and .sa.encap_sport >= 20000"
}
check_soon "the SA's new mapping is told, and the old one" mapped
check_soon "that of the other way too" heard ".event == \"nat-mapping\" and
	.sa.direction == \"out\" and .old_peer.port == $port and
	.sa.encap_dport >= 20000"
check_not "it is not told that it was added" heard \
	".event == \"added\" and .sa.spi == \"$spi\" and .sa.encap_sport >= 20000"
moved()
{
	swan one rekey --child one > /dev/null
	heard ".event == \"moved\" and .session.id == $session and
		.old_peer.port == $port and .session.initiator.port >= 20000"
}
check_soon "the session's as well" moved
check_soon "the SAs are still its own" sa_has \
	".session == $session and .encap_sport >= 20000"
stop_bg "$ping_pid"

# ---- no SA came of it

check_soon "IKE is up and no SA came of it" ikemon_has "$GW" \
	".id == $two and .state == \"established\" and .child == \"missing\""
check "which is told" heard ".event == \"child\" and .session.id == $two and
	.session.child == \"missing\""
check_equal "of nobody else" up \
	"$(ikemon_get "$GW" ".id == $session" .child)"
check "an SA comes" swan two initiate --child good --timeout 60
check_soon "it is up" heard ".event == \"child\" and .session.id == $two and
	.session.child == \"up\""
check_soon "a failure of authentication has no SA either" ikemon_has "$GW" \
	'.reason == "auth-failed-suspected" and .child == "missing" and
	 (.flags | index("no-sa") != null)'
