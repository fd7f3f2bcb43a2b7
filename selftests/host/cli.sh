#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ikemonctl with wrong words: one line that says what is wrong and what would
# be right, status 1. No module is needed; words are looked at first.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/ctl_lib.sh"
ctl_find

file=$TEST_TMP/rules
rules()
{
	printf '%b' "$1" >"$file"
}
# wrong_rules LINE PATTERN TEXT: the complaint names the line
wrong_rules()
{
	rules "$3"
	refuse 1 "$file:$1: $2" -c -f "$file"
}

# objects, verbs, flags: exact words only
refuse 1 'unknown object "sess"; *help*' sess
refuse 1 'unknown object ""; *' ""
refuse 1 'unknown object "SESSION"; *' SESSION
refuse 1 'unknown verb "sho"; *help session*' session sho
refuse 1 'unknown verb "state"; *' session state new
refuse 1 'unknown verb "add"; *' config add
refuse 1 'unknown flag "-x"; *-j*' -x
refuse 1 'unknown flag "-x"; *' session show -jx
refuse 1 'unknown object "--hel"; *' --hel
refuse 1 'unknown word "no.pcap2"; session, *' audit no.pcap1 no.pcap2
refuse 1 'cannot read "show": No such file*' audit show
refuse 1 'session is missing its value; a number *' audit session
refuse 1 'session "0" is wrong; a number *' audit session 0
refuse 1 'session is given twice; *' audit session 1 session 2
refuse 1 '"session" stands with "prefix"; *' audit prefix ::/0 session 1
refuse 1 'severity is missing its value; withdrawn, *' audit severity
refuse 1 'severity "bad" is wrong; withdrawn, *' audit severity bad
refuse 1 'severity is given twice; *' audit severity weak severity weak
refuse 1 'prefix is given twice; *' audit prefix ::/0 prefix ::/0
refuse 1 '-n is missing its value; *namespace*' -n
refuse 1 '-f is missing its value; *file*' -f
refuse 1 '-f is given twice; *' -f a -f b
refuse 1 '-n is given twice; *' -na -nb session
refuse 1 '-f stands with an object; *' -f "$file" session
refuse 1 '-c stands alone; -c -f FILE *' -c
refuse 1 'unknown object "hopp?hopp"; *' $'hopp\nhopp'
refuse 1 'unknown object "??31m"; *' $'\033\00731m'

# filters
refuse 1 'unknown word "foo"; id, state, prefix, version or max *' \
	session show foo
refuse 1 'unknown word "stat"; *' session show stat new
refuse 1 'unknown word "all"; *' session show all
refuse 1 'unknown word "max"; all, *' session flush max 1
refuse 1 'id is missing its value; a number from 1 *' session show id
refuse 1 'id "0" is wrong; a number from 1 to 18446744073709551615 *' \
	session show id 0
refuse 1 'id "18446744073709551616" is wrong; *' \
	session show id 18446744073709551616
refuse 1 'id "-1" is wrong; *' session show id -- -1
refuse 1 '"id" stands with other words; *' session show id 1 state new
refuse 1 '"all" stands with other words; *' session flush version 2 all
refuse 1 'state "ne" is wrong; *challenged*half-open*' session show state ne
refuse 1 'state "new,"*' session show state new,
refuse 1 'version "3" is wrong; 1 or 2 *' session show version 3
refuse 1 'version is given twice; *' session show version 1 version 1
refuse 1 'max "0" is wrong; a number from 1 *' session show max 0
refuse 1 'prefix "192.0.2.1/24" is wrong; 192.0.2.0/24 would be right' \
	session show prefix 192.0.2.1/24
refuse 1 'prefix "2001:db8::1/64" is wrong; 2001:db8::/64 would be right' \
	source show prefix 2001:db8::1/64
refuse 1 'prefix "192.0.2.0/33" is wrong; *' session show prefix 192.0.2.0/33
refuse 1 'prefix "gw" is wrong; *' source show prefix gw
refuse 1 'prefix is given twice; *' \
	source show prefix 192.0.2.1 prefix 192.0.2.2
refuse 1 'max "1x" is wrong; *' source show max 1x
refuse 1 'unknown word "state"; prefix or max *' source show state new
refuse 1 'which sessions to forget is missing; all, *' session flush
refuse 1 'unknown word "x"; nothing more *' stats show x
refuse 1 'unknown word "x"; nothing more *' version show x

# configuration
refuse 1 'config set is missing its value; KEY VALUE *' config set
refuse 1 'unknown key "mod"; mode, scope, * or timeout-source *' \
	config set mod off
refuse 1 'mode is missing its value; off, monitor or enforce *' config set mode
refuse 1 'mode "on" is wrong; off, monitor or enforce *' config set mode on
refuse 1 'defrag "1" is wrong; off, on or auto *' config set defrag 1
refuse 1 'max-sessions "0" is wrong; 1 to 16777216 *' config set max-sessions 0
refuse 1 'max-sessions "16777217" is wrong; *' config set max-sessions 16777217
refuse 1 'source-prefix-v4 "7" is wrong; 8 to 32 *' \
	config set source-prefix-v4 7
refuse 1 'source-prefix-v6 "129" is wrong; 16 to 128 *' \
	config set source-prefix-v6 129
refuse 1 'timeout-new "0s" is wrong; 1s to 1d *' config set timeout-new 0s
refuse 1 'timeout-new "25h" is wrong; 1s to 1d *' config set timeout-new 25h
refuse 1 'timeout-established "366d" is wrong; 1s to 365d *' \
	config set timeout-established 366d
refuse 1 'timeout-new "5 s" is wrong; *' config set timeout-new "5 s"
refuse 1 'event-rate "0/s" is wrong; 1/s to 1000000/s *' \
	config set event-rate 0/s
refuse 1 'daemon-uid "root" is wrong; 0 to 4294967294, or none *' \
	config set daemon-uid root
refuse 1 'cookie "on" is wrong; off, passthrough or twostage *' \
	config set cookie on
refuse 1 'challenge "on" is wrong; auto, always or never *' \
	config set challenge on
refuse 1 'mixed "1" is wrong; off or on *' config set mixed 1
refuse 1 'challenge-source "0" is wrong; 1 to 1000000 *' \
	config set challenge-source 0
refuse 1 'challenge-global "16777217" is wrong; 1 to 16777216 *' \
	config set challenge-global 16777217
refuse 1 'challenge-hold "9s" is wrong; 10s to 1h *' \
	config set challenge-hold 9s
refuse 1 'cookie-rate "0" is wrong; 1/s to 1000000/s *' \
	config set cookie-rate 0
refuse 1 'first-drop-rate "1000001" is wrong; 1/s to 1000000/s *' \
	config set first-drop-rate 1000001
refuse 1 'limit-rate "50/m" is wrong; 1/s to 1000000/s *' \
	config set limit-rate 50/m
refuse 1 'limit-burst "-1" is wrong; 1 to 1000000 *' \
	config set limit-burst -- -1
refuse 1 'limit-half-open "0" is wrong; 1 to 16777216 *' \
	config set limit-half-open 0
refuse 1 'limit-sessions is missing its value; 1 to 16777216 *' \
	config set limit-sessions
refuse 1 'wide-prefix-v6 "15" is wrong; 16 to 128 *' \
	config set wide-prefix-v6 15
refuse 1 'block-offences "4294967296" is wrong; 1 to 1000000 *' \
	config set block-offences 4294967296
refuse 1 'block-window "0s" is wrong; 1s to 1d *' config set block-window 0s
refuse 1 'block-lambda "0" is wrong; 1/1000s to 1000000/1000s *' \
	config set block-lambda 0
refuse 1 'block-lambda "0.08" is wrong; *' config set block-lambda 0.08
refuse 1 'block-lambda "80/s" is wrong; *' config set block-lambda 80/s
refuse 1 'block-max "31d" is wrong; 1s to 30d *' config set block-max 31d
refuse 1 'message-rate "0" is wrong; *' config set message-rate 0
refuse 1 'rekey-rate "1.5" is wrong; *' config set rekey-rate 1.5
refuse 1 'unknown-rate "0/s" is wrong; *' config set unknown-rate 0/s
refuse 1 'malformed-rate "1000001/s" is wrong; 0/s to 1000000/s *' \
	config set malformed-rate 1000001/s
refuse 1 'mark "255" is wrong; 0x00000000 to 0xffffffff *' config set mark 255
refuse 1 'mark "0x" is wrong; *' config set mark 0x
refuse 1 'mark "0x1ffffffff" is wrong; *' config set mark 0x1ffffffff
refuse 1 'mark "0x0g" is wrong; *' config set mark 0x0g
refuse 1 'exempt-mark "ff" is wrong; *' config set exempt-mark ff
refuse 1 'exempt-mask "0x-1" is wrong; *' config set exempt-mask 0x-1
refuse 1 'daemon-silent "61m" is wrong; 0s to 1h *' config set daemon-silent 61m
refuse 1 'mode is given twice; *' config set mode off mode monitor
refuse 1 'scope "Local" is wrong; local or all *' \
	config set mode monitor scope Local
refuse 1 'unknown word "mode"; nothing more *' config reset mode

# ports
refuse 1 'port is missing its value; a number from 1 to 65535 *' port add
refuse 1 'port "0" is wrong; *' port add 0 ike
refuse 1 'port "65536" is wrong; *' port add 65536 ike
refuse 1 'port "isakmp" is wrong; *' port del isakmp
refuse 1 'port kind is missing its value; ike or natt *' port add 500
refuse 1 'port kind "esp" is wrong; ike or natt *' port add 500 esp
refuse 1 'unknown word "natt"; nothing more *' port add 500 ike natt
refuse 1 'unknown word "ike"; nothing more *' port del 500 ike

# limits
refuse 1 'prefix is missing its value; *' limit set
refuse 1 'prefix "192.0.2.1/24" is wrong; 192.0.2.0/24 would be right' \
	limit set 192.0.2.1/24 exempt
refuse 1 'prefix "2001:db8::/129" is wrong; *' limit del 2001:db8::/129
refuse 1 'prefix "all" is wrong; an address or a prefix *' limit show all
refuse 1 'unknown word "x"; nothing more *' limit show ::/0 x
refuse 1 'unknown word "limit"; rate, burst, half-open, sessions, exempt or trusted *' \
	limit set ::/0 limit
refuse 1 'rate is missing its value; 1/s to 1000000/s *' limit set ::/0 rate
refuse 1 'rate "0/s" is wrong; 1/s to 1000000/s *' limit set ::/0 rate 0/s
refuse 1 'rate "99999999999/s" is wrong; *' limit set ::/0 rate 99999999999/s
refuse 1 'burst "1000001" is wrong; 1 to 1000000 *' limit set ::/0 burst 1000001
refuse 1 'half-open "0" is wrong; 1 to 16777216 *' limit set ::/0 half-open 0
refuse 1 'sessions "x" is wrong; 1 to 16777216 *' limit set ::/0 sessions x
refuse 1 'rate is given twice; *' limit set ::/0 rate 5 rate 6
refuse 1 '"exempt" stands with other words; *' limit set ::/0 rate 5 exempt
refuse 1 '"trusted" stands with other words; *' limit set ::/0 trusted rate 5
refuse 1 'unknown word "rate"; nothing more *' limit del ::/0 rate 5

# blocks
refuse 1 'prefix is missing its value; *' block add
refuse 1 'prefix "192.0.2.300" is wrong; *' block add 192.0.2.300
refuse 1 'prefix "2001:db8::1/32" is wrong; 2001:db8::/32 would be right' \
	block del 2001:db8::1/32
refuse 1 'unknown word "for"; time or until *' block add ::1 for 5m
refuse 1 'time is missing its value; 1s to 3650d *' block add ::1 time
refuse 1 'time "0s" is wrong; 1s to 3650d *' block add ::1 time 0s
refuse 1 'time "3651d" is wrong; 1s to 3650d *' block add ::1 time 3651d
refuse 1 'until is missing its value; a time such as *' block add ::1 until
for date in 2026-11-24 2026-11-24T10:00:00 2026-13-24T10:00:00Z \
	2099-02-29T10:00:00Z 2099-11-24T24:00:00Z 2099-11-24T10:00:60Z \
	"2099-11-24 10:00:00Z" 2099-11-24T10:00:00.Z \
	2099-11-24T10:00:00.1234567891Z 2099-11-24T10:00:00+1 \
	2262-01-01T00:00:00Z 1969-12-31T23:59:59Z 1970-01-01T00:00:00Z \
	tomorrow 1795000000; do
	refuse 1 "until \"$date\" is wrong; a time such as *, up to 2261, *" \
		block add ::1 until "$date"
done
refuse 1 'until "2001-01-01T00:00:00Z" is wrong; a time to come *' \
	block add ::1 until 2001-01-01T00:00:00Z
refuse 1 'unknown word "time"; nothing more *' \
	block add ::1 until 2099-01-01T00:00:00Z time 5m
refuse 1 'prefix "all" is wrong; *' block flush all
refuse 1 'unknown word "dynamic"; nothing more *' block flush ::/0 dynamic
refuse 1 'unknown word "x"; nothing more *' block show operator ::/0 x

# cookie test
refuse 1 'cookie is missing its verb; "ikemonctl help cookie" *' cookie
refuse 1 'unknown verb "show"; *help cookie*' cookie show
for addr in gw 192.0.2.1:0 192.0.2.1:65536 192.0.2.1: 192.0.2:500 \
	'[192.0.2.1]:500' '[2001:db8::1' '[2001:db8::1]500' '[]:500' ''; do
	refuse 1 "the address \"*\" is wrong; an address such as *" \
		cookie test "$addr"
done
refuse 1 'unknown word "192.0.2.2"; nothing more *' \
	cookie test 192.0.2.1 192.0.2.2
refuse 1 '-t is missing its value; how long to wait, 1s to 60s, *' cookie test -t
refuse 1 '-t "0" is wrong; 1s to 60s *' cookie test -t 0
refuse 1 '-t "61s" is wrong; 1s to 60s *' cookie test -t 61s
refuse 1 '-t is given twice; *' cookie test -t 1 -t2
refuse 1 '-t stands without *; "cookie test" with it *' -t 5 session show

# monitor, help
refuse 1 'unknown word "sessions"; session, source, sa, alarm, all or max *' \
	monitor sessions
refuse 1 'unknown word "alarm"; *' monitor session alarm
refuse 1 'unknown word "source"; *' monitor alarm source
refuse 1 'max is missing its value; *' monitor max
refuse 1 'unknown object "foo"; *' help foo

# Only who reads a capture needs libpcap.
mkdir "$TEST_TMP/broken"
touch "$TEST_TMP"/broken/libpcap.so.{1,0.8}
export LD_LIBRARY_PATH=$TEST_TMP/broken
refuse 1 'cannot load libpcap: *; the package *' read any.pcap
refuse 1 'unknown object "foo"; *' foo
unset LD_LIBRARY_PATH

# rulesets
refuse 1 "cannot open \"$file.no\": No such file*; *" -f "$file.no"
refuse 1 "cannot read \"$TEST_TMP\": Is a directory; *" -f "$TEST_TMP"
wrong_rules 1 'unknown word "session"; "config set", "port add", *' \
	'session flush all\n'
wrong_rules 2 'unknown key "mod"; *' '# comment\nconfig set mod off\n'
wrong_rules 3 'mode is given twice; *' \
	'config set mode off\n\nconfig set mode off'
wrong_rules 2 'the port is given twice; *' 'port add 500 ike\nport add 500 natt'
wrong_rules 1 'port "x" is wrong; *' 'port add x ike'
wrong_rules 1 'unknown word "y"; nothing more *' 'port add 500 ike y\n'
wrong_rules 1 'config set is missing its value; *' 'config set # mode off\n'
wrong_rules 1 'unknown word "port"; *' 'port del 500\n'
wrong_rules 1 'this is no ruleset; *' 'config set\0mode off\n'
wrong_rules 17 'one port too many; at most 16 *' \
	"$(for i in {1..17}; do printf 'port add %d ike\\n' "$i"; done)"
wrong_rules 2 'limit-rate "5/m" is wrong; 1/s to 1000000/s *' \
	'config set mode off\nconfig set limit-rate 5/m\n'
wrong_rules 1 'burst "0" is wrong; 1 to 1000000 *' 'limit set ::/0 burst 0'
wrong_rules 2 'the limit of this prefix is given twice; *' \
	'limit set ::/0 exempt\nlimit set ::/0 rate 5/s\n'
wrong_rules 2 'the block of this prefix is given twice; *' \
	'block add 192.0.2.1\nblock add 192.0.2.1/32 time 5m\n'
wrong_rules 1 'prefix "192.0.2.1/24" is wrong; 192.0.2.0/24 *' \
	'block add 192.0.2.1/24'
wrong_rules 1 'until "soon" is wrong; *' 'block add ::1 until soon'
wrong_rules 1 'unknown word "block"; *' 'block flush\n'
many()
{
	local i

	for i in {0..1024}; do
		printf '%s 10.%d.%d.0/24%s\n' "$1" $((i / 256)) $((i % 256)) "$2"
	done
}
wrong_rules 1025 'one limit too many; at most 1024 *' "$(many "limit set" " exempt")"
wrong_rules 1025 'one block too many; at most 1024 *' "$(many "block add" "")"
wrong_rules 1 'unknown word "conf?ig"; *' 'conf\001ig set mode off'

# netns
refuse 1 'there is no network namespace "no-such"; *' -n no-such session
refuse 1 'there is no network namespace ""; *' -n "" session
refuse 1 'there is no network namespace "../x"; *' -n ../x session
if [ "$(id -u)" -eq 0 ]; then
	refuse 1 'cannot enter the network namespace "/etc/passwd": *; *' \
		-n /etc/passwd session
	"$IKEMONCTL" -n /etc/passwd session 2>&-
	check_equal "also to nobody: status 1" 1 "$?"
fi

# without the module
if [ ! -d /sys/module/nf_ikemon ] && ! modinfo nf_ikemon >/dev/null 2>&1; then
	no='the kernel module nf_ikemon is not loaded; "modprobe nf_ikemon" *'
	refuse 2 "$no"
	refuse 2 "$no" -j session show
	refuse 2 "$no" config set mode monitor
	refuse 2 "$no" monitor all max 1
	refuse 2 "$no" limit show
	refuse 2 "$no" limit set 0.0.0.0/0 rate 1000000/s burst 1000000 \
		half-open 16777216 sessions 16777216
	refuse 2 "$no" limit del ::/0
	refuse 2 "$no" block show dynamic 192.0.2.0/24
	refuse 2 "$no" block add 2001:db8::/32 until 2261-12-31T23:59:59.5+01:00
	refuse 2 "$no" block add ::1 time 3650d
	refuse 2 "$no" block flush
	refuse 2 "$no" config set mark 0x00ff0000 exempt-mark 0x1 \
		exempt-mask 0xF block-lambda 80/1000s malformed-rate 0 \
		daemon-silent 0
	rules 'config set mode monitor # why not\n\tport  add 500 ike\n'
	refuse 2 "$no" -c -f "$file"
	"$IKEMONCTL" -f - <"$file" >"$TEST_TMP/out" 2>"$TEST_TMP/err"
	check_equal "a ruleset from standard input gets as far" "2" "$?"
	ctl version
	check_equal "the tool says its own version all the same" \
		"2 ikemonctl $(sed -n 's/.*VERSION "\(.*\)"/\1/p' \
			"$SELFTESTS/../nf_ikemon/version.h")" "$ctl_rc $ctl_out"
fi

# what needs no module
for words in help --help -h "help session" "session help" "cookie help" "config -h" \
	--version -V "help --complete"; do
	# shellcheck disable=SC2086 # a list
	ctl $words
	check_equal "'$words' answers" "0 " "$ctl_rc $ctl_err"
done
check "JSON is JSON" jq -e .ikemonctl < <("$IKEMONCTL" -j --version)
"$IKEMONCTL" help >/dev/full 2>"$TEST_TMP/err"
check_equal "a full disk is said" \
	"3 ikemonctl: cannot write the output: No space left on device" \
	"$? $(cat "$TEST_TMP/err")"
