"""Global services: one task on every node that may have one (SwarmKit: global_test.go)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import Placement, RestartPolicy, ServiceMode
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec

ALL = ["node1", "node2", "swarm-manage"]


@pytest.fixture(params=(None, 1), ids=lambda shuffle: f"shuffle {shuffle}")
def world(request: pytest.FixtureRequest) -> World:
    return World(shuffle=request.param)


def a_global(**fields: object) -> object:
    return a_spec(**fields)._replace(mode=ServiceMode("global"))


def test_every_node_has_one_task_and_the_scheduler_only_confirms_it(world: World) -> None:
    world.create(a_global())
    world.run(100_000_000)
    messages = {task.status.message for task in world.tasks()}
    assert "scheduler confirmed task can run on preassigned node" in messages
    world.settle()
    assert world.hosts_of(world.running()) == ALL
    assert {task.slot for task in world.tasks()} == {0}


def test_a_drained_node_loses_its_task_without_replacement_and_gets_one_back(world: World) -> None:
    world.create(a_global())
    world.settle()
    world.set_availability("node1", Availability.DRAIN)
    world.settle()
    assert world.hosts_of(world.running()) == ["node2", "swarm-manage"]
    world.set_availability("node1", Availability.ACTIVE)
    world.settle()
    assert world.hosts_of(world.running()) == ALL


def test_a_task_that_dies_on_a_paused_node_is_not_replaced(world: World) -> None:
    world.create(a_global())
    world.settle()
    world.set_availability("node1", Availability.PAUSE)
    (victim,) = [task for task in world.running() if world.hosts_of([task]) == ["node1"]]
    faults.kill(world.simulation, victim.id)
    world.settle()
    assert world.hosts_of(world.running()) == ["node2", "swarm-manage"]


def test_a_task_that_dies_is_replaced_on_its_own_node(world: World) -> None:
    world.create(a_global())
    world.settle()
    victim = world.running()[0]
    faults.kill(world.simulation, victim.id)
    world.settle()
    assert world.hosts_of(world.running()) == ALL


def test_a_node_that_is_lost_has_no_replacement_elsewhere_and_a_new_task_when_it_returns(world: World) -> None:
    world.create(a_global())
    world.settle()
    faults.stop(world.simulation, "node2")
    world.settle()
    assert world.hosts_of(world.running()) == ["node1", "swarm-manage"]
    faults.start(world.simulation, "node2")
    world.run(20 * SECOND)
    assert world.hosts_of(world.running()) == ALL


def test_a_constraint_limits_the_nodes(world: World) -> None:
    world.create(a_global(placement=Placement(constraints=("node.role==worker",))))
    world.settle()
    assert world.hosts_of(world.running()) == ["node1", "node2"]


def test_an_update_replaces_the_tasks_one_node_after_the_other(world: World) -> None:
    world.create(a_global())
    world.settle()
    old = {task.id for task in world.running()}
    task = world.service().spec.task
    world.update(task=task._replace(force_update=1))
    least = 3
    for _ in range(300):
        world.run(100_000_000)
        least = min(least, sum(task.status.state is S.RUNNING for task in world.tasks()))
    assert least == 2
    assert world.hosts_of(world.running()) == ALL
    assert not old & {task.id for task in world.running()}


def test_condition_none_leaves_a_failed_node_empty_until_forced(world: World) -> None:
    world.create(a_global(restart=RestartPolicy("none")))
    world.settle()
    faults.kill(world.simulation, world.running()[0].id)
    world.settle()
    assert len(world.running()) == 2
    world.update(task=world.service().spec.task._replace(force_update=1))
    world.settle()
    assert world.hosts_of(world.running()) == ALL


def test_removing_the_service_removes_all_its_tasks(world: World) -> None:
    world.create(a_global())
    world.settle()
    world.manager.control.remove_service(world.service().id)
    world.settle()
    assert world.tasks() == []
