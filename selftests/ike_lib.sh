#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Gateways to watch: real IKE daemons in network namespaces.
#
# The truth a test compares with is the daemon's own view (truth_sas), read
# over its control socket; ikemon_sessions brings what nf_ikemon says into
# the same columns. Sourced after lib.sh.

# Everything of a lab lives here: configurations, sockets, keys, logs.
LAB=$(mktemp -d "${TMPDIR:-/tmp}/ikelab.XXXXXX")

# The daemons' answers under emulation take their time.
: "${IKE_WAIT:=30000}"

LSW=${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon/libreswan/usr/libexec/ipsec

# Small groups: what is tested is the watcher, not the arithmetic.
IKE_PROPOSAL=aes128-sha256-modp2048
IKE_ESP=aes128-sha256
IKE_PSK=0sFpZAZqEN6Ti9sqt4ZP5EWcqx

# Only plugins that a lab uses: a daemon then starts in half the time.
SWAN_PLUGINS="random nonce openssl aes sha1 sha2 md5 hmac kdf pem pkcs1 pkcs8
	x509 pubkey constraints revocation curve25519 gmp kernel-netlink
	socket-default vici updown counters eap-identity eap-md5
	eap-mschapv2 xauth-generic"

lab_cleanup()
{
	local pid

	for pid in "$LAB"/*/pid; do
		[ -s "$pid" ] && kill "$(cat "$pid")" 2>/dev/null
	done
	for pid in "$LAB"/*/pid; do
		[ -s "$pid" ] && busywait 5000 lab_gone "$(cat "$pid")" ||
			kill -9 "$(cat "$pid" 2>/dev/null)" 2>/dev/null
	done
	cleanup_all_ns
	rm -rf "$LAB"
}

lab_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# Daemons speak through NAME of their lab; what went wrong is in their log.
lab_log()
{
	sed 's/^/# /' "$LAB/$1/log" | tail -n "${2:-40}"
}

#
# Wires
#

# Two namespaces side by side: wire NS1 DEV1 NS2 DEV2, without addresses.
wire()
{
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# addr NS DEV PREFIX...
addr()
{
	local ns=$1 dev=$2 a

	shift 2
	for a in "$@"; do
		case $a in
		*:*)	ip -n "$ns" addr add "$a" dev "$dev" nodad ;;
		*)	ip -n "$ns" addr add "$a" dev "$dev" ;;
		esac
	done
}

forwarding()
{
	ip netns exec "$1" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
}

# LEFT -- GW. Inner addresses stand on the loopback devices.
topo_direct()
{
	setup_ns LEFT GW || return 4
	wire "$LEFT" eth0 "$GW" eth0
	addr "$LEFT" eth0 192.0.2.1/24 2001:db8::1/64
	addr "$GW" eth0 192.0.2.2/24 2001:db8::2/64
	addr "$LEFT" lo 198.51.100.1/32 2001:db8:1::1/128
	addr "$GW" lo 203.0.113.1/32 2001:db8:2::1/128
}

# CLIENT, CLIENT2 -- NATBOX -- GW: masquerade towards GW.
topo_nat()
{
	setup_ns CLIENT CLIENT2 NATBOX GW || return 4
	wire "$CLIENT" eth0 "$NATBOX" c1
	wire "$CLIENT2" eth0 "$NATBOX" c2
	wire "$NATBOX" wan "$GW" eth0
	addr "$CLIENT" eth0 198.51.100.10/25
	addr "$CLIENT2" eth0 198.51.100.130/25
	addr "$NATBOX" c1 198.51.100.1/25
	addr "$NATBOX" c2 198.51.100.129/25
	addr "$NATBOX" wan 192.0.2.1/24
	addr "$GW" eth0 192.0.2.2/24
	addr "$GW" lo 203.0.113.1/32
	ip -n "$CLIENT" route add default via 198.51.100.1
	ip -n "$CLIENT2" route add default via 198.51.100.129
	forwarding "$NATBOX"
	ip netns exec "$NATBOX" nft -f - <<-RULES
	table ip nat {
		chain post {
			type nat hook postrouting priority 100;
			oifname "wan" masquerade
		}
	}
	RULES
}

# CLIENT -- ROUTER -- GW.
topo_routed()
{
	setup_ns CLIENT ROUTER GW || return 4
	wire "$CLIENT" eth0 "$ROUTER" c1
	wire "$ROUTER" wan "$GW" eth0
	addr "$CLIENT" eth0 198.51.100.10/25
	addr "$ROUTER" c1 198.51.100.1/25
	addr "$ROUTER" wan 192.0.2.1/24
	addr "$GW" eth0 192.0.2.2/24
	addr "$CLIENT" lo 198.51.100.201/32
	addr "$GW" lo 203.0.113.1/32
	ip -n "$CLIENT" route add default via 198.51.100.1
	ip -n "$GW" route add default via 192.0.2.1
	forwarding "$ROUTER"
}

#
# strongSwan
#

# swan_start NS NAME [OPTION=VALUE...]: charon in NS, known as NAME from now
# on. Options are those of strongswan.conf's charon section, dots allowed.
swan_start()
{
	local ns=$1 name=$2 opt

	shift 2
	mkdir -p "$LAB/$name/swanctl"
	{
		echo "charon-systemd {"
		echo "	load = $(echo $SWAN_PLUGINS)"
		echo "	piddir = $LAB/$name"
		echo "	syslog { identifier = x"
		echo "		daemon { default = -1 } auth { default = -1 } }"
		echo "	filelog { log { path = $LAB/$name/log"
		echo "		default = 1"
		echo "		flush_line = yes } }"
		echo "	journal { default = -1 }"
		for opt in "plugins.vici.socket=unix://$LAB/$name/vici" "$@"; do
			swan_option "$opt"
		done
		echo "}"
	} > "$LAB/$name/strongswan.conf"
	STRONGSWAN_CONF=$LAB/$name/strongswan.conf ip netns exec "$ns" \
		charon-systemd > "$LAB/$name/out" 2>&1 &
	echo $! > "$LAB/$name/pid"
	echo "$ns" > "$LAB/$name/ns"
	busywait "$IKE_WAIT" test -S "$LAB/$name/vici" && return
	echo "# $name did not start"
	sed 's/^/# /' "$LAB/$name/out"
	return 1
}

# a.b.c=v as nested sections, which strongswan.conf wants; they are merged.
swan_option()
{
	local key=${1%%=*} open="" close=""

	while [[ $key == *.* ]]; do
		open+="${key%%.*} { "
		close+=" }"
		key=${key#*.}
	done
	printf '\t%s%s = %s%s\n' "$open" "$key" "${1#*=}" "$close"
}

# swan NAME COMMAND...: swanctl of that daemon.
swan()
{
	local name=$1 cmd=$2

	shift 2
	STRONGSWAN_CONF=$LAB/$name/strongswan.conf \
	SWANCTL_DIR=$LAB/$name/swanctl \
		swanctl "--$cmd" --uri "unix://$LAB/$name/vici" "$@" 2>&1
}

# swan_load NAME: takes swanctl.conf from stdin, tells what was refused.
swan_load()
{
	cat > "$LAB/$1/swanctl/swanctl.conf"
	swan "$1" load-all --clear --noprompt > "$LAB/$1/load" && return
	sed 's/^/# /' "$LAB/$1/load"
	return 1
}

# A connection as most labs have it. swan_conn CONN LOCAL REMOTE LTS RTS,
# then lines for the connection, for its child as child:LINE, for the ends as
# local:LINE and remote:LINE. Prints a connections section.
swan_conn()
{
	local conn=$1 laddr=$2 raddr=$3 lts=$4 rts=$5 line
	local c="" child="" lo="" re="" ike=$IKE_PROPOSAL

	shift 5
	for line; do
		case $line in
		child:*)	child+="${line#child:}"$'\n' ;;
		local:*)	lo+="${line#local:}"$'\n' ;;
		remote:*)	re+="${line#remote:}"$'\n' ;;
		proposals=*)	ike=${line#proposals=} ;;
		*)		c+="$line"$'\n' ;;
		esac
	done
	cat <<-CONF
	connections { $conn {
		local_addrs = $laddr
		remote_addrs = $raddr
		proposals = $ike
		$c
		local-1 {
			${lo:-auth = psk}
		}
		remote-1 {
			${re:-auth = psk}
		}
		children { $conn {
			local_ts = $lts
			remote_ts = $rts
			esp_proposals = $IKE_ESP
			$child
		} }
	} }
	CONF
}

# A key for every pair of ends, or what is given instead.
swan_psk()
{
	echo "secrets { ike-any { secret = ${1:-$IKE_PSK} } }"
}

swan_up()
{
	local name=$1 conn=$2

	shift 2
	swan "$name" initiate --child "$conn" --timeout 60 "$@" \
		> "$LAB/$name/initiate"
}

#
# Libreswan, unpacked beside strongSwan
#

# lsw_start NS NAME [pluto options]
lsw_start()
{
	local ns=$1 name=$2

	shift 2
	mkdir -p "$LAB/$name/nss" "$LAB/$name/ipsec.d"
	echo "%any %any : PSK \"$IKE_PSK\"" > "$LAB/$name/ipsec.secrets"
	certutil -N -d "sql:$LAB/$name/nss" --empty-password || return
	ip netns exec "$ns" "$LSW/pluto" --nofork --rundir "$LAB/$name" \
		--nssdir "$LAB/$name/nss" --ipsecdir "$LAB/$name/ipsec.d" \
		--secretsfile "$LAB/$name/ipsec.secrets" --no-dnssec \
		--nhelpers 0 --logfile "$LAB/$name/log" "$@" \
		> "$LAB/$name/out" 2>&1 &
	echo $! > "$LAB/$name/pid"
	echo "$ns" > "$LAB/$name/ns"
	busywait "$IKE_WAIT" lsw "$name" --listen > /dev/null 2>&1 && return
	echo "# $name did not start"
	sed 's/^/# /' "$LAB/$name/out"
	return 1
}

# lsw NAME WHACK-OPTIONS
lsw()
{
	local name=$1

	shift
	ip netns exec "$(cat "$LAB/$name/ns")" "$LSW/whack" \
		--rundir "$LAB/$name" "$@" 2>&1
}

# lsw_load NAME CONN: takes the conn section's lines from stdin.
lsw_load()
{
	local name=$1 conn=$2

	{
		echo "config setup"
		echo "conn $conn"
		echo "	leftupdown=$LSW/_updown.xfrm"
		sed 's/^[ \t]*/\t/'
	} > "$LAB/$name/ipsec.conf"
	ip netns exec "$(cat "$LAB/$name/ns")" "$LSW/addconn" \
		--config "$LAB/$name/ipsec.conf" \
		--ctlsocket "$LAB/$name/pluto.ctl" "$conn" \
		> "$LAB/$name/load" 2>&1 && return
	sed 's/^/# /' "$LAB/$name/load"
	return 1
}

lsw_up()
{
	lsw "$1" --initiate --name "$2" > "$LAB/$1/initiate"
}

lsw_established()
{
	lsw "$1" --showstates | grep -q \
		'ESTABLISHED_IKE_SA\|MAIN_[IR][34]\|AGGR_[IR][12]'
}

# lsw_child NAME: a CHILD_SA (IPsec SA) stands.
lsw_child()
{
	lsw "$1" --trafficstatus | grep -q 'inBytes'
}

#
# Two views of one thing
#

# truth_sas NAME: one line for each IKE SA of a strongSwan daemon:
# spi_i spi_r version state initiator-addr port responder-addr port
truth_sas()
{
	swan "$1" list-sas --raw | awk '
	/^list-sa event/ {
		delete v
		n = split($0, word, /[ {}]+/)
		for (i = 1; i <= n; i++) {
			eq = index(word[i], "=")
			k = substr(word[i], 1, eq - 1)
			if (eq && !(k in v))
				v[k] = substr(word[i], eq + 1)
		}
		l = v["local-host"] " " v["local-port"]
		r = v["remote-host"] " " v["remote-port"]
		print v["initiator-spi"], v["responder-spi"], v["version"],
			v["state"], v["initiator"] == "yes" ? l " " r : r " " l
	}' | sort
}

# ikemon_sessions NS [ikemonctl's arguments to session show]: the same
# columns of what nf_ikemon has.
ikemon_sessions()
{
	local ns=$1

	shift
	ikemonctl -n "$ns" -j session show "$@" | jq -r '.[] |
		[.spi_i, .spi_r, .version, .state,
		 .initiator.addr, .initiator.port,
		 .responder.addr, .responder.port] | join(" ")' | sort
}

# ikemon_get NS SPI_I JQ-EXPRESSION: of that session.
ikemon_get()
{
	ikemonctl -n "$1" -j session show | jq -r --arg spi "$2" \
		".[] | select(.spi_i == \$spi) | $3"
}

# ikemon_count NS JQ-CONDITION: how many sessions are such.
ikemon_count()
{
	ikemonctl -n "$1" -j session show | jq "[.[] | select($2)] | length"
}

# ikemon_has NS JQ-CONDITION
ikemon_has()
{
	[ "$(ikemon_count "$1" "$2")" -gt 0 ]
}

# ikemon_counter NS NAME: 0 if it never counted; a wrong name is an error.
ikemon_counter()
{
	ikemonctl -n "$1" -j stats show | jq -e --arg n "$2" \
		'.counters[$n] // .gauges[$n]'
}

counter_above()
{
	[ "$(ikemon_counter "$1" "$2")" -gt "$3" ]
}

# agree NS NAME: every IKE SA that daemon NAME calls established is in the
# namespace's table with the same SPIs, version, addresses and ports, and is
# established there as well.
agree()
{
	local ns=$1 name=$2 i r ver st rest mine

	truth_sas "$name" > "$LAB/truth"
	ikemon_sessions "$ns" > "$LAB/mine"
	grep -q ESTABLISHED "$LAB/truth" || return
	while read -r i r ver st rest; do
		[ "$st" = ESTABLISHED ] || continue
		grep -qx "$i $r $ver established $rest" "$LAB/mine" ||
			return 1
	done < "$LAB/truth"
}

# check_agree NS NAME TEXT: a subtest; shows both views when they differ.
check_agree()
{
	if busywait "$IKE_WAIT" agree "$1" "$2"; then
		ktap_test_pass "$3"
		return
	fi
	sed 's/^/# daemon: /' "$LAB/truth"
	sed 's/^/# ikemon: /' "$LAB/mine"
	ktap_test_fail "$3"
}

# check TEXT COMMAND...: a subtest that passes if COMMAND does.
check()
{
	local text=$1

	shift
	if "$@" > "$LAB/check" 2>&1; then
		ktap_test_pass "$text"
		return
	fi
	sed 's/^/# /' "$LAB/check"
	ktap_test_fail "$text"
	return 1
}

# check_wait TEXT COMMAND...: the same, as soon as it does within IKE_WAIT.
check_wait()
{
	local text=$1

	shift
	check "$text" busywait "$IKE_WAIT" "$@"
}

# Traffic through a tunnel, both ways: ping_through NS SOURCE DESTINATION
ping_through()
{
	ip netns exec "$1" ping -q -c 2 -i 0.2 -W 2 -I "$2" "$3" > /dev/null
}
