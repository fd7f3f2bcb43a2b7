#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ikemonctl against the module: what the kernel refuses and why, what changes
# nothing, rulesets there and back, filters, events.
#
#	peer 192.0.2.1 ---- 192.0.2.2 gw (nf_ikemon)
#	     2001:db8::1    2001:db8::2

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/host/ctl_lib.sh"
need_module
ctl_find
checktool "command -v ikepkt" ikepkt
checktool "command -v socat" socat

setup_ns PEER GW
veth "$PEER" eth0 "$GW" eth0
addr "$PEER" eth0 192.0.2.1/24 2001:db8::1/64
addr "$GW" eth0 192.0.2.2/24 2001:db8::2/64

gw()
{
	ctl -n "$GW" "$@"
}
json()
{
	"$IKEMONCTL" -n "$GW" -j "$@"
}
sessions()
{
	json session show "$@" | jq '.sessions | length'
}
gw_refuse()
{
	refuse "$1" "$2" -n "$GW" "${@:3}"
}
generation()
{
	json config show | jq .generation
}

# ---- off
gw
check_equal "the overview says that nothing is watched" "0 1" \
	"$ctl_rc $(grep -c 'nothing is watched' "$TEST_TMP/out")"
check_equal "no sessions are no failure" '0 {"sessions":[]}' \
	"$(gw -j session show; echo "$ctl_rc $ctl_out")"
gw_refuse 2 'the kernel refused: monitoring is off in this network namespace' \
	session show id 1

# ---- configuration
check "monitor" "$IKEMONCTL" -n "$GW" config set mode monitor timeout-new 45s
check_equal "both were set" "monitor 45" \
	"$(json config show | jq -r '"\(.mode) \(.timeout_new)"')"
gw config show
check_equal "what is not the default is marked" \
	"mode monitor off timeout-new 45s 30s " \
	"$(awk 'NF > 2 && $3 != "yes" && $1 != "port" && NR > 1 {
		printf "%s %s %s ", $1, $2, $3 }' "$TEST_TMP/out")"
check_equal "in groups" \
	"general challenge limits blocks rates marks time-outs ports" \
	"$(awk 'NF == 1 { print $1 }' "$TEST_TMP/out" | xargs)"
before=$(generation)
gw_refuse 2 'the kernel refused: no session has this id' session show id 99999
gw_refuse 2 'the kernel refused: no session has this id' session flush id 99999
gw_refuse 2 'the kernel refused*: port is in the list already' port add 500 ike
gw_refuse 2 'the kernel refused*: port is not in the list' port del 9
check_equal "a refusal changes nothing" "$before" "$(generation)"

for p in {501..514}; do
	"$IKEMONCTL" -n "$GW" port add "$p" ike || break
done
check_equal "there is room for 16 ports" 16 \
	"$(json port show | jq '.ports | length')"
gw_refuse 2 'the kernel refused*: 16 ports at most' port add 515 natt
check "a port takes another kind" "$IKEMONCTL" -n "$GW" port add 514 natt
check_equal "which is in force" natt \
	"$(json port show | jq -r '.ports[] | select(.port == 514).kind')"
gw port show
check_equal "as text too" "514 natt" \
	"$(awk '$1 == 514 { print $1, $2 }' "$TEST_TMP/out")"

# ---- rulesets
"$IKEMONCTL" -n "$GW" config set scope all defrag on max-sessions 1000 \
	max-sources 2000 source-prefix-v4 24 source-prefix-v6 48 \
	timeout-established 90m timeout-closed 7d event-rate 5/s \
	daemon-uid 1234 2>"$TEST_TMP/err"
check_equal "all or nothing: one value is out of range" "1 local" \
	"$? $(json config show | jq -r .scope)"
check "many keys at once" "$IKEMONCTL" -n "$GW" config set scope all \
	defrag on max-sessions 1000 max-sources 2000 source-prefix-v4 24 \
	source-prefix-v6 48 timeout-established 90m timeout-closed 23h \
	event-rate 500/s daemon-uid 1234
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/rules"
check_equal "a ruleset has every key and port" \
	"$(("$(ikemonctl help --complete config set | wc -l)" + 16))" \
	"$(wc -l <"$TEST_TMP/rules")"
check "reset" "$IKEMONCTL" -n "$GW" config reset
check_equal "everything is as it was at first" true "$(json config show |
	jq '.defaults as $d | del(.defaults, .generation) == $d')"
before=$(generation)
check "the ruleset would be taken" "$IKEMONCTL" -n "$GW" -c \
	-f "$TEST_TMP/rules"
check_equal "a check changes nothing" "$before off" \
	"$(generation) $(json config show | jq -r .mode)"
check "the ruleset is taken" "$IKEMONCTL" -n "$GW" -f "$TEST_TMP/rules"
check_equal "as one change" "$((before + 1))" "$(generation)"
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/again"
check "and comes back octet for octet" cmp "$TEST_TMP/rules" "$TEST_TMP/again"
check "also from standard input" "$IKEMONCTL" -n "$GW" -f - <"$TEST_TMP/again"
sed 's/^config set daemon-uid .*/config set daemon-uid none/; /port/d' \
	"$TEST_TMP/rules" | "$IKEMONCTL" -n "$GW" -f -
check_equal "what is not named takes its default" "null 2" \
	"$(json config show | jq -r '"\(.daemon_uid) \(.ports | length)"')"
before=$(generation)
{ cat "$TEST_TMP/rules"; echo "config set mod off"; } >"$TEST_TMP/bad"
gw_refuse 1 "$TEST_TMP/bad:$(wc -l <"$TEST_TMP/bad"): unknown key \"mod\"; *" -f "$TEST_TMP/bad"
check_equal "a bad ruleset changes nothing" "$before" "$(generation)"

# ---- privilege
for words in "" "session show" "session flush all" "source show" \
	"stats show" "config show" "config set mode off" "config reset" \
	"port add 9 ike" "monitor" "ruleset show" "-f -" "limit show" \
	"limit set ::/0 exempt" "limit del ::/0" "block show" "block add ::1" \
	"block del ::1" "block flush"; do
	# shellcheck disable=SC2086 # a list
	nse "$GW" setpriv --reuid 65534 --clear-groups "$IKEMONCTL" $words \
		>"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null
	ctl_rc=$?
	ctl_err=$(<"$TEST_TMP/err")
	check_equal "nobody may not: $words" \
		"2 ikemonctl: not permitted; CAP_NET_ADMIN 1 0" \
		"$ctl_rc ${ctl_err%% is needed*} $(wc -l <"$TEST_TMP/err") $(
			wc -c <"$TEST_TMP/out")"
done
check_equal "nobody changed nothing" "$before" "$(generation)"
nse "$GW" setpriv --reuid 65534 --clear-groups "$IKEMONCTL" \
	-n /proc/1/ns/net session show >"$TEST_TMP/out" 2>"$TEST_TMP/err"
check_equal "nobody enters another's namespace" \
	'2 ikemonctl: cannot enter the network namespace "/proc/1/ns/net": Permission denied; CAP_SYS_ADMIN is needed, try it as root' \
	"$? $(<"$TEST_TMP/err")"
if unshare -Urn true 2>/dev/null; then
	check "in a namespace of their own anybody may" \
		unshare -Urn "$IKEMONCTL" config set mode monitor
	unshare -Urn "$IKEMONCTL" config set max-sessions 65537 \
		2>"$TEST_TMP/err"
	check_equal "but not use more memory than the default" \
		"2 ikemonctl: the kernel refused max-sessions: above 65536 needs CAP_NET_ADMIN in the initial user namespace" \
		"$? $(<"$TEST_TMP/err")"
fi

# ---- network namespaces
check_equal "a path to a namespace" "$before" "$("$IKEMONCTL" \
	-n "/run/netns/$GW" -j config show | jq .generation)"
check_equal "or to be in it" "$before" \
	"$(nse "$GW" "$IKEMONCTL" -j config show | jq .generation)"
check_equal "the peer's is another" off \
	"$("$IKEMONCTL" -n "$PEER" -j config show | jq -r .mode)"

# ---- sessions and events
"$IKEMONCTL" -n "$GW" config reset
# A slow machine must not let them time out under our hands.
"$IKEMONCTL" -n "$GW" config set mode monitor timeout-new 1h
# listening N: so many generic netlink sockets here have joined a group
listening()
{
	nse "$GW" awk -v "want=$1" '$2 == 16 && $3 && $4 != "00000000" { n++ }
		END { exit n < want }' /proc/net/netlink
}
bg events "$IKEMONCTL" -n "$GW" -j monitor all max 5
monitor_pid=$BG_PID
bg text "$IKEMONCTL" -n "$GW" monitor session
text_pid=$BG_PID
check "monitors listen" busywait 5000 listening 2

# Somebody must be there, or the sender hears of a closed port.
bg sink ip netns exec "$GW" socat -u UDP6-RECV:500,ipv6only=0 OPEN:/dev/null
bound()
{
	nse "$GW" ss -Huln 'sport = :500' | grep -q .
}
check "somebody takes the packets" busywait 5000 bound
nse "$PEER" ikepkt -c 3 init 192.0.2.2
nse "$PEER" ikepkt main 192.0.2.2
nse "$PEER" ikepkt init 2001:db8::2
check "five sessions" busywait 5000 eval '[ "$(sessions)" = 5 ]'
check_equal "by version" "1 4" "$(sessions version 1) $(sessions version 2)"
check_equal "by prefix" "4 1 1 0" "$(sessions prefix 192.0.2.0/24) $(
	sessions prefix 2001:db8::1) $(sessions prefix ::/0) $(
	sessions prefix 198.51.100.0/24)"
check_equal "by state" "5 0" "$(sessions state new,failed) $(
	sessions state established,half-open)"
check_equal "by several" "3 2" "$(sessions state new version 2 prefix \
	192.0.2.1) $(sessions max 2)"
id=$(json session show version 1 | jq '.sessions[0].id')
check_equal "by id" "1 $id" "$(sessions id "$id") $(json session show \
	id "$id" | jq '.sessions[0].id')"
check_equal "the keys are those of the contract" \
	"id version state proof reason spi_i spi_r initiator responder local_role proof_addr ifname exchange message_id nat encap verdict transcript notify first_seen last_seen sa parent suite vendors flags expires would proven sas offered chosen child" \
	"$(json session show id "$id" |
		command jq -r '.sessions[0] | keys_unsorted | join(" ")')"
check_equal "one session says who and how" \
	"1 new 192.0.2.1:500 192.0.2.2:500 responder Identity Protection udp accept false" \
	"$(json session show id "$id" | jq -r '.sessions[0] | "\(.version) " +
		"\(.state) \(.initiator.addr):\(.initiator.port) " +
		"\(.responder.addr):\(.responder.port) \(.local_role) " +
		"\(.exchange) \(.encap) \(.verdict) \(.proven)"')"
gw -s session show id "$id"
check_equal "at length" "session $id (IKEv1)" \
	"$(sed -n '1s/  */ /gp' "$TEST_TMP/out")"
gw session show
check_equal "as a table" "6 5" "$(wc -l <"$TEST_TMP/out") $(
	grep -c ' new  *\(\[2001:db8::1\]\|192\.0\.2\.1\):500' "$TEST_TMP/out")"
gw -s session show version 1
check "with the transcript under it" \
	grep -q '^    initiator  1 messages, 0 retransmits' "$TEST_TMP/out"
# Times apart, which pass meanwhile
still='del(.. | .first_seen?, .last_seen?, .expires?)'
check_equal "pretty JSON is the same JSON" \
	"$(json session show | jq -c "$still")" \
	"$("$IKEMONCTL" -n "$GW" -p session show | jq -c "$still")"
check_equal "sources" "2001:db8::/64 1 192.0.2.1/32 4" "$(json source show |
	jq -r '[.sources | sort_by(.sessions)[] | select(.wide | not) |
		.prefix, .sessions] | join(" ")')"
check_equal "a wide one beside them" "2001:db8::/48" "$(json source show |
	jq -r '.sources[] | select(.wide).prefix')"
check_equal "the keys of a source are those of the contract" \
	"prefix sessions half_open negotiations established failed first_seen last_seen proven budgets offences score blocked_until blocked_for would wide unknown_spi blocked_shares" \
	"$(json source show |
		command jq -r '.sources[0] | keys_unsorted | join(" ")')"
check_equal "with every offence" "over-limit retransmit-storm empty-half-open auth-failed-suspected slow rekey-storm 0" \
	"$(json source show | command jq -r '.sources[0].offences |
		"\(keys_unsorted | join(" ")) \(add)"')"
check_equal "a source by prefix" "192.0.2.1/32" "$(json source show \
	prefix 192.0.2.0/28 | jq -r '.sources[].prefix')"
gw
check_equal "the overview counts" "0 1" "$ctl_rc $(
	grep -c '^sessions  5, 5 new; ' "$TEST_TMP/out")"

check "the monitor ends by itself" slowwait 5 not kill -0 "$monitor_pid"
kill "$monitor_pid" 2>/dev/null
wait "$monitor_pid"
check_equal "with status 0" 0 "$?"
check_equal "it saw five sessions, an object a line" "5 new 1" "$(
	wc -l <"$TEST_TMP/events") $(jq -r .event "$TEST_TMP/events" | uniq) $(
	jq .seq "$TEST_TMP/events" | awk 'NR > 1 && $1 != last + 1 { n++ }
		{ last = $1 } END { print n + 1 }')"
check "the other one saw the same" wait_line "$TEST_TMP/text" \
	'^20..-..-..T..:..:..\....Z new  .* session [0-9]+ IKEv2 192.0.2.1:500 -> 192.0.2.2:500 new' 5 3
kill -INT "$text_pid"
wait "$text_pid"
check_equal "a signal ends it with status 0" 0 "$?"

gw session flush version 1
check_equal "flush says how many" "0 1 session forgotten" "$ctl_rc $ctl_out"
check_equal "and they are gone" "0 4" "$(sessions version 1) $(sessions)"
check_equal "flush all" '{"flushed":4}' "$(json session flush all)"
check_equal "leaves none" 0 "$(sessions)"

# ---- losses are said
"$IKEMONCTL" -n "$GW" config set event-rate 2/s
bg events "$IKEMONCTL" -n "$GW" -j monitor session
monitor_pid=$BG_PID
check "a monitor listens" busywait 5000 listening 1
# Until events were suppressed and one came behind them
some_lost()
{
	nse "$PEER" ikepkt -c 20 init 192.0.2.2
	grep -q '"event":"lost"' "$TEST_TMP/events"
}
check "what the event rate held back is said" slowwait 10 some_lost
check_equal "with a count" true "$(jq -s 'map(select(.event == "lost"))[0] |
	.count > 0 and .suppressed > 0 and .group == "session"' \
	"$TEST_TMP/events")"
kill -TERM "$monitor_pid"
wait "$monitor_pid"
check_equal "an incomplete answer has status 3" 3 "$?"
