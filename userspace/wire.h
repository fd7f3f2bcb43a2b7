/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between netlink attributes and the model. Whatever comes is checked for
 * size before it is read; what is unknown is passed over.
 */
#ifndef WIRE_H
#define WIRE_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/*
 * From the @len octets of attributes at @attrs. Return: false if one of them
 * is not as the spec says.
 */
bool wire_session(const void *attrs, size_t len, struct session_model *s);
bool wire_event(const void *attrs, size_t len, struct event_model *e);
bool wire_sa(const void *attrs, size_t len, struct sa_model *s);
bool wire_sa_event(const void *attrs, size_t len, struct sa_event_model *e);
bool wire_flushed(const void *attrs, size_t len, uint32_t *flushed);
bool wire_source(const void *attrs, size_t len, struct source_model *s);
bool wire_source_event(const void *attrs, size_t len,
		       struct source_event_model *e);
bool wire_limit(const void *attrs, size_t len, struct limit_model *l);
bool wire_block(const void *attrs, size_t len, struct block_model *b);
bool wire_lifted(const void *attrs, size_t len, uint32_t *lifted);
bool wire_config(const void *attrs, size_t len, struct config_model *c);
bool wire_alarm(const void *attrs, size_t len, struct alarm_model *a);
bool wire_version(const void *attrs, size_t len, struct version_model *v);

/* @put gets each counter, then each gauge. */
typedef void (*wire_counter)(bool gauge, const char *name, uint64_t value,
			     void *data);
bool wire_stats(const void *attrs, size_t len, wire_counter put, void *data);

void wire_put_prefix(struct nlmsghdr *nlh, uint16_t type,
		     const struct prefix *p);
/* Kind 0 leaves the kind out. */
void wire_put_port(struct nlmsghdr *nlh, const struct port_model *port);
void wire_put_config(struct nlmsghdr *nlh, const struct config_model *c);
void wire_put_limit(struct nlmsghdr *nlh, const struct limit_model *l);
void wire_put_block(struct nlmsghdr *nlh, const struct block_model *b);
void wire_put_ruleset(struct nlmsghdr *nlh, const struct ruleset *r);

#endif /* WIRE_H */
