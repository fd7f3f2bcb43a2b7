#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# IKEv1: Main and Aggressive Mode, XAuth, Quick Mode; what the audit says of a
# weak peer; and what the daemon does not answer.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_direct
swan_start "$LEFT" left
swan_start "$GW" gw i_dont_care_about_security_and_use_aggressive_mode_psk=yes
pair()
{
	local conn=$1

	shift
	swan_pair left gw "$conn" 192.0.2.1 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 version=1 "$@"
}
swan_psk left
swan_psk gw
pair main
pair aggressive aggressive=yes
pair xauth
for name in left gw; do
	swan_load $name <<-CONF
	secrets { xauth-alice { id = alice.example
		secret = "something alice knows" } }
	CONF
done
# A second round of authentication, the client's only.
swan_load left <<-CONF
connections { xauth { local-2 {
	auth = xauth
	xauth_id = alice.example
} } }
CONF
swan_load gw <<-CONF
connections { xauth { remote-2 { auth = xauth } } }
CONF
watch "$GW"
watch "$LEFT"
record "$GW"

# mode CONN FIRST-EXCHANGE
mode()
{
	local conn=$1 spi me

	check "$conn: tunnel comes up" swan_up left "$conn"
	check_agree "$GW" gw "$conn: gateway's table agrees with the daemon"
	check_agree "$LEFT" left "$conn: initiator's table agrees with its"
	spi=$(truth_sas gw | cut -d' ' -f1)
	me=".spi_i == \"$spi\""
	check_equal "$conn: Quick Mode, or its SA, shows that it is up" \
		"1 Quick established" \
		"$(ikemon_get "$GW" "$me" '"\(.version) \(.exchange) \(.state)"' |
		sed 's/ Mode//')"
	check "$conn: traffic passes through it" \
		ping_through "$LEFT" 198.51.100.1 203.0.113.1
	check_equal "$conn: group and hash as in the proposal" "$2" \
		"$(ikemon_get "$GW" "$me" \
		'.suite | "\(.key_bits) \(.ke) \(.integ)"')"
	check_soon "$conn: and went through all states" went "$me" \
		"new half-open authenticating established"
	swan left terminate --ike "$conn" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle gw
}
suite="128 2048-bit MODP SHA2-256"
mode main "$suite"
mode aggressive "$suite"
mode xauth "$suite"
check "XAuth was asked for and passed" \
	grep -q 'XAuth authentication of .alice.example. successful' \
	"$TEST_TMP/gw/log"
check_equal "three negotiations, three sessions" 3 "$(ikemon_count "$GW" true)"
check_equal "none failed" 0 "$(ikemon_count "$GW" '.state == "failed"')"

# ---- audit: a weak peer, a strong one, SAs by hand

addr "$LEFT" eth0 192.0.2.11/24
addr "$GW" eth0 192.0.2.12/24
addr "$LEFT" eth0 192.0.2.13/24
addr "$GW" eth0 192.0.2.14/24
swan_pair left gw weak 192.0.2.11 192.0.2.12 198.51.100.1/32 203.0.113.1/32 \
	version=1 aggressive=yes proposals=3des-md5-modp1024 \
	child:esp_proposals=3des-md5
swan_pair left gw strong 192.0.2.13 192.0.2.14 198.51.100.1/32 203.0.113.1/32 \
	version=2

# audit [WORD...]: what is found, each once
audit()
{
	ikemonctl -n "$GW" -j audit "$@" | jq -r \
		'.findings[] | "\(.severity) \(.finding) \(.how) \(.algorithm)"' |
		LC_ALL=C sort -u
}

by_hand()
{
	ip -n "$GW" xfrm state add src 192.0.2.15 dst 192.0.2.14 proto "$1" \
		spi "$2" mode transport "${@:3}"
}

check "audit: a weak tunnel comes up" swan_up left weak
check_agree "$GW" gw "audit: the gateway's table has it"
check_equal "audit: what is wrong with it" \
	"weak 3des chosen 3DES-CBC
weak 3des used cbc(des3_ede)
weak aggressive-psk chosen pre-shared key
weak modp1024 chosen 1024-bit MODP
withdrawn ikev1 chosen null
withdrawn md5 chosen MD5
withdrawn md5 used hmac(md5)" "$(audit prefix 192.0.2.11)"
id=$(ikemon_get "$GW" '.initiator.addr == "192.0.2.11"' .id)
tied()
{
	[ "$(audit session "$id")" = "$(audit prefix 192.0.2.11/32)" ]
}
check_soon "audit: the session finds the same" tied
check_equal "audit: an SA is named by SPI, peer and session" \
	"$(ip -n "$GW" xfrm state list src 192.0.2.11 |
		sed -n 's/.*spi 0x\([0-9a-f]*\).*/\1/p') 192.0.2.11 $id" \
	"$(ikemonctl -n "$GW" -j audit session "$id" | jq -r '.findings[] |
		select(.finding == "md5" and .direction == "in") |
		"\(.spi) \(.peer.addr) \(.session)"')"
check "audit: a strong one comes up" swan_up left strong
check_agree "$GW" gw "audit: the gateway's table has that as well"
check_equal "audit: it lacks only what hardly anybody has yet" \
	"info no-pq chosen 2048-bit MODP" "$(audit prefix 192.0.2.13)"
check_equal "audit: it is not among the weak" "" \
	"$(audit prefix 192.0.2.13 severity weak)"
check "audit: SAs by hand" eval '
	by_hand esp 0xd1 enc "cbc(des)" 0x0123456789abcdef &&
	by_hand esp 0xd2 enc "ecb(cipher_null)" "" \
		auth "hmac(sha1)" 0x000102030405060708090a0b0c0d0e0f10111213 &&
	by_hand ah 0xd3 auth "hmac(md5)" 0x000102030405060708090a0b0c0d0e0f'
by_hand_found()
{
	[ "$(audit prefix 192.0.2.15)" = "info null used ecb(cipher_null)
weak sha1 used hmac(sha1)
withdrawn des used cbc(des)
withdrawn md5 used hmac(md5)
withdrawn no-auth used cbc(des)" ]
}
check_soon "audit: what is wrong with them" by_hand_found
ikemonctl -n "$GW" audit > "$TEST_TMP/audit"
check_equal "audit: as a table, with status 0" "0 1 1" "$? $(
	grep -c '^withdrawn  *md5  *chosen  *[0-9]* .*192\.0\.2\.11.* MD5$' \
		"$TEST_TMP/audit") $(grep -c '^not visible: pfs, .*Quick Mode' \
		"$TEST_TMP/audit")"
swan left terminate --ike weak > /dev/null
swan left terminate --ike strong > /dev/null

# Somebody tries a mode or suite that is not served.
watch "$GW" timeout-new 1s timeout-half-open 1s
swan_pair left gw nothing 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	version=1 a:proposals=aes256-sha384-ecp384,3des-md5-modp768
check_not "without a common proposal nothing comes up" swan_up left nothing
check_soon "the session failed by an error notify" ikemon_has "$GW" \
	'.state == "failed" and .reason == "error-notify" and
	 (.notify | index("NO-PROPOSAL-CHOSEN") != null)'
id=$(ikemon_get "$GW" '.state == "failed"' .id | tail -n 1)
check_equal "audit: what it offered, also behind its first proposal" \
	"weak 3des offered null
withdrawn ikev1 offered null
withdrawn md5 offered null
withdrawn modp768 offered null" "$(audit session "$id")"
