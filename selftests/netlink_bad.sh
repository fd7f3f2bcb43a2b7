#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wrong netlink requests, one by one: refused, explained, without effect.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
bad=$(helper netlink_bad) || fail "netlink_bad does not build"

setup_ns here
results_of nse "$here" "$bad"
