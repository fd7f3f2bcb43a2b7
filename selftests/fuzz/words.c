// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on the words of ikemonctl: an input is a command line, words
 * between blanks. The kernel takes everything and answers nothing.
 */
#include "ctl.h"
#include "libfuzzer.h"

#include <string.h>
#include <unistd.h>

enum { WORDS = 64, LINE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ctl_world world = { 0 };
	const char *words[WORDS + 1] = { "ikemonctl" };
	char line[LINE], *word, *at = NULL;
	int n = 1;

	if (size >= sizeof(line))
		return -1;
	memcpy(line, data, size);
	line[size] = '\0';
	for (word = strtok_r(line, " ", &at); word && n < WORDS;
	     word = strtok_r(NULL, " ", &at)) {
		/* nobody's file is read */
		if (!access(word, F_OK) || (word[0] == '-' && word[1] &&
					    !access(word + 2, F_OK)))
			return -1;
		words[n++] = word;
	}
	ctl_run(words, n, &world);
	return 0;
}
