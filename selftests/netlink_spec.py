# SPDX-License-Identifier: GPL-2.0-or-later
"""The netlink specification as tables, for what is made from it."""

import os
import yaml

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../docs/netlink/specs/ikemon.yaml")


class Spec:
    """Sets of attributes by name, each with its number in "value"."""

    def __init__(self, path=PATH):
        with open(path, encoding="utf-8") as f:
            spec = yaml.safe_load(f)
        self.enums = {e["name"]: e for e in spec["definitions"]}
        self.sets = {}
        for s in spec["attribute-sets"]:
            value, attributes = 0, {}
            whole = self.sets.get(s.get("subset-of"), {})
            for a in s["attributes"]:
                value = a.get("value", value + 1)
                attributes[a["name"]] = whole.get(
                    a["name"], dict(a, value=value))
            self.sets[s["name"]] = attributes
        self.parents = {s["name"]: s.get("subset-of", s["name"])
                        for s in spec["attribute-sets"]}
        self.ops = spec["operations"]["list"]
        value = 0
        for op in self.ops:
            value = op["value"] = op.get("value", value + 1)

    def owner(self, name):
        """The set whose numbers a set has."""
        return self.parents[name]

    def op(self, name):
        return next(o for o in self.ops if o["name"] == name)

    def values(self, enum):
        """Numbers of an enum; of flags their bits."""
        enum = self.enums[enum]
        value, out = enum.get("value-start", 0) - 1, []
        for e in enum["entries"]:
            value = e.get("value", value + 1) if isinstance(e, dict) else \
                value + 1
            out.append(1 << value if enum["type"] == "flags" else value)
        return out
