"""The benchmarks themselves, on a small scale: what they time is what they say."""

import pytest

from swarmlab.core.states import Availability, TaskState
from tests.benchmarks import bench_grading
from tests.benchmarks.bench_speed import naive, ours, traced, waiting
from tests.benchmarks.swarms import a_swarm, crowded, drain, manager_of


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


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_the_graders_that_are_compared_give_the_same_grades(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_grading.main(["--notebooks", "2", "--journals", "2", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "gradebooks of the first two: equal" in printed
    assert "the kit, by journal         2 recorded sessions" in printed
