// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer on captures: an input is one octet that says what is made of it,
 * and a file, pcap or pcapng.
 */
#include "ctl.h"
#include "libfuzzer.h"

#include <string.h>

#include "pure.h"

enum what { WHAT_JSON = 1, WHAT_DETAIL = 2, WHAT_LIST = 0xc };

static const char * const lines[][7] = {
	{ "read", "-" },
	{ "read", "--messages", "-" },
	{ "read", "--max-sessions", "2", "--port", "500/natt", "-" },
	{ "audit", "-" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *words[10] = { "ikemonctl" };
	struct ctl_world world = { 0 };
	unsigned int i;
	int n = 1;

	if (!size)
		return -1;
	world.file = data + 1;
	world.file_size = size - 1;
	world.json = *data & WHAT_JSON;
	if (world.json)
		words[n++] = "-j";
	if (*data & WHAT_DETAIL)
		words[n++] = "-s";
	for (i = 0; lines[(*data & WHAT_LIST) >> 2][i]; i++)
		words[n++] = lines[(*data & WHAT_LIST) >> 2][i];
	ctl_run(words, n, &world);
	return 0;
}

/* Changes that leave the form: lengths are put right most of the time. */

enum pcap { FILE_HDR = 24, LINK_AT = 20, RECORD = 16, LEN_AT = 8 };

static uint32_t state;

static uint32_t below(uint32_t n)
{
	return fuzz_below(&state, n);
}

static uint32_t le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_le32(uint32_t v, uint8_t *p)
{
	p[0] = v;
	p[1] = v >> 8;
	p[2] = v >> 16;
	p[3] = v >> 24;
}

static void mend_udp(uint8_t *p, size_t len)
{
	uint8_t *ike;
	size_t skip;

	if (len < 8)
		return;
	put_unaligned_be16(len, p + 4);
	skip = get_unaligned_be16(p) == 4500 ||
	       get_unaligned_be16(p + 2) == 4500 ? 12 : 8;
	ike = p + skip;
	if (len >= skip + 28 && below(2))
		put_unaligned_be32(len - skip, ike + 24);
}

static void mend_ip(uint8_t *p, size_t len)
{
	size_t head = (p[0] & 15) * 4;

	if (p[0] >> 4 == 4 && head >= 20 && head <= len) {
		put_unaligned_be16(len, p + 2);
		if (p[9] == 17 && !(get_unaligned_be16(p + 6) & 0x3fff))
			mend_udp(p + head, len - head);
	} else if (p[0] >> 4 == 6 && len >= 40) {
		put_unaligned_be16(len - 40, p + 4);
		if (p[6] == 17)
			mend_udp(p + 40, len - 40);
	}
}

static void mend_frame(uint32_t link, uint8_t *p, size_t len)
{
	size_t head = link == 1 ? 14 : link == 113 ? 16 : link == 276 ? 20 :
		      link == 0 || link == 108 ? 4 : 0;

	while (link == 1 && head + 4 <= len &&
	       get_unaligned_be16(p + head - 2) == 0x8100 && head < 30)
		head += 4;
	if (len > head + 20)
		mend_ip(p + head, len - head);
}

/* What the record at @at has, at least as it should be. */
static size_t record_len(const uint8_t *data, size_t size, size_t at)
{
	size_t len = le32(data + at + LEN_AT);

	return len > size - at - RECORD ? size - at - RECORD : len;
}

static void mend(uint8_t *data, size_t size)
{
	uint32_t link = le32(data + LINK_AT);
	size_t at, len;

	for (at = FILE_HDR; at + RECORD <= size; at += RECORD + len) {
		len = record_len(data, size, at);
		put_le32(len, data + at + LEN_AT);
		if (below(8))
			put_le32(len, data + at + LEN_AT + 4);
		if (below(4))
			mend_frame(link, data + at + RECORD, len);
	}
}

/* One of the records, NULL without one. */
static uint8_t *pick(uint8_t *data, size_t size, size_t *len)
{
	size_t at, n = 0, found = 0;

	for (at = FILE_HDR; at + RECORD <= size;
	     at += RECORD + record_len(data, size, at))
		if (!below(++n))
			found = at;
	if (!n)
		return NULL;
	*len = RECORD + record_len(data, size, found);
	return data + found;
}

/* Once more at the end, or not at all, or with other octets in it. */
static size_t change(uint8_t *data, size_t size, size_t max)
{
	size_t len, n;
	uint8_t *p = pick(data, size, &len);

	if (!p)
		return size;
	switch (below(4)) {
	case 0:
		if (len > max - size)
			break;
		memcpy(data + size, p, len);
		return size + len;
	case 1:
		memmove(p, p + len, data + size - p - len);
		return size - len;
	default:
		if (len == RECORD)
			break;
		n = LLVMFuzzerMutate(p + RECORD, len - RECORD, len - RECORD);
		memset(p + RECORD + n, 0, len - RECORD - n);
	}
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	static const uint8_t magic[] = { 0xd4, 0xc3, 0xb2, 0xa1 };
	uint32_t i;

	state = seed;
	if (!below(3) || size < 1 + FILE_HDR)
		size = LLVMFuzzerMutate(data, size, max);
	if (size < 1 + FILE_HDR || memcmp(data + 1, magic, sizeof(magic)))
		return size;
	for (i = below(4); i; i--)
		size = 1 + change(data + 1, size - 1, max - 1);
	if (below(8))
		mend(data + 1, size - 1);
	return size;
}
