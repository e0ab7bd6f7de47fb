"""From the outputs of graded cells to points.

nbgrader's rule gives full points to a cell that printed something, returned something odd, or never ran, and none to
a cell that caused a warning.  Here a graded cell earns the number it returned, and nothing otherwise.
"""

from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades


class SaveScores(SaveAutoGrades):  # type: ignore[misc]
    """Save each graded cell's number; stands where `SaveAutoGrades` stood."""

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        if utils.is_solution(cell) or cell.cell_type != "code":  # a person grades it
            super()._add_score(cell, resources)
            return
        name, most = cell.metadata["nbgrader"]["grade_id"], float(cell.metadata["nbgrader"]["points"])
        unjudged = name in resources.get("swarmlab", {}).get("unjudged", ())
        score: float | None = None if unjudged else returned(cell) or 0.0
        if score is not None and score > most:
            self.log.error("Cell %s returned %s, but is worth %s points: a person has to look.", name, score, most)
            score = None
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = score
        grade.needs_manual_grade = score is None or grade.manual_score is not None
        self.gradebook.db.commit()


def returned(cell: NotebookNode) -> float | None:
    """Return the number, 0 or more, that a code cell returned; None if it returned something else or failed."""
    outputs = cell.get("outputs", [])
    if any(output.output_type == "error" for output in outputs):
        return None
    results = [output for output in outputs if output.output_type == "execute_result"]
    try:
        number = float("".join(results[-1].data["text/plain"]))
    except (IndexError, KeyError, ValueError):
        return None
    return number if 0 <= number < float("inf") else None
