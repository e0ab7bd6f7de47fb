"""The three kinds of check that a graded cell can ask for.  An author writes one as data.

`StateCheck`  goals over what the judge's swarm did, and, if the judge provokes it, over how it reacts
`CallCheck`   a function of the learner's is called with JSON and has to return JSON; inputs are drawn from a seed
`TextCheck`   commands or YAML that the learner wrote, read by us and never run

All three end in the same report that learners know from ``lab.check``.
"""

import json
import random
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from swarmlab.checks import Exercise, Hint, Outcome, Report, Verdict

#: Longer texts are not read.
LONGEST_TEXT = 50_000


class Provocation(NamedTuple):
    """What the judge does to the swarm, and then looks at.

    ``sh`` types `arguments` (host, command line); every other name is a fault (``stop``, ``partition`` …).
    """

    name: str
    arguments: tuple[Any, ...]
    wait: str = "30s"  # virtual time that passes afterwards


@dataclass(frozen=True)
class StateCheck:
    """Judge an exercise on the swarm in the variable `lab`.

    With provocations its goals are about what follows: the exercise begins anew at that moment, on a copy of the
    swarm, so that the learner's next exercise is not disturbed.  A node that has just been stopped is not missed yet:
    such goals say `now` (at the end) rather than `eventually`.
    """

    exercise: Exercise
    answers: Mapping[str, str] = field(default_factory=dict)  # answer → the variable that holds it
    lab: str = "lab"
    provoke: tuple[Provocation, ...] = ()
    begun_by: str = ""  # with provocations: the exercise that the learner was given; default: this one

    @property
    def points(self) -> float:
        """What it is worth."""
        return self.exercise.points


class Case(NamedTuple):
    """One call of a learner's function."""

    arguments: list[Any]
    expected: Any  # JSON
    said: str = ""  # what the report says it is about; default: the call itself


@dataclass(frozen=True)
class CallCheck:
    """Call a function with cases that `draw` makes; every case is worth the same."""

    id: str
    title: str
    function: str
    draw: Callable[[random.Random], Sequence[Case]]
    hint: Hint
    points: float = 1.0

    def report(self, cases: Sequence[Case], answers: Sequence[Mapping[str, Any]]) -> Report:
        """Return the report on `answers`: each has a ``value`` or an ``error``."""
        verdicts = []
        for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
            call = f"{self.function}({', '.join(map(_short, case.arguments))})"
            met = "value" in answer and same(answer["value"], case.expected)
            found = (
                "" if met else f"it returned `{_short(answer['value'])}`" if "value" in answer else str(answer["error"])
            )
            sentence = case.said or f"`{call}` returns `{_short(case.expected)}`."
            outcome = Outcome.MET if met else Outcome.NOT_MET
            verdicts.append(Verdict(f"case-{number + 1}", sentence, outcome, self.points / len(cases), found))
        return _report(self.id, self.title, verdicts, self.hint)


@dataclass(frozen=True)
class TextGoal:
    """A claim about a text that was read: what it says and whether it holds for what was read."""

    id: str
    text: str  # a sentence
    holds: Callable[[Any], bool]
    found: Callable[[Any], str]
    points: float = 1.0


@dataclass(frozen=True)
class TextCheck:
    """Read the source of the learner's cell `cell` with `read` (`commands`, `document`), then look at it."""

    id: str
    title: str
    cell: str
    read: Callable[[str], Any]
    goals: tuple[TextGoal, ...]
    hint: Hint

    @property
    def points(self) -> float:
        """What it is worth."""
        return sum(goal.points for goal in self.goals)

    def report(self, source: str) -> Report:
        """Return the report on a text."""
        try:
            read = self.read(source[:LONGEST_TEXT])
        except (ValueError, yaml.YAMLError, RecursionError) as error:
            trouble = f"the text cannot be read: {str(error).splitlines()[0][:200]}"
            verdicts = [Verdict(g.id, g.text, Outcome.NOT_MET, g.points, trouble) for g in self.goals]
            return _report(self.id, self.title, verdicts, self.hint)
        verdicts = [
            Verdict(goal.id, goal.text, Outcome.MET, goal.points)
            if _holds(goal, read)
            else Verdict(goal.id, goal.text, Outcome.NOT_MET, goal.points, goal.found(read))
            for goal in self.goals
        ]
        return _report(self.id, self.title, verdicts, self.hint)


Check = StateCheck | CallCheck | TextCheck


def commands(text: str) -> list[list[str]]:
    """Return the command lines of a text as words; magics, comments and empty lines are left out.

    Raises ValueError for a quote that is not closed.
    """
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith(("#", "%%"))]
    return [shlex.split(line, comments=True) for line in lines]


def document(text: str) -> Any:
    """Return the YAML document of a text; a first line with a cell magic is left out.

    Raises ValueError, yaml.YAMLError.
    """
    if text.startswith("%%"):
        text = text.partition("\n")[2]
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise ValueError("aliases (*name) are not used here")  # a few lines of them can mean gigabytes
    return yaml.safe_load(text)


def same(claimed: Any, expected: Any) -> bool:
    """Whether two JSON values are equal: 1 is not True, and 1.0 is 1."""
    if isinstance(claimed, bool) or isinstance(expected, bool):
        return claimed is expected
    if isinstance(claimed, list) and isinstance(expected, list):
        return len(claimed) == len(expected) and all(map(same, claimed, expected))
    if isinstance(claimed, dict) and isinstance(expected, dict):
        return claimed.keys() == expected.keys() and all(same(claimed[key], expected[key]) for key in expected)
    if isinstance(claimed, float) or isinstance(expected, float):
        return isinstance(claimed, int | float) and isinstance(expected, int | float) and abs(claimed - expected) < 1e-9
    return type(claimed) is type(expected) and bool(claimed == expected)


def _holds(goal: TextGoal, read: Any) -> bool:
    """Whether a goal holds; a text of another shape than it looks for does not meet it."""
    try:
        return bool(goal.holds(read))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return False


def _report(id: str, title: str, verdicts: list[Verdict], hint: Hint) -> Report:
    passed = all(verdict.outcome is Outcome.MET for verdict in verdicts)
    return Report(id, title, tuple(verdicts), None if passed else hint)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
