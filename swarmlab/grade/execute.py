"""What stands where nbgrader's `Execute` stood: learners' cells run in a sandbox, graded cells are judged outside it.

So nbgrader's own command, its formgrader and its feedback work as ever: they read the outputs that the judge wrote.
``swarmlab grade run`` does the same with many processes.
"""

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from swarmlab.grade.course import Course, read
from swarmlab.grade.engine import Engine
from swarmlab.grade.judging import Judge, Submission, files_beside
from swarmlab.grade.records import write_record


class JudgeExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Have the notebook judged; its outputs, and the number of each graded cell, are the judge's.

    Cells that a fault of ours left without a score are named in ``resources["swarmlab"]``; `SaveScores` gives none.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the judged notebook."""
        where = resources["nbgrader"]
        course = Course(Path(self.parent.parent.coursedir.root), self.parent.parent.config)
        assignment, name, learner = where["assignment"], where["notebook"], where["student"]
        folder = course.folder("submitted", learner, assignment)
        path = folder / f"{name}.ipynb"
        files = files_beside(path, folder, course.folder("release", ".", assignment))
        submission = Submission(learner, assignment, name, read(path), files)
        setting = course.setting(assignment)
        engine = self._engine(course) if setting.evidence != "journal" else None
        judge = Judge(course.released(assignment, name), course.plan(assignment, name), setting, engine)
        made, result = judge.judge(submission)
        for sentence in (*result.refused, *result.limits):
            self.log.warning("%s, %s: %s", learner, name, sentence)
        write_record(course, result, course.fingerprint(assignment, name, folder))
        if result.fault:
            self.log.error("%s, %s: NOT JUDGED, a fault of the grading kit: %s", learner, name, result.fault)
        resources["swarmlab"] = {"unjudged": [name for name, cell in result.cells.items() if cell.score is None]}
        outputs = {_key(number, cell): cell.get("outputs", []) for number, cell in enumerate(made.cells)}
        for number, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                cell.outputs = outputs.get(_key(number, cell), [])
        return nb, resources

    def _engine(self, course: Course) -> Engine:
        """Return the engine of this conversion: one for all its submissions; it ends with the converter."""
        converter = self.parent.parent
        engine = getattr(converter, "swarmlab_engine", None)
        if not isinstance(engine, Engine):
            engine = Engine(course.settings.engine, hidden=course.hidden, unsafe=course.settings.unsafe)
            converter.swarmlab_engine = engine
        return engine


def _key(number: int, cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell {number}"
