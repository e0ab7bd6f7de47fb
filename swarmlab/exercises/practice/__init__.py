"""Practice: small tasks without end, each made from its number, and the same for everybody.

A task is an exercise like any other, so that it is begun, checked and explained alike.  `kinds` has what can come up;
`task` tries a task on a copy of the lab before anybody sees it.
"""

from random import Random

from swarmlab.errors import NotFound
from swarmlab.exercises.practice.kinds import KINDS
from swarmlab.exercises.practice.task import Task, flaw

__all__ = ["KINDS", "LAST", "Task", "flaw", "task"]

#: Numbers end somewhere: ids stay short.
LAST = 999_999


def task(number: int) -> Task:
    """Return the task with this number, from 1 on.  Each kind comes once before any comes again.

    Raises NotFound for what is no such number.
    """
    if not 1 <= number <= LAST:
        raise NotFound(f"There is no practice {number}: the numbers are 1 to {LAST}.")
    turn, place = divmod(number - 1, len(KINDS))
    kinds = Random(f"kinds/{turn}").sample(KINDS, len(KINDS))
    return kinds[place](number, Random(f"practice/{number}"))
