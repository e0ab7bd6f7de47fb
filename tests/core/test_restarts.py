"""When a task gets a successor, how often, and what the successor waits for (SwarmKit: restart.go, task_reaper.go)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import Placement, RestartPolicy, ServiceMode
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec


@pytest.fixture
def world() -> World:
    return World()


def made(world: World) -> int:
    """How many tasks there have ever been since this was last asked."""
    return sum(1 for change in world.simulation.take_changes() if change.table == "task" and change.old is None)


def kill(world: World) -> None:
    faults.kill(world.simulation, world.running()[0].id)


@pytest.mark.parametrize("attempts", [1, 3, 7])
def test_a_slot_is_filled_again_so_many_times_and_all_its_tasks_are_kept(world: World, attempts: int) -> None:
    world.create(a_spec(image="crash:at-once", restart=RestartPolicy("any", SECOND, attempts)))
    world.run(120 * SECOND)
    assert made(world) == attempts + 1
    assert len(world.tasks()) == attempts + 1  # more than the history limit of five, if need be


def test_restarts_before_the_window_are_forgiven_and_those_in_it_are_not(world: World) -> None:
    world.create(a_spec(restart=RestartPolicy("any", SECOND, max_attempts=1, window=10 * SECOND)))
    world.settle()
    kill(world)
    world.run(30 * SECOND)
    kill(world)
    world.run(5 * SECOND)
    assert len(world.running()) == 1
    kill(world)
    world.run(60 * SECOND)
    assert world.running() == []
    assert made(world) == 3


def test_a_new_revision_has_its_attempts_anew(world: World) -> None:
    world.create(a_spec(restart=RestartPolicy("any", SECOND, max_attempts=1)))
    world.settle()
    for _ in range(2):
        kill(world)
        world.run(10 * SECOND)
    assert world.running() == []
    task = world.service().spec.task
    world.update(task=task._replace(force_update=1))
    world.settle()
    kill(world)
    world.run(10 * SECOND)
    assert len(world.running()) == 1


def test_a_successor_is_prepared_but_does_not_start_before_the_old_task_has_stopped(world: World) -> None:
    world.set_availability("swarm-manage", Availability.PAUSE)
    world.create(a_spec(image="busybox", args=("sleep", "1000")))  # takes no notice of SIGTERM: killed after 10 s
    world.run(5 * SECOND)
    (old,) = world.running()
    world.set_availability(world.hosts_of([old])[0], Availability.DRAIN)
    world.run(8 * SECOND)
    new = next(task for task in world.tasks() if task.id != old.id)
    assert (new.desired_state, new.status.state) == (S.READY, S.READY)
    world.run(10 * SECOND)
    assert [task.id for task in world.running()] == [new.id]
    stopped = world.manager.store.task(old.id)
    assert stopped is not None
    assert stopped.status.state is S.SHUTDOWN
    assert stopped.status.container is not None
    assert stopped.status.container.exit_code == 137


def test_a_constraint_that_holds_replaces_nothing_and_is_enforced_from_then_on(world: World) -> None:
    world.create(a_spec())
    world.settle()
    (task,) = world.running()
    (hostname,) = world.hosts_of([task])
    node = world.node(hostname)
    world.manager.control.update_node(node.id, node.version, node.spec._replace(labels={"ssd": "true"}))
    placement = Placement(constraints=("node.labels.ssd==true",))
    world.update(task=world.service().spec.task._replace(placement=placement))
    world.settle()
    assert [one.id for one in world.running()] == [task.id]
    node = world.node(hostname)
    world.manager.control.update_node(node.id, node.version, node.spec._replace(labels={}))
    world.settle()
    assert world.manager.store.task(task.id).status.err == "assigned node no longer meets constraints"


def test_a_global_service_makes_no_task_at_all_for_a_node_that_its_constraints_exclude(world: World) -> None:
    placement = Placement(constraints=("node.role==worker",))
    world.create(a_spec(placement=placement)._replace(mode=ServiceMode("global")))
    world.settle()
    assert world.hosts_of(world.tasks()) == ["node1", "node2"]
