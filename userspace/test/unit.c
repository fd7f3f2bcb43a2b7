// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ikemonctl reads from words and from netlink, under ASan and UBSan.
 *
 *	ctl_unit	the tests, KTAP
 *	ctl_unit names	the words for all numbers, to be compared with the spec
 *	ctl_unit audit	the rules of "audit", to be compared with docs/audit.md
 */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "audit_rules.h"
#include "keys.h"
#include "names.h"

static unsigned int n_results, n_failed;

void result(bool ok, const char *what)
{
	n_results++;
	n_failed += !ok;
	printf("%sok %u %s\n", ok ? "" : "not ", n_results, what);
}

static void print_names(void)
{
	static const char * const kinds[NAME_KINDS] = {
		[NAME_MODE] = "mode", [NAME_SCOPE] = "scope",
		[NAME_PORT_KIND] = "port-kind", [NAME_STATE] = "state",
		[NAME_PROOF] = "proof", [NAME_REASON] = "reason",
		[NAME_ROLE] = "role", [NAME_ENCAP] = "encap",
		[NAME_VERDICT] = "verdict", [NAME_EVENT] = "event",
		[NAME_ALARM] = "alarm", [NAME_VENDOR] = "vendor",
		[NAME_FLAG] = "session-flags", [NAME_DEFRAG] = "defrag",
		[NAME_COOKIE] = "cookie-mode",
		[NAME_CHALLENGE] = "challenge-mode",
		[NAME_OFFENCE] = "offence", [NAME_LIMIT_KIND] = "limit-kind",
		[NAME_ORIGIN] = "block-origin",
		[NAME_SOURCE_EVENT] = "source-event",
		[NAME_SA_DIR] = "sa-dir", [NAME_SA_MODE] = "sa-mode",
		[NAME_SA_EVENT] = "sa-event",
		[NAME_UNKNOWN_SPI] = "unknown-spi",
		[NAME_WEAK] = "weak",
		[NAME_CHILD] = "child",
	};
	unsigned int kind, i, value;
	const struct key *key;
	const char *word;

	for (kind = 0; kind < NAME_KINDS; kind++)
		for (i = 0; kinds[kind] && (word = name_at(kind, i, &value));
		     i++)
			printf("%s %s %u\n", kinds[kind], word, value);
	for (i = 0; (key = key_at(i)); i++)
		if (key->kind != KEY_WORD && key->kind != KEY_UID &&
		    key->kind != KEY_MARK)
			printf("config %s %u %u %u\n", key->name,
			       key_size(key->attr), key->min, key->max);
}

static void print_rules(void)
{
	const struct audit_rule *rule;
	unsigned int i;

	for (i = 0; (rule = audit_rule_at(i)); i++)
		printf("| `%s` | %s | %s | RFC %u section %s |\n", rule->word,
		       rule->sa ? "SA" : "session",
		       audit_severity_name(rule->severity), rule->rfc,
		       rule->section);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "names")) {
		print_names();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "audit")) {
		print_rules();
		return 0;
	}
	printf("KTAP version 1\n");
	test_words();
	test_rules();
	test_cookie();
	test_audit();
	test_messages();
	test_refusals();
	printf("1..%u\n", n_results);
	return n_failed != 0;
}
