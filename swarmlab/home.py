"""Where a learner's sessions and progress are kept: ``SWARMLAB_HOME``, or a folder of the user's own."""

import os
import re
import sys
from pathlib import Path

from swarmlab.errors import InvalidArgument, NotFound

#: How the name of a session file ends.
SUFFIX = ".jsonl"


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
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", name) or name.endswith(SUFFIX):
        raise InvalidArgument(
            f'"{name}" cannot be the name of a session; use letters, digits, dots, dashes and underscores, and do not'
            f" end it in {SUFFIX}"
        )
    return home() / "sessions" / f"{name}{SUFFIX}"


def session_path(file: str | Path) -> Path:
    """Return the path of a session file.  Raises InvalidArgument for one that does not end in ``.jsonl``."""
    path = Path(file).expanduser()
    if path.suffix != SUFFIX:
        raise InvalidArgument(f'"{file}" cannot be a session file: end its name in {SUFFIX}')
    return path


def existing_session(name: str | Path) -> Path:
    """Return the journal file of a session that exists: called `name`, or the file `name` itself (``….jsonl``).

    Raises NotFound with the names of those that are kept.
    """
    is_file = isinstance(name, Path) or name.endswith(SUFFIX)
    path = session_path(name) if is_file else session_file(str(name))
    if not path.is_file():
        known = ", ".join(found.stem for found in kept_sessions())
        raise NotFound(f'there is no session {"file " if is_file else ""}"{name}"; kept are: {known or "none yet"}')
    return path


def kept_sessions() -> list[Path]:
    """Return the journal files of all sessions with a name, by name."""
    return sorted((home() / "sessions").glob(f"*{SUFFIX}"))
