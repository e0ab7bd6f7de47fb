"""What a change may cost: events delivered and nodes examined, exactly.

A budget that grows is a decision, not an accident: whoever changes a number here says why.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from swarmlab.core.manager.scheduler.filters import Pipeline
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo
from swarmlab.core.network.world import Place
from swarmlab.core.objects import Driver, NetworkAttachmentConfig, NetworkSpec, Placement
from swarmlab.core.queue import Event
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.units import MINUTE, SECOND
from tests.benchmarks.swarms import a_swarm, check_running, crowded, drain, manager_of, run_services, set_availability
from tests.builders import a_spec, publish


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what is done in the block: events (heartbeats apart) by what they say, and nodes examined."""
    counts: Counter[str] = Counter()
    deliver, passes = Simulation._deliver, Pipeline.passes

    def counted_deliver(simulation: Simulation, event: Event) -> None:
        if not event.background:
            counts[type(event.payload).__name__] += 1
        deliver(simulation, event)

    def counted_passes(pipeline: Pipeline, info: NodeInfo) -> bool:
        counts["nodes examined"] += 1
        return passes(pipeline, info)

    with monkeypatch.context() as patch:
        patch.setattr(Simulation, "_deliver", counted_deliver)
        patch.setattr(Pipeline, "passes", counted_passes)
        yield counts


def test_creating_a_service_costs_a_look_a_task_however_many_nodes_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for nodes in (100, 1_000):
        simulation = a_swarm(nodes)
        with counting(monkeypatch) as counts:
            run_services(simulation, 1, 10)
        check_running(simulation, 1, 10)
        assert counts["nodes examined"] == 10
        assert {name: counts[name] for name in ("WorkDone", "StatusReport", "SendAssignments")} == {
            "WorkDone": 20,  # prepared and started, each task
            "StatusReport": 30,  # preparing, starting, running
            "SendAssignments": 10,
        }
        # Each node pulls the image, and is told of its task.
        assert sum(counts.values()) == 10 + 10 + 20 + 30 + 2 * 10 + counts["Tick"]
        assert counts["Tick"] == 9


def test_draining_one_of_a_thousand_nodes_costs_work_for_its_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = crowded(a_swarm(1_000), "node1", 100)
    before = manager_of(simulation).store.version
    with counting(monkeypatch) as counts:
        drain(simulation, "node1")
    assert manager_of(simulation).store.version - before == 11  # transactions
    assert dict(counts) == {
        "Tick": 13,
        "nodes examined": 101,  # a look a task, and one at the drained node, which is idle now
        "DelayOver": 100,  # restarts
        "PullEnds": 100,
        "SendAssignments": 201,  # 100 nodes hear of a task, and hear that it may run; one is told to stop
        "Assignments": 201,
        "WorkDone": 203,  # the old, all at one time: called off, stop, ended; each new one: prepare, start
        "ProcessEnds": 100,
        "Exited": 100,
        "StatusReport": 401,  # the old: shutdown; each of the new: preparing, ready, starting, running
    }


def steps(work: Callable[[], object]) -> int:
    """Return how many instructions of Python `work` takes: whoever looks at one thing more takes more of them."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def requests_in(nodes: int, others: int) -> dict[str, int]:
    """What some requests cost in a swarm of so many nodes, where so many other tasks run."""
    simulation = a_swarm(nodes)
    control = manager_of(simulation).control
    network = control.create_network(NetworkSpec("my_net", driver=Driver("overlay"))).id
    only = Placement(("node.hostname==node3",))  # the same places in every swarm
    where = (NetworkAttachmentConfig(network),)
    control.create_service(a_spec("web", 3, image="whoami", ports=[publish(8080)], networks=where, placement=only))
    if others:
        control.create_service(a_spec("crowd", others, networks=where, placement=Placement(("node.hostname!=node3",))))
        control.create_service(a_spec("more", others, ports=[publish(8081)]))
    assert simulation.settle(MINUTE)
    simulation.run_until(simulation.now + SECOND)
    net, outside = simulation.net, Place("node1")
    ours = [c for c in net.running_containers("node3") if c.name.startswith("web.")]
    # The order of interfaces is chance in an engine, and the way to a later one is longer.
    inside = Place("node3", next(c.id for c in ours if next(iter(c.interfaces)).network == "my_net"))
    entry = simulation.hosts["node2"].address

    def by_name() -> None:
        (address,) = net.addresses_of(inside, "web")
        for _ in range(3):  # each of its tasks once: it costs less to reach oneself
            assert net.http(inside, address, 80).status == 200

    def through_the_mesh() -> None:
        assert net.http(outside, entry, 8080).status == 200

    def unknown() -> None:
        assert net.addresses_of(inside, "nobody") == ()

    work = {"mesh": through_the_mesh, "name": by_name, "unknown name": unknown}
    for each in work.values():
        each()  # what is imported or kept at the first time is no part of it
    return {name: steps(each) for name, each in work.items()}


def test_a_request_costs_the_same_however_large_the_swarm_is() -> None:
    small = requests_in(4, 0)
    assert all(count > 500 for count in small.values())
    assert requests_in(60, 120) == small


def test_a_task_that_fits_nowhere_is_looked_at_again_only_when_something_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulation = a_swarm(10)
    for host in simulation.hosts:
        set_availability(simulation, host, Availability.PAUSE)
    manager_of(simulation).control.create_service(a_spec("web", 1))
    assert simulation.settle(MINUTE)
    with counting(monkeypatch) as counts:
        simulation.run_until(simulation.now + 10 * MINUTE)
    assert counts["nodes examined"] == 0
    with counting(monkeypatch) as counts:
        set_availability(simulation, "node3", Availability.ACTIVE)
        assert simulation.settle(MINUTE)
    assert counts["nodes examined"] == 6  # in random order: the sixth fits
