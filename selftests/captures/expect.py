#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write NAME.expect.json beside each NAME.pcap, see README.md.

Messages and numbers come from tshark, the sessions from NAME.sas, where the
daemon said what IKE SAs it had.
"""

import collections
import json
import os
import subprocess
import sys

FIELDS = ("frame.number", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst",
          "udp.srcport", "udp.dstport", "isakmp.ispi", "isakmp.rspi",
          "isakmp.version", "isakmp.exchangetype", "isakmp.flags",
          "isakmp.messageid", "isakmp.length", "isakmp.typepayload",
          "isakmp.notify.msgtype")


def rows(path, display, *fields):
    """One list of values per frame that passes the filter."""
    words = ["tshark", "-n", "-r", path, "-Y", display, "-T", "fields",
             "-E", "separator=|", "-E", "aggregator=,"]
    for field in fields:
        words += ["-e", field]
    out = subprocess.run(words, capture_output=True, check=True).stdout
    return [line.split("|") for line in out.decode().splitlines()]


def numbers(text):
    return [int(word, 0) for word in text.split(",") if word]


def message(row):
    f = dict(zip(FIELDS, row))
    # The last IKEv1 fragment (payload 132) brings the whole message along;
    # on the wire is the fragment.
    if f["isakmp.typepayload"].split(",")[0] == "132":
        f["isakmp.typepayload"] = "132"
        f["isakmp.notify.msgtype"] = ""
    for field in FIELDS[:-2]:
        f[field] = f[field].split(",")[0]
    version = int(f["isakmp.version"], 0)
    return {
        "frame": int(f["frame.number"]),
        "src": f["ip.src"] or f["ipv6.src"],
        "dst": f["ip.dst"] or f["ipv6.dst"],
        "sport": int(f["udp.srcport"]),
        "dport": int(f["udp.dstport"]),
        "spi_i": f["isakmp.ispi"].replace(":", ""),
        "spi_r": f["isakmp.rspi"].replace(":", ""),
        "version": f"{version >> 4}.{version & 15}",
        "exchange": int(f["isakmp.exchangetype"]),
        "flags": f"0x{int(f['isakmp.flags'], 0):02x}",
        "msgid": f"0x{int(f['isakmp.messageid'], 0):08x}",
        "length": int(f["isakmp.length"]),
        "payloads": numbers(f["isakmp.typepayload"]),
        "notify": numbers(f["isakmp.notify.msgtype"]),
    }


def count(path, display):
    return len(rows(path, display, "frame.number"))


def summary(path, ike):
    spis = collections.Counter((m["spi_i"], m["spi_r"]) for m in ike)
    return {
        "frames": count(path, "frame"),
        "ike_messages": len(ike),
        "ikev1": sum(m["version"][0] == "1" for m in ike),
        "ikev2": sum(m["version"][0] == "2" for m in ike),
        "ike_on_nat_t": sum(4500 in (m["sport"], m["dport"]) for m in ike),
        "esp_in_udp": count(path, "esp and udp"),
        "keepalives": count(path, "udpencap.nat_keepalive"),
        "native_esp": count(path, "esp and not udp"),
        "ip_fragment_frames": count(path, "ip.flags.mf == 1 or ip.frag_offset > 0"),
        "distinct_spi_i": len({m["spi_i"] for m in ike}),
        "distinct_spi_pairs": len(spis),
        "spi_pairs": sorted([i, r, n] for (i, r), n in spis.items()),
    }


def shows_it_is_up(ike):
    """An IKE_AUTH looks the same from outside whether it succeeded or not;
    Quick Mode and what follows IKE_AUTH do not."""
    return any(m["exchange"] in (32, 36, 37, 44) for m in ike)


def sessions(path, ike):
    """Columns of truth_sas; the state only where it can be seen."""
    up = {"state": "established"} if shows_it_is_up(ike) else {}
    with open(path, encoding="ascii") as f:
        lines = [line.split() for line in f]
    return [{"spi_i": s[0], "spi_r": s[1], "version": int(s[2]),
             **up,
             "initiator": {"addr": s[4], "port": int(s[5])},
             "responder": {"addr": s[6], "port": int(s[7])}}
            for s in lines if s[3] == "ESTABLISHED"]


def main():
    version = subprocess.run(["tshark", "--version"], capture_output=True,
                             check=True).stdout.decode().split()[2]
    for path in sys.argv[1:]:
        base = path.rsplit(".", 1)[0]
        ike = [message(row) for row in rows(path, "isakmp", *FIELDS)]
        expect = {"capture": os.path.basename(path),
                  "oracle": f"tshark {version}",
                  "summary": summary(path, ike), "ike": ike}
        if os.path.exists(f"{base}.sas"):
            expect["sessions"] = sessions(f"{base}.sas", ike)
        with open(f"{base}.expect.json", "w", encoding="utf-8") as f:
            head = {k: v for k, v in expect.items() if k != "ike"}
            lines = json.dumps(head, indent=1)[:-2] + ',\n "ike": [\n  '
            lines += ",\n  ".join(json.dumps(m) for m in ike)
            f.write(lines + "\n ]\n}\n")


main()
