// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of inputs that keep them in form: whole datagrams come again, from
 * the other end, or not at all; lengths are put right most of the time, for
 * what is behind a wrong one is not read.
 */
#include <stddef.h>
#include <string.h>

#include "datagrams.h"
#include "libfuzzer.h"

enum limits { MOST = 16384, FRAMES = 64 };

/* A list as a table: @at is where the octets of each stand in @octets. */
static struct {
	u32 n;
	u32 at[FRAMES];
	u32 len[FRAMES];
	u8 how[FRAMES];
	u8 more[FRAMES];
	u32 used;
	u8 octets[2 * MOST];
} list;

static u32 state;

static uint32_t below(uint32_t n)
{
	return fuzz_below(&state, n);
}

static void add(const u8 *octets, u32 len, u8 how, u8 more)
{
	if (list.n == FRAMES || len > sizeof(list.octets) - list.used)
		return;
	memcpy(list.octets + list.used, octets, len);
	list.at[list.n] = list.used;
	list.len[list.n] = len;
	list.how[list.n] = how;
	list.more[list.n++] = more;
	list.used += len;
}

static void take(const u8 *data, size_t size)
{
	struct datagrams d = { .data = data, .size = size };

	list.n = 0;
	list.used = 0;
	while (datagrams_next(&d))
		add(d.octets, d.len, d.how, d.more);
}

static size_t give(u8 *data, size_t max)
{
	size_t used = 0;
	u32 i;

	for (i = 0; i < list.n; i++) {
		if (FRAME + list.len[i] > max - used)
			break;
		put_unaligned_be16(list.len[i] | list.more[i] << FRAME_MORE,
				   data + used);
		data[used + 2] = list.how[i];
		memcpy(data + used + FRAME, list.octets + list.at[i],
		       list.len[i]);
		used += FRAME + list.len[i];
	}
	return used;
}

static u8 *message(u32 i, u32 *len)
{
	u32 skip = list.how[i] & HOW_NATT ? NATT_MARKER_LEN : 0;

	*len = list.len[i] > skip ? list.len[i] - skip : 0;
	return list.octets + list.at[i] + skip;
}

/* Each length to what is left if it says more, the last to all of it. */
static void mend_chain(u8 *p, u32 len, bool inside, u8 next)
{
	u32 n;

	while (len >= 4 && next && next != IKE2_PAYLOAD_SK &&
	       next != IKE2_PAYLOAD_SKF) {
		n = get_unaligned_be16(p + 2);
		if (n < 4 || n > len || !p[0]) {
			n = len;
			put_unaligned_be16(n, p + 2);
		}
		if (!inside && n > 8 && (next == IKE2_PAYLOAD_SA || next == 1))
			mend_chain(p + (next == 1 ? 12 : 4),
				   next == 1 && n < 12 ? 0 :
				   n - (next == 1 ? 12 : 4), true, 2);
		else if (inside && next == 2 && n > 8u + p[6])
			mend_chain(p + 8 + p[6], n - 8 - p[6], true, 3);
		next = p[0];
		p += n;
		len -= n;
	}
}

static void mend(u32 i)
{
	u32 len;
	u8 *p = message(i, &len);

	if (len < IKE_HDR_LEN)
		return;
	put_unaligned_be32(len, p + IKE_HDR_LENGTH);
	if (below(2))
		mend_chain(p + IKE_HDR_LEN, len - IKE_HDR_LEN, false,
			   p[IKE_HDR_NEXT_PAYLOAD]);
	if (i && list.len[0] >= IKE_HDR_LEN) {
		u32 first;
		const u8 *spi = message(0, &first);

		if (first >= IKE_HDR_LEN && below(4))
			memcpy(p, spi, 8);
	}
}

/* A number of the header that makes it another message. */
static void change_header(u32 i)
{
	static const u8 exchanges[] = {
		2, 4, 5, 6, 32, 33, 34, 35, 36, 37, 38, 39, 41, 43, 44,
	};
	static const u8 payloads[] = {
		0, 1, 4, 5, 8, 10, 11, 13, 20, 33, 34, 35, 39, 40, 41, 43, 46,
		53, 54, 130, 132,
	};
	u32 len;
	u8 *p = message(i, &len);

	if (len < IKE_HDR_LEN)
		return;
	switch (below(6)) {
	case 0:
		p[18] = exchanges[below(sizeof(exchanges))];
		break;
	case 1:
		p[16] = payloads[below(sizeof(payloads))];
		break;
	case 2:
		p[17] = below(2) ? 0x20 : 0x10;
		break;
	case 3:
		p[19] ^= 1 << below(6);
		break;
	case 4:
		p[23] += 1 - 2 * below(2);
		break;
	case 5:
		memset(p + 8, below(3), 8);
		break;
	}
}

/* Once more, or as if the other end said it. */
static void repeat(u32 i)
{
	u32 len, n = list.n;
	u8 *p;

	add(list.octets + list.at[i], list.len[i], list.how[i], list.more[i]);
	if (n == list.n || below(2))
		return;
	list.how[n] ^= HOW_OURS | HOW_RESPONDER;
	p = message(n, &len);
	if (len < IKE_HDR_LEN)
		return;
	p[19] ^= p[17] >> 4 == 2 ? IKE2_FLAG_INITIATOR | IKE2_FLAG_RESPONSE : 0;
	memset(p + 8, 9, 8);
}

static void drop(u32 i)
{
	list.n--;
	list.at[i] = list.at[list.n];
	list.len[i] = list.len[list.n];
	list.how[i] = list.how[list.n];
	list.more[i] = list.more[list.n];
}

static void change_octets(u32 i)
{
	static u8 buf[MOST];
	u32 len = list.len[i], n = list.n;

	if (!len)
		return;
	memcpy(buf, list.octets + list.at[i], len);
	len = LLVMFuzzerMutate(buf, len, len + 64 < MOST ? len + 64 : MOST);
	add(buf, len, list.how[i], list.more[i]);
	if (n != list.n)
		drop(i);
}

static void change(void)
{
	u32 i = below(list.n);

	switch (below(8)) {
	case 0:
		repeat(i);
		break;
	case 1:
		if (list.n > 1)
			drop(i);
		break;
	case 2:
		list.how[i] ^= 1 << below(8);
		break;
	case 3:
		list.more[i] = below(4);
		break;
	case 4:
	case 5:
		change_header(i);
		break;
	default:
		change_octets(i);
	}
	i = below(list.n);
	if (below(4))
		mend(i);
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max,
			       unsigned int seed)
{
	u32 n;

	state = seed;
	if (max > MOST)
		max = MOST;
	if (!below(4))
		size = LLVMFuzzerMutate(data, size, max);
	take(data, size);
	if (!list.n)
		return LLVMFuzzerMutate(data, size, max);
	for (n = 1 + below(4); n; n--)
		change();
	return give(data, max);
}
