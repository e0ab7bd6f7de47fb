"""What the shells need from their lab, and nothing else: a gate to the simulation, and a way to control services.

Everything that changes the simulated world goes through `Gate.apply`, so that it can be recorded and replayed; what
only looks goes to `Gate.network`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from swarmlab.core.network.dataplane import DataPlane

Write = Callable[[int, str], None]
"""Takes text as soon as it is printed; the number is the stream, 1 for stdout and 2 for stderr."""


class Gate(Protocol):
    """The one way from a shell into the simulation."""

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        ...

    @property
    def network(self) -> DataPlane:
        """The data plane, for looking only.  Ask again each time: rewinding a lab replaces it."""
        ...

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Do `op` (see `DataPlane.apply`), record it, and return its result."""
        ...

    def advance(self, ns: int) -> None:
        """Let `ns` nanoseconds pass: virtual time when stepped, real time on the wall clock."""
        ...


Systemctl = Callable[[str, str, str], str]
"""``(host, verb, unit)``: start, stop or restart a service of a host.  Returns "" or one sentence why not."""
