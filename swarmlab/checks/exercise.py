"""An exercise is data: a stage, goals, hints.

Whoever writes one needs no other module than this and the vocabulary (`claims`, `answers`, `goals`).  Accepted
solutions and wrong attempts are kept outside the package (``grading/answers``), where no learner finds them.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from swarmlab.checks.goals import Goal
from swarmlab.errors import InvalidArgument

#: The rungs of a hint ladder, gentlest first.
RUNGS = ("nudge", "concept", "command", "example")


class Step(NamedTuple):
    """A command line that sets the stage."""

    host: str
    line: str
    may_fail: bool = False  # for tidying up what may not be there


class Fault(NamedTuple):
    """What breaks on the stage, or is mended there, as ``lab.faults`` does it; only a simulation can."""

    name: str
    args: tuple[str | int, ...] = ()
    may_fail: bool = False


@dataclass(frozen=True)
class Hint:
    """A ladder of help for one kind of mistake.

    It fits when the goal `goal` is not met and, if `when` is given, that goal *is*: a goal over the history serves
    to recognise what the learner did.  Of several that fit, the first in the exercise's list is given.
    """

    id: str
    goal: str
    nudge: str  # where to look; names no command
    concept: str  # the idea that is missing
    command: str  # the command, with gaps
    example: str  # a worked example of the same kind
    when: Goal | None = field(default=None, compare=False)  # of equal ladders, made twice, it is another object
    misconception: str = ""  # the belief behind it, one of the exercise's tags; "" for a mere slip

    def rung(self, level: int) -> str:
        """Return the text of rung `level`, 1 (nudge) to 4 (example)."""
        return (self.nudge, self.concept, self.command, self.example)[level - 1]


@dataclass(frozen=True)
class Exercise:
    """What the learner is asked to do, and how one sees that it was done."""

    id: str  # "1.1": lesson.number; "practice-17", "incident-3"
    title: str
    task: str  # what to do, in a few short sentences; the goals are not repeated here
    goals: tuple[Goal, ...]
    hints: tuple[Hint, ...]
    stage: tuple[Step | Fault, ...] = ()
    asks: dict[str, str] = field(default_factory=dict)  # answers to hand in: name → what it is
    backends: str = "both"  # "both", or "sim" where only a simulation can do it
    seed: int = 1  # of the lab in which it is proved
    tags: tuple[str, ...] = ()  # misconceptions it addresses
    deal: "Callable[[random.Random], Exercise] | None" = None  # makes another version, of the same worth
    facts: Mapping[str, Any] = field(default_factory=dict)  # what was dealt: for proofs

    def __post_init__(self) -> None:
        """Refuse what no learner could be judged by.  Raises InvalidArgument."""
        goals = [goal.id for goal in self.goals]
        hints = [hint.id for hint in self.hints]
        problem = ""
        if not all(goals) or len(set(goals)) < len(goals):
            problem = "each goal needs an id of its own"
        elif all(goal.is_safety for goal in self.goals):
            problem = "it needs a goal of progress: doing nothing would pass"
        elif len(set(hints)) < len(hints):
            problem = "each hint needs an id of its own"
        elif unknown := {hint.goal for hint in self.hints} - set(goals):
            problem = f"a hint names the unknown goal {sorted(unknown)[0]}"
        elif helpless := [goal for goal in goals if not any(h.goal == goal and h.when is None for h in self.hints)]:
            problem = f"goal {helpless[0]} has no hint that always fits"
        elif self.backends not in ("both", "sim"):
            problem = "backends is both or sim"
        if problem:
            raise InvalidArgument(f"Exercise {self.id}: {problem}.")

    def dealt_to(self, learner: str) -> "Exercise":
        """Return this exercise as `learner` gets it: the same each time, but another one than a friend's.

        Nobody in particular ("") gets this one.  What a friend hands in is then of no use where it could be copied.
        """
        return self if self.deal is None or not learner else self.deal(random.Random(f"{self.id}/{learner}"))

    @property
    def points(self) -> float:
        """What all goals together are worth."""
        return sum(goal.points for goal in self.goals)

    @property
    def begun_by(self) -> str:
        """The line that begins it."""
        kind, dash, number = self.id.partition("-")
        return f"lab.{kind}({number})" if dash else f'lab.exercise("{self.id}")'

    @property
    def checked_by(self) -> str:
        """The line that checks it; what is begun only from time to time is checked as what was begun last."""
        answers = "".join(f", {name}=…" for name in self.asks)
        return "lab.check()" if "-" in self.id else f'lab.check("{self.id}"{answers})'


def called(exercise_id: str) -> str:
    """Return how an exercise is spoken of: "Exercise 1.1", "Practice 17", "Incident 3"."""
    kind, dash, number = exercise_id.partition("-")
    return f"{kind.capitalize()} {number}" if dash else f"Exercise {exercise_id}"
