"""The attempts kept for the proofs (`swarmlab.author.proof`)."""

from pathlib import Path

from swarmlab.author import proof
from swarmlab.author.proof import Attempt, play

ROOT = Path(__file__).parents[2]

__all__ = ["ROOT", "Attempt", "attempts", "play"]


def attempts(kind: str) -> list[Attempt]:
    """Return all attempts whose file name begins with `kind` ("right" or "wrong")."""
    return [attempt for attempt in proof.attempts(ROOT) if attempt.name.startswith(f"{kind}_")]
