"""Every exercise, tried: accepted solutions pass, wrong attempts are refused with the hint written for them."""

from typing import Any

import pytest

from swarmlab import Lab, exercises
from swarmlab.author.proof import Stages, gaps
from swarmlab.exercises import incidents

from .attempts import Attempt, attempts

ATTEMPTS = [*attempts("right"), *attempts("wrong")]
PROVED = (*exercises.ALL, *incidents.ALL)
TRIALS = sorted(
    ((attempt, seed) for attempt in ATTEMPTS for seed in attempt.seeds), key=lambda trial: (trial[0].exercise, trial[1])
)
STAGES = Stages(lambda seed, shuffle, learner: Lab(seed=seed, shuffle=shuffle, learner=learner))


def name(value: Any) -> str:
    return f"{value.exercise}-{value.name}" if isinstance(value, Attempt) else str(value)


@pytest.mark.parametrize(("attempt", "seed"), TRIALS, ids=name)
def test_an_attempt_is_accepted_or_refused_with_its_hint(attempt: Attempt, seed: int) -> None:
    made = STAGES.trial(attempt, seed)
    assert made.problem == "", made.report


@pytest.mark.parametrize("exercise", PROVED, ids=lambda exercise: exercise.id)
def test_there_are_enough_attempts_of_each_kind(exercise: Any) -> None:
    assert list(gaps(exercise, [attempt for attempt in ATTEMPTS if attempt.exercise == exercise.id])) == []


def test_attempts_belong_to_exercises() -> None:
    assert {attempt.exercise for attempt in ATTEMPTS} == {exercise.id for exercise in PROVED}
