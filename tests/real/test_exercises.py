"""The exercises of lesson 01 on real engines: every attempt of the proofs is judged as on the simulation.

What takes the time here is waiting (for a service to converge, for a restart), so several swarms are worked on at once.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from typing import Any, NamedTuple

import docker
import pytest

from swarmlab import Lab
from swarmlab.checks import Report
from swarmlab.real.hosts import until
from swarmlab.real.lab import RealLab
from swarmlab.real.namespaces import Namespaces
from swarmlab.surface import Surface
from tests.exercises.attempts import Attempt, attempts
from tests.real.conftest import connect, folder

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

#: Swarms at once.
SWARMS = 6
ATTEMPTS = [attempt for attempt in (*attempts("right"), *attempts("wrong")) if attempt.exercise.startswith("1.")]


class Judged(NamedTuple):
    """What a learner is told, without the ids that differ from swarm to swarm."""

    goals: list[tuple[str, str]]  # id of a goal and its outcome
    hint: str
    score: float


def play(attempt: Attempt, lab: Surface) -> Judged:
    """Let a learner try an exercise on `lab`, and judge it."""
    lab.exercise(attempt.exercise)
    answers = attempt.do(lab)
    report: Report = lab.check(attempt.exercise, **answers)
    goals = [(verdict.goal, verdict.outcome.value) for verdict in report.verdicts]
    return Judged(goals, report.ladder.id if report.ladder else "", report.score)


def has_containers(api: docker.APIClient) -> bool:
    """Remove all containers, and return whether there were any."""
    found = api.containers(all=True)
    for container in found:
        with suppress(docker.errors.APIError):  # its agent removes it at this moment
            api.remove_container(container["Id"], force=True)
    return bool(found)


def reset(lab: RealLab) -> None:
    """Leave nothing of an earlier attempt: no services, no containers, all nodes active."""
    manager = lab.docker().api
    for service in manager.services():
        manager.remove_service(service["ID"])
    for node in manager.nodes():
        if node["Spec"]["Availability"] != "active":
            manager.update_node(node["ID"], node["Version"]["Index"], {**node["Spec"], "Availability": "active"})
    until(lambda: not manager.tasks(), 60, "Tasks of services that are gone do not go.")
    until(lambda: not any(has_containers(lab.docker(host).api) for host in lab.hosts), 60, "Containers stay.")


@pytest.fixture(scope="module")
def judged() -> Iterator[dict[str, Future[Judged]]]:
    """Every attempt, played on a real swarm."""
    with ExitStack() as stack:
        free: SimpleQueue[Namespaces] = SimpleQueue()
        for _ in range(SWARMS):
            lab = Namespaces(folder())
            stack.callback(lab.down)
            free.put(lab)

        def try_it(attempt: Attempt) -> Judged:
            lab = free.get()
            try:
                lab.up()
                real = connect(lab)
                try:
                    reset(real)
                    return play(attempt, real)
                finally:
                    real.close()
            finally:
                free.put(lab)

        pool = stack.enter_context(ThreadPoolExecutor(SWARMS))
        yield {name(attempt): pool.submit(try_it, attempt) for attempt in ATTEMPTS}
        pool.shutdown(cancel_futures=True)


def name(value: Any) -> str:
    return f"{value.exercise}-{value.name}"


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=name)
def test_an_attempt_is_judged_as_on_the_simulation(attempt: Attempt, judged: dict[str, Future[Judged]]) -> None:
    assert judged[name(attempt)].result() == play(attempt, Lab())


def test_the_attempts_are_those_of_the_proofs() -> None:
    assert {attempt.exercise for attempt in ATTEMPTS} >= {"1.1", "1.2", "1.3"}
