"""Whatever a submission looks like, grading runs the released notebook with the learner's work in it."""

from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from swarmlab.grade.transplant import transplant


def marks(name: str, **changes) -> dict:
    kind = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": {**kind, **changes}}


@pytest.fixture
def released():
    return new_notebook(
        cells=[
            new_code_cell("lab = Lab()", id="make_lab", metadata=marks("make_lab", locked=True)),
            new_markdown_cell("# Title", id="title"),
            new_code_cell("guess = ''", id="guess"),
            new_code_cell("answer = ''", id="solve", metadata=marks("solve", solution=True)),
            new_code_cell("check()", id="check", metadata=marks("check", grade=True, locked=True, points=2)),
        ]
    )


@pytest.fixture
def submitted(released):
    nb = deepcopy(released)
    nb.cells[2].source = "guess = 'A'"
    nb.cells[3].source = "answer = 'mine'"
    return nb


def sources(nb) -> list[str]:
    return [cell.source for cell in nb.cells]


HONEST = ["lab = Lab()", "# Title", "guess = 'A'", "answer = 'mine'", "check()"]


def test_an_honest_submission_is_taken_as_it_is(released, submitted):
    made, ignored = transplant(released, submitted)
    assert sources(made) == HONEST
    assert ignored == []
    assert [cell.metadata for cell in made.cells] == [cell.metadata for cell in released.cells]


def test_an_untouched_submission_is_the_released_notebook(released):
    made, ignored = transplant(released, released)
    assert made == released
    assert ignored == []


def test_cells_added_by_the_learner_stay_in_their_places_without_metadata(released, submitted):
    first = new_code_cell("x = 1", metadata={"tags": ["skip-execution"]}, execution_count=3)
    first.outputs = [nbformat.v4.new_output("stream", text="forged")]
    submitted.cells.insert(0, first)
    submitted.cells.insert(5, new_code_cell("y = 2", metadata=marks("own", grade=True, points=100)))
    made, _ = transplant(released, submitted)
    assert sources(made) == ["x = 1", *HONEST[:4], "y = 2", "check()"]
    assert made.cells[0].metadata == {}
    assert made.cells[0].outputs == []
    assert made.cells[5].metadata == {}
    nbformat.validate(made)


def test_a_copied_graded_cell_is_ignored(released, submitted):
    submitted.cells.append(new_code_cell("check()", metadata=deepcopy(submitted.cells[4].metadata)))
    made, ignored = transplant(released, submitted)
    assert sources(made) == HONEST
    assert ignored == []  # it says what the released one says


def test_cells_that_have_lost_their_ids_are_known_by_their_text(released, submitted):
    for cell in submitted.cells[:2]:
        del cell["id"]
        cell.metadata.pop("nbgrader", None)
    made, ignored = transplant(released, submitted)
    assert sources(made) == HONEST
    assert ignored == ["a copy of a released cell", "a copy of a released cell"]


def test_of_a_copied_solution_cell_the_original_counts(released, submitted):
    copy = new_code_cell("answer = 'copy'", metadata=deepcopy(submitted.cells[3].metadata))
    for place in (3, 4):
        with_copy = deepcopy(submitted)
        with_copy.cells.insert(place, deepcopy(copy))
        made, ignored = transplant(released, with_copy)
        assert sources(made) == HONEST
        assert ignored == ["a copy of cell solve"]


def test_a_changed_locked_cell_is_restored_and_named(released, submitted):
    submitted.cells[4].source = "2.0"
    submitted.cells[0].source = "lab = Fake()"
    made, ignored = transplant(released, submitted)
    assert sources(made) == HONEST
    assert ignored == ["cell make_lab is locked, but was changed", "cell check is locked, but was changed"]


def test_deleted_cells_come_back_and_a_deleted_solution_is_named(released, submitted):
    del submitted.cells[3:]
    made, ignored = transplant(released, submitted)
    assert sources(made) == [*HONEST[:3], "answer = ''", "check()"]
    assert ignored == ["cell solve is missing and was put back as released"]


def test_order_type_tags_and_metadata_of_a_submission_do_not_matter(released, submitted):
    submitted.cells.reverse()
    for cell in submitted.cells:
        cell.metadata["tags"] = ["skip-execution"]
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"] |= {"points": 100, "grade": False, "schema_version": 1}
    made, _ = transplant(released, submitted)
    assert sources(made) == HONEST
    assert [cell.metadata for cell in made.cells] == [cell.metadata for cell in released.cells]


def test_a_solution_turned_into_text_is_not_taken(released, submitted):
    submitted.cells[3] = new_markdown_cell("answer = 'mine'", id="solve", metadata=submitted.cells[3].metadata)
    made, ignored = transplant(released, submitted)
    assert sources(made)[3] == "answer = ''"
    assert ignored[0] == "cell solve was turned into a markdown cell"


@pytest.mark.parametrize("nonsense", [None, 7, "text", [], {"grade_id": None}, {"grade_id": ["a"]}])
def test_nonsense_in_the_metadata_is_survived(released, submitted, nonsense):
    submitted.cells.append(new_code_cell("z = 3", metadata={"nbgrader": nonsense}))
    made, _ = transplant(released, submitted)
    assert sources(made) == [*HONEST, "z = 3"]


def test_neither_notebook_is_changed(released, submitted):
    before = deepcopy((released, submitted))
    transplant(released, submitted)
    assert (released, submitted) == before
