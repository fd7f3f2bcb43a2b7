#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Thousands of SAs that come and go: nothing is lost or left, also while the
# namespace is switched off and on, or ends.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
setup_ns GW
ip -n "$GW" link set lo up

: "${SAS:=10000}"
SOME=$((SAS / 5))

# batch NUMBER FILE: commands of ip(8) that add so many. With one reqid for
# all the kernel itself would look through all of them for each.
batch()
{
	awk -v n="$1" -v key="0x$(printf '%064d' 7)" 'BEGIN {
		for (i = 65536; i < 65536 + n; i++)
			print "xfrm state add src 127.0.0.1 dst 127.0.0.1",
				"proto esp spi", i, "reqid", i,
				"mode transport enc cipher_null \"\"",
				"auth hmac(sha256)", key
	}' > "$2"
}

xfrm_count()
{
	ip -n "$GW" xfrm state count | awk '{ print $3 }'
}

known()
{
	[ "$(ikemon_counter "$GW" sas)" = "$1" ]
}

shown()
{
	ikemonctl -n "$GW" -j sa show "$@" | grep -o '"id":' | wc -l
}

watch "$GW"
batch "$SAS" "$TEST_TMP/batch"
batch "$SOME" "$TEST_TMP/some"
check "SAs come" ip -n "$GW" -batch "$TEST_TMP/batch"
check_equal "as many as there should be" "$SAS" "$(xfrm_count)"
check_soon "all are known" known "$SAS"
check_equal "and shown" "$SAS" "$(shown)"
ikemonctl -n "$GW" config set mode off
ikemonctl -n "$GW" config set mode monitor
check "switched off and on it knows them at once" known "$SAS"
ip -n "$GW" xfrm state flush
check_soon "flushed: none is" known 0
check_equal "those deleted just now are still to be seen" "$SAS" \
	"$(shown deleted)"

# Come, go and switch at once; what is left at the end is what counts.
churn()
{
	local i

	for ((i = 0; i < 3; i++)); do
		ip -n "$GW" xfrm state flush
		ip -n "$GW" -batch "$TEST_TMP/some"
	done
}
churn > "$TEST_TMP/churn" 2>&1 &
pid=$!
while kill -0 "$pid" 2> /dev/null; do
	ikemonctl -n "$GW" config set mode off
	ikemonctl -n "$GW" config set mode monitor
	lib_pause 0.3
	ikemonctl -n "$GW" -s sa show > /dev/null
done
wait "$pid"
check_equal "adding went on undisturbed" "" "$(<"$TEST_TMP/churn")"
check_soon "what is there is known" known "$(xfrm_count)"

# The namespace ends with all of them in the table.
ip netns del "$GW"
ok "a namespace ends with its SAs"
