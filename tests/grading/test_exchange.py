"""nbgrader's exchange from end to end: handed out, fetched, submitted, collected, judged, handed back, read."""

from pathlib import Path

import nbformat
import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeFetchFeedback, ExchangeSubmit
from traitlets.config import Config

from swarmlab.grade import commands
from swarmlab.grade.course import Course

from . import wholecourse as wc
from .test_runs import run_recorded, scores
from .wholecourse import CALLS

#: nbgrader makes its own parts so.
pytestmark = pytest.mark.filterwarnings("ignore:Passing unrecognized arguments")


class Learner:
    """Somebody with a folder of their own, who reaches the course by the exchange alone."""

    def __init__(self, name: str, folder: Path, exchange: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.config = Config()
        self.config.CourseDirectory.course_id = "swarm101"
        self.config.CourseDirectory.student_id = name
        self.config.Exchange.root, self.config.Exchange.cache = str(exchange), str(folder / "cache")
        self.config.Exchange.assignment_dir = str(folder)

    def _do(self, step: type) -> None:
        directory = CourseDirectory(config=self.config)
        directory.assignment_id = CALLS
        known = Authenticator(config=self.config)
        step(coursedir=directory, authenticator=known, config=self.config).start()

    @property
    def notebook(self) -> Path:
        return self.folder / CALLS / f"{CALLS}.ipynb"

    def fetch(self) -> nbformat.NotebookNode:
        self._do(ExchangeFetchAssignment)
        return nbformat.read(self.notebook, as_version=4)

    def submit(self, notebook: nbformat.NotebookNode) -> None:
        nbformat.write(notebook, self.notebook)
        self._do(ExchangeSubmit)

    def feedback(self) -> list[str]:
        self._do(ExchangeFetchFeedback)
        return [page.read_text() for page in sorted((self.folder / CALLS / "feedback").glob("*/*.html"))]


def test_a_lesson_goes_out_and_feedback_comes_back(course: Course, tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    with open(course.root / "nbgrader_config.py", "a") as settings:
        settings.write(f"c.Exchange.root = {str(exchange)!r}\n")
    commands.release(course.root, CALLS, exchange=True)
    commands.release(course.root, CALLS, exchange=True)  # a corrected lesson goes out again
    zoe, yan = (Learner(name, tmp_path / name, exchange) for name in ("zoe", "yan"))
    empty = zoe.fetch()
    zoe.submit(wc.written(empty, solve_drain=wc.DRAIN.format(2)))
    yan.submit(yan.fetch())
    found = commands.collect(course.root, CALLS, [], replace=False)
    assert (found.taken, found.kept) == (["yan", "zoe"], ["ada", "ben"])  # those two did not use it
    assert run_recorded(course).faults == []
    assert scores(course, "check_drain") == {"ada": 2.0, "ben": 0.0, "yan": 0.0, "zoe": 2.0}
    commands.feedback(course.root, CALLS, learners=[], exchange=True, force=False)
    (page,) = zoe.feedback()
    assert "Exercise calls.2: passed, 2 of 2 points" in page
    (page,) = yan.feedback()
    assert "Exercise calls.2: 0 of 2 goals met" in page

    zoe.submit(empty)
    assert commands.collect(course.root, CALLS, [], replace=False).taken == ["zoe"]
    run_recorded(course)
    assert scores(course, "check_drain")["zoe"] == 0.0
