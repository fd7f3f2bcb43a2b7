/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strays: sources of ESP and AH with SPIs that no SA has. All of that may be
 * forged, so they have a table of fixed size beside that of the sources, and a
 * block refuses nothing of a source but more of the same.
 */
#ifndef IKEMON_STRAY_H
#define IKEMON_STRAY_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>

#include "budget.h"
#include "event.h"
#include "rules.h"

struct ikemon_conf;
struct ikemon_net;
struct ikemon_packet;
struct ikemon_run;
struct netlink_ext_ack;

enum ikemon_stray_limits {
	IKEMON_STRAY_SETS	= 1024,
	IKEMON_STRAY_WAYS	= 4,	/* of a set */
	IKEMON_STRAYS		= IKEMON_STRAY_SETS * IKEMON_STRAY_WAYS,
	IKEMON_STRAY_BEGIN	= 16,	/* packets in the window that block */
	IKEMON_STRAY_SPIS	= 128,	/* told apart by a source at most */
};

/**
 * struct ikemon_stray - one of them
 * @key: hash of @prefix, 0 while the place is free
 * @prefix: as that of a source; written under the set's lock
 * @spis: bit N: an SPI with hash N came in the window
 * @count: packets in the window
 * @began: second of ikemon_now() in which the window began
 * @since: likewise, start of the block; this and what follows is written
 *	under the set's lock
 * @until: likewise, end of the block; 0 while there is none
 * @evidence: SPIs in the window when it began
 * @would: made in monitor mode: only counts
 * @packets: refused by the block, or would have been
 *
 * Packets read and count without a lock. A place with a block is nobody
 * else's until the block is taken away.
 */
struct ikemon_stray {
	unsigned long key;
	struct ikemon_prefix prefix;
	DECLARE_BITMAP(spis, IKEMON_STRAY_SPIS);
	atomic_t count;
	u32 began;
	u32 since;
	u32 until;
	u32 evidence;
	bool would;
	atomic64_t packets;
};

/**
 * struct ikemon_stray_set - where a source may stand
 * @lock: who stands there, and blocks; packets only try it
 * @way: the places
 */
struct ikemon_stray_set {
	spinlock_t lock;	/* who stands there, and blocks */
	struct ikemon_stray way[IKEMON_STRAY_WAYS];
};

/**
 * struct ikemon_strays - those of a namespace
 * @key: of the hash
 * @blocked: those that have a block, over or not
 * @pace: of events of blocks
 * @set: by hash of the prefix
 */
struct ikemon_strays {
	siphash_key_t key;
	atomic_t blocked;
	struct ikemon_pace pace;
	struct ikemon_stray_set set[IKEMON_STRAY_SETS];
};

/**
 * ikemon_strays_ready() - have the table if a configuration needs it
 * @run: where
 * @conf: will be in force
 * @extack: says why not
 *
 * Process context, under ikemon_conf_mutex; may sleep. Once there it stays as
 * long as the run.
 * Return: 0 or -ENOMEM.
 */
int ikemon_strays_ready(struct ikemon_run *run, const struct ikemon_conf *conf,
			struct netlink_ext_ack *extack);
/**
 * ikemon_strays_configured() - another configuration is in force
 * @run: where
 * @old: it was this one
 * @new: it is this one
 *
 * Ends the blocks if they are for nothing any more. Process context, under
 * ikemon_conf_mutex; takes sets' locks.
 */
void ikemon_strays_configured(struct ikemon_run *run,
			      const struct ikemon_conf *old,
			      const struct ikemon_conf *new);
/* No reader is left. */
void ikemon_strays_free(struct ikemon_run *run);

/**
 * ikemon_stray_packet() - judge a packet whose SPI no SA has
 * @p: the packet
 * @spi: that it carries
 *
 * Counts it. Enough in the window (block-window) blocks the source's unknown
 * SPIs, for ln(N + 1) / block-lambda, N being how many different ones there
 * were. Passes what an exempt or trusted rule is for, and what there is no
 * place for. Softirq, rcu_read_lock() held; waits for no lock.
 * Return: is it refused?
 */
enum ikemon_blocked ikemon_stray_packet(const struct ikemon_packet *p,
					__be32 spi);

/* Ends blocks whose time is over. rcu_read_lock() held; takes sets' locks. */
void ikemon_strays_age(struct ikemon_run *run);

/**
 * ikemon_strays_unblock() - forget blocks
 * @run: where
 * @filter: inside which prefix; family NFPROTO_UNSPEC: all
 *
 * And what came in the window. Process context, rcu_read_lock() held; takes
 * sets' locks.
 * Return: how many there were.
 */
unsigned int ikemon_strays_unblock(struct ikemon_run *run,
				   const struct ikemon_prefix *filter);

/* The same for the one of exactly this prefix. */
unsigned int ikemon_stray_unblock(struct ikemon_run *run,
				  const struct ikemon_prefix *prefix);

/**
 * ikemon_stray_blocked() - is there a block at a place?
 * @run: where
 * @index: 0 to IKEMON_STRAYS - 1
 * @copy: takes who stands there
 *
 * Any context, rcu_read_lock() held; takes the set's lock.
 * Return: false also if a block is over.
 */
bool ikemon_stray_blocked(struct ikemon_run *run, unsigned int index,
			  struct ikemon_stray *copy);

/* How many have a block. rcu_read_lock() held. */
unsigned int ikemon_strays_count(const struct ikemon_run *run);

#endif /* IKEMON_STRAY_H */
