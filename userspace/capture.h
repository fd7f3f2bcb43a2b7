/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a capture file to the UDP datagrams in it. A file is as hostile as a
 * packet: nothing is believed before it is checked, memory is bounded.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"

enum { CAPTURE_ERROR = 512 };

/**
 * struct datagram - what one or several frames carried
 * @frame: number of the frame that completed it, from 1
 * @time: ns since the Unix epoch
 * @src: address and port
 * @dst: likewise
 * @data: payload of the UDP datagram
 * @len: octets of it that there are
 * @partial: more were sent than there are
 * @ip_frag: it came in IP fragments
 */
struct datagram {
	uint64_t frame;
	uint64_t time;
	struct endpoint src;
	struct endpoint dst;
	const uint8_t *data;
	uint32_t len;
	bool partial;
	bool ip_frag;
};

/**
 * struct capture_sink - who takes what is in a capture
 * @udp: a datagram, valid during the call
 * @tcp: a segment between these ports
 * @ctx: for both
 */
struct capture_sink {
	void (*udp)(void *ctx, const struct datagram *d);
	void (*tcp)(void *ctx, uint16_t sport, uint16_t dport);
	void *ctx;
};

/* What was counted on the way. */
struct capture_counts {
	uint64_t frames;
	uint64_t ipv6;
	uint64_t ip_fragments;
	uint64_t native_esp;
	uint64_t ah;
	uint64_t cut;		/* shorter in the file than on the wire */
	uint64_t unreadable;	/* no IP that makes sense */
	uint64_t incomplete;	/* datagrams with fragments missing */
	uint64_t overlapping;	/* datagrams with overlapping fragments */
};

struct capture;

/* NULL, with the reason in @error, if the file cannot be read. */
struct capture *capture_open(const char *path, char error[CAPTURE_ERROR]);

/**
 * capture_read() - read all of it
 * @capture: just opened
 * @sink: takes what is found
 * @error: why it ended early
 *
 * Return: false if it ended early.
 */
bool capture_read(struct capture *capture, const struct capture_sink *sink,
		  char error[CAPTURE_ERROR]);

const struct capture_counts *capture_counts(const struct capture *capture);
void capture_close(struct capture *capture);

#endif /* CAPTURE_H */
