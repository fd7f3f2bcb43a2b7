#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Break captures in every way that comes to mind and have them read.

broken.py IKEMONCTL DIRECTORY N CAPTURE...: about N variants, seeded, so that
each run does the same. Wrong is what a sanitizer says, a signal, an exit
status that ikemonctl does not have, output that is no JSON, or a long time.
"""

import json
import os
import random
import struct
import subprocess
import sys

SECONDS = 20
SEED = 20
STATUSES = (0, 1, 3)


def frames_of(data):
    """Where the frames of a classic pcap file stand, header included."""
    if data[:4] not in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4"):
        return []
    order = "<" if data[0] == 0xd4 else ">"
    at, found = 24, []
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        if at + 16 + size > len(data):
            break
        found.append((at, 16 + size))
        at += 16 + size
    return found


def cut(data, rng):
    return data[:rng.randrange(len(data))]


def flip(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def flip_behind_header(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8))):
        out[rng.randrange(min(24, len(out) - 1), len(out))] = rng.choice(
            (0, 1, 0x7f, 0x80, 0xff))
    return bytes(out)


def reorder(data, rng):
    frames = frames_of(data)
    if not frames:
        return flip(data, rng)
    rng.shuffle(frames)
    return data[:24] + b"".join(data[a:a + n] for a, n in frames)


def repeat(data, rng):
    frames = frames_of(data)
    if not frames:
        return flip(data, rng)
    picked = rng.choices(frames, k=rng.randrange(1, 200))
    return data[:24] + b"".join(data[a:a + n] for a, n in picked)


def shorten_frame(data, rng):
    """Cut one frame and say so in its header, as a capture length does."""
    frames = frames_of(data)
    if not frames or data[0] != 0xd4:
        return cut(data, rng)
    at, size = rng.choice(frames)
    keep = rng.randrange(size - 15)
    head = data[at:at + 8] + struct.pack("<I", keep) + data[at + 12:at + 16]
    return data[:at] + head + data[at + 16:at + 16 + keep] + data[at + size:]


WAYS = (cut, flip, flip_behind_header, reorder, repeat, shorten_frame)


def fault(tool, path, *words):
    try:
        run = subprocess.run([tool, "-j", "read", *words, path],
                             capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"took more than {SECONDS} s"
    err = run.stderr.decode(errors="replace")
    if run.returncode not in STATUSES or "Sanitizer" in err or \
            "runtime error" in err:
        return f"status {run.returncode}: {err[:2000]}"
    if run.returncode and err.count("\n") != 1:
        return f"status {run.returncode} with {err!r}"
    try:
        for line in run.stdout.decode().splitlines():
            json.loads(line)
    except ValueError as what:
        return f"no JSON: {what}"
    return None


def main():
    tool, directory, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    captures = sys.argv[4:]
    rng = random.Random(SEED)
    path = os.path.join(directory, "broken.pcap")
    print("KTAP version 1")
    failed = 0
    for n, way in enumerate(WAYS, 1):
        faults = []
        for i in range(number // len(WAYS)):
            name = captures[(i * len(WAYS) + n) % len(captures)]
            with open(name, "rb") as f:
                data = way(f.read(), rng)
            with open(path, "wb") as f:
                f.write(data)
            words = ("--messages",) if rng.random() < 0.5 else ()
            what = fault(tool, path, *words)
            if what:
                kept = f"{path}.{way.__name__}.{i}"
                os.replace(path, kept)
                faults.append(f"{os.path.basename(name)} {kept}: {what}")
        for line in faults[:5]:
            print("# " + line.replace("\n", "\n# "))
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {n} broken captures: "
              f"{way.__name__.replace('_', ' ')}", flush=True)
    print(f"1..{len(WAYS)}")
    return 1 if failed else 0


sys.exit(main())
