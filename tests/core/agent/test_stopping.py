"""How an agent stops a task and takes away what is left of it; when, as seen on engines 20.10.24 and 28.5.2."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import NetworkAttachmentConfig, NetworkSpec, Placement
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import World, a_spec

ON_NODE1 = Placement(constraints=("node.hostname==node1",))
DEAF = ("sh", "-c", "trap '' TERM; while true; do sleep 1; done")


@pytest.fixture
def world() -> World:
    return World()


def lan(world: World) -> NetworkAttachmentConfig:
    return NetworkAttachmentConfig(world.manager.control.create_network(NetworkSpec("lan")).id)


def told(world: World, since: int, *kinds: str) -> list[tuple[int, str, str]]:
    """What node1's engine has told: tenths of a second after `since`, type, action."""
    events = world.simulation.hosts["node1"].engine.events.kept
    return [
        (round((event.at - since) / (100 * MILLISECOND)), event.type, event.action)
        for event in events
        if event.at >= since and event.type in kinds
    ]


def test_what_is_under_way_is_called_off_and_the_stop_follows_a_second_later(world: World) -> None:
    # agent/task.go: a cancelled operation is looked at again after a second
    world.create(a_spec(placement=ON_NODE1))
    world.settle()
    asked = world.now
    world.scale("web", 0)
    world.settle()
    assert told(world, asked, "container")[0] == (11, "container", "kill")


def test_a_task_that_is_ready_and_rests_is_stopped_at_once(world: World) -> None:
    world.create(a_spec(image="crash", placement=ON_NODE1))
    world.run(5 * SECOND)
    (ready,) = [task for task in world.tasks() if task.desired_state is S.READY]
    assert ready.status.state is S.READY
    world.scale("web", 0)
    world.run(500 * MILLISECOND)
    assert ready.id not in {task.id for task in world.tasks()}


def test_on_a_network_of_the_swarm_two_more_seconds_pass_before_the_signal_and_before_the_removal(
    world: World,
) -> None:
    # controller.go: Shutdown, which Remove begins with
    world.create(a_spec(networks=[lan(world)], placement=ON_NODE1))
    world.settle()
    asked = world.now
    world.manager.control.remove_service(world.service().id)
    world.settle()
    at = {action: tenths for tenths, _, action in told(world, asked, "container")}
    assert at["kill"] == 31
    assert at["destroy"] - at["die"] in range(23, 28)
    left = {action: tenths for tenths, _, action in told(world, asked, "network")}
    assert left["destroy"] - at["die"] <= 2  # the network goes with the process, not with the container


def test_a_network_of_the_swarm_is_on_a_node_from_the_first_task_that_wants_it_to_the_end_of_the_last(
    world: World,
) -> None:
    network = lan(world)
    began = world.now
    for name in ("a", "b"):
        world.create(a_spec(name, networks=[network], placement=ON_NODE1))
        world.settle()
    engine = world.simulation.hosts["node1"].engine
    assert list(engine.overlays) == [network.target]
    world.manager.control.remove_service(world.service("a").id)
    world.settle()
    assert list(engine.overlays) == [network.target]
    world.manager.control.remove_service(world.service("b").id)
    world.settle()
    assert engine.overlays == {}
    actions = [action for _, _, action in told(world, began, "network")]
    assert actions == ["create", "connect", "connect", "disconnect", "disconnect", "destroy"]
    created = next(event for event in engine.events.kept if event.action == "create" and event.id == network.target)
    assert (created.type, created.attributes) == ("network", {"name": "lan", "type": "overlay"})


def test_the_network_of_the_routing_mesh_is_there_from_the_moment_a_node_has_joined(world: World) -> None:
    for host in world.simulation.hosts.values():
        (event,) = [event for event in host.engine.events.kept if event.type == "network"]
        assert (event.action, event.attributes) == ("create", {"name": "ingress", "type": "overlay"})


def test_a_task_that_failed_keeps_its_network_on_the_node_as_long_as_it_is_remembered(world: World) -> None:
    world.create(a_spec(networks=[lan(world)], placement=ON_NODE1))
    world.settle()
    world.set_availability("node1", Availability.PAUSE)
    faults.kill(world.simulation, world.running()[0].id)
    world.settle()
    engine = world.simulation.hosts["node1"].engine
    assert len(engine.overlays) == 1
    world.manager.control.remove_service(world.service().id)
    world.settle()
    assert engine.overlays == {}


def test_slots_given_up_are_forgotten_at_the_next_look_and_their_containers_still_have_their_grace(
    world: World,
) -> None:
    # replicated/services.go: deleteTasksMap; controller.go: Remove
    world.create(a_spec(replicas=3, image="busybox", args=DEAF, grace=6 * SECOND, placement=ON_NODE1))
    world.settle()
    asked = world.now
    world.scale("web", 1)
    world.run(1500 * MILLISECOND)
    assert sorted(task.desired_state for task in world.tasks()) == [S.RUNNING, S.REMOVE, S.REMOVE]
    world.update(labels={"a": "b"})
    world.run(500 * MILLISECOND)
    assert [task.desired_state for task in world.tasks()] == [S.RUNNING]
    world.settle()
    events = told(world, asked, "container")
    assert [tenths for tenths, _, action in events if action == "kill"] == [11, 11, 16, 16, 71, 71]
    assert [tenths for tenths, _, action in events if action == "destroy"] == [71, 71]


def test_a_task_that_ends_by_itself_while_it_is_called_off_was_shut_down(world: World) -> None:
    world.create(a_spec(placement=ON_NODE1, networks=[lan(world)]))
    world.settle()
    (task,) = world.running()
    world.set_availability("node1", Availability.DRAIN)
    world.run(500 * MILLISECOND)
    faults.kill(world.simulation, task.id)
    world.settle()
    ended = world.manager.store.task(task.id)
    assert ended is not None
    assert (ended.status.state, ended.status.message, ended.status.err) == (S.SHUTDOWN, "shutdown", "")


def test_a_copy_made_while_a_forgotten_task_is_stopped_ends_as_the_original(world: World) -> None:
    world.create(a_spec(networks=[lan(world)], placement=ON_NODE1))
    world.settle()
    world.manager.control.remove_service(world.service().id)
    world.run(4500 * MILLISECOND)
    assert world.simulation.agents["node1"].leaving
    other = world.simulation.restore(world.simulation.checkpoint())
    world.run(5 * SECOND)
    other.run_until(world.now)
    assert not other.agents["node1"].leaving
    assert other.digest() == world.simulation.digest()
