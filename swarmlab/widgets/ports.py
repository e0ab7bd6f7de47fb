"""What a board needs of the lab behind it, in parts: a real swarm has no clock to turn, a swarm of paper no insight."""

from collections.abc import Mapping, Sequence
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


# --- what a tracer needs ------------------------------------------------------------------------------------------


class Prompt(NamedTuple):
    """A line to be typed, and where."""

    host: str
    line: str


class Hop(NamedTuple):
    """One hop of a request, as it is drawn."""

    ms: float  # since the line was begun
    host: str
    container: str  # "" for none
    station: str
    text: str  # one sentence
    passed: bool  # False: the journey ended here
    next: tuple[str, ...] = ()  # the containers whose turn comes later


class Path(NamedTuple):
    """What comes of one request, hop by hop."""

    headline: str
    hops: tuple[Hop, ...]
    symptom: str = ""  # what the client notices of a failure
    help: str = ""  # a sentence with the command that repairs or shows it
    repair: Prompt | None = None  # that command


class Share(NamedTuple):
    """How many requests one container answered."""

    server: str
    host: str
    requests: int


class Sent(NamedTuple):
    """What came of some requests."""

    requests: int
    shares: tuple[Share, ...]  # those of the service that were asked and got none too
    failed: int
    reason: str  # why those failed, "" if none did


class Name(NamedTuple):
    """A name as one place sees it."""

    name: str
    asked_from: str
    scope: str  # on which network it is known
    server: str  # who was asked
    answer: str  # addresses, or what the server says of a name that it does not know
    means: str  # what the addresses are, or what helps


class Cell(Protocol):
    """What one client gets of one port of one target."""

    @property
    def client(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def cell(self) -> str: ...


class Probe(Protocol):
    """Whoever can ask in a lab.  All methods raise a SwarmlabError for what cannot be asked."""

    def places(self) -> list[str]:
        """Return the hosts, and the containers in which something can be typed."""

    def targets(self) -> list[str]:
        """Return what is meant to be reached: published ports, services and containers by name."""

    def request(self, client: str, target: str, times: int = 1) -> Prompt:
        """Return the line that sends `times` requests from `client`."""

    def question(self, client: str, name: str) -> Prompt:
        """Return the line that asks the name server of `client` for `name`."""

    def path(self, client: str, target: str) -> Path:
        """Return the way of the next request; nothing is sent."""

    def send(self, prompt: Prompt, times: int) -> tuple[int, str, Sent]:
        """Type `prompt`, which sends `times` requests; return its exit code, what it printed, and who answered."""

    def run(self, prompt: Prompt) -> tuple[int, str]:
        """Type `prompt`; return its exit code and all it printed."""

    def reachability(self, client: str) -> Sequence[Cell]:
        """Return who reaches whom; in a large lab from the hosts and from `client` only."""

    def names(self, client: str, asked: str = "") -> list[Name]:
        """Return the names of services and containers as `client` sees them, `asked` first."""


class Question(Protocol):
    """One question, as far as a quiz needs to know it."""

    @property
    def id(self) -> str:
        """What tells it from all others."""


class Questions(Protocol):
    """What a quiz asks (see `swarmlab.concepts.ConceptCheck`)."""

    moment: str
    trouble: str

    @property
    def items(self) -> Sequence[Question]:
        """All questions, in order."""

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers so far: id → letter."""

    @property
    def status(self) -> str:
        """How many are answered."""

    @property
    def tells(self) -> bool:
        """Whether what is right is told after each answer."""

    @property
    def is_complete(self) -> bool:
        """Whether all are answered."""

    def answer(self, id: str, choice: str) -> None:
        """Take an answer.  Raises a SwarmlabError."""

    def verdict(self, id: str) -> str:
        """Return "right", "wrong", or "" where that is not told."""

    def told(self, id: str) -> list[str]:
        """Return what is said of an answer."""

    def see(self, id: str) -> object:
        """Do the experiment.  Raises a SwarmlabError."""

    def restart(self) -> None:
        """Forget all answers."""

    def result(self) -> list[str]:
        """Return what came of it, in sentences."""

    def page(self, place: int) -> dict[str, Any]:
        """Return all that is shown of the question at `place`."""

    def words(self, place: int) -> list[str]:
        """Return the same as lines of text."""
