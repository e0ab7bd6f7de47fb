"""Journals as evidence: what of a recorded session may be replayed, and whose it is.

A check in a notebook leaves the lab's journal beside its report (`checks.report.EVIDENCE`).  The file comes from
outside, so a journal is examined line by line before a judge touches it: JSON of known shape, bounded in size, steps
and time, made in the lab of the assignment by the learner who hands it in.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from nbformat import NotebookNode

from swarmlab.checks.report import EVIDENCE
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument
from swarmlab.timeline.inputs import FAULTS
from swarmlab.timeline.journal import VERSION, Op

MOST_BYTES = 2_000_000
MOST_OPS = 5_000
#: A session may cover this much virtual time.
LONGEST = 14 * 24 * 3600 * SECOND
#: Different journals that are looked at in one notebook.
MOST_JOURNALS = 12

HEADER = ("seed", "hosts", "swarm", "engine", "now")


class Evidence(NamedTuple):
    """One journal that has been examined."""

    header: Op
    ops: list[Op]
    source: str  # "journal" (recorded by the learner) or "execution" (by the sandbox)

    @property
    def learner(self) -> str:
        """Who was known to the lab; "" if nobody was."""
        return str(self.header.get("learner", ""))

    def extends(self, other: "Evidence") -> bool:
        """Whether this is the other one, gone on."""
        return self.header == other.header and self.ops[: len(other.ops)] == other.ops


def examine(claimed: Any, source: str) -> Evidence:
    """Return a journal that may be replayed.  Raises InvalidArgument with the reason why not, a clause."""
    if not isinstance(claimed, dict):
        raise InvalidArgument("it is no journal")
    if claimed.get("swarmlab") != VERSION:
        raise InvalidArgument("it was written by another version")
    if len(json.dumps(claimed)) > MOST_BYTES:
        raise InvalidArgument(f"it is longer than {MOST_BYTES} bytes")
    ops = claimed.get("ops")
    header = {key: value for key, value in claimed.items() if key not in ("swarmlab", "ops")}
    if not isinstance(ops, list) or not all(key in header for key in HEADER):
        raise InvalidArgument("a part of it is missing")
    if len(ops) > MOST_OPS:
        raise InvalidArgument(f"it has more than {MOST_OPS} steps")
    if not _whole(header["now"]):
        raise InvalidArgument("its beginning has no time")
    last = header["now"]
    for number, op in enumerate(ops, start=1):
        problem = problem_of(op)
        if not problem and not last <= op["at"] <= header["now"] + LONGEST:
            problem = "its time is out of order or too late"
        if problem:
            raise InvalidArgument(f"step {number}: {problem}")
        last = op["at"]
    return Evidence(header, ops, source)


def belongs(evidence: Evidence, learner: str, lab: Mapping[str, Any]) -> str:
    """Return why a journal is not this learner's from this assignment's lab, a clause; "" if it is.

    `lab`: the header of the assignment's own lab.
    """
    if evidence.source == "journal" and evidence.learner != learner:
        whose = f"of {evidence.learner!r}"[:80] if evidence.learner else "of nobody in particular"
        return f"it is a journal {whose}"
    header = {key: value for key, value in evidence.header.items() if key != "learner"}
    different = sorted(key for key in {*header, *lab} if header.get(key) != lab.get(key))
    return f"its lab has another {different[0]} than the lesson's" if different else ""


def from_notebook(notebook: NotebookNode) -> tuple[list[Evidence], list[str]]:
    """Return the journals in a notebook's outputs, and a sentence for each that cannot be used."""
    found: list[Evidence] = []
    refused: list[str] = []
    for claimed in _claimed(notebook):
        try:
            new = examine(claimed, "journal")
        except InvalidArgument as error:
            refused.append(f"A recorded session does not count: {error}.")
            continue
        found = [
            *(old for old in found if not new.extends(old)),
            *([] if any(o.extends(new) for o in found) else [new]),
        ]
    if len(found) > MOST_JOURNALS:
        refused.append(f"Only the last {MOST_JOURNALS} of {len(found)} recorded sessions are looked at.")
    return found[-MOST_JOURNALS:], list(dict.fromkeys(refused))


def _claimed(notebook: NotebookNode) -> Iterator[Any]:
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        for output in outputs if isinstance(outputs, list) else []:
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict) and EVIDENCE in data:
                yield data[EVIDENCE]


# --- the shape of one op ------------------------------------------------------------------------------------------

Test = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _signed(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 31


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(p, list) and len(p) == 2 and all(map(_text, p)) for p in value)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _plain(value: Any) -> bool:
    return (
        value is None
        or isinstance(value, str | bool | int | float)
        or (isinstance(value, list) and all(map(_plain, value)))
    )


def _plains(value: Any) -> bool:
    return isinstance(value, list) and all(map(_plain, value))


def _options(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_plain, value.values()))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _files(value: Any) -> bool:
    return isinstance(value, dict) and all(data is None or _text(data) for data in value.values())


def _maybe_text(value: Any) -> bool:
    return value is None or _text(value)


_PLACE: dict[str, Test] = {"host": _text, "container": _maybe_text}
_HTTP: dict[str, Test] = {"method": _text, "path": _text, "headers": _pairs}
#: op → (fields that must be there, fields that may be).
SHAPES: dict[str, tuple[dict[str, Test], dict[str, Test]]] = {
    "api": (
        {"host": _text, "method": _text, "path": _text},
        {"query": _pairs, "body": _text, "base64": _text, "headers": _pairs},
    ),
    "fault": ({"name": lambda value: value in FAULTS}, {"args": _plains, "options": _options}),
    "wrote": ({"host": _text, "container_id": _text, "stream": _whole, "data": _text}, {}),
    "ended": ({"host": _text, "container_id": _text, "exit_code": _signed}, {}),
    "exec_ended": ({"host": _text, "exec_id": _text, "exit_code": _signed}, {}),
    "note": ({"kind": _text, "data": _object}, {}),
    "command": ({"host": _text, "line": _text, "exit_code": _signed}, {}),
    "checkpoint": ({"name": _text}, {}),
    "advance": ({}, {}),
    "resolve": ({"host": _text, "name": _text}, {**_PLACE, "type": _text, "server": _text}),
    "addresses": ({"host": _text, "name": _text}, _PLACE),
    "connect": ({"host": _text, "address": _text, "port": _whole}, {**_PLACE, "protocol": _text}),
    "request": ({"connection": _object}, {**_HTTP, **_PLACE}),
    "send": ({"connection": _object, "text": _text}, _PLACE),
    "talk": ({"connection": _object, "login": _texts, "words": _texts}, _PLACE),
    "reload": ({"host": _text, "container": _text}, {}),
    "http": ({"host": _text, "address": _text, "port": _whole}, {**_HTTP, **_PLACE}),
    "files": ({"host": _text, "files": _files}, _PLACE),
    "firewall": (
        {"host": _text, "action": _text},
        {
            **_PLACE,
            "port": _whole,
            "protocol": _text,
            "text": _text,
            "verdict": _text,
            "source": _text,
            "chain": _text,
            "name": _text,
            "permanent": _flag,
        },
    ),
    "wake": ({"until": _whole}, {}),
}


def problem_of(op: Any) -> str:
    """Return what is wrong with the shape of an op, a clause; "" if nothing is."""
    if not isinstance(op, dict) or op.get("op") not in SHAPES:
        return "it is no step that a lab writes"
    if not _whole(op.get("at")):
        return "it has no time"
    needed, allowed = SHAPES[op["op"]]
    for name, test in needed.items():
        if name not in op or not test(op[name]):
            return f"its {name} is missing or of the wrong kind"
    for name, value in op.items():
        if name in ("op", "at") or name in needed:
            continue
        if name not in allowed or not allowed[name](value):
            return f"its {name[:40]} does not belong there"
    return ""
