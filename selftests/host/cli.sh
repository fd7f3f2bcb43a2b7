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
refuse 1 'unknown key "mod"; mode, scope, * or daemon-uid *' config set mod off
refuse 1 'mode is missing its value; off or monitor *' config set mode
refuse 1 'mode "on" is wrong; off or monitor *' config set mode on
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

# monitor, help
refuse 1 'unknown word "sessions"; session, alarm, all or max *' \
	monitor sessions
refuse 1 'unknown word "alarm"; *' monitor session alarm
refuse 1 'max is missing its value; *' monitor max
refuse 1 'unknown object "foo"; *' help foo

# rulesets
refuse 1 "cannot open \"$file.no\": No such file*; *" -f "$file.no"
refuse 1 "cannot read \"$TEST_TMP\": Is a directory; *" -f "$TEST_TMP"
wrong_rules 1 'unknown word "session"; "config set KEY VALUE" or *' \
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
wrong_rules 1 'unknown word "conf?ig"; *' 'conf\001ig set mode off'

# netns
refuse 1 'there is no network namespace "no-such"; *' -n no-such session
refuse 1 'there is no network namespace ""; *' -n "" session
refuse 1 'there is no network namespace "../x"; *' -n ../x session
if [ "$(id -u)" -eq 0 ]; then
	refuse 1 'cannot enter the network namespace "/etc/passwd": *; *' \
		-n /etc/passwd session
fi

# without the module
if [ ! -d /sys/module/nf_ikemon ] && ! modinfo nf_ikemon >/dev/null 2>&1; then
	no='the kernel module nf_ikemon is not loaded; "modprobe nf_ikemon" *'
	refuse 2 "$no"
	refuse 2 "$no" -j session show
	refuse 2 "$no" config set mode monitor
	refuse 2 "$no" monitor all max 1
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
for words in help --help -h "help session" "session help" "config -h" \
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
