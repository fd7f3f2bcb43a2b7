/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNIT_H
#define UNIT_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

enum { MUTATIONS = 200000 };

/* One result of KTAP. */
void result(bool ok, const char *what);

/* An empty message, and the attributes put to it. */
struct nlmsghdr *begin(void);
const uint8_t *attrs_begin(void);
size_t attrs_len(void);

void test_audit(void);
void test_cookie(void);
void test_rules(void);
void test_words(void);
void test_messages(void);
void test_refusals(void);

#endif /* UNIT_H */
