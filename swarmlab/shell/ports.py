"""What the shells need from their lab, and nothing else.

Everything that changes the simulated world goes through `Gate.apply`, so that it can be recorded and replayed; what
only looks goes to `Gate.network`.  `swarmlab.lab.Lab` and `swarmlab.timeline.session.Session` have these.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from swarmlab.core.network.dataplane import DataPlane

if TYPE_CHECKING:
    import docker

T = TypeVar("T")

#: Takes text as soon as it is printed; the number is the stream: 1 for stdout, 2 for stderr.
Write = Callable[[int, str], None]


class Gate(Protocol):
    """The one way from a shell into the simulation."""

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        ...

    def state(self, kind: str) -> object:
        """Return what stays equal while no manager has anything new to tell of this kind of object."""
        ...

    @property
    def network(self) -> DataPlane:
        """The data plane, for looking only.  Ask again each time: rewinding a lab replaces it."""
        ...

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while somebody looks at or changes the simulation."""
        ...

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Do `op` (see `DataPlane.apply`), record it, and return its result."""
        ...

    def advance(self, ns: int) -> None:
        """Let `ns` nanoseconds pass."""
        ...


class Lab(Protocol):
    """A lab, as the shells of its hosts see it."""

    @property
    def session(self) -> Gate:
        """The gate to its simulation."""
        ...

    def docker(self, host: str | None = None) -> "docker.DockerClient":
        """Return a docker SDK client of a host's engine."""
        ...


class Access(Protocol):
    """How one running command reaches the simulation: at once, or through the thread that runs its program."""

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        ...

    def ask(self, question: Callable[[DataPlane], T]) -> T:
        """Return what `question` finds out about the network.  It must change nothing."""
        ...

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Do an input and return its result."""
        ...

    def sleep(self, ns: int) -> None:
        """Wait for `ns` nanoseconds of virtual time."""
        ...


class Cancelled(BaseException):
    """Somebody pressed Ctrl-C, or the container was stopped: the command ends now."""


class DirectAccess:
    """Reaches the simulation at once; sleeping moves its time."""

    def __init__(self, gate: Gate, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._gate = gate
        self._cancelled = cancelled

    @property
    def now(self) -> int:
        """Virtual time."""
        return self._gate.now

    def ask(self, question: Callable[[DataPlane], T]) -> T:
        """Return the answer of `question`, while nothing changes."""
        self._check()
        with self._gate.lock:
            return question(self._gate.network)

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Do an input."""
        self._check()
        return self._gate.apply(op)

    def sleep(self, ns: int) -> None:
        """Let virtual time pass."""
        self._check()
        self._gate.advance(ns)

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled
