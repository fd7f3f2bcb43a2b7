#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loading does nothing until asked; the parameter mode asks.

. "$(dirname "$0")/lib.sh"
need_module

setup_ns a
check_equal "a new namespace is off" off \
	"$(ikemonctl -n "$a" -j config show | jq -r .mode)"
check_equal "off shows no session" 0 \
	"$(ikemonctl -n "$a" -j session show | jq '.sessions | length')"
check_equal "off counts nothing" 0 \
	"$(ikemonctl -n "$a" -j stats show | jq '[.counters[]] | add')"

check "monitor can be asked for" ikemonctl -n "$a" config set mode monitor
check_equal "and is in force" monitor \
	"$(ikemonctl -n "$a" -j config show | jq -r .mode)"
setup_ns b
check_equal "another namespace is off all the same" off \
	"$(ikemonctl -n "$b" -j config show | jq -r .mode)"
check "off again" ikemonctl -n "$a" config set mode off

check_equal "the module says what it is" \
	"$(</sys/module/nf_ikemon/version)" \
	"$(ikemonctl -j version | jq -r .module)"
