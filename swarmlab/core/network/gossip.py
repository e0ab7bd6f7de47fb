"""Who knows which container has which name and address: the table that the engines of a swarm gossip about.

Each engine tells the others what runs on it; nobody asks a manager.  So names keep working without a quorum,
an isolated host still resolves its own containers, and a host that has gone is forgotten after a few seconds,
long before the manager calls it down.

There are no gossip messages here.  A change is written down once, with its time, and what a host knows of
another is worked out when somebody looks: it depends only on when the change happened and since when the two
hosts hear each other (`Fabric.silent_since`, `Fabric.heard_since`).

moby: ``libnetwork/networkdb`` (memberlist below it), ``libnetwork/agent.go``.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.network.fabric import Fabric
from swarmlab.core.queue import Queue
from swarmlab.core.units import MILLISECOND, SECOND

#: A change reaches all other hosts within this time (networkdb gossips five times a second).
SPREAD = 200 * MILLISECOND
#: After so much silence a host is taken for dead and its records are dropped (memberlist; seen: 5.7 s).
FORGET = 5_700 * MILLISECOND
#: Hosts that hear each other again after that find each other at the next attempt to rejoin (seen: 1-25 s).
REJOIN = (1 * SECOND, 25 * SECOND)

#: What can be known of an endpoint: it takes part in names and balancing; it does no longer; it is no more.
ENABLED, DISABLED, REMOVED = "enabled", "disabled", "removed"


class Record(NamedTuple):
    """One container on one swarm network, as its engine tells the others."""

    network_id: str
    network: str  # the network's name
    host: str
    address: str  # without prefix
    container_id: str
    container_name: str
    hostname: str
    service_id: str = ""  # "" for a plain container
    service: str = ""  # the service's name
    vip: str = ""  # without prefix; "" in endpoint mode dnsrr and for plain containers
    aliases: tuple[str, ...] = ()  # of the service; of the container itself if it is a plain one
    ports: tuple[tuple[int, int, str], ...] = ()  # ingress only: (published, target, protocol)
    at: int = 0  # when it was made
    serial: int = 0  # order of arrival, given by the table

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that mean this container alone, in lower case."""
        names = [self.container_name, self.container_id[:12], self.hostname]
        if not self.service_id:
            names += self.aliases
        return tuple(dict.fromkeys(name.lower() for name in names if name))

    @property
    def service_names(self) -> tuple[str, ...]:
        """The names that mean its whole service, in lower case."""
        if not self.service_id:
            return ()
        return tuple(dict.fromkeys(name.lower() for name in (self.service, *self.aliases)))


class Known(NamedTuple):
    """A record as one host sees it."""

    record: Record
    enabled: bool


@dataclass
class _Entry:
    """A record and what became of it: (time, state), oldest first."""

    record: Record
    states: list[tuple[int, str]] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.states[-1][1]

    def state_at(self, at: int) -> str | None:
        for when, state in reversed(self.states):
            if when <= at:
                return state
        return None


_Index = dict[tuple[str, str], dict[str, None]]  # (network id, key) -> container ids


class NetworkDB:
    """All records of a lab, found by network and name, service, address or published port.

    A look-up costs work for the records found, not for the cluster.
    """

    def __init__(self, fabric: Fabric, queue: Queue, seed: str) -> None:
        self._fabric = fabric
        self._queue = queue
        self._seed = seed
        self._entries: dict[tuple[str, str], _Entry] = {}  # (network id, container id)
        self._of_container: dict[str, dict[str, None]] = {}  # container id -> network ids
        self._by_network: dict[str, dict[str, None]] = {}
        self._by_name: _Index = {}
        self._by_service: _Index = {}
        self._by_address: _Index = {}
        self._by_port: _Index = {}
        self._removed: list[tuple[int, str, str]] = []  # (when, network id, container id), to be dropped later
        self._serial = 0

    # --- told by the agents -----------------------------------------------------------------------------

    def enable(self, record: Record) -> None:
        """A container takes part from now on: it runs, and is healthy if it has a health check."""
        self._drop_old()
        key = record.network_id, record.container_id
        old = self._entries.get(key)
        if old is not None and old.record._replace(at=0, serial=0) == record._replace(at=0) and old.state != REMOVED:
            if old.state != ENABLED:
                old.states.append((self._queue.now, ENABLED))
            return
        if old is not None:
            self._forget(*key)
        self._serial += 1
        self._entries[key] = _Entry(record._replace(serial=self._serial), [(self._queue.now, ENABLED)])
        self._of_container.setdefault(record.container_id, {})[record.network_id] = None
        self._by_network.setdefault(record.network_id, {})[record.container_id] = None
        for index, keys in self._keys(record):
            for name in keys:
                index.setdefault((record.network_id, name), {})[record.container_id] = None

    def disable(self, container_id: str) -> None:
        """A container gets no new connections and no names from now on: it begins to stop, or is unhealthy."""
        self._note(container_id, DISABLED)

    def remove(self, container_id: str) -> None:
        """A container has ended."""
        self._note(container_id, REMOVED)
        self._drop_old()

    def withdraw(self, container_id: str, network_id: str) -> None:
        """A container has left one of its networks."""
        if (network_id, container_id) in self._entries:
            self._note_on(network_id, container_id, REMOVED)
            self._drop_old()

    def _note(self, container_id: str, state: str) -> None:
        for network_id in self._of_container.get(container_id, ()):
            self._note_on(network_id, container_id, state)

    def _note_on(self, network_id: str, container_id: str, state: str) -> None:
        now = self._queue.now
        entry = self._entries[network_id, container_id]
        if entry.state not in (state, REMOVED):
            entry.states.append((now, state))
            if state == REMOVED:
                self._removed.append((now, network_id, container_id))

    def _keys(self, record: Record) -> tuple[tuple[_Index, tuple[str, ...]], ...]:
        names = (*record.own_names, *record.service_names)
        ports = tuple(f"{published}/{protocol}" for published, _, protocol in record.ports)
        addresses = (record.address, record.vip) if record.vip else (record.address,)
        return (
            (self._by_name, names),
            (self._by_service, (record.service_id,)),
            (self._by_address, addresses),
            (self._by_port, ports),
        )

    def _drop_old(self) -> None:
        """Forget records that nobody can see any more: all have heard of their end, or stopped listening."""
        horizon = self._queue.now - FORGET - SPREAD
        while self._removed and self._removed[0][0] < horizon:
            when, network_id, container_id = self._removed.pop(0)
            entry = self._entries.get((network_id, container_id))
            if entry is not None and entry.states[-1] == (when, REMOVED):
                self._forget(network_id, container_id)

    def _forget(self, network_id: str, container_id: str) -> None:
        entry = self._entries.pop((network_id, container_id))
        for index, keys in self._keys(entry.record):
            for name in keys:
                _discard(index, (network_id, name), container_id)
        _discard(self._by_network, network_id, container_id)
        _discard(self._of_container, container_id, network_id)

    # --- asked by names, balancers and learners ---------------------------------------------------------

    def horizon(self, viewer: str, other: str) -> int | None:
        """Return up to when host `viewer` has heard of changes on host `other`; None: it knows nothing of it."""
        now = self._queue.now
        if viewer == other:
            return now
        pair = (viewer, other) if viewer < other else (other, viewer)
        silent = self._fabric.silent_since.get(pair)
        if silent is not None:
            return silent - SPREAD if now < silent + FORGET else None
        heard = self._fabric.heard_since.get(pair)
        if heard is not None and self._fabric.silence.get(pair, 0) >= FORGET and now < heard + self.rejoin(pair, heard):
            return None
        return now - SPREAD

    def rejoin(self, pair: tuple[str, str], heard: int) -> int:
        """Return how long two hosts that hear each other since `heard` need to find each other again.

        Between 1 and 25 seconds, evenly drawn from a stream of the pair and the moment alone, so that it does
        not matter who asks, how often, or when.
        """
        return random.Random(f"{self._seed}/gossip/{pair[0]}/{pair[1]}/{heard}").randint(*REJOIN)

    def sees(self, viewer: str, other: str) -> bool:
        """Return whether host `viewer` counts host `other` among its peers."""
        return self.horizon(viewer, other) is not None

    def named(self, viewer: str, network_id: str, name: str) -> list[Known]:
        """Return what `viewer` knows of the containers called `name` on a network, or whose service is."""
        return self._see(viewer, network_id, self._by_name.get((network_id, name.lower()), ()))

    def of_service(self, viewer: str, network_id: str, service_id: str) -> list[Known]:
        """Return what `viewer` knows of a service's containers on a network, in order of arrival."""
        return self._see(viewer, network_id, self._by_service.get((network_id, service_id), ()))

    def at_address(self, viewer: str, network_id: str, address: str) -> list[Known]:
        """Return what `viewer` knows of the containers with this address or virtual address."""
        return self._see(viewer, network_id, self._by_address.get((network_id, address), ()))

    def publishing(self, viewer: str, network_id: str, port: int, protocol: str) -> list[Known]:
        """Return what `viewer` knows of the containers behind a published port of the routing mesh."""
        return self._see(viewer, network_id, self._by_port.get((network_id, f"{port}/{protocol}"), ()))

    def on_network(self, viewer: str, network_id: str) -> list[Known]:
        """Return all that `viewer` knows of one network."""
        return self._see(viewer, network_id, self._by_network.get(network_id, ()))

    def _see(self, viewer: str, network_id: str, container_ids: Iterable[str]) -> list[Known]:
        found: list[Known] = []
        for container_id in container_ids:
            entry = self._entries[network_id, container_id]
            horizon = self.horizon(viewer, entry.record.host)
            state = entry.state_at(horizon) if horizon is not None else None
            if state in (ENABLED, DISABLED):
                found.append(Known(entry.record, state == ENABLED))
        return found


def _discard(index: dict, key: object, member: str) -> None:  # type: ignore[type-arg]
    members = index.get(key)
    if members is not None:
        members.pop(member, None)
        if not members:
            del index[key]
