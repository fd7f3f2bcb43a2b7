/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain structs between where things come from (netlink, a capture) and where
 * they are shown. Numbers are those of the uapi header; what was not given is
 * zero, and a zero that means something has a flag beside it.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/nf_ikemon.h>

#include "pure.h"

enum model_limits {
	MODEL_NOTIFIES	= 16,
	MODEL_ADD_KE	= 7,	/* RFC 9370 section 2.2.1: types 6 to 12 */
	MODEL_PORTS	= 16,
	MODEL_IFNAME	= 16,	/* IFNAMSIZ */
	MODEL_VERSION	= 32,
	MODEL_OFFENCES	= 8,	/* classes of them */
	MODEL_ALGS	= 4,	/* of an SA */
	MODEL_ALG_NAME	= 32,
	MODEL_RULES	= 1024,	/* limits, and blocks of the operator */
	MODEL_SHARES	= 16,	/* of a source, by port */
};

/**
 * struct endpoint - an address and a UDP port
 * @family: 4 or 6; 0 if there is none
 * @addr: the first 4 or all 16 octets
 * @port: host byte order
 */
struct endpoint {
	uint8_t family;
	uint8_t addr[16];
	uint16_t port;
};

struct prefix {
	uint8_t family;
	uint8_t len;
	uint8_t addr[16];
};

/* IANA numbers of the session's IKE version, 0 for none. */
struct suite_model {
	bool there;
	uint16_t encr;
	uint16_t key_bits;
	uint16_t prf;
	uint16_t integ;
	uint16_t ke;
	uint16_t auth;
	uint16_t add_ke[MODEL_ADD_KE];
	unsigned int n_add_ke;
};

/* What one end of a negotiation said. Times: ns since the Unix epoch. */
struct flow_model {
	uint32_t messages;
	uint32_t retransmits;
	uint8_t exchange;
	uint32_t message_id;
	uint64_t first_seen;
	uint64_t last_seen;
	uint32_t largest;
	uint32_t ip_fragments;
	uint16_t ike_fragments;
	uint16_t ike_fragments_total;
};

/**
 * struct session_model - one IKE SA negotiation
 * @first_seen: ns since the Unix epoch, 0 unknown
 * @last_seen: likewise
 * @expires: seconds, if @has_expires
 * @would: the verdict is what mode enforce would have done
 * @parent: id of the session this one rekeyed, 0 none
 * @proposals: in the initiator's last offer, 0 if none was seen
 * @transforms: in all of them
 * @offered_weak: IKEMON_WEAK_ bits of all that it offered
 * @chosen: @suite is what the responder chose, else the first proposal
 * @flow: from the initiator, from the responder
 * @sas: how many SAs came of it
 * @sa: @n_sa of them, somebody else's memory
 */
struct session_model {
	uint64_t id;
	uint8_t version;
	uint8_t state;
	uint8_t proof;
	uint8_t reason;
	uint64_t spi_i;
	uint64_t spi_r;
	struct endpoint initiator;
	struct endpoint responder;
	uint8_t local_role;
	struct endpoint proof_addr;
	uint32_t ifindex;
	char ifname[MODEL_IFNAME];
	uint8_t exchange;
	uint32_t message_id;
	uint8_t encap;
	uint8_t verdict;
	bool would;
	uint32_t flags;
	uint32_t vendors;
	uint16_t notify[MODEL_NOTIFIES];
	unsigned int n_notify;
	struct suite_model suite;
	uint8_t proposals;
	uint16_t transforms;
	uint32_t offered_weak;
	bool chosen;
	struct flow_model flow[2];
	uint64_t first_seen;
	uint64_t last_seen;
	uint32_t expires;
	bool has_expires;
	uint64_t parent;
	uint32_t sas;
	uint8_t child;
	const struct sa_ref *sa;
	unsigned int n_sa;
};

/* What an SA has an algorithm for: part of the spec's set sa-alg. */
enum model_part {
	MODEL_PART_AEAD,
	MODEL_PART_ENCR,
	MODEL_PART_AUTH,
	MODEL_PART_COMP,
};

/**
 * struct silence_model - when an SA was used, and was not
 * @idle: seconds since its last packet, if @has_idle
 * @first_after: seconds until its first, if @has_first
 * @silent: seconds since only the other way is used, if @has_silent
 */
struct silence_model {
	uint32_t idle;
	bool has_idle;
	uint32_t first_after;
	bool has_first;
	uint32_t silent;
	bool has_silent;
};

struct alg_model {
	uint8_t part;
	char name[MODEL_ALG_NAME];
	uint32_t bits;
	uint32_t icv;
};

/* 0 no limit; seconds since it was added, and since it was first used. */
struct lifetime_model {
	uint64_t bytes;
	uint64_t packets;
	uint64_t seconds;
	uint64_t use_seconds;
};

/**
 * struct sa_model - an IPsec SA of the kernel
 * @family: of @src and @dst, 4 or 6
 * @session: id, 0 not known
 * @lifetime: soft, hard
 * @bytes: this and the rest of what went through, if @has_use
 * @first_used: ns since the Unix epoch, 0 never; the others likewise
 */
struct sa_model {
	uint8_t family;
	uint8_t src[16];
	uint8_t dst[16];
	uint64_t id;
	uint8_t proto;
	uint32_t spi;
	uint8_t dir;
	uint8_t mode;
	uint64_t session;
	uint32_t reqid;
	uint32_t if_id;
	uint32_t mark;
	uint32_t mark_mask;
	uint16_t encap_sport;
	uint16_t encap_dport;
	bool offload;
	bool esn;
	struct alg_model alg[MODEL_ALGS];
	unsigned int n_algs;
	struct lifetime_model lifetime[2];
	uint64_t bytes;
	bool has_use;
	uint64_t packets;
	uint32_t replayed;
	uint32_t late;
	uint32_t broken;
	uint64_t first_used;
	uint64_t last_used;
	uint64_t added;
	uint64_t expired_soft;
	uint64_t deleted;
	struct silence_model silence;
};

struct sa_event_model {
	struct sa_model sa;
	struct endpoint old_peer;
	uint8_t event;
	uint32_t old_spi;
	uint64_t seq;
	uint32_t suppressed;
};

/* As much of an SA as its session shows. */
struct sa_ref {
	uint64_t session;
	uint64_t id;
	uint32_t spi;
	uint8_t proto;
	uint8_t dir;
	struct silence_model silence;
};

/* A session and what happened to it. @seq and @suppressed: see the spec. */
struct event_model {
	struct session_model session;
	struct endpoint old_peer;
	uint8_t event;
	uint8_t old_state;
	uint64_t seq;
	uint32_t suppressed;
};

struct alarm_model {
	uint8_t alarm;
	bool raised;
	uint64_t seq;
	uint32_t suppressed;
	uint64_t time;
};

/**
 * struct limit_model - limits of the sources inside a prefix
 * @prefix: its family is 0 if these are the configured ones
 * @kind: IKEMON_LIMIT_KIND_
 * @rate: negotiations per second; 0 as configured, like the others
 * @burst: how many at once
 * @half_open: at most
 * @sessions: at most
 */
struct limit_model {
	struct prefix prefix;
	uint8_t kind;
	uint32_t rate;
	uint32_t burst;
	uint32_t half_open;
	uint32_t sessions;
};

/**
 * struct block_model - a prefix that is blocked
 * @until: ns since the Unix epoch, 0 for ever
 * @port: that offended, if only one share of the prefix is blocked, else 0
 * @share: that share, if @has_share
 * @origin: IKEMON_BLOCK_ORIGIN_
 * @class: of the offence, 0 for an operator's
 * @offences: weighted, inside the window
 * @since: ns since the Unix epoch
 * @remaining: seconds, if @has_remaining
 * @packets: dropped by it
 * @would: mode monitor only counts
 */
struct block_model {
	struct prefix prefix;
	uint64_t until;
	uint16_t port;
	uint8_t share;
	bool has_share;
	uint8_t origin;
	uint8_t class;
	uint32_t offences;
	uint64_t since;
	uint32_t remaining;
	bool has_remaining;
	uint64_t packets;
	bool would;
};

struct offence_model {
	uint8_t class;
	uint32_t count;
};

/**
 * struct source_model - who negotiates
 * @proven: of @sessions
 * @score: weighted offences inside the window
 * @blocked_until: ns since the Unix epoch, 0: it is not blocked
 * @block_class: the offence that completed the block
 * @block_would: mode monitor only says so
 * @blocked_shares: how many of its shares are blocked, 0: all of it, or none
 * @tokens: negotiations that it may begin at once, if @has_tokens
 * @limit: what applies to it, if @has_limit
 * @wide: a wide prefix, charged with the sources in it
 */
struct source_model {
	struct prefix prefix;
	uint32_t sessions;
	uint32_t half_open;
	uint64_t negotiations;
	uint64_t established;
	uint64_t failed;
	uint64_t first_seen;
	uint64_t last_seen;
	uint32_t proven;
	struct offence_model offence[MODEL_OFFENCES];
	unsigned int n_offences;
	uint32_t score;
	uint64_t blocked_until;
	uint8_t block_class;
	bool block_would;
	uint8_t blocked_shares;
	uint32_t tokens;
	bool has_tokens;
	struct limit_model limit;
	bool has_limit;
	bool wide;
	uint64_t unknown_spi;
};

/* A source and what happened to it. */
struct source_event_model {
	struct source_model source;
	uint8_t event;
	uint64_t seq;
	uint32_t suppressed;
};

struct port_model {
	uint16_t port;
	uint8_t kind;
};

/**
 * struct config_model - a configuration, whole or in part
 * @have: bit N: @value[N] is given, N an IKEMON_A_CONFIG_ number
 * @n_ports: given if bit IKEMON_A_CONFIG_PORT of @have is
 */
struct config_model {
	uint64_t have;
	uint32_t value[IKEMON_A_CONFIG_MAX + 1];
	struct port_model port[MODEL_PORTS];
	unsigned int n_ports;
};

/**
 * struct ruleset - everything that can be set
 * @limit: MODEL_RULES at most
 * @block: of the operator, likewise
 */
struct ruleset {
	struct config_model config;
	struct limit_model limit[MODEL_RULES];
	unsigned int n_limits;
	struct block_model block[MODEL_RULES];
	unsigned int n_blocks;
};

static inline bool config_has(const struct config_model *config,
			      unsigned int attr)
{
	return config->have & 1ULL << attr;
}

static inline void config_give(struct config_model *config, unsigned int attr)
{
	config->have |= 1ULL << attr;
}

struct version_model {
	char module[MODEL_VERSION];
	uint32_t abi;
};

#endif /* MODEL_H */
