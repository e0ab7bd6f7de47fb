"""``swarmlab grade``: what an instructor types, from an empty folder to grades and feedback."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from swarmlab.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, SwarmlabError
from swarmlab.grade import collect as collecting
from swarmlab.grade import export as exporting
from swarmlab.grade import report as reporting
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course, find_alembic
from swarmlab.grade.records import write

#: What a course begins with; everything else is made.
PARTS = ("nbgrader_config.py", "source", "checks")


def init(root: Path, origin: Path | None) -> list[Path]:
    """Make a course in `root` from the one in `origin` (default: this project's) and return what was made.

    What is there already stays.  Raises NotFound where there is nothing to begin with.
    """
    origin = origin or Path(__file__).resolve().parents[2] / "grading"
    if not (origin / "nbgrader_config.py").exists():
        raise NotFound(
            "there is no course to begin with; name one with --from, such as the folder grading/ of a checkout"
        )
    if root.exists() and not root.is_dir():
        raise AlreadyExists(f"{root} is not a folder")
    root.mkdir(parents=True, exist_ok=True)
    made = []
    for name in PARTS:
        here, there = root / name, origin / name
        if there.is_dir():
            for path in sorted(p for p in there.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
                made += _copy(path, here / path.relative_to(there))
        elif there.exists():
            made += _copy(there, here)
    return made


def _copy(path: Path, to: Path) -> list[Path]:
    if to.exists():
        return []
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)
    return [to]


def release(root: Path, assignment: str, *, exchange: bool) -> Path:
    """Make the learners' notebooks of an assignment; with `exchange` hand them out there.  Return their folder.

    Raises InvalidArgument if a graded cell could not be judged, FailedPrecondition with nbgrader's reason.
    """
    course = Course(root)
    if not course.folder("source", ".", assignment).is_dir():
        known = sorted(path.name for path in (course.root / "source").glob("*") if path.is_dir())
        raise NotFound(f"there is no source/{assignment}; there are: {', '.join(known) or 'none'}")
    api = _nbgrader(course)
    _ask(api.generate_assignment, assignment, force=True)
    for notebook in course.notebooks(assignment):
        course.plan(assignment, notebook)  # every graded cell has a check, or this says which has not
    if exchange:
        _ask(api.release_assignment, assignment)
    return course.folder("release", ".", assignment)


def collect(root: Path, assignment: str, sources: list[Path], *, replace: bool) -> collecting.Collected:
    """Take in what learners handed in: from files and folders, or, where none is named, from nbgrader's exchange."""
    course = Course(root)
    if sources:
        return collecting.collect(course, assignment, sources, replace=replace)
    before = _handed_in(course, assignment)
    _ask(_nbgrader(course).collect, assignment, update=True)
    after = _handed_in(course, assignment)
    taken = [learner for learner, when in after.items() if before.get(learner, "") != when]
    return collecting.Collected(taken, [learner for learner in after if learner not in taken], [])


def _handed_in(course: Course, assignment: str) -> dict[str, Any]:
    """Return by learner when their submission was handed in."""
    stamp = course.directory.get_existing_timestamp
    return {learner: stamp(str(folder)) for learner, folder in course.submissions(assignment)}


def feedback(root: Path, assignment: str, *, learners: Iterable[str], exchange: bool, force: bool) -> list[Path]:
    """Make the feedback pages of an assignment and return them; with `exchange` hand them back there."""
    course = Course(root)
    course.notebooks(assignment)
    api = _nbgrader(course)
    wanted, made = set(learners), []
    for learner in course.learners(assignment):
        if wanted and learner not in wanted:
            continue
        for notebook in course.notebooks(assignment):
            judged = course.folder("autograded", learner, assignment) / f"{notebook}.ipynb"
            page = course.folder("feedback", learner, assignment) / f"{notebook}.html"
            if judged.exists() and (force or not page.exists() or page.stat().st_mtime < judged.stat().st_mtime):
                _ask(api.generate_feedback, assignment, learner, force=True)
                made.append(page)
    if exchange:
        excluded = [*filter(None, [course.directory.student_id_exclude]), *_came_otherwise(course, assignment)]
        course.config.CourseDirectory.student_id_exclude = ",".join(excluded)
        _ask(_nbgrader(course).release_feedback, assignment)
    return made


def _came_otherwise(course: Course, assignment: str) -> list[str]:
    """Return who did not hand in through the exchange, which has no address for their feedback then."""
    needed = ("submission_secret.txt", "timestamp.txt")
    folders = course.submissions(assignment)
    return [learner for learner, folder in folders if not all((folder / name).exists() for name in needed)]


def report(root: Path, assignment: str) -> list[Path]:
    """Write the report on an assignment, as a page and as a notebook, and return both files."""
    made = reporting.Report.of(root, assignment)
    folder = Course(root).root / "reports"
    files = {f"{assignment}.html": reporting.page(made), f"{assignment}.ipynb": reporting.notebook(made)}
    for name, text in files.items():
        write(folder / name, text)
    return [folder / name for name in files]


def export(root: Path, assignments: list[str], form: str, to: Path | None) -> Path:
    """Write grades, of all released assignments by default, and return the file."""
    course = Course(root)
    names = assignments or course.assignments()
    if not names:
        raise FailedPrecondition("nothing was released yet, so there are no grades")
    with Book(course) as book:
        for name in names:
            book.must_know(name)
        grades = {name: book.grades(name) for name in names}
    suffix = {"xlsx": "xlsx"}.get(form, "csv")
    return exporting.export(grades, form, to or course.root / f"grades-{form}.{suffix}")


def _nbgrader(course: Course) -> Any:
    from nbgrader.apps import NbGraderAPI

    find_alembic()
    course.config.ExchangeReleaseAssignment.force = True  # a corrected lesson may be handed out again
    return NbGraderAPI(config=course.config)


def _ask(action: Any, *args: Any, **options: Any) -> None:
    """Do something with nbgrader.  Raises FailedPrecondition with the last line of what it said."""
    try:
        result = action(*args, **options)
    except SwarmlabError:
        raise
    except Exception as error:
        raise FailedPrecondition(f"nbgrader could not do it: {error}") from error
    if not result["success"]:
        said = (result.get("error") or result.get("log") or "").strip().splitlines()
        raise FailedPrecondition(f"nbgrader could not do it: {said[-1] if said else 'it did not say why'}")


def must_be_number_of_workers(count: int) -> int:
    """Return `count`.  Raises InvalidArgument if nobody could do it."""
    if count < 0:
        raise InvalidArgument(f"--workers must be 0 (as many as there are processors) or more, not {count}")
    return count
