#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Switching on and off, unloading, loading and the end of a namespace, all of
# it under traffic. What that leaks, races or breaks the guest finds: the
# kernel log and, in the debug guest, kmemleak are part of every run.
#
#	peer ---- gw     a flood of negotiations, half of them answered
#	   \----- doomed deleted in the middle of it, many times

. "$(dirname "$0")/lib.sh"
need_module
checktool "modinfo nf_ikemon" "module file to load again"
# The debug guest has one CPU, and all of it is slower.
rounds=5
[ "${IKEMON_VM:-}" != uml ] || rounds=3

sessions()
{
	ikemon_counter "$1" sessions
}

has_sessions()
{
	[ "$(sessions "$1")" -gt 0 ]
}

monitor()
{
	ikemonctl -n "$1" config set mode "$2"
}

# flood NAMESPACE SOURCE DESTINATION: until the test ends
flood()
{
	bg "flood-$3" ip netns exec "$1" bash -c "
		while :; do
			ikepkt -s $2 -c 200 init $3
			ikepkt -s $2 -c 50 -p 4500 -d 4500 -n esp $3
			ikepkt -s $2 -c 20 -p 4500 -d 4500 -n auth $3
		done"
}

# each_round COMMAND...: as often, with the modes in turn
each_round()
{
	local i modes=(enforce monitor)

	for ((i = 0; i < rounds; i++)); do
		MODE=${modes[i % 2]}
		"$@" || return
	done
}

setup_ns peer gw
veth "$peer" p0 "$gw" g0
addr "$peer" p0 192.0.2.2/24 2001:db8::2/64
addr "$gw" g0 192.0.2.1/24 2001:db8::1/64
bg answer ip netns exec "$gw" ikepkt answer
flood "$peer" 192.0.2.2 192.0.2.1
flood "$peer" 2001:db8::2 2001:db8::1

on_and_off()
{
	monitor "$gw" "$MODE" && busywait 20000 has_sessions "$gw" &&
	ikemonctl -n "$gw" session show >/dev/null && monitor "$gw" off &&
	[ "$(sessions "$gw")" = 0 ]
}
check "on and off under traffic, $rounds times" each_round on_and_off

reload()
{
	monitor "$gw" "$MODE" && busywait 20000 has_sessions "$gw" &&
	rmmod nf_ikemon && [ ! -d /sys/module/nf_ikemon ] &&
	modprobe nf_ikemon
}
check "unloaded and loaded under traffic, $rounds times" each_round reload

doom()
{
	local doomed

	setup_ns doomed
	veth "$peer" d0 "$doomed" d0 &&
	addr "$peer" d0 198.51.100.2/24 && addr "$doomed" d0 198.51.100.1/24 &&
	monitor "$doomed" "$MODE" || return
	nse "$peer" ikepkt -s 198.51.100.2 -c 2000 init 198.51.100.1 &
	busywait 20000 has_sessions "$doomed" && delete_ns "$doomed"
	# The other end of the cable goes with the namespace, in its own time.
	wait $!
	slowwait 20 not ip -n "$peer" link show d0
}
check "namespaces deleted while busy, $rounds times" each_round doom

monitor_at_load()
{
	rmmod nf_ikemon && modprobe nf_ikemon mode=monitor &&
	[ "$(ikemonctl -j config show | jq -r .mode)" = monitor ]
}
check "the parameter mode=monitor starts the initial namespace" \
	monitor_at_load
check "the module is unloaded" rmmod nf_ikemon
check_not "a wrong mode is refused at load" modprobe nf_ikemon mode=perhaps
check "the module loads again" modprobe nf_ikemon
check_equal "nothing holds it" 0 "$(</sys/module/nf_ikemon/refcnt)"
