"""The exercises as data: complete, consistent, readable."""

import re

import pytest

from swarmlab import exercises
from swarmlab.checks import Exercise
from swarmlab.errors import NotFound
from swarmlab.exercises import incidents, practice

#: Two rounds of practice: every kind, with other names and numbers.
PRACTICE = tuple(practice.task(number).exercise for number in range(1, 2 * len(practice.KINDS) + 1))
EVERY = (*exercises.ALL, *incidents.ALL, *PRACTICE)
HINTS = [(exercise, hint) for exercise in EVERY for hint in exercise.hints]


def test_there_are_exercises_and_their_ids_are_unique():
    ids = [exercise.id for exercise in exercises.ALL]
    assert ids[4:7] == ["1.1", "1.2", "1.3"]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda id: [int(part) for part in id.split(".")])


def test_an_exercise_is_found_by_its_id():
    assert exercises.find("1.2").title == "From the task to its container"
    with pytest.raises(NotFound, match=r"There is no exercise 7\.7\. There are: 0\.1"):
        exercises.find("7.7")


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.id)
def test_an_exercise_has_title_task_and_points(exercise: Exercise):
    assert re.fullmatch(r"\d+\.\d+|(practice|incident)-\d+", exercise.id)
    assert exercise.title
    assert exercise.task.endswith(".")
    assert exercise.points > 0
    assert all(goal.points > 0 for goal in exercise.goals)


@pytest.mark.parametrize(("exercise", "hint"), HINTS, ids=lambda value: value.id)
def test_a_hint_has_four_rungs_and_the_first_gives_no_solution(exercise: Exercise, hint):
    assert all(hint.rung(level) for level in (1, 2, 3, 4))
    assert not re.search(r"docker (service (create|update|scale)|kill)", hint.nudge)
    assert "web-server" not in hint.example  # a worked example of the same kind, not the solution


@pytest.mark.parametrize(("exercise", "hint"), HINTS, ids=lambda value: value.id)
def test_a_misconception_is_one_of_the_exercise_s_tags(exercise: Exercise, hint):
    assert hint.misconception == "" or hint.misconception in exercise.tags


def test_sentences_are_short_enough_to_read():
    texts = [text for e in EVERY for text in (e.task, *(h.concept for h in e.hints), *(h.nudge for h in e.hints))]
    assert texts
    for text in texts:
        for sentence in re.split(r"(?<=[.?!]) ", text):
            assert len(sentence.split()) <= 28, sentence


@pytest.mark.parametrize("exercise", [e for e in exercises.ALL if e.deal], ids=lambda exercise: exercise.id)
def test_what_is_dealt_is_worth_the_same_and_differs_from_learner_to_learner(exercise: Exercise):
    def shape(one: Exercise) -> object:
        return one.id, one.title, one.asks, [(g.id, g.points) for g in one.goals], [h.id for h in one.hints]

    dealt = [exercise.dealt_to(f"learner {number}") for number in range(8)]
    assert {repr(shape(one)) for one in dealt} == {repr(shape(exercise))}
    assert len({repr(one.facts) for one in dealt}) > 1
    assert exercise.dealt_to("anna").facts == exercise.dealt_to("anna").facts
    assert exercise.dealt_to("") is exercise
