"""The one writer of nbgrader's gradebook: from the records of judged submissions to grades and comments.

It leaves what nbgrader's own ``autograde`` would leave (`Autograde.init_assignment`, `SaveAutoGrades`,
`AssignLatePenalties`), so formgrader, feedback and export go on from here.  Writing twice changes nothing.
"""

import hashlib
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties

from swarmlab.errors import NotFound, Unavailable
from swarmlab.grade.course import Course, find_alembic
from swarmlab.grade.records import Record, read_record, write


class Book:
    """The gradebook of a course.  Use it as a context."""

    def __init__(self, course: Course) -> None:
        """Raises Unavailable if the database cannot be opened."""
        from sqlalchemy.exc import SQLAlchemyError

        find_alembic()
        self.course = course
        url = course.directory.db_url
        try:
            self.gradebook = Gradebook(url, course.directory.course_id)
        except (SQLAlchemyError, ImportError) as error:
            raise Unavailable(f"the gradebook {url} cannot be opened: {str(error).splitlines()[0]}") from error

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()

    def must_know(self, assignment: str) -> None:
        """Raise NotFound if the gradebook does not know an assignment."""
        if assignment not in [each.name for each in self.gradebook.assignments]:
            raise NotFound(f'the gradebook knows no assignment "{assignment}"; release it first')

    # --- saving ---------------------------------------------------------------------------------------

    def is_saved(self, assignment: str, learner: str) -> bool:
        """Whether the records of a submission are in the gradebook as they are now."""
        return bool(self._prints(assignment, learner)) and self._saved(assignment, learner) == self._prints(
            assignment, learner
        )

    def save(self, assignment: str, learner: str, fault: str = "") -> None:
        """Write down what came out of a submission; `fault`: it was not judged at all."""
        from sqlalchemy.exc import SAWarning

        gradebook = self.gradebook
        gradebook.update_or_create_student(learner)
        folder = self.course.folder("submitted", learner, assignment)
        timestamp = self.course.directory.get_existing_timestamp(str(folder))
        when = {"timestamp": timestamp} if timestamp else {}
        with warnings.catch_warnings(action="ignore", category=SAWarning):  # of how nbgrader makes a new one
            submission = gradebook.update_or_create_submission(assignment, learner, **when)
        for notebook in submission.notebooks:
            record = None if fault else read_record(self.course.judged_file(learner, assignment, notebook.name))
            _fill(notebook, record)
            notebook.late_submission_penalty = None
            if submission.total_seconds_late > 0:
                gradebook.db.flush()
                notebook.late_submission_penalty = self._penalty(notebook, learner, submission.total_seconds_late)
        gradebook.db.commit()
        write(self._marker(assignment, learner), json.dumps(self._prints(assignment, learner)))

    def _penalty(self, notebook: Any, learner: str, seconds: float) -> float | None:
        rule = AssignLatePenalties(config=self.course.config)
        rule.init_plugin()
        self.gradebook.db.refresh(notebook)
        penalty = rule.plugin_inst.late_submission_penalty(learner, notebook.score, seconds)
        return None if penalty is None else float(rule._check_late_penalty(notebook, penalty))

    def _marker(self, assignment: str, learner: str) -> Path:
        return self.course.root / "judged" / learner / assignment / ".saved"

    def _saved(self, assignment: str, learner: str) -> dict[str, str] | None:
        try:
            found: dict[str, str] = json.loads(self._marker(assignment, learner).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def _prints(self, assignment: str, learner: str) -> dict[str, str]:
        """Return what each notebook's record was made from, without those of faults: they are to be made again."""
        found: Iterable[tuple[str, Record | None]] = (
            (name, read_record(self.course.judged_file(learner, assignment, name)))
            for name in self.course.notebooks(assignment)
        )
        prints = {name: record["fingerprint"] for name, record in found if record and not record["fault"]}
        return prints if len(prints) == len(self.course.notebooks(assignment)) else {}

    # --- reading --------------------------------------------------------------------------------------

    def grades(self, assignment: str) -> dict[str, dict[str, Any]]:
        """Return by learner: points by grade id, total, what is possible, penalty, and whether a person has to look."""
        found = {}
        for submission in self.gradebook.assignment_submissions(assignment):
            grades = {grade.name: grade.score for each in submission.notebooks for grade in each.grades}
            unjudged = any(
                g.auto_score is None and g.manual_score is None for n in submission.notebooks for g in n.grades
            )
            found[submission.student.id] = {
                "grades": grades,
                "score": submission.score,
                "max_score": submission.max_score,
                "penalty": submission.late_submission_penalty or 0.0,
                "needs_person": bool(submission.needs_manual_grade) or unjudged,
                "name": " ".join(filter(None, [submission.student.first_name, submission.student.last_name])),
                "email": submission.student.email or "",
                "lms_id": submission.student.lms_user_id or "",
            }
        return dict(sorted(found.items()))

    def digest(self) -> str:
        """Return a digest of all grades and comments: equal for gradebooks that say the same."""
        lines = []
        for assignment in self.gradebook.assignments:
            for submission in self.gradebook.assignment_submissions(assignment.name):
                for notebook in submission.notebooks:
                    where = [
                        assignment.name,
                        submission.student.id,
                        notebook.name,
                        notebook.late_submission_penalty or 0,
                    ]
                    lines += [
                        [*where, g.name, g.auto_score, g.manual_score, g.needs_manual_grade] for g in notebook.grades
                    ]
                    lines += [[*where, c.name, c.auto_comment, c.manual_comment] for c in notebook.comments]
        return hashlib.sha256(json.dumps(sorted(map(json.dumps, lines))).encode()).hexdigest()


def _fill(notebook: Any, record: Record | None) -> None:
    """Set all grades and comments of a submitted notebook; without a record nothing has a score."""
    for grade in notebook.grades:
        if record is None:
            score = None
        elif grade.name in record["cells"]:
            score = record["cells"][grade.name]["score"]
        else:
            score = record["manual"].get(grade.name)
        grade.auto_score = score
        grade.needs_manual_grade = score is None or grade.manual_score is not None
    for comment in notebook.comments:
        comment.auto_comment = record["comments"].get(comment.name) if record else None
