"""The concept check in JupyterLab, with the keyboard alone: the way of somebody who sees no page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import DESK
from tests.browser.jupyterlab import Notebook, Server, until
from tests.browser.test_board import write_notebook

SETUP = f"""
import os, sys, tempfile
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
os.environ["SWARMLAB_HOME"] = tempfile.mkdtemp()
from swarmlab.concepts import concept_check
"""
QUIZ = 'quiz = concept_check("{}")\nquiz'


@pytest.fixture(scope="module")
def quizzes(jupyterlab: Server, kept: Notebook) -> Iterator[Notebook]:
    write_notebook(jupyterlab, "quiz.ipynb", SETUP, QUIZ.format("after"))
    kept.open("quiz.ipynb")
    kept.page.set_viewport_size(DESK)
    kept.run_all()
    kept.locator(".swq .swq-choice").first.wait_for()
    yield kept
    kept.assert_well()


def ask(tab: Notebook, expression: str) -> str:
    return tab.kernel_eval(f"print({expression})").strip()


def focus(tab: Notebook) -> str:
    """Return what has the focus: a button's words, or the letter of a choice."""
    script = "() => { const e = document.activeElement; return e.type === 'radio' ? e.value : e.textContent; }"
    return str(tab.page.evaluate(script))


def test_questions_are_answered_with_the_keyboard_and_said_aloud(quizzes: Notebook) -> None:
    page = quizzes.page
    group = quizzes.locator(".swq fieldset")
    assert group.evaluate("e => e.querySelector('legend').textContent").startswith("1. node1 is a worker")
    group.locator("input").first.focus()
    page.keyboard.press("ArrowDown")  # moves among the choices, and answers nothing
    assert focus(quizzes) == "B"
    assert ask(quizzes, "quiz.questions.answers") == "{}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(lambda: ask(quizzes, "quiz.questions.answers") == "{'worker-orders': 'C'}", "Enter does not answer")
    quizzes.locator(".swq-verdict").filter(has_text="Right. Only managers know the services").wait_for()
    said = quizzes.locator(".swq [role=status]")
    said.filter(has_text="Right. Only managers know the services. A worker").wait_for()
    until(lambda: focus(quizzes) == "show me the experiment", "the focus is lost where the button was")
    page.keyboard.press("Enter")
    seen = quizzes.locator(".swq-seen").filter(has_text="This node is not a swarm manager")
    seen.wait_for()
    until(lambda: focus(quizzes) == seen.inner_text(), "the focus does not go to what is to be read")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    quizzes.locator(".swq legend").filter(has_text="2. web has three tasks").wait_for()
    until(lambda: focus(quizzes) == "A", "the focus does not go to the next question")


def test_an_experiment_is_shown_when_it_was_answered(quizzes: Notebook) -> None:
    quizzes.kernel_eval("quiz.go(2)")
    quizzes.locator(".swq legend").filter(has_text="2. web has three tasks").wait_for()
    quizzes.locator(".swq input[value=A]").check()
    quizzes.locator(".swq-send").click()
    quizzes.locator(".swq-wrong").filter(has_text="✘ your answer").wait_for()
    quizzes.locator(".swq-right").filter(has_text="✔ right").wait_for()
    quizzes.locator(".swq-see").click()
    quizzes.locator(".swq-seen").filter(has_text="docker ps --quiet | wc -l").wait_for()
    quizzes.locator(".swq-again").click()  # asks first
    quizzes.locator(".swq-again").filter(has_text="really forget all answers").wait_for()
    assert "'local-containers': 'A'" in ask(quizzes, "quiz.questions.answers")
    quizzes.locator(".swq-jump").select_option("34")
    quizzes.locator(".swq-again").filter(has_text="forget my answers").wait_for()
    quizzes.locator(".swq legend").filter(has_text="34. Of three managers").wait_for()


def test_the_form_is_as_narrow_as_a_phone_and_everything_in_it_has_a_name(quizzes: Notebook) -> None:
    form = quizzes.locator(".swq")
    form.evaluate("e => { e.style.width = '320px'; }")
    wide, narrow = form.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide <= narrow
    nameless = "x => !(x.textContent || x.labels?.length || x.ariaLabel)"
    things = "button, select, input, progress, pre, [role=group]"
    assert form.evaluate(f"e => [...e.querySelectorAll('{things}')].filter({nameless}).map((x) => x.className)") == []
