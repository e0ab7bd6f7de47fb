"""The notebooks in git: normalised, up to date, short cells, and nothing in them that only an instructor should see."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from swarmlab.author.build import build, check, copy_of, learner_copy, read, sources
from swarmlab.author.normalise import normalise, text
from swarmlab.errors import InvalidArgument

ROOT = Path(__file__).parents[2]
SOURCES = sources(ROOT)
#: Those with sections of predicting, running and explaining.
LESSONS = [source for source in SOURCES if source.stem not in ("concept_check", "sandbox")]
COPIES = [copy_of(ROOT, source) for source in SOURCES]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course's sources, settings and learner copies."""
    for part in ("grading/source", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "grading/nbgrader_config.py", tmp_path / "grading")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_there_are_lessons():
    assert [source.stem for source in SOURCES][:2] == ["00_lab_bench", "01_services_slots_tasks"]


def test_every_notebook_is_normalised_and_every_learner_copy_is_up_to_date():
    assert check(ROOT) == []


def test_building_again_changes_nothing(course):
    assert build(course) == []


def test_a_changed_lesson_makes_its_copy_stale_until_it_is_built(course):
    source = sources(course)[1]
    edit(source, "a wish", "an order")
    assert check(course) == [f"notebooks/{source.name} is stale; run `swarmlab author build`."]
    assert build(course) == [copy_of(course, source)]
    assert check(course) == []


def test_a_notebook_saved_by_jupyterlab_is_not_normalised_until_it_is_built(course):
    source = sources(course)[0]
    notebook = json.loads(source.read_text())
    notebook["metadata"]["language_info"]["version"] = "3.99"
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    notebook["cells"][1]["execution_count"] = 7
    source.write_text(json.dumps(notebook, indent=2))
    assert check(course) == [
        f"grading/source/{source.stem}/{source.name} is not normalised; run `swarmlab author build`."
    ]
    assert build(course) == [source]
    assert source.read_text() == SOURCES[0].read_text()


def test_a_copy_without_a_source_is_named(course):
    shutil.copy(course / "notebooks" / SOURCES[0].name, course / "notebooks" / "99_gone.ipynb")
    assert check(course) == ["notebooks/99_gone.ipynb has no source in grading/source."]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('lab.check(\\"1.1\\").grade()', 'lab.check(\\"1.1\\")', "its last line must be"),
        ('lab.check(\\"1.1\\").grade()', 'lab.check(\\"8.8\\").grade()', "There is no exercise 8.8"),
        ('"points": 5', '"points": 4', "is worth 4 points, exercise 1.3 is worth 5"),
        ("lab.board()", "\\n".join(["lab.board()"] * 16), "has 16 lines; 15 are enough"),
    ],
)
def test_what_would_be_graded_wrongly_is_named(course, old, new, problem):
    source = sources(course)[1]
    edit(source, old, new)
    build(course)
    assert [said for said in check(course) if problem in said]


def test_a_source_that_nbgrader_cannot_release_is_refused_in_a_sentence(course):
    source = sources(course)[0]
    edit(source, "### END SOLUTION", "### END")
    with pytest.raises(InvalidArgument, match="cannot release"):
        build(course)


def test_what_is_no_notebook_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("no json")
    with pytest.raises(InvalidArgument, match="is not a notebook"):
        read(path)


@pytest.mark.parametrize("path", [*SOURCES, *COPIES], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_ids_are_words_and_unique(path):
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert len(set(ids)) == len(ids)
    for id in ids:
        assert re.fullmatch(r"[a-z]+(_[a-z]+|_\d{1,2})*", id), id


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)
def test_a_learner_copy_holds_no_solution(path):
    content = path.read_text(encoding="utf-8")
    assert "SOLUTION" not in content
    assert "HIDDEN" not in content
    assert content.count("YOUR ANSWER HERE") == content.count('"solution": true')


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_predicts_explains_sums_up_and_says_where_it_simplifies(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for words in (
        "**Time:** about",
        "### Predict",
        "### Run",
        "xplain",
        "## Summary",
        "## Where the simulation differs",
    ):
        assert words in prose
    assert "from swarmlab import Lab" in next(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_images_are_pinned_and_service_names_have_hyphens(path):
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    created = re.findall(r"docker service create.*--name (\S+)(?: --\S+(?: [^-\s]\S*)?)* (\S+)$", code, re.MULTILINE)
    in_stacks = re.findall(r'image: "?([^",}\s]+)', code)
    assert created or in_stacks
    assert not [name for name, _ in created if "_" in name]
    for image in (*(image for _, image in created), *in_stacks):
        assert re.search(r":[\d.]+$", image.rstrip('")')), image


def test_normalising_twice_changes_nothing_and_made_up_ids_become_words():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("lab.board()") for _ in range(2)])
    once = normalise(notebook)
    assert [cell.id for cell in once.cells] == ["lab_board", "lab_board_2"]
    assert text(normalise(once)) == text(once)


def test_making_a_learner_copy_leaves_the_source_alone():
    notebook = read(SOURCES[0])
    before = text(notebook)
    learner_copy(notebook, ROOT)
    assert text(notebook) == before


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_drawings_fit_a_narrow_page(source):
    for cell in read(source).cells:
        if cell.cell_type == "markdown":
            drawn = re.findall(r"^```\w*\n(.*?)^```", cell.source, re.DOTALL | re.MULTILINE)
            assert [line for drawing in drawn for line in drawing.splitlines() if len(line) > 78] == [], cell.id
