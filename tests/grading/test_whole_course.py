"""From an empty folder to the table of grades, by commands alone, on both kinds of gradebook."""

import csv
import json
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest
from click.testing import CliRunner

from swarmlab.__main__ import main
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course

from . import wholecourse as wc
from .course import LESSON
from .databases import server

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]


def swarmlab(*words: str) -> str:
    """Type a command, in this process; return what it printed."""
    done = CliRunner().invoke(main, ["grade", *words])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def course(request, tmp_path_factory):
    """The course, from init to grades."""
    folder = tmp_path_factory.mktemp(request.param)
    root = folder / "course"
    origin = wc.make_origin(folder / "origin")
    swarmlab("init", str(root), "--from", str(origin))
    if request.param == "sqlite":
        yield graded(root)
        return
    with server() as url:
        with open(root / "nbgrader_config.py", "a") as settings:
            settings.write(f"c.CourseDirectory.db_url = {url!r}\n")
        yield graded(root)


def graded(root: Path) -> Path:
    at = ("--course", str(root))
    released = {}
    for lesson in wc.LESSONS:
        swarmlab("release", lesson, *at)
        released[lesson] = nbformat.read(root / "release" / lesson / f"{lesson}.ipynb", as_version=4)
    handed_in = root.parent / "handed-in"
    for learner, lessons in wc.submissions(released).items():
        for lesson, notebook in lessons.items():
            path = handed_in / lesson / learner / f"{lesson}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))
    for lesson in wc.LESSONS:
        count = len(wc.EXPECTED[lesson])
        assert f"{count} submissions taken in, 0 were there already" in swarmlab(
            "collect", lesson, str(handed_in / lesson), *at
        )
        assert f"{count} judged, 0 unchanged, 0 not judged" in swarmlab("run", lesson, "--workers", "2", *at)
    return root


def table(path: Path | str, reader: Any) -> list[Any]:
    """Return the rows of a CSV file."""
    with open(path, newline="") as lines:
        return list(reader(lines))


def points(root: Path, lesson: str) -> dict[str, list[float | None]]:
    found = {}
    with Book(Course(root)) as book:
        for submission in book.gradebook.assignment_submissions(lesson):
            grades = {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}
            found[submission.student.id] = [grades[name] for name in wc.CELLS[lesson]]
    return found


@pytest.mark.parametrize("lesson", wc.LESSONS)
def test_everybody_gets_exactly_their_points(course, lesson):
    assert points(course, lesson) == wc.EXPECTED[lesson]


def test_doing_everything_again_changes_nothing(course):
    at = ("--course", str(course))
    before = Book(Course(course)).digest()
    for lesson in wc.LESSONS:
        count = len(wc.EXPECTED[lesson])
        assert f"0 submissions taken in, {count} were there" in swarmlab(
            "collect", lesson, str(course.parent / "handed-in" / lesson), *at
        )
        assert f"0 judged, {count} unchanged" in swarmlab("run", lesson, *at)
    assert "1 judged" in swarmlab("regrade", wc.CALLS, "--learner", "ada", *at)
    assert Book(Course(course)).digest() == before


def test_what_a_person_has_decided_stays(course):
    with Book(Course(course)) as book:
        grade = book.gradebook.find_grade("why", wc.CALLS, wc.CALLS, "ben")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.gradebook.db.commit()
    swarmlab("regrade", wc.CALLS, "--learner", "ben", "--course", str(course))
    with Book(Course(course)) as book:
        assert book.gradebook.find_grade("why", wc.CALLS, wc.CALLS, "ben").score == 1.5
        assert book.grades(wc.CALLS)["ben"]["needs_person"]  # it may look different now


def test_feedback_gives_reasons(course):
    at = ("--course", str(course))
    assert "2 pages made" in swarmlab("feedback", LESSON, "--learner", "cleo", "--learner", "dan", *at)
    cleo = (course / "feedback" / "cleo" / LESSON / f"{LESSON}.html").read_text()
    assert "there is no service" in cleo
    dan = (course / "feedback" / "dan" / LESSON / f"{LESSON}.html").read_text()
    assert "This could not be judged: there is no lab in `lab`." in dan
    assert "0 pages made" in swarmlab("feedback", LESSON, "--learner", "cleo", "--learner", "dan", *at)


def test_the_report_stands_alone(course):
    for lesson in wc.LESSONS:
        path = Path(swarmlab("report", lesson, "--course", str(course)).strip())
        page = path.read_text()
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")
    page = (course / "reports" / f"{LESSON}.html").read_text()
    assert "1.1 One running task, from a pinned image" in page
    assert "A recorded session does not count: it is a journal of &#x27;ben&#x27;." in page
    assert "bubblewrap" in page


def test_tables_say_what_the_gradebook_says(course):
    at = ("--course", str(course))
    totals = {learner: float(sum(each)) for learner, each in wc.EXPECTED[LESSON].items()}
    rows = table(swarmlab("export", LESSON, *at).strip(), csv.DictReader)
    assert {row["learner"]: float(row["score"]) for row in rows} == totals
    sheet = openpyxl.load_workbook(swarmlab("export", LESSON, "--format", "xlsx", *at).strip()).active
    assert {row[0].value: row[4].value for row in sheet.iter_rows(min_row=2)} == totals
    canvas = table(swarmlab("export", "--format", "canvas", *at).strip(), csv.reader)
    assert canvas[1][5:] == ["13.0", "6.0", "5.0"]
    assert [row[5:] for row in canvas if row[2] == "ada"] == [["13.0", "4.0", "5.0"]]
    assert [row[5:] for row in canvas if row[2] == "jo"] == [["0.0", "", "3.0"]]  # one waits for a person
    moodle = table(swarmlab("export", "--format", "moodle", *at).strip(), csv.DictReader)
    assert {row["username"]: row[LESSON] for row in moodle}["kim"] == ""


def test_evidence_is_kept(course):
    record = json.loads((course / "judged" / "eve" / LESSON / f"{LESSON}.json").read_text())
    assert record["lab"]["seed"] == 1
    assert record["limits"] == ["the notebook's process ended in solve_1_1 (the process has ended)"]
    record = json.loads((course / "judged" / "ben" / LESSON / f"{LESSON}.json").read_text())
    assert [journal["learner"] for journal in record["journals"]] == ["ben"]
    assert record["engine"] == "none"  # everything was in the recorded session: nothing was run
    assert {cell["source"] for cell in record["cells"].values()} == {"journal"}
