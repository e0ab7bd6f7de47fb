"""Lesson 05: publishing and the routing mesh."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson05.close_it import CLOSE_IT
from swarmlab.exercises.lesson05.one_and_all import ONE_AND_ALL
from swarmlab.exercises.lesson05.publish_it import PUBLISH_IT
from swarmlab.exercises.lesson05.real_clients import REAL_CLIENTS
from swarmlab.exercises.lesson05.three_failures import THREE_FAILURES
from swarmlab.exercises.lesson05.who_reaches import WHO_REACHES

LESSON = Lesson(
    "05",
    covers=("Reach it from inside", "Publish", "Unpublish"),
    concepts=(
        "container addresses are local",
        "the routing mesh",
        "balancing by connection",
        "host mode",
        "unpublishing",
    ),
    exercises=(WHO_REACHES, PUBLISH_IT, ONE_AND_ALL, REAL_CLIENTS, THREE_FAILURES, CLOSE_IT),
)
