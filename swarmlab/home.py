"""Where a learner's sessions and progress are kept: ``SWARMLAB_HOME``, or a folder of the user's own."""

import os
import re
import sys
from pathlib import Path

from swarmlab.errors import InvalidArgument, NotFound


def home() -> Path:
    """Return the folder for everything that is kept; it may not exist yet."""
    given = os.environ.get("SWARMLAB_HOME")
    if given:
        return Path(given).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "swarmlab"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "swarmlab"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "swarmlab"


def session_file(name: str) -> Path:
    """Return the journal file of the session called `name`.

    Raises InvalidArgument for a name that could leave the folder.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", name):
        raise InvalidArgument(
            f'"{name}" cannot be the name of a session; use letters, digits, dots, dashes and underscores'
        )
    return home() / "sessions" / f"{name}.jsonl"


def existing_session(name: str) -> Path:
    """Return the journal file of a session that exists.  Raises NotFound with the names of those that do."""
    path = session_file(name)
    if not path.exists():
        known = sorted(found.stem for found in path.parent.glob("*.jsonl")) if path.parent.exists() else []
        raise NotFound(f'there is no session "{name}"; there are: {", ".join(known) or "none yet"}')
    return path
