"""What a learner is told: an exercise card, and a report with a verdict for every goal.

Both say the same thing as text and as HTML.  A report is data, so a grader can keep it and a page can show it later.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from swarmlab.checks import html
from swarmlab.checks.exercise import RUNGS, Exercise, Hint, called
from swarmlab.errors import InvalidArgument

#: Under this name a report keeps its journal in the notebook, where a grader finds it; no page shows it.
EVIDENCE = "application/vnd.swarmlab.journal+json"
#: A journal longer than this (characters of JSON) is left out: the notebook would get too big.
MUCH_EVIDENCE = 1_500_000


class Outcome(StrEnum):
    """How a goal stands."""

    MET = "met"
    NOT_MET = "not met"
    WAITING = "not yet"  # a goal of safety, before anything was reached


#: Each outcome's sign, so that nothing is said by colour alone.
GLYPHS = {Outcome.MET: "✔", Outcome.NOT_MET: "✘", Outcome.WAITING: "○"}


@dataclass(frozen=True)
class Verdict:
    """How one goal stands, and why."""

    goal: str  # its id
    expected: str  # the goal's sentence
    outcome: Outcome
    points: float  # what the goal is worth
    found: str = ""  # what was found instead, a clause; "" if met
    show: str = ""  # a command that shows it

    @property
    def earned(self) -> float:
        """The points this verdict brings."""
        return self.points if self.outcome is Outcome.MET else 0.0

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What to say of a goal that is not met: pairs of label and text."""
        if self.outcome is Outcome.WAITING:
            return (("Found", "nothing has been reached yet, so this does not count yet"),)
        if self.outcome is Outcome.MET:
            return ()
        look = (("See it with", f"`{self.show}`"),) if self.show else ()
        return (("Found", self.found), *look)


@dataclass(frozen=True)
class Card:
    """An exercise as a learner reads it.  The goals' sentences are made from the goals themselves."""

    exercise: Exercise

    def __repr__(self) -> str:
        exercise = self.exercise
        title = f"{called(exercise.id)}: {exercise.title} ({_points(exercise.points)})"
        lines = [title, "", exercise.task, "", "Goals"]
        lines += [f"  - {goal.text} ({_points(goal.points)})" for goal in exercise.goals]
        return "\n".join([*lines, "", f"Check with: {self.command}"])

    def _repr_html_(self) -> str:
        exercise = self.exercise
        goals = [(goal.text, _points(goal.points)) for goal in exercise.goals]
        title = f"{called(exercise.id)}: {exercise.title}"
        return html.card(title, _points(exercise.points), exercise.task, goals, self.command)

    @property
    def command(self) -> str:
        """The line that checks this exercise."""
        return self.exercise.checked_by


@dataclass(frozen=True)
class Report:
    """The verdicts of one check, and the hint that fits."""

    exercise: str  # its id
    title: str
    verdicts: tuple[Verdict, ...]
    ladder: Hint | None = None  # None once all goals are met
    evidence: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)  # the journal behind it

    @property
    def passed(self) -> bool:
        """Whether every goal is met."""
        return all(verdict.outcome is Outcome.MET for verdict in self.verdicts)

    @property
    def score(self) -> float:
        """Points earned."""
        return float(sum(verdict.earned for verdict in self.verdicts))

    @property
    def points(self) -> float:
        """Points that can be earned."""
        return float(sum(verdict.points for verdict in self.verdicts))

    @property
    def headline(self) -> str:
        """The report in one line."""
        met = sum(verdict.outcome is Outcome.MET for verdict in self.verdicts)
        state = "passed" if self.passed else f"{met} of {len(self.verdicts)} goals met"
        return f"{called(self.exercise)}: {state}, {self.score:g} of {_points(self.points)}"

    def hint(self, level: int = 1) -> str:
        """Return one rung of the hint ladder: 1 nudge, 2 concept, 3 command, 4 worked example."""
        if level not in range(1, len(RUNGS) + 1):
            raise InvalidArgument(f"There are {len(RUNGS)} hints: ask for hint(1) to hint({len(RUNGS)}).")
        return "All goals are met." if self.ladder is None else self.ladder.rung(level)

    def grade(self, points: float | None = None) -> float:
        """Show this report and return the score, scaled so that all goals together are worth `points`.

        This is the last expression of a graded cell.  nbgrader takes the number that the cell *returns*; whatever
        else the cell shows counts for nothing.  See `swarmlab.checks.judge` for why a failure is not an exception.
        """
        _display(self)
        return self.score if points is None else points * self.score / self.points

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values: what a grader keeps as evidence."""
        return {
            "exercise": self.exercise,
            "score": self.score,
            "points": self.points,
            "hint": "" if self.ladder is None else self.ladder.id,
            "verdicts": [
                {"goal": v.goal, "outcome": v.outcome.value, "expected": v.expected, "found": v.found, "show": v.show,
                 "points": v.points, "earned": v.earned}
                for v in self.verdicts
            ],
        }  # fmt: skip

    def __repr__(self) -> str:
        lines = [self.headline]
        for v in self.verdicts:
            lines.append(f"  {GLYPHS[v.outcome]} {v.outcome}: {v.expected} ({_points(v.points)})")
            lines += [f"      {label}: {text}" for label, text in v.lines]
        if self.ladder is not None:
            lines += ["", f"Hint: {self.ladder.nudge}", f"More help: lab.check(…).hint(2), up to hint({len(RUNGS)})"]
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return what a notebook keeps with the text and the HTML: the journal, if there is one of bearable size."""
        if self.evidence is None or len(json.dumps(self.evidence)) > MUCH_EVIDENCE:
            return {}
        return {EVIDENCE: self.evidence}

    def _repr_html_(self) -> str:
        rows = [
            html.Row(GLYPHS[v.outcome], v.outcome.value, v.expected, _points(v.points), v.lines) for v in self.verdicts
        ]
        rungs = [] if self.ladder is None else list(zip(RUNGS, map(self.ladder.rung, range(1, 5)), strict=True))
        return html.report(self.headline, self.title, self.passed, rows, rungs)


def _points(number: float) -> str:
    return f"{number:g} point" if number == 1 else f"{number:g} points"


def _display(report: Report) -> None:
    """Show `report` the way this place can: rich in a notebook, as text elsewhere.  Never on stderr."""
    ipython = sys.modules.get("IPython")  # not loaded: not in a notebook
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(report)
    else:
        print(report)
