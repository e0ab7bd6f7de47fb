"""The quiz without a page: what is shown, said and stored, and what a page may send."""

import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.concepts.check import ConceptCheck
from swarmlab.concepts.items import ITEMS
from swarmlab.errors import InvalidArgument
from swarmlab.progress import Progress
from swarmlab.widgets.quiz import SCRIPTS, Quiz
from swarmlab.widgets.shown import module


@pytest.fixture
def kept(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "progress.jsonl")


def quiz(moment: str, kept: Progress) -> Quiz:
    return Quiz(ConceptCheck(moment, Lab, progress=kept, items=ITEMS[:3]))


def say(quiz: Quiz, **message: object) -> None:
    """What the page sends."""
    quiz._handle_custom_msg(message, [])


def test_the_words_are_those_of_the_page(kept: Progress) -> None:
    shown = quiz("before", kept)
    assert shown.text().startswith("Concept check, before the course\n\n1. `node1` is a worker.")
    for letter, text in shown.shown["choices"]:
        assert f"  {letter}  {text}" in shown.text()
    assert shown._stored()["text/plain"] == shown.text()
    assert "<pre>" in shown._stored()["text/html"]


def test_a_page_answers_goes_and_sees(kept: Progress) -> None:
    shown = quiz("after", kept)
    say(shown, t="answer", id=ITEMS[0].id, choice="C")
    assert shown.shown["verdict"] == "right"
    assert shown.shown["say"].startswith("Right. Only managers know")
    assert shown.shown["say"].endswith("1 of 3 answered.")
    say(shown, t="see")
    assert "not a swarm manager" in shown.shown["seen"]
    assert "not a swarm manager" in shown.text()
    say(shown, t="go", number=3)
    assert shown.shown["place"] == 2
    assert shown.shown["answered"] == [True, False, False]
    say(shown, t="see")
    assert shown.shown["say"] == "Answer first: who predicts, sees more."


def test_it_opens_at_the_first_open_question_and_shows_the_result_when_all_are_answered(kept: Progress) -> None:
    quiz("before", kept).answer("?")
    shown = quiz("before", kept)
    assert shown.shown["place"] == 1
    shown.answer("A")
    shown.go(3)
    assert shown.shown["result"] == []
    shown.answer("a")
    assert shown.shown["result"][0].startswith("Before the course: ")
    shown.restart()
    assert shown.shown["place"] == 0
    assert not any(shown.shown["answered"])


@pytest.mark.parametrize(
    "message",
    [{}, {"t": "answer"}, {"t": "answer", "id": "x", "choice": "A"}, {"t": "go", "number": "2"}, {"t": "go"}, {"t": 7},
     {"t": "answer", "id": ITEMS[0].id, "choice": "<b>"}, {"t": "go", "number": -5}],
)  # fmt: skip
def test_a_page_can_send_anything(kept: Progress, message: dict[str, object]) -> None:
    shown = quiz("before", kept)
    say(shown, **message)
    assert shown.questions.answers == {}
    assert shown.shown["place"] == 0


def test_a_line_of_python_is_refused_in_a_sentence(kept: Progress) -> None:
    with pytest.raises(InvalidArgument, match="Answer with A, B, C"):
        quiz("before", kept).answer("yes")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_page_s_half_is_one_module_with_a_view() -> None:
    code = b64encode(module(SCRIPTS).encode()).decode()
    script = f'import("data:text/javascript;base64,{code}").then((m) => console.log(Object.keys(m.default).join()))'
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout.strip(), done.stderr) == ("render", "")
