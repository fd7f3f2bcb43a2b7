/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a daemon of this network namespace can be spoken to. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>

#include "model.h"

/**
 * listener_find() - an address that somebody listens on
 * @port: UDP
 * @at: takes it: a loopback address if that is among them, else the first
 *
 * Return: false if nobody listens on @port.
 */
bool listener_find(uint16_t port, struct endpoint *at);

#endif /* LISTENER_H */
