"""From an empty folder to the table of grades, by commands alone, on both kinds of gradebook."""

import csv
import json
import shutil
from collections.abc import Iterator
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
]


def swarmlab(*words: str) -> str:
    """Type a command, in this process; return what it printed."""
    done = CliRunner().invoke(main, ["grade", *words])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The course, from init to grades, with a gradebook in a file."""
    folder = tmp_path_factory.mktemp("sqlite")
    root = folder / "course"
    swarmlab("init", str(root), "--from", str(wc.make_origin(folder / "origin")))
    at = ("--course", str(root))
    released = {}
    for lesson in wc.LESSONS:
        swarmlab("release", lesson, *at)
        released[lesson] = nbformat.read(root / "release" / lesson / f"{lesson}.ipynb", as_version=4)
    handed_in = folder / "handed-in"
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
        workers = "2" if lesson == LESSON else "1"
        assert f"{count} judged, 0 unchanged, 0 not judged" in swarmlab("run", lesson, "--workers", workers, *at)
    return root


@pytest.fixture(scope="module")
def on_postgresql(course, tmp_path_factory) -> Iterator[Path]:
    """The same course with a PostgreSQL database, by the same commands.

    What came out of each submission is in the records already, as after a run that died before it wrote a grade.
    """
    root = tmp_path_factory.mktemp("postgresql") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("gradebook.db", ".saved", "release"))
    at = ("--course", str(root))
    with server() as url:
        with open(root / "nbgrader_config.py", "a") as settings:
            settings.write(f"c.CourseDirectory.db_url = {url!r}\n")
        for lesson in wc.LESSONS:
            swarmlab("release", lesson, *at)
            count = len(wc.EXPECTED[lesson])
            assert f"{count} judged, 0 unchanged, 0 not judged" in swarmlab("run", lesson, *at)
        yield root


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


def nothing_is_left(root: Path, handed_in: Path) -> None:
    """Collect and run everything once more, and see that nothing was left to do."""
    at = ("--course", str(root))
    for lesson in wc.LESSONS:
        count = len(wc.EXPECTED[lesson])
        assert f"0 submissions taken in, {count} were there" in swarmlab(
            "collect", lesson, str(handed_in / lesson), *at
        )
        assert f"0 judged, {count} unchanged" in swarmlab("run", lesson, *at)


def digest(root: Path) -> str:
    with Book(Course(root)) as book:
        return book.digest()


@pytest.mark.parametrize("lesson", wc.LESSONS)
def test_everybody_gets_exactly_their_points(course, lesson):
    assert points(course, lesson) == wc.EXPECTED[lesson]


@pytest.mark.postgresql
def test_postgresql_holds_the_same_grades(course, on_postgresql):
    assert {lesson: points(on_postgresql, lesson) for lesson in wc.LESSONS} == wc.EXPECTED
    assert digest(on_postgresql) == digest(course)
    for form in ("csv", "canvas"):
        files = [
            swarmlab("export", "--format", form, "--course", str(root)).strip() for root in (course, on_postgresql)
        ]
        assert len({Path(file).read_text() for file in files}) == 1


@pytest.mark.postgresql
def test_doing_everything_again_changes_nothing_on_postgresql(course, on_postgresql):
    before = digest(on_postgresql)
    nothing_is_left(on_postgresql, course.parent / "handed-in")
    swarmlab("regrade", wc.DRAINS, "--learner", "ada", "--evidence", "journal", "--course", str(on_postgresql))
    assert points(on_postgresql, wc.DRAINS)["ada"] == [0]  # by recorded sessions alone; there is none
    swarmlab("run", wc.DRAINS, "--workers", "1", "--course", str(on_postgresql))
    assert digest(on_postgresql) == before


def test_doing_everything_again_changes_nothing_and_what_a_person_has_decided_stays(course):
    nothing_is_left(course, course.parent / "handed-in")
    with Book(Course(course)) as book:
        grade = book.gradebook.find_grade("why", wc.CALLS, wc.CALLS, "ben")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.gradebook.db.commit()
        before = book.digest()
    said = swarmlab("regrade", wc.CALLS, "--learner", "ada", "--learner", "ben", "--course", str(course))
    assert "2 judged" in said
    with Book(Course(course)) as book:
        grade = book.gradebook.find_grade("why", wc.CALLS, wc.CALLS, "ben")
        assert grade.score == 1.5
        assert grade.needs_manual_grade  # it may look different now
        grade.needs_manual_grade = False
        assert book.digest() == before


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
        made = [Path(line) for line in swarmlab("report", lesson, "--course", str(course)).splitlines()]
        assert [path.name for path in made] == [f"{lesson}.html", f"{lesson}.ipynb"]
        page = made[0].read_text()
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")
    first = next(cell for cell in nbformat.read(made[1], as_version=4).cells if cell.cell_type == "code")
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course / "reports")
        exec(first.source, found)
    assert repr(found["report"]) == first.outputs[0].data["text/plain"]
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
    assert canvas[1][5:] == ["13.0", "8.0", "3.0"]
    assert [row[5:] for row in canvas if row[2] == "ada"] == [["13.0", "6.0", "3.0"]]
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
