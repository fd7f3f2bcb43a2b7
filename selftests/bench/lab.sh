# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the stopwatches share: a sender, a gateway, and a way out.
#
#	gen 192.0.2.1 ---- 192.0.2.2 gw ---- dummy device

BURST=$SELFTESTS/../build/burst
declare -A counted

lab()
{
	setup_ns GEN GW
	veth "$GEN" eth0 "$GW" eth0
	addr "$GEN" eth0 192.0.2.1/24 2001:db8::1/64
	addr "$GW" eth0 192.0.2.2/24 2001:db8::2/64
	ip -n "$GW" -b - <<-END
		link add out type dummy
		link set out up
		address add 10.99.0.1/24 dev out
		address add 2001:db8:c::1/64 dev out nodad
		route add default via 10.99.0.2
		route add default via 2001:db8:c::2
		neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev out
		neigh add 2001:db8:c::2 lladdr 02:00:00:00:00:02 dev out
	END
	nse "$GW" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.eth0.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	MAC=$(ip -n "$GW" -j link show eth0 | jq -r '.[0].address')
	ip -n "$GW" neigh replace 192.0.2.1 dev eth0 lladdr "$(mac_of_gen)"
	ip -n "$GW" neigh replace 2001:db8::1 dev eth0 lladdr "$(mac_of_gen)"
}

mac_of_gen()
{
	ip -n "$GEN" -j link show eth0 | jq -r '.[0].address'
}

# send FROM TO [OPTION]...
send()
{
	local from=$1 to=$2

	shift 2
	nse "$GEN" "$BURST" "$@" eth0 "$MAC" "$from" "$to"
}

# happened COUNTER TIMES: or a figure is of something else than it says
happened()
{
	local before=${counted[$1]-0} now

	now=$(ikemon_counter "$GW" "$1")
	[ $((now - before)) -ge "$2" ] ||
		fail "it is $1 that is timed" "$((now - before)) times"
	counted[$1]=$now
}

rules()
{
	nse "$GW" nft -f - || fail "rules are taken"
}

gw()
{
	ikemonctl -n "$GW" "$@" > "$TEST_TMP/out" ||
		fail "ikemonctl $*" "$(cat "$TEST_TMP/out")"
}

configure()
{
	gw config set "$@"
}

#
# What passes: to an empty chain before it, and to the drain behind it
#

open_chain()
{
	rules <<-END
	table inet before {
		chain raw {
			type filter hook prerouting priority -300;
			${1-}
		}
	}
	END
}

drain()
{
	rules <<-END
	table inet after {
		chain drain {
			type filter hook prerouting priority -150; policy drop;
		}
	}
	END
}
