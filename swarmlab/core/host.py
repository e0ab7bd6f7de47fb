"""One machine of the lab: an address, an engine, and perhaps a place in a swarm."""

from dataclasses import dataclass, field

from swarmlab.core.agent.engine import Engine
from swarmlab.core.objects import GenericResource, Labels
from swarmlab.core.units import GIB


@dataclass
class Host:
    """A host is a machine; a *node* is what a swarm calls it once it has joined."""

    name: str
    address: str
    engine: Engine
    nano_cpus: int = 2_000_000_000
    memory_bytes: int = 4 * GIB
    powered: bool = True
    engine_running: bool = True
    #: State of its place in a swarm, as `docker info` tells it: inactive, pending, active, error, locked
    swarm_state: str = "inactive"
    swarm_id: str = ""  # the cluster it belongs to
    node_id: str = ""
    advertise: str = ""  # the address it was told to give as a manager; "" if the others find it out
    swarm_error: str = ""
    attempts: int = 0  # to join a swarm
    remote_managers: list[tuple[str, str]] = field(default_factory=list)  # (node id, address:port)
    engine_labels: Labels = field(default_factory=dict)
    generic_resources: tuple[GenericResource, ...] = ()

    @property
    def is_up(self) -> bool:
        """Whether its engine answers."""
        return self.powered and self.engine_running
