#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tracepoints say which state a session entered and what was decided.

. "$(dirname "$0")/lib.sh"
need_module
trace=/sys/kernel/tracing
[ -d $trace/events ] || mount -t tracefs none $trace 2>/dev/null
[ -d $trace/events/nf_ikemon ] || skip_all "no tracepoints in this kernel"

setup_ns gw peer
veth "$gw" gw0 "$peer" peer0
addr "$gw" gw0 192.0.2.1/24
addr "$peer" peer0 192.0.2.2/24
check "monitor" ikemonctl -n "$gw" config set mode monitor
netns=$(nse "$gw" readlink /proc/self/ns/net | tr -dc 0-9)

instance=$trace/instances/$gw
check "a trace instance" mkdir "$instance"
on_exit rmdir "$instance"
# Recording the names of tasks would patch the scheduler, which is not ours.
echo 0 >"$instance/options/record-cmd"
echo 1 >"$instance/events/nf_ikemon/enable"

nse "$peer" ikepkt -s 192.0.2.2 init 192.0.2.1 >/dev/null
check "a message was judged" \
	busywait 5000 grep -q "ikemon_verdict: netns=$netns in .* v2 exchange=34" \
	"$instance/trace"
check "its session is new" \
	busywait 5000 grep -q "ikemon_session_state: netns=$netns .* old=0 state=1" \
	"$instance/trace"
