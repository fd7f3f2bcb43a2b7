#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the corpora of the fuzzers of ikemonctl.

corpus_ctl.py DIRECTORY [CAPTURE...]: without captures, some are made by hand.
The forms of inputs are told in answer.c, capture.c, words.c and ruleset.c.
"""

import hashlib
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                ".."))
from netlink_spec import Spec   # noqa: E402

MORE, ACK, FOREIGN, INTERRUPTED, TLVS, CUT, OVERRUN, BARE = (
    1 << bit for bit in range(8))
JSON, DETAIL, PRETTY = 1, 2, 4
NESTED = 0x8000
SPEC = Spec()
SIZES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}

LINES = """session show
session show state half-open,established prefix 192.0.2.0/24 version 2 max 5
session show id 7
session flush all
session flush version 1
sa show spi 0xdeadbeef deleted max 3
sa show session 4 prefix 2001:db8::/32
source show prefix 2001:db8::/48 max 10
limit show 192.0.2.0/24
limit set 198.51.100.0/24 rate 50/s burst 9 half-open 500 sessions 7
limit set 2001:db8::/32 exempt
limit set 0.0.0.0/0 trusted
limit del 192.0.2.0/24
block show operator 192.0.2.0/24
block add 192.0.2.1 time 90m
block add 2001:db8::1 until 2027-01-02T03:04:05.678Z
block add 192.0.2.1/32 until 2027-01-02T03:04:05+01:00
block del 192.0.2.1
block flush dynamic ::/0
-t 1s cookie test 192.0.2.1:4500
cookie test [2001:db8::1]:500
-s stats show
-j config show
config set mode enforce cookie passthrough mark 0xff0000 exempt-mask 0x7
config set daemon-uid none timeout-new 1d block-lambda 20/1000s mixed on
config reset
port add 501 natt
port del 501
audit session 3 severity weak
audit prefix 192.0.2.0/24
monitor session sa max 9
monitor all
ruleset show
read --messages --port 501/ike --port 4501/natt --max-sessions 7 missing
-c -f missing
-n nowhere -jps version
help
help config
help nothing
-h session
-jps -h
sa help
-- session help
-V""".split("\n")

RULESETS = ["""# all of it
config set mode enforce scope all	defrag on
config set cookie twostage challenge always mixed off
port add 500 ike
port add 4500 natt
limit set 192.0.2.0/24 rate 5/s burst 10 half-open 20 sessions 30
limit set 2001:db8::/32 trusted
limit set 10.0.0.0/8 exempt # ours
block add 198.51.100.0/24
block add 203.0.113.7/32 until 2030-01-02T03:04:05.123456789Z
block add 2001:db8:1::/48 time 1h
""", """config set max-sessions 1000 max-sources 2000 max-sas 3 event-rate 5/s
config set source-prefix-v4 24 source-prefix-v6 56 wide-prefix-v6 40
config set daemon-uid 33 daemon-silent 0s unknown-spi block one-way-after 1d
config set block-lambda 20/1000s mark 0xf0 exempt-mark 0x1 exempt-mask 0x1
config set timeout-established 365d timeout-closed 1m malformed-rate 0/s
""", "port add 500 ike\nport add 500 natt\n",
    "limit set 192.0.2.0/24\nlimit set 192.0.2.0/24\n"]


def attr(kind, octets):
    pad = -len(octets) % 4
    return struct.pack("=HH", 4 + len(octets), kind) + octets + bytes(pad)


def number(a, turn):
    """A value of it, another one each turn; None if it has no size."""
    form = SIZES.get(a["type"])
    if not form:
        return None
    order = ">" if a.get("byte-order") == "big-endian" else "="
    top = (1 << 8 * struct.calcsize(form)) - 1
    if "enum" in a:
        values = SPEC.values(a["enum"])
        value = values[turn % len(values)]
    else:
        value = (1, 0, 3 << 61, top)[turn % 4] & top
        if a["name"] in ("first-seen", "last-seen", "added", "until"):
            value = 1700000000 * 10**9 + turn
    return struct.pack(order + form, value)


def octets(a, turn):
    fixed = number(a, turn)
    if fixed is not None:
        return fixed
    if a["type"] == "string":
        return (b"eth0\0", b"cbc(aes)\0", b"\x1b[31m\0", b"\xff\xfeno zero")[turn % 4]
    if a["type"] == "nest":
        return nest(a["nested-attributes"], turn)
    if a["type"] == "flag":
        return b""
    return (bytes((192, 0, 2, 1)), bytes.fromhex("20010db8") + bytes(11) +
            b"\1")[turn % 2]


def nest(name, turn, only=None):
    out = b""
    for a in SPEC.sets[name].values():
        if only is not None and a["name"] not in only:
            continue
        kind = a["value"] | (NESTED if a["type"] == "nest" else 0)
        for i in range(2 if a.get("multi-attr") else 1):
            out += attr(kind, octets(a, turn + i))
    return out


def message(op, turn, how=0):
    body = bytes((SPEC.op(op)["value"],)) + \
        nest(SPEC.op(op)["attribute-set"], turn)
    return struct.pack(">BH", how, len(body)) + body


def end(how, body):
    return struct.pack(">BH", ACK | how, len(body)) + body


def refusal():
    capped = struct.pack("=iIHHII", -22, 40, 33, 5, 1, 77)
    text = attr(1, b"it is \x1b[1m wrong\0") + attr(2, struct.pack("=I", 20))
    limits = attr(4 | NESTED, attr(2, struct.pack("=I", 4)) +
                  attr(5, struct.pack("=Q", 1)) +
                  attr(6, struct.pack("=Q", 9)))
    missing = attr(5, struct.pack("=I", 1)) + attr(6, struct.pack("=I", 20))
    yield end(TLVS, capped + text + limits)
    yield end(TLVS, capped + missing)
    yield end(0, struct.pack("=i", -(1 << 31)))
    yield end(0, b"")


def cookie_answer(cookie):
    body = struct.pack(">BBHBBH", 0, 0, 8 + len(cookie), 0, 0, 16390) + cookie
    ike = struct.pack(">QQBBBBII", 0x1111111111111111, 0, 41, 0x20, 34, 0x20,
                      0, 28 + len(body)) + body
    return struct.pack(">BH", 0, len(ike)) + ike


def init_answer():
    """What a daemon says that goes on: an SA payload, then a nonce."""
    body = bytes.fromhex("280000300000002c01010004030000080300000c0300000803"
                         "00000c030000080200000500000008040000130000001c") + \
        bytes(24)
    ike_ = struct.pack(">QQBBBBII", 0x1111111111111111, 9, 33, 0x20, 34, 0x20,
                       0, 28 + len(body)) + body
    return struct.pack(">BH", 0, len(ike_)) + ike_


def answers():
    """By the number of the line in answer.c."""
    lists = {1: "session-get", 2: "session-get", 4: "sa-get", 5: "sa-get",
             6: "source-get", 7: "limit-get", 9: "block-get",
             11: "stats-get", 12: "config-get", 14: "config-get",
             15: "session-get", 19: "version-get"}
    for line, op in lists.items():
        for turn in range(4):
            yield bytes(((0, 1, 2, 3)[turn], line)) + \
                message(op, turn, MORE) + message(op, turn + 1)
    whole = message("config-get", 0) + end(0, bytes(4))
    yield bytes((0, 18)) + whole + message("limit-get", 0) + \
        end(0, bytes(4)) + message("block-get", 0) + end(0, bytes(4)) + whole
    yield bytes((PRETTY, 0)) + message("version-get", 0) + whole + \
        message("stats-get", 0) + end(0, bytes(4))
    for turn in range(6):
        events = b"".join(message(op, turn) for op in (
            "session-ntf", "source-ntf", "sa-ntf", "alarm-ntf"))
        yield bytes((turn, 16)) + events
        yield bytes((turn, 17)) + struct.pack(">BH", OVERRUN, 0) + events
    for i, said in enumerate(refusal()):
        yield bytes((0, (8, 13, 1, 3)[i])) + said
    yield bytes((0, 1)) + message("session-get", 1, INTERRUPTED) + \
        end(0, bytes(4)) + message("session-get", 1, FOREIGN) + \
        message("session-get", 1, CUT)
    yield bytes((1, 20)) + cookie_answer(bytes(20)) + \
        cookie_answer(bytes(64)) + cookie_answer(b"")
    for how in (0, JSON):
        yield bytes((how, 20)) + init_answer() + init_answer()
        yield bytes((how, 20)) + cookie_answer(bytes(9)) + init_answer() + \
            cookie_answer(bytes(8)) + init_answer()
        yield bytes((how, 20)) + init_answer() + cookie_answer(bytes(8)) + \
            cookie_answer(bytes(8))


def frame(link, packet):
    return {1: bytes(12) + b"\x08\0", 113: bytes(14) + b"\x08\0",
            276: b"\x08\0" + bytes(18), 0: b"\2\0\0\0", 101: b""}[link] + \
        packet


def ipv4(data, fragment=0, protocol=17):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(data), 7, fragment,
                       64, protocol, 0, 0xc0000201, 0xc0000202) + data


def ipv6(data, first=17, extra=b""):
    return struct.pack(">IHBB", 6 << 28, len(extra) + len(data), first, 64) + \
        bytes(15) + b"\1" + bytes(15) + b"\2" + extra + data


def udp(sport, dport, data):
    return struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data


def ike(flags, spi_r, size=60):
    body = struct.pack(">BBH", 0, 0, 4 + size) + bytes(range(size))
    return struct.pack(">QQBBBBII", 0x1112131415161718, spi_r, 40, 0x20, 34,
                       flags, 0, 28 + len(body)) + body


def packets():
    one, two = udp(500, 500, ike(8, 0)), udp(500, 500, ike(0x20, 9))
    natt = udp(4500, 4500, bytes(4) + ike(8, 9))
    yield ipv4(one)
    yield ipv4(two)
    yield ipv4(natt)
    yield ipv4(udp(4500, 4500, b"\xff"))
    yield ipv4(udp(4500, 4500, bytes(range(1, 60))))
    yield ipv4(natt[:64], 0x2000)
    yield ipv4(natt[64:], 8)
    yield ipv6(one)
    yield ipv6(natt[:64], 44, bytes((17, 0, 0, 1, 0, 0, 0, 9)))
    yield ipv6(natt[64:], 44, bytes((17, 0, 0, 64, 0, 0, 0, 9)))
    yield ipv6(one, 0, bytes((60, 0, 1, 4, 0, 0, 0, 0)) +
               bytes((17, 0, 1, 4, 0, 0, 0, 0)))
    yield ipv4(bytes(40), protocol=50)
    yield ipv4(bytes((50, 4)) + bytes(62), protocol=51)
    yield ipv4(struct.pack(">HH", 4500, 40000) + bytes(16), protocol=6)


def pcap(link, frames, magic=0xa1b2c3d4, order="<"):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for i, octets_ in enumerate(frames):
        out += struct.pack(order + "IIII", 1700000000 + i, i, len(octets_),
                           len(octets_)) + octets_
    return out


def pcapng(link, frames):
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", 12 + len(body))
        return struct.pack("<I", kind) + size + body + size

    out = block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1))
    out += block(1, struct.pack("<HHI", link, 0, 65535) +
                 struct.pack("<HHBxxx", 9, 1, 9))
    for i, octets_ in enumerate(frames):
        out += block(6, struct.pack("<IIIII", 0, 395812, i, len(octets_),
                                    len(octets_)) + octets_)
        out += block(3, struct.pack("<I", len(octets_)) + octets_)
    return out


def captures(files):
    for path in files:
        with open(path, "rb") as f:
            data = f.read()
        for how in (0, 7, 9, 13):
            yield bytes((how,)) + data
    if files:
        return
    for i, link in enumerate((1, 113, 276, 0, 101)):
        frames = [frame(link, p) for p in packets()]
        yield bytes((i,)) + pcap(link, frames)
    frames = [frame(1, p) for p in packets()]
    yield bytes((5,)) + pcap(1, frames, 0xa1b23c4d, ">")
    yield bytes((12,)) + pcapng(1, frames)
    tagged = [f[:12] + bytes.fromhex("8100000188a80002") + f[12:]
              for f in frames]
    yield bytes((9,)) + pcap(1, tagged)


def write(directory, inputs):
    os.makedirs(directory, exist_ok=True)
    for data in inputs:
        name = hashlib.sha1(data).hexdigest()
        with open(os.path.join(directory, name), "wb") as f:
            f.write(data)


def main():
    top = sys.argv[1]
    write(os.path.join(top, "words"), (x.encode() for x in LINES))
    write(os.path.join(top, "ruleset"), (x.encode() for x in RULESETS))
    write(os.path.join(top, "answer"), answers())
    write(os.path.join(top, "capture"), captures(sys.argv[2:]))


main()
