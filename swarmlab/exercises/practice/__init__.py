"""Practice: small tasks without end, each made from its number, and the same for everybody.

A task is an exercise like any other, so that it is begun, checked and explained alike.  Before anybody sees it, it is
tried on a copy of the lab (`flaw`).
"""

from random import Random

from swarmlab.errors import NotFound
from swarmlab.exercises.practice.draws import Kind
from swarmlab.exercises.practice.networks import connect, publish
from swarmlab.exercises.practice.nodes import empty_a_node, pause_a_node, place
from swarmlab.exercises.practice.services import launch, scale, tidy_up, update
from swarmlab.exercises.practice.task import Task, flaw

__all__ = ["KINDS", "LAST", "Task", "flaw", "task"]

KINDS: tuple[Kind, ...] = (
    launch, scale, publish, empty_a_node, update, place, connect, pause_a_node, tidy_up,
)  # fmt: skip
#: Numbers end somewhere: ids stay short.
LAST = 999_999


def task(number: int) -> Task:
    """Return the task with this number, from 1 on.  Each kind comes once before any comes again.

    Raises NotFound for what is no such number.
    """
    if not 1 <= number <= LAST:
        raise NotFound(f"There is no practice {number}: the numbers are 1 to {LAST}.")
    turn, spot = divmod(number - 1, len(KINDS))
    kinds = Random(f"kinds/{turn}").sample(KINDS, len(KINDS))
    return kinds[spot](number, Random(f"practice/{number}"))
