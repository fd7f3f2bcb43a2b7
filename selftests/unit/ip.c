// SPDX-License-Identifier: GPL-2.0-or-later
/* Host unit test of userspace/ip.c: packets and fragments. */
#include "ip.h"

#include <stdlib.h>
#include <string.h>

#include "ktap.h"

static const uint64_t second = 1000000000;
static struct whole whole;
static uint8_t body[4000];

/* A fragment of a datagram whose octet N is N % 251. */
static struct ip_packet piece(uint32_t id, uint32_t offset, uint32_t len,
			      bool more)
{
	struct ip_packet p = {
		.src = { 4, { 192, 0, 2, 1 }, 0 },
		.dst = { 4, { 192, 0, 2, 2 }, 0 },
		.protocol = 17, .len = len, .sent = len, .fragment = true,
		.more = more, .offset = offset, .id = id,
		.data = body + offset,
	};

	return p;
}

static enum frag_result add(struct frags *f, uint32_t id, uint32_t offset,
			    uint32_t len, bool more, uint64_t time)
{
	struct ip_packet p = piece(id, offset, len, more);

	return frags_add(f, &p, 1, time, &whole);
}

static void test_order(void)
{
	static const uint8_t orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 },
	};
	struct frags *f = frags_new();
	unsigned int i, j, n;
	int got;

	for (i = 0; i < 6; i++) {
		for (j = 0; j < 3; j++) {
			n = orders[i][j];
			got = add(f, 7, n * 1000, n == 2 ? 333 : 1000, n != 2,
				  second);
			EXPECT(got == (j == 2 ? FRAG_WHOLE : FRAG_KEPT));
		}
		EXPECT(whole.complete && whole.ip.len == 2333);
		EXPECT(!memcmp(whole.ip.data, body, 2333));
	}
	EXPECT(!frags_give_up(f, UINT64_MAX, false, &whole));
	frags_free(f);
	ktap("fragments in any order");
}

static void test_overlap(void)
{
	struct frags *f = frags_new();

	EXPECT(add(f, 1, 0, 1000, true, 0) == FRAG_KEPT);
	EXPECT(add(f, 1, 992, 1000, true, 0) == FRAG_OVERLAP);
	EXPECT(add(f, 1, 1000, 100, false, 0) == FRAG_KEPT);
	EXPECT(add(f, 2, 0, 1000, true, 0) == FRAG_KEPT);
	EXPECT(add(f, 2, 0, 1000, true, 0) == FRAG_OVERLAP);
	EXPECT(add(f, 3, 0, 1001, true, 0) == FRAG_OVERLAP);
	EXPECT(add(f, 4, 1000, 8, false, 0) == FRAG_KEPT);
	EXPECT(add(f, 4, 1008, 8, true, 0) == FRAG_OVERLAP);
	EXPECT(add(f, 5, 1008, 8, true, 0) == FRAG_KEPT);
	EXPECT(add(f, 5, 1000, 8, false, 0) == FRAG_OVERLAP);
	while (frags_give_up(f, UINT64_MAX, false, &whole))
		EXPECT(!whole.ip.len && !whole.complete);
	frags_free(f);
	ktap("fragments that overlap drop what they belong to");
}

static void test_bounds(void)
{
	struct frags *f = frags_new();
	struct ip_packet p;
	unsigned int i, n = 0;

	for (i = 0; i < 10 * FRAG_DATAGRAMS; i++) {
		while (frags_give_up(f, second, true, &whole)) {
			EXPECT(whole.ip.len == 16 && !whole.complete);
			n++;
		}
		EXPECT(add(f, i, 0, 16, true, second) == FRAG_KEPT);
	}
	EXPECT(n == 9 * FRAG_DATAGRAMS);
	ktap("no more are kept than there is room for, the oldest goes");
	EXPECT(!frags_give_up(f, second, false, &whole));
	EXPECT(frags_give_up(f, second * 32, false, &whole));
	frags_free(f);
	ktap("what is old is given up");

	f = frags_new();
	p = piece(1, 65528, 100, false);
	p.data = body;
	EXPECT(frags_add(f, &p, 1, 0, &whole) == FRAG_OVERLAP);
	p = piece(2, 65528, 7, false);
	p.data = body;
	EXPECT(frags_add(f, &p, 1, 0, &whole) == FRAG_KEPT);
	p = piece(3, 8, 0, true);
	EXPECT(frags_add(f, &p, 1, 0, &whole) == FRAG_KEPT);
	frags_free(f);
	ktap("nothing ends beyond what a packet can be");
}

/* Each length of a packet ends where its memory does. */
static void test_parse(void)
{
	static const uint8_t v4[] = {
		0x46, 0, 0, 32, 0, 9, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1,
		192, 0, 2, 2, 1, 1, 1, 1, 1, 244, 17, 148, 0, 8, 0, 0,
	};
	static const uint8_t v6[] = {
		0x60, 0, 0, 0, 0, 24, 0, 64, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 2, 44, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0,
		0, 5, 1, 2, 3, 4, 5, 6, 7, 8,
	};
	struct ip_packet p;
	uint32_t len;
	uint8_t *copy;

	EXPECT(ip_parse(v4, sizeof(v4), &p) && p.protocol == 17);
	EXPECT(p.len == 8 && p.sent == 8 && !p.fragment);
	EXPECT(ip_parse(v6, sizeof(v6), &p) && p.protocol == 17);
	EXPECT(p.len == 8 && p.fragment && p.more && !p.offset && p.id == 5);
	for (len = 0; len < sizeof(v6); len++) {
		copy = malloc(len ? len : 1);
		memcpy(copy, v6, len);
		ip_parse(copy, len, &p);
		if (len < sizeof(v4)) {
			memcpy(copy, v4, len);
			EXPECT(ip_parse(copy, len, &p) == (len >= 24));
		}
		free(copy);
	}
	ktap("headers, with options and extension headers, of any length");
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(body); i++)
		body[i] = i % 251;
	test_order();
	test_overlap();
	test_bounds();
	test_parse();
	return ktap_end();
}
