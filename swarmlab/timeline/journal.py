"""The journal: every input of a session, with its virtual time, as JSON lines.

The first line says what the lab was made of (seed, hosts, engine), each further line is one *op*: a request
that changes something, a fault, a connection that a program made, a note.  The same journal replayed gives
the same swarm, down to the last id; that is how a session survives its kernel and how it can be judged.
A journal is only ever read as data: nothing in it is executed or unpickled.

A rewind is a line too (``{"op": "rewind", "keep": n}``): what was undone stays in the file and out of the replay.
"""

import json
import shutil
from pathlib import Path
from typing import IO, Any

from swarmlab.errors import InvalidArgument

Op = dict[str, Any]
VERSION = 1
MAX_LINE = 4_000_000


class Journal:
    """The ops of one session, in memory and, with a `path`, in a file that grows line by line."""

    def __init__(self, header: Op, path: Path | None = None, *, fresh: bool = True) -> None:
        self.header = header
        self.ops: list[Op] = []
        self.path = path
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            if fresh:
                _keep_aside(path)
            self._file = path.open("w" if fresh else "a", encoding="utf-8", newline="\n")
            if fresh:
                self._write(self._head)

    def add(self, op: Op) -> None:
        """Write an op down, before it is done."""
        self.ops.append(op)
        self._write(op)

    def cut(self, keep: int) -> None:
        """Take back all but the first `keep` ops."""
        del self.ops[keep:]
        self._write({"op": "rewind", "keep": keep})

    def _write(self, op: Op) -> None:
        if self._file is not None:
            self._file.write(_line(op))
            self._file.flush()

    @property
    def _head(self) -> Op:
        return {"swarmlab": VERSION, **self.header}

    def save(self, path: Path) -> None:
        """Write all into another file, at once or not at all.  Raises OSError."""
        if self.path is not None and path.exists() and path.samefile(self.path):
            return  # it is there, line by line; and what comes next is written there
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text("".join(map(_line, (self._head, *self.ops))), encoding="utf-8", newline="\n")
        beside.replace(path)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _line(op: Op) -> str:
    return json.dumps(op, ensure_ascii=False, separators=(",", ":")) + "\n"


def _keep_aside(path: Path) -> None:
    """Keep somebody's work, if there is any, under another name: a new lab in the same notebook must not cost it."""
    if not path.exists() or path.read_bytes().count(b"\n") < 2:  # a lab in which nothing has happened yet
        return
    aside = path.with_suffix(f".before{path.suffix}")
    try:
        path.replace(aside)  # a board that still shows the old lab goes on writing there
    except PermissionError:  # Windows moves no file that is open
        shutil.copyfile(path, aside)


def load(path: Path) -> tuple[Op, list[Op]]:
    """Return header and remaining ops of a journal file.

    A last line cut short (the machine died while writing it) is dropped.  Raises InvalidArgument with one
    sentence for anything that is not a journal.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    header = _parse(path, 1, lines[0])
    if header.get("swarmlab") != VERSION:
        raise InvalidArgument(f"{path} is not a journal that this version can read; start a new session")
    ops: list[Op] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        if number == len(lines):
            break  # no newline behind it: it was being written
        op = _parse(path, number, line)
        if op.get("op") == "rewind":
            del ops[int(op.get("keep", 0)) :]
        else:
            ops.append(op)
    return header, ops


def _parse(path: Path, number: int, line: str) -> Op:
    try:
        op = json.loads(line) if len(line) <= MAX_LINE else None
    except ValueError:
        op = None
    if not isinstance(op, dict):
        raise InvalidArgument(f"line {number} of {path} is not part of a journal; the session cannot be continued")
    return op
