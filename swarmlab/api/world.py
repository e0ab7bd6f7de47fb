"""What the API needs of a lab: the hosts, and the manager of each swarm.

`core.simulation` and `core.manager.manager` fit these; so does anything built from parts of the core.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from swarmlab.core.agent.agent import Agent
from swarmlab.core.events import Event
from swarmlab.core.host import Host
from swarmlab.core.manager.control import Control
from swarmlab.core.manager.raft import Standing
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import ClusterSpec, ManagerStatus, Node
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.simulation import Parked
from swarmlab.core.states import Availability
from swarmlab.core.store import Store


class Manager(Protocol):
    """The managers of one swarm, seen as one."""

    @property
    def store(self) -> Store:
        """All objects of the swarm."""
        ...

    @property
    def control(self) -> Control:
        """What changes them."""
        ...

    @property
    def events(self) -> Collection[Event]:
        """The newest events of the swarm's scope, oldest first."""
        ...

    @property
    def events_seen(self) -> int:
        """How many events there ever were."""
        ...

    def is_member(self, host: str) -> bool:
        """Return whether a host has a manager, running or not."""
        ...

    def manages(self, host: str) -> bool:
        """Return whether a manager runs on a host."""
        ...

    def standing(self, host: str, *, writes: bool) -> Standing:
        """Return what becomes of a call to the manager on a host."""
        ...

    def follows(self, host: str) -> bool:
        """Return whether the manager on a host hears what the leader does."""
        ...

    def term(self, host: str) -> int:
        """Return the term of the leader to which a call to a host goes, 0 if there is none."""
        ...

    def manager_status(self, node: Node) -> ManagerStatus | None:
        """Return what its peers see of a manager, None for a worker."""
        ...


class Simulation(Protocol):
    """A whole lab."""

    @property
    def profile(self) -> Profile:
        """The engine version that all hosts have."""
        ...

    @property
    def queue(self) -> Queue:
        """The events to come."""
        ...

    @property
    def hosts(self) -> Mapping[str, Host]:
        """The hosts by name."""
        ...

    @property
    def agents(self) -> Mapping[str, Agent]:
        """The agents of the hosts that are in a swarm, by host."""
        ...

    @property
    def net(self) -> DataPlane:
        """All traffic of the lab."""
        ...

    @property
    def names(self) -> NetworkDB:
        """What the hosts know of each other's containers."""
        ...

    @property
    def swarms(self) -> Mapping[str, Manager]:
        """The swarms by cluster id."""
        ...

    @property
    def now(self) -> int:
        """Virtual nanoseconds since 1970."""
        ...

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
        """Make a swarm of one node and return its id."""
        ...

    def join_swarm(
        self,
        host: str,
        remotes: tuple[str, ...],
        token: str,
        availability: Availability = Availability.ACTIVE,
        *,
        advertise: str = "",
    ) -> None:
        """Begin to join; `swarm_state` and `swarm_error` of the host tell how far it is."""
        ...

    def unlock(self, host: str, key: str) -> bool:
        """Give a locked manager its key; return whether it was the right one."""
        ...

    @property
    def parked(self) -> dict[int, Parked]:
        """The requests that wait for a leader."""
        ...

    def park(self, parked: Parked) -> int:
        """Keep a request that waits for a leader; return its number."""
        ...

    def leave_swarm(self, host: str, *, force: bool = False) -> None:
        """Leave the swarm."""
        ...
