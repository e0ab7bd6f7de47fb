"""Answers kept for the proofs: ``grading/answers/<exercise>/right_*.py`` and ``wrong_*.py``.

Each file has a function ``attempt(lab)`` that does what a learner might do and returns the answers handed in.  A wrong
one also says which hint has to be given (``HINT``) and how many points remain (``POINTS``).
"""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ANSWERS = Path(__file__).parents[2] / "grading" / "answers"


class Attempt(NamedTuple):
    """One file."""

    exercise: str
    name: str
    do: Callable[[Any], dict[str, Any]]
    hint: str  # "" for a right answer
    points: float | None  # None for a right answer: all


def attempts(kind: str) -> list[Attempt]:
    """Return all attempts whose file name begins with `kind` ("right" or "wrong")."""
    found = []
    for path in sorted(ANSWERS.glob(f"*/{kind}_*.py")):
        data = runpy.run_path(str(path))
        found.append(Attempt(path.parent.name, path.stem, data["attempt"], data.get("HINT", ""), data.get("POINTS")))
    return found
