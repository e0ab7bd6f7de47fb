"""Every lesson runs from top to bottom without a browser: solved with full points, unsolved with an explanation."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from swarmlab.author.build import copy_of, sources
from swarmlab.concepts.items import ITEMS
from swarmlab.exercises import incidents

ROOT = Path(__file__).parents[2]
#: Notebooks without exercises of their own.
WITHOUT = ("concept_check", "sandbox")
SOURCES = [source for source in sources(ROOT) if source.stem not in WITHOUT]
#: A cell that takes longer hangs: in virtual time nothing takes long.
SECONDS_PER_CELL = 30


def run(path: Path, folder: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, store_widget_state=False, shutdown_kernel="immediate",
                            allow_errors=True, resources={"metadata": {"path": str(folder)}})  # fmt: skip
    client.execute()
    return notebook


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory) -> Iterator[None]:
    """What learners have done before does not show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWARMLAB_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def solved(request, tmp_path_factory) -> NotebookNode:
    return run(request.param, tmp_path_factory.mktemp("solved"))


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def unsolved(request, tmp_path_factory) -> NotebookNode:
    return run(copy_of(ROOT, request.param), tmp_path_factory.mktemp("unsolved"))


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def graded(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in code(notebook) if cell.metadata.get("nbgrader", {}).get("grade")]


def result(cell: NotebookNode) -> str:
    (output,) = [output for output in cell.outputs if output.output_type == "execute_result"]
    return output.data["text/plain"]


def trouble(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return what cells put out that is an error, or was said by Python rather than by a command."""
    found = []
    for cell in code(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                found.append((cell.id, "\n".join(output.traceback)))
            elif output.get("name") == "stderr" and ("Warning" in output.text or "Traceback" in output.text):
                found.append((cell.id, output.text))
    return found


def test_a_solved_lesson_has_no_error_and_gets_all_points(solved):
    assert trouble(solved) == []
    assert graded(solved)
    assert {cell.id: float(result(cell)) for cell in graded(solved)} == {
        cell.id: cell.metadata["nbgrader"]["points"] for cell in graded(solved)
    }


def test_an_unsolved_lesson_has_no_error_and_gets_no_points(unsolved):
    assert trouble(unsolved) == []
    assert graded(unsolved)
    assert {result(cell) for cell in graded(unsolved)} == {"0.0"}


def test_an_unsolved_exercise_is_explained_as_text_and_as_html(unsolved):
    for cell in graded(unsolved):
        (report,) = [output for output in cell.outputs if output.output_type == "display_data"]
        for form in ("text/plain", "text/html"):
            assert "Found: " in report.data[form]
            assert "Hint" in report.data[form]


def test_every_cell_with_a_command_shows_something(solved):
    for cell in code(solved):
        if cell.source.startswith("%%host"):
            assert "".join(str(output) for output in cell.outputs), cell.id


def test_the_notebooks_without_exercises_begin_what_they_promise(tmp_path):
    both = [nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4) for name in WITHOUT]
    path = tmp_path / "both.ipynb"  # one kernel for both
    nbformat.write(nbformat.v4.new_notebook(cells=[*code(both[0]), *code(both[1])]), path)
    notebook = run(path, tmp_path)
    assert trouble(notebook) == []
    shown = {cell.id: "".join(texts(cell)[1]) for cell in code(notebook)}
    for moment in ("before", "after"):
        text = shown[f"{moment}_the_course"]
        assert text.startswith(f"Concept check, {moment} the course\n\n1. {ITEMS[0].question}")
    assert shown["practice_one"].startswith("Practice 1: ")
    assert "Practice 1: 0 of " in shown["check_practice"]
    assert shown["incident_two"].startswith("Incident 2: Every third page")
    assert "Incident 2: 0 of 2 goals met" in shown["check_incident"]
    assert f"There are {len(incidents.ALL)}." in "".join(cell.source for cell in both[1].cells)


def test_what_a_lesson_shows_is_the_same_each_time(solved, tmp_path):
    title = solved.cells[0].source
    path = next(path for path in SOURCES if nbformat.read(path, as_version=4).cells[0].source == title)
    again = run(path, tmp_path)
    for first, second in zip(code(solved), code(again), strict=True):
        assert texts(first) == texts(second), first.id


def texts(cell: NotebookNode) -> tuple[str, list[str]]:
    """Return what a cell prints, and what else it shows as text.

    How a kernel cuts a stream into messages is a matter of the wall clock.  Live views name an object's address.
    """
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    shown = [output.data.get("text/plain", "") for output in cell.outputs if "data" in output]
    return printed, [text for text in shown if " at 0x" not in text]
