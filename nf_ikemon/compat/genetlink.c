// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before Linux 6.2 a generic netlink command has one policy for do and dump.
 * Give the kernel the union of both, and refuse afterwards what belongs only
 * to the other form, so that every kernel takes exactly the same messages.
 */
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

#undef genl_register_family
#undef genl_unregister_family

#include <linux/slab.h>
#include <linux/string.h>

#define GENL_CMD_CAPS	(GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP)

/* The table as generated: do and dump of a command are two rows. */
static const struct genl_ops *rows;
static unsigned int n_rows;

/* What the kernel gets: a row and, where two were merged, a policy each. */
static struct genl_ops *merged;
static struct nla_policy **unions;

static const struct genl_ops *row_find(u8 cmd, u8 cap)
{
	unsigned int i;

	for (i = 0; i < n_rows; i++)
		if (rows[i].cmd == cmd && rows[i].flags & cap)
			return &rows[i];
	return NULL;
}

static bool row_takes(const struct genl_ops *row, unsigned int type)
{
	return row && row->policy && type <= row->maxattr &&
	       row->policy[type].type != NLA_UNSPEC;
}

static int row_check(const struct genl_ops *row, unsigned int maxattr,
		     struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	unsigned int type;

	for (type = 1; attrs && type <= maxattr; type++) {
		if (!attrs[type] || row_takes(row, type))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attrs[type],
				    "Unsupported attribute");
		return -EINVAL;
	}
	return 0;
}

static int pre_doit(const struct genl_ops *op, struct sk_buff *skb,
		    struct genl_info *info)
{
	return row_check(row_find(op->cmd, GENL_CMD_CAP_DO),
			 op->policy ? op->maxattr : 0, info->attrs,
			 info->extack);
}

/* Not a start callback: what that says in the extack goes nowhere. */
static int dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_dumpit_info *info = genl_dumpit_info(cb);
	const struct genl_ops *row = row_find(info->op.cmd, GENL_CMD_CAP_DUMP);
	int err;

	err = row_check(row, info->op.policy ? info->op.maxattr : 0,
			info->attrs, cb->extack);
	return err ?: row->dumpit(skb, cb);
}

/* An attribute must have the same policy in both forms. */
static struct nla_policy *policy_union(const struct genl_ops *a,
				       const struct genl_ops *b)
{
	unsigned int type, max = max(a->maxattr, b->maxattr);
	struct nla_policy *policy;

	policy = kcalloc(max + 1, sizeof(*policy), GFP_KERNEL);
	for (type = 1; policy && type <= max; type++) {
		const struct genl_ops *row = row_takes(a, type) ? a : b;

		/* It has a const member: no assignment. */
		if (row_takes(row, type))
			memcpy(&policy[type], &row->policy[type],
			       sizeof(*policy));
	}
	return policy;
}

/* A second row of the same command joins the first. */
static int row_join(struct genl_ops *op, const struct genl_ops *row,
		    struct nla_policy **policy)
{
	if (row->doit)
		op->doit = row->doit;
	*policy = policy_union(op, row);
	if (!*policy)
		return -ENOMEM;
	op->policy = *policy;
	op->maxattr = max(op->maxattr, row->maxattr);
	return 0;
}

static void merged_free(void)
{
	unsigned int i;

	for (i = 0; unions && i < n_rows; i++)
		kfree(unions[i]);
	kfree(unions);
	kfree(merged);
	unions = NULL;
	merged = NULL;
}

/* Return: the number of merged rows, or an error. */
static int rows_merge(void)
{
	unsigned int i;
	int n = 0, err;

	for (i = 0; i < n_rows; i++) {
		if (n && merged[n - 1].cmd == rows[i].cmd) {
			err = row_join(&merged[n - 1], &rows[i],
				       &unions[n - 1]);
			if (err)
				return err;
		} else {
			merged[n++] = rows[i];
		}
		merged[n - 1].flags &= ~GENL_CMD_CAPS;
		if (rows[i].dumpit)
			merged[n - 1].dumpit = dumpit;
	}
	return n;
}

int ikemon_genl_register(struct genl_family *family)
{
	int n, err;

	rows = family->ops;
	n_rows = family->n_ops;
	merged = kcalloc(n_rows, sizeof(*merged), GFP_KERNEL);
	unions = kcalloc(n_rows, sizeof(*unions), GFP_KERNEL);
	n = merged && unions ? rows_merge() : -ENOMEM;
	if (n < 0) {
		merged_free();
		return n;
	}
	family->ops = merged;
	family->n_ops = n;
	family->pre_doit = pre_doit;
	err = genl_register_family(family);
	if (err)
		merged_free();
	return err;
}

int ikemon_genl_unregister(struct genl_family *family)
{
	int err = genl_unregister_family(family);

	merged_free();
	return err;
}

#endif /* < 6.2 */
