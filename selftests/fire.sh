#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules and modes change while a flood comes in: each change is taken whole,
# and what is in force is always one ruleset or the other.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/flood_lib.sh"

need_lab
checktool "type flood" flood
topo_flood
rounds=30
[ "${IKEMON_VM:-}" != uml ] || rounds=10

ctl()
{
	ikemonctl -n "$GW" "$@"
}
# Two rulesets that differ in every way, as the kernel itself writes them.
ctl -f - <<-RULES
config set mode enforce cookie passthrough challenge always mark 0x00ff0000
limit set 198.51.100.0/24 rate 10/s burst 20 half-open 30 sessions 40
limit set 2001:db8::/32 exempt
block add 203.0.113.0/24
RULES
ctl ruleset show > "$TEST_TMP/a"
ctl -f - <<-RULES
config set mode monitor mixed on limit-rate 5/s
limit set 0.0.0.0/0 rate 1/s
limit set 192.0.2.1/32 trusted
block add 203.0.113.7/32
block add 2001:db8:bad::/48
RULES
ctl ruleset show > "$TEST_TMP/b"
check_not "the two differ" cmp -s "$TEST_TMP/a" "$TEST_TMP/b"
grep -q 'trusted' "$TEST_TMP/b" || fail "the second one has its limits" \
	"$(<"$TEST_TMP/b")"

bg wild ip netns exec "$WILD" flood -c 1000000 -t 60 -k init,main,unknown \
	eth0 "$MAC_WILD" 192.0.2.2 2001:db8::2
check_soon "the flood comes in" counter_above "$GW" packets_ike 100

change()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		ctl -f "$TEST_TMP/a" && ctl -f "$TEST_TMP/b" || return
	done
}
one_or_other()
{
	ctl ruleset show > "$TEST_TMP/now" || return
	cmp -s "$TEST_TMP/now" "$TEST_TMP/a" ||
		cmp -s "$TEST_TMP/now" "$TEST_TMP/b"
}
export -f ctl
change > "$TEST_TMP/change" 2>&1 &
changing=$!
looks=0
while kill -0 $changing 2>/dev/null; do
	one_or_other || break
	looks=$((looks + 1))
done
check "what is in force is always one of them, $looks looks" \
	[ "$looks" -gt 0 ]
check "the last look too" one_or_other
check "every change was taken" wait $changing
check "rulesets are read back octet for octet" cmp "$TEST_TMP/now" \
	"$TEST_TMP/b"
before=$(ctl -j config show | jq .generation)
printf 'config set mode enforce\nlimit set 10.0.0.1/8 trusted\n' \
	> "$TEST_TMP/bad"
check_not "a ruleset with a mistake is refused" ctl -f "$TEST_TMP/bad"
check_equal "and changes nothing" "$before" \
	"$(ctl -j config show | jq .generation)"
for mode in enforce off monitor off; do
	check "mode $mode in the middle of it" ctl config set mode $mode
done
