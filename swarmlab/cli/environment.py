"""Every stream and every fact of the terminal in one object, so that a command touches nothing else.

The idea is httpie's `context.Environment`: a test, a notebook cell and a terminal differ in this object only.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, TextIO, runtime_checkable

if TYPE_CHECKING:
    import docker

Progress = Literal["tty", "lines", "final"]


class Clock(Protocol):
    """The time of the swarm, not of this machine."""

    def now(self) -> int:
        """Return nanoseconds since 1970-01-01 UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass: virtual time on a simulation, real time on a real engine."""
        ...


@runtime_checkable
class Keyboard(Protocol):
    """A standard input at which somebody types while output comes."""

    def typing_into(
        self, send: Callable[[bytes], None], end: Callable[[], None], *, raw: bool
    ) -> AbstractContextManager[None]:
        """Hand on what is typed, as it is typed; `raw`: keys, with Ctrl-C among them, not lines."""
        ...


def always_new(kind: str) -> object:
    """Return what is equal to nothing: whoever waits has to ask again each time."""
    return object()


def _no_file(path: str) -> bytes:
    raise FileNotFoundError(2, "no such file or directory", path)


@dataclass
class Environment:
    """Where a command reads, writes and finds its engine.

    `progress` says how waiting is shown: ``lines`` as docker does without a terminal (the whole set again
    at each poll), ``tty`` with its control bytes, ``final`` as the text that stays on a terminal's screen.
    """

    api: "docker.APIClient"
    clock: Clock
    stdout: TextIO
    stderr: TextIO
    stdin: BinaryIO | None = None
    tty: bool = False
    columns: int = 80
    progress: Progress = "lines"
    read_file: Callable[[str], bytes] = _no_file  # raises OSError; relative to the caller's directory
    environ: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "/"  # the caller's directory
    #: What stays equal while no manager has anything new to tell of a "service", "task" or "node"; as it is, nothing.
    state: Callable[[str], object] = always_new
