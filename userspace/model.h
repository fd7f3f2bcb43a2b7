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
 * @parent: id of the session this one rekeyed, 0 none
 * @flow: from the initiator, from the responder
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
	uint32_t flags;
	uint32_t vendors;
	uint16_t notify[MODEL_NOTIFIES];
	unsigned int n_notify;
	struct suite_model suite;
	struct flow_model flow[2];
	uint64_t first_seen;
	uint64_t last_seen;
	uint32_t expires;
	bool has_expires;
	uint64_t parent;
};

/* A session and what happened to it. @seq and @suppressed: see the spec. */
struct event_model {
	struct session_model session;
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

struct source_model {
	struct prefix prefix;
	uint32_t sessions;
	uint32_t half_open;
	uint64_t negotiations;
	uint64_t established;
	uint64_t failed;
	uint64_t first_seen;
	uint64_t last_seen;
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
	uint32_t have;
	uint32_t value[IKEMON_A_CONFIG_MAX + 1];
	struct port_model port[MODEL_PORTS];
	unsigned int n_ports;
};

struct version_model {
	char module[MODEL_VERSION];
	uint32_t abi;
};

#endif /* MODEL_H */
