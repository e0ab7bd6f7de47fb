"""The exercises of lesson 01 on real engines: every attempt of the proofs is judged as on the simulation.

What takes the time here is waiting (for a service to converge, for a restart), so several swarms are worked on at once.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any, NamedTuple

import pytest

from swarmlab import Lab
from swarmlab.checks import Report
from swarmlab.real.namespaces import Namespaces
from swarmlab.surface import Surface
from tests.exercises.attempts import Attempt, attempts
from tests.real.conftest import folder, on_a_clean_swarm

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
                with on_a_clean_swarm(lab) as real:
                    return play(attempt, real)
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
