"""Recorded beside simulated: what differs, where, and whether that is known."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Json = Any
_MISSING = "(missing)"


class Difference(NamedTuple):
    """One place where the simulation says something else than the real engine."""

    path: str  # a JSON path, such as $["03 tasks"][0].err
    recorded: Json
    simulated: Json

    def __str__(self) -> str:
        return f"{self.path}\n    recorded  {self.recorded!r}\n    simulated {self.simulated!r}"


class Known(NamedTuple):
    """A difference that is there for a reason.  In `path` a ``*`` stands for anything; "" stands for all of it."""

    probe: str  # a name; ``*`` stands for anything here too
    path: str
    reason: str
    engine: str = "*"

    def covers(self, engine: str, probe: str, difference: Difference) -> bool:
        """Whether this is what `difference` is about."""
        return (
            _like(self.engine, engine) and _like(self.probe, probe) and _like(self.path, difference.path, prefix=True)
        )


def _like(pattern: str, text: str, *, prefix: bool = False) -> bool:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(expression + (r"(?:[.\[].*)?" if prefix else ""), text) is not None


def canonical(steps: Json) -> Json:
    """Return what a probe showed with the events of the swarm in a fixed order where engines have none.

    An update of one object is told for its spec, its addresses and its update state, by several components.
    """
    return {name: _in_order(seen) if name.endswith(" events") else seen for name, seen in steps.items()}


def _in_order(events: Json) -> Json:
    told = {}
    for about, rows in events["swarm"].items():
        runs = itertools.groupby(rows, key=lambda row: row["event"])
        told[about] = [row for _, run in runs for row in sorted(run, key=json.dumps)]
    return events | {"swarm": told}


def differences(recorded: Json, simulated: Json, path: str = "$") -> Iterator[Difference]:
    """Yield what differs, as deep inside as it can be told."""
    if isinstance(recorded, dict) and isinstance(simulated, dict):
        for key in sorted(recorded.keys() | simulated.keys()):
            inner = f"{path}.{key}" if re.fullmatch(r"\w+", key) else f'{path}["{key}"]'
            yield from differences(recorded.get(key, _MISSING), simulated.get(key, _MISSING), inner)
    elif isinstance(recorded, list) and isinstance(simulated, list) and len(recorded) == len(simulated):
        for index, (left, right) in enumerate(zip(recorded, simulated, strict=True)):
            yield from differences(left, right, f"{path}[{index}]")
    elif recorded != simulated or type(recorded) is not type(simulated):
        yield Difference(path, recorded, simulated)
