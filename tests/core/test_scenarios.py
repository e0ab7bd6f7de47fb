"""What SwarmKit's own tests tell of tasks that vanish, slots that empty and nodes that go."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import RestartPolicy, ServiceMode, Task
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MINUTE, SECOND
from tests.builders import World, a_spec

EVERYWHERE = ServiceMode("global", 0)


@pytest.fixture
def world() -> World:
    return World()


def delete(world: World, task: Task) -> None:
    with world.manager.store.transaction("reaper") as write:
        write.delete(task)


def slots(world: World) -> list[int]:
    return sorted(task.slot for task in world.running())


def test_a_live_task_whose_object_is_deleted_has_a_new_one_in_its_slot_at_once(world: World) -> None:
    # replicated_test.go: TestReplicatedOrchestrator
    world.create(a_spec(replicas=2))
    world.settle()
    victim = world.running()[0]
    delete(world, victim)
    world.run(5 * SECOND)
    assert victim.id not in {task.id for task in world.tasks()}
    assert slots(world) == [1, 2]


def test_a_deleted_task_of_a_global_service_is_made_anew_only_when_something_else_happens(world: World) -> None:
    # global_test.go: TestRemoveTask
    world.create(a_spec(mode=EVERYWHERE))
    world.settle()
    delete(world, world.running()[0])
    world.run(MINUTE)
    assert len(world.running()) == 2
    world.update(labels={"touched": "yes"})
    world.settle()
    assert len(world.running()) == 3


def test_the_tasks_of_a_global_service_go_with_their_node(world: World) -> None:
    # global_test.go: TestDeleteNode
    world.create(a_spec(mode=EVERYWHERE))
    world.settle()
    node = world.node("node2")
    faults.stop(world.simulation, "node2")
    world.run(MINUTE)
    assert [task.desired_state for task in world.manager.store.tasks_on(node.id)] == [S.SHUTDOWN]
    world.manager.control.remove_node(node.id, force=True)
    world.settle()
    assert not [task for task in world.tasks() if task.node_id == node.id]
    assert world.hosts_of(world.running()) == ["node1", "swarm-manage"]


def test_slots_given_up_and_filled_again_have_the_same_numbers_and_their_history(world: World) -> None:
    world.create(a_spec(replicas=5))
    world.settle()
    for task in world.running():
        faults.kill(world.simulation, task.id)
    world.settle()
    world.scale("web", 3)
    world.run(30 * SECOND)
    gone = {1, 2, 3, 4, 5} - set(slots(world))
    assert len(gone) == 2
    assert {task.slot for task in world.tasks() if task.status.state.is_terminal} == {1, 2, 3, 4, 5}
    world.scale("web", 5)
    world.settle()
    assert slots(world) == [1, 2, 3, 4, 5]
    assert {task.slot for task in world.tasks() if task.status.state.is_terminal} >= gone


def test_with_condition_none_a_drained_node_costs_its_replica_until_the_service_is_forced(world: World) -> None:
    world.create(a_spec(replicas=2, restart=RestartPolicy("none")))
    world.settle()
    first = next(task for task in world.running() if task.slot == 1)
    host = world.hosts_of([first])[0]
    world.set_availability(host, Availability.DRAIN)
    world.settle()
    assert slots(world) == [2]
    world.scale("web", 3)
    world.settle()
    assert slots(world) == [2, 3]
    spec = world.service().spec
    world.update(task=spec.task._replace(force_update=spec.task.force_update + 1))
    world.settle()
    assert slots(world) == [1, 2, 3]


def test_a_task_that_runs_is_deleted_only_when_it_has_stopped_and_one_without_a_node_at_once(world: World) -> None:
    # task_reaper_test.go: TestTaskStateRemoveOnScaledown
    for host in ("node1", "node2"):
        world.set_availability(host, Availability.DRAIN)
    world.create(a_spec(grace=3 * SECOND))
    world.settle()
    (runs,) = world.running()
    world.set_availability("swarm-manage", Availability.PAUSE)
    world.scale("web", 2)
    world.run(SECOND)
    (waits,) = [task for task in world.tasks() if task.status.state is S.PENDING]
    faults.hang(world.simulation, runs.id)  # so that its end takes all of its grace period
    world.scale("web", 0)
    world.run(SECOND)
    assert world.manager.store.task(waits.id) is None
    left = world.manager.store.task(runs.id)
    assert left is not None
    assert (left.status.state, left.desired_state) == (S.RUNNING, S.REMOVE)
    world.settle()
    assert world.tasks() == []
