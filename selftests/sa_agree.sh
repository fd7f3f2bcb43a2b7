#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Three views of the same SAs, nf_ikemon's, ip xfrm's and the daemon's, agree
# whatever happens to a tunnel.
#
#	client 198.51.100.10 -- router ---- 192.0.2.2 gw (nf_ikemon)

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/sa_lib.sh"

need_lab
topo_routed
addr "$CLIENT" lo 2001:db8:1::1/128
addr "$GW" lo 2001:db8:2::1/128
ip -n "$CLIENT" route add 2001:db8:2::1 dev lo
ip -n "$GW" route add 2001:db8:1::1 dev lo
swan_start "$CLIENT" client delete_rekeyed_delay=1 keep_alive=1s
swan_start "$GW" gw delete_rekeyed_delay=1 retransmit_timeout=2 \
	retransmit_tries=1
swan_psk client
swan_psk gw

# conn NAME [LINE...]: known by the client's id
conn()
{
	local name=$1

	shift
	swan_pair client gw "$name" %any 192.0.2.2 198.51.100.201/32 \
		203.0.113.1/32 local:auth=psk "local:id=$name.example" \
		b:remote_addrs=%any a:dpd_delay=1s "$@"
}

conn one
for end in 'client 2001:db8:1::1/128 2001:db8:2::1/128' \
	   'gw 2001:db8:2::1/128 2001:db8:1::1/128'; do
	read -r name own other <<< "$end"
	swan_load "$name" <<-CONF
	connections { one { children { six {
		local_ts = $own
		remote_ts = $other
		esp_proposals = aes128gcm16
	} } } }
	CONF
done
conn twice
conn short child:life_time=3s child:rekey_time=0s child:rand_time=0s
conn dies b:dpd_delay=1s
conn tag b:child:if_id_in=42 b:child:if_id_out=42
conn old version=1
swan_pair client gw host 198.51.100.10 192.0.2.2 'dynamic[icmp]' \
	'dynamic[icmp]' local:auth=psk local:id=host.example \
	child:mode=transport
watch "$GW"
record "$GW"

# agree LEAST DESCRIPTION
agreed()
{
	check_sas "$GW" gw "$1" "$2"
}

traffic()
{
	check "$1" ping_through "$CLIENT" 198.51.100.201 203.0.113.1
}

# over CONN: the client ends it
over()
{
	check "$1 ends" swan client terminate --ike "$1"
}

# ---- one IKE SA

check "a tunnel is up" swan_up client one
traffic "traffic passes"
agreed 2 "established: all agree"
check "a second child, IPv6 in IPv4" swan_up client six
check "traffic passes" ping_through "$CLIENT" 2001:db8:1::1 2001:db8:2::1
agreed 4 "two children: all agree"
check "a child is rekeyed" swan client rekey --child one
traffic "traffic passes"
agreed 4 "child rekeyed: all agree"
check "the IKE SA is rekeyed" swan client rekey --ike one
agreed 4 "IKE SA rekeyed: all agree"
check "a child is deleted" swan client terminate --child six
agreed 2 "one child deleted: all agree"
check "the client authenticates again" swan client rekey --ike one --reauth
agreed 2 "reauthenticated: all agree"
over one
agreed 0 "deleted: nothing is left"

# ---- the new one before the old one goes

swan_option make_before_break=yes > "$TEST_TMP/mbb"
sed -i "/^charon-systemd/r $TEST_TMP/mbb" "$TEST_TMP/client/strongswan.conf"
swan client reload-settings > /dev/null
check "a tunnel is up" swan_up client twice
first=$(truth_sas gw | cut -d' ' -f1)
check "it authenticates again" swan client rekey --ike twice --reauth
replaced()
{
	[ "$(truth_sas gw | wc -l)" = 1 ] && ! truth_sas gw | grep -q "$first"
}
check_soon "the old IKE SA makes way" replaced
traffic "traffic passes"
agreed 2 "made before broken: all agree"
over twice

# ---- other kinds

check "transport mode" swan_up client host
check "traffic passes" ping_through "$CLIENT" 198.51.100.10 192.0.2.2
agreed 2 "transport mode: all agree"
over host

ip -n "$GW" link add x0 type xfrm dev eth0 if_id 42
ip -n "$GW" link set x0 up
ip -n "$GW" route add 198.51.100.201 dev x0
check "with an xfrm interface" swan_up client tag
traffic "traffic passes"
agreed 2 "xfrm interface: all agree"
over tag
ip -n "$GW" link del x0

check "IKEv1" swan_up client old
traffic "traffic passes"
agreed 2 "IKEv1: all agree"
check "its child is rekeyed" swan client rekey --child old
agreed 2 "Quick Mode again: all agree"
over old

# ---- ends

check "a tunnel for three seconds" swan_up client short
agreed 2 "short: all agree"
check_soon "its time is over, and that is said" heard_sa \
	'.event == "expired-hard" and .sa.hard.seconds == 3'
agreed 0 "expired: nothing is left"
swan client terminate --ike short > /dev/null

check "a tunnel is up" swan_up client dies
agreed 2 "all agree"
nse "$ROUTER" sysctl -qw net.ipv4.ip_forward=0
check "the peer is found dead" slowwait 60 swan_idle gw
agreed 0 "dead: nothing is left"
nse "$ROUTER" sysctl -qw net.ipv4.ip_forward=1
swan client terminate --ike dies --force > /dev/null

# ---- behind a NAT

# masquerade PORTS
masquerade()
{
	nse "$ROUTER" nft -f - <<-RULES
	table ip nat { }
	flush table ip nat
	table ip nat {
		chain post {
			type nat hook postrouting priority 100;
			oifname "wan" udp dport 4500 masquerade to :$1
			oifname "wan" masquerade
		}
	}
	RULES
	nse "$ROUTER" conntrack -F 2> /dev/null
}

masquerade 10000-10999
check "a tunnel is up" swan_up client one
traffic "traffic passes"
agreed 2 "behind a NAT: all agree"
check "a second child" swan_up client six
agreed 4 "two children behind a NAT: all agree"
masquerade 20000-20999
rebound()
{
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
	swan client rekey --child one > /dev/null
	truth_sas gw | awk '{ exit !($6 >= 20000) }'
}
check_soon "the NAT forgets; the daemon follows" rebound
agreed 4 "NAT rebound: all agree"

ip -n "$CLIENT" addr del 198.51.100.10/25 dev eth0
addr "$CLIENT" eth0 198.51.100.20/25
ip -n "$CLIENT" route replace default via 198.51.100.1
mobike()
{
	swan client list-sas --raw | grep -q local-host=198.51.100.20
}
check_soon "MOBIKE moves the client" mobike
traffic "traffic passes"
agreed 4 "moved: all agree"
over one
nse "$ROUTER" nft delete table ip nat
nse "$ROUTER" conntrack -F 2> /dev/null

# Without a NAT the outer address itself changes.
check "a tunnel is up" swan_up client one
agreed 2 "all agree"
ip -n "$CLIENT" addr del 198.51.100.20/25 dev eth0
addr "$CLIENT" eth0 198.51.100.10/25
ip -n "$CLIENT" route replace default via 198.51.100.1
back()
{
	truth_sas gw | grep -q ' 198.51.100.10 '
}
check_soon "MOBIKE moves it" back
traffic "traffic passes"
agreed 2 "another address: all agree"
check_equal "nothing failed in all this" 0 \
	"$(ikemon_count "$GW" '.state == "failed"')"

# ---- by hand

KEY=0x$(printf '%064d' 7)

# hand NS SRC DST PROTO SPI [WORD...]
hand()
{
	local ns=$1

	ip -n "$ns" xfrm state add src "$2" dst "$3" proto "$4" spi "$5" \
		mode transport "${@:6}"
}

ah_both_ways()
{
	local ns

	for ns in "$CLIENT" "$GW"; do
		hand "$ns" 198.51.100.11 192.0.2.12 ah 0xa1 \
			auth 'hmac(sha256)' "$KEY" &&
		hand "$ns" 192.0.2.12 198.51.100.11 ah 0xa2 \
			auth 'hmac(sha256)' "$KEY" || return
	done
	ip -n "$CLIENT" xfrm policy add src 198.51.100.11 dst 192.0.2.12 \
		dir out tmpl proto ah mode transport &&
	ip -n "$GW" xfrm policy add src 192.0.2.12 dst 198.51.100.11 \
		dir out tmpl proto ah mode transport
}

# Nobody speaks IKE there.
addr "$CLIENT" eth0 198.51.100.11/25
addr "$GW" eth0 192.0.2.12/24
check "AH by hand" ah_both_ways
known=$(ikemon_counter "$GW" esp_known)
check "traffic passes" ping_through "$CLIENT" 198.51.100.11 192.0.2.12
check "as AH" counter_above "$GW" packets_ah 3
check "of a known SPI" counter_above "$GW" esp_known $((known + 1))
check "ESP with all there is" hand "$GW" 192.0.2.12 198.51.100.11 esp 0xe1 \
	aead 'rfc4106(gcm(aes))' "${KEY:0:42}" 96 replay-window 64 flag esn \
	reqid 7 if_id 5 mark 0x100 mask 0xf00 limit byte-soft 1000 \
	limit byte-hard 2000 limit packet-soft 10 limit packet-hard 20 \
	limit time-soft 1000 limit time-hard 2000 limit time-use-soft 300 \
	limit time-use-hard 400
check "ESP in UDP, of IPv6" hand "$GW" 2001:db8:2::1 2001:db8:1::1 esp 0xe2 \
	enc 'cbc(aes)' "${KEY:0:66}" auth-trunc 'hmac(sha256)' "$KEY" 96 \
	encap espinudp 4500 4501 0.0.0.0
check "IPComp" hand "$GW" 192.0.2.12 198.51.100.11 comp 0xc1 comp deflate
check_sas "$GW" - 5 "by hand: all agree"
ip -n "$GW" xfrm state flush
check_sas "$GW" - 0 "flushed: nothing is left"
# Those deleted just now are known for a while.
ip -n "$CLIENT" xfrm state flush
hand "$CLIENT" 198.51.100.11 192.0.2.12 ah 0xa3 auth 'hmac(sha256)' "$KEY"
unknown=$(ikemon_counter "$GW" esp_unknown)
nse "$CLIENT" ping -q -c 2 -i 0.2 -W 1 -I 198.51.100.11 192.0.2.12 \
	> /dev/null 2>&1
check_soon "AH without SA is counted" \
	counter_above "$GW" esp_unknown "$unknown"
check_soon "and said" heard_sa '.event == "unknown-spi" and
	.sa.proto == "ah" and .sa.spi == "000000a3" and
	.sa.src == "198.51.100.11"'
