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
from typing import NamedTuple, Protocol

from swarmlab.core.agent import images
from swarmlab.core.agent.agent import Agent
from swarmlab.core.agent.engine import Engine
from swarmlab.core.host import Host
from swarmlab.core.ids import Ids
from swarmlab.core.manager.manager import Manager
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric, Path
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import ClusterSpec
from swarmlab.core.profile import DEFAULT_PROFILE, PROFILES
from swarmlab.core.queue import Event, Queue
from swarmlab.core.states import Availability, Role
from swarmlab.core.store import Change
from swarmlab.core.units import HOUR, MILLISECOND, SECOND, parse_rfc3339
from swarmlab.errors import Conflict, InvalidArgument, Unavailable, Unknown

#: Where a lab's clock begins, so that the same lesson prints the same text everywhere.
EPOCH = parse_rfc3339("2026-03-02T09:00:00Z")
JOIN_TAKES = 150 * MILLISECOND
JOIN_REFUSED = 10 * SECOND  # a closed port: the client of the manager's API gives up
JOIN_TIMEOUT = 20 * SECOND  # moby daemon/cluster: swarmConnectTimeout
SETTLE_AT_MOST = HOUR
ALREADY = 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Look for no garbage in cycles while the block runs: a simulation makes many records, and hardly a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Receiver(Protocol):
    """Anything that the queue delivers to."""

    def receive(self, payload: object) -> None:
        """Take an event."""


class Joined(NamedTuple):
    """A host's request to join has been answered."""

    host: str
    swarm_id: str
    role: Role
    availability: Availability
    error: str = ""


class Simulation:
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
        self.seed = str(seed)
        self.profile = PROFILES[profile]
        self.queue = Queue(now, None if shuffle is None else f"{seed}/shuffle/{shuffle}")
        self.started_at = now
        self.ids = Ids(f"{self.seed}/lab")
        self.fabric = Fabric(self.queue)
        self.hosts: dict[str, Host] = {}
        self.swarms: dict[str, Manager] = {}
        self._left: list[Manager] = []  # swarms that have ended since `take_changes`
        self.agents: dict[str, Agent] = {}
        self.components: dict[str, Receiver] = {"lab": self}
        self.recording = False  # whether swarms keep their changes for `take_changes`
        self.names = NetworkDB(self.fabric, self.queue, self.seed)
        self.net = DataPlane(self, images.find)
        for name, address in hosts.items():
            self._add_host(name, address)

    def _add_host(self, name: str, address: str) -> None:
        engine = Engine(name, self.queue, self.profile, self.seed)
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
        if not len(self.queue):
            return False
        self._deliver(self.queue.pop())
        return True

    def _deliver(self, event: Event) -> None:
        component = self.components.get(event.address)
        if component is not None:
            component.receive(event.payload)

    def run_until(self, when: int) -> None:
        """Deliver everything that is due up to `when`, and set the clock to it."""
        queue = self.queue
        with _not_collecting():
            while queue.is_due(when):
                self._deliver(queue.pop())
        queue.now = max(queue.now, when)

    def settle(self, at_most: int = SETTLE_AT_MOST) -> bool:
        """Run until nothing more is due but heartbeats; return False if there still is after `at_most`."""
        limit = self.now + at_most
        queue = self.queue
        with _not_collecting():
            while queue.foreground:
                if not queue.is_due(limit):
                    queue.now = limit
                    return False
                self._deliver(queue.pop())
        return True

    def take_changes(self) -> list[Change]:
        """Return what has changed in all swarms since the last call, oldest first (only if `recording`)."""
        taken: list[Change] = []
        for manager in (*self.swarms.values(), *self._left):
            if manager.store.feed:
                taken += manager.store.feed
                manager.store.feed = []
        self._left.clear()
        return sorted(taken, key=lambda change: change.at)

    # --- swarms ---------------------------------------------------------------------------------------

    def swarm_of(self, host: str) -> Manager | None:
        """Return the swarm that a host belongs to, None if it is in none."""
        return self.swarms.get(self.hosts[host].swarm_id)

    def init_swarm(
        self,
        host: str,
        *,
        advertise: str = "",
        default_address_pool: tuple[str, ...] = (),
        subnet_size: int = 24,
        data_path_port: int = 0,
        spec: ClusterSpec | None = None,
        availability: Availability = Availability.ACTIVE,
        force_new_cluster: bool = False,
    ) -> str:
        """Make a new swarm with `host` as its manager; return the id of its node.

        Raises Unavailable when the host is in a swarm already.
        """
        machine = self.hosts[host]
        if machine.swarm_state != "inactive" and not force_new_cluster:
            raise Unavailable(ALREADY)
        manager = Manager(
            host,
            self.queue,
            self.fabric,
            self.profile,
            self.seed,
            spec=spec,
            pools=default_address_pool,
            subnet_size=subnet_size,
            data_path_port=data_path_port,
        )
        if self.recording:
            manager.store.feed = []
        manager.start()
        self.swarms[manager.id] = manager
        for loop in manager.loops:
            self.components[loop.address] = loop
        self._enter(machine, manager, Role.MANAGER, availability)
        return machine.node_id

    def join_swarm(
        self, host: str, remotes: tuple[str, ...], token: str, availability: Availability = Availability.ACTIVE
    ) -> None:
        """Ask the manager at one of `remotes` (address:port) to take `host` in.

        The answer takes time: until then the host's `swarm_state` is pending; then active, or inactive with
        the reason in `swarm_error`.  Raises Unavailable when the host is in a swarm, InvalidArgument without
        a remote, Unknown for a token that is none or of another swarm.
        """
        machine = self.hosts[host]
        if machine.swarm_state != "inactive":
            raise Unavailable(ALREADY)
        if not remotes:
            raise InvalidArgument("at least 1 RemoteAddr is required to join")
        parts = token.split("-")
        if len(parts) != 4 or parts[:2] != ["SWMTKN", "1"] or len(parts[2]) != 50 or len(parts[3]) != 25:
            raise Unknown("invalid join token")
        address, _, port = remotes[0].partition(":")
        target = self.fabric.host_at(address)
        path = Path.LOST if target is None else self.fabric.path(host, target, CLUSTER_PORT)
        manager = self.swarm_of(target) if target else None
        machine.swarm_state, machine.swarm_error = "pending", ""
        machine.remote_managers = [("", f"{address}:{port or CLUSTER_PORT}")]
        listens = target is not None and manager is not None and manager.host == target
        if path is Path.LOST:
            self._answer(JOIN_TIMEOUT, host, error=_TIMED_OUT)
        elif path is not Path.OPEN or manager is None or not listens or port not in ("", str(CLUSTER_PORT)):
            reason = "no route to host" if path is Path.PROHIBITED else "connection refused"
            self._answer(
                JOIN_REFUSED,
                host,
                error='rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing:'
                f' dial tcp {address}:{port or CLUSTER_PORT}: connect: {reason}"',
            )
        elif parts[2] != manager.store.cluster.ca_digest:
            machine.swarm_state = "inactive"
            digest = hashlib.sha256(parts[2].encode()).hexdigest()
            raise Unknown(f"remote CA does not match fingerprint. Expected: {digest}")
        else:
            try:
                role = manager.role_of(token)
            except InvalidArgument:
                machine.swarm_state = "inactive"
                raise
            self._answer(JOIN_TAKES, host, manager.id, role, availability)

    def _answer(
        self,
        delay: int,
        host: str,
        swarm_id: str = "",
        role: Role = Role.WORKER,
        availability: Availability = Availability.ACTIVE,
        *,
        error: str = "",
    ) -> None:
        self.queue.after(delay, "lab", Joined(host, swarm_id, role, availability, error))

    def receive(self, payload: object) -> None:
        """Take an event of the lab itself: the answer to a join."""
        if not isinstance(payload, Joined):
            return
        host = self.hosts[payload.host]
        if host.swarm_state != "pending":
            return
        manager = self.swarms.get(payload.swarm_id)
        if payload.error or manager is None:
            host.swarm_error = payload.error
            # After a timeout the engine goes on trying; all other refusals end the attempt.
            host.swarm_state = "pending" if payload.error == _TIMED_OUT else "inactive"
            return
        self._enter(host, manager, payload.role, payload.availability)

    def _enter(self, host: Host, manager: Manager, role: Role, availability: Availability) -> None:
        node = manager.add_node(role, availability, host.address)
        host.swarm_state, host.swarm_error = "active", ""
        host.swarm_id, host.node_id = manager.id, node.id
        leader = self.hosts[manager.host]
        host.remote_managers = [(leader.node_id, f"{leader.address}:{CLUSTER_PORT}")]
        engine = host.engine
        if engine.networks.find("docker_gwbridge") is None:
            engine.networks.add_gwbridge(engine.ids.hex(), self.now)
        agent = Agent(host, self.queue, self.fabric, self.names, self.profile)
        self.agents[host.name] = self.components[agent.address] = agent
        agent.connect(manager.host, manager.dispatcher.address)

    def leave_swarm(self, host: str, *, force: bool = False) -> None:
        """Take a host out of its swarm.  The swarm is not told: it will find the node down.

        Raises Unavailable when it is in none, or is its last manager and `force` is not set.
        """
        machine = self.hosts[host]
        if machine.swarm_state == "inactive":
            raise Unavailable("This node is not part of a swarm")
        manager = self.swarms.get(machine.swarm_id)
        if manager is not None and manager.host == host and not force:
            raise Unavailable(
                "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last"
                " manager erases all current state of the swarm. Use `--force` to ignore this message. "
            )
        agent = self.agents.pop(host, None)
        if agent is not None:
            agent.leave()
            del self.components[agent.address]
        if manager is not None and manager.host == host:
            for loop in manager.loops:
                self.components.pop(loop.address, None)
            del self.swarms[manager.id]
            manager.end()
            self._left.append(manager)
        machine.swarm_state, machine.swarm_error = "inactive", ""
        machine.swarm_id = machine.node_id = ""
        machine.remote_managers = []

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

        take((self.now, self.profile.name, self.fabric.off, self.fabric.cut, self.fabric.blocked))
        for manager in self.swarms.values():
            take((manager.id, manager.store.version))
            for table in ("cluster", "node", "service", "task", "network", "secret", "config"):
                take(list(manager.store.table(table).values()))
        for host in self.hosts.values():
            engine = host.engine
            take(replace(host, engine=None))  # type: ignore[arg-type]
            take((list(engine.containers.values()), engine.images, engine.events_seen, engine.overlays))
        take([event._replace(sequence=0) for event in self.queue.pending()])
        return hasher.hexdigest()


_TIMED_OUT = (
    "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the"
    ' "docker info" command to see the current swarm status of your node.'
)
