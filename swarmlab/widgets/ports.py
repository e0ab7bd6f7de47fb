"""What a board needs of the lab behind it, in parts: a real swarm has no clock to turn, a swarm of paper no insight."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from swarmlab.timeline.trace import Trace


class Source(Protocol):
    """Where a board looks."""

    @property
    def trace(self) -> Trace:
        """The rows, which grow and are cut while the board looks on."""

    @property
    def now(self) -> int:
        """Virtual time in nanoseconds since 1970."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held for as long as one operation changes the trace."""


class Actions(Protocol):
    """What a board may do."""

    def run(self, host: str, command_line: str) -> tuple[int, str]:
        """Run a command line on `host`; return its exit code and everything it printed."""


class Picture(Protocol):
    """A finished chart (see `swarmlab.charts.Chart`)."""

    summary: str

    def table(self) -> list[tuple[Any, ...]]:
        """Return the rows that were drawn, below one row of column names."""

    def image(self, kind: str = "png") -> bytes:
        """Return the picture as "png" or "svg"."""


class Insight(Protocol):
    """What more can be asked about a thing."""

    def inspect(self, kind: str, i: str) -> str:
        """Return what ``docker inspect`` prints of a task, node or service.  Raises a SwarmlabError."""

    def why(self, task: str) -> str:
        """Return why a task is where it is, in words.  Raises a SwarmlabError."""

    @property
    def charts(self) -> Sequence[str]:
        """The names of charts; those that end in ``:`` want the name of a service."""

    def chart(self, name: str, service: str, trace: Trace, until: int) -> Picture:
        """Return a chart of `trace` as it was at `until`.  Raises a SwarmlabError."""


class Simulated(Protocol):
    """What only a simulated swarm can do."""

    @property
    def speed(self) -> float:
        """How much faster than the wall clock time runs by itself; 0 while it stands."""

    def play(self, speed: float) -> None:
        """Let time run by itself."""

    def pause(self) -> None:
        """Let time stand."""

    def step(self) -> None:
        """Let time pass until something is different."""

    def power(self, host: str, on: bool) -> str:
        """Switch a machine on or off; return the line of Python that does it.  Raises a SwarmlabError."""

    def fork(self, at: int) -> "Place":
        """Return a copy of the swarm as it was at `at`, which goes its own way."""


class Place(NamedTuple):
    """A swarm that a board can look at, with what can be done there."""

    source: Source
    actions: Actions | None = None
    insight: Insight | None = None
    simulated: Simulated | None = None
    lab: object = None  # what a learner types on


class Goal(NamedTuple):
    """One claim of an exercise and whether it holds now."""

    text: str
    done: bool
    of: str = ""  # the exercise
