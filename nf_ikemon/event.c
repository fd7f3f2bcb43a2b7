// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"

#include <linux/ktime.h>
#include <linux/math64.h>

#include "netlink.h"
#include "pernet.h"

enum {
	IKEMON_ALARM_MSG = 128,		/* more than an alarm needs */
};

/* What is filled in when it is a message's turn. */
struct draft {
	struct sk_buff *skb;
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

static void refill(struct ikemon_events *events, u32 rate, u64 now)
{
	u64 elapsed = now - events->refill;
	u64 add;

	if (elapsed >= NSEC_PER_SEC) {
		events->tokens = rate;
		events->refill = now;
		return;
	}
	/* Time that made no whole token stays to be counted. */
	add = div_u64(elapsed * rate, NSEC_PER_SEC);
	events->refill += div_u64(add * NSEC_PER_SEC, rate);
	events->tokens = min_t(u64, events->tokens + add, rate);
}

/* Take a token, or count the event as suppressed. */
static bool admit(struct ikemon_events *events, u32 rate)
{
	u64 now = ktime_get_ns();
	bool ok;

	spin_lock_bh(&events->lock);
	refill(events, max(rate, 1U), now);
	ok = events->tokens;
	if (ok) {
		events->tokens--;
	} else {
		events->session_seq++;
		events->suppressed++;
	}
	spin_unlock_bh(&events->lock);
	return ok;
}

static int session_fill(struct draft *draft,
			const struct ikemon_session *session,
			struct net *net, const struct ikemon_conf *conf,
			enum ikemon_event event, u8 old_state)
{
	struct sk_buff *skb = draft->skb;
	void *hdr;

	hdr = genlmsg_put(skb, 0, 0, &ikemon_nl_family, 0,
			  IKEMON_CMD_SESSION_NTF);
	if (!hdr || nla_put_u8(skb, IKEMON_A_SESSION_EVENT, event) ||
	    (event == IKEMON_EVENT_STATE &&
	     nla_put_u8(skb, IKEMON_A_SESSION_OLD_STATE, old_state)))
		return -EMSGSIZE;
	draft->seq = nla_reserve(skb, IKEMON_A_SESSION_SEQ, sizeof(u64));
	draft->suppressed = nla_reserve(skb, IKEMON_A_SESSION_SUPPRESSED,
					sizeof(u32));
	if (!draft->seq || !draft->suppressed ||
	    ikemon_session_fill(skb, session, net, conf))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

static int session_draft(struct draft *draft,
			 const struct ikemon_session *session,
			 struct net *net, const struct ikemon_conf *conf,
			 enum ikemon_event event, u8 old_state)
{
	int err;

	draft->skb = genlmsg_new(IKEMON_SESSION_MSG, GFP_ATOMIC);
	if (!draft->skb)
		return -ENOMEM;
	err = session_fill(draft, session, net, conf, event, old_state);
	if (WARN_ON_ONCE(err))
		nlmsg_free(draft->skb);
	return err;
}

/*
 * Sends under the lock, so that the order in the socket of a listener is that
 * of the sequence numbers. Takes @draft->skb; NULL is an event that was lost.
 */
static int session_send(struct ikemon_net *inet, const struct draft *draft)
{
	struct ikemon_events *events = &inet->events;
	int err = -ENOMEM;
	u64 seq;

	spin_lock_bh(&events->lock);
	seq = ++events->session_seq;
	if (draft->skb) {
		memcpy(nla_data(draft->seq), &seq, sizeof(seq));
		memcpy(nla_data(draft->suppressed), &events->suppressed,
		       sizeof(events->suppressed));
		events->suppressed = 0;
		err = genlmsg_multicast_netns(&ikemon_nl_family, inet->net,
					      draft->skb, 0,
					      IKEMON_NLGRP_SESSION,
					      GFP_ATOMIC);
	}
	spin_unlock_bh(&events->lock);
	return err;
}

void ikemon_event_session(struct ikemon_net *inet,
			  const struct ikemon_session *session,
			  enum ikemon_event event, u8 old_state)
{
	const struct ikemon_conf *conf;
	struct draft draft;
	int err;

	rcu_read_lock();
	if (!heard(inet, IKEMON_NLGRP_SESSION))
		goto unlock;
	conf = ikemon_conf_get(inet);
	if (!admit(&inet->events, conf->event_rate)) {
		ikemon_count(inet, EVENTS_SUPPRESSED);
		ikemon_alarm_raise(inet, IKEMON_ALARM_EVENTS_LOST);
		goto unlock;
	}
	if (session_draft(&draft, session, inet->net, conf, event, old_state))
		draft.skb = NULL;
	err = session_send(inet, &draft);
	if (!err)
		ikemon_count(inet, EVENTS_SENT);
	else if (err != -ESRCH)		/* nobody of this namespace listens */
		ikemon_count(inet, EVENTS_LOST);
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
	u64 seq = ++inet->events.alarm_seq;
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
	if (!err)
		ikemon_count(inet, EVENTS_SENT);
	else if (err != -ESRCH)
		ikemon_count(inet, EVENTS_LOST);
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

void ikemon_events_tick(struct ikemon_net *inet)
{
	u64 now = ktime_get_ns();
	u64 held;
	int i;

	for (i = IKEMON_ALARM_TABLE_FULL; i <= IKEMON_ALARM_EVENTS_LOST; i++) {
		held = READ_ONCE(inet->events.held[i]);
		if (READ_ONCE(inet->events.raised) & BIT(i) &&
		    now - held >= IKEMON_ALARM_HOLD_MS * NSEC_PER_MSEC)
			alarm_set(inet, i, false);
	}
}
