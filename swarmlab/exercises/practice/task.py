"""A task to practise on: an exercise, and one way to do it, by which it is proved to be possible."""

from typing import NamedTuple

from swarmlab.checks import Exercise, Step, begin, judge, play
from swarmlab.checks.lablike import LabLike
from swarmlab.exercises.stage import MANAGER

#: Goals may ask that something lasts; so long is waited after the last line.
AT_LAST = Step(MANAGER, "sleep 15")


class Task(NamedTuple):
    """An exercise with a reference solution."""

    exercise: Exercise
    solution: tuple[Step, ...]


def flaw(task: Task, copy: LabLike) -> str:
    """Try `task` on `copy` of a lab; return why it should not be given there, "" if nothing speaks against it.

    Raises FailedPrecondition if its stage cannot be set, NotFound if the lab lacks a host.
    """
    begin(task.exercise, copy)
    if judge(task.exercise, copy, {}).score:
        return "some of it is done before anybody has begun"
    for step in (*task.solution, AT_LAST):
        if problem := play(step, copy):
            return problem
    report = judge(task.exercise, copy, {})
    return "" if report.passed else next(f"{v.found}" for v in report.verdicts if not v.earned)
