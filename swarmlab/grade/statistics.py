"""What the records of an assignment say about its exercises and its learners: numbers for every report."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from swarmlab import exercises
from swarmlab.errors import NotFound
from swarmlab.grade.records import Record

#: Two learners' work is worth a look from this share on that only they have, if it is enough to go by.
ALIKE, ENOUGH, FEW = 0.8, 300, 3


class Item(NamedTuple):
    """One graded cell, over all learners."""

    name: str  # grade id
    title: str
    points: float
    learners: int
    solved: int  # with all points
    mean: float  # share of the points, 0 to 1: the difficulty, 1 is easy
    discrimination: float | None  # correlation with the rest of the total, -1 to 1; None where nothing varies
    attempts: float | None  # mean of those who have recorded any
    seconds: float | None  # virtual, median from beginning to the attempt that counts


class Misconception(NamedTuple):
    """How often a hint for a certain belief was the one that fitted."""

    belief: str
    counts: dict[str, int]  # grade id → learners


class Pair(NamedTuple):
    """Two learners whose sessions are nearly the same."""

    one: str
    other: str
    share: float
    why: str


def items(records: Sequence[Record]) -> list[Item]:
    """Return the statistics of every graded cell, in the order of the notebook."""
    names = list(dict.fromkeys(name for record in records for name in record["cells"]))
    totals = {id(record): _total(record) for record in records}
    return [_item(name, records, totals) for name in names]


def _item(name: str, records: Sequence[Record], totals: Mapping[int, float]) -> Item:
    cells = [(record, record["cells"][name]) for record in records if name in record["cells"]]
    judged = [(record, cell) for record, cell in cells if cell["score"] is not None]
    points = cells[0][1]["points"]
    scores = [cell["score"] for _, cell in judged]
    rest = [totals[id(record)] - cell["score"] for record, cell in judged]
    attempts = [cell["attempts"] for _, cell in judged if cell["attempts"]]
    seconds = sorted(cell["seconds"] for _, cell in judged if cell["seconds"])
    return Item(
        name,
        title_of(cells[0][1], name),
        points,
        len(cells),
        sum(score >= points for score in scores),
        sum(scores) / (points * len(scores)) if scores and points else 0.0,
        correlation(scores, rest),
        sum(attempts) / len(attempts) if attempts else None,
        seconds[len(seconds) // 2] if seconds else None,
    )


def title_of(cell: Mapping[str, Any], name: str) -> str:
    """Return the title of the exercise that a cell's report is about; its grade id if it has none."""
    exercise_id = (cell.get("report") or {}).get("exercise", "")
    try:
        return f"{exercise_id} {exercises.find(exercise_id).title}"
    except NotFound:
        return f"{exercise_id} {name}".strip()


def _total(record: Record) -> float:
    return float(sum(cell["score"] or 0.0 for cell in record["cells"].values()))


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None where one of the two never varies."""
    if len(one) < 2:
        return None
    mean, mean_other = sum(one) / len(one), sum(other) / len(other)
    spread = sum((a - mean) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other)
    if spread <= 1e-12:
        return None
    return sum((a - mean) * (b - mean_other) for a, b in zip(one, other, strict=True)) / math.sqrt(spread)


def misconceptions(records: Sequence[Record]) -> list[Misconception]:
    """Return which beliefs lie behind the mistakes, most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for record in records:
        for name, cell in record["cells"].items():
            belief = _belief(cell)
            if belief:
                counts.setdefault(belief, Counter())[name] += 1
    ordered = sorted(counts.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    return [Misconception(belief, dict(count)) for belief, count in ordered]


def _belief(cell: Mapping[str, Any]) -> str:
    report = cell["report"] or {}
    try:
        exercise = exercises.find(report.get("exercise", ""))
    except NotFound:
        return ""
    return next((hint.misconception for hint in exercise.hints if hint.id == report.get("hint")), "")


def distribution(totals: Sequence[float], most: float, bins: int = 10) -> list[int]:
    """Return how many totals fall into each of `bins` equal parts of 0 to `most`."""
    counts = [0] * bins
    for total in totals:
        counts[min(bins - 1, int(bins * total / most) if most else 0)] += 1
    return counts


def alike(records: Sequence[Record]) -> list[Pair]:
    """Return pairs of learners worth a look: long answers, or recorded sessions, that only these few have in common.

    It is no proof of anything: short answers and prescribed steps are alike by nature and are left out.
    """
    works = {record["learner"]: _work(record) for record in records}
    owners = Counter(piece for work in works.values() for piece in work)
    found = []
    for one, other in combinations(sorted(works), 2):
        shared = [piece for piece in works[one] if piece in works[other] and owners[piece] <= FEW]
        weight = sum(works[one][piece] for piece in shared)
        least = min(sum(works[one].values()), sum(works[other].values()))
        if weight >= ENOUGH and weight >= ALIKE * least:
            found.append(Pair(one, other, weight / least, f"{weight} characters and steps that few others have"))
    return sorted(found, key=lambda pair: -pair.share)


def _work(record: Record) -> dict[str, int]:
    """Return the pieces of a learner's work, with their weight: characters of an answer, 20 for a recorded step."""
    work = {}
    for name, source in record["sources"].items():
        text = " ".join(source.split())
        work[f"{name} {text}"] = len(text)
    for journal in record["journals"]:
        if journal["source"] == "journal":
            for op in journal["ops"]:
                if op["op"] in ("api", "command", "fault"):
                    work[hashlib.sha256(json.dumps(op, sort_keys=True).encode()).hexdigest()] = 20
    return work
