// SPDX-License-Identifier: GPL-2.0-or-later
#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512 };

/* How good an address is to speak to; the best is taken. */
enum worth { WORTH_NONE, WORTH_OTHER, WORTH_LOOPBACK };

/* Hexadecimal words of 32 bit, each as the machine has it in memory. */
static bool read_addr(const char *hex, unsigned int words, uint8_t *addr)
{
	unsigned int i, word;

	for (i = 0; i < words; i++) {
		if (sscanf(hex + 8 * i, "%8X", &word) != 1)
			return false;
		memcpy(addr + 4 * i, &word, sizeof(word));
	}
	return true;
}

/* What is bound to no address is spoken to over the loopback device. */
static enum worth judge(struct endpoint *at)
{
	static const uint8_t any[16];
	static const uint8_t local[16] = { [15] = 1 };

	if (at->family == 4) {
		if (!memcmp(at->addr, any, 4))
			memcpy(at->addr, "\x7f\0\0\1", 4);
		return at->addr[0] == 127 ? WORTH_LOOPBACK : WORTH_OTHER;
	}
	if (!memcmp(at->addr, any, sizeof(any)))
		memcpy(at->addr, local, sizeof(local));
	return memcmp(at->addr, local, sizeof(local)) ? WORTH_OTHER :
							WORTH_LOOPBACK;
}

/* "  12: 0100007F:01F4 00000000:0000 07 ..." */
static bool read_line(const char *line, uint8_t family, struct endpoint *at)
{
	char hex[33] = "";
	unsigned int port;

	memset(at, 0, sizeof(*at));
	if (sscanf(line, " %*u: %32[0-9A-F]:%4X", hex, &port) != 2 ||
	    strlen(hex) != (family == 4 ? 8 : 32))
		return false;
	at->family = family;
	at->port = port;
	return read_addr(hex, family == 4 ? 1 : 4, at->addr);
}

static void search(const char *path, uint8_t family, uint16_t port,
		   struct endpoint *best, enum worth *worth)
{
	FILE *file = fopen(path, "re");
	struct endpoint at;
	char line[LINE];
	enum worth w;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (!read_line(line, family, &at) || at.port != port)
			continue;
		w = judge(&at);
		if (w <= *worth)
			continue;
		*best = at;
		*worth = w;
	}
	fclose(file);
}

bool listener_find(uint16_t port, struct endpoint *at)
{
	enum worth worth = WORTH_NONE;

	search("/proc/net/udp", 4, port, at, &worth);
	search("/proc/net/udp6", 6, port, at, &worth);
	return worth != WORTH_NONE;
}
