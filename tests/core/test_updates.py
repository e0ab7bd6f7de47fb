"""Rolling updates: how many at a time, how far apart, and how much may fail (SwarmKit: updater.go)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import UpdateConfig
from swarmlab.core.states import TaskState as S
from swarmlab.core.states import UpdateState
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec


@pytest.fixture
def world() -> World:
    return World()


def force(world: World) -> None:
    task = world.service().spec.task
    world.update(task=task._replace(force_update=task.force_update + 1))


def new_times(world: World) -> list[int]:
    """When each new task first ran, in seconds since it was asked for."""
    began = world.now
    force(world)
    world.simulation.take_changes()
    world.run(120 * SECOND)
    return [
        (change.at - began) // SECOND
        for change in world.simulation.take_changes()
        if change.table == "task" and change.new and change.new.status.state is S.RUNNING
        and change.new.spec.force_update and change.old.status.state is not S.RUNNING
    ]  # fmt: skip


def test_slots_are_replaced_so_many_at_a_time_with_the_delay_between(world: World) -> None:
    world.create(a_spec(replicas=4, update=UpdateConfig(parallelism=2, delay=20 * SECOND)))
    world.settle()
    first, second, third, fourth = new_times(world)
    assert second - first <= 2
    assert 18 <= third - second <= 26
    assert fourth - third <= 2


def test_without_a_delay_the_next_slot_follows_at_once(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    first, _, third = new_times(world)
    assert third - first < 15


@pytest.mark.parametrize(("failing", "state"), [(1, UpdateState.COMPLETED), (2, UpdateState.PAUSED)])
def test_a_share_of_failures_up_to_the_ratio_is_borne(world: World, failing: int, state: UpdateState) -> None:
    config = UpdateConfig(parallelism=0, failure_action="pause", max_failure_ratio=0.25)
    world.create(a_spec(replicas=4, update=config))
    world.settle()
    force(world)
    world.run(4 * SECOND)
    new = [task for task in world.running() if task.spec.force_update]
    for task in new[:failing]:
        faults.kill(world.simulation, task.id)
    world.run(60 * SECOND)
    status = world.service().update_status
    assert status is not None
    assert len(new) == 4
    assert status.state is state
