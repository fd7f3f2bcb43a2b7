/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_ikemon

#if !defined(IKEMON_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IKEMON_TRACE_H

#include <linux/tracepoint.h>
#include <net/net_namespace.h>

#include "session.h"

/* A session entered a state; @old is 0 when it entered the table. */
TRACE_EVENT(ikemon_session_state,
	TP_PROTO(const struct net *net, const struct ikemon_session *s, u8 old),
	TP_ARGS(net, s, old),
	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(u64, id)
		__field(u64, spi_i)
		__field(u64, spi_r)
		__field(u8, old)
		__field(u8, state)
		__field(u8, proof)
		__field(u8, reason)
	),
	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->id = s->id;
		__entry->spi_i = s->spi_i;
		__entry->spi_r = s->spi_r;
		__entry->old = old;
		__entry->state = s->neg.state;
		__entry->proof = s->neg.proof;
		__entry->reason = s->neg.reason;
	),
	TP_printk("netns=%u id=%llu spi_i=%016llx spi_r=%016llx old=%u state=%u proof=%u reason=%u",
		  __entry->netns, __entry->id, __entry->spi_i, __entry->spi_r,
		  __entry->old, __entry->state, __entry->proof,
		  __entry->reason)
);

/* A datagram on a watched port was judged. */
TRACE_EVENT(ikemon_verdict,
	TP_PROTO(const struct net *net, const struct ikemon_pkt *pkt, bool out,
		 u8 verdict),
	TP_ARGS(net, pkt, out, verdict),
	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(u64, spi_i)
		__field(u64, spi_r)
		__field(u32, message_id)
		__field(u32, length)
		__field(u8, class)
		__field(u8, bad)
		__field(u8, version)
		__field(u8, exchange)
		__field(u8, flags)
		__field(bool, out)
		__field(u8, verdict)
	),
	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->spi_i = pkt->spi_i;
		__entry->spi_r = pkt->spi_r;
		__entry->message_id = pkt->message_id;
		__entry->length = pkt->length;
		__entry->class = pkt->class;
		__entry->bad = pkt->bad;
		__entry->version = pkt->version;
		__entry->exchange = pkt->exchange;
		__entry->flags = pkt->flags;
		__entry->out = out;
		__entry->verdict = verdict;
	),
	TP_printk("netns=%u %s class=%u bad=%u v%u exchange=%u flags=%02x id=%u len=%u spi_i=%016llx spi_r=%016llx verdict=%u",
		  __entry->netns, __entry->out ? "out" : "in", __entry->class,
		  __entry->bad, __entry->version, __entry->exchange,
		  __entry->flags, __entry->message_id, __entry->length,
		  __entry->spi_i, __entry->spi_r, __entry->verdict)
);

/* The expiry worker held a CPU so long, and looked at so many buckets. */
TRACE_EVENT(ikemon_gc,
	TP_PROTO(const struct net *net, u64 ns, u32 buckets, bool complete),
	TP_ARGS(net, ns, buckets, complete),
	TP_STRUCT__entry(
		__field(u64, ns)
		__field(unsigned int, netns)
		__field(u32, buckets)
		__field(bool, complete)
	),
	TP_fast_assign(
		__entry->ns = ns;
		__entry->netns = net->ns.inum;
		__entry->buckets = buckets;
		__entry->complete = complete;
	),
	TP_printk("netns=%u ns=%llu buckets=%u complete=%u", __entry->netns,
		  __entry->ns, __entry->buckets, __entry->complete)
);

#endif /* IKEMON_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
