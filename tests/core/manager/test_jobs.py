"""Jobs: how many tasks run, in which slots, what a failure and an update make of them.

Each test is a sentence of SwarmKit's jobs orchestrator (``manager/orchestrator/jobs/``).
"""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import Placement, RestartPolicy, ServiceMode, Task, UpdateConfig
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import InvalidArgument
from tests.builders import HOSTS, World, a_job, a_spec

GLOBAL = ServiceMode("global-job", 0)


@pytest.fixture(params=(None, 1, 2), ids=lambda shuffle: f"shuffle {shuffle}")
def world(request: pytest.FixtureRequest) -> World:
    return World(shuffle=request.param)


def states(world: World, name: str = "job") -> list[S]:
    return [task.status.state for task in world.tasks(name)]


def most_at_once(world: World, name: str = "job", ticks: int = 400) -> int:
    most = 0
    for _ in range(ticks):
        world.run(50 * MILLISECOND)
        live = [t for t in world.tasks(name) if not t.status.state.is_terminal and t.desired_state <= S.COMPLETE]
        most = max(most, len(live))
    return most


def again(world: World, name: str = "job") -> None:
    task = world.service(name).spec.task
    world.update(name, task=task._replace(force_update=task.force_update + 1))


# --- replicated-job ---------------------------------------------------------------------------------------


def test_a_job_runs_no_more_tasks_at_once_than_allowed_until_all_have_completed(world: World) -> None:
    world.create(a_job(completions=5, concurrent=2))
    assert most_at_once(world) == 2
    assert states(world) == [S.COMPLETE] * 5
    assert {task.desired_state for task in world.tasks("job")} == {S.COMPLETE}
    assert {task.status.message for task in world.tasks("job")} == {"finished"}


def test_each_task_has_a_slot_of_its_own_and_the_first_is_0(world: World) -> None:
    world.create(a_job(completions=5, concurrent=3))
    world.settle()
    tasks = world.tasks("job")
    assert sorted(task.slot for task in tasks) == [0, 1, 2, 3, 4]
    (first,) = [task for task in tasks if task.slot == 0]
    assert first.name == f"job.{first.node_id}.{first.id}"


def test_near_its_end_a_job_runs_only_what_is_missing(world: World) -> None:
    world.create(a_job(completions=3, concurrent=2))
    assert most_at_once(world) == 2
    assert len(world.tasks("job")) == 3


def test_a_completed_task_of_a_job_is_never_restarted(world: World) -> None:
    world.create(a_job(restart=RestartPolicy("any", delay=SECOND)))
    world.run(30 * SECOND)
    assert states(world) == [S.COMPLETE]


def test_a_failed_task_is_replaced_in_its_slot_after_the_restart_delay(world: World) -> None:
    world.create(a_job(image="crash", args=(), restart=RestartPolicy("on-failure", delay=3 * SECOND)))
    world.run(9 * SECOND)
    first, second, *_ = world.tasks("job")
    assert (first.status.state, first.desired_state) == (S.FAILED, S.SHUTDOWN)
    assert (first.slot, second.slot) == (0, 0)
    assert second.created_at - first.noted_at < SECOND
    started = world.container_of(second).started_at
    assert 3 * SECOND <= started - second.created_at < 5 * SECOND


def test_a_successor_waits_at_ready_and_is_then_wanted_complete(world: World) -> None:
    world.create(a_job(image="crash", args=()))
    world.run(5 * SECOND)
    assert [task.desired_state for task in world.tasks("job")] == [S.SHUTDOWN, S.READY]
    world.run(4 * SECOND)
    assert world.tasks("job")[1].desired_state in (S.COMPLETE, S.SHUTDOWN)


def test_a_failing_task_counts_as_running_while_its_successor_waits(world: World) -> None:
    world.create(a_job(image="crash", args=(), completions=4, concurrent=2))
    world.run(40 * SECOND)
    assert {task.slot for task in world.tasks("job")} == {0, 1}


def test_a_slot_is_given_up_when_its_attempts_are_used_up(world: World) -> None:
    world.create(a_job(image="crash", args=(), restart=RestartPolicy("any", delay=SECOND, max_attempts=2)))
    world.run(60 * SECOND)
    assert states(world) == [S.FAILED] * 3


def test_condition_none_gives_a_failed_slot_up_at_once(world: World) -> None:
    world.create(a_job(image="crash", args=(), restart=RestartPolicy("none")))
    world.run(30 * SECOND)
    assert states(world) == [S.FAILED]


def test_each_end_is_looked_at_so_slots_given_up_together_are_filled_again(world: World) -> None:
    """Seen alone, a slot that is given up stays empty; two in one batch of reports make the second look fill both."""
    for number, failing in enumerate((1, 2)):
        name = f"job{number}"
        world.create(a_job(name, 2, 2, args=("sleep", "1000"), restart=RestartPolicy("none")))
        world.run(5 * SECOND)
        with world.manager.store.transaction("agent") as write:
            for task in world.tasks(name)[:failing]:
                write.update(task._replace(status=task.status._replace(state=S.FAILED, err="for the test")))
        world.run(SECOND)
        assert len(world.tasks(name)) == (2 if failing == 1 else 4)


def test_an_update_of_a_job_begins_a_new_iteration_and_keeps_what_has_completed(world: World) -> None:
    world.create(a_job(completions=2, concurrent=2))
    world.settle()
    before = {task.id for task in world.tasks("job")}
    again(world)
    world.settle()
    now = [task for task in world.tasks("job") if task.id not in before]
    assert before < {task.id for task in world.tasks("job")}
    assert [(task.job_iteration, task.status.state) for task in now] == [(1, S.COMPLETE)] * 2
    assert world.service("job").update_status is None


def test_an_update_stops_the_running_tasks_of_the_iteration_before(world: World) -> None:
    world.create(a_job(args=("sleep", "1000"), completions=2, concurrent=2, grace=SECOND))
    world.run(5 * SECOND)
    again(world)
    world.run(10 * SECOND)
    assert [(task.job_iteration, task.status.state) for task in world.tasks("job")] == [(1, S.RUNNING)] * 2


def test_scaling_a_job_runs_all_of_it_again(world: World) -> None:
    world.create(a_job(completions=1, concurrent=1))
    world.settle()
    world.update("job", mode=ServiceMode("replicated-job", 0, 2, 3))
    world.settle()
    done = [task for task in world.tasks("job") if task.job_iteration == 1]
    assert [task.status.state for task in done] == [S.COMPLETE] * 3


def test_a_job_on_a_lost_node_is_run_again_elsewhere_only_when_the_node_is_given_up(world: World) -> None:
    world.create(a_job(args=("sleep", "30"), placement=Placement(("node.hostname==node2",))))
    world.run(5 * SECOND)
    faults.stop(world.simulation, "node2")
    world.run(60 * SECOND)
    assert states(world) == [S.RUNNING]  # nobody looks: jobs hear of tasks and services, not of nodes


def test_the_tasks_of_a_removed_job_go_with_engine_28_and_stay_for_good_with_20_10() -> None:
    for engine, left in (("28", 0), ("20.10", 3)):
        world = World()
        world.simulation = Simulation(HOSTS, profile=engine)
        world.simulation.init_swarm("node1")
        world.create(a_job(completions=3, concurrent=3))
        world.settle()
        world.manager.control.remove_service(world.service("job").id)
        world.run(20 * SECOND)
        assert len(world.tasks("job")) == left


def test_a_job_removed_in_the_middle_stops(world: World) -> None:
    world.create(a_job(args=("sleep", "1000"), completions=4, concurrent=4, grace=SECOND))
    world.run(5 * SECOND)
    world.manager.control.remove_service(world.service("job").id)
    world.run(10 * SECOND)
    assert world.tasks("job") == []


def test_the_history_limit_does_not_count_for_jobs(world: World) -> None:
    world.create(a_job(completions=1))
    for _ in range(7):
        world.settle()
        again(world)
    world.settle()
    assert len(world.tasks("job")) == 8


def test_jobs_may_have_no_update_config(world: World) -> None:
    with pytest.raises(InvalidArgument, match=r"^Jobs may not have an update config$"):
        world.create(a_job(update=UpdateConfig()))


# --- global-job -------------------------------------------------------------------------------------------


def nodes_of(world: World, tasks: list[Task]) -> list[str]:
    return world.hosts_of(tasks)


def test_a_global_job_completes_one_task_on_each_node_that_is_active_and_matches(world: World) -> None:
    world.set_availability("node1", Availability.PAUSE)
    world.create(a_job(mode=GLOBAL, placement=Placement(("node.hostname!=node2",))))
    world.settle()
    assert nodes_of(world, world.tasks("job")) == ["swarm-manage"]
    assert states(world) == [S.COMPLETE]


def test_a_node_that_joins_or_becomes_active_later_gets_no_task_of_a_global_job(world: World) -> None:
    world.set_availability("node1", Availability.DRAIN)
    world.create(a_job(mode=GLOBAL))
    world.settle()
    world.set_availability("node1", Availability.ACTIVE)
    world.run(20 * SECOND)
    assert nodes_of(world, world.tasks("job")) == ["node2", "swarm-manage"]
    again(world)
    world.settle()
    assert nodes_of(world, world.tasks("job")) == ["node1", "node2", "swarm-manage"]


def test_an_update_of_a_global_job_removes_all_tasks_of_the_iteration_before(world: World) -> None:
    world.create(a_job(mode=GLOBAL))
    world.settle()
    before = {task.id for task in world.tasks("job")}
    again(world)
    world.settle()
    assert not before & {task.id for task in world.tasks("job")}
    assert [(task.job_iteration, task.status.state) for task in world.tasks("job")] == [(1, S.COMPLETE)] * 3


def test_a_failed_task_of_a_global_job_is_tried_again_on_its_node_without_limit(world: World) -> None:
    policy = RestartPolicy("any", delay=SECOND, max_attempts=1)
    where = Placement(("node.hostname==node2",))
    world.create(a_job(mode=GLOBAL, image="crash", args=(), restart=policy, placement=where))
    world.run(30 * SECOND)
    assert len(world.tasks("job")) > 5
    assert set(nodes_of(world, world.tasks("job"))) == {"node2"}


def test_services_beside_jobs_keep_their_own_orchestrators(world: World) -> None:
    world.create(a_job(completions=2, concurrent=2))
    world.create(a_job("everywhere", mode=GLOBAL))
    world.create(a_spec(replicas=2))
    world.settle()
    assert (len(world.tasks("job")), len(world.tasks("everywhere")), len(world.running())) == (2, 3, 2)


def test_a_task_that_failed_before_its_start_is_not_made_anew_for_the_next_iteration(world: World) -> None:
    faults.fail_registry(world.simulation)
    world.create(a_job(completions=2))
    world.run(8 * SECOND)
    assert {t.status.state for t in world.tasks("job")} == {S.REJECTED}
    world.run(2 * SECOND)
    held = [t for t in world.tasks("job") if t.desired_state is S.READY]
    assert [t.status.state for t in held] == [S.REJECTED]  # it waits for its delay, although it has failed
    spec = world.service("job").spec
    world.update("job", task=spec.task._replace(force_update=1))
    faults.mend_registry(world.simulation)
    world.settle()
    done = [t.slot for t in world.tasks("job") if t.status.state is S.COMPLETE]
    assert sorted(done) == [0, 1]
