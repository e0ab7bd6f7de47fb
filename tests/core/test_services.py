"""Services from create to remove, through the whole pipeline: what a learner sees in `docker service ps`."""

from collections import Counter
from itertools import pairwise

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import ResourceRequirements, Resources, RestartPolicy, UpdateConfig
from swarmlab.core.states import Availability, NodeState, UpdateState
from swarmlab.core.states import TaskState as S
from swarmlab.core.store import Change
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import World, a_spec, publish

SHUFFLES = (None, 1, 2)


@pytest.fixture(params=SHUFFLES, ids=lambda shuffle: f"shuffle {shuffle}")
def world(request: pytest.FixtureRequest) -> World:
    return World(shuffle=request.param)


def test_a_new_task_passes_all_its_states_in_order_and_each_is_moved_by_its_owner(world: World) -> None:
    world.create(a_spec())
    world.simulation.take_changes()
    world.create(a_spec("other"))
    world.settle()
    seen: list[Change] = [c for c in world.simulation.take_changes() if c.table == "task"]
    states = list(dict.fromkeys(c.new.status.state for c in seen if c.new.service_name == "other"))
    assert states == sorted(states)
    assert {S.NEW, S.PENDING, S.ASSIGNED, S.RUNNING} <= set(states)


def test_a_service_is_running_within_two_seconds_and_its_messages_are_swarm_s(world: World) -> None:
    before = world.now
    world.create(a_spec())
    world.simulation.run_until(before + 60 * MILLISECOND)
    (task,) = world.tasks()
    assert (task.status.state, task.status.message) in {
        (S.PENDING, "pending task scheduling"),
        (S.ASSIGNED, "scheduler assigned task to node"),
    }
    world.simulation.run_until(before + 2 * SECOND)
    (task,) = world.tasks()
    assert (task.status.state, task.status.message, task.desired_state) == (S.RUNNING, "started", S.RUNNING)


def test_scaling_out_spreads_and_scaling_in_keeps_the_spread_without_history(world: World) -> None:
    world.create(a_spec(replicas=1))
    world.settle()
    world.scale("web", 5)
    world.settle()
    assert sorted(Counter(world.hosts_of(world.running())).values()) == [1, 2, 2]
    world.scale("web", 3)
    world.settle()
    assert world.hosts_of(world.tasks()) == ["node1", "node2", "swarm-manage"]
    world.scale("web", 6)
    world.settle()
    assert sorted(task.slot for task in world.tasks()) == [1, 2, 3, 4, 5, 6]  # free numbers are used again


def test_a_drained_node_keeps_no_task_and_its_slots_keep_their_history(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    before = world.now
    world.set_availability("swarm-manage", Availability.DRAIN)
    world.settle()
    assert world.now - before < 4 * SECOND  # no restart delay
    assert "swarm-manage" not in world.hosts_of(world.running())
    old = [task for task in world.tasks() if task.desired_state is S.SHUTDOWN]
    assert [(task.status.state, task.status.message) for task in old] == [(S.SHUTDOWN, "shutdown")]
    world.set_availability("swarm-manage", Availability.ACTIVE)
    world.run(60 * SECOND)
    assert "swarm-manage" not in world.hosts_of(world.running())  # nothing moves back by itself


def test_a_paused_node_keeps_its_tasks_and_gets_no_new_ones(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    world.set_availability("node1", Availability.PAUSE)
    world.settle()
    world.scale("web", 6)
    world.settle()
    assert Counter(world.hosts_of(world.running()))["node1"] == 1
    (victim,) = [task for task in world.running() if world.hosts_of([task]) == ["node1"]]
    faults.kill(world.simulation, victim.id)
    world.settle()
    assert "node1" not in world.hosts_of(world.running())


def test_a_killed_container_is_replaced_after_the_restart_delay_in_the_same_slot(world: World) -> None:
    world.create(a_spec())
    world.settle()
    (old,) = world.tasks()
    before = world.now
    faults.kill(world.simulation, old.id)
    world.settle()
    (new,) = world.running()
    assert new.slot == old.slot
    assert new.id != old.id
    assert 5 * SECOND < new.status.timestamp - before < 6 * SECOND
    ended = world.manager.store.task(old.id)
    assert ended is not None
    assert (ended.status.state, ended.status.err) == (S.FAILED, "task: non-zero exit (137)")


def test_a_crashing_service_is_tried_every_five_seconds_and_five_tasks_are_kept(world: World) -> None:
    world.create(a_spec(image="crash"))
    world.run(60 * SECOND)
    tasks = world.tasks()
    assert len(tasks) == 5
    failed = sorted(task.status.timestamp for task in tasks if task.status.state is S.FAILED)
    assert all(5 * SECOND < later - earlier < 8 * SECOND for earlier, later in pairwise(failed))


@pytest.mark.parametrize(("attempts", "tasks"), [(1, 2), (2, 3)])
def test_max_attempts_counts_restarts(world: World, attempts: int, tasks: int) -> None:
    restart = RestartPolicy("on-failure", delay=SECOND, max_attempts=attempts)
    world.create(a_spec(image="crash", restart=restart))
    world.run(60 * SECOND)
    assert len(world.tasks()) == tasks
    assert {task.desired_state for task in world.tasks()} == {S.SHUTDOWN}


def test_condition_none_never_restarts(world: World) -> None:
    world.create(a_spec(image="crash", restart=RestartPolicy("none")))
    world.run(60 * SECOND)
    (task,) = world.tasks()
    assert (task.status.state, task.desired_state, task.status.message) == (S.FAILED, S.SHUTDOWN, "started")


def test_a_container_that_ends_well_is_complete_and_replaced_only_if_the_condition_is_any(world: World) -> None:
    once = RestartPolicy("on-failure", delay=SECOND)
    world.create(a_spec("once", image="busybox", args=("sleep", "1"), restart=once))
    world.create(a_spec("again", image="busybox", args=("sleep", "1"), restart=RestartPolicy("any", delay=SECOND)))
    world.run(20 * SECOND)
    assert [task.status.state for task in world.tasks("once")] == [S.COMPLETE]
    assert len(world.tasks("again")) >= 4


def test_a_missing_image_is_rejected_with_the_engine_s_words(world: World) -> None:
    world.create(a_spec(image="nosuch:1"))
    world.run(3 * SECOND)
    task = next(task for task in world.tasks() if task.status.state.is_terminal)
    assert (task.status.state, task.status.message, task.status.err) == (
        S.REJECTED,
        "preparing",
        "No such image: nosuch:1",
    )


@pytest.mark.parametrize(
    ("settings", "state", "message", "err", "exit_code"),
    [
        (
            {"user": "nosuch"},
            S.FAILED,
            "starting",
            "starting container failed: unable to find user nosuch: no matching entries in passwd file",
            128,
        ),
        ({"stop_signal": "BOGUS"}, S.REJECTED, "preparing", "invalid signal: BOGUS", 0),
        (
            {"dir": "rel"},
            S.REJECTED,
            "preparing",
            "the working directory 'rel' is invalid, it needs to be an absolute path",
            0,
        ),
    ],
)
def test_settings_that_no_engine_takes_end_a_task_in_the_engine_s_words(
    world: World, settings: dict[str, str], state: S, message: str, err: str, exit_code: int
) -> None:
    spec = a_spec()
    assert spec.task.container is not None
    world.create(spec._replace(task=spec.task._replace(container=spec.task.container._replace(**settings))))
    world.run(3 * SECOND)
    task = next(task for task in world.tasks() if task.status.state.is_terminal)
    assert (task.status.state, task.status.message, task.status.err) == (state, message, err)
    assert (task.status.container.exit_code if task.status.container else 0) == exit_code


def test_what_fits_nowhere_stays_pending_and_says_why(world: World) -> None:
    resources = ResourceRequirements(reservations=Resources(nano_cpus=64_000_000_000))
    world.create(a_spec(resources=resources))
    world.run(5 * SECOND)
    (task,) = world.tasks()
    assert (task.status.state, task.status.err) == (
        S.PENDING,
        "no suitable node (insufficient resources on 3 nodes)",
    )


def test_a_lost_node_is_down_after_its_heartbeats_and_its_tasks_run_elsewhere(world: World) -> None:
    world.create(a_spec(replicas=6))
    world.settle()
    before = world.now
    faults.stop(world.simulation, "node2")
    while world.node("node2").status.state is not NodeState.DOWN:
        assert world.simulation.step()
    assert 8 * SECOND <= world.now - before <= 16.5 * SECOND
    assert world.node("node2").status.message == "heartbeat failure"
    world.settle()
    assert len(world.running()) == 6
    stale = [task for task in world.tasks() if task.desired_state is S.SHUTDOWN]
    assert {task.status.state for task in stale} == {S.RUNNING}  # its last word: 8/6 in `service ls`
    faults.start(world.simulation, "node2")
    world.run(10 * SECOND)
    assert world.node("node2").status.state is NodeState.READY
    assert all(task.status.state is not S.RUNNING for task in world.tasks() if task.desired_state is S.SHUTDOWN)
    assert "node2" not in world.hosts_of(world.running())


def test_a_short_cut_is_not_noticed(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    ids = {task.id for task in world.running()}
    faults.cut(world.simulation, "node2")
    world.run(6 * SECOND)
    faults.mend(world.simulation, "node2")
    world.run(30 * SECOND)
    assert world.node("node2").status.state is NodeState.READY
    assert {task.id for task in world.running()} == ids


def test_a_cut_node_s_containers_go_on_and_are_stopped_when_it_returns(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    engine = world.simulation.hosts["node2"].engine
    faults.cut(world.simulation, "node2")
    world.run(30 * SECOND)
    assert world.node("node2").status.state is NodeState.DOWN
    assert [container.is_running for container in engine.containers.values()] == [True]
    faults.mend(world.simulation, "node2")
    world.run(30 * SECOND)
    assert world.node("node2").status.state is NodeState.READY
    assert not any(container.is_running for container in engine.containers.values())


def test_after_a_day_down_the_tasks_of_a_node_are_orphaned(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    faults.stop(world.simulation, "node2")
    world.settle()
    lost = [task.id for task in world.tasks() if task.desired_state is S.SHUTDOWN]
    world.run(23 * 3600 * SECOND)
    assert [task.status.state for task in world.tasks() if task.id in lost] == [S.RUNNING]
    world.run(3600 * SECOND + 20 * SECOND)
    states = [task.status.state for task in world.tasks() if task.id in lost]
    assert states == [S.ORPHANED]


def test_a_node_that_comes_back_after_days_stops_what_the_swarm_has_forgotten(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    containers = world.simulation.hosts["node2"].engine.containers
    faults.cut(world.simulation, "node2")
    world.run(25 * 3600 * SECOND)
    world.manager.control.remove_service(world.service().id)
    world.settle()
    assert world.tasks() == []
    assert [container.is_running for container in containers.values()] == [True]
    faults.mend(world.simulation, "node2")
    world.run(60 * SECOND)
    assert containers == {}


def test_removing_a_service_frees_its_name_at_once_and_leaves_nothing(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    world.manager.control.remove_service(world.service().id)
    world.create(a_spec(replicas=1))
    world.settle()
    assert len(world.tasks()) == 1
    assert sum(len(host.engine.containers) for host in world.simulation.hosts.values()) == 1


def test_publishing_replaces_every_task_one_at_a_time_and_keeps_the_others_running(world: World) -> None:
    world.create(a_spec(replicas=3))
    world.settle()
    old = {task.id for task in world.running()}
    world.update(endpoint=world.service().spec.endpoint._replace(ports=(publish(8080),)))  # type: ignore[union-attr]
    least = 3
    while world.service().update_status is None or world.service().update_status.state is UpdateState.UPDATING:  # type: ignore[union-attr]
        assert world.simulation.step()
        least = min(least, sum(1 for task in world.tasks() if task.status.state is S.RUNNING))
    assert least == 2
    assert not old & {task.id for task in world.running()}
    status = world.service().update_status
    assert status is not None
    assert (status.state, status.message) == (UpdateState.COMPLETED, "update completed")


def test_scale_and_labels_replace_nothing(world: World) -> None:
    world.create(a_spec(replicas=2))
    world.settle()
    old = {task.id for task in world.running()}
    world.update(labels={"a": "b"})
    world.scale("web", 3)
    world.settle()
    assert old < {task.id for task in world.running()}
    assert world.service().update_status is None


@pytest.mark.parametrize(
    ("action", "state", "images"),
    [
        ("pause", UpdateState.PAUSED, {"httpd:latest", "crash"}),
        ("rollback", UpdateState.ROLLBACK_COMPLETED, {"httpd:latest"}),
        ("continue", UpdateState.COMPLETED, {"crash"}),
    ],
)
def test_a_failing_update_pauses_rolls_back_or_goes_on(
    world: World, action: str, state: UpdateState, images: set[str]
) -> None:
    world.create(a_spec(replicas=3, update=UpdateConfig(failure_action=action)))
    world.settle()
    spec = world.service().spec
    assert spec.task.container is not None
    container = spec.task.container._replace(image="crash")
    world.update(task=spec.task._replace(container=container))
    world.run(90 * SECOND)
    status = world.service().update_status
    assert status is not None
    assert status.state is state
    live = [task for task in world.tasks() if task.desired_state <= S.RUNNING]
    assert {task.spec.container.image for task in live if task.spec.container} == images


def test_start_first_never_has_fewer_tasks_than_wanted(world: World) -> None:
    world.create(a_spec(replicas=2, update=UpdateConfig(order="start-first")))
    world.settle()
    spec = world.service().spec
    world.update(task=spec.task._replace(force_update=1))
    least, most = 9, 0
    for _ in range(200):
        world.run(100 * MILLISECOND)
        running = sum(1 for task in world.tasks() if task.status.state is S.RUNNING)
        least, most = min(least, running), max(most, running)
    assert least == 2
    assert most > 2
    assert {task.spec.force_update for task in world.running()} == {1}


@pytest.mark.parametrize("shuffle", [None, *range(1, 9)])
def test_a_container_that_ends_as_soon_as_it_starts_is_not_taken_for_running(shuffle: int | None) -> None:
    world = World(shuffle=shuffle)
    world.create(a_spec(image="busybox:1.36", args=["true"]))
    world.run(60 * SECOND)
    assert len(world.tasks()) > 3  # replaced again and again
    assert [task for task in world.running() if world.now - task.status.timestamp > SECOND] == []
