"""What a lesson is, as data: the parts of the old tutorial it covers, its concepts, its exercises."""

from typing import NamedTuple

from swarmlab.checks import Exercise

#: The parts of the tutorial that ``make demo`` plays, and of its introduction; each lesson says which it covers.
SECTIONS = (
    "The lab",
    "What a service is",
    "Create and look",
    "Task states",
    "Scale",
    "Drain and re-activate",
    "Reach it from inside",
    "Ports between hosts",
    "Publish",
    "The ingress network",
    "Service discovery",
    "Unpublish",
    "Rolling updates, CPU and memory",
)


class Lesson(NamedTuple):
    """One lesson.  Its title and its minutes are in its notebook."""

    id: str  # "01": the beginning of its notebook's name
    covers: tuple[str, ...]  # of SECTIONS
    concepts: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    again: tuple[str, ...] = ()  # ids of exercises of other lessons that are done again here
