/* SPDX-License-Identifier: GPL-2.0-only */
/* What a COOKIE does to packets: one goes out, or is taken out. */
#ifndef IKEMON_CHALLENGE_H
#define IKEMON_CHALLENGE_H

struct ikemon_meet;
struct ikemon_packet;

/**
 * ikemon_challenge_send() - answer a request with a COOKIE (RFC 7296 2.6)
 * @p: the packet
 * @meet: the request in it
 *
 * Not if it is none that a daemon would answer, nor if too many are answered
 * already; what happened is counted. rcu_read_lock() held, any context.
 */
void ikemon_challenge_send(const struct ikemon_packet *p,
			   const struct ikemon_meet *meet);

/**
 * ikemon_challenge_strip() - take our COOKIE out of a request
 * @p: the packet. Afterwards nobody may look at it any more: its octets have
 *	moved
 * @meet: the request in it
 *
 * Leaves alone what cannot be cut. rcu_read_lock() held, any context.
 */
void ikemon_challenge_strip(const struct ikemon_packet *p,
			    const struct ikemon_meet *meet);

#endif /* IKEMON_CHALLENGE_H */
