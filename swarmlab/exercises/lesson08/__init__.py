"""Lesson 08: updates, health, resources, placement."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson08.look_longer import LOOK_LONGER
from swarmlab.exercises.lesson08.no_dip import NO_DIP
from swarmlab.exercises.lesson08.one_per_node import ONE_PER_NODE
from swarmlab.exercises.lesson08.three_reasons import THREE_REASONS
from swarmlab.exercises.lesson08.two_zones import TWO_ZONES
from swarmlab.exercises.lesson08.undone import UNDONE

LESSON = Lesson(
    "08",
    covers=("Rolling updates, CPU and memory",),
    concepts=(
        "rolling updates",
        "failure and rollback",
        "monitoring and health",
        "reservations and limits",
        "constraints and preferences",
    ),
    exercises=(NO_DIP, UNDONE, LOOK_LONGER, TWO_ZONES, THREE_REASONS, ONE_PER_NODE),
)
