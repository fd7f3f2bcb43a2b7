#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel's SAs as nf_ikemon has them, against the daemon's own list and ip
# xfrm: establish, rekey, delete, flush, on-demand policies, SAs by hand.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon, strongSwan)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/netlink_lib.sh"

need_lab
intr=$(helper dumpintr -shared -fPIC) || fail "dumpintr does not build"

# swan_spis NAME: SPI and way of every SA of the installed children
swan_spis()
{
	swan "$1" list-sas --raw | grep -o 'spi-\(in\|out\)=[0-9a-f]*' |
		sed 's/^spi-//' | awk -F= '{ print $2, $1 }' | sort
}

xfrm_spis()
{
	ip -n "$1" xfrm state | sed -n 's/.*spi 0x\([0-9a-f]*\).*/\1/p' | sort
}

# sas NS EXPRESSION [ARGUMENT...]: of every SA, in jq's words
sas()
{
	local ns=$1 expression=$2

	shift 2
	ikemonctl -n "$ns" -j sa show "$@" | jq -r ".sas[] | $expression" |
		sort
}

sas_agree()
{
	swan_spis gw > "$TEST_TMP/truth"
	sas "$GW" '"\(.spi) \(.direction)"' > "$TEST_TMP/mine"
	[ -s "$TEST_TMP/truth" ] && cmp -s "$TEST_TMP/truth" "$TEST_TMP/mine"
}

check_sas()
{
	if busywait "$IKEMON_WAIT" sas_agree; then
		check_equal "$1" "$(xfrm_spis "$GW")" "$(sas "$GW" .spi)"
		return
	fi
	not_ok "$1" "$(sed 's/^/daemon: /' "$TEST_TMP/truth"
		sed 's/^/ikemon: /' "$TEST_TMP/mine")"
}

# sa_has NS CONDITION [ARGUMENT...]
sa_has()
{
	local ns=$1 condition=$2

	shift 2
	ikemonctl -n "$ns" -j sa show "$@" |
		jq -e "[.sas[] | select($condition)] | length > 0" > /dev/null
}

# heard CONDITION: there was such an event
heard()
{
	jq -e -s "[.[] | select(.sa) | select($1)] | length > 0" \
		"$TEST_TMP/events" > /dev/null
}

# xfrm_bytes NS SPI: as ip xfrm counts them
xfrm_bytes()
{
	ip -n "$1" -s xfrm state | awk -v spi="0x$2" '
		/proto/ { found = index($0, spi) }
		found && /lifetime current/ { getline; sub(/\(.*/, ""); print $1 + 0 }'
}

bytes_agree()
{
	[ "$(sas "$GW" .bytes spi "$1")" = "$(xfrm_bytes "$GW" "$1")" ] &&
		[ "$(xfrm_bytes "$GW" "$1")" -gt 0 ]
}

topo_direct
watch "$GW"
record "$GW"
swan_start "$LEFT" left
swan_start "$GW" gw
swan_psk left
swan_psk gw
swan_pair left gw v4 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
	child:rekey_time=1h child:life_time=2h a:dpd_delay=1s

# ---- establish

check "tunnel is up" swan_up left v4
check_sas "SPIs are those of the daemon and of ip xfrm"
session=$(ikemon_get "$GW" '.state == "established"' .id)
check_equal "both came of the session" "$session $session" \
	"$(sas "$GW" .session | paste -sd' ')"
check_equal "which that proves" xfrm "$(ikemon_get "$GW" true .proof)"
check_equal "the session lists them" "$(sas "$GW" .spi)" \
	"$(ikemon_get "$GW" true '.sa[].spi' | sort)"
check_equal "and counts them" 2 "$(ikemon_get "$GW" true .sas)"
check_equal "while it has any it does not expire" null \
	"$(ikemon_get "$GW" true .expires)"
LD_PRELOAD=$intr ikemonctl -n "$GW" -j session show > "$TEST_TMP/out" \
	2> "$TEST_TMP/err"
check_equal "a list of SAs with gaps keeps nobody from the sessions" "3 1 1" \
	"$? $(wc -l < "$TEST_TMP/err") $(jq '.sessions | length' "$TEST_TMP/out")"
check_equal "algorithms are those of the proposal" \
	"cbc(aes) 128 hmac(sha256) 256 128" \
	"$(sas "$GW" '.algorithms | "\(.encr.name) \(.encr.key_bits) \(.auth.name) \(.auth.key_bits) \(.auth.icv_bits)"' | uniq)"
check_equal "in tunnel mode, for the time of the daemon" "tunnel 7200" \
	"$(sas "$GW" '"\(.mode) \(.hard.seconds)"' | uniq)"
check "traffic passes" ping_through "$LEFT" 198.51.100.1 203.0.113.1
for spi in $(sas "$GW" .spi); do
	check_soon "bytes of $spi are those of ip xfrm" bytes_agree "$spi"
done
check "what came in had a known SPI" counter_above "$GW" esp_known 0
check "the table shows it" ikemonctl -n "$GW" -s sa show
check "events say that they were added" heard '.event == "added"'

# ---- rekey

old=$(sas "$GW" 'select(.direction == "in") | .spi')
check "child SA is rekeyed" swan left rekey --child v4
check_soon "the event names old and new" heard \
	".event == \"rekeyed\" and .old_spi == \"$old\" and .sa.direction == \"in\""
check_sas "SPIs agree after the rekey"
check_soon "the old one is shown among the deleted" \
	sa_has "$GW" ".spi == \"$old\" and .deleted" deleted
check_not "and only there" sa_has "$GW" ".spi == \"$old\""
check_equal "the session has the new ones" "$session" \
	"$(sas "$GW" .session | uniq)"

check "IKE SA is rekeyed" swan left rekey --ike v4
# The first protected message under its SPIs shows it.
swan left rekey --child v4 > /dev/null
check_agree "$GW" gw "the new session is known"
inherited()
{
	local id

	id=$(ikemon_get "$GW" ".parent == $session" .id)
	[ -n "$id" ] && [ "$(sas "$GW" .session | uniq)" = "$id" ]
}
check_soon "the SAs are those of the new session" inherited
check_sas "SPIs agree after all that"

# ---- off and on

ikemonctl -n "$GW" config set mode off
check_equal "switched off it knows none" "" "$(sas "$GW" .spi)"
ikemonctl -n "$GW" config set mode monitor
check_equal "switched on it finds those that are there" \
	"$(xfrm_spis "$GW")" "$(sas "$GW" .spi)"

adopted()
{
	local id

	id=$(ikemon_get "$GW" '.state == "established"' .id)
	[ -n "$id" ] && [ "$(sas "$GW" .session | uniq)" = "$id" ]
}
# Dead peer detection is answered by our side.
check_soon "and ties them to the session that it comes to know" adopted

# ---- delete and flush

check "IKE SA is deleted" swan left terminate --ike v4
check_soon "no SA is left" eval '[ -z "$(sas "$GW" .spi)" ]'
check_soon "events say that they were deleted" heard '.event == "deleted"'
check "tunnel is up again" swan_up left v4
check_sas "SPIs agree once more"
check_equal "the new session is proven by them" xfrm \
	"$(ikemon_get "$GW" '.state == "established"' .proof | tail -n 1)"
ip -n "$GW" xfrm state flush
check_soon "a flush leaves none" eval '[ -z "$(sas "$GW" .spi)" ]'
swan left terminate --ike v4 --force > /dev/null
swan gw terminate --ike v4 --force > /dev/null

# ---- on demand

swan_pair left gw demand 192.0.2.1 192.0.2.2 198.51.100.1/32 \
	203.0.113.1/32 b:child:start_action=trap
waits()
{
	ip -n "$GW" xfrm policy | grep -q '203.0.113.1/32 dst 198.51.100.1/32'
}
swan_apply
check_soon "a policy waits for traffic" waits
check_soon "the first packet brings the tunnel up" \
	ping_through "$GW" 203.0.113.1 198.51.100.1
check_sas "its SPIs agree"
swan gw terminate --ike demand > /dev/null
check_soon "and it goes" eval '[ -z "$(sas "$GW" .spi)" ]'

# ---- by hand

# manual NS SRC DST SPI [WORD...]
manual()
{
	local ns=$1 src=$2 dst=$3 spi=$4

	shift 4
	ip -n "$ns" xfrm state add src "$src" dst "$dst" proto esp spi "$spi" \
		mode transport enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff \
		auth 'hmac(sha256)' 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f \
		"$@"
}

addr "$LEFT" eth0 192.0.2.11/24
addr "$GW" eth0 192.0.2.12/24
check "an SA by hand" manual "$GW" 192.0.2.11 192.0.2.12 0xbeef \
	reqid 7 if_id 0x5 mark 0x100 mask 0xf00 limit packet-soft 2 \
	limit packet-hard 4
check_soon "it is there, and nobody's" sa_has "$GW" \
	'.spi == "0000beef" and .session == null and .direction == "in" and
	 .reqid == 7 and .if_id == 5 and .mark == "0x00000100" and
	 .mark_mask == "0x00000f00" and .soft.packets == 2 and
	 .hard.packets == 4 and .mode == "transport"'
check "its id finds it" sa_has "$GW" '.spi == "0000beef"' \
	id "$(sas "$GW" .id spi beef)"
check_not "another prefix does not" sa_has "$GW" true \
	prefix 198.51.100.0/24
ip -n "$GW" xfrm state delete src 192.0.2.11 dst 192.0.2.12 proto esp \
	spi 0xbeef mark 0x100 mask 0xf00
check_soon "it goes" not sa_has "$GW" '.spi == "0000beef"'

manual "$LEFT" 192.0.2.11 192.0.2.12 0xcafe
manual "$GW" 192.0.2.11 192.0.2.12 0xcafe limit packet-soft 2 \
	limit packet-hard 4
ip -n "$LEFT" xfrm policy add src 192.0.2.11 dst 192.0.2.12 dir out \
	tmpl src 192.0.2.11 dst 192.0.2.12 proto esp mode transport
nse "$LEFT" ping -q -c 8 -i 0.1 -W 1 -I 192.0.2.11 192.0.2.12 \
	> /dev/null 2>&1
check_soon "its soft limit is an event" heard \
	'.event == "expired-soft" and .sa.spi == "0000cafe"'
check_soon "its hard limit as well" heard \
	'.event == "expired-hard" and .sa.spi == "0000cafe"'

# Where xfrm cannot tell them apart, neither has the figures of the other.
manual "$GW" 192.0.2.11 192.0.2.12 0xfeed mark 0x100 mask 0xf00
manual "$GW" 192.0.2.11 192.0.2.12 0xfeed
check_soon "one SPI, with a mark and without: two SAs" sa_has "$GW" \
	'.spi == "0000feed" and .mark == null and .packets == 0'
check "what is not known of one is not said" sa_has "$GW" \
	'.spi == "0000feed" and .mark != null and .packets == null'

# ---- unknown SPIs

unknown=$(ikemon_counter "$GW" esp_unknown)
ip -n "$LEFT" xfrm state flush
manual "$LEFT" 192.0.2.11 192.0.2.12 0xdead
stray()
{
	nse "$LEFT" ping -q -c 3 -i 0.1 -W 1 -I 192.0.2.11 192.0.2.12 \
		> /dev/null 2>&1
	true
}
stray
check_soon "an SPI without SA is counted" \
	counter_above "$GW" esp_unknown "$unknown"
check_soon "and an event, with its sender" heard \
	'.event == "unknown-spi" and .sa.spi == "0000dead" and
	 .sa.src == "192.0.2.11"'
ikemonctl -n "$GW" config set unknown-spi off
unknown=$(ikemon_counter "$GW" esp_unknown)
esp=$(ikemon_counter "$GW" packets_esp)
stray
check_soon "more of it came" counter_above "$GW" packets_esp "$esp"
check_equal "but with unknown-spi off it is nobody's business" "$unknown" \
	"$(ikemon_counter "$GW" esp_unknown)"
