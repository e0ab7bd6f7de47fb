"""Spreading tasks over nodes (SwarmKit: scheduler_test.go TestHA, TestPreferences; nodeset.go)."""

import random

import pytest

from swarmlab.core.manager.scheduler.filters import Pipeline
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo
from swarmlab.core.manager.scheduler.nodeset import NodeSet
from swarmlab.core.manager.scheduler.tree import Placer
from swarmlab.core.objects import Placement, ResourceRequirements, Resources, TaskSpec
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.states import TaskState as S
from tests.builders import a_node, a_task, publish

SEEDS = range(8)


def place(
    count: int, nodes: list[NodeInfo], spec: TaskSpec | None = None, preferences: tuple[str, ...] = (), seed: int = 0
) -> tuple[dict[str, int], Pipeline]:
    spec = spec or TaskSpec()
    if preferences:
        spec = spec._replace(placement=(spec.placement or Placement())._replace(preferences=preferences))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in range(1, count + 1)]
    pipeline = Pipeline(tasks[0])
    placer = Placer(tasks, pipeline, node_set(nodes), random.Random(seed), 0)
    placer.place()
    counts = {info.node.id: 0 for info in nodes}
    for _, info in placer.placed:
        counts[info.node.id] += 1
    return counts, pipeline


def node_set(infos: list[NodeInfo]) -> NodeSet:
    nodes = NodeSet()
    for info in infos:
        nodes.put(info.node)
        for task in info.tasks.values():
            nodes.add(nodes.by_id[info.node.id], task)
        nodes.by_id[info.node.id].failures = info.failures
    return nodes


def with_tasks(node_id: str, of_service: int, others: int = 0, **fields: object) -> NodeInfo:
    info = NodeInfo(a_node(node_id, **fields))
    for _ in range(of_service):
        info.add(a_task(node_id=node_id))
    for _ in range(others):
        info.add(a_task(node_id=node_id, service_id="other"))
    return info


@pytest.mark.parametrize("seed", SEEDS)
def test_eighteen_tasks_on_five_empty_nodes_differ_by_one_at_most(seed: int) -> None:
    counts, _ = place(18, [NodeInfo(a_node(f"n{n}")) for n in range(5)], seed=seed)
    assert sorted(counts.values()) == [3, 3, 4, 4, 4]


@pytest.mark.parametrize("seed", SEEDS)
def test_with_unequal_counts_the_result_is_not_level(seed: int) -> None:
    nodes = [with_tasks("a", 0), with_tasks("b", 0), with_tasks("c", 2)]
    counts, _ = place(4, nodes, seed=seed)
    assert sorted((counts["a"], counts["b"]), reverse=True) == [3, 1]
    assert counts["c"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_service_s_own_tasks_count_before_all_tasks(seed: int) -> None:
    counts, _ = place(2, [with_tasks("a", 0, 5), with_tasks("b", 0, 1), with_tasks("c", 0, 0)], seed=seed)
    assert counts == {"a": 0, "b": 1, "c": 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_branches_of_a_preference_get_equal_numbers_of_tasks(seed: int) -> None:
    nodes = [NodeInfo(a_node("x", labels={"az": "1"}))]
    nodes += [NodeInfo(a_node(f"y{n}", labels={"az": "2"})) for n in range(4)]
    counts, _ = place(8, nodes, preferences=("node.labels.az",), seed=seed)
    assert counts == {"x": 4, "y0": 1, "y1": 1, "y2": 1, "y3": 1}


def test_five_failures_put_a_node_last() -> None:
    good, bad = with_tasks("good", 1), with_tasks("bad", 0)
    for _ in range(5):
        bad.failed(a_task(), 0)
    assert place(1, [good, bad])[0] == {"good": 1, "bad": 0}


def test_the_reasons_are_counted_per_node_most_frequent_first() -> None:
    spec = TaskSpec(resources=ResourceRequirements(reservations=Resources(nano_cpus=3_000_000_000)))
    small = Resources(1_000_000_000, 8_000_000_000)
    nodes = [NodeInfo(a_node("small", resources=small))]
    nodes += [NodeInfo(a_node("down", state=NodeState.DOWN))]
    nodes += [NodeInfo(a_node("drained", availability=Availability.DRAIN))]
    counts, pipeline = place(1, nodes, spec)
    assert sum(counts.values()) == 0
    assert pipeline.explain() == "2 nodes not available for new tasks; insufficient resources on 1 node"


@pytest.mark.parametrize(
    ("placement", "words"),
    [
        (Placement(constraints=("node.role==manager",)), "scheduling constraints not satisfied on 1 node"),
        (Placement(max_replicas=1), "max replicas per node limit exceed"),
    ],
)
def test_each_filter_has_its_words(placement: Placement, words: str) -> None:
    _, pipeline = place(1, [with_tasks("a", 1)], TaskSpec(placement=placement))
    assert pipeline.explain() == words


def test_a_host_port_is_taken_once_per_node() -> None:
    from swarmlab.core.objects import Endpoint, EndpointSpec

    endpoint = Endpoint(EndpointSpec(ports=(publish(8080, mode="host"),)))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, endpoint=endpoint) for slot in (1, 2, 3)]
    pipeline = Pipeline(tasks[0])
    nodes = node_set([NodeInfo(a_node("a")), NodeInfo(a_node("b"))])
    placer = Placer(tasks, pipeline, nodes, random.Random(1), 0)
    placer.place()
    assert [task.slot for task in placer.waiting] == [3]
    assert {info.node.id for _, info in placer.placed} == {"a", "b"}
    assert pipeline.explain() == "host-mode port already in use on 2 nodes"
