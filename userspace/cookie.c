// SPDX-License-Identifier: GPL-2.0-or-later
/* "cookie test": which COOKIE mode the running daemon takes. */
#include <errno.h>
#include <string.h>

#include "args.h"
#include "listener.h"
#include "names.h"
#include "probe.h"
#include "subcommands.h"

enum {
	PORT_IKE	= 500,
	SECONDS		= 2,
	SECONDS_MAX	= 60,
	COOKIE_TEXT	= 512,
};

/**
 * struct advice - what a verdict means
 * @mode: value of the key "cookie"
 * @because: what the daemon does
 * @else_do: what would make it better, NULL for nothing
 */
struct advice {
	uint8_t mode;
	const char *because;
	const char *else_do;
};

static const struct advice advices[] = {
	[PROBE_IGNORES] = {
		IKEMON_COOKIE_MODE_PASSTHROUGH,
		"it takes a request with a cookie that is not its own",
		NULL,
	},
	[PROBE_RETRIES] = {
		IKEMON_COOKIE_MODE_PASSTHROUGH,
		"it demands its own in place of a cookie that is not, and takes that",
		NULL,
	},
	[PROBE_DEMANDS] = {
		IKEMON_COOKIE_MODE_TWOSTAGE,
		"it drops a cookie that is not its own, and demands its own of everybody",
		"it must go on demanding cookies; with Libreswan, ddos-mode=busy",
	},
	[PROBE_REJECTS] = {
		IKEMON_COOKIE_MODE_OFF,
		"it drops a cookie that is not its own, and demands none",
		"with Libreswan set ddos-mode=busy in \"config setup\" (at once: ipsec whack --ddos-busy) and test again; twostage would then be right",
	},
	[PROBE_BROKEN] = {
		IKEMON_COOKIE_MODE_OFF,
		"it demands a cookie of its own and does not take it",
		NULL,
	},
};

static const char * const step_names[PROBE_STEPS] = {
	[PROBE_PLAIN] = "plain", [PROBE_PLAIN_OWN] = "plain-own",
	[PROBE_FOREIGN] = "foreign", [PROBE_FOREIGN_OWN] = "foreign-own",
	[PROBE_CONTROL] = "control",
};

static const char * const step_texts[PROBE_STEPS] = {
	[PROBE_PLAIN] = "without a cookie",
	[PROBE_PLAIN_OWN] = "again, with the daemon's cookie",
	[PROBE_FOREIGN] = "with a foreign cookie",
	[PROBE_FOREIGN_OWN] = "again, with the daemon's cookie",
	[PROBE_CONTROL] = "once more without a cookie",
};

static const char * const outcome_names[] = {
	[PROBE_SILENCE] = "silence", [PROBE_CLOSED] = "closed",
	[PROBE_COOKIE] = "cookie", [PROBE_ANSWERED] = "answered",
};

static const char *notify_text(const struct probe_try *try,
			       char buf[NAME_LEN])
{
	return try->notify ? name_notify(2, try->notify, buf) : "SA";
}

static void text_outcome(const struct probe_try *try, char *buf, size_t size)
{
	char name[NAME_LEN];

	switch (try->outcome) {
	case PROBE_COOKIE:
		snprintf(buf, size, "it demands its own cookie, of %u octets",
			 try->cookie_len);
		break;
	case PROBE_ANSWERED:
		snprintf(buf, size, "it answers: %s", notify_text(try, name));
		break;
	case PROBE_CLOSED:
		snprintf(buf, size, "nobody listens");
		break;
	default:
		snprintf(buf, size, "silence, sent %u times in %u ms",
			 try->sent, try->ms);
	}
}

static json_t *json_try(unsigned int i, const struct probe_try *try)
{
	bool answered = try->outcome == PROBE_ANSWERED;
	char name[NAME_LEN];

	return json_pack("{s:s, s:s, s:o, s:o, s:i, s:i}",
			 "request", step_names[i],
			 "outcome", outcome_names[try->outcome],
			 "answer", answered ?
			 json_text(notify_text(try, name)) : json_null(),
			 "cookie_len", try->outcome == PROBE_COOKIE ?
			 json_integer(try->cookie_len) : json_null(),
			 "sent", try->sent, "ms", (int)try->ms);
}

static void command_text(const struct ctl *ctl, const char *mode,
			 char buf[COOKIE_TEXT])
{
	snprintf(buf, COOKIE_TEXT, "ikemonctl %s%s%sconfig set cookie %s",
		 ctl->netns ? "-n " : "", ctl->netns ? ctl->netns : "",
		 ctl->netns ? " " : "", mode);
}

static void show_json(const struct ctl *ctl, const struct endpoint *to,
		      const struct probe *probe, const struct advice *advice)
{
	json_t *o = json_object(), *list = json_array();
	char mode[NAME_LEN], command[COOKIE_TEXT];
	const struct probe_try *try;
	const char *word;
	unsigned int i;

	for (i = 0; i < PROBE_STEPS; i++) {
		try = &probe->step[i];
		if (try->outcome != PROBE_NOT_ASKED)
			json_array_append_new(list, json_try(i, try));
	}
	word = name_of(NAME_COOKIE, advice->mode, mode);
	command_text(ctl, word, command);
	json_object_set_new(o, "daemon", json_endpoint(to));
	json_object_set_new(o, "recommended", json_text(word));
	json_object_set_new(o, "because", json_text(advice->because));
	json_object_set_new(o, "advice", advice->else_do ?
			    json_text(advice->else_do) : json_null());
	json_object_set_new(o, "command", json_text(command));
	json_object_set_new(o, "evidence", list);
	out_line(ctl->out, o);
}

static void show_text(const struct ctl *ctl, const struct endpoint *to,
		      const struct probe *probe, const struct advice *advice)
{
	char text[COOKIE_TEXT], mode[NAME_LEN];
	struct out *out = ctl->out;
	const char *word;
	unsigned int i;

	text_endpoint(to, text);
	out_text(out, "asked %s\n", text);
	for (i = 0; i < PROBE_STEPS; i++) {
		if (probe->step[i].outcome == PROBE_NOT_ASKED)
			continue;
		text_outcome(&probe->step[i], text, sizeof(text));
		out_text(out, "  %-32s %s\n", step_texts[i], text);
	}
	word = name_of(NAME_COOKIE, advice->mode, mode);
	command_text(ctl, word, text);
	out_text(out, "recommended: %s\n  %s\n", word, advice->because);
	if (advice->else_do)
		out_text(out, "  %s\n", advice->else_do);
	out_text(out, "  to set it: %s\n", text);
}

/* No recommendation: say how far it got. */
static int no_answer(const struct endpoint *to, const struct probe *probe)
{
	const struct probe_try *plain = &probe->step[PROBE_PLAIN];
	char at[TEXT_ENDPOINT];

	text_endpoint(to, at);
	if (plain->outcome == PROBE_CLOSED)
		complain("nobody listens at %s; start the IKE daemon, or name the ADDRESS it listens at",
			 at);
	else if (plain->outcome == PROBE_SILENCE)
		complain("the daemon at %s answers nothing, asked %u times in %u ms; if it answers only peers that it knows, ask from one of those, else wait longer with -t",
			 at, plain->sent, plain->ms);
	else
		complain("the daemon at %s answered at first and then no longer; test again when it does",
			 at);
	return CTL_KERNEL;
}

static int cannot_ask(const struct endpoint *to, int err)
{
	char at[TEXT_ENDPOINT];

	text_endpoint(to, at);
	if (err == EADDRINUSE)
		complain("cannot ask %s from this host, whose address it is; an IPv4 address, ::1 or another network namespace would be right",
			 at);
	else
		complain("cannot ask %s: %s", at, strerror(err));
	return CTL_KERNEL;
}

static int find_daemon(struct endpoint *to)
{
	if (listener_find(PORT_IKE, to))
		return CTL_OK;
	complain("nobody listens on UDP port %u in this network namespace; start the IKE daemon, or name the ADDRESS it listens at",
		 PORT_IKE);
	return CTL_KERNEL;
}

static int read_words(struct ctl *ctl, struct rest *rest, struct endpoint *to,
		      uint32_t *seconds)
{
	static const char right[] =
		"an address such as 192.0.2.1:4500 or [2001:db8::1],";
	const char *word = next_word(rest);

	*seconds = SECONDS;
	if (ctl->wait && !arg_seconds(ctl->wait, 1, SECONDS_MAX, seconds))
		return wrong_value("-t", ctl->wait, "1s to 60s");
	if (word && !arg_endpoint(word, PORT_IKE, to))
		return wrong_value("the address", word, right);
	return no_more(rest->argc, rest->argv);
}

int cookie_test(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	struct endpoint to = { 0 };
	enum probe_verdict verdict;
	struct probe probe;
	uint32_t seconds;
	int status, err;

	status = read_words(ctl, &rest, &to, &seconds);
	if (status == CTL_OK && !to.family)
		status = find_daemon(&to);
	if (status != CTL_OK)
		return status;
	err = probe_run(&to, seconds, &probe);
	if (err)
		return cannot_ask(&to, err);
	verdict = probe_judge(&probe);
	if (verdict == PROBE_UNKNOWN)
		return no_answer(&to, &probe);
	if (out_json(ctl->out))
		show_json(ctl, &to, &probe, &advices[verdict]);
	else
		show_text(ctl, &to, &probe, &advices[verdict]);
	return CTL_OK;
}
