"""Lesson 03: scaling out and in."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson03.late_node import LATE_NODE
from swarmlab.exercises.lesson03.scale_in import SCALE_IN
from swarmlab.exercises.lesson03.scale_out import SCALE_OUT
from swarmlab.exercises.lesson03.switch_off import SWITCH_OFF
from swarmlab.exercises.lesson03.the_global import THE_GLOBAL

LESSON = Lesson(
    "03",
    covers=("Scale",),
    concepts=("where new tasks go", "which tasks go away", "no rebalancing", "replicated and global services"),
    exercises=(SCALE_OUT, SCALE_IN, LATE_NODE, SWITCH_OFF, THE_GLOBAL),
)
