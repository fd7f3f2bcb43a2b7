// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <stdio.h>
#include <string.h>
#include <linux/nf_ikemon.h>

#define N(prefix, value, word)	{ IKEMON_##prefix##_##value, word }

struct name {
	unsigned int value;
	const char *word;
};

static const struct name modes[] = {
	N(MODE, OFF, "off"), N(MODE, MONITOR, "monitor"),
	N(MODE, ENFORCE, "enforce"),
};

static const struct name defrags[] = {
	N(DEFRAG, OFF, "off"), N(DEFRAG, ON, "on"), N(DEFRAG, AUTO, "auto"),
};

static const struct name cookies[] = {
	N(COOKIE_MODE, OFF, "off"),
	N(COOKIE_MODE, PASSTHROUGH, "passthrough"),
	N(COOKIE_MODE, TWOSTAGE, "twostage"),
};

static const struct name challenges[] = {
	N(CHALLENGE_MODE, AUTO, "auto"),
	N(CHALLENGE_MODE, ALWAYS, "always"),
	N(CHALLENGE_MODE, NEVER, "never"),
};

static const struct name scopes[] = {
	N(SCOPE, LOCAL, "local"), N(SCOPE, ALL, "all"),
};

static const struct name switches[] = { { 0, "off" }, { 1, "on" } };

static const struct name port_kinds[] = {
	N(PORT_KIND, IKE, "ike"), N(PORT_KIND, NATT, "natt"),
};

static const struct name states[] = {
	N(STATE, NEW, "new"),
	N(STATE, CHALLENGED, "challenged"),
	N(STATE, HALF_OPEN, "half-open"),
	N(STATE, AUTHENTICATING, "authenticating"),
	N(STATE, ESTABLISHED, "established"),
	N(STATE, FAILED, "failed"),
	N(STATE, CLOSED, "closed"),
};

static const struct name proofs[] = {
	N(PROOF, NONE, "none"), N(PROOF, EXCHANGE, "exchange"),
	N(PROOF, ESP, "esp"), N(PROOF, XFRM, "xfrm"),
};

static const struct name reasons[] = {
	N(REASON, NONE, "none"),
	N(REASON, NO_ANSWER, "no-answer"),
	N(REASON, TIMEOUT, "timeout"),
	N(REASON, ERROR_NOTIFY, "error-notify"),
	N(REASON, AUTH_FAILED_SUSPECTED, "auth-failed-suspected"),
	N(REASON, IDLE, "idle"),
	N(REASON, REKEYED, "rekeyed"),
	N(REASON, FLUSHED, "flushed"),
	N(REASON, EVICTED, "evicted"),
	N(REASON, STOPPED, "stopped"),
};

static const struct name roles[] = {
	N(ROLE, NONE, "none"), N(ROLE, INITIATOR, "initiator"),
	N(ROLE, RESPONDER, "responder"),
};

static const struct name encaps[] = {
	N(ENCAP, UDP, "udp"), N(ENCAP, UDP_ENCAP, "udp-encap"),
};

static const struct name verdicts[] = {
	N(VERDICT, ACCEPT, "accept"),
	N(VERDICT, CHALLENGE_COOKIE, "challenge-cookie"),
	N(VERDICT, FIRST_DROP, "first-drop"),
	N(VERDICT, DROP_LIMIT, "drop-limit"),
	N(VERDICT, DROP_BLOCKED, "drop-blocked"),
	N(VERDICT, DROP_RATE, "drop-rate"),
	N(VERDICT, DROP_MALFORMED, "drop-malformed"),
};

static const struct name events[] = {
	N(EVENT, NEW, "new"), N(EVENT, STATE, "state"),
	N(EVENT, MOVED, "moved"), N(EVENT, REMOVED, "removed"),
	N(EVENT, CHILD, "child"),
};

static const struct name alarms[] = {
	N(ALARM, TABLE_FULL, "table-full"),
	N(ALARM, EVENTS_LOST, "events-lost"),
	N(ALARM, UNDER_ATTACK, "under-attack"),
	N(ALARM, MASS_FAILURE, "mass-failure"),
	N(ALARM, COOKIE_MISMATCH, "cookie-mismatch"),
	N(ALARM, DAEMON_SILENT, "daemon-silent"),
	N(ALARM, MARK_IN_USE, "mark-in-use"),
};

static const struct name offences[] = {
	N(OFFENCE, OVER_LIMIT, "over-limit"),
	N(OFFENCE, RETRANSMIT_STORM, "retransmit-storm"),
	N(OFFENCE, EMPTY_HALF_OPEN, "empty-half-open"),
	N(OFFENCE, AUTH_FAILED_SUSPECTED, "auth-failed-suspected"),
	N(OFFENCE, SLOW, "slow"),
	N(OFFENCE, REKEY_STORM, "rekey-storm"),
	N(OFFENCE, UNKNOWN_SPI, "unknown-spi"),
};

static const struct name limit_kinds[] = {
	N(LIMIT_KIND, LIMIT, "limit"),
	N(LIMIT_KIND, EXEMPT, "exempt"),
	N(LIMIT_KIND, TRUSTED, "trusted"),
};

static const struct name origins[] = {
	N(BLOCK_ORIGIN, OPERATOR, "operator"),
	N(BLOCK_ORIGIN, DYNAMIC, "dynamic"),
};

static const struct name source_events[] = {
	N(SOURCE_EVENT, BLOCKED, "blocked"),
	N(SOURCE_EVENT, UNBLOCKED, "unblocked"),
	N(SOURCE_EVENT, LIMITED, "limited"),
};

static const struct name sa_dirs[] = {
	N(SA_DIR, NONE, "none"), N(SA_DIR, IN, "in"), N(SA_DIR, OUT, "out"),
};

static const struct name sa_modes[] = {
	N(SA_MODE, TRANSPORT, "transport"),
	N(SA_MODE, TUNNEL, "tunnel"),
	N(SA_MODE, ROUTE_OPTIMIZATION, "route-optimization"),
	N(SA_MODE, IN_TRIGGER, "in-trigger"),
	N(SA_MODE, BEET, "beet"),
	N(SA_MODE, IPTFS, "iptfs"),
};

/* IP protocols */
static const struct name sa_protos[] = {
	{ 50, "esp" }, { 51, "ah" }, { 108, "comp" },
};

static const struct name sa_events[] = {
	N(SA_EVENT, ADDED, "added"),
	N(SA_EVENT, REKEYED, "rekeyed"),
	N(SA_EVENT, EXPIRED_SOFT, "expired-soft"),
	N(SA_EVENT, EXPIRED_HARD, "expired-hard"),
	N(SA_EVENT, DELETED, "deleted"),
	N(SA_EVENT, UNKNOWN_SPI, "unknown-spi"),
	N(SA_EVENT, FIRST_PACKET, "first-packet"),
	N(SA_EVENT, ONE_WAY, "one-way"),
	N(SA_EVENT, BOTH_WAYS, "both-ways"),
	N(SA_EVENT, NAT_MAPPING, "nat-mapping"),
};

static const struct name unknown_spis[] = {
	N(UNKNOWN_SPI, OFF, "off"), N(UNKNOWN_SPI, COUNT, "count"),
	N(UNKNOWN_SPI, BLOCK, "block"),
};

static const struct name children[] = {
	N(CHILD, NONE, "none"), N(CHILD, UP, "up"),
	N(CHILD, MISSING, "missing"),
};

static const struct name vendors[] = {
	N(VENDOR, STRONGSWAN, "strongswan"),
	N(VENDOR, LIBRESWAN, "libreswan"),
	N(VENDOR, OPENSWAN, "openswan"),
	N(VENDOR, OPENIKED, "openiked"),
	N(VENDOR, WINDOWS, "windows"),
	N(VENDOR, CISCO_UNITY, "cisco-unity"),
	N(VENDOR, CISCO_DELETE_REASON, "cisco-delete-reason"),
	N(VENDOR, CISCO_FRAGMENTATION, "cisco-fragmentation"),
	N(VENDOR, XAUTH, "xauth"),
	N(VENDOR, DPD, "dpd"),
	N(VENDOR, NAT_T_RFC3947, "nat-t-rfc3947"),
	N(VENDOR, NAT_T_DRAFT, "nat-t-draft"),
	N(VENDOR, JUNIPER, "juniper"),
	N(VENDOR, FORTINET, "fortinet"),
	N(VENDOR, CHECKPOINT, "checkpoint"),
	N(VENDOR, RACOON, "racoon"),
	N(VENDOR, APPLE, "apple"),
	N(VENDOR, OPPORTUNISTIC, "opportunistic"),
	N(VENDOR, UNKNOWN, "unknown"),
};

static const struct name flags[] = {
	N(SESSION_FLAGS, NAT, "nat"),
	N(SESSION_FLAGS, ADOPTED, "adopted"),
	N(SESSION_FLAGS, MOVED, "moved"),
	N(SESSION_FLAGS, IP_FRAGMENTS, "ip-fragments"),
	N(SESSION_FLAGS, PROVEN, "proven"),
	N(SESSION_FLAGS, NO_SA, "no-sa"),
	N(SESSION_FLAGS, LOCAL_USER, "local-user"),
};

static const struct name weaks[] = {
	N(WEAK, DES, "des"),
	N(WEAK, 3DES, "3des"),
	N(WEAK, RC5, "rc5"),
	N(WEAK, IDEA, "idea"),
	N(WEAK, CAST, "cast"),
	N(WEAK, BLOWFISH, "blowfish"),
	N(WEAK, NULL, "null"),
	N(WEAK, SHORT_KEY, "short-key"),
	N(WEAK, MD5, "md5"),
	N(WEAK, SHA1, "sha1"),
	N(WEAK, TIGER, "tiger"),
	N(WEAK, DES_MAC, "des-mac"),
	N(WEAK, MODP768, "modp768"),
	N(WEAK, MODP1024, "modp1024"),
	N(WEAK, MODP1536, "modp1536"),
	N(WEAK, MODP1024S160, "modp1024s160"),
	N(WEAK, MODP2048S224, "modp2048s224"),
	N(WEAK, MODP2048S256, "modp2048s256"),
	N(WEAK, AGGRESSIVE_PSK, "aggressive-psk"),
};

static const struct {
	const struct name *names;
	unsigned int n;
} kinds[NAME_KINDS] = {
	[NAME_MODE]	    = { modes, ARRAY_SIZE(modes) },
	[NAME_SCOPE]	    = { scopes, ARRAY_SIZE(scopes) },
	[NAME_DEFRAG]	    = { defrags, ARRAY_SIZE(defrags) },
	[NAME_COOKIE]	    = { cookies, ARRAY_SIZE(cookies) },
	[NAME_CHALLENGE]    = { challenges, ARRAY_SIZE(challenges) },
	[NAME_SWITCH]	    = { switches, ARRAY_SIZE(switches) },
	[NAME_PORT_KIND]    = { port_kinds, ARRAY_SIZE(port_kinds) },
	[NAME_STATE]	    = { states, ARRAY_SIZE(states) },
	[NAME_PROOF]	    = { proofs, ARRAY_SIZE(proofs) },
	[NAME_REASON]	    = { reasons, ARRAY_SIZE(reasons) },
	[NAME_ROLE]	    = { roles, ARRAY_SIZE(roles) },
	[NAME_ENCAP]	    = { encaps, ARRAY_SIZE(encaps) },
	[NAME_VERDICT]	    = { verdicts, ARRAY_SIZE(verdicts) },
	[NAME_EVENT]	    = { events, ARRAY_SIZE(events) },
	[NAME_ALARM]	    = { alarms, ARRAY_SIZE(alarms) },
	[NAME_OFFENCE]	    = { offences, ARRAY_SIZE(offences) },
	[NAME_LIMIT_KIND]   = { limit_kinds, ARRAY_SIZE(limit_kinds) },
	[NAME_ORIGIN]	    = { origins, ARRAY_SIZE(origins) },
	[NAME_SOURCE_EVENT] = { source_events, ARRAY_SIZE(source_events) },
	[NAME_SA_DIR]	    = { sa_dirs, ARRAY_SIZE(sa_dirs) },
	[NAME_SA_MODE]	    = { sa_modes, ARRAY_SIZE(sa_modes) },
	[NAME_SA_PROTO]	    = { sa_protos, ARRAY_SIZE(sa_protos) },
	[NAME_SA_EVENT]	    = { sa_events, ARRAY_SIZE(sa_events) },
	[NAME_UNKNOWN_SPI]  = { unknown_spis, ARRAY_SIZE(unknown_spis) },
	[NAME_CHILD]	    = { children, ARRAY_SIZE(children) },
	[NAME_VENDOR]	    = { vendors, ARRAY_SIZE(vendors) },
	[NAME_FLAG]	    = { flags, ARRAY_SIZE(flags) },
	[NAME_WEAK]	    = { weaks, ARRAY_SIZE(weaks) },
};

const char *name_at(enum name_kind kind, unsigned int i, unsigned int *value)
{
	if (i >= kinds[kind].n)
		return NULL;
	if (value)
		*value = kinds[kind].names[i].value;
	return kinds[kind].names[i].word;
}

const char *name_of(enum name_kind kind, unsigned int value,
		    char buf[NAME_LEN])
{
	unsigned int i;

	for (i = 0; i < kinds[kind].n; i++)
		if (kinds[kind].names[i].value == value)
			return kinds[kind].names[i].word;
	snprintf(buf, NAME_LEN, "%u", value);
	return buf;
}

bool name_value(enum name_kind kind, const char *word, unsigned int *value)
{
	unsigned int i;

	for (i = 0; i < kinds[kind].n; i++) {
		if (strcmp(kinds[kind].names[i].word, word))
			continue;
		*value = kinds[kind].names[i].value;
		return true;
	}
	return false;
}

void name_choices(enum name_kind kind, char *buf, size_t size)
{
	unsigned int n = kinds[kind].n;
	size_t used = 0;
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < n && used < size; i++)
		used += snprintf(buf + used, size - used, "%s%s",
				 !i ? "" : i + 1 < n ? ", " : " or ",
				 kinds[kind].names[i].word);
}

const char *name_alarm_means(unsigned int alarm)
{
	static const char * const means[] = {
		[IKEMON_ALARM_TABLE_FULL] = "no room for all sessions, sources and SAs",
		[IKEMON_ALARM_EVENTS_LOST] = "more events than the event rate lets out",
		[IKEMON_ALARM_UNDER_ATTACK] = "whoever has proven nothing is challenged",
		[IKEMON_ALARM_MASS_FAILURE] = "so many peers fail that the fault is on our side; nobody is blocked any more",
		[IKEMON_ALARM_COOKIE_MISMATCH] = "the daemon does not take the cookie mode, first packets are dropped instead; see \"cookie test\"",
		[IKEMON_ALARM_DAEMON_SILENT] = "negotiations are let in and our side answers nobody",
		[IKEMON_ALARM_MARK_IN_USE] = "an xfrm state or policy selects by bits of the mark, which must have others",
	};

	return alarm < ARRAY_SIZE(means) && means[alarm] ? means[alarm] : "";
}
