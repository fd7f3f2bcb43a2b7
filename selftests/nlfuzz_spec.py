#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print selftests/nlfuzz_spec.h: what each netlink command takes.

docs/netlink/regen.sh calls it.
"""

from netlink_spec import Spec

SPEC = Spec()
TOP = {"u8": 2**8 - 1, "u16": 2**16 - 1, "u32": 2**32 - 1, "u64": 2**64 - 1}
# A table of any size is made when the module is switched on.
MOST = {"max-sessions": 5000, "max-sources": 5000, "max-sas": 5000}
# Switching on and off takes long, and with the others nothing is done.
RARE = ("mode", "check", "generation")


def const(*words):
    return "_".join(words).upper().replace("-", "_")


def limits(a):
    kind = a["type"]
    low, high = 0, TOP.get(kind, 40)
    if "enum" in a:
        values = SPEC.values(a["enum"])
        low, high = min(values), max(values)
        if SPEC.enums[a["enum"]]["type"] == "flags":
            low, high = 0, 2 * high - 1
    low = a.get("checks", {}).get("min", low)
    high = a.get("checks", {}).get("max", high)
    return low, MOST.get(a["name"], high)


def attribute(owner, a):
    low, high = limits(a)
    nested = const("set", a["nested-attributes"]) if a["type"] == "nest" \
        else "0"
    order = "be" if a.get("byte-order") == "big-endian" else ""
    kind = const(order + a["type"].lstrip("u" if order else ""))
    name = const(owner, a["name"])
    return f"\tA({name}, {kind}, {nested}, {int(a['name'] in RARE)}, " \
        f"{low}, {high}U),"


def tables():
    yield "enum set {"
    for name in SPEC.sets:
        yield f"\t{const('set', name)},"
    yield "};\n"
    for name, attributes in SPEC.sets.items():
        owner = SPEC.owner(name)
        yield f"static const struct attr {name.replace('-', '_')}_attr[] = {{"
        for a in attributes.values():
            yield attribute(owner, a)
        yield "};\n"
    yield "static const struct attrs sets[] = {"
    for name in SPEC.sets:
        table = name.replace("-", "_") + "_attr"
        yield f"\t[{const('set', name)}] = {{ {table}, ARRAY_SIZE({table}) }},"
    yield "};\n"


def request(op, how):
    """Names of what a request takes; None if there is no such request."""
    if how not in op:
        return None
    return op[how].get("request", {}).get("attributes", [])


def commands():
    rows = []
    for op in SPEC.ops:
        for how in ("do", "dump"):
            names = request(op, how)
            if names is None:
                continue
            attributes = SPEC.sets[op["attribute-set"]]
            table = f"{op['name'].replace('-', '_')}_{how}"
            numbers = [str(attributes[name]["value"]) for name in names]
            yield f"static const uint8_t {table}[] = {{"
            for i in range(0, len(numbers), 12):
                yield f"\t{', '.join(numbers[i:i + 12])},"
            yield "};\n"
            rows.append(f"\t{{ {const('ikemon-cmd', op['name'])}, "
                        f"{int(how == 'dump')}, "
                        f"{const('set', op['attribute-set'])},\n"
                        f"\t  {table}, ARRAY_SIZE({table}) }},")
    yield "static const struct command commands[] = {"
    yield from rows
    yield "};"


def main():
    print("/* SPDX-License-Identifier: GPL-2.0-or-later */")
    print("/* Made by docs/netlink/regen.sh from the specification. */")
    for line in list(tables()) + list(commands()):
        print(line)


main()
