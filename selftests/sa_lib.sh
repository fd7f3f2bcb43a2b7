# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# SAs as nf_ikemon, the kernel and the daemon have them. Sourced after
# ike_lib.sh.

# sas_agree NS NAME LEAST: all three say the same of every SA, there are no
# fewer than LEAST, and each is tied to the IKE SA that the daemon says. NAME -
# is no daemon.
sas_agree()
{
	local dir=$TEST_TMP/agree

	mkdir -p "$dir"
	if [ "$2" = - ]; then
		rm -f "$dir/swan" "$dir/status"
	elif [ -e "$TEST_TMP/$2/vici" ]; then
		swan "$2" list-sas --raw > "$dir/swan"
	else
		lsw "$2" --status > "$dir/status"
		lsw "$2" --trafficstatus > "$dir/traffic"
	fi
	ip -n "$1" -s xfrm state > "$dir/xfrm"
	ikemonctl -n "$1" -j sa show > "$dir/sas"
	ikemonctl -n "$1" -j session show > "$dir/sessions"
	/usr/bin/python3 -B -I -S "$SELFTESTS/sa_agree.py" "$dir" "$3" \
		> "$TEST_TMP/differences" 2>&1
}

# check_sas NS NAME LEAST DESCRIPTION
check_sas()
{
	if busywait "$IKEMON_WAIT" sas_agree "$1" "$2" "$3"; then
		ok "$4"
		return
	fi
	not_ok "$4" "$(cd "$TEST_TMP" && cat differences
		grep -hs '^list-sa \|^000 #' agree/swan agree/status
		cut -c1-2000 agree/sessions agree/sas)"
}

# heard_sa CONDITION: there was such an event of an SA, in jq's words
heard_sa()
{
	jq -e -s "any(.[] | select(.sa); $1)" "$TEST_TMP/events" > /dev/null
}
