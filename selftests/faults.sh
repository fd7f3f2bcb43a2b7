#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Memory that is not to be had. Every request of ikemonctl is made with its
# first, second, ... allocation failing: it is refused and has changed nothing,
# or is done. Then packets meet tables that cannot grow: they pass, and a
# counter says what was lost. What that leaks or breaks the guest finds.
# IKEMON_FAULTS=all takes each allocation of loading the module and of a new
# namespace as well, not some of them: some minutes.
#
#	peer ---- gw

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
debug=/sys/kernel/debug
for f in $debug/failslab $debug/fail_page_alloc /proc/self/fail-nth \
    /sys/kernel/slab/ikemon_session/failslab; do
	[ -e $f ] || skip_all "no fault injection in this kernel"
done
nth=$(helper failnth -shared -fPIC) || fail "failnth does not build"
load=$(helper failload) || fail "failload does not build"
sub=$(helper nlsub) || fail "nlsub does not build"
checktool "modinfo nf_ikemon" "module file to load again"

# set_faults SETTING=VALUE...: of failslab and fail_page_alloc alike
set_faults()
{
	local s d

	for s; do
		for d in failslab fail_page_alloc; do
			[ ! -e "$debug/$d/${s%%=*}" ] ||
				echo "${s#*=}" >"$debug/$d/${s%%=*}"
		done
	done
}

mend()
{
	local f

	set_faults probability=0 times=1 cache-filter=N ignore-gfp-wait=Y \
		min-order=1
	for f in /sys/kernel/slab/{ikemon_*,kmalloc-*,skbuff_*}/failslab; do
		[ ! -e "$f" ] || echo 0 >"$f"
	done
}
on_exit mend
set_faults verbose=0

# ---- requests

setup_ns gw peer
veth "$peer" p0 "$gw" g0
addr "$peer" p0 192.0.2.2/24 2001:db8::2/64
addr "$gw" g0 192.0.2.1/24 2001:db8::1/64
ip -n "$gw" route add default via 192.0.2.2
ip -n "$gw" route add default via 2001:db8::2

with_nth()
{
	LD_PRELOAD=$nth ikemonctl -n "$gw" "$@"
}

# undo_is FILE: what takes a change back is the ruleset in FILE
undo_is()
{
	BASE=$1
	FAILNTH_RECORD=$1.undo with_nth -f "$1" &&
		export FAILNTH_UNDO=$1.undo
}

# sweep WORD...: it is right if nothing but sums were said, something was hit,
# and the command itself, to which nothing happened, worked.
sweep()
{
	local said=$TEST_TMP/said n

	if ! with_nth "$@" 3>"$said" >"$TEST_TMP/out" 2>&1; then
		not_ok "$*" "$(cat "$said" "$TEST_TMP/out")"
		return
	fi
	n=$(grep -c '^swept [1-9]' "$said")
	if [ "$n" -gt 0 ] && [ "$n" -eq "$(wc -l <"$said")" ]; then
		diag "$*: $(<"$said")"
		ok "$*"
	else
		not_ok "$*" "$(<"$said")"
	fi
	ikemonctl -n "$gw" -f "$BASE"
}

off=$TEST_TMP/off
on=$TEST_TMP/on
cat >"$off" <<-END
	config set mode off
END
cat >"$on" <<-END
	config set mode enforce
	config set unknown-spi block
	config set defrag on
	port add 500 ike
	port add 4500 natt
	port add 501 ike
	limit set 192.0.2.0/25 rate 7/s
	limit set 2001:db8:1::/48 exempt
	block add 198.51.100.0/24
	block add 2001:db8:2::/48
END

set_faults ignore-gfp-wait=N min-order=0
ikemonctl -n "$gw" config set mode off
undo_is "$off"
sweep config set mode monitor
sweep config set mode enforce
sweep -f "$on"
undo_is "$on"
sweep config set mode off
sweep config set mode monitor
sweep config set unknown-spi count defrag off
sweep config set cookie passthrough mark 0xff limit-rate 9/s
sweep config set max-sessions 1000 timeout-new 5s
sweep config reset
sweep port add 502 natt
sweep port del 501
sweep limit set 203.0.113.0/24 rate 5/s
sweep limit del 192.0.2.0/25
sweep block add 203.0.113.0/24 time 1h
sweep block add 192.0.2.128/25
sweep block del 198.51.100.0/24
sweep block flush
sweep -f "$off"

bg answer ip netns exec "$gw" ikepkt answer
# answered [OPTION...]: an opener is let through and answered
answered()
{
	nse "$peer" ikepkt -s 192.0.2.2 "$@" -w init 192.0.2.1
}
sa()
{
	ip -n "$gw" xfrm state add src 192.0.2.2 dst 192.0.2.1 proto esp \
		spi "$1" mode tunnel enc cipher_null "" \
		auth 'hmac(sha256)' "0x$(printf '%064d' 7)"
}
check "a session" busywait 20000 answered
check "an SA" sa 0x1001
for object in session source sa block limit stats config version ruleset; do
	sweep $object show
done
sweep session flush all
joins()
{
	nse "$gw" env LD_PRELOAD="$nth" "$sub" -n 1 -t 1 session \
		3>"$TEST_TMP/said"
	grep '^swept [1-9]' "$TEST_TMP/said"
}
check "joining a group" joins

# ---- packets

# lacks CACHE: nothing more of this sort
lacks()
{
	mend
	echo 1 >"/sys/kernel/slab/$1/failslab"
	set_faults cache-filter=Y times=-1 probability=100
}

# counted NAME COMMAND...: COMMAND works, and the counter NAME rises
counted()
{
	local name=$1 was

	shift
	was=$(ikemon_counter "$gw" "$name")
	"$@" && [ "$(ikemon_counter "$gw" "$name")" -gt "$was" ]
}

is()
{
	[ "$(ikemon_counter "$gw" "$1")" = "$2" ]
}

check "no session is left" is sessions 0
lacks ikemon_session
check "without memory for a session the packet passes" \
	counted no_memory answered -p 1001
check "and there is none" is sessions 0
mend
check "there is when there is memory" counted sessions_new answered -p 1001

ikemonctl -n "$gw" -f "$off"
ikemonctl -n "$gw" -f "$on"
lacks ikemon_source
check "without memory for a source the packet passes" \
	counted no_memory answered -p 1002
check "its session is there" is sessions 1
check "a source is not" is sources 0
check "the session can go" ikemonctl -n "$gw" session flush all
mend
check "there is when there is memory" counted sources_new answered -p 1003

lacks ikemon_sa
check "without memory for an SA xfrm has it all the same" \
	counted no_memory sa 0x1002
mend
check "the next one is seen" counted sas_added sa 0x1003

# ---- everything at once, and each third allocation that cannot wait fails

mac=$(ip -n "$gw" link show g0 | sed -n 's|.*link/ether \([^ ]*\).*|\1|p')
storm()
{
	nse "$peer" flood -k init,auth,esp,unknown,forged -c 300 -t 20 \
		-s 198.51.100.0/24 -s 2001:db8:f::/48 p0 "$mac" \
		192.0.2.1 2001:db8::1
	nse "$peer" crowd -n 20 -w 500 -T 3 -a 2 -A -L 8 \
		p0 "$mac" 203.0.113.1 192.0.2.1
	for ((i = 0x2000; i < 0x2008; i++)); do
		sa "$i"
	done
	ip -n "$gw" xfrm state flush
	ikemonctl -n "$gw" session show
	ikemonctl -n "$gw" session flush all
} >"$TEST_TMP/storm" 2>&1

# rises COMMAND: and these counters rose
rises()
{
	local before after name

	before=$(ikemonctl -n "$gw" -j -s stats show)
	"$1"
	after=$(ikemonctl -n "$gw" -j -s stats show)
	for name in no_memory events_lost cookies_failed; do
		[[ $before =~ \"$name\":([0-9]+) ]] || return
		set -- "${BASH_REMATCH[1]}"
		[[ $after =~ \"$name\":([0-9]+) ]] || return
		diag "$name: $1, then ${BASH_REMATCH[1]}"
		[ "${BASH_REMATCH[1]}" -gt "$1" ] || return
	done
}

ikemonctl -n "$gw" config reset
ikemonctl -n "$gw" config set mode enforce cookie passthrough \
	challenge-global 20 limit-burst 1 limit-rate 1/s
stop_bg "$BG_PID"
bg answer ip netns exec "$gw" crowd -r
offend()
{
	nse "$peer" crowd -n 8 -b 8 -w 200 -T 2 -a 0 -L 4 \
		p0 "$mac" 203.0.113.1 192.0.2.1
	is sources 1
}
ikemonctl -n "$gw" config set challenge always
lacks kmalloc-1k
check "without memory for its record an offence is counted" \
	counted no_memory offend
mend
ikemonctl -n "$gw" config set challenge auto
bg listener ip netns exec "$gw" "$sub" -n 100000 -t 60 session
listener=$BG_PID
check "a listener" wait_line "$TEST_TMP/listener" joined
set_faults times=-1 probability=33
check "what was lost is counted" rises storm
mend
echo 1 >$debug/fail_page_alloc/probability
set_faults min-order=0 times=-1
echo 20 >$debug/fail_page_alloc/probability
storm
mend
ikemonctl -n "$gw" config set challenge never limit-rate 100/s
check "it still works" counted sessions_new answered -p 1004
stop_bg "$listener"

# ---- loading, namespaces

steps="7 131"
[ "${IKEMON_FAULTS-}" != all ] || steps="1 1"
set_faults ignore-gfp-wait=N min-order=0
cp "$(modinfo -n nf_ikemon)" "$TEST_TMP/nf_ikemon.ko"
check "the module can go" slowwait 20 rmmod nf_ikemon
check "it is loaded or not, as allocations fail" "$load" \
	"$TEST_TMP/nf_ikemon.ko" nf_ikemon "${steps% *}" mode=enforce
check "so are namespaces made" "$load" -n "${steps#* }"
mend
check "it is there, and can go" rmmod nf_ikemon
check "and come again" modprobe nf_ikemon
