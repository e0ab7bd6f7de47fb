"""Lesson 01 as a learner meets it: open it in JupyterLab, run it all, scale with the board, see five chips."""

import shutil
from pathlib import Path

import pytest

from tests.browser.jupyterlab import Notebook, Server

LESSON = Path(__file__).parents[2] / "notebooks" / "01_services_slots_tasks.ipynb"
HELLO = "[data-service='hello']"


@pytest.fixture
def lesson(jupyterlab: Server, notebook: Notebook, request: pytest.FixtureRequest) -> Notebook:
    """A copy of the learner's own, with a kernel of its own, opened and run from top to bottom."""
    name = f"{request.node.name}.ipynb"
    shutil.copy(LESSON, jupyterlab.root / name)
    notebook.open(name)
    notebook.run_all()
    notebook.locator(f".swb {HELLO}").wait_for()
    return notebook


def chips(lesson: Notebook, service: str, state: str) -> list[str]:
    labels: list[str] = lesson.page.evaluate(
        """([service, state]) => [...document.querySelectorAll('.swb-chip:not(.swb-leaving)')]
            .filter(chip => chip.dataset.label.startsWith(service + '.') && chip.dataset.state === state)
            .map(chip => chip.dataset.label)""",
        [service, state],
    )
    return sorted(labels)


def test_the_whole_lesson_runs_and_the_board_scales_to_five(lesson: Notebook) -> None:
    tracebacks = lesson.page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count()
    assert tracebacks == 0
    for wanted in (2, 3, 4, 5):
        lesson.locator(f".swb {HELLO} .swb-step").last.click()
        lesson.locator(f".swb {HELLO} .swb-count").filter(has_text=f"wanted {wanted} · running {wanted}").wait_for()
    assert chips(lesson, "hello", "running") == [f"hello.{slot}" for slot in range(1, 6)]
    listed = lesson.kernel_eval(
        "print(lab.host('swarm-manage').sh(\"docker service ls --filter name=hello --format '{{.Replicas}}'\"))"
    )
    assert listed.strip() == "5/5"
    assert lesson.locator(".swb-typed code").inner_text() == "docker service scale hello=5"
    lesson.screenshots("lesson01-five", ".swb")


def test_draining_a_node_on_the_board_moves_its_tasks(lesson: Notebook) -> None:
    lesson.locator(f".swb {HELLO} .swb-step").last.click()
    lesson.locator(f".swb {HELLO} .swb-count").filter(has_text="wanted 2 · running 2").wait_for()
    lesson.locator(".swb [data-node='node1'] button").filter(has_text="drain").click()
    lesson.locator(".swb [data-node='node1'][data-availability='drain']").wait_for()
    availability = lesson.kernel_eval(
        "print(lab.host('swarm-manage').sh(\"docker node inspect node1 --format '{{.Spec.Availability}}'\"))"
    )
    assert availability.strip() == "drain"
    lesson.kernel_eval("lab.advance('10s')")
    lesson.page.wait_for_function(
        """() => [...document.querySelectorAll(".swb [data-node='node1'] .swb-chip:not(.swb-leaving)")]
            .every(chip => chip.dataset.state !== 'running')"""
    )
    lesson.screenshots("lesson01-drained", ".jp-WindowedPanel-outer")
