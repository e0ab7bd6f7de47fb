"""Pulls of one host: who asks for an image that is on its way waits for the same download (distribution/xfer)."""

from collections.abc import Callable

import pytest

from swarmlab.core import faults
from swarmlab.core.agent.imagestore import REFUSES
from swarmlab.core.objects import Placement
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import World, a_spec

ON_NODE1 = Placement(constraints=("node.hostname==node1",))


@pytest.fixture
def world() -> World:
    return World()


def test_who_asks_for_an_image_that_is_on_its_way_waits_for_what_is_left(world: World) -> None:
    store = world.simulation.hosts["node1"].engine.images
    takes = store.pull("httpd")
    world.run(takes // 3)
    assert store.pull("httpd:2.4") == takes - takes // 3
    copy = Simulation.restore(world.simulation.checkpoint())
    assert copy.digest() == world.simulation.digest()
    copied = copy.hosts["node1"].engine.images
    assert copied.pull("httpd:2") == takes - takes // 3
    assert copy.digest() != world.simulation.digest()
    copy.run_until(copy.now + takes - takes // 3)
    assert [list(tags) for tags in copied.tags.values()] == [["httpd:latest", "httpd:2.4", "httpd:2"]]
    assert copied.pull("httpd") == 0
    assert not store.has("httpd")


def test_another_host_and_another_image_have_pulls_of_their_own(world: World) -> None:
    one, two = (world.simulation.hosts[name].engine.images for name in ("node1", "node2"))
    assert len({one.pull("httpd"), two.pull("httpd"), one.pull("nginx")}) == 3


def test_the_tasks_of_a_host_have_their_image_at_one_moment_and_start_one_by_one(world: World) -> None:
    world.create(a_spec(replicas=5, placement=ON_NODE1))
    world.settle()
    assert all(task.status.state is S.RUNNING for task in world.tasks())
    containers = world.simulation.hosts["node1"].engine.containers.values()
    assert (len(containers), len({container.created_at for container in containers})) == (5, 1)
    assert len({task.status.timestamp for task in world.tasks()}) > 1


def pulls(world: World) -> int:
    """How often node1 has told of a pull."""
    events = world.simulation.hosts["node1"].engine.events.kept
    return sum((event.type, event.action) == ("image", "pull") for event in events)


@pytest.mark.parametrize(("asked", "wanted"), [(3, 5), (2, 1)], ids=["two more ask", "one gives up"])
def test_each_task_that_has_waited_to_the_end_is_told_of_in_an_event(world: World, asked: int, wanted: int) -> None:
    # as seen on 20.10.24, with a registry that takes half a minute
    faults.slow_registry(world.simulation, 20)
    world.create(a_spec(replicas=asked, placement=ON_NODE1))
    world.run(5 * SECOND)
    world.scale("web", wanted)
    world.settle()
    assert (len(world.running()), pulls(world)) == (wanted, wanted)


@pytest.mark.parametrize("end", [
    lambda world: world.scale("web", 0),
    lambda world: world.manager.control.remove_service(world.service("web").id),
    lambda world: world.simulation.leave_swarm("node1", force=True),
], ids=["scaled to none", "service removed", "swarm left"])  # fmt: skip
def test_an_image_for_which_nobody_waits_does_not_come(world: World, end: Callable[[World], object]) -> None:
    faults.slow_registry(world.simulation, 20)
    world.create(a_spec(replicas=2, placement=ON_NODE1))
    world.run(5 * SECOND)
    end(world)
    world.run(60 * SECOND)
    store = world.simulation.hosts["node1"].engine.images
    assert (store.tags, store.coming, pulls(world)) == ({}, {}, 0)


def test_a_pull_ends_with_its_engine(world: World) -> None:
    store = world.simulation.hosts["node1"].engine.images
    takes = store.pull("httpd")
    world.run(100 * MILLISECOND)
    faults.stop(world.simulation, "node1")
    faults.start(world.simulation, "node1")
    world.run(takes - 101 * MILLISECOND)
    again = store.pull("httpd")
    assert again > MILLISECOND
    world.run(again - MILLISECOND)
    assert not store.has("httpd")  # the first pull would have brought it
    world.run(MILLISECOND)
    assert store.has("httpd")


def test_a_registry_that_fails_refuses_at_once_even_what_is_on_its_way(world: World) -> None:
    store = world.simulation.hosts["node1"].engine.images
    assert store.pull("httpd") > REFUSES
    faults.fail_registry(world.simulation)
    assert store.pull("httpd") == store.pull("httpd", "a task") == REFUSES
    world.settle()
    assert not store.has("httpd")


def test_a_task_whose_image_is_here_asks_no_registry_and_who_types_does(world: World) -> None:
    store = world.simulation.hosts["node1"].engine.images
    store.add("httpd")
    assert (store.pull("httpd", "a task"), pulls(world)) == (0, 1)
    assert (store.pull("httpd"), pulls(world)) == (0, 2)
    faults.fail_registry(world.simulation)
    assert (store.pull("httpd", "a task"), store.pull("httpd")) == (0, REFUSES)
