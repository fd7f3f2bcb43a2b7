#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Gateways to watch: real IKE daemons in network namespaces.
#
# The truth a test compares with is the daemon's own view (truth_sas), read
# over its control socket; ikemon_sessions brings what nf_ikemon says into
# the same columns. Sourced after lib.sh.

# Everything of a lab lives in $TEST_TMP: configurations, sockets, keys, logs.
# The daemons' answers under emulation take their time (milliseconds).
: "${IKEMON_WAIT:=20000}"

LSW=${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon/libreswan/usr/libexec/ipsec

# Small groups: what is tested is the watcher, not the arithmetic.
IKE_PROPOSAL=aes128-sha256-modp2048
IKE_ESP=aes128-sha256
IKE_PSK='an example key that both ends know'

# Only plugins that a lab uses: a daemon then starts in half the time.
SWAN_PLUGINS="random nonce openssl aes sha1 sha2 md5 hmac kdf pem pkcs1 pkcs8
	x509 pubkey constraints curve25519 gmp kernel-netlink
	socket-default vici updown eap-identity eap-md5 eap-mschapv2
	xauth-generic"
# The same for swanctl, to read keys and certificates; else it needs none, but
# asked for none it would load everything.
SWANCTL_PLUGINS="random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints"
echo 'swanctl { load = pem }' > "$TEST_TMP/swanctl.conf"

# lab_run NS NAME COMMAND...: a daemon of the lab, until the test ends
lab_run()
{
	local ns=$1 name=$2

	shift 2
	bg "$name/out" ip netns exec "$ns" "$@"
	echo "$BG_PID" > "$TEST_TMP/$name/pid"
	echo "$ns" > "$TEST_TMP/$name/ns"
}

# lab_stop NAME
lab_stop()
{
	stop_bg "$(<"$TEST_TMP/$1/pid")"
}

lab_gone()
{
	! kill -0 "$(<"$TEST_TMP/$1/pid")" 2>/dev/null
}

# lab_answers NAME COMMAND...: wait until it does, while NAME lives.
lab_answers()
{
	local name=$1

	shift
	lab_answered()
	{
		"$@" || lab_gone "$name"
	}
	busywait "$IKEMON_WAIT" lab_answered "$@" && ! lab_gone "$name" && return
	fail "$name starts" "$(<"$TEST_TMP/$name/out")"
}

# Daemons speak through NAME of their lab; what went wrong is in their log.
lab_log()
{
	diag "$(tail -n "${2:-40}" "$TEST_TMP/$1/log")"
}

#
# Wires
#

forwarding()
{
	nse "$1" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
}

# LEFT -- GW. Inner addresses stand on the loopback devices.
topo_direct()
{
	setup_ns LEFT GW
	veth "$LEFT" eth0 "$GW" eth0
	addr "$LEFT" eth0 192.0.2.1/24 2001:db8::1/64
	addr "$GW" eth0 192.0.2.2/24 2001:db8::2/64
	addr "$LEFT" lo 198.51.100.1/32 2001:db8:1::1/128
	addr "$GW" lo 203.0.113.1/32 2001:db8:2::1/128
	ip -n "$LEFT" route add default via 192.0.2.2
	ip -n "$GW" route add default via 192.0.2.1
}

# CLIENT, CLIENT2 -- NATBOX -- GW: masquerade towards GW.
topo_nat()
{
	setup_ns CLIENT CLIENT2 NATBOX GW
	veth "$CLIENT" eth0 "$NATBOX" c1
	veth "$CLIENT2" eth0 "$NATBOX" c2
	veth "$NATBOX" wan "$GW" eth0
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
	nse "$NATBOX" nft -f - <<-RULES
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
	setup_ns CLIENT ROUTER GW
	veth "$CLIENT" eth0 "$ROUTER" c1
	veth "$ROUTER" wan "$GW" eth0
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
	mkdir -p "$TEST_TMP/$name/swanctl"
	{
		echo "charon-systemd {"
		echo "	load = ${SWAN_PLUGINS//[$'\n\t']/ }"
		echo "	piddir = $TEST_TMP/$name"
		echo "	syslog { identifier = x"
		echo "		daemon { default = -1 } auth { default = -1 } }"
		echo "	filelog { log { path = $TEST_TMP/$name/log"
		echo "		default = 1"$'\n'"flush_line = yes } }"
		echo "	journal { default = -1 }"
		# The first tunnel waits for the kernel to load its ciphers.
		for opt in "plugins.vici.socket=unix://$TEST_TMP/$name/vici" \
			   retransmit_timeout=20 "$@"; do
			swan_option "$opt"
		done
		echo "}"
		echo "swanctl { load = $SWANCTL_PLUGINS }"
	} > "$TEST_TMP/$name/strongswan.conf"
	lab_run "$ns" "$name" env \
		STRONGSWAN_CONF="$TEST_TMP/$name/strongswan.conf" charon-systemd
	lab_answers "$name" test -S "$TEST_TMP/$name/vici"
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
	local name=$1 cmd=$2 conf=$TEST_TMP/swanctl.conf

	shift 2
	[[ $cmd != load-* ]] || conf=$TEST_TMP/$name/strongswan.conf
	STRONGSWAN_CONF=$conf \
	SWANCTL_DIR=$TEST_TMP/$name/swanctl \
		swanctl "--$cmd" --uri "unix://$TEST_TMP/$name/vici" "$@" 2>&1
}

# swan_load NAME: more lines of swanctl.conf from stdin. They are loaded, all
# at once, when the lab is watched or a tunnel is wanted.
swan_load()
{
	cat >> "$TEST_TMP/$1/swanctl/swanctl.conf"
	: > "$TEST_TMP/$1/unloaded"
}

# swan_apply: what swan_load was given and is not loaded yet
swan_apply()
{
	local name

	for name in "$TEST_TMP"/*/unloaded; do
		[ -e "$name" ] || continue
		name=${name%/unloaded}
		name=${name##*/}
		swan "$name" load-all --clear --noprompt \
			> "$TEST_TMP/$name/load" &&
			! grep -q 'invalid config\|failed, ' \
				"$TEST_TMP/$name/load" ||
			fail "$name takes its configuration" \
				"$(<"$TEST_TMP/$name/load")"
		rm -f "$TEST_TMP/$name/unloaded"
	done
}

# swan_conn CONN LOCAL REMOTE LOCAL-TS REMOTE-TS [LINE...]: prints a
# connection. A LINE is one of the connection, child:LINE of its child,
# local:LINE and remote:LINE of the ends, which say "auth = psk" without.
swan_conn()
{
	local conn=$1 laddr=$2 raddr=$3 lts=$4 rts=$5 line
	local c="" child="" lo="" re=""

	shift 5
	for line; do
		case $line in
		child:*)	child+=${line#child:}$'\n' ;;
		local:*)	lo+=${line#local:}$'\n' ;;
		remote:*)	re+=${line#remote:}$'\n' ;;
		*)		c+=$line$'\n' ;;
		esac
	done
	cat <<-CONF
	connections { $conn {
		local_addrs = $laddr
		remote_addrs = $raddr
		proposals = $IKE_PROPOSAL
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

# swan_pair A B CONN ADDR-A ADDR-B TS-A TS-B [LINE...]: the same connection at
# both ends, local and remote as A sees them; a:LINE and b:LINE are for one
# of them, in its own view.
swan_pair()
{
	local a=$1 b=$2 conn=$3 aaddr=$4 baddr=$5 ats=$6 bts=$7 line
	local la=() lb=()

	shift 7
	for line; do
		case $line in
		a:*)		la+=("${line#a:}") ;;
		b:*)		lb+=("${line#b:}") ;;
		local:*)	la+=("$line"); lb+=("remote:${line#*:}") ;;
		remote:*)	la+=("$line"); lb+=("local:${line#*:}") ;;
		*)		la+=("$line"); lb+=("$line") ;;
		esac
	done
	swan_load "$a" < <(swan_conn "$conn" "$aaddr" "$baddr" "$ats" "$bts" \
		${la[@]+"${la[@]}"})
	swan_load "$b" < <(swan_conn "$conn" "$baddr" "$aaddr" "$bts" "$ats" \
		${lb[@]+"${lb[@]}"})
}

# swan_psk NAME [SECRET [ID]]: the key for everybody, or for ID
swan_psk()
{
	local id=${3-}

	swan_load "$1" <<-CONF
	secrets { ike-${id//./-} {
		secret = "${2:-$IKE_PSK}"
		${id:+id = $id}
	} }
	CONF
}

# swan_up NAME CONN: what it said is in the lab's file NAME/initiate.
swan_up()
{
	local name=$1 conn=$2

	shift 2
	swan_apply
	swan "$name" initiate --child "$conn" --timeout 60 "$@" \
		> "$TEST_TMP/$name/initiate" && return
	tail -n 20 "$TEST_TMP/$name/initiate"
	return 1
}

# swan_idle NAME: it has no IKE SA
swan_idle()
{
	[ -z "$(swan "$1" list-sas)" ]
}

# make_certificates A B: an authority that both trust and a certificate for
# each, A.example and B.example. The lines of a connection of A and B that
# uses them are in CERT_LINES.
make_certificates()
{
	local dir=$TEST_TMP/pki name own

	mkdir -p "$dir"
	openssl genrsa -out "$dir/ca.key" 2048 2> /dev/null
	pki --self --in "$dir/ca.key" --dn "CN=Example CA" --ca \
		--lifetime 30 > "$dir/ca.crt"
	for name; do
		own=$TEST_TMP/$name/swanctl
		mkdir -p "$own"/{x509,x509ca,private}
		openssl genrsa -out "$own/private/own.key" 2048 2> /dev/null
		pki --pub --in "$own/private/own.key" | pki --issue \
			--cacert "$dir/ca.crt" --cakey "$dir/ca.key" \
			--san "$name.example" --dn \
			"CN=$name.example, O=$(printf 'long %.0s' {1..12})" \
			> "$own/x509/own.crt"
		cp "$dir/ca.crt" "$own/x509ca/"
	done
	# shellcheck disable=SC2034 # for the caller
	CERT_LINES=(a:local:auth=pubkey "a:local:id=$1.example"
		a:local:certs=own.crt a:remote:auth=pubkey
		"a:remote:id=$2.example" b:local:auth=pubkey
		"b:local:id=$2.example" b:local:certs=own.crt
		b:remote:auth=pubkey "b:remote:id=$1.example")
}

#
# Libreswan, unpacked beside strongSwan
#

# An empty database of keys, which all of them get a copy of
lsw_nss()
{
	[ -d "$TEST_TMP/nss" ] || {
		mkdir "$TEST_TMP/nss" &&
		certutil -N -d "sql:$TEST_TMP/nss" --empty-password
	}
}

# lsw_start NS NAME [pluto options]
lsw_start()
{
	local ns=$1 name=$2

	shift 2
	mkdir -p "$TEST_TMP/$name/ipsec.d"
	lsw_nss && cp -r "$TEST_TMP/nss" "$TEST_TMP/$name/nss" || return
	printf '%s: PSK "%s"\n' "%any %any " "$IKE_PSK" "" "$IKE_PSK" \
		> "$TEST_TMP/$name/ipsec.secrets"
	# Without this it drops IKEv1 unheard.
	printf 'config setup\n\tikev1-policy=accept\n' \
		> "$TEST_TMP/$name/ipsec.conf"
	# pluto insists on its helpers' place; this mount is its own.
	lab_run "$ns" "$name" sh -c 'mount -t tmpfs libexec /usr/libexec &&
		mkdir /usr/libexec/ipsec &&
		mount --bind "$0" /usr/libexec/ipsec && exec "$@"' "$LSW" \
		/usr/libexec/ipsec/pluto --config "$TEST_TMP/$name/ipsec.conf" \
		--nofork --rundir "$TEST_TMP/$name" \
		--nssdir "$TEST_TMP/$name/nss" --ipsecdir "$TEST_TMP/$name/ipsec.d" \
		--secretsfile "$TEST_TMP/$name/ipsec.secrets" --no-dnssec \
		--nhelpers 0 --logfile "$TEST_TMP/$name/log" "$@"
	lab_answers "$name" lsw "$name" --listen
}

# lsw NAME WHACK-OPTIONS: it speaks through a file, from any namespace
lsw()
{
	local name=$1

	shift
	"$LSW/whack" --rundir "$TEST_TMP/$name" "$@" 2>&1
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
	} > "$TEST_TMP/$name/ipsec.conf"
	nse "$(<"$TEST_TMP/$name/ns")" "$LSW/addconn" \
		--config "$TEST_TMP/$name/ipsec.conf" \
		--ctlsocket "$TEST_TMP/$name/pluto.ctl" "$conn" \
		> "$TEST_TMP/$name/load" 2>&1
	# Its status says other things as well.
	lsw "$name" --status | grep -q "^000 \"$conn\":" && return
	fail "$name takes its configuration" "$(<"$TEST_TMP/$name/load")"
}

# lsw_up NAME CONN: pluto itself would try for ever.
lsw_up()
{
	swan_apply
	lsw "$1" --initiate --asynchronous --name "$2" \
		> "$TEST_TMP/$1/initiate"
	busywait "$IKEMON_WAIT" lsw_child "$1" && return
	tail -n 20 "$TEST_TMP/$1/log"
	return 1
}

# lsw_child NAME: a CHILD_SA (IPsec SA) stands.
lsw_child()
{
	lsw "$1" --trafficstatus | grep -q 'inBytes'
}

#
# nf_ikemon
#

need_lab()
{
	need_module
	checktool "ikemonctl version" ikemonctl
}

# watch NS [KEY VALUE]...: monitor there
watch()
{
	local ns=$1

	shift
	swan_apply
	ikemonctl -n "$ns" config set mode monitor "$@" ||
		fail "config set mode monitor $*"
}

# ikemon_sessions NS [ARGUMENT...]: the sessions in the columns of truth_sas
ikemon_sessions()
{
	local ns=$1

	shift
	ikemonctl -n "$ns" -j session show "$@" | jq -r '.sessions[] |
		[.spi_i, .spi_r, .version, .state,
		 .initiator.addr, .initiator.port,
		 .responder.addr, .responder.port] | join(" ")' | sort
}

# ikemon_get NS CONDITION EXPRESSION: of the sessions that are such, in jq's
# words, the newest last
ikemon_get()
{
	ikemonctl -n "$1" -j session show |
		jq -r "[.sessions[]] | sort_by(.id)[] | select($2) | $3"
}

# ikemon_count NS CONDITION
ikemon_count()
{
	ikemonctl -n "$1" -j session show | jq "[.sessions[] | select($2)] | length"
}

# ikemon_has NS CONDITION
ikemon_has()
{
	[ "$(ikemon_count "$1" "$2")" -gt 0 ]
}

# ikemon_only NS CONDITION: there are sessions, and all are such
ikemon_only()
{
	ikemonctl -n "$1" -j session show |
		jq -e ".sessions | . != [] and all(.[]; $2)"
}

# counter_above NS NAME VALUE
counter_above()
{
	[ "$(ikemon_counter "$1" "$2")" -gt "$3" ]
}

# record NS: collect session events from now on in the lab's file events
record()
{
	bg events ikemonctl -n "$1" -j monitor
	busywait "$IKEMON_WAIT" record_ready "/proc/$BG_PID/net/netlink" ||
		fail "monitor listens"
}

# Listening means having a generic netlink socket in a multicast group.
record_ready()
{
	awk '$2 == 16 && $4 !~ /^0*$/ { n = 1 } END { exit !n }' "$1"
}

# states CONDITION: the states that such a session went through, by events
states()
{
	jq -rn "[inputs | .session? // empty | select($1) | .state] |
		reduce .[] as \$s ([]; if .[-1] == \$s then . else . + [\$s] end) |
		join(\" \")" "$TEST_TMP/events"
}

# went CONDITION STATES: it went through these and no others
went()
{
	[ "$(states "$1")" = "$2" ]
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

# agree NS NAME: every IKE SA that daemon NAME calls established is in the
# namespace's table with the same SPIs, version, addresses and ports, and is
# established there as well.
agree()
{
	local ns=$1 name=$2 i r ver st rest

	truth_sas "$name" > "$TEST_TMP/truth"
	ikemon_sessions "$ns" > "$TEST_TMP/mine"
	grep -q ESTABLISHED "$TEST_TMP/truth" || return
	while read -r i r ver st rest; do
		[ "$st" = ESTABLISHED ] || continue
		grep -qx "$i $r $ver established $rest" "$TEST_TMP/mine" ||
			return 1
	done < "$TEST_TMP/truth"
}

# check_agree NS NAME DESCRIPTION: shows both views when they differ
check_agree()
{
	if busywait "$IKEMON_WAIT" agree "$1" "$2"; then
		ok "$3"
		return
	fi
	not_ok "$3" "$(sed 's/^/daemon: /' "$TEST_TMP/truth"
		sed 's/^/ikemon: /' "$TEST_TMP/mine")"
}

# check_soon DESCRIPTION COMMAND...: COMMAND succeeds within IKEMON_WAIT
check_soon()
{
	local what=$1

	shift
	if busywait "$IKEMON_WAIT" "$@"; then
		ok "$what"
	else
		not_ok "$what" "in vain: $*
$("$@" 2>&1)"
	fi
}

# ping_through NS SOURCE DESTINATION: traffic through a tunnel, both ways
ping_through()
{
	nse "$1" ping -q -c 2 -i 0.2 -W 2 -I "$2" "$3" > "$TEST_TMP/ping"
}
