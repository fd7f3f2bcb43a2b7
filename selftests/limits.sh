#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rules of mode enforce as they are set and shown: limits, the operator's
# blocks, and whole rulesets of them there and back.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/host/ctl_lib.sh"
need_module
ctl_find

setup_ns GW
gw()
{
	ctl -n "$GW" "$@"
}
json()
{
	"$IKEMONCTL" -n "$GW" -j "$@"
}
gw_refuse()
{
	refuse "$1" "$2" -n "$GW" "${@:3}"
}
generation()
{
	json config show | jq .generation
}
limits()
{
	json limit show "$@" | jq -c '.limits[1:] | map([.prefix, .kind, .rate,
		.burst, .half_open, .sessions])'
}
blocks()
{
	json block show "$@" | jq -r '[.blocks[].prefix] | join(" ")'
}

# ---- limits
check_equal "without rules there is the configuration" \
	'[{"burst":200,"half_open":500,"kind":"limit","prefix":null,"rate":50,"sessions":10000}]' \
	"$(json limit show | jq -c .limits)"
check "other limits for all" "$IKEMONCTL" -n "$GW" config set limit-rate 7/s \
	limit-burst 8 limit-half-open 9 limit-sessions 10
gw limit show
check_equal "as a row of their own" "default limit 7/s 8 9 10" \
	"$(awk 'NR == 2 { $1 = $1; print }' "$TEST_TMP/out")"
before=$(generation)
check "limits for a prefix" "$IKEMONCTL" -n "$GW" limit set 198.51.100.0/24 \
	rate 50/s half-open 500
check "overlapping ones" "$IKEMONCTL" -n "$GW" limit set 198.51.100.0/25 exempt
check "all of IPv6" "$IKEMONCTL" -n "$GW" limit set ::/0 trusted
check "the greatest there are" "$IKEMONCTL" -n "$GW" limit set 0.0.0.0/0 \
	rate 1000000/s burst 1000000 half-open 16777216 sessions 16777216
check "none named: all as configured" "$IKEMONCTL" -n "$GW" limit set 192.0.2.1
check_equal "each is one change" "$((before + 5))" "$(generation)"
check_equal "in order, what is not named is null" \
	'[["0.0.0.0/0","limit",1000000,1000000,16777216,16777216],["192.0.2.1/32","limit",null,null,null,null],["198.51.100.0/24","limit",50,null,500,null],["198.51.100.0/25","exempt",null,null,null,null],["::/0","trusted",null,null,null,null]]' \
	"$(limits)"
gw limit show 198.51.100.0/24
check_equal "inside a prefix, as text" \
	"default limit 7/s 8 9 10
198.51.100.0/24 limit 50/s default 500 default
198.51.100.0/25 exempt - - - -" \
	"$(awk 'NR > 1 { $1 = $1; print }' "$TEST_TMP/out")"
check "a limit takes the place of another" "$IKEMONCTL" -n "$GW" \
	limit set 198.51.100.0/25 burst 3
check_equal "which is gone" '[["198.51.100.0/25","limit",null,3,null,null]]' \
	"$(limits 198.51.100.0/25)"
gw_refuse 2 'the kernel refused: no limit has this prefix' \
	limit del 198.51.100.0/26
check "one is taken away" "$IKEMONCTL" -n "$GW" limit del 198.51.100.0/25
check_equal "and only that" '[]' "$(limits 198.51.100.0/25)"
gw_refuse 2 'the kernel refused: no limit has this prefix' \
	limit del 198.51.100.0/25

# ---- blocks
gw block show
check_equal "nobody is blocked" "0 nobody is blocked" "$ctl_rc $ctl_out"
check "a block for ever" "$IKEMONCTL" -n "$GW" block add 203.0.113.0/24
check "one for some time" "$IKEMONCTL" -n "$GW" block add 2001:db8::/32 time 10m
check "one until a date" "$IKEMONCTL" -n "$GW" block add 203.0.113.5 \
	until 2099-11-24T10:00:00.000000001+01:00
check_equal "they are listed" "203.0.113.0/24 203.0.113.5/32 2001:db8::/32" \
	"$(blocks)"
check_equal "by prefix and by origin" \
	"203.0.113.5/32; 203.0.113.0/24 203.0.113.5/32; " \
	"$(blocks 203.0.113.5); $(blocks operator 203.0.113.0/24); $(
		blocks dynamic)"
check_equal "with all there is to say" \
	"operator null null 0 null null 0 true" "$(json block show 203.0.113.0/24 |
	jq -r '.blocks[0] | "\(.origin) \(.reason) \(.port) \(.evidence) " +
		"\(.until) \(.remaining) \(.packets) \(.would)"')"
check_equal "what remains, in seconds" "true 2099-11-24T09:00:00.000Z" \
	"$(json block show | jq -r '(.blocks[2].remaining > 500 and
		.blocks[2].remaining <= 600 | tostring) + " " + .blocks[1].until')"
gw block show 203.0.113.0/24
check_equal "as text" "203.0.113.0/24 all operator - - for ever 0 (would)" \
	"$(awk 'NR == 2 { print $1, $2, $3, $4, $5, $9, $10, $11, $12 }' \
		"$TEST_TMP/out")"
check "mode enforce" "$IKEMONCTL" -n "$GW" config set mode enforce
check_equal "drops for them" false "$(json block show | jq -c '[.blocks[].would]
	| any')"
gw
check_equal "the overview counts them" "1 1" "$(grep -c \
	'^mode      enforce, scope local$' "$TEST_TMP/out") $(grep -c \
	'^blocks    0 for offences, 3 by the operator$' "$TEST_TMP/out")"
check_equal "and says how is challenged" \
	"challenge auto, first packets are dropped; now only sources that begin too many are" \
	"$(grep ^challenge "$TEST_TMP/out")"
"$IKEMONCTL" -n "$GW" config set cookie twostage mixed on challenge always
gw
check_equal "and with what" \
	"challenge always, first packets are dropped, then COOKIE (twostage)" \
	"$(grep ^challenge "$TEST_TMP/out")"
"$IKEMONCTL" -n "$GW" config set mode off
gw_refuse 2 'the kernel refused: no block has this prefix' block del 203.0.113.6
gw block del 203.0.113.5
check_equal "one is lifted" "0 1 block lifted" "$ctl_rc $ctl_out"
check "a short one" "$IKEMONCTL" -n "$GW" block add 192.0.2.7 time 1s
short_over()
{
	[ -z "$(blocks 192.0.2.7)" ]
}
check "ends by itself" slowwait 10 short_over
check_equal "the others stay" "203.0.113.0/24 2001:db8::/32" "$(blocks)"
check_equal "flush by prefix" '{"lifted":1}' "$(json block flush 2001:db8::/32)"
check_equal "flush by origin" '{"lifted":0} {"lifted":1}' \
	"$(json block flush dynamic) $(json block flush operator)"
gw block flush
check_equal "flush all" "0 0 blocks lifted" "$ctl_rc $ctl_out"

# ---- rulesets
"$IKEMONCTL" -n "$GW" config reset
check_equal "reset takes limits away as well" '[]' "$(limits)"
many()
{
	local i

	for i in {0..1023}; do
		case $((i % 3)) in
		0)	echo "limit set 10.$((i / 256)).$((i % 256)).0/24 rate $((i + 1))/s sessions 5" ;;
		1)	echo "limit set 2001:db8:$(printf %x "$i")::/48 exempt" ;;
		2)	echo "limit set 2001:db8:ffff:$(printf %x "$i")::/64 burst 7 half-open $i" ;;
		esac
	done
	for i in {0..1023}; do
		case $((i % 3)) in
		0)	echo "block add 10.$((i / 256)).$((i % 256)).1/32" ;;
		1)	echo "block add 2001:db8::$(printf %x "$i")/128 until 2099-01-01T00:00:00Z" ;;
		2)	echo "block add 172.16.$((i / 256)).$((i % 256))/32 until 2099-01-01T00:00:00.$(printf %09d "$i")Z" ;;
		esac
	done
	echo config set mode monitor cookie passthrough mark 0x00ff0000 \
		exempt-mark 0x1 exempt-mask 0xff block-lambda 12 \
		malformed-rate 0 daemon-silent 0 mixed on
}
many >"$TEST_TMP/many"
check "1024 limits and 1024 blocks would be taken" \
	"$IKEMONCTL" -n "$GW" -c -f "$TEST_TMP/many"
check_equal "a check changes nothing" '[]' "$(limits)"
before=$(generation)
check "they are taken" "$IKEMONCTL" -n "$GW" -f "$TEST_TMP/many"
check_equal "as one change" "$((before + 1))" "$(generation)"
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/rules"
check_equal "every one is shown" "1024 1024" "$(grep -c '^limit set' \
	"$TEST_TMP/rules") $(grep -c '^block add' "$TEST_TMP/rules")"
check_equal "as it was given" "$(grep '^limit\|^block' "$TEST_TMP/many" |
	sort)" "$(grep '^limit\|^block' "$TEST_TMP/rules" | sort)"
"$IKEMONCTL" -n "$GW" config reset
check "what was shown is taken" "$IKEMONCTL" -n "$GW" -f - <"$TEST_TMP/rules"
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/again"
check "and comes back octet for octet" cmp "$TEST_TMP/rules" "$TEST_TMP/again"
"$IKEMONCTL" -n "$GW" ruleset show | "$IKEMONCTL" -n "$GW" -f -
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/again"
check "piped into itself too" cmp "$TEST_TMP/rules" "$TEST_TMP/again"
check_equal "JSON has them as well" "1024 1024 passthrough" "$(json ruleset show |
	jq -r '"\(.limits | length) \(.blocks | length) \(.cookie)"')"
before=$(generation)
gw_refuse 2 'the kernel refused: 1024 limits and 1024 blocks at most' \
	limit set 192.0.2.0/24 exempt
gw_refuse 2 'the kernel refused: 1024 limits and 1024 blocks at most' \
	block add 192.0.2.1
{ cat "$TEST_TMP/rules"; echo "config set source-prefix-v6 17"; } |
	grep -v 'source-prefix-v6 64' >"$TEST_TMP/bad"
gw_refuse 2 'the kernel refused*wide-prefix-v6*' -f "$TEST_TMP/bad"
for i in {0..40}; do
	echo "limit set ::/$i exempt"
done >"$TEST_TMP/bad"
gw_refuse 2 'the kernel refused*: *' -f "$TEST_TMP/bad"
check_equal "what is refused changes nothing" "$before 1024" \
	"$(generation) $(limits | jq length)"
cat >"$TEST_TMP/old" <<'END'
block add 192.0.2.1 until 2001-01-01T00:00:00Z
block add 192.0.2.2 until 2099-01-01T00:00:00Z
END
check "a block that is over is no hindrance" \
	"$IKEMONCTL" -n "$GW" -f "$TEST_TMP/old"
check_equal "it is left out, and what is not named is gone" \
	"192.0.2.2/32 []" "$(blocks) $(limits)"
cat >"$TEST_TMP/timed" <<'END'
config set mode enforce block-offences 77
limit set 2001:db8::/32 rate 5/s
block add 192.0.2.3/32 time 10m
block add 2001:db8:5::/48 time 90s
END
check "blocks for some time in a ruleset" \
	"$IKEMONCTL" -n "$GW" -f "$TEST_TMP/timed"
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/rules"
check_equal "are shown with their end" 2 \
	"$(grep -c '^block add .* until ' "$TEST_TMP/rules")"
"$IKEMONCTL" -n "$GW" config reset
check "which is taken later" "$IKEMONCTL" -n "$GW" -f "$TEST_TMP/rules"
"$IKEMONCTL" -n "$GW" ruleset show >"$TEST_TMP/again"
check "and comes back octet for octet, too" \
	cmp "$TEST_TMP/rules" "$TEST_TMP/again"
check_equal "its end is the same" true "$(json block show 192.0.2.3 |
	jq '.blocks[0].remaining | . > 500 and . <= 600')"
