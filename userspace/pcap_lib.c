// SPDX-License-Identifier: GPL-2.0-or-later
#include "pcap_lib.h"

#include <dlfcn.h>
#include <stdbool.h>

/* libpcap's own name for itself, and Debian's. */
static void *load(void)
{
	void *handle = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);

	return handle ?: dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
}

static bool find(void *handle, const char *name, void *function)
{
	/* POSIX has it that a pointer to a function fits. */
	*(void **)function = dlsym(handle, name);
	return *(void **)function;
}

const struct pcap_lib *pcap_lib(void)
{
	static struct pcap_lib lib;
	static bool found;
	void *h;

	if (found)
		return &lib;
	h = load();
	if (!h)
		return NULL;
	found = find(h, "pcap_open_offline_with_tstamp_precision",
		     &lib.open) &&
		find(h, "pcap_datalink", &lib.datalink) &&
		find(h, "pcap_next_ex", &lib.next_ex) &&
		find(h, "pcap_geterr", &lib.geterr) &&
		find(h, "pcap_close", &lib.close);
	return found ? &lib : NULL;
}
