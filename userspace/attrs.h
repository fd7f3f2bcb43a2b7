/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the attributes, so that a refusal can say which one it is about.
 */
#ifndef ATTRS_H
#define ATTRS_H

#include <stddef.h>
#include <stdint.h>

struct attr_set;

/* The attributes of @cmd, NULL if there is no such command. */
const struct attr_set *attrs_of(uint8_t cmd);

/**
 * attrs_path() - the name of the attribute at some place of a message
 * @set: of the outermost attributes
 * @attrs: the attributes, aligned as netlink has them
 * @len: octets of them
 * @off: where the attribute begins, from @attrs
 * @missing: type of an attribute that is missing from the nest at @off; 0 if
 *	@off itself is meant. An @off of SIZE_MAX is the outermost level.
 * @buf: takes "port.kind"; empty if nothing fits
 * @size: of @buf
 */
void attrs_path(const struct attr_set *set, const void *attrs, size_t len,
		size_t off, unsigned int missing, char *buf, size_t size);

#endif /* ATTRS_H */
