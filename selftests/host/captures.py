#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what "ikemonctl read" makes of captures with what is expected.

captures.py IKEMONCTL NAME.pcap...: one KTAP result line per comparison; the
expectation stands beside the capture, see selftests/captures/README.md.
"""

import json
import os
import subprocess
import sys

SECONDS = 60
KEYS = ("frame", "src", "dst", "sport", "dport", "spi_i", "spi_r", "version",
        "exchange", "flags", "msgid", "length", "payloads", "notify")

# Where the dissector that made the expectations and ikemonctl differ, and why
# ikemonctl is right, or both are. (capture, frame, key): reason; frame None is
# the summary, or a whole message if the key is None.
NAT_D_15 = """The dissector takes payload 15 for GDOI's SAK and stops at it;
here it is NAT-D of draft-ietf-ipsec-nat-t-ike-07, and there are two."""
CUT = """The capture length cuts the payload: we tell that it begins, the
dissector only what is there whole."""
NO_EXCHANGE = "The dissector gives up before the exchange type, which is 6."
EXCEPTIONS = {
    ("tcpdump__ISAKMP_sa_setup", 3, "payloads"): NAT_D_15,
    ("tcpdump__ISAKMP_sa_setup", 4, "payloads"): NAT_D_15,
    ("tcpdump__ikev1_id_ipv6_addr_subnet-oobr", 1, "payloads"): CUT,
    ("tcpdump__isakmp-ikev1_n_print-oobr", 1, "payloads"): CUT,
    ("tcpdump__isakmp-ikev1_n_print-oobr", 3, "payloads"): CUT,
    ("tcpdump__isakmpv1-attr-oobr", 1, "payloads"): CUT,
    ("w_ikescan__pkt-dat", None, "exchange_types"): NO_EXCHANGE,
}


class Results:
    """KTAP, and whether anything failed."""

    def __init__(self):
        self.n = 0
        self.failed = 0
        print("KTAP version 1")

    def put(self, what, faults):
        self.n += 1
        for fault in faults[:20]:
            print(f"# {fault}")
        if faults:
            self.failed += 1
        print(f"{'not ok' if faults else 'ok'} {self.n} {what}", flush=True)


def read(tool, *words):
    run = subprocess.run([tool, "-j", "read", *words], capture_output=True,
                         timeout=SECONDS, check=False)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def port_words(expect):
    words = []
    for port in expect.get("ports", ()):
        words += ["--port", port]
    return words


def excepted(name, frame, key):
    return (name, frame, key) in EXCEPTIONS


def same(key, got, want):
    if key == "spi_pairs":
        return sorted(got) == sorted(want)
    return got == want


def compare_summary(name, got, want):
    faults = []
    for key, value in want.items():
        if key not in got or value is None or key in ("malformed_ike", "ah"):
            continue
        if not same(key, got[key], value) and not excepted(name, None, key):
            faults.append(f"{key} is {got[key]}, expected {value}")
    return faults


def compare_message(name, got, want):
    frame = want["frame"]
    return [f"frame {frame}: {key} is {got[key]}, expected {want[key]}"
            for key in KEYS
            if want.get(key) is not None and got[key] != want[key] and
            not excepted(name, frame, key)]


def compare_messages(name, got, want):
    faults = []
    rest = list(got)
    for message in want:
        if excepted(name, message["frame"], None):
            continue
        found = next((m for m in rest if m["frame"] == message["frame"]), None)
        if found is None:
            faults.append(f"frame {message['frame']} is not read as IKE")
            continue
        rest.remove(found)
        faults += compare_message(name, found, message)
    faults += [f"frame {m['frame']} is read as IKE, which is not expected"
               for m in rest if not excepted(name, m["frame"], None)]
    return faults


def inside(got, want, where):
    """What of @want is not in @got."""
    if isinstance(want, dict) and isinstance(got, dict):
        faults = []
        for key, value in want.items():
            faults += inside(got.get(key), value, f"{where}.{key}")
        return faults
    return [] if got == want else [f"{where} is {got}, expected {want}"]


def compare_sessions(got, want):
    faults = []
    if len(got) != len(want):
        faults.append(f"{len(got)} sessions, expected {len(want)}")
    for i, (a, b) in enumerate(zip(got, want)):
        faults += inside(a, b, f"session {i + 1}")
    return faults


def check(results, tool, path):
    name = os.path.basename(path).rsplit(".", 1)[0]
    with open(f"{path.rsplit('.', 1)[0]}.expect.json", encoding="utf-8") as f:
        expect = json.load(f)
    status, out, err = read(tool, *port_words(expect), path)
    if status or err:
        results.put(f"{name}: summary", [f"status {status}: {err}"])
        return
    answer = json.loads(out)
    results.put(f"{name}: summary",
                compare_summary(name, answer["summary"], expect["summary"]))
    if "sessions" in expect:
        results.put(f"{name}: sessions",
                    compare_sessions(answer["sessions"], expect["sessions"]))
    status, out, err = read(tool, "--messages", *port_words(expect), path)
    if status or err:
        results.put(f"{name}: messages", [f"status {status}: {err}"])
        return
    results.put(f"{name}: messages",
                compare_messages(name, [json.loads(line) for line in
                                        out.splitlines()], expect["ike"]))


def main():
    tool, captures = sys.argv[1], sys.argv[2:]
    results = Results()
    for path in captures:
        try:
            check(results, tool, path)
        except (OSError, ValueError, KeyError,
                subprocess.TimeoutExpired) as fault:
            results.put(os.path.basename(path), [repr(fault)])
    print(f"1..{results.n}")
    return 1 if results.failed else 0


sys.exit(main())
