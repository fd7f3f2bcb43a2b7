# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Every daemon as an initiator against every daemon as a responder, each in
# a namespace of its own around one router, all of them kept running while the
# cookie mode changes. Sourced after ike_lib.sh and iked_lib.sh.
#
#	i-swan  i-lsw  i-iked         192.0.2.1 to .3, or 2001:db8::1 to ::3
#	   \      |      /
#	        HUB
#	   /      |      \
#	r-swan  r-lsw-busy  ...       192.0.2.11 on, nf_ikemon in each

INITIATORS="i-swan i-lsw i-iked"
RESPONDERS="r-swan r-swan-cookie r-lsw-auto r-lsw-unlimited r-lsw-busy r-iked"

# Of each: number, kind of the daemon (see start), addresses. Arrays, since a
# guest that is emulated starts few processes a second.
declare -A NUMBER=(
	[i-swan]=1 [i-lsw]=2 [i-iked]=3
	[r-swan]=11 [r-swan-cookie]=12
	[r-lsw-auto]=13 [r-lsw-unlimited]=14 [r-lsw-busy]=15 [r-iked]=16
)
declare -A KIND HOST INNER NAME_OF NS
# A test that sets COOKIE_IPV6 has all of it over IPv6.
if [ -n "${COOKIE_IPV6-}" ]; then
	NET=2001:db8:: INSIDE=2001:db8:1:: LINK=2001:db8:ffff::1 LEN=128
else
	NET=192.0.2. INSIDE=198.51.100. LINK=169.254.0.1 LEN=32
fi
for name in "${!NUMBER[@]}"; do
	KIND[$name]=${name#*-}
	KIND[$name]=${KIND[$name]%%-*}
	HOST[$name]=$NET${NUMBER[$name]}
	INNER[$name]=$INSIDE${NUMBER[$name]}/$LEN
	NAME_OF[${HOST[$name]}]=$name
done
SWAN_GROUPS=modp2048
IKED_GROUPS=modp2048
LSW_GROUPS=dh14
# A pair that cannot come to terms, with or without us
EXCEPT=""

# others NAME: whom it talks to
others()
{
	case $1 in
	i-*)	echo "$RESPONDERS" ;;
	*)	echo "$INITIATORS" ;;
	esac
}

#
# The lab
#

# wire NAME...: each to its own port of HUB, which is everybody's gateway
wire()
{
	local name var ns hub=""

	for name; do
		var=NS_${name//-/_}
		setup_ns "$var"
		ns=${!var}
		NS[$name]=$ns
		ip -n "$ns" -batch - <<-BATCH || return
		link add eth0 type veth peer name $name netns $HUB
		link set eth0 up
		addr add ${HOST[$name]}/$LEN dev eth0
		route add $LINK dev eth0
		route add default via $LINK
		BATCH
		hub+="link set $name up"$'\n'
		hub+="addr add $LINK/$LEN dev $name"$'\n'
		hub+="route add ${HOST[$name]} dev $name"$'\n'
	done
	ip -n "$HUB" -batch - <<< "$hub"
}

swan_conns()
{
	local self=$1 other groups=modp2048

	case $self in i-*) groups=$SWAN_GROUPS ;; esac
	for other in $(others "$self"); do
		swan_conn "$other" "${HOST[$self]}" "${HOST[$other]}" \
			"${INNER[$self]}" "${INNER[$other]}" mobike=no \
			unique=never "proposals=aes128-sha256-$groups"
	done
	# For who shall stay half-open with it
	if [ "$self" = r-swan-cookie ]; then
		swan_conn half "${HOST[$self]}" "${NET}99" \
			"${INNER[$self]}" "${INSIDE}99/$LEN"
	fi
	printf 'secrets { ike { secret = "%s" } }\n' "$IKE_PSK"
}

iked_policies()
{
	local self=$1 other groups=modp2048

	case $self in i-*) groups=$IKED_GROUPS ;; esac
	for other in $(others "$self"); do
		# shellcheck disable=SC2086 # a list
		iked_conn "$other" "${HOST[$self]}" "${HOST[$other]}" \
			"${INNER[$self]}" "${INNER[$other]}" $groups
	done
}

lsw_conns()
{
	local self=$1 other groups=dh14

	case $self in i-*) groups=$LSW_GROUPS ;; esac
	printf 'config setup\n'
	for other in $(others "$self"); do
		printf 'conn %s\n' "$other"
		printf '\t%s\n' "left=${HOST[$self]}" "right=${HOST[$other]}" \
			"leftsubnet=${INNER[$self]}" \
			"rightsubnet=${INNER[$other]}" leftupdown=%disabled \
			authby=secret ikev2=insist mobike=no pfs=no \
			"ike=aes128-sha2_256;$groups" esp=aes128-sha1 auto=add
	done
}

# Both retransmit as fast as the others would on a good day.
start_swan()
{
	local name=$1 options=(cookie_threshold=0 cookie_threshold_ip=0)

	[ "$name" != r-swan-cookie ] ||
		options=(cookie_threshold=1 half_open_timeout=3600)
	swan_start "${NS[$name]}" "$name" block_threshold=0 \
		retransmit_timeout=1 retransmit_base=1.5 "${options[@]}"
	swan_conns "$name" > "$TEST_TMP/$name/swanctl/swanctl.conf"
	swan "$name" load-all --clear --noprompt > "$TEST_TMP/$name/load"
}

start_lsw()
{
	local name=$1 mode=${1##*-}

	lsw_start "${NS[$name]}" "$name"
	lsw_conns "$name" > "$TEST_TMP/$name/ipsec.conf"
	# shellcheck disable=SC2046 # a list
	"$LSW/addconn" \
		--config "$TEST_TMP/$name/ipsec.conf" \
		--ctlsocket "$TEST_TMP/$name/pluto.ctl" $(others "$name") \
		> "$TEST_TMP/$name/load" 2>&1
	case $name in
	r-lsw-*) lsw "$name" "--ddos-$mode" > "$TEST_TMP/$name/ddos" ;;
	esac
}

start_iked()
{
	iked_start "${NS[$1]}" "$1" < <(iked_policies "$1")
}

# One that never gets further makes charon ask everybody for a cookie.
half_open()
{
	nse "$HUB" ikepkt -s "${NET}99" init "${HOST[r-swan-cookie]}"
	swan r-swan-cookie list-sas | grep -q ' CONNECTING, '
}

# cookie_lab NAME...: those daemons run, and all have their wires
cookie_lab()
{
	local name pids=() pid

	setup_ns HUB
	forwarding "$HUB"
	# shellcheck disable=SC2086 # lists
	wire $INITIATORS $RESPONDERS || fail "the wires"
	lsw_nss
	# One waits for its socket while another reads its configuration.
	for name; do
		(trap - EXIT; "start_${KIND[$name]}" "$name") &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "the daemons start"
	done
	busywait "$IKEMON_WAIT" half_open ||
		fail "a half-open SA stays with charon" \
			"$(tail -n 20 "$TEST_TMP/r-swan-cookie/log")"
}

# listen RESPONDER: to its alarms, from now on
listen()
{
	# shellcheck disable=SC2016 # expanded there
	bg "$1/monitor" sh -c 'exec ikemonctl -n "$1" -j monitor >> "$2"' \
		- "${NS[$1]}" "$TEST_TMP/$1/events"
	busywait "$IKEMON_WAIT" record_ready "/proc/$BG_PID/net/netlink"
	take_stats "$1"
}

#
# Tunnels
#

# peers_of NAME: with whom it has an established IKE SA, by its own word
peers_of()
{
	local name=$1 line re

	case ${KIND[$name]} in
	swan)	re='^([ir]-[a-z-]*): #[0-9]*, ESTABLISHED, '
		set -- swan "$name" list-sas ;;
	lsw)	re='"([ir]-[a-z-]*)".* STATE_V2_ESTABLISHED_IKE_SA '
		set -- lsw "$name" --showstates ;;
	iked)	re='^iked_sas: .*->[[]?([0-9a-f.:]*)[]]?:500<.* ESTABLISHED '
		set -- iked "$name" show sa ;;
	esac
	"$@" | while read -r line; do
		[[ $line =~ $re ]] || continue
		line=${BASH_REMATCH[1]}
		echo "${NAME_OF[$line]-$line}"
	done
}

# try INITIATOR RESPONDER...: begin, wait for nothing
try()
{
	local self=$1 other

	shift
	for other; do
		case ${KIND[$self]} in
		swan)	swan "$self" initiate --child "$other" --timeout -1 ;;
		lsw)	lsw "$self" --initiate --asynchronous --name "$other" ;;
		esac
	done > "$TEST_TMP/$self/initiate" 2>&1
	[ "${KIND[$self]}" = iked ] || return 0
	iked_policies "$self" | iked_load "$self" "$@"
}

# stop INITIATOR RESPONDER...: what it has with them, or tries
stop()
{
	local self=$1 other

	shift
	for other; do
		case ${KIND[$self]} in
		swan)	swan "$self" terminate --ike "$other" --force ;;
		lsw)	lsw "$self" --terminate --name "$other" ;;
		esac
	done > "$TEST_TMP/$self/terminate" 2>&1
	[ "${KIND[$self]}" = iked ] || return 0
	iked_policies "$self" | iked_load "$self"
	iked "$self" reset sa > "$TEST_TMP/$self/terminate"
}

#
# The matrix
#

# How the responders are called in docs/cookies.md
cookie_titles()
{
	cat <<-'TITLES'
	r-swan strongSwan, `cookie_threshold` and `cookie_threshold_ip` 0
	r-swan-cookie strongSwan that demands cookies
	r-lsw-auto Libreswan, `ddos-mode=auto` and idle
	r-lsw-unlimited Libreswan, `ddos-mode=unlimited`
	r-lsw-busy Libreswan, `ddos-mode=busy`
	r-iked OpenIKED
	TITLES
}

# cookie_table: the rows in stdin as that page has them
cookie_table()
{
	local name cells mode

	while read -r name cells; do
		mode=${cells##* }
		cells=${cells% *}
		cells=${cells//falls-back/falls+back}
		printf '| %s' "$(cookie_titles | sed -n "s/^$name //p")"
		# shellcheck disable=SC2086 # words
		printf ' | %s' $cells | tr + ' '
		printf ' (`%s`) |\n' "$mode"
	done
}

# Columns of the table: cookie off, passthrough, twostage; "mixed on" with the
# mode that suits the daemon. "falls back": the alarm cookie-mismatch is
# raised, first packets are dropped instead, and the next try establishes.
# docs/cookies.md has this table.
cookie_rows()
{
	cat <<-ROWS
	r-swan          works works      falls-back works passthrough
	r-swan-cookie   works works      works      works passthrough
	r-lsw-auto      works falls-back falls-back falls-back twostage
	r-lsw-unlimited works falls-back falls-back falls-back passthrough
	r-lsw-busy      works falls-back works      works twostage
	r-iked          works works      falls-back works passthrough
	ROWS
}

declare -A CELL SEEN BEFORE COUNTED
while read -r name off pass two mixed mode; do
	CELL[$name-off]=$off
	CELL[$name-passthrough]=$pass
	CELL[$name-twostage]=$two
	CELL[$name-mixed]=$mixed
	CELL[$name-best]=works
	CELL[$name-mode]=$mode
done < <(cookie_rows)

# best RESPONDER: the mode that it works with
best()
{
	local mode

	for mode in passthrough twostage off; do
		[ "${CELL[$1-$mode]}" != works ] || break
	done
	echo "$mode"
}

# enforce RESPONDER COLUMN: anew, with nothing remembered; "best" is a column
# too
enforce()
{
	local ns=${NS[$1]} mode=$2 mixed=off

	case $2 in
	mixed)	mode=${CELL[$1-mode]}
		mixed=on ;;
	best)	mode=$(best "$1") ;;
	esac
	ikemonctl -n "$ns" config set mode off > "$TEST_TMP/$1/config" &&
	: > "$TEST_TMP/$1/events" &&
	ikemonctl -n "$ns" -f - <<-CONFIG >> "$TEST_TMP/$1/config"
	config set mode enforce
	config set challenge always
	config set cookie $mode
	config set mixed $mixed
	CONFIG
}

# pairs: "<INITIATOR RESPONDER>" of all that have come up in this phase, as the
# initiators log it; peers_of would ask them all, which takes its time.
pairs()
{
	awk -F "[]['\"]" -v "dir=$TEST_TMP/" '
	function up(name) { print "<" self " " name ">" }
	FNR == 1 {
		self = substr(FILENAME, length(dir) + 1)
		sub("/.*", "", self)
	}
	/IKE_SA r-[a-z-]*\[[0-9]*\] established between/ {
		sub(/.*IKE_SA /, "", $3)
		up($3)
	}
	/ initiator established IKE SA; / { up($2) }
	/ established peer .* as initiator/ {
		sub(/.*policy ./, "")
		sub(/. as initiator.*/, "")
		up($0)
	}' "$TEST_TMP"/i-*/log
}

# has_pair INITIATOR RESPONDER: by the last look
has_pair()
{
	[[ $PAIRS == *"<$1 $2>"* ]]
}

mismatched()
{
	[[ $(< "$TEST_TMP/$1/events") == \
		*'"alarm":"cookie-mismatch","raised":true'* ]]
}

# all_are COMMAND: true of every responder, by a new look
all_are()
{
	local other

	PAIRS=$(pairs)
	for other in $RESPONDERS; do
		"$1" "$other" || return
	done
}

is_up()
{
	local self

	for self in $INITIATORS; do
		[ "$self $1" = "$EXCEPT" ] || has_pair "$self" "$1" || return
	done
}

# It has all its tunnels, or has raised the alarm.
is_settled()
{
	is_up "$1" || mismatched "$1"
}

none_up()
{
	local name

	for name in $INITIATORS; do
		[ -z "$(peers_of "$name")" ] || return
	done
}

# each COMMAND: for all initiators at once, with all responders
each()
{
	local self pids=()

	for self in $INITIATORS; do
		# shellcheck disable=SC2086 # a list
		"$1" "$self" $RESPONDERS &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# again: those tunnels that are not up
again()
{
	local self other list

	for self in $INITIATORS; do
		list=()
		for other in $RESPONDERS; do
			[ "$self $other" = "$EXCEPT" ] ||
				has_pair "$self" "$other" || list+=("$other")
		done
		[ ${#list[@]} -gt 0 ] || continue
		# iked forgets by itself what it has not brought to an end.
		[ "${KIND[$self]}" = iked ] || stop "$self" "${list[@]}"
		try "$self" "${list[@]}"
	done
}

# take_stats RESPONDER: what was counted since the last time is in COUNTED
take_stats()
{
	local json name

	json=$(ikemonctl -n "${NS[$1]}" -j stats show)
	for name in first_dropped cookies_sent cookies_valid cookies_stripped; do
		[[ $json =~ \"$name\":([0-9]+) ]] || fail "a counter $name"
		COUNTED[$name]=$((BASH_REMATCH[1] - ${BEFORE[$1-$name]-0}))
		BEFORE[$1-$name]=${BASH_REMATCH[1]}
	done
}

# went_through RESPONDER COLUMN: the module did what it was told to
went_through()
{
	local mode=$2 n dropped=0 sent=0 stripped=0

	# shellcheck disable=SC2086 # a list
	set -- "$1" "$2" $INITIATORS
	n=$(($# - 2))
	case $2 in
	mixed)	mode=${CELL[$1-mode]}
		dropped=$n ;;
	best)	mode=$(best "$1") ;;
	esac
	[ "$mode" != off ] || dropped=$n
	[ "$mode" = off ] || sent=$n
	[ "$mode" != twostage ] || stripped=$n
	declare -p COUNTED
	((COUNTED[first_dropped] >= dropped &&
	  (COUNTED[first_dropped] > 0) == (dropped > 0) &&
	  COUNTED[cookies_sent] >= sent &&
	  (COUNTED[cookies_sent] > 0) == (sent > 0) &&
	  COUNTED[cookies_valid] >= sent &&
	  COUNTED[cookies_stripped] >= stripped))
}

# at_both_ends RESPONDER: it says of every initiator what that says of it
at_both_ends()
{
	local self peers

	peers=$(peers_of "$1")
	echo "$1 has: ${peers//$'\n'/ }"
	for self in $INITIATORS; do
		[ "$self $1" = "$EXCEPT" ] || [[ $'\n'$peers$'\n' == \
			*$'\n'$self$'\n'* ]] || return
	done
}

# explain RESPONDER: what nf_ikemon and the daemon have to say
explain()
{
	diag "$(ikemonctl -n "${NS[$1]}" session show)"
	diag "$(grep cookie-mismatch "$TEST_TMP/$1/events")"
	diag "$(tail -n 40 "$TEST_TMP/$1/log")"
}

# judge RESPONDER COLUMN: a few results, and what was seen
judge()
{
	local word=works

	! mismatched "$1" || word=falls-back
	SEEN[$1-$2]=$word
	take_stats "$1"
	check_equal "$1: cookie $2" "${CELL[$1-$2]}" "$word"
	[ "${CELL[$1-$2]}" = "$word" ] || explain "$1"
	if [ "$word" = works ]; then
		check "$1: cookie $2: by that way" went_through "$1" "$2"
	fi
	check "$1: cookie $2: both ends say so" at_both_ends "$1"
}

# phase COLUMN: all pairs under that mode
phase()
{
	local other mode=$1 name

	for name in $INITIATORS $RESPONDERS; do
		: > "$TEST_TMP/$name/log"
	done
	for other in $RESPONDERS; do
		enforce "$other" "$mode" || fail "$other: cookie $mode" \
			"$(<"$TEST_TMP/$other/config")"
	done
	each try
	slowwait 60 all_are is_settled
	again
	if slowwait 60 all_are is_up; then
		ok "cookie $mode: every pair is established in the end"
	else
		not_ok "cookie $mode: every pair is established in the end" \
			"$PAIRS"
	fi
	for other in $RESPONDERS; do
		judge "$other" "$mode"
	done
	# Each next try is to be a negotiation.
	each stop
	slowwait 60 none_up
}

# recommendations: "ikemonctl cookie test" finds out the short way. Asked from
# a peer's place, since iked answers nobody else.
recommendations()
{
	local other wait pids=()

	for other in $RESPONDERS; do
		# Pluto's silence is an answer, the others' would be none.
		wait=20s
		[ "${KIND[$other]}" != lsw ] || wait=5s
		ikemonctl -n "${NS[i-swan]}" -j cookie test -t "$wait" \
			"${HOST[$other]}" > "$TEST_TMP/$other/asked" 2>&1 &
		pids+=($!)
	done
	wait "${pids[@]}"
	for other in $RESPONDERS; do
		check "$other: $(best "$other") is recommended" recommended \
			"$(best "$other")" "$TEST_TMP/$other/asked"
	done
}

recommended()
{
	cat "$2"
	grep -q "\"recommended\":\"$1\"" "$2"
}

# seen: what was seen, in rows like those of cookie_rows
seen()
{
	local other column

	for other in $RESPONDERS; do
		printf '%s' "$other"
		for column in off passthrough twostage mixed; do
			printf ' %s' "${SEEN[$other-$column]}"
		done
		echo " ${CELL[$other-mode]}"
	done
}
