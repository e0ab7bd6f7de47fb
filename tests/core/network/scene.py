"""A swarm with services on networks, for the tests of this folder: short ways to ask from a place."""

from typing import Any

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.trace import HttpResult
from swarmlab.core.network.world import Place
from swarmlab.core.objects import Driver, NetworkAttachmentConfig, NetworkSpec, Task
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec

HOSTS = ("swarm-manage", "node1", "node2")


class Scene(World):
    """Three hosts, a ready swarm, and what a test puts on it."""

    def settle(self) -> "Scene":
        """Let everything be done that was asked for.  (Clients that sleep for days never come to rest.)"""
        self.run(40 * SECOND)
        return self

    @property
    def net(self) -> DataPlane:
        return self.simulation.net

    def network(self, name: str, **fields: Any) -> str:
        """Make an overlay network and return its id."""
        return self.manager.control.create_network(NetworkSpec(name, driver=Driver("overlay"), **fields)).id

    def start(self, name: str, replicas: int = 1, *networks: str, aliases: tuple[str, ...] = (), **fields: Any) -> None:
        """Make a service on `networks` (names) and wait until it runs."""
        ids = [self.manager.store.named("network", network).id for network in networks]
        attachments = tuple(NetworkAttachmentConfig(network_id, aliases) for network_id in ids)
        self.create(a_spec(name, replicas, networks=attachments, **fields))
        self.settle()
        self.run(SECOND)

    def client(self, name: str = "util", *networks: str) -> Place:
        """Start a service that only sleeps, and return the place of its container."""
        self.start(name, 1, *networks, image="busybox", args=("sleep", "1000000"))
        return self.places(name)[0]

    def in_slot_order(self, name: str) -> list[Task]:
        return sorted(self.running(name), key=lambda task: task.slot)

    def places(self, name: str) -> list[Place]:
        """The containers of a service's running tasks, in order of slots."""
        hosts = {node.id: node.description.hostname for node in self.manager.store.nodes() if node.description}
        return [
            Place(hosts[task.node_id], task.status.container.container_id)
            for task in self.in_slot_order(name)
            if task.status.container
        ]

    def addresses(self, name: str, network: str) -> list[str]:
        """The addresses of a service's running tasks on a network, in order of slots."""
        network_id = self.manager.store.named("network", network).id
        return [
            attachment.address.partition("/")[0]
            for task in self.in_slot_order(name)
            for attachment in task.networks
            if attachment.network_id == network_id
        ]

    def vip(self, name: str, network: str) -> str:
        network_id = self.manager.store.named("network", network).id
        endpoint = self.service(name).endpoint
        assert endpoint is not None
        return next(vip.address.partition("/")[0] for vip in endpoint.virtual_ips if vip.network_id == network_id)

    def lookup(self, place: Place, name: str, qtype: str = "A") -> tuple[str, tuple[str, ...]]:
        answer = self.net.look_up(place, name, qtype)
        return answer.status, answer.values

    def curl(self, place: Place, address: str, port: int = 80) -> HttpResult:
        return self.net.http(place, address, port)

    def who(self, place: Place, address: str, port: int = 80) -> str:
        """Return the name of the container that answers."""
        connection = self.net.connect(place, address, port)
        if connection.server is None:
            return connection.result
        container = self.net.views.container(connection.server)
        return container.name if container is not None else str(connection.server)
