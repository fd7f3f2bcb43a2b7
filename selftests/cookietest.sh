#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ikemonctl cookie test: what it says of strongSwan and Libreswan, idle and
# demanding cookies, asked over the loopback device and from a namespace of
# its own; that it leaves nothing behind, in the daemons and in our tables.
#
#	peer 192.0.2.1 ---- 192.0.2.2 gw (daemon, nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/host/ctl_lib.sh"

need_lab
ctl_find
checktool "command -v ikepkt" ikepkt

setup_ns PEER GW
veth "$PEER" eth0 "$GW" eth0
addr "$PEER" eth0 192.0.2.1/24 2001:db8::1/64
addr "$GW" eth0 192.0.2.2/24 2001:db8::2/64

# asked WHAT MODE EVIDENCE WORD...: the test recommends MODE for that reason
asked()
{
	local what=$1 mode=$2 evidence=$3

	shift 3
	ctl -j "$@"
	check_equal "$what: $mode" "0 $mode $evidence" "$ctl_rc $(jq -r \
		'"\(.recommended) " + ([.evidence[].outcome] | join(" "))' \
		"$TEST_TMP/out")"
}
over_lo()
{
	asked "$@" -n "$GW" cookie test -t "$WAIT"
}
# Seconds: a daemon in an emulated guest may be busy with what came before.
WAIT=2

ctl -n "$GW" cookie test
check_equal "nobody there: status 2 and a word" "2 1" "$ctl_rc $(grep -c \
	'nobody listens on UDP port 500 ' "$TEST_TMP/err")"
ctl -n "$PEER" cookie test -t 1 192.0.2.2
check_equal "nobody there, asked from elsewhere" "2 1" "$ctl_rc $(grep -c \
	'nobody listens at 192.0.2.2:500; ' "$TEST_TMP/err")"

# ---- strongSwan
watch "$GW"
# strongswan OPTION...: one that knows everybody
strongswan()
{
	# of one before
	rm -f "$TEST_TMP/swan/vici" "$TEST_TMP/swan/swanctl/swanctl.conf"
	swan_start "$GW" swan "$@"
	swan_conn any 0.0.0.0/0 0.0.0.0/0 203.0.113.1/32 198.51.100.1/32 |
		swan_load swan
	swan_psk swan
	swan_apply
}
strongswan cookie_threshold=0 cookie_threshold_ip=0
over_lo "strongSwan" passthrough "answered answered"
asked "strongSwan at its own address" passthrough "answered answered" \
	-n "$GW" cookie test 192.0.2.2
asked "strongSwan behind the non-ESP marker" passthrough "answered answered" \
	-n "$GW" cookie test 127.0.0.1:4500
asked "strongSwan over IPv6" passthrough "answered answered" \
	-n "$GW" cookie test ::1
check_equal "nothing of it is in our table" 0 "$(ikemon_count "$GW" true)"
asked "strongSwan from another namespace" passthrough "answered answered" \
	-n "$PEER" cookie test 192.0.2.2
asked "strongSwan from there over IPv6" passthrough "answered answered" \
	-n "$PEER" cookie test '[2001:db8::2]:500'
check_equal "no half-open SA is left in strongSwan" "" \
	"$(swan swan list-sas --noblock)"
ctl -n "$GW" cookie test 2001:db8::2
check_equal "an IPv6 address of its own cannot be asked" "2 1" "$ctl_rc $(
	grep -c 'whose address it is; ' "$TEST_TMP/err")"
ctl -n "$GW" cookie test
check_equal "as text, with the command" "0 1 1" "$ctl_rc $(grep -c \
	'^recommended: passthrough$' "$TEST_TMP/out") $(grep -c \
	"ikemonctl -n $GW config set cookie passthrough\$" "$TEST_TMP/out")"

# One that stays half-open makes it demand cookies of everybody.
lab_stop swan
strongswan cookie_threshold=1 cookie_threshold_ip=0 block_threshold=0 \
	half_open_timeout=300
demands()
{
	nse "$PEER" ikepkt init 192.0.2.2
	swan swan list-sas | grep -q ' CONNECTING, '
}
WAIT=15
check "strongSwan begins to demand cookies" busywait "$IKEMON_WAIT" demands
# In the second in which it started it takes none of its own.
takes_its_own()
{
	ctl -j -n "$GW" cookie test &&
		jq -e '.recommended == "passthrough"' "$TEST_TMP/out"
}
busywait "$IKEMON_WAIT" takes_its_own
over_lo "strongSwan that demands cookies" passthrough \
	"cookie answered cookie answered"
for i in 1 2 3 4; do
	ctl -n "$GW" cookie test
done
over_lo "strongSwan asked over and over" passthrough \
	"cookie answered cookie answered"
kill -STOP "$(<"$TEST_TMP/swan/pid")"
ctl -n "$GW" cookie test -t 1
check_equal "strongSwan that hangs: status 2 and a word" "2 1" "$ctl_rc $(
	grep -c 'answers nothing, asked 3 times in ' "$TEST_TMP/err")"
kill -CONT "$(<"$TEST_TMP/swan/pid")"
lab_stop swan
WAIT=2

# ---- Libreswan
[ -x "$LSW/pluto" ] || {
	xskip "Libreswan" "not unpacked: make deps"
	exit
}
lsw_start "$GW" lsw
# Whoever asks pluto from an address that pluto knows as its own ends it.
lsw_load lsw any <<-CONF
	left=192.0.2.2
	right=%any
	authby=secret
	ikev2=insist
	auto=add
CONF
over_lo "Libreswan" off "answered silence answered"
check_equal "Libreswan: the advice" true \
	"$(jq '.advice | test("ddos-mode=busy")' "$TEST_TMP/out")"
asked "Libreswan at its own address" off "answered silence answered" \
	-n "$GW" cookie test 192.0.2.2
check "Libreswan: busy" lsw lsw --ddos-busy
over_lo "Libreswan that demands cookies" twostage \
	"cookie answered silence cookie"
asked "Libreswan at its own address" twostage \
	"cookie answered silence cookie" -n "$GW" cookie test 192.0.2.2
asked "Libreswan from another namespace" twostage \
	"cookie answered silence cookie" -n "$PEER" cookie test 192.0.2.2
check "Libreswan lives" lsw lsw --status
