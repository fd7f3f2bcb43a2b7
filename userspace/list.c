// SPDX-License-Identifier: GPL-2.0-or-later
#include "subcommands.h"

struct list {
	struct out *out;
	void (*begin)(struct out *out);
	nl_answer answer;
	bool begun;
};

static void begin_once(struct list *list)
{
	if (!list->begun)
		list->begin(list->out);
	list->begun = true;
}

static int take(const struct nlmsghdr *nlh, void *data)
{
	struct list *list = data;

	begin_once(list);
	return list->answer(nlh, list->out);
}

int ctl_list(struct ctl *ctl, void (*begin)(struct out *out),
	     nl_answer answer, void (*end)(struct out *out))
{
	struct list list = { .out = ctl->out, .begin = begin,
			     .answer = answer };
	int status;

	status = nl_dump(ctl->nl, take, &list);
	if (status == CTL_OK || status == CTL_PARTIAL)
		begin_once(&list);
	if (list.begun)
		end(ctl->out);
	return status;
}
