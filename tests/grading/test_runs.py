"""Runs of many submissions: crashes, faults of ours, resuming, one writer."""

import contextlib
import csv
import json
import random
import shutil
import subprocess
import sys
import time
from typing import Any

import pytest
from nbgrader.api import MissingEntry

from swarmlab.grade import commands, running
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course, read
from swarmlab.grade.engine import Engine
from swarmlab.grade.judging import seed_of
from swarmlab.grade.plan import load_checks
from swarmlab.grade.records import read_record

from . import wholecourse as wc
from .wholecourse import CALLS

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.timeout(400),
]

#: Put into the course's check of a text: what goes wrong in the judge's own process.
CRASH_ONCE = """
import os, pathlib
def read(text):
    marker = pathlib.Path({marker!r})
    if not marker.exists():
        marker.touch()
        os._exit(9)
    return commands(text)
"""
CRASH = "import os\ndef read(text): os._exit(9)\n"
RAISE = "def draw(chance): raise ZeroDivisionError('ours')\n"


def spoil(course: Course, code: str) -> None:
    """Put `code` into the course's checks, after what it replaces."""
    path = course.checks_file(CALLS)
    text = path.read_text().replace("\nHINT =", f"\n{code}\nHINT =", 1)
    path.write_text(text)


def run_recorded(course: Course, **options: Any) -> running.Summary:
    """Judge by recorded sessions and texts alone: for what does not depend on cells that run."""
    return running.run(course.root, CALLS, **{"workers": 1, "evidence": "journal", **options})


def scores(course: Course, cell: str) -> dict[str, float | None]:
    with Book(course) as book:
        return {
            submission.student.id: grade.auto_score
            for submission in book.gradebook.assignment_submissions(CALLS)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name == cell
        }


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(course, tmp_path):
    spoil(course, CRASH_ONCE.format(marker=str(tmp_path / "crashed")))
    told = []
    summary = run_recorded(course, progress=lambda done, of: told.append((done, of)))
    assert (tmp_path / "crashed").exists()
    assert (summary.judged, summary.faults) == (2, [])
    assert scores(course, "check_drain") == {"ada": 2.0, "ben": 0.0}
    assert told == [(1, 2), (2, 2)]


def test_what_always_kills_its_worker_has_no_score_and_stops_nobody(course):
    run_recorded(course)
    assert scores(course, "check_drain") == {"ada": 2.0, "ben": 0.0}
    spoil(course, CRASH)
    summary = run_recorded(course, workers=2)
    assert sorted(fault.learner for fault in summary.faults) == ["ada", "ben"]
    assert {fault.fault for fault in summary.faults} == {"the process that judged it ended, 2 times"}
    assert scores(course, "check_drain") == {"ada": None, "ben": None}  # not the points of the run before


def test_a_fault_of_ours_gives_no_score_and_a_red_line(course):
    spoil(course, RAISE)
    summary = running.run(course.root, CALLS, workers=1)
    assert [fault.fault for fault in summary.faults] == ["ZeroDivisionError: ours"] * 2
    assert scores(course, "check_quorum") == {"ada": None, "ben": None}
    page = commands.report(course.root, CALLS)[0].read_text()
    assert "Not judged: ada, calls." in page
    assert "ZeroDivisionError: ours" in page
    notebook = read(course.folder("autograded", "ada", CALLS) / f"{CALLS}.ipynb")
    assert "Not judged: something in the grading did not work." in json.dumps(notebook.cells)
    course.checks_file(CALLS).write_text(wc.CHECKS_OF_CALLS)
    assert running.run(course.root, CALLS, workers=1).faults == []  # repaired: judged again without being told
    assert scores(course, "check_quorum") == {"ada": 4.0, "ben": 0.0}
    inputs = [inputs_of(course, learner) for learner in ("ada", "ben")]
    assert inputs[0] != inputs[1]  # others for everybody, and always the same ones
    check = load_checks(course.checks_file(CALLS))["check_quorum"]
    for learner, found in zip(("ada", "ben"), inputs, strict=True):
        drawn = check.draw(random.Random(seed_of(learner, CALLS, "check_quorum")))
        assert found == [verdict.expected for verdict in check.report(drawn, [{"value": 0}] * len(drawn)).verdicts]


def inputs_of(course: Course, learner: str) -> list[str]:
    """Return what a learner's function was called with, as the report on it says."""
    record = read_record(course.judged_file(learner, CALLS, CALLS))
    return [verdict["expected"] for verdict in record["cells"]["check_quorum"]["report"]["verdicts"]]


#: Counts how often texts are judged, and waits for ever at the second one until it is told to go on.
WAITS = """
import os, pathlib, time
def read(text):
    folder = pathlib.Path({folder!r})
    with open(folder / "judged", "a") as out:
        out.write("x")
    while (folder / "judged").stat().st_size == 2 and not (folder / "go").exists():
        time.sleep(0.02)
    return commands(text)
"""


def test_a_command_that_is_killed_is_gone_on_with_where_it_ended(course, tmp_path):
    spoil(course, WAITS.format(folder=str(tmp_path)))
    words = ["grade", "run", CALLS, "--evidence", "journal", "--workers", "1", "--course", str(course.root)]
    judged = tmp_path / "judged"
    with subprocess.Popen(
        [sys.executable, "-m", "swarmlab", *words], cwd=wc.ROOT, stderr=subprocess.DEVNULL
    ) as command:
        while not judged.exists() or judged.stat().st_size < 2:
            assert command.poll() is None
            time.sleep(0.02)
        command.kill()
    (tmp_path / "go").touch()
    record = course.judged_file("ada", CALLS, CALLS)
    before = record.stat().st_mtime_ns
    with Book(course) as book, contextlib.suppress(MissingEntry):  # as if it had been killed before the first grade
        book.gradebook.remove_submission(CALLS, "ada")
    (record.parent / ".saved").unlink(missing_ok=True)
    assert not course.judged_file("ben", CALLS, CALLS).exists()
    summary = run_recorded(course)
    assert (summary.judged, summary.unchanged, summary.faults) == (2, 0, [])
    assert scores(course, "check_drain") == {"ada": 2.0, "ben": 0.0}
    assert record.stat().st_mtime_ns == before  # written down, not judged again
    assert judged.read_text() == "xxx"  # ada once, ben until the end of the command, and again


def test_what_has_changed_is_judged_again(course):
    run_recorded(course)
    assert run_recorded(course).judged == 0
    path = course.folder("submitted", "ben", CALLS) / f"{CALLS}.ipynb"
    path.write_bytes((course.folder("submitted", "ada", CALLS) / f"{CALLS}.ipynb").read_bytes())
    assert run_recorded(course).judged == 1
    assert scores(course, "check_drain") == {"ada": 2.0, "ben": 2.0}
    assert "characters and steps that few others have" not in commands.report(course.root, CALLS)[0].read_text()


def test_who_is_late_loses_what_the_course_says(course):
    with open(course.root / "nbgrader_config.py", "a") as settings:
        settings.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Book(course) as book:
        book.gradebook.update_or_create_assignment(CALLS, duedate="2026-01-01 12:00:00 UTC")
    path = course.folder("submitted", "ada", CALLS) / f"{CALLS}.ipynb"
    for learner, when in {"cleo": "2026-01-01 11:59:00 UTC", "dan": "2026-01-01 12:01:00 UTC"}.items():
        folder = course.folder("submitted", learner, CALLS)
        shutil.copytree(path.parent, folder)
        (folder / "timestamp.txt").write_text(when)
    run_recorded(course)
    rows = list(csv.DictReader(commands.export(course.root, [CALLS], "csv", None).open()))
    found = {row["learner"]: (row["penalty"], row["score"]) for row in rows}
    assert found["cleo"] == ("0.0", "2.0")
    assert found["dan"] == ("2.0", "0.0")


def test_recorded_sessions_alone_need_no_sandbox(course, monkeypatch):
    def no_engine(*_, **__):
        raise AssertionError("an engine was made")

    monkeypatch.setattr(Engine, "__init__", no_engine)
    assert run_recorded(course).faults == []
    assert scores(course, "check_quorum") == {"ada": 0.0, "ben": 0.0}
