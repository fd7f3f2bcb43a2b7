# SPDX-License-Identifier: GPL-2.0-or-later
#
# Count KTAP results: prints "N passed, N failed, N skipped". A line that sums
# up subtests (indented deeper, right before it) is not counted again, unless
# it fails although they all passed: then something else went wrong.

match($0, /^ *(not )?ok [0-9]+/) {
	indent = match($0, /[^ ]/) - 1
	bad = $1 == "not"
	skip = toupper($0) ~ /# *SKIP/
	if (indent < last) {
		if (bad && !worse[last])
			failed++
		for (i = indent + 1; i <= last; i++)
			worse[i] = 0
	} else if (bad) {
		failed++
	} else if (skip) {
		skipped++
	} else {
		passed++
	}
	if (bad)
		worse[indent] = 1
	last = indent
}

END {
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
}
