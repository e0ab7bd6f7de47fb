"""Attempts at exercises as they were played on real engines: the history that was seen, kept in a file an exercise.

`python -m tools.play` makes the files.  A line is a JSON object: a head for each attempt, then its rows.  Of a row only
what differs from the last row of the same thing is kept, so that a file can be read, and its changes as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab import checks, exercises
from swarmlab.checks.judge import Start
from swarmlab.timeline.trace import THINGS, Row, State, Trace

FOLDER = Path(__file__).parent / "played"


class Played(NamedTuple):
    """One attempt at an exercise on a real swarm."""

    exercise: str
    attempt: str
    engine: str  # "20.10.24"
    start: Start
    end: int  # when it was judged, ns since 1970
    answers: Mapping[str, Any]
    rows: tuple[Row, ...]

    def judge(self) -> checks.Report:
        """Judge it again, by the goals as they are today."""
        return checks.evaluate(exercises.find(self.exercise), Trace(self.rows), self.answers, self.start, self.end)


def trimmed(whole: Played) -> Played:
    """Leave out what was over when the exercise began: of what there was, one row each is enough."""
    before, after = whole.rows[: whole.start.rows], whole.rows[whole.start.rows :]
    last = {(row.kind, row.id): row for row in before if row.kind in THINGS}
    kept = sorted((row for row in last.values() if row.state is not None), key=lambda row: row.at)
    return whole._replace(start=whole.start._replace(rows=len(kept)), rows=(*kept, *after))


def file_of(exercise: str) -> Path:
    """Return the file of an exercise; it need not exist."""
    return FOLDER / f"{exercise}.jsonl"


def save(exercise: str, attempts: Iterable[Played]) -> None:
    """Write all attempts at an exercise into its file."""
    FOLDER.mkdir(exist_ok=True)
    lines = (json.dumps(line, separators=(",", ":")) for played in attempts for line in _lines(played))
    file_of(exercise).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def load(exercise: str) -> list[Played]:
    """Return all attempts at an exercise that were played; none if there is no file."""
    path = file_of(exercise)
    found: list[Played] = []
    rows: list[Row] = []
    last: dict[tuple[str, str], State] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        data = json.loads(line)
        if "attempt" in data:
            rows, last = [], {}
            start = Start(*data["start"])
            found.append(Played(exercise, data["attempt"], data["engine"], start, data["end"], data["answers"], ()))
        else:
            rows.append(_row(data, rows[-1].at if rows else 0, last))
            found[-1] = found[-1]._replace(rows=tuple(rows))
    return found


def _lines(played: Played) -> Iterator[Any]:
    head = {"attempt": played.attempt, "engine": played.engine, "start": list(played.start), "end": played.end}
    yield head | {"answers": dict(played.answers)}
    last: dict[tuple[str, str], State] = {}
    at = 0
    for row in played.rows:
        before = last.get((row.kind, row.id), {})
        changed = (
            None if row.state is None else {k: v for k, v in row.state.items() if k not in before or before[k] != v}
        )
        yield [row.at - at, row.kind, row.id, changed, row.actor]
        at, last[row.kind, row.id] = row.at, row.state or {}


def _row(line: list[Any], at: int, last: dict[tuple[str, str], State]) -> Row:
    after, kind, i, changed, actor = line
    state = None if changed is None else last.get((kind, i), {}) | changed
    last[kind, i] = state or {}
    return Row(at + after, kind, i, state, actor)
