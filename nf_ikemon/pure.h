/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a pure file may use. A pure file (proto.h, parse, state, limit, filter,
 * sketch, cookie) is built into the module, the host unit tests, the fuzzers
 * and ikemonctl from the same source: it takes no lock, allocates nothing,
 * knows no skb and calls nothing of the kernel but what is listed here. Only
 * cookie.c needs more, siphash() and crypto_memneq().
 */
#ifndef IKEMON_PURE_H
#define IKEMON_PURE_H

#ifdef __KERNEL__

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>

#else

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define BIT(n)		(1UL << (n))
#define BIT_ULL(n)	(1ULL << (n))
#define fallthrough	__attribute__((__fallthrough__))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define READ_ONCE(x)	__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] << 8 | b[1]);
}

static inline u32 get_unaligned_be32(const void *p)
{
	return (u32)get_unaligned_be16(p) << 16 |
	       get_unaligned_be16((const u8 *)p + 2);
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 |
	       get_unaligned_be32((const u8 *)p + 4);
}

static inline void put_unaligned_be16(u16 value, void *p)
{
	u8 *b = p;

	b[0] = value >> 8;
	b[1] = value;
}

static inline void put_unaligned_be32(u32 value, void *p)
{
	put_unaligned_be16(value >> 16, p);
	put_unaligned_be16(value, (u8 *)p + 2);
}

static inline void put_unaligned_be64(u64 value, void *p)
{
	put_unaligned_be32(value >> 32, p);
	put_unaligned_be32(value, (u8 *)p + 4);
}

#endif /* __KERNEL__ */

/*
 * Is it @span or longer since @then? No if @then is after @now, which was read
 * before another CPU, or whoever interrupted this one, noted the time.
 */
static inline bool ikemon_is_past(u64 now, u64 then, u64 span)
{
	return now >= then && now - then >= span;
}

#endif /* IKEMON_PURE_H */
