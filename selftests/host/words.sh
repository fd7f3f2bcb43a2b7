#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The words of ikemonctl: the numbers have the names that the spec gives them,
# and help, manual and completion know every word.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/ctl_lib.sh"
ctl_find

top=$(cd "$SELFTESTS/.." && pwd)
man=$top/userspace/man/ikemonctl.8
python=/usr/bin/python3

"$python" -c 'import yaml' 2>/dev/null || skip_all "no python3-yaml"

spec_words()
{
	"$python" - "$top/docs/netlink/specs/ikemon.yaml" <<'PY'
import sys, yaml
spec = yaml.safe_load(open(sys.argv[1]))
for d in spec["definitions"]:
    if d["type"] not in ("enum", "flags"):
        continue
    value = d.get("value-start", 0)
    for e in d["entries"]:
        e = e if isinstance(e, dict) else {"name": e}
        value = e.get("value", value)
        n = 1 << value if d["type"] == "flags" else value
        print(d["name"], e["name"], n)
        value += 1
for s in spec["attribute-sets"]:
    if s["name"] != "config":
        continue
    for a in s["attributes"]:
        c = a.get("checks", {})
        # A switch has words.
        if "max" in c and c["max"] > 1:
            print("config", a["name"], {"u8": 1, "u32": 4}[a["type"]],
                  c.get("min", 0), c["max"])
PY
}

# The keys of the configuration by the spec, without what is no setting
spec_keys()
{
	"$python" - "$top/docs/netlink/specs/ikemon.yaml" <<'PY'
import sys, yaml
spec = yaml.safe_load(open(sys.argv[1]))
for s in spec["attribute-sets"]:
    if s["name"] == "config":
        for a in s["attributes"]:
            if a["name"] not in ("generation", "port", "check",
                                     "limit", "block"):
                print(a["name"])
PY
}

make -s -C "$top/userspace" O="$TEST_TMP/build" "$TEST_TMP/build/ctl_unit" \
	>"$TEST_TMP/make" 2>&1 ||
	fail "the unit test builds" "$(cat "$TEST_TMP/make")"
"$TEST_TMP/build/ctl_unit" >"$TEST_TMP/unit" 2>&1
check_equal "the unit test passes" "0 " "$? $(grep '^not ok' "$TEST_TMP/unit")"
check_equal "numbers have the names and ranges of the spec" \
	"$(spec_words | sort)" "$("$TEST_TMP/build/ctl_unit" names | sort)"

check_equal "docs/audit.md has the rules of the audit" \
	"$("$TEST_TMP/build/ctl_unit" audit | sort -u)" \
	"$(grep -E '^\| `.*\| (SA|session) \|' "$top/docs/audit.md" | sort -u)"

candidates()
{
	"$IKEMONCTL" help --complete "$@"
}

check_equal "every key of the spec can be set" \
	"$(spec_keys | sort)" "$(candidates config set | sort)"

# All words there are, from the tool itself
all_words()
{
	local object verb

	candidates
	for object in $(candidates | grep -v '^-'); do
		for verb in $(candidates "$object"); do
			echo "$verb"
			candidates "$object" "$verb"
		done
	done
	candidates session show state
	candidates config set mode
	candidates config set scope
	candidates config set defrag
	candidates config set cookie
	candidates config set challenge
	candidates config set mixed
	candidates audit severity
	candidates limit set 192.0.2.0/24
	candidates block add 192.0.2.0/24
	candidates port add 500
}

all_words | sort -u >"$TEST_TMP/words"
check "there are words" test "$(wc -l <"$TEST_TMP/words")" -ge 100

# in_text FILE: words that FILE has not, as words
missing_in()
{
	local word

	while read -r word; do
		grep -qE -- "(^|[^a-z0-9-])${word//-/\\-}($|[^a-z0-9-])" "$1" ||
			echo "$word"
	done <"$TEST_TMP/words"
}

"$IKEMONCTL" help >"$TEST_TMP/help"
check_equal "help knows every word" "" "$(missing_in "$TEST_TMP/help")"
if command -v mandoc >/dev/null; then
	check "the manual is clean" mandoc -T lint -W warning "$man"
	mandoc -T ascii -O width=1000 "$man" | sed 's/.\x08//g' \
		>"$TEST_TMP/man"
	check_equal "the manual knows every word" "" \
		"$(missing_in "$TEST_TMP/man")"
else
	xskip "the manual" "no mandoc"
fi

# The completion gives what the tool gives.
# complete_line WORD...: the last one is being typed
complete_line()
{
	COMP_WORDS=("$IKEMONCTL" "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_ikemonctl
	printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
}

. "$top/userspace/completion/ikemonctl.bash"
check_equal "completion: objects" "session" "$(complete_line ses)"
check_equal "completion: behind flags" "source" "$(complete_line -j -n x sour)"
check_equal "completion: behind a flag that has a value" "cookie test" \
	"$(complete_line -t 5s cook) $(complete_line -t 5s cookie '')"
check_equal "completion: words are not taken for files" "" \
	"$(complete -p ikemonctl | grep -e '-o filenames')"
check_equal "completion: verbs" "show
flush" "$(complete_line session '')"
check_equal "completion: values" "established" \
	"$(complete_line session show state e)"
check_equal "completion: keys" "timeout-half-open" \
	"$(complete_line config set mode off timeout-h)"
check_equal "completion: a key's values" "monitor" \
	"$(complete_line config set scope all mode m)"
check_equal "completion: ports" "ike
natt" "$(complete_line port add 500 '')"
check_equal "help names every offence" "" "$(
	"$TEST_TMP/build/ctl_unit" names | awk '$1 == "offence" { print $2 }' |
	while read -r word; do
		grep -qw -- "$word" "$TEST_TMP/help" || echo "$word"
	done)"
check_equal "completion: whose blocks" "operator
dynamic" "$(complete_line block flush '')"
check_equal "completion: limits" "half-open" \
	"$(complete_line limit set ::/0 rate 5 ha)"
check_equal "completion: nothing behind a number" "" \
	"$(complete_line session show id '')"
