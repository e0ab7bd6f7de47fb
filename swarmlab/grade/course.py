"""A course's folder: what lies where, and the settings of ``nbgrader_config.py`` that the kit reads.

::

    nbgrader_config.py      nbgrader's settings, and c.Swarmlab… for the kit's own (`GradingSettings`)
    checks/<assignment>.py  checks that no line in a notebook can say; never released
    source/ release/ submitted/ autograded/ feedback/       as in every nbgrader course
    judged/<learner>/<assignment>/<notebook>.json           what came out, and why: seed, journals, limits hit
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Dict, Float, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import PyFileConfigLoader

from swarmlab.author.normalise import node
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.grade.engine import Limits
from swarmlab.grade.judging import Setting
from swarmlab.grade.plan import Plan, load_checks, plan_of

#: Of what another version of the kit judged nothing is kept.
FORMAT = 1


class GradingSettings(Configurable):
    """The kit's own settings, for ``nbgrader_config.py``: ``c.GradingSettings.evidence = {"ps1": "journal"}``."""

    engine = Unicode("fork", help="where learners' cells run: fork, kernel or stock").tag(config=True)
    unsafe = Bool(False, help="run learners' cells although nothing keeps them in").tag(config=True)
    evidence = Dict(help="assignment → best, journal or execute; the key * is for all others").tag(config=True)
    cell_seconds = Float(60.0, help="how long one cell may run").tag(config=True)
    notebook_seconds = Float(300.0, help="how long all cells of a notebook may run").tag(config=True)


class Course:
    """The course in the folder `root`.  Raises NotFound if it is none."""

    def __init__(self, root: Path, changes: Config | None = None) -> None:
        self.root = root.resolve()
        if not (self.root / "nbgrader_config.py").exists():
            raise NotFound(f"{root} is no course: it has no nbgrader_config.py (swarmlab grade init makes one)")
        self.config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        self.config.CourseDirectory.setdefault("root", str(self.root))
        self.config.merge(changes or Config())
        self.directory = CourseDirectory(config=self.config)
        self.settings = GradingSettings(config=self.config)

    @property
    def hidden(self) -> list[str]:
        """The folders that no learner's process may see."""
        exchange = self.config.get("Exchange", {}).get("root")
        return [str(self.root), *([str(exchange)] if isinstance(exchange, str) else [])]

    def setting(self, assignment: str) -> Setting:
        """Return how an assignment is judged."""
        evidence = self.settings.evidence.get(assignment, self.settings.evidence.get("*", "best"))
        return Setting(evidence, Limits(self.settings.cell_seconds, self.settings.notebook_seconds))

    # --- folders --------------------------------------------------------------------------------------

    def folder(self, step: str, learner: str, assignment: str) -> Path:
        """Return the folder of a step ("source", "release", "submitted", "autograded", "feedback")."""
        directory = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(directory, learner, assignment))

    def judged_file(self, learner: str, assignment: str, notebook: str) -> Path:
        """Return where the record of a judged notebook lies."""
        return self.root / "judged" / learner / assignment / f"{notebook}.json"

    def assignments(self) -> list[str]:
        """Return the assignments that were released, in order."""
        return sorted(path.name for path in (self.root / "release").glob("*") if any(path.glob("*.ipynb")))

    def notebooks(self, assignment: str) -> list[str]:
        """Return the notebooks of a released assignment.  Raises NotFound if it was not released."""
        names = sorted(path.stem for path in self.folder("release", ".", assignment).glob("*.ipynb"))
        if not names:
            known = ", ".join(self.assignments()) or "none yet"
            raise NotFound(
                f'assignment "{assignment}" was not released (swarmlab grade release); released are: {known}'
            )
        return names

    def learners(self, assignment: str) -> list[str]:
        """Return who has handed something in."""
        folder = Path(self.directory.format_path(self.directory.submitted_directory, "*", assignment))
        return sorted(path.parent.name for path in self.root.glob(str(folder.relative_to(self.root))) if path.is_dir())

    def submissions(self, assignment: str) -> Iterator[tuple[str, Path]]:
        """Yield learner and folder of each submission."""
        for learner in self.learners(assignment):
            yield learner, self.folder("submitted", learner, assignment)

    # --- what is judged by ----------------------------------------------------------------------------

    def released(self, assignment: str, notebook: str) -> NotebookNode:
        """Return a released notebook.  Raises NotFound."""
        path = self.folder("release", ".", assignment) / f"{notebook}.ipynb"
        if not path.exists():
            raise NotFound(f"{path} is missing: release the assignment first (swarmlab grade release {assignment}).")
        return read(path)

    def checks_file(self, assignment: str) -> Path:
        """Return where the course's own checks for an assignment are."""
        return self.root / "checks" / f"{assignment}.py"

    def plan(self, assignment: str, notebook: str) -> Plan:
        """Return what a notebook is judged by."""
        return plan_of(self.released(assignment, notebook), load_checks(self.checks_file(assignment)))

    def fingerprint(self, assignment: str, notebook: str, folder: Path) -> str:
        """Return a digest of everything a judging depends on: who hands in what, released and judged how."""
        digest = hashlib.sha256(f"{FORMAT} {self.code} {self.setting(assignment)} {self.settings.engine}".encode())
        released = self.folder("release", ".", assignment) / f"{notebook}.ipynb"
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
        for path in (released, self.checks_file(assignment), *files):
            digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
        return digest.hexdigest()

    @cached_property
    def code(self) -> str:
        """A digest of the exercises: with another version of them everything is judged anew."""
        package = Path(__file__).parents[1]
        digest = hashlib.sha256()
        for folder in ("exercises", "checks", "grade"):
            for path in sorted((package / folder).rglob("*.py")):
                digest.update(path.read_bytes())
        return digest.hexdigest()


def read(path: Path) -> NotebookNode:
    """Return the notebook in a file from outside.  Raises InvalidArgument with one sentence if it is none."""
    try:
        if path.stat().st_size > 50_000_000:
            raise InvalidArgument(f"{path.name} is bigger than 50 MB")
        raw = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        found: NotebookNode = nbformat.from_dict(raw)  # type: ignore[no-untyped-call]
        if found.get("nbformat") != 4:
            found = nbformat.convert(found, 4)  # type: ignore[no-untyped-call]
        found.cells = [tidy(cell) for cell in found.cells if isinstance(cell, dict)]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(f"{path.name} is not a notebook ({type(error).__name__})") from error
    return found


def tidy(cell: dict[str, Any]) -> NotebookNode:
    """Return a cell with every field there and of its kind, whatever the file said."""
    source = cell.get("source", "")
    source = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
    kind = cell.get("cell_type")
    outputs = cell.get("outputs")
    made: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "source": source if isinstance(source, str) else "",
        "metadata": cell["metadata"] if isinstance(cell.get("metadata"), dict) else {},
    }
    if made["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": outputs if isinstance(outputs, list) else []}
    if isinstance(cell.get("id"), str):
        made["id"] = cell["id"]
    return node(made)


def find_alembic() -> None:
    """nbgrader calls ``alembic`` by its bare name; put this Python's programs on PATH."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", "")])
