#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cookies and INVALID_KE_PAYLOAD: the first group that the initiators try is
# none of the responders'. strongSwan keeps nonce and cookie at the second try,
# Libreswan makes a new nonce, OpenIKED begins anew. Each responder in the mode
# that it works with, and all of it over IPv6. See cookie_lib.sh.

# So many daemons at once
: "${IKEMON_WAIT:=60000}"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ike_lib.sh"
. "$(dirname "$0")/iked_lib.sh"
COOKIE_IPV6=yes
. "$(dirname "$0")/cookie_lib.sh"

need_lab
need_iked
[ -x "$LSW/pluto" ] || skip_all "Libreswan is not unpacked: make deps"
checktool "type ikepkt" ikepkt
SWAN_GROUPS=ecp256-modp2048
LSW_GROUPS=dh19+dh14
IKED_GROUPS="ecp256 modp2048"
RESPONDERS="r-swan r-swan-cookie r-lsw-auto r-lsw-busy r-iked"
# Its cookie covers the nonce, of which the other makes a new one.
EXCEPT="i-lsw r-lsw-busy"
# shellcheck disable=SC2086 # lists
cookie_lab $INITIATORS $RESPONDERS
for name in $RESPONDERS; do
	listen "$name"
done
check "Libreswan and busy Libreswan" try i-lsw r-lsw-busy
check_soon "do not come to terms, also without us" grep -q \
	'DOS cookies do not match' "$TEST_TMP/r-lsw-busy/log"
stop i-lsw r-lsw-busy
phase best
check "every first try was of the wrong group" \
	grep -q 'N(INVAL_KE)' "$TEST_TMP/i-swan/log"
RESPONDERS="r-swan-cookie"
phase twostage
