"""Rounds of the concept check: what is told when, what is kept, and the form on a terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.concepts.check import AFTER, BEFORE, KIND, ConceptCheck
from swarmlab.concepts.form import ask
from swarmlab.concepts.items import ITEMS
from swarmlab.errors import FailedPrecondition, InvalidArgument, NotFound
from swarmlab.progress import Progress

THREE = ITEMS[:3]


@pytest.fixture
def kept(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "progress.jsonl")


@pytest.fixture(scope="module")
def plain() -> Lab:
    return Lab()


def check(moment: str, kept: Progress, lab: Lab | None = None) -> ConceptCheck:
    return ConceptCheck(moment, lambda: (lab or Lab()).fork(), progress=kept, items=THREE)


def fill(round: ConceptCheck, right: int) -> ConceptCheck:
    """Answer the first `right` items as they should be, and the rest with "?"."""
    for place, item in enumerate(round.items):
        round.answer(item.id, item.right if place < right else "?")
    return round


def test_before_the_course_nothing_is_told_but_a_number_and_the_lessons(kept: Progress) -> None:
    before = check(BEFORE, kept)
    first = THREE[0]
    assert before.result() == ["0 of 3 answered."]
    before.answer(first.id, "a")
    before.answer(first.id, first.right)  # one may change one's mind
    assert before.page(0) | {"chosen": first.right, "verdict": "", "right": "", "why": "", "locked": False} == (
        before.page(0)
    )
    with pytest.raises(FailedPrecondition, match="Before the course nothing is told"):
        before.see(first.id)
    assert before.result() == ["1 of 3 answered."]
    fill(before, 1)
    said = before.result()
    assert said[:2] == ["Before the course: 1 of 3 right.", "Not right, by lesson: lesson 01: 2 of 2."]
    assert not any(item.why in line for item in THREE for line in said)


def test_after_the_course_the_first_answer_counts_and_the_experiment_follows(kept: Progress, plain: Lab) -> None:
    after = check(AFTER, kept, plain)
    first = THREE[0]
    with pytest.raises(FailedPrecondition, match="Answer first"):
        after.see(first.id)
    after.answer(first.id, "A")
    assert after.verdict(first.id) == "wrong"
    assert after.told(first.id)[0] == f"Not so: {first.right} is right, {first.choice(first.right).text}."
    assert after.page(0)["right"] == first.right
    with pytest.raises(FailedPrecondition, match="the first answer counts"):
        after.answer(first.id, first.right)
    assert after.see(first.id).letters == first.right
    assert "not a swarm manager" in after.page(0)["seen"]
    after.answer(THREE[1].id, THREE[1].right)
    assert after.verdict(THREE[1].id) == "right"


def test_both_rounds_are_kept_and_compared(kept: Progress) -> None:
    fill(check(BEFORE, kept), 1)
    fill(check(AFTER, kept), 3)
    again = check(AFTER, kept)  # another day
    assert again.is_complete
    assert again.result() == ["After the course: 3 of 3 right.", "Before the course: 1 of 3 right."]
    assert {entry.key for entry in kept.entries(KIND)} == {item.id for item in THREE}


def test_a_round_can_be_taken_again_and_leaves_the_other_alone(kept: Progress) -> None:
    fill(check(BEFORE, kept), 2)
    after = fill(check(AFTER, kept), 3)
    after.restart()
    assert after.answers == {}
    assert check(AFTER, kept).answers == {}
    assert check(BEFORE, kept).right() == 2


def test_what_cannot_be_is_refused_in_a_sentence(kept: Progress) -> None:
    with pytest.raises(InvalidArgument, match='it is "before" or "after"'):
        check("during", kept)
    with pytest.raises(InvalidArgument, match="Answer with A, B, C, or"):
        check(BEFORE, kept).answer(THREE[0].id, "D")
    with pytest.raises(NotFound, match="There is no question x"):
        check(BEFORE, kept).answer("x", "A")


def test_a_broken_or_foreign_line_in_the_progress_costs_nothing(kept: Progress) -> None:
    kept.add(KIND, "no-such-item", round=BEFORE, choice="A")
    kept.add(KIND, THREE[0].id, round="during", choice="A")
    kept.add(KIND, THREE[0].id)
    assert check(BEFORE, kept).answers == {}


def test_where_nothing_can_be_kept_the_check_goes_on_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = check(BEFORE, Progress(tmp_path / "file" / "progress.jsonl"))
    before.answer(THREE[0].id, "B")
    assert before.answers == {THREE[0].id: "B"}
    assert before.trouble.startswith("Your answers cannot be kept: ")


def paper(round: ConceptCheck, *lines: str) -> str:
    """Fill in the form on a terminal with `lines`; return what it printed."""
    given: Iterator[str] = iter(lines)
    said: list[str] = []

    def read(prompt: str) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    ask(round, read, said.append)
    return "\n".join(said)


def test_the_form_on_a_terminal_asks_what_is_open_and_goes_on_another_day(kept: Progress, plain: Lab) -> None:
    said = paper(check(BEFORE, kept), "b", "", "D", "c", "q")
    assert "1. `node1` is a worker." in said
    assert said.count("Answer with A, B, C, or ?") == 2
    assert said.endswith("2 of 3 answered.")
    said = paper(check(BEFORE, kept), "?")
    assert "1. " not in said
    assert "3. `web` has one task." in said
    assert "Before the course: 0 of 3 right." in said


def test_the_form_on_a_terminal_shows_the_experiment_after_the_course(kept: Progress, plain: Lab) -> None:
    said = paper(check(AFTER, kept, plain), "C")
    assert "Right.\nOnly managers know the services." in said
    assert "[root@node1 ~]# docker service ls\nError response from daemon" in said
    assert said.endswith("1 of 3 answered.")  # the line ended: Ctrl-D
