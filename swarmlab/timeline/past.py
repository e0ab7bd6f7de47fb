"""The past of a session: what its checkpoints hold, and how to look at a moment without going back to it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from swarmlab.core.simulation import Simulation
from swarmlab.errors import InvalidArgument
from swarmlab.timeline.inputs import perform
from swarmlab.timeline.journal import Op
from swarmlab.timeline.requests import request_of
from swarmlab.wire import Answer, Request


class Checkpoint(NamedTuple):
    """The world at one moment, and how long journal and trace were then."""

    name: str
    at: int
    state: bytes
    ops: int
    rows: int


class Application(Protocol):
    """What a session needs of the Engine API (see `swarmlab.api.app.App`)."""

    def handle(self, host: str, request: Request) -> Answer:
        """Answer a request to the engine of `host`."""
        ...

    def is_write(self, request: Request) -> bool:
        """Return whether a request may change something."""
        ...

    @property
    def busy(self) -> bool:
        """Whether `poll` has something to do after each event (a program in a container, a request that waits)."""
        ...

    @property
    def has_waiting_clients(self) -> bool:
        """Whether some client waits for what may come although nothing is due but heartbeats."""
        ...

    def poll(self) -> None:
        """Let programs in containers get on: to be called whenever time has moved."""
        ...

    def close(self) -> None:
        """End all programs and streams: this lab will not go on."""
        ...


def before(
    at: int,
    checkpoints: Sequence[Checkpoint],
    ops: Sequence[Op],
    make_application: Callable[[Simulation, bool], Application],
) -> Simulation:
    """Return a copy of the world as it was just before `at`: nothing of that moment has happened yet.

    Raises InvalidArgument for a time before the first checkpoint.
    """
    found = next((checkpoint for checkpoint in reversed(checkpoints) if checkpoint.at < at), None)
    if found is None:
        raise InvalidArgument("that moment lies before the session")
    simulation = Simulation.restore(found.state)
    replaying = make_application(simulation, False)
    for op in ops[found.ops :]:
        if op["at"] >= at:
            break
        simulation.run_until(max(int(op["at"]), simulation.now))
        if op["op"] == "api":
            replaying.handle(op["host"], request_of(op))
        elif op["op"] not in ("checkpoint", "advance"):
            perform(simulation, op)
    simulation.run_until(at - 1)
    return simulation
