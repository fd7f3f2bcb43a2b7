/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>

enum { MUTATIONS = 200000 };

/* One result of KTAP. */
void result(bool ok, const char *what);

void test_words(void);
void test_messages(void);
void test_refusals(void);

#endif /* UNIT_H */
