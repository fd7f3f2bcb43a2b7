#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cookies that are none, on the wire: who begins a negotiation like that is
challenged as if he had brought no cookie (RFC 7296 section 2.6).

    cookiebad.py SOURCE OTHER-SOURCE DESTINATION

prints a line for each case: its name and what came back, "cookie", "passed"
(an answer of the daemon) or "silence", with the octets sent and received.
Written from the RFC, with nothing of the module's.
"""
import os
import socket
import struct
import sys
import time

SA, KE, NONCE, NOTIFY, VENDOR = 33, 34, 40, 41, 43
INIT, INVALID_KE, COOKIE = 34, 17, 16390
HEADER = 28
WAIT = 10.0         # for an answer that has to come
QUIET = 0.5         # for one that has not


def chain(payloads):
    """The payloads' octets, and the type of the first"""
    out = b""
    for i, (_, body) in enumerate(payloads):
        after = payloads[i + 1][0] if i + 1 < len(payloads) else 0
        out += struct.pack(">BBH", after, 0, len(body) + 4) + body
    return payloads[0][0] if payloads else 0, out


def transform(last, kind, number, bits=0):
    tail = struct.pack(">HH", 0x800e, bits) if bits else b""
    return struct.pack(">BBHBBH", 0 if last else 3, 0, 8 + len(tail), kind, 0,
                       number) + tail


def proposal():
    body = (transform(0, 1, 12, 128) + transform(0, 2, 5) +
            transform(0, 3, 12) + transform(1, 4, 14))
    return struct.pack(">BBHBBBB", 0, 0, 8 + len(body), 1, 1, 0, 4) + body


def notify(data, kind=COOKIE, protocol=0, spi=b""):
    return NOTIFY, struct.pack(">BBH", protocol, len(spi), kind) + spi + data


def begin(public=256, nonce=32):
    """What a first request has at least"""
    key = (1 << 4 * public).to_bytes(public, "big")
    return [(SA, proposal()), (KE, struct.pack(">HH", 14, 0) + key),
            (NONCE, b"Z" * nonce)]


def message(payloads, spi, spi_r=0, flags=8, number=0, exchange=INIT, more=0):
    first, body = chain(payloads)
    return struct.pack(">QQBBBBLL", spi, spi_r, first, 0x20, exchange, flags,
                       number, HEADER + len(body) + more) + body


class Wire:
    def __init__(self, source, destination):
        self.family = socket.AF_INET6 if ":" in source else socket.AF_INET
        self.to = destination
        self.sock = {}
        self.source = source

    def port(self, port):
        if port not in self.sock:
            s = socket.socket(self.family, socket.SOCK_DGRAM)
            s.bind((self.source, port))
            self.sock[port] = s
        return self.sock[port]

    def send(self, data, port=500, checksum=True):
        s = self.port(port)
        # SO_NO_CHECK
        s.setsockopt(socket.SOL_SOCKET, 11, 0 if checksum else 1)
        s.sendto(data, (self.to, port))

    def receive(self, spi, wait, port=500):
        """The answer to that SPI"""
        s = self.port(port)
        until = time.monotonic() + wait
        while True:
            left = until - time.monotonic()
            s.settimeout(max(left, 0.01))
            try:
                data = s.recv(9000)
            except socket.timeout:
                return None
            if port == 4500:
                data = data[4:]
            if struct.unpack(">Q", data[:8])[0] == spi:
                return data


def cookie_in(answer):
    """The cookie of an answer that has nothing else"""
    if answer is None or answer[16] != NOTIFY:
        return None
    length, _, spi, kind = struct.unpack(">HBBH", answer[30:36])
    if kind != COOKIE or spi or answer[28] or length != len(answer) - HEADER:
        return None
    return answer[36:]


def say(name, sent, answer):
    word = "silence"
    if answer is not None:
        word = "cookie" if cookie_in(answer) else "passed"
    print(name, word, sent, len(answer or b""), flush=True)


class Cases:
    def __init__(self, wire, other):
        self.wire = wire
        self.other = other
        self.spi = struct.unpack(">Q", os.urandom(8))[0] | 1

    def next(self):
        self.spi = (self.spi + 2) & 0xffffffffffffffff
        return self.spi

    def ask(self, name, payloads, wire=None, spi=None, quiet=False, port=500,
            checksum=True, behind=b"", **how):
        """Send one; say what comes back"""
        wire = wire or self.wire
        spi = self.next() if spi is None else spi
        data = message(payloads, spi, **how) + behind
        wire.send(b"\0" * 4 + data if port == 4500 else data, port, checksum)
        answer = wire.receive(spi, QUIET if quiet else WAIT, port)
        say(name, len(data), answer)
        return answer

    def own(self, wire=None):
        """A new SPI and the cookie for it"""
        wire = wire or self.wire
        spi = self.next()
        wire.send(message(begin(), spi))
        cookie = cookie_in(wire.receive(spi, WAIT))
        if not cookie:
            sys.exit("cookiebad: no cookie to begin with")
        return spi, cookie

    def lengths(self):
        for n in (1, 16, 18, 24, 64):
            spi, cookie = self.own()
            self.ask("length-%d" % n,
                     [notify((cookie * 4)[:n])] + begin(), spi=spi)

    def forged(self):
        for at in (0, 1, 16):
            spi, cookie = self.own()
            bad = bytearray(cookie)
            bad[at] ^= 0x40
            self.ask("forged-%d" % at, [notify(bytes(bad))] + begin(),
                     spi=spi)

    def foreign(self):
        _, cookie = self.own()
        self.ask("other-spi", [notify(cookie)] + begin())
        spi, cookie = self.own(self.other)
        self.ask("other-address", [notify(cookie)] + begin(), spi=spi)
        spi, cookie = self.own()
        self.ask("replayed-from-elsewhere", [notify(cookie)] + begin(),
                 wire=self.other, spi=spi)

    def places(self):
        spi, cookie = self.own()
        self.ask("not-first", begin() + [notify(cookie)], spi=spi)
        spi, cookie = self.own()
        self.ask("after-vendor", [(VENDOR, b"x" * 8), notify(cookie)] +
                 begin(), spi=spi)
        spi, cookie = self.own()
        self.ask("second-of-two", [notify(b"y" * 17), notify(cookie)] +
                 begin(), spi=spi)
        spi, cookie = self.own()
        self.ask("first-of-two", [notify(cookie), notify(b"y" * 17)] +
                 begin(), spi=spi)
        spi, cookie = self.own()
        self.ask("with-protocol", [notify(cookie, protocol=1)] + begin(),
                 spi=spi)
        spi, cookie = self.own()
        self.ask("with-spi", [notify(cookie, spi=b"abcd")] + begin(), spi=spi)

    def odd(self):
        self.ask("spi-r-set", begin(), spi_r=0x1234, quiet=True)
        self.ask("response", begin(), flags=0x20, quiet=True)
        self.ask("from-responder", begin(), flags=0, quiet=True)
        self.ask("message-id", begin(), number=1, quiet=True)
        self.ask("zero-spi", begin(), spi=0, quiet=True)
        self.ask("wrong-length", begin(), more=1, quiet=True)
        self.ask("octets-behind", begin(), behind=b"behind")
        # Twice the answer is 106, and this 105: his first packet is dropped,
        # his second not.
        spi = self.next()
        self.ask("too-short-to-answer", begin(1, 16), spi=spi, quiet=True)
        self.ask("too-short-again", begin(1, 16), spi=spi)
        self.ask("just-long-enough", begin(2, 16))
        self.ask("fragments", begin() + [(VENDOR, b"v" * 3000)])
        self.ask("marker", begin(), port=4500)
        if self.wire.family == socket.AF_INET:
            self.ask("no-checksum", begin(), checksum=False)

    def run(self):
        self.ask("plain", begin())
        spi, cookie = self.own()
        self.ask("own", [notify(cookie)] + begin(), spi=spi)
        self.lengths()
        self.forged()
        self.foreign()
        self.places()
        self.odd()


def stale(cases):
    """A cookie that something made stale, when a line in stdin says so"""
    spi, cookie = cases.own()
    print("ready", flush=True)
    sys.stdin.readline()
    cases.ask("stale", [notify(cookie)] + begin(), spi=spi)


def main(argv):
    cases = Cases(Wire(argv[1], argv[3]), Wire(argv[2], argv[3]))
    cases.run()
    stale(cases)


if __name__ == "__main__":
    main(sys.argv)
