"""One item of the concept check: a question about a swarm, and the experiment that answers it.

Each choice says what would be seen if it were true.  So the swarm itself decides which one is right; what an author
believes does not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from swarmlab.checks import Fault, Step, play
from swarmlab.checks.lablike import LabLike
from swarmlab.errors import FailedPrecondition

LETTERS = "ABC"


class Choice(NamedTuple):
    """One possible answer."""

    text: str
    sees: str  # a regular expression: what the last line of the experiment prints if this is so


@dataclass(frozen=True)
class Item:
    """A question with three choices."""

    id: str
    lesson: str  # "03": where it is learned
    question: str
    choices: tuple[Choice, Choice, Choice]
    right: str  # the letter
    why: str  # what to know, in a sentence or two
    steps: tuple[Step | Fault, ...]  # the experiment, on a new lab
    look: Step  # its last line, whose output decides

    def choice(self, letter: str) -> Choice:
        """Return a choice by its letter."""
        return self.choices[LETTERS.index(letter)]

    @property
    def letters(self) -> str:
        """The letters that can be chosen."""
        return LETTERS[: len(self.choices)]


class Observation(NamedTuple):
    """What the experiment showed."""

    transcript: str  # what was typed, and what the last line printed
    letters: str  # the choices for which this speaks: the right one


def observe(item: Item, lab: LabLike) -> Observation:
    """Do the experiment of `item` on `lab`, which should be new.  Raises FailedPrecondition if it cannot be done."""
    for step in item.steps:
        if problem := play(step, lab):
            raise FailedPrecondition(f"This experiment needs a new lab: {problem}")
    result = lab.host(item.look.host).sh(item.look.line)
    printed = (result.stdout + result.stderr).strip()
    letters = "".join(letter for letter in item.letters if re.search(item.choice(letter).sees, printed))
    return Observation("\n".join([*typed(item), printed]), letters)


def typed(item: Item) -> Iterator[str]:
    """Yield the lines of the experiment as a terminal, or a notebook, shows them."""
    for step in (*item.steps, item.look):
        if isinstance(step, Fault):
            yield f"lab.faults.{step.name}({', '.join(map(repr, step.args))})".replace("'", '"')
        else:
            yield f"[root@{step.host} ~]# {step.line}"
