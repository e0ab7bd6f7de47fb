"""The scheduler in a swarm: what waits, why, and what makes it look again (SwarmKit: scheduler_test.go)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import (
    GenericResource,
    Placement,
    ResourceRequirements,
    Resources,
    RestartPolicy,
    ServiceMode,
    Task,
)
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import GIB, MILLISECOND, SECOND
from tests.builders import HOSTS, World, a_job, a_spec, publish


@pytest.fixture
def world() -> World:
    return World()


def reserving(cpus: float = 0, memory: int = 0, generic: tuple[GenericResource, ...] = ()) -> ResourceRequirements:
    return ResourceRequirements(reservations=Resources(int(cpus * 10**9), memory, generic=generic))


def label(world: World, hostname: str, **labels: str) -> None:
    node = world.node(hostname)
    world.manager.control.update_node(node.id, node.version, node.spec._replace(labels=labels))


def waiting(world: World, name: str = "web") -> list[Task]:
    return [task for task in world.tasks(name) if task.status.state is S.PENDING]


def test_a_task_that_fits_nowhere_says_why_and_is_placed_when_a_label_makes_it_fit(world: World) -> None:
    world.create(a_spec(placement=Placement(constraints=("node.labels.ssd==true",))))
    world.settle()
    (task,) = waiting(world)
    assert task.status.err == "no suitable node (scheduling constraints not satisfied on 3 nodes)"
    assert task.status.message == "pending task scheduling"
    label(world, "node2", ssd="true")
    world.settle()
    assert world.hosts_of(world.running()) == ["node2"]
    assert world.running()[0].status.err == ""


def test_reasons_are_merged_and_settle_on_all_nodes(world: World) -> None:
    world.set_availability("swarm-manage", Availability.DRAIN)
    world.set_availability("node1", Availability.PAUSE)
    world.create(a_spec(replicas=3, resources=reserving(cpus=1.5)))
    world.settle()
    assert len(world.running()) == 1
    assert {task.status.err for task in waiting(world)} == {
        "no suitable node (2 nodes not available for new tasks; insufficient resources on 1 node)"
    }


def test_a_status_is_written_again_only_if_the_reason_changes(world: World) -> None:
    world.create(a_spec(resources=reserving(cpus=99)))
    world.settle()
    (task,) = waiting(world)
    label(world, "node1", unimportant="yes")
    world.settle()
    assert waiting(world) == [task]
    world.set_availability("node1", Availability.PAUSE)
    world.settle()
    (after,) = waiting(world)
    assert after.version > task.version
    assert after.status.err == (
        "no suitable node (insufficient resources on 2 nodes; 1 node not available for new tasks)"
    )


def test_a_reservation_is_free_again_when_its_task_has_ended_not_when_it_was_asked_to(world: World) -> None:
    for host in ("swarm-manage", "node1"):
        world.set_availability(host, Availability.PAUSE)
    world.create(a_spec("first", resources=reserving(memory=3 * GIB)))
    world.settle()
    world.create(a_spec("second", resources=reserving(memory=3 * GIB)))
    world.settle()
    assert [task.status.err for task in waiting(world, "second")] == [
        "no suitable node (2 nodes not available for new tasks; insufficient resources on 1 node)"
    ]
    world.scale("first", 0)
    world.run(500 * MILLISECOND)
    assert [task.desired_state for task in world.tasks("first")] == [S.REMOVE]
    assert len(waiting(world, "second")) == 1
    world.settle()
    assert world.hosts_of(world.running("second")) == ["node2"]


def test_each_node_has_a_host_port_once(world: World) -> None:
    world.create(a_spec(replicas=4, ports=[publish(8080, mode="host")]))
    world.settle()
    assert world.hosts_of(world.running()) == sorted(HOSTS)
    assert [task.status.err for task in waiting(world)] == [
        "no suitable node (host-mode port already in use on 3 nodes)"
    ]


def test_max_replicas_has_no_count(world: World) -> None:
    world.create(a_spec(replicas=4, placement=Placement(max_replicas=1)))
    world.settle()
    assert [task.status.err for task in waiting(world)] == ["no suitable node (max replicas per node limit exceed)"]


def test_a_global_task_waits_on_its_node_with_the_bare_reason(world: World) -> None:
    spec = a_spec("agent", resources=reserving(cpus=1.5))._replace(mode=ServiceMode("global"))
    world.set_availability("node1", Availability.PAUSE)
    world.set_availability("node2", Availability.PAUSE)
    world.create(a_spec("first", resources=reserving(cpus=1)))
    world.settle()
    world.create(spec)
    world.settle()
    (task,) = waiting(world, "agent")
    assert task.node_id == world.node("swarm-manage").id
    assert task.status.err == "insufficient resources on 1 node"
    world.scale("first", 0)
    world.settle()
    assert world.hosts_of(world.running("agent")) == ["swarm-manage"]


def test_tasks_of_global_services_are_confirmed_before_others_are_placed(world: World) -> None:
    world.create(a_spec("web", 1, resources=reserving(cpus=1.5)))
    world.create(a_spec("agent", resources=reserving(cpus=1))._replace(mode=ServiceMode("global")))
    world.settle()
    assert len(world.running("agent")) == 3
    assert [task.status.err for task in waiting(world)] == ["no suitable node (insufficient resources on 3 nodes)"]


def test_without_any_node_the_reason_has_no_brackets() -> None:
    world = World(hosts={"alone": "10.0.0.1"}).settle()
    node = world.node("alone")
    with world.manager.store.transaction("control") as write:
        write.delete(node)
    world.create(a_spec())
    world.settle()
    assert [task.status.err for task in waiting(world)] == ["no suitable node"]


def test_an_outdated_task_that_nobody_wants_and_nothing_fits_is_shut_down_by_the_scheduler(world: World) -> None:
    world.create(a_spec(resources=reserving(cpus=99)))
    world.settle()
    (old,) = waiting(world)
    world.update(task=world.service().spec.task._replace(resources=None))
    world.settle()
    states = {task.id: task.status for task in world.tasks()}
    assert (states[old.id].state, states[old.id].message) == (S.SHUTDOWN, "pending task scheduling")
    assert len(world.running()) == 1


def test_a_task_that_fitted_nowhere_is_given_up_when_its_service_is_updated_until_it_is_forced(world: World) -> None:
    # seen: only what the scale has added finds the node
    world.create(a_spec(replicas=2, placement=Placement(constraints=("node.labels.ssd==true",))))
    world.settle()
    world.scale("web", 3)
    world.settle()
    label(world, "node1", ssd="true")
    world.settle()
    assert [task.slot for task in world.running()] == [3]
    assert {task.status.err for task in waiting(world)} == {
        "no suitable node (scheduling constraints not satisfied on 3 nodes)"
    }
    assert world.manager.scheduler is not None
    assert all(world.manager.scheduler.has_given_up(task) for task in waiting(world))
    task = world.service().spec.task
    world.update(task=task._replace(force_update=1))
    world.settle()
    assert sorted(task.slot for task in world.running()) == [1, 2, 3]


@pytest.mark.parametrize("seed", range(3))
def test_a_node_on_which_a_service_has_failed_five_times_gets_its_tasks_last(seed: int) -> None:
    world = World(seed=seed)
    world.set_availability("node1", Availability.DRAIN)
    world.create(a_spec("steady", 2))  # so that the other two nodes hold one task each ...
    world.settle()
    world.set_availability("node1", Availability.ACTIVE)  # ... and node1 is the emptiest
    world.create(a_spec("web", restart=RestartPolicy("any", delay=SECOND)))
    world.settle()
    hosts = world.hosts_of(world.running())
    assert hosts == ["node1"]
    for _ in range(5):
        assert world.hosts_of(world.running()) == ["node1"]
        faults.kill(world.simulation, world.running()[0].id)
        world.run(8 * SECOND)
    assert world.hosts_of(world.running()) != ["node1"]


@pytest.mark.parametrize("seed", range(3))
def test_the_first_slot_of_a_job_is_0_and_its_failures_count_like_all_others(seed: int) -> None:
    world = World(seed=seed)
    world.set_availability("node1", Availability.DRAIN)
    world.create(a_spec("steady", 2))
    world.settle()
    world.set_availability("node1", Availability.ACTIVE)
    world.create(a_job(args=("sleep", "1d"), restart=RestartPolicy("any", delay=SECOND)))
    for _ in range(5):
        world.run(8 * SECOND)
        (task,) = [task for task in world.tasks("job") if task.status.state is S.RUNNING]
        assert (task.slot, world.hosts_of([task])) == (0, ["node1"])
        faults.kill(world.simulation, task.id)
    world.run(8 * SECOND)
    (task,) = [task for task in world.tasks("job") if task.status.state is S.RUNNING]
    assert (task.slot, world.hosts_of([task])) != (0, ["node1"])


def test_failures_of_a_global_service_s_tasks_do_not_keep_it_or_others_off_their_node(world: World) -> None:
    world.create(a_spec(mode=ServiceMode("global", 0), restart=RestartPolicy("any", delay=SECOND)))
    world.settle()
    node = world.node("node1")
    for _ in range(6):
        (task,) = [task for task in world.running() if task.node_id == node.id]
        faults.kill(world.simulation, task.id)
        world.run(8 * SECOND)
    assert world.hosts_of(world.running()) == ["node1", "node2", "swarm-manage"]
    scheduler = world.manager.scheduler
    assert scheduler.nodes.by_id[node.id].failures == {}


# --- changes under a running task -----------------------------------------------------------------------------


def test_a_task_whose_constraint_holds_no_more_is_rejected_and_replaced_elsewhere(world: World) -> None:
    label(world, "node1", ssd="true")
    world.create(a_spec(placement=Placement(constraints=("node.labels.ssd==true",))))
    world.settle()
    label(world, "node2", ssd="true")
    label(world, "node1")
    world.settle()
    assert world.hosts_of(world.running()) == ["node2"]
    (rejected,) = [task for task in world.tasks() if task.status.state is S.REJECTED]
    assert rejected.status.message == "task rejected by constraint enforcer"
    assert rejected.status.err == "assigned node no longer meets constraints"
    assert rejected.desired_state is S.SHUTDOWN


def shrink(world: World, hostname: str, **resources: object) -> None:
    """The node's engine registers again with other resources."""
    node = world.node(hostname)
    assert node.description is not None
    description = node.description._replace(resources=node.description.resources._replace(**resources))  # type: ignore[arg-type]
    with world.manager.store.transaction("dispatcher") as write:
        write.update(node._replace(description=description))


def test_a_node_that_has_less_memory_than_its_tasks_reserve_loses_as_many_as_need_be(world: World) -> None:
    for host in ("swarm-manage", "node1"):
        world.set_availability(host, Availability.PAUSE)
    world.create(a_spec(replicas=3, resources=reserving(memory=GIB), restart=RestartPolicy("none")))
    world.settle()
    shrink(world, "node2", memory_bytes=2 * GIB)
    world.settle()
    rejected = [task for task in world.tasks() if task.status.state is S.REJECTED]
    assert len(rejected) == 1
    assert len(world.running()) == 2
    assert rejected[0].id == max(task.id for task in world.tasks())  # SwarmKit walks them in order of their ids


def test_a_paused_node_is_left_alone_whatever_its_labels_say(world: World) -> None:
    label(world, "node1", ssd="true")
    world.create(a_spec(placement=Placement(constraints=("node.labels.ssd==true",))))
    world.settle()
    world.set_availability("node1", Availability.PAUSE)
    label(world, "node1")
    world.settle()
    assert world.hosts_of(world.running()) == ["node1"]
    world.set_availability("node1", Availability.ACTIVE)
    world.settle()
    assert world.hosts_of(world.running()) == []


def test_invented_resources_reach_the_container_and_a_task_that_holds_one_goes_when_its_node_changes() -> None:
    world = World(hosts={"one": "10.0.0.1"}).settle()
    gpus = (GenericResource("gpu", name="uuid1"), GenericResource("gpu", name="uuid2"))
    world.simulation.hosts["one"].generic_resources = gpus
    shrink(world, "one", generic=gpus)
    wish = reserving(generic=(GenericResource("gpu", 1),))
    world.create(a_spec(replicas=3, resources=wish, restart=RestartPolicy("none")))
    world.settle()
    assert [task.status.err for task in waiting(world)] == ["no suitable node (insufficient resources on 1 node)"]
    engine = world.simulation.hosts["one"].engine
    env = [next(e for e in c.config.env if e.startswith("DOCKER_RESOURCE")) for c in engine.containers.values()]
    assert sorted(env) == ["DOCKER_RESOURCE_GPU=uuid1", "DOCKER_RESOURCE_GPU=uuid2"]
    label(world, "one", any="change")
    world.run(SECOND)
    assert sum(task.status.state is S.REJECTED for task in world.tasks()) == 1


def test_pending_tasks_find_a_node_that_joins() -> None:
    world = World(hosts={"one": "10.0.0.1", "two": "10.0.0.2"})
    world.create(a_spec(replicas=2, placement=Placement(max_replicas=1, constraints=("node.role==worker",))))
    world.settle()
    assert len(waiting(world)) == 1
    world.simulation._add_host("three", "10.0.0.3")
    token = world.manager.store.cluster.worker_token
    world.simulation.join_swarm("three", ("10.0.0.1:2377",), token)
    world.settle()
    assert {node.status.state for node in world.manager.store.nodes()} == {NodeState.READY}
    assert world.hosts_of(world.running()) == ["three", "two"]
