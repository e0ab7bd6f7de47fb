"""What the dispatcher makes of reports, in whatever order they come (SwarmKit: dispatcher.go, types.proto)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.messages import StatusReport
from swarmlab.core.states import NodeState
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import World, a_spec


@pytest.mark.parametrize("order", [(S.COMPLETE, S.FAILED), (S.FAILED, S.COMPLETE), (S.FAILED, S.STARTING)])
def test_of_two_reports_in_one_batch_the_greater_state_counts(order: tuple[S, S]) -> None:
    world = World()
    world.create(a_spec())
    world.settle()
    (task,) = world.running()
    host = world.hosts_of([task])[0]
    for state in order:
        world.manager.dispatcher.handle(
            StatusReport(task.node_id, {task.id: task.status._replace(state=state)}, host),
        )
    world.run(SECOND)
    found = world.manager.store.task(task.id)
    assert found is not None
    assert found.status.state is S.FAILED


def test_a_late_report_takes_no_task_back_and_one_of_a_stranger_is_dropped() -> None:
    world = World()
    world.create(a_spec())
    world.settle()
    (task,) = world.running()
    host = world.hosts_of([task])[0]
    for node_id, state in ((task.node_id, S.PREPARING), ("stranger", S.FAILED)):
        world.manager.dispatcher.handle(StatusReport(node_id, {task.id: task.status._replace(state=state)}, host))
        world.run(SECOND)
        assert [one.id for one in world.running()] == [task.id]


def test_a_node_has_three_periods_each_as_long_as_the_manager_has_last_told_it() -> None:
    # nodes.go: Heartbeat: the grace period is a multiple of the period just drawn, 4.5 to 5.5 s
    silences = []
    for seed in range(12):
        lost = World(seed=seed)  # node2 has been heard for the first time
        joined = lost.node("node2").updated_at
        faults.cut(lost.simulation, "node2")
        while lost.node("node2").status.state is NodeState.READY:
            lost.run(50 * MILLISECOND)
        silences.append((lost.now - joined) / SECOND)
    assert 13.4 < min(silences) < 14.5
    assert 15.5 < max(silences) < 16.6
