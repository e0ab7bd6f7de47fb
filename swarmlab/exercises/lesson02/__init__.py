"""Lesson 02: the life of a task."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson02.four_endings import FOUR_ENDINGS
from swarmlab.exercises.lesson02.kept_pending import KEPT_PENDING
from swarmlab.exercises.lesson02.order_of_states import ORDER_OF_STATES
from swarmlab.exercises.lesson02.orphan import ORPHAN
from swarmlab.exercises.lesson02.read_the_history import READ_THE_HISTORY

LESSON = Lesson(
    "02",
    covers=("Task states",),
    concepts=("states only move forward", "who moves a task", "pending and its reason", "endings", "orphaned"),
    exercises=(ORDER_OF_STATES, KEPT_PENDING, FOUR_ENDINGS, ORPHAN, READ_THE_HISTORY),
)
