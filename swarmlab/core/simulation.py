"""The simulation: all hosts, all swarms, one queue of events; and what spans them.

Time moves only here.  Everything that must survive a rewind hangs off this object, so `checkpoint` is one
pickle of it and a rewind is a restore.  The same seed and the same inputs give the same world, down to the
last id (`digest`), whatever the process or its hash seed.
"""

import gc
import hashlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from swarmlab.core.agent import images
from swarmlab.core.agent.engine import Engine
from swarmlab.core.agent.registry import Registry
from swarmlab.core.host import Host
from swarmlab.core.ids import Ids
from swarmlab.core.membership import Membership
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.fabric import Fabric
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.network.probes import Probes
from swarmlab.core.network.servers.configured import Servers
from swarmlab.core.profile import DEFAULT_PROFILE, PROFILES
from swarmlab.core.queue import Event, Queue
from swarmlab.core.store import Change
from swarmlab.core.units import HOUR, parse_rfc3339
from swarmlab.errors import Conflict

#: Where a lab's clock begins, so that the same lesson prints the same text everywhere.
EPOCH = parse_rfc3339("2026-03-02T09:00:00Z")
SETTLE_AT_MOST = HOUR


#: So many new records, and looking through them all for garbage takes longer than it is worth.
MANY = 200_000


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Look for no garbage in cycles while the block runs: a simulation makes many records, and hardly a cycle.

    If the block has made very many, they count as old then: they are looked through with all else one day, not at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # Unless somebody wants what is frozen to stay so.
            if gc.get_count()[0] > MANY and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()


class Parked(NamedTuple):
    """A request that changes something, of a client who waits for a leader.

    It is kept here, as it came, so that a rewind keeps it; the Engine API carries it out when it can.
    """

    host: str
    request: object
    until: int
    term: int  # of the leader it was meant for, 0 if none was known


class Waited(NamedTuple):
    """A client's patience has ended: time had to move so far."""


class Simulation(Membership):
    """A lab full of hosts."""

    def __init__(
        self,
        hosts: dict[str, str],
        *,
        seed: int | str = 0,
        profile: str = DEFAULT_PROFILE,
        now: int = EPOCH,
        shuffle: int | None = None,
    ) -> None:
        super().__init__()
        self.seed = str(seed)
        self.profile = PROFILES[profile]
        self.queue = Queue(now, None if shuffle is None else f"{seed}/shuffle/{shuffle}")
        self.started_at = now
        self.ids = Ids(f"{self.seed}/lab")
        self.fabric = Fabric(self.queue)
        self.hosts: dict[str, Host] = {}
        self.registry = Registry()
        self.parked: dict[int, Parked] = {}  # what waits for a leader, by number
        self._parkings = 0
        self.recording = False  # whether swarms keep their changes for `take_changes`
        self.names = NetworkDB(self.fabric, self.queue, self.seed)
        self.net = DataPlane(self, images.find)
        self.probes = Probes(self.net, self.queue, images.find)
        self.components[Probes.address] = self.probes
        self.components[Servers.address] = Servers(self.net, self.queue, images.find)
        for name, address in hosts.items():
            self._add_host(name, address)

    def _add_host(self, name: str, address: str) -> None:
        engine = Engine(name, self.queue, self.profile, self.seed, self.registry)
        self.hosts[name] = Host(name, address, engine)
        self.fabric.add_host(name, address)
        self.components[engine.address] = engine

    # --- time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The time in the lab, nanoseconds since 1970."""
        return self.queue.now

    def step(self) -> bool:
        """Deliver the next event; return False if there is none."""
        when = self.queue.next_at()
        if when is None:
            return False
        self._deliver(next(self.queue.due(when)))
        return True

    def _deliver(self, event: Event) -> None:
        component = self.components.get(event.address)
        if component is not None:
            component.receive(event.payload)

    def run_until(self, when: int) -> None:
        """Deliver everything that is due up to `when`, and set the clock to it."""
        queue = self.queue
        with _not_collecting():
            for event in queue.due(when):
                self._deliver(event)
        queue.now = max(queue.now, when)

    def settle(self, at_most: int = SETTLE_AT_MOST) -> bool:
        """Run until nothing more is due but heartbeats; return False if there still is after `at_most`."""
        queue = self.queue
        if not queue.foreground:
            return True
        limit = self.now + at_most
        with _not_collecting():
            for event in queue.due(limit):
                self._deliver(event)
                if not queue.foreground:
                    return True
        queue.now = limit
        return False

    def take_changes(self) -> list[Change]:
        """Return what has changed in all swarms since the last call, oldest first (only if `recording`)."""
        taken: list[Change] = []
        for manager in (*self.swarms.values(), *self._left):
            if manager.store.feed:
                taken += manager.store.feed
                manager.store.feed = []
        self._left.clear()
        return sorted(taken, key=lambda change: change.at)

    # --- clients that wait for a leader -----------------------------------------------------------------

    def park(self, parked: Parked) -> int:
        """Keep a request until there is a leader, or its client's patience ends; return its number."""
        self._parkings += 1
        self.parked[self._parkings] = parked
        self.queue.at(parked.until, "lab", Waited())
        return self._parkings

    # --- copies ---------------------------------------------------------------------------------------

    def checkpoint(self) -> bytes:
        """Return the whole lab as bytes, for `restore`.  Never restore bytes that came from elsewhere."""
        return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def restore(checkpoint: bytes) -> "Simulation":
        """Return the lab as it was when `checkpoint` made these bytes in this process."""
        simulation = pickle.loads(checkpoint)
        if not isinstance(simulation, Simulation):
            raise Conflict("these bytes are not a checkpoint of a lab")
        return simulation

    def digest(self) -> str:
        """Return 64 digits that are equal for two labs in the same state, and for no others."""
        hasher = hashlib.sha256()

        def take(thing: object) -> None:
            hasher.update(repr(thing).encode())

        take(
            (
                self.now,
                self.profile.name,
                self.fabric.off,
                self.fabric.cut,
                self.fabric.blocked,
                self.parked,
                self.registry,
            )
        )
        for manager in self.swarms.values():
            take((manager.id, manager.store.version, list(manager.raft.members.values())))
            for table in ("cluster", "node", "service", "task", "network", "secret", "config"):
                take(list(manager.store.table(table).values()))
        for host in self.hosts.values():
            engine = host.engine
            take(replace(host, engine=None))  # type: ignore[arg-type]
            take((list(engine.containers.values()), engine.events.seen, engine.overlays))
            take((engine.images.tags, engine.images.coming, engine.images.disk_full))
            take((engine.networks.all(), list(engine.volumes.values()), list(engine.execs.all())))
        take([event._replace(sequence=0) for event in self.queue.pending()])
        return hasher.hexdigest()
