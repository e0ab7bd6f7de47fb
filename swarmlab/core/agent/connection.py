"""An agent's connection to the managers: to which of them, since when, and what goes wrong with it.

A manager that does not answer is not asked again at once; the agent tries another.  What it reports to a manager goes
to the leader, whichever that is (`manager.door`).

SwarmKit: ``agent/session.go``, ``agent/agent.go``.
"""

from typing import NamedTuple

from swarmlab.core.agent.remotes import Remotes
from swarmlab.core.host import Host
from swarmlab.core.messages import (
    Heartbeat,
    HeartbeatPeriod,
    Managers,
    ManagersChanged,
    Promoted,
    Register,
    SessionInvalid,
    agent,
    door,
)
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric, Path
from swarmlab.core.objects import NodeDescription, Platform, Resources
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.units import MILLISECOND, SECOND

DESCRIBES = 20 * SECOND  # how often a node looks whether it has changed (agent/agent.go: defaultNodeUpdateInterval)
RETRY = 5 * SECOND  # a manager that has not answered by then is given up (agent/session.go: dispatcherRPCTimeout)
PROMOTION = 450 * MILLISECOND  # a new certificate is made and a manager started (seen: 0.5 s)

PLATFORM = Platform("x86_64", "linux")
PLUGINS = (
    *(("Log", name) for name in ("awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog")),
    *(("Network", name) for name in ("bridge", "host", "ipvlan", "macvlan", "null", "overlay")),
    ("Volume", "local"),
)


class Beat(NamedTuple):
    """Time for a heartbeat."""

    session: int


class Connect(NamedTuple):
    """Time to (try to) register with a manager."""

    session: int
    again: bool = False  # the manager tried before has not answered


class BecomeManager(NamedTuple):
    """Agent → its engine: start a manager."""

    host: str


class DescribeAgain(NamedTuple):
    """The node looks at itself, and has found a change."""


class Connection:
    """One agent's session with the managers."""

    def __init__(self, host: Host, queue: Queue, fabric: Fabric, profile: Profile, seed: str) -> None:
        self.host = host
        self.queue = queue
        self.fabric = fabric
        self.profile = profile
        self.remotes = Remotes(host, fabric, seed)
        self.address = agent(host.name)
        self.manager = ""  # the host of the manager it talks to
        self.is_open = False
        self.is_known = False  # whether a manager has answered since the engine started
        self._session = 0

    def open(self, manager: str) -> None:
        """Register with the manager on host `manager`, and if that does not answer, with any other."""
        self.manager = manager
        self._session += 1
        self.is_open = False
        self.queue.after(MILLISECOND, self.address, Connect(self._session))

    def close(self) -> None:
        """Stop talking (the engine stops, or the host has left the swarm)."""
        self._session += 1
        self.is_open = self.is_known = False

    @property
    def is_heard(self) -> bool:
        """Whether a manager hears what is said now."""
        path = self.fabric.path(self.host.name, self.manager, CLUSTER_PORT) if self.is_open else Path.LOST
        return path is Path.OPEN

    def send(self, payload: object, *, background: bool = False) -> bool:
        """Send a message; return False if it cannot even leave."""
        manager = self.manager
        return self.fabric.send(self.host.name, manager, CLUSTER_PORT, door(manager), payload, background=background)

    def receive(self, payload: object) -> bool:
        """Take an event; return whether the connection has just been opened."""
        if isinstance(payload, Beat):
            self._beat(payload)
        elif isinstance(payload, HeartbeatPeriod):
            return self._answered(payload)
        elif isinstance(payload, SessionInvalid) or (isinstance(payload, DescribeAgain) and self.is_open):
            self.open(self.manager)
        elif isinstance(payload, ManagersChanged):
            self._know(payload.managers)
        elif isinstance(payload, Promoted):
            self.queue.after(PROMOTION, "lab", BecomeManager(self.host.name))
        elif isinstance(payload, Connect) and payload.session == self._session:
            if payload.again:
                self.manager = self.remotes.another(self.manager)
            self._register()
        return False

    def _register(self) -> None:
        self.is_open = False
        host = self.host
        self.send(Register(host.node_id, host.name, host.address, self.description(), self.manager))
        self._expect_answer()

    def description(self) -> NodeDescription:
        """Return what this node tells of itself."""
        host = self.host
        return NodeDescription(
            hostname=host.name,
            platform=PLATFORM,
            resources=Resources(host.nano_cpus, host.memory_bytes, generic=host.generic_resources),
            engine_version=self.profile.version,
            engine_labels=host.engine_labels,
            plugins=PLUGINS,
        )

    def _expect_answer(self) -> None:
        """Without an answer in time, connect anew."""
        self.queue.after(RETRY, self.address, Connect(self._session, True), background=True)

    def _answered(self, message: HeartbeatPeriod) -> bool:
        """The manager has answered, a registration or a heartbeat."""
        self.host.remote_managers = list(message.managers) or self.host.remote_managers
        self._session += 1
        opened, self.is_open, self.is_known = not self.is_open, True, True
        self.queue.after(message.period, self.address, Beat(self._session), background=True)
        return opened

    def _beat(self, beat: Beat) -> None:
        if beat.session == self._session:
            self.send(Heartbeat(self.host.node_id, self.host.name, self.manager), background=True)
            self._expect_answer()

    def _know(self, managers: Managers) -> None:
        """These are the managers now.  The node's own is the one to talk to; one that is none any more is not."""
        self.host.remote_managers = list(managers)
        hosts = self.remotes.hosts()
        if self.host.name in hosts and (self.manager != self.host.name or not self.is_open):
            self.open(self.host.name)  # node.go: the local connection is always preferred
        elif self.manager not in hosts:
            self.open(self.remotes.another(self.manager))
