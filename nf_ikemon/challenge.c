// SPDX-License-Identifier: GPL-2.0-only
#include "challenge.h"

#include "packet.h"
#include "pernet.h"
#include "reply.h"
#include "track.h"

void ikemon_challenge_send(const struct ikemon_packet *p,
			   const struct ikemon_meet *meet)
{
	const struct ikemon_reply to = {
		.net = p->state->net, .skb = p->skb, .in = p->state->in,
		.thoff = p->thoff, .family = p->family,
	};
	const struct ikemon_guard_secrets *secrets;
	u8 buf[IKEMON_COOKIE_ANSWER_MAX] __uninitialized;
	u8 cookie[IKEMON_COOKIE_LEN];
	u32 len;

	if (!ikemon_reply_may(&to)) {
		ikemon_count(p->inet, COOKIES_FAILED);
		return;
	}
	if (!ikemon_guard_take(&p->run->guard, IKEMON_GUARD_COOKIE,
			       p->conf->cookie_rate, meet->now)) {
		ikemon_count(p->inet, COOKIES_CAPPED);
		return;
	}
	secrets = rcu_dereference(p->run->guard.secrets);
	ikemon_cookie_make(&secrets->secrets, (const u8 *)&p->src.addr,
			   p->family, meet->pkt->spi_i, cookie);
	len = ikemon_cookie_answer(buf, sizeof(buf), meet->pkt, cookie);
	if (ikemon_reply_send(&to, buf, len))
		ikemon_count(p->inet, COOKIES_FAILED);
	else
		ikemon_count(p->inet, COOKIES_SENT);
}

void ikemon_challenge_strip(const struct ikemon_packet *p,
			    const struct ikemon_meet *meet)
{
	struct ikemon_strip strip;

	if (!ikemon_cookie_strip(meet->view, meet->pkt, &strip))
		return;
	if (!ikemon_reply_strip(p->skb, p->thoff, p->family, meet->pkt->marker,
				&strip))
		ikemon_count(p->inet, COOKIES_STRIPPED);
}
