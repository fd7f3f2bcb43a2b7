// SPDX-License-Identifier: GPL-2.0-only
/* The commands config-get, config-set, config-replace, port-add, port-del. */
#include <linux/capability.h>
#include <linux/netlink.h>

#include "netlink.h"
#include "pernet.h"

/* What tells the commands that change the configuration apart. */
struct change {
	bool reset;	/* begin from the defaults, without rules */
	u64 multi;	/* bit N: attribute N may come several times */
	int (*port)(struct ikemon_conf *conf, struct nlattr **tb,
		    struct netlink_ext_ack *extack);
};

struct request {
	struct sk_buff *skb;
	struct genl_info *info;
	const struct change *change;
};

#define PORTS	BIT_ULL(IKEMON_A_CONFIG_PORT)
#define RULES	(BIT_ULL(IKEMON_A_CONFIG_LIMIT) | \
		 BIT_ULL(IKEMON_A_CONFIG_BLOCK))

/* The attributes of struct ikemon_conf that are a time-out. */
static const u8 timeout_attr[IKEMON_STATES] = {
	[IKEMON_STATE_NEW]		= IKEMON_A_CONFIG_TIMEOUT_NEW,
	[IKEMON_STATE_CHALLENGED]	= IKEMON_A_CONFIG_TIMEOUT_CHALLENGED,
	[IKEMON_STATE_HALF_OPEN]	= IKEMON_A_CONFIG_TIMEOUT_HALF_OPEN,
	[IKEMON_STATE_AUTHENTICATING]	=
		IKEMON_A_CONFIG_TIMEOUT_AUTHENTICATING,
	[IKEMON_STATE_ESTABLISHED]	= IKEMON_A_CONFIG_TIMEOUT_ESTABLISHED,
	[IKEMON_STATE_FAILED]		= IKEMON_A_CONFIG_TIMEOUT_FAILED,
	[IKEMON_STATE_CLOSED]		= IKEMON_A_CONFIG_TIMEOUT_CLOSED,
};

/* A number of struct ikemon_conf that is taken as it comes. */
struct scalar {
	u8 attr;
	u8 size;	/* octets */
	u16 offset;
};

#define U8(id, member) \
	{ IKEMON_A_CONFIG_##id, 1, offsetof(struct ikemon_conf, member) }
#define U32(id, member) \
	{ IKEMON_A_CONFIG_##id, 4, offsetof(struct ikemon_conf, member) }

static const struct scalar scalars[] = {
	U8(MODE, mode),
	U8(SCOPE, scope),
	U8(DEFRAG, defrag),
	U8(SOURCE_PREFIX_V4, source_plen4),
	U8(SOURCE_PREFIX_V6, source_plen6),
	U32(TIMEOUT_SOURCE, timeout_source),
	U32(EVENT_RATE, event_rate),
	U8(COOKIE, cookie),
	U8(CHALLENGE, challenge),
	U8(MIXED, mixed),
	U32(CHALLENGE_SOURCE, challenge_source),
	U32(CHALLENGE_GLOBAL, challenge_global),
	U32(CHALLENGE_HOLD, challenge_hold),
	U32(COOKIE_RATE, cookie_rate),
	U32(FIRST_DROP_RATE, first_drop_rate),
	U32(LIMIT_RATE, limit_rate),
	U32(LIMIT_BURST, limit_burst),
	U32(LIMIT_HALF_OPEN, limit_half_open),
	U32(LIMIT_SESSIONS, limit_sessions),
	U8(WIDE_PREFIX_V6, wide_plen6),
	U32(BLOCK_OFFENCES, block_offences),
	U32(BLOCK_WINDOW, block_window),
	U32(BLOCK_LAMBDA, block_lambda),
	U32(BLOCK_MAX, block_max),
	U32(MESSAGE_RATE, message_rate),
	U32(REKEY_RATE, rekey_rate),
	U32(UNKNOWN_RATE, unknown_rate),
	U32(MALFORMED_RATE, malformed_rate),
	U32(MARK, mark),
	U32(EXEMPT_MARK, exempt_mark),
	U32(EXEMPT_MASK, exempt_mask),
	U32(DAEMON_SILENT, daemon_silent),
	U8(UNKNOWN_SPI, unknown_spi),
	U32(ONE_WAY_AFTER, one_way_after),
};

#undef U8
#undef U32

static int fill_scalars(struct sk_buff *skb, const struct ikemon_conf *conf)
{
	const struct scalar *s;

	for (s = scalars; s < scalars + ARRAY_SIZE(scalars); s++)
		if (nla_put(skb, s->attr, s->size, (void *)conf + s->offset))
			return -EMSGSIZE;
	return 0;
}

static int fill_ports(struct sk_buff *skb, const struct ikemon_conf *conf)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < conf->n_ports; i++) {
		nest = nla_nest_start(skb, IKEMON_A_CONFIG_PORT);
		if (!nest ||
		    nla_put_be16(skb, IKEMON_A_PORT_PORT, conf->port[i].port) ||
		    nla_put_u8(skb, IKEMON_A_PORT_KIND, conf->port[i].kind))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int conf_fill(struct sk_buff *skb, const struct ikemon_conf *conf,
		     const struct net *net)
{
	unsigned int i;

	if (fill_scalars(skb, conf) ||
	    nla_put_u32(skb, IKEMON_A_CONFIG_MAX_SESSIONS,
			conf->max_sessions) ||
	    nla_put_u32(skb, IKEMON_A_CONFIG_MAX_SOURCES,
			conf->max_sources) ||
	    nla_put_u32(skb, IKEMON_A_CONFIG_MAX_SAS, conf->max_sas))
		return -EMSGSIZE;
	for (i = 0; i < IKEMON_STATES; i++)
		if (timeout_attr[i] &&
		    nla_put_u32(skb, timeout_attr[i], conf->timeout[i]))
			return -EMSGSIZE;
	if (nla_put_u32(skb, IKEMON_A_CONFIG_DAEMON_UID,
			from_kuid(net->user_ns, conf->daemon_uid)) ||
	    nla_put_u32(skb, IKEMON_A_CONFIG_GENERATION, conf->generation))
		return -EMSGSIZE;
	return fill_ports(skb, conf);
}

static int get_fill(struct sk_buff *msg, void *arg)
{
	struct net *net = arg;
	const struct ikemon_net *inet;
	struct ikemon_conf conf;

	rcu_read_lock();
	inet = ikemon_pernet(net);
	if (inet)
		conf = *ikemon_conf_get(inet);
	else
		ikemon_conf_default(&conf);
	rcu_read_unlock();
	return conf_fill(msg, &conf, net);
}

int ikemon_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ikemon_nl_none(info) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, get_fill,
			       genl_info_net(info));
}

static void get_scalars(struct ikemon_conf *conf, struct nlattr **tb)
{
	const struct scalar *s;

	for (s = scalars; s < scalars + ARRAY_SIZE(scalars); s++)
		if (tb[s->attr])
			memcpy((void *)conf + s->offset,
			       nla_data(tb[s->attr]), s->size);
}

/*
 * The memory of the tables is charged to nobody who sends packets: only the
 * administrator of the machine may raise the caps above the defaults, and a
 * user namespace's may keep what he was given.
 */
static int set_cap(u32 *cap, u32 held, const struct nlattr *nla,
		   struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	u32 value = nla ? nla_get_u32(nla) : *cap;

	if (value > IKEMON_MAX_UNPRIVILEGED && value > held &&
	    !netlink_capable(skb, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(extack, nla,
				    "above 65536 needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	*cap = value;
	return 0;
}

static int set_uid(kuid_t *uid, const struct nlattr *nla,
		   const struct net *net, struct netlink_ext_ack *extack)
{
	u32 value;

	if (!nla)
		return 0;
	value = nla_get_u32(nla);
	*uid = make_kuid(net->user_ns, value);
	if (uid_valid(*uid) || value == (u32)-1)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "daemon-uid does not exist in the user namespace of the network namespace");
	return -EINVAL;
}

/* Everything but ports. @held is in force. */
static int set_scalars(struct ikemon_conf *conf,
		       const struct ikemon_conf *held, struct sk_buff *skb,
		       struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	unsigned int i;
	int err;

	err = set_cap(&conf->max_sessions, held->max_sessions,
		      tb[IKEMON_A_CONFIG_MAX_SESSIONS], skb, info->extack);
	if (err)
		return err;
	err = set_cap(&conf->max_sources, held->max_sources,
		      tb[IKEMON_A_CONFIG_MAX_SOURCES], skb, info->extack);
	if (err)
		return err;
	err = set_cap(&conf->max_sas, held->max_sas,
		      tb[IKEMON_A_CONFIG_MAX_SAS], skb, info->extack);
	if (err)
		return err;
	get_scalars(conf, tb);
	for (i = 0; i < IKEMON_STATES; i++)
		if (timeout_attr[i] && tb[timeout_attr[i]])
			conf->timeout[i] = nla_get_u32(tb[timeout_attr[i]]);
	return set_uid(&conf->daemon_uid, tb[IKEMON_A_CONFIG_DAEMON_UID],
		       genl_info_net(info), info->extack);
}

static int port_parse(const struct nlattr *nest, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	int err;

	err = nla_parse_nested(tb, IKEMON_A_PORT_KIND, nest,
			       ikemon_port_nl_policy, extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, IKEMON_A_PORT_PORT)) {
		NL_SET_ERR_MSG(extack, "port without a number");
		return -EINVAL;
	}
	return ikemon_nl_nest_once(nest, extack);
}

static int port_add(struct ikemon_conf *conf, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	if (!tb[IKEMON_A_PORT_KIND]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IKEMON_A_PORT_PORT],
				    "port without a kind");
		return -EINVAL;
	}
	return ikemon_conf_port_add(conf, nla_get_be16(tb[IKEMON_A_PORT_PORT]),
				    nla_get_u8(tb[IKEMON_A_PORT_KIND]),
				    extack);
}

/* In a list that is complete a port that is there already is there twice. */
static int port_list(struct ikemon_conf *conf, struct nlattr **tb,
		     struct netlink_ext_ack *extack)
{
	if (ikemon_conf_port(conf, nla_get_be16(tb[IKEMON_A_PORT_PORT]))) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IKEMON_A_PORT_PORT],
				    "port given twice");
		return -EINVAL;
	}
	return port_add(conf, tb, extack);
}

/* A kind, if given, must be the one the port has. */
static int port_del(struct ikemon_conf *conf, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	__be16 port = nla_get_be16(tb[IKEMON_A_PORT_PORT]);
	u8 kind = ikemon_conf_port(conf, port);

	if (kind && tb[IKEMON_A_PORT_KIND] &&
	    nla_get_u8(tb[IKEMON_A_PORT_KIND]) != kind) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IKEMON_A_PORT_KIND],
				    "port is in the list with the other kind");
		return -ENOENT;
	}
	return ikemon_conf_port_del(conf, port, extack);
}

/* Every attribute "port" of the request, of which info->attrs has the last. */
static int set_ports(struct ikemon_conf *conf, struct genl_info *info,
		     const struct change *change)
{
	struct nlattr *tb[IKEMON_A_PORT_KIND + 1];
	const struct nlattr *nla;
	int rem, err;

	if (change->port == port_list && info->attrs[IKEMON_A_CONFIG_PORT])
		ikemon_conf_port_clear(conf);
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != IKEMON_A_CONFIG_PORT)
			continue;
		err = port_parse(nla, tb, info->extack);
		if (err)
			return err;
		err = change->port(conf, tb, info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* Everything in @conf but the rules, as the request says. */
static int conf_build(struct ikemon_conf *conf, const struct ikemon_conf *held,
		      const struct request *req)
{
	struct genl_info *info = req->info;
	int err;

	err = ikemon_nl_generation(held,
				   info->attrs[IKEMON_A_CONFIG_GENERATION],
				   info->extack);
	if (err)
		return err;
	if (req->change->reset) {
		ikemon_conf_default(conf);
		conf->generation = held->generation;
	} else {
		*conf = *held;
	}
	if (req->change->port == port_list) {
		err = set_scalars(conf, held, req->skb, info);
		if (err)
			return err;
	}
	return set_ports(conf, info, req->change);
}

/* Is the request only about whether it would be taken? */
static bool check_only(const struct request *req)
{
	return req->change->port == port_list &&
	       req->info->attrs[IKEMON_A_CONFIG_CHECK];
}

/* Leaves in @conf what is in force afterwards, or would be. */
static int conf_commit(struct ikemon_conf *conf, const struct request *req)
{
	struct net *net = genl_info_net(req->info);
	int err;

	if (check_only(req))
		return ikemon_conf_refuses(net, conf, req->info->extack);
	err = ikemon_conf_apply(net, conf, req->info->extack);
	if (!err)
		ikemon_conf_begin(net, conf);
	return err;
}

/* Caller holds ikemon_conf_mutex; @conf has no rules to be used afterwards. */
static int conf_change(struct ikemon_conf *conf, const struct request *req)
{
	struct ikemon_rules *rules = NULL;
	struct ikemon_conf held;
	int err;

	ikemon_conf_begin(genl_info_net(req->info), &held);
	err = conf_build(conf, &held, req);
	if (err)
		return err;
	if (req->change->reset) {
		rules = ikemon_nl_rules(req->info);
		if (IS_ERR(rules))
			return PTR_ERR(rules);
		conf->rules = rules;
	}
	err = conf_commit(conf, req);
	ikemon_rules_put(rules);
	return err;
}

static int change_fill(struct sk_buff *msg, void *arg)
{
	const struct request *req = arg;
	struct ikemon_conf conf;
	int err;

	mutex_lock(&ikemon_conf_mutex);
	err = conf_change(&conf, req);
	mutex_unlock(&ikemon_conf_mutex);
	return err ?: conf_fill(msg, &conf, genl_info_net(req->info));
}

static int conf_request(struct sk_buff *skb, struct genl_info *info,
			const struct change *change)
{
	struct request req = { .skb = skb, .info = info, .change = change };

	return ikemon_nl_once(info->nlhdr, change->multi, info->extack) ?:
	       ikemon_nl_reply(info, GENLMSG_DEFAULT_SIZE, change_fill, &req);
}

int ikemon_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct change change = {
		.multi = PORTS, .port = port_list,
	};

	return conf_request(skb, info, &change);
}

int ikemon_nl_config_replace_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct change change = {
		.reset = true, .multi = PORTS | RULES, .port = port_list,
	};

	return conf_request(skb, info, &change);
}

static int ports_change(struct sk_buff *skb, struct genl_info *info,
			const struct change *change)
{
	if (GENL_REQ_ATTR_CHECK(info, IKEMON_A_CONFIG_PORT)) {
		GENL_SET_ERR_MSG(info, "no port given");
		return -EINVAL;
	}
	return conf_request(skb, info, change);
}

int ikemon_nl_port_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct change change = {
		.multi = PORTS, .port = port_add,
	};

	return ports_change(skb, info, &change);
}

int ikemon_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct change change = {
		.multi = PORTS, .port = port_del,
	};

	return ports_change(skb, info, &change);
}
