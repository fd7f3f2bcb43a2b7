#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build the programs that tests call, so that a guest finds them made.

SELFTESTS=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/netlink_lib.sh
. "$SELFTESTS/netlink_lib.sh"
for name in netlink_bad nldump nlperm nlsub nlfuzz ikeflood failload; do
	helper $name >/dev/null || exit
done
helper nfaccept -lmnl >/dev/null || exit
helper dumpintr -shared -fPIC >/dev/null || exit
helper failnth -shared -fPIC >/dev/null
