"""Health checks: when a container is healthy, and what its task makes of it (trace of a real engine beside each)."""

import pytest

from swarmlab.core import faults
from swarmlab.core.agent.container import Container, ContainerConfig
from swarmlab.core.agent.engine import Engine
from swarmlab.core.objects import Healthcheck, Task
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, MINUTE, SECOND
from swarmlab.errors import InvalidArgument
from tests.builders import HOSTS, World, a_check, a_spec, publish

PAGE = "/usr/local/apache2/htdocs/health"
CHECK = "/bin/sh -c wget -q -O /dev/null http://127.0.0.1/health || exit 1"
RUN = [f"exec_create: {CHECK}", f"exec_start: {CHECK}", "exec_die"]


@pytest.fixture(params=(None, 1), ids=lambda shuffle: f"shuffle {shuffle}")
def world(request: pytest.FixtureRequest) -> World:
    return World(shuffle=request.param)


def only(world: World, name: str = "web") -> Task:
    (task,) = world.tasks(name)
    return task


def until(world: World, state: S, name: str = "web", limit: int = 30) -> Task:
    """Let time pass until a task of a service is in `state`."""
    for _ in range(limit * 100):
        for task in world.tasks(name):
            if task.status.state is state:
                return task
        world.run(10 * MILLISECOND)
    raise AssertionError(f"no task was {state.name}: {world.tasks(name)}")


# --- a task with a health check ---------------------------------------------------------------------------


def test_a_task_is_starting_until_its_first_check_has_passed(world: World) -> None:
    world.create(a_spec(image="health"))
    until(world, S.STARTING)
    world.run(900 * MILLISECOND)
    assert (only(world).status.state, only(world).status.message) == (S.STARTING, "starting")
    assert world.container_of(only(world)).is_running
    assert world.container_of(only(world)).health.status == "starting"
    world.run(SECOND)
    assert (only(world).status.state, only(world).status.message) == (S.RUNNING, "started")
    assert world.container_of(only(world)).health.status == "healthy"


def test_the_first_check_comes_after_one_interval_and_shows_as_an_exec(world: World) -> None:
    world.create(a_spec(image="health"))
    task = until(world, S.RUNNING)
    assert world.actions(task) == ["create", "start", *RUN, "health_status: healthy"]
    container = world.container_of(task)
    (result,) = container.health.log
    assert result.began_at - container.started_at == SECOND
    assert (result.exit_code, result.output) == (0, "")
    assert result.ended_at - result.began_at < 200 * MILLISECOND


def test_a_container_that_turns_unhealthy_is_stopped_and_its_task_replaced_after_the_restart_delay(
    world: World,
) -> None:
    world.create(a_spec(image="health"))
    first = until(world, S.RUNNING)
    world.write(first, PAGE, None)
    world.run(4200 * MILLISECOND)
    (ended, successor) = world.tasks()
    # httpd ends with 0 on its stop signal, so the task is complete, not failed.
    assert (ended.status.state, ended.status.message, ended.status.err) == (S.COMPLETE, "finished", "")
    assert ended.desired_state is S.SHUTDOWN
    assert successor.desired_state is S.READY
    tail = world.actions(ended)[-len(RUN) * 3 - 4 :]
    assert [action for action in tail if action not in RUN] == ["health_status: unhealthy", "kill", "stop", "die"]
    world.run(8 * SECOND)
    assert world.tasks()[-1].status.state is S.RUNNING


def test_a_container_that_never_gets_healthy_fails_its_task_while_it_starts(world: World) -> None:
    world.create(a_spec(image="busybox", args=("sleep", "100000"), healthcheck=a_check("false"), grace=SECOND))
    task = until(world, S.FAILED)
    assert task.status.message == "starting"
    assert task.status.err == "task: non-zero exit (137): dockerexec: unhealthy container"
    assert task.status.container is not None
    assert task.status.container.exit_code == 137


def test_a_running_container_that_turns_unhealthy_and_is_killed_fails_its_task(world: World) -> None:
    check = a_check("test ! -e /tmp/ill")
    world.create(a_spec(image="busybox", args=("sleep", "100000"), healthcheck=check, grace=SECOND))
    task = until(world, S.RUNNING)
    world.write(task, "/tmp/ill", b"")
    failed = until(world, S.READY)  # its successor waits
    assert failed.desired_state is S.READY
    assert world.tasks()[0].status.message == "started"
    assert world.tasks()[0].status.err == "task: non-zero exit (137): dockerexec: unhealthy container"


def test_a_process_that_ends_before_it_is_healthy_fails_for_its_own_reason(world: World) -> None:
    world.create(a_spec(image="crash", healthcheck=a_check("true", interval=10 * SECOND)))
    task = until(world, S.FAILED)
    assert (task.status.message, task.status.err) == ("starting", "task: non-zero exit (1)")


def test_a_task_that_is_no_longer_wanted_while_it_starts_is_shut_down(world: World) -> None:
    world.create(a_spec(image="health:bad", healthcheck=a_check("false", interval=MINUTE)))
    until(world, S.STARTING)
    world.run(SECOND)
    world.scale("web", 0)
    world.run(4 * SECOND)
    assert world.tasks() == []


def test_an_unhealthy_container_leaves_the_load_balancers_two_seconds_before_it_is_stopped(world: World) -> None:
    world.create(a_spec(image="health", ports=[publish(8080)]))
    task = until(world, S.RUNNING)
    world.run(SECOND)
    ingress = world.manager.store.named("network", "ingress").id

    def offered() -> list[bool]:
        return [known.enabled for known in world.simulation.names.publishing("node1", ingress, 8080, "tcp")]

    assert offered() == [True]
    world.write(task, PAGE, None)
    while world.container_of(task).health.status == "healthy":
        world.run(10 * MILLISECOND)
    world.run(SECOND)
    assert world.container_of(task).is_running
    assert offered() == [False]
    world.run(2 * SECOND)
    assert not world.container_of(task).is_running
    events = [event for host in world.simulation.hosts.values() for event in host.engine.events.kept]
    at = {event.action: event.at for event in events if event.id == world.container_of(task).id}
    assert at["kill"] - at["health_status: unhealthy"] == 2 * SECOND


def test_no_healthcheck_turns_the_check_of_the_image_off(world: World) -> None:
    world.create(a_spec(image="health:bad", healthcheck=Healthcheck(("NONE",))))
    task = until(world, S.RUNNING)
    world.run(10 * SECOND)
    assert only(world).status.state is S.RUNNING
    assert world.container_of(task).health.status == ""


def test_what_a_service_does_not_say_about_its_check_is_as_in_the_image(world: World) -> None:
    world.create(a_spec(image="health:bad", healthcheck=Healthcheck(retries=5)))
    task = until(world, S.STARTING)
    check = world.container_of(task).config.healthcheck
    assert check is not None
    assert (check.test[0], check.interval, check.timeout, check.retries) == ("CMD-SHELL", SECOND, 2 * SECOND, 5)


def test_a_restart_of_the_machine_makes_new_tasks_of_unhealthy_ones_too(world: World) -> None:
    world.create(a_spec(image="health", replicas=3))
    world.settle()
    assert len(world.running()) == 3
    faults.stop(world.simulation, "node1")
    world.run(40 * SECOND)
    faults.start(world.simulation, "node1")
    world.run(30 * SECOND)
    assert len(world.running()) == 3


def test_a_checkpoint_in_the_middle_of_a_check_goes_on_as_the_original(world: World) -> None:
    world.create(a_spec(image="health", replicas=2))
    until(world, S.RUNNING)
    world.run(1020 * MILLISECOND)
    copy = Simulation.restore(world.simulation.checkpoint())
    assert copy.digest() == world.simulation.digest()
    copy.run_until(copy.now + 20 * SECOND)
    world.run(20 * SECOND)
    assert copy.digest() == world.simulation.digest()


def test_a_lab_settles_while_healthy_containers_are_checked_for_ever(world: World) -> None:
    world.create(a_spec(image="health"))
    assert world.simulation.settle(MINUTE)
    assert only(world).status.state is S.RUNNING
    world.write(only(world), PAGE, None)
    assert world.simulation.settle(MINUTE)
    assert [task.status.state for task in world.tasks()] == [S.COMPLETE, S.RUNNING]


# --- faults -----------------------------------------------------------------------------------------------


def test_a_check_can_be_made_to_fail_and_to_recover(world: World) -> None:
    world.create(a_spec(image="health"))
    world.settle()
    faults.fail_check(world.simulation, only(world).id)
    world.run(2 * SECOND)
    container = world.container_of(only(world))
    assert (container.health.status, container.health.streak > 0) == ("healthy", True)
    faults.recover(world.simulation, only(world).id)
    world.run(2 * SECOND)
    assert (container.health.status, container.health.streak) == ("healthy", 0)
    faults.fail_check(world.simulation, only(world).id)
    world.settle()
    assert [task.status.state for task in world.tasks()] == [S.COMPLETE, S.RUNNING]


def test_a_process_that_hangs_fails_its_check_by_time_and_has_to_be_killed(world: World) -> None:
    world.create(a_spec(image="health", grace=3 * SECOND))
    world.settle()
    faults.hang(world.simulation, only(world).id)
    assert world.simulation.settle(2 * MINUTE)
    first = world.tasks()[0]
    assert first.status.err == "task: non-zero exit (137): dockerexec: unhealthy container"
    last = world.container_of(first).health.log[-1]
    assert (last.exit_code, last.output) == (-1, "Health check exceeded timeout (2s)")


def test_a_process_that_hangs_goes_on_where_it_was(world: World) -> None:
    world.create(a_spec(image="busybox", args=("sleep", "20")))
    task = until(world, S.RUNNING)
    faults.hang(world.simulation, task.id)
    world.run(60 * SECOND)
    assert only(world).status.state is S.RUNNING
    faults.recover(world.simulation, task.id)
    world.run(2 * SECOND)
    assert world.tasks()[0].status.state is S.COMPLETE


def test_a_container_without_a_check_has_none_that_could_fail(world: World) -> None:
    world.create(a_spec())
    world.settle()
    with pytest.raises(InvalidArgument, match="has no health check that could fail; give its service one with"):
        faults.fail_check(world.simulation, only(world).id)


# --- one container: the engine's rules --------------------------------------------------------------------


class Bench:
    """One engine and one busybox container with a check that passes while /ok is there."""

    def __init__(self, engine: str = "28", **check: int) -> None:
        self.simulation = Simulation(HOSTS, profile=engine)
        self.engine: Engine = self.simulation.hosts["node1"].engine
        self.engine.images.add("busybox")
        wanted = Healthcheck(("CMD-SHELL", "test -e /ok"), **check)
        config = ContainerConfig("busybox", args=("sleep", "1d"), healthcheck=wanted)
        self.container: Container = self.engine.create(config)
        self.engine.start(self.container)

    @property
    def health(self) -> tuple[str, int]:
        return self.container.health.status, self.container.health.streak

    def run(self, ns: int) -> tuple[str, int]:
        self.simulation.run_until(self.simulation.now + ns)
        return self.health

    @property
    def began(self) -> list[int]:
        """When the checks began, in whole seconds after the start."""
        return [(result.began_at - self.container.started_at) // SECOND for result in self.container.health.log]


def test_by_default_a_check_runs_every_30_seconds_and_three_failures_are_unhealthy() -> None:
    bench = Bench()
    assert bench.run(29 * SECOND) == ("starting", 0)
    assert bench.run(2 * SECOND) == ("starting", 1)
    assert bench.run(30 * SECOND) == ("starting", 2)
    assert bench.run(30 * SECOND) == ("unhealthy", 3)
    assert bench.container.is_running  # the engine itself does nothing about it


def test_one_success_makes_it_healthy_again() -> None:
    bench = Bench(interval=SECOND, retries=1)
    assert bench.run(2 * SECOND)[0] == "unhealthy"
    bench.container.write({"/ok": b""})
    assert bench.run(2 * SECOND) == ("healthy", 0)
    bench.container.write({"/ok": None})
    assert bench.run(2 * SECOND)[0] == "unhealthy"


def test_failures_in_the_start_period_do_not_count_until_it_was_healthy_once() -> None:
    bench = Bench(interval=SECOND, retries=1, start_period=10 * SECOND, start_interval=SECOND)
    assert bench.run(9 * SECOND) == ("starting", 0)
    assert bench.run(3 * SECOND)[0] == "unhealthy"
    bench = Bench(interval=SECOND, retries=1, start_period=10 * SECOND, start_interval=SECOND)
    bench.container.write({"/ok": b""})
    assert bench.run(3 * SECOND)[0] == "healthy"
    bench.container.write({"/ok": None})
    assert bench.run(2 * SECOND)[0] == "unhealthy"


def test_checks_are_quicker_in_the_start_period_since_engine_25() -> None:
    settings = {"interval": 20 * SECOND, "start_period": 12 * SECOND, "retries": 9}
    new, old = Bench(**settings), Bench("20.10", **settings)
    for bench in (new, old):
        bench.run(41 * SECOND)
    assert new.began == [5, 10, 15, 35]
    assert old.began == [20, 40]


def test_the_log_keeps_the_last_five_results() -> None:
    bench = Bench(interval=SECOND, retries=100)
    bench.run(20 * SECOND)
    assert len(bench.container.health.log) == 5
    assert bench.health[1] > 10


def test_a_check_with_too_much_to_say_is_cut() -> None:
    bench = Bench(interval=SECOND)
    bench.container.config.healthcheck = Healthcheck(("CMD-SHELL", f"echo {'x' * 5000}"), interval=SECOND)
    bench.run(2 * SECOND)
    assert bench.container.health.log[-1].output == "x" * 4096 + "..."


def test_what_is_paused_or_has_ended_is_not_checked_and_counts_as_unhealthy() -> None:
    bench = Bench(interval=SECOND)
    bench.container.write({"/ok": b""})
    bench.run(3 * SECOND)
    checks = len(bench.container.health.log)
    bench.engine.pause(bench.container)
    assert bench.run(5 * SECOND)[0] == "unhealthy"
    assert len(bench.container.health.log) == checks
    bench.engine.unpause(bench.container)
    assert bench.run(2 * SECOND)[0] == "healthy"
    bench.engine.signal(bench.container, "KILL")
    assert bench.run(SECOND)[0] == "unhealthy"


def test_a_restarted_container_begins_anew() -> None:
    bench = Bench(interval=SECOND, retries=1)
    bench.run(3 * SECOND)
    bench.engine.restart(bench.container, grace=0)
    assert bench.run(500 * MILLISECOND) == ("starting", 0)
    assert bench.run(2 * SECOND)[0] == "unhealthy"


def test_a_check_whose_program_is_missing_says_so_in_the_runtime_s_words() -> None:
    bench = Bench(interval=SECOND)
    bench.container.config.healthcheck = Healthcheck(("CMD", "curl", "localhost"), interval=SECOND)
    bench.run(1500 * MILLISECOND)
    (result,) = bench.container.health.log
    assert result.exit_code == -1
    assert result.output.endswith('exec: "curl": executable file not found in $PATH')


def test_checks_leave_no_exec_behind() -> None:
    bench = Bench(interval=SECOND)
    bench.run(10 * SECOND + 500 * MILLISECOND)
    assert list(bench.engine.execs.all()) == []
