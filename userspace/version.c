// SPDX-License-Identifier: GPL-2.0-or-later
#include "subcommands.h"
#include "version.h"
#include "wire.h"

static int answer(const struct nlmsghdr *nlh, void *data)
{
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	return wire_version(attrs, len, data) ? CTL_OK : nl_malformed();
}

/* The tool's own version is said also if the kernel has no answer. */
int version_show(struct ctl *ctl, int argc, char **argv)
{
	struct version_model v = { 0 };
	int status = no_more(argc, argv);

	if (status != CTL_OK)
		return status;
	out_text(ctl->out, "ikemonctl %s\n", IKEMON_VERSION);
	out_flush(ctl->out);
	if (!ctl->version) {
		status = ctl_nl(ctl);
		if (status == CTL_OK) {
			nl_request(ctl->nl, IKEMON_CMD_VERSION_GET);
			status = nl_do(ctl->nl, answer, &v);
		}
	}
	out_object(ctl->out, NULL);
	out_member(ctl->out, "ikemonctl", json_string(IKEMON_VERSION));
	if (!ctl->version) {
		out_member(ctl->out, "module", *v.module ? json_text(v.module) :
			   json_null());
		out_member(ctl->out, "abi", *v.module ? json_integer(v.abi) :
			   json_null());
	}
	out_end(ctl->out);
	if (*v.module)
		out_text(ctl->out, "nf_ikemon %s, interface %u\n", v.module,
			 v.abi);
	return status;
}
