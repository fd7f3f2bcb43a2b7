// SPDX-License-Identifier: GPL-2.0-or-later
/* "read": what the module would say of a capture. */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "args.h"
#include "capture.h"
#include "names.h"
#include "pcap_lib.h"
#include "read.h"
#include "replay.h"
#include "session_view.h"
#include "subcommands.h"
#include "summary.h"

enum {
	SESSIONS_DEFAULT = 1 << 20,
	PORT_WORD	 = 32,
};

/* One run of the subcommand. */
struct reading {
	struct out *out;
	const char *file;
	bool messages;
	uint32_t max_sessions;
	struct port_model port[MODEL_PORTS];
	unsigned int n_ports;
	struct summary *summary;
	struct replay *replay;
	read_session take;	/* gets the sessions, nothing is shown */
	void *ctx;
};

static const struct port_model *find_port(const struct reading *r,
					  uint16_t port)
{
	unsigned int i;

	for (i = 0; i < r->n_ports; i++)
		if (r->port[i].port == port)
			return &r->port[i];
	return NULL;
}

static bool watched(const void *ctx, uint16_t port)
{
	return find_port(ctx, port);
}

/* Where it goes says what it is; an answer goes anywhere. */
static const struct port_model *port_of(const struct reading *r,
					uint16_t sport, uint16_t dport)
{
	const struct port_model *port = find_port(r, dport);

	return port ? port : find_port(r, sport);
}

static void take_udp(void *ctx, const struct datagram *d)
{
	struct ikemon_view view = {
		.head = d->data, .head_len = d->len, .len = d->len,
		.partial = d->partial,
	};
	const struct port_model *port;
	struct reading *r = ctx;
	struct ikemon_pkt pkt;

	port = port_of(r, d->src.port, d->dst.port);
	if (!port)
		return;
	ikemon_parse(&view, port->kind == IKEMON_PORT_KIND_NATT, &pkt);
	summary_take(r->summary, d, &view, &pkt);
	if (pkt.class == IKEMON_CLASS_IKE)
		replay_message(r->replay, d, &pkt, watched, r);
	if (r->messages && is_message(&pkt))
		message_put(r->out, d, &view, &pkt);
}

static void take_tcp(void *ctx, uint16_t sport, uint16_t dport)
{
	struct reading *r = ctx;

	if (port_of(r, sport, dport))
		summary_other(r->summary);
}

static int port_word(struct reading *r, const char *value)
{
	static const char right[] =
		"a port and what it carries, 500/ike or 4500/natt,";
	struct port_model *port = &r->port[r->n_ports];
	char word[PORT_WORD];
	unsigned int kind;
	char *slash;

	if (!value)
		return no_value("--port", right);
	if (strlen(value) >= sizeof(word))
		return wrong_value("--port", value, right);
	strcpy(word, value);
	slash = strchr(word, '/');
	if (!slash)
		return wrong_value("--port", value, right);
	*slash = '\0';
	if (r->n_ports == MODEL_PORTS)
		return wrong_value("--port", value, "no more than 16 ports");
	if (!arg_port(word, &port->port) ||
	    !name_value(NAME_PORT_KIND, slash + 1, &kind))
		return wrong_value("--port", value, right);
	if (find_port(r, port->port))
		return given_twice(value);
	port->kind = kind;
	r->n_ports++;
	return CTL_OK;
}

static int word(struct reading *r, const char *name, struct rest *rest)
{
	if (!strcmp(name, "--messages")) {
		r->messages = true;
		return CTL_OK;
	}
	if (!strcmp(name, "--port"))
		return port_word(r, next_word(rest));
	if (!strcmp(name, "--max-sessions"))
		return count_word(name, next_word(rest), &r->max_sessions);
	if (!strncmp(name, "--", 2))
		return unknown_word(name,
				    "--messages, --port, --max-sessions or a file");
	if (r->file)
		return unknown_word(name, "nothing more");
	r->file = name;
	return CTL_OK;
}

static void usual_ports(struct reading *r)
{
	r->port[r->n_ports++] = (struct port_model){
		500, IKEMON_PORT_KIND_IKE };
	r->port[r->n_ports++] = (struct port_model){
		4500, IKEMON_PORT_KIND_NATT };
}

static int words(struct reading *r, int argc, char **argv)
{
	struct rest rest = { argc, argv };
	int status = CTL_OK;
	const char *name;

	while (status == CTL_OK && (name = next_word(&rest)))
		status = word(r, name, &rest);
	if (status == CTL_OK && !r->file)
		status = no_value("read", "a capture file, pcap or pcapng,");
	if (status == CTL_OK && !r->n_ports)
		usual_ports(r);
	return status;
}

static void give_sessions(const struct reading *r)
{
	struct session_model model;
	uint64_t i;

	for (i = 0; replay_session(r->replay, i, &model); i++)
		r->take(r->ctx, &model);
}

static void show_sessions(const struct reading *r)
{
	struct session_model model;
	uint64_t i;

	session_list(r->out);
	for (i = 0; replay_session(r->replay, i, &model); i++)
		session_list_put(r->out, &model);
	session_list_end(r->out);
}

static void show(const struct reading *r, const struct capture *capture)
{
	if (r->messages) {
		out_table_end(r->out);
		return;
	}
	replay_end(r->replay);
	if (r->take) {
		give_sessions(r);
		return;
	}
	out_object(r->out, NULL);
	summary_show(r->out, r->summary, capture_counts(capture),
		     replay_counts(r->replay));
	show_sessions(r);
	out_end(r->out);
}

static int run(struct reading *r, struct capture *capture)
{
	struct capture_sink sink = {
		.udp = take_udp, .tcp = take_tcp, .ctx = r,
	};
	char error[CAPTURE_ERROR];
	bool whole;

	if (r->messages)
		message_list(r->out);
	whole = capture_read(capture, &sink, error);
	show(r, capture);
	if (!whole) {
		complain("\"%s\" ends early: %s; what could be read is shown",
			 r->file, error);
		return CTL_PARTIAL;
	}
	if (replay_counts(r->replay)->refused && !r->messages) {
		complain("\"%s\" has more sessions than are kept; --max-sessions says how many",
			 r->file);
		return CTL_PARTIAL;
	}
	return CTL_OK;
}

static int read_file(struct reading *r)
{
	char error[CAPTURE_ERROR];
	struct capture *capture;
	int status;

	if (!pcap_lib()) {
		complain("cannot load libpcap: %s; the package libpcap0.8 would be right",
			 dlerror());
		return CTL_USAGE;
	}
	capture = capture_open(r->file, error);
	if (!capture) {
		complain("cannot read \"%s\": %s; a capture file, pcap or pcapng, would be right",
			 r->file, error);
		return CTL_USAGE;
	}
	/* long ago, mostly: dates say more than ages */
	out_absolute(r->out, true);
	r->summary = summary_new();
	r->replay = replay_new(r->max_sessions);
	if (r->summary && r->replay) {
		status = run(r, capture);
	} else {
		complain("out of memory");
		status = CTL_PARTIAL;
	}
	replay_free(r->replay);
	summary_free(r->summary);
	capture_close(capture);
	return status;
}

int read_sessions(struct ctl *ctl, const char *file, read_session take,
		  void *ctx)
{
	struct reading r = {
		.out = ctl->out, .file = file, .take = take, .ctx = ctx,
		.max_sessions = SESSIONS_DEFAULT,
	};

	usual_ports(&r);
	return read_file(&r);
}

int read_capture(struct ctl *ctl, int argc, char **argv)
{
	struct reading r = {
		.out = ctl->out, .max_sessions = SESSIONS_DEFAULT,
	};
	int status;

	status = words(&r, argc, argv);
	return status == CTL_OK ? read_file(&r) : status;
}
