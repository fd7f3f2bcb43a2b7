# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# What every script that deals with kernels shares: where the cache is, which
# kernels there are, and what counts as a kernel splat. Sourced, never run.

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$VM_DIR/../.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/nf_ikemon
# What is built from a checkout is kept apart from what another one built.
CHECKOUT=$CACHE/checkout/$(printf %s "$TOP" | cksum | cut -d' ' -f1)

# Lines that only a kernel bug writes. Plain "Call Trace" is not one of them:
# fault injection and allocation failures print it as well.
SPLAT_RE='WARNING: (CPU: |possible |inconsistent |suspicious |bad |lock held )'\
'|WARNING: .* at .*/.*\.[ch]:[0-9]+'\
'|BUG: |kernel BUG at|Oops|KASAN: |KFENCE: |KCSAN: |UBSAN: |ODEBUG: '\
'|general protection fault|Kernel panic|stack-protector: '\
'|sleeping function called from invalid|scheduling while atomic'\
'|DEBUG_LOCKS_WARN_ON|bad unlock balance|suspicious RCU usage'\
'|rcu.*(detected stall|self-detected stall|detected expedited stall)'\
'|INFO: task .* blocked for more than|soft lockup|hard LOCKUP'\
'|unregister_netdevice: waiting for|ref_tracker: .*(leaked|has .* users)'\
'|refcount_t: |list_(add|del) corruption|Segmentation fault in kernel'\
'|unreferenced object 0x|kmemleak: .* new suspected memory leak'

# set_build_args: sets "build_args", what the environment has nf_ikemon built
# with. IKEMON_STRICT: without one warning of compiler, sparse or modpost.
set_build_args()
{
	build_args=()
	[ -z "${IKEMON_SELFTEST-}" ] || build_args+=(IKEMON_SELFTEST=1)
	[ -z "${IKEMON_GCOV-}" ] || build_args+=(IKEMON_GCOV=1)
	[ -z "${IKEMON_STRICT-}" ] || build_args+=(IKEMON_WERROR=1 W=1 C=1
		"CF=-D__CHECK_ENDIAN__ -Wsparse-error")
}

say()
{
	printf '%s\n' "vm: $*" >&2
}

# Status 125: the harness could not do its part, nothing is known of COMMAND.
die()
{
	say "$*"
	exit 125
}

# apt_unpack DIRECTORY PACKAGE...: fetch packages and unpack them there,
# without installing anything on this machine
apt_unpack()
{
	local dir=$1 tmp deb

	shift
	mkdir -p "$CACHE" "$dir"
	tmp=$(mktemp -d "$CACHE/fetch.XXXXXX")
	# apt's sandbox user may not write there, which it would warn about.
	if ! (cd "$tmp" && apt-get -q -o APT::Sandbox::User=root \
	      download "$@") >"$tmp/log" 2>&1; then
		cat "$tmp/log" >&2
		rm -rf "$tmp"
		die "cannot download $*: run 'make deps', which updates apt's lists"
	fi
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$dir" || die "cannot unpack $deb"
	done
	rm -rf "$tmp"
}

# with_lock NAME COMMAND...: two runs at once must not build the same thing.
with_lock()
{
	local name=$1 fd rc=0

	shift
	mkdir -p "$CACHE/lock"
	exec {fd}>"$CACHE/lock/$name"
	flock "$fd"
	"$@" || rc=$?
	exec {fd}>&-
	return "$rc"
}

# newest_dep METAPACKAGE: the package that Debian's metapackage stands for now
newest_dep()
{
	apt-cache depends "$1" 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-[a-z]*-[0-9].*\)$/\1/p' | head -1
}

# Which release the short names mean is asked of apt once and then remembered,
# so that a run does not need the network; "make deps" asks again.
resolve_release()
{
	local series=${1%%-*} flavour=amd64 memo=$CACHE/release-$1 pkg

	case $1 in
	6.1|6.12)		;;
	6.1-rt|6.12-rt)		flavour=rt-amd64 ;;
	6.1-cloud|6.12-cloud)	flavour=cloud-amd64 ;;
	kcsan)	"$VM_DIR/kcsan.sh"; return ;;
	*)	printf '%s\n' "$1"; return ;;
	esac
	if [ ! -s "$memo" ]; then
		# Debian 12's own series does not stand in the package's name.
		[ "$series" = 6.1 ] || flavour=$series-$flavour
		pkg=$(newest_dep "linux-image-$flavour")
		case $pkg in
		"linux-image-$series."*) ;;
		*) die "apt knows no Linux $series: is this Debian 12, with" \
			"bookworm-security? try 'make deps'" ;;
		esac
		mkdir -p "$CACHE"
		printf '%s\n' "${pkg#linux-image-}" >"$memo"
	fi
	cat "$memo"
}

# splat_scan FILE: print the first splats found, with what follows them
splat_scan()
{
	grep -aqE "$SPLAT_RE" "$1" || return 1
	grep -aE -A30 -m 3 "$SPLAT_RE" "$1" | head -n 80
}

# check_config NAME OPTIONS CONFIG: is each of OPTIONS in CONFIG, the file that
# Kconfig made of it? It drops what it cannot satisfy without a word.
check_config()
{
	local line bad=0

	while read -r line; do
		case $line in
		CONFIG_*=*)
			grep -qxF "$line" "$3" && continue
			;;
		'# CONFIG_'*' is not set')
			line=${line#\# }
			grep -q "^${line%% *}=" "$3" || continue
			;;
		*)	continue ;;
		esac
		say "$1: not in the configuration: $line"
		bad=1
	done <"$2"
	return $bad
}
