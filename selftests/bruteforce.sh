#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Keys and passwords are tried one after the other, with PSK in each of three
# modes, with EAP and with XAuth: whoever does it is blocked within as many
# suspected failures as are configured.
#
#	left 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
topo_flood
addr "$LEFT" eth0 192.0.2.10{1,2,3,4,5}/24
swan_start "$LEFT" left retransmit_tries=0 retransmit_timeout=3
swan_start "$GW" gw i_dont_care_about_security_and_use_aggressive_mode_psk=yes
swan_psk left "a wrong guess" 192.0.2.101
swan_psk left "a wrong guess" 192.0.2.104
swan_psk left "$IKE_PSK" 192.0.2.2
swan_psk left "$IKE_PSK" 192.0.2.103
swan_psk left "$IKE_PSK" 192.0.2.105
swan_psk gw
swan_load left <<-CONF
secrets { eap-bob { id = bob.example
	secret = "a wrong guess" }
	xauth-alice { id = alice.example
	secret = "a wrong guess" } }
CONF
swan_load gw <<-CONF
secrets { eap-bob { id = bob.example
	secret = "something both know" }
	xauth-alice { id = alice.example
	secret = "something alice knows" } }
CONF
# client CONN ADDRESS [LINE...]
client()
{
	local conn=$1 from=$2

	shift 2
	swan_pair left gw "$conn" "$from" 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 mobike=no "$@"
}
client psk 192.0.2.101
client v1 192.0.2.104 version=1
client eap 192.0.2.102 local:auth=eap-md5 local:eap_id=bob.example \
	local:id=bob.example
client good 192.0.2.103
client xauth 192.0.2.105 version=1
client aggressive 192.0.2.1 version=1 aggressive=yes
swan_load left <<-CONF
connections { xauth { local-2 {
	auth = xauth
	xauth_id = alice.example
} } }
CONF
swan_load gw <<-CONF
connections { xauth { remote-2 { auth = xauth } } }
CONF

swan_apply
# A failure weighs 3: the fourth is one too many.
configure block-offences 12 mode enforce
up_now()
{
	swan left initiate --child "$1" --timeout 10 > "$TEST_TMP/initiate"
}

suspected()
{
	[ "$(count offences_auth_failed_suspected)" = "$1" ]
}

# brute CONN ADDRESS SECONDS: three failures are forgiven, the fourth is not;
# each is suspected so soon
brute()
{
	local before i

	before=$(count offences_auth_failed_suspected)
	for i in 1 2 3; do
		check_not "$1: attempt $i fails" up_now "$1"
	done
	check "$1: so many failures are suspected" slowwait "$3" suspected \
		$((before + 3))
	check_not "$1: three do not block" blocked "$2/32"
	check_not "$1: attempt 4 fails" up_now "$1"
	check "$1: one more blocks" slowwait "$3" blocked "$2/32"
	check "$1: and is the last" suspected $((before + 4))
	before=$(count dropped_blocked)
	check_not "$1: the next attempt comes too late" up_now "$1"
	check "$1: since it is dropped" above "$before" count dropped_blocked
}
# When the attempt is over it was suspected; no time-out is waited for.
brute psk 192.0.2.101 1
brute v1 192.0.2.104 1

# A round of EAP may be as short as a refusal, of a failed XAuth nothing more is
# said, and a peer with the right key is told things as well after Aggressive
# Mode: what was refused there shows when nothing follows for 10 s.
pkt()
{
	nse "$LEFT" ikepkt -s 192.0.2.1 -p 1500 -w -i "$@" 192.0.2.2
}
# The third message is sealed by no key that anybody has.
aggressive()
{
	local spi

	spi=$(pkt "$1" aggressive) || return
	spi=${spi#*spi_r }
	pkt "$1" -r "${spi%% *}" -l 80 aggressive3
}
guesses()
{
	check_not "eap: attempt $1 fails" up_now eap
	check_not "xauth: attempt $1 fails" up_now xauth
	check "aggressive: attempt $1 is answered" aggressive "a00$1"
}
before=$(count offences_auth_failed_suspected)
guesses 1
guesses 2
guesses 3
check "in silence: so many failures are suspected" slowwait 30 suspected \
	$((before + 9))
for i in 102 105 1; do
	check_not "in silence: three do not block 192.0.2.$i" \
		blocked 192.0.2.$i/32
done
guesses 4
check "in silence: so many more are suspected" slowwait 30 suspected \
	$((before + 12))
for i in 102 105 1; do
	check "in silence: one more blocks 192.0.2.$i" blocked 192.0.2.$i/32
done
before=$(count dropped_blocked)
check_not "eap: the next attempt comes too late" up_now eap
check_not "xauth: the next attempt comes too late" up_now xauth
check "in silence: since it is dropped" above $((before + 1)) \
	count dropped_blocked
check_equal "the daemon saw twenty attempts" 20 "$(grep -c \
	'generating \(IKE_SA_INIT\|ID_PROT\|AGGRESSIVE\) response 0 \[ SA' \
	"$TEST_TMP/gw/log")"
# Its first SA waits for the kernel to load ciphers, longer than it tries once.
check "who knows the key connects" slowwait 60 up_now good
check_not "and is not blocked" blocked 192.0.2.103/32

# Each of them failed in more than one window, and is still only one.
check_not "five that guess are no failure of ours" alarm mass-failure

# Guesses side by side, each of its own port: what three failures of each of
# sixteen shares make, and four shares blocked end it.
swan left terminate --ike good > "$TEST_TMP/out"
lab_stop gw
respond -l 48
honest guesses 10.1.0.1 -n 300 -b 300 -w 3000 -A -T 3 -L 8
diag "$(jq -c . "$TEST_TMP/guesses")"
check "side by side: all of it is blocked" blocked 10.1.0.1/32
check "side by side: after few of 300 guesses" \
	test "$(said guesses refused)" -le 80
