/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	specs/ikemon.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NF_IKEMON_H
#define _UAPI_LINUX_NF_IKEMON_H

#define IKEMON_FAMILY_NAME	"ikemon"
#define IKEMON_FAMILY_VERSION	1

/**
 * enum ikemon_mode - What the module does in this network namespace.
 * @IKEMON_MODE_OFF: Nothing. No hook is registered and no table allocated.
 * @IKEMON_MODE_MONITOR: Watch and report. No packet is changed, delayed or
 *   dropped.
 * @IKEMON_MODE_ENFORCE: Challenge, limit and block as configured, and report.
 */
enum ikemon_mode {
	IKEMON_MODE_OFF,
	IKEMON_MODE_MONITOR,
	IKEMON_MODE_ENFORCE,
};

/**
 * enum ikemon_defrag - Whether IP fragments are reassembled before the hook.
 * @IKEMON_DEFRAG_OFF: They are left as they are.
 * @IKEMON_DEFRAG_ON: They are reassembled.
 * @IKEMON_DEFRAG_AUTO: Reassembled in mode enforce, left alone otherwise.
 */
enum ikemon_defrag {
	IKEMON_DEFRAG_OFF,
	IKEMON_DEFRAG_ON,
	IKEMON_DEFRAG_AUTO,
};

/**
 * enum ikemon_cookie_mode - How unproven IKEv2 negotiations are challenged
 *   with a COOKIE.
 * @IKEMON_COOKIE_MODE_OFF: They are not; their first packet is dropped
 *   instead.
 * @IKEMON_COOKIE_MODE_PASSTHROUGH: The request that brings our cookie back
 *   reaches the daemon as it is; the daemon's own cookies pass.
 * @IKEMON_COOKIE_MODE_TWOSTAGE: Our cookie is taken out of the request that
 *   brings it back, and the daemon sends its own.
 */
enum ikemon_cookie_mode {
	IKEMON_COOKIE_MODE_OFF,
	IKEMON_COOKIE_MODE_PASSTHROUGH,
	IKEMON_COOKIE_MODE_TWOSTAGE,
};

/**
 * enum ikemon_challenge_mode - When unproven negotiations are challenged.
 * @IKEMON_CHALLENGE_MODE_AUTO: While a source, or all of them together, begin
 *   too many.
 * @IKEMON_CHALLENGE_MODE_ALWAYS: All of them.
 * @IKEMON_CHALLENGE_MODE_NEVER: None.
 */
enum ikemon_challenge_mode {
	IKEMON_CHALLENGE_MODE_AUTO,
	IKEMON_CHALLENGE_MODE_ALWAYS,
	IKEMON_CHALLENGE_MODE_NEVER,
};

/**
 * enum ikemon_scope - Whose negotiations are tracked.
 * @IKEMON_SCOPE_LOCAL: Those addressed to, or sent by, this host.
 * @IKEMON_SCOPE_ALL: Forwarded ones as well.
 */
enum ikemon_scope {
	IKEMON_SCOPE_LOCAL,
	IKEMON_SCOPE_ALL,
};

/**
 * enum ikemon_port_kind - What a UDP port carries.
 * @IKEMON_PORT_KIND_IKE: IKE without marker (RFC 7296 section 2).
 * @IKEMON_PORT_KIND_NATT: IKE behind the non-ESP marker, ESP-in-UDP,
 *   keepalives (RFC 3948).
 */
enum ikemon_port_kind {
	IKEMON_PORT_KIND_IKE = 1,
	IKEMON_PORT_KIND_NATT,
};

/**
 * enum ikemon_state - Where a negotiation stands.
 * @IKEMON_STATE_NEW: First request seen, nothing answered.
 * @IKEMON_STATE_CHALLENGED: Answered by COOKIE, INVALID_KE_PAYLOAD or the
 *   like; the responder holds nothing.
 * @IKEMON_STATE_HALF_OPEN: The responder answered with its SPI.
 * @IKEMON_STATE_AUTHENTICATING: IKE_AUTH or IKE_INTERMEDIATE (v2), MM5 on or
 *   AM3 (v1) seen.
 * @IKEMON_STATE_ESTABLISHED: Shown by evidence; proof says which.
 * @IKEMON_STATE_FAILED: Error in clear, suspected authentication failure or
 *   time-out.
 * @IKEMON_STATE_CLOSED: Ended after it was established.
 */
enum ikemon_state {
	IKEMON_STATE_NEW = 1,
	IKEMON_STATE_CHALLENGED,
	IKEMON_STATE_HALF_OPEN,
	IKEMON_STATE_AUTHENTICATING,
	IKEMON_STATE_ESTABLISHED,
	IKEMON_STATE_FAILED,
	IKEMON_STATE_CLOSED,
};

/**
 * enum ikemon_proof - What shows that a session is established.
 * @IKEMON_PROOF_EXCHANGE: Our side gave a protected answer to CREATE_CHILD_SA,
 *   INFORMATIONAL or IKE_FOLLOWUP_KE, or Quick Mode completed.
 * @IKEMON_PROOF_ESP: ESP was seen both ways.
 * @IKEMON_PROOF_XFRM: An SA in this kernel came of it.
 */
enum ikemon_proof {
	IKEMON_PROOF_NONE,
	IKEMON_PROOF_EXCHANGE,
	IKEMON_PROOF_ESP,
	IKEMON_PROOF_XFRM,
};

/**
 * enum ikemon_reason - Why a session is failed or closed.
 * @IKEMON_REASON_NO_ANSWER: The other side never answered the last request.
 * @IKEMON_REASON_TIMEOUT: Answered, but never carried on.
 * @IKEMON_REASON_ERROR_NOTIFY: An error notify in clear; the notify list names
 *   it.
 * @IKEMON_REASON_AUTH_FAILED_SUSPECTED: The answer to IKE_AUTH was no longer
 *   than an error notify.
 * @IKEMON_REASON_IDLE: Established and silent for the established time-out.
 * @IKEMON_REASON_REKEYED: Replaced by another IKE SA; that one names it as its
 *   parent.
 * @IKEMON_REASON_FLUSHED: Removed by the operator.
 * @IKEMON_REASON_EVICTED: Removed to make room in a full table.
 * @IKEMON_REASON_STOPPED: Removed because monitoring was switched off.
 */
enum ikemon_reason {
	IKEMON_REASON_NONE,
	IKEMON_REASON_NO_ANSWER,
	IKEMON_REASON_TIMEOUT,
	IKEMON_REASON_ERROR_NOTIFY,
	IKEMON_REASON_AUTH_FAILED_SUSPECTED,
	IKEMON_REASON_IDLE,
	IKEMON_REASON_REKEYED,
	IKEMON_REASON_FLUSHED,
	IKEMON_REASON_EVICTED,
	IKEMON_REASON_STOPPED,
};

/**
 * enum ikemon_role - Which end of the negotiation this host is.
 * @IKEMON_ROLE_NONE: Neither; the negotiation is forwarded.
 */
enum ikemon_role {
	IKEMON_ROLE_NONE,
	IKEMON_ROLE_INITIATOR,
	IKEMON_ROLE_RESPONDER,
};

/**
 * enum ikemon_encap - How the last message was carried.
 * @IKEMON_ENCAP_UDP: Plain UDP, no marker.
 * @IKEMON_ENCAP_UDP_ENCAP: Behind the non-ESP marker (RFC 3948).
 */
enum ikemon_encap {
	IKEMON_ENCAP_UDP,
	IKEMON_ENCAP_UDP_ENCAP,
};

/**
 * enum ikemon_verdict - What was done to the last message.
 * @IKEMON_VERDICT_CHALLENGE_COOKIE: Answered with a COOKIE (RFC 7296 section
 *   2.6) and forgotten.
 * @IKEMON_VERDICT_FIRST_DROP: Dropped because it was the first; its repetition
 *   passes.
 * @IKEMON_VERDICT_DROP_LIMIT: Dropped because its source is over its limits.
 * @IKEMON_VERDICT_DROP_BLOCKED: Dropped because its source is blocked.
 * @IKEMON_VERDICT_DROP_RATE: Dropped because the session sends too many
 *   messages.
 * @IKEMON_VERDICT_DROP_MALFORMED: Dropped as malformed, more of that came than
 *   is let through.
 */
enum ikemon_verdict {
	IKEMON_VERDICT_ACCEPT,
	IKEMON_VERDICT_CHALLENGE_COOKIE,
	IKEMON_VERDICT_FIRST_DROP,
	IKEMON_VERDICT_DROP_LIMIT,
	IKEMON_VERDICT_DROP_BLOCKED,
	IKEMON_VERDICT_DROP_RATE,
	IKEMON_VERDICT_DROP_MALFORMED,
};

/**
 * enum ikemon_vendor - Vendor IDs known by name, RFC 3706 and others.
 */
enum ikemon_vendor {
	IKEMON_VENDOR_STRONGSWAN = 1,
	IKEMON_VENDOR_LIBRESWAN = 2,
	IKEMON_VENDOR_OPENSWAN = 4,
	IKEMON_VENDOR_OPENIKED = 8,
	IKEMON_VENDOR_WINDOWS = 16,
	IKEMON_VENDOR_CISCO_UNITY = 32,
	IKEMON_VENDOR_CISCO_DELETE_REASON = 64,
	IKEMON_VENDOR_CISCO_FRAGMENTATION = 128,
	IKEMON_VENDOR_XAUTH = 256,
	IKEMON_VENDOR_DPD = 512,
	IKEMON_VENDOR_NAT_T_RFC3947 = 1024,
	IKEMON_VENDOR_NAT_T_DRAFT = 2048,
	IKEMON_VENDOR_JUNIPER = 4096,
	IKEMON_VENDOR_FORTINET = 8192,
	IKEMON_VENDOR_CHECKPOINT = 16384,
	IKEMON_VENDOR_RACOON = 32768,
	IKEMON_VENDOR_APPLE = 65536,
	IKEMON_VENDOR_OPPORTUNISTIC = 131072,
	IKEMON_VENDOR_UNKNOWN = 262144,
};

/**
 * enum ikemon_session_flags
 * @IKEMON_SESSION_FLAGS_NAT: A NAT is on the path: a keepalive or ESP-in-UDP
 *   was seen, an SA has that encapsulation, or the peer speaks NAT-T from
 *   another port than those watched.
 * @IKEMON_SESSION_FLAGS_ADOPTED: First seen after it was up; taken over on
 *   evidence.
 * @IKEMON_SESSION_FLAGS_MOVED: The peer's address or port changed (MOBIKE, NAT
 *   rebinding).
 * @IKEMON_SESSION_FLAGS_IP_FRAGMENTS: A message came in IP fragments.
 * @IKEMON_SESSION_FLAGS_PROVEN: The initiator has shown that it receives our
 *   side's answers.
 * @IKEMON_SESSION_FLAGS_NO_SA: This kernel's SAs are in use, and none came of
 *   it in time. Cleared by one that does.
 * @IKEMON_SESSION_FLAGS_LOCAL_USER: Begun by a user of this host who does not
 *   speak for our side. It proves nothing, and there are 64 of them at most.
 */
enum ikemon_session_flags {
	IKEMON_SESSION_FLAGS_NAT = 1,
	IKEMON_SESSION_FLAGS_ADOPTED = 2,
	IKEMON_SESSION_FLAGS_MOVED = 4,
	IKEMON_SESSION_FLAGS_IP_FRAGMENTS = 8,
	IKEMON_SESSION_FLAGS_PROVEN = 16,
	IKEMON_SESSION_FLAGS_NO_SA = 32,
	IKEMON_SESSION_FLAGS_LOCAL_USER = 64,
};

/**
 * enum ikemon_child - What became of a session's child SAs, as this kernel
 *   knows.
 * @IKEMON_CHILD_NONE: It has none; nothing is known of why.
 * @IKEMON_CHILD_UP: It has some.
 * @IKEMON_CHILD_MISSING: It should have some, and has none (flag no-sa). They
 *   were refused, or the IKE SA is one without on purpose (RFC 6023).
 */
enum ikemon_child {
	IKEMON_CHILD_NONE,
	IKEMON_CHILD_UP,
	IKEMON_CHILD_MISSING,
};

/**
 * enum ikemon_weak - What weak or withdrawn things an offer has anywhere in
 *   it, of either version of IKE. Which RFC says so of each is in
 *   docs/audit.md.
 * @IKEMON_WEAK_DES: DES, also ENCR_DES_IV64 and ENCR_DES_IV32.
 * @IKEMON_WEAK_IDEA: IDEA, also ENCR_3IDEA.
 * @IKEMON_WEAK_NULL: ENCR_NULL, no encryption of IKE itself.
 * @IKEMON_WEAK_SHORT_KEY: A key length below 128 bits.
 * @IKEMON_WEAK_MD5: As PRF, for integrity, or as hash of IKEv1.
 * @IKEMON_WEAK_SHA1: Likewise.
 * @IKEMON_WEAK_TIGER: Likewise.
 * @IKEMON_WEAK_DES_MAC: AUTH_DES_MAC.
 * @IKEMON_WEAK_MODP768: Group 1.
 * @IKEMON_WEAK_MODP1024: Group 2.
 * @IKEMON_WEAK_MODP1536: Group 5.
 * @IKEMON_WEAK_MODP1024S160: Group 22.
 * @IKEMON_WEAK_MODP2048S224: Group 23.
 * @IKEMON_WEAK_MODP2048S256: Group 24.
 * @IKEMON_WEAK_AGGRESSIVE_PSK: IKEv1 Aggressive Mode with a pre-shared key,
 *   XAuth included.
 */
enum ikemon_weak {
	IKEMON_WEAK_DES = 1,
	IKEMON_WEAK_3DES = 2,
	IKEMON_WEAK_RC5 = 4,
	IKEMON_WEAK_IDEA = 8,
	IKEMON_WEAK_CAST = 16,
	IKEMON_WEAK_BLOWFISH = 32,
	IKEMON_WEAK_NULL = 64,
	IKEMON_WEAK_SHORT_KEY = 128,
	IKEMON_WEAK_MD5 = 256,
	IKEMON_WEAK_SHA1 = 512,
	IKEMON_WEAK_TIGER = 1024,
	IKEMON_WEAK_DES_MAC = 2048,
	IKEMON_WEAK_MODP768 = 4096,
	IKEMON_WEAK_MODP1024 = 8192,
	IKEMON_WEAK_MODP1536 = 16384,
	IKEMON_WEAK_MODP1024S160 = 32768,
	IKEMON_WEAK_MODP2048S224 = 65536,
	IKEMON_WEAK_MODP2048S256 = 131072,
	IKEMON_WEAK_AGGRESSIVE_PSK = 262144,
};

/**
 * enum ikemon_event - What happened to a session.
 * @IKEMON_EVENT_NEW: A session entered the table.
 * @IKEMON_EVENT_STATE: The session is in another state.
 * @IKEMON_EVENT_MOVED: The peer has a new address or port.
 * @IKEMON_EVENT_REMOVED: The session left the table; reason says why.
 * @IKEMON_EVENT_CHILD: Its child SAs are missing, or no longer.
 */
enum ikemon_event {
	IKEMON_EVENT_NEW = 1,
	IKEMON_EVENT_STATE,
	IKEMON_EVENT_MOVED,
	IKEMON_EVENT_REMOVED,
	IKEMON_EVENT_CHILD,
};

/**
 * enum ikemon_alarm - A condition that the operator should know of.
 * @IKEMON_ALARM_TABLE_FULL: The session, source or SA table refused or evicted
 *   entries.
 * @IKEMON_ALARM_EVENTS_LOST: The event rate was exceeded; suppressed says by
 *   how many.
 * @IKEMON_ALARM_UNDER_ATTACK: Every unproven negotiation is challenged.
 * @IKEMON_ALARM_MASS_FAILURE: So many sources offend that the fault is ours;
 *   nobody is blocked any more.
 * @IKEMON_ALARM_COOKIE_MISMATCH: The daemon does not do what the cookie mode
 *   expects; first packets are dropped instead.
 * @IKEMON_ALARM_DAEMON_SILENT: Negotiations are let in and our side answers
 *   nobody.
 * @IKEMON_ALARM_MARK_IN_USE: An xfrm state or policy selects packets by bits
 *   of the mark that classes are written to.
 */
enum ikemon_alarm {
	IKEMON_ALARM_TABLE_FULL = 1,
	IKEMON_ALARM_EVENTS_LOST,
	IKEMON_ALARM_UNDER_ATTACK,
	IKEMON_ALARM_MASS_FAILURE,
	IKEMON_ALARM_COOKIE_MISMATCH,
	IKEMON_ALARM_DAEMON_SILENT,
	IKEMON_ALARM_MARK_IN_USE,
};

/**
 * enum ikemon_offence - What a proven source did against the rules. 0 is none.
 * @IKEMON_OFFENCE_OVER_LIMIT: Began more negotiations than its limits allow;
 *   weight 1.
 * @IKEMON_OFFENCE_RETRANSMIT_STORM: Repeated a message over and over; weight
 *   1.
 * @IKEMON_OFFENCE_EMPTY_HALF_OPEN: Never carried on after a valid cookie;
 *   weight 2.
 * @IKEMON_OFFENCE_AUTH_FAILED_SUSPECTED: An answer to IKE_AUTH no longer than
 *   an error; weight 3.
 * @IKEMON_OFFENCE_SLOW: Carried a negotiation on too slowly; weight 2.
 * @IKEMON_OFFENCE_REKEY_STORM: Renegotiated far too often once established;
 *   weight 1.
 * @IKEMON_OFFENCE_UNKNOWN_SPI: No offence, as anybody may have forged it: sent
 *   ESP or AH with SPIs that no SA has. Only that is refused, nothing else of
 *   the source.
 */
enum ikemon_offence {
	IKEMON_OFFENCE_OVER_LIMIT = 1,
	IKEMON_OFFENCE_RETRANSMIT_STORM,
	IKEMON_OFFENCE_EMPTY_HALF_OPEN,
	IKEMON_OFFENCE_AUTH_FAILED_SUSPECTED,
	IKEMON_OFFENCE_SLOW,
	IKEMON_OFFENCE_REKEY_STORM,
	IKEMON_OFFENCE_UNKNOWN_SPI,
};

/**
 * enum ikemon_limit_kind - What a limit does for the sources inside its
 *   prefix.
 * @IKEMON_LIMIT_KIND_LIMIT: They have these limits.
 * @IKEMON_LIMIT_KIND_EXEMPT: Neither limited nor blocked, but challenged.
 * @IKEMON_LIMIT_KIND_TRUSTED: Everything passes.
 */
enum ikemon_limit_kind {
	IKEMON_LIMIT_KIND_LIMIT,
	IKEMON_LIMIT_KIND_EXEMPT,
	IKEMON_LIMIT_KIND_TRUSTED,
};

/**
 * enum ikemon_block_origin - Where a block comes from.
 * @IKEMON_BLOCK_ORIGIN_OPERATOR: Set by block-add or config-replace.
 * @IKEMON_BLOCK_ORIGIN_DYNAMIC: What the source did; class says what.
 */
enum ikemon_block_origin {
	IKEMON_BLOCK_ORIGIN_OPERATOR,
	IKEMON_BLOCK_ORIGIN_DYNAMIC,
};

/**
 * enum ikemon_source_event - What happened to a source.
 * @IKEMON_SOURCE_EVENT_BLOCKED: The source, or one share of it, is blocked.
 * @IKEMON_SOURCE_EVENT_UNBLOCKED: It no longer is.
 * @IKEMON_SOURCE_EVENT_LIMITED: It is over its limits; said once a second at
 *   most.
 */
enum ikemon_source_event {
	IKEMON_SOURCE_EVENT_BLOCKED = 1,
	IKEMON_SOURCE_EVENT_UNBLOCKED,
	IKEMON_SOURCE_EVENT_LIMITED,
};

/**
 * enum ikemon_unknown_spi - What is done about ESP and AH with an SPI that no
 *   SA here has.
 * @IKEMON_UNKNOWN_SPI_OFF: Nothing; for IPsec outside the kernel.
 * @IKEMON_UNKNOWN_SPI_COUNT: Counted, marked, and said in sampled events.
 * @IKEMON_UNKNOWN_SPI_BLOCK: Likewise, and of a source that sends much of it
 *   no more is let in for a while.
 */
enum ikemon_unknown_spi {
	IKEMON_UNKNOWN_SPI_OFF,
	IKEMON_UNKNOWN_SPI_COUNT,
	IKEMON_UNKNOWN_SPI_BLOCK,
};

/**
 * enum ikemon_sa_dir - Which way an SA goes.
 * @IKEMON_SA_DIR_NONE: Neither of its addresses is this host's.
 */
enum ikemon_sa_dir {
	IKEMON_SA_DIR_NONE,
	IKEMON_SA_DIR_IN,
	IKEMON_SA_DIR_OUT,
};

/**
 * enum ikemon_sa_mode - The kernel's numbers, XFRM_MODE_.
 */
enum ikemon_sa_mode {
	IKEMON_SA_MODE_TRANSPORT,
	IKEMON_SA_MODE_TUNNEL,
	IKEMON_SA_MODE_ROUTE_OPTIMIZATION,
	IKEMON_SA_MODE_IN_TRIGGER,
	IKEMON_SA_MODE_BEET,
	IKEMON_SA_MODE_IPTFS,
};

/**
 * enum ikemon_sa_event - What happened to an SA.
 * @IKEMON_SA_EVENT_ADDED: The kernel has a new SA.
 * @IKEMON_SA_EVENT_REKEYED: It has one that does what another one does;
 *   old-spi is that one's.
 * @IKEMON_SA_EVENT_EXPIRED_SOFT: Its soft limit is passed; the IKE daemon
 *   should rekey it.
 * @IKEMON_SA_EVENT_EXPIRED_HARD: Its hard limit is passed; it is gone.
 * @IKEMON_SA_EVENT_DELETED: It is gone.
 * @IKEMON_SA_EVENT_UNKNOWN_SPI: A packet came whose SPI no SA has; only proto,
 *   spi, src and dst are there. Said once in ten seconds of each source.
 * @IKEMON_SA_EVENT_FIRST_PACKET: The first packet passed through it;
 *   first-after says how late.
 * @IKEMON_SA_EVENT_ONE_WAY: For config one-way-after packets have passed the
 *   other way and none this way; silent says for how long. Once until
 *   both-ways.
 * @IKEMON_SA_EVENT_BOTH_WAYS: It was one-way and has a packet again.
 * @IKEMON_SA_EVENT_NAT_MAPPING: The peer's end of its UDP encapsulation is
 *   elsewhere; old-addr and old-port say where it was.
 */
enum ikemon_sa_event {
	IKEMON_SA_EVENT_ADDED = 1,
	IKEMON_SA_EVENT_REKEYED,
	IKEMON_SA_EVENT_EXPIRED_SOFT,
	IKEMON_SA_EVENT_EXPIRED_HARD,
	IKEMON_SA_EVENT_DELETED,
	IKEMON_SA_EVENT_UNKNOWN_SPI,
	IKEMON_SA_EVENT_FIRST_PACKET,
	IKEMON_SA_EVENT_ONE_WAY,
	IKEMON_SA_EVENT_BOTH_WAYS,
	IKEMON_SA_EVENT_NAT_MAPPING,
};

enum {
	IKEMON_A_ENDPOINT_ADDR = 1,
	IKEMON_A_ENDPOINT_PORT,

	__IKEMON_A_ENDPOINT_MAX,
	IKEMON_A_ENDPOINT_MAX = (__IKEMON_A_ENDPOINT_MAX - 1)
};

enum {
	IKEMON_A_SUITE_ENCR = 1,
	IKEMON_A_SUITE_KEY_BITS,
	IKEMON_A_SUITE_PRF,
	IKEMON_A_SUITE_INTEG,
	IKEMON_A_SUITE_KE,
	IKEMON_A_SUITE_AUTH,
	IKEMON_A_SUITE_ADD_KE,

	__IKEMON_A_SUITE_MAX,
	IKEMON_A_SUITE_MAX = (__IKEMON_A_SUITE_MAX - 1)
};

enum {
	IKEMON_A_TRANSCRIPT_MESSAGES = 1,
	IKEMON_A_TRANSCRIPT_RETRANSMITS,
	IKEMON_A_TRANSCRIPT_EXCHANGE,
	IKEMON_A_TRANSCRIPT_MESSAGE_ID,
	IKEMON_A_TRANSCRIPT_FIRST_SEEN,
	IKEMON_A_TRANSCRIPT_LAST_SEEN,
	IKEMON_A_TRANSCRIPT_LARGEST,
	IKEMON_A_TRANSCRIPT_IP_FRAGMENTS,
	IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS,
	IKEMON_A_TRANSCRIPT_IKE_FRAGMENTS_TOTAL,

	__IKEMON_A_TRANSCRIPT_MAX,
	IKEMON_A_TRANSCRIPT_MAX = (__IKEMON_A_TRANSCRIPT_MAX - 1)
};

enum {
	IKEMON_A_SESSION_ID = 1,
	IKEMON_A_SESSION_VERSION,
	IKEMON_A_SESSION_STATE,
	IKEMON_A_SESSION_PROOF,
	IKEMON_A_SESSION_REASON,
	IKEMON_A_SESSION_SPI_I,
	IKEMON_A_SESSION_SPI_R,
	IKEMON_A_SESSION_INITIATOR,
	IKEMON_A_SESSION_RESPONDER,
	IKEMON_A_SESSION_LOCAL_ROLE,
	IKEMON_A_SESSION_PROOF_ADDR,
	IKEMON_A_SESSION_IFINDEX,
	IKEMON_A_SESSION_IFNAME,
	IKEMON_A_SESSION_EXCHANGE,
	IKEMON_A_SESSION_MESSAGE_ID,
	IKEMON_A_SESSION_ENCAP,
	IKEMON_A_SESSION_VERDICT,
	IKEMON_A_SESSION_FLAGS,
	IKEMON_A_SESSION_NOTIFY,
	IKEMON_A_SESSION_VENDORS,
	IKEMON_A_SESSION_SUITE,
	IKEMON_A_SESSION_FROM_INITIATOR,
	IKEMON_A_SESSION_FROM_RESPONDER,
	IKEMON_A_SESSION_FIRST_SEEN,
	IKEMON_A_SESSION_LAST_SEEN,
	IKEMON_A_SESSION_EXPIRES,
	IKEMON_A_SESSION_PARENT,
	IKEMON_A_SESSION_EVENT,
	IKEMON_A_SESSION_OLD_STATE,
	IKEMON_A_SESSION_SEQ,
	IKEMON_A_SESSION_SUPPRESSED,
	IKEMON_A_SESSION_FILTER_STATES,
	IKEMON_A_SESSION_FILTER_PREFIX,
	IKEMON_A_SESSION_MAX_COUNT,
	IKEMON_A_SESSION_FLUSHED,
	IKEMON_A_SESSION_WOULD,
	IKEMON_A_SESSION_SAS,
	IKEMON_A_SESSION_PROPOSALS,
	IKEMON_A_SESSION_TRANSFORMS,
	IKEMON_A_SESSION_OFFERED_WEAK,
	IKEMON_A_SESSION_CHOSEN,
	IKEMON_A_SESSION_CHILD,
	IKEMON_A_SESSION_OLD_PEER,

	__IKEMON_A_SESSION_MAX,
	IKEMON_A_SESSION_MAX = (__IKEMON_A_SESSION_MAX - 1)
};

enum {
	IKEMON_A_PREFIX_ADDR = 1,
	IKEMON_A_PREFIX_LEN,

	__IKEMON_A_PREFIX_MAX,
	IKEMON_A_PREFIX_MAX = (__IKEMON_A_PREFIX_MAX - 1)
};

enum {
	IKEMON_A_SOURCE_PREFIX = 1,
	IKEMON_A_SOURCE_SESSIONS,
	IKEMON_A_SOURCE_HALF_OPEN,
	IKEMON_A_SOURCE_NEGOTIATIONS,
	IKEMON_A_SOURCE_ESTABLISHED,
	IKEMON_A_SOURCE_FAILED,
	IKEMON_A_SOURCE_FIRST_SEEN,
	IKEMON_A_SOURCE_LAST_SEEN,
	IKEMON_A_SOURCE_FILTER_PREFIX,
	IKEMON_A_SOURCE_MAX_COUNT,
	IKEMON_A_SOURCE_PROVEN,
	IKEMON_A_SOURCE_OFFENCE,
	IKEMON_A_SOURCE_SCORE,
	IKEMON_A_SOURCE_BLOCKED_UNTIL,
	IKEMON_A_SOURCE_BLOCK_CLASS,
	IKEMON_A_SOURCE_BLOCK_WOULD,
	IKEMON_A_SOURCE_TOKENS,
	IKEMON_A_SOURCE_LIMIT,
	IKEMON_A_SOURCE_WIDE,
	IKEMON_A_SOURCE_EVENT,
	IKEMON_A_SOURCE_SEQ,
	IKEMON_A_SOURCE_SUPPRESSED,
	IKEMON_A_SOURCE_BLOCKED_SHARES,
	IKEMON_A_SOURCE_UNKNOWN_SPI,

	__IKEMON_A_SOURCE_MAX,
	IKEMON_A_SOURCE_MAX = (__IKEMON_A_SOURCE_MAX - 1)
};

enum {
	IKEMON_A_OFFENCE_CLASS = 1,
	IKEMON_A_OFFENCE_COUNT,

	__IKEMON_A_OFFENCE_MAX,
	IKEMON_A_OFFENCE_MAX = (__IKEMON_A_OFFENCE_MAX - 1)
};

enum {
	IKEMON_A_LIMIT_PREFIX = 1,
	IKEMON_A_LIMIT_KIND,
	IKEMON_A_LIMIT_RATE,
	IKEMON_A_LIMIT_BURST,
	IKEMON_A_LIMIT_HALF_OPEN,
	IKEMON_A_LIMIT_SESSIONS,
	IKEMON_A_LIMIT_FILTER_PREFIX,
	IKEMON_A_LIMIT_MAX_COUNT,
	IKEMON_A_LIMIT_GENERATION,

	__IKEMON_A_LIMIT_MAX,
	IKEMON_A_LIMIT_MAX = (__IKEMON_A_LIMIT_MAX - 1)
};

enum {
	IKEMON_A_BLOCK_PREFIX = 1,
	IKEMON_A_BLOCK_UNTIL,
	IKEMON_A_BLOCK_PORT,
	IKEMON_A_BLOCK_SHARE,
	IKEMON_A_BLOCK_ORIGIN,
	IKEMON_A_BLOCK_CLASS,
	IKEMON_A_BLOCK_OFFENCES,
	IKEMON_A_BLOCK_SINCE,
	IKEMON_A_BLOCK_REMAINING,
	IKEMON_A_BLOCK_PACKETS,
	IKEMON_A_BLOCK_WOULD,
	IKEMON_A_BLOCK_FILTER_PREFIX,
	IKEMON_A_BLOCK_MAX_COUNT,
	IKEMON_A_BLOCK_GENERATION,
	IKEMON_A_BLOCK_FLUSHED,

	__IKEMON_A_BLOCK_MAX,
	IKEMON_A_BLOCK_MAX = (__IKEMON_A_BLOCK_MAX - 1)
};

enum {
	IKEMON_A_CONFIG_MODE = 1,
	IKEMON_A_CONFIG_SCOPE,
	IKEMON_A_CONFIG_DEFRAG,
	IKEMON_A_CONFIG_MAX_SESSIONS,
	IKEMON_A_CONFIG_MAX_SOURCES,
	IKEMON_A_CONFIG_SOURCE_PREFIX_V4,
	IKEMON_A_CONFIG_SOURCE_PREFIX_V6,
	IKEMON_A_CONFIG_TIMEOUT_NEW,
	IKEMON_A_CONFIG_TIMEOUT_CHALLENGED,
	IKEMON_A_CONFIG_TIMEOUT_HALF_OPEN,
	IKEMON_A_CONFIG_TIMEOUT_AUTHENTICATING,
	IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED,
	IKEMON_A_CONFIG_TIMEOUT_FAILED,
	IKEMON_A_CONFIG_TIMEOUT_CLOSED,
	IKEMON_A_CONFIG_TIMEOUT_SOURCE,
	IKEMON_A_CONFIG_EVENT_RATE,
	IKEMON_A_CONFIG_DAEMON_UID,
	IKEMON_A_CONFIG_GENERATION,
	IKEMON_A_CONFIG_PORT,
	IKEMON_A_CONFIG_CHECK,
	IKEMON_A_CONFIG_COOKIE,
	IKEMON_A_CONFIG_CHALLENGE,
	IKEMON_A_CONFIG_MIXED,
	IKEMON_A_CONFIG_CHALLENGE_SOURCE,
	IKEMON_A_CONFIG_CHALLENGE_GLOBAL,
	IKEMON_A_CONFIG_CHALLENGE_HOLD,
	IKEMON_A_CONFIG_COOKIE_RATE,
	IKEMON_A_CONFIG_FIRST_DROP_RATE,
	IKEMON_A_CONFIG_LIMIT_RATE,
	IKEMON_A_CONFIG_LIMIT_BURST,
	IKEMON_A_CONFIG_LIMIT_HALF_OPEN,
	IKEMON_A_CONFIG_LIMIT_SESSIONS,
	IKEMON_A_CONFIG_WIDE_PREFIX_V6,
	IKEMON_A_CONFIG_BLOCK_OFFENCES,
	IKEMON_A_CONFIG_BLOCK_WINDOW,
	IKEMON_A_CONFIG_BLOCK_LAMBDA,
	IKEMON_A_CONFIG_BLOCK_MAX,
	IKEMON_A_CONFIG_MESSAGE_RATE,
	IKEMON_A_CONFIG_REKEY_RATE,
	IKEMON_A_CONFIG_UNKNOWN_RATE,
	IKEMON_A_CONFIG_MALFORMED_RATE,
	IKEMON_A_CONFIG_MARK,
	IKEMON_A_CONFIG_EXEMPT_MARK,
	IKEMON_A_CONFIG_EXEMPT_MASK,
	IKEMON_A_CONFIG_DAEMON_SILENT,
	IKEMON_A_CONFIG_LIMIT,
	IKEMON_A_CONFIG_BLOCK,
	IKEMON_A_CONFIG_UNKNOWN_SPI,
	IKEMON_A_CONFIG_MAX_SAS,
	IKEMON_A_CONFIG_ONE_WAY_AFTER,

	__IKEMON_A_CONFIG_MAX,
	IKEMON_A_CONFIG_MAX = (__IKEMON_A_CONFIG_MAX - 1)
};

enum {
	IKEMON_A_PORT_PORT = 1,
	IKEMON_A_PORT_KIND,

	__IKEMON_A_PORT_MAX,
	IKEMON_A_PORT_MAX = (__IKEMON_A_PORT_MAX - 1)
};

enum {
	IKEMON_A_COUNTER_NAME = 1,
	IKEMON_A_COUNTER_VALUE,

	__IKEMON_A_COUNTER_MAX,
	IKEMON_A_COUNTER_MAX = (__IKEMON_A_COUNTER_MAX - 1)
};

enum {
	IKEMON_A_STATS_COUNTER = 1,
	IKEMON_A_STATS_GAUGE,

	__IKEMON_A_STATS_MAX,
	IKEMON_A_STATS_MAX = (__IKEMON_A_STATS_MAX - 1)
};

enum {
	IKEMON_A_ALARM_ALARM = 1,
	IKEMON_A_ALARM_RAISED,
	IKEMON_A_ALARM_SEQ,
	IKEMON_A_ALARM_SUPPRESSED,
	IKEMON_A_ALARM_TIME,

	__IKEMON_A_ALARM_MAX,
	IKEMON_A_ALARM_MAX = (__IKEMON_A_ALARM_MAX - 1)
};

enum {
	IKEMON_A_SA_ALG_PART = 1,
	IKEMON_A_SA_ALG_NAME,
	IKEMON_A_SA_ALG_BITS,
	IKEMON_A_SA_ALG_ICV_BITS,

	__IKEMON_A_SA_ALG_MAX,
	IKEMON_A_SA_ALG_MAX = (__IKEMON_A_SA_ALG_MAX - 1)
};

enum {
	IKEMON_A_SA_LIFETIME_SOFT_BYTES = 1,
	IKEMON_A_SA_LIFETIME_HARD_BYTES,
	IKEMON_A_SA_LIFETIME_SOFT_PACKETS,
	IKEMON_A_SA_LIFETIME_HARD_PACKETS,
	IKEMON_A_SA_LIFETIME_SOFT_SECONDS,
	IKEMON_A_SA_LIFETIME_HARD_SECONDS,
	IKEMON_A_SA_LIFETIME_SOFT_USE_SECONDS,
	IKEMON_A_SA_LIFETIME_HARD_USE_SECONDS,

	__IKEMON_A_SA_LIFETIME_MAX,
	IKEMON_A_SA_LIFETIME_MAX = (__IKEMON_A_SA_LIFETIME_MAX - 1)
};

enum {
	IKEMON_A_SA_ID = 1,
	IKEMON_A_SA_PROTO,
	IKEMON_A_SA_SPI,
	IKEMON_A_SA_SRC,
	IKEMON_A_SA_DST,
	IKEMON_A_SA_DIR,
	IKEMON_A_SA_MODE,
	IKEMON_A_SA_SESSION,
	IKEMON_A_SA_REQID,
	IKEMON_A_SA_IF_ID,
	IKEMON_A_SA_MARK,
	IKEMON_A_SA_MARK_MASK,
	IKEMON_A_SA_ENCAP_SPORT,
	IKEMON_A_SA_ENCAP_DPORT,
	IKEMON_A_SA_OFFLOAD,
	IKEMON_A_SA_ESN,
	IKEMON_A_SA_ALG,
	IKEMON_A_SA_LIFETIME,
	IKEMON_A_SA_BYTES,
	IKEMON_A_SA_PACKETS,
	IKEMON_A_SA_REPLAYED,
	IKEMON_A_SA_LATE,
	IKEMON_A_SA_BROKEN,
	IKEMON_A_SA_FIRST_USED,
	IKEMON_A_SA_LAST_USED,
	IKEMON_A_SA_ADDED,
	IKEMON_A_SA_EXPIRED_SOFT,
	IKEMON_A_SA_DELETED,
	IKEMON_A_SA_EVENT,
	IKEMON_A_SA_OLD_SPI,
	IKEMON_A_SA_SEQ,
	IKEMON_A_SA_SUPPRESSED,
	IKEMON_A_SA_FILTER_SESSION,
	IKEMON_A_SA_FILTER_SPI,
	IKEMON_A_SA_FILTER_PREFIX,
	IKEMON_A_SA_MAX_COUNT,
	IKEMON_A_SA_FILTER_DELETED,
	IKEMON_A_SA_IDLE,
	IKEMON_A_SA_FIRST_AFTER,
	IKEMON_A_SA_SILENT,
	IKEMON_A_SA_OLD_ADDR,
	IKEMON_A_SA_OLD_PORT,

	__IKEMON_A_SA_MAX,
	IKEMON_A_SA_MAX = (__IKEMON_A_SA_MAX - 1)
};

enum {
	IKEMON_A_VERSION_MODULE = 1,
	IKEMON_A_VERSION_ABI,

	__IKEMON_A_VERSION_MAX,
	IKEMON_A_VERSION_MAX = (__IKEMON_A_VERSION_MAX - 1)
};

enum cmd {
	IKEMON_CMD_VERSION_GET = 1,
	IKEMON_CMD_CONFIG_GET,
	IKEMON_CMD_CONFIG_SET,
	IKEMON_CMD_CONFIG_REPLACE,
	IKEMON_CMD_PORT_ADD,
	IKEMON_CMD_PORT_DEL,
	IKEMON_CMD_SESSION_GET,
	IKEMON_CMD_SESSION_FLUSH,
	IKEMON_CMD_SESSION_NTF,
	IKEMON_CMD_SOURCE_GET,
	IKEMON_CMD_STATS_GET,
	IKEMON_CMD_ALARM_NTF,
	IKEMON_CMD_LIMIT_SET,
	IKEMON_CMD_LIMIT_DEL,
	IKEMON_CMD_LIMIT_GET,
	IKEMON_CMD_BLOCK_ADD,
	IKEMON_CMD_BLOCK_DEL,
	IKEMON_CMD_BLOCK_FLUSH,
	IKEMON_CMD_BLOCK_GET,
	IKEMON_CMD_SOURCE_NTF,
	IKEMON_CMD_SA_GET,
	IKEMON_CMD_SA_NTF,

	__IKEMON_CMD_MAX,
	IKEMON_CMD_MAX = (__IKEMON_CMD_MAX - 1)
};

#define IKEMON_MCGRP_SESSION	"session"
#define IKEMON_MCGRP_ALARM	"alarm"
#define IKEMON_MCGRP_SOURCE	"source"
#define IKEMON_MCGRP_SA		"sa"

#endif /* _UAPI_LINUX_NF_IKEMON_H */
