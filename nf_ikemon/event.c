// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"

#include <linux/ktime.h>

#include "netlink.h"
#include "pernet.h"

enum {
	IKEMON_ALARM_MSG = 128,		/* more than an alarm needs */
};

/* IKEMON_GROUPS is one more than the last group of the specification. */
static_assert(IKEMON_NLGRP_SA + 1 == IKEMON_GROUPS);

/* How an event of a group looks; alarms have a way of their own. */
struct event_kind {
	u16 size;	/* more than one needs */
	u8 cmd;
	u8 event;	/* attributes, likewise */
	u8 seq;
	u8 suppressed;
};

static const struct event_kind kinds[IKEMON_GROUPS] = {
	[IKEMON_NLGRP_SESSION] = {
		.size = IKEMON_SESSION_MSG,
		.cmd = IKEMON_CMD_SESSION_NTF,
		.event = IKEMON_A_SESSION_EVENT,
		.seq = IKEMON_A_SESSION_SEQ,
		.suppressed = IKEMON_A_SESSION_SUPPRESSED,
	},
	[IKEMON_NLGRP_SOURCE] = {
		.size = IKEMON_SOURCE_MSG,
		.cmd = IKEMON_CMD_SOURCE_NTF,
		.event = IKEMON_A_SOURCE_EVENT,
		.seq = IKEMON_A_SOURCE_SEQ,
		.suppressed = IKEMON_A_SOURCE_SUPPRESSED,
	},
	[IKEMON_NLGRP_SA] = {
		.size = IKEMON_SA_MSG,
		.cmd = IKEMON_CMD_SA_NTF,
		.event = IKEMON_A_SA_EVENT,
		.seq = IKEMON_A_SA_SEQ,
		.suppressed = IKEMON_A_SA_SUPPRESSED,
	},
};

/* A message, but for what is filled in when it is its turn. */
struct draft {
	struct sk_buff *skb;	/* NULL: an event that is lost */
	void *hdr;
	struct nlattr *seq;
	struct nlattr *suppressed;
};

void ikemon_events_init(struct ikemon_events *events)
{
	memset(events, 0, sizeof(*events));
	spin_lock_init(&events->lock);
}

/* Caller holds rcu_read_lock(). */
static bool heard(struct ikemon_net *inet, unsigned int group)
{
	return ikemon_netlink_up() &&
	       genl_has_listeners(&ikemon_nl_family, inet->net, group);
}

/* Take a token, or count the event as suppressed. */
static bool take_token(struct ikemon_events *events, unsigned int group,
		       u32 rate)
{
	bool ok;

	spin_lock_bh(&events->lock);
	ok = ikemon_bucket_take(&events->bucket, rate, rate, ikemon_now());
	if (!ok) {
		events->group[group].seq++;
		events->group[group].suppressed++;
	}
	spin_unlock_bh(&events->lock);
	return ok;
}

static void suppress(struct ikemon_net *inet, unsigned int group)
{
	struct ikemon_events *events = &inet->events;

	spin_lock_bh(&events->lock);
	events->group[group].seq++;
	events->group[group].suppressed++;
	spin_unlock_bh(&events->lock);
	ikemon_count(inet, EVENTS_SUPPRESSED);
}

/* Is there somebody to tell, and may he be told? rcu_read_lock() held. */
static bool admit(struct ikemon_net *inet, unsigned int group)
{
	if (!heard(inet, group))
		return false;
	if (take_token(&inet->events, group,
		       ikemon_conf_get(inet)->event_rate))
		return true;
	ikemon_count(inet, EVENTS_SUPPRESSED);
	ikemon_alarm_raise(inet, IKEMON_ALARM_EVENTS_LOST);
	return false;
}

static void draft_drop(struct draft *draft)
{
	nlmsg_free(draft->skb);
	draft->skb = NULL;
}

static void draft_init(struct draft *draft, unsigned int group, u8 event)
{
	const struct event_kind *kind = &kinds[group];

	draft->skb = genlmsg_new(kind->size, GFP_ATOMIC);
	if (!draft->skb)
		return;
	/* There is room for these. */
	draft->hdr = genlmsg_put(draft->skb, 0, 0, &ikemon_nl_family, 0,
				 kind->cmd);
	nla_put_u8(draft->skb, kind->event, event);
	draft->seq = nla_reserve(draft->skb, kind->seq, sizeof(u64));
	draft->suppressed = nla_reserve(draft->skb, kind->suppressed,
					sizeof(u32));
}

/*
 * Sends under the lock, so that the order in the socket of a listener is that
 * of the sequence numbers. Takes @draft->skb.
 */
static int draft_send(struct ikemon_net *inet, unsigned int group,
		      const struct draft *draft)
{
	struct ikemon_event_group *said = &inet->events.group[group];
	int err = -ENOMEM;
	u64 seq;

	spin_lock_bh(&inet->events.lock);
	seq = ++said->seq;
	if (draft->skb) {
		memcpy(nla_data(draft->seq), &seq, sizeof(seq));
		memcpy(nla_data(draft->suppressed), &said->suppressed,
		       sizeof(said->suppressed));
		said->suppressed = 0;
		genlmsg_end(draft->skb, draft->hdr);
		err = genlmsg_multicast_netns(&ikemon_nl_family, inet->net,
					      draft->skb, 0, group,
					      GFP_ATOMIC);
	}
	spin_unlock_bh(&inet->events.lock);
	return err;
}

static void count_sent(struct ikemon_net *inet, int err)
{
	if (!err)
		ikemon_count(inet, EVENTS_SENT);
	else if (err != -ESRCH)		/* nobody of this namespace listens */
		ikemon_count(inet, EVENTS_LOST);
}

static int fill_session(struct sk_buff *skb, struct ikemon_net *inet,
			const struct ikemon_session *session, u8 old_state,
			const struct ikemon_endpoint *old_peer)
{
	if ((old_state &&
	     nla_put_u8(skb, IKEMON_A_SESSION_OLD_STATE, old_state)) ||
	    (old_peer &&
	     ikemon_nl_endpoint(skb, IKEMON_A_SESSION_OLD_PEER, old_peer,
				session->family)))
		return -EMSGSIZE;
	return ikemon_session_fill(skb, session, inet->net,
				   ikemon_conf_get(inet));
}

static void session_event(struct ikemon_net *inet,
			  const struct ikemon_session *session,
			  enum ikemon_event event, u8 old_state,
			  const struct ikemon_endpoint *old_peer)
{
	struct draft draft;

	rcu_read_lock();
	if (!admit(inet, IKEMON_NLGRP_SESSION))
		goto unlock;
	draft_init(&draft, IKEMON_NLGRP_SESSION, event);
	if (draft.skb &&
	    WARN_ON_ONCE(fill_session(draft.skb, inet, session, old_state,
				      old_peer)))
		draft_drop(&draft);
	count_sent(inet, draft_send(inet, IKEMON_NLGRP_SESSION, &draft));
unlock:
	rcu_read_unlock();
}

void ikemon_event_session(struct ikemon_net *inet,
			  const struct ikemon_session *session,
			  enum ikemon_event event, u8 old_state)
{
	session_event(inet, session, event, old_state, NULL);
}

void ikemon_event_moved(struct ikemon_net *inet,
			const struct ikemon_session *session,
			const struct ikemon_endpoint *old)
{
	session_event(inet, session, IKEMON_EVENT_MOVED, 0, old);
}

void ikemon_event_source(struct ikemon_net *inet, struct ikemon_source *source,
			 enum ikemon_source_event event)
{
	struct draft draft;

	rcu_read_lock();
	if (!admit(inet, IKEMON_NLGRP_SOURCE))
		goto unlock;
	draft_init(&draft, IKEMON_NLGRP_SOURCE, event);
	if (draft.skb &&
	    WARN_ON_ONCE(ikemon_source_fill(draft.skb, source,
					    ikemon_conf_get(inet))))
		draft_drop(&draft);
	count_sent(inet, draft_send(inet, IKEMON_NLGRP_SOURCE, &draft));
unlock:
	rcu_read_unlock();
}

void ikemon_event_stray(struct ikemon_net *inet,
			const struct ikemon_stray *stray,
			enum ikemon_source_event event, bool may)
{
	struct draft draft;

	rcu_read_lock();
	if (!may && heard(inet, IKEMON_NLGRP_SOURCE))
		suppress(inet, IKEMON_NLGRP_SOURCE);
	if (!may || !admit(inet, IKEMON_NLGRP_SOURCE))
		goto unlock;
	draft_init(&draft, IKEMON_NLGRP_SOURCE, event);
	if (draft.skb && WARN_ON_ONCE(ikemon_stray_fill(draft.skb, stray)))
		draft_drop(&draft);
	count_sent(inet, draft_send(inet, IKEMON_NLGRP_SOURCE, &draft));
unlock:
	rcu_read_unlock();
}

void ikemon_event_sa(struct ikemon_net *inet, const struct ikemon_sa *sa,
		     enum ikemon_sa_event event, __be32 old_spi)
{
	struct draft draft;

	rcu_read_lock();
	if (!admit(inet, IKEMON_NLGRP_SA))
		goto unlock;
	draft_init(&draft, IKEMON_NLGRP_SA, event);
	if (draft.skb &&
	    WARN_ON_ONCE((old_spi &&
			  nla_put_be32(draft.skb, IKEMON_A_SA_OLD_SPI,
				       old_spi)) ||
			 (event == IKEMON_SA_EVENT_NAT_MAPPING &&
			  ikemon_sa_fill_old(draft.skb, sa)) ||
			 ikemon_sa_fill(draft.skb, sa, inet->net)))
		draft_drop(&draft);
	count_sent(inet, draft_send(inet, IKEMON_NLGRP_SA, &draft));
unlock:
	rcu_read_unlock();
}

static int alarm_fill(struct sk_buff *skb, enum ikemon_alarm alarm,
		      bool raised, u64 seq, u32 amount)
{
	void *hdr = genlmsg_put(skb, 0, 0, &ikemon_nl_family, 0,
				IKEMON_CMD_ALARM_NTF);

	if (!hdr || nla_put_u8(skb, IKEMON_A_ALARM_ALARM, alarm) ||
	    nla_put_u8(skb, IKEMON_A_ALARM_RAISED, raised) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_ALARM_SEQ, seq) ||
	    nla_put_u32(skb, IKEMON_A_ALARM_SUPPRESSED, amount) ||
	    ikemon_nl_put_u64(skb, IKEMON_A_ALARM_TIME, ktime_get_real_ns()))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

/* Caller holds the events lock: alarms are rare, their order is that of seq. */
static int alarm_send(struct ikemon_net *inet, enum ikemon_alarm alarm,
		      bool raised, u32 amount)
{
	u64 seq = ++inet->events.group[IKEMON_NLGRP_ALARM].seq;
	struct sk_buff *skb;

	if (!heard(inet, IKEMON_NLGRP_ALARM))
		return -ESRCH;
	skb = genlmsg_new(IKEMON_ALARM_MSG, GFP_ATOMIC);
	if (!skb)
		return -ENOMEM;
	if (WARN_ON_ONCE(alarm_fill(skb, alarm, raised, seq, amount))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	return genlmsg_multicast_netns(&ikemon_nl_family, inet->net, skb, 0,
				       IKEMON_NLGRP_ALARM, GFP_ATOMIC);
}

static void alarm_set(struct ikemon_net *inet, enum ikemon_alarm alarm,
		      bool raised)
{
	struct ikemon_events *events = &inet->events;
	int err = -ESRCH;

	rcu_read_lock();
	spin_lock_bh(&events->lock);
	if (!!(events->raised & BIT(alarm)) != raised) {
		WRITE_ONCE(events->raised, events->raised ^ BIT(alarm));
		err = alarm_send(inet, alarm, raised,
				 atomic_read(&events->amount[alarm]));
		if (!raised)
			atomic_set(&events->amount[alarm], 0);
	}
	spin_unlock_bh(&events->lock);
	rcu_read_unlock();
	count_sent(inet, err);
}

void ikemon_alarm_raise(struct ikemon_net *inet, enum ikemon_alarm alarm)
{
	struct ikemon_events *events = &inet->events;

	/* Under a flood this is all. */
	WRITE_ONCE(events->held[alarm], ktime_get_ns());
	atomic_inc(&events->amount[alarm]);
	if (!(READ_ONCE(events->raised) & BIT(alarm)))
		alarm_set(inet, alarm, true);
}

bool ikemon_alarm_stands(const struct ikemon_net *inet, enum ikemon_alarm alarm)
{
	return READ_ONCE(inet->events.raised) & BIT(alarm);
}

void ikemon_events_tick(struct ikemon_net *inet)
{
	u64 now = ktime_get_ns();
	int i;

	for (i = IKEMON_ALARM_TABLE_FULL; i < IKEMON_ALARMS; i++)
		if (ikemon_alarm_stands(inet, i) &&
		    ikemon_is_past(now, READ_ONCE(inet->events.held[i]),
				   IKEMON_ALARM_HOLD_MS * NSEC_PER_MSEC))
			alarm_set(inet, i, false);
}

void ikemon_events_quiet(struct ikemon_net *inet)
{
	int i;

	for (i = IKEMON_ALARM_TABLE_FULL; i < IKEMON_ALARMS; i++)
		if (ikemon_alarm_stands(inet, i))
			alarm_set(inet, i, false);
}
