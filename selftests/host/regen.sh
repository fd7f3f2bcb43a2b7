#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The generated netlink files are what the spec says, and docs/netlink.md
# lists every command of it.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink_lib.sh"

top=$(cd "$SELFTESTS/.." && pwd)
need_ynl

check "generated files are up to date" "$top/docs/netlink/regen.sh" --check \
	"$YNL_TREE"

in_spec()
{
	/usr/bin/python3 - "$top/docs/netlink/specs/ikemon.yaml" <<'END'
import sys, yaml
for op in yaml.safe_load(open(sys.argv[1]))["operations"]["list"]:
    print(op["name"])
END
}

in_docs()
{
	sed -n '/^## Commands/,/^## Who/s/^| \(`[^|]*\) |.*/\1/p' \
		"$top/docs/netlink.md" | grep -o '[a-z-]*' | grep .
}

check_equal "docs/netlink.md lists the commands of the spec" \
	"$(in_spec | sort)" "$(in_docs | sort)"
