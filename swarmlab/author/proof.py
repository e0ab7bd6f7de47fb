"""Prove an exercise: accepted solutions pass, wrong attempts are refused with the hint written for them.

Attempts are kept in ``grading/answers/<exercise>/right_*.py`` and ``wrong_*.py``, where no learner finds them.  Each
file has a function ``attempt(lab)`` that does what a learner might do and returns the answers handed in.  A wrong one
also says which hint has to be given (``HINT``) and how many points remain (``POINTS``).  One that differs from
others in nothing but what is handed in, and takes long, may do with fewer labs (``SEEDS``).
"""

import runpy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab.checks import Exercise, Report
from swarmlab.errors import InvalidArgument, SwarmlabError

ANSWERS = "grading/answers"
#: Seeds of labs; all but the first also draw the order of simultaneous events, on which nothing may rest.
SEEDS = (1, 2, 3)
FEWEST_RIGHT, FEWEST_WRONG = 3, 5
#: An incident is broken in one way: fewer prove it.
INCIDENT = "incident-"
FEWEST_REPAIRS, FEWEST_IN_VAIN = 2, 3


class Attempt(NamedTuple):
    """One file."""

    exercise: str
    name: str
    do: Callable[[Any], dict[str, Any]]
    hint: str  # "" for a right answer
    points: float | None  # None for a right answer: all
    own_seeds: tuple[int, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the labs it is made on: fewer for wrong attempts, which are many, and for incidents."""
        if self.exercise.startswith(INCIDENT):
            return SEEDS[1:2]
        return self.own_seeds or (SEEDS if self.is_right else SEEDS[:2])

    @property
    def is_right(self) -> bool:
        """Whether it has to be accepted."""
        return self.name.startswith("right_")


class Trial(NamedTuple):
    """An attempt, made on one lab."""

    attempt: Attempt
    seed: int
    report: Report | None  # None if it could not be made
    problem: str  # "" if it was judged as it should be


#: Makes a lab: seed, the seed for the order of simultaneous events, or None for the natural one, and whose it is.
MakeLab = Callable[[int, int | None, str], Any]


def attempts(root: Path, exercise: str = "*") -> list[Attempt]:
    """Return the attempts kept below `root`, of one exercise or of all.  Raises InvalidArgument for a broken file."""
    found = []
    for path in sorted((root / ANSWERS).glob(f"{exercise}/*_*.py")):
        try:
            data = runpy.run_path(str(path))
            hint, points, seeds = data.get("HINT", ""), data.get("POINTS"), data.get("SEEDS", ())
            found.append(Attempt(path.parent.name, path.stem, data["attempt"], hint, points, seeds))
        except (SyntaxError, KeyError) as error:
            raise InvalidArgument(f"{path} is no attempt: {error!r}. It needs a function attempt(lab).") from error
    return found


def play(attempt: Attempt, lab: Any) -> Report:
    """Let a learner try an exercise on `lab`, and judge it."""
    lab.exercise(attempt.exercise)
    report: Report = lab.check(attempt.exercise, **attempt.do(lab))
    return report


class Stages:
    """Labs on which an exercise has just been begun.  Setting a stage takes longer than most attempts: it is kept."""

    def __init__(self, make_lab: MakeLab) -> None:
        self._make_lab = make_lab
        self._begun: dict[tuple[str, int], Any] = {}

    def lab(self, exercise: str, seed: int) -> Any:
        """Return a lab of one's own, in which `exercise` has been begun.

        With the first seed simultaneous events keep their natural order, and the lab is nobody's in particular; the
        others are labs of learners, who may get another version of the exercise.
        """
        if (exercise, seed) not in self._begun:
            is_first = seed == SEEDS[0]
            lab = self._make_lab(seed, None if is_first else seed, "" if is_first else f"learner {seed}")
            lab.exercise(exercise)
            self._begun = {(exercise, seed): lab}  # attempts come exercise by exercise
        return self._begun[exercise, seed].fork()

    def trial(self, attempt: Attempt, seed: int) -> Trial:
        """Make `attempt` on a lab, and say what is wrong with how it was judged."""
        lab = self.lab(attempt.exercise, seed)
        try:
            report: Report = lab.check(attempt.exercise, **attempt.do(lab))
        except (SwarmlabError, ValueError, LookupError, TypeError, AttributeError) as error:
            return Trial(attempt, seed, None, f"it cannot be made: {type(error).__name__}: {error}")
        return Trial(attempt, seed, report, _problem(attempt, report))


def _problem(attempt: Attempt, report: Report) -> str:
    hint = "" if report.ladder is None else report.ladder.id
    if attempt.is_right:
        unmet = [verdict.goal for verdict in report.verdicts if not verdict.earned]
        return "" if report.passed else f"it should be accepted, but these goals are not met: {', '.join(unmet)}"
    if report.passed:
        return "it should be refused, but all goals are met"
    if hint != attempt.hint:
        return f"it should get the hint {attempt.hint}, but gets {hint}"
    if report.score != attempt.points:
        return f"it should keep {attempt.points} points, but keeps {report.score:g}"
    return ""


def gaps(exercise: Exercise, found: Sequence[Attempt]) -> Iterator[str]:
    """Yield what a proof of `exercise` by these attempts would lack, one sentence each."""
    right = [attempt for attempt in found if attempt.is_right]
    wrong = [attempt for attempt in found if not attempt.is_right]
    is_incident = exercise.id.startswith(INCIDENT)
    accepted, refused = (FEWEST_REPAIRS, FEWEST_IN_VAIN) if is_incident else (FEWEST_RIGHT, FEWEST_WRONG)
    if len(right) < accepted:
        yield f"{exercise.id} has {len(right)} accepted solutions; it needs {accepted} different ones."
    if len(wrong) < refused:
        yield f"{exercise.id} has {len(wrong)} wrong attempts; it needs {refused}."
    if not any(attempt.name == "wrong_untouched" and attempt.points == 0 for attempt in wrong):
        yield f"{exercise.id} needs wrong_untouched.py: who does nothing earns nothing."
    hints = {hint.id for hint in exercise.hints}
    for attempt in wrong:
        if attempt.hint not in hints:
            yield f"{attempt.name} of {exercise.id} names the hint {attempt.hint!r}, which does not exist."
    for hint in exercise.hints:
        if hint.when is not None and hint.id not in {attempt.hint for attempt in wrong}:
            yield f"No wrong attempt of {exercise.id} gets the hint {hint.id}: nobody knows whether it is ever given."
