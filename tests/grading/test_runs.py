"""Runs of many submissions: crashes, faults of ours, resuming, one writer."""

import json

import pytest

from swarmlab.grade import commands, running
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course, read
from swarmlab.grade.engine import Engine
from swarmlab.grade.records import read_record

from . import wholecourse as wc
from .wholecourse import CALLS, QUORUM

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

#: Put before the course's check: what goes wrong in the judge's own process.
CRASH_ONCE = """
import os, pathlib
_draw = draw
def draw(chance):
    marker = pathlib.Path({marker!r})
    if not marker.exists():
        marker.touch()
        os._exit(9)
    return _draw(chance)
"""
CRASH = "import os\ndef draw(chance): os._exit(9)\n"
RAISE = "def draw(chance): raise ZeroDivisionError('ours')\n"


@pytest.fixture
def course(tmp_path) -> Course:
    """A released course with two submissions of ``calls``: one right, one empty."""
    root = tmp_path / "course"
    commands.init(root, wc.make_origin(tmp_path / "origin"))
    commands.release(root, CALLS, exchange=False)
    made = Course(root)
    import nbformat

    released = nbformat.read(made.folder("release", ".", CALLS) / f"{CALLS}.ipynb", as_version=4)
    for learner, cells in {"ada": {"solve_quorum": QUORUM}, "ben": {}}.items():
        folder = made.folder("submitted", learner, CALLS)
        folder.mkdir(parents=True)
        nbformat.write(wc.written(released, **cells), folder / f"{CALLS}.ipynb")
    return made


def spoil(course: Course, code: str) -> None:
    """Put `code` into the course's checks, after what draws the inputs."""
    path = course.checks_file(CALLS)
    text = path.read_text().replace("\nHINT =", f"\n{code}\nHINT =", 1)
    path.write_text(text)


def scores(course: Course) -> dict[str, float | None]:
    with Book(course) as book:
        return {
            submission.student.id: grade.auto_score
            for submission in book.gradebook.assignment_submissions(CALLS)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name == "check_quorum"
        }


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(course, tmp_path):
    spoil(course, CRASH_ONCE.format(marker=str(tmp_path / "crashed")))
    told = []
    summary = running.run(course.root, CALLS, workers=1, progress=lambda done, of: told.append((done, of)))
    assert (tmp_path / "crashed").exists()
    assert (summary.judged, summary.faults) == (2, [])
    assert scores(course) == {"ada": 4.0, "ben": 0.0}
    assert told == [(1, 2), (2, 2)]


def test_what_always_kills_its_worker_has_no_score_and_stops_nobody(course):
    running.run(course.root, CALLS, workers=1)
    assert scores(course) == {"ada": 4.0, "ben": 0.0}
    spoil(course, CRASH)
    summary = running.run(course.root, CALLS, workers=2)
    assert sorted(fault.learner for fault in summary.faults) == ["ada", "ben"]
    assert {fault.fault for fault in summary.faults} == {"the process that judged it ended, 2 times"}
    assert scores(course) == {"ada": None, "ben": None}  # not the points of the run before


def test_a_fault_of_ours_gives_no_score_and_a_red_line(course):
    spoil(course, RAISE)
    summary = running.run(course.root, CALLS, workers=1)
    assert [fault.fault for fault in summary.faults] == ["ZeroDivisionError: ours"] * 2
    assert scores(course) == {"ada": None, "ben": None}
    page = commands.report(course.root, CALLS).read_text()
    assert "Not judged: ada, calls." in page
    assert "ZeroDivisionError: ours" in page
    notebook = read(course.folder("autograded", "ada", CALLS) / f"{CALLS}.ipynb")
    assert "Not judged: something in the grading did not work." in json.dumps(notebook.cells)
    course.checks_file(CALLS).write_text(wc.CHECKS_OF_CALLS)
    assert running.run(course.root, CALLS, workers=1).faults == []  # repaired: judged again without being told
    assert scores(course) == {"ada": 4.0, "ben": 0.0}


def test_a_run_goes_on_where_the_last_one_was_ended(course):
    running.run(course.root, CALLS, workers=1, learners=["ada"])
    record = course.judged_file("ada", CALLS, CALLS)
    before = record.stat().st_mtime_ns
    (record.parent / ".saved").unlink()  # ended between the judging and the writing of the grade
    with Book(course) as book:
        book.gradebook.remove_submission(CALLS, "ada")
    summary = running.run(course.root, CALLS, workers=1)
    assert (summary.judged, summary.unchanged) == (2, 0)
    assert scores(course) == {"ada": 4.0, "ben": 0.0}
    assert record.stat().st_mtime_ns == before  # written down, not judged again


def test_what_has_changed_is_judged_again(course):
    running.run(course.root, CALLS, workers=1)
    assert running.run(course.root, CALLS, workers=1).judged == 0
    path = course.folder("submitted", "ben", CALLS) / f"{CALLS}.ipynb"
    path.write_bytes((course.folder("submitted", "ada", CALLS) / f"{CALLS}.ipynb").read_bytes())
    assert running.run(course.root, CALLS, workers=1).judged == 1
    assert scores(course) == {"ada": 4.0, "ben": 4.0}
    assert "characters and steps that few others have" not in commands.report(course.root, CALLS).read_text()


def test_inputs_are_other_for_everybody_and_the_same_each_time(course):
    said = []
    for _ in range(2):
        running.run(course.root, CALLS, workers=1, force=True)
        records = [read_record(course.judged_file(learner, CALLS, CALLS)) for learner in ("ada", "ben")]
        said.append([[v["expected"] for v in r["cells"]["check_quorum"]["report"]["verdicts"]] for r in records])
    assert said[0] == said[1]
    assert said[0][0] != said[0][1]


def test_recorded_sessions_alone_need_no_sandbox(course, monkeypatch):
    def no_engine(*_, **__):
        raise AssertionError("an engine was made")

    monkeypatch.setattr(Engine, "__init__", no_engine)
    summary = running.run(course.root, CALLS, workers=1, evidence="journal")
    assert summary.faults == []
    assert scores(course) == {"ada": 0.0, "ben": 0.0}
