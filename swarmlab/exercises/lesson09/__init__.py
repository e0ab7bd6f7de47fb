"""Lesson 09: managers and quorum."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson09.how_many import HOW_MANY
from swarmlab.exercises.lesson09.leader_lost import LEADER_LOST
from swarmlab.exercises.lesson09.no_majority import NO_MAJORITY
from swarmlab.exercises.lesson09.three_managers import THREE_MANAGERS

LESSON = Lesson(
    "09",
    covers=(),
    concepts=("majority", "a new leader", "orders and work are apart", "recovery", "how many managers"),
    exercises=(THREE_MANAGERS, LEADER_LOST, NO_MAJORITY, HOW_MANY),
)
