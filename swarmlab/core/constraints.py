"""Placement constraints: ``node.role == manager``, ``node.labels.zone != east``.

The control API refuses what does not parse, the scheduler and the enforcer ask whether a node matches.
SwarmKit: ``manager/constraint/constraint.go``.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

from swarmlab.core.objects import Node
from swarmlab.errors import Unknown

OPERATORS = ("==", "!=")  # looked for in this order
NODE_LABEL, ENGINE_LABEL = "node.labels.", "engine.labels."

_KEY = re.compile(r"[a-zA-Z_][a-zA-Z0-9\-_.]+")
_VALUE = re.compile(r"[a-zA-Z0-9:\-_\t\n\f\r .*()?+\[\]\\^$|/]+")


class Constraint(NamedTuple):
    """One condition on a node: `key` equals `value`, or differs from it."""

    key: str
    equal: bool
    value: str  # literally: no pattern, whatever characters are allowed in it

    def holds(self, actual: str) -> bool:
        """Return whether the condition holds for what the node really has; case is ignored."""
        return (actual.casefold() == self.value.casefold()) is self.equal


def parse(text: str) -> Constraint:
    """Return the constraint that `text` says.

    Raises Unknown: SwarmKit gives these errors no category, so the Engine API answers 500.
    """
    for operator in OPERATORS:
        key, found, value = text.partition(operator)
        if not found:
            continue
        key, value = key.strip(), value.strip()
        if not _KEY.fullmatch(key):
            raise Unknown(f"key '{key}' is invalid")
        if not _VALUE.fullmatch(value):
            raise Unknown(f"value '{value}' is invalid")
        return Constraint(key, operator == "==", value)
    raise Unknown(f"constraint expected one operator from {', '.join(OPERATORS)}")


def parse_all(texts: Iterable[str]) -> tuple[Constraint, ...]:
    """Return the constraints that `texts` say.  Raises Unknown for the first that says none."""
    return tuple(parse(text) for text in texts)


def matches(constraint: Constraint, node: Node) -> bool:
    """Return whether `node` satisfies `constraint`.

    A label that is not there counts as the empty text, so ``!=`` holds.  A key that nobody knows never
    holds, with either operator: the service is accepted and its tasks stay pending.
    """
    key = constraint.key
    name = key.casefold()
    if name.startswith(NODE_LABEL) and len(name) > len(NODE_LABEL):
        return constraint.holds(node.spec.labels.get(key[len(NODE_LABEL) :], ""))
    description = node.description
    if name == "node.role":
        return constraint.holds(node.role.word)
    if name == "node.hostname":
        return constraint.holds(description.hostname if description else "")
    if name == "node.id":
        return constraint.holds(node.id)
    if name == "node.ip":
        return _matches_address(constraint, node.status.addr)
    if name == "node.platform.os":
        return constraint.holds(description.platform.os if description else "")
    if name == "node.platform.arch":
        return constraint.holds(description.platform.architecture if description else "")
    if name.startswith(ENGINE_LABEL) and len(name) > len(ENGINE_LABEL):
        return constraint.holds(description.engine_labels.get(key[len(ENGINE_LABEL) :], "") if description else "")
    return False


def matches_all(constraints: Iterable[Constraint], node: Node) -> bool:
    """Return whether `node` satisfies every one of `constraints`."""
    return all(matches(constraint, node) for constraint in constraints)


def _matches_address(constraint: Constraint, address: str) -> bool:
    """Compare addresses as addresses: one, or a whole subnet; text that is neither never holds."""
    try:
        subnet = ipaddress.ip_network(constraint.value, strict=False)
    except ValueError:
        return False
    try:
        inside = ipaddress.ip_address(address) in subnet
    except ValueError:  # a node whose address is not known yet is in no subnet
        inside = False
    return inside is constraint.equal
