/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Honest initiators, each a state machine of a few octets, and a responder.
 */
#ifndef CROWD_H
#define CROWD_H

#include "frame.h"
#include "ikemsg.h"

/**
 * struct crowd_options - how all initiators of a crowd behave
 * @gateway: whom they want
 * @version: 1 or 2
 * @marker: they use port 4500 and the non-ESP marker
 * @group: they try first
 * @new_nonce: when told another group they make a new nonce, as Libreswan does
 * @timeout: ms until the first retransmission
 * @factor: that each later one takes longer by, in hundredths
 * @tries: of a message
 * @auth_tries: of an IKE_AUTH; 0: an answered IKE_SA_INIT is all they want
 * @auth: they want an answer to IKE_AUTH as well, of @content octets at least
 * @content: less in an encrypted answer means refusal
 * @rounds: how often they try anew
 * @pause: ms before they do
 */
struct crowd_options {
	struct frame_addr gateway;
	int version;
	bool marker;
	unsigned int group;
	bool new_nonce;
	unsigned int timeout;
	unsigned int factor;
	unsigned int tries;
	unsigned int auth_tries;
	bool auth;
	unsigned int content;
	unsigned int rounds;
	unsigned int pause;
};

enum peer_state { PEER_WAITS, PEER_INIT, PEER_AUTH, PEER_DONE, PEER_FAILED };

/**
 * struct peer - one initiator
 * @addr: its address
 * @port: its port
 * @state: what it is at
 * @round: of @rounds
 * @tries: of the message at hand
 * @due: ms when it acts by itself
 * @wait: ms it waits for an answer now
 * @began: ms of the first message of this round
 * @took: ms from that to the answer
 * @spi_i: host byte order
 * @spi_r: likewise
 * @nonce: that its nonce is made of
 * @group: of its KE payload
 * @cookie: that it was told to bring
 * @cookie_len: octets, 0 for none
 * @cookies: challenges it took, in all rounds
 * @groups: how often it was told another group
 * @sent: messages
 * @retransmits: of these
 * @notify: the error it was told last, 0 for none
 * @answered: how often its IKE_SA_INIT, or first message, was answered
 * @authenticated: its IKE_AUTH was, with success
 * @refused: answers to IKE_AUTH that were no success
 */
struct peer {
	struct frame_addr addr;
	uint16_t port;
	enum peer_state state;
	unsigned int round;
	unsigned int tries;
	uint64_t due;
	unsigned int wait;
	uint64_t began;
	unsigned int took;
	uint64_t spi_i;
	uint64_t spi_r;
	uint64_t nonce;
	unsigned int group;
	uint8_t cookie[64];
	unsigned int cookie_len;
	unsigned int cookies;
	unsigned int groups;
	unsigned int sent;
	unsigned int retransmits;
	unsigned int notify;
	unsigned int answered;
	bool authenticated;
	unsigned int refused;
};

/*
 * peer_due() - act because it is time: begin, repeat, give up
 *
 * Return: octets of a message in @out of MSG_MAX to send, 0 for none.
 */
size_t peer_due(struct peer *p, const struct crowd_options *o, uint64_t now,
		uint8_t *out);

/* peer_answer() - take an answer; what is not for this peer changes nothing */
size_t peer_answer(struct peer *p, const struct crowd_options *o, uint64_t now,
		   const uint8_t *in, size_t len, uint8_t *out);

/**
 * struct responder_options - how the other end behaves
 * @how: it answers IKE_SA_INIT, in the words of msg_answer()
 * @content: octets in its protected answers; 0: it gives none
 */
struct responder_options {
	const char *how;
	unsigned int content;
};

/* Answer on ports 500 and 4500 until SIGTERM. Return: exit status. */
int responder(const struct responder_options *o);

#endif /* CROWD_H */
