/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of one network namespace: per CPU, never reset while it lives.
 */
#ifndef IKEMON_STATS_H
#define IKEMON_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

/*
 * One line per counter: X(NAME, "name"). docs/counters.md has a sentence for
 * each of them, in this order.
 */
#define IKEMON_COUNTERS(X)						\
	X(PACKETS_IKE, "packets_ike")					\
	X(PACKETS_IKEV1, "packets_ikev1")				\
	X(PACKETS_IKEV2, "packets_ikev2")				\
	X(PACKETS_OTHER_VERSION, "packets_other_version")		\
	X(PACKETS_ESP, "packets_esp")					\
	X(PACKETS_AH, "packets_ah")					\
	X(PACKETS_ESP_IN_UDP, "packets_esp_in_udp")			\
	X(PACKETS_KEEPALIVE, "packets_keepalive")			\
	X(FRAGMENTS_FIRST, "fragments_first")				\
	X(FRAGMENTS_LATER, "fragments_later")				\
	X(AGGREGATES, "aggregates")					\
	X(BAD_CHECKSUM, "bad_checksum")					\
	X(LOCAL_UNTRUSTED, "local_untrusted")				\
	X(NOT_LOCAL, "not_local")					\
	X(MALFORMED_SHORT, "malformed_short")				\
	X(MALFORMED_LENGTH, "malformed_length")				\
	X(MALFORMED_ZERO_SPI, "malformed_zero_spi")			\
	X(MALFORMED_VERSION, "malformed_version")			\
	X(MALFORMED_PAYLOAD_LENGTH, "malformed_payload_length")		\
	X(MALFORMED_PAYLOAD_COUNT, "malformed_payload_count")		\
	X(MALFORMED_PROPOSAL, "malformed_proposal")			\
	X(MALFORMED_NOTIFY, "malformed_notify")				\
	X(MALFORMED_FRAGMENT, "malformed_fragment")			\
	X(MALFORMED_TRAILING, "malformed_trailing")			\
	X(RETRANSMITS, "retransmits")					\
	X(STRANGE, "strange")						\
	X(UNKNOWN_SESSION, "unknown_session")				\
	X(NO_SESSION, "no_session")					\
	X(SESSIONS_NEW, "sessions_new")					\
	X(SESSIONS_ADOPTED, "sessions_adopted")				\
	X(SESSIONS_ESTABLISHED, "sessions_established")			\
	X(SESSIONS_FAILED, "sessions_failed")				\
	X(SESSIONS_CLOSED, "sessions_closed")				\
	X(SESSIONS_MOVED, "sessions_moved")				\
	X(SESSIONS_EXPIRED, "sessions_expired")				\
	X(SESSIONS_FLUSHED, "sessions_flushed")				\
	X(SESSIONS_EVICTED, "sessions_evicted")				\
	X(SESSIONS_REFUSED, "sessions_refused")				\
	X(SOURCES_NEW, "sources_new")					\
	X(SOURCES_EXPIRED, "sources_expired")				\
	X(SOURCES_REFUSED, "sources_refused")				\
	X(SOURCES_EVICTED, "sources_evicted")				\
	X(PASSED_TRUSTED, "passed_trusted")				\
	X(NEGOTIATIONS_PROVEN, "negotiations_proven")			\
	X(NEGOTIATIONS_UNPROVEN, "negotiations_unproven")		\
	X(CHALLENGED_COOKIE, "challenged_cookie")			\
	X(COOKIES_SENT, "cookies_sent")					\
	X(COOKIES_CAPPED, "cookies_capped")				\
	X(COOKIES_FAILED, "cookies_failed")				\
	X(COOKIES_VALID, "cookies_valid")				\
	X(COOKIES_INVALID, "cookies_invalid")				\
	X(COOKIES_DAEMON, "cookies_daemon")				\
	X(COOKIES_STRIPPED, "cookies_stripped")				\
	X(FIRST_DROPPED, "first_dropped")				\
	X(FIRST_PASSED, "first_passed")					\
	X(LIMITED_LATE, "limited_late")					\
	X(DROPPED_LIMIT, "dropped_limit")				\
	X(DROPPED_BLOCKED, "dropped_blocked")				\
	X(DROPPED_RATE, "dropped_rate")					\
	X(DROPPED_MALFORMED, "dropped_malformed")			\
	X(WOULD_CHALLENGE, "would_challenge")				\
	X(WOULD_LIMIT, "would_limit")					\
	X(WOULD_DROP_BLOCKED, "would_drop_blocked")			\
	X(WOULD_DROP_RATE, "would_drop_rate")				\
	X(WOULD_DROP_MALFORMED, "would_drop_malformed")			\
	X(OFFENCES_OVER_LIMIT, "offences_over_limit")			\
	X(OFFENCES_RETRANSMIT_STORM, "offences_retransmit_storm")	\
	X(OFFENCES_EMPTY_HALF_OPEN, "offences_empty_half_open")		\
	X(OFFENCES_AUTH_FAILED_SUSPECTED, "offences_auth_failed_suspected") \
	X(OFFENCES_SLOW, "offences_slow")				\
	X(OFFENCES_REKEY_STORM, "offences_rekey_storm")			\
	X(BLOCKS, "blocks")						\
	X(WOULD_BLOCK, "would_block")					\
	X(ESP_KNOWN, "esp_known")					\
	X(ESP_UNKNOWN, "esp_unknown")					\
	X(ESP_UNKNOWN_DROPPED, "esp_unknown_dropped")			\
	X(ESP_UNKNOWN_WOULD_DROP, "esp_unknown_would_drop")		\
	X(ESP_UNKNOWN_UNTRACKED, "esp_unknown_untracked")		\
	X(SAS_ADDED, "sas_added")					\
	X(SAS_DELETED, "sas_deleted")					\
	X(SAS_REFUSED, "sas_refused")					\
	X(NO_MEMORY, "no_memory")					\
	X(EVENTS_SENT, "events_sent")					\
	X(EVENTS_SUPPRESSED, "events_suppressed")			\
	X(EVENTS_LOST, "events_lost")

enum ikemon_counter {
#define IKEMON_COUNTER_ENUM(id, name) IKEMON_COUNT_##id,
	IKEMON_COUNTERS(IKEMON_COUNTER_ENUM)
#undef IKEMON_COUNTER_ENUM
	IKEMON_COUNT_N
};

struct ikemon_stats {
	u64 count[IKEMON_COUNT_N];
};

/* Any context. */
#define ikemon_count(inet, which) \
	this_cpu_inc((inet)->stats->count[IKEMON_COUNT_##which])

/* Any context; for a counter known only at run time. */
#define ikemon_count_at(inet, index) \
	this_cpu_inc((inet)->stats->count[index])

extern const char * const ikemon_counter_name[IKEMON_COUNT_N];

/**
 * ikemon_stats_sum() - sum of one counter over all CPUs
 *
 * Any context. Not a snapshot: other CPUs go on counting.
 */
u64 ikemon_stats_sum(const struct ikemon_stats __percpu *stats,
		     enum ikemon_counter which);

#endif /* IKEMON_STATS_H */
