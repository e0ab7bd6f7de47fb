"""The exercises of the course, as data: one package a lesson, each with a tuple called ``EXERCISES``."""

from swarmlab.checks import Exercise
from swarmlab.errors import NotFound
from swarmlab.exercises import lesson01

#: All exercises, in the order of the course.
ALL: tuple[Exercise, ...] = (*lesson01.EXERCISES,)


def find(exercise_id: str) -> Exercise:
    """Return the exercise with this id, such as "1.1".  Raises NotFound."""
    for exercise in ALL:
        if exercise.id == exercise_id:
            return exercise
    raise NotFound(f"There is no exercise {exercise_id!s}. There are: {', '.join(e.id for e in ALL)}.")
