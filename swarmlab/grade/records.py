"""What is kept of every judging: one JSON file a notebook, enough to judge again and to write every report."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from swarmlab.grade.course import Course
from swarmlab.grade.judging import Judged

Record = dict[str, Any]


def write_record(course: Course, result: Judged, fingerprint: str) -> Path:
    """Write a record, whole or not at all, and return its file."""
    path = course.judged_file(result.learner, result.assignment, result.notebook)
    write(path, json.dumps({"fingerprint": fingerprint, "score": result.score, **asdict(result)}, indent=1))
    return path


def read_record(path: Path) -> Record | None:
    """Return a record; None if there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "fingerprint" in found else None


def records(course: Course, assignment: str) -> list[Record]:
    """Return the records of an assignment, by learner and notebook."""
    found = (read_record(path) for path in sorted((course.root / "judged").glob(f"*/{assignment}/*.json")))
    return [record for record in found if record is not None]


def write(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
