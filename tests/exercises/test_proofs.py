"""Every exercise, tried: accepted solutions pass, wrong attempts are refused with the hint written for them."""

from typing import Any

import pytest

from swarmlab import Lab, exercises

from .attempts import Attempt, attempts

RIGHT, WRONG = attempts("right"), attempts("wrong")
#: Seeds of labs; all but the first also draw the order of simultaneous events, on which nothing may rest.
SEEDS = (1, 2, 3)


def name(value: Any) -> str:
    return f"{value.exercise}-{value.name}" if isinstance(value, Attempt) else str(value)


def try_it(attempt: Attempt, seed: int) -> Any:
    lab = Lab(seed=seed, shuffle=None if seed == 1 else seed)
    lab.exercise(attempt.exercise)
    answers = attempt.do(lab)
    return lab.check(attempt.exercise, **answers)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attempt", RIGHT, ids=name)
def test_an_accepted_solution_gets_all_points(attempt: Attempt, seed: int) -> None:
    report = try_it(attempt, seed)
    assert report.passed, report
    assert report.score == report.points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attempt", WRONG, ids=name)
def test_a_wrong_attempt_is_refused_with_its_hint(attempt: Attempt, seed: int) -> None:
    report = try_it(attempt, seed)
    assert not report.passed
    assert report.ladder.id == attempt.hint, report
    assert report.score == attempt.points, report


@pytest.mark.parametrize("exercise", exercises.ALL, ids=lambda exercise: exercise.id)
def test_there_are_enough_attempts_of_each_kind(exercise: Any) -> None:
    assert sum(attempt.exercise == exercise.id for attempt in RIGHT) >= 3
    assert sum(attempt.exercise == exercise.id for attempt in WRONG) >= 5
    assert any(a.exercise == exercise.id and a.name == "wrong_untouched" and a.points == 0 for a in WRONG)


def test_attempts_belong_to_exercises_and_name_hints_that_exist() -> None:
    for attempt in WRONG:
        assert attempt.hint in [hint.id for hint in exercises.find(attempt.exercise).hints]
