#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Limits and operator's blocks over netlink: set, shown, replaced and deleted.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink_lib.sh"
need_module
rules=$(helper netlink_rules) || fail "netlink_rules does not build"

setup_ns here
results_of nse "$here" "$rules"
