"""Lesson 00: the lab bench."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson00.leader import LEADER
from swarmlab.exercises.lesson00.refused import REFUSED
from swarmlab.exercises.lesson00.thirty_seconds import THIRTY_SECONDS
from swarmlab.exercises.lesson00.what_if import WHAT_IF

LESSON = Lesson(
    "00",
    covers=("The lab",),
    concepts=("managers, workers and the leader", "virtual time", "checkpoint and rewind"),
    exercises=(LEADER, REFUSED, THIRTY_SECONDS, WHAT_IF),
)
