"""What the data plane sees of hosts, engines and containers, and where something in it can be.

The data plane lies below the engine in the layers of this package, so it names here the few attributes that it
reads; `core.host.Host`, `core.agent.engine.Engine` and `core.agent.container.Container` have them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.fabric import VXLAN_PORT, Fabric
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.network.local import LocalNetworks
from swarmlab.core.objects import DNSConfig, Mount, Network, PortConfig
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.store import Store


class Place(NamedTuple):
    """Where a command runs: on a host, or in one of its containers."""

    host: str
    container_id: str | None = None


class InterfaceLike(Protocol):
    """One network interface of a container."""

    name: str
    index: int
    network_id: str
    network: str
    driver: str
    address: str
    prefix: int
    gateway: str
    mac: str
    mtu: int
    aliases: tuple[str, ...]
    peer: int
    wishes: EndpointSettings


class ConfigLike(Protocol):
    """What a container was made from."""

    network_mode: str
    extra_hosts: tuple[tuple[str, str], ...]
    dns: DNSConfig
    env: tuple[str, ...]
    mounts: tuple[Mount, ...]


class ContainerLike(Protocol):
    """A container."""

    id: str
    name: str
    image_id: str
    pid: int
    started_at: int
    argv: tuple[str, ...]
    epoch: int  # grows with each start and end
    mounted: Mapping[str, Any]  # secrets and configs by path
    kept: dict[str, Any] | None  # what its database has been told
    server: Any  # what its server has made of its configuration; None if it has none
    files: Mapping[str, bytes | None]  # written over the image's; None: deleted

    @property
    def config(self) -> ConfigLike: ...
    @property
    def interfaces(self) -> Iterable[InterfaceLike]: ...
    @property
    def ports(self) -> Iterable[PortConfig]: ...
    @property
    def state(self) -> str: ...
    @property
    def is_running(self) -> bool: ...
    @property
    def is_frozen(self) -> bool: ...
    @property
    def short_id(self) -> str: ...
    @property
    def hostname(self) -> str: ...
    @property
    def datagrams(self) -> Mapping[int, str]: ...
    @property
    def listening(self) -> Mapping[int, str]: ...

    def write(self, files: Mapping[str, bytes | None]) -> None:
        """Write files over the image's, by path; None deletes one."""


class ImageLike(Protocol):
    """An image as data."""

    @property
    def repository(self) -> str: ...
    @property
    def release(self) -> str: ...
    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def programs(self) -> frozenset[str]: ...
    @property
    def env(self) -> tuple[str, ...]: ...
    @property
    def extensions(self) -> frozenset[str]: ...


class ImagesLike(Protocol):
    """The images of a host, and the disk that they lie on."""

    disk_full: bool


class EngineLike(Protocol):
    """The engine of a host."""

    networks: LocalNetworks
    profile: Profile

    @property
    def containers(self) -> Mapping[str, Any]: ...
    @property
    def volumes(self) -> Mapping[str, Any]: ...
    @property
    def images(self) -> ImagesLike: ...

    def network_owner(self, container: Any) -> Any:
        """Return the container in whose network this one lives."""

    def write_log(self, container: Any, stream: int, data: bytes) -> None:
        """Add to a container's log."""

    @property
    def host_files(self) -> Mapping[str, bytes]: ...

    def write_host_files(self, files: Mapping[str, bytes | None]) -> None:
        """Change files of the host, and what running containers see of them."""

    def reload(self, container: Any) -> None:
        """Have a server read its configuration again."""

    def touch(self, container: Any) -> None:
        """Note that a container was changed from outside its process, so that its health may change."""


class HostLike(Protocol):
    """A machine of the lab."""

    name: str
    address: str
    swarm_id: str
    node_id: str
    memory_bytes: int

    @property
    def engine(self) -> EngineLike: ...
    @property
    def is_up(self) -> bool: ...


class SwarmLike(Protocol):
    """A swarm."""

    @property
    def store(self) -> Store: ...

    def manages(self, host: str) -> bool:
        """Return whether a manager runs on `host`."""


class World(Protocol):
    """A whole lab: `core.simulation.Simulation`."""

    queue: Queue
    fabric: Fabric
    names: NetworkDB
    seed: str
    started_at: int

    @property
    def hosts(self) -> Mapping[str, HostLike]: ...
    @property
    def swarms(self) -> Mapping[str, SwarmLike]: ...


class Views:
    """Simple questions about a lab, asked by every part of the data plane."""

    def __init__(self, world: World) -> None:
        self.world = world

    def container(self, place: Place) -> ContainerLike | None:
        """Return the container of a place; None for a host or when the container has gone."""
        if place.container_id is None:
            return None
        found: ContainerLike | None = self.world.hosts[place.host].engine.containers.get(place.container_id)
        return found

    def network_place(self, place: Place) -> Place:
        """Return the place whose network `place` uses: another container's, or the host's, or its own."""
        container = self.container(place)
        if container is None:
            return place
        mode = container.config.network_mode
        if mode == "host":
            return Place(place.host)
        if mode.startswith("container:"):
            owner: ContainerLike = self.world.hosts[place.host].engine.network_owner(container)
            return self.network_place(Place(place.host, owner.id))
        return place

    def ingress(self, host: str) -> Network | None:
        """Return the ingress network of the swarm that a host is in, None if there is none."""
        swarm = self.world.swarms.get(self.world.hosts[host].swarm_id)
        if swarm is None:
            return None
        return next((network for network in swarm.store.networks() if network.spec.ingress), None)

    def is_on(self, host: str, network: Network) -> bool:
        """Return whether a host has a place of its own on a swarm network, as far as the managers know the host."""
        machine = self.world.hosts[host]
        swarm = self.world.swarms.get(machine.swarm_id)
        node = swarm.store.node(machine.node_id) if swarm is not None else None
        return node is None or network.id in node.attachments

    def tunnel(self, host: str, network_id: str) -> tuple[int, bool]:
        """Return how a swarm network's packets go from host to host: to which UDP port, and whether encrypted."""
        swarm = self.world.swarms.get(self.world.hosts[host].swarm_id)
        network = swarm.store.network(network_id) if swarm is not None else None
        options = (network.spec.driver.options or {}) if network is not None and network.spec.driver else {}
        return (swarm.store.cluster.data_path_port if swarm is not None else VXLAN_PORT), "encrypted" in options

    def balancer_address(self, host: str, network_id: str) -> str:
        """Return the address of a host's load balancer on a swarm network; "" if it has none."""
        machine = self.world.hosts[host]
        swarm = self.world.swarms.get(machine.swarm_id)
        node = swarm.store.node(machine.node_id) if swarm is not None else None
        return node.attachments.get(network_id, "").partition("/")[0] if node is not None else ""

    def peers(self, host: str) -> list[str]:
        """Return the other hosts of the same swarm."""
        swarm_id = self.world.hosts[host].swarm_id
        return [name for name, other in self.world.hosts.items() if other.swarm_id == swarm_id and name != host]
