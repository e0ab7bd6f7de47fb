"""Typed lines: which of them belong together, and which are typed at a shell inside a container."""

import shlex
from collections.abc import Callable, Sequence
from typing import NamedTuple

from swarmlab.core.agent import images

_SHELLS = ("sh", "ash", "bash")


class Typed(NamedTuple):
    """One command, and what is typed while it runs."""

    command: str  # may have several lines
    inner: tuple[str, ...] = ()  # lines typed at the shell it opens
    line: int = 0  # number of its first line, from 1

    @property
    def stdin(self) -> str:
        """The inner lines as they come from the keyboard."""
        return "".join(f"{line}\n" for line in self.inner)


def is_interactive(command: str) -> bool:
    """Return whether a command lets one type inside a container: ``docker exec -it …``, ``docker run -it …``."""
    words = _docker_words(command)
    if words is None:
        return False
    options = [word for word in words if word.startswith("-")]
    letters = "".join(word[1:] for word in options if not word.startswith("--"))
    keyboard = "i" in letters or "--interactive" in options
    terminal = "t" in letters or "--tty" in options
    return keyboard and terminal


def opens_shell(command: str) -> bool:
    """Return whether a command opens a shell inside a container, so that the next lines may be typed there."""
    words = _docker_words(command)
    if words is None or not is_interactive(command) or not words:
        return False
    last = words[-1]
    if last.rsplit("/", 1)[-1] in _SHELLS:
        return True
    image = images.find(last)
    return image is not None and (*image.entrypoint, *image.command)[-1:] in (("sh",), ("/bin/sh",))


def _docker_words(command: str) -> list[str] | None:
    """Return the words after ``docker exec`` or ``docker run``; None if it is neither."""
    try:
        words = shlex.split(command.replace("\\\n", " "))
    except ValueError:
        return None
    if words[:1] != ["docker"]:
        return None
    words = words[1:]
    if words[:1] == ["container"]:
        words = words[1:]
    return words[1:] if words[:1] in (["exec"], ["run"]) else None


def split(lines: Sequence[str], is_complete: Callable[[str], bool]) -> list[Typed]:
    """Return the commands in `lines`, as an interactive shell reads them.

    A command goes on until it `is_complete`.  After one that opens a shell in a container, the lines up to the
    next ``exit`` are typed there, if there is one.
    """
    found: list[Typed] = []
    place = 0
    while place < len(lines):
        if not lines[place].strip() or lines[place].lstrip().startswith("#"):
            place += 1
            continue
        first = place
        command = lines[place]
        place += 1
        while not is_complete(command) and place < len(lines):
            command += "\n" + lines[place]
            place += 1
        inner: tuple[str, ...] = ()
        if opens_shell(command):
            ends = [number for number in range(place, len(lines)) if lines[number].split()[:1] == ["exit"]]
            if ends:
                inner = tuple(line.strip() for line in lines[place : ends[0] + 1] if line.strip())
                place = ends[0] + 1
        found.append(Typed(command, inner, first + 1))
    return found
