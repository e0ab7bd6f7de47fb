"""The course from release to export: four submissions, each getting exactly its points, with reasons."""

import html
import json
import re
from copy import deepcopy

import pytest
from nbformat import NotebookNode

from .course import LESSON, ROOT, STOCK, Course, solutions, solved

#: nbgrader fills in a new submission while SQLAlchemy looks on.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

#: What a learner wrote, and the points it is worth.  Submissions: cell id → source.
PARTLY = {
    "solve_1_1": "%%host swarm-manage\ndocker service create --name web-server httpd:latest",
    "solve_1_2": solutions()["solve_1_2"],
    "solve_1_3": solutions()["solve_1_3"].replace('lab.advance("10s")', "").replace("new_task, node =", "extra ="),
    "solve_1_4": solutions()["solve_1_4"].replace("replaced = lab", "before = lab"),
}
WRONG = {
    "solve_1_1": "%%host swarm-manage\ndocker run --detach --name web-server httpd:2.4",
    "solve_1_2": 'container_name = "web-server.1"',
    "solve_1_3": (
        'old_task = "web-server"\nnew_task = 7\n'
        'lab.host("swarm-manage").sh("docker service scale web-server=0")\n'
        'lab.host("swarm-manage").sh("docker service scale web-server=1")'
    ),
    "solve_1_4": 'replaced = ["web-server.1", "web-server.2"]',
}
EXPECTED = {
    "right": {"check_1_1": 2, "check_1_2": 2, "check_1_3": 5, "check_1_4": 4},
    "partly": {"check_1_1": 1, "check_1_2": 2, "check_1_3": 3, "check_1_4": 3},
    "untouched": {"check_1_1": 0, "check_1_2": 0, "check_1_3": 0, "check_1_4": 0},
    "wrong": {"check_1_1": 0, "check_1_2": 0, "check_1_3": 0, "check_1_4": 0},
    "broken": {"check_1_1": 2, "check_1_2": 2, "check_1_3": 0, "check_1_4": 0},
}


def broken(released: NotebookNode) -> NotebookNode:
    """Return a right submission whose graded cells were copied, tagged and replaced, and whose lab is gone."""
    made = solved(released, **solutions())
    by_id = {cell.id: cell for cell in made.cells}
    made.cells.append(deepcopy(by_id["check_1_1"]))  # copied and pasted: JupyterLab gives it a new cell id
    made.cells[-1].id = "pasted"
    by_id["check_1_1"].metadata["tags"] = ["skip-execution"]
    by_id["check_1_2"].source = "2.0"
    by_id["solve_1_3"].source = "del lab"
    return made


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Course:
    """The course with all submissions graded by nbgrader's own command, one batch; "broken" comes before all others."""
    course = Course(tmp_path_factory.mktemp("course"))
    released = course.release()
    work = {"right": solutions(), "partly": PARTLY, "untouched": {}, "wrong": WRONG}
    for student, cells in work.items():
        course.submit(student, solved(released, **cells))
    course.submit("broken", broken(released))
    course.autograde("*")
    return course


@pytest.fixture(scope="module")
def pages(graded) -> dict[str, str]:
    """The visible text of every feedback page."""
    return {student: visible(graded.feedback(student)) for student in EXPECTED}


def visible(page: str) -> str:
    """Return the text of a page: no style sheets, no tags, single spaces."""
    page = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_released_notebook_is_the_learner_copy(graded):
    released = json.loads((graded.root / "release" / LESSON / f"{LESSON}.ipynb").read_text())
    copy = json.loads((ROOT / "notebooks" / f"{LESSON}.ipynb").read_text())
    assert released == copy


@pytest.mark.parametrize("student", EXPECTED)
def test_a_submission_gets_exactly_its_points(graded, student):
    assert graded.points(student) == EXPECTED[student]
    assert not graded.needs_a_person(student)


def test_the_export_says_the_same(graded):
    rows = graded.export()
    assert {student: float(row["score"]) for student, row in rows.items()} == {
        student: sum(points.values()) for student, points in EXPECTED.items()
    }
    assert {float(row["max_score"]) for row in rows.values()} == {13.0}


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("right", "Exercise 1.3: passed, 5 of 5 points"),
        ("partly", "Exercise 1.1: 1 of 2 goals met, 1 of 2 points"),
        ("partly", "Found: its image is httpd:latest"),
        ("partly", "your new is the id of the new task"),
        ("partly", "Give the swarm some time."),
        ("untouched", "Found: there is no service web-server"),
        ("untouched", "you gave no answer yet"),
        ("wrong", "You started a container. Did you ask for a service?"),
        ("wrong", "you gave web-server.1"),
        ("wrong", "has been deleted"),
        ("right", "How your session went"),
        ("right", "The run of your cells"),
        ("wrong", "docker run --detach --name web-server httpd:2.4"),
        ("wrong", "See it with: docker service ps --no-trunc web-server"),
    ],
)
def test_feedback_names_what_was_expected_and_found(pages, student, words):
    assert words.lower() in pages[student].lower()


def test_no_graded_notebook_holds_a_traceback(graded):
    for student in EXPECTED.keys() - {"broken"}:  # whose lab was gone
        notebook = json.loads((graded.root / "autograded" / student / LESSON / f"{LESSON}.ipynb").read_text())
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        assert outputs
        assert [output for output in outputs if output["output_type"] == "error"] == []
        assert "widgets" not in notebook["metadata"]


def test_nbgrader_s_own_rules_give_an_honest_submission_the_same_points(graded):
    stock = Course(graded.root, STOCK)
    stock.submit("stock", solved(stock.released(), **PARTLY))
    stock.autograde("stock")
    assert stock.points("stock") == EXPECTED["partly"]
