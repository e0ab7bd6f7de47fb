"""Every item of the concept check: the simulated swarm itself says which answer is right."""

import re
from collections import Counter

import pytest

from swarmlab import Lab
from swarmlab.checks import Step
from swarmlab.concepts import new_lab
from swarmlab.concepts.item import Choice, Item, observe
from swarmlab.concepts.items import ITEMS
from swarmlab.errors import FailedPrecondition
from swarmlab.exercises import LESSONS


@pytest.fixture(scope="module")
def plain() -> Lab:
    """A lab like those of the learners, to copy."""
    return Lab()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_swarm_shows_what_is_right_and_nothing_that_speaks_for_another_answer(plain: Lab, item: Item) -> None:
    seen = observe(item, plain.fork())
    assert seen.letters == item.right, seen.transcript
    assert item.look.line in seen.transcript


def test_there_are_some_thirty_of_all_lessons() -> None:
    assert 30 <= len(ITEMS) <= 40
    assert len({item.id for item in ITEMS}) == len(ITEMS)
    assert {item.lesson for item in ITEMS} == {lesson.id for lesson in LESSONS if lesson.id <= "09"}
    assert [item.lesson for item in ITEMS] == sorted(item.lesson for item in ITEMS)


def test_no_letter_is_right_much_more_often_than_another() -> None:
    counts = Counter(item.right for item in ITEMS)
    assert min(counts.values()) >= len(ITEMS) // 4


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_item_is_short_and_its_choices_differ(item: Item) -> None:
    assert len(item.question) <= 240
    for sentence in re.split(r"(?<=[.?!:]) ", f"{item.question} {item.why}"):
        assert len(sentence.split()) <= 28, sentence
    assert len({choice.text for choice in item.choices}) == len({choice.sees for choice in item.choices}) == 3


def test_an_item_whose_experiment_says_something_else_is_found_out(plain: Lab) -> None:
    yes, no, both = Choice("yes", "3"), Choice("no", "4"), Choice("perhaps", "[34]")
    item = Item("x", "03", "Are there three?", (yes, no, both), "A", "Because.", (), Step("node1", "echo 4"))
    assert observe(item, plain.fork()).letters == "BC"


def test_experiments_are_made_on_simulated_labs_whatever_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_BACKEND", "real")
    assert type(new_lab()) is Lab


def test_an_experiment_that_cannot_be_done_says_so_in_a_sentence() -> None:
    lab = Lab()
    item = ITEMS[0]
    observe(item, lab)
    with pytest.raises(FailedPrecondition, match=r"This experiment needs a new lab: .*name conflicts"):
        observe(item, lab)  # its services are there already
