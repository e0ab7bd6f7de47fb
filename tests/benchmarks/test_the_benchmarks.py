"""The benchmarks themselves, on a small scale: what they time is what they say."""

from pathlib import Path

import pytest

from swarmlab.core.states import Availability, TaskState
from tests.benchmarks import bench_grading
from tests.benchmarks.bench_speed import meshed, naive, ours, over_loopback, through_the_mesh, traced, waiting
from tests.benchmarks.load import WORK, Client, compare, prepare
from tests.benchmarks.swarms import a_swarm, crowded, drain, manager_of
from tests.contract.serving import Served


def test_a_drained_node_of_a_crowd_ends_up_empty() -> None:
    simulation = crowded(a_swarm(4), "node1", 6)
    node_id = simulation.hosts["node1"].node_id
    manager = manager_of(simulation)
    assert [task.node_id for task in manager.store.tasks()] == [node_id] * 6
    drain(simulation, "node1")
    live = [task for task in manager.store.tasks() if task.status.state is task.desired_state is TaskState.RUNNING]
    assert len(live) == 6
    assert node_id not in {task.node_id for task in live}
    node = manager.store.node(node_id)
    assert node is not None
    assert node.spec.availability is Availability.DRAIN


def test_the_trace_has_a_row_for_each_change() -> None:
    trace = traced(a_swarm(2), 1, 3)
    assert {row.state["state"] for row in trace.rows if row.kind == "task" and row.state} >= {"new", "running"}


def test_both_schedulers_level_the_nodes() -> None:
    for scheduler in (ours, naive):
        assert scheduler(waiting(3, 9)) == [3, 3, 3]


def test_requests_are_answered_by_all_in_turn_and_by_the_peer() -> None:
    assert list(through_the_mesh(meshed(4), 6).values()) == [2, 2, 2]
    assert over_loopback(3) == {"peer": 3}


def test_each_kind_of_load_is_measured_at_both_engines(tmp_path: Path) -> None:
    served = Served(tmp_path, "--hosts", "solo=192.168.1.11,other=192.168.1.12", "--no-swarm")
    paths = [docker_host.removeprefix("unix://") for docker_host in served.hosts.values()]
    for path in paths:
        Client(path).ask("POST", "/swarm/init", {"ListenAddr": "0.0.0.0:2377"})
        prepare(path, services=2, replicas=3)
    measured = list(compare(*paths, rounds=1, requests=2))
    assert [(name, clients) for name, clients, _, _ in measured] == [(name, n) for name in WORK for n in (1, 8)]
    assert all(ours > 0 and theirs > 0 for _, _, ours, theirs in measured)
    assert served.stop() == (0, "")


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_the_graders_that_are_compared_give_the_same_grades(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_grading.main(["--notebooks", "2", "--journals", "2", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "gradebooks of the first two: equal" in printed
    assert "the kit, by journal         2 recorded sessions" in printed
