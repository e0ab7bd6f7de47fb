"""Lesson 04: active, pause, drain, down."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson04.come_back import COME_BACK
from swarmlab.exercises.lesson04.drain_manager import DRAIN_MANAGER
from swarmlab.exercises.lesson04.engine_down import ENGINE_DOWN
from swarmlab.exercises.lesson04.no_dip import NO_DIP
from swarmlab.exercises.lesson04.no_new_tasks import NO_NEW_TASKS

LESSON = Lesson(
    "04",
    covers=("Drain and re-activate",),
    concepts=("availability and status", "draining and the dip", "pause", "a lost node", "coming back"),
    exercises=(DRAIN_MANAGER, NO_DIP, NO_NEW_TASKS, ENGINE_DOWN, COME_BACK),
)
