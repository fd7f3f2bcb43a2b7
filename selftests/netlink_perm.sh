#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who may ask, change and listen: CAP_NET_ADMIN in the user namespace that
# owns the network namespace, and nobody else.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
checktool "setpriv --version" setpriv
checktool "unshare -Urn true" "user namespaces"
sub=$(helper nlsub) || fail "nlsub does not build"
perm=$(helper nlperm) || fail "nlperm does not build"

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups
	--inh-caps=-all --bounding-set=-all)

# status COMMAND...: its exit status
status()
{
	"$@" >"$TEST_TMP/status" 2>&1
	echo $?
}

# let_through COMMAND...: what nlperm says was
let_through()
{
	"$@" >"$TEST_TMP/let" || echo "nlperm: status $?"
	grep -v '^tried' "$TEST_TMP/let"
}

# Programs and results that another user must reach
chmod 755 "$TEST_TMP"
cp "$sub" "$TEST_TMP/sub"
cp "$perm" "$TEST_TMP/perm"
cp "$(command -v ikemonctl)" "$TEST_TMP/ikemonctl"
chmod 755 "$TEST_TMP"/{sub,perm,ikemonctl}
sub=$TEST_TMP/sub perm=$TEST_TMP/perm ctl=$TEST_TMP/ikemonctl

setup_ns a
check "root watches a namespace" ikemonctl -n "$a" config set mode monitor

check "and limits a prefix" ikemonctl -n "$a" limit set 192.0.2.0/24 rate 7/s
check "and blocks one" ikemonctl -n "$a" block add 192.0.2.0/24
ikemonctl -n "$a" ruleset show >"$TEST_TMP/rules"

# ---- a user without privilege

# All commands and groups there are, also those that no option asks for
check_equal "a user may do nothing at all" "" \
	"$(let_through nse "$a" "${nobody[@]}" "$perm")"
let_through nse "$a" "$perm" >"$TEST_TMP/all"
check_equal "root may do all of it" \
	"tried $(wc -l <"$TEST_TMP/all")" "$(tail -n 1 "$TEST_TMP/let")"
check_equal "a user is told so" 2 \
	"$(status nse "$a" "${nobody[@]}" "$ctl" -s sa show)"
check "in words" grep -qi 'permi\|CAP_NET_ADMIN' "$TEST_TMP/status"
check_equal "a user may change nothing" 2 \
	"$(status nse "$a" "${nobody[@]}" "$ctl" block flush)"
check_equal "nothing of it was done" "$(<"$TEST_TMP/rules")" \
	"$(ikemonctl -n "$a" ruleset show)"

# ---- root of a user namespace, in the network namespace of others

check_equal "root of a user namespace may do nothing in another's" "" \
	"$(let_through nse "$a" unshare -Ur "$perm")"
check_equal "nor change it by name" 2 \
	"$(status nse "$a" unshare -Ur "$ctl" config set mode off)"
check_equal "nothing changed there" monitor \
	"$(ikemonctl -n "$a" -j config show | jq -r .mode)"

# ---- and in its own, kept open by a process that does nothing

# An unprivileged user's, whose root is nobody outside
bg own "${nobody[@]}" unshare -Urn sh -c 'echo ready; exec tail -f /dev/null'
wait_line "$TEST_TMP/own" ready || fail "no user namespace"
own_pid=$BG_PID

own()
{
	nsenter -t "$own_pid" -U -n "$@"
}

check_equal "its own is off" off "$(own "$ctl" -j config show | jq -r .mode)"
check "it may switch its own on" own "$ctl" config set mode monitor
check_equal "and do all there" "$(<"$TEST_TMP/all")" \
	"$(let_through own "$perm")"
check "and listen to it" own "$sub" -n 0 session
check_equal "the cap is the default" 65536 \
	"$(own "$ctl" -j config show | jq -r .max_sessions)"
for cap in max-sessions max-sources max-sas; do
	check_equal "it may not raise $cap" 2 \
		"$(status own "$ctl" config set $cap 65537)"
	check "and is told why" grep -q CAP_NET_ADMIN "$TEST_TMP/status"
	check "it may lower $cap" own "$ctl" config set $cap 1000
	check "and go back to the default" own "$ctl" config set $cap 65536
done
check_equal "a user it does not know cannot be the daemon's" 2 \
	"$(status own "$ctl" config set daemon-uid 12345)"
check "its own root can" own "$ctl" config set daemon-uid 0

# The machine's root may raise the cap there, and it may be kept then.
check "the machine's root raises the cap" \
	nsenter -t "$own_pid" -n "$ctl" config set max-sessions 70000
check "it may be said again" own "$ctl" config set max-sessions 70000
check_equal "but not raised further" 2 \
	"$(status own "$ctl" config set max-sessions 70001)"
check_equal "other namespaces saw nothing of it" 65536 \
	"$(ikemonctl -n "$a" -j config show | jq -r .max_sessions)"

# ---- what all of them may hold together, as the machine's root says

params=/sys/module/nf_ikemon/parameters
restore()
{
	for what in sessions sources sas; do
		echo 65536 >$params/userns_$what
	done
}
on_exit restore

for what in sessions sources sas; do
	check_equal "userns_$what is the default" 65536 \
		"$(<$params/userns_$what)"
	check_not "root of a user namespace does not change it" \
		own sh -c "echo 1000000 >$params/userns_$what"
done
ip -n "$a" link add q0 type veth peer name q0 netns "$own_pid"
ip -n "$a" link set q0 up
addr "$a" q0 192.0.2.1/24
nsenter -t "$own_pid" -n sh -c '
	ip link set lo up && ip link set q0 up &&
	ip addr add 192.0.2.2/24 dev q0' || fail "no way into its namespace"
mac=$(nsenter -t "$own_pid" -n ip link show q0 |
	sed -n 's|.*link/ether \([^ ]*\).*|\1|p')

# there NAME: a number of the statistics of its namespace
there()
{
	local all

	all=$(own "$ctl" -j stats show)
	[[ $all =~ \"$1\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# above LIMIT NAME: that number is greater
above()
{
	[ "$(there "$2")" -gt "$1" ]
}

# 60 sources begin a negotiation each.
send()
{
	nse "$a" flood -c 60 -s 198.51.100.0/24 q0 "$mac" 192.0.2.2 >/dev/null
}
own "$ctl" config set scope all >/dev/null
echo 7 >$params/userns_sources
send
check "a source too many is refused" slowwait 20 above 0 sources_refused
check_equal "there are as many as may be" 7 "$(there sources)"
echo 5 >$params/userns_sessions
own "$ctl" session flush all >/dev/null
send
check "a session too many is refused if no other can go" \
	slowwait 20 above 0 sessions_refused
check_equal "there are as many as may be" 5 "$(there sessions)"
check "the namespaces of the machine's root have all they want" \
	test "$(ikemon_counter "$a" sources_refused)" = 0
echo 3 >$params/userns_sas
for spi in 1 2 3 4 5; do
	nsenter -t "$own_pid" -n ip xfrm state add src 192.0.2.1 dst 192.0.2.2 \
		proto esp spi 0x100$spi mode tunnel \
		auth digest_null '' enc ecb\(cipher_null\) ''
done
check "an SA too many is refused" slowwait 20 above 1 sas_refused
check_equal "there are as many as may be" 3 "$(there sas)"

# What a namespace had is given back with it.
own "$ctl" config set mode off >/dev/null
own "$ctl" config set mode monitor >/dev/null
send
check "switched off and on again there is room again" \
	slowwait 20 above 4 sessions
