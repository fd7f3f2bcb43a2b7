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
dump=$(helper nldump) || fail "nldump does not build"

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups
	--inh-caps=-all --bounding-set=-all)

# status COMMAND...: its exit status
status()
{
	"$@" >"$TEST_TMP/status" 2>&1
	echo $?
}

# Programs and results that another user must reach
chmod 755 "$TEST_TMP"
cp "$sub" "$TEST_TMP/sub"
cp "$dump" "$TEST_TMP/dump"
cp "$(command -v ikemonctl)" "$TEST_TMP/ikemonctl"
chmod 755 "$TEST_TMP"/{sub,dump,ikemonctl}
sub=$TEST_TMP/sub dump=$TEST_TMP/dump ctl=$TEST_TMP/ikemonctl

setup_ns a
check "root watches a namespace" ikemonctl -n "$a" config set mode monitor

check "and limits a prefix" ikemonctl -n "$a" limit set 192.0.2.0/24 rate 7/s
check "and blocks one" ikemonctl -n "$a" block add 192.0.2.0/24
ikemonctl -n "$a" ruleset show >"$TEST_TMP/rules"

# ---- a user without privilege

for what in "config show" "session show" "source show" "stats show" \
	    "version" "config set mode off" "session flush all" \
	    "limit show" "limit set 192.0.2.0/24 rate 5/s" \
	    "limit del 192.0.2.0/24" "block show" "block add 192.0.2.0/24" \
	    "block del 192.0.2.0/24" "block flush"; do
	# shellcheck disable=SC2086 # words
	check_equal "a user may not: $what" 2 \
		"$(status nse "$a" "${nobody[@]}" "$ctl" $what)"
done
check_equal "nothing of it was done" "$(cat "$TEST_TMP/rules")" \
	"$(ikemonctl -n "$a" ruleset show)"
check_equal "a user may not dump" 2 \
	"$(status nse "$a" "${nobody[@]}" "$dump")"
for group in session alarm source; do
	check_equal "a user may not listen to $group" 2 \
		"$(status nse "$a" "${nobody[@]}" "$sub" -n 0 $group)"
	check_equal "root may listen to $group" 0 \
		"$(status nse "$a" "$sub" -n 0 $group)"
done

# ---- root of a user namespace, in the network namespace of others

check_equal "root of a user namespace may not look at another's" 2 \
	"$(status nse "$a" unshare -Ur "$ctl" config show)"
check_equal "nor change it" 2 \
	"$(status nse "$a" unshare -Ur "$ctl" config set mode off)"
check_equal "nor listen to it" 2 \
	"$(status nse "$a" unshare -Ur "$sub" -n 0 session)"
check_equal "nothing changed there" monitor \
	"$(ikemonctl -n "$a" -j config show | jq -r .mode)"

# ---- and in its own, kept open by a process that does nothing

bg own unshare -Urn sh -c 'echo ready; exec tail -f /dev/null'
wait_line "$TEST_TMP/own" ready || fail "no user namespace"
own_pid=$BG_PID

own()
{
	nsenter -t "$own_pid" -U -n --preserve-credentials "$@"
}

check_equal "its own is off" off "$(own "$ctl" -j config show | jq -r .mode)"
check "it may switch its own on" own "$ctl" config set mode monitor
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
