// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>
#include <linux/genetlink.h>

#include "args.h"
#include "names.h"
#include "sa_view.h"
#include "session_view.h"
#include "source_view.h"
#include "subcommands.h"
#include "wire.h"

enum { ALL_GROUPS = (1 << NL_GROUPS) - 1 };

/**
 * struct watch - a run of monitor
 * @seq: last sequence number, by group; valid if @began
 * @left: events still wanted, if @limited
 * @incomplete: something was lost
 */
struct watch {
	struct out *out;
	uint64_t seq[NL_GROUPS];
	bool began[NL_GROUPS];
	uint32_t left;
	bool limited;
	bool incomplete;
};

/* JSON of any event begins like this. */
static json_t *json_event(const char *event)
{
	return json_pack("{s:o, s:s}", "time", json_time(now_ns()), "event",
			 event);
}

static void text_event(struct out *out, const char *event)
{
	char when[TEXT_TIME];

	text_time(now_ns(), when);
	out_text(out, "%s %-9s", when, event);
}

/* @count 0: nobody knows how many. */
static void put_lost(struct watch *w, const char *group, uint64_t count,
		     uint32_t suppressed)
{
	json_t *json;

	w->incomplete = true;
	if (out_json(w->out)) {
		json = json_event("lost");
		json_object_set_new(json, "group", group ? json_string(group) :
				    json_null());
		json_object_set_new(json, "count", count ?
				    json_integer(count) : json_null());
		json_object_set_new(json, "suppressed",
				    json_integer(suppressed));
		out_line(w->out, json);
		return;
	}
	text_event(w->out, "lost");
	if (!count)
		out_text(w->out, " events, how many is not known; \"ikemonctl session show\" shows what is\n");
	else
		out_text(w->out, " %" PRIu64 " %s events, %u of them by the event rate; \"ikemonctl session show\" shows what is\n",
			 count, group, suppressed);
}

/* A gap in the numbers is a loss; it is said before the event behind it. */
static void check_seq(struct watch *w, unsigned int group, const char *name,
		      uint64_t seq, uint32_t suppressed)
{
	uint64_t gap = 0;

	if (w->began[group] && seq > w->seq[group] + 1)
		gap = seq - w->seq[group] - 1;
	if (w->began[group] && gap < suppressed)
		gap = suppressed;
	w->began[group] = true;
	w->seq[group] = seq;
	if (gap)
		put_lost(w, name, gap, suppressed);
}

static void text_session(struct out *out, const struct event_model *e)
{
	char from[TEXT_ENDPOINT], to[TEXT_ENDPOINT];
	char old[NAME_LEN], now[NAME_LEN], why[NAME_LEN];
	const struct session_model *s = &e->session;

	text_endpoint(&s->initiator, from);
	text_endpoint(&s->responder, to);
	out_text(out, " session %" PRIu64 " IKEv%u %s -> %s ", s->id,
		 s->version, from, to);
	if (e->old_state)
		out_text(out, "%s -> ", name_of(NAME_STATE, e->old_state, old));
	out_text(out, "%s", name_of(NAME_STATE, s->state, now));
	if (s->reason)
		out_text(out, " (%s)", name_of(NAME_REASON, s->reason, why));
	else if (s->proof)
		out_text(out, " (proof %s)",
			 name_of(NAME_PROOF, s->proof, why));
	if (s->child == IKEMON_CHILD_MISSING)
		out_text(out, ", no SA came of it");
	if (e->old_peer.family) {
		text_endpoint(&e->old_peer, from);
		out_text(out, ", peer was %s", from);
	}
	out_text(out, "\n");
}

static void put_session(struct watch *w, const struct event_model *e)
{
	char name[NAME_LEN], old[NAME_LEN];
	json_t *json;

	check_seq(w, 0, IKEMON_MCGRP_SESSION, e->seq, e->suppressed);
	if (!out_json(w->out)) {
		text_event(w->out, name_of(NAME_EVENT, e->event, name));
		text_session(w->out, e);
		return;
	}
	json = json_event(name_of(NAME_EVENT, e->event, name));
	json_object_set_new(json, "old_state", e->old_state ?
			    json_text(name_of(NAME_STATE, e->old_state, old)) :
			    json_null());
	json_object_set_new(json, "old_peer", json_endpoint(&e->old_peer));
	json_object_set_new(json, "seq", json_integer(e->seq));
	json_object_set_new(json, "suppressed", json_integer(e->suppressed));
	json_object_set_new(json, "session", session_json(&e->session));
	out_line(w->out, json);
}

/* Of the others it only says how often they were raised again. */
static bool counts_losses(unsigned int alarm)
{
	return alarm == IKEMON_ALARM_TABLE_FULL ||
	       alarm == IKEMON_ALARM_EVENTS_LOST;
}

static void text_alarm(struct out *out, const struct alarm_model *a)
{
	const char *means = name_alarm_means(a->alarm);
	char name[NAME_LEN];

	text_event(out, "alarm");
	out_paint(out, a->raised ? OUT_BAD : OUT_GOOD, " %s %s",
		  name_of(NAME_ALARM, a->alarm, name),
		  a->raised ? "raised" : "cleared");
	if (a->raised && *means)
		out_text(out, ": %s", means);
	if (a->suppressed && counts_losses(a->alarm))
		out_text(out, ", %u refused or lost", a->suppressed);
	out_text(out, "\n");
}

static void put_alarm(struct watch *w, const struct alarm_model *a)
{
	char name[NAME_LEN];
	json_t *json;

	check_seq(w, 1, IKEMON_MCGRP_ALARM, a->seq, 0);
	if (!out_json(w->out)) {
		text_alarm(w->out, a);
		return;
	}
	json = json_event("alarm");
	json_object_set_new(json, "alarm",
			    json_text(name_of(NAME_ALARM, a->alarm, name)));
	json_object_set_new(json, "raised", json_boolean(a->raised));
	json_object_set_new(json, "since", json_time(a->time));
	json_object_set_new(json, "seq", json_integer(a->seq));
	json_object_set_new(json, "suppressed", json_integer(a->suppressed));
	out_line(w->out, json);
}

static void text_source(struct out *out, const struct source_event_model *e)
{
	const struct source_model *s = &e->source;
	char prefix[TEXT_ENDPOINT], text[SOURCE_TEXT];

	text_prefix(&s->prefix, prefix);
	out_text(out, " source %s", prefix);
	if (s->blocked_until && e->event == IKEMON_SOURCE_EVENT_BLOCKED) {
		source_blocked(s, text);
		out_text(out, " %s", text);
	}
	if (s->block_class == IKEMON_OFFENCE_UNKNOWN_SPI)
		out_text(out, ", %u unknown SPIs\n", s->score);
	else
		out_text(out, ", %u sessions, %u half-open, score %u\n",
			 s->sessions, s->half_open, s->score);
}

static void put_source(struct watch *w, const struct source_event_model *e)
{
	char name[NAME_LEN];
	json_t *json;

	check_seq(w, 2, IKEMON_MCGRP_SOURCE, e->seq, e->suppressed);
	if (!out_json(w->out)) {
		text_event(w->out, name_of(NAME_SOURCE_EVENT, e->event, name));
		text_source(w->out, e);
		return;
	}
	json = json_event(name_of(NAME_SOURCE_EVENT, e->event, name));
	json_object_set_new(json, "seq", json_integer(e->seq));
	json_object_set_new(json, "suppressed", json_integer(e->suppressed));
	json_object_set_new(json, "source", source_json(&e->source));
	out_line(w->out, json);
}

static void text_sa(struct out *out, const struct sa_event_model *e)
{
	char text[SA_TEXT], end[TEXT_ENDPOINT], span[TEXT_SPAN];

	sa_line(&e->sa, text);
	out_text(out, " sa %s", text);
	if (e->old_spi)
		out_text(out, ", in place of %08x", e->old_spi);
	if (e->event == IKEMON_SA_EVENT_FIRST_PACKET) {
		text_span(e->sa.silence.first_after, span);
		out_text(out, ", %s after it was made", span);
	}
	if (e->event == IKEMON_SA_EVENT_ONE_WAY) {
		text_span(e->sa.silence.silent, span);
		out_text(out, ", silent for %s while the other way is used",
			 span);
	}
	if (e->old_peer.family) {
		text_endpoint(&e->old_peer, end);
		out_text(out, ", peer was %s, is at port %u", end,
			 e->sa.dir == IKEMON_SA_DIR_OUT ? e->sa.encap_dport :
							  e->sa.encap_sport);
	}
	out_text(out, "\n");
}

static void put_sa(struct watch *w, const struct sa_event_model *e)
{
	char name[NAME_LEN];
	json_t *json;

	check_seq(w, 3, IKEMON_MCGRP_SA, e->seq, e->suppressed);
	if (!out_json(w->out)) {
		text_event(w->out, name_of(NAME_SA_EVENT, e->event, name));
		text_sa(w->out, e);
		return;
	}
	json = json_event(name_of(NAME_SA_EVENT, e->event, name));
	json_object_set_new(json, "old_spi", e->old_spi ?
			    json_spi(e->old_spi) : json_null());
	json_object_set_new(json, "old_peer", json_endpoint(&e->old_peer));
	json_object_set_new(json, "seq", json_integer(e->seq));
	json_object_set_new(json, "suppressed", json_integer(e->suppressed));
	json_object_set_new(json, "sa", sa_json(&e->sa));
	out_line(w->out, json);
}

static bool put_event(struct watch *w, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct source_event_model source;
	struct sa_event_model sa;
	struct event_model event;
	struct alarm_model alarm;
	const void *attrs;
	size_t len;

	attrs = nl_attrs(nlh, &len);
	switch (genl->cmd) {
	case IKEMON_CMD_SESSION_NTF:
		if (!wire_event(attrs, len, &event))
			return false;
		put_session(w, &event);
		return true;
	case IKEMON_CMD_ALARM_NTF:
		if (!wire_alarm(attrs, len, &alarm))
			return false;
		put_alarm(w, &alarm);
		return true;
	case IKEMON_CMD_SOURCE_NTF:
		if (!wire_source_event(attrs, len, &source))
			return false;
		put_source(w, &source);
		return true;
	case IKEMON_CMD_SA_NTF:
		if (!wire_sa_event(attrs, len, &sa))
			return false;
		put_sa(w, &sa);
		return true;
	default:
		/* Of a newer module; what it says is nothing we know of. */
		return true;
	}
}

static int take(const struct nlmsghdr *nlh, void *data)
{
	struct watch *w = data;

	if (!nlh)
		put_lost(w, NULL, 0, 0);
	else if (!put_event(w, nlh))
		return nl_malformed();
	if (!out_flush(w->out))
		return CTL_PARTIAL;
	if (nlh && w->limited && !--w->left)
		return NL_STOP;
	return CTL_OK;
}

static const struct {
	const char *word;
	unsigned int groups;
} group_words[] = {
	{ "session", NL_GROUP_SESSION },
	{ "source", NL_GROUP_SOURCE },
	{ "sa", NL_GROUP_SA },
	{ "alarm", NL_GROUP_ALARM },
	{ "all", ALL_GROUPS },
};

static int read_max(const char *word, const char *value, struct watch *w)
{
	if (w->limited)
		return given_twice(word);
	w->limited = true;
	return count_word(word, value, &w->left);
}

static int read_group(const char *word, unsigned int *groups)
{
	unsigned int i;

	if (*groups)
		return unknown_word(word, "nothing more, or max,");
	for (i = 0; i < ARRAY_SIZE(group_words); i++)
		if (!strcmp(word, group_words[i].word))
			*groups = group_words[i].groups;
	if (*groups)
		return CTL_OK;
	return unknown_word(word, "session, source, sa, alarm, all or max");
}

static int read_words(struct rest *rest, unsigned int *groups,
		      struct watch *w)
{
	int status = CTL_OK;
	const char *word;

	while (status == CTL_OK && (word = next_word(rest)))
		status = !strcmp(word, "max") ?
			 read_max(word, next_word(rest), w) :
			 read_group(word, groups);
	if (!*groups)
		*groups = ALL_GROUPS;
	return status;
}

int monitor(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct watch w = { .out = ctl->out };
	unsigned int groups = 0;
	int status;

	status = read_words(&rest, &groups, &w);
	if (status == CTL_OK)
		status = ctl_nl(ctl);
	if (status == CTL_OK)
		status = nl_listen(ctl->nl, groups, take, &w);
	return status == CTL_OK && w.incomplete ? CTL_PARTIAL : status;
}
