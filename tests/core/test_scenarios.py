"""What SwarmKit's own tests tell of tasks that vanish, slots that empty and nodes that go."""

import pytest

from swarmlab.core import faults
from swarmlab.core.ids import Ids
from swarmlab.core.manager.loop import Context
from swarmlab.core.manager.orchestrator.reaper import Reaper
from swarmlab.core.objects import Cluster, ClusterSpec, RestartPolicy, ServiceMode, Task, UpdateConfig
from swarmlab.core.queue import Queue
from swarmlab.core.states import Availability, NodeState, UpdateState
from swarmlab.core.states import TaskState as S
from swarmlab.core.store import Store
from swarmlab.core.units import MINUTE, SECOND
from tests.builders import World, a_service, a_spec, a_task

EVERYWHERE = ServiceMode("global", 0)
#: What heeds no signal but KILL.
DEAF = ("sh", "-c", "trap '' TERM; while true; do sleep 1; done")


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


def test_a_start_first_update_goes_on_while_old_tasks_refuse_to_stop_so_all_run_at_once(world: World) -> None:
    # updater_test.go: TestUpdaterOrder
    patient = {"grace": 5 * MINUTE, "args": DEAF, "image": "busybox"}
    at_once = UpdateConfig(parallelism=0, order="start-first", monitor=SECOND)
    world.create(a_spec(replicas=3, update=at_once, **patient))
    world.settle()
    old = {task.id for task in world.running()}
    task = world.service().spec.task
    world.update(task=task._replace(force_update=1))
    world.run(30 * SECOND)
    runs = [task for task in world.tasks() if task.status.state is S.RUNNING]
    assert len(runs) == 6
    assert {task.id for task in runs if task.desired_state is S.SHUTDOWN} == old
    assert world.service().update_status is not None
    assert world.service().update_status.state is UpdateState.COMPLETED


#: task_reaper_test.go, TestTickHistoryCleanup: observed and desired state, and whether it goes if no history is kept.
#: What has ended goes, and what was never given a node and is not wanted any more.
HISTORY = [
    (S.NEW, S.RUNNING, False),
    (S.PENDING, S.RUNNING, False),
    (S.NEW, S.SHUTDOWN, True),
    (S.PENDING, S.SHUTDOWN, True),
    (S.ASSIGNED, S.SHUTDOWN, False),
    (S.PREPARING, S.SHUTDOWN, False),
    (S.READY, S.READY, False),
    (S.RUNNING, S.RUNNING, False),
    (S.RUNNING, S.SHUTDOWN, False),
    (S.COMPLETE, S.RUNNING, True),
    (S.SHUTDOWN, S.SHUTDOWN, True),
    (S.FAILED, S.SHUTDOWN, True),
    (S.REJECTED, S.RUNNING, True),
    (S.ORPHANED, S.SHUTDOWN, True),
]


@pytest.mark.parametrize(("state", "desired", "goes"), HISTORY)
def test_without_a_history_a_task_goes_when_it_has_ended_or_was_given_up_before_it_had_a_node(
    state: S, desired: S, goes: bool
) -> None:
    queue = Queue(0)
    store = Store(queue)
    with store.transaction("control") as write:
        write.create(Cluster("c", ClusterSpec(task_history_limit=0)))
        write.create(a_service(id="s1"))
    reaper = Reaper(Context(store, queue, Ids("x"), "x", "m"))
    store.watch(reaper.watches, reaper.observe, hears=reaper.hears)
    task = a_task(state=state, desired=desired, node_id="n1" if state >= S.ASSIGNED else "")
    with store.transaction("orchestrator") as write:
        write.create(task)
    reaper.tick()
    assert (store.task(task.id) is None) == goes


def test_of_two_tasks_in_each_slot_the_first_go_when_a_third_is_made(world: World) -> None:
    # task_reaper_test.go: TestTaskHistory
    cluster = world.manager.store.cluster
    world.manager.control.update_cluster(cluster.version, cluster.spec._replace(task_history_limit=2))
    world.create(a_spec(replicas=2))
    world.settle()
    first = {task.id for task in world.running()}
    for _ in range(2):
        for task in world.running():
            faults.kill(world.simulation, task.id)
        world.settle()
    assert len(world.tasks()) == 4
    assert not first & {task.id for task in world.tasks()}


# --- what a new leader finds (replicated_test.go: TestInitialization…) ------------------------------------------


@pytest.fixture
def lone() -> World:
    """A swarm whose only manager takes no tasks, so that it can be started anew beside them."""
    world = World()
    world.set_availability("swarm-manage", Availability.DRAIN)
    return world


def lead_anew(world: World) -> None:
    """The loops begin again with nothing but the store, as after an election."""
    faults.start_engine(world.simulation, "swarm-manage")
    world.run(5 * SECOND)


def test_what_failed_while_nobody_led_is_replaced(lone: World) -> None:
    lone.create(a_spec())
    lone.settle()
    (task,) = lone.running()
    faults.stop_engine(lone.simulation, "swarm-manage")
    faults.kill(lone.simulation, task.id)
    lone.run(20 * SECOND)
    lead_anew(lone)
    lone.settle()
    ended = lone.manager.store.task(task.id)
    assert ended is not None
    assert (ended.status.state, ended.desired_state) == (S.FAILED, S.SHUTDOWN)
    (successor,) = lone.running()
    assert successor.created_at >= ended.noted_at


def test_a_node_that_is_down_when_a_leader_begins_has_its_tasks_replaced_and_they_are_still_said_to_run(
    lone: World,
) -> None:
    lone.create(a_spec(replicas=2))
    lone.settle()
    (task,) = lone.manager.store.tasks_on(lone.node("node2").id)
    faults.stop(lone.simulation, "node2")
    lone.run(12 * SECOND)
    faults.stop_engine(lone.simulation, "swarm-manage")
    lead_anew(lone)
    lone.run(MINUTE)
    assert lone.node("node2").status.state is NodeState.DOWN
    left = lone.manager.store.task(task.id)
    assert left is not None
    assert (left.status.state, left.desired_state) == (S.RUNNING, S.SHUTDOWN)
    assert lone.hosts_of(lone.running()) == ["node1", "node1"]


def test_drained_lost_and_removed_nodes_all_give_their_tasks_up(world: World) -> None:
    # drain_test.go
    world.create(a_spec(replicas=3))
    world.settle()
    assert world.hosts_of(world.running()) == ["node1", "node2", "swarm-manage"]
    world.set_availability("swarm-manage", Availability.DRAIN)
    faults.stop(world.simulation, "node2")
    world.run(MINUTE)
    assert world.hosts_of(world.running()) == ["node1"] * 3
    node = world.node("node2").id
    world.manager.control.remove_node(node)
    world.settle()
    assert {task.status.state for task in world.manager.store.tasks_on(node)} == {S.ORPHANED}


def test_a_node_that_joins_gets_a_task_of_each_global_service(world: World) -> None:
    # global_test.go: TestAddNode
    small = World(hosts={"a": "192.168.1.21", "b": "192.168.1.22", "c": "192.168.1.23"})
    small.create(a_spec(mode=EVERYWHERE))
    small.settle()
    small.simulation.leave_swarm("c", force=True)
    small.run(MINUTE)
    assert small.hosts_of(small.running()) == ["a", "b"]
    small.simulation.join_swarm("c", ("192.168.1.21:2377",), small.manager.store.cluster.worker_token)
    small.settle()
    assert small.hosts_of(small.running()) == ["a", "b", "c"]
