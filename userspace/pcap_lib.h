/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpcap, once a capture is to be read. It brings a dozen libraries along
 * (D-Bus, systemd, ciphers, compression), which a tool that runs as root and
 * often has no business to map and to relocate for anything else.
 */
#ifndef PCAP_LIB_H
#define PCAP_LIB_H

#include <pcap/pcap.h>

/**
 * struct pcap_lib - the functions of libpcap that are called, by its own names
 */
struct pcap_lib {
	__typeof__(pcap_open_offline_with_tstamp_precision) *open;
	__typeof__(pcap_datalink) *datalink;
	__typeof__(pcap_next_ex) *next_ex;
	__typeof__(pcap_geterr) *geterr;
	__typeof__(pcap_close) *close;
};

/**
 * pcap_lib() - load it, the first time
 *
 * Return: NULL if it is not there; dlerror() says why.
 */
const struct pcap_lib *pcap_lib(void);

#endif /* PCAP_LIB_H */
