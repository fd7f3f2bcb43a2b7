/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a message to its session: which one it belongs to, which end sent it,
 * and what it changes.
 */
#ifndef IKEMON_TRACK_H
#define IKEMON_TRACK_H

#include "session.h"

struct ikemon_run;

/**
 * struct ikemon_meet - one IKE message where it met us
 * @inet: the namespace
 * @run: its tables
 * @conf: its configuration
 * @pkt: the message, parsed
 * @opener: @pkt if it begins a negotiation with our daemon: the ladder's to
 *	judge, which reads its proposals if it lets it in. Else NULL
 * @src: who sent it
 * @dst: to whom
 * @now: ikemon_now()
 * @digest: of the message
 * @source_key: of the guard, of its source; 0 until somebody needs it
 * @ifindex: it came in by; 0 if we sent it
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @out: our host sent it
 * @local: one end of it is this host
 * @may_open: it may begin a session
 * @may_adopt: it may show one that was up before: said by our side, from a
 *	watched port, or forwarded
 * @local_user: a user of this host sent it who does not speak for our side
 * @ip_frag: it came in IP fragments
 * @view: its octets
 * @mark: of the packet
 * @verdict: enum ikemon_verdict: what is done with it
 * @would: what would be done with it in mode enforce
 * @class: enum ikemon_mark
 * @trusted: ikemon_ladder_admit() found it to be from somebody who is
 * @opened: ikemon_ladder_open() let it in
 * @proven: it brought back a COOKIE
 * @charged: nothing is to be charged for it later
 * @free: it answers what our side asked for
 * @cookie_ours: the COOKIE is ours
 * @strip: the COOKIE must not reach the daemon
 */
struct ikemon_meet {
	struct ikemon_net *inet;
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	const struct ikemon_pkt *pkt;
	struct ikemon_pkt *opener;
	struct ikemon_endpoint src;
	struct ikemon_endpoint dst;
	u64 now;
	u64 source_key;
	u32 digest;
	u32 ifindex;
	u8 family;
	bool out;
	bool local;
	bool may_open;
	bool may_adopt;
	bool local_user;
	bool ip_frag;

	const struct ikemon_view *view;
	u32 mark;
	u8 verdict;
	bool would;
	u8 class;
	bool trusted;
	bool opened;
	bool proven;
	bool charged;
	bool free;
	bool cookie_ours;
	bool strip;
};

/**
 * ikemon_session_track() - judge a message and take it into the table
 * @meet: the message; completed: what is to be done with it
 *
 * Finds the session, or begins one, and counts and reports what happened.
 * rcu_read_lock() held; any context; takes session and bucket locks.
 */
void ikemon_session_track(struct ikemon_meet *meet);

/* What a packet that is not IKE shows of a peer. */
enum ikemon_evidence {
	IKEMON_EVIDENCE_ESP_IN	= BIT(0),
	IKEMON_EVIDENCE_ESP_OUT	= BIT(1),
	IKEMON_EVIDENCE_BOTH	= BIT(0) | BIT(1),
	IKEMON_EVIDENCE_KEEPALIVE = BIT(2),	/* RFC 3948: a NAT is there */
	IKEMON_EVIDENCE_ENCAP	= BIT(3),	/* ESP came in UDP */
	IKEMON_EVIDENCE_FORWARDED = BIT(4),	/* not from or for this host */
};

/**
 * ikemon_session_evidence() - ESP or a keepalive passed
 * @peer: the other host; port 0 for ESP without UDP
 * @what: bits of enum ikemon_evidence
 *
 * ESP both ways proves the one unproven session with that peer; if there are
 * several it proves nothing. rcu_read_lock() held; any context.
 */
void ikemon_session_evidence(struct ikemon_net *inet, struct ikemon_run *run,
			     const struct ikemon_endpoint *peer, u8 family,
			     unsigned int what);

#endif /* IKEMON_TRACK_H */
