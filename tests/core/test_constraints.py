"""Placement constraints: what parses, and which nodes match."""

import pytest

from swarmlab.core.constraints import Constraint, matches, matches_all, parse, parse_all
from swarmlab.core.objects import Node, NodeDescription, NodeSpec, NodeStatus, Platform
from swarmlab.core.states import NodeState, Role
from swarmlab.errors import Unknown

NODE = Node(
    "n1",
    NodeSpec(labels={"zone": "East", "empty": ""}),
    Role.MANAGER,
    NodeDescription("swarm-manage", Platform("x86_64", "linux"), engine_labels={"disk": "ssd"}),
    NodeStatus(NodeState.READY, addr="192.168.1.11"),
)


@pytest.mark.parametrize(
    ("text", "constraint"),
    [
        ("node.role==manager", Constraint("node.role", True, "manager")),
        ("  node.role  !=  worker ", Constraint("node.role", False, "worker")),
        ("node.labels.a == b != c", None),  # == is looked for first; the rest has no place for "!"
        ("node.labels.path==/a/b [x]^$", Constraint("node.labels.path", True, "/a/b [x]^$")),
        ("_x==1", Constraint("_x", True, "1")),
    ],
)
def test_a_constraint_is_key_operator_value(text: str, constraint: Constraint | None) -> None:
    if constraint is None:
        with pytest.raises(Unknown, match="value 'b != c' is invalid"):
            parse(text)
    else:
        assert parse(text) == constraint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "constraint expected one operator from ==, !="),
        ("node.role=manager", "constraint expected one operator from ==, !="),
        ("a==x", "key 'a' is invalid"),
        ("1ab==x", "key '1ab' is invalid"),
        ("node.role==", "value '' is invalid"),
        ("node.role==a,b", "value 'a,b' is invalid"),
    ],
)
def test_what_does_not_parse_is_refused_in_swarmkits_words(text: str, sentence: str) -> None:
    with pytest.raises(Unknown) as refusal:
        parse(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("node.role==MANAGER", True),
        ("node.role!=manager", False),
        ("NODE.ID==n1", True),
        ("node.hostname==swarm-manage", True),
        ("node.platform.os==linux", True),
        ("node.platform.arch==amd64", False),  # no normalisation here
        ("node.labels.zone==east", True),
        ("node.labels.ZONE==east", False),  # the label's own key keeps its case
        ("node.labels.rack!=a", True),  # a missing label is the empty text
        ("node.labels.rack==a", False),
        ("engine.labels.disk==ssd", True),
        ("node.ip==192.168.1.11", True),
        ("node.ip!=192.168.1.11", False),
        ("node.ip==192.168.0.0/16", True),
        ("node.ip!=10.0.0.0/8", True),
        ("node.ip==nowhere", False),
        ("node.ip!=nowhere", False),
        ("node.foo==bar", False),
        ("node.foo!=bar", False),
        ("node.labels.!=x", None),
    ],
)
def test_which_nodes_match(text: str, holds: bool | None) -> None:
    if holds is None:
        assert matches(parse(text), NODE) is False  # a prefix without a label is an unknown key
    else:
        assert matches(parse(text), NODE) is holds


def test_a_node_that_has_not_described_itself_has_empty_values() -> None:
    unknown = Node("n2", NodeSpec())
    assert not matches(parse("node.hostname==a"), unknown)
    assert matches(parse("engine.labels.disk!=ssd"), unknown)
    assert matches(parse("node.ip!=10.0.0.1"), unknown)


def test_constraints_of_one_service_must_all_hold() -> None:
    assert matches_all(parse_all(["node.role==manager", "node.labels.zone==east"]), NODE)
    assert not matches_all(parse_all(["node.role==manager", "node.labels.zone!=east"]), NODE)
    assert matches_all((), NODE)
