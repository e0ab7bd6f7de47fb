"""What tests of the kit share: a small course that was released, with two submissions."""

import shutil
from pathlib import Path

import nbformat
import pytest

from swarmlab.grade import commands
from swarmlab.grade.course import Course

from . import wholecourse as wc


@pytest.fixture(scope="session")
def released_calls(tmp_path_factory) -> Path:
    """A released course with two submissions of ``calls``: one right, one empty.  To be copied, not changed."""
    folder = tmp_path_factory.mktemp("calls")
    root = folder / "course"
    commands.init(root, wc.make_origin(folder / "origin"))
    commands.release(root, wc.CALLS, exchange=False)
    made = Course(root)
    released = nbformat.read(made.folder("release", ".", wc.CALLS) / f"{wc.CALLS}.ipynb", as_version=4)
    for learner, cells in {"ada": {"solve_quorum": wc.QUORUM, "solve_drain": wc.DRAIN.format(2)}, "ben": {}}.items():
        submit(made, learner, wc.written(released, **cells))
    return root


def submit(course: Course, learner: str, notebook: nbformat.NotebookNode) -> None:
    folder = course.folder("submitted", learner, wc.CALLS)
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{wc.CALLS}.ipynb")


@pytest.fixture
def course(released_calls, tmp_path) -> Course:
    """A copy of that course."""
    return Course(Path(shutil.copytree(released_calls, tmp_path / "course")))
