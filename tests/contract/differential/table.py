"""The table: scenes of command lines in ``scenes/*.txt``.

A scene begins with what is typed before (the stage), then come its lines, each of which finds the swarm as the stage
has left it.  Lines are typed at the manager, unless a prefix in brackets says otherwise:

    [node1]     at another host
    [tty 120]   on a terminal of so many columns, 30 rows high
    [uniq]      a line that waits: it polls by a clock, so how often it says the same thing is left to chance
"""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "scenes"
MANAGER = "swarm-manage"
_PREFIX = re.compile(r"\[(?:(tty) (\d+)|(uniq)|([a-z0-9-]+))\] ")


class Line(NamedTuple):
    """One line of the table.  `columns`: the width of the terminal, 0 for none."""

    text: str
    host: str = MANAGER
    columns: int = 0
    uniq: bool = False


class Scene(NamedTuple):
    """A stage and the lines that find it so.  `swarm`: whether the hosts form a swarm at the beginning."""

    name: str
    swarm: bool
    stage: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def _line(text: str) -> Line:
    host, columns, uniq = MANAGER, 0, False
    while prefix := _PREFIX.match(text):
        if prefix[1]:
            columns = int(prefix[2])
        elif prefix[3]:
            uniq = True
        else:
            host = prefix[4]
        text = text[prefix.end() :]
    return Line(text, host, columns, uniq)


def read(path: Path) -> Scene:
    """Return the scene of a file; lines that end in a backslash go on, empty ones and comments are left out."""
    text = path.read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    swarm = lines[0] != "@no swarm"
    stage = lines[lines.index("@stage") + 1 : lines.index("@lines")]
    rest = lines[lines.index("@lines") + 1 :]
    typed = tuple((line.host, line.text) for line in map(_line, stage))
    return Scene(path.stem, swarm, typed, tuple(map(_line, rest)))


def scenes() -> list[Scene]:
    """Return the whole table."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]
