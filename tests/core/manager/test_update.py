"""Rolling updates and rollbacks, a sentence of SwarmKit's updater at a time.

SwarmKit: ``manager/orchestrator/update/updater.go``, ``manager/orchestrator/task.go``, ``api/defaults/service.go``.
"""

from collections import Counter

import pytest

from swarmlab.core.objects import Placement, RestartPolicy, Service, ServiceMode, ServiceSpec, Task, UpdateConfig
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.states import UpdateState as U
from swarmlab.core.units import MILLISECOND, MINUTE, SECOND
from swarmlab.errors import FailedPrecondition, SwarmlabError
from tests.builders import World, a_check, a_spec, publish


@pytest.fixture(params=(None, 1), ids=lambda shuffle: f"shuffle {shuffle}")
def world(request: pytest.FixtureRequest) -> World:
    return World(shuffle=request.param)


def running_web(world: World, replicas: int = 3, **fields: object) -> None:
    world.create(a_spec(replicas=replicas, **fields))
    world.settle()
    assert len(world.running()) == replicas


def to_image(world: World, image: str, **fields: object) -> None:
    spec = world.service().spec
    container = spec.task.container
    assert container is not None
    world.update(task=spec.task._replace(container=container._replace(image=image, **fields)))


def images(world: World, tasks: list[Task] | None = None) -> Counter[str]:
    return Counter(t.spec.container.image for t in (world.running() if tasks is None else tasks) if t.spec.container)


def status(world: World) -> tuple[U, str] | None:
    found = world.service().update_status
    return (found.state, found.message) if found else None


def wait_for(world: World, *states: U, limit: int = 120) -> U:
    for _ in range(limit * 20):
        found = world.service().update_status
        if found is not None and found.state in states:
            return found.state
        world.run(50 * MILLISECOND)
    raise AssertionError(f"the update was never one of {states}, but {status(world)}")


def force(world: World, **fields: object) -> None:
    task = world.service().spec.task
    world.update(task=task._replace(force_update=task.force_update + 1), **fields)


def roll_back(world: World) -> None:
    service = world.service()
    world.manager.control.update_service(service.id, service.version, service.spec, rollback=True)


def starts(world: World, image: str) -> list[int]:
    """When the containers of an image were started, in order."""
    containers = [c for host in world.simulation.hosts.values() for c in host.engine.containers.values()]
    return sorted(c.started_at for c in containers if c.config.image == image and c.started_at)


def most_at_once(world: World, ns: int) -> tuple[int, int]:
    """Return the fewest and the most tasks that ran at once in the next `ns`."""
    counts = []
    for _ in range(ns // (50 * MILLISECOND)):
        world.run(50 * MILLISECOND)
        counts.append(sum(task.status.state is S.RUNNING for task in world.tasks()))
    return min(counts), max(counts)


# --- the course of an update ------------------------------------------------------------------------------


def test_an_update_is_in_progress_until_nothing_has_failed_for_the_monitor_period(world: World) -> None:
    running_web(world, replicas=1)
    to_image(world, "nginx")
    world.run(SECOND)
    assert status(world) == (U.UPDATING, "update in progress")
    wait_for(world, U.COMPLETED)
    found = world.service().update_status
    assert found is not None
    assert found.message == "update completed"
    (started,) = starts(world, "nginx")
    assert 5 * SECOND <= found.completed_at - started < 6 * SECOND
    assert found.started_at < started


def test_by_default_one_task_is_replaced_at_a_time_and_the_old_one_stops_first(world: World) -> None:
    running_web(world, replicas=4)
    to_image(world, "nginx")
    assert most_at_once(world, 30 * SECOND) == (3, 4)
    assert images(world) == {"nginx": 4}


def test_parallelism_says_how_many_slots_are_replaced_at_a_time(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(parallelism=2))
    to_image(world, "nginx")
    assert most_at_once(world, 30 * SECOND) == (2, 4)


def test_parallelism_0_replaces_all_at_once(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(parallelism=0))
    to_image(world, "nginx")
    assert most_at_once(world, 30 * SECOND)[0] == 0
    assert images(world) == {"nginx": 4}


def test_start_first_starts_the_new_task_before_the_old_one_stops(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(order="start-first", delay=2 * SECOND))
    to_image(world, "nginx")
    assert most_at_once(world, 30 * SECOND) == (4, 5)
    assert images(world) == {"nginx": 4}


def test_start_first_keeps_the_old_task_when_the_new_one_fails(world: World) -> None:
    running_web(world, replicas=2, update=UpdateConfig(order="start-first"))
    to_image(world, "nosuch:1")
    wait_for(world, U.PAUSED)
    world.run(10 * SECOND)
    assert images(world) == {"httpd:latest": 2}
    assert len(world.running()) == 2


def test_the_delay_lies_between_one_slot_and_the_next(world: World) -> None:
    running_web(world, replicas=3, update=UpdateConfig(delay=10 * SECOND))
    to_image(world, "nginx")
    wait_for(world, U.COMPLETED)
    first, second, third = starts(world, "nginx")
    assert second - first > 10 * SECOND
    assert third - second > 10 * SECOND


def test_the_delay_runs_after_the_last_slot_too_and_monitoring_is_longer_than_the_delay(world: World) -> None:
    running_web(world, replicas=1, update=UpdateConfig(delay=8 * SECOND))
    to_image(world, "nginx")
    wait_for(world, U.COMPLETED)
    found = world.service().update_status
    assert found is not None
    assert 17 * SECOND <= found.completed_at - starts(world, "nginx")[0] < 18 * SECOND  # 8 s, then 8 s and one more


def test_a_stop_first_update_waits_for_an_old_task_no_longer_than_a_minute(world: World) -> None:
    running_web(world, replicas=1, image="busybox", args=("sleep", "100000"), grace=5 * MINUTE)
    force(world)
    world.run(50 * SECOND)
    assert world.tasks()[-1].desired_state is S.READY
    world.run(15 * SECOND)
    assert world.tasks()[-1].status.state is S.RUNNING
    assert world.tasks()[0].status.state is S.RUNNING  # it still has not stopped


def test_a_new_task_that_fails_early_does_not_let_the_next_slot_begin_before_the_old_one_has_stopped(
    world: World,
) -> None:
    config = UpdateConfig(failure_action="continue")
    running_web(world, replicas=2, image="busybox", args=("sleep", "100000"), grace=10 * SECOND, update=config)
    to_image(world, "nosuch:1")
    world.run(5 * SECOND)
    assert sum(task.desired_state is S.SHUTDOWN for task in world.tasks() if images(world, [task])["busybox"]) == 1


def test_a_task_that_cannot_be_placed_holds_the_update_up_for_ever(world: World) -> None:
    running_web(world, replicas=2)
    spec = world.service().spec
    world.update(task=spec.task._replace(force_update=1, placement=Placement(("node.hostname==nosuch",))))
    world.run(10 * MINUTE)
    assert status(world) == (U.UPDATING, "update in progress")
    assert len(world.running()) == 1


def test_a_new_task_must_be_healthy_before_the_next_slot_is_replaced(world: World) -> None:
    running_web(world, replicas=2, image="health")
    container = world.service().spec.task.container
    assert container is not None
    to_image(world, "health:good", healthcheck=a_check("true", interval=6 * SECOND))
    wait_for(world, U.COMPLETED)
    first, second = starts(world, "health:good")
    assert second - first > 6 * SECOND


def test_a_new_task_that_never_gets_healthy_is_a_failure(world: World) -> None:
    running_web(world, replicas=2, image="health")
    to_image(world, "health:bad")
    assert wait_for(world, U.PAUSED, U.COMPLETED) is U.PAUSED
    assert images(world)["health"] == 1


# --- what is replaced -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: spec._replace(labels={"a": "b"}),
        lambda spec: spec._replace(update=UpdateConfig(parallelism=7)),
        lambda spec: spec._replace(rollback=UpdateConfig(parallelism=7)),
        lambda spec: spec._replace(mode=ServiceMode(replicas=3)),
        lambda spec: spec._replace(task=spec.task._replace(placement=Placement(("node.hostname!=nosuch",)))),
        lambda spec: spec._replace(task=spec.task._replace(placement=Placement(max_replicas=2))),
    ],
    ids=["labels", "update settings", "rollback settings", "replicas", "constraint that holds", "replicas per node"],
)
def test_what_does_not_concern_a_task_replaces_none_and_leaves_no_update_status(world: World, change) -> None:  # type: ignore[no-untyped-def]
    running_web(world, replicas=2)
    before = {task.id for task in world.tasks()}
    service: Service = world.service()
    spec: ServiceSpec = change(service.spec)
    world.manager.control.update_service(service.id, service.version, spec)
    world.settle()
    assert before <= {task.id for task in world.running()}
    assert status(world) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: spec._replace(task=spec.task._replace(force_update=1)),
        lambda spec: spec._replace(task=spec.task._replace(restart=RestartPolicy(delay=SECOND))),
        lambda spec: spec._replace(endpoint=spec.endpoint._replace(ports=(publish(8080),))),
        lambda spec: spec._replace(
            task=spec.task._replace(container=spec.task.container._replace(env=("A=1",), labels={"c": "d"}))
        ),
    ],
    ids=["force", "restart delay", "port", "environment"],
)
def test_what_concerns_a_task_replaces_all(world: World, change) -> None:  # type: ignore[no-untyped-def]
    running_web(world, replicas=2)
    before = {task.id for task in world.tasks()}
    service = world.service()
    world.manager.control.update_service(service.id, service.version, change(service.spec))
    wait_for(world, U.COMPLETED)
    assert not before & {task.id for task in world.running()}


def test_a_constraint_that_some_nodes_do_not_meet_replaces_only_the_tasks_there(world: World) -> None:
    running_web(world, replicas=3)
    keep = {task.id for task in world.running() if task.node_id != world.node("node1").id}
    spec = world.service().spec
    world.update(task=spec.task._replace(placement=Placement(("node.hostname!=node1",))))
    world.settle()
    assert keep <= {task.id for task in world.running()}
    assert "node1" not in world.hosts_of(world.running())


def test_a_task_that_dies_in_a_paused_update_comes_back_with_the_new_spec(world: World) -> None:
    running_web(world, replicas=3)
    to_image(world, "crash")
    wait_for(world, U.PAUSED)
    old = next(t for t in world.running() if t.spec.container and t.spec.container.image == "httpd:latest")
    engine = next(h.engine for h in world.simulation.hosts.values() if h.engine.of_task(old.id))
    engine.signal(world.container_of(old), "KILL")
    world.run(5 * SECOND)
    in_slot = [task for task in world.tasks() if task.slot == old.slot]
    assert images(world, in_slot[-1:]) == {"crash": 1}


def test_a_scale_clears_the_status_of_the_last_update(world: World) -> None:
    running_web(world, replicas=1)
    force(world)
    wait_for(world, U.COMPLETED)
    world.scale("web", 2)
    world.settle()
    assert status(world) is None


# --- failures ---------------------------------------------------------------------------------------------


def test_by_default_the_first_failure_pauses_the_update_and_names_the_task(world: World) -> None:
    running_web(world, replicas=3)
    to_image(world, "crash:at-once")
    wait_for(world, U.PAUSED)
    (blamed,) = [t for t in world.tasks() if t.status.state is S.FAILED]
    assert status(world) == (U.PAUSED, f"update paused due to failure or early termination of task {blamed.id}")
    world.run(20 * SECOND)
    assert images(world)["httpd:latest"] == 2  # nothing more was replaced


def test_a_paused_update_leaves_failing_tasks_to_the_restart_policy(world: World) -> None:
    running_web(world, replicas=2)
    to_image(world, "crash")
    wait_for(world, U.PAUSED)
    failed = sum(task.status.state is S.FAILED for task in world.tasks())
    world.run(20 * SECOND)
    assert sum(task.status.state is S.FAILED for task in world.tasks()) > failed


def test_a_new_spec_resumes_a_paused_update(world: World) -> None:
    running_web(world, replicas=3)
    to_image(world, "crash")
    wait_for(world, U.PAUSED)
    to_image(world, "nginx")
    assert wait_for(world, U.COMPLETED, U.PAUSED) is U.COMPLETED
    assert images(world) == {"nginx": 3}


def test_continue_ignores_failures(world: World) -> None:
    running_web(world, replicas=3, update=UpdateConfig(failure_action="continue"))
    to_image(world, "crash")
    wait_for(world, U.COMPLETED)
    assert "httpd:latest" not in images(world)


def test_a_failure_ratio_must_be_exceeded(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(max_failure_ratio=0.5))
    to_image(world, "crash:at-once")
    wait_for(world, U.PAUSED)
    replaced = {t.slot for t in world.tasks() if t.spec.container and t.spec.container.image == "crash:at-once"}
    assert len(replaced) == 3  # two of four are not more than half


def test_failures_after_the_monitor_period_do_not_count(world: World) -> None:
    running_web(world, replicas=1)
    to_image(world, "crash:slow")  # it lives for eight seconds
    assert wait_for(world, U.COMPLETED, U.PAUSED) is U.COMPLETED


def test_a_longer_monitor_catches_a_slow_failure(world: World) -> None:
    running_web(world, replicas=1, update=UpdateConfig(monitor=20 * SECOND))
    to_image(world, "crash:slow")
    assert wait_for(world, U.COMPLETED, U.PAUSED) is U.PAUSED


def test_a_task_that_ends_with_0_within_the_monitor_period_is_a_failure_too(world: World) -> None:
    running_web(world, replicas=2, image="busybox", args=("sleep", "100000"), grace=SECOND)
    to_image(world, "busybox", args=("sleep", "1"))
    wait_for(world, U.PAUSED)
    assert S.COMPLETE in {task.status.state for task in world.tasks()}


def test_only_tasks_that_the_update_made_count_not_their_successors(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(max_failure_ratio=0.3, delay=20 * SECOND))
    to_image(world, "crash")
    world.run(15 * SECOND)
    assert sum(task.status.state is S.FAILED for task in world.tasks()) >= 2  # one slot, again and again
    assert status(world) == (U.UPDATING, "update in progress")


def test_a_failure_in_the_last_delay_is_noticed_at_its_end_even_if_it_came_later_than_monitoring_lasts(
    world: World,
) -> None:
    """Played on a real engine: a delay longer than the monitor period makes that period longer, too, at the end."""
    running_web(world, replicas=2, update=UpdateConfig(delay=20 * SECOND))
    to_image(world, "crash:slow")  # fails 8 seconds after its start: too late to count in the delay between slots
    world.run(30 * SECOND)
    assert sum(task.status.state is S.FAILED for task in world.tasks()) >= 1
    assert status(world)[0] is U.UPDATING
    assert wait_for(world, U.COMPLETED, U.PAUSED) is U.PAUSED


def test_a_failure_after_a_short_delay_and_the_monitor_period_is_nobody_s_business(world: World) -> None:
    running_web(world, replicas=2, update=UpdateConfig(delay=2 * SECOND))
    to_image(world, "crash:slow")
    assert wait_for(world, U.COMPLETED, U.PAUSED) is U.COMPLETED


def test_workers_finish_their_slot_when_another_one_s_failure_pauses_the_update(world: World) -> None:
    config = UpdateConfig(parallelism=2, order="start-first")
    running_web(world, replicas=4, image="busybox", args=("sleep", "100000"), grace=SECOND, update=config)
    to_image(world, "busybox", args=("sh", "-c", "sleep 1; exit {{.Task.Slot}}"))
    # What each task does is decided in the test: of the first two that start, one fails and one is slow to start.
    world.run(300 * MILLISECOND)
    new = [task for task in world.tasks() if task.spec_version]
    assert len(new) == 2
    with world.manager.store.transaction("agent") as write:
        write.update(new[0]._replace(status=new[0].status._replace(state=S.FAILED, err="for the test")))
    world.run(60 * MILLISECOND)
    assert wait_for(world, U.PAUSED) is U.PAUSED
    world.run(4 * SECOND)
    old = [t for t in world.tasks() if t.slot == new[1].slot and not t.spec_version]
    assert {task.desired_state for task in old} == {S.SHUTDOWN}


# --- rollback ---------------------------------------------------------------------------------------------


def test_a_failure_rolls_the_service_back_when_told_so(world: World) -> None:
    running_web(world, replicas=3, update=UpdateConfig(failure_action="rollback"))
    to_image(world, "crash")
    wait_for(world, U.ROLLBACK_STARTED)
    (blamed,) = [t for t in world.tasks() if t.status.state is S.FAILED]
    reason = f"update rolled back due to failure or early termination of task {blamed.id}"
    assert status(world) == (U.ROLLBACK_STARTED, reason)
    wait_for(world, U.ROLLBACK_COMPLETED)
    assert status(world) == (U.ROLLBACK_COMPLETED, "rollback completed")
    assert images(world) == {"httpd:latest": 3}


def test_an_automatic_rollback_uses_up_the_previous_spec(world: World) -> None:
    running_web(world, replicas=1, update=UpdateConfig(failure_action="rollback"))
    to_image(world, "crash")
    wait_for(world, U.ROLLBACK_COMPLETED)
    with pytest.raises(FailedPrecondition, match=r"^service \w{25} does not have a previous spec$"):
        roll_back(world)


def test_a_manual_rollback_says_so_and_done_twice_it_is_undone(world: World) -> None:
    running_web(world, replicas=2)
    to_image(world, "nginx")
    wait_for(world, U.COMPLETED)
    roll_back(world)
    assert status(world) == (U.ROLLBACK_STARTED, "manually requested rollback")
    wait_for(world, U.ROLLBACK_COMPLETED)
    assert images(world) == {"httpd:latest": 2}
    roll_back(world)
    wait_for(world, U.ROLLBACK_COMPLETED)
    assert images(world) == {"nginx": 2}


def test_replicas_are_part_of_the_spec_and_roll_back_too(world: World) -> None:
    running_web(world, replicas=1)
    world.scale("web", 3)
    world.settle()
    roll_back(world)
    world.settle()
    assert len(world.running()) == 1
    assert status(world) == (U.ROLLBACK_COMPLETED, "rollback completed")


def test_a_rollback_goes_by_the_rollback_config(world: World) -> None:
    config = UpdateConfig(parallelism=0, monitor=SECOND)
    running_web(world, replicas=4, rollback=config)
    force(world)
    wait_for(world, U.COMPLETED)
    roll_back(world)
    assert most_at_once(world, 6 * SECOND)[0] == 0
    assert status(world) == (U.ROLLBACK_COMPLETED, "rollback completed")


def failing_rollback(world: World, action: str) -> None:
    """An update from a crashing image to nginx, taken back."""
    config = UpdateConfig(failure_action=action)
    world.create(a_spec(replicas=2, image="crash:at-once", rollback=config, restart=RestartPolicy(delay=MINUTE)))
    world.run(10 * SECOND)
    to_image(world, "nginx")
    wait_for(world, U.COMPLETED, limit=300)
    roll_back(world)


def test_a_failing_rollback_pauses_and_still_speaks_of_an_update(world: World) -> None:
    failing_rollback(world, "pause")
    wait_for(world, U.ROLLBACK_PAUSED)
    found = status(world)
    assert found is not None
    assert found[1].startswith("update paused due to failure or early termination of task ")


def test_a_failing_rollback_that_may_go_on_completes(world: World) -> None:
    failing_rollback(world, "continue")
    assert wait_for(world, U.ROLLBACK_PAUSED, U.ROLLBACK_COMPLETED) is U.ROLLBACK_COMPLETED


def test_a_rollback_is_never_rolled_back_it_pauses_and_then_claims_to_be_complete(world: World) -> None:
    failing_rollback(world, "rollback")
    wait_for(world, U.ROLLBACK_PAUSED)
    found = status(world)
    assert found is not None
    assert found[1].startswith("rollback paused due to failure or early termination of task ")
    wait_for(world, U.COMPLETED)
    assert status(world) == (U.COMPLETED, "update completed")


# --- two updates ------------------------------------------------------------------------------------------


def test_a_new_update_replaces_one_that_is_under_way(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(delay=5 * SECOND))
    to_image(world, "nginx")
    world.run(4 * SECOND)
    assert status(world) == (U.UPDATING, "update in progress")
    to_image(world, "whoami")
    wait_for(world, U.COMPLETED)
    assert images(world) == {"whoami": 4}


def test_an_update_under_way_is_not_begun_anew_by_other_changes(world: World) -> None:
    running_web(world, replicas=3, update=UpdateConfig(delay=6 * SECOND))
    to_image(world, "nginx")
    world.run(3 * SECOND)
    started = world.service().update_status
    world.set_availability("node1", Availability.PAUSE)
    world.set_availability("node1", Availability.ACTIVE)
    wait_for(world, U.COMPLETED)
    finished = world.service().update_status
    assert started is not None
    assert finished is not None
    assert finished.started_at == started.started_at


def test_a_scale_in_the_middle_of_an_update_does_not_stop_it(world: World) -> None:
    running_web(world, replicas=3, update=UpdateConfig(delay=3 * SECOND))
    to_image(world, "nginx")
    world.run(4 * SECOND)
    world.scale("web", 5)
    wait_for(world, U.COMPLETED)
    assert images(world) == {"nginx": 5}


def test_a_client_that_missed_a_change_of_the_update_is_out_of_sequence(world: World) -> None:
    running_web(world, replicas=1)
    service = world.service()
    to_image(world, "nginx")
    with pytest.raises(SwarmlabError, match=r"^update out of sequence$"):
        world.manager.control.update_service(service.id, service.version, service.spec)


def test_a_checkpoint_in_the_middle_of_an_update_goes_on_as_the_original(world: World) -> None:
    running_web(world, replicas=4, update=UpdateConfig(parallelism=2, delay=SECOND, order="start-first"))
    to_image(world, "nginx")
    world.run(1300 * MILLISECOND)
    copy = Simulation.restore(world.simulation.checkpoint())
    copy.run_until(copy.now + MINUTE)
    world.run(MINUTE)
    assert copy.digest() == world.simulation.digest()
    assert images(world) == {"nginx": 4}


# --- global services and history --------------------------------------------------------------------------


def test_a_global_service_is_updated_node_by_node(world: World) -> None:
    mode = ServiceMode("global", 0)
    world.create(a_spec(mode=mode))
    world.settle()
    to_image(world, "nginx")
    assert most_at_once(world, 20 * SECOND) == (2, 3)
    assert images(world) == {"nginx": 3}
    assert world.hosts_of(world.running()) == ["node1", "node2", "swarm-manage"]


def test_a_failing_update_of_a_global_service_is_rolled_back_on_its_node(world: World) -> None:
    mode = ServiceMode("global", 0)
    world.create(a_spec(mode=mode, update=UpdateConfig(failure_action="rollback")))
    world.settle()
    to_image(world, "crash")
    wait_for(world, U.ROLLBACK_COMPLETED)
    assert images(world) == {"httpd:latest": 3}


def test_a_paused_node_is_left_out_and_caught_up_at_once_when_it_is_active_again(world: World) -> None:
    world.create(a_spec(mode=ServiceMode("global", 0)))
    world.settle()
    world.set_availability("node1", Availability.PAUSE)
    to_image(world, "nginx")
    wait_for(world, U.COMPLETED)
    assert images(world) == {"nginx": 2, "httpd:latest": 1}
    world.set_availability("node1", Availability.ACTIVE)
    world.run(10 * SECOND)
    assert images(world) == {"nginx": 3}


def test_a_slot_keeps_five_tasks_the_live_one_included(world: World) -> None:
    running_web(world, replicas=1)
    for _ in range(7):
        force(world)
        wait_for(world, U.COMPLETED)
    assert len(world.tasks()) == 5
    assert len(world.running()) == 1


@pytest.mark.parametrize(("limit", "kept"), [(0, 1), (2, 2), (-1, 7)])
def test_the_history_limit_of_the_swarm_says_how_many(world: World, limit: int, kept: int) -> None:
    cluster = world.manager.store.cluster
    spec = cluster.spec._replace(task_history_limit=limit)
    world.manager.control.update_cluster(cluster.version, spec)
    running_web(world, replicas=1)
    for _ in range(6):
        force(world)
        wait_for(world, U.COMPLETED)
    assert len(world.tasks()) == kept


def test_max_attempts_plus_one_is_the_limit_instead(world: World) -> None:
    running_web(world, replicas=1, restart=RestartPolicy(max_attempts=2))
    for _ in range(6):
        force(world)
        wait_for(world, U.COMPLETED)
    assert len(world.tasks()) == 3
