# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# OpenIKED in a lab, unpacked beside strongSwan. Sourced after ike_lib.sh.

# Linux's PF_KEY cuts HMAC-SHA2-256 short in a way of its own, so that OpenIKED
# does without.
IKE_ESP=aes128-sha1
OIKED=${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon/openiked/usr/sbin

need_iked()
{
	[ -x "$OIKED/iked" ] || skip_all "OpenIKED is not unpacked: make deps"
	# It speaks PF_KEY to the kernel, and to nothing else.
	modprobe -q af_key 2> /dev/null
	grep -q '^KEY ' /proc/net/protocols || skip_all "no PF_KEY"
}

# iked's processes want a user of their own, an empty directory to be locked
# up in and a key, also with a pre-shared one: all of it in an /etc that only
# they see, which has everything else from the real one.
iked_etc()
{
	local dir=$1

	mkdir -p "$dir"/{real,empty} \
		"$dir"/etc/iked/{ca,certs,crls,ocsp,private,pubkeys}
	mount --bind /etc "$dir/real"
	ln -s "$dir"/real/* "$dir/etc/"
	rm "$dir/etc/passwd" "$dir/etc/group"
	{
		cat /etc/passwd
		echo "_iked:x:64999:64999::$dir/empty:/usr/sbin/nologin"
	} > "$dir/etc/passwd"
	{
		cat /etc/group
		echo "_iked:x:64999:"
	} > "$dir/etc/group"
	openssl ecparam -genkey -name prime256v1 -noout \
		-out "$dir/etc/iked/private/local.key"
	mount --bind "$dir/etc" /etc
}

# iked_start NS NAME: iked in NS, known as NAME from now on; stdin brings its
# policies, without which it would not start.
iked_start()
{
	local ns=$1 name=$2

	mkdir -p "$TEST_TMP/$name"
	iked_conf "$name"
	lab_run "$ns" "$name" bash -c "$(declare -f iked_etc)"'
		set -e
		iked_etc "$1"
		exec "$2/iked" -d -v -v -f "$1/iked.conf" \
			-s "$1/sock" >> "$1/log" 2>&1' \
		- "$TEST_TMP/$name" "$OIKED"
	lab_answers "$name" iked_answers "$ns" "$name"
}

# Its control socket is there before those on the wire, two of port 500, and
# these before its policies are in force: until then it forgets what it began.
iked_answers()
{
	iked "$2" show sa &&
		[ "$(nse "$1" ss -Hnul 'sport = :500' | wc -l)" -ge 2 ] &&
		[ "$(iked_compiled "$2")" -ge 1 ]
}

# iked_compiled NAME: how often it put policies in force
iked_compiled()
{
	grep -c 'config_getcompile: compilation done' "$TEST_TMP/$1/log"
}

# iked_compiled_since NAME COUNT: more often than that
iked_compiled_since()
{
	[ "$(iked_compiled "$1")" -gt "$2" ]
}

# iked_conf NAME [CONN...]: its configuration file, from the policies in stdin.
# The CONNs are those that it shall try by itself.
iked_conf()
{
	local conf=$TEST_TMP/$1/iked.conf conn active=""

	shift
	for conn; do
		active+="s/^\(ikev2 \"$conn\"\) passive/\1 active/;"
	done
	{
		# MOBIKE would move everything to port 4500.
		printf 'set nomobike\nset dpd_check_interval 1\n'
		sed "$active"
	} > "$conf"
	# It insists on that.
	chmod 600 "$conf"
}

# iked NAME COMMAND...: ikectl of that daemon
iked()
{
	local name=$1

	shift
	"$OIKED/ikectl" -s "$TEST_TMP/$name/sock" "$@" 2>&1
}

# iked_conn CONN LOCAL REMOTE LOCAL-TS REMOTE-TS [GROUP...]: prints a policy;
# the first of the groups is the one that it tries first.
iked_conn()
{
	local conn=$1 laddr=$2 raddr=$3 lts=$4 rts=$5 group groups=""

	shift 5
	for group in "${@:-modp2048}"; do
		groups+=" group $group"
	done
	printf 'ikev2 "%s" passive esp from %s to %s local %s peer %s \\\n' \
		"$conn" "$lts" "$rts" "$laddr" "$raddr"
	printf '\t%s \\\n' "ikesa enc aes-128 prf hmac-sha2-256" \
		"auth hmac-sha2-256$groups" \
		"childsa enc aes-128 auth hmac-sha1" "srcid $laddr dstid $raddr"
	printf '\tpsk "%s"\n' "$IKE_PSK"
}

# iked_load NAME [CONN...]: the policies of stdin instead of those it has. The
# CONNs are tried two seconds later.
iked_load()
{
	local before

	iked_conf "$@"
	before=$(iked_compiled "$1")
	iked "$1" load "$TEST_TMP/$1/iked.conf" > "$TEST_TMP/$1/load"
	busywait "$IKEMON_WAIT" iked_compiled_since "$1" "$before"
}

# iked_established NAME
iked_established()
{
	iked "$1" show sa | grep -q '^iked_sas: .* ESTABLISHED '
}

# iked_idle NAME: it has no IKE SA
iked_idle()
{
	! iked "$1" show sa | grep -q '^iked_sas: '
}

# iked_truth NAME: its IKE SAs in the columns of truth_sas
iked_truth()
{
	iked "$1" show sa | awk '
	function host(s)
	{
		match(s, /:[0-9]+$/)
		return substr(s, 1, RSTART - 1) " " substr(s, RSTART + 1)
	}
	/^iked_sas: / {
		split($7, end, /->|</)
		l = host(end[1])
		r = host(end[2])
		print substr($6, 3), substr($4, 3), 2, $8,
			$9 == "i" ? l " " r : r " " l
	}' | sort
}
