"""Lesson R: the same on a real swarm.  It has no exercises of its own: those of other lessons are done again."""

from swarmlab.exercises.lesson import Lesson

LESSON = Lesson(
    "R",
    covers=(),
    concepts=("simulation and reality", "what is left to chance"),
    exercises=(),
    again=("1.3", "4.1", "7.3"),
)
