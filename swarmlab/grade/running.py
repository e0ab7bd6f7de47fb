"""``swarmlab grade run``: judge what is not judged yet, and write the grades down."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from swarmlab.errors import Unavailable
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course
from swarmlab.grade.engine import Engine
from swarmlab.grade.pool import Outcome, Pool
from swarmlab.grade.records import read_record

if TYPE_CHECKING:
    from swarmlab.grade.cluster import Cluster


class Summary(NamedTuple):
    """What a run came to."""

    judged: int
    unchanged: int
    faults: list[Outcome]


def run(
    root: Path,
    assignment: str,
    *,
    learners: Sequence[str] = (),
    workers: int = 0,
    engine: str = "",
    evidence: str = "",
    unsafe: bool = False,
    cluster: str = "",
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Summary:
    """Judge the submissions of an assignment: all, or those of `learners`; with `force` also what was judged before.

    `cluster`: the address of a Dask scheduler whose workers judge; without it, `workers` processes of this machine do.
    `progress` is told how many of how many are done.  Raises a SwarmlabError for what an instructor can put right.
    """
    course = Course(root)
    course.settings.engine = engine or course.settings.engine
    if evidence:
        course.settings.evidence = {"*": evidence}
    course.notebooks(assignment)
    setting = course.setting(assignment)
    if setting.evidence != "journal" and not cluster:  # the workers of a cluster look at themselves
        Engine(
            course.settings.engine, hidden=course.hidden, unsafe=unsafe or course.settings.unsafe
        ).close()  # or refuse
    wanted = [learner for learner in course.learners(assignment) if not learners or learner in learners]
    with Book(course) as book:
        book.must_know(assignment)
        fresh = [] if force else [each for each in wanted if is_fresh(course, assignment, each)]
        to_save = [each for each in fresh if not book.is_saved(assignment, each)]
        to_judge = [each for each in wanted if each not in set(fresh)]
        count, faults = 0, []
        total = len(to_save) + len(to_judge)

        def done(outcome: Outcome) -> None:
            nonlocal count
            book.save(
                assignment, outcome.learner, outcome.fault if not _has_records(course, assignment, outcome) else ""
            )
            if outcome.fault:
                faults.append(outcome)
            count += 1
            progress(count, total)

        for learner in to_save:  # judged by a run that did not live to write it down
            done(Outcome(learner, ""))
        if to_judge:
            patience = setting.limits.notebook * len(course.notebooks(assignment)) + 180
            settings = {
                "root": str(course.root), "engine": course.settings.engine, "unsafe": unsafe, "evidence": evidence,
            }  # fmt: skip
            judges: Pool | Cluster
            if cluster:
                judges = _cluster(cluster, course, settings, patience)
            else:
                judges = Pool(settings, workers or os.cpu_count() or 1, patience=patience)
            judges.run(assignment, to_judge, done)
    return Summary(len(to_judge) + len(to_save), len(fresh) - len(to_save), faults)


def _cluster(address: str, course: Course, settings: dict[str, Any], patience: float) -> "Cluster":
    try:
        from swarmlab.grade.cluster import Cluster
    except ImportError as error:
        raise Unavailable(
            f'judging on a cluster needs Dask ({error}): pip install "docker-swarmlab[cluster]"'
        ) from error
    return Cluster(address, course, settings, patience=patience)


def is_fresh(course: Course, assignment: str, learner: str) -> bool:
    """Whether all notebooks of a submission were judged as they are, by the present rules and without a fault."""
    folder = course.folder("submitted", learner, assignment)
    for name in course.notebooks(assignment):
        record = read_record(course.judged_file(learner, assignment, name))
        made = course.folder("autograded", learner, assignment) / f"{name}.ipynb"
        if record is None or record["fault"] or not made.exists():
            return False
        if record["fingerprint"] != course.fingerprint(assignment, name, folder):
            return False
    return True


def _has_records(course: Course, assignment: str, outcome: Outcome) -> bool:
    """Whether a faulty judging got as far as records: then what was judged counts, and the rest has no score."""
    files = [course.judged_file(outcome.learner, assignment, name) for name in course.notebooks(assignment)]
    found = [read_record(path) for path in files]
    return all(record is not None and bool(record["fault"]) == bool(outcome.fault) for record in found)
