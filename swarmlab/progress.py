"""What a learner has reached, kept from session to session: a file of JSON lines in the user's own folder.

Each line says one thing that happened.  So two notebooks may write at the same time, and a line that was cut short
takes no other with it.  Nothing here counts as a grade: that is what a swarm's journal is for.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab import exercises, seat
from swarmlab.checks import Report
from swarmlab.exercises.lesson import Lesson
from swarmlab.home import home

EXERCISE = "exercise"
#: An entry of this kind takes back all earlier ones of its key.
RESET = "reset"


class Entry(NamedTuple):
    """One line: an exercise that was checked, a question that was answered."""

    at: str  # RFC 3339, UTC
    kind: str
    key: str  # such as "4.1"
    data: dict[str, Any]


class Done(NamedTuple):
    """How far a lesson is."""

    lesson: str  # "04"
    passed: tuple[str, ...]  # ids of exercises with all goals met
    exercises: int
    score: float  # the best of each exercise, added up
    points: float

    @property
    def words(self) -> str:
        """Say it."""
        return f"{len(self.passed)} of {self.exercises} exercises, {self.score:g} of {self.points:g} points"


class Progress:
    """The progress of whoever uses this account.  It shows itself in a notebook as bars, elsewhere as a table."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: the file; by default ``progress.jsonl`` in the folder of `swarmlab.home`.  It need not exist."""
        self.path = path or home() / "progress.jsonl"

    def add(self, kind: str, key: str, **data: Any) -> None:
        """Write down what happened.  `data`: whatever JSON can hold.  Raises OSError if the file cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, "key": key, "data": data}
        with self.path.open("a+b") as file:
            cut = file.seek(0, 2) > 0 and (file.seek(-1, 2), file.read(1))[1] != b"\n"
            file.write((b"\n" if cut else b"") + json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def reset(self, key: str) -> None:
        """Forget what was reached in an exercise, or answered to a question."""
        self.add(RESET, key)

    def entries(self, kind: str) -> list[Entry]:
        """Return what was written down of a kind, oldest first, without what was taken back, or cannot be read."""
        found: list[Entry] = []
        text = self.path.read_text(encoding="utf-8", errors="replace") if self.path.exists() else ""
        for line in text.split("\n"):
            entry = _parse(line)
            if entry is None:
                continue
            if entry.kind == RESET:
                found = [it for it in found if it.key != entry.key]
            elif entry.kind == kind:
                found.append(entry)
        return found

    def record(self, report: Report) -> None:
        """Write down how an exercise was judged."""
        self.add(EXERCISE, report.exercise, score=report.score, points=report.points, passed=report.passed)

    def lessons(self, of: Sequence[Lesson] = exercises.LESSONS) -> list[Done]:
        """Return how far each lesson with exercises is, by the best that was reached in each of them."""
        best: dict[str, float] = {}
        for entry in self.entries(EXERCISE):
            score = entry.data.get("score")
            if isinstance(score, int | float):
                best[entry.key] = max(float(score), best.get(entry.key, 0.0))
        return [_done(lesson, best) for lesson in of if lesson.exercises]

    def __repr__(self) -> str:
        rows = [f"{done.lesson}  {_bar(done)}  {done.words}" for done in self.lessons()]
        return "\n".join([*rows, *self._next()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">Lesson {done.lesson}</th>'
            f'<td><progress max="{done.points:g}" value="{done.score:g}" aria-label="Lesson {done.lesson}"></progress>'
            f'</td><td style="text-align:left">{done.words}</td></tr>'
            for done in self.lessons()
        )
        after = "".join(f"<p>{escape(line)}</p>" for line in self._next())
        return f'<section aria-label="Your progress"><table>{rows}</table>{after}</section>'

    def _next(self) -> list[str]:
        """Say what comes next."""
        passed = {exercise for done in self.lessons() for exercise in done.passed}
        left = [exercise for exercise in exercises.ALL if exercise.id not in passed]
        if not left:
            return ["All exercises are done."]
        return [f"Next: exercise {left[0].id}, {left[0].title}"]


def keep(report: Report) -> None:
    """Write a report down if somebody sits at a notebook; tests, scripts and graders have no progress of their own."""
    if seat.is_taken():
        try:
            Progress().record(report)
        except OSError as error:  # the verdict matters more; and on stderr it would cost the points of a graded cell
            print(f"Your progress could not be kept: {error.strerror}: {error.filename}")


def _done(lesson: Lesson, best: dict[str, float]) -> Done:
    scores = {exercise.id: min(best.get(exercise.id, 0.0), exercise.points) for exercise in lesson.exercises}
    return Done(
        lesson.id,
        tuple(exercise.id for exercise in lesson.exercises if scores[exercise.id] >= exercise.points),
        len(lesson.exercises),
        sum(scores.values()),
        sum(exercise.points for exercise in lesson.exercises),
    )


def _bar(done: Done, width: int = 20) -> str:
    filled = int(width * done.score / done.points)
    return f"[{'#' * filled}{'.' * (width - filled)}]"


def _parse(line: str) -> Entry | None:
    """Return what a line says; None if it was cut short or says something else."""
    try:
        said = json.loads(line)
        entry = Entry(str(said["at"]), str(said["kind"]), str(said["key"]), said["data"])
    except (ValueError, KeyError, TypeError):
        return None
    return entry if isinstance(entry.data, dict) else None
