"""Terminal sessions with what they print, as files: a scenario to read, and a test to run.

    ## A worker knows a network only while it uses it.
    ## lab: swarm=False
    [root@node1 ~]# docker network inspect my_net
    []
    Error response from daemon: network my_net not found
    [exit 1]
    >>> lab.faults.stop("node2")

The first line says what is shown, ``## lab:`` what lab it needs; other ``##`` lines are comments.  After a prompt
comes exactly what a terminal shows, then the exit status if it is not 0.  ``>>>`` is done to the lab from outside.
What differs from lab to lab is shown as ``<id>`` (ids), ``<ms>`` (times of a ping) or ``<time>``.

``python -m tests.network.transcripts FILE…`` writes what the commands print now into the files: read the difference.
"""

import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab import Lab

_PROMPT = re.compile(r"^\[root@([\w.-]+) ~\]# (.*)$")
_MASKS = (
    (re.compile(r"\b(?=[a-z0-9]*\d)[a-z0-9]{25}\b|\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b"), "<id>"),
    (re.compile(r"\b[a-z0-9]{12}(?=  +\S+ +\S+ +(?:swarm|local))"), "<id>"),  # of `docker network ls`
    (re.compile(r"(?<=time=)[\d.]+ ms"), "<ms>"),
    (re.compile(r"(?<=round-trip min/avg/max = )\S+ ms"), "<ms>"),
    (re.compile(r"(?<=rtt min/avg/max/mdev = )\S+ ms"), "<ms>"),
    (re.compile(r"\[\d\d/\w+/\d{4}:[\d:]+ [+-]\d{4}\]"), "[<time>]"),
    (re.compile(r'(?<="Created": ")[^"]+|(?<=;; WHEN: ).+|(?<=< Date: ).+'), "<time>"),
    (re.compile(r"(?<=NOERROR, id: )\d+|(?<=NXDOMAIN, id: )\d+"), "<number>"),
)


class Step(NamedTuple):
    """One command and all that it shows.  `host` is "" for what is done from outside."""

    host: str
    lines: tuple[str, ...]
    shown: str


class Transcript(NamedTuple):
    """A file, read."""

    sentence: str
    options: dict[str, Any]
    parts: tuple[Step | str, ...]  # str: a comment, kept where it is

    @property
    def steps(self) -> list[Step]:
        """Its commands."""
        return [part for part in self.parts if isinstance(part, Step)]


def read(path: Path) -> Transcript:
    """Return the transcript in a file."""
    first, *lines = path.read_text().splitlines()
    assert first.startswith("## "), f"{path.name} does not begin with a sentence"
    options: dict[str, Any] = {}
    parts: list[Step | str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        prompt = _PROMPT.match(line)
        if prompt is None and not line.startswith(">>> "):
            assert line.startswith("## "), f"{path.name}: {line!r} follows no prompt"
            if line.startswith("## lab: "):
                options = eval(f"dict({line.removeprefix('## lab: ')})")  # our own file
            parts.append(line)
            continue
        host, command = prompt.groups() if prompt else ("", line.removeprefix(">>> "))
        typed = [command]
        while typed[-1].endswith("\\"):
            typed.append(lines[place])
            place += 1
        shown = []
        while place < len(lines) and not re.match(r"## |>>> |\[root@", lines[place]):
            shown.append(lines[place])
            place += 1
        parts.append(Step(host, tuple(typed), "\n".join(shown).rstrip("\n")))
    return Transcript(first.removeprefix("## "), options, tuple(parts))


def show(lab: Lab, step: Step) -> str:
    """Do one step and return what a terminal shows, without the blank lines at its end."""
    command = "\n".join(step.lines)
    if not step.host:
        value = eval(command, {"lab": lab})  # our own file
        return "" if value is None else repr(value)
    result = lab.host(step.host).sh(command)
    text = result.text.replace("\r\n", "\n").rstrip("\n")
    if result.exit_code:
        text = f"{text}\n[exit {result.exit_code}]" if text else f"[exit {result.exit_code}]"
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def play(path: Path) -> list[tuple[str, str, str]]:
    """Run a transcript; return for each command (command, what is written, what was shown)."""
    transcript = read(path)
    lab = Lab(**transcript.options)
    return [("\n".join(step.lines), step.shown, show(lab, step)) for step in transcript.steps]


def rewrite(path: Path) -> None:
    """Put what the commands print now into the file."""
    transcript = read(path)
    lab = Lab(**transcript.options)
    out = [f"## {transcript.sentence}"]
    for part in transcript.parts:
        if isinstance(part, str):
            out.append(part)
            continue
        prompt = f"[root@{part.host} ~]# " if part.host else ">>> "
        out += [prompt + part.lines[0], *part.lines[1:]]
        out += shown.split("\n") if (shown := show(lab, part)) else []
    path.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))
