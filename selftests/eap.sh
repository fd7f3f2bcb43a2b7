#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# IKE_AUTH in more than one message: EAP with several rounds, certificates in
# RFC 7383 fragments, and the same in IP fragments, reassembled before
# nf_ikemon and not.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
checktool "type pki" pki
topo_direct
ip -n "$LEFT" link set eth0 mtu 1000
ip -n "$GW" link set eth0 mtu 1000
swan_start "$LEFT" left fragment_size=600
swan_start "$GW" gw fragment_size=600
swan_psk gw
swan_psk left
for name in left gw; do
	swan_load $name <<-CONF
	secrets { eap-1 { id1 = bob.example
		id2 = alice.example
		secret = "something both know" } }
	CONF
done
pair()
{
	local conn=$1

	shift
	swan_pair left gw "$conn" 192.0.2.1 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 mobike=no a:dpd_delay=1s "$@"
}

# A certificate and a signature are larger than the MTU here.
make_certificates left gw

eap=(local:auth=eap-md5 local:eap_id=bob.example local:id=bob.example)
pair eap "${eap[@]}"
# The gateway tells the two apart by the identity.
pair mschap local:auth=eap-mschapv2 local:eap_id=alice.example \
	local:id=alice.example
pair skf fragmentation=force "${CERT_LINES[@]}"
pair ipfrag fragmentation=no "${CERT_LINES[@]}"
watch "$GW"
record "$GW"

# up CONN: and seen as the daemon sees it; $me becomes its condition
up()
{
	check "$1: tunnel comes up" swan_up left "$1"
	check "$1: traffic passes" \
		ping_through "$LEFT" 198.51.100.1 203.0.113.1
	check_agree "$GW" gw "$1: the table agrees with the daemon"
	me=".spi_i == \"$(truth_sas gw | cut -d' ' -f1)\""
}
down()
{
	swan left terminate --ike "$1" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle gw
}
flow()
{
	ikemon_get "$GW" "$me" ".transcript.from_initiator.$1"
}

up eap
check "eap: several rounds of IKE_AUTH were seen" test "$(flow messages)" -ge 4
check_soon "eap: they are one state" went "$me" \
	"new half-open authenticating established"
down eap
up mschap
check "mschap: more rounds still" test "$(flow messages)" -ge 5
down mschap

up skf
sent=$(grep -c 'generating IKE_AUTH request 1 \[ EF(' "$TEST_TMP/left/log")
check "skf: the daemon fragmented" test "$sent" -ge 2
check_equal "skf: all fragments are counted" "$sent $sent" \
	"$(flow ike_fragments) $(flow ike_fragments_total)"
check_equal "skf: none is a retransmission" 0 "$(flow retransmits)"
check_equal "skf: no IP fragment" 0 "$(flow ip_fragments)"
down skf

# Without defragmentation the first fragment's header is all there is.
before=$(ikemon_counter "$GW" fragments_later)
up ipfrag
check "ipfrag: first fragments are counted" \
	counter_above "$GW" fragments_first 0
check "ipfrag: later ones too" counter_above "$GW" fragments_later "$before"
check "ipfrag: the session tells" test "$(flow ip_fragments)" -ge 1
check_equal "ipfrag: and has the flag" true \
	"$(ikemon_get "$GW" "$me" '.flags | index("ip-fragments") != null')"
down ipfrag

watch "$GW" defrag on
first=$(ikemon_counter "$GW" fragments_first)
up ipfrag
check_equal "defrag: no fragment reaches the hook" "$first" \
	"$(ikemon_counter "$GW" fragments_first)"
check "defrag: the session tells all the same" test "$(flow ip_fragments)" -ge 1
check "defrag: the whole message was seen" test "$(flow largest)" -gt 1000
down ipfrag
