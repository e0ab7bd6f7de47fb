"""Practice and incidents on a lab: which comes next, and that nobody is given what cannot be done."""

from random import Random
from typing import TYPE_CHECKING

from swarmlab import checks
from swarmlab.errors import FailedPrecondition, NotFound
from swarmlab.exercises import incidents, practice
from swarmlab.progress import EXERCISE, Progress

if TYPE_CHECKING:
    from swarmlab.lab import Lab

#: How many numbers are passed over on the way to a task that can be done on this lab.
TRIES = 5


def begin_practice(lab: "Lab", number: int | None) -> checks.Card:
    """Begin a practice: this one, or by default the next; it has been tried on a copy of the lab before.

    Raises NotFound for a number that there is not, FailedPrecondition if it cannot be done on this lab.
    """
    first = _next_practice(lab) if number is None else number
    if not isinstance(first, int):
        raise NotFound(f"There is no practice {first}: practice has numbers, as in lab.practice(17).")
    flaw = ""
    for candidate in range(first, first + (TRIES if number is None else 1)):
        task = practice.task(candidate)
        flaw = practice.flaw(task, lab.fork())
        if not flaw:
            return checks.begin(task.exercise, lab)
    raise FailedPrecondition(
        f"{checks.called(f'practice-{first}')} cannot be done on this lab: {flaw}. A new one will do: lab = Lab()"
    )


def begin_incident(lab: "Lab", which: int | str | None) -> checks.Card:
    """Begin an incident: by its number or name, or by default one of those not solved yet.

    Raises NotFound for one that there is not, FailedPrecondition if it cannot be staged on this lab.
    """
    return checks.begin(incidents.find(_some_incident(lab) if which is None else which), lab)


def _done(lab: "Lab", kind: str) -> set[int]:
    """Return the numbers of what was begun in this lab, or solved in any."""
    solved = [entry.key for entry in Progress().entries(EXERCISE) if entry.data.get("passed") is True]
    begun = [str(note.data.get("id")) for note in lab.notes if note.kind == checks.EXERCISE]
    parts = [id.partition("-") for id in (*solved, *begun)]
    return {int(number) for word, _, number in parts if word == kind and number.isdecimal()}


def _next_practice(lab: "Lab") -> int:
    return min(max(_done(lab, "practice"), default=0) + 1, practice.LAST)


def _some_incident(lab: "Lab") -> int:
    """Return the number of an incident not done yet, drawn by lot; of any once all are."""
    numbers = set(range(1, len(incidents.ALL) + 1))
    done = _done(lab, "incident")
    return Random(f"{lab.session.journal.header['seed']}/{len(done)}").choice(sorted(numbers - done or numbers))
