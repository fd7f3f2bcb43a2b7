// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer on rulesets: an input is what "ikemonctl -f -" reads. */
#include "ctl.h"
#include "libfuzzer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ctl_world world = { .file = data, .file_size = size };
	const char *words[4] = { "ikemonctl", "-f", "-" };

	ctl_run(words, 3, &world);
	return 0;
}
