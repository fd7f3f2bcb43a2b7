#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where one looks from: a router on the way with scope all and local, two
# namespaces at once, both ends starting together, a tunnel that was up
# before, and other ports outside than inside.
#
#	client 198.51.100.10 ---- router ---- 192.0.2.2 gw

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"

need_lab
topo_routed
swan_start "$CLIENT" client
swan_start "$GW" gw
swan_psk client
swan_psk gw
swan_pair client gw t 198.51.100.10 192.0.2.2 198.51.100.201/32 203.0.113.1/32 \
	mobike=no a:dpd_delay=1s
traffic()
{
	ping_through "$CLIENT" 198.51.100.201 203.0.113.1
}
down()
{
	swan client terminate --ike t > "$TEST_TMP/out"
	busywait "$IKEMON_WAIT" swan_idle gw
}

# The router watches itself only.
watch "$ROUTER"
check "tunnel comes up through the router" swan_up client t
check "traffic passes" traffic
check_equal "scope local does not see what is forwarded" 0 \
	"$(ikemon_count "$ROUTER" true)"
check "but counts it" counter_above "$ROUTER" not_local 3

# The gateway wakes up while the tunnel is up.
check "the gateway begins to watch, with its tunnel up" watch "$GW"
check_agree "$GW" gw "the tunnel is adopted"
spi=$(truth_sas gw | cut -d' ' -f1)
check_equal "and marked so" "true exchange" "$(ikemon_get "$GW" \
	".spi_i == \"$spi\"" '"\(.flags | index("adopted") != null) \(.proof)"')"
check "it was an unknown session first" counter_above "$GW" unknown_session 0
check_equal "once adopted" 1 "$(ikemon_counter "$GW" sessions_adopted)"
down

# The router looks at everything.
ikemonctl -n "$GW" config set mode off
ikemonctl -n "$ROUTER" config set scope all
check "tunnel comes up again" swan_up client t
check "traffic passes" traffic
check_agree "$ROUTER" gw "scope all shows it as the daemons have it"
check_equal "the router is neither end" none "$(ikemon_get "$ROUTER" true \
	.local_role)"
check_equal "the client is its source" 198.51.100.10/32 "$(ikemonctl \
	-n "$ROUTER" -j source show | jq -r '.sources[].prefix')"
down

# Each namespace has a table of its own.
ikemonctl -n "$ROUTER" config set mode off
watch "$CLIENT"
watch "$GW"
check "tunnel comes up with both ends watching" swan_up client t
check "traffic passes" traffic
check_agree "$CLIENT" client "the client's table agrees with its daemon"
check_agree "$GW" gw "the gateway's with its own"
check_equal "each has one session, in its own role" \
	"initiator responder" "$(ikemon_get "$CLIENT" true .local_role) $(
	ikemon_get "$GW" true .local_role)"
ikemonctl -n "$CLIENT" config set mode off
check_equal "one switched off, the other keeps its own" 1 \
	"$(ikemon_count "$GW" true)"
down

# Both ends begin at once: two IKE SAs, or one; the daemons decide.
ikemonctl -n "$GW" session flush all > "$TEST_TMP/out"
swan client initiate --child t > "$TEST_TMP/one" &
one=$!
swan gw initiate --child t > "$TEST_TMP/two"
wait "$one"
traffic
both()
{
	swan gw rekey --child t
	agree "$GW" gw
}
check_soon "both at once: the table agrees with the daemon" both
check_equal "both at once: nothing failed" 0 \
	"$(ikemon_count "$GW" '.state == "failed"')"
down
