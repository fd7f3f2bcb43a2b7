// SPDX-License-Identifier: GPL-2.0-or-later
/* From the model to netlink attributes. */
#include <arpa/inet.h>

#include "keys.h"
#include "wire.h"

void wire_put_prefix(struct nlmsghdr *nlh, uint16_t type,
		     const struct prefix *p)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put(nlh, IKEMON_A_PREFIX_ADDR, p->family == 4 ? 4 : 16,
		     p->addr);
	mnl_attr_put_u8(nlh, IKEMON_A_PREFIX_LEN, p->len);
	mnl_attr_nest_end(nlh, nest);
}

void wire_put_port(struct nlmsghdr *nlh, const struct port_model *port)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, IKEMON_A_CONFIG_PORT);

	mnl_attr_put_u16(nlh, IKEMON_A_PORT_PORT, htons(port->port));
	if (port->kind)
		mnl_attr_put_u8(nlh, IKEMON_A_PORT_KIND, port->kind);
	mnl_attr_nest_end(nlh, nest);
}

void wire_put_config(struct nlmsghdr *nlh, const struct config_model *c)
{
	unsigned int type, i;

	for (type = 1; type <= IKEMON_A_CONFIG_MAX; type++) {
		if (!config_has(c, type))
			continue;
		if (key_size(type) == 1)
			mnl_attr_put_u8(nlh, type, c->value[type]);
		else if (key_size(type) == 4)
			mnl_attr_put_u32(nlh, type, c->value[type]);
	}
	for (i = 0; i < c->n_ports; i++)
		wire_put_port(nlh, &c->port[i]);
}

void wire_put_limit(struct nlmsghdr *nlh, const struct limit_model *l)
{
	wire_put_prefix(nlh, IKEMON_A_LIMIT_PREFIX, &l->prefix);
	mnl_attr_put_u8(nlh, IKEMON_A_LIMIT_KIND, l->kind);
	if (l->rate)
		mnl_attr_put_u32(nlh, IKEMON_A_LIMIT_RATE, l->rate);
	if (l->burst)
		mnl_attr_put_u32(nlh, IKEMON_A_LIMIT_BURST, l->burst);
	if (l->half_open)
		mnl_attr_put_u32(nlh, IKEMON_A_LIMIT_HALF_OPEN, l->half_open);
	if (l->sessions)
		mnl_attr_put_u32(nlh, IKEMON_A_LIMIT_SESSIONS, l->sessions);
}

void wire_put_block(struct nlmsghdr *nlh, const struct block_model *b)
{
	wire_put_prefix(nlh, IKEMON_A_BLOCK_PREFIX, &b->prefix);
	if (b->until)
		mnl_attr_put_u64(nlh, IKEMON_A_BLOCK_UNTIL, b->until);
}

void wire_put_ruleset(struct nlmsghdr *nlh, const struct ruleset *r)
{
	struct nlattr *nest;
	unsigned int i;

	wire_put_config(nlh, &r->config);
	for (i = 0; i < r->n_limits; i++) {
		nest = mnl_attr_nest_start(nlh, IKEMON_A_CONFIG_LIMIT);
		wire_put_limit(nlh, &r->limit[i]);
		mnl_attr_nest_end(nlh, nest);
	}
	for (i = 0; i < r->n_blocks; i++) {
		nest = mnl_attr_nest_start(nlh, IKEMON_A_CONFIG_BLOCK);
		wire_put_block(nlh, &r->block[i]);
		mnl_attr_nest_end(nlh, nest);
	}
}
