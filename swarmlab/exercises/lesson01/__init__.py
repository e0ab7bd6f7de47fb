"""Lesson 01: services, slots, tasks, containers."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson01.container_name import CONTAINER_NAME
from swarmlab.exercises.lesson01.create_pinned import CREATE_PINNED
from swarmlab.exercises.lesson01.kill_and_see import KILL_AND_SEE
from swarmlab.exercises.lesson01.new_argument import NEW_ARGUMENT

LESSON = Lesson(
    "01",
    covers=("What a service is", "Create and look"),
    concepts=("service, slot, task, container", "desired and current state", "replicas", "pinned images"),
    exercises=(CREATE_PINNED, CONTAINER_NAME, KILL_AND_SEE, NEW_ARGUMENT),
)
