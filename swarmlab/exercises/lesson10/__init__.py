"""Lesson 10: a shop to be kept running."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson10.bad_version import BAD_VERSION
from swarmlab.exercises.lesson10.closed_door import CLOSED_DOOR
from swarmlab.exercises.lesson10.half_of_all import HALF_OF_ALL
from swarmlab.exercises.lesson10.lost_host import LOST_HOST
from swarmlab.exercises.lesson10.maintenance import MAINTENANCE
from swarmlab.exercises.lesson10.open_the_shop import OPEN_THE_SHOP
from swarmlab.exercises.lesson10.typing_error import TYPING_ERROR

LESSON = Lesson(
    "10",
    covers=(),
    concepts=("a stack", "configs and secrets", "from symptom to cause", "repair and proof", "maintenance"),
    exercises=(OPEN_THE_SHOP, BAD_VERSION, TYPING_ERROR, HALF_OF_ALL, LOST_HOST, CLOSED_DOOR, MAINTENANCE),
)
