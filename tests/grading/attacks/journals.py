"""Attacks by what a submission claims to have been recorded: name → function that makes the claim.

Each is given an honest journal of the attacker's own, in which nothing was solved, and one of somebody else's.
"""

import copy
from collections.abc import Callable
from typing import Any

Journal = dict[str, Any]


def _changed(**fields: Any) -> Callable[[Journal, Journal], Any]:
    return lambda mine, theirs: {**mine, **fields}


def _with(*ops: dict[str, Any]) -> Callable[[Journal, Journal], Any]:
    def make(mine: Journal, theirs: Journal) -> Journal:
        last = mine["ops"][-1]["at"]
        return {**mine, "ops": [*mine["ops"], *({"at": last, **op} for op in ops)]}

    return make


def _only_notes(mine: Journal, theirs: Journal) -> Journal:
    """A begun exercise and a passed check, and nothing in between."""
    at = mine["now"] + 20 * 10**9
    notes = [("exercise", {"id": "1.1", "rows": 0}), ("check", {"id": "1.1", "answers": {}, "score": 2.0})]
    return {**mine, "ops": [{"at": at, "op": "note", "kind": kind, "data": data} for kind, data in notes]}


def _shifted(mine: Journal, theirs: Journal) -> Journal:
    ops = copy.deepcopy(mine["ops"])
    for op in ops:
        op["at"] += 10**18
    return {**mine, "ops": ops}


def _nested(mine: Journal, theirs: Journal) -> Journal:
    value: Any = 1
    for _ in range(400):
        value = [value]
    return _with({"op": "fault", "name": "stop", "args": value})(mine, theirs)


CHECK = {"op": "note", "kind": "check", "data": {"id": "1.1", "answers": {}, "score": 2.0}}
SERVICE = {"op": "api", "host": "swarm-manage", "method": "POST", "path": "/v1.50/services/create"}

CLAIMS: dict[str, Callable[[Journal, Journal], Any]] = {
    "somebody else's journal": lambda mine, theirs: theirs,
    "nobody's journal": lambda mine, theirs: {k: v for k, v in theirs.items() if k != "learner"},
    "a claimed score": _with(CHECK),
    "notes without a session": _only_notes,
    "another seed": _changed(seed=2),
    "another lab": _changed(hosts={"swarm-manage": "192.168.1.11"}),
    "another beginning": _changed(now=0),
    "no object": lambda mine, theirs: ["op"],
    "no steps": _changed(ops=None),
    "steps of another kind": _changed(ops=[1, None, "x", {"op": "eval", "code": "1"}]),
    "an unknown step": _with({"op": "score", "points": 2.0}, CHECK),
    "an unknown fault": _with({"op": "fault", "name": "__init__", "args": []}),
    "a fault of another shape": _with({"op": "fault", "name": "stop", "args": [{"a": 1}]}),
    "a host that is not": _with({**SERVICE, "host": "__class__"}, CHECK),
    "a pickle for a body": _with(
        {**SERVICE, "base64": "gASVIQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAZ0b3VjaCB4lIWUUpQu"}, CHECK
    ),
    "a body that is no JSON": _with({**SERVICE, "body": "{" * 5000}, CHECK),
    "a million replicas": _with(
        {
            **SERVICE,
            "headers": [["content-type", "application/json"]],
            "body": '{"Name":"web-server","TaskTemplate":{"ContainerSpec":{"Image":"httpd:2.4"}},'
            '"Mode":{"Replicated":{"Replicas":100000000}}}',
        },
        {"op": "advance"},
        CHECK,
    ),
    "the end of time": _shifted,
    "steps out of order": lambda mine, theirs: {**mine, "ops": mine["ops"][::-1]},
    "too many steps": lambda mine, theirs: {**mine, "ops": [{"op": "advance", "at": mine["now"]}] * 6000},
    "too long": _with({"op": "command", "host": "node1", "line": "x" * 3_000_000, "exit_code": 0}),
    "true for a number": _with({"op": "command", "host": "node1", "line": "x", "exit_code": True}),
    "nested without end": _nested,
    "a connection that never was": _with(
        {"op": "request", "connection": {"id": 1, "server": ["node1", "c"], "address": "10.0.0.1", "port": 80}}, CHECK
    ),
    "an exercise that is not": _with({"op": "note", "kind": "stage", "data": {"id": "__import__"}}),
    "a note of another shape": _with({"op": "note", "kind": "check", "data": {"id": ["1.1"], "answers": 7}}),
    "a version to come": _changed(swarmlab=99),
}
