#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random netlink requests, in a namespace with sessions that come and go. The
# seed is in the output; IKEMON_FUZZ_SEED=N repeats it, IKEMON_FUZZ_SECONDS=N
# lasts longer than 15 seconds. From a minute on, namespaces come and go beside
# it, each with requests of its own.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
fuzz=$(helper nlfuzz) || fail "nlfuzz does not build"
flood=$(helper ikeflood) || fail "ikeflood does not build"
dump=$(helper nldump) || fail "nldump does not build"

seconds=${IKEMON_FUZZ_SECONDS:-15}
seed=${IKEMON_FUZZ_SEED:-$RANDOM$RANDOM}

setup_ns peers gateway
veth "$peers" eth0 "$gateway" eth0
addr "$peers" eth0 192.0.2.1/24
addr "$gateway" eth0 192.0.2.2/24
check "watch the gateway" ikemonctl -n "$gateway" config set mode monitor
# SAs to ask for
add_sas()
{
	local spi key=0x00112233445566778899aabbccddeeff00112233

	for spi in 0x101 0x102 0x103; do
		ip -n "$gateway" xfrm state add src 192.0.2.1 dst 192.0.2.2 \
			proto esp spi "$spi" reqid 7 mode tunnel \
			aead 'rfc4106(gcm(aes))' "$key" 128 || return
	done
}
check "there are SAs" add_sas
bg flood ip netns exec "$peers" "$flood" -n 100000000 -a 50 -r 500 \
	198.51.100.0 192.0.2.2

fuzz_twice()
{
	local one

	nse "$gateway" "$fuzz" -s "$seed" -t "$seconds" >"$TEST_TMP/one" 2>&1 &
	one=$!
	nse "$gateway" "$fuzz" -s "$((seed + 1))" -t "$seconds" \
		>"$TEST_TMP/two" 2>&1 && wait "$one"
}

# One namespace after the other, deleted while it is asked
churn()
{
	local name n=0

	while :; do
		name=$1-$((n++ % 4))
		echo "namespace $n"
		ip netns add "$name" || continue
		ikemonctl -n "$name" config set mode monitor
		ip netns exec "$name" "$2" -t 30 &
		ip netns exec "$name" "$2" -n 300
		ip netns del "$name"
		kill $!
		wait $!
	done
}
remove_churned()
{
	local i

	for i in 0 1 2 3; do
		ip netns del "$gateway-$i" 2>/dev/null
	done
}
if [ "$seconds" -ge 60 ]; then
	on_exit remove_churned
	bg churn bash -c "$(declare -f churn); churn $gateway $fuzz"
fi

check "two at once for $seconds seconds" fuzz_twice
diag "$(cat "$TEST_TMP/one" "$TEST_TMP/two")"
[ ! -f "$TEST_TMP/churn" ] ||
	diag "$(grep -c '^namespace' "$TEST_TMP/churn") namespaces beside it"
check "the configuration can be reset" \
	ikemonctl -n "$gateway" config reset
check "and used" ikemonctl -n "$gateway" config set mode monitor
appears()
{
	[ "$(nse "$gateway" "$dump" | wc -l)" -gt 0 ]
}
check "sessions are seen" slowwait 20 appears
