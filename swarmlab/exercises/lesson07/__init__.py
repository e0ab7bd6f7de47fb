"""Lesson 07: service discovery."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson07.call_by_name import CALL_BY_NAME
from swarmlab.exercises.lesson07.full_house import FULL_HOUSE
from swarmlab.exercises.lesson07.new_tasks import NEW_TASKS
from swarmlab.exercises.lesson07.two_networks import TWO_NETWORKS
from swarmlab.exercises.lesson07.who_is_well import WHO_IS_WELL

LESSON = Lesson(
    "07",
    covers=("Service discovery",),
    concepts=("overlay networks", "names and virtual addresses", "who answers a ping", "isolation", "address budgets"),
    exercises=(CALL_BY_NAME, NEW_TASKS, WHO_IS_WELL, TWO_NETWORKS, FULL_HOUSE),
)
