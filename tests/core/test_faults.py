"""The registry and the resources of a machine as things that go wrong; and what nobody can break."""

from collections.abc import Callable

import pytest

from swarmlab.core import faults
from swarmlab.core.agent.imagestore import NO_SPACE
from swarmlab.core.objects import ResourceRequirements, Resources
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import GIB, SECOND
from swarmlab.errors import InvalidArgument, NotFound, SwarmlabError
from tests.builders import World, a_spec


@pytest.fixture
def world() -> World:
    return World()


def took(world: World) -> int:
    """Create a service and return how long it is until its task runs, in nanoseconds."""
    began = world.now
    world.create(a_spec())
    world.settle()
    (task,) = world.running()
    return task.status.timestamp - began


def test_a_slow_registry_keeps_a_task_in_preparing_and_then_it_runs(world: World) -> None:
    usual = took(World())
    faults.slow_registry(world.simulation, 20)
    slow = took(world)
    assert usual < 2 * SECOND
    assert 12 * SECOND < slow - usual < 17 * SECOND  # 0.7 s, give or take a seventh, twenty times


def test_while_a_pull_is_slow_the_task_is_preparing(world: World) -> None:
    faults.slow_registry(world.simulation, 100)
    world.create(a_spec())
    world.run(30 * SECOND)
    (task,) = world.tasks()
    assert (task.status.state, task.status.message) == (S.PREPARING, "preparing")


def test_a_host_that_has_the_image_does_not_mind_a_registry_that_fails(world: World) -> None:
    for host in ("node1", "node2"):
        world.set_availability(host, Availability.DRAIN)
    world.create(a_spec())
    world.settle()
    faults.fail_registry(world.simulation)
    world.scale("web", 2)
    world.settle()
    assert world.hosts_of(world.running()) == ["swarm-manage", "swarm-manage"]


def test_a_host_that_loses_its_power_loses_its_processes_and_keeps_their_containers(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    engine = world.simulation.hosts["node1"].engine
    (container,) = engine.containers.values()
    assert (container.is_running, len(container.interfaces) > 0) == (True, True)
    faults.stop(world.simulation, "node1")
    assert (container.is_running, container.pid, container.exit_code) == (False, 0, 255)
    assert container.interfaces == []
    world.run(60 * SECOND)
    faults.start(world.simulation, "node1")
    world.settle()
    assert not container.is_running  # its task has been replaced meanwhile
    assert len(world.running()) == 3


def test_without_the_image_and_the_registry_tasks_are_rejected_until_it_is_well_again(world: World) -> None:
    faults.fail_registry(world.simulation)
    world.create(a_spec())
    world.run(12 * SECOND)
    failed = [task.status for task in world.tasks() if task.status.state.is_terminal]
    assert len(failed) >= 2
    assert {(status.state, status.message, status.err) for status in failed} == {
        (S.REJECTED, "preparing", "No such image: httpd:latest")
    }
    faults.mend_registry(world.simulation)
    world.settle()
    assert len(world.running()) == 1


def test_a_full_disk_refuses_images_on_that_host_only_and_what_runs_goes_on(world: World) -> None:
    world.create(a_spec("old", 3))
    world.settle()
    faults.fill_disk(world.simulation, "node1")
    world.create(a_spec("web", 3, image="nginx"))
    world.run(20 * SECOND)
    rejected = [task for task in world.tasks() if task.status.state is S.REJECTED]
    assert rejected
    assert set(world.hosts_of(rejected)) == {"node1"}
    assert {task.status.err for task in rejected} == {"No such image: nginx:latest"}
    assert len(world.running("old")) == 3
    faults.free_disk(world.simulation, "node1")
    world.settle()
    assert len(world.running("web")) == 3


def test_a_process_killed_for_want_of_memory_ends_with_137_and_is_replaced(world: World) -> None:
    world.create(a_spec())
    world.settle()
    (first,) = world.running()
    faults.out_of_memory(world.simulation, first.id)
    world.run(SECOND)
    container = world.container_of(first)
    assert (container.oom_killed, container.exit_code) == (True, 137)
    assert world.actions(first)[-2:] == ["oom", "die"]
    world.settle()
    old = world.manager.store.task(first.id)
    assert old is not None
    assert (old.status.state, old.status.err) == (S.FAILED, "task: non-zero exit (137)")
    assert len(world.running()) == 1


def test_a_machine_that_has_become_smaller_loses_tasks_within_20_seconds_and_gets_them_back(world: World) -> None:
    for host in ("swarm-manage", "node1"):
        world.set_availability(host, Availability.DRAIN)
    reserved = ResourceRequirements(reservations=Resources(memory_bytes=GIB))
    world.create(a_spec(replicas=3, resources=reserved))
    world.settle()
    faults.resize(world.simulation, "node2", memory_mib=2048)
    world.settle()
    (rejected,) = [task for task in world.tasks() if task.status.state is S.REJECTED]
    assert rejected.status.err == "assigned node no longer meets constraints"
    (waiting,) = [task for task in world.tasks() if task.status.state is S.PENDING]
    assert waiting.status.err == (
        "no suitable node (2 nodes not available for new tasks; insufficient resources on 1 node)"
    )
    faults.resize(world.simulation, "node2", cpus=4, memory_mib=4096)
    world.settle()
    assert len(world.running()) == 3
    description = world.node("node2").description
    assert description is not None
    assert (description.resources.nano_cpus, description.resources.memory_bytes) == (4_000_000_000, 4 * GIB)


def twice(fault: Callable[..., None], *args: object) -> Callable[[Simulation], None]:
    def do(simulation: Simulation) -> None:
        fault(simulation, *args)
        fault(simulation, *args)

    return do


@pytest.mark.parametrize(
    ("do", "kind", "sentence"),
    [
        (
            lambda s: faults.slow_registry(s, 1),
            InvalidArgument,
            "a registry is 2 to 1000 times as slow as usual, not 1",
        ),
        (
            lambda s: faults.slow_registry(s, "x"),
            InvalidArgument,
            "a registry is 2 to 1000 times as slow as usual, not 'x'",
        ),
        (
            twice(faults.fail_registry),
            InvalidArgument,
            "the registry fails already; mend it with mend_registry()",
        ),
        (
            twice(faults.fill_disk, "node1"),
            InvalidArgument,
            "the disk of node1 is full already; make room with free_disk('node1')",
        ),
        (lambda s: faults.free_disk(s, "node1"), InvalidArgument, "the disk of node1 is not full"),
        (
            lambda s: faults.fill_disk(s, "node9"),
            NotFound,
            'there is no host "node9"; the hosts are swarm-manage, node1, node2',
        ),
        (lambda s: faults.resize(s, "node1"), InvalidArgument, "give cpus=1.5, memory_mib=512, or both"),
        (
            lambda s: faults.resize(s, "node1", cpus=-1),
            InvalidArgument,
            "-1 is no amount; give cpus=1.5, memory_mib=512, or both",
        ),
        (
            lambda s: faults.resize(s, "node1", memory_mib="1g"),
            InvalidArgument,
            "'1g' is no amount; give cpus=1.5, memory_mib=512, or both",
        ),
        (
            lambda s: faults.out_of_memory(s, "web.1"),
            NotFound,
            'no running container belongs to "web.1"; `docker ps` on each host shows what runs',
        ),
    ],
)
def test_what_cannot_be_broken_is_refused_in_a_sentence(
    world: World, do: Callable[[Simulation], None], kind: type[SwarmlabError], sentence: str
) -> None:
    with pytest.raises(kind) as refused:
        do(world.simulation)
    assert str(refused.value) == sentence


def test_a_lab_with_a_broken_registry_and_a_full_disk_is_another_and_restores_as_such(world: World) -> None:
    well = world.simulation.digest()
    faults.fail_registry(world.simulation)
    assert world.simulation.digest() != well
    faults.fill_disk(world.simulation, "node1")
    copy = Simulation.restore(world.simulation.checkpoint())
    assert copy.digest() == world.simulation.digest()
    faults.mend_registry(copy)  # all engines of the copy have one registry, and it is not the original's
    assert copy.hosts["node2"].engine.images.refusal("httpd") is None
    assert str(copy.hosts["node1"].engine.images.refusal("httpd")) == NO_SPACE
    assert str(world.simulation.hosts["node2"].engine.images.refusal("httpd")) == (
        "received unexpected HTTP status: 503 Service Unavailable"
    )
