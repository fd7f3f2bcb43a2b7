#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Record the captures of this directory anew, in a guest:
#
#	selftests/vm/run -n -o DIR -- selftests/captures/record.sh
#	selftests/captures/expect.py DIR/*.pcap
#
# Beside each NAME.pcap stands NAME.sas: the daemon's own view of its IKE SAs
# at the end (truth_sas), which expect.py takes the sessions from.

TOP=$(cd "$(dirname "$0")/.." && pwd)
. "$TOP/lib.sh"
. "$TOP/ike_lib.sh"
# shellcheck disable=SC2034 # no test: lib.sh has nothing to sum up
ktap_done=1
OUT=${OUT:-.}

begin()
{
	NAME=$1
	echo "$NAME"
	bg "tcpdump-$1" ip netns exec "$GW" tcpdump --immediate-mode -U -n \
		-Z root -i eth0 -w "$OUT/$NAME.pcap" 'not arp and not icmp and not icmp6'
	DUMP=$BG_PID
	wait_line "$TEST_TMP/tcpdump-$1" "listening on" 20
}
end()
{
	truth_sas "$1" > "$OUT/$NAME.sas"
	stop_bg "$DUMP"
}
tunnel()
{
	begin "$1"
	swan_up left "$2"
	ping_through "$LEFT" 198.51.100.1 203.0.113.1
	end left
	swan left terminate --ike "$2" > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle left
}
direct()
{
	local conn=$1

	shift
	swan_pair left gw "$conn" 192.0.2.1 192.0.2.2 \
		198.51.100.1/32 203.0.113.1/32 mobike=no "$@"
}

strongswan()
{
	topo_direct
	ip -n "$LEFT" link set eth0 mtu 1000
	ip -n "$GW" link set eth0 mtu 1000
	swan_start "$LEFT" left fragment_size=600
	swan_start "$GW" gw fragment_size=600 \
		i_dont_care_about_security_and_use_aggressive_mode_psk=yes
	make_certificates left gw
	for name in left gw; do
		swan_psk $name
		swan_load $name <<-CONF
		secrets { eap-bob { id = bob.example
			secret = "something bob knows" } }
		CONF
	done
	direct psk
	direct eap local:auth=eap-md5 local:eap_id=bob.example \
		local:id=bob.example
	direct main version=1
	direct aggressive version=1 aggressive=yes
	direct skf fragmentation=force "${CERT_LINES[@]}"
	direct ipfrag fragmentation=no "${CERT_LINES[@]}"
	tunnel ikev2-psk psk
	tunnel ikev2-eap eap
	tunnel ikev2-skf skf
	tunnel ikev2-ip-fragments ipfrag
	tunnel ikev1-main main
	tunnel ikev1-aggressive aggressive
	lab_stop left
	lab_stop gw
}

libreswan()
{
	topo_direct
	swan_start "$LEFT" left
	swan_psk left
	swan_conn busy 192.0.2.1 192.0.2.2 198.51.100.1/32 203.0.113.1/32 \
		mobike=no proposals=aes128-sha256-ecp256-modp2048 |
		swan_load left
	lsw_start "$GW" lsw
	lsw_load lsw busy <<-CONF
	left=192.0.2.2
	right=192.0.2.1
	leftsubnet=203.0.113.1/32
	rightsubnet=198.51.100.1/32
	authby=secret
	pfs=no
	ikev2=insist
	ike=aes128-sha2_256;modp2048
	esp=aes128-sha2_256
	auto=add
	CONF
	lsw lsw --ddos-busy > "$TEST_TMP/out"
	tunnel libreswan-cookie-invalid-ke busy
	lab_stop left
	lab_stop lsw
}

nat()
{
	topo_nat
	addr "$CLIENT" lo 198.51.100.201/32
	swan_start "$CLIENT" left keep_alive=1s
	swan_start "$GW" gw
	swan_psk left
	swan_psk gw
	swan_conn nat %any 192.0.2.2 198.51.100.201/32 203.0.113.1/32 |
		swan_load left
	swan_conn any 192.0.2.2 %any 203.0.113.1/32 198.51.100.0/24 |
		swan_load gw
	begin ikev2-nat
	swan_up left nat
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
	# Two keepalives, told by the one octet that they are.
	busywait "$IKEMON_WAIT" keepalives "$OUT/$NAME.pcap" 2
	end gw
}
keepalives()
{
	[ "$(tcpdump -n -r "$1" 'udp[4:2] = 9 and udp[8] = 0xff' 2> /dev/null |
		wc -l)" -ge "$2" ]
}

# Those named, or all: strongswan nat libreswan
[ $# -gt 0 ] || set -- strongswan nat libreswan
for part; do
	"$part"
done
