// SPDX-License-Identifier: GPL-2.0-or-later
/* libpcap for a program that is linked statically, and so loads nothing. */
#include "pcap_lib.h"

const struct pcap_lib *pcap_lib(void)
{
	static const struct pcap_lib lib = {
		.open = pcap_open_offline_with_tstamp_precision,
		.datalink = pcap_datalink,
		.next_ex = pcap_next_ex,
		.geterr = pcap_geterr,
		.close = pcap_close,
	};

	return &lib;
}
