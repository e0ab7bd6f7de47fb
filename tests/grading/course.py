"""A whole nbgrader course in a temporary folder: the one in ``grading/``, with submissions of its own."""

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin
from traitlets.config.loader import Config, PyFileConfigLoader

ROOT = Path(__file__).parents[2]
LESSON = "01_services_slots_tasks"
#: nbgrader's own steps, in place of ours.
STOCK = {
    "Autograde": {
        "sanitize_preprocessors": [f"nbgrader.preprocessors.{name}" for name in (
            "ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")],
        "autograde_preprocessors": [f"nbgrader.preprocessors.{name}" for name in (
            "Execute", "LimitOutput", "SaveAutoGrades", "CheckCellMetadata")],
    }
}  # fmt: skip


class Course:
    """The course at `root`, driven in this process; made if it is not there."""

    def __init__(self, root: Path, changes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.root = root
        if not (root / "source").exists():
            shutil.copytree(ROOT / "grading" / "source" / LESSON, root / "source" / LESSON)
            shutil.copy(ROOT / "grading" / "nbgrader_config.py", root)
        self.config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        for part, settings in (changes or {}).items():
            self.config[part].update(settings)
        self.api = NbGraderAPI(config=self.config)

    def release(self) -> NotebookNode:
        """Generate the assignment; return the released notebook."""
        self.ok(self.api.generate_assignment(LESSON))
        return self.released()

    def released(self) -> NotebookNode:
        return nbformat.read(self.root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)

    def submit(self, student: str, notebook: NotebookNode) -> None:
        """Put a notebook where collected work lies."""
        folder = self.root / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{LESSON}.ipynb")

    def autograde(self, student: str) -> None:
        self.ok(self.api.autograde(LESSON, student))

    def feedback(self, student: str) -> str:
        """Generate the feedback of one student; return the page."""
        self.ok(self.api.generate_feedback(LESSON, student))
        return (self.root / "feedback" / student / LESSON / f"{LESSON}.html").read_text(encoding="utf-8")

    def points(self, student: str) -> dict[str, float]:
        """Return the points of one student by grade id, as the gradebook holds them."""
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission(LESSON, student)
            return {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}

    def needs_a_person(self, student: str) -> bool:
        with self.gradebook() as gradebook:
            return bool(gradebook.find_submission(LESSON, student).needs_manual_grade)

    def export(self) -> dict[str, dict[str, str]]:
        """Export all grades as CSV; return the rows by student."""
        exporter = CsvExportPlugin(config=self.config)
        exporter.to = str(self.root / "grades.csv")
        with self.gradebook() as gradebook:
            exporter.export(gradebook)
        with open(exporter.to, newline="") as lines:
            return {row["student_id"]: row for row in csv.DictReader(lines)}

    def gradebook(self) -> Gradebook:
        return Gradebook(self.config.CourseDirectory.db_url, self.config.CourseDirectory.course_id)

    @staticmethod
    def ok(result: Mapping[str, Any]) -> None:
        assert result["success"], result.get("error") or result.get("log")


def solved(released: NotebookNode, **cells: str) -> NotebookNode:
    """Return `released` with the sources of the cells named replaced."""
    made = nbformat.from_dict(released)
    assert set(cells) <= {cell.id for cell in made.cells}
    for cell in made.cells:
        cell.source = cells.get(cell.id, cell.source)
    return made


def solutions() -> dict[str, str]:
    """Return the course's own solutions by cell."""
    source = nbformat.read(ROOT / "grading" / "source" / LESSON / f"{LESSON}.ipynb", as_version=4)
    marked = [cell for cell in source.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {cell.id: re.sub(r"### (BEGIN|END) SOLUTION\n?", "", cell.source) for cell in marked}
