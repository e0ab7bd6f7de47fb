"""The contract of every control loop: note what is dirty, then read the store and write one transaction.

    observe   a change was committed: remember what it makes dirty, ask for a tick; never write
    tick      look at what is dirty, write; everything else follows from the changes that makes

A tick is asked for at most once at a time and its delay is the debounce.  Since `observe` cannot write,
there is no recursion, and since loops meet only in the store, each can be read alone.
"""

import random
from typing import NamedTuple, Protocol

from swarmlab.core.ids import Ids
from swarmlab.core.queue import Queue
from swarmlab.core.store import Change, News, Store
from swarmlab.core.units import MILLISECOND

#: A raft commit: what lies between one loop's write and the next loop's reaction.
COMMIT = 2 * MILLISECOND


class Tick(NamedTuple):
    """The payload of a tick."""


class Quorum(Protocol):
    """Whether what a loop writes would be committed."""

    def holds(self, address: str, payload: object) -> bool:
        """Keep an event for later if nothing can be committed now; return whether it was kept."""
        ...


class Context(NamedTuple):
    """What every loop of one manager shares."""

    store: Store
    queue: Queue
    ids: Ids
    seed: str
    prefix: str  # of the loops' addresses: manager/<cluster id>
    quorum: Quorum | None = None


class Loop:
    """One control loop."""

    name = ""
    watches: tuple[str, ...] = ()
    hears: tuple[News, ...] = (News.TURN,)  # of tasks (`Store.watch`)
    writes_nothing: tuple[type, ...] = ()  # events that are handled without a quorum as well

    def __init__(self, context: Context) -> None:
        self.store = context.store
        self.queue = context.queue
        self.ids = context.ids
        self.quorum = context.quorum
        self.random = random.Random(f"{context.seed}/{self.name}")
        self.address = f"{context.prefix}/{self.name}"
        self._asked = False

    def start(self) -> None:
        """Rebuild what the loop remembers from the store alone, as a new leader must."""

    def observe(self, change: Change) -> None:
        """Note what a change makes dirty."""

    def tick(self) -> None:
        """Do what is to be done now."""

    def handle(self, payload: object) -> None:
        """Take an event of the loop's own (a delay that has ended, a message)."""

    def ask(self, delay: int = COMMIT) -> None:
        """Ask for a tick, unless one is on its way."""
        if not self._asked:
            self._asked = True
            self.queue.after(delay, self.address, Tick())

    def receive(self, payload: object) -> None:
        """Take an event off the queue.  A leader without a majority waits with whatever might write."""
        if (
            self.quorum is not None
            and not isinstance(payload, self.writes_nothing)
            and self.quorum.holds(self.address, payload)
        ):
            return
        if isinstance(payload, Tick):
            self._asked = False
            self.tick()
        else:
            self.handle(payload)
