#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the fuzzer's corpus from captures, and from messages made by hand.

corpus.py DIRECTORY [CAPTURE...]: classic pcap files with Ethernet frames. The
form of an input is told in fuzz.c.
"""

import hashlib
import os
import struct
import sys

NATT, PARTIAL, OURS, RESPONDER, PIECES, WAIT, PROVE, CLOSE = (
    1 << bit for bit in range(8))
MOST = 8192


def datagram(octets, how):
    return struct.pack(">HB", len(octets), how) + octets


def message(next_payload, version, exchange, flags, mid, body=b"", spi_r=0):
    return struct.pack(">QQBBBBII", 0x1112131415161718, spi_r, next_payload,
                       version, exchange, flags, mid, 28 + len(body)) + body


def payload(next_payload, body):
    return struct.pack(">BBH", next_payload, 0, 4 + len(body)) + body


def sa_v2():
    transforms = b"".join(
        payload(3 if i < 4 else 0, struct.pack(">BBH", kind, 0, number) + more)
        for i, (kind, number, more) in enumerate((
            (1, 12, b"\x80\x0e\0\x80"), (2, 5, b""), (3, 12, b""),
            (6, 36, b""), (4, 31, b""))))
    return payload(0, bytes((1, 1, 0, 5)) + transforms)


def sa_v1():
    transform = payload(0, bytes((1, 1, 0, 0)) + bytes.fromhex(
        "80010007800e010080020004800300018004000e"))
    return struct.pack(">II", 1, 1) + payload(0, bytes((1, 1, 0, 1)) +
                                              transform)


def init(how, flags=8, spi_r=0):
    body = payload(34, sa_v2()) + payload(40, b"\0\x1f\0\0" + bytes(32)) + \
        payload(41, bytes(range(32))) + \
        payload(43, struct.pack(">HH", 0, 16388) + bytes(20)) + \
        payload(0, bytes.fromhex("882fe56d6fd20dbc22513b2ebe5beb61"))
    return datagram(message(33, 0x20, 34, flags, 0, body, spi_r), how)


def notify(kind, how, data=b""):
    body = payload(0, struct.pack(">HH", 0, kind) + data)
    return datagram(message(41, 0x20, 34, 0x20, 0, body), how)


def sealed(exchange, flags, mid, size, how, fragment=b""):
    body = payload(0, fragment + bytes(i * 7 & 0xff for i in range(size)))
    return datagram(message(53 if fragment else 46, 0x20, exchange, flags,
                            mid, body, 9), how)


def v1(exchange, flags, mid, body, first, how, spi_r=9):
    return datagram(message(first, 0x10, exchange, flags, mid, body, spi_r),
                    how)


def proposal(more, transforms):
    return payload(2 if more else 0, bytes((1, 1, 0, len(transforms) & 255)) +
                   b"".join(transforms))


def transforms_v2(numbers):
    last = len(numbers) - 1
    return [payload(0 if i == last else 3, struct.pack(">BBH", kind, 0, n))
            for i, (kind, n) in enumerate(numbers)]


def at_limits():
    """More payloads, proposals and transforms than are looked at."""
    every = [(kind, n) for kind in (1, 2, 3, 4, 6) for n in range(1, 36)]
    sa = proposal(False, transforms_v2(every))
    yield datagram(message(33, 0x20, 34, 8, 0, payload(0, sa)), 0)
    sa = b"".join(proposal(i < 79, transforms_v2([(1, i % 30), (4, i % 30)]))
                  for i in range(80))
    yield datagram(message(33, 0x20, 34, 8, 0, payload(0, sa)), PIECES)
    sa = b"".join(proposal(i < 9, transforms_v2([(1, i)] * 60))
                  for i in range(10))
    yield datagram(message(33, 0x20, 34, 8, 0, payload(0, sa)), 0)
    body = b"".join(payload(43 if i < 139 else 0, bytes(2))
                    for i in range(140))
    yield datagram(message(43, 0x20, 34, 8, 0, body), 0)
    attributes = b"".join(struct.pack(">HH", 0x8000 | i % 20, i % 30)
                          for i in range(120))
    transforms = b"".join(
        payload(3 if i < 29 else 0, bytes((i, 1, 0, 0)) + struct.pack(
            ">HHHHHHHH", 0x8001, i, 0x8002, i, 0x8003, i, 0x8004, i) +
            (attributes if i == 1 else b"")) for i in range(30))
    sa = struct.pack(">II", 1, 1) + payload(0, bytes((1, 1, 0, 30)) +
                                            transforms)
    yield v1(2, 0, 0, payload(0, sa), 1, OURS, 0)
    body = b"".join(payload(13 if i < 139 else 0, bytes(8))
                    for i in range(140))
    yield v1(2, 0, 0, body, 13, OURS, 0)


def by_hand():
    ours = OURS | PIECES
    yield init(0) + init(ours, 0x20, 9) + sealed(35, 8, 1, 200, 0) + \
        sealed(35, 0x20, 1, 120, ours) + sealed(36, 8, 2, 100, 0) + \
        sealed(36, 0x20, 2, 100, ours) + sealed(37, 0, 0, 60, ours | CLOSE) + \
        sealed(37, 0x28, 0, 60, 0) + sealed(36, 0, 1, 60, ours | WAIT)
    yield init(0) + notify(16390, ours, bytes(20)) + init(OURS) + \
        notify(17, 0, b"\0\x13") + init(0) + notify(14, 0) + \
        init(ours, 0x20, 9) + sealed(35, 8, 1, 60, 0) + \
        sealed(35, 0x20, 1, 48, ours | WAIT)
    yield init(0) + init(0, 0x20, 9) + b"".join(
        sealed(35, 8, 1, 90, 0, struct.pack(">HH", i, 3))
        for i in (1, 3, 2, 2)) + sealed(35, 0x20, 1, 90, PROVE | WAIT)
    main = payload(13, sa_v1()) + payload(0, bytes.fromhex("09002689dfd6b712"))
    ke = payload(10, bytes(128)) + payload(0, bytes(range(16)))
    answer = RESPONDER | OURS
    yield v1(2, 0, 0, main, 1, OURS, 0) + v1(2, 0, 0, main, 1, answer) + \
        v1(2, 0, 0, ke, 4, OURS) + v1(2, 0, 0, ke, 4, answer) + \
        v1(2, 1, 0, bytes(40), 5, OURS) + v1(2, 1, 0, bytes(48), 5, answer) + \
        v1(32, 1, 7, bytes(80), 8, OURS) + \
        v1(32, 1, 7, bytes(88), 8, answer) + v1(32, 1, 7, bytes(24), 8, OURS)
    error = payload(0, struct.pack(">IBBH", 1, 1, 0, 14))
    yield v1(4, 0, 0, main, 1, OURS, 0) + v1(5, 0, 3, error, 11, answer, 0) + \
        v1(4, 0, 0, main, 1, answer) + v1(4, 1, 0, bytes(40), 8, OURS) + \
        v1(2, 0, 0, payload(0, b"\0\1\1\0" + bytes(50)), 132, OURS) + \
        v1(6, 1, 5, bytes(40), 8, answer | WAIT)
    yield datagram(b"\xff", NATT) + datagram(b"\1\2\3\4" + bytes(9), NATT) + \
        datagram(bytes(4) + init(0)[3:], NATT) + \
        datagram(init(0)[3:60], PARTIAL)
    yield from at_limits()


def packets(path):
    """UDP payloads of a capture with both ports and the source address."""
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        if len(frame) < 42 or frame[12:14] != b"\x08\0" or frame[23] != 17:
            continue
        header = 14 + (frame[14] & 15) * 4
        sport, dport, length = struct.unpack_from(">HHH", frame, header)
        yield frame[26:30], sport, dport, frame[header + 8:header + length]


def from_capture(path):
    first, out = None, b""
    for src, sport, dport, octets in packets(path):
        if not {500, 4500} & {sport, dport} or len(octets) > 4000:
            continue
        first = first or src
        how = OURS | (NATT if 4500 in (sport, dport) else 0)
        how |= 0 if src == first else RESPONDER
        piece = datagram(octets, how)
        if len(out) + len(piece) > MOST:
            break
        out += piece
    return out


def main():
    directory = sys.argv[1]
    inputs = list(by_hand()) + [from_capture(path) for path in sys.argv[2:]]
    for data in inputs:
        name = hashlib.sha1(data).hexdigest()
        if data:
            with open(os.path.join(directory, name), "wb") as f:
                f.write(data)


main()
