"""The exercises of the course, as data: one package a lesson, each with a `Lesson` called ``LESSON``."""

from swarmlab.checks import Exercise
from swarmlab.errors import NotFound
from swarmlab.exercises import (
    incidents,
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    lesson04,
    lesson05,
    lesson06,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    practice,
    real_swarm,
)
from swarmlab.exercises.lesson import Lesson

#: All lessons, in the order of the course.
LESSONS: tuple[Lesson, ...] = (
    lesson00.LESSON,
    lesson01.LESSON,
    lesson02.LESSON,
    lesson03.LESSON,
    lesson04.LESSON,
    lesson05.LESSON,
    lesson06.LESSON,
    lesson07.LESSON,
    lesson08.LESSON,
    lesson09.LESSON,
    lesson10.LESSON,
    real_swarm.LESSON,
)

#: All exercises, in the order of the course.
ALL: tuple[Exercise, ...] = tuple(exercise for lesson in LESSONS for exercise in lesson.exercises)


def find(exercise_id: str) -> Exercise:
    """Return the exercise with this id, such as "1.1", "practice-17" or "incident-3".  Raises NotFound."""
    for exercise in ALL:
        if exercise.id == exercise_id:
            return exercise
    kind, _, number = exercise_id.partition("-")
    if kind in ("practice", "incident") and number.isdecimal():
        return practice.task(int(number)).exercise if kind == "practice" else incidents.find(int(number))
    raise NotFound(f"There is no exercise {exercise_id!s}. There are: {', '.join(e.id for e in ALL)}.")
