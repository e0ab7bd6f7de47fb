"""What runs commands inside containers, as the API sees it.

The core knows how a server behaves (`core.agent.programs`), but not how ``ip a``, ``nslookup`` or a shell
does.  Those are run outside the core, by an implementation of `Programs`.  It is never part of a recorded
session: what a program does to the swarm comes back to the core as `Report`s (and as inputs of the
program's own, such as connections), and a replay repeats those instead of running the program again.
"""

from typing import NamedTuple, Protocol

from swarmlab.core.agent.container import Container


class Chunk(NamedTuple):
    """Bytes that a process wrote, to standard output (1) or standard error (2)."""

    stream: int
    data: bytes


class Process(Protocol):
    """One running command.  It is polled, never pushes, and none of its methods blocks or raises."""

    @property
    def exit_code(self) -> int | None:
        """None while it runs; once it is a number, `read` has the last output."""
        ...

    def read(self) -> list[Chunk]:
        """Return what has been written since the last call.  On a terminal: stream 1 only, ``\\r\\n`` line ends."""
        ...

    def write(self, data: bytes) -> None:
        """Hand over bytes of standard input."""
        ...

    def close_write(self) -> None:
        """Standard input has ended."""
        ...

    def resize(self, height: int, width: int) -> None:
        """The terminal's size has changed (characters)."""
        ...

    def close(self) -> None:
        """End the process: its container was stopped.  `exit_code` is of no interest any more."""
        ...


class Programs(Protocol):
    """Runs commands inside containers."""

    def start(
        self,
        host: str,
        container: Container,
        argv: tuple[str, ...],
        *,
        tty: bool,
        env: tuple[str, ...],
        user: str,
        cwd: str,
        stdin: bool,
    ) -> Process:
        """Start `argv` in `container` on `host` and return it, which may have ended already.

        `env` holds ``NAME=value`` on top of the container's own environment; `user` and `cwd` are "" for the
        container's own.  `stdin`: whether input can come; if not, it is at its end from the beginning.
        """
        ...


class Wrote(NamedTuple):
    """The main program of a container has written something."""

    host: str
    container_id: str
    stream: int
    data: bytes


class Ended(NamedTuple):
    """The main program of a container has ended."""

    host: str
    container_id: str
    exit_code: int


class ExecEnded(NamedTuple):
    """A program started by ``docker exec`` has ended."""

    host: str
    exec_id: str
    exit_code: int


#: What the core must be told about programs: inputs like any other, to be recorded with their virtual time.
Report = Wrote | Ended | ExecEnded
