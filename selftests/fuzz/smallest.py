#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep of a corpus what covers most with few small files.

smallest.py TO CONTROL...: each CONTROL is what -set_cover_merge=1 writes with
-merge_control_file. In TO come at most 40 files, of at most 4000 octets, that
reach together as much code as such files can.
"""

import hashlib
import os
import sys

FILES, SIZE = 40, 4000


def read(path, number):
    """Yield (name, places) of each input; @number tells programs apart."""
    with open(path, encoding="utf-8") as f:
        n = int(f.readline())
        f.readline()
        names = [f.readline().rstrip("\n") for _ in range(n)]
        for line in f:
            words = line.split()
            # a feature is a place and how often it was reached, in 3 bits
            if words[0] == "FT":
                yield names[int(words[1])], {
                    (number, int(w) >> 3) for w in words[2:]}


def main():
    reach = {}
    for number, path in enumerate(sys.argv[2:]):
        for name, places in read(path, number):
            if 0 < os.path.getsize(name) <= SIZE:
                reach.setdefault(name, set()).update(places)
    have, kept = set(), []
    while reach and len(kept) < FILES:
        name = max(reach, key=lambda n: (len(reach[n] - have),
                                         -os.path.getsize(n)))
        if not reach[name] - have:
            break
        have |= reach.pop(name)
        kept.append(name)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name in kept:
        with open(name, "rb") as f:
            data = f.read()
        to = os.path.join(sys.argv[1], hashlib.sha1(data).hexdigest())
        with open(to, "wb") as f:
            f.write(data)
    print(f"{sys.argv[1]}: {len(kept)} files, {len(have)} places")


main()
