"""Transcripts: a terminal session as a file, run line by line on the hosts of a lab.

    [root@swarm-manage ~]# docker service create --name web httpd
    [root@swarm-manage ~]# docker service inspect nosuch !
    [root@node1 ~]# docker exec -it web.1.$(docker ps -q) /bin/sh
    # cat /etc/hostname
    # exit

A trailing ``\\`` continues a line; ``!`` at the end says that the command must fail.  Lines with a container's prompt
(``/ #``, ``#``) are typed at the shell which the command before them opened.  Elsewhere ``#`` begins a comment.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from swarmlab.errors import InvalidArgument
from swarmlab.shell.lines import Typed, is_interactive
from swarmlab.shell.ports import Write

_PROMPT = re.compile(r"^\[root@([A-Za-z0-9_.-]+) [^\]]*\][#$] ?(.*)$")
_INNER = re.compile(r"^(?:[/~][^ ]* |[\w@.:/-]+)?# ?(.*)$")


class MachineLike(Protocol):
    """A host to type on."""

    @property
    def prompt(self) -> str:
        """What its shell shows."""
        ...

    def is_complete(self, line: str) -> bool:
        """Return whether the shell would run `line` now."""
        ...

    def run(self, command: str, write: Write, *, stdin: str | bytes = b"") -> int:
        """Run a command and return its exit status."""
        ...


class LabLike(Protocol):
    """A lab with hosts."""

    @property
    def hosts(self) -> list[str]:
        """The names of its hosts."""
        ...

    def host(self, name: str) -> MachineLike:
        """Return a host."""
        ...


class Step(NamedTuple):
    """One command of a transcript."""

    host: str
    typed: Typed
    must_fail: bool


def parse(text: str) -> list[Step]:
    """Return the steps of a transcript.  Raises InvalidArgument with the number of a line that is none."""
    steps: list[Step] = []
    lines = text.splitlines()
    place = 0
    while place < len(lines):
        line = lines[place]
        number = place + 1
        place += 1
        prompt = _PROMPT.match(line)
        if prompt:
            host, command = prompt.groups()
            while command.endswith("\\"):
                if place >= len(lines):
                    raise InvalidArgument(f"line {number}: the file ends, but the line continues (\\)")
                command += "\n" + re.sub(r"^> ", "", lines[place])
                place += 1
            must_fail = re.search(r"\s!\s*$", command) is not None
            command = re.sub(r"\s+!\s*$", "", command)
            if command.strip():
                steps.append(Step(host, Typed(command, (), number), must_fail))
            continue
        inner = _INNER.match(line)
        last = steps[-1] if steps else None
        if inner and last is not None and is_interactive(last.typed.command):
            typed = last.typed._replace(inner=(*last.typed.inner, inner.group(1)))
            steps[-1] = last._replace(typed=typed)
        elif inner is not None and not line.startswith("#"):
            raise InvalidArgument(
                f"line {number}: a container's prompt, but the command before it opens no shell: write it with"
                " docker exec -it or docker run -it"
            )
        elif line.strip() and not line.startswith("#"):
            raise InvalidArgument(
                f'line {number}: "{line.strip()}" is no prompt; begin with [root@HOST ~]#, or with # for a comment'
            )
    return steps


def run_transcript(text: str, lab: LabLike, write: Callable[[str], object]) -> int:
    """Run a transcript and print it as a terminal shows it.  Return 0 if every command ended as expected, else 1.

    Raises InvalidArgument, before anything is run, for a line that makes no sense or a host that does not exist.
    """
    steps = parse(text)
    for step in steps:
        if step.host not in lab.hosts:
            names = ", ".join(lab.hosts)
            raise InvalidArgument(f'line {step.typed.line}: there is no host "{step.host}"; the hosts are {names}')
    broken: list[str] = []
    for step in steps:
        machine = lab.host(step.host)
        shown = step.typed.command.replace("\n", "\n> ")
        write(f"{machine.prompt}{shown}\n")
        ended = ["\n"]

        def show(stream: int, piece: str, ended: list[str] = ended) -> None:
            ended[0] = piece
            write(piece.replace("\r\n", "\n"))

        status = machine.run(step.typed.command, show, stdin=step.typed.stdin)
        if not ended[0].endswith("\n"):
            write("\n")
        if step.must_fail and status == 0:
            broken.append(f"line {step.typed.line}: should have failed, but ended with status 0")
        elif status and not step.must_fail:
            broken.append(f"line {step.typed.line}: ended with status {status}; if it should, end the line with !")
    for sentence in broken:
        write(f"swarmlab run: {sentence}\n")
    return 1 if broken else 0
